"""Runs of letters, for telling languages apart before either language's rules (:mod:`nlp.tokens`) can be used.

Welsh clitics are words of their own (``mae'r`` is *mae* and *'r*), English ones stay with their verb
(``don't``). Offsets are code points in the text as given.
"""

import re
from typing import NamedTuple

from nlp.welsh import fold_apostrophes

_LETTER = "[^\\W\\d_][\u0300-\u036f]*"
_WORD = re.compile(
    r"\b(?-i:I)'m\b"  # English; Welsh i'm is "to my"
    r"|(?<=[^\W\d_])'(?:r|n|i|u|w|ch|m|th)\b"  # Welsh clitics
    rf"|(?:{_LETTER})+(?:'(?:t|s|ll|re|ve|d)\b)?",
    re.IGNORECASE,
)


class Word(NamedTuple):
    """A word as written (apostrophes made plain) and its place."""

    text: str
    start: int
    end: int


def words(text: str) -> list[Word]:
    """The words of ``text``: letters only, no figures, in order."""
    return [Word(m.group(), m.start(), m.end()) for m in _WORD.finditer(fold_apostrophes(text))]
