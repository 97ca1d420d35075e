"""Blind double coding: draw a sample, keep what each person put every statement under."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from citizen_platform.accounts.models import Person
from citizen_platform.consultations.models import Consultation, Question
from citizen_platform.core.database import hold, session
from citizen_platform.core.errors import DomainError
from citizen_platform.core.events import record
from citizen_platform.core.i18n import _l
from citizen_platform.themes import queries
from citizen_platform.themes.models import Coding, CodingItem, CodingRound, Theme

SAMPLE = 100
"""Statements of a round unless another number is asked for."""

SAMPLES = (queries.FEW_ITEMS, 500)
"""Fewest and most statements of a round."""


def start_round(
    consultation: Consultation,
    *,
    question: Question | None = None,
    size: int = SAMPLE,
    seed: int = 1,
    by: Person,
    now: datetime,
) -> CodingRound:
    """Draw a sample of statements for people to code; the same seed draws the same from the same statements."""
    hold(consultation)
    themes = session.scalars(
        select(Theme)
        .where(
            Theme.consultation_id == consultation.id,
            Theme.merged_into_id.is_(None),
            Theme.parked_at.is_(None),
        )
        .order_by(Theme.number)
    ).all()
    if not themes:
        raise DomainError(_l("Make at least one theme first: coders put statements under themes."))
    if not SAMPLES[0] <= size <= SAMPLES[1]:
        raise DomainError(_l("Choose a number from 30 to 500."), field="size")
    statements = queries.to_sample(consultation.id, question.id if question else None)
    if len(statements) < SAMPLES[0]:
        raise DomainError(_l("There are fewer than 30 statements: too few for a sample to say anything."))
    chosen = random.Random(seed).sample(statements, min(size, len(statements)))
    made = CodingRound(
        consultation_id=consultation.id,
        question_id=question.id if question else None,
        theme_ids=[theme.id for theme in themes],
        seed=seed,
        made_by_id=by.id,
        made_at=now,
    )
    record("coding.started", made, by=by, now=now, statements=len(chosen), seed=seed)
    session.add_all(
        CodingItem(round_id=made.id, position=position, contribution_id=statement)
        for position, statement in enumerate(chosen, start=1)
    )
    session.flush()
    return made


def code(item: CodingItem, theme_ids: Iterable[int], *, by: Person, now: datetime) -> Coding:
    """Keep what somebody put a statement under; nothing in it means "none of these".

    A second answer replaces the first, until this person is through the round.
    """
    hold(item)
    chosen = sorted(set(theme_ids))
    if not set(chosen) <= set(item.round.theme_ids):
        raise DomainError(_l("This theme is not part of the round."))
    given = queries.coding_of(item, by.id)
    if given is None:
        given = Coding(item_id=item.id, person_id=by.id, theme_ids=chosen, coded_at=now)
        record("coding.coded", given, by=by, now=now, item=item.id)
        return given
    if queries.next_position(item.round, by.id) is None:
        raise DomainError(_l("You have finished this round: what you put down stays as it is."))
    given.theme_ids, given.coded_at = chosen, now
    record("coding.changed", given, by=by, now=now, item=item.id)
    return given
