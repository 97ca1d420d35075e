"""Topics are proposed by a machine, one set per run; themes are decided by people. No text is copied, only offsets.

Offsets count code points in the text of the contribution: a passage is ``text[start:end]``.
"""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import JSON, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from citizen_platform.accounts.models import Person
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
    the job. ``wishes`` is what was asked for beforehand: ``frames`` (a list of ``id`` and ``description`` in ``cy`` and
    ``en``, with ``theme`` and ``name`` for the theme that it was taken from) and ``frames_only``. ``previous_id`` is
    the run whose topics it kept the identity of. ``result``: ``counts`` (statements, assigned, unassigned, no_content,
    as it found them), ``passages``, ``versions``, ``settings`` (of the machine), ``seconds``, ``quality``.
    """

    __tablename__ = "topic_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    question_id: Mapped[int | None] = mapped_column(ForeignKey("question.id"))
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"), unique=True)
    seed: Mapped[int]
    wishes: Mapped[Json] = mapped_column(default=dict)
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("topic_run.id"))
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    result: Mapped[Json | None]

    job: Mapped[Job | None] = relationship()
    asked_by: Mapped[Person | None] = relationship()


class Topic(Model):
    """A group of passages that a run proposes, or with ``parent_id`` a part of such a group.

    ``examples`` and ``far`` are contribution ids, most and least typical first; ``middle`` is the middle of its
    passages as little-endian float16 of unit length. ``facts`` is what the run found out: ``framed``, ``stance``,
    ``signals``, ``change``, ``stability``, ``nearest``. Somebody who thinks that it should become no theme parks it,
    with a reason.
    """

    __tablename__ = "topic"
    __table_args__ = (
        UniqueConstraint("run_id", "key"),
        check("(parked_at IS NULL) = (parked_by_id IS NULL)", "parked_by_somebody"),
        check("(parked_at IS NULL) = (parked_because IS NULL)", "parked_for_a_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("topic_run.id"), index=True)
    key: Mapped[str]
    label: Mapped[Bilingual] = bilingual("label")
    terms: Mapped[Json] = mapped_column(default=dict)
    size: Mapped[int]
    size_by_language: Mapped[Json] = mapped_column(default=dict)
    examples: Mapped[list[int]] = mapped_column(JSON, default=list)
    far: Mapped[list[int]] = mapped_column(JSON, default=list)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"), index=True)
    middle: Mapped[bytes | None] = mapped_column(LargeBinary)
    facts: Mapped[Json] = mapped_column(default=dict)
    parked_at: Mapped[datetime | None]
    parked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    parked_because: Mapped[str | None]

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
    """Something people said, named and described by a person; public once a named person has signed it off.

    A theme that was merged into another or parked keeps its number for ever, holds no passages and is never public.
    """

    __tablename__ = "theme"
    __table_args__ = (
        UniqueConstraint("consultation_id", "number"),
        UniqueConstraint("id", "consultation_id"),
        UniqueConstraint("id", "is_public"),
        complete_when("is_public", "name", "description"),
        check("is_public = (signed_off_at IS NOT NULL)", "public_when_signed_off"),
        check("(signed_off_at IS NULL) = (signed_off_by_id IS NULL)", "signed_off_by_somebody"),
        check("(parked_at IS NULL) = (parked_by_id IS NULL)", "parked_by_somebody"),
        check("(parked_at IS NULL) = (parked_because IS NULL)", "parked_for_a_reason"),
        check("NOT is_public OR (parked_at IS NULL AND merged_into_id IS NULL)", "public_only_while_in_use"),
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
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id"))
    parked_at: Mapped[datetime | None]
    parked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    parked_because: Mapped[str | None]

    signed_off_by: Mapped[Person | None] = relationship(foreign_keys=[signed_off_by_id])

    @property
    def is_in_use(self) -> bool:
        """True unless it was merged into another or parked."""
        return self.merged_into_id is None and self.parked_at is None


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
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    contribution: Mapped[Contribution] = relationship()

    @property
    def text(self) -> str:
        """The person's own words."""
        return self.contribution.text[self.start : self.end]


class ThemeStep(Model):
    """One step of an analyst at the desk, with what it takes to undo it; the newest that was not undone comes first.

    ``undo`` lists rows, never words: passages by statement and offsets, themes and topics by id, a theme's old names.
    """

    __tablename__ = "theme_step"
    __table_args__ = (check("(undone_at IS NULL) = (undone_by_id IS NULL)", "undone_by_somebody"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    theme_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id"))
    verb: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    undo: Mapped[Json] = mapped_column(default=dict)
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    by: Mapped[Person] = relationship(foreign_keys=[by_id])


class CodingRound(Model):
    """A sample of statements that people put under themes without seeing what others or the machine did.

    ``theme_ids`` are the themes there were when it began: a round is not changed by what the desk does meanwhile.
    """

    __tablename__ = "coding_round"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    question_id: Mapped[int | None] = mapped_column(ForeignKey("question.id"))
    theme_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    seed: Mapped[int]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]

    items: Mapped[list[CodingItem]] = relationship(back_populates="round", order_by="CodingItem.position")


class CodingItem(Model):
    """A statement of the sample, at its place."""

    __tablename__ = "coding_item"
    __table_args__ = (
        UniqueConstraint("round_id", "position"),
        UniqueConstraint("round_id", "contribution_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("coding_round.id"))
    position: Mapped[int]
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contribution.id"), index=True)

    round: Mapped[CodingRound] = relationship(back_populates="items")
    contribution: Mapped[Contribution] = relationship()


class Coding(Model):
    """What one person put a statement under; an empty list says "none of these"."""

    __tablename__ = "coding"
    __table_args__ = (UniqueConstraint("item_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("coding_item.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    theme_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    coded_at: Mapped[datetime]
