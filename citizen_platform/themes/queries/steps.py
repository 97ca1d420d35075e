"""Reads of what was done at a desk: steps that can be undone, and the log of every deed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, literal, select
from sqlalchemy.orm import joinedload

from citizen_platform.accounts.models import Person
from citizen_platform.core.database import session
from citizen_platform.core.events import Event
from citizen_platform.themes.models import CodingRound, Theme, ThemeStep, Topic, TopicRun
from citizen_platform.themes.queries.themes import PAGE

FINAL = "sign_off"
"""The verb of the one step that is never undone."""


def step_of(consultation_id: int, step_id: int) -> ThemeStep | None:
    """A step at the desk of this consultation."""
    return session.scalar(
        select(ThemeStep).where(ThemeStep.consultation_id == consultation_id, ThemeStep.id == step_id)
    )


def last_step(theme_id: int, verb: str) -> ThemeStep | None:
    """The newest step of this kind on a theme that was not undone."""
    return session.scalar(
        select(ThemeStep)
        .where(ThemeStep.theme_id == theme_id, ThemeStep.verb == verb, ThemeStep.undone_at.is_(None))
        .order_by(ThemeStep.id.desc())
        .limit(1)
    )


@dataclass(frozen=True)
class Deed:
    """An event at a desk in the terms of the desk: who, what, with which themes and topics, and its step if any.

    ``undone_by`` is who undid the step. ``step`` of an undoing is the step that was undone.
    """

    event: Event
    person: Person | None
    theme: Theme | None
    topic: Topic | None
    step: ThemeStep | None
    undone_by: Person | None

    @property
    def can_be_undone(self) -> bool:
        """It is a step that nobody has undone; whether later steps stand in the way is seen when it is tried."""
        return (
            self.step is not None
            and self.event.verb != "theme.undone"
            and self.step.undone_at is None
            and self.step.verb != FINAL
        )


def history(consultation_id: int, page: int = 1) -> tuple[list[Deed], int]:
    """One page of what was done at the desk of a consultation, newest first, and how many pages there are."""
    return _deeds(_at_desk(consultation_id), page, PAGE)


def newest_steps(consultation_id: int, *, theme: Theme | None = None, most: int = 5) -> list[Deed]:
    """The newest deeds at a desk (or on one theme) that are steps somebody may want to undo."""
    steps = select(ThemeStep.id).where(
        ThemeStep.consultation_id == consultation_id,
        ThemeStep.undone_at.is_(None),
        ThemeStep.verb != FINAL,
    )
    if theme is not None:
        steps = steps.where(ThemeStep.theme_id == theme.id)
    numbers = list(session.scalars(steps.order_by(ThemeStep.id.desc()).limit(most)))
    if not numbers:
        return []
    told = Event.details["step"].as_integer().in_(numbers)
    return _deeds(_at_desk(consultation_id) & told, 1, most)[0]


def _at_desk(consultation_id: int) -> ColumnElement[bool]:
    """Events whose subject is one of the things of a consultation's desk."""
    kinds = [
        select(literal(f"{table.__tablename__}:") + cast(table.id, String)).where(
            table.consultation_id == consultation_id
        )
        for table in (Theme, ThemeStep, TopicRun, CodingRound)
    ]
    topics = (
        select(literal("topic:") + cast(Topic.id, String))
        .join(TopicRun)
        .where(TopicRun.consultation_id == consultation_id)
    )
    first, *others = (*kinds, topics)
    return Event.subject.in_(first.union_all(*others))


def _deeds(wanted: ColumnElement[bool], page: int, each: int) -> tuple[list[Deed], int]:
    total = session.scalar(select(func.count(Event.id)).where(wanted)) or 0
    pages = max(1, -(-total // each))
    start = (min(max(page, 1), pages) - 1) * each
    events = list(
        session.scalars(select(Event).where(wanted).order_by(Event.id.desc()).offset(start).limit(each))
    )
    steps = {
        row.id: row
        for row in session.scalars(
            select(ThemeStep)
            .where(ThemeStep.id.in_({_step_id(event) or 0 for event in events}))
            .options(joinedload(ThemeStep.by))
        )
    }
    people = _by_id(
        Person, [event.actor_id for event in events] + [step.undone_by_id for step in steps.values()]
    )
    themes = _by_id(
        Theme,
        [_subject_id(event, "theme") for event in events] + [step.theme_id for step in steps.values()],
    )
    topics = _by_id(Topic, [_topic_id(event) for event in events])
    return [
        Deed(
            event=event,
            person=people.get(event.actor_id),
            theme=themes.get(_subject_id(event, "theme") or (step.theme_id if step else None)),
            topic=topics.get(_topic_id(event)),
            step=step,
            undone_by=people.get(step.undone_by_id) if step else None,
        )
        for event in events
        for step in [steps.get(_step_id(event) or 0)]
    ], pages


def _by_id(kind: Any, ids: Iterable[int | None]) -> dict[int | None, Any]:
    wanted = {number for number in ids if number is not None}
    if not wanted:
        return {}
    return {row.id: row for row in session.scalars(select(kind).where(kind.id.in_(wanted)))}


def _subject_id(event: Event, table: str) -> int | None:
    kind, _colon, number = event.subject.partition(":")
    return int(number) if kind == table else None


def _topic_id(event: Event) -> int | None:
    return _subject_id(event, "topic") or event.details.get("topic") or event.details.get("from_topic")


def _step_id(event: Event) -> int | None:
    return _subject_id(event, "theme_step") or event.details.get("step")
