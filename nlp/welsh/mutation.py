"""Initial consonant mutation: how the start of a Welsh word changes after certain words, and back again."""

from typing import Literal, NamedTuple

from nlp.welsh.folding import fold

Mutation = Literal["soft", "nasal", "aspirate", "h"]
MUTATIONS: tuple[Mutation, ...] = ("soft", "nasal", "aspirate", "h")

_VOWELS = "aeiouwy"
# Longest radical first; an empty result means that the consonant disappears.
_TABLE: dict[Mutation, dict[str, str]] = {
    "soft": {
        "ll": "l", "rh": "r", "p": "b", "t": "d", "c": "g", "b": "f", "d": "dd", "g": "", "m": "f",
    },
    "nasal": {"p": "mh", "t": "nh", "c": "ngh", "b": "m", "d": "n", "g": "ng"},
    "aspirate": {"p": "ph", "t": "th", "c": "ch"},
    "h": {},
}  # fmt: skip
# Starts that look mutable and are not: digraphs are letters of their own, and ts- stays.
_UNMUTABLE = ("ch", "dd", "ff", "ng", "ph", "th", "ts")
# Borrowed words whose g stays under the soft mutation.
_KEEPS_G = frozenset({"garej", "gem", "gang", "gol", "golff", "giaffar", "grwp", "gitar", "google"})


class Demutation(NamedTuple):
    """One reading of a word as a mutated form: the radical it may come from, and by which mutation."""

    radical: str
    mutation: Mutation


def _with_case_of(word: str, changed: str) -> str:
    if not changed:
        return changed
    if len(word) > 1 and word.isupper():
        return changed.upper()
    if word[0].isupper():
        return changed[0].upper() + changed[1:]
    return changed


def _starts_with_vowel(folded: str) -> bool:
    return folded[:1] != "" and folded[0] in _VOWELS


def mutate(word: str, mutation: Mutation) -> str:
    """The word as it stands after a word that causes ``mutation``; unchanged where nothing mutates.

    ``mutate("Caerdydd", "nasal") == "Nghaerdydd"``. Case is carried over: ``Gwynedd`` gives ``Wynedd``.
    """
    folded = fold(word)
    if not folded or folded.startswith(_UNMUTABLE):
        return word
    lowered = word[0].lower() + word[1:]
    if mutation == "h":
        return _with_case_of(word, "h" + lowered) if _starts_with_vowel(folded) else word
    if mutation == "soft" and folded in _KEEPS_G:
        return word
    for radical, result in _TABLE[mutation].items():
        if folded.startswith(radical):
            tail = word[len(radical) :]
            return _with_case_of(word, result + tail) if result + tail else word
    return word


def demutations(word: str) -> list[Demutation]:
    """Every radical that ``word`` could be a mutated form of, likeliest first; empty where none is.

    This is spelling only: a dictionary must say which readings are words.
    """
    folded = fold(word)
    if not folded or not folded[0].isalpha():
        return []
    lowered = word[0].lower() + word[1:]
    found: list[Demutation] = []

    def add(cut: int, radical: str, mutation: Mutation) -> None:
        found.append(Demutation(_with_case_of(word, radical + lowered[cut:]), mutation))

    if folded.startswith(("ph", "th", "ch")):
        add(2, folded[0], "aspirate")
    elif folded.startswith("ngh"):
        add(3, "c", "nasal")
    elif folded.startswith("mh"):
        add(2, "p", "nasal")
    elif folded.startswith("nh"):
        add(2, "t", "nasal")
    elif folded.startswith("ng"):
        add(2, "g", "nasal")
    elif folded.startswith("dd"):
        add(2, "d", "soft")
    elif folded.startswith(("ff", "ll", "rh")):
        return []
    elif folded[0] == "b":
        add(1, "p", "soft")
    elif folded[0] == "d":
        add(1, "t", "soft")
    elif folded[0] == "g":
        add(1, "c", "soft")
    elif folded[0] == "f":
        add(1, "b", "soft")
        add(1, "m", "soft")
    elif folded[0] in "lr":
        add(1, "ll" if folded[0] == "l" else "rh", "soft")
        add(0, "g", "soft")
    elif folded[0] == "m":
        add(1, "b", "nasal")
    elif folded[0] == "n":
        add(1, "d", "nasal")
    elif folded[0] == "h" and _starts_with_vowel(folded[1:]):
        add(1, "", "h")
    elif folded[0] in _VOWELS:
        add(0, "g", "soft")
    return found
