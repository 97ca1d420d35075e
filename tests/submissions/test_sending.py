"""Answers are taken in once, wholly, and by one function whatever the door."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from citizen_platform.consultations.models import Stage
from citizen_platform.contributions import queries as contributions
from citizen_platform.contributions.models import Contribution, Door, Receipt
from citizen_platform.core.database import CommittingFlask, session
from citizen_platform.core.errors import DomainError, Gone
from citizen_platform.core.events import Event
from citizen_platform.core.jobs import Job
from citizen_platform.core.security import in_groups
from citizen_platform.submissions import services
from citizen_platform.submissions.models import Answer, Submission
from tests import make
from tests.conftest import NOW

pytestmark = pytest.mark.usefixtures("app")


def number(model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def drafted(consultation, **answers: str):  # type: ignore[no-untyped-def]
    draft, secret = services.start_draft(consultation, language="cy", now=NOW)
    services.save_draft(draft, answers, language="cy", now=NOW)
    return draft, secret


def opened():  # type: ignore[no-untyped-def]
    return make.consultation(opened_at=NOW - timedelta(days=1), closes_at=NOW + timedelta(days=1))


def test_sending_twice_is_one_submission_and_one_code(app: CommittingFlask) -> None:
    draft, secret = drafted(opened(), q1="Rhy ychydig o fysiau.", q2="yes", q3="5")
    first, code = services.send(draft, secret, now=NOW)
    again, same_code = services.send(draft, secret, now=NOW + timedelta(days=9))
    assert (first.id, code) == (again.id, same_code)
    assert number(Submission) == number(Receipt) == number(Contribution) == 1
    assert {(answer.value) for answer in first.answers} == {"yes", "5"}
    assert session.scalar(select(Event.verb).where(Event.verb == "submission.received"))
    assert session.scalar(select(Job.kind)) == "contributions.detect"


def test_the_code_opens_the_receipt_however_it_is_typed() -> None:
    draft, secret = drafted(opened(), q1="Geiriau")
    submission, code = services.send(draft, secret, now=NOW)
    found = contributions.receipt_by_code(f"  {in_groups(code).lower().replace('-', ' ')} ")
    assert found is not None and found.id == submission.receipt_id
    assert secret not in code and len(code) == 28
    assert contributions.receipt_by_code("") is None


def test_sent_words_stay_in_one_place() -> None:
    draft, secret = drafted(opened(), q1="Geiriau")
    services.send(draft, secret, now=NOW)
    assert draft.answers == {}


def test_too_late_is_too_late_and_keeps_the_words() -> None:
    consultation = opened()
    draft, secret = drafted(consultation, q1="Geiriau")
    with pytest.raises(Gone):
        services.send(draft, secret, now=consultation.closes_at)
    assert draft.answers == {"q1": "Geiriau"} and number(Submission) == 0


def test_nothing_answered_is_refused() -> None:
    draft, secret = drafted(opened(), q1="   ", q4="\n")
    with pytest.raises(services.NothingAnswered):
        services.send(draft, secret, now=NOW)


def test_a_required_question_needs_its_answer() -> None:
    consultation = opened()
    consultation.questions[2].required = True
    draft, secret = drafted(consultation, q1="Geiriau")
    with pytest.raises(DomainError) as refusal:
        services.send(draft, secret, now=NOW)
    assert refusal.value.field == "q3"


def test_one_one_time_code_counts_once_from_two_places() -> None:
    consultation = opened()
    sent = []
    for words in ("one", "two"):
        draft, secret = services.start_draft(
            consultation, language="en", now=NOW, door=Door.PANEL, source_key="panel:7"
        )
        services.save_draft(draft, {"q1": words}, language="en", now=NOW)
        sent.append((draft, secret))
    services.send(*sent[0], now=NOW)
    with pytest.raises(DomainError):
        services.send(*sent[1], now=NOW)
    assert session.scalars(select(Contribution.text)).all() == ["one"]


def take(consultation, key="a", texts=None, choices=None, **values):  # type: ignore[no-untyped-def]
    return services.take_in(
        consultation,
        **{
            "source_key": key,
            "door": Door.PAPER,
            "language": "en",
            "texts": texts or {},
            "choices": choices or {},
            "place": None,
            "received_at": NOW,
            "now": NOW,
            **values,
        },
    )


def test_blank_is_no_contribution_but_no_comment_is() -> None:
    submission, _code = take(opened(), texts={"q1": " \n\t", "q4": "No comment"})
    assert submission is not None
    session.flush()
    assert session.scalars(select(Contribution.text)).all() == ["No comment"]


def test_paper_is_taken_in_after_closing() -> None:
    assert take(make.consultation(stage=Stage.CLOSED), texts={"q1": "Late paper"})[0] is not None


@pytest.mark.parametrize(
    ("texts", "choices", "field"),
    [
        ({}, {"q2": "maybe"}, "q2"),
        ({}, {"q3": "6"}, "q3"),
        ({"q9": "x"}, {}, "q9"),
        ({"q2": "x"}, {}, "q2"),
        ({}, {"q1": "x"}, "q1"),
    ],
)
def test_what_the_consultation_does_not_ask_is_refused(texts, choices, field) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(DomainError) as refusal:
        take(opened(), texts=texts, choices=choices)
    assert refusal.value.field == field and number(Receipt) == 0


def test_the_database_itself_counts_a_source_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two senders pass the look-up at once: the second meets the unique constraint and leaves nothing behind."""
    consultation = opened()
    assert take(consultation, texts={"q1": "first"})[0] is not None
    session.commit()
    real, blind = services.sending.queries.submission_from, [True]
    monkeypatch.setattr(
        services.sending.queries,
        "submission_from",
        lambda *given: None if blind and blind.pop() else real(*given),
    )
    assert take(consultation, texts={"q1": "second"}, choices={"q2": "no"})[0] is None
    session.commit()
    assert (number(Submission), number(Receipt), number(Contribution), number(Answer)) == (1, 1, 1, 0)
