"""What accounts do: declare who may, sign in, invite, accept, take a role away, slow down guessing."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func, insert, select, update

from citizen_platform.accounts.models import Attempt, Invitation, Membership, Person, Role
from citizen_platform.accounts.queries import person_by_email, plain_address
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.database import db, session
from citizen_platform.core.errors import DomainError, Gone
from citizen_platform.core.events import record
from citizen_platform.core.i18n import LANGUAGES, LOCALES, _, _l, force_locale, translated_rule
from citizen_platform.core.outbox import post
from citizen_platform.core.security import Access, digest, keyed_digest

INVITATION_LASTS = timedelta(days=7)
PASSWORD_LENGTH = (12, 1000)
"""Shortest and longest password; nothing else is asked of it."""

TRY_WINDOW = timedelta(minutes=5)
TRIES_PER_ADDRESS = 5
TRIES_PER_NETWORK = 20
"""Wrong tries in one window. A network may be a whole office or a village hall, so it is allowed more."""

_hasher = PasswordHasher()
_NOBODY = _hasher.hash(secrets.token_urlsafe(16))


class TooManyTries(DomainError):
    """Somebody, or a program, guesses too fast."""


# Access


def role(*roles: Role) -> Access:
    """Access for people who hold one of the roles in the body that the address names (``<body>``)."""
    names = ", ".join(sorted(roles)) or "any role"

    def allows(person: Person | None, address: Any) -> bool:
        return person is not None and person.holds(address["body"], *roles)

    return Access(f"{names} in the body", allows)


# Guessing


def take_try(tries: dict[str, int], *, now: datetime) -> list[int]:
    """Count a try at a secret before it is checked; returns what :func:`forgive` takes when it was right.

    ``tries`` maps what is counted (``"panel-code:" + network``) to the wrong tries allowed in five minutes. The count
    is a short transaction of its own, so that it stays when the request fails: call it before anything is written.
    Raises TooManyTries, with nothing counted, when there were too many.
    """
    with db.engine.begin() as connection:
        connection.execute(delete(Attempt).where(Attempt.at < now - 2 * TRY_WINDOW))
        numbers = []
        for name, allowed in tries.items():
            key = keyed_digest(f"try:{name}")
            row = connection.execute(insert(Attempt).values(key=key, at=now).returning(Attempt.id))
            numbers.append(row.scalar_one())
            count = select(func.count()).where(Attempt.key == key, Attempt.at > now - TRY_WINDOW)
            if connection.execute(count).scalar_one() > allowed:
                raise TooManyTries(_l("There were too many tries. Wait five minutes, then try again."))
    return numbers


def forgive(tries: list[int]) -> None:
    """The try was right: it does not count."""
    session.execute(delete(Attempt).where(Attempt.id.in_(tries)))


# Sign-in


def password_hash(password: str) -> str:
    """A password as it is kept: argon2id. Raises DomainError when it is too short or far too long."""
    shortest, longest = PASSWORD_LENGTH
    if not shortest <= len(password) <= longest:
        raise DomainError(_l("Choose a password of 12 characters or more"), field="password")
    return _hasher.hash(password)


def sign_in(email: str, password: str, *, network: str, now: datetime) -> Person:
    """The person with this address and password.

    An unknown address, a closed account and a wrong password give the same answer after the same work (S17).
    Raises DomainError for these, TooManyTries when somebody guesses.
    """
    tries = take_try(
        {
            f"sign-in:{plain_address(email)}": TRIES_PER_ADDRESS,
            f"sign-in:{network}": TRIES_PER_NETWORK,
        },
        now=now,
    )
    person = person_by_email(email)
    kept = person.password if person and person.active and person.password else None
    if not _verifies(kept or _NOBODY, password) or person is None or kept is None:
        raise DomainError(_l("The e-mail address or the password is not right"), field="password")
    if _hasher.check_needs_rehash(kept):
        person.password = _hasher.hash(password)
    forgive(tries)
    record("person.signed_in", person, by=person, now=now)
    return person


def _verifies(kept: str, password: str) -> bool:
    try:
        return _hasher.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


def add_person(email: str, name: str, *, language: str, password: str, now: datetime) -> Person:
    """A new account without any role. Raises DomainError when the address already has one or the password is short."""
    if person_by_email(email) is not None:
        raise DomainError(_l("There is already an account for this address"), field="email")
    person = Person(
        email=plain_address(email),
        name=name.strip(),
        language=language,
        password=password_hash(password),
        active=True,
        fs_uniquifier=secrets.token_urlsafe(24),
        joined_at=now,
    )
    record("person.joined", person, by=person, now=now)
    return person


def give_role(
    person: Person, body_slug: str, held: Role, *, by: Person | None, now: datetime
) -> Membership | None:
    """Let a person act for a body in a role; None when they already do."""
    if person.holds(body_slug, held):
        return None
    membership = Membership(body_slug=body_slug, role=held)
    person.memberships.append(membership)
    record("role.given", membership, by=by, now=now, role=held.value, body=body_slug)
    return membership


# Invitations


def invitation_links(origin: str, secret: str) -> Bilingual:
    """The absolute address of an invitation in each language, from the configured origin (S16)."""
    rule = "/invitations/<secret>"
    cy, en = (origin + translated_rule(rule, language).replace("<secret>", secret) for language in LANGUAGES)
    return Bilingual(cy, en)


def invite(
    email: str, held: Role, body_slug: str, *, origin: str, by: Person | None, now: datetime
) -> tuple[Invitation, Bilingual]:
    """Invite an address to a role in a body, by a letter in both languages; returns the invitation and its two links.

    The link works once, for seven days. An earlier open invitation of the same address to the same role stops working.
    """
    session.execute(
        update(Invitation)
        .where(
            Invitation.email == plain_address(email),
            Invitation.body_slug == body_slug,
            Invitation.role == held,
            Invitation.accepted_at.is_(None),
            Invitation.expires_at > now,
        )
        .values(expires_at=now)
    )
    secret = secrets.token_urlsafe(32)
    invitation = Invitation(
        secret_digest=digest(secret),
        email=plain_address(email),
        body_slug=body_slug,
        role=held,
        made_at=now,
        expires_at=now + INVITATION_LASTS,
    )
    record("invitation.made", invitation, by=by, now=now, role=held.value, body=body_slug)
    links = invitation_links(origin, secret)
    subject, text = _invitation_letter(invitation, links)
    post(invitation.email, "cy", subject, text, now=now)
    return invitation, links


def _invitation_letter(invitation: Invitation, links: Bilingual) -> tuple[str, str]:
    """Subject and text in both languages, Welsh first: we do not know yet which the reader prefers."""
    subjects, texts = [], []
    for language in LANGUAGES:
        with force_locale(LOCALES[language]):
            subjects.append(_("Invitation to work in Dolen"))
            texts.append(
                _(
                    "%(body)s invites you to work in Dolen. Your role: %(role)s.\n\n"
                    "Open this link to accept:\n%(link)s\n\n"
                    "The link works once, within 7 days. If you did not expect this letter, do nothing.",
                    body=invitation.body.name[language],
                    role=str(invitation.role.label),
                    link=links[language],
                )
            )
    return " / ".join(subjects), "\n\n* * *\n\n".join(texts) + "\n"


def withdraw_invitation(invitation: Invitation, *, by: Person, now: datetime) -> None:
    """Stop an invitation that nobody has accepted yet."""
    if invitation.is_open(now):
        invitation.expires_at = now
        record("invitation.withdrawn", invitation, by=by, now=now)


def accept(invitation: Invitation, person: Person, *, now: datetime) -> None:
    """Give the invited person their role; the link is used up (the database decides who came first).

    Raises Gone when it was used or has expired, DomainError when it was written to somebody else.
    """
    if invitation.email != person.email:
        raise DomainError(_l("This invitation was written to another address"))
    used = session.execute(
        update(Invitation)
        .where(Invitation.id == invitation.id, Invitation.accepted_at.is_(None), Invitation.expires_at > now)
        .values(accepted_at=now)
    )
    if not used.rowcount:  # type: ignore[attr-defined]
        raise Gone(_l("This invitation has been used or is out of date"))
    give_role(person, invitation.body_slug, invitation.role, by=person, now=now)


# Roles


def remove_role(membership: Membership, *, by: Person, now: datetime) -> None:
    """Take a role away. Raises DomainError when nobody would be left to run the body's accounts."""
    administrators = select(Membership.id).where(
        Membership.body_slug == membership.body_slug,
        Membership.role == Role.ADMINISTRATOR,
        Membership.person_id.in_(select(Person.id).where(Person.active)),
    )
    locked = session.scalars(
        select(Membership).where(Membership.id.in_(administrators)).order_by(Membership.id).with_for_update()
    ).all()
    record(
        "role.removed", membership, by=by, now=now, role=membership.role.value, person=membership.person_id
    )
    gone = delete(Membership).where(Membership.id == membership.id)
    if membership.role == Role.ADMINISTRATOR and membership in locked:
        gone = gone.where(select(func.count()).select_from(administrators.subquery()).scalar_subquery() > 1)
    if not session.execute(gone, execution_options={"synchronize_session": False}).rowcount:  # type: ignore[attr-defined]
        raise DomainError(
            _l(
                "This is the last administrator. Make somebody else an administrator first, then remove this role."
            )
        )
    session.expire_all()
