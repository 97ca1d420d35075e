"""Journeys: people with browsers on a service that really runs. Chromium is named by CHROMIUM, or found."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from citizen_platform import create_app
from citizen_platform.core.database import db
from tests.conftest import DemoService, own_database, settings_for
from tests.journeys.browser import PHONE, Visitor, open_context
from tests.journeys.service import Service, served, working

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    return {
        **browser_type_launch_args,
        "args": list(FLAGS),
        **({"executable_path": program} if program else {}),
    }


@pytest.fixture(scope="session")
def live(worker_id: str) -> Iterator[Service]:
    """An empty service with its worker, cross-site protection on, shared by the journeys of this test process."""
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_for(Path(folder), own_database(f"{worker_id}_live"))
        port = free_port()
        settings = replace(settings, origin=f"http://127.0.0.1:{port}")
        app = create_app(settings)
        app.extensions["dolen.jobs"].huey.flush()
        with app.app_context():
            db.create_all()
        environment = {
            **os.environ,
            "DOLEN_INSTANCE": folder,
            "DATABASE_URL": settings.database_url,
            "REDIS_URL": settings.redis_url or "",
            "DOLEN_ORIGIN": settings.origin,
            "SECRET_KEY": settings.secret_key,
            "MAIL_URL": "console:",
        }
        with served(app, port) as origin, working(environment, Path(folder) / "worker.log"):
            yield Service(app, origin, environment)
        with app.app_context():
            db.engine.dispose()


@pytest.fixture(scope="session")
def demo_live(demo: DemoService) -> Iterator[Service]:
    """The demo, served to be looked at."""
    with served(demo.app, 0) as origin:
        yield Service(demo.app, origin)


@pytest.fixture
def visitor(live: Service, browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """Make somebody with a browser: ``visitor("cy")``. At the end of the test all of them must have met no fault."""
    made: list[Visitor] = []

    def come(
        language: str, size: dict[str, int] = PHONE, *, scripts: bool = True, at: Service = live
    ) -> Visitor:
        made.append(Visitor(at, open_context(browser, size, language, scripts), language, scripts))
        return made[-1]

    yield come
    for person in made:
        person.leave()


def free_port() -> int:
    """A port that nobody listens on now."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
