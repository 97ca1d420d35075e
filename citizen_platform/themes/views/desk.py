"""The desk of one consultation's themes: runs, what they suggest, and the themes people made."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from citizen_platform.accounts.models import Role
from citizen_platform.accounts.services import role
from citizen_platform.consultations.models import Consultation
from citizen_platform.consultations.queries import consultation_of
from citizen_platform.core.jobs import Job
from citizen_platform.core.security import current_person, page
from citizen_platform.themes import blueprint, queries
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
    """What a page shows of a run: its topics, their examples, the themes they went into, and what came after it.

    ``names`` are those of the topics of the run before, by their keys.
    """
    is_finished = run is not None and run.finished_at is not None
    topics = queries.topics(run.id) if run is not None and is_finished else []
    return {
        "run": run,
        "since": queries.since(run) if run is not None and is_finished else None,
        "names": queries.topic_names(run.previous_id) if run is not None and run.previous_id else {},
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
        ends=queries.where_merged(themes),
        steps=queries.newest_steps(consultation.id),
        coverage=queries.coverage(consultation.id, public_only=False),
        questions={question.id: question for question in questions},
        form=form,
        may_edit=may_edit(body),
        run=runs[0] if runs else None,
        since=queries.since(runs[0]) if runs and runs[0].finished_at is not None else None,
        **work(consultation.id),
    )


def work(consultation_id: int) -> dict[str, Any]:
    """What waits for a decision: the topics of the newest run that found any, and how far people follow the machine."""
    found = queries.run_at_desk(consultation_id)
    suggestions = queries.suggestions(found.id) if found else []
    waiting = [each.topic for each in suggestions if not each.is_handled]
    return {
        "suggesting": found,
        "suggestions": suggestions,
        "examples": queries.topic_examples(waiting),
        "names": queries.topic_names(found.previous_id) if found else {},
        "acceptance": queries.acceptance(found.id) if found else None,
        "edits": queries.edits(consultation_id),
    }
