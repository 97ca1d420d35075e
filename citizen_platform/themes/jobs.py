"""The topic run itself, and placing what arrives after it: texts out to a child process, topics back.

Statements are read (cut into passages, each with its vector) once, by the job of contributions; a run sends what was
kept. What a run found is stored in one transaction.
"""

from __future__ import annotations

import base64
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask, current_app

from citizen_platform.contributions import jobs as reading
from citizen_platform.contributions.models import Passage
from citizen_platform.contributions.queries import Waiting, passages_of
from citizen_platform.core.database import session, transaction
from citizen_platform.core.jobs import Running, after, enqueue, handles
from citizen_platform.core.jobs.child import KeptChild, Line, run_once
from citizen_platform.themes import queries, services
from citizen_platform.themes.models import TopicRun

BATCH = 500
"""Statements read from the database at a time."""
PLACED = 100
"""Statements placed in one transaction."""


@handles("themes.run")
def group(run: Running, *, run_id: int) -> None:
    """Group what a run's consultation was told. Safe to do twice: what was stored once is not stored again."""
    with transaction():
        asked = session.get(TopicRun, run_id)
        if asked is None or asked.finished_at is not None:
            return
        where = asked.consultation_id, asked.question_id
        seed, wishes = asked.seed, asked.wishes
        number, last = queries.bounds(*where)
    run.report("reading", 0, number)
    waiting = Waiting(*where, version=reading.current_version())
    reading.read_waiting(waiting, lambda done, total: run.report("embedding", done, total))
    with tempfile.TemporaryDirectory() as folder:
        options = ["--seed", str(seed), *previous_option(run_id, Path(folder))]
        if wishes.get("frames"):
            options += ["--frames", written(Path(folder) / "frames.json", wishes["frames"])]
            options += ["--frames-only"] * bool(wishes.get("frames_only"))
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        result = run_once(
            ["nlp", "topics", *options],
            lines(app, *where, last=last),
            lambda line: tell(run, line),
            unwanted=run.unwanted,
        )
    run.report("storing", 0, 1)
    with transaction():
        add_unreadable(result, queries.unreadable_statements(*where, last=last))
        services.store(run_id, result, now=datetime.now(UTC))
    run.result = {"topics": len(result["topics"])}


def previous_option(run_id: int, folder: Path) -> list[str]:
    """Name the newest earlier run of the same statements, so that topics keep who they are; its numbers in a file."""
    with transaction():
        run = session.get_one(TopicRun, run_id)
        previous = queries.newest_finished(run.consultation_id, run.question_id, before=run_id)
        run.previous_id = previous.id if previous else None
        if previous is None:
            return []
        by_topic = queries.statements_by_topic(previous.id)
    held: dict[int, list[str]] = {}
    for key, numbers in by_topic.items():
        for number in numbers:
            held.setdefault(number, []).append(key)
    result = {
        "topics": [{"id": key} for key in by_topic],
        "assignments": [
            {"id": str(number), "passages": [{"topics": [{"topic": key} for key in keys]}]}
            for number, keys in held.items()
        ],
    }
    return ["--previous", written(folder / "previous.json", result)]


def written(path: Path, value: Any) -> str:
    """The path of a file that now holds this as JSON."""
    path.write_text(json.dumps(value), encoding="utf-8")
    return str(path)


def lines(app: Flask, consultation_id: int, question_id: int | None, *, last: int) -> Iterator[Line]:
    """One line for each statement, read from the database as they are wanted, by whatever thread wants them."""
    beyond = 0
    while True:
        with app.app_context():
            batch = queries.statements_to_send(
                consultation_id, question_id, beyond=beyond, last=last, limit=BATCH
            )
            found = passages_of([row.id for row in batch])
            ready = [line_of(row, found[row.id]) for row in batch]
        if not ready:
            return
        yield from ready
        beyond = batch[-1].id


def line_of(row: queries.ToGroup, passages: list[Passage]) -> Line:
    """A statement as the child reads it: with its passages where it has been read, and who said it, for signals."""
    line: Line = {"id": str(row.id), "text": row.text, "group": {"door": row.door.value}}
    if row.place:
        line["group"]["place"] = row.place
    if row.language is not None:
        line["language"] = row.language.value
    if row.version is not None:
        line["version"] = row.version
        line["passages"] = [
            {
                "start": passage.start,
                "end": passage.end,
                "language": passage.language.value,
                "stance": passage.stance.value,
                "vector": base64.b64encode(passage.vector).decode("ascii"),
            }
            for passage in passages
        ]
    return line


def add_unreadable(result: dict[str, Any], numbers: list[int]) -> None:
    """Say that statements which no machine could read stand under no topic, and how many there are."""
    result["unassigned"] = [*result["unassigned"], *map(str, numbers)]
    if numbers:
        result["run"]["quality"]["unreadable"] = len(numbers)


def tell(run: Running, line: Line) -> None:
    """Pass a child's progress on; raises Cancelled when somebody asked for the run to stop."""
    run.report(str(line.get("stage", "")), int(line.get("done", 0)), int(line.get("total", 0)))


@after("contributions.detect")
@after("themes.run")
def place_soon(_done: Running) -> None:
    """Queue the placing of statements that arrived after a run had begun."""
    if queries.has_unplaced():
        enqueue("themes.place", {}, now=datetime.now(UTC))


@handles("themes.place")
def place(run: Running) -> None:
    """Put statements that came after a run among its topics, without a new run. Safe to do twice, and twice at once.

    A run whose vectors are of another model than the one in use is left alone: its next run reads everything.
    """
    placed = 0
    with transaction():
        targets = [row.id for row in queries.newest_runs() if queries.unplaced(row, beyond=0, limit=1)]
    if targets:
        version = reading.current_version()
        for run_id in targets:
            placed += place_into(run, run_id, version)
    run.result = {"placed": placed}


def place_into(running: Running, run_id: int, version: str) -> int:
    """Place what came after one run; how many statements that were."""
    with transaction():
        target = session.get_one(TopicRun, run_id)
        if queries.version_of(target) != version:
            return 0
        topics = queries.topics_and_parts(run_id)
        keys = {topic.id: topic.key for topic in topics}
        known = [
            {
                "id": topic.key,
                "parent": keys[topic.parent_id] if topic.parent_id is not None else None,
                "framed": bool(topic.facts.get("framed")),
                "middle": base64.b64encode(topic.middle).decode("ascii"),
            }
            for topic in topics
            if topic.middle is not None
        ]
    placed = beyond = 0
    with placer(known, version) as child:
        while batch := next_to_place(run_id, beyond):
            answers = child.ask(batch)
            with transaction():
                target = session.get_one(TopicRun, run_id)
                placed += services.store_placed(target, answers, now=datetime.now(UTC))
            beyond = int(batch[-1]["id"])
            running.report("placing", placed, 0)
    return placed


@contextmanager
def placer(topics: list[dict[str, Any]], version: str) -> Iterator[KeptChild]:
    """A child that places statements among these topics."""
    with tempfile.TemporaryDirectory() as folder:
        known = {"topics": topics, "run": {"versions": {"embedding": version}}}
        child = KeptChild("nlp", "place", "--topics", written(Path(folder) / "topics.json", known))
        try:
            yield child
        finally:
            child.stop()


def next_to_place(run_id: int, beyond: int) -> list[Line]:
    """The next statements to place, as the child reads them; no transaction is left open."""
    with transaction():
        target = session.get_one(TopicRun, run_id)
        numbers = queries.unplaced(target, beyond=beyond, limit=PLACED)
        if not numbers:
            return []
        found = passages_of(numbers)
        return [line_of(row, found[row.id]) for row in queries.statements_by_number(numbers)]
