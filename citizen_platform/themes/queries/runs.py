"""Reads of runs and of what they suggest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import contains_eager, joinedload

from citizen_platform.consultations.models import Question, QuestionKind
from citizen_platform.contributions.models import Contribution
from citizen_platform.core.database import session
from citizen_platform.themes.models import (
    Theme,
    ThemeTopic,
    Topic,
    TopicPassage,
    TopicRun,
)


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
