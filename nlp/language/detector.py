"""The detector itself; see the package docstring."""

import math
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

import simplemma

from nlp.contract import Language
from nlp.words import Word, words

WEIGHTS = Path(__file__).parent / "weights.tsv"

_MOST = 5.0  # one word never says more than this (log-odds)
_SWITCH = 4.0  # cost of changing language between two words
_DICTIONARY = 1.2  # what standing in only one dictionary says
_LETTERS = 0.9  # how much the letters of a new word count
_LONGEST = 20_000  # characters looked at: enough to know
_PRIOR = -0.5  # a text that says nothing either way is likelier English
# Grammar words of neighbours that neither Welsh nor English has.
_FOREIGN_TEXT = """
est les une des pour dans très avec nous qui pas sur je que c'est sont cette der das und ist nicht für zu sie
wir auf mit el los las una para muy siempre por con il che sono molto não muito um się nie jest że oraz het
een niet voor tá agus bhfuil
"""
_FOREIGN = frozenset(_FOREIGN_TEXT.split())


class Tagged(NamedTuple):
    """A word, the language of the stretch it stands in, and its own log-odds (above 0 is Welsh)."""

    word: Word
    language: Literal["cy", "en"]
    odds: float
    known: bool


def normalise(word: str) -> str:
    """The form under which a word stands in the table: lower case, composed accents."""
    return unicodedata.normalize("NFC", word).lower()


def trigrams(word: str) -> Iterator[str]:
    """Letter triples of a word with its edges marked."""
    marked = f"^{word}$"
    for position in range(len(marked) - 2):
        yield marked[position : position + 3]


@lru_cache(maxsize=1)
def _weights() -> dict[str, dict[str, float]]:
    tables: dict[str, dict[str, float]] = {"word": {}, "letters": {}}
    for line in WEIGHTS.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            kind, key, odds = line.split("\t")
            tables[kind][key] = float(odds)
    return tables


@lru_cache(maxsize=50_000)
def _weigh(word: str) -> tuple[float, bool]:
    """Log-odds of one normalised word, and whether any list knows it."""
    tables = _weights()
    if len(word) > 40:
        return 0.0, False
    learned = tables["word"].get(word)
    if learned is not None and abs(learned) >= 1.0:
        return max(-_MOST, min(_MOST, learned)), True
    in_cy = len(word) > 1 and simplemma.is_known(word, lang="cy")
    in_en = len(word) > 1 and simplemma.is_known(word, lang="en")
    odds = learned or 0.0
    if learned is None:
        found = [tables["letters"].get(trigram, 0.0) for trigram in trigrams(word)]
        odds += _LETTERS * sum(found) / math.sqrt(len(found))
    odds += _DICTIONARY * (in_cy - in_en)
    return max(-_MOST, min(_MOST, odds)), in_cy or in_en or learned is not None


def _is_name(text: str, word: Word) -> bool:
    """A capital that no sentence asked for: places and people say little about the language around them."""
    if not word.text[0].isupper():
        return False
    before = text[: word.start][-8:].rstrip(" \t\"'([“‘")
    return bool(before) and before[-1] not in ".!?:\n"


def _weigh_in_place(text: str, word: Word) -> tuple[float, bool]:
    if word.text == "I":  # the English pronoun; Welsh i is small except in capitals
        return -1.0, True
    odds, known = _weigh(normalise(word.text))
    if _is_name(text, word) and not word.text.isupper():
        odds /= 3
    return odds, known


def _path(odds: Sequence[float]) -> list[Literal["cy", "en"]]:
    """The likeliest run of languages, by dynamic programming over two states."""
    cy = en = 0.0
    back: list[tuple[bool, bool]] = []  # came from Welsh: (into Welsh, into English)
    for value in odds:
        stay_cy, stay_en = cy >= en - _SWITCH, cy - _SWITCH > en
        cy, en = max(cy, en - _SWITCH) + value / 2, max(en, cy - _SWITCH) - value / 2
        back.append((stay_cy, stay_en))
    in_cy = cy > en
    found: list[Literal["cy", "en"]] = []
    for from_cy, from_cy_to_en in reversed(back):
        found.append("cy" if in_cy else "en")
        in_cy = from_cy if in_cy else from_cy_to_en
    return found[::-1]


def tag(text: str) -> list[Tagged]:
    """Each word with the language of its stretch."""
    found = words(text)
    weighed = [_weigh_in_place(text, word) for word in found]
    path = _path([odds for odds, _ in weighed])
    return [
        Tagged(word, language, odds, known)
        for word, language, (odds, known) in zip(found, path, weighed, strict=True)
    ]


def _is_foreign(text: str, tagged: Sequence[Tagged]) -> bool:
    letters = [c for c in text if c.isalpha()]
    if sum(ord(c) > 0x24F for c in letters) * 2 > len(letters):
        return True
    if len(tagged) < 3:
        return all(len(t.word.text) == 1 for t in tagged) and abs(sum(t.odds for t in tagged)) < 2.5
    markers = [t.word.text.lower() for t in tagged if t.word.text.lower() in _FOREIGN]
    if len(set(markers)) >= 2 and len(markers) / len(tagged) >= 0.2:
        return True
    known = sum(t.known for t in tagged) / len(tagged)
    sure = abs(sum(t.odds for t in tagged)) / len(tagged)
    return known < 0.5 and sure < 2.2


def detect(text: str) -> tuple[Language, float]:
    """The language of a text and the probability that this label is right.

    ``mixed`` needs at least three words and a fifth of the words in each language. A text without letters, or
    whose words neither language knows, is ``other``.
    """
    text = text[:_LONGEST]
    tagged = tag(text)
    if not tagged:
        return "other", 1.0
    if _is_foreign(text, tagged):
        known = sum(t.known for t in tagged) / len(tagged)
        return "other", round(1.0 - known / 2, 4)
    plain = [t for t in tagged if not _is_name(text, t.word)]
    welsh = [t.odds for t in plain if t.language == "cy"]
    english = [-t.odds for t in plain if t.language == "en"]
    fewer = min(len(welsh), len(english))
    weakest = min(sum(welsh), sum(english))
    if fewer >= 3 and fewer / len(tagged) >= 0.2 and weakest >= 2 * _SWITCH:
        return "mixed", round(1.0 / (1.0 + math.exp(-(weakest - 2 * _SWITCH) / 4)), 4)
    total = sum(t.odds for t in tagged) + _PRIOR
    probability = 1.0 / (1.0 + math.exp(-min(abs(total), 12.0)))
    return ("cy" if total > 0 else "en"), round(probability, 4)
