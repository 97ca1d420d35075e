"""Topics are proposed by a machine, one set per run; themes are decided by people. No text is copied, only offsets.

Offsets count code points in the text of the contribution: a passage is ``text[start:end]``.
"""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from citizen_platform.contributions.models import Contribution
from citizen_platform.core.bilingual import Bilingual, bilingual, complete_when
from citizen_platform.core.database import Json, Model, check, words
from citizen_platform.core.jobs import Job

PASSAGE = 'start >= 0 AND "end" > start'


class LeftReason(enum.StrEnum):
    """Why a run put a statement under no topic."""

    UNASSIGNED = "unassigned"
    NO_CONTENT = "no_content"


class TopicRun(Model):
    """One grouping by machine of what a consultation (or one of its questions) was told.

    The row is stored once: ``finished_at`` is set in the transaction that writes the topics. How far it is stands in
    the job. ``result``: ``counts`` (statements, assigned, unassigned, no_content), ``passages``, ``versions``,
    ``settings``, ``seconds``, ``quality``.
    """

    __tablename__ = "topic_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    question_id: Mapped[int | None] = mapped_column(ForeignKey("question.id"))
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"), unique=True)
    seed: Mapped[int]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    result: Mapped[Json | None]

    job: Mapped[Job | None] = relationship()


class Topic(Model):
    """A group of passages that a run proposes. ``examples`` are contribution ids, most typical first."""

    __tablename__ = "topic"
    __table_args__ = (UniqueConstraint("run_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("topic_run.id"), index=True)
    key: Mapped[str]
    label: Mapped[Bilingual] = bilingual("label")
    terms: Mapped[Json] = mapped_column(default=dict)
    size: Mapped[int]
    size_by_language: Mapped[Json] = mapped_column(default=dict)
    examples: Mapped[list[int]] = mapped_column(JSON, default=list)

    run: Mapped[TopicRun] = relationship()


class TopicPassage(Model):
    """A passage of a statement under a topic, with how close it lies to the topic's middle (0 to 1)."""

    __tablename__ = "topic_passage"
    __table_args__ = (
        UniqueConstraint("topic_id", "contribution_id", "start"),
        check(PASSAGE, "real_passage"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"))
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contribution.id"), index=True)
    start: Mapped[int]
    end: Mapped[int]
    strength: Mapped[float]


class TopicLeft(Model):
    """A statement that a run put under no topic, and why."""

    __tablename__ = "topic_left"
    __table_args__ = (UniqueConstraint("run_id", "contribution_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("topic_run.id"))
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contribution.id"), index=True)
    reason: Mapped[LeftReason] = mapped_column(words(LeftReason))


class Theme(Model):
    """Something people said, named and described by a person; public once a named person has signed it off."""

    __tablename__ = "theme"
    __table_args__ = (
        UniqueConstraint("consultation_id", "number"),
        UniqueConstraint("id", "consultation_id"),
        UniqueConstraint("id", "is_public"),
        complete_when("is_public", "name", "description"),
        check("is_public = (signed_off_at IS NOT NULL)", "public_when_signed_off"),
        check("(signed_off_at IS NULL) = (signed_off_by_id IS NULL)", "signed_off_by_somebody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    number: Mapped[int]
    name: Mapped[Bilingual] = bilingual("name")
    description: Mapped[Bilingual] = bilingual("description")
    is_minority: Mapped[bool] = mapped_column(default=False)
    is_public: Mapped[bool] = mapped_column(default=False)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    signed_off_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    signed_off_at: Mapped[datetime | None]


class ThemeTopic(Model):
    """A topic whose passages somebody put into a theme: where a theme comes from. One theme may come from several."""

    __tablename__ = "theme_topic"

    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), primary_key=True, index=True)
    added_at: Mapped[datetime]


class ThemePassage(Model):
    """A passage of a statement that belongs to a theme, since when."""

    __tablename__ = "theme_passage"
    __table_args__ = (
        UniqueConstraint("theme_id", "contribution_id", "start"),
        check(PASSAGE, "real_passage"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"))
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contribution.id"), index=True)
    start: Mapped[int]
    end: Mapped[int]
    added_at: Mapped[datetime]

    contribution: Mapped[Contribution] = relationship()

    @property
    def text(self) -> str:
        """The person's own words."""
        return self.contribution.text[self.start : self.end]
