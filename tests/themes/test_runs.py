"""A run of the machine: asked for, done, failed, stopped, lost and found again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from markupsafe import escape
from sqlalchemy import func, select, update

from citizen_platform.accounts.models import Role
from citizen_platform.consultations.models import Consultation, Stage
from citizen_platform.contributions import jobs as reading
from citizen_platform.core.database import CommittingFlask, session
from citizen_platform.core.errors import DomainError
from citizen_platform.core.jobs import Cancelled, Job, JobState
from citizen_platform.core.jobs.child import ChildFailed
from citizen_platform.themes import jobs, queries, services
from citizen_platform.themes.models import Topic, TopicRun
from tests import make
from tests.conftest import NOW
from tests.themes.made import result, theme
from tests.themes.said import BUS, LIBRARY, PARK


@pytest.fixture(scope="module", autouse=True)
def no_child_left() -> Iterator[None]:
    yield
    reading.reader.stop()


def closed(*texts: str) -> Consultation:
    """A closed consultation that was told these things."""
    about = make.consultation(stage=Stage.CLOSED)
    for text in texts:
        make.contribution(about, text)
    session.commit()
    return about


def ask(about: Consultation) -> TopicRun:
    """A run asked for by an analyst, committed."""
    run = services.ask(about, by=make.person(about.body_slug, Role.ANALYST), now=datetime.now(UTC))
    session.commit()
    return run


def perform(app: CommittingFlask, run: TopicRun) -> Job:
    """Do a run's job as a worker would; the job as it ended."""
    app.extensions["dolen.jobs"].perform(run.job_id)
    session.expire_all()
    return session.get_one(Job, run.job_id)


def test_a_real_run_finds_topics_across_both_languages(app: CommittingFlask, staff: Any) -> None:
    about = closed(*BUS, *LIBRARY, *PARK, "No comment", "Dim sylw")
    analyst = staff(about.body_slug, Role.ANALYST)
    reference = about.reference
    started = analyst.post(f"/en/desk/tirwen/consultations/{reference}/themes/run", data={"question": ""})
    assert started.status_code == 303
    waiting = analyst.get(started.location)
    assert "Waiting for a worker" in waiting.text
    assert "Cancel the run" in waiting.text
    run = session.scalars(select(TopicRun)).one()
    assert perform(app, run).state == JobState.DONE
    session.refresh(run)
    topics = queries.topics(run.id)
    assert len(topics) >= 2
    assert any(topic.size_by_language["cy"] and topic.size_by_language["en"] for topic in topics)
    counts = run.result["counts"] if run.result else {}
    assert counts["no_content"] == 2
    assert counts["assigned"] + counts["unassigned"] + counts["no_content"] == counts["statements"] == 32
    english = analyst.get(started.location)
    welsh = analyst.get(f"/cy/desg/tirwen/ymgyngoriadau/{reference}/themau/rhediadau/{run.id}")
    for topic in topics:
        for page in (english, welsh):
            assert str(escape(topic.label.en)) in page.text
            assert str(escape(topic.label.cy)) in page.text
    for examples in queries.topic_examples(topics).values():
        assert all(example.text in {*BUS, *LIBRARY, *PARK} for example in examples)
    assert about.stage == Stage.ANALYSING


def test_a_run_without_a_worker_is_seen_through_by_the_command(app: CommittingFlask) -> None:
    about = closed(*BUS, *LIBRARY, *PARK)
    done = app.test_cli_runner().invoke(
        args=["themes", "run", about.reference, "--seed", "7", "--wait", "--json"]
    )
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    assert answer["state"] == "done"
    assert answer["seed"] == 7
    assert answer["counts"]["statements"] == 30
    assert {"cy", "en"} == set(answer["topics"][0]["label"])
    assert re.search(r"\n(reading|embedding|grouping|naming) \d+/\d+\n", done.stderr), (
        "some stage is seen on its way"
    )


def test_the_command_reads_what_to_look_for_from_a_file(app: CommittingFlask, tmp_path: Path) -> None:
    about = closed("The bus is late.")
    frames = tmp_path / "frames.json"

    def command(text: str, *options: str) -> Any:
        frames.write_text(text)
        given = ["themes", "run", about.reference, "--frames", str(frames), "--json", *options]
        return app.test_cli_runner().invoke(args=given)

    for wrong in ("{", "[1]", '[{"id": "a"}]', '[{"description": {}}]', "[]"):
        refused = command(wrong, "--frames-only")
        assert refused.exit_code == 1 and refused.stdout == "", wrong
    asked = command('[{"id": "late", "description": {"en": "Late buses"}}]', "--frames-only")
    assert json.loads(asked.stdout)["frames"] == [
        {"id": "late", "description": {"cy": "", "en": "Late buses"}}
    ]
    run = session.scalars(select(TopicRun)).one()
    assert run.wishes["frames_only"] is True


def test_too_few_is_said_in_words(app: CommittingFlask, staff: Any) -> None:
    about = closed("The bus is late.", "The library is closed.")
    run = ask(about)
    assert perform(app, run).state == JobState.DONE
    page = staff(about.body_slug, Role.ANALYST).get(f"/en/desk/tirwen/consultations/{about.reference}/themes")
    assert "Too few to group by machine" in page.text


def test_nothing_said_means_no_run(app: CommittingFlask) -> None:
    with pytest.raises(DomainError):
        ask(closed())


def test_one_run_at_a_time(app: CommittingFlask) -> None:
    about = closed("The bus is late.")
    ask(about)
    with pytest.raises(DomainError):
        ask(about)


def test_a_result_is_stored_once(app: CommittingFlask) -> None:
    about = closed("One", "Two", "dim sylw")
    rows = queries.statements_to_group(about.id, None)
    run = ask(about)
    found = result({"t1": rows[:2]}, no_content=rows[2:])
    assert services.store(run.id, found, now=NOW)
    session.commit()
    assert not services.store(run.id, found, now=NOW)
    session.commit()
    assert session.scalar(select(func.count(Topic.id))) == 1
    assert perform(app, run).state == JobState.DONE
    assert session.scalar(select(func.count(Topic.id))) == 1


def test_themes_that_a_run_looks_for_lend_it_their_names(app: CommittingFlask, staff: Any) -> None:
    about = closed("The bus is late.", "The library is closed.")
    rows = queries.statements_to_group(about.id, None)
    made = theme(about, signed_off=False)
    session.commit()
    page = f"/en/desk/tirwen/consultations/{about.reference}/themes/runs/new"
    analyst = staff(about.body_slug, Role.ANALYST)
    assert analyst.post(page, data={"question": "", "use_themes": "y"}).status_code == 303
    run = session.scalars(select(TopicRun)).one()
    (frame,) = run.wishes["frames"]
    assert frame["id"] == f"theme-{made.number}"
    assert frame["description"]["en"].startswith("Buses. ")
    services.store(run.id, result({frame["id"]: rows}), now=NOW)
    session.commit()
    (topic,) = queries.topics(run.id)
    assert (topic.label.cy, topic.label.en) == ("Bysiau", "Buses")


def test_a_failed_run_is_told_in_words_and_can_be_run_again(
    app: CommittingFlask, staff: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: Any, **_options: Any) -> Any:
        raise ChildFailed("the model file is missing")

    monkeypatch.setattr(jobs, "run_once", fail)
    about = closed("The bus is late.")
    run = ask(about)
    assert perform(app, run).state == JobState.QUEUED
    analyst = staff(about.body_slug, Role.ANALYST)
    address = f"/en/desk/tirwen/consultations/{about.reference}/themes"
    assert "The first try failed" in analyst.get(address).text
    session.execute(update(Job).values(not_before=NOW - timedelta(days=1000)))
    session.commit()
    assert perform(app, run).state == JobState.FAILED
    page = analyst.get(address).text
    assert "The run failed" in page
    assert "the model file is missing" in page
    assert "Start a run" in page
    assert session.get_one(TopicRun, run.id).finished_at is None
    assert session.scalar(select(func.count(Topic.id))) == 0


def test_a_run_whose_worker_was_killed_is_done_by_the_next(
    app: CommittingFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    about = closed("One", "Two")
    rows = queries.statements_to_group(about.id, None)
    found = result({"t1": rows})
    run = ask(about)
    session.execute(
        update(Job).values(
            state=JobState.RUNNING, attempts=1, heartbeat_at=datetime.now(UTC) - timedelta(minutes=5)
        )
    )
    session.commit()
    monkeypatch.setattr(jobs, "run_once", lambda *_arguments, **_options: found)
    app.extensions["dolen.jobs"].sweep()
    assert perform(app, run).state == JobState.DONE
    assert len(queries.topics(run.id)) == 1


def test_a_waiting_run_is_cancelled_at_once(app: CommittingFlask, staff: Any) -> None:
    about = closed("The bus is late.")
    run = ask(about)
    at = f"/en/desk/tirwen/consultations/{about.reference}/themes/runs/{run.id}"
    analyst = staff(about.body_slug, Role.ANALYST)
    assert analyst.post(f"{at}/cancel").status_code == 303
    page = analyst.get(at).text
    assert "This run was cancelled. Nothing of it was stored." in page
    assert perform(app, run).state == JobState.CANCELLED


def test_a_working_run_stops_at_its_next_report(
    app: CommittingFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    about = closed("The bus is late.")
    run = ask(about)

    def work(_arguments: Any, _lines: Any, on_progress: Any, **_options: Any) -> Any:
        on_progress({"stage": "embedding", "done": 1, "total": 2})
        session.execute(update(Job).values(cancel_asked=True))
        session.commit()
        on_progress({"stage": "embedding", "done": 2, "total": 2})
        raise AssertionError("it went on")

    monkeypatch.setattr(jobs, "run_once", work)
    job = perform(app, run)
    assert (job.state, job.stage) == (JobState.CANCELLED, "embedding")
    assert issubclass(Cancelled, Exception)


def test_only_analysts_start_runs_and_other_bodies_see_nothing(app: CommittingFlask, staff: Any) -> None:
    about = closed("The bus is late.")
    at = f"/en/desk/tirwen/consultations/{about.reference}/themes"
    assert staff("tirwen", Role.POLICY_OFFICER).post(f"{at}/run", data={"question": ""}).status_code == 403
    assert staff("tirwen", Role.POLICY_OFFICER).get(at).status_code == 200
    other = staff("arall", Role.ANALYST)
    assert other.get(at).status_code == 403
    assert other.get(at.replace("/tirwen/", "/arall/")).status_code == 404
    assert other.post(at.replace("/tirwen/", "/arall/") + "/run", data={"question": ""}).status_code == 404


def test_a_run_whose_worker_died_does_not_say_that_it_is_at_work(staff: Any) -> None:
    about = make.consultation(stage=Stage.CLOSED)
    make.contribution(about)
    analyst = staff(about.body_slug, Role.ANALYST)
    asked = services.ask(about, by=make.person(about.body_slug, Role.ANALYST), now=NOW)
    job = asked.job
    assert job is not None
    job.state, job.stage, job.done, job.total = JobState.RUNNING, "embedding", 3, 9
    job.started_at = job.heartbeat_at = datetime.now(UTC)
    page = f"/en/desk/{about.body_slug}/consultations/{about.reference}/themes/runs/{asked.id}"
    assert "At work" in analyst.get(page).text
    job.heartbeat_at = datetime.now(UTC) - timedelta(minutes=5)
    silent = analyst.get(page).text
    assert "Nothing has been heard from the worker" in silent
    assert "At work" not in silent and "3 of 9" not in silent
