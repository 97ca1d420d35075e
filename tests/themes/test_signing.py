"""Signing off: everything is seen first, nobody signs what changed; taken out of public only while nothing answers it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from citizen_platform.accounts.models import Role
from citizen_platform.consultations.models import Stage
from citizen_platform.contributions import services as contributions
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.database import session
from citizen_platform.core.errors import DomainError
from citizen_platform.core.events import Event
from citizen_platform.decisions import services as decisions
from citizen_platform.themes import queries, services
from tests import make
from tests.conftest import NOW
from tests.decisions.test_decisions import whole
from tests.themes.made import theme

pytestmark = pytest.mark.usefixtures("app")


def unsigned() -> Any:
    """A theme that is ready to be signed, with a released and an unreleased statement."""
    about = make.consultation(stage=Stage.ANALYSING)
    rows = [make.contribution(about, text)[0] for text in ("Quotable words", "Quiet words")]
    contributions.release(rows[0], by=make.person(about.body_slug, Role.SCREENER), now=NOW)
    return about, rows, theme(about, *rows, signed_off=False)


def desk(about: Any, rest: str = "") -> str:
    return f"/en/desk/{about.body_slug}/consultations/{about.reference}/themes{rest}"


def test_all_that_becomes_public_is_seen_first(staff: Any) -> None:
    about, _rows, made = unsigned()
    page = staff(about.body_slug, Role.ANALYST).get(desk(about, "/1/sign-off")).text
    for words in ("Bysiau", "Buses", "They come too seldom (cy)", "fewer than 10 people", "Quotable words"):
        assert words in page
    assert "Quiet words" not in page
    assert not made.is_public


def test_nobody_signs_what_changed_meanwhile(staff: Any) -> None:
    about, rows, made = unsigned()
    analyst = staff(about.body_slug, Role.ANALYST)
    seen = re.search(r'name="seen"[^>]*value="(\w+)"', analyst.get(desk(about, "/1/sign-off")).text)
    assert seen
    services.remove_statement(made, rows[1], by=make.person(about.body_slug, Role.ANALYST), now=NOW)
    refused = analyst.post(desk(about, "/1/sign-off"), data={"seen": seen[1]})
    assert refused.status_code == 422 and "changed after you opened the page" in refused.text
    assert not made.is_public
    assert analyst.post(desk(about, "/1/sign-off")).status_code == 422, "no mark, no signature"
    assert analyst.save(desk(about, "/1/sign-off"), {}).status_code == 303
    assert made.is_public and made.signed_off_by is not None


@pytest.mark.parametrize("change", ["words", "minority", "release"])
def test_each_change_makes_the_mark_another(staff: Any, change: str) -> None:
    about, rows, made = unsigned()
    by = make.person(about.body_slug, *Role)
    analyst = staff(about.body_slug, Role.ANALYST)
    seen = re.search(r'name="seen"[^>]*value="(\w+)"', analyst.get(desk(about, "/1/sign-off")).text)
    assert seen
    if change == "release":
        contributions.release(rows[1], by=by, now=NOW)
    else:
        name = Bilingual("Trenau", "Trains") if change == "words" else made.name
        services.edit(
            made, name=name, description=made.description, is_minority=change == "minority", by=by, now=NOW
        )
    assert analyst.post(desk(about, "/1/sign-off"), data={"seen": seen[1]}).status_code == 422


def test_what_is_missing_is_named_and_cannot_be_signed(staff: Any) -> None:
    about = make.consultation(stage=Stage.ANALYSING)
    made = theme(about, name=Bilingual("Bysiau", ""), signed_off=False)
    analyst = staff(about.body_slug, Role.ANALYST)
    page = analyst.get(desk(about, "/1/sign-off")).text
    assert "Before it can be signed off" in page and "The name must be there in both languages" in page
    assert "Nobody is in this theme yet" in page
    assert analyst.save(desk(about, "/1/sign-off"), {}).status_code == 422
    assert not made.is_public


def test_a_theme_is_taken_out_of_public_with_a_reason(staff: Any, client: Any) -> None:
    about, _rows, made = unsigned()
    services.sign_off(made, by=make.person(about.body_slug, Role.ANALYST), now=NOW)
    analyst = staff(about.body_slug, Role.ANALYST)
    assert analyst.post(desk(about, "/1/withdraw"), data={"reason": " "}).status_code == 422
    assert made.is_public
    assert analyst.post(desk(about, "/1/withdraw"), data={"reason": "Wrong name"}).status_code == 303
    assert not made.is_public and made.signed_off_by_id is None
    event = session.query(Event).filter_by(verb="theme.withdrawn").one()
    assert event.details["reason"] == "Wrong name"
    assert "No themes yet" in client.get(f"/en/consultations/{about.reference}/what-we-heard").text
    assert analyst.save(desk(about, "/1/sign-off"), {}).status_code == 303
    assert client.get(f"/en/consultations/{about.reference}/what-we-heard/1").status_code == 200


def test_what_is_answered_stays_public(staff: Any) -> None:
    about, _rows, made = unsigned()
    by = make.person(about.body_slug, *Role)
    services.sign_off(made, by=by, now=NOW)
    drafted = decisions.draft(made, whole(), by=by, now=NOW)
    services.withdraw(made, "A draft answers nothing", by=by, now=NOW)
    assert not made.is_public
    services.sign_off(made, by=by, now=NOW)
    decisions.publish(drafted, by=by, now=NOW)
    session.commit()
    with pytest.raises(DomainError, match="ateb"):
        services.withdraw(made, "Too late", by=by, now=NOW)
    assert queries.public_theme(about.id, 1) is made
    page = staff(about.body_slug, Role.ANALYST).get(desk(about, "/1/withdraw")).text
    assert "has a published answer" in page and "<textarea" not in page
