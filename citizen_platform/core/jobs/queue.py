"""Work done outside a request: a job row is the truth, the engine (Huey) only carries its number to a worker.

A job is written in the transaction of the deed and handed over after commit. A worker starts it by compare-and-set,
beats while it runs, tells how far it is, and looks whether it was cancelled. A job whose worker died is queued again
by the reaper: nothing is lost, and a handler must therefore be safe to run twice.
"""

from __future__ import annotations

import enum
import threading
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from flask import current_app
from sqlalchemy import ColumnElement, and_, event, select, update
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
    """A piece of work. ``done`` of ``total`` and ``stage`` tell how far it is; ``result`` or ``error`` how it ended."""

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

    def is_silent(self, now: datetime) -> bool:
        """True when its worker has not been heard from for so long that it must have died."""
        beat = self.heartbeat_at
        return self.state == JobState.RUNNING and beat is not None and beat < now - SILENCE


class Cancelled(Exception):
    """Somebody asked for this job to stop."""


class Running:
    """What a handler sees of its own job. Each report is a short transaction of its own, so that pages can show it.

    ``started_at`` says which start of the job this is: a worker that fell silent so long that another one started the
    job again stops at its next report. ``unwanted`` is set within a second or two of that, or of somebody asking for
    the job to stop, by the thread that beats for it: what waits long for something else looks at it.
    """

    def __init__(self, job_id: int, started_at: datetime | None = None) -> None:
        self.id = job_id
        self.started_at = started_at
        self.result: Json = {}
        self.unwanted = threading.Event()

    @property
    def is_mine(self) -> ColumnElement[bool]:
        """True in SQL while this start of the job is the one that counts."""
        if self.started_at is None:
            return Job.id == self.id
        return and_(Job.id == self.id, Job.state == JobState.RUNNING, Job.started_at == self.started_at)

    def report(self, stage: str, done: int, total: int) -> None:
        """Say how far the job is and beat; raises Cancelled when somebody asked for it to stop or took it over.

        Call it outside the handler's own write transaction: SQLite has one writer at a time.
        """
        with db.engine.begin() as connection:
            mine = connection.execute(
                update(Job)
                .where(self.is_mine)
                .values(stage=stage, done=done, total=total, heartbeat_at=datetime.now(UTC))
            ).rowcount
            asked = connection.execute(select(Job.cancel_asked).where(Job.id == self.id)).scalar()
        if asked or not mine:
            raise Cancelled


Handler = Callable[..., None]
Follower = Callable[[Running], None]
HANDLERS: dict[str, Handler] = {}
FOLLOWERS: defaultdict[str, list[Follower]] = defaultdict(list)


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Name the function that does one kind of job. It is called with a :class:`Running` and the payload as keywords."""

    def register(handler: Handler) -> Handler:
        HANDLERS[kind] = handler
        return handler

    return register


def after(kind: str) -> Callable[[Follower], Follower]:
    """Name a function to call once a job of that kind is done, in a transaction of its own, to queue what follows.

    So a feature follows one below it that does not know of it. A job is over only when all that follow it were called:
    when the worker dies in between they are called again.
    """

    def register(follower: Follower) -> Follower:
        FOLLOWERS[kind].append(follower)
        return follower

    return register


def enqueue(kind: str, payload: Json, *, now: datetime, attempts: int = 3) -> Job:
    """Queue a job in the current transaction; a worker gets it after commit."""
    job = Job(
        kind=kind,
        payload=payload,
        queued_at=now,
        not_before=now,
        max_attempts=attempts,
        state=JobState.QUEUED,
    )
    session.add(job)
    session.flush()
    session.info.setdefault("jobs", []).append(job.id)
    return job


def cancel(job: Job, *, now: datetime) -> None:
    """Stop a job: one that waits ends at once, one that runs ends at its next report; one that is over stays as it is.

    The database decides which it is: a worker may start the job at this very moment.
    """
    session.flush()
    session.execute(
        update(Job)
        .where(Job.id == job.id, Job.state == JobState.QUEUED)
        .values(state=JobState.CANCELLED, cancel_asked=True, finished_at=now)
    )
    session.execute(
        update(Job).where(Job.id == job.id, Job.state == JobState.RUNNING).values(cancel_asked=True)
    )
    session.refresh(job)


def job_by_id(job_id: int) -> Job | None:
    """A job, freshly read."""
    return session.get(Job, job_id, populate_existing=True)


@event.listens_for(Session, "after_commit")
def hand_over(done: Session) -> None:
    """Give the numbers of jobs queued in a committed transaction to the engine of the current application.

    The end of a savepoint is no commit yet.
    """
    if done.in_nested_transaction():
        return
    for job_id in done.info.pop("jobs", []):
        current_app.extensions["dolen.jobs"].carry(job_id)


@event.listens_for(Session, "after_rollback")
def forget(undone: Session) -> None:
    """A transaction that was undone queued nothing.

    After a savepoint that was undone the numbers stay: those of the transaction around it are still wanted, and a
    number without a job does no harm.
    """
    if not undone.in_nested_transaction():
        undone.info.pop("jobs", None)
