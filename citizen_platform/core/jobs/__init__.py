"""Work done outside a request: see :mod:`queue` (what a job is), :mod:`engine` (who does it), :mod:`child` (nlp)."""

from citizen_platform.core.jobs.engine import init_app
from citizen_platform.core.jobs.queue import (
    Cancelled,
    Job,
    JobState,
    Running,
    after,
    cancel,
    enqueue,
    handles,
    job_by_id,
)

__all__ = [
    "Cancelled",
    "Job",
    "JobState",
    "Running",
    "after",
    "cancel",
    "enqueue",
    "handles",
    "init_app",
    "job_by_id",
]
