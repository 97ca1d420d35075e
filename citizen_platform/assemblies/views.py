"""Assembly sessions: the facilitator's pages and the note-taker's table."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from flask import abort, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectChoice

from citizen_platform.accounts.models import Role
from citizen_platform.accounts.services import TooManyTries, role
from citizen_platform.assemblies import blueprint, queries, services
from citizen_platform.assemblies.forms import JoinForm, NoteForm, SessionForm, SwitchForm
from citizen_platform.assemblies.models import Table
from citizen_platform.consultations.models import Consultation
from citizen_platform.consultations.queries import consultation_of, consultations_of
from citizen_platform.core.errors import DomainError
from citizen_platform.core.forms import is_language_switch
from citizen_platform.core.i18n import _, current_language, local
from citizen_platform.core.security import PUBLIC, current_person, derived_code, network_digest, page


def receipt_code(table_code: str) -> str:
    """The receipt of a table: 140 bits that only this service can derive from the table's code, the same each time."""
    return derived_code(current_app.config["SECRET_KEY"], f"table:{table_code}")


@page(blueprint, "/assemblies/join", access=PUBLIC, methods=("GET", "POST"))
def join() -> ResponseReturnValue:
    """A note-taker types the code of a table: no account."""
    form = JoinForm()
    status = 422 if request.method == "POST" and not is_language_switch() else 200
    if form.validate_on_submit():
        try:
            table = services.join(form.code.data or "", network=network_digest(), now=datetime.now(UTC))
        except DomainError as error:
            form.refuse(error)
            status = 429 if isinstance(error, TooManyTries) else 422
        else:
            session["table"] = table.code
            return redirect(url_for("assemblies.notes"), 303)
    return render_template("assemblies/join.html", form=form), status


@page(blueprint, "/assemblies/notes", access=PUBLIC, methods=("GET", "POST"))
def notes() -> ResponseReturnValue:
    """A table's notes: the next statement, and what has been written so far."""
    table = joined_table()
    if table is None:
        return redirect(url_for("assemblies.join"))
    form = NoteForm()
    if not form.once.data:
        form.once.data = secrets.token_urlsafe(12)
    if request.method == "GET":
        form.language.data = request.args.get("said", current_language())
    too_late = request.method == "POST" and not table.session.is_open
    if not too_late and form.validate_on_submit():
        services.write(
            table,
            form.text.data or "",
            language=form.language.data,
            once=form.once.data,
            now=datetime.now(UTC),
        )
        flash(_("Written down."), "success")
        return redirect(url_for("assemblies.notes", said=form.language.data), 303)
    status = 410 if too_late else 422 if request.method == "POST" and not is_language_switch() else 200
    written = queries.notes_of(table)
    page_shown = render_template(
        "assemblies/notes.html", form=form, table=table, notes=written, code=receipt_code(table.code)
    )
    return page_shown, status


def joined_table() -> Table | None:
    """The table this browser has joined, even after its session closed (its notes stay readable)."""
    code = session.get("table")
    return queries.table_by_code(code) if code else None


@page(blueprint, "/desk/<body>/assemblies", access=role())
def desk_index(body: str) -> ResponseReturnValue:
    """Sessions of the body."""
    return render_template("assemblies/desk_index.html", body=body, meetings=queries.sessions_of(body))


@page(blueprint, "/desk/<body>/assemblies/new", access=role(Role.FACILITATOR), methods=("GET", "POST"))
def new(body: str) -> ResponseReturnValue:
    """Prepare a session."""
    form = SessionForm()
    public = [consultation for consultation in consultations_of(body) if consultation.is_public]
    form.consultation.choices = [
        SelectChoice("", _("None")),
        *(SelectChoice(consultation.reference, local(consultation.title)) for consultation in public),
    ]
    if form.validate_on_submit():
        about: Consultation | None = (
            consultation_of(body, form.consultation.data) if form.consultation.data else None
        )
        meeting = services.prepare(
            body,
            name=form.name.data,
            question=form.question.data,
            tables=form.tables.data or 1,
            receipt_code=receipt_code,
            about=about,
            by=current_person(),
            now=datetime.now(UTC),
        )
        return redirect(url_for("assemblies.show", body=body, reference=meeting.reference), 303)
    wrong = request.method == "POST" and not is_language_switch()
    return render_template("assemblies/new.html", body=body, form=form), 422 if wrong else 200


@page(blueprint, "/desk/<body>/assemblies/<reference>", access=role(), methods=("GET",))
def show(body: str, reference: str) -> ResponseReturnValue:
    """One session: codes for the tables, how much each has written, open and close."""
    meeting = queries.session_of(body, reference) or abort(404)
    return render_template(
        "assemblies/show.html",
        body=body,
        meeting=meeting,
        counts=queries.note_counts(meeting),
        form=SwitchForm(),
    )


@page(blueprint, "/desk/<body>/assemblies/<reference>/open", access=role(Role.FACILITATOR), methods=("POST",))
def open_(body: str, reference: str) -> ResponseReturnValue:
    """Let note-takers in."""
    meeting = queries.session_of(body, reference) or abort(404)
    services.open_(meeting, by=current_person(), now=datetime.now(UTC))
    flash(_("The session is open. Note-takers can join now."), "success")
    return redirect(url_for("assemblies.show", body=body, reference=reference), 303)


@page(
    blueprint, "/desk/<body>/assemblies/<reference>/close", access=role(Role.FACILITATOR), methods=("POST",)
)
def close(body: str, reference: str) -> ResponseReturnValue:
    """End the session."""
    meeting = queries.session_of(body, reference) or abort(404)
    services.close(meeting, by=current_person(), now=datetime.now(UTC))
    flash(_("The session has closed. Everything that was written is kept."), "success")
    return redirect(url_for("assemblies.show", body=body, reference=reference), 303)
