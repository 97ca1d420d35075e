"""The Welsh alphabet and its order, in which ch, dd, ff, ng, ll, ph, rh and th are letters."""

import re

from nlp.welsh.folding import fold

ALPHABET = (
    *(
        "a",
        "b",
        "c",
        "ch",
        "d",
        "dd",
        "e",
        "f",
        "ff",
        "g",
        "ng",
        "h",
        "i",
        "j",
        "k",
        "l",
        "ll",
        "m",
        "n",
        "o",
    ),
    *("p", "ph", "q", "r", "rh", "s", "t", "th", "u", "v", "w", "x", "y", "z"),
)
"""The 29 letters of Welsh, with k, q, v, x and z (borrowed names) where Latin order has them."""

_DIGRAPHS = frozenset(letter for letter in ALPHABET if len(letter) == 2)
_RANK = {letter: chr(ord("A") + position) for position, letter in enumerate(ALPHABET)}

# Where n and g meet without being the letter ng: compounds (Llan+gollen) and words said with ng+g (Bangor).
_N_AND_G = re.compile(
    r"^(?:"
    r"llang|peng(?!w)|bryng|brong|glang|hengoed|hengwrt|tongwyn|gwyngr|"
    r"bangor|bango|bangla|dango|ddango|hongi|hwngar|hungar|mongol|congo|gongo|mango|tango|"
    r"llongyf|longyf|ungorn|melyngo|penglog|england|english|hongk|kingst|cheng|angl[ei]s|singap|tangyf"
    r")"
)
_N_AND_G_INSIDE = ("gwyngregyn", "gwyngyll", "llangollen", "llangefni", "langollen", "langefni")


def _ng_is_two_letters(word: str) -> bool:
    return bool(_N_AND_G.match(word)) or any(part in word for part in _N_AND_G_INSIDE)


def letters(word: str) -> list[str]:
    """The Welsh letters of one word, folded: ``letters("Chwilog") == ["ch", "w", "i", "l", "o", "g"]``."""
    folded = fold(word)
    ng_apart = "ng" in folded and _ng_is_two_letters(folded)
    found: list[str] = []
    position = 0
    while position < len(folded):
        pair = folded[position : position + 2]
        if pair in _DIGRAPHS and not (pair == "ng" and ng_apart):
            found.append(pair)
            position += 2
        else:
            found.append(folded[position])
            position += 1
    return found


def sort_key(text: str) -> str:
    """A string that sorts, code point by code point, as Welsh readers expect ``text`` to sort.

    Accents, case, hyphens and apostrophes only break ties, so the order is total for different texts. A space
    comes before any letter and digits before letters.
    """
    primary: list[str] = []
    for word in text.split():
        ranks = [_RANK.get(letter, letter) for letter in letters(word) if letter in _RANK or letter.isalnum()]
        if ranks:
            primary.append("".join(ranks))
    return " ".join(primary) + "\x01" + fold(text) + "\x01" + text
