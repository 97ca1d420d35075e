"""Starting a round of blind double coding, and coding one statement of it."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import IntegerField, SelectField, SelectMultipleField
from wtforms.validators import NumberRange, ValidationError

from citizen_platform.consultations.models import Question
from citizen_platform.core.forms import Form
from citizen_platform.core.i18n import _, _l, local
from citizen_platform.themes import services
from citizen_platform.themes.models import Theme

NONE = 0
"""Value of "none of these themes"."""


class RoundForm(Form):
    """What a sample is drawn from, and how large it is."""

    question = SelectField(_l("Which statements"))
    size = IntegerField(
        _l("How many statements"),
        default=services.SAMPLE,
        description=_l("At least 30. With 100 the figures are steady enough to publish."),
        validators=[NumberRange(*services.SAMPLES, message=_l("Choose a number from 30 to 500."))],
    )

    def offer(self, questions: Iterable[Question]) -> None:
        """Set the choices: everything, or the answers to one question."""
        self.question.choices = [("", _("Everything people said"))] + [
            (question.code, local(question.text)) for question in questions
        ]


class CodeForm(Form):
    """Under which themes somebody puts a statement."""

    themes = SelectMultipleField(_l("Which themes does it speak of?"), coerce=int, validate_choice=False)

    def offer(self, themes: Iterable[Theme]) -> None:
        """Set the choices: the themes of the round by number, and none of them."""
        names = [(theme.id, local(theme.name) or theme.name.cy or theme.name.en) for theme in themes]
        self.themes.choices = [*names, (NONE, _("None of these"))]

    def validate_themes(self, field: SelectMultipleField) -> None:
        """Something was chosen, and not a theme and none at once."""
        if not set(field.data or ()) <= {value for value, _name in self.themes.choices}:
            raise ValidationError(_("Not a valid choice."))
        if not field.data:
            raise ValidationError(_("Choose at least one theme, or “None of these”."))
        if NONE in field.data and len(field.data) > 1:
            raise ValidationError(_("Choose themes, or “None of these”, not both."))

    @property
    def chosen(self) -> list[int]:
        """Ids of the themes chosen; empty for none."""
        return [theme_id for theme_id in self.themes.data or [] if theme_id != NONE]
