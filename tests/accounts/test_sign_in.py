"""Sign-in: who gets in, who does not, and what each is told."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from citizen_platform.accounts import services
from citizen_platform.accounts.models import Person, Role
from citizen_platform.accounts.views import IDLE_SECONDS
from citizen_platform.core.errors import DomainError
from tests import make

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
PASSWORD = "pedair draenog ar y to"
TOKEN = re.compile(r'name="csrf_token" value="[^"]+"')


@pytest.fixture
def siwan(app: Any) -> Person:
    person = make.person("tirwen", Role.ANALYST, email="siwan@example.test", language="cy")
    person.password = services.password_hash(PASSWORD)
    return person


def sign_in(client: Any, email: str = "siwan@example.test", password: str = PASSWORD, query: str = "") -> Any:
    return client.post(f"/en/sign-in{query}", data={"email": email, "password": password})


def test_the_right_password_opens_the_desk_in_the_persons_language(client: Any, siwan: Person) -> None:
    answer = sign_in(client, " Siwan@Example.Test ", query="?next=/en/desk/tirwen?page=2")
    assert (answer.status_code, answer.location) == (303, "/cy/desg/tirwen?page=2")
    assert client.get("/cy/desg/tirwen").status_code == 200


def test_an_unknown_address_and_a_wrong_password_are_told_the_same(client: Any, siwan: Person) -> None:
    wrong = sign_in(client, password="something else entirely")
    unknown = sign_in(client, email="nobody@example.test")
    assert wrong.status_code == unknown.status_code == 422
    assert "The e-mail address or the password is not right" in wrong.text
    same = unknown.text.replace("nobody@example.test", "siwan@example.test")
    assert TOKEN.sub("", same) == TOKEN.sub("", wrong.text)
    assert client.get("/cy/desg").status_code == 302


def test_an_unknown_address_costs_the_same_work(app: Any, real_hashing: None, siwan: Person) -> None:
    spent = []
    make.session.commit()
    for email in ("siwan@example.test", "nobody@example.test"):
        began = time.process_time()
        with app.test_request_context(), pytest.raises(DomainError):
            services.sign_in(email, "not this one at all", network="n", now=NOW)
        spent.append(time.process_time() - began)
    assert 0.3 < spent[0] / spent[1] < 3


def test_a_closed_account_cannot_sign_in_or_stay(client: Any, siwan: Person) -> None:
    assert sign_in(client).status_code == 303
    siwan.active = False
    assert client.get("/cy/desg/tirwen").status_code == 302
    assert sign_in(client).status_code == 422


def test_typed_words_stay_and_the_password_does_not(client: Any, siwan: Person) -> None:
    answer = sign_in(client, password="not the right one")
    assert 'value="siwan@example.test"' in answer.text
    assert "not the right one" not in answer.text


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "///evil.example", "https://evil.example/", "/\\evil.example", "/%09/evil.example",
     "/\t/evil.example", "javascript:alert(1)", "/cy/../../evil", "/en/sign-out", "/no/such/page"],
)  # fmt: skip
def test_signing_in_never_leads_off_the_site(client: Any, siwan: Person, target: str) -> None:
    answer = client.post(
        "/en/sign-in",
        query_string={"next": target},
        data={"email": "siwan@example.test", "password": PASSWORD},
    )
    assert (answer.status_code, answer.location) == (303, "/cy/desg")


def test_a_page_for_staff_asks_to_sign_in_and_comes_back(client: Any, siwan: Person) -> None:
    asked = client.get("/cy/desg/tirwen")
    assert asked.location == "/cy/mewngofnodi?next=/cy/desg/tirwen"
    answer = client.post(asked.location, data={"email": "siwan@example.test", "password": PASSWORD})
    assert answer.location == "/cy/desg/tirwen"


def test_signing_in_keeps_nothing_of_the_session_before(client: Any, siwan: Person) -> None:
    with client.session_transaction() as before:
        before["planted"] = "by somebody else"
    sign_in(client)
    with client.session_transaction() as after:
        assert "planted" not in after


def test_guessing_is_stopped_and_the_right_password_has_to_wait(client: Any, siwan: Person) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        for _try in range(services.TRIES_PER_ADDRESS):
            assert sign_in(client, password="wrong wrong wrong").status_code == 422
        stopped = sign_in(client)
        assert stopped.status_code == 429
        assert "Wait five minutes" in stopped.text
        clock.shift(timedelta(minutes=5, seconds=1))
        assert sign_in(client).status_code == 303


def test_guessing_many_addresses_from_one_network_is_stopped(client: Any, siwan: Person) -> None:
    for number in range(services.TRIES_PER_NETWORK):
        assert sign_in(client, email=f"guess{number}@example.test").status_code == 422
    assert sign_in(client).status_code == 429


def test_signing_in_rightly_is_never_too_often(client: Any, siwan: Person) -> None:
    for _time in range(services.TRIES_PER_ADDRESS + 2):
        assert sign_in(client).status_code == 303
        client.post("/en/sign-out")


def test_half_an_hour_without_a_page_signs_out(client: Any, siwan: Person) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        sign_in(client)
        clock.shift(timedelta(minutes=29))
        assert client.get("/cy/desg/tirwen").status_code == 200
        clock.shift(timedelta(minutes=29))
        assert client.get("/cy/desg/tirwen").status_code == 200
        clock.shift(timedelta(minutes=31))
        assert client.get("/cy/desg/tirwen").status_code == 302
        assert "half an hour" in client.get("/en/sign-in").text


def test_signing_out_is_a_press_not_a_link(client: Any, siwan: Person) -> None:
    sign_in(client)
    assert client.get("/en/sign-out").status_code == 405
    assert client.post("/en/sign-out").status_code == 303
    assert client.get("/en/desk").status_code == 302


def test_the_language_switch_keeps_the_address_typed(client: Any, siwan: Person) -> None:
    answer = client.post(
        "/cy/mewngofnodi?next=/en/desk", data={"email": "siw", "password": "x", "switch_language": "cy"}
    )
    assert answer.status_code == 200
    assert 'value="siw"' in answer.text


def test_passwords_are_kept_as_argon2(real_hashing: None, siwan: Person) -> None:
    assert siwan.password is not None
    assert siwan.password.startswith("$argon2id$")


def test_words_written_for_too_long_are_given_back(staff: Any) -> None:
    client = staff("tirwen", Role.POLICY_OFFICER)
    with client.session_transaction() as visit:
        visit["seen"] = visit["since"] = int(datetime.now(UTC).timestamp()) - IDLE_SECONDS - 60
    place = "/cy/desg/tirwen/ymgyngoriadau/newydd"
    late = client.post(place, data={"title-cy": "Hanner awr o <waith>", "title-en": "", "seen": "0123abcd"})
    assert late.status_code == 401
    assert "Hanner awr o &lt;waith&gt;" in late.text and "0123abcd" not in late.text
    assert "Does dim byd wedi’i gadw." in late.text
    assert f"next={place}" in late.text
    assert client.get(place).status_code == 302


def test_a_press_after_too_long_does_not_lead_to_a_page_that_cannot_be_opened(client: Any) -> None:
    late = client.post("/en/desk/tirwen/consultations/X/decisions/1/publish")
    assert late.status_code == 401
    assert "/en/sign-in" in late.text and "next=" not in late.text
