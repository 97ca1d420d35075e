"""Dictionary forms of Welsh and English words, and the mutation each Welsh word stands in.

Order of authority: forms learned from a treebank (:mod:`nlp.build_lemmas`), a short table of civic words that the
dictionary gets wrong, the dictionary (it lists mutated forms), then the dictionary on each demutated reading.
"""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import simplemma

from nlp.contract import Mutation, Token
from nlp.welsh import demutations, fold, fold_apostrophes

OVERRIDES = Path(__file__).parent / "lemma_overrides.tsv"
FORMS = Path(__file__).parent / "lemma_forms.tsv"
_CLITICS = {"'r": "y", "'n": "yn", "'i": "ei", "'u": "eu", "'w": "ei", "'ch": "eich", "'m": "fy", "'th": "dy"}
# Short words and verb forms that look mutated and are not.
_NEVER_MUTATED_TEXT = """
mae maen mai mi nid ni na nad nac fel felly lle ond o a i y er un ar am at wrth oedd oes mewn nes nos heb hyd
hi ei eu ein eich hyn hwn hon hynny
"""
_NEVER_MUTATED = frozenset(_NEVER_MUTATED_TEXT.split())
_NASAL_AFTER_TEXT = """
fy yn ym yng 'n 'm pum saith wyth naw deng deuddeng pymtheng deunaw ugain can
"""
_NASAL_AFTER = frozenset(_NASAL_AFTER_TEXT.split())


def _table(path: Path) -> dict[str, str]:
    rows = path.read_text(encoding="utf-8").splitlines()
    return dict(row.split("\t") for row in rows if row and not row.startswith("#"))


@lru_cache(maxsize=1)
def overrides() -> dict[str, str]:
    """Radical form, accents folded, to lemma: the table written by hand."""
    return _table(OVERRIDES)


@lru_cache(maxsize=1)
def _forms() -> dict[str, str]:
    return _table(FORMS)


@lru_cache(maxsize=100_000)
def lemma_of(word: str, language: str) -> str:
    """The dictionary form of one word; the word itself, in small letters, where no list knows it."""
    plain = fold_apostrophes(word)
    if len(plain) > 40:
        return plain.lower()
    if language != "cy":
        return simplemma.lemmatize(plain, lang="en").lower()
    folded = fold(plain)
    return _forms().get(folded) or lemma_by_rule(plain)


def lemma_by_rule(plain: str) -> str:
    """The Welsh lemma without the learned forms."""
    folded = fold(plain)
    if folded in _CLITICS:
        return _CLITICS[folded]
    if folded in overrides():
        return overrides()[folded]
    readings = demutations(plain)
    for reading in readings:
        found = overrides().get(fold(reading.radical))
        if found and len(folded) > 2 and reading.mutation != "h":
            return found
    lower = plain.lower()
    if simplemma.is_known(lower, lang="cy") or simplemma.is_known(plain, lang="cy"):
        return simplemma.lemmatize(plain, lang="cy").lower()
    for reading in readings:
        if simplemma.is_known(reading.radical.lower(), lang="cy"):
            return simplemma.lemmatize(reading.radical.lower(), lang="cy").lower()
    return lower


def mutation_of(word: str, lemma: str, previous: str = "") -> Mutation | None:
    """The mutation that ``word`` stands in, judged by its lemma and, for the nasal, the word before it."""
    folded, base = fold(word), fold(lemma)
    if folded in _NEVER_MUTATED or not folded or not base or folded.startswith("'"):
        return None
    if _same_start(folded, base):
        return None
    for reading in demutations(folded):
        if not _same_start(reading.radical, base):
            continue
        looks_plain = reading.mutation == "nasal" and not folded.startswith(("mh", "nh", "ng"))
        if looks_plain and fold(previous) not in _NASAL_AFTER:
            continue
        if reading.mutation == "h" and fold(previous) not in _H_AFTER:
            continue
        return reading.mutation
    return None


_H_AFTER = frozenset({"ei", "eu", "ein", "'i", "'u", "'w", "'n", "ar"})
_DIGRAPHS = ("ch", "dd", "ff", "ng", "ll", "ph", "rh", "th")


def _start(word: str) -> str:
    if word.startswith(_DIGRAPHS):
        return word[:2]
    return "*" if word[:1] in tuple("aeiouwy") else word[:1]


def _same_start(word: str, lemma: str) -> bool:
    """Same first sound; any vowel counts as any other, since endings change them (gŵr, gwŷr)."""
    return _start(word) == _start(lemma)


def lemmatise(found: Iterable[str], language: str) -> list[Token]:
    """Tokens for words in order, each with its lemma and mutation."""
    tokens: list[Token] = []
    previous = ""
    for word in found:
        lemma = lemma_of(word, language)
        mutation = mutation_of(word, lemma, previous) if language == "cy" else None
        tokens.append(Token(word, lemma, mutation))
        previous = word
    return tokens
