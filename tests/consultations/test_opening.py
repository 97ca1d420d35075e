"""A consultation opens complete, in both languages at once; the database refuses even when Python does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from citizen_platform.accounts.models import Role
from citizen_platform.consultations import services
from citizen_platform.consultations.models import TEXTS, Consultation, QuestionKind, Stage
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.database import session
from citizen_platform.core.errors import DomainError
from citizen_platform.core.events import Event
from citizen_platform.core.i18n import force_locale
from tests import make

pytestmark = pytest.mark.usefixtures("app")
NOW = datetime.now(UTC)


def sentences(consultation: Consultation) -> list[str]:
    with force_locale("en_GB"):
        return [str(gap.sentence) for gap in services.missing(consultation, now=NOW)]


def test_a_complete_draft_opens_and_says_who_opened_it() -> None:
    draft = make.consultation(stage=Stage.DRAFT)
    officer = make.person("tirwen", Role.POLICY_OFFICER)
    services.open_(draft, officer, NOW)
    assert draft.is_open(NOW) and draft.opened_at == NOW
    assert all(row.is_public for row in [*draft.options, *draft.questions, *draft.questions[1].choices])
    event = session.scalars(sa.select(Event).where(Event.verb == "consultation.opened")).one()
    assert event.actor_id == officer.id


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize(
    "text", [Bilingual("Cymraeg", ""), Bilingual("", "English"), Bilingual(), Bilingual("a", "b", "cy")]
)
def test_one_language_is_not_enough_and_neither_is_a_stale_one(name: str, text: Bilingual) -> None:
    draft = make.consultation(stage=Stage.DRAFT, **{name: text})
    gaps = services.missing(draft, now=NOW)
    assert [gap.anchor for gap in gaps] == [
        f"{name}-{language}" for language in (text.missing or [text.stale])
    ]
    with pytest.raises(DomainError):
        services.open_(draft, None, NOW)
    assert draft.stage == Stage.DRAFT and not draft.is_public


def test_everything_missing_is_named_at_once() -> None:
    draft = services.draft(make.body().slug, {"title": Bilingual("Teitl", "")}, by=None, now=NOW)
    services.add_question(
        draft,
        {"text": make.both("Which?")},
        kind=QuestionKind.CHOICE,
        choices=[(None, make.both("A"))],
        by=None,
        now=NOW,
    )
    said = "\n".join(sentences(draft))
    for words in (
        "Title: the English is missing",
        "Background: the Welsh is missing",
        "There is no option yet",
        "There is no open question yet",
        "No question asks about effects on the Welsh language",
        "Question 1 offers fewer than two choices",
        "The closing date is missing",
        "The date of the decision is missing",
        "The date when feedback is due is missing",
    ):
        assert words in said


def test_dates_have_to_make_sense() -> None:
    draft = make.consultation(stage=Stage.DRAFT)
    draft.closes_at = NOW
    assert sentences(draft) == ["The closing date has passed: enter one in the future."]
    draft.closes_at = NOW + timedelta(days=3)
    draft.decision_on = draft.feedback_due_on = (NOW + timedelta(days=1)).date()
    assert [gap.anchor for gap in services.missing(draft, now=NOW)] == [
        "decision_on-day",
        "feedback_due_on-day",
    ]


def open_by_hand(consultation: Consultation) -> None:
    """What somebody would do who goes past the service."""
    session.flush()
    session.execute(
        sa.text("UPDATE consultation SET is_public = true, stage = 'open', opened_at = :now WHERE id = :id"),
        {"id": consultation.id, "now": "2020-01-01 00:00:00"},
    )


@pytest.mark.parametrize(
    "side", ["title_cy", "title_en", "problem_cy", "welsh_effects_en", "decision_maker_cy"]
)
def test_the_database_refuses_a_text_in_one_language(side: str) -> None:
    draft = make.consultation(stage=Stage.DRAFT)
    session.execute(sa.text(f"UPDATE consultation SET {side} = ' ' WHERE id = {draft.id}"))
    with pytest.raises(IntegrityError):
        open_by_hand(draft)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE question SET text_cy = '' WHERE code = 'q1'",
        "UPDATE question SET text_stale = 'en' WHERE code = 'q1'",
        "UPDATE question SET hint_en = 'Only in English' WHERE code = 'q1'",
        "UPDATE choice SET text_en = '' WHERE code = 'yes'",
        "UPDATE choice SET text_stale = 'cy' WHERE code = 'yes'",
        "UPDATE \"option\" SET cost_cy = ''",
        "UPDATE consultation SET background_stale = 'cy'",
        "UPDATE consultation SET decision_on = NULL",
        "UPDATE consultation SET closes_at = NULL",
    ],
)
def test_the_database_refuses_whatever_is_incomplete_below(statement: str) -> None:
    draft = make.consultation(stage=Stage.DRAFT)
    session.execute(sa.text(statement))
    with pytest.raises(IntegrityError):
        open_by_hand(draft)


def test_the_database_refuses_to_take_a_language_away_from_an_open_consultation() -> None:
    consultation = make.consultation()
    with pytest.raises(IntegrityError):
        session.execute(
            sa.text(f"UPDATE choice SET text_cy = '' WHERE question_id = {consultation.questions[1].id}")
        )


def test_it_closes_at_its_second_and_not_before() -> None:
    closes = datetime(2026, 12, 3, 17, 0, tzinfo=UTC)
    consultation = make.consultation(opened_at=closes - timedelta(days=9), closes_at=closes)
    assert consultation.state(closes - timedelta(seconds=1)) == Stage.OPEN
    assert consultation.state(closes) == Stage.CLOSED
    assert consultation.stage == Stage.OPEN


def test_closing_early_moves_the_closing_time_to_that_moment() -> None:
    consultation = make.consultation()
    services.close(consultation, None, NOW)
    assert consultation.closes_at == NOW and consultation.state(NOW) == Stage.CLOSED
    with pytest.raises(DomainError):
        services.close(consultation, None, NOW)


def test_it_is_grouped_and_answered_only_after_it_closed() -> None:
    consultation = make.consultation()
    for deed in (services.mark_analysing, services.mark_answered):
        with pytest.raises(DomainError):
            deed(consultation, by=None, now=NOW)
    later = NOW + timedelta(days=30)
    services.mark_analysing(consultation, by=None, now=later)
    services.mark_analysing(consultation, by=None, now=later)
    services.mark_answered(consultation, by=None, now=later)
    assert consultation.stage == Stage.ANSWERED
    with pytest.raises(DomainError):
        services.mark_analysing(consultation, by=None, now=later)
