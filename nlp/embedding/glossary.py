"""Welsh lemma to English word: a learned table under a hand-written one.

``glossary_civic.tsv`` (civic terms) goes before ``glossary_common.tsv`` (common words), both written for this
project, and both before ``glossary_aligned.tsv`` (learned by :mod:`nlp.embedding.build_glossary`).
"""

import re
from bisect import bisect_right
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from nlp.language import tag
from nlp.lemmas import lemma_of
from nlp.tokens import tokens
from nlp.welsh import demutations, fold, is_stop_word
from nlp.words import Word

FOLDER = Path(__file__).parent
CIVIC = FOLDER / "glossary_civic.tsv"
COMMON = FOLDER / "glossary_common.tsv"
ALIGNED = FOLDER / "glossary_aligned.tsv"
_LONGEST_PHRASE = 5  # words, clitics counted
_PART = re.compile("[^-]+")


class Glossed(NamedTuple):
    """One English word or phrase for ``text[start:end]``; ``source`` is the Welsh lemma, "" for English words.

    A phrase that is grammar alone (*er mwyn*, in order to) has the stop word *yn* as its source. ``known`` is false
    for a Welsh word without an entry, which stands as it is written.
    """

    english: str
    source: str
    start: int
    end: int
    known: bool = True


def _rows(path: Path) -> list[list[str]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def _key(term: str) -> str:
    return term.lower().replace("’", "'")


@lru_cache(maxsize=1)
def _tables() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """By lemma with accents, by folded lemma, and back: English to the best Welsh."""
    exact: dict[str, str] = {}
    back: dict[str, tuple[float, str]] = {}
    for welsh, english, probability, count in _rows(ALIGNED):
        exact[_key(welsh)] = english
        weight = float(probability) * float(count)
        if not is_stop_word(welsh) and weight > back.get(english, (0.0, ""))[0]:
            back[english] = (weight, welsh)
    for place, path in enumerate((COMMON, CIVIC)):
        first: set[str] = set()
        for welsh, english, *hidden in _rows(path):
            exact[_key(welsh)] = english
            if (
                english not in first and not hidden
            ):  # the first Welsh given for an English word is the one to show
                first.add(english)
                back[english] = (1e9 + place, welsh)
    folded: dict[str, str] = {}
    for welsh, english in (*_by_hand().items(), *exact.items()):
        folded.setdefault(fold(welsh), english)
    return exact, folded, {english: welsh for english, (_, welsh) in back.items()}


@lru_cache(maxsize=1)
def _by_hand() -> dict[str, str]:
    return {_key(row[0]): row[1] for path in (COMMON, CIVIC) for row in _rows(path)}


@lru_cache(maxsize=1)
def _grammar() -> frozenset[str]:
    return frozenset(_key(row[0]) for row in _rows(COMMON) if row[2:] == ["grammar"])


def english_for(lemma: str) -> str | None:
    """The English for a Welsh lemma, or None where the glossary has none."""
    exact, folded, _ = _tables()
    return exact.get(_key(lemma)) or folded.get(fold(lemma))


def welsh_for(english: str) -> str | None:
    """The Welsh to show for an English concept, or None."""
    return _tables()[2].get(english)


def _english_of(word: str, lemma: str) -> tuple[str | None, str]:
    """The English for one Welsh word, None where the glossary has none, and its Welsh lemma."""
    english = _by_hand().get(_key(word)) or english_for(lemma) or english_for(word)
    if english is None:  # a mutated form that the dictionary does not list
        for reading in demutations(word):
            english = english_for(reading.radical)
            if english is not None:
                return english, reading.radical.lower()
    return english, lemma


def _parts(word: Word) -> list[Word]:
    """A hyphenated Welsh word that the glossary lacks, in its parts; any other word as it is."""
    if "-" not in word.text or _english_of(word.text, lemma_of(word.text, "cy"))[0] is not None:
        return [word]
    return [Word(m.group(), word.start + m.start(), word.start + m.end()) for m in _PART.finditer(word.text)]


def _cut(text: str, language: str | None) -> list[tuple[Word, bool]]:
    """The words to gloss, and whether each stands in a Welsh stretch."""
    if language == "cy":
        return [(part, True) for word in tokens(text, "cy") for part in _parts(word)]
    stretches = tag(text)
    starts = [tagged.word.start for tagged in stretches]
    found: list[tuple[Word, bool]] = []
    for word in tokens(text, "cy"):
        place = bisect_right(starts, word.end - 1) - 1
        welsh = place >= 0 and stretches[place].language == "cy"
        found += [(part, welsh) for part in (_parts(word) if welsh else [word])]
    return found


def welsh_words(text: str, language: str | None) -> tuple[list[str], float]:
    """The words in Welsh stretches of a text, and their share of all its words (0 to 1)."""
    cut = _cut(text, language)
    welsh = [word.text for word, is_welsh in cut if is_welsh]
    return welsh, len(welsh) / max(len(cut), 1)


def civic_entries() -> list[tuple[str, str]]:
    """Welsh and English of the civic glossary, in its order."""
    return [(row[0], row[1]) for row in _rows(CIVIC)]


def gloss_words(text: str, language: str | None) -> list[Glossed]:
    """The text as English words in order. Words that no table has stay as they are written.

    ``language`` ``"cy"`` glosses every word, ``"en"`` none, anything else the words in Welsh stretches.
    """
    if language == "en":
        return [Glossed(w.text, "", w.start, w.end) for w in tokens(text, "en")]
    tagged = _cut(text, language)
    lemmas = [lemma_of(word.text, "cy") if welsh else "" for word, welsh in tagged]
    found: list[Glossed] = []
    position = 0
    while position < len(tagged):
        word, welsh = tagged[position]
        if not welsh:
            found.append(Glossed(word.text, "", word.start, word.end))
            position += 1
            continue
        length, english, source = _longest(tagged, lemmas, position)
        end = tagged[position + length - 1][0].end
        if source in _grammar() or (length == 1 and _key(word.text) in _grammar()):
            source = "yn"
        found.append(Glossed(english or word.text, source, word.start, end, english is not None))
        position += length
    return found


def _longest(
    tagged: list[tuple[Word, bool]], lemmas: list[str], position: int
) -> tuple[int, str | None, str]:
    """How many words the glossary takes here, their English and their Welsh lemma."""
    exact, _, _ = _tables()
    for length in range(min(_LONGEST_PHRASE, len(tagged) - position), 1, -1):
        span = slice(position, position + length)
        if not all(welsh for _, welsh in tagged[span]):
            continue
        written = " ".join(_key(word.text) for word, _ in tagged[span])
        for phrase in (
            written,
            " ".join([lemmas[position], *written.split(" ")[1:]]),
            " ".join(lemmas[span]),
        ):
            joined = phrase.replace(" '", "'")
            if joined in exact:
                return length, exact[joined], joined
    word, lemma = tagged[position][0].text, lemmas[position]
    return 1, *_english_of(word, lemma)


def gloss(text: str, language: str | None) -> str:
    """The English that the encoder reads for a text in either language or both.

    A Welsh word without an entry is left out unless it looks like a name or nothing else is left: kept, it pulls
    every Welsh text towards every other, and languages would become topics.
    """
    if language == "en":
        return text
    glossed = gloss_words(text, language)
    kept = [word.english for word in glossed if word.known or word.english[:1].isupper()]
    return " ".join(kept or [word.english for word in glossed]) or text
