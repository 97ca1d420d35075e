"""A theme's words, where a topic goes, what to look for."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import BooleanField, RadioField

from citizen_platform.core.forms import BilingualField, Form, Required, Shared, Text
from citizen_platform.core.i18n import _l, local
from citizen_platform.themes.models import Theme


class ThemeForm(Shared):
    """A theme's words in both languages. One language is enough to save; both are needed to sign it off."""

    name = BilingualField(
        _l("Name"), description=_l("What people said, in a few plain words."), max_chars=200
    )
    description = BilingualField(
        _l("Description"),
        description=_l("What people meant, so that somebody who was not there understands it."),
        multiline=True,
        rows=5,
        max_chars=2_000,
    )
    is_minority = BooleanField(
        _l("A concern of few people"),
        description=_l("Marked so that it is not lost among the larger themes."),
    )
    agrees = BooleanField(
        _l("Both languages still say the same"),
        description=_l("Tick this if you changed one language and the other needs no change."),
    )


class AddTopicForm(Form):
    """Which theme a topic goes into."""

    theme = RadioField(_l("Which theme?"), coerce=int, validators=[Required(_l("Choose a theme"))])

    def offer(self, themes: Iterable[Theme], default: str) -> None:
        """Set the choices; a theme that has no name in the reader's language is shown in the other."""
        self.theme.choices = [
            (
                theme.number,
                default
                % {"number": theme.number, "name": local(theme.name) or theme.name.cy or theme.name.en},
            )
            for theme in themes
        ]


class FindForm(Form):
    """Words to look for in what people said."""

    class Meta(Form.Meta):
        csrf = False

    find = Text(_l("Words to look for"))
