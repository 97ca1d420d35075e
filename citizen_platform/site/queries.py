"""What the front page shows, read from every feature below."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from citizen_platform.consultations.models import Consultation, Stage
from citizen_platform.consultations.queries import open_consultations, public_consultations
from citizen_platform.contributions.queries import NOT_LOOKED, Counts, counts
from citizen_platform.decisions.queries import Answered, Record, answered, public_records
from citizen_platform.themes.models import Theme
from citizen_platform.themes.queries import public_themes

SHOWN = 3
ENOUGH = 10
"""Statements from which on a share is shown."""


@dataclass(frozen=True)
class Heard:
    """A consultation whose themes were signed off, with its figures."""

    consultation: Consultation
    themes: list[Theme]
    counts: Counts
    answered: Answered

    @property
    def welsh_percent(self) -> int | None:
        """Share of statements in Welsh among those whose language was found; None when none was looked at, or too few to say."""
        found = sum(number for language, number in self.counts.by_language.items() if language != NOT_LOOKED)
        return round(100 * self.counts.by_language["cy"] / found) if found >= ENOUGH else None


@dataclass(frozen=True)
class Front:
    """The front page: what is open, what was heard, what changed."""

    open_now: list[Consultation]
    heard: list[Heard]
    changed: list[Record]


def front(now: datetime) -> Front:
    """The newest of each; at most three consultations heard and three decisions."""
    closed = [row for row in public_consultations() if row.state(now) in {Stage.ANALYSING, Stage.ANSWERED}]
    figures = answered(row.id for row in closed)
    heard = [
        Heard(row, public_themes(row.id), counts(row.id), figures[row.id])
        for row in [row for row in closed if figures[row.id].themes][:SHOWN]
    ]
    return Front(open_now=open_consultations(now), heard=heard, changed=public_records()[:SHOWN])
