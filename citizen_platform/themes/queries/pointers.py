"""Where themes went that were public once and have been merged into others: an address once public answers for ever."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import String, cast, literal, select

from citizen_platform.core.database import session
from citizen_platform.core.events import Event
from citizen_platform.themes.models import Theme
from citizen_platform.themes.queries.themes import themes, where_merged


@dataclass(frozen=True)
class Pointer:
    """The number of a theme that was public once, and the public theme that it is part of now."""

    number: int
    theme: Theme


def public_pointers(consultation_id: int) -> list[Pointer]:
    """Every theme of a consultation that was public, was merged, and is part of a public theme now, by number."""
    every = themes(consultation_id)
    ends = where_merged(every)
    if not ends:
        return []
    subject = literal(f"{Theme.__tablename__}:") + cast(Theme.id, String)
    were_public = set(
        session.scalars(
            select(Theme.id)
            .join(Event, Event.subject == subject)
            .where(Theme.id.in_(ends), Event.verb == "theme.signed_off")
        )
    )
    return [
        Pointer(theme.number, ends[theme.id])
        for theme in every
        if theme.id in were_public and ends[theme.id].is_public
    ]


def public_pointer(consultation_id: int, number: int) -> Pointer | None:
    """Where the theme of this number went, if it was public once and was merged."""
    return next((each for each in public_pointers(consultation_id) if each.number == number), None)
