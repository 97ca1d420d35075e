"""``flask --app wsgi work``: a worker until it is stopped."""

from __future__ import annotations

import logging
import sqlite3
import sys

import click
from flask import current_app
from flask.cli import with_appcontext
from redis.exceptions import RedisError
from sqlalchemy.exc import DBAPIError

log = logging.getLogger("dolen.jobs")


class Brief(logging.Formatter):
    """A server that is away takes one line, not the whole way the error took through the libraries, each second."""

    def format(self, record: logging.LogRecord) -> str:
        error = record.exc_info[1] if record.exc_info else None
        if not isinstance(error, (OSError, RedisError, DBAPIError, sqlite3.OperationalError)):
            return super().format(record)
        return f"{self.formatTime(record)} {record.getMessage()} ({type(error).__name__}: {error})"


def log_to_console() -> None:
    """What jobs do, and what Huey warns of, on standard error."""
    console = logging.StreamHandler(sys.stderr)
    console.setFormatter(Brief("%(asctime)s %(message)s"))
    for name, level in (("dolen", logging.INFO), ("huey", logging.WARNING)):
        logger = logging.getLogger(name)
        logger.setLevel(level)
        logger.handlers = [console]
        logger.propagate = False


@click.command("work")
@click.option("--workers", default=2, show_default=True, help="Jobs done at the same time.")
@with_appcontext
def work(workers: int) -> None:
    """Run a worker until stopped (Ctrl-C): letters, language detection, topic runs."""
    log_to_console()
    engine = current_app.extensions["dolen.jobs"]
    consumer = engine.consumer(workers)
    try:
        engine.sweep()
    except Exception:
        log.exception("the first sweep failed; the next is in a minute")
    log.info("the worker is ready: %s jobs at a time", workers)
    consumer.run()
    log.info("the worker has stopped; jobs put back: %s", engine.put_back())
