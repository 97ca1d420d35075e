"""What still stands between a draft and the public, each thing named at its place (C1, W5, W9)."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from citizen_platform.consultations.models import (
    OPTION_TEXTS,
    QUESTION_TEXTS,
    TEXTS,
    Consultation,
    QuestionKind,
)
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.i18n import HERE, _l

MAY_BE_EMPTY = frozenset({"constraints", "hint"})

LABELS: dict[str, Any] = {
    "title": _l("Title"),
    "problem": _l("The shared problem"),
    "can_change": _l("What can change"),
    "cannot_change": _l("What cannot change, and why"),
    "background": _l("Background"),
    "decision_maker": _l("Who decides"),
    "welsh_effects": _l("Effects on the Welsh language"),
    "name": _l("Name of the option"),
    "description": _l("What the option would mean"),
    "cost": _l("What the option costs"),
    "constraints": _l("What limits the option"),
    "text": _l("The question"),
    "hint": _l("Help with the question"),
}
"""What each text is called on the screen."""


class Section(enum.StrEnum):
    """The part of the authoring area where a gap is filled."""

    TEXTS = "texts"
    OPTIONS = "options"
    QUESTIONS = "questions"
    DATES = "dates"


@dataclass(frozen=True)
class Gap:
    """One thing that keeps a draft from opening, as a whole sentence.

    ``anchor`` is the id of the field on its page; ``row`` the option or question it belongs to; ``language`` the side
    and ``stale`` whether that side is there but out of date.
    """

    section: Section
    sentence: Any
    anchor: str = ""
    row: int | None = None
    language: str | None = None
    stale: bool = False


def missing(consultation: Consultation, *, now: datetime) -> list[Gap]:
    """Everything a draft lacks before it may open, in the order in which it is written; empty when it is complete."""
    return [
        *_in_texts(consultation),
        *_in_options(consultation),
        *_in_questions(consultation),
        *_in_dates(consultation, now),
    ]


def _in_texts(consultation: Consultation) -> Iterator[Gap]:
    for name in TEXTS:
        yield from _sides(Section.TEXTS, name, LABELS[name], getattr(consultation, name))


def _in_options(consultation: Consultation) -> Iterator[Gap]:
    if not consultation.options:
        yield Gap(
            Section.OPTIONS, _l("There is no option yet: add at least one, with what it costs."), "options"
        )
    for number, option in enumerate(consultation.options, 1):
        for name in OPTION_TEXTS:
            label = _l("Option %(number)d, “%(text)s”", number=number, text=LABELS[name])
            yield from _sides(Section.OPTIONS, name, label, getattr(option, name), option.id)


def _in_questions(consultation: Consultation) -> Iterator[Gap]:
    questions = consultation.questions
    if not any(question.kind == QuestionKind.TEXT for question in questions):
        yield Gap(
            Section.QUESTIONS,
            _l("There is no open question yet: add one that people answer in their own words."),
            "questions",
        )
    if not any(question.about_welsh for question in questions):
        yield Gap(
            Section.QUESTIONS,
            _l("No question asks about effects on the Welsh language: add one, or mark the one that does."),
            "questions",
        )
    for number, question in enumerate(questions, 1):
        for name in QUESTION_TEXTS:
            label = _l("Question %(number)d, “%(text)s”", number=number, text=LABELS[name])
            yield from _sides(Section.QUESTIONS, name, label, getattr(question, name), question.id)
        if question.kind != QuestionKind.CHOICE:
            continue
        if len(question.choices) < 2:
            yield Gap(
                Section.QUESTIONS,
                _l("Question %(number)d offers fewer than two choices: add at least two.", number=number),
                "choices",
                question.id,
            )
        for place, choice in enumerate(question.choices):
            label = _l("Question %(number)d, choice %(choice)d", number=number, choice=place + 1)
            yield from _sides(Section.QUESTIONS, f"choices-{place}-text", label, choice.text, question.id)


def _in_dates(consultation: Consultation, now: datetime) -> Iterator[Gap]:
    closes_at, decision_on = consultation.closes_at, consultation.decision_on
    feedback_due_on = consultation.feedback_due_on
    if closes_at is None:
        yield Gap(Section.DATES, _l("The closing date is missing."), "closes_on-day")
    elif closes_at <= now:
        yield Gap(Section.DATES, _l("The closing date has passed: enter one in the future."), "closes_on-day")
    if decision_on is None:
        yield Gap(Section.DATES, _l("The date of the decision is missing."), "decision_on-day")
    elif closes_at is not None and decision_on <= closes_at.astimezone(HERE).date():
        yield Gap(
            Section.DATES,
            _l("The decision would be made before people have finished answering: enter a later date."),
            "decision_on-day",
        )
    if feedback_due_on is None:
        yield Gap(Section.DATES, _l("The date when feedback is due is missing."), "feedback_due_on-day")
    elif closes_at is not None and feedback_due_on < closes_at.astimezone(HERE).date():
        yield Gap(
            Section.DATES,
            _l("Feedback would be due before the consultation closes: enter a later date."),
            "feedback_due_on-day",
        )


def _sides(section: Section, name: str, label: Any, text: Bilingual, row: int | None = None) -> Iterator[Gap]:
    """What one text lacks: a language, or a fresh one. Text that may be left out lacks nothing while it is empty."""
    if name in MAY_BE_EMPTY and not text:
        return
    for language in text.missing:
        sentence = (
            _l("%(text)s: the Welsh is missing.", text=label)
            if language == "cy"
            else _l("%(text)s: the English is missing.", text=label)
        )
        yield Gap(section, sentence, f"{name}-{language}", row, language)
    if text.stale:
        sentence = (
            _l("%(text)s: the Welsh may be out of date, because the English has changed since.", text=label)
            if text.stale == "cy"
            else _l(
                "%(text)s: the English may be out of date, because the Welsh has changed since.", text=label
            )
        )
        yield Gap(section, sentence, f"{name}-{text.stale}", row, text.stale, stale=True)
