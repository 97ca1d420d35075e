"""The receipt: each step stands on it only when it happened, and only what is public."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from citizen_platform.accounts.models import Role
from citizen_platform.accounts.services import TRIES_PER_NETWORK
from citizen_platform.consultations.models import Stage
from citizen_platform.contributions import services as contributions
from citizen_platform.contributions.models import Door
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.database import session
from citizen_platform.core.security import in_groups
from citizen_platform.decisions import queries, services
from citizen_platform.decisions.models import Answer
from citizen_platform.decisions.queries import Step
from citizen_platform.themes import services as themes
from tests import make
from tests.conftest import NOW
from tests.decisions.test_decisions import whole
from tests.themes.made import theme

pytestmark = pytest.mark.usefixtures("app")


def page_of(client: Any, code: str) -> str:
    answer = client.get(f"/en/receipts/{in_groups(code)}")
    assert answer.status_code == 200
    return str(answer.text)


def test_each_step_appears_only_when_it_happened(client: Any) -> None:
    about = make.consultation(stage=Stage.ANALYSING, feedback_due_on=date(2099, 1, 31))
    row, code = make.contribution(about, "Mae'r bws yn hwyr.", language="cy", door=Door.PAPER)
    by = make.person("tirwen", Role.ANALYST, Role.POLICY_OFFICER)

    received = page_of(client, code)
    assert "Received" in received
    assert "on paper" in received
    assert "Read by a person" not in received
    assert "Not answered yet. The answer is due by 31 January 2099." in received
    assert re.search(r'lang="cy"><p>Mae(&#39;|\')r bws yn hwyr', received)

    session.refresh(by)
    now = datetime.now(UTC)
    contributions.mark_read([row], by=by, now=now)
    assert "Read by a person" in page_of(client, code)

    made = theme(about, row, by=by, name=Bilingual("Bysiau", "Buses"), signed_off=False)
    assert "Buses" not in page_of(client, code)
    themes.sign_off(made, by=by, now=now)
    grouped = page_of(client, code)
    assert "Put under the theme “Buses”" in grouped
    assert "Not answered yet" in grouped

    decision = services.draft(made, whole(what_we_will_do=Bilingual("Mwy", "More buses")), by=by, now=NOW)
    draft = page_of(client, code)
    assert "More buses" not in draft
    assert "Answered" not in draft
    services.publish(decision, by=by, now=now + timedelta(days=1))
    answered = page_of(client, code)
    assert "Answered: Adopted" in answered
    assert "More buses" in answered
    assert f"/en/decisions/{decision.number}" in answered
    assert "Not answered yet" not in answered
    welsh = client.get(f"/cy/derbynebau/{in_groups(code)}").text
    assert "Bysiau" in welsh
    steps = [happened.step for happened in queries.story(row.receipt).steps]
    assert steps == [Step.ANSWERED, Step.GROUPED, Step.READ, Step.RECEIVED]


def test_a_statement_read_in_part_says_how_many(client: Any) -> None:
    about = make.consultation(stage=Stage.CLOSED)
    row, code = make.contribution(about, "One")
    contributions.receive(row.receipt, "Two", question=about.questions[0], now=NOW)
    contributions.mark_read([row], by=make.person("tirwen", Role.SCREENER), now=NOW)
    assert "1 of your 2 statements" in page_of(client, code)


def test_another_persons_words_are_never_on_a_receipt(client: Any) -> None:
    about = make.consultation(stage=Stage.ANALYSING)
    mine, code = make.contribution(about, "My own words")
    theirs, _code = make.contribution(about, "Their private words")
    theme(about, mine, theirs)
    page = page_of(client, code)
    assert "My own words" in page
    assert "Their private words" not in page


def test_a_statement_put_into_an_answered_theme_later_keeps_the_order_of_steps() -> None:
    about = make.consultation(stage=Stage.ANALYSING)
    first, _code = make.contribution(about, "First")
    late, _code = make.contribution(about, "Late")
    by = make.person("tirwen", Role.ANALYST, Role.POLICY_OFFICER)
    made = theme(about, first, by=by)
    decision = services.draft(made, whole(), by=by, now=NOW)
    services.publish(decision, by=by, now=NOW)
    themes.add_statement(made, late, by=by, now=NOW + timedelta(days=9))
    steps = {happened.step: happened.at for happened in queries.story(late.receipt).steps}
    assert steps[Step.GROUPED] == steps[Step.ANSWERED] == NOW + timedelta(days=9)


def test_a_receipt_without_a_consultation_shows_its_path(client: Any) -> None:
    for door in (Door.PROPOSAL, Door.ASSEMBLY):
        receipt, code = contributions.give_receipt(None, door=door, language="en", now=NOW)
        contributions.receive(receipt, "A proposal of mine", now=NOW)
        page = page_of(client, code)
        assert "A proposal of mine" in page
        assert "What happens next appears here." in page


def test_chosen_answers_alone_have_a_receipt_too(client: Any) -> None:
    about = make.consultation()
    _receipt, code = contributions.give_receipt(about, door=Door.WEB, language="en", now=NOW)
    assert "You wrote nothing in your own words here." in page_of(client, code)


def test_a_code_is_found_however_it_is_typed(client: Any) -> None:
    _row, code = make.contribution(make.consultation())
    for typed in (
        code,
        in_groups(code),
        in_groups(code).lower(),
        " ".join(code),
        code.replace("0", "o").replace("1", "l"),
    ):
        answer = client.post("/en/receipts", data={"code": typed})
        assert answer.status_code == 303, typed
        assert answer.location.endswith(f"/en/receipts/{in_groups(code)}")
        assert client.get(answer.location).status_code == 200


def test_every_wrong_code_gets_the_same_words_at_its_place(client: Any) -> None:
    _row, code = make.contribution(make.consultation())
    wrong = "There is no receipt with this code."
    for typed in ("A" * 28, code[:-1], "?", "<script>"):
        answer = client.post("/en/receipts", data={"code": typed})
        assert answer.status_code == 422
        assert wrong in answer.text
        assert 'id="code-error"' in answer.text
    assert "Enter the code from your receipt" in client.post("/en/receipts", data={"code": " "}).text
    assert client.get(f"/en/receipts/{'A' * 28}").status_code == 404
    assert client.get("/cy/derbynebau/dim-byd").status_code == 404


def test_guessing_is_stopped_and_a_right_code_does_not_count(client: Any) -> None:
    _row, code = make.contribution(make.consultation())
    for _try in range(TRIES_PER_NETWORK + 5):
        assert client.post("/en/receipts", data={"code": code}).status_code == 303
    for _try in range(TRIES_PER_NETWORK):
        assert client.post("/en/receipts", data={"code": "WRONG"}).status_code == 422
    stopped = client.post("/en/receipts", data={"code": code})
    assert stopped.status_code == 429
    assert "too many tries" in stopped.text


def test_a_receipt_is_kept_out_of_caches_and_search(client: Any) -> None:
    _row, code = make.contribution(make.consultation())
    answer = client.get(f"/en/receipts/{code}")
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert '<meta name="robots" content="noindex, nofollow">' in answer.text


def test_a_refusal_without_action_shows_its_reason_on_the_receipt(client: Any) -> None:
    about = make.consultation(stage=Stage.ANALYSING)
    row, code = make.contribution(about)
    made = theme(about, row)
    by = make.person("tirwen", Role.POLICY_OFFICER)
    content = whole(
        Answer.NOT_POSSIBLE, what_we_will_do=Bilingual(), why=Bilingual("Y gyfraith", "The law forbids it")
    )
    services.publish(services.draft(made, content, by=by, now=NOW), by=by, now=NOW)
    session.commit()
    page = page_of(client, code)
    assert "Answered: Not possible" in page
    assert "The law forbids it" in page
