"""Every door writes through here: one receipt per act of giving, one contribution per statement."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, delete, exists, insert, or_, select, update

from citizen_platform.accounts.models import Person
from citizen_platform.consultations.models import Consultation, Question
from citizen_platform.contributions.models import (
    Campaign,
    Contribution,
    Door,
    Passage,
    Receipt,
    Stance,
    TextLanguage,
    unreadable_by,
)
from citizen_platform.core.database import hold, session
from citizen_platform.core.events import record
from citizen_platform.core.jobs import enqueue
from citizen_platform.core.security import digest, new_code

CODE_LENGTH = 28
"""Characters of a receipt code: 140 random bits, so that guessing one is hopeless (S23)."""


def new_receipt(
    consultation: Consultation | None, *, door: Door, language: str, now: datetime, code: str
) -> Receipt:
    """A receipt for this code in the session, not yet flushed: for doors that take in many at once."""
    receipt = Receipt(
        code_digest=digest(code),
        consultation_id=consultation.id if consultation else None,
        door=door,
        language=language,
        given_at=now,
    )
    session.add(receipt)
    return receipt


def give_receipt(
    consultation: Consultation | None, *, door: Door, language: str, now: datetime, code: str | None = None
) -> tuple[Receipt, str]:
    """A new receipt and its code. The code is shown to its holder and kept only as a digest."""
    code = code or new_code(CODE_LENGTH)
    receipt = new_receipt(consultation, door=door, language=language, now=now, code=code)
    session.flush()
    return receipt, code


def new_statement(
    receipt: Receipt, text: str, *, question: Question | None = None, now: datetime
) -> Contribution:
    """One statement of a receipt as it was written, not yet flushed; whoever calls records what happened."""
    contribution = Contribution(
        receipt=receipt,
        consultation_id=receipt.consultation_id,
        question_id=question.id if question else None,
        door=receipt.door,
        form_language=receipt.language,
        text=text,
        received_at=now,
    )
    session.add(contribution)
    return contribution


def receive(
    receipt: Receipt, text: str, *, question: Question | None = None, by: Person | None = None, now: datetime
) -> Contribution:
    """Store one statement as it was written. Call :func:`detect_soon` once for each act of giving."""
    contribution = new_statement(receipt, text, question=question, now=now)
    record("contribution.received", contribution, by=by, now=now, door=receipt.door.value)
    return contribution


def detect_soon(*, now: datetime) -> None:
    """Ask the worker to read every statement that no machine has read yet."""
    enqueue("contributions.detect", {}, now=now)


def mark_read(contributions: list[Contribution], *, by: Person, now: datetime) -> int:
    """Say that a person read these statements; those read before keep their first reader. Returns how many are new."""
    first = (
        update(Contribution)
        .where(Contribution.id.in_([row.id for row in contributions]), Contribution.read_at.is_(None))
        .values(read_by_id=by.id, read_at=now)
        .returning(Contribution.id)
    )
    fresh = set(session.scalars(first))
    for contribution in contributions:
        if contribution.id in fresh:
            session.refresh(contribution)
            record("contribution.read", contribution, by=by, now=now)
    return len(fresh)


def release(contribution: Contribution, *, by: Person, now: datetime) -> None:
    """Allow a statement to be quoted in public, word for word; whoever releases it has read it."""
    hold(contribution)
    if contribution.released_at is not None:
        return
    mark_read([contribution], by=by, now=now)
    contribution.released_at = now
    record("contribution.released", contribution, by=by, now=now)


def withdraw_release(contribution: Contribution, *, by: Person, now: datetime) -> None:
    """No longer allow a statement to be quoted."""
    hold(contribution)
    if contribution.released_at is None:
        return
    contribution.released_at = None
    record("contribution.unreleased", contribution, by=by, now=now)


@dataclass(frozen=True)
class CutPassage:
    """A passage as the machine cut it: ``vector`` is little-endian float16 of unit length."""

    start: int
    end: int
    language: TextLanguage
    stance: Stance
    vector: bytes


@dataclass(frozen=True)
class ReadStatement:
    """What the machine read in a statement, and the version of the model that did."""

    id: int
    language: TextLanguage
    probability: float
    version: str
    has_content: bool
    passages: list[CutPassage]


def keep_read(read: Sequence[ReadStatement]) -> None:
    """Keep what the machine read in statements, in place of what another version of it read before.

    Two workers that have read the same at the same time keep it once.
    """
    for version in sorted({statement.version for statement in read}):
        of_version = {statement.id: statement for statement in read if statement.version == version}
        fresh = [of_version[number] for number in sorted(claim(of_version, version))]
        if not fresh:
            continue
        session.execute(delete(Passage).where(Passage.contribution_id.in_([row.id for row in fresh])))
        table = cast(Table, Contribution.__table__)
        session.execute(
            update(table)
            .where(table.c.id == bindparam("number"))
            .values(
                language=bindparam("found"),
                language_probability=bindparam("likely"),
                has_content=bindparam("content"),
            ),
            [
                {
                    "number": row.id,
                    "found": row.language,
                    "likely": row.probability,
                    "content": row.has_content,
                }
                for row in fresh
            ],
        )
        passages = [{"contribution_id": row.id, **vars(passage)} for row in fresh for passage in row.passages]
        if passages:
            session.execute(insert(Passage), passages)


def keep_languages(found: Sequence[tuple[int, TextLanguage, float]]) -> None:
    """Keep the language of statements, and how likely it is, where none was found before."""
    table = cast(Table, Contribution.__table__)
    rows = [{"number": number, "found": language, "likely": likely} for number, language, likely in found]
    session.execute(
        update(table)
        .where(table.c.id == bindparam("number"), table.c.language.is_(None))
        .values(language=bindparam("found"), language_probability=bindparam("likely")),
        rows,
    )


def mark_unreadable(numbers: Collection[int], *, version: str) -> None:
    """Say that this version of the model could not read these statements; what an earlier one read in them goes."""
    if not numbers:
        return
    marked = claim(numbers, unreadable_by(version))
    session.execute(delete(Passage).where(Passage.contribution_id.in_(marked)))
    session.execute(update(Contribution).where(Contribution.id.in_(marked)).values(has_content=None))


def claim(numbers: Collection[int], version: str) -> set[int]:
    """Write a version into statements that have another one or none, and keep their rows for this transaction.

    Who comes second waits for the first, and then gets only what the first has left.
    """
    here = Contribution.id.in_(numbers)
    session.scalars(select(Contribution.id).where(here).order_by(Contribution.id).with_for_update()).all()
    other = or_(Contribution.passages_version.is_(None), Contribution.passages_version != version)
    changed = update(Contribution).where(here, other).values(passages_version=version)
    return set(session.scalars(changed.returning(Contribution.id)))


@dataclass(frozen=True)
class FoundCampaign:
    """Near-identical statements: the number of each, and whether its person added words of their own."""

    members: dict[int, bool]


def replace_campaigns(
    consultation_id: int, question_id: int | None, found: Sequence[FoundCampaign], *, now: datetime
) -> None:
    """Keep the campaigns found among a consultation's statements (or the answers to one question) in place of the
    earlier ones there.
    """
    here = [Contribution.consultation_id == consultation_id]
    if question_id is not None:
        here.append(Contribution.question_id == question_id)
    # Everybody keeps rows in one order, so that nobody waits for somebody who waits for them.
    session.scalars(select(Contribution.id).where(*here).order_by(Contribution.id).with_for_update()).all()
    session.execute(
        update(Contribution)
        .where(*here, Contribution.campaign_id.is_not(None))
        .values(campaign_id=None, adds_own_words=False)
    )
    table = cast(Table, Contribution.__table__)
    for campaign in found:
        row = Campaign(consultation_id=consultation_id, found_at=now)
        session.add(row)
        session.flush()
        session.execute(
            update(table)
            .where(table.c.id == bindparam("number"), table.c.consultation_id == consultation_id)
            .values(campaign_id=row.id, adds_own_words=bindparam("adds")),
            [{"number": number, "adds": adds} for number, adds in campaign.members.items()],
        )
    left = exists().where(Contribution.campaign_id == Campaign.id)
    session.execute(delete(Campaign).where(Campaign.consultation_id == consultation_id, ~left))
