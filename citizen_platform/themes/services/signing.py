"""Taking a signed-off theme out of public again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from citizen_platform.accounts.models import Person
from citizen_platform.core.database import hold, session
from citizen_platform.core.errors import DomainError
from citizen_platform.core.events import record
from citizen_platform.core.i18n import _l
from citizen_platform.themes.models import Theme


def withdraw(theme: Theme, reason: str, *, by: Person, now: datetime) -> None:
    """Take a theme out of public, with a reason that stays in the log. Refused while a published answer stands on it:
    the database keeps that promise, whatever feature answers.
    """
    hold(theme)
    if not theme.is_public:
        raise DomainError(_l("This theme is not public."))
    if not reason.strip():
        raise DomainError(_l("Give a reason: it stays in the log."), field="reason")
    try:
        with session.begin_nested():
            theme.is_public, theme.signed_off_at, theme.signed_off_by_id = False, None, None
            session.flush()
    except IntegrityError as refused:
        session.refresh(theme)
        raise DomainError(
            _l("This theme has a published answer. It stays public as long as the answer does.")
        ) from refused
    record("theme.withdrawn", theme, by=by, now=now, reason=reason.strip())
