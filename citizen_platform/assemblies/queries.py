"""Reading sessions, tables and notes."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from citizen_platform.assemblies.models import AssemblySession, Note, Table
from citizen_platform.core.database import session
from citizen_platform.core.security import read_code


def sessions_of(body_slug: str) -> list[AssemblySession]:
    """Sessions of a body, newest first."""
    return list(
        session.scalars(
            select(AssemblySession)
            .where(AssemblySession.body_slug == body_slug)
            .order_by(AssemblySession.made_at.desc(), AssemblySession.id.desc())
        )
    )


def session_of(body_slug: str, reference: str) -> AssemblySession | None:
    """One session of a body with its tables."""
    return session.scalar(
        select(AssemblySession)
        .where(AssemblySession.body_slug == body_slug, AssemblySession.reference == reference)
        .options(selectinload(AssemblySession.tables).joinedload(Table.receipt))
    )


def open_table(typed: str) -> Table | None:
    """The table with this code, in a session that is open now."""
    table = session.scalar(
        select(Table)
        .where(Table.code == read_code(typed))
        .options(joinedload(Table.session), joinedload(Table.receipt))
    )
    return table if table is not None and table.session.is_open else None


def table_by_code(code: str) -> Table | None:
    """The table with this code, whatever the state of its session."""
    return session.scalar(
        select(Table).where(Table.code == read_code(code)).options(joinedload(Table.session))
    )


def notes_of(table: Table) -> list[Note]:
    """What has been written at a table, newest first."""
    return list(
        session.scalars(
            select(Note)
            .where(Note.table_id == table.id)
            .options(joinedload(Note.contribution))
            .order_by(Note.id.desc())
        )
    )


def note_counts(meeting: AssemblySession) -> dict[int, int]:
    """Statements written so far, by table id."""
    counts: dict[int, int] = dict(
        session.execute(
            select(Note.table_id, func.count())
            .join(Table)
            .where(Table.session_id == meeting.id)
            .group_by(Note.table_id)
        ).all()
    )
    return {table.id: counts.get(table.id, 0) for table in meeting.tables}
