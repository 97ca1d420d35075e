"""Along the loop: opened to the public, closed, grouped, answered."""

from __future__ import annotations

from datetime import datetime

from citizen_platform.accounts.models import Person
from citizen_platform.consultations.models import Consultation, Stage
from citizen_platform.consultations.services.checking import missing
from citizen_platform.core.database import hold, session
from citizen_platform.core.errors import DomainError
from citizen_platform.core.events import record
from citizen_platform.core.i18n import _l


def open_(consultation: Consultation, by: Person | None, now: datetime) -> None:
    """Put a complete draft to the public in both languages at once.

    Raises DomainError naming everything that is missing; the database refuses one language alone by itself.
    """
    hold(consultation)
    if consultation.stage != Stage.DRAFT:
        raise DomainError(_l("This consultation has been opened already."))
    gaps = missing(consultation, now=now)
    if gaps:
        raise DomainError(
            _l("The consultation cannot open yet. %(gaps)s", gaps=" ".join(str(gap.sentence) for gap in gaps))
        )
    consultation.opened_at = now
    consultation.stage = Stage.OPEN
    consultation.is_public = True
    record("consultation.opened", consultation, by=by, now=now)
    session.refresh(consultation)


def close(consultation: Consultation, by: Person | None, now: datetime) -> None:
    """Take no more answers. Before its time, the closing time becomes now and the planned one stays in the event."""
    hold(consultation)
    if consultation.stage != Stage.OPEN:
        raise DomainError(_l("Only an open consultation can be closed."))
    planned = consultation.closes_at
    if planned is None or planned > now:
        consultation.closes_at = now
    consultation.stage = Stage.CLOSED
    record(
        "consultation.closed", consultation, by=by, now=now, planned=planned.isoformat() if planned else None
    )


def mark_analysing(consultation: Consultation, *, by: Person | None, now: datetime) -> None:
    """Say that what was said is being grouped. Saying it twice changes nothing."""
    _pass_on(consultation, Stage.ANALYSING, {Stage.CLOSED}, by, now)


def mark_answered(consultation: Consultation, *, by: Person | None, now: datetime) -> None:
    """Say that the themes have been answered. Saying it twice changes nothing."""
    _pass_on(consultation, Stage.ANSWERED, {Stage.CLOSED, Stage.ANALYSING}, by, now)


def _pass_on(
    consultation: Consultation, to: Stage, coming_from: set[Stage], by: Person | None, now: datetime
) -> None:
    hold(consultation)
    state = consultation.state(now)
    if state == to:
        return
    if state in {Stage.DRAFT, Stage.OPEN}:
        raise DomainError(_l("The consultation has to close first: people may still answer."))
    if state not in coming_from:
        raise DomainError(_l("This consultation has been answered already."))
    consultation.stage = to
    record(f"consultation.{to.value}", consultation, by=by, now=now)
