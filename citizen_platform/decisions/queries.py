"""Reads of decisions. What the public sees goes through the functions whose names begin with ``public_``."""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from citizen_platform.consultations.models import STATIONS, Consultation
from citizen_platform.contributions.models import Contribution, Receipt
from citizen_platform.core.database import session
from citizen_platform.decisions.models import Answer, Decision
from citizen_platform.themes.models import Theme
from citizen_platform.themes.queries import themes_of_receipt


@dataclass(frozen=True)
class Record:
    """A published decision with the theme it answers and the consultation it came from."""

    decision: Decision
    theme: Theme
    consultation: Consultation


def public_records(
    *,
    body: str | None = None,
    area: str | None = None,
    answer: Answer | None = None,
    consultation_id: int | None = None,
) -> list[Record]:
    """Published decisions, newest first; a consultation without areas is about all of Wales and matches each area."""
    found = (
        select(Decision, Theme, Consultation)
        .join(Theme, Theme.id == Decision.theme_id)
        .join(Consultation, Consultation.id == Decision.consultation_id)
        .where(Decision.is_public)
        .order_by(Decision.published_at.desc(), Decision.number.desc())
    )
    if body:
        found = found.where(Consultation.body_slug == body)
    if answer:
        found = found.where(Decision.answer == answer)
    if consultation_id:
        found = found.where(Decision.consultation_id == consultation_id)
    rows = [Record(*row) for row in session.execute(found)]
    return [row for row in rows if not area or not row.consultation.areas or area in row.consultation.areas]


def public_record(number: int) -> Record | None:
    """A published decision by its public number."""
    row = session.execute(
        select(Decision, Theme, Consultation)
        .join(Theme, Theme.id == Decision.theme_id)
        .join(Consultation, Consultation.id == Decision.consultation_id)
        .where(Decision.is_public, Decision.number == number)
    ).one_or_none()
    return Record(*row) if row else None


def public_answers(theme_ids: Iterable[int]) -> dict[int, Decision]:
    """By theme id: its published decision, for themes that have one."""
    found = session.scalars(
        select(Decision)
        .where(Decision.is_public, Decision.theme_id.in_(list(theme_ids)))
        .order_by(Decision.id)
    )
    return {decision.theme_id: decision for decision in found}


@dataclass(frozen=True)
class Waiting:
    """A consultation with the signed-off themes that have no published answer yet."""

    consultation: Consultation
    themes: list[Theme]


def public_waiting(
    *, body: str | None = None, area: str | None = None, consultation_id: int | None = None
) -> list[Waiting]:
    """What is not answered yet: earliest promised feedback first."""
    answered = select(Decision.theme_id).where(Decision.is_public)
    found = (
        select(Theme, Consultation)
        .join(Consultation, Consultation.id == Theme.consultation_id)
        .where(Theme.is_public, Consultation.is_public, Theme.id.not_in(answered))
        .order_by(Consultation.feedback_due_on, Consultation.id, Theme.number)
    )
    if body:
        found = found.where(Consultation.body_slug == body)
    if consultation_id:
        found = found.where(Consultation.id == consultation_id)
    piles: dict[int, Waiting] = {}
    for theme, consultation in session.execute(found):
        if area and consultation.areas and area not in consultation.areas:
            continue
        piles.setdefault(consultation.id, Waiting(consultation, [])).themes.append(theme)
    return list(piles.values())


@dataclass(frozen=True)
class Answered:
    """How far a consultation's signed-off themes are answered in public."""

    answered: int
    themes: int


def answered(consultation_ids: Iterable[int]) -> dict[int, Answered]:
    """By consultation id, for every id given."""
    ids = list(consultation_ids)
    counts: dict[int, Answered] = defaultdict(lambda: Answered(0, 0))
    rows = session.execute(
        select(Theme.consultation_id, func.count(Decision.id), func.count(Theme.id))
        .outerjoin(Decision, (Decision.theme_id == Theme.id) & Decision.is_public)
        .where(Theme.is_public, Theme.consultation_id.in_(ids))
        .group_by(Theme.consultation_id)
    )
    for consultation_id, done, all_themes in rows:
        counts[consultation_id] = Answered(done, all_themes)
    return {consultation_id: counts[consultation_id] for consultation_id in ids}


@dataclass(frozen=True)
class Standing:
    """Where a consultation stands on the loop, and how far its themes are answered."""

    station: str
    answered: Answered


def standings(consultations: Iterable[Consultation], now: datetime) -> dict[int, Standing]:
    """By consultation id: it stands at "answer" from its first published answer on, whatever its stage."""
    asked = list(consultations)
    done = answered(row.id for row in asked)
    return {
        row.id: Standing(
            "answer" if done[row.id].answered and not row.is_open(now) else STATIONS[row.state(now)],
            done[row.id],
        )
        for row in asked
    }


def promises(today: date) -> tuple[int, int]:
    """How many published promises have their date still before them (today counts), and how many have it behind."""
    days = list(
        session.scalars(select(Decision.by_when).where(Decision.is_public, Decision.by_when.is_not(None)))
    )
    ahead = sum(day >= today for day in days if day)
    return ahead, len(days) - ahead


# --- the receipt: what became of what I said ---


class Step(enum.StrEnum):
    """A step on the path of somebody's words."""

    RECEIVED = "received"
    READ = "read"
    GROUPED = "grouped"
    ANSWERED = "answered"


@dataclass(frozen=True)
class Happened:
    """A step that happened, and when; with the theme, and the decision, that it is about."""

    step: Step
    at: datetime
    theme: Theme | None = None
    decision: Decision | None = None


@dataclass(frozen=True)
class Said:
    """One statement of a receipt, and each signed-off theme it is in with that theme's published decision, if any."""

    contribution: Contribution
    parts: list[tuple[Theme, Decision | None]]


@dataclass(frozen=True)
class Story:
    """The path of a receipt, newest step first. ``read`` of its statements were read by a person."""

    receipt: Receipt
    consultation: Consultation | None
    said: list[Said]
    read: int
    steps: list[Happened]

    @property
    def unanswered(self) -> list[Theme]:
        """Themes of these statements that have no published answer, each once."""
        waiting = {
            theme.id: theme for said in self.said for theme, decision in said.parts if decision is None
        }
        return list(waiting.values())


def story(receipt: Receipt) -> Story:
    """What became of a receipt's statements, as far as it is public."""
    grouped = themes_of_receipt(receipt.id)
    answers = public_answers({found.theme.id for found in grouped})
    said = [
        Said(
            contribution,
            [
                (found.theme, answers.get(found.theme.id))
                for found in grouped
                if found.contribution_id == contribution.id
            ],
        )
        for contribution in receipt.contributions
    ]
    steps = [Happened(Step.RECEIVED, receipt.given_at)]
    read = [
        contribution.read_at for contribution in receipt.contributions if contribution.read_at is not None
    ]
    if read:
        steps.append(Happened(Step.READ, max(read)))
    under: dict[int, Happened] = {}
    for found in grouped:
        signed_off = found.theme.signed_off_at
        assert signed_off is not None
        at = max(signed_off, found.passage.added_at)
        if found.theme.id not in under or at < under[found.theme.id].at:
            under[found.theme.id] = Happened(Step.GROUPED, at, found.theme)
    steps += under.values()
    for theme_id, decision in answers.items():
        assert decision.published_at is not None
        at = max(decision.published_at, under[theme_id].at)
        steps.append(Happened(Step.ANSWERED, at, under[theme_id].theme, decision))
    order = list(Step)
    steps.sort(key=lambda happened: (happened.at, order.index(happened.step)), reverse=True)
    consultation = session.get(Consultation, receipt.consultation_id) if receipt.consultation_id else None
    return Story(receipt, consultation, said, len(read), steps)


# --- the desk ---


def decisions(consultation_id: int) -> dict[int, Decision]:
    """By theme id: every decision on a consultation, drafts too (for the desk)."""
    found = session.scalars(
        select(Decision)
        .where(Decision.consultation_id == consultation_id)
        .options(joinedload(Decision.theme))
        .order_by(Decision.id)
    )
    return {decision.theme_id: decision for decision in found}


def decision_on(theme_id: int) -> Decision | None:
    """The decision on a theme, draft or published."""
    return session.scalar(select(Decision).where(Decision.theme_id == theme_id))


def unanswered_themes(consultation_id: int) -> list[Theme]:
    """Signed-off themes without a published decision, by number."""
    published = select(Decision.theme_id).where(Decision.is_public)
    return list(
        session.scalars(
            select(Theme)
            .where(Theme.consultation_id == consultation_id, Theme.is_public, Theme.id.not_in(published))
            .order_by(Theme.number)
        )
    )
