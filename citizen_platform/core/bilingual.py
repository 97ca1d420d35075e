"""Text that a body publishes in Welsh and in English: one value in Python, three columns in the database.

Editing one side marks the other as stale; a stale or missing side cannot be published (W5): each table that holds such
text carries a check constraint made by :func:`complete_when`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import CheckConstraint, String, Text
from sqlalchemy.orm import Composite, composite, mapped_column

Language = Literal["cy", "en"]
LANGUAGES: tuple[Language, Language] = ("cy", "en")
OTHER: dict[str, Language] = {"cy": "en", "en": "cy"}


@dataclass(frozen=True)
class Bilingual:
    """Welsh and English of one text; ``stale`` names the side that an edit to the other has left behind."""

    cy: str = ""
    en: str = ""
    stale: str | None = None

    def __getitem__(self, language: str) -> str:
        return self.cy if language == "cy" else self.en

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter((("cy", self.cy), ("en", self.en)))

    def __bool__(self) -> bool:
        return bool(self.cy.strip() or self.en.strip())

    @property
    def missing(self) -> list[str]:
        """Languages that have no text yet, Welsh first."""
        return [language for language, text in self if not text.strip()]

    @property
    def is_complete(self) -> bool:
        """Both sides are there and neither is stale."""
        return not self.missing and self.stale is None

    def edited(self, new: Bilingual) -> Bilingual:
        """This text after an edit: the side that was left alone while the other changed becomes stale.

        A stale side that is itself edited is fresh again. ``new.stale`` is ignored.
        """
        changed = [language for language in LANGUAGES if self[language].strip() != new[language].strip()]
        stale = self.stale
        if len(changed) == 2 or new.missing:
            stale = None
        elif len(changed) == 1:
            left = OTHER[changed[0]]
            stale = None if self.stale == changed[0] or not self[changed[0]].strip() else left
        return Bilingual(new.cy.strip(), new.en.strip(), stale)


def bilingual(name: str) -> Composite[Bilingual]:
    """Columns ``<name>_cy``, ``<name>_en`` and ``<name>_stale`` seen as one :class:`Bilingual`."""
    return composite(
        Bilingual,
        mapped_column(f"{name}_cy", Text, nullable=False, default="", server_default=""),
        mapped_column(f"{name}_en", Text, nullable=False, default="", server_default=""),
        mapped_column(f"{name}_stale", String(2)),
    )


def complete_when(condition: str, *names: str, called: str = "both_languages") -> CheckConstraint:
    """A constraint: whenever the SQL condition holds, both languages of every named text are there and fresh.

    A table with several of them calls each by a name of its own.
    """
    sides = [f"(trim({name}_cy) <> '' AND trim({name}_en) <> '' AND {name}_stale IS NULL)" for name in names]
    return CheckConstraint(f"NOT ({condition}) OR ({' AND '.join(sides)})", name=called)


def optional_when(condition: str, *names: str, called: str = "never_one_language") -> CheckConstraint:
    """A constraint for text that may be left out: whenever the condition holds, it has both languages or neither."""
    sides = [f"((trim({name}_cy) = '') = (trim({name}_en) = '') AND {name}_stale IS NULL)" for name in names]
    return CheckConstraint(f"NOT ({condition}) OR ({' AND '.join(sides)})", name=called)
