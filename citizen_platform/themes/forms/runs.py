"""What a run is asked with."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import SelectField

from citizen_platform.consultations.models import Question
from citizen_platform.core.forms import Form
from citizen_platform.core.i18n import _, _l, local


class RunForm(Form):
    """What a run reads."""

    question = SelectField(_l("Which statements"))

    def offer(self, questions: Iterable[Question]) -> None:
        """Set the choices: everything, or the answers to one question."""
        self.question.choices = [("", _("Everything people said"))] + [
            (question.code, local(question.text)) for question in questions
        ]
