"""Answering on the web, without scripts: nothing typed is lost, nothing is counted twice, too late is said kindly."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from citizen_platform.consultations.models import Stage
from citizen_platform.contributions.models import Contribution, Receipt
from citizen_platform.contributions.queries import receipt_by_code
from citizen_platform.core.database import session
from citizen_platform.submissions.models import Answer, Draft, Submission
from tests import make


def number(model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def place(consultation: Any, step: str = "") -> str:
    return f"/en/consultations/{consultation.reference}/answer{step}"


def typed(consultation: Any, **answers: str) -> dict[str, str]:
    """Form fields by question code."""
    return {f"question_{q.id}": answers[q.code] for q in consultation.questions if q.code in answers}


def code_on(page: Any) -> str:
    return "".join(re.findall(r"<span>([0-9A-Z]{4})</span>", page.text))


def answered(client: Any, consultation: Any, **answers: str) -> str:
    assert client.post(place(consultation), data=typed(consultation, **answers)).status_code == 303
    assert client.post(place(consultation, "/check")).status_code == 303
    return code_on(client.get(place(consultation, "/sent")))


def test_from_question_to_receipt(client: Any) -> None:
    about = make.consultation()
    page = client.get(place(about))
    assert page.status_code == 200 and "Strongly agree" in page.text
    assert number(Draft) == 0, "looking writes nothing"
    kept = client.post(place(about), data=typed(about, q1="Bws <b>hwyr</b>\r\n\r\nEto", q2="yes", q3="2"))
    assert kept.status_code == 303 and kept.location.endswith("/answer/check")
    check = client.get(kept.location)
    assert "Bws &lt;b&gt;hwyr" in check.text and "Disagree" in check.text and "Yes (en)" in check.text
    assert f"#question_{about.questions[0].id}" in check.text
    assert number(Submission) == 0
    sent = client.post(place(about, "/check"))
    code = code_on(client.get(sent.location))
    assert receipt_by_code(code) is not None
    assert session.scalars(select(Contribution.text)).all() == ["Bws <b>hwyr</b>\n\nEto"]
    assert sorted(session.scalars(select(Answer.value))) == ["2", "yes"]


def test_sending_again_back_and_in_another_tab_is_one_answer_with_one_code(client: Any) -> None:
    about = make.consultation()
    code = answered(client, about, q1="Once")
    for _again in range(2):
        again = client.post(place(about, "/check"))
        assert again.status_code == 303 and code_on(client.get(again.location)) == code
    assert client.get(place(about)).location.endswith("/answer/sent")
    assert client.get(place(about, "/check")).location.endswith("/answer/sent")
    assert number(Submission) == number(Receipt) == 1


def test_words_in_a_second_tab_are_not_lost_after_sending_in_the_first(client: Any) -> None:
    about = make.consultation()
    first = answered(client, about, q1="First")
    refused = client.post(place(about), data=typed(about, q1="Words of the second tab"))
    assert (
        refused.status_code == 422
        and "Words of the second tab" in refused.text
        and 'name="another"' in refused.text
    )
    client.post(place(about), data={**typed(about, q1="Words of the second tab"), "another": "y"})
    client.post(place(about, "/check"))
    assert code_on(client.get(place(about, "/sent"))) != first
    assert number(Submission) == 2


def test_the_next_person_at_a_shared_screen_starts_afresh(client: Any) -> None:
    about = make.consultation()
    first = answered(client, about, q1="Mine")
    cleared = client.post(place(about, "/sent"))
    assert cleared.status_code == 303 and cleared.location.endswith("/answer")
    page = client.get(cleared.location)
    assert page.status_code == 200 and "Mine" not in page.text
    assert client.get(place(about, "/sent")).status_code == 303
    assert answered(client, about, q1="Theirs") != first


def test_going_back_finds_what_was_typed(client: Any) -> None:
    about = make.consultation()
    client.post(place(about), data=typed(about, q1="Kept words", q3="4"))
    page = client.get(place(about))
    assert "Kept words" in page.text and re.search(r'value="4" checked', page.text)


def test_the_other_language_keeps_words_and_checks_nothing(client: Any) -> None:
    about = make.consultation()
    welsh = f"/cy/ymgyngoriadau/{about.reference}/ateb"
    page = client.post(welsh, data={**typed(about, q1="Half a sent", q2="no"), "switch_language": "cy"})
    assert page.status_code == 200 and "Half a sent" in page.text and 'value="no" checked' in page.text
    assert '<html lang="cy"' in page.text and number(Draft) == 0


def test_all_empty_is_not_an_answer(client: Any) -> None:
    about = make.consultation()
    page = client.post(place(about), data=typed(about, q1="  ", q4="\n"))
    assert page.status_code == 422 and "Answer at least one question" in page.text
    assert f'href="#question_{about.questions[0].id}"' in page.text
    assert number(Draft) == 0
    assert client.get(place(about, "/check")).location.endswith("/answer")


def test_a_required_question_is_named_at_its_place(client: Any) -> None:
    about = make.consultation()
    about.questions[2].required = True
    page = client.post(place(about), data=typed(about, q1="Kept though refused"))
    assert page.status_code == 422 and "Choose an answer: Agree? (en)" in page.text
    assert "Not a valid choice" not in page.text
    assert "Kept though refused" in page.text


def test_a_choice_that_was_not_offered_is_refused(client: Any) -> None:
    about = make.consultation()
    assert client.post(place(about), data=typed(about, q2="maybe")).status_code == 422
    assert number(Draft) == 0


def test_a_megabyte_is_refused_at_its_place_and_kept(client: Any) -> None:
    about = make.consultation()
    long = "gair " * 210_000
    page = client.post(place(about), data=typed(about, q1=long, q4="short"))
    assert page.status_code == 422 and "1,050,000 characters" in page.text
    assert page.text.count("gair ") >= 210_000 and "short" in page.text


@pytest.mark.parametrize("stage", [Stage.CLOSED, Stage.ANALYSING, Stage.ANSWERED])
def test_too_late_is_gone_in_the_readers_language(client: Any, stage: Stage) -> None:
    about = make.consultation(stage=stage)
    english, welsh = client.get(place(about)), client.get(f"/cy/ymgyngoriadau/{about.reference}/ateb")
    assert english.status_code == welsh.status_code == 410
    assert "This consultation has closed" in english.text and '<html lang="cy"' in welsh.text


def test_words_written_before_closing_are_shown_not_lost(client: Any) -> None:
    about = make.consultation()
    client.post(place(about), data=typed(about, q1="Almost in time", q2="yes"))
    about.closes_at = datetime.now(UTC) - timedelta(seconds=1)
    for page in (
        client.get(place(about)),
        client.get(place(about, "/check")),
        client.post(place(about, "/check")),
        client.post(place(about), data=typed(about, q1="Almost in time")),
    ):
        assert page.status_code == 410 and "Almost in time" in page.text and "was not sent" in page.text
    assert number(Submission) == 0


def test_a_receipt_stays_after_closing(client: Any) -> None:
    about = make.consultation()
    code = answered(client, about, q1="In time")
    about.closes_at = datetime.now(UTC) - timedelta(seconds=1)
    page = client.get(place(about, "/sent"))
    assert page.status_code == 200 and code_on(page) == code


@pytest.mark.parametrize("step", ["", "/check", "/sent"])
def test_a_draft_is_nobodys_to_answer(client: Any, step: str) -> None:
    about = make.consultation(stage=Stage.DRAFT)
    assert client.get(place(about, step)).status_code == 404
    assert client.post(place(about, step), data={}).status_code == 404


def test_another_session_sees_nothing_of_mine(app: Any, client: Any) -> None:
    about = make.consultation()
    answered(client, about, q1="Private words")
    stranger = app.test_client()
    assert "Private words" not in stranger.get(place(about)).text
    assert stranger.get(place(about, "/sent")).status_code == 303


def test_without_its_token_nothing_is_taken(app: Any, client: Any) -> None:
    about = make.consultation()
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        assert client.post(place(about), data=typed(about, q1="x")).status_code == 400
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert number(Draft) == 0
