"""The words of a text by spaCy: our own class for Welsh, spaCy's for English.

Topics, vectors and lemmas are made of these. Telling languages apart is not (:mod:`nlp.words`), so that it starts
at once and stays light.
"""

import re
from functools import lru_cache

import spacy
from spacy.language import Language
from spacy.tokenizer import Tokenizer

from nlp.contract import Token
from nlp.lemmas import lemmatise
from nlp.welsh import fold_apostrophes
from nlp.welsh_language.language import Welsh
from nlp.words import Word

_LONGEST = 60  # characters without a space: spaCy's time grows with the square of this
_MOST_READ = 200_000  # characters of one text that are cut into words
_MOST_KNOWN = 200_000  # distinct words kept: spaCy never forgets one by itself, and a worker lives long
_TOO_LONG = re.compile(rf"\S{{{_LONGEST}}}(?=\S)")
_ADDRESS = re.compile(r"://|^www\.|[^@]@[^@]")
_NO_SPACE = re.compile(
    r"(?<=[^\W\d_]{2})\.(?=[^\W\d_]{2})"
)  # late.so is the end of a sentence, not an address
_MARKS = re.compile("[^\\w\\s\u0300-\u036f]{4,}")  # spaCy would take them off one by one
_BRACKETS = r"[()\[\]{}_*\"“”;!?]"


@lru_cache(maxsize=2)
def _blank(language: str) -> Language:
    if language == "cy":
        return Welsh()
    english = spacy.blank("en")
    assert english.Defaults.infixes is not None
    infixes = spacy.util.compile_infix_regex([*english.Defaults.infixes, _BRACKETS])
    assert isinstance(english.tokenizer, Tokenizer)
    english.tokenizer.infix_finditer = infixes.finditer
    return english


def _pieces(text: str) -> list[Word]:
    """The text in pieces that have no run of letters too long for spaCy; one piece, almost always."""
    text = _MARKS.sub(lambda run: " " * len(run.group()), text)
    cuts = [0, *(match.end() for match in _TOO_LONG.finditer(text)), len(text)]
    return [Word(text[start:end], start, end) for start, end in zip(cuts, cuts[1:], strict=False)]


def tokens(text: str, language: str) -> list[Word]:
    """The words of ``text`` that hold a letter, in order, apostrophes made plain; addresses are left out.

    ``language`` ``"en"`` is cut as English, anything else as Welsh. Clitics are words of their own (*mae* *'r*,
    *do* *n't*), hyphenated Welsh words are one.
    """
    found: list[Word] = []
    pipeline = _blank("en" if language == "en" else "cy")
    if len(pipeline.vocab) > _MOST_KNOWN:
        _blank.cache_clear()
        pipeline = _blank("en" if language == "en" else "cy")
    for piece, start, _ in _pieces(fold_apostrophes(text[:_MOST_READ])):
        for token in pipeline.make_doc(piece):
            word = Word(token.text, start + token.idx, start + token.idx + len(token))
            found += [word] if token.is_alpha else _words_of(word)
    return found


def _words_of(word: Word) -> list[Word]:
    """What is worth keeping of a token that is not letters alone."""
    if _ADDRESS.search(word.text):
        return []
    cuts = [0, *(match.end() for match in _NO_SPACE.finditer(word.text)), len(word.text)]
    parts = [(a, b) for a, b in zip(cuts, cuts[1:], strict=False) if any(c.isalpha() for c in word.text[a:b])]
    if len(cuts) == 2:
        return [word] if parts else []
    return [
        Word(word.text[a:b].rstrip("."), word.start + a, word.start + len(word.text[:b].rstrip(".")))
        for a, b in parts
    ]


def lemmatise_text(text: str, language: str) -> list[Token]:
    """As :func:`nlp.lemmas.lemmatise`, on the words of a running text, written as they stand in it."""
    return lemmatise((text[word.start : word.end] for word in tokens(text, language)), language)
