"""``flask --app wsgi work``: a worker until it is stopped."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext


@click.command("work")
@click.option("--workers", default=2, show_default=True, help="Jobs done at the same time.")
@with_appcontext
def work(workers: int) -> None:
    """Run a worker until stopped (Ctrl-C): letters, language detection, topic runs."""
    engine = current_app.extensions["dolen.jobs"]
    engine.sweep()
    engine.huey.create_consumer(
        workers=workers, worker_type="thread", initial_delay=0.1, backoff=1.15, max_delay=1.0, periodic=True
    ).run()
