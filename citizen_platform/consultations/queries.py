"""Consultations as others read them: the public ones, and those of one body."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from citizen_platform.consultations.models import Consultation, Option, Question, Stage
from citizen_platform.core.database import session
from citizen_platform.organisations.models import AREAS, Body

_ORDER_SHOWN = {Stage.OPEN: 0, Stage.CLOSED: 1, Stage.ANALYSING: 1, Stage.ANSWERED: 2, Stage.DRAFT: 3}


def _consultations() -> Select[Consultation]:
    """All consultations with their bodies, newest first."""
    return (
        select(Consultation)
        .options(joinedload(Consultation.body))
        .order_by(Consultation.opened_at.desc().nulls_last(), Consultation.id.desc())
    )


def _whole(statement: Select[Consultation]) -> Select[Consultation]:
    """The same with options, questions and choices: three statements more, however many there are."""
    return statement.options(
        selectinload(Consultation.options),
        selectinload(Consultation.questions).selectinload(Question.choices),
    )


def public_consultation(reference: str) -> Consultation | None:
    """The consultation of this reference when it is or was open to the public; a draft is nobody's to see."""
    return session.scalar(
        _whole(_consultations()).where(Consultation.reference == reference.upper(), Consultation.is_public)
    )


def consultation_of(body_slug: str, reference: str) -> Consultation | None:
    """A body's own consultation at any stage; None when the reference is another body's."""
    return session.scalar(
        _whole(_consultations()).where(
            Consultation.reference == reference.upper(), Consultation.body_slug == body_slug
        )
    )


def consultation_by_reference(reference: str) -> Consultation | None:
    """A consultation of any body at any stage: for commands, never for a page."""
    return session.scalar(_whole(_consultations()).where(Consultation.reference == reference.upper()))


def public_consultations() -> list[Consultation]:
    """Every consultation the public may see, newest first."""
    return list(session.scalars(_consultations().where(Consultation.is_public)))


def open_consultations(now: datetime) -> list[Consultation]:
    """Those that take answers at this instant, the one that closes first at the front."""
    return list(
        session.scalars(
            select(Consultation)
            .options(joinedload(Consultation.body))
            .where(Consultation.stage == Stage.OPEN, Consultation.closes_at > now)
            .order_by(Consultation.closes_at, Consultation.id)
        )
    )


def consultations_of(body_slug: str) -> list[Consultation]:
    """A body's consultations at every stage, whole: drafts first, then newest first."""
    statement = _whole(_consultations()).where(Consultation.body_slug == body_slug)
    return sorted(session.scalars(statement), key=lambda row: row.stage != Stage.DRAFT)


def all_consultations() -> list[Consultation]:
    """Every consultation of every body, whole, newest first: for commands, never for a page."""
    return list(session.scalars(_whole(_consultations())))


def public_by_stage(now: datetime, area: str | None = None) -> list[tuple[Stage, list[Consultation]]]:
    """Public consultations as a reader wants them: open now (first to close first), then waiting, then answered.

    ``area`` keeps those about that area (a GSS code) and those about every place.
    """
    groups: dict[int, list[Consultation]] = {0: [], 1: [], 2: []}
    for row in public_consultations():
        if area is None or not row.areas or area in row.areas:
            groups[_ORDER_SHOWN[row.state(now)]].append(row)
    groups[0].sort(key=lambda row: (row.closes_at or now, row.id))
    return [(Stage.OPEN, groups[0]), (Stage.CLOSED, groups[1]), (Stage.ANSWERED, groups[2])]


def areas_asked_about() -> list[str]:
    """The GSS codes that public consultations name, in the order of the table of areas."""
    named = {code for row in public_consultations() for code in row.areas}
    return [code for code in AREAS if code in named]


def option_of(consultation: Consultation, option_id: int) -> Option | None:
    """One of this consultation's own options."""
    return next((option for option in consultation.options if option.id == option_id), None)


def question_of(consultation: Consultation, question_id: int) -> Question | None:
    """One of this consultation's own questions."""
    return next((question for question in consultation.questions if question.id == question_id), None)


def body_slugs() -> list[str]:
    """Slugs of all bodies, in the order they joined."""
    return list(session.scalars(select(Body.slug).order_by(Body.joined_at, Body.id)))


def body_of(slug: str) -> Body | None:
    """The body of this slug."""
    return session.scalar(select(Body).where(Body.slug == slug))
