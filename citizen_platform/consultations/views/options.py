"""The options of a draft: added, edited, moved and removed, without scripts."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from citizen_platform.consultations import blueprint, queries, services
from citizen_platform.consultations.forms import OptionForm
from citizen_platform.consultations.models import OPTION_TEXTS
from citizen_platform.consultations.views.desk import EDIT, frame, own_draft, shown, texts_of
from citizen_platform.core.errors import DomainError
from citizen_platform.core.i18n import _
from citizen_platform.core.security import current_person, page

RULE = "/desk/<body>/consultations/<reference>/options"


@page(blueprint, RULE, access=EDIT)
def options(body: str, reference: str) -> ResponseReturnValue:
    """All options in their order."""
    consultation = own_draft(body, reference)
    return render_template("consultations/options.html", **frame(body, consultation, "options"))


@page(blueprint, f"{RULE}/new", access=EDIT, methods=("GET", "POST"))
def new_option(body: str, reference: str) -> ResponseReturnValue:
    """Add an option."""
    consultation = own_draft(body, reference)
    form = OptionForm()
    if form.validate_on_submit():
        try:
            if not any(form.texts().values()):
                raise DomainError(_("Write something about the option first."), field="name")
            services.add_option(consultation, form.texts(), by=current_person(), now=datetime.now(UTC))
            flash(_("The option has been added."), "success")
            return redirect(url_for("consultations.options", body=body, reference=reference), 303)
        except DomainError as error:
            form.refuse(error)
    return shown("consultations/option.html", form=form, option=None, **frame(body, consultation, "options"))


@page(blueprint, f"{RULE}/<int:option>", access=EDIT, methods=("GET", "POST"))
def edit_option(body: str, reference: str, option: int) -> ResponseReturnValue:
    """Edit an option in both languages."""
    consultation = own_draft(body, reference)
    row = queries.option_of(consultation, option) or abort(404)
    form = OptionForm(obj=row)
    stored = texts_of(row, OPTION_TEXTS)
    form.begin(stored)
    if form.validate_on_submit():
        try:
            form.refuse_if_changed(stored)
            services.edit_option(
                consultation,
                row,
                form.texts(),
                still_right=form.still_right.data,
                by=current_person(),
                now=datetime.now(UTC),
            )
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Saved."), "success")
            return redirect(
                url_for("consultations.edit_option", body=body, reference=reference, option=option), 303
            )
    return shown("consultations/option.html", form=form, option=row, **frame(body, consultation, "options"))


@page(blueprint, f"{RULE}/<int:option>/move", access=EDIT, methods=("POST",))
def move_option(body: str, reference: str, option: int) -> ResponseReturnValue:
    """Move an option one place up or down."""
    consultation = own_draft(body, reference)
    row = queries.option_of(consultation, option) or abort(404)
    services.move(
        consultation, row, up=request.form.get("to") == "up", by=current_person(), now=datetime.now(UTC)
    )
    return redirect(
        url_for("consultations.options", body=body, reference=reference, _anchor=f"option-{option}"), 303
    )


@page(blueprint, f"{RULE}/<int:option>/remove", access=EDIT, methods=("GET", "POST"))
def remove_option(body: str, reference: str, option: int) -> ResponseReturnValue:
    """Ask, then take an option out."""
    consultation = own_draft(body, reference)
    row = queries.option_of(consultation, option) or abort(404)
    if request.method == "POST":
        services.remove_option(consultation, row, by=current_person(), now=datetime.now(UTC))
        flash(_("The option has been removed."), "success")
        return redirect(url_for("consultations.options", body=body, reference=reference), 303)
    return render_template(
        "consultations/remove.html", option=row, question=None, **frame(body, consultation, "options")
    )
