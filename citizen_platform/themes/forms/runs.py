"""What a run is asked with."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import BooleanField, FieldList, SelectField

from citizen_platform.consultations.models import Question
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.forms import BilingualField, Form
from citizen_platform.core.i18n import _, _l, local

LINES = 3
"""Descriptions that a new form has room for."""
MOST = 30
LONGEST = 300


class RunForm(Form):
    """What a run reads."""

    question = SelectField(_l("Which statements"))

    def offer(self, questions: Iterable[Question]) -> None:
        """Set the choices: everything, or the answers to one question."""
        self.question.choices = [("", _("Everything people said"))] + [
            (question.code, local(question.text)) for question in questions
        ]


class FramedRunForm(RunForm):
    """What a run reads, and what it looks for first."""

    use_themes = BooleanField(
        _l("Look for the themes we have"),
        description=_l("Their names and descriptions, in both languages, are what the run goes by."),
    )
    frames = FieldList(
        BilingualField(_l("Description"), max_chars=LONGEST), min_entries=LINES, max_entries=MOST
    )
    frames_only = BooleanField(
        _l("Look for nothing else"),
        description=_l("What fits none of these stays in no topic, to be read by a person."),
    )

    @property
    def descriptions(self) -> list[Bilingual]:
        """What was typed, without the lines left empty."""
        found = [entry.data or Bilingual() for entry in self.frames]
        return [text for text in found if text.cy.strip() or text.en.strip()]

    def another(self) -> None:
        """Room for one more description."""
        if len(self.frames) < MOST:
            self.frames.append_entry()
