"""The desk page on which statements are read, and released for quoting."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from citizen_platform.accounts.models import Role
from citizen_platform.accounts.services import role
from citizen_platform.consultations.models import Consultation
from citizen_platform.consultations.queries import consultation_of
from citizen_platform.contributions import blueprint, queries, services
from citizen_platform.contributions.forms import FilterForm
from citizen_platform.contributions.models import DOOR_NAMES, LANGUAGE_NAMES
from citizen_platform.core.i18n import ngettext
from citizen_platform.core.security import current_person, page, row_number

ON_A_PAGE = 20
READERS = (Role.SCREENER, Role.ANALYST)


def own(body: str, reference: str) -> Consultation:
    """The body's own consultation, or 404."""
    return consultation_of(body, reference) or abort(404)


def wanted_page() -> int:
    """The page number asked for, at least 1."""
    return max(1, request.args.get("page", 1, type=int))


@page(blueprint, "/desk/<body>/consultations/<reference>/statements", access=role())
def statements(body: str, reference: str) -> ResponseReturnValue:
    """Statements as they came in, twenty at a time."""
    consultation = own(body, reference)
    form = FilterForm(request.args)
    total = queries.number_of_statements(consultation.id, form.wanted)
    pages = max(1, -(-total // ON_A_PAGE))
    number = min(wanted_page(), pages)
    shown = queries.statements_of(
        consultation.id, form.wanted, limit=ON_A_PAGE, offset=(number - 1) * ON_A_PAGE
    )
    return render_template(
        "contributions/statements.html",
        body=body,
        consultation=consultation,
        form=form,
        total=total,
        page=number,
        pages=pages,
        statements=shown,
        questions={question.id: question.text for question in consultation.questions},
        counts=queries.counts(consultation.id),
        door_names=DOOR_NAMES,
        language_names=LANGUAGE_NAMES,
        may_read=current_person().holds(body, *READERS),
        may_release=current_person().holds(body, Role.SCREENER),
    )


@page(
    blueprint,
    "/desk/<body>/consultations/<reference>/statements/read",
    access=role(*READERS),
    methods=("POST",),
)
def read(body: str, reference: str) -> ResponseReturnValue:
    """Mark the statements of a page as read, and go on to the next page."""
    consultation = own(body, reference)
    wanted = request.form.getlist("statement", type=row_number)[:ON_A_PAGE]
    marked = services.mark_read(
        queries.contributions_in(consultation.id, wanted), by=current_person(), now=datetime.now(UTC)
    )
    flash(
        ngettext("%(num)d statement marked as read", "%(num)d statements marked as read", marked), "success"
    )
    form = FilterForm(request.args)
    # Filtered by unread, what was read drops out and the next ones move up to this page.
    next_page = wanted_page() if form.wanted.unread else wanted_page() + 1
    return redirect(url_for(".statements", body=body, reference=reference, page=next_page, **form.query), 303)


@page(
    blueprint,
    "/desk/<body>/consultations/<reference>/statements/<int:number>/release",
    access=role(Role.SCREENER),
    methods=("POST",),
)
def release(body: str, reference: str, number: int) -> ResponseReturnValue:
    """Allow a statement to be quoted, or no longer: ``released`` in the form says which."""
    consultation = own(body, reference)
    contribution = queries.contribution_in(consultation.id, number) or abort(404)
    if request.form.get("released") == "y":
        services.release(contribution, by=current_person(), now=datetime.now(UTC))
    else:
        services.withdraw_release(contribution, by=current_person(), now=datetime.now(UTC))
    query = FilterForm(request.args).query
    place = url_for(
        ".statements",
        body=body,
        reference=reference,
        page=wanted_page(),
        _anchor=f"statement-{number}",
        **query,
    )
    return redirect(place, 303)
