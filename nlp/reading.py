"""What is worked out once, when a statement arrives: its language, its passages, their stance and vectors."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from nlp.contract import Language, Passage, Read, Statement
from nlp.embedding.encoder import Encoder
from nlp.language import detect
from nlp.segments import passages
from nlp.stance import stance_of
from nlp.vectors import pack

_SURE = 0.95  # a passage plainly in another language than its statement is read in its own


class Piece(NamedTuple):
    """A passage of a statement before it has a vector."""

    start: int
    end: int
    text: str
    language: Language


def language_of(text: str, hint: Language | None) -> tuple[Language, float]:
    """The language of a statement; the hint decides only where the text itself leaves it open."""
    language, probability = detect(text)
    open_ = language == "other" or (language in ("cy", "en") and probability < _SURE)
    if open_ and hint in ("cy", "en") and hint != language:
        return hint, round(1 - probability, 4)
    return language, probability


def pieces_of(text: str, language: Language) -> list[Piece]:
    """The passages of a statement, each in its own language; none where it says nothing."""
    found: list[Piece] = []
    for start, end in passages(text):
        own, probability = detect(text[start:end])
        if language in ("cy", "en") and (probability < _SURE or own == "other"):
            own = language
        found.append(Piece(start, end, text[start:end], own))
    return found


def read(
    statements: Sequence[Statement], encoder: Encoder, progress: Callable[[int], None] | None = None
) -> list[Read]:
    """Each statement as it is worth keeping; ``progress`` is told how many passages have a vector."""
    languages = [language_of(s.text, s.language) for s in statements]
    split = [pieces_of(s.text, found[0]) for s, found in zip(statements, languages, strict=True)]
    every = [piece for pieces in split for piece in pieces]
    rows = iter(encoder.encode([p.text for p in every], [p.language for p in every], progress))
    answer: list[Read] = []
    for statement, (language, probability), pieces in zip(statements, languages, split, strict=True):
        kept = [Passage(p.start, p.end, p.language, stance_of(p.text), pack(next(rows))) for p in pieces]
        answer.append(Read(statement.id, language, probability, encoder.version, bool(kept), kept))
    return answer
