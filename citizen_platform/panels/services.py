"""What panels do: keep members, ask them by one-time code, let a code in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from citizen_platform.accounts.models import Person
from citizen_platform.accounts.queries import plain_address
from citizen_platform.accounts.services import TRIES_PER_NETWORK, forgive, take_try
from citizen_platform.consultations.models import Consultation
from citizen_platform.contributions.models import Door
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.database import session
from citizen_platform.core.errors import DomainError, Gone
from citizen_platform.core.events import record
from citizen_platform.core.i18n import LOCALES, _, _l, force_locale, long_date, translated_rule
from citizen_platform.core.outbox import post
from citizen_platform.core.security import digest, in_groups, new_code
from citizen_platform.panels import queries
from citizen_platform.panels.models import Member, Panel, PanelInvitation
from citizen_platform.submissions.queries import draft_by_secret
from citizen_platform.submissions.services import start_draft

CODE_LENGTH = 16
"""Characters of a one-time code: 80 random bits. Short enough to type from paper; it lives for weeks, opens one form,
and guessing is slowed down by the network."""


class Used(Gone):
    """The code has done its work."""


@dataclass(frozen=True)
class PaperLetter:
    """A letter for a member without an e-mail address, to be printed now: the code in it is kept nowhere."""

    name: str
    language: str
    subject: str
    text: str


def create(body_slug: str, name: Bilingual, *, by: Person, now: datetime) -> Panel:
    """A new, empty panel. Raises DomainError when a language of its name is missing."""
    if not name.is_complete:
        raise DomainError(_l("Give the panel's name in Welsh and in English"), field="name")
    panel = Panel(body_slug=body_slug, name=name, created_at=now, changed_at=now)
    record("panel.created", panel, by=by, now=now)
    return panel


def add_member(
    panel: Panel, name: str, email: str | None, language: str, *, by: Person | None, now: datetime
) -> Member:
    """Put somebody on the panel. Raises DomainError when the address is on it already: one person, one code."""
    address = plain_address(email or "") or None
    taken = select(func.count()).where(Member.panel_id == panel.id, Member.email == address)
    if address is not None and session.scalar(taken):
        raise DomainError(_l("Somebody with this e-mail address is already on the panel"), field="email")
    member = Member(panel_id=panel.id, name=name.strip(), email=address, language=language, joined_at=now)
    record("panel.member_added", member, by=by, now=now)
    return member


def remove_member(member: Member, *, by: Person, now: datetime) -> None:
    """Take somebody off the panel: their name and address are forgotten at once, what they answered stays counted."""
    member.name = member.email = None
    member.left_at = now
    record("panel.member_removed", member, by=by, now=now)


def invite(
    panel: Panel, consultation: Consultation, *, origin: str, by: Person, now: datetime
) -> tuple[int, list[PaperLetter]]:
    """Give every member who has none a one-time code for the consultation.

    Members with an address get a letter in their language; the letters of the others are returned to be printed.
    Gives how many were invited, and those letters. Raises DomainError when the consultation takes no answers.
    """
    expires_at = _expiry(panel, consultation, now)
    # The first write: two people who press at once come one after the other, and nobody gets two codes.
    session.execute(update(Panel).where(Panel.id == panel.id).values(changed_at=now))
    members = queries.members_not_invited(panel, consultation)
    on_paper = []
    for member in members:
        code = new_code(CODE_LENGTH)
        session.add(
            PanelInvitation(
                panel_id=panel.id,
                consultation_id=consultation.id,
                member_id=member.id,
                code_digest=digest(code),
                made_at=now,
                expires_at=expires_at,
            )
        )
        letter = _letter(panel, consultation, member, code, origin)
        if member.email:
            post(member.email, member.language, letter.subject, letter.text, now=now)
        else:
            on_paper.append(letter)
    record("panel.invited", panel, by=by, now=now, consultation=consultation.reference, members=len(members))
    return len(members), on_paper


def renew_on_paper(
    panel: Panel, consultation: Consultation, *, origin: str, by: Person, now: datetime
) -> list[PaperLetter]:
    """New codes for members without an address, for letters that were lost; the codes printed before stop working.

    A member who has answered gets a new code too, which lets nothing more in: so nobody learns from it who answered.
    """
    expires_at = _expiry(panel, consultation, now)
    letters = []
    for invitation, member in queries.invitations_on_paper(panel, consultation):
        code = new_code(CODE_LENGTH)
        invitation.code_digest, invitation.made_at, invitation.expires_at = digest(code), now, expires_at
        letters.append(_letter(panel, consultation, member, code, origin))
    record(
        "panel.codes_renewed",
        panel,
        by=by,
        now=now,
        consultation=consultation.reference,
        members=len(letters),
    )
    return letters


def _expiry(panel: Panel, consultation: Consultation, now: datetime) -> datetime:
    if (
        consultation.body_slug != panel.body_slug
        or not consultation.is_open(now)
        or consultation.closes_at is None
    ):
        raise DomainError(_l("Choose a consultation that is open now"), field="consultation")
    return consultation.closes_at


def _letter(panel: Panel, consultation: Consultation, member: Member, code: str, origin: str) -> PaperLetter:
    """The letter to a member, in their language."""
    language = member.language
    with force_locale(LOCALES[language]):
        title = consultation.title[language]
        subject = _("Your answer is asked for: %(title)s", title=title)
        text = _(
            "Dear %(name)s,\n\n"
            "As a member of %(panel)s you are asked to answer this consultation:\n%(title)s\n\n"
            "Go to %(link)s and enter this code:\n%(code)s\n\n"
            "The code works once, until %(date)s. Nobody is shown who gave which answer.",
            name=member.name,
            panel=panel.name[language],
            title=title,
            link=origin + translated_rule("/panels/answer", language),
            code=in_groups(code),
            date=long_date(consultation.closes_at),
        )
    return PaperLetter(member.name or "", language, subject, text)


def enter(
    typed: str, *, known: dict[str, str], network: str, language: str, now: datetime
) -> tuple[Consultation, str]:
    """Let a member in by one-time code: the consultation, and the secret of the draft their answers grow in.

    ``known`` are the drafts (reference to secret) of this visitor's session: one begun with this code is taken
    up again.
    Raises DomainError for a code that cannot be used, without saying why; TooManyTries; Used and Gone for a right code
    that was used or is too late.
    """
    tries = take_try({f"panel-code:{network}": TRIES_PER_NETWORK}, now=now)
    invitation = queries.invitation_by_code(typed)
    if invitation is None:
        raise DomainError(
            _l("This code cannot be used. Check it against your letter and type it again."), field="code"
        )
    forgive(tries)
    consultation = invitation.consultation
    if queries.is_answered(invitation):
        raise Used(_l("This code has been used"))
    if not invitation.is_open(now):
        raise Gone(_l("This consultation has closed. It takes no more answers."))
    secret = known.get(consultation.reference, "")
    begun = draft_by_secret(consultation.id, secret) if secret else None
    if begun is None or begun.source_key != invitation.source_key:
        _draft, secret = start_draft(
            consultation, language=language, now=now, door=Door.PANEL, source_key=invitation.source_key
        )
    return consultation, secret
