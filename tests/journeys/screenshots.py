"""Pictures of the demo's ten main pages, in both languages, at 320 and 1280 px.

python -m tests.journeys.screenshots FOLDER
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright
from sqlalchemy import select

from citizen_platform import create_app
from citizen_platform.consultations.models import Stage
from citizen_platform.consultations.queries import public_consultations
from citizen_platform.core.database import db
from citizen_platform.core.jobs import Job
from citizen_platform.decisions.models import Decision
from tests.conftest import settings_for
from tests.journeys.browser import NARROW, SCREEN, open_context
from tests.journeys.conftest import FLAGS
from tests.journeys.service import Service, served

OFFICER, ANALYST = "mared.pugh@elwydd.example", "tom.hargreave@elwydd.example"
Shot = tuple[str, str, str, dict[str, object]]


@contextmanager
def demo_service() -> Iterator[tuple[Service, str]]:
    """The demo, served; with the code of one of its receipts."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings_for(Path(folder)))
        with app.app_context():
            db.create_all()
            loaded = app.test_cli_runner().invoke(args=["demo", "load"])
            assert loaded.exit_code == 0, loaded.output
            for job_id in db.session.scalars(select(Job.id).order_by(Job.id)).all():
                app.extensions["dolen.jobs"].perform(job_id)
        with served(app, 0) as origin:
            yield Service(app, origin), re.findall(r"derbynebau/(\S+)", loaded.output)[0]


def main_pages(service: Service, receipt: str) -> list[Shot]:
    """Name, person, endpoint and words of the address of each."""
    with service.app.app_context():
        rows = public_consultations()
        open_now = next(row for row in rows if row.stage == Stage.OPEN)
        decision = db.session.scalars(
            select(Decision).where(Decision.is_public).order_by(Decision.number)
        ).first()
        assert decision is not None
        answered = next(row for row in rows if row.id == decision.consultation_id)
        desk = {"body": answered.body_slug, "reference": answered.reference}
        return [
            ("home", "", "site.home", {}),
            ("consultations", "", "consultations.index", {}),
            ("consultation", "", "consultations.show", {"reference": open_now.reference}),
            ("answer", "", "submissions.answer", {"reference": open_now.reference}),
            ("heard", "", "themes.heard", {"reference": answered.reference}),
            ("you-said-we-did", "", "decisions.index", {}),
            ("decision", "", "decisions.show", {"number": decision.number}),
            ("receipt", "", "decisions.receipt", {"code": receipt}),
            ("desk", OFFICER, "organisations.desk", {"body": answered.body_slug}),
            ("themes-desk", ANALYST, "themes.desk", desk),
            ("statements", ANALYST, "contributions.statements", desk),
            ("write", OFFICER, "consultations.new", {"body": answered.body_slug}),
        ]


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with demo_service() as (service, receipt), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        for name, person, endpoint, values in main_pages(service, receipt):
            for language in ("cy", "en"):
                for size in (NARROW, SCREEN):
                    context = open_context(browser, size, language)
                    if person:
                        cookie = str(service.app.config["SESSION_COOKIE_NAME"])
                        value = service.session_of(person)
                        context.add_cookies([{"name": cookie, "value": value, "url": service.origin}])
                    page = context.new_page()
                    page.goto(service.url(endpoint, language, **values))
                    page.screenshot(path=folder / f"{name}-{language}-{size['width']}.png", full_page=True)
                    context.close()
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
