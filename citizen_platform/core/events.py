"""Who did what, when, to what: written in the same transaction as the deed (S33). Never personal text or secrets."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from citizen_platform.core.database import Json, Model, session


class Actor(Protocol):
    """Whoever acts: a person with an id."""

    @property
    def id(self) -> Any: ...


class Event(Model):
    """One deed. ``actor_id`` is empty when a citizen or the system acted; ``subject`` is ``table:id``."""

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    verb: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
    details: Mapped[Json] = mapped_column(default=dict)


def record(verb: str, subject: Any, *, by: Actor | None, now: datetime, **details: Any) -> None:
    """Add an event to the current transaction. ``subject`` is a row; it is flushed so that it has its id."""
    session.add(subject)
    session.flush()
    session.add(
        Event(
            at=now,
            actor_id=by.id if by is not None else None,
            verb=verb,
            subject=f"{subject.__tablename__}:{subject.id}",
            details=details,
        )
    )
