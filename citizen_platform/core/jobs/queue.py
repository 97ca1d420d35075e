"""Work done outside a request: a job row is the truth, the engine (Huey) only carries its number to a worker.

A job is written in the transaction of the deed and handed over after commit. A worker starts it by compare-and-set,
beats while it runs, tells how far it is, and looks whether it was cancelled. A job whose worker died is queued again
by the reaper: nothing is lost, and a handler must therefore be safe to run twice.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from flask import current_app
from sqlalchemy import event, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from citizen_platform.core.database import Json, Model, db, session, words

HEARTBEAT_SECONDS = 10.0
SILENCE = timedelta(seconds=45)


class JobState(enum.StrEnum):
    """Where a job is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(Model):
    """One piece of work. ``done`` of ``total`` and ``stage`` tell how far it is; ``result`` or ``error`` how it ended."""

    __tablename__ = "job"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    payload: Mapped[Json] = mapped_column(default=dict)
    state: Mapped[JobState] = mapped_column(words(JobState), default=JobState.QUEUED, index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    max_attempts: Mapped[int] = mapped_column(default=3)
    queued_at: Mapped[datetime]
    not_before: Mapped[datetime]
    started_at: Mapped[datetime | None]
    heartbeat_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    stage: Mapped[str] = mapped_column(default="")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    cancel_asked: Mapped[bool] = mapped_column(default=False)
    result: Mapped[Json | None]
    error: Mapped[str | None]

    @property
    def is_over(self) -> bool:
        """Nothing more will happen to this job."""
        return self.state in {JobState.DONE, JobState.FAILED, JobState.CANCELLED}


class Cancelled(Exception):
    """Somebody asked for this job to stop."""


class Running:
    """What a handler sees of its own job. Each report is a short transaction of its own, so that pages can show it."""

    def __init__(self, job_id: int) -> None:
        self.id = job_id
        self.result: Json = {}

    def report(self, stage: str, done: int, total: int) -> None:
        """Say how far the job is and beat; raises Cancelled when somebody asked for it to stop.

        Call it outside the handler's own write transaction: SQLite has one writer at a time.
        """
        with db.engine.begin() as connection:
            connection.execute(
                update(Job)
                .where(Job.id == self.id)
                .values(stage=stage, done=done, total=total, heartbeat_at=datetime.now(UTC))
            )
            if connection.execute(select(Job.cancel_asked).where(Job.id == self.id)).scalar_one():
                raise Cancelled


Handler = Callable[..., None]
HANDLERS: dict[str, Handler] = {}


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Name the function that does one kind of job. It is called with a :class:`Running` and the payload as keywords."""

    def register(handler: Handler) -> Handler:
        HANDLERS[kind] = handler
        return handler

    return register


def enqueue(kind: str, payload: Json, *, now: datetime, attempts: int = 3) -> Job:
    """Queue a job in the current transaction; a worker gets it after commit."""
    job = Job(kind=kind, payload=payload, queued_at=now, not_before=now, max_attempts=attempts, state=JobState.QUEUED)
    session.add(job)
    session.flush()
    session.info.setdefault("jobs", []).append(job.id)
    return job


def cancel(job: Job, *, now: datetime) -> None:
    """Stop a job: one that waits ends at once, one that runs ends at its next report."""
    job.cancel_asked = True
    if job.state == JobState.QUEUED:
        job.state = JobState.CANCELLED
        job.finished_at = now


def job_by_id(job_id: int) -> Job | None:
    """A job, freshly read."""
    return session.get(Job, job_id, populate_existing=True)


@event.listens_for(Session, "after_commit")
def hand_over(done: Session) -> None:
    """Give the numbers of jobs queued in a committed transaction to the engine of the current application."""
    for job_id in done.info.pop("jobs", []):
        current_app.extensions["dolen.jobs"].carry(job_id)


@event.listens_for(Session, "after_rollback")
def forget(undone: Session) -> None:
    """A transaction that was undone queued nothing."""
    undone.info.pop("jobs", None)
