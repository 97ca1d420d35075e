"""``flask --app wsgi themes run``: queue a topic run, and with ``--wait`` see it through."""

from __future__ import annotations

import json
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from citizen_platform.consultations.models import Consultation, Question
from citizen_platform.consultations.queries import consultation_by_reference
from citizen_platform.core.database import Json, session, transaction
from citizen_platform.core.errors import DomainError
from citizen_platform.core.i18n import LOCALES, force_locale
from citizen_platform.core.jobs import Job, JobState, job_by_id
from citizen_platform.themes import queries, services
from citizen_platform.themes.models import TopicRun

LOOK_EVERY = 0.5
SWEEP_EVERY = 20.0
themes = AppGroup("themes", help="Group what people said.")
commands = (themes,)


@themes.command("run")
@click.argument("reference")
@click.option("--question", "code", help="Only the answers to the question of this code.")
@click.option(
    "--seed", default=1, show_default=True, help="The same seed over the same statements finds the same."
)
@click.option(
    "--frames",
    "frames_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help='What to look for first: a JSON list of {"description": {"cy"?, "en"?}}.',
)
@click.option("--frames-only", is_flag=True, help="Look for nothing beyond the frames.")
@click.option("--wait", is_flag=True, help="Wait for the result; do the work here when no worker takes it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def run(
    reference: str,
    code: str | None,
    seed: int,
    frames_file: Path | None,
    frames_only: bool,
    wait: bool,
    as_json: bool,
) -> None:
    """Queue a topic run over everything people said to the consultation REFERENCE."""
    consultation = consultation_by_reference(reference)
    if consultation is None:
        raise click.ClickException(f"There is no consultation {reference}.")
    question = question_of(consultation, code) if code else None
    try:
        with force_locale(LOCALES["en"]), transaction():
            asked = services.ask(
                consultation,
                question=question,
                seed=seed,
                frames=frames_in(frames_file) if frames_file else (),
                frames_only=frames_only,
                by=None,
                now=datetime.now(UTC),
            )
            run_id, job_id, consultation_id = asked.id, asked.job_id, consultation.id
    except DomainError as error:
        with force_locale(LOCALES["en"]):
            raise click.ClickException(str(error)) from error
    if wait and job_id is not None:
        see_through(job_id)
    found = queries.run_of(consultation_id, run_id)
    assert found is not None
    answer = summary(found)
    print(json.dumps(answer, ensure_ascii=False, indent=2) if as_json else told(answer))
    if wait and answer["state"] != JobState.DONE:
        sys.exit(1)


def question_of(consultation: Consultation, code: str) -> Question:
    """The open question of this code; ends the command when there is none."""
    questions = queries.open_questions(consultation.id)
    for question in questions:
        if question.code == code:
            return question
    codes = ", ".join(question.code for question in questions)
    raise click.ClickException(f"There is no open question {code}. Open questions: {codes}.")


def frames_in(path: Path) -> list[Json]:
    """What a file asks to look for, as ``python -m nlp topics --frames`` reads it; an ``id`` that it gives is kept."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        found = []
        for row in rows:
            described = services.frame(*(str(row["description"].get(side) or "") for side in ("cy", "en")))
            found.append({**described, **({"id": str(row["id"])} if "id" in row else {})})
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise click.ClickException(
            f'{path}: this is no JSON list of {{"description": {{"cy", "en"}}}} ({error}).'
        ) from error
    if len({frame["id"] for frame in found}) < len(found):
        raise click.ClickException(f"{path}: two frames have one id.")
    return found


def see_through(job_id: int) -> None:
    """Wait until a job is over, telling its progress; do it in this process when no worker has taken it.

    Starting is compare-and-set: whoever is first does the job, once. A job whose worker fell silent is swept up.
    """
    engine = current_app.extensions["dolen.jobs"]
    worker: threading.Thread | None = None
    told_last, swept = "", time.monotonic()
    while not (job := look(job_id)).is_over:
        progress = f"{job.stage or job.state.value} {job.done}/{job.total}"
        if progress != told_last:
            click.echo(progress, err=True)
            told_last = progress
        if job.state == JobState.QUEUED and (worker is None or not worker.is_alive()):
            worker = threading.Thread(target=engine.perform, args=(job_id,), daemon=True)
            worker.start()
        if time.monotonic() - swept > SWEEP_EVERY:
            engine.sweep()
            swept = time.monotonic()
        time.sleep(LOOK_EVERY)
    click.echo(job.state.value, err=True)
    if worker is not None:
        worker.join()


def look(job_id: int) -> Job:
    """A job as it is now, in a transaction that ends at once so that nobody waits for it."""
    job = job_by_id(job_id)
    assert job is not None
    session.expunge(job)
    session.rollback()
    return job


def summary(run: TopicRun) -> dict[str, Any]:
    """A run as the command prints it; ``topics``, ``counts`` and ``quality`` are there once it is done."""
    answer: dict[str, Any] = {
        "run": run.id,
        "state": run.job.state.value if run.job else "",
        "seed": run.seed,
        "error": run.job.error if run.job else None,
    }
    if run.wishes.get("frames"):
        answer["frames"] = run.wishes["frames"]
    if run.finished_at is not None:
        answer |= run.result or {}
        answer["topics"] = [
            {
                "id": topic.key,
                "label": {"cy": topic.label.cy, "en": topic.label.en},
                "terms": topic.terms,
                "size": topic.size,
                "size_by_language": topic.size_by_language,
                **topic.facts,
            }
            for topic in queries.topics(run.id)
        ]
    return answer


def told(answer: dict[str, Any]) -> str:
    """The same in words."""
    if "topics" not in answer:
        return " ".join(filter(None, (f"run {answer['run']}: {answer['state']}", answer["error"])))
    counts = answer["counts"]
    lines = [
        f"run {answer['run']}: {len(answer['topics'])} topics in {counts['statements']} statements;"
        f" {counts['unassigned']} under no topic, {counts['no_content']} without content"
    ]
    if answer.get("quality", {}).get("too_few"):
        lines.append("Too few passages to find topics in: make themes by hand.")
    lines += [
        f"{topic['size']:6}  {topic['label']['cy']} | {topic['label']['en']}" for topic in answer["topics"]
    ]
    return "\n".join(lines)
