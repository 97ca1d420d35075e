"""Asking for a run, stopping it, storing what it found, and placing what arrives after it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update

from citizen_platform.accounts.models import Person
from citizen_platform.consultations import services as consultations
from citizen_platform.consultations.models import Consultation, Question, Stage
from citizen_platform.contributions import services as contributions
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.database import Json, hold, session
from citizen_platform.core.errors import DomainError
from citizen_platform.core.events import record
from citizen_platform.core.i18n import _l
from citizen_platform.core.jobs import cancel, enqueue
from citizen_platform.themes import queries
from citizen_platform.themes.models import (
    LeftReason,
    Theme,
    Topic,
    TopicLeft,
    TopicPassage,
    TopicRun,
)

ATTEMPTS = 2
"""How often a run is tried: a second time in case the machine, not the text, was at fault."""
MOST_FRAMES = 60
LONGEST_FRAME = 500
"""Characters of a description in one language."""
FACTS = ("framed", "stance", "signals", "change", "stability", "nearest")
"""What a run finds out about a topic, beside what has a column of its own."""


def ask(
    consultation: Consultation,
    *,
    question: Question | None = None,
    seed: int = 1,
    frames: Sequence[Json] = (),
    frames_only: bool = False,
    by: Person | None,
    now: datetime,
) -> TopicRun:
    """Queue a run over what people said; the first one after closing begins the analysis.

    Passages go to ``frames`` first (see :func:`frame` and :func:`frame_of_theme`); with ``frames_only`` nothing else is
    looked for. Refuses while another run waits or works, and when nothing was said.
    """
    hold(consultation)
    question_id = question.id if question else None
    distinct = {given["id"]: given for given in frames}
    if frames_only and not distinct:
        raise DomainError(_l("Describe at least one thing to look for, or let the run look for others too."))
    if len(distinct) > MOST_FRAMES:
        raise DomainError(_l("A run can look for 60 descriptions at most."))
    if not queries.has_statements(consultation.id, question_id):
        raise DomainError(_l("There is nothing to group yet: no statements have come in."))
    if queries.unfinished_run(consultation.id) is not None:
        raise DomainError(_l("A run is already under way. Wait for it to end, or cancel it."))
    run = TopicRun(
        consultation_id=consultation.id,
        question_id=question_id,
        seed=seed,
        wishes={"frames": list(distinct.values()), "frames_only": frames_only} if distinct else {},
        asked_by_id=by.id if by else None,
        asked_at=now,
    )
    record("topics.asked", run, by=by, now=now, seed=seed, frames=len(distinct))
    run.job_id = enqueue("themes.run", {"run_id": run.id}, now=now, attempts=ATTEMPTS).id
    session.flush()
    if consultation.state(now) == Stage.CLOSED:
        consultations.mark_analysing(consultation, by=by, now=now)
    return run


def frame(cy: str, en: str) -> Json:
    """What to look for, described in a line in one language or both. The same words always have the same id."""
    description = {"cy": cy.strip()[:LONGEST_FRAME], "en": en.strip()[:LONGEST_FRAME]}
    if not any(description.values()):
        raise DomainError(_l("Describe what to look for in at least one language."))
    name = hashlib.sha256("\n".join(description.values()).encode()).hexdigest()[:10]
    return {"id": f"frame-{name}", "description": description}


def frame_of_theme(theme: Theme) -> Json:
    """A theme that people made, as something to look for."""
    sides = {
        side: ". ".join(part.strip() for part in (theme.name[side], theme.description[side]) if part.strip())
        for side in ("cy", "en")
    }
    name = {side: theme.name[side].strip() for side in ("cy", "en")}
    described = frame(sides["cy"], sides["en"])
    return {**described, "id": f"theme-{theme.number}", "theme": theme.number, "name": name}


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
    by_key = {given["id"]: topic_of(run_id, given) for given in result["topics"]}
    for asked in run.wishes.get("frames", ()):
        if "name" in asked and asked["id"] in by_key:
            topic = by_key[asked["id"]]
            topic.label = Bilingual(
                asked["name"]["cy"] or topic.label.cy, asked["name"]["en"] or topic.label.en
            )
    session.add_all(by_key.values())
    session.flush()
    for given in result["topics"]:
        if given.get("parent") is not None:
            by_key[given["id"]].parent_id = by_key[given["parent"]].id
    session.flush()
    ids = {key: topic.id for key, topic in by_key.items()}
    left = {int(number): reason for reason in LeftReason for number in result[reason.value]}
    write_passages(run_id, ids, result["assignments"], left)
    if "campaigns" in result:
        found = [campaign_of(given) for given in result["campaigns"]]
        contributions.replace_campaigns(run.consultation_id, run.question_id, found, now=now)
    counts = {
        "assigned": len(result["assignments"]),
        **{reason.value: len(result[reason.value]) for reason in LeftReason},
    }
    run.result = {**(result.get("run") or {}), "counts": {"statements": sum(counts.values()), **counts}}
    record("topics.found", run, by=None, now=now, topics=len(by_key), **counts)
    return True


def topic_of(run_id: int, given: dict[str, Any]) -> Topic:
    """A topic as the machine answered it, not yet under the topic that it is a part of."""
    return Topic(
        run_id=run_id,
        key=given["id"],
        label=Bilingual(given["label"]["cy"], given["label"]["en"]),
        terms=given["terms"],
        size=given["size"],
        size_by_language=given["size_by_language"],
        examples=[int(number) for number in given["examples"]],
        far=[int(number) for number in given.get("far", ())],
        middle=base64.b64decode(given["middle"]) if given.get("middle") else None,
        facts={name: given[name] for name in FACTS if given.get(name) is not None},
    )


def campaign_of(given: dict[str, Any]) -> contributions.FoundCampaign:
    """A campaign as the machine answered it."""
    return contributions.FoundCampaign(
        {int(member["id"]): bool(member["added"].strip()) for member in given["members"]}
    )


def write_passages(
    run_id: int,
    ids: dict[str, int],
    assignments: Sequence[dict[str, Any]],
    left: dict[int, LeftReason],
) -> None:
    """Put passages under topics (``ids`` by key) and say which statements are under none."""
    passages = {
        (ids[of["topic"]], int(assignment["id"]), passage["start"]): {
            "topic_id": ids[of["topic"]],
            "contribution_id": int(assignment["id"]),
            "start": passage["start"],
            "end": passage["end"],
            "strength": of["strength"],
        }
        for assignment in assignments
        for passage in assignment["passages"]
        for of in passage["topics"]
    }
    if passages:
        session.execute(insert(TopicPassage), list(passages.values()))
    if left:
        rows = [
            {"run_id": run_id, "contribution_id": number, "reason": reason} for number, reason in left.items()
        ]
        session.execute(insert(TopicLeft), rows)


def store_placed(run: TopicRun, placed: Sequence[dict[str, Any]], *, now: datetime) -> int:
    """Write what ``python -m nlp place`` answered for statements that came after a run; how many are new in it.

    Safe to do twice, and twice at once: a statement that stands in the run already stays where it is.
    """
    hold(run)
    there = queries.statements_in_run(run.id, [int(given["id"]) for given in placed])
    fresh = [given for given in placed if int(given["id"]) not in there]
    if not fresh:
        return 0
    assigned = [given for given in fresh if any(passage["topics"] for passage in given["passages"])]
    left = {
        int(given["id"]): LeftReason.UNASSIGNED if given["content"] else LeftReason.NO_CONTENT
        for given in fresh
        if given not in assigned
    }
    ids = {topic.key: topic.id for topic in queries.topics_and_parts(run.id)}
    write_passages(run.id, ids, assigned, left)
    touched = {
        ids[of["topic"]] for given in assigned for passage in given["passages"] for of in passage["topics"]
    }
    sizes = queries.topic_sizes(touched)
    for topic_id in sorted(touched):
        topic = session.get_one(Topic, topic_id)
        by_language = sizes[topic_id]
        topic.size = by_language.total()
        topic.size_by_language = {"cy": 0, "en": 0, "mixed": 0, **by_language}
    record("topics.placed", run, by=None, now=now, statements=len(fresh), assigned=len(assigned))
    return len(fresh)
