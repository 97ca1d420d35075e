"""The contribution: one statement someone made, the unit that everything shares; and the receipt of who gave it."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from citizen_platform.core.database import Model, check, not_blank, words
from citizen_platform.core.i18n import lazy_pgettext


class Door(enum.StrEnum):
    """How words came in."""

    WEB = "web"
    PAPER = "paper"
    EMAIL = "email"
    PHONE = "phone"
    EVENT = "event"
    PANEL = "panel"
    ASSEMBLY = "assembly"
    PROPOSAL = "proposal"


class TextLanguage(enum.StrEnum):
    """The language found in a statement, whatever form it came through."""

    WELSH = "cy"
    ENGLISH = "en"
    MIXED = "mixed"
    OTHER = "other"


DOOR_NAMES = {
    Door.WEB: lazy_pgettext("door", "Web form"),
    Door.PAPER: lazy_pgettext("door", "On paper"),
    Door.EMAIL: lazy_pgettext("door", "By e-mail"),
    Door.PHONE: lazy_pgettext("door", "By phone"),
    Door.EVENT: lazy_pgettext("door", "At an event"),
    Door.PANEL: lazy_pgettext("door", "Panel"),
    Door.ASSEMBLY: lazy_pgettext("door", "Assembly"),
    Door.PROPOSAL: lazy_pgettext("door", "Proposal"),
}
"""How each door is named to people."""

LANGUAGE_NAMES = {
    TextLanguage.WELSH: lazy_pgettext("language", "Welsh"),
    TextLanguage.ENGLISH: lazy_pgettext("language", "English"),
    TextLanguage.MIXED: lazy_pgettext("language", "Both languages"),
    TextLanguage.OTHER: lazy_pgettext("language", "Another language"),
}
"""How each language is named to people."""


class Receipt(Model):
    """What someone holds who gave us words: a secret code of which only the digest is kept, no name, no address."""

    __tablename__ = "receipt"

    id: Mapped[int] = mapped_column(primary_key=True)
    code_digest: Mapped[str] = mapped_column(unique=True)
    consultation_id: Mapped[int | None] = mapped_column(ForeignKey("consultation.id"), index=True)
    door: Mapped[Door] = mapped_column(words(Door))
    language: Mapped[str]
    given_at: Mapped[datetime]

    contributions: Mapped[list[Contribution]] = relationship(
        back_populates="receipt", order_by="Contribution.id"
    )


class Contribution(Model):
    """One statement: its own text as it was written, never edited, never translated in place.

    ``form_language`` is the language of the form it came through; ``language`` is what was found in the text, empty
    until the worker looked. ``read_at`` and ``read_by_id`` say which person read it; ``released_at`` that it may be
    quoted in public.
    """

    __tablename__ = "contribution"
    __table_args__ = (
        check(not_blank("text"), "has_words"),
        check("(read_at IS NULL) = (read_by_id IS NULL)", "read_by_somebody"),
        check("released_at IS NULL OR read_at IS NOT NULL", "read_before_release"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    receipt_id: Mapped[int] = mapped_column(ForeignKey("receipt.id"), index=True)
    consultation_id: Mapped[int | None] = mapped_column(ForeignKey("consultation.id"), index=True)
    question_id: Mapped[int | None] = mapped_column(ForeignKey("question.id"), index=True)
    door: Mapped[Door] = mapped_column(words(Door))
    form_language: Mapped[str]
    text: Mapped[str]
    received_at: Mapped[datetime]
    language: Mapped[TextLanguage | None] = mapped_column(words(TextLanguage))
    language_probability: Mapped[float | None]
    read_at: Mapped[datetime | None]
    read_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    released_at: Mapped[datetime | None]

    receipt: Mapped[Receipt] = relationship(back_populates="contributions")

    @property
    def shown_language(self) -> str:
        """For the ``lang`` attribute: what was found in the text, or the form's language while that is not known."""
        return (
            self.language.value
            if self.language in {TextLanguage.WELSH, TextLanguage.ENGLISH}
            else self.form_language
        )
