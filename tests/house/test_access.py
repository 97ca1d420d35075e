"""Every page says who may open it, in both languages, and nobody else can."""

from __future__ import annotations

from typing import Any

from citizen_platform.core.database import CommittingFlask
from citizen_platform.core.i18n import PATH_WORDS
from citizen_platform.core.security import ACCESS, PUBLIC


def test_every_route_declares_its_access(app: CommittingFlask) -> None:
    undeclared = {rule.endpoint for rule in app.url_map.iter_rules()} - set(ACCESS)
    assert undeclared == set()


def test_a_route_without_declared_access_is_refused(
    app: CommittingFlask, client: Any, monkeypatch: Any
) -> None:
    assert client.get("/en/consultations").status_code == 200
    monkeypatch.delitem(ACCESS, "consultations.index")
    assert client.get("/en/consultations").status_code == 500


def test_every_page_has_both_languages(app: CommittingFlask) -> None:
    languages: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        if rule.defaults and "lang_code" in rule.defaults:
            languages.setdefault(rule.endpoint, set()).add(rule.defaults["lang_code"])
    assert languages
    assert {endpoint for endpoint, found in languages.items() if found != {"cy", "en"}} == set()


def test_pages_of_a_body_are_never_public(app: CommittingFlask) -> None:
    desk = {rule.endpoint for rule in app.url_map.iter_rules() if "<body>" in rule.rule}
    assert desk
    assert {endpoint for endpoint in desk if ACCESS[endpoint] is PUBLIC} == set()


def test_an_unknown_visitor_is_sent_to_sign_in(app: CommittingFlask, client: Any) -> None:
    answer = client.get("/cy/desg")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/cy/mewngofnodi")


def test_words_of_addresses_are_plain_and_lead_to_one_place() -> None:
    assert len(set(PATH_WORDS.values())) == len(PATH_WORDS)
    for word in [*PATH_WORDS, *PATH_WORDS.values()]:
        assert word.isascii() and word == word.lower()


def test_headers_are_on_every_answer(app: CommittingFlask, client: Any) -> None:
    for address in ("/", "/cy/", "/en/nothing-here", "/static/dolen.css", "/healthz"):
        headers = client.get(address).headers
        assert "unsafe-inline" not in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"


def test_a_host_that_is_not_ours_is_refused(app: CommittingFlask, client: Any) -> None:
    assert client.get("/en/", base_url="http://evil.example").status_code == 400


def test_a_form_without_its_token_changes_nothing(
    app: CommittingFlask, client: Any, monkeypatch: Any
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    answer = client.post("/cy/mewngofnodi", data={"email": "a@example.test", "password": "x"})
    assert answer.status_code == 400
    assert 'lang="cy"' in answer.text
