"""One written form for words that a reader takes to be the same."""

import unicodedata

_APOSTROPHES = dict.fromkeys(map(ord, "\u2019\u2018\u02bc\u02b9\u00b4\u0060\u2032\uff07\u201b"), "'")


def fold_apostrophes(text: str) -> str:
    """Every kind of apostrophe as ``'``; length in code points is kept."""
    return text.translate(_APOSTROPHES)


def fold(text: str) -> str:
    """Text for comparison: no case, no accents, one apostrophe, whatever Unicode form it came in.

    ``fold("Tŷ’r Cyffredin") == "ty'r cyffredin"``. Folding twice changes nothing. Length may change, so
    offsets in folded text mean nothing in the original.
    """
    if text.isascii():
        return text.lower().replace("`", "'")
    decomposed = unicodedata.normalize("NFKD", fold_apostrophes(text).casefold())
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return unicodedata.normalize("NFKC", fold_apostrophes(bare).casefold())
