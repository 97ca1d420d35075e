"""An outcome proposal and who endorses it. Its words are contributions of one receipt; only the title is held here."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from citizen_platform.contributions.models import Contribution, Receipt
from citizen_platform.core.database import Model, check, not_blank


class Proposal(Model):
    """What should be different, for whom, and how we would know. Public once a screener has released it."""

    __tablename__ = "proposal"
    __table_args__ = (check(not_blank("title"), "has_title"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    body_slug: Mapped[str] = mapped_column(ForeignKey("body.slug"), index=True)
    receipt_id: Mapped[int] = mapped_column(ForeignKey("receipt.id"), unique=True)
    title: Mapped[str]
    language: Mapped[str]
    who_id: Mapped[int] = mapped_column(ForeignKey("contribution.id"), unique=True)
    what_id: Mapped[int] = mapped_column(ForeignKey("contribution.id"), unique=True)
    how_id: Mapped[int] = mapped_column(ForeignKey("contribution.id"), unique=True)
    source_key: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    released_at: Mapped[datetime | None]

    receipt: Mapped[Receipt] = relationship()
    who: Mapped[Contribution] = relationship(foreign_keys=[who_id])
    what: Mapped[Contribution] = relationship(foreign_keys=[what_id])
    how: Mapped[Contribution] = relationship(foreign_keys=[how_id])

    @property
    def parts(self) -> tuple[Contribution, Contribution, Contribution]:
        """Who is affected, what should be different, how we would know."""
        return self.who, self.what, self.how


class Endorsement(Model):
    """One person's support, counted once confirmed from their e-mail. Only a keyed digest of the address is kept."""

    __tablename__ = "endorsement"
    __table_args__ = (UniqueConstraint("proposal_id", "endorser_digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    endorser_digest: Mapped[str]
    secret_digest: Mapped[str] = mapped_column(unique=True)
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]

    proposal: Mapped[Proposal] = relationship()
