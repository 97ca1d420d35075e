"""Statements to the distinct passages that topics are formed from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from nlp.contract import Campaign, Language, Stance, Statement
from nlp.embedding.encoder import Encoder
from nlp.embedding.model import Vectors
from nlp.reading import language_of, pieces_of
from nlp.stance import stance_of
from nlp.vectors import rounded, unpack
from nlp.welsh import fold

_ALIKE = 0.6  # of the runs of a passage in a campaign's passage: a copy with a word changed


@dataclass(slots=True)
class Spoken:
    """A passage, the statement it is from (by place), and the distinct text it stands for."""

    statement: int
    start: int
    end: int
    text: str
    language: Language
    stance: Stance
    distinct: int = 0


@dataclass(slots=True)
class Gathered:
    """Every passage; the first of each distinct text; and the vectors of those, shape (distinct, dimensions)."""

    languages: list[Language]
    passages: list[Spoken] = field(default_factory=list)
    distinct: list[Spoken] = field(default_factory=list)
    vectors: Vectors = field(default_factory=lambda: np.zeros((0, 0), dtype=np.float32))
    embedded: int = 0


def same(text: str) -> str:
    """Texts that differ in case, accents, marks or spaces only are one text."""
    return " ".join("".join(c if c.isalnum() else " " for c in fold(text)).split())


def gather(
    statements: Sequence[Statement],
    encoder: Encoder,
    campaigns: Sequence[Campaign] = (),
    progress: Callable[[int, int], None] | None = None,
) -> Gathered:
    """The passages of all statements; stored vectors of this encoder are used, the others made now."""
    gathered = Gathered([language_of(s.text, s.language)[0] for s in statements])
    stored: dict[int, str] = {}  # by place among the passages
    for number, statement in enumerate(statements):
        if statement.passages is not None and statement.version == encoder.version:
            for kept in statement.passages:
                stored[len(gathered.passages)] = kept.vector
                text = statement.text[kept.start : kept.end]
                gathered.passages.append(
                    Spoken(number, kept.start, kept.end, text, kept.language, kept.stance)
                )
        else:
            for piece in pieces_of(statement.text, gathered.languages[number]):
                start, end, text, language = piece
                gathered.passages.append(Spoken(number, start, end, text, language, stance_of(text)))
    _number(gathered, statements, campaigns)
    firsts: dict[int, int] = {}
    with_vector: dict[int, int] = {}
    for place, passage in enumerate(gathered.passages):
        firsts.setdefault(passage.distinct, place)
        if place in stored:
            with_vector.setdefault(passage.distinct, place)
    gathered.distinct = [gathered.passages[firsts[number]] for number in range(len(firsts))]
    gathered.vectors = np.zeros((len(firsts), encoder.dimensions), dtype=np.float32)
    missing: list[int] = []
    for number in range(len(firsts)):
        if number in with_vector:
            gathered.vectors[number] = unpack(stored[with_vector[number]], encoder.dimensions)
        else:
            missing.append(number)
    gathered.embedded = len(missing)
    if progress:
        progress(0, len(missing))
    made = encoder.encode(
        [gathered.distinct[n].text for n in missing],
        [gathered.distinct[n].language for n in missing],
        (lambda done: progress(done, len(missing))) if progress else None,
    )
    if missing:
        gathered.vectors[missing] = rounded(made)
    return gathered


def _number(gathered: Gathered, statements: Sequence[Statement], campaigns: Sequence[Campaign]) -> None:
    """Gives each passage the number of its distinct text; a campaign's passages count as the first copy's."""
    keys = [same(passage.text) for passage in gathered.passages]
    standing = _copies(gathered, keys, statements, campaigns)
    place: dict[str, int] = {}
    for passage, key in zip(gathered.passages, keys, strict=True):
        passage.distinct = place.setdefault(standing.get(key, key), len(place))


def _runs(key: str) -> frozenset[tuple[str, ...]]:
    found = key.split()
    return frozenset(zip(found, found[1:], strict=False))


def _copies(
    gathered: Gathered, keys: Sequence[str], statements: Sequence[Statement], campaigns: Sequence[Campaign]
) -> dict[str, str]:
    """For a passage in a campaign with a word or two changed, the passage that most others have."""
    if not campaigns:
        return {}
    place = {statement.id: number for number, statement in enumerate(statements)}
    passages_of: dict[int, list[str]] = {}
    for passage, key in zip(gathered.passages, keys, strict=True):
        passages_of.setdefault(passage.statement, []).append(key)
    standing: dict[str, str] = {}
    for campaign in campaigns:
        counts: dict[str, int] = {}
        for member in campaign.members:
            for key in passages_of.get(place[member.id], ()):
                counts[key] = counts.get(key, 0) + 1
        often = sorted((key for key in counts if counts[key] > 1), key=lambda key: (-counts[key], key))[:50]
        patterns = [(key, _runs(key)) for key in often]
        for key in counts:
            runs = _runs(key)
            for pattern, its in patterns:
                if key == pattern or counts[key] >= counts[pattern]:
                    break
                if runs and len(runs & its) >= _ALIKE * max(len(runs), len(its)):
                    standing.setdefault(key, standing.get(pattern, pattern))
                    break
    return standing
