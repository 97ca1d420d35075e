"""Forms of the authoring area, and the filter of the public list."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

import wtforms
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
)
from wtforms.widgets import CheckboxInput, ListWidget

from citizen_platform.consultations.models import QuestionKind
from citizen_platform.consultations.services.checking import LABELS
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.forms import BilingualField, DateField, Form, Required, Shared, Text
from citizen_platform.core.i18n import HERE, _, _l, local, sort_welsh_or_english
from citizen_platform.organisations.models import AREAS

USUAL_CLOSING_TIME = "17:00"


def area_choices(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Areas as choices, in the reader's alphabetical order."""
    return [
        (code, local(AREAS[code])) for code in sort_welsh_or_english(codes, lambda code: local(AREAS[code]))
    ]


class AreaForm(Form):
    """Which area the list of consultations is about."""

    class Meta(Form.Meta):
        csrf = False

    area = SelectField(_l("Area"), validate_choice=False)


class Section(Shared):
    """A part of a draft that is saved as a whole.

    ``still_right`` holds the names of texts whose stale side has been read and found right.
    """

    still_right = SelectMultipleField(validate_choice=False)

    def bilingual_fields(self) -> list[BilingualField]:
        """The fields for text in two languages, in order."""
        return [field for field in self if isinstance(field, BilingualField)]

    def texts(self) -> dict[str, Bilingual]:
        """What was typed, by name."""
        return {field.short_name: field.data for field in self.bilingual_fields()}


class TitleForm(Form):
    """The first thing about a consultation: its title, in one language or both."""

    title = BilingualField(
        LABELS["title"],
        description=_l("The subject in a few plain words. One language is enough to begin with."),
        max_chars=200,
    )

    def validate_title(self, field: Any) -> None:
        """At least one language."""
        if not field.data:
            raise wtforms.ValidationError(_("Enter a title in Welsh or in English"))


def _long(name: str, hint: Any, rows: int = 6) -> BilingualField:
    return BilingualField(LABELS[name], description=hint, multiline=True, rows=rows, max_chars=8_000)


class TextsForm(Section):
    """The texts of a consultation."""

    title = BilingualField(
        LABELS["title"], description=_l("The subject in a few plain words."), max_chars=200
    )
    problem = _long(
        "problem", _l("The problem as people meet it, not a solution. Who is affected, when and where?"), 8
    )
    can_change = _long("can_change", _l("What people's answers can still change."))
    cannot_change = _long("cannot_change", _l("What is already settled, and the reason for each."))
    background = _long(
        "background", _l("What people need to know to give a useful answer, with figures and sources."), 8
    )
    decision_maker = _long(
        "decision_maker", _l("Who decides, where, and what they will have before them."), 4
    )
    welsh_effects = _long(
        "welsh_effects",
        _l(
            "Effects on opportunities to use Welsh and on treating it no less favourably than English: direct and"
            " indirect, positive and adverse."
        ),
        10,
    )


class OptionForm(Section):
    """One way of dealing with the problem."""

    name = BilingualField(LABELS["name"], max_chars=200)
    description = _long("description", _l("What would be different, and for whom."))
    cost = _long("cost", _l("Money, time or other things given up. An estimate is fine if you say so."), 4)
    constraints = _long(
        "constraints", _l("Law, people, time or anything else that limits it. May be left out."), 4
    )


class ChoiceForm(wtforms.Form):
    """One of the answers a question offers; ``code`` is empty for a new one."""

    code = HiddenField()
    text = BilingualField(max_chars=300)


KINDS = {
    QuestionKind.TEXT: (_l("In their own words"), _l("An open question with a box to write in.")),
    QuestionKind.CHOICE: (_l("One of several choices"), _l("You write the choices below.")),
    QuestionKind.SCALE: (
        _l("How far they agree"),
        _l("Five steps, from strongly agree to strongly disagree. Write the question as a statement."),
    ),
}


class QuestionForm(Section):
    """One question, and the choices it offers."""

    kind = RadioField(_l("How do people answer?"), validators=[Required(_l("Choose how people answer"))])
    text = BilingualField(LABELS["text"], multiline=True, rows=3, max_chars=1_000)
    hint = BilingualField(
        LABELS["hint"],
        description=_l("What may help people answer. May be left out."),
        multiline=True,
        rows=3,
        max_chars=1_000,
    )
    required = BooleanField(_l("People have to answer this question"))
    about_welsh = BooleanField(
        _l("This question asks about effects on the Welsh language"),
        description=_l("At least one question in each consultation has to."),
    )
    choices = FieldList(FormField(ChoiceForm), label=_l("Choices"))

    def offer_kinds(self) -> None:
        """Set the ways of answering, each with what it means."""
        self.kind.choices = [
            wtforms.SelectChoice(kind.value, label, render_kw={"hint": hint})
            for kind, (label, hint) in KINDS.items()
        ]

    def choice_rows(self) -> list[tuple[str | None, Bilingual]]:
        """Code and text of each choice as it stands on the page, blank rows included."""
        return [(entry.form.code.data or None, entry.form.text.data or Bilingual()) for entry in self.choices]


class DatesForm(Section):
    """When a consultation closes, is decided and is answered, and where it is about."""

    closes_on = DateField(_l("Last day for answers"), description=_l("For example, 27 3 2027"))
    closes_time = Text(
        _l("Closing time on that day"),
        description=_l("By the clock in Wales, for example 17:00"),
        default=USUAL_CLOSING_TIME,
    )
    decision_on = DateField(_l("Date of the decision"), description=_l("After the closing date."))
    feedback_due_on = DateField(
        _l("When people will hear what was decided and why"), description=_l("Not before the closing date.")
    )
    areas = SelectMultipleField(
        _l("Areas of Wales"),
        description=_l("Choose none if it is about everywhere that your organisation serves."),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def validate_closes_time(self, field: Any) -> None:
        """Hours and minutes."""
        if not re.fullmatch(r"([01]?\d|2[0-3])[:.][0-5]\d", field.data or ""):
            raise wtforms.ValidationError(_("Enter a time such as 17:00"))

    @property
    def closes_at(self) -> datetime | None:
        """The instant that was typed as a day and a time in Wales."""
        if self.closes_on.data is None:
            return None
        hours, minutes = re.split("[:.]", self.closes_time.data)
        return datetime.combine(self.closes_on.data, time(int(hours), int(minutes)), HERE)
