"""Every door writes through here: one receipt per act of giving, one contribution per statement."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, update

from citizen_platform.accounts.models import Person
from citizen_platform.consultations.models import Consultation, Question
from citizen_platform.contributions.models import Contribution, Door, Receipt, TextLanguage
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
    """Ask the worker to find the language of every statement that has none yet."""
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


def set_languages(found: list[tuple[int, TextLanguage, float]]) -> None:
    """Keep the languages found in statements (number, language, probability); what was found before stays."""
    if not found:
        return
    table = cast(Table, Contribution.__table__)
    session.execute(
        update(table)
        .where(table.c.id == bindparam("number"), table.c.language.is_(None))
        .values(language=bindparam("found"), language_probability=bindparam("likely")),
        [{"number": number, "found": language, "likely": likely} for number, language, likely in found],
    )
