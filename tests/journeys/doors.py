"""Two doors already open, for journeys that begin behind them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from citizen_platform.accounts.models import Role
from citizen_platform.assemblies import services as assemblies
from citizen_platform.assemblies.views import receipt_code
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.database import db
from citizen_platform.panels import services as panels
from tests import make
from tests.journeys.service import Service

CODE = re.compile(r"\b(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}\b")


def open_session(live: Service, body: str, tables: int = 2) -> tuple[str, list[str]]:
    """An assembly session that is open: its reference and the codes of its tables."""
    with live.app.app_context():
        by, now = make.person(body, Role.FACILITATOR), datetime.now(UTC)
        meeting = assemblies.prepare(
            body,
            name=Bilingual("Noson yn y neuadd", "An evening in the hall"),
            question=Bilingual("Beth sy’n gwneud lle yn gartref?", "What makes a place a home?"),
            tables=tables, receipt_code=receipt_code, by=by, now=now,
        )  # fmt: skip
        assemblies.open_(meeting, by=by, now=now)
        db.session.commit()
        return meeting.reference, [table.code for table in meeting.tables]


def asked_panel(live: Service, body: str, language: str) -> tuple[str, str]:
    """A panel of one, asked about an open consultation: its reference and the code in the letter."""
    with live.app.app_context():
        by, now = make.person(body, Role.FACILITATOR), datetime.now(UTC)
        consultation = make.consultation(body)
        panel = panels.create(body, Bilingual("Panel y fro", "Area panel"), by=by, now=now)
        panels.add_member(panel, "Heledd Rhydderch", None, language, by=by, now=now)
        _number, letters = panels.invite(panel, consultation, origin=live.origin, by=by, now=now)
        db.session.commit()
        return consultation.reference, code_in(letters[0].text)


def code_in(letter: str) -> str:
    """The one-time code that a letter holds."""
    found = CODE.search(letter)
    assert found, letter
    return found.group()
