"""The transparency record of how a consultation's public themes were made: only what runs stored and people did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from citizen_platform.core.database import session
from citizen_platform.themes.models import Theme, ThemeTopic, Topic, TopicRun
from citizen_platform.themes.queries.rates import Acceptance, acceptance


@dataclass(frozen=True)
class Behind:
    """A run of which topics went into public themes, and what became of its topics. Figures that were not stored are
    None; ``versions`` and ``settings`` are what the run wrote down of itself.
    """

    run: TopicRun
    acceptance: Acceptance
    statements: int | None
    passages: int | None
    unassigned: int | None
    no_content: int | None
    language_nmi: float | None
    stability: float | None
    versions: Mapping[str, Any]
    settings: Mapping[str, Any]


def runs_behind(consultation_id: int) -> list[Behind]:
    """The runs behind a consultation's public themes, newest first; none when people made every theme by hand."""
    used = (
        select(Topic.run_id)
        .join(ThemeTopic, ThemeTopic.topic_id == Topic.id)
        .join(Theme, Theme.id == ThemeTopic.theme_id)
        .where(Theme.consultation_id == consultation_id, Theme.is_public)
    )
    runs = session.scalars(select(TopicRun).where(TopicRun.id.in_(used)).order_by(TopicRun.id.desc()))
    return [_behind(run) for run in runs]


def _behind(run: TopicRun) -> Behind:
    result: Mapping[str, Any] = run.result or {}
    counts, quality = result.get("counts") or {}, result.get("quality") or {}
    return Behind(
        run=run,
        acceptance=acceptance(run.id),
        statements=counts.get("statements"),
        passages=result.get("passages"),
        unassigned=counts.get("unassigned"),
        no_content=counts.get("no_content"),
        language_nmi=quality.get("language_nmi"),
        stability=quality.get("stability"),
        versions=result.get("versions") or {},
        settings=result.get("settings") or {},
    )
