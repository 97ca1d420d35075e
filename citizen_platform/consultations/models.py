"""A consultation and its questions.

Publication in one language alone is refused by the database: ``is_public`` is carried into every child row by a
composite foreign key that cascades, and each row checks its own two languages there (W5).
"""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from citizen_platform.core.bilingual import Bilingual, bilingual, complete_when, optional_when
from citizen_platform.core.database import Model, check, words
from citizen_platform.core.i18n import HERE
from citizen_platform.organisations.models import Body

TEXTS = ("title", "problem", "can_change", "cannot_change", "background", "decision_maker", "welsh_effects")


class Stage(enum.StrEnum):
    """How far a consultation has come, as far as people have said so; closing by the clock is :meth:`state`."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    ANALYSING = "analysing"
    ANSWERED = "answered"


STATIONS = {
    Stage.DRAFT: "frame",
    Stage.OPEN: "ask",
    Stage.CLOSED: "group",
    Stage.ANALYSING: "group",
    Stage.ANSWERED: "answer",
}
"""Where each state stands on the loop."""

OPTION_TEXTS = ("name", "description", "cost", "constraints")
QUESTION_TEXTS = ("text", "hint")


class QuestionKind(enum.StrEnum):
    """How a question is answered."""

    TEXT = "text"
    CHOICE = "choice"
    SCALE = "scale"


SCALE = ("5", "4", "3", "2", "1")
"""Agreement from "strongly agree" to "strongly disagree"."""


class Consultation(Model):
    """A shared problem put to the public by one body, with what can and cannot change."""

    __tablename__ = "consultation"
    __table_args__ = (
        UniqueConstraint("id", "is_public"),
        complete_when("is_public", *TEXTS),
        check(
            "NOT is_public OR (opened_at IS NOT NULL AND closes_at IS NOT NULL AND closes_at > opened_at"
            " AND decision_on IS NOT NULL AND feedback_due_on IS NOT NULL)",
            "dates_when_public",
        ),
        check("is_public = (stage <> 'draft')", "public_unless_draft"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    body_slug: Mapped[str] = mapped_column(ForeignKey("body.slug"), index=True)
    title: Mapped[Bilingual] = bilingual("title")
    problem: Mapped[Bilingual] = bilingual("problem")
    can_change: Mapped[Bilingual] = bilingual("can_change")
    cannot_change: Mapped[Bilingual] = bilingual("cannot_change")
    background: Mapped[Bilingual] = bilingual("background")
    decision_maker: Mapped[Bilingual] = bilingual("decision_maker")
    welsh_effects: Mapped[Bilingual] = bilingual("welsh_effects")
    areas: Mapped[list[str]] = mapped_column(JSON, default=list)
    is_public: Mapped[bool] = mapped_column(default=False)
    stage: Mapped[Stage] = mapped_column(words(Stage), default=Stage.DRAFT)
    drafted_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    decision_on: Mapped[date | None]
    feedback_due_on: Mapped[date | None]

    body: Mapped[Body] = relationship(viewonly=True)
    options: Mapped[list[Option]] = relationship(
        order_by="Option.position, Option.id", cascade="all, delete-orphan", passive_updates=True
    )
    questions: Mapped[list[Question]] = relationship(
        back_populates="consultation",
        order_by="Question.position, Question.id",
        cascade="all, delete-orphan",
        passive_updates=True,
    )

    @property
    def is_draft(self) -> bool:
        """True while its words may still change."""
        return self.stage == Stage.DRAFT

    def state(self, now: datetime) -> Stage:
        """The state people see: an open consultation is closed from the second its closing time has come."""
        if self.stage == Stage.OPEN and self.closes_at is not None and self.closes_at <= now:
            return Stage.CLOSED
        return self.stage

    def is_late(self, now: datetime) -> bool:
        """True when the day on which people were to hear back has passed and they have not."""
        due = self.feedback_due_on
        return self.stage != Stage.ANSWERED and due is not None and due < now.astimezone(HERE).date()

    def is_open(self, now: datetime) -> bool:
        """True while answers are taken."""
        return self.state(now) == Stage.OPEN


class Option(Model):
    """A way of dealing with the problem, with what it costs and what limits it."""

    __tablename__ = "option"
    __table_args__ = (
        ForeignKeyConstraint(
            ["consultation_id", "is_public"],
            ["consultation.id", "consultation.is_public"],
            onupdate="CASCADE",
        ),
        complete_when("is_public", "name", "description", "cost"),
        optional_when("is_public", "constraints"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(index=True)
    is_public: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[Bilingual] = bilingual("name")
    description: Mapped[Bilingual] = bilingual("description")
    cost: Mapped[Bilingual] = bilingual("cost")
    constraints: Mapped[Bilingual] = bilingual("constraints")


class Question(Model):
    """One question. ``code`` names it in imports and addresses; ``about_welsh`` marks the questions W9 asks for."""

    __tablename__ = "question"
    __table_args__ = (
        ForeignKeyConstraint(
            ["consultation_id", "is_public"],
            ["consultation.id", "consultation.is_public"],
            onupdate="CASCADE",
        ),
        UniqueConstraint("id", "is_public"),
        UniqueConstraint("consultation_id", "code"),
        complete_when("is_public", "text"),
        optional_when("is_public", "hint"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(index=True)
    is_public: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    code: Mapped[str]
    kind: Mapped[QuestionKind] = mapped_column(words(QuestionKind))
    text: Mapped[Bilingual] = bilingual("text")
    hint: Mapped[Bilingual] = bilingual("hint")
    required: Mapped[bool] = mapped_column(default=False)
    about_welsh: Mapped[bool] = mapped_column(default=False)

    consultation: Mapped[Consultation] = relationship(back_populates="questions")
    choices: Mapped[list[Choice]] = relationship(
        order_by="Choice.position, Choice.id", cascade="all, delete-orphan", passive_updates=True
    )


class Choice(Model):
    """One of the answers a question offers."""

    __tablename__ = "choice"
    __table_args__ = (
        ForeignKeyConstraint(
            ["question_id", "is_public"], ["question.id", "question.is_public"], onupdate="CASCADE"
        ),
        UniqueConstraint("question_id", "code"),
        complete_when("is_public", "text"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(index=True)
    is_public: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    code: Mapped[str]
    text: Mapped[Bilingual] = bilingual("text")
