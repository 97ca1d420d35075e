"""Reads of themes at the desk: the themes themselves, how many spoke of them, the statements in and outside them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Select, distinct, exists, func, select

from citizen_platform.contributions.models import Contribution, Door, TextLanguage
from citizen_platform.core.database import session
from citizen_platform.themes.models import (
    Theme,
    ThemePassage,
    ThemeStep,
    TopicPassage,
)

PAGE = 25
"""Statements on a page of the desk."""


def themes(consultation_id: int) -> list[Theme]:
    """Every theme of a consultation, signed off or not, by number."""
    return list(
        session.scalars(select(Theme).where(Theme.consultation_id == consultation_id).order_by(Theme.number))
    )


def themes_in_use(consultation_id: int) -> list[Theme]:
    """The themes of a consultation that were neither merged into another nor parked, by number."""
    return [theme for theme in themes(consultation_id) if theme.is_in_use]


def where_merged(found: Iterable[Theme]) -> dict[int, Theme]:
    """By id of a merged theme: where it ended, however often that was merged again. ``found`` holds every theme."""
    by_id = {theme.id: theme for theme in found}
    ends: dict[int, Theme] = {}
    for theme in by_id.values():
        end = theme
        while end.merged_into_id is not None and end.merged_into_id in by_id:
            end = by_id[end.merged_into_id]
        if end is not theme:
            ends[theme.id] = end
    return ends


def theme_state(theme: Theme) -> tuple[object, ...]:
    """Everything a colleague may change about a theme, for the mark of what somebody saw when deciding about it."""
    passages = session.execute(
        select(
            func.count(ThemePassage.id),
            func.sum(ThemePassage.contribution_id),
            func.sum(ThemePassage.start),
            func.max(ThemePassage.added_at),
        ).where(ThemePassage.theme_id == theme.id)
    ).one()
    words = (theme.name, theme.description, theme.is_minority, theme.is_public)
    last = session.scalar(select(func.max(ThemeStep.id)).where(ThemeStep.theme_id == theme.id))
    return (*words, theme.merged_into_id, theme.parked_at, last, *passages)


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


def statements_in(
    theme_id: int, page: int = 1, *, words: str = "", part: int | None = None
) -> tuple[list[InTheme], int]:
    """One page of a theme's statements in the order they came, and how many pages there are (at least one).

    ``words``: only passages with these words; ``part``: only passages of this topic.
    """
    wanted = [ThemePassage.theme_id == theme_id, *narrowed(words, part)]
    belongs = exists().where(ThemePassage.contribution_id == Contribution.id, *wanted)
    found, pages, _total = page_of(select(Contribution).where(belongs), page)
    passages: dict[int, list[ThemePassage]] = defaultdict(list)
    for passage in session.scalars(
        select(ThemePassage)
        .join(Contribution, Contribution.id == ThemePassage.contribution_id)
        .where(*wanted, ThemePassage.contribution_id.in_([row.id for row in found]))
        .order_by(ThemePassage.contribution_id, ThemePassage.start)
    ):
        passages[passage.contribution_id].append(passage)
    return [InTheme(row, passages[row.id]) for row in found], pages


def passage_keys(theme_id: int, *, words: str = "", part: int | None = None) -> list[tuple[int, int]]:
    """Statement and start of every passage of a theme with these words, or of this topic."""
    rows = session.execute(
        select(ThemePassage.contribution_id, ThemePassage.start)
        .join(Contribution, Contribution.id == ThemePassage.contribution_id)
        .where(ThemePassage.theme_id == theme_id, *narrowed(words, part))
        .order_by(ThemePassage.contribution_id, ThemePassage.start)
    )
    return [(row[0], row[1]) for row in rows]


def narrowed(words: str, part: int | None) -> list[ColumnElement[bool]]:
    """Conditions on passages of a theme joined with their statements."""
    conditions: list[ColumnElement[bool]] = []
    if words.strip():
        length = ThemePassage.end - ThemePassage.start
        text = func.substr(Contribution.text, ThemePassage.start + 1, length)
        conditions.append(func.lower(text).contains(words.strip().lower(), autoescape=True))
    if part is not None:
        conditions.append(
            exists().where(
                TopicPassage.topic_id == part,
                TopicPassage.contribution_id == ThemePassage.contribution_id,
                TopicPassage.start == ThemePassage.start,
            )
        )
    return conditions


def said(words: str) -> list[ColumnElement[bool]]:
    """Conditions on statements: they have these words."""
    if not words.strip():
        return []
    return [func.lower(Contribution.text).contains(words.strip().lower(), autoescape=True)]


@dataclass(frozen=True)
class Outside:
    """Which statements outside a theme somebody looks for; what is empty does not matter."""

    words: str = ""
    no_theme: bool = False
    language: str = ""
    door: str = ""
    question_id: int | None = None


def statements_outside(theme: Theme, wanted: Outside, page: int = 1) -> tuple[list[Contribution], int, int]:
    """One page of the statements that somebody looks for outside a theme, the pages, and how many there are.

    The language of a statement that nobody has looked at yet is that of its form.
    """
    reached = [Theme.consultation_id == theme.consultation_id] if wanted.no_theme else [Theme.id == theme.id]
    belongs = exists().where(
        ThemePassage.contribution_id == Contribution.id, ThemePassage.theme_id == Theme.id, *reached
    )
    found = select(Contribution).where(
        Contribution.consultation_id == theme.consultation_id, ~belongs, *said(wanted.words)
    )
    if wanted.language in set(TextLanguage):
        unknown = Contribution.language.is_(None) & (Contribution.form_language == wanted.language)
        found = found.where((Contribution.language == TextLanguage(wanted.language)) | unknown)
    if wanted.door in set(Door):
        found = found.where(Contribution.door == Door(wanted.door))
    if wanted.question_id is not None:
        found = found.where(Contribution.question_id == wanted.question_id)
    return page_of(found, page)


def page_of(found: Select[Contribution], page: int) -> tuple[list[Contribution], int, int]:
    """One page of statements in the order they came, the number of pages (at least one) and of statements."""
    total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    pages = max(1, -(-total // PAGE))
    start = (min(max(page, 1), pages) - 1) * PAGE
    rows = session.scalars(found.order_by(Contribution.id).offset(start).limit(PAGE))
    return list(rows), pages, total
