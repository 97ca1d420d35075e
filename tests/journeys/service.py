"""The service as it really runs: a web server on a port of its own, and a worker process on the same data."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import url_for
from sqlalchemy import select
from werkzeug.serving import WSGIRequestHandler, make_server

from citizen_platform.accounts.models import Membership, Person, Role
from citizen_platform.accounts.services import add_person
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.database import CommittingFlask, db
from citizen_platform.core.outbox import Letter
from tests import make

ROOT = Path(__file__).resolve().parents[2]
LEASH = ROOT / "citizen_platform" / "core" / "jobs" / "leash.py"
"""Runs a module in a process that dies with this one, however this one dies."""

PASSWORD = "pont ŷd a thri gafr"


class Quiet(WSGIRequestHandler):
    """Requests are not worth a line each."""

    def log(self, type: str, message: str, *args: Any) -> None: ...


@dataclass
class Service:
    """A running service: the application behind ``origin``, and the environment its commands need."""

    app: CommittingFlask
    origin: str
    environment: dict[str, str] = field(default_factory=dict)

    def url(self, endpoint: str, language: str, **values: Any) -> str:
        """The whole address of a page in a language."""
        with self.app.test_request_context(f"/{language}/"):
            return self.origin + url_for(endpoint, lang_code=language, **values)

    def command(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run ``flask --app wsgi ...`` as an administrator of the machine would."""
        return subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *map(str, arguments)],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    def body(self, slug: str, cy: str, en: str) -> str:
        """A public body with names that could be real; its slug."""
        with self.app.app_context():
            make.body(slug).name = Bilingual(cy, en)
            db.session.commit()
        return slug

    def staff(self, body: str, language: str, *roles: Role) -> str:
        """Somebody with these roles and the usual password; their address."""
        name = "-".join(role.value for role in roles)
        email = f"{name}@{body}.example"
        with self.app.app_context():
            from datetime import UTC, datetime

            person = add_person(
                email,
                name.replace("_", " ").title(),
                language=language,
                password=PASSWORD,
                now=datetime.now(UTC),
            )
            person.memberships = [Membership(body_slug=body, role=role) for role in roles]
            db.session.commit()
        return email

    def letter_to(self, address: str) -> str | None:
        """The text of the newest letter to an address, if any."""
        with self.app.app_context():
            newest = select(Letter.body).where(Letter.to == address).order_by(Letter.id.desc()).limit(1)
            return db.session.scalar(newest)

    def session_of(self, email: str) -> str:
        """The value of a session cookie that is signed in as this person."""
        with self.app.app_context():
            person = db.session.scalars(select(Person).where(Person.email == email)).one()
            signed = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
            return str(signed.dumps({"_user_id": person.fs_uniquifier, "_fresh": True}))


@contextmanager
def served(app: CommittingFlask, port: int) -> Iterator[str]:
    """Serve an application from a thread until the end of the block; gives its origin."""
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Quiet)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def working(environment: dict[str, str], log: Path) -> Iterator[None]:
    """Run a worker process until the end of the block; it and what it started are ended together."""
    with log.open("ab") as output:
        worker = subprocess.Popen(
            [sys.executable, LEASH, str(os.getpid()), "flask", "--app", "wsgi", "work"],
            cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
    try:
        yield
        assert worker.poll() is None, f"the worker ended by itself:\n{log.read_text()[-3000:]}"
    finally:
        for number in (signal.SIGINT, signal.SIGKILL):
            try:
                os.killpg(worker.pid, number)
                worker.wait(10)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue
            else:
                break
