"""Assembly sessions, their tables and the notes taken there. A note's words are a contribution, not copied here."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from citizen_platform.contributions.models import Contribution, Receipt
from citizen_platform.core.bilingual import Bilingual, bilingual, complete_when
from citizen_platform.core.database import Model, check


class AssemblySession(Model):
    """People together in a room around a question. Notes are taken between ``opened_at`` and ``closed_at``."""

    __tablename__ = "assembly_session"
    __table_args__ = (
        complete_when("opened_at IS NOT NULL", "name", "question"),
        check("closed_at IS NULL OR opened_at IS NOT NULL", "open_before_closed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    body_slug: Mapped[str] = mapped_column(ForeignKey("body.slug"), index=True)
    consultation_id: Mapped[int | None] = mapped_column(ForeignKey("consultation.id"))
    name: Mapped[Bilingual] = bilingual("name")
    question: Mapped[Bilingual] = bilingual("question")
    made_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    tables: Mapped[list[Table]] = relationship(back_populates="session", order_by="Table.number")

    @property
    def is_open(self) -> bool:
        """True while note-takers can join and write."""
        return self.opened_at is not None and self.closed_at is None


class Table(Model):
    """One table of a session. Whoever holds its code may write its notes until the session closes."""

    __tablename__ = "assembly_table"
    __table_args__ = (UniqueConstraint("session_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("assembly_session.id"))
    number: Mapped[int]
    code: Mapped[str] = mapped_column(unique=True)
    receipt_id: Mapped[int] = mapped_column(ForeignKey("receipt.id"), unique=True)

    session: Mapped[AssemblySession] = relationship(back_populates="tables")
    receipt: Mapped[Receipt] = relationship()
    notes: Mapped[list[Note]] = relationship(order_by="Note.id")


class Note(Model):
    """One statement written down at a table. ``once`` comes from the form: the same form sent twice is one note."""

    __tablename__ = "note"
    __table_args__ = (UniqueConstraint("table_id", "once"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    table_id: Mapped[int] = mapped_column(ForeignKey("assembly_table.id"))
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contribution.id"), unique=True)
    once: Mapped[str]
    written_at: Mapped[datetime]

    contribution: Mapped[Contribution] = relationship()
