"""What was said and who holds the receipt: reads with a total order and a bounded number of statements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, func, or_, select

from citizen_platform.contributions.models import (
    UNREADABLE,
    Contribution,
    Door,
    Passage,
    Receipt,
    TextLanguage,
    unreadable_by,
)
from citizen_platform.core.database import session
from citizen_platform.core.security import digest, read_code

NOT_LOOKED = "unknown"
"""Key of :attr:`Counts.by_language` for statements whose language nobody has looked for yet."""


@dataclass(frozen=True)
class Counts:
    """How much came in for one consultation. ``people`` counts receipts: acts of giving, not names; a table
    of an assembly has its receipt before anything is said there, and counts from its first statement on.

    ``by_language`` holds statements by the language found (cy, en, mixed, other, unknown), ``by_form_language`` by the
    language of the form, ``by_door`` statements by door, ``people_by_door`` receipts by door and
    ``people_by_form`` receipts by door and language of the form; only what is not zero.
    """

    people: int = 0
    statements: int = 0
    unread: int = 0
    released: int = 0
    by_language: Counter[str] = field(default_factory=Counter)
    by_form_language: Counter[str] = field(default_factory=Counter)
    by_door: Counter[str] = field(default_factory=Counter)
    people_by_door: Counter[str] = field(default_factory=Counter)
    people_by_form: Counter[tuple[str, str]] = field(default_factory=Counter)


@dataclass(frozen=True)
class Filter:
    """Which statements somebody wants to see; an empty value means all. ``language`` may be ``unknown``."""

    language: str = ""
    door: str = ""
    question_id: int | None = None
    unread: bool = False
    released: bool = False


def receipt_by_code(typed: str) -> Receipt | None:
    """The receipt of a code however it was typed: case, spaces, dashes and look-alike letters do not matter."""
    code = read_code(typed)
    return session.scalar(select(Receipt).where(Receipt.code_digest == digest(code))) if code else None


def contribution_in(consultation_id: int, contribution_id: int) -> Contribution | None:
    """A statement by its number, only if it was made in that consultation."""
    return session.scalar(
        select(Contribution).where(
            Contribution.id == contribution_id, Contribution.consultation_id == consultation_id
        )
    )


def contributions_in(consultation_id: int, contribution_ids: Collection[int]) -> list[Contribution]:
    """Statements by their numbers, only those made in that consultation."""
    chosen = select(Contribution).where(
        Contribution.id.in_(contribution_ids), Contribution.consultation_id == consultation_id
    )
    return list(session.scalars(chosen.order_by(Contribution.id)))


def statements_of(
    consultation_id: int, wanted: Filter = Filter(), *, limit: int | None = None, offset: int = 0
) -> list[Contribution]:
    """Statements of a consultation in the order in which they came in."""
    chosen = filtered(select(Contribution), consultation_id, wanted).order_by(Contribution.id)
    return list(session.scalars(chosen.limit(limit).offset(offset)))


def number_of_statements(consultation_id: int, wanted: Filter = Filter()) -> int:
    """How many statements :func:`statements_of` would give without a limit."""
    return session.scalar(filtered(select(func.count(Contribution.id)), consultation_id, wanted)) or 0


def unread(consultation_id: int) -> int:
    """How many statements of a consultation nobody has read yet."""
    return number_of_statements(consultation_id, Filter(unread=True))


def filtered(statement: Select[tuple[object]], consultation_id: int, wanted: Filter) -> Select[tuple[object]]:
    """A statement about contributions narrowed to what is wanted."""
    statement = statement.where(Contribution.consultation_id == consultation_id)
    if wanted.language == NOT_LOOKED:
        statement = statement.where(Contribution.language.is_(None))
    elif wanted.language in set(TextLanguage):
        statement = statement.where(Contribution.language == TextLanguage(wanted.language))
    if wanted.door in set(Door):
        statement = statement.where(Contribution.door == Door(wanted.door))
    if wanted.question_id is not None:
        statement = statement.where(Contribution.question_id == wanted.question_id)
    if wanted.unread:
        statement = statement.where(Contribution.read_at.is_(None))
    if wanted.released:
        statement = statement.where(Contribution.released_at.is_not(None))
    return statement


def counts(consultation_id: int) -> Counts:
    """All the figures of one consultation, in two statements."""
    by_language, by_form, by_door, people_by_door = (Counter[str]() for _ in range(4))
    people_by_form = Counter[tuple[str, str]]()
    not_read = released = 0
    grouped = (
        select(
            Contribution.language,
            Contribution.form_language,
            Contribution.door,
            func.count(Contribution.id),
            func.count(Contribution.read_at),
            func.count(Contribution.released_at),
        )
        .where(Contribution.consultation_id == consultation_id)
        .group_by(Contribution.language, Contribution.form_language, Contribution.door)
    )
    for language, form_language, door, number, read, may_be_quoted in session.execute(grouped):
        by_language[language.value if language else NOT_LOOKED] += number
        by_form[form_language] += number
        by_door[door.value] += number
        not_read += number - read
        released += may_be_quoted
    spoke = exists().where(Contribution.receipt_id == Receipt.id)
    people = (
        select(Receipt.door, Receipt.language, func.count(Receipt.id))
        .where(Receipt.consultation_id == consultation_id, or_(Receipt.door != Door.ASSEMBLY, spoke))
        .group_by(Receipt.door, Receipt.language)
    )
    for door, form_language, number in session.execute(people):
        people_by_door[door.value] += number
        people_by_form[door.value, form_language] += number
    return Counts(
        people=people_by_door.total(),
        statements=by_door.total(),
        unread=not_read,
        released=released,
        by_language=by_language,
        by_form_language=by_form,
        by_door=by_door,
        people_by_door=people_by_door,
        people_by_form=people_by_form,
    )


@dataclass(frozen=True)
class Waiting:
    """Statements that wait for a machine to read them: everywhere, or in a consultation or of one of its questions.

    Without ``version`` those that it never tried; with it also those that another version of the model has read.
    """

    consultation_id: int | None = None
    question_id: int | None = None
    version: str | None = None

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        """In SQL."""
        never = Contribution.passages_version.is_(None)
        found: list[ColumnElement[bool]] = [never]
        if self.version is not None:
            done = (self.version, unreadable_by(self.version))
            found = [or_(never, Contribution.passages_version.not_in(done))]
        if self.consultation_id is not None:
            found.append(Contribution.consultation_id == self.consultation_id)
        if self.question_id is not None:
            found.append(Contribution.question_id == self.question_id)
        return found


@dataclass(frozen=True)
class WaitingStatement:
    """What a machine needs to read a statement."""

    id: int
    text: str
    form_language: str


def waiting_statements(waiting: Waiting, *, beyond: int, limit: int) -> list[WaitingStatement]:
    """Statements that wait to be read, beyond the number ``beyond``, in the order they came."""
    chosen = (
        select(Contribution.id, Contribution.text, Contribution.form_language)
        .where(*waiting.conditions, Contribution.id > beyond)
        .order_by(Contribution.id)
        .limit(limit)
    )
    return [WaitingStatement(*row) for row in session.execute(chosen)]


def without_language(*, beyond: int, limit: int) -> list[WaitingStatement]:
    """Statements whose language nobody has looked for, beyond the number ``beyond``, in the order they came."""
    chosen = (
        select(Contribution.id, Contribution.text, Contribution.form_language)
        .where(Contribution.language.is_(None), Contribution.id > beyond)
        .order_by(Contribution.id)
        .limit(limit)
    )
    return [WaitingStatement(*row) for row in session.execute(chosen)]


def number_waiting(waiting: Waiting = Waiting(), *, before: datetime | None = None) -> int:
    """How many statements wait to be read by machine; with ``before`` only those received before it."""
    chosen = select(func.count(Contribution.id)).where(*waiting.conditions)
    if before is not None:
        chosen = chosen.where(Contribution.received_at < before)
    return session.scalar(chosen) or 0


def unreadable() -> list[int]:
    """Numbers of statements that no machine could read."""
    marked = Contribution.passages_version.startswith(UNREADABLE, autoescape=True)
    return list(session.scalars(select(Contribution.id).where(marked).order_by(Contribution.id)))


def passages_of(contribution_ids: Collection[int]) -> dict[int, list[Passage]]:
    """By statement, for every one given: its passages in their order."""
    found: dict[int, list[Passage]] = {number: [] for number in contribution_ids}
    chosen = select(Passage).where(Passage.contribution_id.in_(contribution_ids))
    for passage in session.scalars(chosen.order_by(Passage.contribution_id, Passage.start)):
        found[passage.contribution_id].append(passage)
    return found
