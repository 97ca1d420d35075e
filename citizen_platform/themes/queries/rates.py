"""How far people follow the machine: what became of its topics, and which passages people placed themselves."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from sqlalchemy import exists, func, select

from citizen_platform.core.database import session
from citizen_platform.themes.models import Theme, ThemePassage, ThemeTopic, Topic, TopicPassage
from citizen_platform.themes.queries.topics import IN_USE


@dataclass(frozen=True)
class Acceptance:
    """What became of the topics of a run (parts count with their whole): each is in exactly one of the six."""

    accepted: int = 0
    renamed: int = 0
    merged: int = 0
    in_parts: int = 0
    parked: int = 0
    untouched: int = 0

    @property
    def topics(self) -> int:
        """How many topics there are."""
        return self.handled + self.untouched

    @property
    def handled(self) -> int:
        """How many somebody has decided about."""
        return self.accepted + self.renamed + self.merged + self.in_parts + self.parked


def acceptance(run_id: int) -> Acceptance:
    """What became of a run's topics: a theme under its own name or another, part of a larger theme, parked, nothing."""
    topics = {topic.id: topic for topic in session.scalars(select(Topic).where(Topic.run_id == run_id))}
    whole = {topic.id: topic.parent_id or topic.id for topic in topics.values()}
    own = (
        select(ThemeTopic.theme_id).join(Topic, Topic.id == ThemeTopic.topic_id).where(Topic.run_id == run_id)
    )
    links = session.execute(
        select(ThemeTopic.theme_id, ThemeTopic.topic_id)
        .join(Theme, Theme.id == ThemeTopic.theme_id)
        .where(IN_USE, Theme.id.in_(own))
    ).all()
    names = {
        theme.id: theme.name
        for theme in session.scalars(select(Theme).where(Theme.id.in_({theme_id for theme_id, _ in links})))
    }
    from_topics: dict[int, set[int]] = defaultdict(set)
    themes_of: dict[int, set[int]] = defaultdict(set)
    for theme_id, topic_id in links:
        from_topics[theme_id].add(whole.get(topic_id, topic_id))
        themes_of[topic_id].add(theme_id)
    found: Counter[str] = Counter()
    for topic in topics.values():
        if topic.parent_id is not None:
            continue
        themes = themes_of[topic.id]
        parts = [part for part in topics.values() if part.parent_id == topic.id]
        alone = [theme_id for theme_id in themes if len(from_topics[theme_id]) == 1]
        if any((names[each].cy, names[each].en) == (topic.label.cy, topic.label.en) for each in alone):
            found["accepted"] += 1
        elif alone:
            found["renamed"] += 1
        elif themes:
            found["merged"] += 1
        elif topic.parked_at is not None:
            found["parked"] += 1
        elif parts and all(part.parked_at is not None or themes_of[part.id] for part in parts):
            found["in_parts"] += 1
        else:
            found["untouched"] += 1
    return Acceptance(**found)


@dataclass(frozen=True)
class Edits:
    """Passages in themes, those that people placed there, and those they took out of what came with a topic."""

    passages: int
    placed: int
    taken_out: int

    @property
    def share(self) -> float:
        """What share of passages people moved, from 0 to 1."""
        return (self.placed + self.taken_out) / ((self.passages + self.taken_out) or 1)


def edits(consultation_id: int) -> Edits:
    """Which passages people put into themes of a consultation or took out of them, not counting whole topics."""
    here = select(Theme.id).where(Theme.consultation_id == consultation_id, IN_USE)
    passages, placed = session.execute(
        select(func.count(ThemePassage.id), func.count(ThemePassage.added_by_id)).where(
            ThemePassage.theme_id.in_(here)
        )
    ).one()
    still_there = exists().where(
        ThemePassage.theme_id == ThemeTopic.theme_id,
        ThemePassage.contribution_id == TopicPassage.contribution_id,
        ThemePassage.start <= TopicPassage.start,
        ThemePassage.end >= TopicPassage.end,
    )
    taken_out = session.scalar(
        select(func.count())
        .select_from(ThemeTopic)
        .join(TopicPassage, TopicPassage.topic_id == ThemeTopic.topic_id)
        .where(ThemeTopic.theme_id.in_(here), ~still_there)
    )
    return Edits(passages, placed, taken_out or 0)
