"""Reads of one topic: its parts, its statements, what it shares with others, what people made of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import distinct, exists, func, select

from citizen_platform.contributions.models import Contribution
from citizen_platform.core.database import session
from citizen_platform.themes.models import Theme, ThemePassage, ThemeTopic, Topic, TopicPassage, TopicRun
from citizen_platform.themes.queries.themes import page_of, said

IN_USE = Theme.merged_into_id.is_(None) & Theme.parked_at.is_(None)


def run_at_desk(consultation_id: int) -> TopicRun | None:
    """The run whose topics the desk works on: the newest that found any."""
    return session.scalar(
        select(TopicRun)
        .where(TopicRun.consultation_id == consultation_id, TopicRun.finished_at.is_not(None))
        .order_by(TopicRun.id.desc())
        .limit(1)
    )


def themes_of_topics(topic_ids: Collection[int]) -> dict[int, list[Theme]]:
    """By topic id: the themes in use that it was put into, for topics that people have used."""
    found: dict[int, list[Theme]] = defaultdict(list)
    rows = session.execute(
        select(ThemeTopic.topic_id, Theme)
        .join(Theme, Theme.id == ThemeTopic.theme_id)
        .where(ThemeTopic.topic_id.in_(list(topic_ids)), IN_USE)
        .order_by(ThemeTopic.topic_id, Theme.number)
    )
    for topic_id, theme in rows:
        found[topic_id].append(theme)
    return dict(found)


@dataclass(frozen=True)
class Suggestion:
    """A topic of a run with its parts, and what people made of it so far."""

    topic: Topic
    parts: list[Topic]
    themes: list[Theme]
    themes_of_parts: dict[int, list[Theme]]

    @property
    def is_parked(self) -> bool:
        """Somebody parked it, and nothing became of it."""
        return self.topic.parked_at is not None and not self.themes

    @property
    def is_handled(self) -> bool:
        """It is in a theme or parked, or each of its parts is."""
        each_part = (part.parked_at is not None or part.id in self.themes_of_parts for part in self.parts)
        return bool(self.themes) or self.topic.parked_at is not None or (bool(self.parts) and all(each_part))


def suggestions(run_id: int) -> list[Suggestion]:
    """The topics of a run, those that nobody has handled first, each kind largest first."""
    found = list(
        session.scalars(select(Topic).where(Topic.run_id == run_id).order_by(Topic.size.desc(), Topic.id))
    )
    used = themes_of_topics([topic.id for topic in found])
    parts: dict[int | None, list[Topic]] = defaultdict(list)
    for topic in found:
        parts[topic.parent_id].append(topic)
    made = [
        Suggestion(
            topic,
            parts[topic.id],
            used.get(topic.id, []),
            {part.id: used[part.id] for part in parts[topic.id] if part.id in used},
        )
        for topic in parts[None]
    ]
    return sorted(made, key=lambda each: (each.is_handled, each.is_parked))


def topic_parts(topic_id: int) -> list[Topic]:
    """The parts of a topic, largest first."""
    return list(
        session.scalars(
            select(Topic).where(Topic.parent_id == topic_id).order_by(Topic.size.desc(), Topic.id)
        )
    )


def parts_in_theme(theme_id: int) -> list[tuple[Topic, int]]:
    """What a theme can be split by: the topics it comes from when there are several, and their parts; with how many
    of the theme's statements each holds now, most first.
    """
    own = set(session.scalars(select(ThemeTopic.topic_id).where(ThemeTopic.theme_id == theme_id)))
    shared = func.count(distinct(ThemePassage.contribution_id))
    rows = session.execute(
        select(Topic.id, shared)
        .join(TopicPassage, TopicPassage.topic_id == Topic.id)
        .join(
            ThemePassage,
            (ThemePassage.contribution_id == TopicPassage.contribution_id)
            & (ThemePassage.start == TopicPassage.start),
        )
        .where(ThemePassage.theme_id == theme_id, Topic.id.in_(own) | Topic.parent_id.in_(own))
        .group_by(Topic.id)
        .order_by(shared.desc(), Topic.id)
    )
    counted = [(topic_id, number) for topic_id, number in rows if len(own) > 1 or topic_id not in own]
    topics = {row.id: row for row in session.scalars(select(Topic).where(Topic.id.in_(dict(counted))))}
    return [(topics[topic_id], number) for topic_id, number in counted]


def topic_passages(topic_id: int) -> list[tuple[int, int, int]]:
    """Statement, start and end of every passage of a topic."""
    rows = session.execute(
        select(TopicPassage.contribution_id, TopicPassage.start, TopicPassage.end)
        .where(TopicPassage.topic_id == topic_id)
        .order_by(TopicPassage.id)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def topic_passage_keys(topic_id: int) -> set[tuple[int, int]]:
    """Statement and start of every passage of a topic."""
    return {(number, start) for number, start, _end in topic_passages(topic_id)}


@dataclass(frozen=True)
class Placed:
    """A statement under a topic, with the passages that are and how close the closest lies to its middle."""

    contribution: Contribution
    passages: list[TopicPassage]

    @property
    def text(self) -> str:
        """The person's own words, what lies between left out."""
        return " … ".join(self.contribution.text[passage.start : passage.end] for passage in self.passages)

    @property
    def strength(self) -> float:
        """From 0 to 1."""
        return max(passage.strength for passage in self.passages)


def placed(topic_id: int, contributions: Iterable[Contribution]) -> list[Placed]:
    """These statements with their passages under a topic, in the order given; those with none are left out."""
    rows = list(contributions)
    passages: dict[int, list[TopicPassage]] = defaultdict(list)
    for passage in session.scalars(
        select(TopicPassage)
        .where(TopicPassage.topic_id == topic_id, TopicPassage.contribution_id.in_([row.id for row in rows]))
        .order_by(TopicPassage.contribution_id, TopicPassage.start)
    ):
        passages[passage.contribution_id].append(passage)
    return [Placed(row, passages[row.id]) for row in rows if passages[row.id]]


def statements_under(topic_id: int, words: str = "", page: int = 1) -> tuple[list[Placed], int, int]:
    """One page of a topic's statements with these words, the number of pages and the number of statements."""
    belongs = exists().where(
        TopicPassage.topic_id == topic_id, TopicPassage.contribution_id == Contribution.id
    )
    found, pages, total = page_of(select(Contribution).where(belongs, *said(words)), page)
    return placed(topic_id, found), pages, total


def ends_of(topic: Topic, each: int = 5) -> tuple[list[Placed], list[Placed]]:
    """The most and the least typical statements of a topic, as the run ordered them."""
    wanted = [
        topic.examples[:each],
        [number for number in topic.far if number not in topic.examples[:each]][:each],
    ]
    rows = {
        row.id: row
        for row in session.scalars(
            select(Contribution).where(
                Contribution.id.in_([number for numbers in wanted for number in numbers])
            )
        )
    }
    near, far = (
        placed(topic.id, [rows[number] for number in numbers if number in rows]) for numbers in wanted
    )
    return near, far


@dataclass(frozen=True)
class Overlap:
    """Topics and themes that share statements with a topic, with how many, most first."""

    topics: list[tuple[Topic, int]]
    themes: list[tuple[Theme, int]]


def overlap(topic: Topic, *, most: int = 8) -> Overlap:
    """What shares statements with a topic: other topics of its run (not its own parts or whole) and themes in use."""
    own = select(TopicPassage.contribution_id).where(TopicPassage.topic_id == topic.id)
    kin = [topic.id, *([topic.parent_id] if topic.parent_id else [])]
    shared = func.count(distinct(TopicPassage.contribution_id))
    by_topic = session.execute(
        select(TopicPassage.topic_id, shared)
        .join(Topic, Topic.id == TopicPassage.topic_id)
        .where(
            Topic.run_id == topic.run_id,
            Topic.id.not_in(kin),
            Topic.parent_id.is_(None) | (Topic.parent_id == topic.parent_id),
            TopicPassage.contribution_id.in_(own),
        )
        .group_by(TopicPassage.topic_id)
        .order_by(shared.desc(), TopicPassage.topic_id)
        .limit(most)
    ).all()
    in_theme = func.count(distinct(ThemePassage.contribution_id))
    by_theme = session.execute(
        select(ThemePassage.theme_id, in_theme)
        .where(ThemePassage.contribution_id.in_(own))
        .group_by(ThemePassage.theme_id)
        .order_by(in_theme.desc(), ThemePassage.theme_id)
        .limit(most)
    ).all()
    themes = {row.id: row for row in session.scalars(select(Theme).where(Theme.id.in_(dict(by_theme))))}
    topics = {row.id: row for row in session.scalars(select(Topic).where(Topic.id.in_(dict(by_topic))))}
    return Overlap(
        [(topics[topic_id], number) for topic_id, number in by_topic],
        [(themes[theme_id], number) for theme_id, number in by_theme],
    )
