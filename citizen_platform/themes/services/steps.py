"""Steps at the desk: what each changed is kept row by row beside its event, so that it can be undone.

A step begins with the rows it holds, always in one order (the consultation, its themes by id, its topics by id), so
that no two analysts wait for each other for ever.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, exists, insert, select
from sqlalchemy.exc import IntegrityError

from citizen_platform.accounts.models import Person
from citizen_platform.consultations.models import Consultation
from citizen_platform.contributions.models import Contribution
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.database import Json, hold, session
from citizen_platform.core.errors import DomainError
from citizen_platform.core.events import record
from citizen_platform.core.i18n import _l, clock_time, long_date
from citizen_platform.themes.models import Theme, ThemePassage, ThemeStep, ThemeTopic, Topic

FACTS: dict[type, tuple[str, ...]] = {
    Theme: (
        "name",
        "description",
        "is_minority",
        "is_public",
        "signed_off_by_id",
        "signed_off_at",
        "merged_into_id",
        "parked_at",
        "parked_by_id",
        "parked_because",
    ),
    Topic: ("parked_at", "parked_by_id", "parked_because"),
}
"""What a step may change about a row, and undoing it puts back."""

UNDONE = "-"
"""The reason of a theme that is parked because the step that made it was undone: no words, so in no language."""

MANY = 500
"""Rows named in one statement."""


class Spot(NamedTuple):
    """A passage of a statement, and who put it where it is: None when it came with a topic."""

    contribution_id: int
    start: int
    end: int
    by_id: int | None = None


class Held(NamedTuple):
    """A passage that a theme holds now."""

    id: int
    spot: Spot
    added_at: datetime


def hold_desk(consultation_id: int, themes: Iterable[Theme] = (), topics: Iterable[Topic] = ()) -> None:
    """Keep the desk of a consultation and these rows for this transaction, in the one order."""
    hold(session.get_one(Consultation, consultation_id))
    hold_rows(themes, topics)


def hold_rows(themes: Iterable[Theme] = (), topics: Iterable[Topic] = ()) -> None:
    """Keep themes and topics for this transaction, in the one order."""
    for theme in sorted(set(themes), key=lambda row: row.id):
        hold(theme)
    for topic in sorted(set(topics), key=lambda row: row.id):
        hold(topic)


@contextmanager
def wholly() -> Iterator[None]:
    """All of a step or nothing of it; where only the database knows why not, in words."""
    try:
        with session.begin_nested():
            yield
            session.flush()
    except IntegrityError as error:
        if "theme_is_public" not in str(error.orig):
            raise
        raise DomainError(
            _l(
                "This theme has a published answer, so it stays as it is. You can merge the other theme into this one."
            )
        ) from error


def in_parts(numbers: Collection[int]) -> Iterator[list[int]]:
    """Numbers in lists that fit into one statement."""
    ordered = sorted(numbers)
    for start in range(0, len(ordered), MANY):
        yield ordered[start : start + MANY]


def held_passages(theme_id: int, contribution_ids: Collection[int] | None = None) -> list[Held]:
    """The passages that a theme holds, of these statements or of all, in their order."""
    columns = (
        ThemePassage.id,
        ThemePassage.contribution_id,
        ThemePassage.start,
        ThemePassage.end,
        ThemePassage.added_by_id,
        ThemePassage.added_at,
    )
    found = select(*columns).where(ThemePassage.theme_id == theme_id)
    if contribution_ids is None:
        rows = list(session.execute(found))
    else:
        rows = [
            row
            for part in in_parts(contribution_ids)
            for row in session.execute(found.where(ThemePassage.contribution_id.in_(part)))
        ]
    held = [Held(row[0], Spot(*row[1:5]), row[5]) for row in rows]
    return sorted(held, key=lambda each: each.spot[:3])


class Change:
    """What one step does to rows, noted while it does it."""

    def __init__(self, *, by: Person, now: datetime) -> None:
        self.by = by
        self.now = now
        self.taken: dict[tuple[int, datetime, int | None], list[Spot]] = defaultdict(list)
        self.given: dict[int, list[Spot]] = defaultdict(list)
        self.topics_taken: list[tuple[int, int, datetime]] = []
        self.topics_given: list[tuple[int, int]] = []
        self.rows: list[tuple[Theme | Topic, Json | None]] = []

    def alter(self, row: Theme | Topic) -> None:
        """Note how a row stands before it is changed."""
        self.rows.append((row, facts(row)))

    def made(self, theme: Theme) -> None:
        """Note that this step made the theme."""
        self.rows.append((theme, None))

    def take(self, theme: Theme, passages: Iterable[Held]) -> int:
        """Take passages out of a theme. Returns how many."""
        gone = list(passages)
        for held in gone:
            self.taken[theme.id, held.added_at, held.spot.by_id].append(held.spot)
        for part in in_parts([held.id for held in gone]):
            session.execute(delete(ThemePassage).where(ThemePassage.id.in_(part)))
        return len(gone)

    def give(self, theme: Theme, spots: Collection[Spot]) -> int:
        """Put passages into a theme, none twice. Returns how many are new.

        A passage inside one that is there stays out; one that is there inside a longer new one gives way to it.
        """
        there: dict[int, list[Held]] = defaultdict(list)
        for held in held_passages(theme.id, {spot.contribution_id for spot in spots}):
            there[held.spot.contribution_id].append(held)
        new: dict[int, list[Spot]] = defaultdict(list)
        give_way: dict[int, Held] = {}
        for spot in sorted(spots, key=lambda each: (each.contribution_id, each.start, -each.end)):
            number = spot.contribution_id
            if any(inside(spot, held.spot) for held in there[number]):
                continue
            if any(inside(spot, other) for other in new[number]):
                continue
            give_way |= {held.id: held for held in there[number] if inside(held.spot, spot)}
            new[number].append(spot)
        self.take(theme, give_way.values())
        rows = [spot for spots_of_one in new.values() for spot in spots_of_one]
        if rows:
            self.given[theme.id] += rows
            store_passages(theme.id, rows, self.now)
        return len(rows)

    def give_topic(self, theme_id: int, topic_id: int) -> bool:
        """Note that a theme comes from a topic, too. False when that is known."""
        if session.get(ThemeTopic, (theme_id, topic_id)) is not None:
            return False
        session.add(ThemeTopic(theme_id=theme_id, topic_id=topic_id, added_at=self.now))
        self.topics_given.append((theme_id, topic_id))
        return True

    def take_topic(self, link: ThemeTopic) -> None:
        """Forget that a theme comes from a topic."""
        self.topics_taken.append((link.theme_id, link.topic_id, link.added_at))
        session.delete(link)

    @property
    def undo(self) -> Json:
        """What it takes to undo the step: rows, never words other than a theme's old name and description."""
        return {
            "taken": [
                {"theme": theme_id, "at": plain(at), "by": by_id, "rows": [spot[:3] for spot in spots]}
                for (theme_id, at, by_id), spots in self.taken.items()
            ],
            "given": [
                {"theme": theme_id, "rows": [spot[:3] for spot in spots]}
                for theme_id, spots in self.given.items()
            ],
            "topics_taken": [[*link[:2], plain(link[2])] for link in self.topics_taken],
            "topics_given": [list(link) for link in self.topics_given],
            "rows": [
                {"table": row.__tablename__, "id": row.id, "before": before, "after": facts(row)}
                for row, before in self.rows
            ],
        }

    def done(
        self, verb: str, event: str, subject: Theme | Topic, *, consultation_id: int, **details: Any
    ) -> ThemeStep:
        """Write the step and its event; ``details`` are numbers, never words."""
        session.flush()
        step = ThemeStep(
            consultation_id=consultation_id,
            theme_id=subject.id if isinstance(subject, Theme) else None,
            verb=verb,
            by_id=self.by.id,
            at=self.now,
            undo=self.undo,
        )
        session.add(step)
        session.flush()
        record(event, subject, by=self.by, now=self.now, step=step.id, **details)
        return step


def inside(small: Spot, large: Spot) -> bool:
    """True when the passage lies within the other (or is the same)."""
    return large.start <= small.start and small.end <= large.end


def store_passages(theme_id: int, spots: Iterable[Spot], added_at: datetime) -> None:
    """Write passages of a theme, each with whoever put it there."""
    rows = [
        {
            "theme_id": theme_id,
            "contribution_id": spot.contribution_id,
            "start": spot.start,
            "end": spot.end,
            "added_at": added_at,
            "added_by_id": spot.by_id,
        }
        for spot in spots
    ]
    if rows:
        session.execute(insert(ThemePassage), rows)


def facts(row: Theme | Topic) -> Json:
    """What a step may change about a row, as JSON can hold it."""
    return {name: plain(getattr(row, name)) for name in FACTS[type(row)]}


def plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    if isinstance(value, Bilingual):
        return [value.cy, value.en, value.stale]
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def put_back(row: Theme | Topic, before: Json) -> None:
    """Give a row the facts it had."""
    for name, value in before.items():
        if isinstance(value, list):
            value = Bilingual(*value)
        elif name.endswith("_at") and value is not None:
            value = datetime.fromisoformat(value)
        setattr(row, name, value)


def undo(step: ThemeStep, *, by: Person, now: datetime) -> None:
    """Put back what a step changed, all of it; refused, in words, when a later step changed the same rows."""
    kept = step.undo
    rows: list[tuple[Theme | Topic, Json]] = [
        (
            session.get_one(Theme, entry["id"])
            if entry["table"] == "theme"
            else session.get_one(Topic, entry["id"]),
            entry,
        )
        for entry in kept.get("rows", ())
    ]
    ids = {entry["theme"] for entry in (*kept.get("taken", ()), *kept.get("given", ()))}
    ids |= {row.id for row, _entry in rows if isinstance(row, Theme)}
    themes = [session.get_one(Theme, theme_id) for theme_id in sorted(ids)]
    topics = [row for row, _entry in rows if isinstance(row, Topic)]
    hold_desk(step.consultation_id, themes, topics)
    session.refresh(step)
    if step.undone_at is not None:
        raise DomainError(_l("This step was undone already."))
    if not any(kept.values()):
        raise DomainError(
            _l("A sign-off is not undone here. Take the theme out of public on its own page, with a reason.")
        )
    refuse_touched_later(step)
    for row, entry in rows:
        if facts(row) != entry["after"]:
            raise DomainError(CHANGED_SINCE)
    with wholly():
        for entry in kept.get("given", ()):
            take_again(entry["theme"], entry["rows"])
        for row, entry in rows:
            parked = {"parked_at": plain(now), "parked_by_id": by.id, "parked_because": UNDONE}
            put_back(row, parked if entry["before"] is None else entry["before"])
        session.flush()
        for entry in kept.get("taken", ()):
            give_again(entry)
        for theme_id, topic_id in kept.get("topics_given", ()):
            session.execute(
                delete(ThemeTopic).where(ThemeTopic.theme_id == theme_id, ThemeTopic.topic_id == topic_id)
            )
        for theme_id, topic_id, at in kept.get("topics_taken", ()):
            if session.get(ThemeTopic, (theme_id, topic_id)) is None:
                session.add(
                    ThemeTopic(theme_id=theme_id, topic_id=topic_id, added_at=datetime.fromisoformat(at))
                )
        for theme in themes:
            keep_whole(theme)
    step.undone_at, step.undone_by_id = now, by.id
    record("theme.undone", step, by=by, now=now, undone=step.verb)


def touched(kept: Json) -> set[tuple[str, int, int]]:
    """What a step changed: rows, statements in themes, and which theme comes from which topic."""
    return (
        {(entry["table"], entry["id"], 0) for entry in kept.get("rows", ())}
        | {
            ("passages", entry["theme"], row[0])
            for entry in (*kept.get("taken", ()), *kept.get("given", ()))
            for row in entry["rows"]
        }
        | {
            ("topics", link[0], link[1])
            for link in (*kept.get("topics_taken", ()), *kept.get("topics_given", ()))
        }
    )


def refuse_touched_later(step: ThemeStep) -> None:
    """Refuse while a later step that changed the same things stands: that one has to be undone first."""
    own = touched(step.undo)
    for later in session.scalars(
        select(ThemeStep)
        .where(
            ThemeStep.consultation_id == step.consultation_id,
            ThemeStep.id > step.id,
            ThemeStep.undone_at.is_(None),
        )
        .order_by(ThemeStep.id.desc())
    ):
        if own & touched(later.undo):
            raise DomainError(
                _l(
                    "This step cannot be undone yet. %(person)s changed the same things later, on %(date)s at %(time)s:"
                    " undo that step first.",
                    person=later.by.name,
                    date=long_date(later.at),
                    time=clock_time(later.at),
                )
            )


CHANGED_SINCE = _l("This step cannot be undone any more: what it changed has been changed again since.")


def take_again(theme_id: int, rows: Sequence[Sequence[int]]) -> None:
    """Take out of a theme what a step gave it; whatever is gone because the statement is gone is no loss."""
    given = {(row[0], row[1], row[2]) for row in rows}
    there = {
        held.spot[:3]: held.id for held in held_passages(theme_id, {number for number, _start, _end in given})
    }
    if still_said({spot[0] for spot in given - set(there)}):
        raise DomainError(CHANGED_SINCE)
    for part in in_parts([there[spot] for spot in given & set(there)]):
        session.execute(delete(ThemePassage).where(ThemePassage.id.in_(part)))


def give_again(entry: Json) -> None:
    """Give a theme what a step took from it, since when and from whom it had it."""
    spots = [Spot(row[0], row[1], row[2], entry["by"]) for row in entry["rows"]]
    said = still_said({spot.contribution_id for spot in spots})
    there: dict[int, list[Spot]] = defaultdict(list)
    for held in held_passages(entry["theme"], said):
        there[held.spot.contribution_id].append(held.spot)
    back = [spot for spot in spots if spot.contribution_id in said]
    for spot in back:
        if any(inside(spot, other) or inside(other, spot) for other in there[spot.contribution_id]):
            raise DomainError(CHANGED_SINCE)
    store_passages(entry["theme"], back, datetime.fromisoformat(entry["at"]))


def still_said(contribution_ids: Collection[int]) -> set[int]:
    """Which of these statements are there."""
    return {
        number
        for part in in_parts(contribution_ids)
        for number in session.scalars(select(Contribution.id).where(Contribution.id.in_(part)))
    }


def has_passages(theme: Theme) -> bool:
    """True while anybody is in the theme."""
    return bool(session.scalar(select(exists().where(ThemePassage.theme_id == theme.id))))


def keep_whole(theme: Theme) -> None:
    """Refuse what would leave a theme out of use with statements, or a public one without."""
    if theme.is_in_use and not theme.is_public:
        return
    merged_here = select(exists().where(Theme.merged_into_id == theme.id))
    if theme.parked_because == UNDONE and session.scalar(merged_here):
        raise DomainError(CHANGED_SINCE)
    if has_passages(theme) != theme.is_public:
        raise DomainError(CHANGED_SINCE)
