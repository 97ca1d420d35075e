"""Welsh for spaCy, and the words that topics and lemmas are made of."""

import importlib
import subprocess
import sys
import time
import tomllib

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.lemmas import lemma_of
from nlp.tokens import tokens
from nlp.welsh_language import Welsh
from tests.nlp.conftest import ROOT

CYMRAEG = spacy.blank("cy")


def cut(text: str) -> list[str]:
    return [token.text for token in CYMRAEG(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mae'r afon yn uchel.", "Mae 'r afon yn uchel ."),
        ("Mae’r plant i’w gweld", "Mae ’r plant i ’w gweld"),
        ("a'i chwaer, o'u cartref a'ch tad", "a 'i chwaer , o 'u cartref a 'ch tad"),
        ("MAE'R TŶ'N OER!", "MAE 'R TŶ 'N OER !"),
        ("penblwydd neu pen-blwydd? e-bost 4-8", "penblwydd neu pen-blwydd ? e-bost 4-8"),
        ("ffrwythau, e.e. afalau (h.y. ffres) ayyb.", "ffrwythau , e.e. afalau ( h.y. ffres ) ayyb."),
        ("Dyma'r un 'gorau' 'na", "Dyma 'r un ' gorau ' 'na"),
        ("Ry'n ni'n hoffi o.", "Ry'n ni 'n hoffi o ."),
        ("am 10yb yn y 1990au", "am 10 yb yn y 1990au"),
    ],
)
def test_welsh_is_cut_into_words(text: str, expected: str) -> None:
    assert cut(text) == expected.split()


@settings(deadline=None)
@given(st.text(alphabet="abŵy'’-.,( rni1%\n", max_size=60))
def test_no_letter_is_lost_or_moved(text: str) -> None:
    assert CYMRAEG(text).text == text
    for word in tokens(text, "cy"):
        assert text.replace("’", "'")[word.start : word.end] == word.text


def test_numbers_and_stop_words() -> None:
    numbers = "dau dwy ddau dri bedair chwech ddeg ugain hugain chant fil trydydd 15fed 1,000 ugain-mil"
    assert [t.text for t in CYMRAEG(numbers) if not t.like_num] == []
    assert [t.text for t in CYMRAEG("gan afon hail neges pump-cant A55") if t.like_num] == ["pump-cant"]
    assert [t.text for t in CYMRAEG("Mae’r ysgol ynglŷn â'r môr") if not t.is_stop] == ["ysgol", "môr"]
    assert CYMRAEG("Tŷ’r")[1].norm_ == "'r"


def test_lemmas_and_mutations_are_a_pipeline_component() -> None:
    cymraeg = spacy.blank("cy")
    cymraeg.add_pipe("welsh_lemmas")
    doc = cymraeg("Mae'r plant yn fy nghar i.")
    assert [token.lemma_ for token in doc] == ["bod", "y", "plentyn", "yn", "i", "car", "i", "."]
    assert doc[5]._.mutation == "nasal" and doc[2]._.mutation is None


def test_spacy_finds_welsh_by_itself_where_dolen_is_installed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    module, name = project["entry-points"]["spacy_languages"]["cy"].split(":")
    assert getattr(importlib.import_module(module), name) is Welsh


def test_each_language_is_cut_by_its_own_rules() -> None:
    assert [w.text for w in tokens("I don’t use the toilet(s), see www.gov.wales – late.so there", "en")] == [
        *("I", "do", "n't", "use", "the", "toilet", "s", "see", "late", "so", "there"),
    ]
    text = "😀 Mae’r e-bost"
    assert [text[w.start : w.end] for w in tokens(text, "cy")] == ["Mae", "’r", "e-bost"]


@pytest.mark.parametrize("unit", ["'", "a'", "(", "n g ", "a\u0301", "a."])
def test_a_hundred_thousand_hostile_characters_are_cut_in_time(unit: str) -> None:
    began = time.monotonic()
    for language in ("cy", "en"):
        tokens(unit * (100_000 // len(unit)), language)
    assert time.monotonic() - began < 15


@pytest.mark.parametrize(
    ("word", "lemma"),
    [
        ("car", "car"),
        ("gar", "car"),
        ("Iau", "iau"),
        ("weithiau", "weithiau"),
        ("deg", "deg"),
        ("gafodd", "cael"),
    ],
)
def test_everyday_words_keep_their_sense(word: str, lemma: str) -> None:
    assert lemma_of(word, "cy") == lemma


def test_telling_languages_apart_does_not_load_spacy() -> None:
    probe = "import sys, nlp.__main__, nlp.language; print('spacy' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True, cwd=ROOT)
    assert run.stdout.strip() == "False"
