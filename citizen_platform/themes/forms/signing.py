"""Signing a theme off, and taking it out of public again."""

from __future__ import annotations

from citizen_platform.core.forms import Form, LongText, Required, Shared
from citizen_platform.core.i18n import _l


class SignOffForm(Shared):
    """Nothing is typed: ``seen`` says what the page showed that is being signed."""


class WithdrawForm(Form):
    """Why a theme is taken out of public."""

    reason = LongText(
        _l("Why is it taken out of public?"),
        description=_l("For the log. The public is told the date, not the reason."),
        validators=[Required(_l("Give a reason: it stays in the log."))],
        max_chars=1_000,
        rows=3,
    )
