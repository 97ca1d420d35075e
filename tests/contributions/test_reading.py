"""Statements are read by people, twenty at a time, and quoted only when somebody allowed it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from citizen_platform.accounts.models import Role
from citizen_platform.consultations.models import Stage
from citizen_platform.contributions import queries
from citizen_platform.contributions.models import Contribution, Door, TextLanguage
from citizen_platform.core.database import session
from tests import make


def place(consultation: Any, step: str = "") -> str:
    return f"/en/desk/tirwen/consultations/{consultation.reference}/statements{step}"


def test_a_statement_stands_in_its_own_language(staff: Any) -> None:
    about = make.consultation()
    row, _code = make.contribution(about, "Mae'r bws yn hwyr <script>", language="en")
    row.language, row.language_probability = TextLanguage.WELSH, 0.98
    page = staff("tirwen", Role.TRANSLATOR).get(place(about))
    assert page.status_code == 200
    assert '<blockquote lang="cy">' in page.text and "&lt;script&gt;" in page.text
    assert "98% certain" in page.text and "through the English form" in page.text
    assert "Mark these as read" not in page.text and "Allow quoting" not in page.text


def test_reading_a_page_and_going_on(staff: Any) -> None:
    about = make.consultation()
    rows = [make.contribution(about, f"Statement {n}")[0] for n in range(25)]
    analyst = staff("tirwen", Role.ANALYST)
    assert queries.unread(about.id) == 25
    going_on = analyst.post(place(about, "/read?page=1"), data={"statement": [row.id for row in rows[:20]]})
    assert going_on.status_code == 303 and "page=2" in going_on.location
    assert queries.unread(about.id) == 5
    unread = analyst.post(
        place(about, "/read?unread=y&page=1"), data={"statement": [row.id for row in rows[20:]]}
    )
    assert "page=1" in unread.location and "unread=y" in unread.location
    assert queries.unread(about.id) == 0
    first_reader = rows[0].read_by_id
    staff("tirwen", Role.SCREENER).post(place(about, "/read"), data={"statement": [rows[0].id]})
    assert session.get_one(Contribution, rows[0].id).read_by_id == first_reader


def test_only_a_screener_releases_and_can_take_it_back(staff: Any) -> None:
    about = make.consultation()
    row, _code = make.contribution(about)
    assert (
        staff("tirwen", Role.ANALYST)
        .post(place(about, f"/{row.id}/release"), data={"released": "y"})
        .status_code
        == 403
    )
    screener = staff("tirwen", Role.SCREENER)
    back = screener.post(place(about, f"/{row.id}/release?language=en&page=1"), data={"released": "y"})
    assert (
        back.status_code == 303 and "language=en" in back.location and f"#statement-{row.id}" in back.location
    )
    assert row.released_at is not None and row.read_at is not None
    screener.post(place(about, f"/{row.id}/release"), data={"released": ""})
    assert row.released_at is None and row.read_at is not None


def test_another_bodys_statement_is_not_here(staff: Any) -> None:
    mine, theirs = make.consultation("tirwen"), make.consultation("llanfair")
    row, _code = make.contribution(theirs)
    screener = staff("tirwen", Role.SCREENER)
    assert screener.post(place(mine, f"/{row.id}/release"), data={"released": "y"}).status_code == 404
    screener.post(place(mine, "/read"), data={"statement": [row.id]})
    assert row.read_at is None
    assert screener.get(place(theirs)).status_code == 404


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("language=cy", {"A"}),
        ("language=unknown", {"C"}),
        ("door=paper", {"B"}),
        ("unread=y", {"B", "C"}),
        ("language=xx&door=yy&page=99", {"A", "B", "C"}),
    ],
)
def test_filters(staff: Any, query: str, seen: set[str]) -> None:
    about = make.consultation()
    reader = staff("tirwen", Role.ANALYST)
    a, b, _c = (
        make.contribution(about, f"Words-{name}", door=door)[0]
        for name, door in (("A", Door.WEB), ("B", Door.PAPER), ("C", Door.WEB))
    )
    a.language, b.language = TextLanguage.WELSH, TextLanguage.ENGLISH
    reader.post(place(about, "/read"), data={"statement": [a.id]})
    page = reader.get(place(about, f"?{query}")).text
    assert {name for name in "ABC" if f"Words-{name}" in page} == seen


@pytest.mark.usefixtures("app")
def test_counts_add_up() -> None:
    about = make.consultation(stage=Stage.CLOSED)
    for language, door in (("cy", Door.WEB), ("en", Door.WEB), ("en", Door.PAPER)):
        make.contribution(about, language=language, door=door)
    found = queries.counts(about.id)
    assert (found.people, found.statements, found.unread) == (3, 3, 3)
    assert dict(found.by_door) == {"web": 2, "paper": 1} and dict(found.by_form_language) == {
        "cy": 1,
        "en": 2,
    }
    assert dict(found.by_language) == {"unknown": 3}
    assert session.scalar(select(func.count()).select_from(Contribution)) == 3
