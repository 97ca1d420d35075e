"""Forms of accounts."""

from __future__ import annotations

import re
from typing import Any

from wtforms import EmailField, Field, PasswordField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from citizen_platform.accounts.models import Role
from citizen_platform.accounts.services import PASSWORD_LENGTH
from citizen_platform.core.forms import AtMost, Form, Required, Text
from citizen_platform.core.i18n import _, _l

ADDRESS = re.compile(r"[^@\s<>\",;:]+@[^@\s<>\",;:]+\.[^@\s<>\",;:.]+")
LANGUAGE_CHOICES = [
    SelectChoice("cy", "Cymraeg", render_kw={"lang": "cy"}),
    SelectChoice("en", "English", render_kw={"lang": "en"}),
]
"""The languages by their own names, which are not translated."""


class Address:
    """The text looks like one e-mail address; nothing at all is left to :class:`Required`."""

    def __call__(self, _form: Any, field: Field) -> None:
        if field.data and (len(field.data) > 254 or not ADDRESS.fullmatch(field.data.strip())):
            raise ValidationError(_("Enter an e-mail address, for example enw@enghraifft.cymru"))


class LongEnough:
    """A password nobody will guess: long, otherwise as its owner likes."""

    def __call__(self, _form: Any, field: Field) -> None:
        if not PASSWORD_LENGTH[0] <= len(field.data or "") <= PASSWORD_LENGTH[1]:
            raise ValidationError(_("Choose a password of 12 characters or more"))


class SignInForm(Form):
    """E-mail address and password."""

    email = EmailField(
        _l("E-mail address"),
        [Required(_l("Enter your e-mail address")), AtMost(254)],
        render_kw={"autocomplete": "username", "width": 30},
    )
    password = PasswordField(
        _l("Password"), [Required(_l("Enter your password"))], render_kw={"autocomplete": "current-password"}
    )


class AcceptForm(Form):
    """A new colleague's name, language and password."""

    name = Text(
        _l("Your name"),
        [Required(_l("Enter your name")), AtMost(100)],
        description=_l("As your colleagues will see it"),
        render_kw={"autocomplete": "name", "width": 30},
    )
    language = RadioField(
        _l("The language you want to work in"),
        [Required(_l("Choose a language"))],
        choices=LANGUAGE_CHOICES,
        validate_choice=True,
        description=_l("You can switch on any page. Letters to you will be in this language."),
    )
    password = PasswordField(
        _l("Password"),
        [LongEnough()],
        description=_l("At least 12 characters. Three or four words you will remember make a good one."),
        render_kw={"autocomplete": "new-password"},
    )


class InviteForm(Form):
    """Whom to invite, and to what."""

    email = EmailField(
        _l("E-mail address"),
        [Required(_l("Enter the e-mail address of the person you invite")), Address()],
        render_kw={"autocomplete": "off", "width": 30},
    )
    role = RadioField(_l("Role"), [Required(_l("Choose a role"))], choices=[], validate_choice=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = [
            SelectChoice(held.value, held.label, render_kw={"hint": ROLE_HINTS[held]}) for held in Role
        ]


class EmptyForm(Form):
    """A page that asks for nothing but a press."""


ROLE_HINTS: dict[Role, Any] = {
    Role.POLICY_OFFICER: _l("Writes consultations, opens and closes them, answers what people said"),
    Role.ANALYST: _l("Groups what people said into themes"),
    Role.FACILITATOR: _l("Runs panels and assemblies"),
    Role.SCREENER: _l("Reads statements first and decides what may be quoted"),
    Role.TRANSLATOR: _l("Writes and checks the Welsh and the English"),
    Role.ADMINISTRATOR: _l("Invites people and decides who has which role"),
}
