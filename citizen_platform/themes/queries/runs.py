"""Reads of runs and of what they suggest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import contains_eager, joinedload

from citizen_platform.consultations.models import Question, QuestionKind
from citizen_platform.contributions.models import UNREADABLE, Contribution, Door, TextLanguage
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.database import session
from citizen_platform.submissions.models import Submission
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
            .options(joinedload(TopicRun.job), joinedload(TopicRun.asked_by))
            .order_by(TopicRun.id.desc())
        )
    )


def run_of(consultation_id: int, run_id: int) -> TopicRun | None:
    """A run of this consultation, freshly read with its job."""
    return session.scalar(
        select(TopicRun)
        .where(TopicRun.consultation_id == consultation_id, TopicRun.id == run_id)
        .options(joinedload(TopicRun.job), joinedload(TopicRun.asked_by))
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
    """The topics of a run without the parts of large ones, largest first."""
    return [topic for topic in topics_and_parts(run_id) if topic.parent_id is None]


def topics_and_parts(run_id: int) -> list[Topic]:
    """The topics of a run and the parts of large ones, largest first."""
    return list(
        session.scalars(select(Topic).where(Topic.run_id == run_id).order_by(Topic.size.desc(), Topic.id))
    )


def numbers_of_topics(run_ids: Collection[int]) -> dict[int, int]:
    """By run: how many topics it suggests, parts of large ones not counted."""
    counted = (
        select(Topic.run_id, func.count(Topic.id))
        .where(Topic.run_id.in_(run_ids), Topic.parent_id.is_(None))
        .group_by(Topic.run_id)
    )
    return dict(session.execute(counted).all())


def topic_names(run_id: int | None) -> dict[str, Bilingual]:
    """By key: what the topics of a run and their parts are called."""
    found = select(Topic).where(Topic.run_id == run_id)
    return {topic.key: topic.label for topic in session.scalars(found)}


def newest_finished(consultation_id: int, question_id: int | None, *, before: int) -> TopicRun | None:
    """The newest finished run of the same statements with a smaller id."""
    same = TopicRun.question_id == question_id if question_id else TopicRun.question_id.is_(None)
    return session.scalar(
        select(TopicRun)
        .where(
            TopicRun.consultation_id == consultation_id,
            same,
            TopicRun.finished_at.is_not(None),
            TopicRun.id < before,
        )
        .order_by(TopicRun.id.desc())
        .limit(1)
    )


def statements_by_topic(run_id: int) -> dict[str, list[int]]:
    """By key, for every topic and part of a run: the numbers of its statements."""
    found: dict[str, list[int]] = {topic.key: [] for topic in topics_and_parts(run_id)}
    rows = (
        select(Topic.key, TopicPassage.contribution_id)
        .join(TopicPassage, TopicPassage.topic_id == Topic.id)
        .where(Topic.run_id == run_id)
        .distinct()
        .order_by(Topic.key, TopicPassage.contribution_id)
    )
    for key, number in session.execute(rows):
        found[key].append(number)
    return found


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


def scope(consultation_id: int, question_id: int | None) -> list[ColumnElement[bool]]:
    """What a run reads, in SQL: everything people said here, or the answers to one question."""
    found: list[ColumnElement[bool]] = [Contribution.consultation_id == consultation_id]
    if question_id is not None:
        found.append(Contribution.question_id == question_id)
    return found


def statements_to_group(consultation_id: int, question_id: int | None) -> list[Contribution]:
    """What a run reads, in the order it came."""
    chosen = select(Contribution).where(*scope(consultation_id, question_id))
    return list(session.scalars(chosen.order_by(Contribution.id)))


def bounds(consultation_id: int, question_id: int | None) -> tuple[int, int]:
    """How many statements a run would read now, and the number of the last one."""
    chosen = select(func.count(Contribution.id), func.max(Contribution.id))
    number, last = session.execute(chosen.where(*scope(consultation_id, question_id))).one()
    return number, last or 0


@dataclass(frozen=True)
class ToGroup:
    """A statement as a run reads it. ``place`` is what its person gave with it, where the form asked."""

    id: int
    text: str
    language: TextLanguage | None
    version: str | None
    door: Door
    place: str | None


def statements_to_send(
    consultation_id: int, question_id: int | None, *, beyond: int, last: int, limit: int
) -> list[ToGroup]:
    """Statements that a run reads with numbers over ``beyond`` up to ``last``, in the order they came.

    Those that the machine could not read are left out.
    """
    here = scope(consultation_id, question_id)
    found = _to_group(*here, Contribution.id > beyond, Contribution.id <= last, ~is_unreadable())
    return [ToGroup(*row) for row in session.execute(found.limit(limit))]


def statements_by_number(numbers: Collection[int]) -> list[ToGroup]:
    """These statements as a run reads them."""
    return [ToGroup(*row) for row in session.execute(_to_group(Contribution.id.in_(numbers)))]


def _to_group(*conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Contribution.id,
            Contribution.text,
            Contribution.language,
            Contribution.passages_version,
            Contribution.door,
            Submission.place,
        )
        .outerjoin(Submission, Submission.receipt_id == Contribution.receipt_id)
        .where(*conditions)
        .order_by(Contribution.id)
    )


def is_unreadable() -> ColumnElement[bool]:
    """In SQL: the machine could not read this statement."""
    marked = Contribution.passages_version.startswith(UNREADABLE, autoescape=True)
    return and_(Contribution.passages_version.is_not(None), marked)


def unreadable_statements(consultation_id: int, question_id: int | None, *, last: int) -> list[int]:
    """Numbers up to ``last`` of statements in a run's reach that the machine could not read."""
    chosen = select(Contribution.id).where(*scope(consultation_id, question_id), is_unreadable())
    return list(session.scalars(chosen.where(Contribution.id <= last).order_by(Contribution.id)))


def has_statements(consultation_id: int, question_id: int | None) -> bool:
    """True when there is anything for a run to read."""
    return bool(session.scalar(select(exists().where(*scope(consultation_id, question_id)))))


def unfinished_run(consultation_id: int) -> TopicRun | None:
    """The run of this consultation that waits or works now, if any."""
    return next((run for run in runs(consultation_id) if run.job is not None and not run.job.is_over), None)
