"""Forms of panels."""

from __future__ import annotations

from typing import Any

from wtforms import EmailField, Field, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from citizen_platform.accounts.forms import LANGUAGE_CHOICES, Address
from citizen_platform.consultations.models import Consultation
from citizen_platform.core.forms import AtMost, BilingualField, Form, Required, Text
from citizen_platform.core.i18n import _, _l, local, long_date


class BothLanguages:
    """Welsh and English are both there; what is missing is said at its place."""

    def __call__(self, _form: Any, field: Field) -> None:
        messages = {"cy": _("Enter the name in Welsh"), "en": _("Enter the name in English")}
        missing = field.data.missing if field.data else ["cy", "en"]
        for side in missing:
            field.side_errors[side].append(messages[side])
        if missing:
            raise ValidationError(messages[missing[0]])


class PanelForm(Form):
    """The name of a panel."""

    name = BilingualField(
        _l("Name of the panel"),
        [BothLanguages()],
        max_chars=200,
        description=_l("Members see it in their letters"),
    )


class MemberForm(Form):
    """Somebody to put on a panel."""

    name = Text(_l("Name"), [Required(_l("Enter the member's name")), AtMost(100)], render_kw={"width": 30})
    email = EmailField(
        _l("E-mail address"),
        [Address()],
        description=_l("Leave it empty for somebody who wants letters on paper"),
        render_kw={"autocomplete": "off", "width": 30},
    )
    language = RadioField(
        _l("The language of their letters"), [Required(_l("Choose a language"))], choices=LANGUAGE_CHOICES
    )


class InviteForm(Form):
    """Which open consultation the panel is asked about."""

    consultation = RadioField(_l("Consultation"), [Required(_l("Choose a consultation"))], choices=[])

    def offer(self, consultations: list[Consultation]) -> None:
        """The consultations to choose from."""
        self.consultation.choices = [
            SelectChoice(
                row.reference,
                local(row.title),
                render_kw={"hint": _("Open until %(date)s", date=long_date(row.closes_at))},
            )
            for row in consultations
        ]


class CodeForm(Form):
    """The one-time code of a letter."""

    code = Text(
        _l("Code from your letter"),
        [Required(_l("Enter the code from your letter")), AtMost(100)],
        description=_l(
            "16 letters and digits. Capital or small letters, spaces and dashes make no difference."
        ),
        render_kw={"autocomplete": "off", "spellcheck": False, "width": 20},
    )


class EmptyForm(Form):
    """A page that asks for nothing but a press."""
