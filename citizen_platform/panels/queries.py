"""Panels, who is on them, and how many answered: never who."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, cast, exists, func, literal, select
from sqlalchemy.orm import joinedload

from citizen_platform.consultations.models import Consultation, Stage
from citizen_platform.core.database import session
from citizen_platform.core.security import digest, read_code
from citizen_platform.panels.models import SOURCE, Member, Panel, PanelInvitation
from citizen_platform.submissions.models import Submission

ANSWERED = exists().where(
    Submission.consultation_id == PanelInvitation.consultation_id,
    Submission.source_key == literal(SOURCE).concat(cast(PanelInvitation.id, String)),
)
"""True for an invitation whose code was used."""


@dataclass(frozen=True)
class Round:
    """A consultation the panel was asked about: how many members got a code, and how many answered."""

    consultation: Consultation
    invited: int
    answered: int


def panels_of(body_slug: str) -> list[tuple[Panel, int]]:
    """The body's panels, newest first, each with the number of its members."""
    number = (
        select(func.count(Member.id))
        .where(Member.panel_id == Panel.id, Member.left_at.is_(None))
        .scalar_subquery()
    )
    found = session.execute(
        select(Panel, number)
        .where(Panel.body_slug == body_slug)
        .order_by(Panel.created_at.desc(), Panel.id.desc())
    )
    return [(panel, count) for panel, count in found]


def panel_of(body_slug: str, number: int) -> Panel | None:
    """A panel of the body."""
    return session.scalar(select(Panel).where(Panel.id == number, Panel.body_slug == body_slug))


def members_of(panel: Panel) -> list[Member]:
    """Those who are on the panel now, in the order they joined (sort by name for reading)."""
    return list(
        session.scalars(
            select(Member).where(Member.panel_id == panel.id, Member.left_at.is_(None)).order_by(Member.id)
        )
    )


def member_of(panel: Panel, number: int) -> Member | None:
    """Somebody who is on the panel now."""
    return session.scalar(
        select(Member).where(Member.id == number, Member.panel_id == panel.id, Member.left_at.is_(None))
    )


def members_not_invited(panel: Panel, consultation: Consultation) -> list[Member]:
    """Those on the panel who have no code for the consultation yet."""
    invited = select(PanelInvitation.member_id).where(PanelInvitation.consultation_id == consultation.id)
    return [member for member in members_of(panel) if member.id not in set(session.scalars(invited))]


def invitations_on_paper(panel: Panel, consultation: Consultation) -> list[tuple[PanelInvitation, Member]]:
    """The codes of members without an e-mail address, whether used or not."""
    found = session.execute(
        select(PanelInvitation, Member)
        .join(Member, Member.id == PanelInvitation.member_id)
        .where(
            PanelInvitation.panel_id == panel.id,
            PanelInvitation.consultation_id == consultation.id,
            Member.email.is_(None),
            Member.left_at.is_(None),
        )
        .order_by(Member.id)
    )
    return [(invitation, member) for invitation, member in found]


def rounds_of(panel: Panel) -> list[Round]:
    """The consultations this panel was asked about, newest first."""
    found = session.execute(
        select(
            Consultation,
            func.count(PanelInvitation.id),
            func.count(PanelInvitation.id).filter(ANSWERED),
        )
        .join(PanelInvitation, PanelInvitation.consultation_id == Consultation.id)
        .where(PanelInvitation.panel_id == panel.id)
        .group_by(Consultation.id)
        .order_by(Consultation.opened_at.desc(), Consultation.id.desc())
    )
    return [Round(consultation, invited, answered) for consultation, invited, answered in found]


def open_consultations_of(body_slug: str, now: datetime) -> list[Consultation]:
    """The body's consultations that take answers now, the first to close first."""
    return list(
        session.scalars(
            select(Consultation)
            .where(
                Consultation.body_slug == body_slug,
                Consultation.stage == Stage.OPEN,
                Consultation.closes_at > now,
            )
            .order_by(Consultation.closes_at, Consultation.id)
        )
    )


def invitation_by_code(typed: str) -> PanelInvitation | None:
    """The invitation of a code, in whatever case and spacing it was typed."""
    return session.scalar(
        select(PanelInvitation)
        .where(PanelInvitation.code_digest == digest(read_code(typed)))
        .options(joinedload(PanelInvitation.consultation))
    )


def is_answered(invitation: PanelInvitation) -> bool:
    """True when the code was used to send an answer."""
    return bool(session.scalar(select(ANSWERED).where(PanelInvitation.id == invitation.id)))
