"""The desk: where staff begin, and the links that lead on."""

from __future__ import annotations

from typing import Any

from citizen_platform.accounts.models import Membership, Role
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.database import session
from citizen_platform.organisations import queries
from tests import make


def test_one_body_leads_straight_to_its_desk(staff: Any) -> None:
    answer = staff("tirwen", Role.ANALYST).get("/en/desk")
    assert (answer.status_code, answer.location) == (302, "/en/desk/tirwen")


def test_several_bodies_are_a_choice_in_the_readers_order(client: Any) -> None:
    person = make.person("tirwen", Role.ANALYST)
    make.body("aberllan").name = Bilingual("Zeta", "Alpha")
    make.body("tirwen").name = Bilingual("Beta", "Beta")
    make.body("elsewhere")
    person.memberships.append(Membership(body_slug="aberllan", role=Role.SCREENER))
    client.sign_in(person)
    welsh, english = client.get("/cy/desg").text, client.get("/en/desk").text
    assert welsh.index("Beta") < welsh.index("Zeta")
    assert english.index("Alpha") < english.index("Beta")
    assert "Elsewhere" not in english


def test_nobody_without_a_role_is_left_without_a_next_step(staff: Any) -> None:
    answer = staff("tirwen").get("/en/desk")
    assert answer.status_code == 200
    assert "Ask an administrator" in answer.text


def test_another_bodys_desk_is_closed(staff: Any) -> None:
    make.body("aberllan")
    assert staff("tirwen", Role.ANALYST).get("/en/desk/aberllan").status_code == 403
    assert staff("tirwen", Role.ANALYST).get("/en/desk/nowhere").status_code == 403


def test_the_desk_offers_only_what_the_role_opens(staff: Any) -> None:
    facilitator = staff("tirwen", Role.FACILITATOR).get("/en/desk/tirwen").text
    administrator = staff("tirwen", Role.ADMINISTRATOR).get("/en/desk/tirwen").text
    assert "/en/desk/tirwen/panels" in facilitator
    assert "/en/desk/tirwen/members" not in facilitator
    assert "/en/desk/tirwen/members" in administrator
    assert "/en/desk/tirwen/panels" not in administrator


def test_areas_are_in_the_alphabet_of_the_language(app: Any) -> None:
    with app.test_request_context("/cy/"):
        welsh = queries.area_names(["W06000005", "W06000006", "W06000013", "W06000023", "W06000016"])
    with app.test_request_context("/en/"):
        english = queries.area_names(["W06000005", "W06000006", "W06000013", "nonsense"])
    assert welsh == ["Pen-y-bont ar Ogwr", "Powys", "Rhondda Cynon Taf", "Sir y Fflint", "Wrecsam"]
    assert english == ["Bridgend", "Flintshire", "Wrexham"]


def test_a_body_is_taken_in_by_command_once(app: Any) -> None:
    runner = app.test_cli_runner()
    add = ["bodies", "add", "tirwen", "--cy", "Cyngor Tirwen", "--en", "Tirwen Council"]
    assert runner.invoke(args=add).exit_code == 0
    assert runner.invoke(args=add).exit_code == 1
    assert runner.invoke(args=[*add[:2], "Big Slug", *add[3:]]).exit_code == 1
    session.rollback()
    assert [body.name.cy for body in queries.bodies()] == ["Cyngor Tirwen"]
