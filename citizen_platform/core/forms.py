"""What every form shares: messages in our own words, fields for two languages and for dates, the language switch.

Pressing the language switch posts the form to the same page in the other language; :meth:`Form.validate_on_submit` is
then false, so the page is shown again with everything that was typed (W2), without scripts.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, ClassVar

from flask import Flask, request
from flask_wtf import FlaskForm
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import Field, HiddenField, StringField, TextAreaField
from wtforms.utils import unset_value
from wtforms.validators import StopValidation, ValidationError

from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.errors import DomainError
from citizen_platform.core.i18n import _, _l, gettext

SWITCH = "switch_language"
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class OwnWords:
    """WTForms' own messages, looked up in our catalogue: nothing reaches a reader untranslated."""

    def gettext(self, text: str) -> str:
        return str(gettext(text))

    def ngettext(self, _singular: str, _plural: str, _number: int) -> str:
        """Of one message only, which repeats choices that were never offered; ours does not repeat them."""
        return self.gettext("Not a valid choice")


class Form(FlaskForm):
    """Base of every form."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: Any) -> OwnWords:
            return OwnWords()

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What was posted, without the letters that no database can keep, whatever field it is for."""
            posted = None if request.is_json else super().wrap_formdata(form, formdata)
            if posted is None or not any(UNSTORABLE.search(value) for _name, value in words_in(posted)):
                return posted
            return MultiDict(
                (name, UNSTORABLE.sub("", value) if isinstance(value, str) else value)
                for name, value in posted.items(multi=True)
            )

    def validate_on_submit(self, extra_validators: Any = None) -> bool:
        """True when the form was sent (not merely shown in the other language) and all of it is right."""
        if request.method != "POST" or is_language_switch():
            return False
        return bool(self.validate(extra_validators=extra_validators))

    def refuse(self, error: DomainError) -> None:
        """Show a rule that was not met at its place in the form."""
        field = self._fields.get(error.field or "")
        if field is None:
            self.form_errors.append(str(error))
        else:
            field.errors = [*field.errors, str(error)]


class Shared(Form):
    """A form for words that several people may change.

    ``seen`` is a mark of what was stored when the page was shown, so that nobody writes over a colleague unawares.
    """

    seen = HiddenField()

    def begin(self, stored: object) -> None:
        """Note, when the page is first shown, what is stored at that moment."""
        if request.method == "GET":
            self.seen.data = mark_of(stored)

    def refuse_if_changed(self, stored: object) -> None:
        """Raise DomainError when what is stored is no longer what the page showed; the next save writes over it."""
        seen, self.seen.data = self.seen.data, mark_of(stored)
        if seen != self.seen.data:
            raise DomainError(
                _l(
                    "Somebody else has saved this part since you opened it. Your words are below and are not saved yet."
                    " Look at theirs in another window, then save again to put yours in their place."
                )
            )


def mark_of(stored: object) -> str:
    """A short mark that changes when what is stored changes."""
    return hashlib.sha256(repr(stored).encode()).hexdigest()[:16]


def words_in(posted: Any) -> Iterator[tuple[str, str]]:
    """Names and values of what was posted, files left out."""
    return ((name, value) for name, value in posted.items(multi=True) if isinstance(value, str))


def is_language_switch() -> bool:
    """The reader pressed the other language, not send."""
    return SWITCH in request.form


class Required:
    """Something must be given. The message says what, as a sentence: "Enter a title"."""

    field_flags: ClassVar[dict[str, Any]] = {}

    def __init__(self, message: Any) -> None:
        self.message = message

    def __call__(self, _form: Any, field: Field) -> None:
        given = field.data
        empty = isinstance(given, (Bilingual, list)) and not given
        if given is None or empty or (isinstance(given, str) and not given.strip()):
            field.errors = []
            raise StopValidation(str(self.message))


class AtMost:
    """No more than ``limit`` characters; says how many there are."""

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def __call__(self, _form: Any, field: Field) -> None:
        length = len((field.data or "").replace("\r\n", "\n"))
        if length > self.limit:
            raise ValidationError(
                _(
                    "This is %(length)s characters long. Shorten it to %(limit)s characters or fewer.",
                    length=f"{length:,}",
                    limit=f"{self.limit:,}",
                )
            )


class Text(StringField):
    """One line of text, without space around it or control characters inside."""

    data: Any

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        super().process_formdata(list(valuelist))
        if isinstance(self.data, str):
            self.data = clean(self.data).replace("\n", " ").strip()


class LongText(TextAreaField):
    """Several lines of text. ``max_chars`` is the limit shown and kept."""

    data: Any

    def __init__(self, *args: Any, max_chars: int = 10_000, rows: int = 6, **kwargs: Any) -> None:
        kwargs["validators"] = [*kwargs.get("validators", ()), AtMost(max_chars)]
        super().__init__(*args, **kwargs)
        self.max_chars = max_chars
        self.rows = rows

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        super().process_formdata(list(valuelist))
        if isinstance(self.data, str):
            self.data = clean(self.data)


def clean(text: str) -> str:
    """Text as it will be stored: newlines as one character, no control characters or half letters; words untouched."""
    return UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


class BilingualField(Field):
    """Welsh and English side by side, Welsh first; each side has its own errors, and a draft needs neither.

    Posts ``<name>-cy`` and ``<name>-en``. ``data`` is a :class:`Bilingual`. ``side_errors`` holds errors per language.
    """

    data: Any
    widget = staticmethod(lambda field, **kwargs: Markup(""))

    def __init__(
        self,
        label: Any = None,
        validators: Any = None,
        *,
        multiline: bool = False,
        rows: int = 4,
        max_chars: int = 5_000,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.multiline = multiline
        self.rows = rows
        self.max_chars = max_chars
        self.side_errors: dict[str, list[str]] = {"cy": [], "en": []}

    @property
    def cy(self) -> str:
        return self.data.cy if self.data else ""

    @property
    def en(self) -> str:
        return self.data.en if self.data else ""

    @property
    def stale(self) -> str | None:
        return self.data.stale if self.data else None

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        super().process(None, data if isinstance(data, Bilingual) else unset_value)
        if formdata and (f"{self.name}-cy" in formdata or f"{self.name}-en" in formdata):
            sides = [clean(formdata.get(f"{self.name}-{side}", "")) for side in ("cy", "en")]
            before = self.data or Bilingual()
            self.data = Bilingual(sides[0], sides[1], before.stale)

    def pre_validate(self, form: Any) -> None:
        self.side_errors = {"cy": [], "en": []}
        for side, text in self.data or ():
            if len(text) > self.max_chars:
                self.side_errors[side].append(
                    _("Shorten this to %(limit)s characters or fewer.", limit=f"{self.max_chars:,}")
                )
        if any(self.side_errors.values()):
            raise StopValidation(
                self.side_errors["cy"][0] if self.side_errors["cy"] else self.side_errors["en"][0]
            )


class DateField(Field):
    """A date typed in three parts. Posts ``<name>-day``, ``<name>-month``, ``<name>-year``; ``data`` is a date."""

    data: date | None
    widget = staticmethod(lambda field, **kwargs: Markup(""))

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.day = self.month = self.year = ""

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        super().process(None, data if isinstance(data, date) else unset_value)
        if self.data is not None:
            self.day, self.month, self.year = str(self.data.day), str(self.data.month), str(self.data.year)
        posted = [f"{self.name}-{part}" for part in ("day", "month", "year")]
        if formdata and any(part in formdata for part in posted):
            self.day, self.month, self.year = (clean(formdata.get(part, "")).strip() for part in posted)
            self.data = None
            if self.day or self.month or self.year:
                self.data = read_date(self.day, self.month, self.year)
                if self.data is None:
                    self.process_errors.append(_("Enter a real date, for example 27 3 2027"))

    def pre_validate(self, form: Any) -> None:
        if self.process_errors:
            raise StopValidation()


def read_date(day: str, month: str, year: str) -> date | None:
    """The date of three numbers as people type them, the year in four digits; None when there is no such day."""
    if not all(re.fullmatch("[0-9]{1,2}", part) for part in (day, month)) or not re.fullmatch(
        "[0-9]{4}", year
    ):
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


# Messages that WTForms itself can raise from the fields we use; named here so that the catalogue holds their Welsh.
BUILT_IN = (
    _l("Not a valid choice."),
    _l("Not a valid choice"),
    _l("Invalid Choice: could not coerce."),
    _l("Invalid choice(s): one or more data inputs could not be coerced."),
    _l("Not a valid integer value."),
    _l("CSRF token missing."),
)


def init_app(app: Flask) -> None:
    """Let templates name the switch, and let our macros stand on GOV.UK's under their package's name."""
    govuk = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    app.jinja_loader = ChoiceLoader([loader for loader in (app.jinja_loader, govuk) if loader is not None])
    app.jinja_env.globals["language_switch_name"] = SWITCH
