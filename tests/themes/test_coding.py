"""Blind double coding: nobody sees another's work before their own is done; what came of it is told in public."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from citizen_platform.accounts.models import Role
from citizen_platform.core.database import session
from citizen_platform.core.errors import DomainError
from citizen_platform.themes import queries, services
from citizen_platform.themes.models import Coding, CodingItem
from tests import make
from tests.conftest import NOW
from tests.themes.crowd import crowd
from tests.themes.made import result

pytestmark = pytest.mark.usefixtures("app")


def begun(people: int = 40, size: int = 30) -> Any:
    """A round over a consultation, two coders, and the themes."""
    about, rows, themes, by = crowd(people, themes=(0.5, 0.3))
    other = make.person(about.body_slug, Role.SCREENER)
    return about, rows, themes, by, other, services.start_round(about, size=size, by=by, now=NOW)


def items(coded: Any) -> list[CodingItem]:
    return list(
        session.scalars(
            select(CodingItem).where(CodingItem.round_id == coded.id).order_by(CodingItem.position)
        )
    )


def test_the_same_seed_draws_the_same_sample() -> None:
    about, _rows, _themes, by, _other, first = begun(60)
    again = services.start_round(about, size=30, seed=first.seed, by=by, now=NOW)
    another = services.start_round(about, size=30, seed=9, by=by, now=NOW)
    drawn = [[item.contribution_id for item in items(each)] for each in (first, again, another)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert len(set(drawn[0])) == 30


def test_a_sample_needs_thirty_statements_and_a_theme() -> None:
    few, _rows, _themes, by = crowd(20, twice=0, themes=(0.5,))
    with pytest.raises(DomainError, match="30"):
        services.start_round(few, by=by, now=NOW)
    none, _rows, _themes, by = crowd(40, themes=())
    with pytest.raises(DomainError, match="thema"):
        services.start_round(none, by=by, now=NOW)
    some, _rows, _themes, by = crowd(40, themes=(0.5,))
    for size in (29, 501):
        with pytest.raises(DomainError, match="500"):
            services.start_round(some, size=size, by=by, now=NOW)


def test_what_says_nothing_is_not_drawn() -> None:
    about, rows, _themes, by = crowd(40, twice=0, themes=(0.5,))
    for row in rows[:8]:
        row.has_content = False
    coded = services.start_round(about, size=100, by=by, now=NOW)
    assert {item.contribution_id for item in items(coded)} == {row.id for row in rows[8:]}


def test_somebody_codes_one_statement_after_another_and_only_then_sees(staff: Any) -> None:
    about, _rows, themes, _by, other, coded = begun()
    one, two = staff(about.body_slug, Role.ANALYST), staff(about.body_slug, Role.SCREENER)
    where = f"/en/desk/{about.body_slug}/consultations/{about.reference}/themes/coding/{coded.id}"
    for item in items(coded):
        services.code(item, [themes[0].id], by=other, now=NOW)
    page = one.get(f"{where}/1").text
    assert "None of these" in page and "Theme 1" in page
    assert "checked" not in page, "what another put down is not shown"
    assert one.post(f"{where}/1", data={}).status_code == 422
    assert one.post(f"{where}/1", data={"themes": ["0", str(themes[0].id)]}).status_code == 422
    assert one.post(f"{where}/1", data={"themes": ["999999"]}).status_code == 422
    sent = one.post(f"{where}/1", data={"themes": str(themes[1].id)})
    assert sent.location.endswith("/2")
    assert "Kappa" not in one.get(where).text
    for position in range(2, 31):
        sent = one.post(f"{where}/{position}", data={"themes": "0" if position % 2 else str(themes[0].id)})
    assert sent.location.endswith(f"/{coded.id}")
    assert "Kappa" in one.get(where).text
    assert two.post(f"{where}/1", data={"themes": "0"}).status_code == 303
    assert "Kappa" not in two.get(where).text, "somebody half-way sees nothing"
    assert one.post(f"{where}/1", data={"themes": "0"}).status_code == 422, "what is finished stays"
    assert session.scalar(select(func.count(Coding.id))) == 61


def test_only_who_may_code_does(staff: Any) -> None:
    about, _rows, _themes, _by, _other, coded = begun()
    where = f"/en/desk/{about.body_slug}/consultations/{about.reference}/themes/coding"
    officer = staff(about.body_slug, Role.POLICY_OFFICER)
    assert officer.get(where).status_code == 200
    assert officer.post(where, data={"question": "", "size": "30"}).status_code == 403
    assert officer.get(f"{where}/{coded.id}/1").status_code == 403
    assert staff("arall", Role.ANALYST).get(f"{where}/{coded.id}/1").status_code == 403


def test_the_machine_is_measured_by_the_topics_that_went_into_themes() -> None:
    about, rows, themes, by, other, coded = begun(40, 30)
    sample = [item.contribution_id for item in items(coded)]
    half = [row for row in rows if row.id in set(sample[:15])]
    run = services.ask(about, by=by, now=NOW)
    services.store(
        run.id, result({"buses": half}, unassigned=[row for row in rows if row not in half]), now=NOW
    )
    services.add_topic(themes[0], queries.topics(run.id)[0], by=by, now=NOW)
    for person in (by, other):
        for item in items(coded):
            services.code(
                item, [themes[0].id] if item.contribution_id in set(sample[:15]) else [], by=person, now=NOW
            )
    found = queries.outcome(coded)
    assert found.first is not None
    assert found.first.agreement.same == 30 and found.first.agreement.f1 == 1
    assert [pair.agreement.f1 for pair in found.machine] == [1, 1]
    assert found.machine[0].agreement.kappas[themes[0].id] == 1
    assert found.machine[0].agreement.kappas[themes[1].id] is None
    assert sum(slice_.statements for slice_ in found.first.languages.values()) == 30


def test_the_public_is_told_how_far_two_people_agree(client: Any) -> None:
    about, _rows, themes, by, other, coded = begun()
    address = f"/en/consultations/{about.reference}/what-we-heard"
    assert "separately" not in client.get(address).text
    assert "not been measured here yet" in client.get(f"{address}/how-it-was-made").text
    for person, differ in ((by, 0), (other, 6)):
        for item in items(coded):
            services.code(item, [themes[item.position <= differ].id], by=person, now=NOW)
    page = client.get(address).text
    assert "Two people read 30 statements separately" in page and "They agreed wholly on 24." in page
    record = client.get(f"{address}/how-it-was-made").text
    assert "Of 30 statements they put 24 under exactly the same themes." in record
    assert by.name not in record.partition("How far people agree")[2]
    assert "too few to say" in record, "a language with few statements in the sample says so"
