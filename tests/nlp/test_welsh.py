"""Welsh as it is written."""

import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.welsh import and_list, demutations, fold, is_stop_word, letters, mutate, sort_key


@pytest.mark.parametrize(
    "order",
    [
        ["Cwmbrân", "Chwilog"],
        ["Dyfed", "Ddyfi"],
        ["Rogerstone", "Rhyl"],
        ["Ŵyr", "Ynys"],
        ["Bala", "Bangor", "Barri"],
        ["Lwc", "Llandudno", "Llanelli", "Llangollen", "Llanrwst"],
        ["Gwynedd", "Ngwynedd", "Harlech"],
        ["Pwllheli", "Pheidio", "Rhos"],
        ["Tywyn", "Thaf"],
        ["Aber", "Aber Tawe", "Abergele"],
    ],
)
def test_places_stand_in_the_order_of_the_welsh_alphabet(order: list[str]) -> None:
    assert sorted(set(order), key=sort_key) == order


def test_ng_is_one_letter_except_where_n_meets_g() -> None:
    assert letters("angen") == ["a", "ng", "e", "n"]
    assert letters("Bangor") == ["b", "a", "n", "g", "o", "r"]
    assert letters("Llangollen")[:4] == ["ll", "a", "n", "g"]


def test_accents_and_case_break_ties_only() -> None:
    assert sorted(["tŷ bach", "ty mawr", "Tŷ Afon"], key=sort_key) == ["Tŷ Afon", "tŷ bach", "ty mawr"]


@given(st.text(), st.text())
def test_different_texts_never_share_a_sort_key(one: str, other: str) -> None:
    assert (sort_key(one) == sort_key(other)) == (one == other)


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_one_word_in_every_spelling_folds_alike() -> None:
    spellings = ["Mae’r Tŷ", "mae'r tŷ", "MAEʼR TŶ", unicodedata.normalize("NFD", "mae’r tŷ"), "mae'r ty"]
    assert {fold(text) for text in spellings} == {"mae'r ty"}


@pytest.mark.parametrize(
    ("word", "soft", "nasal", "aspirate"),
    [
        ("Caerdydd", "Gaerdydd", "Nghaerdydd", "Chaerdydd"),
        ("Powys", "Bowys", "Mhowys", "Phowys"),
        ("Tywyn", "Dywyn", "Nhywyn", "Thywyn"),
        ("Bangor", "Fangor", "Mangor", "Bangor"),
        ("Dinbych", "Ddinbych", "Ninbych", "Dinbych"),
        ("Gwynedd", "Wynedd", "Ngwynedd", "Gwynedd"),
        ("Môn", "Fôn", "Môn", "Môn"),
        ("Llandudno", "Landudno", "Llandudno", "Llandudno"),
        ("Rhyl", "Ryl", "Rhyl", "Rhyl"),
        ("chwarel", "chwarel", "chwarel", "chwarel"),
        ("ysgol", "ysgol", "ysgol", "ysgol"),
        ("PONT", "BONT", "MHONT", "PHONT"),
    ],
)
def test_words_mutate(word: str, soft: str, nasal: str, aspirate: str) -> None:
    assert [mutate(word, "soft"), mutate(word, "nasal"), mutate(word, "aspirate")] == [soft, nasal, aspirate]


def test_h_stands_before_a_vowel() -> None:
    assert mutate("iaith", "h") == "hiaith"
    assert mutate("Ynys", "h") == "Hynys"
    assert mutate("tŷ", "h") == "tŷ"


@pytest.mark.parametrize("word", ["pont", "tŷ", "cath", "braich", "dyn", "gardd", "mam", "llyfr", "rhaglen"])
@pytest.mark.parametrize("mutation", ["soft", "nasal", "aspirate"])
def test_what_was_mutated_can_be_read_back(word: str, mutation: str) -> None:
    changed = mutate(word, mutation)  # type: ignore[arg-type]
    assert changed == word or (word, mutation) in demutations(changed)


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([], ""),
        (["afon"], "afon"),
        (["bws", "trên"], "bws a trên"),
        (["bws", "ysgol"], "bws ac ysgol"),
        (["a", "b", "ŵyn"], "a, b ac ŵyn"),
        (["haf", "heol"], "haf a heol"),
        (["2", "8"], "2 ac 8"),
    ],
)
def test_lists_end_with_a_or_ac(items: list[str], expected: str) -> None:
    assert and_list(items) == expected


def test_a_makes_an_aspirate_mutation_when_asked() -> None:
    assert and_list(["te", "coffi"], mutates=True) == "te a choffi"
    assert and_list(["Casnewydd", "Abertawe"], mutates=True) == "Casnewydd ac Abertawe"


def test_the_sea_is_not_a_stop_word() -> None:
    assert is_stop_word("Mae") and is_stop_word("mor") and is_stop_word("’r")
    assert not is_stop_word("môr") and not is_stop_word("ysgol")


def test_welsh_loads_nothing_heavy() -> None:
    probe = "import sys, nlp.welsh, nlp.contract; print(sorted({m.split('.')[0] for m in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True).stdout
    for heavy in ("numpy", "sklearn", "spacy", "bertopic", "onnxruntime", "simplemma", "pandas", "flask"):
        assert f"'{heavy}'" not in loaded
