"""Making a proposal, releasing it, endorsing it once each."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select

from citizen_platform.accounts.models import Person
from citizen_platform.consultations.models import Consultation
from citizen_platform.contributions import services as contributions
from citizen_platform.contributions.models import Door
from citizen_platform.core.database import hold, session
from citizen_platform.core.events import record
from citizen_platform.core.security import digest, new_code
from citizen_platform.proposals.models import Endorsement, Proposal

LETTER_PAUSE = timedelta(minutes=5)


def propose(
    body_slug: str,
    *,
    title: str,
    who: str,
    what: str,
    how: str,
    language: str,
    source_key: str,
    code: str,
    about: Consultation | None = None,
    now: datetime,
) -> Proposal:
    """A new proposal with a receipt of its own. ``source_key`` (unique): the same form is never taken twice."""
    receipt, _code = contributions.give_receipt(
        about, door=Door.PROPOSAL, language=language, now=now, code=code
    )
    parts = [contributions.receive(receipt, text, now=now) for text in (who, what, how)]
    proposal = Proposal(
        reference=new_code(8),
        body_slug=body_slug,
        receipt_id=receipt.id,
        title=title,
        language=language,
        who_id=parts[0].id,
        what_id=parts[1].id,
        how_id=parts[2].id,
        source_key=source_key,
        made_at=now,
    )
    record("proposal.made", proposal, by=None, now=now)
    contributions.detect_soon(now=now)
    return proposal


def release(proposal: Proposal, *, by: Person, now: datetime) -> None:
    """Make a proposal public, word for word; whoever releases it has read it."""
    hold(proposal)
    if proposal.released_at is not None:
        return
    for part in proposal.parts:
        contributions.release(part, by=by, now=now)
    proposal.released_at = now
    record("proposal.released", proposal, by=by, now=now)


def canonical_address(address: str) -> str:
    """An e-mail address without what lets one person look like many: case, +tags, and dots where they mean nothing."""
    name, _at, domain = address.strip().lower().rpartition("@")
    name = name.split("+", 1)[0]
    if domain in {"gmail.com", "googlemail.com"}:
        name, domain = name.replace(".", ""), "gmail.com"
    return f"{name}@{domain}"


def ask_to_endorse(proposal: Proposal, address: str, *, key: str, now: datetime) -> str | None:
    """Note that somebody wants to endorse; returns the secret for the letter, or None when no letter is due.

    No letter is due when they have endorsed already, or were written to a moment ago. The page says the same
    in each case.
    """
    hold(proposal)
    who = hmac.new(key.encode(), canonical_address(address).encode(), hashlib.sha256).hexdigest()
    row = session.scalar(
        select(Endorsement).where(Endorsement.proposal_id == proposal.id, Endorsement.endorser_digest == who)
    )
    if row is not None and (row.confirmed_at is not None or row.asked_at > now - LETTER_PAUSE):
        return None
    secret = secrets.token_urlsafe(24)
    if row is None:
        row = Endorsement(proposal_id=proposal.id, endorser_digest=who)
    row.secret_digest = digest(secret)
    row.asked_at = now
    session.add(row)
    session.flush()
    return secret


def confirm(endorsement: Endorsement, *, now: datetime) -> None:
    """Count an endorsement; confirming twice counts once."""
    hold(endorsement)
    if endorsement.confirmed_at is None:
        endorsement.confirmed_at = now
        record("proposal.endorsed", endorsement, by=None, now=now)
