"""What a citizen types to propose an outcome or to endorse one."""

from __future__ import annotations

from wtforms import HiddenField, RadioField

from citizen_platform.accounts.forms import Address
from citizen_platform.core.forms import AtMost, Form, LongText, Required, Text
from citizen_platform.core.i18n import _l


class ProposalForm(Form):
    """An outcome proposal in the citizen's own words, in one language."""

    body = RadioField(
        _l("Who is this for?"), validators=[Required(_l("Choose the organisation this is for"))]
    )
    title = Text(
        _l("Give it a short name"),
        description=_l("For example: a bus home after the last shift"),
        validators=[Required(_l("Enter a short name for your proposal")), AtMost(120)],
    )
    who = LongText(
        _l("Who is affected?"),
        description=_l("Which people, where, and how does it touch their lives now?"),
        validators=[Required(_l("Say who is affected"))],
        max_chars=3_000,
        rows=4,
    )
    what = LongText(
        _l("What should be different?"),
        description=_l("Describe the result you want to see, not only the means."),
        validators=[Required(_l("Say what should be different"))],
        max_chars=3_000,
        rows=5,
    )
    how = LongText(
        _l("How would we know it had happened?"),
        description=_l("Something people could see, feel or count."),
        validators=[Required(_l("Say how we would know"))],
        max_chars=3_000,
        rows=4,
    )
    once = HiddenField()


class EndorseForm(Form):
    """The address of somebody who endorses."""

    address = Text(
        _l("Your e-mail address"),
        description=_l(
            "We send one message, to make sure that each person is counted once. "
            "We do not keep the address with the proposal."
        ),
        validators=[
            Required(_l("Enter your e-mail address")),
            Address(),
            AtMost(254),
        ],
        render_kw={"autocomplete": "email", "inputmode": "email"},
    )


class ConfirmForm(Form):
    """One press of a button."""
