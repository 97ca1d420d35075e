"""The service with a topic run that can be held up, for tests that kill its worker: see tests/core/worker.py."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from citizen_platform.core.jobs.child import run_once
from citizen_platform.themes import jobs
from tests.core.worker import app

__all__ = ["app"]


def held_up(arguments: Any, lines: Any, on_progress: Any, **options: Any) -> Any:
    """The run as it is; a worker told to hold up leaves a mark once its child is at work, and goes no further."""

    def tell(line: Any) -> None:
        on_progress(line)
        mark = os.environ.get("TEST_HOLD_UP")
        if mark and line["stage"] == "embedding":
            Path(mark).touch()
            time.sleep(600)

    return run_once(arguments, lines, tell, **options)


jobs.run_once = held_up
