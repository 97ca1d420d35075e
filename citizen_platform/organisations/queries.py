"""Public bodies and areas, in the order a reader expects."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.database import session
from citizen_platform.core.i18n import local, sort_welsh_or_english
from citizen_platform.organisations.models import AREAS, Body


def body_by_slug(slug: str) -> Body | None:
    """The body of that name in addresses."""
    return session.scalar(select(Body).where(Body.slug == slug))


def bodies(slugs: Iterable[str] | None = None) -> list[Body]:
    """Bodies in the reader's alphabetical order: all of them, or those of the slugs given."""
    query = select(Body).order_by(Body.slug)
    if slugs is not None:
        query = query.where(Body.slug.in_(list(slugs)))
    return sort_welsh_or_english(session.scalars(query), lambda body: local(body.name))


def areas() -> list[tuple[str, Bilingual]]:
    """GSS code and name of each principal area of Wales, in the reader's alphabetical order (W8)."""
    return sort_welsh_or_english(AREAS.items(), lambda area: local(area[1]))


def area_names(codes: Iterable[str]) -> list[str]:
    """Names of these areas in the reader's language and alphabetical order; a code that is no area is left out."""
    wanted = set(codes)
    return [local(name) for code, name in areas() if code in wanted]
