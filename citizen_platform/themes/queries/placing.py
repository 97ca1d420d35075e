"""Reads for statements that arrive after a run: which wait for their place, and what the topics hold with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, distinct, exists, func, or_, select

from citizen_platform.contributions.models import Contribution
from citizen_platform.core.database import session
from citizen_platform.themes.models import Topic, TopicLeft, TopicPassage, TopicRun
from citizen_platform.themes.queries.runs import scope


def version_of(run: TopicRun) -> str:
    """The version of the model whose vectors a run grouped; empty when it is not known."""
    return str(((run.result or {}).get("versions") or {}).get("embedding") or "")


def newest_runs() -> list[TopicRun]:
    """The newest finished run of each consultation, and of each of its questions that had one."""
    newest = (
        select(func.max(TopicRun.id))
        .where(TopicRun.finished_at.is_not(None))
        .group_by(TopicRun.consultation_id, TopicRun.question_id)
    )
    return list(session.scalars(select(TopicRun).where(TopicRun.id.in_(newest)).order_by(TopicRun.id)))


def stands_in(run_id: int) -> ColumnElement[bool]:
    """In SQL: the run says of this statement where it belongs, or that it belongs nowhere."""
    grouped = exists().where(
        TopicPassage.contribution_id == Contribution.id,
        TopicPassage.topic_id == Topic.id,
        Topic.run_id == run_id,
    )
    left = exists().where(TopicLeft.contribution_id == Contribution.id, TopicLeft.run_id == run_id)
    return or_(grouped, left)


def unplaced(run: TopicRun, *, beyond: int, limit: int) -> list[int]:
    """Numbers over ``beyond`` of statements that came after a run and can be placed among its topics."""
    chosen = (
        select(Contribution.id)
        .where(
            *scope(run.consultation_id, run.question_id),
            Contribution.id > beyond,
            Contribution.passages_version == version_of(run),
            ~stands_in(run.id),
        )
        .order_by(Contribution.id)
        .limit(limit)
    )
    return list(session.scalars(chosen))


def has_unplaced() -> bool:
    """True when there is any statement that can be placed among the topics of a run that did not read it."""
    return any(unplaced(run, beyond=0, limit=1) for run in newest_runs())


def statements_in_run(run_id: int, numbers: Collection[int]) -> set[int]:
    """Those of these statements that stand in a run already."""
    return set(
        session.scalars(select(Contribution.id).where(Contribution.id.in_(numbers), stands_in(run_id)))
    )


def topic_sizes(topic_ids: Collection[int]) -> dict[int, Counter[str]]:
    """By topic, for every id given: its statements by the language found in them."""
    sizes: dict[int, Counter[str]] = {topic_id: Counter() for topic_id in topic_ids}
    counted = (
        select(
            TopicPassage.topic_id,
            Contribution.language,
            Contribution.form_language,
            func.count(distinct(Contribution.id)),
        )
        .join(Contribution, Contribution.id == TopicPassage.contribution_id)
        .where(TopicPassage.topic_id.in_(topic_ids))
        .group_by(TopicPassage.topic_id, Contribution.language, Contribution.form_language)
    )
    for topic_id, language, form_language, number in session.execute(counted):
        sizes[topic_id][language.value if language else form_language] += number
    return sizes


@dataclass(frozen=True)
class Since:
    """What came after a run: statements ``placed`` among its topics, and those that still ``wait``."""

    placed: int = 0
    waiting: int = 0


def since(run: TopicRun) -> Since:
    """What came after a finished run."""
    here = scope(run.consultation_id, run.question_id)
    in_all = session.scalar(select(func.count(Contribution.id)).where(*here)) or 0
    standing = session.scalar(select(func.count(Contribution.id)).where(*here, stands_in(run.id))) or 0
    read = int(((run.result or {}).get("counts") or {}).get("statements", 0))
    return Since(placed=max(0, standing - read), waiting=in_all - standing)
