"""The desk of one consultation's decisions: which themes are answered, writing an answer, publishing it."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from citizen_platform.accounts.models import Role
from citizen_platform.accounts.services import role
from citizen_platform.consultations.models import Consultation
from citizen_platform.consultations.queries import consultation_of
from citizen_platform.core.database import hold
from citizen_platform.core.errors import DomainError
from citizen_platform.core.forms import is_language_switch
from citizen_platform.core.i18n import _
from citizen_platform.core.security import current_person, page
from citizen_platform.decisions import blueprint, queries, services
from citizen_platform.decisions.forms import DecisionForm, values_of
from citizen_platform.decisions.models import Decision
from citizen_platform.themes.models import Theme
from citizen_platform.themes.queries import public_theme, public_themes, released_passages, theme_counts

HERE = "/desk/<body>/consultations/<reference>/decisions"
OFFICER = role(Role.POLICY_OFFICER)
WRITER = role(Role.POLICY_OFFICER, Role.TRANSLATOR)
ANYONE = role()


def own_consultation(body: str, reference: str) -> Consultation:
    """The body's own consultation; another body's is not there."""
    return consultation_of(body, reference) or abort(404)


def own_theme(body: str, reference: str, number: int) -> Theme:
    """A signed-off theme of the body's own consultation."""
    return public_theme(own_consultation(body, reference).id, number) or abort(404)


def own_decision(body: str, reference: str, number: int) -> Decision:
    """The decision on that theme."""
    return queries.decision_on(own_theme(body, reference, number).id) or abort(404)


@page(blueprint, HERE, access=ANYONE)
def desk(body: str, reference: str) -> ResponseReturnValue:
    """Signed-off themes, with and without an answer."""
    consultation = own_consultation(body, reference)
    themes = public_themes(consultation.id)
    return render_template(
        "decisions/desk.html",
        consultation=consultation,
        themes=themes,
        decisions=queries.decisions(consultation.id),
        counts=theme_counts(theme.id for theme in themes),
        answered=queries.answered([consultation.id])[consultation.id],
        may_publish=current_person().holds(body, Role.POLICY_OFFICER),
        may_write=current_person().holds(body, Role.POLICY_OFFICER, Role.TRANSLATOR),
    )


@page(blueprint, f"{HERE}/<int:number>/edit", access=WRITER, methods=("GET", "POST"))
def edit(body: str, reference: str, number: int) -> ResponseReturnValue:
    """Write the answer to a theme, as a draft. ``number`` is the theme's."""
    consultation = own_consultation(body, reference)
    theme = own_theme(body, reference, number)
    if request.method == "POST":
        hold(theme)
    decision = queries.decision_on(theme.id)
    if decision is not None and decision.is_public and request.method == "GET":
        return redirect(url_for("decisions.check", body=body, reference=reference, number=number), 303)
    stored = values_of(decision)
    form = DecisionForm(data=stored)
    form.offer()
    form.begin(stored)
    if form.validate_on_submit():
        by, now = current_person(), datetime.now(UTC)
        try:
            form.refuse_if_changed(stored)
            if decision is None:
                services.draft(theme, form.content(), by=by, now=now)
            else:
                services.edit(decision, form.content(), agrees=form.agrees.data, by=by, now=now)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The draft is saved. Nobody outside sees it yet."), "success")
            return redirect(url_for("decisions.check", body=body, reference=reference, number=number), 303)
    shown = render_template(
        "decisions/edit.html",
        consultation=consultation,
        theme=theme,
        decision=decision,
        form=form,
        count=theme_counts([theme.id])[theme.id],
        quotes=released_passages([theme.id], each=6).get(theme.id, []),
    )
    return shown, 422 if request.method == "POST" and not is_language_switch() else 200


@page(blueprint, f"{HERE}/<int:number>/check", access=ANYONE)
def check(body: str, reference: str, number: int) -> ResponseReturnValue:
    """An answer as it will be published, and what is still missing."""
    decision = own_decision(body, reference, number)
    return render_template(
        "decisions/check.html",
        consultation=own_consultation(body, reference),
        theme=own_theme(body, reference, number),
        decision=decision,
        missing=[] if decision.is_public else services.missing(decision),
        may_publish=current_person().holds(body, Role.POLICY_OFFICER),
        may_write=current_person().holds(body, Role.POLICY_OFFICER, Role.TRANSLATOR),
    )


@page(blueprint, f"{HERE}/<int:number>/publish", access=OFFICER, methods=("POST",))
def publish(body: str, reference: str, number: int) -> ResponseReturnValue:
    """Publish an answer in both languages at once."""
    try:
        services.publish(own_decision(body, reference, number), by=current_person(), now=datetime.now(UTC))
        flash(_("The answer is published in both languages."), "success")
    except DomainError as error:
        flash(str(error), "error")
    return redirect(url_for("decisions.check", body=body, reference=reference, number=number), 303)


@page(blueprint, f"{HERE}/answered", access=OFFICER, methods=("POST",))
def mark_answered(body: str, reference: str) -> ResponseReturnValue:
    """Say that the consultation is answered."""
    try:
        services.mark_answered(own_consultation(body, reference), by=current_person(), now=datetime.now(UTC))
        flash(_("The consultation is marked as answered."), "success")
    except DomainError as error:
        flash(str(error), "error")
    return redirect(url_for("decisions.desk", body=body, reference=reference), 303)
