"""The service with a job that waits, for tests that kill its worker: ``flask --app tests.core.worker work``."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path

from citizen_platform import create_app
from citizen_platform.core.jobs import Running, handles
from citizen_platform.core.jobs.child import KeptChild
from citizen_platform.core.jobs.engine import Engine, queue_for

child = KeptChild("tests.core.echo")


@handles("tests.wait")
def wait(run: Running, folder: str, name: str) -> None:
    """Leave a mark with the ids of this process and its child, then wait until the file ``<name>.go`` is there."""
    pid = child.ask([{"id": 1}])[0]["pid"]
    with (Path(folder) / f"{name}.marks").open("a") as marks:
        marks.write(f"{os.getpid()} {pid}\n")
    while not (Path(folder) / f"{name}.go").exists():
        run.report("waiting", 0, 1)
        time.sleep(0.05)
    run.result = {"ended": True}


app = create_app()
app.extensions["dolen.jobs"] = Engine(
    app,
    queue_for(app.config["DOLEN"], os.environ["TEST_QUEUE"]),
    heartbeat=0.2,
    silence=timedelta(seconds=1),
    grace=0.5,
)
