"""What became of every statement."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, func, select

from citizen_platform.contributions.models import Contribution
from citizen_platform.core.database import session
from citizen_platform.themes.models import (
    LeftReason,
    Theme,
    ThemePassage,
    TopicLeft,
)


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
