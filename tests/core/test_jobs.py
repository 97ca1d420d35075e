"""Jobs with the real engine: on its own SQLite queue, and on Redis where TEST_REDIS_URL or REDIS_URL names one."""

from __future__ import annotations

import dataclasses
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from citizen_platform import create_app
from citizen_platform.core.database import CommittingFlask, db, session, transaction
from citizen_platform.core.jobs import Job, JobState, Running, cancel, enqueue
from citizen_platform.core.jobs import engine as engine_module
from citizen_platform.core.jobs.engine import Engine, give_up, queue_for
from citizen_platform.core.jobs.queue import FOLLOWERS, HANDLERS
from tests.conftest import own_database, settings_for

REDIS = os.environ.get("TEST_REDIS_URL") or os.environ.get("REDIS_URL")
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(params=["SQLite", "Redis"])
def engine(request: pytest.FixtureRequest, app: CommittingFlask) -> Iterator[Engine]:
    """The engine of the application on a queue of this test's own."""
    if request.param == "Redis" and not REDIS:
        pytest.skip("no Redis: set TEST_REDIS_URL")
    settings = dataclasses.replace(app.config["DOLEN"], redis_url=REDIS if request.param == "Redis" else None)
    usual = app.extensions["dolen.jobs"]
    own = Engine(app, queue_for(settings, f"test-{uuid.uuid4().hex}"), heartbeat=0.1)
    app.extensions["dolen.jobs"] = own
    yield own
    app.extensions["dolen.jobs"] = usual
    own.huey.storage.flush_all()


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[..., None]], None]:
    """Name the function that does jobs of the kind "test"."""
    return lambda function: monkeypatch.setitem(HANDLERS, "test", function)


@contextmanager
def consumer_of(engine: Engine, workers: int = 2) -> Iterator[None]:
    """Worker threads and the scheduler, without the signal handlers of a worker process."""
    consumer = engine.consumer(workers)
    threads = [consumer.scheduler, *(thread for _worker, thread in consumer.worker_threads)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        consumer.stop_flag.set()
        for thread in threads:
            thread.join(20)
            assert not thread.is_alive()


def until(is_true: Callable[[], object], seconds: float = 60) -> None:
    """Wait until it is true; fails when it takes too long."""
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)


def queued(**payload: Any) -> int:
    """The number of a committed job of the kind "test"."""
    job = enqueue("test", payload, now=datetime.now(UTC))
    session.commit()
    return job.id


def row(job_id: int) -> Any:
    """A job as another connection sees it now."""
    with db.engine.connect() as connection:
        return connection.execute(sa.select(Job.__table__).where(Job.id == job_id)).one()


def change(job_id: int, **values: Any) -> None:
    with db.engine.begin() as connection:
        connection.execute(sa.update(Job).where(Job.id == job_id).values(**values))


# Queueing


def test_a_job_is_done_after_commit_by_a_worker(engine: Engine, handler: Any) -> None:
    done = []

    def work(run: Running, word: str) -> None:
        done.append(word)
        run.result = {"word": word}

    handler(work)
    with consumer_of(engine):
        job = queued(word="gair")
        until(lambda: row(job).state == "done")
    assert done == ["gair"]
    assert row(job).result == {"word": "gair"}
    assert row(job).attempts == 1
    assert row(job).finished_at is not None


def test_a_job_of_a_transaction_that_is_undone_does_not_exist(engine: Engine) -> None:
    enqueue("test", {}, now=datetime.now(UTC))
    session.rollback()
    session.commit()
    assert session.scalar(sa.select(sa.func.count(Job.id))) == 0
    assert carried(engine) == 0


def test_a_job_is_handed_over_at_the_outer_commit_only(engine: Engine) -> None:
    with session.begin_nested():
        enqueue("test", {}, now=datetime.now(UTC))
    assert carried(engine) == 0
    session.commit()
    assert carried(engine) == 1


def test_a_savepoint_that_is_undone_keeps_the_jobs_around_it(engine: Engine) -> None:
    kept = enqueue("test", {"kept": 1}, now=datetime.now(UTC)).id
    with pytest.raises(ZeroDivisionError), session.begin_nested():
        enqueue("test", {"kept": 0}, now=datetime.now(UTC))
        raise ZeroDivisionError
    session.commit()
    assert session.scalars(sa.select(Job.id)).all() == [kept]
    assert carried(engine) >= 1


def test_a_transaction_undone_after_a_savepoint_queues_nothing(engine: Engine) -> None:
    with session.begin_nested():
        enqueue("test", {}, now=datetime.now(UTC))
    session.rollback()
    session.commit()
    assert session.scalar(sa.select(sa.func.count(Job.id))) == 0
    assert carried(engine) == 0


def carried(engine: Engine) -> int:
    return int(engine.huey.storage.queue_size() + engine.huey.storage.schedule_size())


# Doing


def test_a_job_carried_twice_runs_once(engine: Engine, handler: Any) -> None:
    runs = []

    def work(run: Running) -> None:
        runs.append(run.id)
        time.sleep(0.3)

    handler(work)
    job = queued()
    engine.carry(job)
    engine.carry(job)
    with consumer_of(engine, workers=3):
        until(lambda: row(job).state == "done")
        until(lambda: carried(engine) == 0)
        time.sleep(0.3)
    assert runs == [job]


def test_a_job_is_tried_again_after_growing_delays_and_then_fails_with_its_reason(
    engine: Engine, handler: Any
) -> None:
    def work(run: Running) -> None:
        raise ValueError("no ink")

    handler(work)
    job = queued()
    delays = []
    for _try in range(3):
        engine.perform(job)
        now = row(job)
        if now.state == "queued":
            engine.perform(job)  # too early: nothing happens
            assert row(job).attempts == now.attempts
            delays.append(round((now.not_before - datetime.now(UTC)).total_seconds()))
            change(job, not_before=datetime.now(UTC))
    assert delays == [2, 8]
    assert (now.state, now.attempts, now.error) == ("failed", 3, "ValueError: no ink")


def test_a_job_that_fails_once_is_done_at_the_second_try(engine: Engine, handler: Any) -> None:
    runs: list[float] = []

    def work(run: Running) -> None:
        runs.append(time.monotonic())
        if len(runs) == 1:
            raise OSError("briefly away")

    handler(work)
    with consumer_of(engine):
        job = queued()
        until(lambda: row(job).state == "done")
    assert runs[1] - runs[0] >= 2
    assert row(job).error is None


def test_a_kind_without_handler_fails_with_its_name(engine: Engine) -> None:
    job = enqueue("nobody.does", {}, now=datetime.now(UTC), attempts=1).id
    session.commit()
    engine.perform(job)
    assert row(job).state == "failed"
    assert "nobody.does" in row(job).error


def test_a_result_that_cannot_be_stored_fails_the_job(engine: Engine, handler: Any) -> None:
    def work(run: Running) -> None:
        run.result = {"thing": object()}

    handler(work)
    job = queued()
    change(job, max_attempts=1)
    engine.perform(job)
    assert row(job).state == "failed"


def test_what_a_failed_handler_wrote_is_undone(engine: Engine, handler: Any) -> None:
    def work(run: Running) -> None:
        enqueue("left over", {}, now=datetime.now(UTC))
        raise ValueError

    handler(work)
    engine.perform(queued())
    assert session.scalars(sa.select(Job.kind)).all() == ["test"]


def test_what_follows_a_job_is_queued_when_it_is_done_and_not_when_it_fails(
    engine: Engine, handler: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def follow(run: Running) -> None:
        enqueue("next", {"before": run.id}, now=datetime.now(UTC))

    def work(run: Running, fails: bool) -> None:
        if fails:
            raise ValueError

    monkeypatch.setitem(FOLLOWERS, "test", [follow])
    handler(work)
    engine.perform(queued(fails=True))
    good = queued(fails=False)
    engine.perform(good)
    assert row(good).state == "done"
    next_ones = session.scalars(sa.select(Job.payload).where(Job.kind == "next")).all()
    assert next_ones == [{"before": good}]


def test_a_job_that_waits_for_something_learns_that_it_is_no_longer_wanted(
    engine: Engine, handler: Any
) -> None:
    learned: list[bool] = []
    handler(lambda run: learned.append(run.unwanted.wait(20)))
    with consumer_of(engine):
        job = queued()
        until(lambda: row(job).state == "running")
        cancel(session.get_one(Job, job), now=datetime.now(UTC))
        session.commit()
        until(lambda: learned)
    assert learned == [True]


def test_progress_is_seen_by_others_while_the_job_runs(engine: Engine, handler: Any) -> None:
    go_on = threading.Event()

    def work(run: Running) -> None:
        run.report("reading", 3, 7)
        go_on.wait(10)

    handler(work)
    with consumer_of(engine):
        job = queued()
        until(lambda: row(job).stage == "reading")
        assert (row(job).done, row(job).total, row(job).state) == (3, 7, "running")
        beat = row(job).heartbeat_at
        until(lambda: row(job).heartbeat_at > beat)
        go_on.set()
        until(lambda: row(job).state == "done")


# Cancelling


def test_a_waiting_job_is_cancelled_at_once(engine: Engine, handler: Any) -> None:
    runs: list[int] = []
    handler(lambda run: runs.append(run.id))
    job = session.get_one(Job, queued())
    cancel(job, now=datetime.now(UTC))
    assert job.state == JobState.CANCELLED
    assert job.is_over
    session.commit()
    engine.perform(job.id)
    assert runs == []


def test_a_running_job_is_cancelled_at_its_next_report(engine: Engine, handler: Any) -> None:
    def work(run: Running) -> None:
        while True:
            run.report("on and on", 0, 1)
            time.sleep(0.02)

    handler(work)
    with consumer_of(engine):
        job = queued()
        until(lambda: row(job).stage == "on and on")
        with transaction():
            cancel(session.get_one(Job, job, populate_existing=True), now=datetime.now(UTC))
        until(lambda: row(job).state == "cancelled")


def test_a_job_started_at_this_moment_is_asked_to_stop_not_overwritten(engine: Engine) -> None:
    job = session.get_one(Job, queued())
    assert job.state == JobState.QUEUED
    session.commit()
    assert job.kind  # loaded again: waiting, as far as this session knows
    change(job.id, state=JobState.RUNNING)
    cancel(job, now=datetime.now(UTC))
    session.commit()
    assert (row(job.id).state, row(job.id).cancel_asked) == ("running", True)


def test_a_job_that_is_over_cannot_be_cancelled(engine: Engine, handler: Any) -> None:
    handler(lambda run: None)
    number = queued()
    engine.perform(number)
    session.expire_all()
    job = session.get_one(Job, number)
    cancel(job, now=datetime.now(UTC))
    assert (job.state, job.cancel_asked) == (JobState.DONE, False)


def test_a_cancelled_job_that_fails_is_not_tried_again(engine: Engine, handler: Any) -> None:
    def work(run: Running) -> None:
        change(run.id, cancel_asked=True)
        raise ValueError

    handler(work)
    job = queued()
    engine.perform(job)
    assert row(job).state == "cancelled"


# What goes wrong


def test_the_sweep_takes_up_jobs_whose_worker_is_silent(engine: Engine, handler: Any) -> None:
    handler(lambda run: None)
    job = queued()
    long_ago = datetime.now(UTC) - timedelta(minutes=5)
    change(job, state=JobState.RUNNING, attempts=1, started_at=long_ago, heartbeat_at=long_ago)
    engine.perform(job)
    assert row(job).state == "running"
    assert engine.sweep() == 1
    engine.perform(job)
    assert (row(job).state, row(job).attempts) == ("done", 2)


def test_the_sweep_leaves_alone_what_beats_or_was_just_queued(engine: Engine) -> None:
    running, waiting = queued(), queued()
    change(running, state=JobState.RUNNING, heartbeat_at=datetime.now(UTC))
    assert engine.sweep() == 0
    assert (row(running).state, row(waiting).state) == ("running", "queued")


def test_a_job_that_kills_its_worker_each_time_is_given_up(engine: Engine) -> None:
    job = queued()
    long_ago = datetime.now(UTC) - timedelta(minutes=5)
    change(job, state=JobState.RUNNING, attempts=5, heartbeat_at=long_ago)
    engine.sweep()
    assert (row(job).state, row(job).error) == ("failed", "the worker died each time")


def test_a_cancelled_job_whose_worker_died_is_over(engine: Engine) -> None:
    job = queued()
    long_ago = datetime.now(UTC) - timedelta(minutes=5)
    change(job, state=JobState.RUNNING, attempts=1, heartbeat_at=long_ago, cancel_asked=True)
    engine.sweep()
    assert row(job).state == "cancelled"


def test_the_sweep_runs_under_the_consumer_and_finds_numbers_that_were_lost(
    engine: Engine, handler: Any
) -> None:
    handler(lambda run: None)
    job = queued()
    engine.huey.storage.flush_all()
    change(job, queued_at=datetime.now(UTC) - timedelta(minutes=1))
    with consumer_of(engine):
        until(lambda: row(job).state == "done")


def test_a_worker_that_was_thought_dead_changes_nothing_more(engine: Engine, handler: Any) -> None:
    """A frozen worker wakes after its job was given to another one: its report stops it, its end is not written."""
    seen = []

    def work(run: Running) -> None:
        seen.append(run)
        if len(seen) == 1:
            assert give_up(run)
            time.sleep(0.01)
            engine.perform(run.id)
            run.report("I am back", 1, 1)

    handler(work)
    job = queued()
    engine.perform(job)
    assert len(seen) == 2
    assert (row(job).state, row(job).stage, row(job).attempts) == ("done", "", 1)


def test_a_database_locked_for_a_moment_loses_no_job(
    engine: Engine, handler: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "PAUSES", (0.01, 0.01))
    for name in ("start", "finish"):
        monkeypatch.setattr(engine_module, name, locked_once(getattr(engine_module, name)))
    handler(lambda run: None)
    job = queued()
    engine.perform(job)
    assert row(job).state == "done"


def locked_once(action: Callable[..., Any]) -> Callable[..., Any]:
    locked = [True]

    def wrapped(*arguments: Any) -> Any:
        if locked and locked.pop():
            raise OperationalError("UPDATE job", {}, Exception("database is locked"))
        return action(*arguments)

    return wrapped


def test_a_worker_outlives_a_database_that_stays_away(
    engine: Engine, handler: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_job: int) -> None:
        raise OperationalError("UPDATE job", {}, Exception("database is locked"))

    handler(lambda run: None)
    with consumer_of(engine, workers=1):
        with monkeypatch.context() as broken:
            broken.setattr(engine_module, "PAUSES", ())
            broken.setattr(engine_module, "start", away)
            job = queued()
            until(lambda: carried(engine) == 0)
            time.sleep(0.2)
        change(job, queued_at=datetime.now(UTC) - timedelta(minutes=1))
        assert engine.sweep() == 1
        until(lambda: row(job).state == "done")


@pytest.mark.skipif(not shutil.which("redis-server"), reason="no redis-server here")
def test_a_worker_outlives_a_redis_that_is_briefly_away(
    app: CommittingFlask, handler: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler(lambda run: None)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = dataclasses.replace(app.config["DOLEN"], redis_url=f"redis://127.0.0.1:{port}/0")
    engine = Engine(app, queue_for(settings))
    monkeypatch.setitem(app.extensions, "dolen.jobs", engine)
    with consumer_of(engine):
        began = time.monotonic()
        job = queued()  # the page is not kept waiting, and the job is not lost
        assert time.monotonic() - began < 5
        command = [
            "redis-server",
            "--port",
            str(port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
        ]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
            try:
                change(job, queued_at=datetime.now(UTC) - timedelta(minutes=1))
                until(lambda: engine.sweep() == 0)
                until(lambda: row(job).state == "done")
            finally:
                server.terminate()


# The worker process


@pytest.mark.parametrize("store", ["SQLite", "Redis"])
def test_a_killed_worker_loses_nothing_and_a_stopped_one_leaves_nothing(
    store: str, tmp_path: Path, worker_id: str
) -> None:
    if store == "Redis" and not REDIS:
        pytest.skip("no Redis: set TEST_REDIS_URL")
    database = own_database(f"{worker_id}_worker") or f"sqlite:///{tmp_path / 'worker.sqlite3'}"
    settings = dataclasses.replace(
        settings_for(tmp_path, database), redis_url=REDIS if store == "Redis" else None
    )
    app = create_app(settings)
    name = f"test-{uuid.uuid4().hex}"
    app.extensions["dolen.jobs"] = Engine(app, queue_for(settings, name))
    environment = {
        **{key: value for key, value in os.environ.items() if key != "REDIS_URL"},
        **({"REDIS_URL": REDIS} if store == "Redis" and REDIS else {}),
        "DOLEN_INSTANCE": str(tmp_path),
        "DATABASE_URL": database,
        "SECRET_KEY": settings.secret_key,
        "TEST_QUEUE": name,
    }
    with app.app_context():
        db.create_all()
        worker = start_worker(environment, tmp_path)
        try:
            job = wait_job(tmp_path, "first")
            until(lambda: (tmp_path / "first.marks").exists())
            until(lambda: row(job).stage == "waiting")
            first, child = marks(tmp_path, "first")[0]
            assert first == worker.pid

            worker.kill()
            worker.wait()
            until(lambda: not is_alive(child), 10)
            assert row(job).state == "running"
            time.sleep(1.1)
            (tmp_path / "first.go").touch()

            worker = start_worker(environment, tmp_path)
            until(lambda: row(job).state == "done")
            assert (row(job).attempts, row(job).result) == (2, {"ended": True})
            assert [pid for pid, _child in marks(tmp_path, "first")] == [first, worker.pid]

            job = wait_job(tmp_path, "second")
            until(lambda: row(job).stage == "waiting")
            child = marks(tmp_path, "second")[0][1]
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(20) == 0
            until(lambda: not is_alive(child), 10)
            assert (row(job).state, row(job).attempts) == ("queued", 0)
        finally:
            worker.kill()
            worker.wait()
        log = (tmp_path / "worker.log").read_text()
        assert "the worker is ready" in log
        assert f"job {job - 1} (tests.wait): done" in log
        assert "Traceback" not in log
        app.extensions["dolen.jobs"].huey.storage.flush_all()
        db.engine.dispose()


def start_worker(environment: dict[str, str], folder: Path) -> subprocess.Popen[bytes]:
    with (folder / "worker.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "tests.core.worker", "work"],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
        )


def wait_job(folder: Path, name: str) -> int:
    job = enqueue("tests.wait", {"folder": str(folder), "name": name}, now=datetime.now(UTC))
    session.commit()
    return job.id


def marks(folder: Path, name: str) -> list[tuple[int, int]]:
    lines = (folder / f"{name}.marks").read_text().splitlines()
    return [(int(line.split()[0]), int(line.split()[1])) for line in lines]


def is_alive(pid: int) -> bool:
    """Whether the process still runs; one that has ended and waits to be taken leave of does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in {"Z", "X"}
