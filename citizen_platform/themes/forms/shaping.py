"""How themes become others: merged, split, filled by moving, parked; and topics parked or taken in parts."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import HiddenField, RadioField, SelectChoice, SelectField, SelectMultipleField

from citizen_platform.core.forms import BilingualField, Form, LongText, Required
from citizen_platform.core.i18n import _, _l, local
from citizen_platform.themes.forms.themes import Decided, numbered
from citizen_platform.themes.models import Theme, Topic


class MergeForm(Decided):
    """Which theme another goes into."""

    theme = RadioField(
        _l("Merge it into which theme?"), coerce=int, validators=[Required(_l("Choose a theme"))]
    )

    def offer(self, themes: Iterable[Theme]) -> None:
        """Set the choices."""
        self.theme.choices = [(theme.number, numbered(theme)) for theme in themes]


HOW = (
    SelectChoice("move", _l("Move them: they are no longer in this theme")),
    SelectChoice("copy", _l("Copy them: they stay in this theme as well")),
)


class MoveForm(Form):
    """Where ticked statements go. What was ticked is in ``tick``, read by the view."""

    to = SelectField(_l("Which theme?"), coerce=str, default="")
    how = RadioField(_l("Move or copy?"), choices=list(HOW), default="move")

    def offer(self, themes: Iterable[Theme]) -> None:
        """Set the choices."""
        self.to.choices = [
            ("", _("Choose a theme")),
            *((str(theme.number), numbered(theme)) for theme in themes),
        ]


class SplitForm(Decided):
    """What a new theme is called and gets. ``find`` and ``part`` say what the page has looked for."""

    find = HiddenField()
    part = HiddenField()
    name = BilingualField(
        _l("Name of the new theme"), description=_l("What people said, in a few plain words."), max_chars=200
    )
    which = RadioField(
        _l("Which statements?"),
        choices=[
            SelectChoice("ticked", _l("Those ticked on this page")),
            SelectChoice("all", _l("All that were found")),
        ],
        default="ticked",
    )
    how = RadioField(_l("Move or copy?"), choices=list(HOW), default="move")


class ParkForm(Form):
    """Why something is put aside."""

    reason = LongText(
        _l("Why is it parked?"),
        description=_l("Colleagues read this. Do not name anybody who took part."),
        rows=3,
        max_chars=500,
        validators=[Required(_l("Say why it is parked."))],
    )


class PartsForm(Form):
    """Which parts of a topic become themes."""

    part = SelectMultipleField(
        _l("Which parts?"),
        coerce=int,
        validate_choice=False,
        validators=[Required(_l("Tick at least one part."))],
    )
    how = RadioField(
        _l("One theme or several?"),
        choices=[
            SelectChoice("each", _l("A theme of each part")),
            SelectChoice("together", _l("One theme of them all")),
        ],
        default="each",
    )
    reason = LongText(
        _l("Park the parts you have not ticked (if you want to)"),
        description=_l("Say why they should become no theme. Leave it empty to decide about them later."),
        rows=2,
        max_chars=500,
    )

    def offer(self, parts: Iterable[Topic]) -> None:
        """Set the choices."""
        self.part.choices = [(part.id, local(part.label)) for part in parts]
