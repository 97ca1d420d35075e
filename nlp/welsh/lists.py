"""Lists in a Welsh sentence: "afonydd, bysiau ac ysgolion"."""

from collections.abc import Sequence

from nlp.welsh.folding import fold
from nlp.welsh.mutation import mutate

# Words before which "ac" stands although they begin with a consonant.
_AC_BEFORE_TEXT = """
fe fel felly mae maent mai megis meddai mi mor na nac nad ni nid roedd roeddwn roeddent sydd sy
"""
_AC_BEFORE = frozenset(_AC_BEFORE_TEXT.split())
# Figures whose Welsh name begins with a vowel: un, wyth, un ar ddeg, un ar bymtheg, wyth deg...
_AC_FIGURES = frozenset({"1", "8", "11", "16", *map(str, range(80, 90))})


def and_word(following: str) -> str:
    """``"ac"`` before a vowel (w and y are vowels) and a few set words, otherwise ``"a"``."""
    folded = fold(following).lstrip("\"'([{«“”‘’ ")
    first = folded.split()[0].strip(".,;:!?)") if folded.split() else ""
    if first[:1].isdigit():
        figure = "".join(c for c in first if c.isdigit())
        return "ac" if figure in _AC_FIGURES else "a"
    if first[:1] and first[0] in "aeiouwy":
        return "ac"
    return "ac" if first in _AC_BEFORE else "a"


def and_list(items: Sequence[str], *, mutates: bool = False) -> str:
    """The items as a Welsh list: ``""``, ``"a"``, ``"a ac b"``, ``"a, b ac c"``.

    ``mutates`` gives the last item the aspirate mutation that "a" causes ("te a choffi"); leave it off for
    titles and words that people wrote themselves.
    """
    if not items:
        return ""
    if len(items) == 1:
        return items[0]
    last = items[-1]
    conjunction = and_word(last)
    if mutates and conjunction == "a":
        last = mutate(last, "aspirate")
    return f"{', '.join(items[:-1])} {conjunction} {last}"
