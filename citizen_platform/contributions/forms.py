"""Which statements to see."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, SelectField
from wtforms.fields import SelectChoice

from citizen_platform.contributions.models import DOOR_NAMES, LANGUAGE_NAMES
from citizen_platform.contributions.queries import NOT_LOOKED, Filter
from citizen_platform.core.forms import Form
from citizen_platform.core.i18n import _l, lazy_pgettext


class FilterForm(Form):
    """The filters of the page of statements, in its query string."""

    class Meta(Form.Meta):
        csrf = False

    language = SelectField(
        _l("Language found"),
        choices=[
            SelectChoice("", lazy_pgettext("language", "Any language")),
            *(SelectChoice(language.value, name) for language, name in LANGUAGE_NAMES.items()),
            SelectChoice(NOT_LOOKED, lazy_pgettext("language", "Not found yet")),
        ],
    )
    door = SelectField(
        _l("How it came in"),
        choices=[
            SelectChoice("", lazy_pgettext("door", "Any way")),
            *(SelectChoice(door.value, name) for door, name in DOOR_NAMES.items()),
        ],
    )
    unread = BooleanField(_l("Only what nobody has read yet"))

    @property
    def wanted(self) -> Filter:
        """What was asked for; anything that is not offered counts as all."""
        return Filter(
            language=self.language.data or "", door=self.door.data or "", unread=bool(self.unread.data)
        )

    @property
    def query(self) -> dict[str, Any]:
        """What was asked for, as words of an address."""
        wanted = self.wanted
        words = {"language": wanted.language, "door": wanted.door, "unread": "y" if wanted.unread else ""}
        return {name: value for name, value in words.items() if value}
