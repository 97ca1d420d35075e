"""One person's answers to one consultation, sent at once; and the draft they grow in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from citizen_platform.contributions.models import Door, Receipt
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.database import Json, Model, check, words

SCALE_WORDS: dict[str, Bilingual] = {
    "5": Bilingual("Cytuno'n gryf", "Strongly agree"),
    "4": Bilingual("Cytuno", "Agree"),
    "3": Bilingual("Ddim yn cytuno nac yn anghytuno", "Neither agree nor disagree"),
    "2": Bilingual("Anghytuno", "Disagree"),
    "1": Bilingual("Anghytuno'n gryf", "Strongly disagree"),
}
"""The five points of the agreement scale in words."""


class Draft(Model):
    """Answers that have not been sent.

    The secret is in the citizen's session; its digest is the key that makes sending happen once, unless ``source_key``
    gives a stronger one (the one-time code of a panel member). Once sent, ``answers`` is empty.
    """

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
    """Answers as they were sent: open answers are contributions of the same receipt, chosen ones :class:`Answer`.

    ``source_key`` names where it came from (a draft, a row of a file, a panel code): no source is counted twice.
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


class FileImport(Model):
    """A file of answers: every row looked at is stored, was already there, or is refused with its row and reason.

    ``mapping`` goes from columns to question codes; it is empty until somebody has said it. ``content`` holds the
    uploaded file only until its rows are in. ``refused`` is a list of ``{"row", "reason", "values"}``, put in words by
    services.reason_in_words. The figures change with the rows, in one transaction, so they are always true.
    """

    __tablename__ = "file_import"
    __table_args__ = (check("received = stored + already_there + refused_rows", "every_row_accounted_for"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    name: Mapped[str]
    door: Mapped[Door] = mapped_column(words(Door))
    mapping: Mapped[Json] = mapped_column(default=dict)
    id_column: Mapped[str | None]
    language_column: Mapped[str | None]
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    uploaded_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    rows: Mapped[int] = mapped_column(default=0)
    received: Mapped[int] = mapped_column(default=0)
    stored: Mapped[int] = mapped_column(default=0)
    already_there: Mapped[int] = mapped_column(default=0)
    refused_rows: Mapped[int] = mapped_column(default=0)
    refused: Mapped[list[Json]] = mapped_column(JSON, default=list)
