"""Which language a text is in, and the dictionary forms of its words."""

import csv
import time
from pathlib import Path

import pytest

from nlp.language import detect
from nlp.lemmas import lemmatise
from nlp.tokens import lemmatise_text


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Mae angen mwy o fysiau", "cy"),
        ("Bws", "cy"),
        ("Cwrtais iawn", "cy"),
        ("Mae angen playground newydd", "cy"),
        ("Ma'r hewl yn rybish", "cy"),
        ("gwell bysus plis", "cy"),
        ("We need more buses", "en"),
        ("I love Caernarfon", "en"),
        ("I’m from Canada ;)", "en"),
        ("Cymraeg please", "en"),
        ("We visited Rhuddlan, Conwy, Beaumaris and Castell y Bere and enjoyed them all.", "en"),
        ("Apart from 'Bore Da' I didn't hear any Welsh yesterday.", "en"),
        ("Dw i'n hapus iawn gyda'r parc. The bus is always late in our village.", "mixed"),
        ("The council never listens to us. Dydyn nhw byth yn ateb y ffôn chwaith.", "mixed"),
        ("Uważam, że autobusy powinny jeździć częściej", "other"),
        ("Je pense que la route est très dangereuse pour les enfants", "other"),
        ("道路很危险", "other"),
        ("12345", "other"),
        ("", "other"),
    ],
)
def test_the_language_of_a_text(text: str, language: str) -> None:
    found, probability = detect(text)
    assert found == language
    assert 0 <= probability <= 1


def test_a_hundred_thousand_hostile_characters_are_read_in_time() -> None:
    began = time.monotonic()
    for text in ("'" * 100_000, "a'" * 50_000, "ŵ" * 100_000, "n g " * 25_000, "a\u0301" * 50_000):
        detect(text)
    assert time.monotonic() - began < 10


def test_welsh_in_the_english_form_is_found(data: Path) -> None:
    with (data / "cadw-visitor-survey" / "comments.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    found = [(row["survey_language"], detect(row["text"])[0]) for row in rows]
    assert sum(pair == ("cy", "cy") for pair in found) >= 36
    assert 11 <= sum(pair == ("en", "cy") for pair in found) <= 16
    assert sum(pair == ("en", "mixed") for pair in found) <= 5


@pytest.mark.parametrize(
    ("word", "lemma", "mutation"),
    [
        ("fysiau", "bws", "soft"),
        ("bysiau", "bws", None),
        ("gymuned", "cymuned", "soft"),
        ("cymunedau", "cymuned", None),
        ("lifogydd", "llifogydd", "soft"),
        ("phlant", "plentyn", "aspirate"),
        ("ngwlad", "gwlad", "nasal"),
        ("dai", "tŷ", "soft"),
        ("fe", "fe", None),
        ("mae", "bod", None),
    ],
)
def test_civic_words_have_their_lemma_and_mutation(word: str, lemma: str, mutation: str | None) -> None:
    (token,) = lemmatise([word], "cy")
    assert (token.lemma, token.mutation) == (lemma, mutation)


def test_h_and_weak_nasals_need_the_word_before() -> None:
    assert [t.mutation for t in lemmatise(["ei", "hiaith"], "cy")] == [None, "h"]
    assert [t.mutation for t in lemmatise(["fy", "mam"], "cy")] == [None, None]


def test_tokens_are_written_as_they_stand() -> None:
    assert [token.text for token in lemmatise_text("Mae’r tŷ’n oer", "cy")] == [
        "Mae",
        "’r",
        "tŷ",
        "’n",
        "oer",
    ]


def test_lemmas_of_the_treebank(data: Path) -> None:
    right = total = 0
    for line in (data / "ud-welsh-ccg" / "cy_ccg-ud-dev.conllu").read_text(encoding="utf-8").splitlines():
        cells = line.split("\t")
        if len(cells) == 10 and cells[0].isdigit() and cells[1].isalpha():
            total += 1
            right += lemmatise([cells[1]], "cy")[0].lemma == cells[2].lower()
    assert right / total > 0.93
