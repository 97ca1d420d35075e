"""The desk of one consultation's themes: runs, what they suggest, and the themes people made."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from citizen_platform.accounts.models import Role
from citizen_platform.accounts.services import role
from citizen_platform.consultations.models import Consultation
from citizen_platform.consultations.queries import consultation_of
from citizen_platform.core.errors import DomainError
from citizen_platform.core.i18n import _
from citizen_platform.core.jobs import Job
from citizen_platform.core.security import current_person, page
from citizen_platform.themes import blueprint, queries, services
from citizen_platform.themes.forms import RunForm
from citizen_platform.themes.models import TopicRun

HERE = "/desk/<body>/consultations/<reference>/themes"
ANALYST = role(Role.ANALYST)
ANYONE = role()


def own_consultation(body: str, reference: str) -> Consultation:
    """The body's own consultation; another body's is not there."""
    return consultation_of(body, reference) or abort(404)


def may_edit(body: str) -> bool:
    """True when the person at the desk is an analyst of this body."""
    return bool(current_person().holds(body, Role.ANALYST))


@blueprint.app_template_filter("is_silent")
def is_silent(job: Job) -> bool:
    """True when nobody has heard from the worker of a job that is said to be under way."""
    return job.is_silent(datetime.now(UTC))


def run_parts(run: TopicRun | None) -> dict[str, Any]:
    """What a page shows of a run: its topics, their examples, and the themes they went into."""
    topics = queries.topics(run.id) if run is not None and run.finished_at is not None else []
    return {
        "run": run,
        "topics": topics,
        "examples": queries.topic_examples(topics),
        "used": queries.themes_from_topics(run.id) if run is not None and topics else {},
    }


@page(blueprint, HERE, access=ANYONE)
def desk(body: str, reference: str) -> ResponseReturnValue:
    """Themes of a consultation, and what the newest run suggests."""
    consultation = own_consultation(body, reference)
    runs = queries.runs(consultation.id)
    themes = queries.themes(consultation.id)
    questions = queries.open_questions(consultation.id)
    form = RunForm()
    form.offer(questions)
    return render_template(
        "themes/desk.html",
        consultation=consultation,
        runs=runs,
        themes=themes,
        counts=queries.theme_counts(theme.id for theme in themes),
        coverage=queries.coverage(consultation.id, public_only=False),
        questions={question.id: question for question in questions},
        form=form,
        may_edit=may_edit(body),
        **run_parts(runs[0] if runs else None),
    )


@page(blueprint, f"{HERE}/run", access=ANALYST, methods=("POST",))
def start(body: str, reference: str) -> ResponseReturnValue:
    """Queue a run."""
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
    return redirect(url_for("themes.run", body=body, reference=reference, run_id=asked.id), 303)


@page(blueprint, f"{HERE}/runs/<int:run_id>", access=ANYONE)
def run(body: str, reference: str, run_id: int) -> ResponseReturnValue:
    """One run: how far it is, why it failed, or what it suggests."""
    consultation = own_consultation(body, reference)
    found = queries.run_of(consultation.id, run_id) or abort(404)
    return render_template(
        "themes/run.html", consultation=consultation, may_edit=may_edit(body), **run_parts(found)
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
    return redirect(url_for("themes.run", body=body, reference=reference, run_id=run_id), 303)
