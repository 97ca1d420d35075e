"""A theme's words, where a topic goes, what to look for."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import BooleanField, RadioField, SelectField

from citizen_platform.consultations.models import Question
from citizen_platform.contributions.models import DOOR_NAMES, LANGUAGE_NAMES, Door, TextLanguage
from citizen_platform.core.errors import DomainError
from citizen_platform.core.forms import BilingualField, Form, Required, Shared, Text, mark_of
from citizen_platform.core.i18n import _, _l, local
from citizen_platform.themes.models import Theme


def numbered(theme: Theme) -> str:
    """A theme as a list names it: its number, and its name in the reader's language or else in the other."""
    name = local(theme.name) or theme.name.cy or theme.name.en
    return str(_("%(number)s. %(name)s", number=theme.number, name=name))


class Decided(Shared):
    """A form that decides about things that others may change meanwhile: nothing is decided about what nobody saw."""

    def refuse_if_changed(self, stored: object) -> None:
        """Raise DomainError when things are no longer as the page showed them; the page shows them as they are now."""
        seen, self.seen.data = self.seen.data, mark_of(stored)
        if seen != self.seen.data:
            raise DomainError(
                _l(
                    "Somebody has changed this since you opened the page, so nothing was done. You see it as it is now:"
                    " look at it, then decide again."
                )
            )


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

    def offer(self, themes: Iterable[Theme]) -> None:
        """Set the choices; a theme that has no name in the reader's language is shown in the other."""
        self.theme.choices = [(theme.number, numbered(theme)) for theme in themes]


class FindForm(Form):
    """What to look for in what people said. An empty field does not matter."""

    class Meta(Form.Meta):
        csrf = False

    find = Text(_l("Words to look for"))
    no_theme = BooleanField(_l("Only statements that are in no theme"))
    language = SelectField(_l("Language"), default="")
    door = SelectField(_l("How it came in"), default="")
    question = SelectField(_l("Answers to"), default="")

    def offer(self, questions: Iterable[Question]) -> None:
        """Set the choices: everything first."""
        self.language.choices = [
            ("", _("All languages")),
            *((language.value, LANGUAGE_NAMES[language]) for language in TextLanguage),
        ]
        self.door.choices = [("", _("Every way in")), *((door.value, DOOR_NAMES[door]) for door in Door)]
        self.question.choices = [
            ("", _("Every question")),
            *((question.code, local(question.text)) for question in questions),
        ]


class WordsForm(Form):
    """Words to look for."""

    class Meta(Form.Meta):
        csrf = False

    find = Text(_l("Words to look for"))
