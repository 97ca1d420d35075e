"""What was done at a desk, and undoing it."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from citizen_platform.core.errors import DomainError
from citizen_platform.core.i18n import _
from citizen_platform.core.security import current_person, page, safe_next
from citizen_platform.themes import blueprint, queries, services
from citizen_platform.themes.views.desk import ANALYST, ANYONE, HERE, may_edit, own_consultation
from citizen_platform.themes.views.theme import page_number


@page(blueprint, f"{HERE}/history", access=ANYONE)
def history(body: str, reference: str) -> ResponseReturnValue:
    """Everything done at the desk, newest first, in words."""
    consultation = own_consultation(body, reference)
    deeds, pages = queries.history(consultation.id, page_number())
    return render_template(
        "themes/history.html",
        consultation=consultation,
        deeds=deeds,
        page=min(page_number(), pages),
        pages=pages,
        may_edit=may_edit(body),
    )


@page(blueprint, f"{HERE}/steps/<int:step_id>/undo", access=ANALYST, methods=("POST",))
def undo(body: str, reference: str, step_id: int) -> ResponseReturnValue:
    """Put back what a step changed, whoever took it, and go back to where the button was."""
    consultation = own_consultation(body, reference)
    step = queries.step_of(consultation.id, step_id) or abort(404)
    try:
        services.undo(step, by=current_person(), now=datetime.now(UTC))
        flash(_("The step is undone. It stays in the log."), "success")
    except DomainError as error:
        flash(str(error), "error")
    desk = url_for("themes.desk", body=body, reference=reference)
    back = safe_next(request.form.get("back"), desk)
    return redirect(back if back.startswith(desk) else desk, 303)
