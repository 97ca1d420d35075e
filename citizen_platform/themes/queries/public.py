"""What the public and the holder of a receipt see: only themes that were signed off, only words that were released."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import contains_eager

from citizen_platform.contributions.models import Contribution
from citizen_platform.core.database import session
from citizen_platform.core.events import Event
from citizen_platform.themes.models import (
    Theme,
    ThemePassage,
    ThemeTopic,
)


def public_themes(consultation_id: int) -> list[Theme]:
    """The themes that were signed off, by number."""
    return list(
        session.scalars(
            select(Theme)
            .where(Theme.consultation_id == consultation_id, Theme.is_public)
            .order_by(Theme.number)
        )
    )


def public_theme(consultation_id: int, number: int) -> Theme | None:
    """A theme that was signed off."""
    return session.scalar(
        select(Theme).where(Theme.consultation_id == consultation_id, Theme.number == number, Theme.is_public)
    )


def released_passages(theme_ids: Iterable[int], each: int = 3) -> dict[int, list[ThemePassage]]:
    """By theme id: passages that may be quoted, at most ``each``: the languages take turns, and a statement already
    quoted under an earlier theme comes after those that were not.
    """
    rows = session.scalars(
        select(ThemePassage)
        .join(ThemePassage.contribution)
        .where(ThemePassage.theme_id.in_(list(theme_ids)), Contribution.released_at.is_not(None))
        .options(contains_eager(ThemePassage.contribution))
        .order_by(ThemePassage.theme_id, Contribution.released_at, ThemePassage.id)
    )
    by_language: dict[int, dict[str, list[ThemePassage]]] = defaultdict(lambda: defaultdict(list))
    for passage in rows:
        by_language[passage.theme_id][passage.contribution.shown_language].append(passage)
    chosen: dict[int, list[ThemePassage]] = {}
    quoted: set[int] = set()
    for theme_id, piles in by_language.items():
        for pile in piles.values():
            pile.sort(key=lambda passage: passage.contribution_id in quoted)
        in_turn = [
            pile[place] for place in range(each) for _, pile in sorted(piles.items()) if place < len(pile)
        ]
        chosen[theme_id] = in_turn[:each]
        quoted |= {passage.contribution_id for passage in chosen[theme_id]}
    return chosen


def public_suggested(consultation_id: int) -> bool:
    """True when a machine suggested any of the signed-off themes; false when people made them all by hand."""
    from_machine = exists().where(
        ThemeTopic.theme_id == Theme.id, Theme.consultation_id == consultation_id, Theme.is_public
    )
    return bool(session.scalar(select(from_machine)))


@dataclass(frozen=True)
class Grouped:
    """A statement of a receipt under a theme that was signed off, with the instant from which both were true."""

    contribution_id: int
    theme: Theme
    passage: ThemePassage


def themes_of_receipt(receipt_id: int) -> list[Grouped]:
    """Where the statements of a receipt went, signed-off themes only, one entry for each statement and theme."""
    rows = session.execute(
        select(Contribution.id, Theme, ThemePassage)
        .join(ThemePassage, ThemePassage.contribution_id == Contribution.id)
        .join(Theme, and_(Theme.id == ThemePassage.theme_id, Theme.is_public))
        .where(Contribution.receipt_id == receipt_id)
        .order_by(Contribution.id, Theme.number, ThemePassage.start)
    )
    seen: dict[tuple[int, int], Grouped] = {}
    for contribution_id, theme, passage in rows:
        seen.setdefault((contribution_id, theme.id), Grouped(contribution_id, theme, passage))
    return list(seen.values())


def signed_passages(theme_id: int) -> list[tuple[int, int, int, bool]]:
    """What a signature under a theme is about: each passage's statement and offsets, and whether it may be quoted."""
    rows = session.execute(
        select(
            ThemePassage.contribution_id,
            ThemePassage.start,
            ThemePassage.end,
            Contribution.released_at.is_not(None),
        )
        .join(Contribution, Contribution.id == ThemePassage.contribution_id)
        .where(ThemePassage.theme_id == theme_id)
        .order_by(ThemePassage.contribution_id, ThemePassage.start)
    )
    return [(statement, start, end, bool(released)) for statement, start, end, released in rows]


def withdrawn_at(consultation_id: int, number: int) -> datetime | None:
    """When a theme that is not public was taken out of public; None for one that never was."""
    theme_id = session.scalar(
        select(Theme.id).where(
            Theme.consultation_id == consultation_id, Theme.number == number, ~Theme.is_public
        )
    )
    if theme_id is None:
        return None
    return session.scalar(
        select(func.max(Event.at)).where(
            Event.verb == "theme.withdrawn", Event.subject == f"{Theme.__tablename__}:{theme_id}"
        )
    )
