"""The port to Huey: carries job numbers to workers, on SQLite by default or Redis when ``REDIS_URL`` is set.

Everything that matters is in the job row; a number lost or carried twice does no harm (compare-and-set start, sweep).
"""

from __future__ import annotations

import logging
import threading
import traceback
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from huey import Huey, RedisHuey, SqliteHuey, crontab
from sqlalchemy import select, update

from citizen_platform.core.database import db, session
from citizen_platform.core.jobs.queue import HANDLERS, HEARTBEAT_SECONDS, SILENCE, Cancelled, Job, JobState, Running

log = logging.getLogger("dolen.jobs")
NOT_CARRIED = timedelta(seconds=30)


class Engine:
    """Huey behind a port of three verbs: carry a number, run a job, sweep up what was lost."""

    def __init__(self, app: Flask, huey: Huey) -> None:
        self.app = app
        self.huey = huey
        self._perform: Any = huey.task(name="perform")(self.perform)
        huey.periodic_task(crontab(minute="*"), name="sweep")(self.sweep)

    def carry(self, job_id: int, delay: float = 0) -> None:
        """Tell the workers of a job. A queue that cannot be reached is logged: the sweep finds the job later."""
        try:
            self._perform.schedule((job_id,), delay=delay)
        except Exception:
            log.exception("job %s could not be handed over; the sweep will", job_id)

    def perform(self, job_id: int) -> None:
        """Run one job if it is still waiting: start by compare-and-set, beat, then end, retry or fail it."""
        with self.app.app_context():
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
                    return
                kind, payload, attempts, allowed = connection.execute(
                    select(Job.kind, Job.payload, Job.attempts, Job.max_attempts).where(Job.id == job_id)
                ).one()
            run = Running(job_id)
            with Heartbeat(self.app, job_id):
                try:
                    HANDLERS[kind](run, **payload)
                except Cancelled:
                    outcome: dict[str, Any] = {"state": JobState.CANCELLED}
                except Exception as error:
                    log.error("job %s (%s) failed: %s", job_id, kind, traceback.format_exc())
                    outcome = self.after_failure(error, attempts, allowed)
                else:
                    outcome = {"state": JobState.DONE, "result": run.result}
                finally:
                    session.rollback()
            again = outcome["state"] == JobState.QUEUED
            with db.engine.begin() as connection:
                connection.execute(
                    update(Job)
                    .where(Job.id == job_id, Job.state == JobState.RUNNING)
                    .values(finished_at=None if again else datetime.now(UTC), **outcome)
                )
            if again:
                self.carry(job_id, delay=(outcome["not_before"] - datetime.now(UTC)).total_seconds() + 0.1)

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

    def sweep(self, silence: timedelta = SILENCE, not_carried: timedelta = NOT_CARRIED) -> int:
        """Queue again the jobs whose worker fell silent, and carry again those that wait too long; returns how many."""
        with self.app.app_context():
            now = datetime.now(UTC)
            with db.engine.begin() as connection:
                connection.execute(
                    update(Job)
                    .where(Job.state == JobState.RUNNING, Job.heartbeat_at < now - silence, Job.attempts >= Job.max_attempts + 2)
                    .values(state=JobState.FAILED, finished_at=now, error="the worker died each time")
                )
                connection.execute(
                    update(Job)
                    .where(Job.state == JobState.RUNNING, Job.heartbeat_at < now - silence)
                    .values(state=JobState.QUEUED, not_before=now, queued_at=now - not_carried)
                )
                waiting = connection.scalars(
                    select(Job.id)
                    .where(Job.state == JobState.QUEUED, Job.not_before <= now, Job.queued_at <= now - not_carried)
                    .order_by(Job.id)
                ).all()
            for job_id in waiting:
                self.carry(job_id)
            return len(waiting)


class Heartbeat:
    """Beats for a job while its handler runs, from a thread of its own."""

    def __init__(self, app: Flask, job_id: int) -> None:
        self.app = app
        self.job_id = job_id
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.beat, daemon=True)

    def beat(self) -> None:
        while not self.over.wait(HEARTBEAT_SECONDS):
            try:
                with self.app.app_context(), db.engine.begin() as connection:
                    connection.execute(
                        update(Job).where(Job.id == self.job_id).values(heartbeat_at=datetime.now(UTC))
                    )
            except Exception:
                log.exception("job %s could not beat", self.job_id)

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *_error: object) -> None:
        self.over.set()
        self.thread.join()


def init_app(app: Flask) -> None:
    """Make the engine that these settings ask for."""
    settings = app.config["DOLEN"]
    huey: Huey = (
        RedisHuey("dolen", url=settings.redis_url, results=False)
        if settings.redis_url
        else SqliteHuey("dolen", filename=str(settings.instance / "queue.sqlite3"), results=False, timeout=20)
    )
    app.extensions["dolen.jobs"] = Engine(app, huey)
