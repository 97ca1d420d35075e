"""A decision answers a theme: you said, we did, and why.

The database keeps the promises: nothing public in one language, no refusal without its reason, no answer to a theme
that is not public itself (``theme_is_public`` is carried in by a composite foreign key that cascades).
"""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from citizen_platform.core.bilingual import Bilingual, bilingual, complete_when, optional_when
from citizen_platform.core.database import Model, check, words
from citizen_platform.themes.models import Theme


class Answer(enum.StrEnum):
    """What a body answers to something people said."""

    ADOPTED = "adopted"
    ADOPTED_IN_PART = "adopted_in_part"
    ALREADY_IN_PLACE = "already_in_place"
    STILL_DECIDING = "still_deciding"
    NOT_ADOPTED = "not_adopted"
    NOT_POSSIBLE = "not_possible"


REFUSALS = frozenset({Answer.NOT_ADOPTED, Answer.NOT_POSSIBLE})
"""Answers that say no: they need their reason, and promise no action."""

REFUSED = "is_public AND answer IN ('not_adopted', 'not_possible')"
PROMISED = "is_public AND answer NOT IN ('not_adopted', 'not_possible')"


class Decision(Model):
    """The answer to one theme. ``number`` is its public number for ever, given when it is published."""

    __tablename__ = "decision"
    __table_args__ = (
        ForeignKeyConstraint(["theme_id", "consultation_id"], ["theme.id", "theme.consultation_id"]),
        ForeignKeyConstraint(
            ["theme_id", "theme_is_public"], ["theme.id", "theme.is_public"], onupdate="CASCADE"
        ),
        UniqueConstraint("theme_id"),
        complete_when("is_public", "you_said", "owner"),
        complete_when(REFUSED, "why", called="reason_for_refusal"),
        optional_when(PROMISED, "why", called="reason_never_one_language"),
        complete_when(PROMISED, "what_we_will_do", called="action_promised"),
        optional_when(REFUSED, "what_we_will_do", called="action_never_one_language"),
        check("NOT is_public OR theme_is_public", "theme_is_public"),
        check("NOT is_public OR answer IS NOT NULL", "answer_when_public"),
        check(
            "NOT is_public OR answer <> 'still_deciding' OR deciding_until IS NOT NULL",
            "deciding_until_a_date",
        ),
        check(
            "NOT is_public OR (number IS NOT NULL AND published_at IS NOT NULL AND published_by_id IS NOT NULL)",
            "published_by_somebody",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    theme_id: Mapped[int]
    theme_is_public: Mapped[bool] = mapped_column(default=True)
    number: Mapped[int | None] = mapped_column(unique=True)
    you_said: Mapped[Bilingual] = bilingual("you_said")
    answer: Mapped[Answer | None] = mapped_column(words(Answer))
    deciding_until: Mapped[date | None]
    why: Mapped[Bilingual] = bilingual("why")
    what_we_will_do: Mapped[Bilingual] = bilingual("what_we_will_do")
    by_when: Mapped[date | None]
    owner: Mapped[Bilingual] = bilingual("owner")
    is_public: Mapped[bool] = mapped_column(default=False)
    drafted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    drafted_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[datetime | None]

    theme: Mapped[Theme] = relationship(primaryjoin="foreign(Decision.theme_id) == Theme.id", viewonly=True)
