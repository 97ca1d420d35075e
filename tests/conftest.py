"""One application and one migrated database for a test run, emptied after each test.

``DATABASE_URL`` picks the database (SQLite in a temporary folder by default); workers of xdist get one each.
"""

from __future__ import annotations

import fcntl
import itertools
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import has_app_context
from flask.testing import FlaskClient
from flask_migrate import upgrade

from citizen_platform import create_app
from citizen_platform.accounts.models import Person, Role
from citizen_platform.core.database import CommittingFlask, db
from citizen_platform.core.jobs import Job
from config import Settings
from tests import make

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def settings_for(folder: Path, database_url: str | None = None) -> Settings:
    """Settings of a test service that keeps its data in ``folder``."""
    return Settings(
        instance=folder,
        database_url=database_url or f"sqlite:///{folder / 'test.sqlite3'}",
        redis_url=own_redis(),
        secret_key="only-for-tests-" + "0123456789abcdef" * 2,
        origin="http://127.0.0.1:8000",
        mail_url="console:",
    )


_services = itertools.count()


def own_redis() -> str | None:
    """A Redis database of this service's own, so that no test's worker takes another test's jobs; None without Redis."""
    url = os.environ.get("REDIS_URL")
    if not url:
        return None
    half = 8 if os.environ.get("PYTEST_XDIST_WORKER", "gw0")[-1] in "13579" else 0
    return f"{url.rsplit('/', 1)[0] if url.count('/') > 2 else url}/{half + next(_services) % 8}"


def own_database(worker: str, template: str = "template1") -> str | None:
    """A PostgreSQL database of this worker's own beside the one in DATABASE_URL, a copy of another; None for SQLite."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgresql"):
        return None
    name = f"dolen_test_{worker}"
    server = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(sa.text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(sa.text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    server.dispose()
    return sa.make_url(url).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def app(worker_id: str) -> Iterator[CommittingFlask]:
    """The service on an empty, migrated database. Tests post without CSRF tokens unless they ask for them."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings_for(Path(folder), own_database(worker_id)))
        app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
        with app.app_context():
            upgrade()
        yield app
        with app.app_context():
            db.engine.dispose()


@pytest.fixture(autouse=True)
def empty_database(request: pytest.FixtureRequest) -> Iterator[None]:
    """An application context, and an empty database afterwards, for every test that uses the application."""
    if "app" not in request.fixturenames:
        yield
        return
    app: CommittingFlask = request.getfixturevalue("app")
    with app.app_context():
        yield
        db.session.rollback()
        db.session.remove()
        empty()


def empty() -> None:
    """Delete every row of every table."""
    with db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            names = ", ".join(f'"{table.name}"' for table in db.metadata.sorted_tables)
            connection.execute(sa.text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
        else:
            for table in reversed(db.metadata.sorted_tables):
                connection.execute(table.delete())


class Client(FlaskClient):
    """A browser without scripts that can be signed in. Each request has a context and a database session of its own.

    What the test itself changed is committed before a request, and read afresh after it: a view that forgets to commit is seen.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        own = has_app_context()
        if own:
            db.session.commit()
        with self.application.app_context():
            response = super().open(*args, **kwargs)
        if own:
            db.session.expire_all()
        return response

    def save(self, address: str, data: dict[str, str]) -> Any:
        """Open a page with a form, and send it: with the mark of what was stored when it was opened."""
        mark = re.search(r'name="seen"[^>]*value="(\w+)"', self.get(address).text)
        assert mark is not None, f"{address} has no mark"
        return self.post(address, data={**data, "seen": mark[1]})

    def sign_in(self, person: Person) -> Client:
        """Sign in as a member of staff without going through the form."""
        with self.session_transaction() as session:
            session["_user_id"] = person.fs_uniquifier
            session["_fresh"] = True
        return self


@pytest.fixture
def client(app: CommittingFlask) -> Any:
    """A visitor who is not signed in."""
    app.test_client_class = Client
    return app.test_client()


@pytest.fixture
def staff(app: CommittingFlask) -> Any:
    """Make a client signed in with the given roles in a body: ``staff("tirwen", Role.ANALYST)``."""
    app.test_client_class = Client

    def signed_in(body: str, *roles: Role) -> Any:
        person = make.person(body, *roles)
        db.session.commit()
        return app.test_client().sign_in(person)  # type: ignore[attr-defined]

    return signed_in


@dataclass
class DemoService:
    """The service with the whole demo in it, its waiting jobs done. Tests read it; they change nothing."""

    app: CommittingFlask
    receipts: list[str]

    def client(self, email: str = "") -> Any:
        """A browser, signed in as one of the demo's staff when an address is given."""
        self.app.test_client_class = Client
        client = self.app.test_client()
        if email:
            with self.app.app_context():
                person = db.session.scalars(sa.select(Person).where(Person.email == email)).one()
                client.sign_in(person)  # type: ignore[attr-defined]
        return client


@pytest.fixture(scope="session")
def demo(worker_id: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoService]:
    """The demo, for all tests that only read it."""
    yield from demo_service(f"{worker_id}_demo", tmp_path_factory)


def demo_service(database: str, folders: pytest.TempPathFactory) -> Iterator[DemoService]:
    """A copy of the demo in a database of its own; it is loaded once for all processes of a test run."""
    shared = folders.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        receipts = shared / "demo.json"
        if not receipts.exists():
            receipts.write_text(json.dumps(load_demo(shared)))
    with tempfile.TemporaryDirectory() as folder:
        if os.environ.get("DATABASE_URL", "").startswith("postgresql"):
            url = own_database(database, template="dolen_test_loaded")
        else:
            url = None
            shutil.copy(shared / "demo" / "test.sqlite3", folder)
        app = create_app(settings_for(Path(folder), url))
        app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
        yield DemoService(app, json.loads(receipts.read_text()))
        with app.app_context():
            db.engine.dispose()


def load_demo(shared: Path) -> list[str]:
    """The demo, loaded through its own command, with the waiting jobs done; the addresses of its receipts."""
    shutil.rmtree(shared / "demo", ignore_errors=True)  # what another process could not finish
    (shared / "demo").mkdir()
    app = create_app(settings_for(shared / "demo", own_database("loaded")))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with app.app_context():
        upgrade()
        loaded = app.test_cli_runner().invoke(args=["demo", "load"])
        assert loaded.exit_code == 0, loaded.output
        for job_id in db.session.scalars(sa.select(Job.id).order_by(Job.id)).all():
            app.extensions["dolen.jobs"].perform(job_id)
        db.session.remove()
        if db.engine.dialect.name == "sqlite":  # everything into the one file that is copied
            with db.engine.connect() as connection:
                connection.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.engine.dispose()
    return re.findall(r"/(?:cy|en)/\S*(?:derbynebau|receipts)/\S+", loaded.output)
