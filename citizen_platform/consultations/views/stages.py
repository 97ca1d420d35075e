"""Checking a draft and opening it; closing early."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from citizen_platform.accounts.models import Role
from citizen_platform.consultations import blueprint, services
from citizen_platform.consultations.models import Stage
from citizen_platform.consultations.views.desk import EDIT, OPEN, frame, own
from citizen_platform.core.i18n import _
from citizen_platform.core.security import current_person, page


@page(
    blueprint,
    "/desk/<body>/consultations/<reference>/open",
    access=EDIT,
    methods=("GET", "POST"),
    endpoint="open",
)
def open_(body: str, reference: str) -> ResponseReturnValue:
    """Everything that is missing, each with its place; when nothing is, open."""
    consultation = own(body, reference)
    if not consultation.is_draft:
        flash(_("This consultation has been opened, so its words no longer change."), "info")
        return redirect(url_for("consultations.edit", body=body, reference=reference), 303)
    around = frame(body, consultation, "open")
    if request.method == "POST":
        if not current_person().holds(body, Role.POLICY_OFFICER):
            abort(403)
        if around["gaps"]:
            return render_template("consultations/open.html", **around), 422
        services.open_(consultation, current_person(), datetime.now(UTC))
        flash(_("The consultation is open, in Welsh and in English."), "success")
        return redirect(url_for("consultations.edit", body=body, reference=reference), 303)
    return render_template("consultations/open.html", **around)


@page(blueprint, "/desk/<body>/consultations/<reference>/close", access=OPEN, methods=("GET", "POST"))
def close(body: str, reference: str) -> ResponseReturnValue:
    """Ask, then close before the time that people were told."""
    consultation = own(body, reference)
    now = datetime.now(UTC)
    if consultation.state(now) != Stage.OPEN:
        flash(_("This consultation is not open."), "info")
        return redirect(url_for("consultations.edit", body=body, reference=reference), 303)
    if request.method == "POST":
        services.close(consultation, current_person(), now)
        flash(_("The consultation is closed. No more answers are taken."), "success")
        return redirect(url_for("consultations.edit", body=body, reference=reference), 303)
    return render_template("consultations/close.html", **frame(body, consultation, "close"))
