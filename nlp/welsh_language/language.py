"""The language class: tokeniser, stop words and lexical attributes."""

from spacy.attrs import LIKE_NUM, NORM
from spacy.language import BaseDefaults, Language
from spacy.util import registry

from nlp.welsh import STOP_WORDS, fold_apostrophes
from nlp.welsh_language.numbers import like_num
from nlp.welsh_language.rules import EXCEPTIONS, INFIXES, PREFIXES, SUFFIXES

# spaCy compares whole words in small letters; ours are folded, so the ways they are written are added.
_ACCENTED = {"ynglŷn", "rŵan"}


def _norm(text: str) -> str:
    return fold_apostrophes(text).lower()


class WelshDefaults(BaseDefaults):
    """What a blank Welsh pipeline starts from."""

    tokenizer_exceptions = EXCEPTIONS
    prefixes = PREFIXES
    suffixes = SUFFIXES
    infixes = INFIXES
    lex_attr_getters = {LIKE_NUM: like_num, NORM: _norm}  # noqa: RUF012
    stop_words = set(STOP_WORDS) | {word.replace("'", "’") for word in STOP_WORDS} | _ACCENTED


@registry.languages("cy")
class Welsh(Language):  # type: ignore[no-untyped-call]
    """Welsh, as ``spacy.blank("cy")``."""

    lang = "cy"
    Defaults = WelshDefaults
