"""Staff and their roles. A role is held in one public body; nobody has a role everywhere."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from citizen_platform.core.database import Model, check, words
from citizen_platform.core.i18n import _l


class Role(enum.StrEnum):
    """What somebody does for a public body."""

    POLICY_OFFICER = "policy_officer"
    ANALYST = "analyst"
    FACILITATOR = "facilitator"
    SCREENER = "screener"
    TRANSLATOR = "translator"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> Any:
        """The role's name in the reader's language."""
        return ROLE_NAMES[self]


ROLE_NAMES: dict[Role, Any] = {
    Role.POLICY_OFFICER: _l("Policy officer"),
    Role.ANALYST: _l("Analyst"),
    Role.FACILITATOR: _l("Facilitator"),
    Role.SCREENER: _l("Screener"),
    Role.TRANSLATOR: _l("Translator"),
    Role.ADMINISTRATOR: _l("Administrator"),
}


class Person(Model):
    """Somebody who signs in. ``fs_uniquifier`` names a sign-in: changing it ends every open session."""

    __tablename__ = "person"
    __table_args__ = (check("email = lower(email)", "email_in_lower_case"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    language: Mapped[str] = mapped_column(default="cy")
    password: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(unique=True)
    joined_at: Mapped[datetime]
    memberships: Mapped[list[Membership]] = relationship(back_populates="person", order_by="Membership.id")

    def holds(self, body: str, *roles: Role) -> bool:
        """True when this person has one of the roles in the body (its slug); any role when none is named."""
        return any(
            membership.body_slug == body and (not roles or membership.role in roles)
            for membership in self.memberships
        )

    @property
    def bodies(self) -> list[str]:
        """Slugs of the bodies this person works for, in the order they joined them."""
        return list(dict.fromkeys(membership.body_slug for membership in self.memberships))

    def roles_in(self, body: str) -> list[Role]:
        """What this person does in the body (its slug), in the order of :class:`Role`."""
        held = {membership.role for membership in self.memberships if membership.body_slug == body}
        return [role for role in Role if role in held]

    # What Flask-Login asks of somebody who signs in.
    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        """False for somebody whose account was closed: they can no longer sign in."""
        return self.active

    def get_id(self) -> str:
        """What a session remembers of this person."""
        return self.fs_uniquifier


class Membership(Model):
    """A role of a person in a body."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("person_id", "body_slug", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    body_slug: Mapped[str] = mapped_column(ForeignKey("body.slug"))
    role: Mapped[Role] = mapped_column(words(Role))
    person: Mapped[Person] = relationship(back_populates="memberships")


class Invitation(Model):
    """A one-use link that lets an e-mail address take a role. Only the digest of its secret is kept (S15)."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    secret_digest: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str]
    body_slug: Mapped[str] = mapped_column(ForeignKey("body.slug"))
    role: Mapped[Role] = mapped_column(words(Role))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    body: Mapped[Any] = relationship("Body", viewonly=True)

    def is_open(self, now: datetime) -> bool:
        """True while the link can be used."""
        return self.accepted_at is None and now < self.expires_at


class Attempt(Model):
    """A try at a secret (a password, a code) that has not been right. Names no one: ``key`` is a keyed digest."""

    __tablename__ = "attempt"
    __table_args__ = (Index(None, "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)
