"""Who works for a body: seen and changed by its administrators only."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from citizen_platform.accounts import queries
from citizen_platform.accounts.models import Invitation, Membership, Role
from citizen_platform.core.database import session
from citizen_platform.core.outbox import Letter
from tests import make


def role_of(slug: str, role: Role) -> int:
    return session.scalars(
        select(Membership.id).where(Membership.body_slug == slug, Membership.role == role)
    ).one()


@pytest.mark.parametrize("path", ["/en/desk/tirwen/members", "/en/desk/tirwen/members/invite"])
def test_only_administrators_of_the_body_see_its_members(client: Any, staff: Any, path: str) -> None:
    make.body()
    session.commit()
    assert client.get(path).status_code == 302
    assert staff("tirwen", Role.ANALYST).get(path).status_code == 403
    assert staff("aberllan", Role.ADMINISTRATOR).get(path).status_code == 403
    assert staff("tirwen", Role.ADMINISTRATOR).get(path).status_code == 200


def test_names_are_in_the_readers_alphabet(staff: Any) -> None:
    for name in ("Llio", "Lowri", "Luned"):
        make.person("tirwen", Role.ANALYST, name=name)
    browser = staff("tirwen", Role.ADMINISTRATOR)
    welsh, english = browser.get("/cy/desg/tirwen/aelodau").text, browser.get("/en/desk/tirwen/members").text
    assert welsh.index("Lowri") < welsh.index("Luned") < welsh.index("Llio")
    assert english.index("Llio") < english.index("Lowri") < english.index("Luned")


def test_inviting_sends_a_letter_and_shows_who_is_waiting(staff: Any) -> None:
    browser = staff("tirwen", Role.ADMINISTRATOR)
    answer = browser.post(
        "/en/desk/tirwen/members/invite", data={"email": "Huw@Example.Test", "role": "screener"}
    )
    assert answer.status_code == 303
    assert session.scalars(select(Letter.to)).one() == "huw@example.test"
    assert "huw@example.test" in browser.get("/en/desk/tirwen/members").text


def test_a_hostile_host_does_not_get_into_the_letter(staff: Any) -> None:
    staff("tirwen", Role.ADMINISTRATOR).post(
        "/en/desk/tirwen/members/invite",
        data={"email": "huw@example.test", "role": "screener"},
        headers={"X-Forwarded-Host": "evil.example"},
    )
    assert "http://127.0.0.1:8000/" in session.scalars(select(Letter.body)).one()
    assert "evil" not in session.scalars(select(Letter.body)).one()


def test_a_bad_invitation_keeps_what_was_typed(staff: Any) -> None:
    browser = staff("tirwen", Role.ADMINISTRATOR)
    answer = browser.post("/en/desk/tirwen/members/invite", data={"email": "huw at home", "role": "screener"})
    assert answer.status_code == 422
    assert 'value="huw at home"' in answer.text
    assert "Enter an e-mail address" in answer.text


def test_an_invitation_can_be_withdrawn(client: Any, staff: Any) -> None:
    browser = staff("tirwen", Role.ADMINISTRATOR)
    browser.post("/en/desk/tirwen/members/invite", data={"email": "huw@example.test", "role": "screener"})
    number = session.scalars(select(Invitation.id)).one()
    assert (
        staff("aberllan", Role.ADMINISTRATOR)
        .post(f"/en/desk/aberllan/members/invite/{number}/cancel")
        .status_code
        == 404
    )
    assert browser.post(f"/en/desk/tirwen/members/invite/{number}/cancel").status_code == 303
    assert queries.open_invitations_of("tirwen", datetime.now(UTC)) == []


def test_a_role_is_removed_and_stops_working_at_once(staff: Any) -> None:
    analyst = staff("tirwen", Role.ANALYST)
    administrator = staff("tirwen", Role.ADMINISTRATOR)
    number = role_of("tirwen", Role.ANALYST)
    path = f"/en/desk/tirwen/members/{number}/remove"
    assert analyst.get("/en/desk/tirwen").status_code == 200
    assert administrator.get(path).status_code == 200
    assert analyst.get("/en/desk/tirwen").status_code == 200
    assert administrator.post(path).status_code == 303
    assert analyst.get("/en/desk/tirwen").status_code == 403


def test_the_last_administrator_stays(staff: Any) -> None:
    browser = staff("tirwen", Role.ADMINISTRATOR)
    staff("aberllan", Role.ADMINISTRATOR)
    path = f"/en/desk/tirwen/members/{role_of('tirwen', Role.ADMINISTRATOR)}/remove"
    answer = browser.post(path)
    assert answer.status_code == 422
    assert "This is the last administrator" in answer.text
    assert browser.get("/en/desk/tirwen/members").status_code == 200


def test_one_of_two_administrators_may_go(staff: Any) -> None:
    browser = staff("tirwen", Role.ADMINISTRATOR)
    number = role_of("tirwen", Role.ADMINISTRATOR)
    staff("tirwen", Role.ADMINISTRATOR)
    answer = browser.post(f"/en/desk/tirwen/members/{number}/remove")
    assert (answer.status_code, answer.location) == (303, "/en/desk")


def test_another_bodys_role_is_not_there(staff: Any) -> None:
    staff("aberllan", Role.ANALYST)
    browser = staff("tirwen", Role.ADMINISTRATOR)
    assert (
        browser.post(f"/en/desk/tirwen/members/{role_of('aberllan', Role.ANALYST)}/remove").status_code == 404
    )
