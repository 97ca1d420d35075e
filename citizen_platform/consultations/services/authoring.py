"""Writing a draft. An edit to one language marks the other as stale; an open consultation's words do not change."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

from citizen_platform.accounts.models import Person
from citizen_platform.consultations.models import (
    OPTION_TEXTS,
    QUESTION_TEXTS,
    TEXTS,
    Choice,
    Consultation,
    Option,
    Question,
    QuestionKind,
)
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.database import hold, session
from citizen_platform.core.errors import DomainError
from citizen_platform.core.events import record
from citizen_platform.core.i18n import _l
from citizen_platform.core.security import new_code
from citizen_platform.organisations.models import AREAS

Texts = Mapping[str, Bilingual]
REFERENCE_LENGTH = 8
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def draft(
    body_slug: str,
    texts: Texts,
    *,
    areas: Collection[str] = (),
    closes_at: datetime | None = None,
    decision_on: date | None = None,
    feedback_due_on: date | None = None,
    by: Person | None,
    now: datetime,
) -> Consultation:
    """A new draft of a body, with whatever texts (of ``models.TEXTS``) there are yet, under a random reference."""
    _known(texts, TEXTS)
    consultation = Consultation(
        reference=new_code(REFERENCE_LENGTH),
        body_slug=body_slug,
        drafted_at=now,
        edited_at=now,
        areas=_areas(areas),
        closes_at=closes_at,
        decision_on=decision_on,
        feedback_due_on=feedback_due_on,
        **{name: _fresh(texts.get(name)) for name in TEXTS},
    )
    record("consultation.drafted", consultation, by=by, now=now)
    return consultation


def edit_texts(
    consultation: Consultation,
    texts: Texts,
    *,
    still_right: Collection[str] = (),
    by: Person | None,
    now: datetime,
) -> list[str]:
    """Change texts of a draft; returns the names of those that changed.

    ``still_right`` names texts whose stale side somebody has read and found right as it stands.
    """
    _begin(consultation, now)
    return _edited(consultation, consultation, TEXTS, texts, still_right, "consultation.edited", by, now)


def edit_dates(
    consultation: Consultation,
    *,
    areas: Collection[str],
    closes_at: datetime | None,
    decision_on: date | None,
    feedback_due_on: date | None,
    by: Person | None,
    now: datetime,
) -> None:
    """Set when a draft will close, be decided and be answered, and the areas (GSS codes) it is about."""
    _begin(consultation, now)
    consultation.areas = _areas(areas)
    consultation.closes_at = closes_at
    consultation.decision_on = decision_on
    consultation.feedback_due_on = feedback_due_on
    record("consultation.dated", consultation, by=by, now=now)


def add_option(consultation: Consultation, texts: Texts, *, by: Person | None, now: datetime) -> Option:
    """Add a way of dealing with the problem, after the others."""
    _begin(consultation, now)
    _known(texts, OPTION_TEXTS)
    option = Option(
        position=_next_position(consultation.options),
        **{name: _fresh(texts.get(name)) for name in OPTION_TEXTS},
    )
    consultation.options.append(option)
    record("option.added", option, by=by, now=now)
    return option


def edit_option(
    consultation: Consultation,
    option: Option,
    texts: Texts,
    *,
    still_right: Collection[str] = (),
    by: Person | None,
    now: datetime,
) -> list[str]:
    """Change an option of a draft; returns the names of the texts that changed."""
    _begin(consultation, now)
    return _edited(consultation, option, OPTION_TEXTS, texts, still_right, "option.edited", by, now)


def remove_option(consultation: Consultation, option: Option, *, by: Person | None, now: datetime) -> None:
    """Take an option out of a draft."""
    _begin(consultation, now)
    record("option.removed", option, by=by, now=now)
    consultation.options.remove(option)
    session.flush()


def add_question(
    consultation: Consultation,
    texts: Texts,
    *,
    kind: QuestionKind,
    code: str | None = None,
    required: bool = False,
    about_welsh: bool = False,
    choices: Sequence[tuple[str | None, Bilingual]] = (),
    by: Person | None,
    now: datetime,
) -> Question:
    """Add a question after the others. ``code`` (``q1``, ``q2``, ... when none is given) names it in imports for good.

    ``choices`` are codes (or None) and texts; only a choice question has any.
    """
    _begin(consultation, now)
    _known(texts, QUESTION_TEXTS)
    taken = {question.code for question in consultation.questions}
    if code in taken:
        raise DomainError(_l("Two questions cannot have the same code, %(code)s.", code=code), field="code")
    question = Question(
        position=_next_position(consultation.questions),
        code=code or _free(taken, (f"q{number}" for number in range(1, len(taken) + 2))),
        kind=kind,
        required=required,
        about_welsh=about_welsh,
        **{name: _fresh(texts.get(name)) for name in QUESTION_TEXTS},
    )
    consultation.questions.append(question)
    record("question.added", question, by=by, now=now, code=question.code)
    if choices:
        set_choices(consultation, question, choices, by=by, now=now)
    return question


def edit_question(
    consultation: Consultation,
    question: Question,
    texts: Texts,
    *,
    kind: QuestionKind,
    required: bool,
    about_welsh: bool,
    still_right: Collection[str] = (),
    by: Person | None,
    now: datetime,
) -> list[str]:
    """Change a question of a draft; returns the names of the texts that changed. Its code stays.

    A question keeps being a choice question until its choices are taken away, so that none is lost by a slip.
    """
    _begin(consultation, now)
    if kind != QuestionKind.CHOICE and question.choices:
        raise DomainError(
            _l("This question has choices. Clear them and save before you change how people answer."),
            field="kind",
        )
    question.kind, question.required, question.about_welsh = kind, required, about_welsh
    return _edited(consultation, question, QUESTION_TEXTS, texts, still_right, "question.edited", by, now)


def set_choices(
    consultation: Consultation,
    question: Question,
    choices: Sequence[tuple[str | None, Bilingual]],
    *,
    still_right: Collection[str] = (),
    by: Person | None,
    now: datetime,
) -> None:
    """Make these the choices of a question, in this order.

    A choice that has a known code is edited (its other language becomes stale); one without a code is new and gets the
    next free letter; an empty text or a choice left out is removed.
    """
    _begin(consultation, now)
    if choices and question.kind != QuestionKind.CHOICE:
        raise DomainError(_l("Only a choice question has choices."), field="choices")
    known = {choice.code: choice for choice in question.choices}
    given = [code for code, text in choices if code and text]
    if len(given) != len(set(given)):
        raise DomainError(_l("Two choices of a question cannot have the same code."), field="choices")
    taken = {*known, *given}
    kept: list[Choice] = []
    for code, text in choices:
        if not text:
            continue
        choice = known.get(code or "")
        if choice is None:
            new = code or _free(taken, [*LETTERS, *(f"{one}{two}" for one in LETTERS for two in LETTERS)])
            taken.add(new)
            choice = Choice(code=new, text=_fresh(text))
        else:
            choice.text = _after(choice.text, text, choice.code in still_right)
        choice.position = len(kept) + 1
        kept.append(choice)
    question.choices = kept
    record("question.choices", question, by=by, now=now, choices=[choice.code for choice in kept])


def remove_question(
    consultation: Consultation, question: Question, *, by: Person | None, now: datetime
) -> None:
    """Take a question out of a draft."""
    _begin(consultation, now)
    record("question.removed", question, by=by, now=now, code=question.code)
    consultation.questions.remove(question)
    session.flush()


def move(
    consultation: Consultation, row: Option | Question, *, up: bool, by: Person | None, now: datetime
) -> None:
    """Change places with the option or question before (or after) it; at the end of the list nothing happens."""
    _begin(consultation, now)
    name = "options" if isinstance(row, Option) else "questions"
    rows: list[Option | Question] = list(getattr(consultation, name))
    place = rows.index(row)
    other = place - 1 if up else place + 1
    if 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
    for position, each in enumerate(rows, 1):
        each.position = position
    record(f"{row.__tablename__}.moved", row, by=by, now=now, up=up)
    session.expire(consultation, [name])


def _begin(consultation: Consultation, now: datetime) -> None:
    """Before every edit: only a draft's words change, and the page says when they were last saved."""
    hold(consultation)
    if not consultation.is_draft:
        raise DomainError(
            _l(
                "This consultation has been opened. People have answered these words, so they no longer change."
            )
        )
    consultation.edited_at = now


def _edited(
    consultation: Consultation,
    row: Consultation | Option | Question,
    names: Sequence[str],
    texts: Texts,
    still_right: Collection[str],
    verb: str,
    by: Person | None,
    now: datetime,
) -> list[str]:
    """Put new texts into a row and record which of them changed."""
    _known(texts, names)
    changed = []
    for name in names:
        before: Bilingual = getattr(row, name)
        after = _after(before, texts.get(name, before), name in still_right)
        if after != before:
            setattr(row, name, after)
            changed.append(name)
    record(verb, row, by=by, now=now, changed=changed)
    return changed


def _after(before: Bilingual, typed: Bilingual, is_right: bool) -> Bilingual:
    after = before.edited(typed)
    return Bilingual(after.cy, after.en) if is_right and not after.missing else after


def _fresh(text: Bilingual | None) -> Bilingual:
    """A text as it is first written: nothing is stale yet."""
    return Bilingual() if text is None else Bilingual(text.cy.strip(), text.en.strip())


def _known(texts: Texts, names: Sequence[str]) -> None:
    unknown = set(texts) - set(names)
    if unknown:
        raise ValueError(f"no such text: {', '.join(sorted(unknown))}")


def _areas(codes: Collection[str]) -> list[str]:
    unknown = [code for code in codes if code not in AREAS]
    if unknown:
        raise DomainError(_l("%(code)s is not the code of an area of Wales.", code=unknown[0]), field="areas")
    return [code for code in AREAS if code in codes]


def _next_position(rows: Sequence[Option] | Sequence[Question]) -> int:
    return max((row.position for row in rows), default=0) + 1


def _free(taken: Collection[str], candidates: Iterable[str]) -> str:
    """The first candidate that is not taken."""
    return next(candidate for candidate in candidates if candidate not in taken)
