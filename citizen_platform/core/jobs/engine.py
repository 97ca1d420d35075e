"""The port to Huey: carries job numbers to workers, on SQLite by default or Redis when ``REDIS_URL`` is set.

Everything that matters is in the job row; a number lost or carried twice does no harm (compare-and-set start, sweep).
"""

from __future__ import annotations

import json
import logging
import threading
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from flask import Flask
from huey import Huey, RedisHuey, SqliteHuey, crontab
from huey.consumer import Consumer
from huey.serializer import SignedSerializer
from redis import ConnectionPool
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from citizen_platform.core.database import Json, db, session, transaction
from citizen_platform.core.jobs.queue import (
    FOLLOWERS,
    HANDLERS,
    HEARTBEAT_SECONDS,
    SILENCE,
    Cancelled,
    Job,
    JobState,
    Running,
)
from config import Settings

log = logging.getLogger("dolen.jobs")
NOT_CARRIED = timedelta(seconds=30)
PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0)
"""Seconds between tries at a database that is locked or away."""
LOOK_EVERY = 1.0
"""Seconds between looks whether a running job is still wanted."""
GRACE = 10.0
"""Seconds that running jobs are given to end when the worker is asked to stop."""
T = TypeVar("T")


class Engine:
    """Huey behind a port of three verbs: carry a number, run a job, sweep up what was lost.

    A running job beats every ``heartbeat`` seconds; one that is silent for ``silence`` has lost its worker.
    """

    def __init__(
        self,
        app: Flask,
        huey: Huey,
        *,
        heartbeat: float = HEARTBEAT_SECONDS,
        silence: timedelta = SILENCE,
        not_carried: timedelta = NOT_CARRIED,
        grace: float = GRACE,
    ) -> None:
        self.app = app
        self.huey = huey
        self.heartbeat = heartbeat
        self.silence = silence
        self.not_carried = not_carried
        self.grace = grace
        self.under_way: set[Running] = set()
        self.is_stopping = False
        self._perform: Any = huey.task(name="perform")(self.perform)
        huey.periodic_task(crontab(minute="*"), name="sweep")(self.sweep)

    def consumer(self, workers: int) -> Consumer:
        """Huey's consumer for this engine: threads that perform jobs, and the sweep once a minute.

        SIGTERM lets running jobs end, for ``grace`` seconds at most; Ctrl-C does not wait.
        """
        return self.huey.create_consumer(
            workers=workers,
            worker_type="thread",
            initial_delay=0.1,
            backoff=1.15,
            max_delay=1.0,
            periodic=True,
            graceful_signal="TERM",
            shutdown_timeout=self.grace,
        )

    def carry(self, job_id: int, delay: float = 0) -> None:
        """Tell the workers of a job. A queue that cannot be reached is logged: the sweep finds the job later."""
        try:
            self._perform.schedule((job_id,), delay=max(delay, 0))
        except Exception as error:
            log.warning("job %s could not be handed over (%s); the sweep will", job_id, error)

    def perform(self, job_id: int) -> None:
        """Run one job if it is still waiting: start by compare-and-set, beat, then end, retry or fail it."""
        if self.is_stopping:  # a thread that was still listening to the queue: leave it to another worker
            self.carry(job_id, delay=2)
            return
        with self.app.app_context():
            found = patiently(partial(start, job_id))
            if found is None:
                return
            run, kind, payload, attempts, allowed = found
            self.under_way.add(run)
            began = time.monotonic()
            try:
                with Heartbeat(self.app, run, self.heartbeat):
                    outcome = self.outcome(run, kind, payload, attempts, allowed)
                state = patiently(partial(finish, run, outcome))
            finally:
                self.under_way.discard(run)
            if state is None:
                log.warning("job %s (%s) was taken over by another worker", job_id, kind)
                return
            log.info("job %s (%s): %s after %.1f s", job_id, kind, state, time.monotonic() - began)
            if state == JobState.QUEUED:
                wait = outcome["not_before"] - datetime.now(UTC)
                self.carry(job_id, delay=wait.total_seconds() + 0.1)

    def outcome(self, run: Running, kind: str, payload: Json, attempts: int, allowed: int) -> dict[str, Any]:
        """Do the work; what is to be written in the job's row about how it ended."""
        try:
            HANDLERS[kind](run, **payload)
            json.dumps(run.result)
            for follow in FOLLOWERS[kind]:
                with transaction():
                    follow(run)
        except Cancelled:
            return {"state": JobState.CANCELLED}
        except Exception as error:
            log.error("job %s (%s) failed: %s", run.id, kind, traceback.format_exc())
            return self.after_failure(error, attempts, allowed)
        else:
            return {"state": JobState.DONE, "result": run.result}
        finally:
            try:
                session.rollback()
            except DBAPIError:
                session.remove()

    def after_failure(self, error: Exception, attempts: int, allowed: int) -> dict[str, Any]:
        """Try again after 2, 8, 32 ... seconds, or give up and keep the reason."""
        reason = f"{type(error).__name__}: {error}"[:500]
        if attempts >= allowed:
            return {"state": JobState.FAILED, "error": reason}
        return {
            "state": JobState.QUEUED,
            "error": reason,
            "not_before": datetime.now(UTC) + timedelta(seconds=min(2 * 4 ** (attempts - 1), 3600)),
        }

    def sweep(self, silence: timedelta | None = None, not_carried: timedelta | None = None) -> int:
        """Queue again the jobs whose worker fell silent, and carry again those that wait too long; returns how many."""
        silence = self.silence if silence is None else silence
        not_carried = self.not_carried if not_carried is None else not_carried
        with self.app.app_context():
            now = datetime.now(UTC)
            lost = (Job.state == JobState.RUNNING, Job.heartbeat_at < now - silence)
            with db.engine.begin() as connection:
                for which, values in (
                    ((Job.cancel_asked,), {"state": JobState.CANCELLED}),
                    (
                        (Job.attempts >= Job.max_attempts + 2,),
                        {"state": JobState.FAILED, "error": "the worker died each time"},
                    ),
                ):
                    connection.execute(update(Job).where(*lost, *which).values(finished_at=now, **values))
                connection.execute(
                    update(Job)
                    .where(*lost)
                    .values(state=JobState.QUEUED, not_before=now, queued_at=now - not_carried)
                )
                waiting = connection.scalars(
                    select(Job.id)
                    .where(
                        Job.state == JobState.QUEUED,
                        Job.not_before <= now,
                        Job.queued_at <= now - not_carried,
                    )
                    .order_by(Job.id)
                ).all()
            for job_id in waiting:
                self.carry(job_id)
            return len(waiting)

    def put_back(self) -> int:
        """Give up what this worker is still doing because it must stop; returns how many jobs. Another one starts them.

        Being stopped is no failure of the job: the attempt is not counted.
        """
        self.is_stopping = True
        with self.app.app_context():
            back = [run.id for run in list(self.under_way) if patiently(partial(give_up, run))]
        for job_id in back:
            self.carry(job_id)
        return len(back)


def start(job_id: int) -> tuple[Running, str, Json, int, int] | None:
    """Take a waiting job: this start of it, its kind and payload, which attempt this is and how many are allowed.

    None when somebody else has it, it was cancelled, or it is not yet its time.
    """
    now = datetime.now(UTC)
    with db.engine.begin() as connection:
        started = connection.execute(
            update(Job)
            .where(Job.id == job_id, Job.state == JobState.QUEUED, Job.not_before <= now)
            .values(
                state=JobState.RUNNING,
                started_at=now,
                heartbeat_at=now,
                attempts=Job.attempts + 1,
                error=None,
            )
        ).rowcount
        if not started:
            return None
        kind, payload, attempts, allowed = connection.execute(
            select(Job.kind, Job.payload, Job.attempts, Job.max_attempts).where(Job.id == job_id)
        ).one()
    return Running(job_id, now), kind, payload, attempts, allowed


def finish(run: Running, outcome: dict[str, Any]) -> JobState | None:
    """Write how a job ended, if this start of it is still the one that counts; the state it is in now.

    A job that is to be tried again but was cancelled meanwhile is over.
    """
    now = datetime.now(UTC)
    state: JobState = outcome["state"]
    with db.engine.begin() as connection:
        if state == JobState.QUEUED:
            ended = connection.execute(
                update(Job)
                .where(run.is_mine, Job.cancel_asked)
                .values(state=JobState.CANCELLED, finished_at=now)
            ).rowcount
            if ended:
                return JobState.CANCELLED
        finished_at = None if state == JobState.QUEUED else now
        written = connection.execute(
            update(Job).where(run.is_mine).values(finished_at=finished_at, **outcome)
        )
        return state if written.rowcount else None


def give_up(run: Running) -> bool:
    """Put a job that is being done back among those that wait, as if it had not been started."""
    now = datetime.now(UTC)
    with db.engine.begin() as connection:
        return bool(
            connection.execute(
                update(Job)
                .where(run.is_mine)
                .values(state=JobState.QUEUED, attempts=Job.attempts - 1, not_before=now, queued_at=now)
            ).rowcount
        )


def patiently(action: Callable[[], T]) -> T:
    """Do a short transaction, and do it again when the database is locked or away for a moment.

    Raises what the database said in the end; the sweep then finds the job.
    """
    for pause in PAUSES:
        try:
            return action()
        except (OperationalError, InterfaceError) as error:
            log.warning("the database did not answer (%s); trying again in %s s", error.orig, pause)
            time.sleep(pause)
    return action()


class Heartbeat:
    """Beats for a job while its handler runs, from a thread of its own, and looks whether the job is still wanted."""

    def __init__(self, app: Flask, run: Running, seconds: float) -> None:
        self.app = app
        self.job = run
        self.seconds = seconds
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.beat, name=f"heartbeat of job {run.id}", daemon=True)

    def beat(self) -> None:
        due = time.monotonic() + self.seconds
        while not self.over.wait(min(self.seconds, LOOK_EVERY)):
            try:
                with self.app.app_context(), db.engine.begin() as connection:
                    if time.monotonic() >= due:
                        due = time.monotonic() + self.seconds
                        connection.execute(
                            update(Job).where(self.job.is_mine).values(heartbeat_at=datetime.now(UTC))
                        )
                    wanted = select(Job.id).where(self.job.is_mine, ~Job.cancel_asked)
                    if connection.scalar(wanted) is None:
                        self.job.unwanted.set()
            except DBAPIError as error:
                log.warning("job %s could not beat (%s)", self.job.id, error.orig)

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *_error: object) -> None:
        self.over.set()
        self.thread.join()


def queue_for(settings: Settings, name: str = "dolen") -> Huey:
    """The queue that these settings ask for. What lies in it is signed: who writes into it cannot make us run code."""
    common = {"results": False, "serializer": SignedSerializer(secret=settings.secret_key, salt=name)}
    if settings.redis_url is None:
        return SqliteHuey(name, filename=str(settings.instance / "queue.sqlite3"), timeout=20, **common)
    pool = ConnectionPool.from_url(
        settings.redis_url, socket_connect_timeout=3, socket_timeout=10, retry=Retry(NoBackoff(), 1)
    )
    return RedisHuey(name, connection_pool=pool, **common)


def init_app(app: Flask) -> None:
    """Make the engine that these settings ask for."""
    app.extensions["dolen.jobs"] = Engine(app, queue_for(app.config["DOLEN"]))
