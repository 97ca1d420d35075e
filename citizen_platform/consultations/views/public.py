"""What the public sees: the list of consultations, and each in full."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from citizen_platform.consultations import blueprint, queries
from citizen_platform.consultations.forms import AreaForm, area_choices
from citizen_platform.core.i18n import _, local, sort_welsh_or_english
from citizen_platform.core.security import PUBLIC, page
from citizen_platform.organisations.models import AREAS


@page(blueprint, "/consultations", access=PUBLIC)
def index() -> ResponseReturnValue:
    """Open now first, then waiting for an answer, then answered; about one area when asked."""
    now = datetime.now(UTC)
    form = AreaForm(request.args)
    form.area.choices = [("", _("Anywhere in Wales")), *area_choices(queries.areas_asked_about())]
    area = form.area.data if form.area.data in AREAS else None
    groups = queries.public_by_stage(now, area)
    return render_template(
        "consultations/index.html",
        form=form,
        area=AREAS[area] if area else None,
        groups=groups,
        count=sum(len(rows) for _stage, rows in groups),
        now=now,
    )


@page(blueprint, "/consultations/<reference>", access=PUBLIC)
def show(reference: str) -> ResponseReturnValue:
    """A consultation in full: the problem, what can change, the options, who decides and when, the questions."""
    consultation = queries.public_consultation(reference) or abort(404)
    now = datetime.now(UTC)
    return render_template(
        "consultations/show.html",
        consultation=consultation,
        state=consultation.state(now),
        is_late=consultation.is_late(now),
        areas=sort_welsh_or_english((AREAS[code] for code in consultation.areas), local),
    )
