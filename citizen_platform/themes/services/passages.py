"""What belongs to a theme: topics, whole statements, single passages; put in, moved, taken out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from citizen_platform.accounts.models import Person
from citizen_platform.contributions import services as contributions
from citizen_platform.contributions.models import Contribution
from citizen_platform.contributions.queries import contributions_in
from citizen_platform.core.database import session
from citizen_platform.core.errors import DomainError
from citizen_platform.core.i18n import _l
from citizen_platform.themes.models import Theme, Topic, TopicPassage
from citizen_platform.themes.services.steps import (
    Change,
    Held,
    Spot,
    held_passages,
    hold_desk,
    hold_rows,
)

Tick = tuple[int, int | None]
"""What somebody ticked: a statement by its number, or with a start only the passage that begins there."""


@dataclass(frozen=True)
class Moved:
    """How many statements a step moved, and how many ticks named what is no longer there."""

    statements: int
    gone: int


def refuse_out_of_use(theme: Theme) -> None:
    """Nothing is done to a theme that was merged into another or parked."""
    if theme.merged_into_id is not None:
        raise DomainError(_l("This theme has been merged into another. Work on that one."))
    if theme.parked_at is not None:
        raise DomainError(_l("This theme is parked. Take it back into use first."))


def refuse_parked(topic: Topic) -> None:
    """Nothing is made of a topic that is parked."""
    if topic.parked_at is not None:
        raise DomainError(_l("This topic is parked. Take it back first."))


def topic_spots(topic: Topic) -> list[Spot]:
    """The passages that the machine put into a topic."""
    rows = session.execute(
        select(TopicPassage.contribution_id, TopicPassage.start, TopicPassage.end)
        .where(TopicPassage.topic_id == topic.id)
        .order_by(TopicPassage.id)
    )
    return [Spot(*row) for row in rows]


def give_topic(change: Change, theme: Theme, topic: Topic) -> int:
    """Put every passage of a topic into a theme, as part of a step. Returns how many are new."""
    change.give_topic(theme.id, topic.id)
    return change.give(theme, topic_spots(topic))


def add_topic(theme: Theme, topic: Topic, *, by: Person, now: datetime) -> int:
    """Put every passage of a topic into a theme; those already there stay as they are. Returns how many are new."""
    if topic.run.consultation_id != theme.consultation_id:
        raise DomainError(_l("This topic belongs to another consultation."))
    hold_rows([theme], [topic])
    refuse_out_of_use(theme)
    refuse_parked(topic)
    change = Change(by=by, now=now)
    added = give_topic(change, theme, topic)
    if added or change.topics_given:
        change.done(
            "add_topic",
            "theme.topic_added",
            theme,
            consultation_id=theme.consultation_id,
            topic=topic.id,
            passages=added,
        )
    return added


def add_statement(theme: Theme, contribution: Contribution, *, by: Person, now: datetime) -> None:
    """Put a whole statement into a theme by hand."""
    if contribution.consultation_id != theme.consultation_id:
        raise DomainError(_l("This statement belongs to another consultation."))
    add_statements(theme, [contribution.id], by=by, now=now)


def add_statements(theme: Theme, contribution_ids: Collection[int], *, by: Person, now: datetime) -> Moved:
    """Put whole statements into a theme by hand; those with a passage in it already stay as they are."""
    hold_rows([theme])
    refuse_out_of_use(theme)
    rows = contributions_in(theme.consultation_id, contribution_ids)
    there = {held.spot.contribution_id for held in held_passages(theme.id, {row.id for row in rows})}
    new = [row for row in rows if row.id not in there]
    if new:
        change = Change(by=by, now=now)
        change.give(theme, [Spot(row.id, 0, len(row.text), by.id) for row in new])
        one = {"contribution": new[0].id} if len(new) == 1 else {}
        change.done(
            "add",
            "theme.statement_added",
            theme,
            consultation_id=theme.consultation_id,
            statements=len(new),
            **one,
        )
    return Moved(len(new), len(set(contribution_ids)) - len(rows))


def remove_statement(theme: Theme, contribution: Contribution, *, by: Person, now: datetime) -> None:
    """Take a statement, with all its passages, out of a theme. A public theme keeps at least one."""
    hold_rows([theme])
    if held_passages(theme.id, [contribution.id]):
        take_out(theme, [(contribution.id, None)], by=by, now=now)


def ticked(theme: Theme, ticks: Sequence[Tick]) -> tuple[list[Held], int]:
    """The passages of a theme that were ticked, and how many ticks name what is no longer in it."""
    wanted = set(ticks)
    if not wanted:
        raise DomainError(_l("Tick at least one statement."))
    held = held_passages(theme.id, {number for number, _start in wanted})
    there = {(row.spot.contribution_id, None) for row in held} | {
        (row.spot.contribution_id, row.spot.start) for row in held
    }
    chosen = [
        row
        for row in held
        if (row.spot.contribution_id, None) in wanted or (row.spot.contribution_id, row.spot.start) in wanted
    ]
    if not chosen:
        raise DomainError(
            _l("What you ticked is no longer in this theme: somebody has moved it. Nothing was changed.")
        )
    return chosen, len(wanted - there)


def statements_among(passages: Collection[Held]) -> int:
    """How many statements passages come from."""
    return len({held.spot.contribution_id for held in passages})


def refuse_emptied(theme: Theme, leaving: Collection[Held]) -> None:
    """A public theme keeps at least one statement."""
    if theme.is_public and len(leaving) == len(held_passages(theme.id)):
        raise DomainError(_l("This theme is public: it cannot lose its last statement."))


def move(
    theme: Theme, ticks: Sequence[Tick], into: Theme, *, copy: bool = False, by: Person, now: datetime
) -> Moved:
    """Put ticked statements or passages of one theme into another; with ``copy`` they stay in the first as well.

    What somebody else has moved meanwhile is left where it is and counted.
    """
    if theme.id == into.id:
        raise DomainError(_l("These statements are in this theme already. Choose another."), field="to")
    if theme.consultation_id != into.consultation_id:
        raise DomainError(_l("This theme belongs to another consultation."), field="to")
    hold_desk(theme.consultation_id, [theme, into])
    refuse_out_of_use(theme)
    refuse_out_of_use(into)
    chosen, gone = ticked(theme, ticks)
    change = Change(by=by, now=now)
    if not copy:
        refuse_emptied(theme, chosen)
        change.take(theme, chosen)
    change.give(into, [held.spot._replace(by_id=by.id) for held in chosen])
    moved = Moved(statements_among(chosen), gone)
    if change.taken or change.given:
        change.done(
            "copy" if copy else "move",
            "theme.statements_copied" if copy else "theme.statements_moved",
            theme,
            consultation_id=theme.consultation_id,
            into=into.number,
            statements=moved.statements,
        )
    return moved


def take_out(theme: Theme, ticks: Sequence[Tick], *, read: bool = False, by: Person, now: datetime) -> Moved:
    """Take ticked statements or passages out of a theme; with ``read`` they are marked as read by this person.

    Undoing it puts them back; that they were read stays true.
    """
    hold_desk(theme.consultation_id, [theme])
    refuse_out_of_use(theme)
    chosen, gone = ticked(theme, ticks)
    refuse_emptied(theme, chosen)
    change = Change(by=by, now=now)
    change.take(theme, chosen)
    moved = Moved(statements_among(chosen), gone)
    if read:
        numbers = {held.spot.contribution_id for held in chosen}
        contributions.mark_read(contributions_in(theme.consultation_id, numbers), by=by, now=now)
    one = {"contribution": chosen[0].spot.contribution_id} if moved.statements == 1 else {}
    change.done(
        "take_out",
        "theme.statement_removed",
        theme,
        consultation_id=theme.consultation_id,
        statements=moved.statements,
        read=read,
        **one,
    )
    return moved
