"""Invitations: one use, seven days, and only for whom they were written."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from citizen_platform.accounts import services
from citizen_platform.accounts.models import Invitation, Membership, Person, Role
from citizen_platform.core.database import session
from citizen_platform.core.errors import Gone
from citizen_platform.core.outbox import Letter
from tests import make

NOW = datetime.now(UTC)
ORIGIN = "https://dolen.example"
NEW = {"name": "Catrin Rees", "language": "en", "password": "tri gair ac un arall"}


def invited(email: str = "catrin@example.test", *, now: datetime = NOW) -> tuple[Invitation, str]:
    make.body()
    invitation, links = services.invite(email, Role.ANALYST, "tirwen", origin=ORIGIN, by=None, now=now)
    return invitation, links.en.removeprefix(ORIGIN)


def test_the_link_is_of_the_configured_origin_in_both_languages(app: Any) -> None:
    result = app.test_cli_runner()
    make.body()
    session.commit()
    out = result.invoke(
        args=["people", "invite", "Catrin@Example.Test", "--role", "analyst", "--body", "tirwen"]
    )
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/cy/gwahoddiadau/\S{43}\n", out.output)
    letter = session.scalars(select(Letter)).one()
    assert letter.to == "catrin@example.test"
    assert letter.body.index("/cy/gwahoddiadau/") < letter.body.index("/en/invitations/")
    assert "Tirwen (cy)" in letter.body
    assert "Tirwen (en)" in letter.body
    kept = session.scalars(select(Invitation)).one().secret_digest
    assert kept not in out.output


@pytest.mark.parametrize(
    "arguments",
    [["nobody", "--role", "analyst", "--body", "tirwen"], ["a@b.cymru", "--role", "king", "--body", "tirwen"],
     ["a@b.cymru", "--role", "analyst", "--body", "nowhere"]],
)  # fmt: skip
def test_the_command_refuses_what_cannot_be(app: Any, arguments: list[str]) -> None:
    make.body()
    session.commit()
    out = app.test_cli_runner().invoke(args=["people", "invite", *arguments])
    assert out.exit_code != 0
    assert session.scalar(select(func.count(Invitation.id))) == 0


def test_a_new_person_gets_name_language_role_and_desk(client: Any) -> None:
    _invitation, link = invited()
    assert client.get(link).status_code == 200
    answer = client.post(link, data=NEW)
    assert (answer.status_code, answer.location) == (303, "/en/desk/tirwen")
    assert client.get("/en/desk/tirwen").status_code == 200
    person = session.scalars(select(Person)).one()
    assert (person.email, person.name, person.language) == ("catrin@example.test", "Catrin Rees", "en")
    assert person.holds("tirwen", Role.ANALYST)


def test_the_link_works_once(app: Any, client: Any) -> None:
    invitation, link = invited()
    client.post(link, data=NEW)
    again = app.test_client().post(link, data={**NEW, "name": "A thief"})
    assert again.status_code == 410
    assert "This invitation has been used" in again.text
    assert session.scalar(select(func.count(Person.id))) == 1
    with pytest.raises(Gone):
        services.accept(invitation, session.scalars(select(Person)).one(), now=NOW)


def test_the_link_dies_after_seven_days(client: Any) -> None:
    _invitation, link = invited(now=NOW - timedelta(days=7))
    answer = client.post(link, data=NEW)
    assert answer.status_code == 410
    assert "out of date" in answer.text
    assert session.scalar(select(func.count(Person.id))) == 0


def test_a_newer_invitation_replaces_the_one_before(client: Any) -> None:
    _first, old = invited()
    _second, new = invited()
    assert client.get(old).status_code == 410
    assert client.get(new).status_code == 200


def test_a_made_up_link_leads_nowhere(client: Any) -> None:
    assert client.get("/en/invitations/" + "x" * 43).status_code == 404


def test_a_short_password_is_refused_and_the_name_stays(client: Any) -> None:
    _invitation, link = invited()
    answer = client.post(link, data={**NEW, "password": "elevenchars"})
    assert answer.status_code == 422
    assert "Choose a password of 12 characters or more" in answer.text
    assert 'value="Catrin Rees"' in answer.text
    assert session.scalar(select(func.count(Person.id))) == 0


def test_what_is_not_asked_for_cannot_be_set(client: Any) -> None:
    _invitation, link = invited()
    client.post(
        link, data={**NEW, "email": "other@example.test", "role": "administrator", "id": "99", "active": "0"}
    )
    person = session.scalars(select(Person)).one()
    assert person.email == "catrin@example.test"
    assert [membership.role for membership in person.memberships] == [Role.ANALYST]


def test_somebody_with_an_account_signs_in_and_gains_the_role(client: Any) -> None:
    person = make.person("aberllan", Role.SCREENER, email="catrin@example.test")
    _invitation, link = invited()
    seen = client.get(link).text
    assert "/en/sign-in?next=" in seen
    assert client.post(link, data=NEW).status_code == 422
    assert not person.holds("tirwen")
    client.sign_in(person)
    assert client.post(link).status_code == 303
    assert person.holds("tirwen", Role.ANALYST)
    assert person.holds("aberllan", Role.SCREENER)


def test_somebody_else_cannot_take_the_role(client: Any) -> None:
    make.person("aberllan", Role.SCREENER, email="catrin@example.test")
    other = make.person("aberllan", Role.SCREENER)
    _invitation, link = invited()
    client.sign_in(other)
    assert client.post(link).status_code == 422
    assert session.scalar(select(func.count(Membership.id)).where(Membership.body_slug == "tirwen")) == 0
