"""Runs: asked for, watched, stopped; their history, and two of them side by side."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from citizen_platform.consultations.models import Consultation
from citizen_platform.core.database import Json
from citizen_platform.core.errors import DomainError
from citizen_platform.core.i18n import _
from citizen_platform.core.security import current_person, page, row_number
from citizen_platform.themes import blueprint, queries, services
from citizen_platform.themes.forms import FramedRunForm, RunForm
from citizen_platform.themes.models import Theme, TopicRun
from citizen_platform.themes.views.desk import (
    ANALYST,
    ANYONE,
    HERE,
    may_edit,
    own_consultation,
    run_parts,
)


def to_run(consultation: Consultation, run_id: int) -> Response:
    """Go on to the page of a run."""
    return redirect(
        url_for("themes.run", body=consultation.body_slug, reference=consultation.reference, run_id=run_id),
        303,
    )


@page(blueprint, f"{HERE}/run", access=ANALYST, methods=("POST",))
def start(body: str, reference: str) -> ResponseReturnValue:
    """Queue a run that looks for nothing in particular."""
    consultation = own_consultation(body, reference)
    questions = {question.code: question for question in queries.open_questions(consultation.id)}
    form = RunForm()
    form.offer(questions.values())
    if not form.validate_on_submit():
        abort(400)
    try:
        asked = services.ask(
            consultation,
            question=questions.get(form.question.data),
            by=current_person(),
            now=datetime.now(UTC),
        )
    except DomainError as error:
        flash(str(error), "error")
        return redirect(url_for("themes.desk", body=body, reference=reference), 303)
    return to_run(consultation, asked.id)


@page(blueprint, f"{HERE}/runs/new", access=ANALYST, methods=("GET", "POST"))
def new_run(body: str, reference: str) -> ResponseReturnValue:
    """Queue a run that looks first for what the analyst describes, or for the themes there are."""
    consultation = own_consultation(body, reference)
    questions = {question.code: question for question in queries.open_questions(consultation.id)}
    themes = [
        theme
        for theme in queries.themes(consultation.id)
        if theme.is_in_use and (theme.name or theme.description)
    ]
    form = FramedRunForm()
    form.offer(questions.values())
    if "more" in request.form:
        form.another()
    elif form.validate_on_submit():
        try:
            asked = services.ask(
                consultation,
                question=questions.get(form.question.data),
                frames=wanted_frames(form, themes),
                frames_only=form.frames_only.data,
                by=current_person(),
                now=datetime.now(UTC),
            )
            return to_run(consultation, asked.id)
        except DomainError as error:
            form.refuse(error)
    return render_template("themes/new_run.html", consultation=consultation, form=form, themes=themes)


def wanted_frames(form: FramedRunForm, themes: list[Theme]) -> list[Json]:
    """What the analyst wants the run to look for."""
    typed = [services.frame(text.cy, text.en) for text in form.descriptions]
    return [*(services.frame_of_theme(theme) for theme in themes if form.use_themes.data), *typed]


@page(blueprint, f"{HERE}/runs", access=ANYONE)
def runs(body: str, reference: str) -> ResponseReturnValue:
    """Every run with what was asked and what it was made with; two can be chosen to be compared."""
    consultation = own_consultation(body, reference)
    found = queries.runs(consultation.id)
    return render_template(
        "themes/runs.html",
        consultation=consultation,
        runs=found,
        finished=[past for past in found if past.finished_at is not None],
        topics=queries.numbers_of_topics([past.id for past in found]),
        questions={question.id: question for question in queries.open_questions(consultation.id)},
        may_edit=may_edit(body),
    )


@page(blueprint, f"{HERE}/runs/compare", access=ANYONE)
def compare(body: str, reference: str) -> ResponseReturnValue:
    """Two finished runs side by side: ``a`` and ``b`` in the query string."""
    consultation = own_consultation(body, reference)
    if not {"a", "b"} <= set(request.args):
        return redirect(url_for("themes.runs", body=body, reference=reference), 303)
    before, after = (finished_run(consultation, request.args.get(name, 0, type=row_number)) for name in "ab")
    found = queries.comparison(before, after)
    number = max(1, request.args.get("page", 1, type=int))
    moved, pages = queries.moved_statements(found, number)
    return render_template(
        "themes/compare.html",
        consultation=consultation,
        finished=[past for past in queries.runs(consultation.id) if past.finished_at is not None],
        questions={question.id: question for question in queries.open_questions(consultation.id)},
        found=found,
        differences=queries.differences(before, after),
        moved=moved,
        page=min(number, pages),
        pages=pages,
    )


def finished_run(consultation: Consultation, run_id: int) -> TopicRun:
    """A finished run of this consultation, or 404."""
    found = queries.run_of(consultation.id, run_id)
    return found if found is not None and found.finished_at is not None else abort(404)


@page(blueprint, f"{HERE}/runs/<int:run_id>", access=ANYONE)
def run(body: str, reference: str, run_id: int) -> ResponseReturnValue:
    """One run: how far it is, why it failed, or what it suggests."""
    consultation = own_consultation(body, reference)
    found = queries.run_of(consultation.id, run_id) or abort(404)
    return render_template(
        "themes/run.html",
        consultation=consultation,
        may_edit=may_edit(body),
        questions={question.id: question for question in queries.open_questions(consultation.id)},
        **run_parts(found),
    )


@page(blueprint, f"{HERE}/runs/<int:run_id>/cancel", access=ANALYST, methods=("POST",))
def cancel(body: str, reference: str, run_id: int) -> ResponseReturnValue:
    """Stop a run."""
    consultation = own_consultation(body, reference)
    found = queries.run_of(consultation.id, run_id) or abort(404)
    try:
        services.stop(found, by=current_person(), now=datetime.now(UTC))
        flash(_("The run is being stopped."), "success")
    except DomainError as error:
        flash(str(error), "error")
    return to_run(consultation, run_id)
