"""Every statement is accounted for, to the unit, and what is missing is named."""

from __future__ import annotations

from typing import Any

import pytest

from citizen_platform.accounts.models import Role
from citizen_platform.consultations.models import Stage
from citizen_platform.contributions import services as contributions
from citizen_platform.contributions.models import Door
from citizen_platform.themes import queries, services
from citizen_platform.themes.queries import GapKind
from tests import make
from tests.conftest import NOW
from tests.themes.made import result, theme

pytestmark = pytest.mark.usefixtures("app")


def test_what_came_in_adds_up_door_by_door() -> None:
    about = make.consultation(stage=Stage.ANALYSING)
    rows = [
        make.contribution(about, f"Said {number}", door=list(Door)[number % 4])[0] for number in range(22)
    ]
    by = make.person(about.body_slug, *Role)
    theme(about, *rows[:9], by=by)
    theme(about, *rows[5:12], by=by)
    rows[20].has_content = rows[21].has_content = False
    contributions.mark_read(rows[10:17], by=by, now=NOW)
    whole = queries.coverage(about.id)
    assert (whole.received, whole.in_themes, whole.no_content, whole.read, whole.unread) == (22, 12, 2, 5, 3)
    doors = queries.coverage_by_door(about.id)
    assert set(doors) == {door.value for door in list(Door)[:4]}
    for name in ("received", "in_themes", "no_content", "read", "unread"):
        assert sum(getattr(found, name) for found in doors.values()) == getattr(whole, name)
    for found in doors.values():
        assert found.received == found.in_themes + found.no_content + found.read + found.unread
    assert queries.readers(about.id) == [(by, 5)]


def test_the_worker_says_what_has_content_and_a_run_only_where_it_has_not_looked() -> None:
    about = make.consultation(stage=Stage.CLOSED)
    rows = [make.contribution(about, text)[0] for text in ("dim sylw", "no comment", "A bus")]
    run = services.ask(about, by=make.person(about.body_slug, Role.ANALYST), now=NOW)
    services.store(run.id, result({}, no_content=rows), now=NOW)
    assert queries.coverage(about.id).no_content == 3
    rows[2].has_content = True
    assert queries.coverage(about.id).no_content == 2


def test_what_is_missing_is_named() -> None:
    about = make.consultation(stage=Stage.CLOSED)
    rows = [make.contribution(about, f"Bus {number}")[0] for number in range(6)]
    by = make.person(about.body_slug, *Role)
    run = services.ask(about, by=by, now=NOW)
    services.store(run.id, result({"buses": rows[:2], "trams": rows[2:4]}), now=NOW)
    draft = theme(about, rows[0], by=by, signed_off=False)
    gaps = {gap.kind: gap for gap in queries.coverage_gaps(about.id)}
    assert gaps[GapKind.UNREAD].number == 5
    assert gaps[GapKind.UNSIGNED].themes == [draft]
    assert [topic.key for topic in gaps[GapKind.UNSETTLED].topics] == ["buses", "trams"]
    contributions.mark_read(rows, by=by, now=NOW)
    services.sign_off(draft, by=by, now=NOW)
    buses, trams = queries.topics(run.id)
    services.add_topic(draft, buses, by=by, now=NOW)
    trams.parked_at, trams.parked_by_id, trams.parked_because = NOW, by.id, "Not about this"
    assert queries.coverage_gaps(about.id) == []


def test_staff_see_who_read_what_and_the_public_how_many(staff: Any, client: Any) -> None:
    about = make.consultation(stage=Stage.ANALYSING)
    rows = [make.contribution(about, f"Bus {number}")[0] for number in range(4)]
    reader = make.person(about.body_slug, Role.SCREENER, name="Rhiannon Reader")
    theme(about, rows[0])
    contributions.mark_read(rows[1:3], by=reader, now=NOW)
    page = staff(about.body_slug, Role.TRANSLATOR).get(
        f"/en/desk/{about.body_slug}/consultations/{about.reference}/themes/coverage"
    )
    assert (
        "Rhiannon Reader" in page.text and "1 statement is in no theme and nobody has read it." in page.text
    )
    public = client.get(f"/en/consultations/{about.reference}/what-we-heard").text
    assert "2 were read by a person and are in no theme." in public and "Rhiannon" not in public
