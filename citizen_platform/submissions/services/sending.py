"""A draft is kept, then sent once; every door takes answers in by the same function."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from citizen_platform.accounts.models import Person
from citizen_platform.consultations.models import SCALE, Consultation, Question, QuestionKind
from citizen_platform.contributions import services as contributions
from citizen_platform.contributions.models import Door
from citizen_platform.core.database import hold, session
from citizen_platform.core.errors import DomainError, Gone
from citizen_platform.core.events import record
from citizen_platform.core.i18n import _l
from citizen_platform.core.security import derived_code, digest, new_code
from citizen_platform.submissions import queries
from citizen_platform.submissions.models import Answer, Draft, Submission

LONGEST_ON_WEB = 10_000
"""Characters of one open answer on the web form."""


class NothingAnswered(DomainError):
    """Answers with nothing in them are not an answer."""


def start_draft(
    consultation: Consultation,
    *,
    language: str,
    now: datetime,
    door: Door = Door.WEB,
    source_key: str | None = None,
) -> tuple[Draft, str]:
    """An empty draft and its secret, which belongs in the citizen's own session and is kept here only as a digest."""
    secret = new_code(contributions.CODE_LENGTH)
    draft = Draft(
        secret_digest=digest(secret),
        consultation_id=consultation.id,
        language=language,
        door=door,
        source_key=source_key,
        answers={},
        changed_at=now,
    )
    session.add(draft)
    session.flush()
    return draft, secret


def save_draft(draft: Draft, answers: Mapping[str, str], *, language: str, now: datetime) -> None:
    """Keep answers (question code to text, choice code or scale point) until they are sent."""
    draft.answers = {code: value for code, value in answers.items() if value.strip()}
    draft.language = language
    draft.changed_at = now


def code_of(secret: str) -> str:
    """The receipt code of a draft: always the same for its secret, and of no use for finding the secret."""
    return derived_code(secret, "receipt", contributions.CODE_LENGTH)


def send(draft: Draft, secret: str, *, now: datetime) -> tuple[Submission, str]:
    """Send a draft, once: sending it again gives the same submission and the same receipt code.

    Raises Gone when the consultation has closed, NothingAnswered when nothing was answered, DomainError (with the
    question's code as its field) when a required answer is missing or the draft's one-time code was used elsewhere.
    The draft then keeps its words.
    """
    hold(draft)
    consultation = session.get_one(Consultation, draft.consultation_id)
    source_key, code = source_of(draft), code_of(secret)
    sent = queries.submission_from(consultation.id, source_key)
    if sent is None:
        if not consultation.is_open(now):
            raise Gone(_l("This consultation has closed. Your answers were not sent."))
        texts, choices = by_kind(consultation, draft.answers)
        refuse_missing(consultation, {**texts, **choices})
        sent, _code = take_in(
            consultation,
            source_key=source_key,
            door=draft.door,
            language=draft.language,
            texts=texts,
            choices=choices,
            place=None,
            received_at=now,
            now=now,
            code=code,
        )
        if sent is not None:
            contributions.detect_soon(now=now)
        else:  # another tab sent it in between
            sent = queries.submission_from(consultation.id, source_key)
            assert sent is not None
    if sent.receipt.code_digest != digest(code):
        raise DomainError(
            _l("Answers have already been sent with your one-time code. Each code counts once.")
        )
    draft.answers = {}
    return sent, code


def source_of(draft: Draft) -> str:
    """The key under which a draft can be sent only once."""
    return draft.source_key or f"draft:{draft.secret_digest}"


def by_kind(consultation: Consultation, answers: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Answers apart: open texts, and chosen values."""
    open_codes = {question.code for question in consultation.questions if question.kind == QuestionKind.TEXT}
    texts = {code: value for code, value in answers.items() if code in open_codes}
    return texts, {code: value for code, value in answers.items() if code not in open_codes}


def refuse_missing(consultation: Consultation, answers: Mapping[str, str]) -> None:
    """Raise when nothing at all was answered, or a required question was not."""
    if not any(value.strip() for value in answers.values()):
        raise NothingAnswered(_l("Answer at least one question"))
    for question in consultation.questions:
        if question.required and not answers.get(question.code, "").strip():
            raise DomainError(_l("This question needs an answer"), field=question.code)


def take_in(
    consultation: Consultation,
    *,
    source_key: str,
    door: Door,
    language: str,
    texts: Mapping[str, str],
    choices: Mapping[str, str],
    place: str | None,
    received_at: datetime,
    now: datetime,
    code: str | None = None,
    by: Person | None = None,
) -> tuple[Submission | None, str]:
    """Take in one person's answers: one receipt, one submission, a contribution for each open answer that has words.

    ``texts`` and ``choices`` go from question codes to values. Gives the submission and its receipt code; None instead
    of the submission when this source was taken in before (the code is then worth nothing unless the caller gave it).
    Raises DomainError, with the question's code as its field, for a question or a choice that does not exist.
    Call contributions.services.detect_soon once when all is in.
    """
    code = code or new_code(contributions.CODE_LENGTH)
    check_answers(consultation, texts, choices)
    if queries.submission_from(consultation.id, source_key) is not None:
        return None, code
    # The receipt goes in first: SQLite then holds its write lock, and the savepoint lies inside a transaction.
    receipt, code = contributions.give_receipt(
        consultation, door=door, language=language, now=received_at, code=code
    )
    submission = Submission(
        consultation_id=consultation.id,
        receipt_id=receipt.id,
        source_key=source_key,
        door=door,
        form_language=language,
        place=place,
        received_at=received_at,
    )
    try:
        with session.begin_nested():
            session.add(submission)
    except IntegrityError:
        if queries.submission_from(consultation.id, source_key) is None:
            raise
        session.delete(receipt)
        session.flush()
        return None, code
    submission.receipt = receipt
    add_answers(submission, consultation, texts, choices)
    statements = sum(1 for text in texts.values() if text.strip())
    record("submission.received", submission, by=by, now=now, door=door.value, statements=statements)
    return submission, code


def check_answers(consultation: Consultation, texts: Mapping[str, str], choices: Mapping[str, str]) -> None:
    """Raise DomainError for a question that is not there, is of another kind, or does not offer the value."""
    questions = {question.code: question for question in consultation.questions}
    for code in (*texts, *choices):
        question = questions.get(code)
        if question is None or (question.kind == QuestionKind.TEXT) != (code in texts):
            raise DomainError(_l("This consultation does not ask that question"), field=code)
    for code, value in choices.items():
        if value and value not in values_of(questions[code]):
            raise DomainError(_l("Choose one of the answers that are offered"), field=code)


def values_of(question: Question) -> tuple[str, ...]:
    """The values that may be chosen for a question; none for an open one."""
    if question.kind == QuestionKind.SCALE:
        return SCALE
    return tuple(choice.code for choice in question.choices) if question.kind == QuestionKind.CHOICE else ()


def add_answers(
    submission: Submission, consultation: Consultation, texts: Mapping[str, str], choices: Mapping[str, str]
) -> None:
    """Add words and choices, in the order of the questions, to a submission that has its receipt; not flushed."""
    for question in consultation.questions:
        text, value = texts.get(question.code, ""), choices.get(question.code, "")
        if text.strip():
            contributions.new_statement(
                submission.receipt, text, question=question, now=submission.received_at
            )
        if value:
            submission.answers.append(Answer(question_id=question.id, value=value))
