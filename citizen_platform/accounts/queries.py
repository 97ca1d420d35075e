"""Who works here, and who has been asked to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from citizen_platform.accounts.models import Invitation, Membership, Person
from citizen_platform.core.database import session
from citizen_platform.core.security import digest


def plain_address(email: str) -> str:
    """An e-mail address as it is kept: no space around it, lower case."""
    return email.strip().lower()


def person_by_email(email: str) -> Person | None:
    """The person with this address, however it was typed."""
    return session.scalar(
        select(Person).where(Person.email == plain_address(email)).options(selectinload(Person.memberships))
    )


def person_of_session(key: str) -> Person | None:
    """The person a session remembers, unless their account was closed."""
    return session.scalar(
        select(Person)
        .where(Person.fs_uniquifier == key, Person.active)
        .options(selectinload(Person.memberships))
    )


def people_of(body_slug: str) -> list[Person]:
    """Everybody with a role in the body, by address (sort by name for reading)."""
    works_here = select(Membership.person_id).where(Membership.body_slug == body_slug)
    return list(
        session.scalars(
            select(Person)
            .where(Person.id.in_(works_here))
            .options(selectinload(Person.memberships))
            .order_by(Person.email)
        )
    )


def membership_of(body_slug: str, number: int) -> Membership | None:
    """A role somebody holds in the body."""
    return session.scalar(
        select(Membership)
        .where(Membership.id == number, Membership.body_slug == body_slug)
        .options(selectinload(Membership.person))
    )


def invitation_by_secret(secret: str) -> Invitation | None:
    """The invitation whose link holds this secret, whatever has become of it."""
    return session.scalar(
        select(Invitation)
        .where(Invitation.secret_digest == digest(secret))
        .options(selectinload(Invitation.body))
    )


def invitation_of(body_slug: str, number: int) -> Invitation | None:
    """An invitation of the body."""
    return session.scalar(
        select(Invitation).where(Invitation.id == number, Invitation.body_slug == body_slug)
    )


def open_invitations_of(body_slug: str, now: datetime) -> list[Invitation]:
    """The body's invitations that can still be accepted, newest first."""
    return list(
        session.scalars(
            select(Invitation)
            .where(
                Invitation.body_slug == body_slug,
                Invitation.accepted_at.is_(None),
                Invitation.expires_at > now,
            )
            .order_by(Invitation.made_at.desc(), Invitation.id.desc())
        )
    )
