"""One person's answers to one consultation, sent at once; and the draft they grow in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from citizen_platform.contributions.models import Door, Receipt
from citizen_platform.core.database import Json, Model, words


class Draft(Model):
    """Answers that have not been sent. The secret is in the citizen's session; its digest is the key that makes sending happen once,
    unless ``source_key`` gives a stronger one (the one-time code of a panel member)."""

    __tablename__ = "draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    secret_digest: Mapped[str] = mapped_column(unique=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    language: Mapped[str]
    door: Mapped[Door] = mapped_column(words(Door), default=Door.WEB)
    source_key: Mapped[str | None]
    answers: Mapped[Json] = mapped_column(default=dict)
    changed_at: Mapped[datetime]


class Submission(Model):
    """Answers as they were sent. Open answers are contributions of the same receipt; chosen answers are :class:`Answer`.

    ``source_key`` names where it came from (a draft, a row of a file, a panel code): the same source is never counted twice.
    """

    __tablename__ = "submission"
    __table_args__ = (UniqueConstraint("consultation_id", "source_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    receipt_id: Mapped[int] = mapped_column(ForeignKey("receipt.id"), unique=True)
    source_key: Mapped[str]
    door: Mapped[Door] = mapped_column(words(Door))
    form_language: Mapped[str]
    place: Mapped[str | None]
    received_at: Mapped[datetime]

    receipt: Mapped[Receipt] = relationship()
    answers: Mapped[list[Answer]] = relationship(order_by="Answer.id", cascade="all, delete-orphan")


class Answer(Model):
    """A chosen answer: the code of a choice, or a point of the scale from "1" to "5"."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("submission_id", "question_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), index=True)
    value: Mapped[str]
