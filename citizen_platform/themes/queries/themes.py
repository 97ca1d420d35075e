"""Reads of themes at the desk: the themes themselves, how many spoke of them, the statements in and outside them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import Select, distinct, exists, func, select

from citizen_platform.contributions.models import Contribution
from citizen_platform.core.database import session
from citizen_platform.themes.models import (
    Theme,
    ThemePassage,
)

PAGE = 25
"""Statements on a page of the desk."""


def themes(consultation_id: int) -> list[Theme]:
    """Every theme of a consultation, signed off or not, by number."""
    return list(
        session.scalars(select(Theme).where(Theme.consultation_id == consultation_id).order_by(Theme.number))
    )


def theme_of(consultation_id: int, number: int) -> Theme | None:
    """A theme of this consultation."""
    return session.scalar(
        select(Theme).where(Theme.consultation_id == consultation_id, Theme.number == number)
    )


@dataclass
class ThemeCount:
    """How many spoke of a theme. ``languages`` and ``doors`` count statements.

    Their keys are the values of TextLanguage and Door. A statement whose language nobody has looked for yet counts in
    the language of its form.
    """

    people: int = 0
    statements: int = 0
    languages: Counter[str] = field(default_factory=Counter)
    doors: Counter[str] = field(default_factory=Counter)

    @property
    def is_small(self) -> bool:
        """Too few people to be shown by language or door without pointing at somebody."""
        return self.people < FEW


FEW = 10
"""Fewer people than this are not shown by language or by door."""


def theme_counts(theme_ids: Iterable[int]) -> dict[int, ThemeCount]:
    """By theme id, for every id given. A person or statement with several passages in a theme counts once."""
    ids = list(theme_ids)
    counts = {theme_id: ThemeCount() for theme_id in ids}
    if not ids:
        return counts
    belonging = (
        select(ThemePassage.theme_id, Contribution)
        .join(Contribution, Contribution.id == ThemePassage.contribution_id)
        .where(ThemePassage.theme_id.in_(ids))
    )
    people = belonging.with_only_columns(ThemePassage.theme_id, func.count(distinct(Contribution.receipt_id)))
    for theme_id, number in session.execute(people.group_by(ThemePassage.theme_id)):
        counts[theme_id].people = number
    kinds = (ThemePassage.theme_id, Contribution.language, Contribution.form_language, Contribution.door)
    split = belonging.with_only_columns(*kinds, func.count(distinct(Contribution.id))).group_by(*kinds)
    for theme_id, language, form_language, door, number in session.execute(split):
        count = counts[theme_id]
        count.statements += number
        count.languages[language.value if language else form_language] += number
        count.doors[door.value] += number
    return counts


@dataclass(frozen=True)
class InTheme:
    """A statement in a theme, with the passages that put it there."""

    contribution: Contribution
    passages: list[ThemePassage]


def statements_in(theme_id: int, page: int = 1) -> tuple[list[InTheme], int]:
    """One page of a theme's statements in the order they came, and how many pages there are (at least one)."""
    belongs = exists().where(
        ThemePassage.theme_id == theme_id, ThemePassage.contribution_id == Contribution.id
    )
    found, pages = _page(select(Contribution).where(belongs), page)
    passages: dict[int, list[ThemePassage]] = defaultdict(list)
    for passage in session.scalars(
        select(ThemePassage)
        .where(ThemePassage.theme_id == theme_id, ThemePassage.contribution_id.in_([row.id for row in found]))
        .order_by(ThemePassage.contribution_id, ThemePassage.start)
    ):
        passages[passage.contribution_id].append(passage)
    return [InTheme(row, passages[row.id]) for row in found], pages


def statements_outside(
    theme: Theme, words: str, page: int = 1, *, no_theme: bool = False
) -> tuple[list[Contribution], int]:
    """One page of statements with these words that are not in the theme (``no_theme``: in none), and the pages."""
    reached = [Theme.consultation_id == theme.consultation_id] if no_theme else [Theme.id == theme.id]
    belongs = exists().where(
        ThemePassage.contribution_id == Contribution.id, ThemePassage.theme_id == Theme.id, *reached
    )
    found = select(Contribution).where(Contribution.consultation_id == theme.consultation_id, ~belongs)
    if words.strip():
        found = found.where(func.lower(Contribution.text).contains(words.strip().lower(), autoescape=True))
    return _page(found, page)


def _page(found: Select[Contribution], page: int) -> tuple[list[Contribution], int]:
    total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    pages = max(1, -(-total // PAGE))
    start = (min(max(page, 1), pages) - 1) * PAGE
    return list(session.scalars(found.order_by(Contribution.id).offset(start).limit(PAGE))), pages
