"""What facilitators and note-takers type."""

from __future__ import annotations

from wtforms import HiddenField, IntegerField, RadioField, SelectChoice, SelectField
from wtforms.validators import NumberRange

from citizen_platform.core.forms import BilingualField, Form, LongText, Required, Text
from citizen_platform.core.i18n import _l


class SessionForm(Form):
    """A new session."""

    name = BilingualField(_l("Name of the session"), max_chars=120)
    question = BilingualField(
        _l("The question that the tables discuss"), multiline=True, rows=3, max_chars=500
    )
    consultation = SelectField(
        _l("Consultation"),
        description=_l("What is said is grouped together with the answers to this consultation."),
    )
    tables = IntegerField(
        _l("Number of tables"),
        default=4,
        validators=[
            Required(_l("Enter the number of tables")),
            NumberRange(1, 40, _l("Enter a number of tables from 1 to 40")),
        ],
        render_kw={"width": 2, "inputmode": "numeric"},
    )


class JoinForm(Form):
    """The code of a table."""

    code = Text(
        _l("Code of your table"),
        description=_l("8 letters and numbers. It is on the card on the table."),
        validators=[Required(_l("Enter the code of your table"))],
        render_kw={"autocomplete": "off", "width": 10, "spellcheck": "false"},
    )


class NoteForm(Form):
    """One statement."""

    text = LongText(
        _l("What was said"),
        description=_l("One statement at a time, as close to the person’s own words as you can. No names."),
        validators=[Required(_l("Write down what was said"))],
        max_chars=2_000,
        rows=4,
    )
    language = RadioField(
        _l("Language it was said in"),
        choices=[SelectChoice("cy", _l("Welsh")), SelectChoice("en", _l("English"))],
        validators=[Required(_l("Choose a language"))],
        render_kw={"inline": True},
    )
    once = HiddenField()


class SwitchForm(Form):
    """One press of a button: open or close."""
