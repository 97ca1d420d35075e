"""Reading proposals."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from citizen_platform.core.database import session
from citizen_platform.core.security import digest
from citizen_platform.proposals.models import Endorsement, Proposal

PARTS = (joinedload(Proposal.who), joinedload(Proposal.what), joinedload(Proposal.how))


def public_proposals() -> list[Proposal]:
    """Released proposals, newest first."""
    return list(
        session.scalars(
            select(Proposal)
            .where(Proposal.released_at.is_not(None))
            .options(*PARTS)
            .order_by(Proposal.released_at.desc(), Proposal.id.desc())
        )
    )


def public_proposal(reference: str) -> Proposal | None:
    """A released proposal."""
    return session.scalar(
        select(Proposal)
        .where(Proposal.reference == reference, Proposal.released_at.is_not(None))
        .options(*PARTS)
    )


def proposals_of(body_slug: str) -> list[Proposal]:
    """Every proposal made to a body: those that wait for a reader first, oldest first."""
    return list(
        session.scalars(
            select(Proposal)
            .where(Proposal.body_slug == body_slug)
            .options(*PARTS)
            .order_by(Proposal.released_at.is_not(None), Proposal.made_at, Proposal.id)
        )
    )


def proposal_of(body_slug: str, reference: str) -> Proposal | None:
    """One proposal made to a body, released or not."""
    return session.scalar(
        select(Proposal)
        .where(Proposal.body_slug == body_slug, Proposal.reference == reference)
        .options(*PARTS)
    )


def proposal_by_source(source_key: str) -> Proposal | None:
    """The proposal that came from one sent form."""
    return session.scalar(select(Proposal).where(Proposal.source_key == source_key))


def endorsements(proposals: list[Proposal]) -> dict[int, int]:
    """Confirmed endorsements by proposal id."""
    counts: dict[int, int] = dict(
        session.execute(
            select(Endorsement.proposal_id, func.count())
            .where(
                Endorsement.proposal_id.in_([proposal.id for proposal in proposals]),
                Endorsement.confirmed_at.is_not(None),
            )
            .group_by(Endorsement.proposal_id)
        ).all()
    )
    return {proposal.id: counts.get(proposal.id, 0) for proposal in proposals}


def endorsement_by_secret(secret: str) -> Endorsement | None:
    """The endorsement that a link from a letter belongs to."""
    return session.scalar(select(Endorsement).where(Endorsement.secret_digest == digest(secret)))
