"""Where a body's staff write a consultation: one calm area in parts, each saved as a whole."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from citizen_platform.accounts.models import Role
from citizen_platform.accounts.services import role
from citizen_platform.consultations import blueprint, queries, services
from citizen_platform.consultations.forms import (
    USUAL_CLOSING_TIME,
    DatesForm,
    TextsForm,
    TitleForm,
    area_choices,
)
from citizen_platform.consultations.models import TEXTS, Consultation, Option, Question
from citizen_platform.core.database import hold
from citizen_platform.core.errors import DomainError
from citizen_platform.core.forms import is_language_switch
from citizen_platform.core.i18n import HERE, _, local, sort_welsh_or_english
from citizen_platform.core.security import current_person, page
from citizen_platform.organisations.models import AREAS

EDITORS = (Role.POLICY_OFFICER, Role.TRANSLATOR)
SEE = role()
EDIT = role(*EDITORS)
OPEN = role(Role.POLICY_OFFICER)


def own(body: str, reference: str) -> Consultation:
    """The body's own consultation, or the page that says there is none."""
    return queries.consultation_of(body, reference) or abort(404)


def own_draft(body: str, reference: str) -> Consultation:
    """The body's own draft; an opened consultation's words do not change, so its state is shown instead.

    Whoever sends a form has the draft to themselves until it is stored. Where it was opened meanwhile, the services
    refuse what was sent, and the page keeps the words.
    """
    consultation = own(body, reference)
    if request.method == "POST":
        hold(consultation)
    elif not consultation.is_draft:
        flash(_("This consultation has been opened, so its words no longer change."), "info")
        abort(redirect(url_for("consultations.edit", body=body, reference=consultation.reference), 303))
    return consultation


def frame(body: str, consultation: Consultation, part: str) -> dict[str, Any]:
    """What every part of the authoring area shows around itself: the parts, and what each still lacks."""
    now = datetime.now(UTC)
    gaps = services.missing(consultation, now=now) if consultation.is_draft else []
    return {
        "body": body,
        "consultation": consultation,
        "part": part,
        "state": consultation.state(now),
        "gaps": gaps,
        "waiting": Counter(gap.section.value for gap in gaps),
        "gap_url": lambda gap: gap_url(body, consultation, gap),
        "is_editor": current_person().holds(body, *EDITORS),
        "may_open": current_person().holds(body, Role.POLICY_OFFICER),
    }


def gap_url(body: str, consultation: Consultation, gap: services.Gap) -> str:
    """The place where a gap is filled."""
    place: dict[str, Any] = {"body": body, "reference": consultation.reference, "_anchor": gap.anchor}
    if gap.section == services.Section.OPTIONS:
        return (
            url_for("consultations.edit_option", option=gap.row, **place)
            if gap.row
            else url_for("consultations.options", **place)
        )
    if gap.section == services.Section.QUESTIONS:
        return (
            url_for("consultations.edit_question", question=gap.row, **place)
            if gap.row
            else url_for("consultations.questions", **place)
        )
    endpoint = "consultations.dates" if gap.section == services.Section.DATES else "consultations.edit"
    return url_for(endpoint, **place)


def shown(template: str, **values: Any) -> ResponseReturnValue:
    """A page with a form: 422 when what was sent was not taken, so that nothing is committed."""
    return render_template(
        template, **values
    ), 422 if request.method == "POST" and not is_language_switch() else 200


def texts_of(row: Consultation | Option | Question, names: tuple[str, ...]) -> list[Any]:
    """The texts of a row as they are stored, for the mark of what a page showed."""
    return [getattr(row, name) for name in names]


@page(blueprint, "/desk/<body>/consultations", access=SEE)
def desk_index(body: str) -> ResponseReturnValue:
    """The body's consultations with their states and what drafts still lack."""
    now = datetime.now(UTC)
    rows = queries.consultations_of(body)
    return render_template(
        "consultations/desk_index.html",
        body=body,
        rows=[
            (row, row.state(now), len(services.missing(row, now=now)) if row.is_draft else 0) for row in rows
        ],
        is_editor=current_person().holds(body, *EDITORS),
    )


@page(blueprint, "/desk/<body>/consultations/new", access=EDIT, methods=("GET", "POST"))
def new(body: str) -> ResponseReturnValue:
    """Begin a draft with its title."""
    form = TitleForm()
    if form.validate_on_submit():
        consultation = services.draft(
            body, {"title": form.title.data}, by=current_person(), now=datetime.now(UTC)
        )
        flash(_("The draft has been saved. Nobody outside your organisation can see it."), "success")
        return redirect(url_for("consultations.edit", body=body, reference=consultation.reference), 303)
    return shown("consultations/new.html", form=form, body=body)


@page(blueprint, "/desk/<body>/consultations/<reference>", access=SEE, methods=("GET", "POST"))
def edit(body: str, reference: str) -> ResponseReturnValue:
    """The texts of a draft, in both languages; for everything else, and other roles, how it stands."""
    consultation = own(body, reference)
    if request.method == "POST":
        hold(consultation)
    around = frame(body, consultation, "texts")
    if not around["is_editor"] or (not consultation.is_draft and request.method == "GET"):
        return (
            abort(403)
            if request.method == "POST"
            else render_template("consultations/standing.html", **around)
        )
    form = TextsForm(obj=consultation)
    stored = texts_of(consultation, TEXTS)
    form.begin(stored)
    if form.validate_on_submit():
        try:
            form.refuse_if_changed(stored)
            services.edit_texts(
                consultation,
                form.texts(),
                still_right=form.still_right.data,
                by=current_person(),
                now=datetime.now(UTC),
            )
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("consultations.edit", body=body, reference=consultation.reference), 303)
    return shown("consultations/texts.html", form=form, **around)


@page(blueprint, "/desk/<body>/consultations/<reference>/dates", access=EDIT, methods=("GET", "POST"))
def dates(body: str, reference: str) -> ResponseReturnValue:
    """When a draft will close, be decided and be answered, and which areas it is about."""
    consultation = own_draft(body, reference)
    closes = consultation.closes_at.astimezone(HERE) if consultation.closes_at else None
    form = DatesForm(
        obj=consultation,
        closes_on=closes.date() if closes else None,
        closes_time=f"{closes:%H:%M}" if closes else USUAL_CLOSING_TIME,
    )
    form.areas.choices = area_choices(AREAS)
    stored = [closes, consultation.decision_on, consultation.feedback_due_on, consultation.areas]
    form.begin(stored)
    if form.validate_on_submit():
        try:
            form.refuse_if_changed(stored)
            services.edit_dates(
                consultation,
                areas=form.areas.data,
                closes_at=form.closes_at,
                decision_on=form.decision_on.data,
                feedback_due_on=form.feedback_due_on.data,
                by=current_person(),
                now=datetime.now(UTC),
            )
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("consultations.dates", body=body, reference=consultation.reference), 303)
    return shown("consultations/dates.html", form=form, **frame(body, consultation, "dates"))


@page(blueprint, "/desk/<body>/consultations/<reference>/check", access=SEE)
def check(body: str, reference: str) -> ResponseReturnValue:
    """The consultation as the public will see it, before they do."""
    consultation = own(body, reference)
    state = consultation.state(datetime.now(UTC))
    return render_template(
        "consultations/show.html",
        consultation=consultation,
        state=state,
        is_late=False,
        areas=sort_welsh_or_english((AREAS[code] for code in consultation.areas), local),
        preview_for=body,
    )
