"""What guards every page: headers, hosts, cookies, forged posts, addresses to go on to, and codes people type."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from citizen_platform import create_app
from citizen_platform.core.database import CommittingFlask, db
from citizen_platform.core.security import (
    ALPHABET,
    derived_code,
    digest,
    in_groups,
    network_digest,
    new_code,
    read_code,
    safe_next,
)
from tests.conftest import own_database, settings_for
from tests.core.conftest import trial_pages

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
ORIGIN = "https://dolen.example"


@pytest.fixture(scope="module")
def production(tmp_path_factory: Any, worker_id: str) -> Iterator[CommittingFlask]:
    """The service as the public meets it, behind one proxy, forms guarded."""
    folder: Path = tmp_path_factory.mktemp("production")
    settings = dataclasses.replace(
        settings_for(folder, own_database(f"{worker_id}_production")),
        origin=ORIGIN,
        mail_url="smtp://mail.example",
        proxies=1,
    )
    app = create_app(settings)
    app.register_blueprint(trial_pages())
    with app.app_context():
        db.create_all()
    yield app
    with app.app_context():
        db.engine.dispose()


# Headers


@pytest.mark.parametrize(
    "address", ["/", "/en/", "/cy/", "/en/nowhere", "/nowhere", "/en/settings/close/500", "/healthz"]
)
def test_every_answer_has_exactly_these_headers(
    service: CommittingFlask, production: CommittingFlask, address: str
) -> None:
    for app, base in ((service, "http://127.0.0.1"), (production, ORIGIN)):
        headers = app.test_client().get(address, base_url=base).headers
        assert {name: headers.get(name) for name in HEADERS} == HEADERS
        assert headers["Cache-Control"] == "private, no-store"
        assert "Cookie" in headers["Vary"]
        expected = "max-age=31536000; includeSubDomains" if app is production else None
        assert headers.get("Strict-Transport-Security") == expected


def test_static_files_have_the_headers_and_may_be_kept(service: CommittingFlask) -> None:
    headers = service.test_client().get("/static/dolen.css").headers
    assert {name: headers.get(name) for name in HEADERS} == HEADERS
    assert "no-store" not in headers["Cache-Control"]
    assert "Set-Cookie" not in headers


# Hosts and cookies


@pytest.mark.parametrize(
    "host", ["evil.example", "dolen.example.evil.example", "127.0.0.1", "a@dolen.example", ""]
)
def test_other_hosts_are_not_answered(production: CommittingFlask, host: str) -> None:
    answer = production.test_client().get("/en/", base_url=ORIGIN, headers={"Host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.text


def test_a_forwarded_host_is_not_believed(production: CommittingFlask) -> None:
    answer = production.test_client().get(
        "/en/", base_url=ORIGIN, headers={"X-Forwarded-Host": "evil.example"}
    )
    assert answer.status_code == 200
    assert "evil" not in answer.text


def test_cookies_are_guarded_in_production(production: CommittingFlask) -> None:
    client = production.test_client()
    cookies = client.get("/en/settings/edit", base_url=ORIGIN).headers.getlist("Set-Cookie")
    assert sorted(cookie.split("=")[0] for cookie in cookies) == ["__Host-dolen", "language"]
    for cookie in cookies:
        parts = set(cookie.split("; "))
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= parts
        assert not any(part.startswith("Domain") for part in parts)


def test_the_proxys_word_is_taken_only_where_there_is_one(
    service: CommittingFlask, production: CommittingFlask
) -> None:
    seen = {}
    for app, base in ((service, "http://127.0.0.1"), (production, ORIGIN)):
        app.before_request_funcs.setdefault(None, []).append(lambda: seen.update(network=network_digest()))
        found = []
        for address in ("203.0.113.5", "198.51.100.7"):
            app.test_client().get("/healthz", base_url=base, headers={"X-Forwarded-For": address})
            found.append(seen["network"])
        app.before_request_funcs[None].pop()
        assert (found[0] != found[1]) == (app is production)


# Forged posts


def token_of(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found
    return found[1]


def test_a_post_without_its_token_gets_a_page_that_helps(production: CommittingFlask) -> None:
    for address, heading in (
        ("/en/settings/edit", "Please send the form again"),
        ("/cy/gosodiadau/golygu", "Anfonwch y ffurflen eto"),
    ):
        for data in ({}, {"csrf_token": "wrong"}):
            answer = production.test_client().post(address, base_url=ORIGIN, data=data)
            assert answer.status_code == 400
            assert f"<h1>{heading}</h1>" in answer.text


def test_a_post_with_its_token_is_taken_though_browsers_send_no_referrer(production: CommittingFlask) -> None:
    client = production.test_client()
    token = token_of(client.get("/en/settings/edit", base_url=ORIGIN).text)
    data = {"csrf_token": token, "title": "a", "name-cy": "a", "name-en": "b"}
    assert client.post("/en/settings/edit", base_url=ORIGIN, data=data).status_code == 200
    assert production.test_client().post("/en/settings/edit", base_url=ORIGIN, data=data).status_code == 400


# Addresses


@pytest.mark.parametrize(
    "target",
    [
        "", None, "//evil.example", "///evil.example", "////evil.example", "/\\evil.example", "\\\\evil.example",
        "/\\/evil.example", "\\/evil.example", "/\t/evil.example", "/\n/evil.example", "/\r\n/evil.example",
        "\t//evil.example", " //evil.example", "https://evil.example", "https:evil.example", "http:/evil.example",
        "HTTPS://evil.example", "javascript:alert(1)", "data:text/html,x", "evil.example", "en/desk", "?next=/",
        "#", "@evil.example", "/\x00/evil.example", "/\x7f/evil.example", "/\x85/evil.example",
        "/\u2028/evil.example", "/en/\u00a0desk", "/en/desk\\..", "/\u202eevil", "/\ufeff/evil.example",
        "http://127.0.0.1:8000@evil.example/", "/en/a b",
    ],
)  # fmt: skip
def test_going_on_to_another_site_is_refused(target: str | None) -> None:
    assert safe_next(target, "/home") == "/home"


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "/en/desk",
        "/cy/desg/tirwen?tudalen=2&q=m%C3%B4r",
        "/en/x#y",
        "/%09/evil.example",
        "/en//x",
        "/cy/tŷ",
        "/@x",
    ],
)
def test_going_on_within_the_site_is_allowed(target: str) -> None:
    assert safe_next(target, "/home") == target


@pytest.mark.parametrize(
    "address", ["/en/consultations/%00", "/en/consultations?q=%00", "/en/?%00=1", "/%00"]
)
def test_an_address_with_a_nul_is_no_page(service: CommittingFlask, address: str) -> None:
    assert service.test_client().get(address).status_code == 404


@pytest.mark.parametrize(
    "address", ["/en/consultations/%ff%fe", "/en/%ED%A0%80", "/en/?q=%ED%A0%80", "/%", "/en/?%"]
)
def test_no_address_is_a_fault(service: CommittingFlask, address: str) -> None:
    assert service.test_client().get(address).status_code < 500


# Codes


def test_codes_are_read_as_they_were_issued_whatever_was_typed() -> None:
    code = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    assert set(code) == set(ALPHABET)
    for typed in (
        code.lower(),
        in_groups(code),
        in_groups(code, 3).replace("-", " – "),
        code.replace("0", "O").replace("1", "I").replace("V", "u"),
        code.replace("0", "o").replace("1", "l"),
        f"\u00a0{code}.\n",
    ):
        assert read_code(typed) == code
    assert read_code("ŵ <>") == ""
    assert in_groups("ABCDEFGHIJ") == "ABCD-EFGH-IJ"


def test_codes_are_random_and_derived_codes_are_the_same_each_time() -> None:
    assert len({new_code(28) for _time in range(200)}) == 200
    assert read_code(new_code(28)) != ""
    assert set("".join(new_code(28) for _time in range(200))) == set(ALPHABET)
    code = derived_code("key", "draft:1")
    assert (len(code), read_code(code)) == (28, code)
    assert code == derived_code("key", "draft:1")
    assert len({code, derived_code("key", "draft:2"), derived_code("other", "draft:1")}) == 3


def test_a_secret_is_kept_as_its_digest() -> None:
    assert digest("secret") == "K7gNU3sdo-OL0wNhqoVWhr3g6s1xYv72ol_pe_Unols"


def test_an_ipv6_network_is_one_visitor(service: CommittingFlask) -> None:
    def network(address: str) -> str:
        with service.test_request_context("/en/", environ_base={"REMOTE_ADDR": address}):
            return network_digest()

    assert network("2001:db8:1:2::1") == network("2001:db8:1:2:ffff::9")
    assert network("2001:db8:1:2::1") != network("2001:db8:1:3::1")
    assert network("203.0.113.5") != network("203.0.113.6")
    assert "203" not in network("203.0.113.5") or len(network("203.0.113.5")) == 64
    assert network("") == network("")
