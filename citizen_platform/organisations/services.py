"""What organisations do: take in a new public body."""

from __future__ import annotations

import re
from datetime import datetime

from citizen_platform.accounts.models import Person
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.errors import DomainError
from citizen_platform.core.events import record
from citizen_platform.core.i18n import _l
from citizen_platform.organisations.models import Body
from citizen_platform.organisations.queries import body_by_slug

SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def add_body(
    slug: str, name: Bilingual, *, promise: Bilingual | None = None, by: Person | None, now: datetime
) -> Body:
    """A new body. Raises DomainError when the slug is taken or cannot stand in an address, or a language is missing."""
    if not SLUG.fullmatch(slug):
        raise DomainError(_l("Use small letters without accents, digits and dashes"), field="slug")
    if body_by_slug(slug) is not None:
        raise DomainError(_l("There is already an organisation with this name in addresses"), field="slug")
    if not name.is_complete:
        raise DomainError(_l("Give the name in Welsh and in English"), field="name")
    body = Body(slug=slug, name=name, promise=promise or Bilingual(), joined_at=now)
    record("body.joined", body, by=by, now=now)
    return body
