"""The contribution: one statement someone made, the unit that everything shares; and the receipt of who gave it."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
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


class Stance(enum.StrEnum):
    """Whether a passage speaks for or against what it is about; kept apart from what it is about."""

    FOR = "for"
    AGAINST = "against"
    UNCLEAR = "unclear"


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


UNREADABLE = "unreadable: "
"""How :attr:`Contribution.passages_version` begins for a statement that the model could not read."""


def unreadable_by(version: str) -> str:
    """What :attr:`Contribution.passages_version` holds when that version of the model could not read a statement."""
    return UNREADABLE + version


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


class Campaign(Model):
    """A text that several people sent in near-identical form. It forms topics once; everybody who sent it counts."""

    __tablename__ = "campaign"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    found_at: Mapped[datetime]


class Contribution(Model):
    """One statement: its own text as it was written, never edited, never translated in place.

    ``form_language`` is the language of the form it came through; ``language`` is what was found in the text, empty
    until the worker looked. ``passages_version`` names the model that cut it into passages and gave each its vector,
    empty until then, or the one that could not (:func:`unreadable_by`); ``has_content`` is false for "no comment" and
    its kind. ``campaign_id`` is set when others sent nearly the same, ``adds_own_words`` when this person added to it.
    ``read_at`` and ``read_by_id`` say which person read it; ``released_at`` that it may be quoted in public.
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
    passages_version: Mapped[str | None]
    has_content: Mapped[bool | None]
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"), index=True)
    adds_own_words: Mapped[bool] = mapped_column(default=False)
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


class Passage(Model):
    """A stretch of a statement that says one thing, ``text[start:end]`` in code points, with its meaning as a vector.

    ``vector`` is little-endian float16 of unit length, from the model that the statement's ``passages_version`` names;
    vectors of different versions are never compared.
    """

    __tablename__ = "passage"
    __table_args__ = (
        UniqueConstraint("contribution_id", "start"),
        check('start >= 0 AND "end" > start', "real_passage"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contribution.id"))
    start: Mapped[int]
    end: Mapped[int]
    language: Mapped[TextLanguage] = mapped_column(words(TextLanguage))
    stance: Mapped[Stance] = mapped_column(words(Stance), default=Stance.UNCLEAR)
    vector: Mapped[bytes] = mapped_column(LargeBinary)
