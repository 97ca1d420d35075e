"""A standing panel, its members, and the one-time codes by which they answer a consultation.

Whether a code was used is not kept here: it follows from the submission whose ``source_key`` is the invitation's.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from citizen_platform.consultations.models import Consultation
from citizen_platform.core.bilingual import Bilingual, bilingual, complete_when
from citizen_platform.core.database import Model, check

SOURCE = "panel:"
"""What the source key of a panel member's submission begins with; the number of the invitation follows."""


class Panel(Model):
    """People who agreed to be asked from time to time by one body."""

    __tablename__ = "panel"
    __table_args__ = (complete_when("1 = 1", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    body_slug: Mapped[str] = mapped_column(ForeignKey("body.slug"), index=True)
    name: Mapped[Bilingual] = bilingual("name")
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class Member(Model):
    """Somebody on a panel. One without an address gets letters on paper; one who left keeps no name and no address."""

    __tablename__ = "panel_member"
    __table_args__ = (
        UniqueConstraint("id", "panel_id"),
        UniqueConstraint("panel_id", "email"),
        check("email = lower(email)", "email_in_lower_case"),
        check("(left_at IS NULL) = (name IS NOT NULL)", "name_until_they_leave"),
        check("left_at IS NULL OR email IS NULL", "no_address_after_they_leave"),
        check("language IN ('cy', 'en')", "language"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), index=True)
    name: Mapped[str | None]
    email: Mapped[str | None]
    language: Mapped[str]
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]

    panel: Mapped[Panel] = relationship()


class PanelInvitation(Model):
    """A one-time code of one member for one consultation, kept as a digest. No page links it to an answer."""

    __tablename__ = "panel_invitation"
    __table_args__ = (
        UniqueConstraint("consultation_id", "member_id"),
        ForeignKeyConstraint(["member_id", "panel_id"], ["panel_member.id", "panel_member.panel_id"]),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), index=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    member_id: Mapped[int]
    code_digest: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    consultation: Mapped[Consultation] = relationship()

    @property
    def source_key(self) -> str:
        """The key under which the database lets one submission in, and no second."""
        return f"{SOURCE}{self.id}"

    def is_open(self, now: datetime) -> bool:
        """True while an answer with this code is taken."""
        return now < self.expires_at and self.consultation.is_open(now)
