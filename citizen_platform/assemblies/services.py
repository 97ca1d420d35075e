"""Preparing, opening and closing a session; writing a note exactly once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select

from citizen_platform.accounts.models import Person
from citizen_platform.accounts.services import TRIES_PER_NETWORK, forgive, take_try
from citizen_platform.assemblies import queries
from citizen_platform.assemblies.models import AssemblySession, Note, Table
from citizen_platform.consultations.models import Consultation
from citizen_platform.contributions import services as contributions
from citizen_platform.contributions.models import Door, Receipt
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.database import hold, session
from citizen_platform.core.errors import DomainError, Gone
from citizen_platform.core.events import record
from citizen_platform.core.i18n import _l
from citizen_platform.core.security import new_code

TABLE_CODE_LENGTH = 8


def prepare(
    body_slug: str,
    *,
    name: Bilingual,
    question: Bilingual,
    tables: int,
    receipt_code: Callable[[str], str],
    about: Consultation | None = None,
    by: Person | None,
    now: datetime,
) -> AssemblySession:
    """A session with its tables. ``receipt_code`` derives a table's receipt from its code, to be shown again."""
    meeting = AssemblySession(
        reference=new_code(8),
        body_slug=body_slug,
        consultation_id=about.id if about else None,
        name=name,
        question=question,
        made_at=now,
    )
    record("assembly.prepared", meeting, by=by, now=now, tables=tables)
    for number in range(1, tables + 1):
        code = new_code(TABLE_CODE_LENGTH)
        receipt, _code = contributions.give_receipt(
            about, door=Door.ASSEMBLY, language="cy", now=now, code=receipt_code(code)
        )
        session.add(Table(session_id=meeting.id, number=number, code=code, receipt_id=receipt.id))
    session.flush()
    session.refresh(meeting)
    return meeting


def open_(meeting: AssemblySession, *, by: Person, now: datetime) -> None:
    """Let note-takers in. Refused while the name or the question lacks a language."""
    if not (meeting.name.is_complete and meeting.question.is_complete):
        raise DomainError(_l("Write the name and the question in both languages first"))
    hold(meeting)
    if meeting.opened_at is None:
        meeting.opened_at = now
        record("assembly.opened", meeting, by=by, now=now)


def close(meeting: AssemblySession, *, by: Person, now: datetime) -> None:
    """No more notes: the session is over."""
    if meeting.opened_at is None:
        raise DomainError(_l("A session that was not opened cannot be closed"))
    hold(meeting)
    if meeting.closed_at is None:
        meeting.closed_at = now
        record("assembly.closed", meeting, by=by, now=now)


def join(typed: str, *, network: str, now: datetime) -> Table:
    """The table whose code was typed, in a session that is open now.

    Raises DomainError for any other code, without saying why; TooManyTries when a network guesses.
    """
    tries = take_try({f"table-code:{network}": TRIES_PER_NETWORK}, now=now)
    table = queries.open_table(typed)
    if table is None:
        raise DomainError(
            _l("No open session has a table with this code. Check the card, or ask the facilitator."),
            field="code",
        )
    forgive(tries)
    return table


def write(table: Table, text: str, *, language: str, once: str, now: datetime) -> Note:
    """Write one statement down as it was said. The same form sent twice is one note; a closed session takes none."""
    hold(table)
    if not table.session.is_open:
        raise Gone(_l("This session has closed. Give what you could not send to the facilitator on paper."))
    existing = session.scalar(select(Note).where(Note.table_id == table.id, Note.once == once))
    if existing is not None:
        return existing
    receipt: Receipt = table.receipt
    contribution = contributions.receive(receipt, text, now=now)
    contribution.form_language = language
    note = Note(table_id=table.id, contribution_id=contribution.id, once=once, written_at=now)
    session.add(note)
    session.flush()
    contributions.detect_soon(now=now)
    return note
