"""Signing a theme off: all that becomes public is looked at first; and taking it out of public again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from citizen_platform.core.database import hold
from citizen_platform.core.errors import DomainError
from citizen_platform.core.forms import is_language_switch
from citizen_platform.core.i18n import _, _l
from citizen_platform.core.security import current_person, page
from citizen_platform.themes import blueprint, queries, services
from citizen_platform.themes.forms import SignOffForm, WithdrawForm
from citizen_platform.themes.models import Theme
from citizen_platform.themes.views.desk import ANALYST, HERE, own_consultation

ONE = f"{HERE}/<int:number>"
QUOTES = 3
CHANGED = _l(
    "This theme changed after you opened the page. What you see now is how it is: look again, then sign."
)


def to_sign(consultation: Any, theme: Theme) -> dict[str, Any]:
    """All that becomes public with a signature, and what stands in its way."""
    return {
        "figures": queries.published(consultation.id, [theme.id]).themes[theme.id],
        "count": queries.theme_counts([theme.id])[theme.id],
        "quotes": queries.released_passages([theme.id], each=QUOTES).get(theme.id, []),
        "campaigns": queries.campaigns(theme.id),
        "missing": missing(theme),
        "released": queries.released_in(theme.id)[2],
    }


def missing(theme: Theme) -> list[Any]:
    """What must be there before it can be signed, as sentences."""
    found = []
    if not theme.name.is_complete:
        found.append(_l("The name must be there in both languages, and up to date in both."))
    if not theme.description.is_complete:
        found.append(_l("The description must be there in both languages, and up to date in both."))
    if not queries.statements_in(theme.id)[0]:
        found.append(_l("Nobody is in this theme yet: add a statement first."))
    if not theme.is_in_use:
        found.append(_l("This theme is no longer in use."))
    return found


def mark(theme: Theme) -> object:
    """What a signature is about: the words in both languages, the statements, and the quotes that would be shown."""
    return (
        theme.name,
        theme.description,
        theme.is_minority,
        theme.is_in_use,
        queries.signed_passages(theme.id),
    )


@page(blueprint, f"{ONE}/sign-off", access=ANALYST, methods=("GET", "POST"))
def sign_off(body: str, reference: str, number: int) -> ResponseReturnValue:
    """See everything that becomes public, and make the theme public under one's own name."""
    consultation = own_consultation(body, reference)
    theme = queries.theme_of(consultation.id, number) or abort(404)
    if request.method == "POST":
        hold(theme)
    if theme.is_public:
        return redirect(url_for("themes.theme", body=body, reference=reference, number=number), 303)
    form = SignOffForm()
    stored = mark(theme)
    form.begin(stored)
    if form.validate_on_submit():
        try:
            refuse_if_changed(form, stored)
            services.sign_off(theme, by=current_person(), now=datetime.now(UTC))
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The theme is signed off and public."), "success")
            return redirect(url_for("themes.theme", body=body, reference=reference, number=number), 303)
    shown = render_template(
        "themes/sign_off.html",
        consultation=consultation,
        theme=theme,
        form=form,
        **to_sign(consultation, theme),
    )
    return shown, 422 if request.method == "POST" and not is_language_switch() else 200


def refuse_if_changed(form: SignOffForm, stored: object) -> None:
    """Nobody signs what they have not seen."""
    try:
        form.refuse_if_changed(stored)
    except DomainError as error:
        raise DomainError(CHANGED) from error


@page(blueprint, f"{ONE}/withdraw", access=ANALYST, methods=("GET", "POST"))
def withdraw(body: str, reference: str, number: int) -> ResponseReturnValue:
    """Take a theme out of public again, with a reason, while no published answer stands on it."""
    consultation = own_consultation(body, reference)
    theme = queries.theme_of(consultation.id, number) or abort(404)
    if not theme.is_public:
        return redirect(url_for("themes.theme", body=body, reference=reference, number=number), 303)
    form = WithdrawForm()
    if form.validate_on_submit():
        try:
            services.withdraw(theme, form.reason.data, by=current_person(), now=datetime.now(UTC))
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The theme is no longer public."), "success")
            return redirect(url_for("themes.theme", body=body, reference=reference, number=number), 303)
    shown = render_template("themes/withdraw.html", consultation=consultation, theme=theme, form=form)
    return shown, 422 if request.method == "POST" and not is_language_switch() else 200
