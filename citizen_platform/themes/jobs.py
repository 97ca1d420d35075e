"""The topic run itself: texts out to a child process, topics back, stored in one transaction."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from citizen_platform.core.database import session, transaction
from citizen_platform.core.jobs import Running, handles
from citizen_platform.core.jobs.child import Line, run_once
from citizen_platform.themes import queries, services
from citizen_platform.themes.models import TopicRun


@handles("themes.run")
def group(run: Running, *, run_id: int) -> None:
    """Group what a run's consultation was told. Safe to do twice: what was stored once is not stored again."""
    with transaction():
        asked = session.get(TopicRun, run_id)
        if asked is None or asked.finished_at is not None:
            return
        seed = asked.seed
        lines = lines_for(asked)
    run.report("reading", 0, len(lines))
    result = run_once(["nlp", "topics", "--seed", str(seed)], lines, lambda line: tell(run, line))
    run.report("storing", 0, 1)
    with transaction():
        services.store(run_id, result, now=datetime.now(UTC))
    run.result = {"topics": len(result["topics"])}


def lines_for(asked: TopicRun) -> list[Line]:
    """One line for each statement; the language only where it has been found."""
    lines = []
    for statement in queries.statements_to_group(asked.consultation_id, asked.question_id):
        line: dict[str, Any] = {"id": str(statement.id), "text": statement.text}
        if statement.language is not None:
            line["language"] = statement.language.value
        lines.append(line)
    return lines


def tell(run: Running, line: Line) -> None:
    """Pass a child's progress on; raises Cancelled when somebody asked for the run to stop."""
    run.report(str(line.get("stage", "")), int(line.get("done", 0)), int(line.get("total", 0)))
