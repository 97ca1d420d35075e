"""A statement as passages, the smallest texts that are grouped; and statements that say nothing.

Offsets are code points in the statement as given.
"""

import re
from typing import NamedTuple

from nlp.welsh import fold

SHORTEST = 4  # words: a shorter sentence joins its neighbour
LONGEST = 1_000  # characters: a longer sentence is cut at a space
MOST = 200  # passages in one statement; what is left joins the last

_ABBREVIATIONS_TEXT = """
mr mrs ms dr prof st e.g i.e eg ie etc no nos tel vs approx dept cllr rev parch h.y e.e ayyb ayb rhif tud gw
"""
_ABBREVIATIONS = frozenset(_ABBREVIATIONS_TEXT.split())
_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s|$)|\n+|;(?=\s)|\s[•·]\s")
_NOTHING_TEXT = """
n/a|na|n.a|n a|none|no|nope|nil|nothing|nothing to add|nothing else|nothing further|nothing more|no comment
no comments|no further comment|no further comments|no other comments|none at all|not applicable|not sure|unsure
dont know|don't know|do not know|i don't know|no idea|no answer|no response|no opinion|no views|no view
as above|see above|same as above|as before|same|same again|ditto|see previous|see previous answer|see below
yes|y|n|ok|okay|yep|yeah|fine|agree|disagree|i agree|i disagree|agreed|no thanks|no thank you|thanks|thank you
test|asdf|xxx|blank|skip|pass|prefer not to say|not really|no not really|no suggestions|no suggestion
dim|dim byd|dim sylw|dim sylwadau|dim sylwadau pellach|dim sylw pellach|dim i'w ychwanegu|dim byd i'w ychwanegu
dim byd arall|dim arall|dim barn|dim ateb|ddim yn gwybod|dim yn gwybod|dw i ddim yn gwybod|dwi ddim yn gwybod
dim syniad|amherthnasol|ddim yn berthnasol|dim yn berthnasol|nid yw'n berthnasol|a/y|b/g|heb farn|ddim yn siwr
fel uchod|gweler uchod|gweler yr uchod|fel yr uchod|yr un fath|yr un peth|gweler isod|fel o'r blaen
ie|ydw|ydy|ydi|oes|nac oes|nag oes|nage|nac ydw|nac ydy|nac ydi|do|naddo|bydd|na fydd|iawn|cytuno|anghytuno
rwy'n cytuno|dw i'n cytuno|dwi'n cytuno|rwyn cytuno|diolch|dim diolch|diolch yn fawr|gwell gen i beidio dweud
"""
_NOTHING = frozenset(_NOTHING_TEXT.replace("\n", "|").split("|")) - {""}


class Passage(NamedTuple):
    """``statement[start:end]``."""

    start: int
    end: int


def has_content(text: str) -> bool:
    """Whether a statement says anything: not empty, marks only, a bare yes or no, or "as above"."""
    folded = " ".join(re.sub(r"[^\w\s'/.]+", " ", fold(text[:400])).replace(".", " ").split())
    if not any(c.isalpha() for c in folded):
        return False
    if len(text) > 200:
        return True
    if sum(c.isalpha() for c in folded) < 2:
        return False
    bare = folded.strip("' /")
    return bare not in _NOTHING and bare.replace("'", "") not in _NOTHING


def _ends(text: str) -> list[int]:
    found: list[int] = []
    for match in _END.finditer(text):
        if match.group().startswith("."):
            last_word = text[max(0, match.start() - 12) : match.start()].split()[-1:]
            if last_word and last_word[0].lower().lstrip("(") in _ABBREVIATIONS:
                continue
        found.append(match.end())
    return [*found, len(text)]


def _cut_long(text: str, start: int, end: int) -> list[Passage]:
    pieces: list[Passage] = []
    while end - start > LONGEST:
        cut = text.rfind(" ", start + LONGEST // 2, start + LONGEST)
        cut = cut if cut > 0 else start + LONGEST
        pieces.append(Passage(start, cut))
        start = cut
    return [*pieces, Passage(start, end)]


def _trim(text: str, passage: Passage) -> Passage:
    start, end = passage
    while start < end and (text[start].isspace() or text[start] in "-–—•·*,;:"):
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Passage(start, end)


def _words(text: str, passage: Passage) -> int:
    return len(text[passage.start : passage.end].split())


def passages(text: str) -> list[Passage]:
    """The passages of a statement, in order and apart; none where it has no content.

    Sentences and lines, very short ones joined to the one before (the first to the one after).
    """
    if not has_content(text):
        return []
    pieces: list[Passage] = []
    start = 0
    for end in _ends(text):
        pieces.extend(_cut_long(text, start, end))
        start = end
    joined: list[Passage] = []
    for piece in (_trim(text, piece) for piece in pieces):
        if not any(c.isalnum() for c in text[piece.start : piece.end]):
            continue
        joins = joined and (_words(text, piece) < SHORTEST or _words(text, joined[-1]) < SHORTEST)
        if joined and ((joins and piece.end - joined[-1].start <= LONGEST) or len(joined) >= MOST):
            joined[-1] = Passage(joined[-1].start, piece.end)
        else:
            joined.append(piece)
    return joined
