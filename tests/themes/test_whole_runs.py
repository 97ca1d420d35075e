"""Runs with the real machine: nothing is read twice, topics keep who they are, new words find their place at once."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask_migrate import upgrade
from sqlalchemy import func, select

from citizen_platform import create_app
from citizen_platform.accounts.models import Role
from citizen_platform.contributions import jobs as reading
from citizen_platform.contributions import services as contributions
from citizen_platform.contributions.models import Campaign, Contribution
from citizen_platform.core.database import CommittingFlask, db, session
from citizen_platform.core.jobs import Job, JobState, cancel
from citizen_platform.core.jobs.child import run_once
from citizen_platform.core.jobs.engine import Engine, queue_for
from citizen_platform.themes import jobs, queries, services
from citizen_platform.themes.models import TopicLeft, TopicPassage, TopicRun
from tests import make
from tests.conftest import own_database, settings_for
from tests.themes.made import result
from tests.themes.said import BUS, LIBRARY, PARK
from tests.themes.test_runs import ask, closed, perform

ROOT = Path(__file__).resolve().parents[2]
CAMPAIGN = (
    "Please do not close the swimming pool in Tirwen, because our children learn to swim there every week."
)


@pytest.fixture(scope="module", autouse=True)
def no_child_left() -> Iterator[None]:
    yield
    reading.reader.stop()


def perform_all(app: CommittingFlask) -> list[str]:
    """Do every job that waits, and those that follow; their kinds in order."""
    kinds = []
    waiting = select(Job).where(Job.state == JobState.QUEUED).order_by(Job.id).limit(1)
    while job := session.scalar(waiting):
        kinds.append(job.kind)
        job_id = job.id
        session.rollback()
        app.extensions["dolen.jobs"].perform(job_id)
        session.expire_all()
        assert session.get_one(Job, job_id).state == JobState.DONE, session.get_one(Job, job_id).error
    return kinds


def test_a_second_run_reads_nothing_again_and_what_comes_after_it_is_placed(
    app: CommittingFlask, staff: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = f"{CAMPAIGN} My own daughter learnt to swim there last summer and loves it."
    about = closed(*BUS, *LIBRARY, *PARK, *[CAMPAIGN] * 3, mine, "Dim sylw")
    first = ask(about)
    assert perform(app, first).state == JobState.DONE
    asked: list[Any] = []
    really = reading.reader.ask
    monkeypatch.setattr(
        reading.reader,
        "ask",
        lambda lines, patience=None: [asked.append(lines), really(lines, patience)][1],
    )
    second = ask(about)
    assert perform(app, second).state == JobState.DONE
    assert [line["text"] for lines in asked for line in lines] == [reading.HARMLESS], (
        "only the version is asked for"
    )
    for run in (first, second):
        session.refresh(run)
        assert run.result is not None
        assert run.result["quality"]["embedded"] == 0
    assert second.previous_id == first.id
    before, after = queries.topics_and_parts(first.id), queries.topics_and_parts(second.id)
    assert [topic.key for topic in before] == [topic.key for topic in after]
    for topic in after:
        assert topic.facts["change"]["kind"] == "kept"
        assert sum(topic.facts["stance"].values()) == topic.size
        assert topic.middle

    campaign = session.scalars(select(Campaign)).one()
    sent = session.scalars(select(Contribution).where(Contribution.campaign_id == campaign.id)).all()
    assert len(sent) == 4 and [row.adds_own_words for row in sent] == [False] * 3 + [True]

    late = [
        make.contribution(about, text)[0]
        for text in ("The last bus home from town leaves far too early.", "No comment")
    ]
    contributions.detect_soon(now=datetime.now(UTC))
    session.commit()
    assert perform_all(app) == ["contributions.detect", "themes.place"]
    (passage,) = session.scalars(select(TopicPassage).where(TopicPassage.contribution_id == late[0].id))
    topic = next(topic for topic in queries.topics(second.id) if topic.id == passage.topic_id)
    was = next(same for same in before if same.key == topic.key)
    assert topic.size == was.size + 1
    assert topic.size_by_language["en"] == was.size_by_language["en"] + 1
    (left,) = session.scalars(select(TopicLeft).where(TopicLeft.contribution_id == late[1].id))
    assert (left.run_id, left.reason) == (second.id, "no_content")
    assert not queries.has_unplaced()
    at = f"/en/desk/tirwen/consultations/{about.reference}/themes/runs/{second.id}"
    assert (
        "2 statements that came in later have been placed since the run"
        in staff(about.body_slug, Role.ANALYST).get(at).text
    )


def test_a_statement_is_placed_once_however_often_it_is_tried(app: CommittingFlask) -> None:
    about = closed("One", "Two")
    rows = queries.statements_to_group(about.id, None)
    run = ask(about)
    services.store(run.id, result({"t1": rows}), now=datetime.now(UTC))
    late = make.contribution(about, "Three")[0]
    topics = [{"topic": "t1", "strength": 0.8}]
    placed = [{"id": str(late.id), "content": True, "passages": [{"start": 0, "end": 5, "topics": topics}]}]
    session.commit()
    for new in (1, 0):
        assert services.store_placed(run, placed, now=datetime.now(UTC)) == new
        session.commit()
    assert [topic.size for topic in queries.topics(run.id)] == [3]
    assert queries.since(run) == queries.Since(placed=1, waiting=0)


def test_a_run_gathers_what_the_analyst_describes_even_where_there_are_too_few_to_group(
    app: CommittingFlask, staff: Any
) -> None:
    about = closed(*BUS[:4], *LIBRARY[:4])
    analyst = staff(about.body_slug, Role.ANALYST)
    at = f"/en/desk/tirwen/consultations/{about.reference}/themes"
    page = f"{at}/runs/new"
    typed = {
        "question": "",
        "frames-0-cy": "Mae'r bysiau'n hwyr ac yn brin",
        "frames-0-en": "",
        "frames_only": "y",
    }
    more = analyst.post(page, data={**typed, "more": "1"})
    assert "Mae&#39;r bysiau&#39;n hwyr" in more.text and 'name="frames-3-cy"' in more.text
    assert analyst.post(page, data={"question": "", "frames_only": "y"}).status_code == 200
    assert session.scalar(select(func.count(TopicRun.id))) == 0, "there was nothing to look for"
    started = analyst.post(page, data=typed)
    assert started.status_code == 303
    perform_all(app)
    run = session.scalars(select(TopicRun)).one()
    (topic,) = queries.topics(run.id)
    assert topic.facts["framed"] and topic.size >= 2
    assert topic.label.cy == "Mae'r bysiau'n hwyr ac yn brin"
    shown = analyst.get(started.location).text
    assert "This is what you asked the run to look for." in shown
    assert "And for nothing else." in shown
    assert analyst.get(f"{at}/runs").status_code == 200


def test_a_run_is_cancelled_at_once_even_while_the_machine_says_nothing(
    app: CommittingFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    about = closed("The bus is late.")
    run = ask(about)
    began: list[float] = []

    def silent(_arguments: Any, _lines: Any, on_progress: Any, **options: Any) -> Any:
        def tell(line: Any) -> None:
            on_progress(line)
            began.append(time.monotonic())

        return run_once(["tests.core.echo"], [{"id": 1, "sleep": 60}], tell, **options)

    def stop() -> None:
        while not began:
            time.sleep(0.05)
        with app.app_context():
            cancel(session.get_one(Job, run.job_id), now=datetime.now(UTC))
            session.commit()

    monkeypatch.setattr(jobs, "run_once", silent)
    stopper = threading.Thread(target=stop)
    stopper.start()
    assert perform(app, run).state == JobState.CANCELLED
    assert time.monotonic() - began[0] < 10
    stopper.join()


def test_a_run_whose_worker_is_killed_is_finished_by_another(tmp_path: Path, worker_id: str) -> None:
    database = own_database(f"{worker_id}_runs") or f"sqlite:///{tmp_path / 'worker.sqlite3'}"
    settings = dataclasses.replace(settings_for(tmp_path, database), redis_url=None)
    name = f"test-{uuid.uuid4().hex}"
    app = create_app(settings)
    app.extensions["dolen.jobs"] = Engine(app, queue_for(settings, name))
    environment = {
        **{key: value for key, value in os.environ.items() if key != "REDIS_URL"},
        "DOLEN_INSTANCE": str(tmp_path),
        "DATABASE_URL": database,
        "SECRET_KEY": settings.secret_key,
        "TEST_QUEUE": name,
    }
    mark = tmp_path / "at-work"
    with app.app_context():
        upgrade()
        run = ask(closed(*BUS, *LIBRARY, *PARK))
        worker = start_worker({**environment, "TEST_HOLD_UP": str(mark)})
        try:
            until(mark.exists)
            worker.kill()
            worker.wait()
            assert state_of(run) == JobState.RUNNING
            time.sleep(1.5)
            worker = start_worker(environment)
            until(lambda: state_of(run) == JobState.DONE)
            session.refresh(run)
            assert run.finished_at is not None and queries.topics(run.id)
            assert session.get_one(Job, run.job_id).attempts == 2
        finally:
            worker.kill()
            worker.wait()
            session.remove()
            db.engine.dispose()


def start_worker(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "flask", "--app", "tests.themes.worker", "work", "--workers", "1"]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)


def state_of(run: TopicRun) -> JobState:
    session.rollback()
    return session.get_one(Job, run.job_id, populate_existing=True).state


def until(is_true: Any, seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)
