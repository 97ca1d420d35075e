"""Error pages: in the reader's language, one heading, a way on, no insides; and one page that always comes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from citizen_platform.core import errors
from citizen_platform.core.database import CommittingFlask

HEADINGS = {
    400: ("Doedd dim modd defnyddio’r hyn a anfonwyd", "We could not use what was sent"),
    403: ("Allwch chi ddim agor y dudalen hon", "You cannot open this page"),
    404: ("Does dim tudalen o’r fath", "There is no such page"),
    405: ("Does dim modd defnyddio’r dudalen hon fel yna", "This page cannot be used that way"),
    410: ("Mae hwn wedi cau", "This has closed"),
    413: ("Mae hynny’n rhy fawr i ni ei dderbyn", "That is too big for us to take in"),
    429: ("Gormod o ymdrechion mewn amser byr", "Too many tries in a short time"),
    500: ("Aeth rhywbeth o’i le ar ein hochr ni", "Something went wrong on our side"),
    503: ("Mae’r gwasanaeth yn brysur", "The service is busy"),
}


def heading(page: str) -> str:
    found = re.findall(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
    assert len(found) == 1
    return str(found[0]).strip().replace("&#39;", "’")


@pytest.mark.parametrize("language", ["cy", "en"])
@pytest.mark.parametrize("code", HEADINGS)
def test_each_error_has_its_page_in_the_language_of_the_address(
    service: CommittingFlask, code: int, language: str
) -> None:
    address = {"cy": "/cy/gosodiadau/cau/", "en": "/en/settings/close/"}[language]
    answer = service.test_client().get(f"{address}{code}")
    assert answer.status_code == code
    assert f'<html lang="{language}">' in answer.text
    assert heading(answer.text) == HEADINGS[code][language == "en"]
    assert f'class="next-step" href="/{language}/"' in answer.text
    assert not re.search("Traceback|secret internals|RuntimeError|werkzeug", answer.text)
    assert answer.headers["Content-Security-Policy"]


def test_a_wrong_method_names_the_right_ones(service: CommittingFlask) -> None:
    answer = service.test_client().delete("/en/settings/edit")
    assert answer.status_code == 405
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))
    assert 'href="/cy/"' in answer.text


def test_too_many_tries_says_when_to_come_back(service: CommittingFlask) -> None:
    assert service.test_client().get("/en/settings/close/429").headers["Retry-After"] == "60"


@pytest.mark.parametrize(
    ("headers", "language"),
    [
        ({}, "cy"),
        ({"Accept-Language": "en-GB,en;q=0.9"}, "en"),
        ({"Accept-Language": "cy-GB,en;q=0.9"}, "cy"),
        ({"Accept-Language": "fr"}, "cy"),
        ({"Accept-Language": "en", "Cookie": "language=cy"}, "cy"),
        ({"Accept-Language": "cy", "Cookie": "language=en"}, "en"),
        ({"Cookie": "language=<script>"}, "cy"),
    ],
)
def test_an_address_without_language_is_answered_in_the_readers(
    service: CommittingFlask, headers: dict[str, str], language: str
) -> None:
    answer = service.test_client(use_cookies=False).get("/nowhere", headers=headers)
    assert answer.status_code == 404
    assert f'<html lang="{language}">' in answer.text


def test_rules_of_the_service_are_told_in_their_own_words(service: CommittingFlask) -> None:
    gone = service.test_client().get("/en/settings/close/410")
    assert "Too late" in gone.text
    rule = service.test_client().get("/en/settings/close/1")
    assert (rule.status_code, heading(rule.text)) == (400, "That could not be done")
    assert "A rule" in rule.text


def test_a_request_that_is_too_big_is_told_so(service: CommittingFlask) -> None:
    answer = service.test_client().post("/en/settings/edit", data={"story": "x" * (17 * 1024 * 1024)})
    assert answer.status_code == 413
    assert heading(answer.text) == "That is too big for us to take in"


def test_a_fault_has_a_reference_that_is_in_the_log(service: CommittingFlask, caplog: Any) -> None:
    page = service.test_client().get("/en/settings/close/500").text
    found = re.search(r"reference: ([0-9a-f]{8})", page)
    assert found
    assert f"fault {found[1]} at /en/settings/close/<int:code>" in caplog.text


@pytest.mark.parametrize("code", [404, 500])
def test_a_page_comes_when_rendering_fails(
    service: CommittingFlask, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: Any, **_values: Any) -> str:
        raise RuntimeError("secret internals")

    monkeypatch.setattr(errors, "render_template", broken)
    plain_page(service.test_client().get(f"/en/settings/close/{code}"))


@pytest.mark.parametrize("address", ["/en/", "/en/settings/close/404", "/en/settings/close/500", "/nowhere"])
def test_a_page_comes_when_the_database_is_away(
    service: CommittingFlask, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_arguments: Any, **_values: Any) -> Any:
        raise OperationalError("SELECT", {}, Exception("secret internals"))

    monkeypatch.setattr("sqlalchemy.orm.Session.execute", away)
    monkeypatch.setattr("sqlalchemy.orm.Session.scalars", away)
    monkeypatch.setattr("sqlalchemy.orm.Session.get", away)
    monkeypatch.setattr("sqlalchemy.orm.Session.rollback", away)
    client = service.test_client()
    with client.session_transaction() as visit:
        visit["_user_id"] = "somebody"
    plain_page(client.get(address))


def plain_page(answer: Any) -> None:
    assert answer.status_code == 500
    assert "Aeth rhywbeth o’i le" in answer.text
    assert "Something went wrong" in answer.text
    assert 'href="/cy/"' in answer.text
    assert 'href="/en/"' in answer.text
    assert answer.text.count("<h1>") == 1
    assert "secret internals" not in answer.text
    assert answer.headers["Content-Security-Policy"]
