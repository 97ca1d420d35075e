"""Two runs side by side: which topics are the same by the statements they share, and what moved between them.

Only topics are compared, not the parts of large ones. Who belongs where is counted by the database, in a fixed number
of statements however much was said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, false, func, select, tuple_, union

from citizen_platform.contributions.models import Contribution
from citizen_platform.core.database import session
from citizen_platform.themes.models import Topic, TopicLeft, TopicPassage, TopicRun
from citizen_platform.themes.queries.runs import topics
from citizen_platform.themes.queries.themes import PAGE

SAME = 0.3
"""Share of the statements of two topics, of those that both runs read, that both must hold to be the same topic."""
PIECE = 0.25
"""Share of a topic's statements that must go to another for the two to be related."""
SHOWN = 3
"""Topics of the other run that are named beside one that is new or gone."""
MOST = 0.5
"""Share of a topic's statements that must come from another for it to be a piece of it."""


@dataclass(frozen=True)
class Same:
    """A topic of the first run and the one of the second that holds most of the same statements: ``shared`` of them."""

    before: Topic
    after: Topic
    shared: int


@dataclass(frozen=True)
class Torn:
    """A topic of one run whose statements are in several of the other, with how many are in each."""

    topic: Topic
    pieces: list[tuple[Topic, int]]


@dataclass(frozen=True)
class Moved:
    """A statement that both runs read and put into different topics; an empty list is none."""

    contribution: Contribution
    before: list[Topic]
    after: list[Topic]


@dataclass(frozen=True)
class Difference:
    """A setting, a version or a figure of two runs. ``kind``: asked, found, setting, version."""

    kind: str
    name: str
    before: Any
    after: Any


@dataclass
class Comparison:
    """What became of the topics of the first run in the second.

    ``in_both`` counts statements that both runs read, ``moved`` those of them that stand elsewhere in the second.
    The pieces of what is new or gone are the topics of the other run that hold most of its statements.
    """

    before: TopicRun
    after: TopicRun
    in_both: int = 0
    moved: int = 0
    same: list[Same] = field(default_factory=list)
    new: list[Torn] = field(default_factory=list)
    gone: list[Torn] = field(default_factory=list)
    split: list[Torn] = field(default_factory=list)
    merged: list[Torn] = field(default_factory=list)


def comparison(before: TopicRun, after: TopicRun) -> Comparison:
    """Two finished runs, the topics of each matched one to one where they share most."""
    first = {topic.id: topic for topic in topics(before.id)}
    second = {topic.id: topic for topic in topics(after.id)}
    shared = _shared(before.id, after.id)
    sizes = {**_sizes(before.id, after.id), **_sizes(after.id, before.id)}
    pairs = _matched(shared, sizes)
    found = Comparison(before, after, in_both=_number(_read_by_both(before.id, after.id)))
    found.moved = _number(_moved(before.id, after.id, pairs))
    found.same = [Same(first[a], second[b], shared[a, b]) for a, b in pairs]
    found.same.sort(key=lambda pair: (-pair.after.size, pair.after.id))
    found.split = _torn(first, second, shared, sizes)
    turned = {(b, a): number for (a, b), number in shared.items()}
    found.merged = _torn(second, first, turned, sizes)
    known = {a for a, _b in pairs} | {
        topic.id for torn in found.merged for topic, _number_there in torn.pieces
    }
    found.gone = [_among(topic, second, shared) for topic in first.values() if topic.id not in known]
    known = {b for _a, b in pairs} | {
        topic.id for torn in found.split for topic, _number_there in torn.pieces
    }
    found.new = [_among(topic, first, turned) for topic in second.values() if topic.id not in known]
    return found


def moved_statements(found: Comparison, page: int = 1) -> tuple[list[Moved], int]:
    """One page of the statements that moved, in the order they came, and how many pages there are (at least one)."""
    pages = max(1, -(-found.moved // PAGE))
    start = (min(max(page, 1), pages) - 1) * PAGE
    pairs = [(same.before.id, same.after.id) for same in found.same]
    numbers = _moved(found.before.id, found.after.id, pairs).subquery()
    chosen = select(Contribution).join(numbers, numbers.c.contribution_id == Contribution.id)
    rows = session.scalars(chosen.order_by(Contribution.id).offset(start).limit(PAGE)).all()
    ids = [row.id for row in rows]
    there = {run_id: _topics_of(run_id, ids) for run_id in (found.before.id, found.after.id)}
    return [
        Moved(row, there[found.before.id].get(row.id, []), there[found.after.id].get(row.id, []))
        for row in rows
    ], pages


def differences(before: TopicRun, after: TopicRun) -> list[Difference]:
    """What was asked, set and installed otherwise for the second run than for the first."""
    found = []
    for kind, first, second in (
        ("asked", _asked(before), _asked(after)),
        ("found", _found(before), _found(after)),
        ("setting", _part(before, "settings"), _part(after, "settings")),
        ("version", _part(before, "versions"), _part(after, "versions")),
    ):
        for name in sorted({*first, *second}):
            if first.get(name) != second.get(name):
                found.append(Difference(kind, name, first.get(name), second.get(name)))
    return found


def _asked(run: TopicRun) -> dict[str, Any]:
    frames = sorted(given["id"] for given in run.wishes.get("frames", ()))
    return {
        "question": run.question_id,
        "seed": run.seed,
        "frames": frames,
        "frames_only": bool(run.wishes.get("frames_only")),
    }


def _found(run: TopicRun) -> dict[str, Any]:
    counts = _part(run, "counts")
    return {name: counts.get(name, 0) for name in ("statements", "assigned", "unassigned", "no_content")}


def _part(run: TopicRun, name: str) -> dict[str, Any]:
    return dict((run.result or {}).get(name) or {})


def _grouped(run_id: int) -> Select[*tuple[Any, ...]]:
    """In SQL: topic and statement, once each, for the topics of a run."""
    return (
        select(TopicPassage.topic_id, TopicPassage.contribution_id)
        .join(Topic, Topic.id == TopicPassage.topic_id)
        .where(Topic.run_id == run_id, Topic.parent_id.is_(None))
        .distinct()
    )


def _read_by(run_id: int) -> Subquery:
    """In SQL: every statement that stands in a run, in a topic or in none."""
    grouped = _grouped(run_id).subquery()
    left = select(TopicLeft.contribution_id).where(TopicLeft.run_id == run_id)
    return union(select(grouped.c.contribution_id), left).subquery()


def _read_by_both(first: int, second: int) -> Select[*tuple[Any, ...]]:
    a, b = _read_by(first), _read_by(second)
    return select(a.c.contribution_id).join(b, a.c.contribution_id == b.c.contribution_id)


def _number(chosen: Select[*tuple[Any, ...]]) -> int:
    return session.scalar(select(func.count()).select_from(chosen.subquery())) or 0


def _shared(first: int, second: int) -> dict[tuple[int, int], int]:
    """By a topic of each run: how many statements are in both, where there are any."""
    a, b = _grouped(first).subquery(), _grouped(second).subquery()
    counted = (
        select(a.c.topic_id, b.c.topic_id, func.count())
        .join(b, a.c.contribution_id == b.c.contribution_id)
        .group_by(a.c.topic_id, b.c.topic_id)
    )
    return {(one, other): number for one, other, number in session.execute(counted)}


def _sizes(run_id: int, other_id: int) -> dict[int, int]:
    """By topic of a run: how many of its statements the other run read as well."""
    grouped, read = _grouped(run_id).subquery(), _read_by(other_id)
    counted = (
        select(grouped.c.topic_id, func.count())
        .join(read, read.c.contribution_id == grouped.c.contribution_id)
        .group_by(grouped.c.topic_id)
    )
    return dict(session.execute(counted).all())


def _matched(shared: dict[tuple[int, int], int], sizes: dict[int, int]) -> list[tuple[int, int]]:
    """Topics that are the same, the most alike first; each in one pair at most."""
    alike = {
        (a, b): number / (sizes[a] + sizes[b] - number)
        for (a, b), number in shared.items()
        if number >= SAME * (sizes[a] + sizes[b] - number)
    }
    taken: set[int] = set()
    pairs = []
    for a, b in sorted(alike, key=lambda pair: (-alike[pair], pair)):
        if a not in taken and b not in taken:
            taken |= {a, b}
            pairs.append((a, b))
    return pairs


def _torn(
    first: dict[int, Topic],
    second: dict[int, Topic],
    shared: dict[tuple[int, int], int],
    sizes: dict[int, int],
) -> list[Torn]:
    """Topics of the first whose statements make up most of two or more of the second."""
    pieces: dict[int, list[tuple[Topic, int]]] = defaultdict(list)
    for (a, b), number in shared.items():
        if number >= PIECE * sizes[a] and number >= MOST * sizes[b]:
            pieces[a].append((second[b], number))
    return [
        Torn(topic, sorted(pieces[topic.id], key=lambda piece: (-piece[1], piece[0].id)))
        for topic in first.values()
        if len(pieces.get(topic.id, ())) > 1
    ]


def _among(topic: Topic, others: dict[int, Topic], shared: dict[tuple[int, int], int]) -> Torn:
    """A topic, and the few of the other run that hold most of its statements."""
    pieces = [(others[b], number) for (a, b), number in shared.items() if a == topic.id]
    return Torn(topic, sorted(pieces, key=lambda piece: (-piece[1], piece[0].id))[:SHOWN])


def _moved(first: int, second: int, pairs: Collection[tuple[int, int]]) -> Select[*tuple[Any, ...]]:
    """In SQL: statements that both read and at least one grouped, without those in both topics of a pair."""
    a, b = _grouped(first).subquery(), _grouped(second).subquery()
    is_pair: ColumnElement[bool] = tuple_(a.c.topic_id, b.c.topic_id).in_(pairs) if pairs else false()
    stayed = select(a.c.contribution_id).join(b, a.c.contribution_id == b.c.contribution_id).where(is_pair)
    anywhere = union(select(a.c.contribution_id), select(b.c.contribution_id)).subquery()
    both = _read_by_both(first, second).subquery()
    return (
        select(both.c.contribution_id)
        .join(anywhere, anywhere.c.contribution_id == both.c.contribution_id)
        .where(both.c.contribution_id.not_in(stayed))
    )


def _topics_of(run_id: int, numbers: Collection[int]) -> dict[int, list[Topic]]:
    """By statement: the topics of a run that it stands in."""
    grouped = _grouped(run_id).subquery()
    rows = session.execute(
        select(grouped.c.contribution_id, Topic)
        .join(Topic, Topic.id == grouped.c.topic_id)
        .where(grouped.c.contribution_id.in_(numbers))
        .order_by(grouped.c.contribution_id, Topic.size.desc(), Topic.id)
    )
    found: dict[int, list[Topic]] = defaultdict(list)
    for number, topic in rows:
        found[number].append(topic)
    return dict(found)
