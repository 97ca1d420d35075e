"""Reads of runs, topics and themes. What the public sees comes from functions whose names begin with ``public_``."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Select, and_, distinct, exists, func, select
from sqlalchemy.orm import contains_eager, joinedload

from citizen_platform.consultations.models import Question, QuestionKind
from citizen_platform.contributions.models import Contribution
from citizen_platform.core.database import session
from citizen_platform.themes.models import (
    LeftReason,
    Theme,
    ThemePassage,
    ThemeTopic,
    Topic,
    TopicLeft,
    TopicPassage,
    TopicRun,
)

FEW = 10
"""Fewer people than this are not shown by language or by door."""

PAGE = 25
"""Statements on a page of the desk."""


# --- runs and topics: the machine ---


def runs(consultation_id: int) -> list[TopicRun]:
    """Every run of a consultation with its job, newest first."""
    return list(
        session.scalars(
            select(TopicRun)
            .where(TopicRun.consultation_id == consultation_id)
            .options(joinedload(TopicRun.job))
            .order_by(TopicRun.id.desc())
        )
    )


def run_of(consultation_id: int, run_id: int) -> TopicRun | None:
    """A run of this consultation, freshly read with its job."""
    return session.scalar(
        select(TopicRun)
        .where(TopicRun.consultation_id == consultation_id, TopicRun.id == run_id)
        .options(joinedload(TopicRun.job))
        .execution_options(populate_existing=True)
    )


def open_questions(consultation_id: int) -> list[Question]:
    """The questions answered in words, in their order."""
    return list(
        session.scalars(
            select(Question)
            .where(Question.consultation_id == consultation_id, Question.kind == QuestionKind.TEXT)
            .order_by(Question.position, Question.id)
        )
    )


def topics(run_id: int) -> list[Topic]:
    """The topics of a run, largest first."""
    return list(
        session.scalars(select(Topic).where(Topic.run_id == run_id).order_by(Topic.size.desc(), Topic.id))
    )


def topic_of(consultation_id: int, topic_id: int) -> Topic | None:
    """A topic of one of this consultation's runs."""
    return session.scalar(
        select(Topic)
        .join(TopicRun)
        .where(Topic.id == topic_id, TopicRun.consultation_id == consultation_id)
        .options(contains_eager(Topic.run))
    )


@dataclass(frozen=True)
class Example:
    """A passage someone wrote, with the language to show it in."""

    text: str
    language: str
    contribution_id: int


def topic_examples(found: Sequence[Topic], each: int = 3) -> dict[int, list[Example]]:
    """By topic id: its most typical passages, in the languages they were written in."""
    wanted = {(topic.id, number) for topic in found for number in topic.examples[:each]}
    if not wanted:
        return {}
    rows = session.execute(
        select(TopicPassage, Contribution)
        .join(Contribution, Contribution.id == TopicPassage.contribution_id)
        .where(
            TopicPassage.topic_id.in_({topic_id for topic_id, _ in wanted}),
            TopicPassage.contribution_id.in_({number for _, number in wanted}),
        )
        .order_by(TopicPassage.strength.desc(), TopicPassage.id)
    )
    best: dict[tuple[int, int], Example] = {}
    for passage, contribution in rows:
        best.setdefault(
            (passage.topic_id, contribution.id),
            Example(
                contribution.text[passage.start : passage.end], contribution.shown_language, contribution.id
            ),
        )
    return {
        topic.id: [best[topic.id, number] for number in topic.examples[:each] if (topic.id, number) in best]
        for topic in found
    }


def themes_from_topics(run_id: int) -> dict[int, list[Theme]]:
    """By topic id: the themes it was put into, for topics that people have used."""
    used: dict[int, list[Theme]] = defaultdict(list)
    rows = session.execute(
        select(ThemeTopic.topic_id, Theme)
        .join(Theme, Theme.id == ThemeTopic.theme_id)
        .join(Topic, Topic.id == ThemeTopic.topic_id)
        .where(Topic.run_id == run_id)
        .order_by(ThemeTopic.topic_id, Theme.number)
    )
    for topic_id, theme in rows:
        used[topic_id].append(theme)
    return dict(used)


# --- themes: people ---


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


# --- coverage: what became of every statement ---


@dataclass(frozen=True)
class Coverage:
    """Every statement received is in exactly one of the four: their sum is ``received``."""

    received: int
    in_themes: int
    no_content: int
    read: int
    unread: int


def coverage(consultation_id: int, *, public_only: bool = True) -> Coverage:
    """What became of every statement: in a theme (signed off, or any), without content, read by a person, or not."""
    here = Contribution.consultation_id == consultation_id
    shown = [Theme.is_public] if public_only else []
    grouped = exists().where(
        ThemePassage.contribution_id == Contribution.id, ThemePassage.theme_id == Theme.id, *shown
    )
    empty = exists().where(
        TopicLeft.contribution_id == Contribution.id, TopicLeft.reason == LeftReason.NO_CONTENT
    )

    def number(*conditions: ColumnElement[bool]) -> int:
        return session.scalar(select(func.count(Contribution.id)).where(here, *conditions)) or 0

    was_read = Contribution.read_at.is_not(None)
    return Coverage(
        received=number(),
        in_themes=number(grouped),
        no_content=number(~grouped, empty),
        read=number(~grouped, ~empty, was_read),
        unread=number(~grouped, ~empty, ~was_read),
    )


# --- the receipt ---


@dataclass(frozen=True)
class Grouped:
    """A statement of a receipt under a theme that was signed off, with the instant from which both were true."""

    contribution_id: int
    theme: Theme
    passage: ThemePassage


def public_suggested(consultation_id: int) -> bool:
    """True when a machine suggested any of the signed-off themes; false when people made them all by hand."""
    from_machine = exists().where(
        ThemeTopic.theme_id == Theme.id, Theme.consultation_id == consultation_id, Theme.is_public
    )
    return bool(session.scalar(select(from_machine)))


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


def statements_to_group(consultation_id: int, question_id: int | None) -> list[Contribution]:
    """What a run reads, in the order it came: everything people said here, or the answers to one question."""
    found = select(Contribution).where(Contribution.consultation_id == consultation_id)
    if question_id is not None:
        found = found.where(Contribution.question_id == question_id)
    return list(session.scalars(found.order_by(Contribution.id)))


def has_statements(consultation_id: int, question_id: int | None) -> bool:
    """True when there is anything for a run to read."""
    at_all = Contribution.consultation_id == consultation_id
    if question_id is not None:
        at_all = and_(at_all, Contribution.question_id == question_id)
    return bool(session.scalar(select(exists().where(at_all))))


def unfinished_run(consultation_id: int) -> TopicRun | None:
    """The run of this consultation that waits or works now, if any."""
    return next((run for run in runs(consultation_id) if run.job is not None and not run.job.is_over), None)
