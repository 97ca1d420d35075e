"""Asking for a run, stopping it, storing what it found."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert, update

from citizen_platform.accounts.models import Person
from citizen_platform.consultations import services as consultations
from citizen_platform.consultations.models import Consultation, Question, Stage
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.database import hold, session
from citizen_platform.core.errors import DomainError
from citizen_platform.core.events import record
from citizen_platform.core.i18n import _l
from citizen_platform.core.jobs import cancel, enqueue
from citizen_platform.themes import queries
from citizen_platform.themes.models import (
    LeftReason,
    Topic,
    TopicLeft,
    TopicPassage,
    TopicRun,
)

ATTEMPTS = 2
"""How often a run is tried: a second time in case the machine, not the text, was at fault."""


def ask(
    consultation: Consultation,
    *,
    question: Question | None = None,
    seed: int = 1,
    by: Person | None,
    now: datetime,
) -> TopicRun:
    """Queue a run over what people said; the first one after closing begins the analysis.

    Refuses while another run waits or works, and when nothing was said.
    """
    hold(consultation)
    question_id = question.id if question else None
    if not queries.has_statements(consultation.id, question_id):
        raise DomainError(_l("There is nothing to group yet: no statements have come in."))
    if queries.unfinished_run(consultation.id) is not None:
        raise DomainError(_l("A run is already under way. Wait for it to end, or cancel it."))
    run = TopicRun(
        consultation_id=consultation.id,
        question_id=question_id,
        seed=seed,
        asked_by_id=by.id if by else None,
        asked_at=now,
    )
    record("topics.asked", run, by=by, now=now, seed=seed)
    run.job_id = enqueue("themes.run", {"run_id": run.id}, now=now, attempts=ATTEMPTS).id
    session.flush()
    if consultation.state(now) == Stage.CLOSED:
        consultations.mark_analysing(consultation, by=by, now=now)
    return run


def stop(run: TopicRun, *, by: Person, now: datetime) -> None:
    """Cancel a run that waits or works."""
    if run.job is None or run.job.is_over:
        raise DomainError(_l("This run has already ended."))
    cancel(run.job, now=now)
    record("topics.cancelled", run, by=by, now=now)


def store(run_id: int, result: dict[str, Any], *, now: datetime) -> bool:
    """Write what ``python -m nlp topics`` answered. False when this run was stored before: then nothing is written."""
    begun = session.execute(
        update(TopicRun).where(TopicRun.id == run_id, TopicRun.finished_at.is_(None)).values(finished_at=now)
    )
    if not begun.rowcount:  # type: ignore[attr-defined]
        return False
    run = session.get_one(TopicRun, run_id, populate_existing=True)
    by_key = {
        given["id"]: Topic(
            run_id=run_id,
            key=given["id"],
            label=Bilingual(given["label"]["cy"], given["label"]["en"]),
            terms=given["terms"],
            size=given["size"],
            size_by_language=given["size_by_language"],
            examples=[int(number) for number in given["examples"]],
        )
        for given in result["topics"]
    }
    session.add_all(by_key.values())
    session.flush()
    passages = {
        (by_key[of["topic"]].id, int(assignment["id"]), passage["start"]): {
            "topic_id": by_key[of["topic"]].id,
            "contribution_id": int(assignment["id"]),
            "start": passage["start"],
            "end": passage["end"],
            "strength": of["strength"],
        }
        for assignment in result["assignments"]
        for passage in assignment["passages"]
        for of in passage["topics"]
    }
    left = [
        {"run_id": run_id, "contribution_id": int(number), "reason": reason}
        for reason in LeftReason
        for number in result[reason.value]
    ]
    if passages:
        session.execute(insert(TopicPassage), list(passages.values()))
    if left:
        session.execute(insert(TopicLeft), left)
    counts = {
        "assigned": len(result["assignments"]),
        **{reason.value: len(result[reason.value]) for reason in LeftReason},
    }
    run.result = {**(result.get("run") or {}), "counts": {"statements": sum(counts.values()), **counts}}
    record("topics.found", run, by=None, now=now, topics=len(by_key), **counts)
    return True
