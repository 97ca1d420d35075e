"""What became of every statement, to the unit: the figures add up to what was received, door by door."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, or_, select

from citizen_platform.accounts.models import Person
from citizen_platform.contributions.models import Contribution
from citizen_platform.core.database import session
from citizen_platform.themes.models import (
    LeftReason,
    Theme,
    ThemePassage,
    ThemeTopic,
    Topic,
    TopicLeft,
    TopicRun,
)


@dataclass(frozen=True)
class Coverage:
    """Every statement received is in exactly one of the four: their sum is ``received``."""

    received: int
    in_themes: int
    no_content: int
    read: int
    unread: int


def coverage(consultation_id: int, *, public_only: bool = True) -> Coverage:
    """What became of every statement: in a theme (signed off, or any), without content, read by a person, or not."""
    return _added_up(coverage_by_door(consultation_id, public_only=public_only).values())


def coverage_by_door(consultation_id: int, *, public_only: bool = True) -> dict[str, Coverage]:
    """The same by the door that the words came through, doors in alphabetical order."""
    place = _place(public_only)
    rows = session.execute(
        select(Contribution.door, place, func.count(Contribution.id))
        .where(Contribution.consultation_id == consultation_id)
        .group_by(Contribution.door, place)
    )
    numbers: dict[str, Counter[str]] = {}
    for door, where, number in rows:
        numbers.setdefault(door.value, Counter())[where] += number
    return {
        door: Coverage(
            found.total(), *(found[where] for where in ("in_themes", "no_content", "read", "unread"))
        )
        for door, found in sorted(numbers.items())
    }


def _place(public_only: bool) -> ColumnElement[str]:
    """Where a statement is: a name of a field of :class:`Coverage`.

    Whether it has content is what the worker found on arrival, and what runs said where the worker has not looked.
    """
    shown = [Theme.is_public] if public_only else []
    grouped = exists().where(
        ThemePassage.contribution_id == Contribution.id, ThemePassage.theme_id == Theme.id, *shown
    )
    left = exists().where(
        TopicLeft.contribution_id == Contribution.id, TopicLeft.reason == LeftReason.NO_CONTENT
    )
    empty = or_(Contribution.has_content.is_(False), and_(Contribution.has_content.is_(None), left))
    return case(
        (grouped, literal("in_themes")),
        (empty, literal("no_content")),
        (Contribution.read_at.is_not(None), literal("read")),
        else_=literal("unread"),
    )


def _added_up(parts: Iterable[Coverage]) -> Coverage:
    names = ("received", "in_themes", "no_content", "read", "unread")
    given = list(parts)
    return Coverage(*(sum(getattr(part, name) for part in given) for name in names))


def readers(consultation_id: int, *, public_only: bool = True) -> list[tuple[Person, int]]:
    """Who read the statements that are in no theme, and how many each; most first. For staff, never for the public."""
    rows = session.execute(
        select(Person, func.count(Contribution.id))
        .join(Contribution, Contribution.read_by_id == Person.id)
        .where(Contribution.consultation_id == consultation_id, _place(public_only) == "read")
        .group_by(Person.id)
        .order_by(func.count(Contribution.id).desc(), Person.id)
    )
    return [(person, number) for person, number in rows]


class GapKind(enum.StrEnum):
    """What stands between a consultation and the claim that everything was heard."""

    UNREAD = "unread"
    UNSIGNED = "unsigned"
    UNSETTLED = "unsettled"


@dataclass(frozen=True)
class Gap:
    """Something missing: how many, and the themes or topics by name where it is about some."""

    kind: GapKind
    number: int
    themes: list[Theme] = field(default_factory=list)
    topics: list[Topic] = field(default_factory=list)


def coverage_gaps(consultation_id: int) -> list[Gap]:
    """Everything that is missing before all that was said can be called heard; empty when nothing is.

    Statements in no theme that nobody read; themes in use, with statements, that nobody signed off; topics of the
    newest finished run that nobody made a theme of or parked. Whether themes are answered is for decisions to say.
    """
    gaps: list[Gap] = []
    unread = coverage(consultation_id, public_only=False).unread
    if unread:
        gaps.append(Gap(GapKind.UNREAD, unread))
    spoken = exists().where(ThemePassage.theme_id == Theme.id)
    unsigned = list(
        session.scalars(
            select(Theme)
            .where(
                Theme.consultation_id == consultation_id,
                ~Theme.is_public,
                Theme.merged_into_id.is_(None),
                Theme.parked_at.is_(None),
                spoken,
            )
            .order_by(Theme.number)
        )
    )
    if unsigned:
        gaps.append(Gap(GapKind.UNSIGNED, len(unsigned), themes=unsigned))
    newest = (
        select(func.max(TopicRun.id))
        .where(TopicRun.consultation_id == consultation_id, TopicRun.finished_at.is_not(None))
        .scalar_subquery()
    )
    unsettled = _unsettled(list(session.scalars(select(Topic).where(Topic.run_id == newest))))
    if unsettled:
        gaps.append(Gap(GapKind.UNSETTLED, len(unsettled), topics=unsettled))
    return gaps


def _unsettled(topics: list[Topic]) -> list[Topic]:
    """Those of a run's topics that nobody decided about, neither as a whole nor all their parts; largest first."""
    used = set(
        session.scalars(
            select(ThemeTopic.topic_id).where(ThemeTopic.topic_id.in_([topic.id for topic in topics]))
        )
    )
    settled = {topic.id for topic in topics if topic.id in used or topic.parked_at is not None}
    parts: dict[int, list[int]] = {}
    for topic in topics:
        if topic.parent_id is not None:
            parts.setdefault(topic.parent_id, []).append(topic.id)
    left = [
        topic
        for topic in topics
        if topic.parent_id is None
        and topic.id not in settled
        and not (parts.get(topic.id) and set(parts[topic.id]) <= settled)
    ]
    return sorted(left, key=lambda topic: (-topic.size, topic.id))
