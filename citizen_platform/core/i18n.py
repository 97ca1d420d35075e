"""Two languages, Welsh never second: the language is in the address, with translated path words from one table.

English text lives in the code as message ids; ``translations/cy`` holds the Welsh. Names follow gettext.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Flask, current_app, g, has_app_context, has_request_context, request, url_for
from flask_babel import (
    Babel,
    format_date,
    gettext,
    lazy_gettext,
    lazy_ngettext,
    lazy_pgettext,
    ngettext,
    pgettext,
)
from flask_babel import force_locale as babel_force_locale
from markupsafe import Markup, escape

from citizen_platform.core.bilingual import LANGUAGES, OTHER, Bilingual, Language
from nlp import welsh

__all__ = [
    "LANGUAGES",
    "OTHER",
    "_",
    "_l",
    "force_locale",
    "gettext",
    "lazy_ngettext",
    "lazy_pgettext",
    "ngettext",
    "pgettext",
]

_ = gettext
_l = lazy_gettext
T = TypeVar("T")

LOCALES: dict[str, str] = {"cy": "cy_GB", "en": "en_GB"}
HERE = ZoneInfo("Europe/London")

# One table for every word in an address. A rule that uses another word is refused when the app starts.
PATH_WORDS: dict[str, str] = {
    "about": "amdanom-ni",
    "accept": "derbyn",
    "accessibility": "hygyrchedd",
    "add": "ychwanegu",
    "answer": "ateb",
    "answered": "atebwyd",
    "areas": "ardaloedd",
    "assemblies": "cynulliadau",
    "cancel": "canslo",
    "check": "gwirio",
    "coding": "codio",
    "close": "cau",
    "compare": "cymharu",
    "consultations": "ymgyngoriadau",
    "coverage": "cyfrif",
    "dates": "dyddiadau",
    "decisions": "penderfyniadau",
    "delete": "dileu",
    "desk": "desg",
    "edit": "golygu",
    "endorse": "cefnogi",
    "history": "hanes",
    "how-it-was-made": "sut-y-gwnaed",
    "import": "mewnforio",
    "invitations": "gwahoddiadau",
    "invite": "gwahodd",
    "join": "ymuno",
    "members": "aelodau",
    "merge": "uno",
    "move": "symud",
    "new": "newydd",
    "notes": "nodiadau",
    "open": "agor",
    "options": "opsiynau",
    "panels": "paneli",
    "park": "neilltuo",
    "parts": "rhannau",
    "people": "pobl",
    "privacy": "preifatrwydd",
    "proposals": "cynigion",
    "publish": "cyhoeddi",
    "questions": "cwestiynau",
    "read": "darllen",
    "receipts": "derbynebau",
    "release": "rhyddhau",
    "remove": "tynnu",
    "responses": "ymatebion",
    "run": "rhedeg",
    "runs": "rhediadau",
    "sent": "anfonwyd",
    "sessions": "sesiynau",
    "settings": "gosodiadau",
    "split": "rhannu",
    "sign-in": "mewngofnodi",
    "sign-off": "cymeradwyo",
    "sign-out": "allgofnodi",
    "statements": "sylwadau",
    "steps": "camau",
    "tables": "byrddau",
    "themes": "themau",
    "topics": "pynciau",
    "undo": "dadwneud",
    "unpark": "adfer",
    "what-we-heard": "beth-glywson-ni",
    "withdraw": "tynnu-yn-ol",
    "you-said-we-did": "dywedoch-chi-gwnaethon-ni",
}


def translated_rule(rule: str, language: str) -> str:
    """A rule such as ``/consultations/<reference>`` under its language's prefix and in its language's words.

    Raises KeyError for a word that the table does not hold.
    """
    parts = rule.split("/")
    welsh_parts = [part if not part or part.startswith("<") else PATH_WORDS[part] for part in parts]
    return f"/{language}" + "/".join(welsh_parts if language == "cy" else parts)


def language_of_path(path: str) -> Language | None:
    """The language that an address says it is in, if any."""
    first = path.lstrip("/").split("/", 1)[0]
    return "cy" if first == "cy" else "en" if first == "en" else None


def best_language() -> Language:
    """Address first, then the last language chosen, then the browser's; Welsh when nothing is known."""
    if not has_request_context():
        return "cy"
    in_path = language_of_path(request.path)
    if in_path:
        return in_path
    known = request.cookies.get("language")
    if known in LANGUAGES:
        return "cy" if known == "cy" else "en"
    wanted = (tag.lower().split("-")[0] for tag, quality in request.accept_languages if quality > 0)
    return "en" if next((language for language in wanted if language in LANGUAGES), "cy") == "en" else "cy"


def current_language() -> Language:
    """The language of this request, or of the letter being written inside ``force_locale``; Welsh outside both."""
    chosen = g.get("lang") if has_app_context() else None
    if chosen:
        return "en" if chosen == "en" else "cy"
    return best_language()


@contextmanager
def force_locale(locale: str) -> Iterator[None]:
    """Write something in another language than the request's: our words, dates, and a body's text by :func:`local`."""
    before = g.get("lang")
    g.lang = locale[:2]
    try:
        with babel_force_locale(locale):
            yield
    finally:
        if before is None:
            g.pop("lang")
        else:
            g.lang = before


def local(text: Bilingual | None) -> str:
    """A body's text in the reader's language."""
    return text[current_language()] if text is not None else ""


def other_language_url() -> str:
    """This same page in the other language, query string kept (W2); its home where there is no such page to read."""
    other = OTHER[current_language()]
    rules = current_app.url_map.iter_rules(request.endpoint) if request.endpoint else ()
    if not any("GET" in (rule.methods or ()) and "lang_code" in (rule.defaults or ()) for rule in rules):
        return f"/{other}/"
    query = urlencode([(key, value) for key, value in request.args.items(multi=True)])
    address = url_for(str(request.endpoint), **{**(request.view_args or {}), "lang_code": other})
    return f"{address}?{query}" if query else address


def sort_welsh_or_english(items: Iterable[T], name: Callable[[T], str]) -> list[T]:
    """Items in the reader's alphabetical order (W8); ``name`` gives an item's name in the reader's language."""
    key = welsh.sort_key if current_language() == "cy" else _english_key
    return sorted(items, key=lambda item: key(name(item)))


def _english_key(text: str) -> str:
    return f"{welsh.fold(text)}\x01{text}"


def long_date(moment: date | datetime | None) -> str:
    """A date in words, in Wales' own time: "21 Tachwedd 2026", "21 November 2026"."""
    return _formatted(moment, "d MMMM y")


def short_date(moment: date | datetime | None) -> str:
    """A date for tables: "21 Tach 2026", "21 Nov 2026"."""
    return _formatted(moment, "d MMM y")


def _formatted(moment: date | datetime | None, pattern: str) -> str:
    if moment is None:
        return ""
    day = moment.astimezone(HERE).date() if isinstance(moment, datetime) else moment
    return str(format_date(day, pattern))


def clock_time(moment: datetime) -> str:
    """A time of day in Wales: "17:00"."""
    return moment.astimezone(HERE).strftime("%H:%M")


def iso(moment: date | datetime) -> str:
    """For ``<time datetime>``."""
    return moment.astimezone(UTC).isoformat() if isinstance(moment, datetime) else moment.isoformat()


def paragraphs(text: str) -> Markup:
    """Plain text as escaped paragraphs: a blank line begins a new one, a single newline breaks the line."""
    blocks = [block.strip() for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if block.strip()]
    inner = [Markup("<br>").join(escape(line) for line in block.split("\n")) for block in blocks]
    return Markup("").join(Markup("<p>{}</p>").format(block) for block in inner)


def init_app(app: Flask) -> None:
    """Locale by request, language in every built address, and the filters templates use."""
    app.url_map.redirect_defaults = False
    folder = str(Path(__file__).resolve().parents[2] / "translations")
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", folder)
    Babel().init_app(app, locale_selector=lambda: LOCALES[current_language()], default_locale="cy_GB")

    @app.url_value_preprocessor
    def take_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        g.lang = (values or {}).pop("lang_code", None) or best_language()

    @app.url_defaults
    def give_language(endpoint: str, values: dict[str, Any]) -> None:
        if "lang_code" not in values and app.url_map.is_endpoint_expecting(endpoint, "lang_code"):
            values["lang_code"] = current_language()

    @app.after_request
    def remember_language(response: Any) -> Any:
        chosen = language_of_path(request.path)
        if chosen and request.cookies.get("language") != chosen and response.status_code < 400:
            response.set_cookie(
                "language",
                chosen,
                max_age=365 * 86400,
                samesite="Lax",
                httponly=True,
                secure=bool(app.config["SESSION_COOKIE_SECURE"]),
            )
        return response

    @app.context_processor
    def languages() -> dict[str, Any]:
        return {
            "other_language": OTHER[current_language()],
            "other_language_url": other_language_url(),
            "origin": app.config["DOLEN"].origin,
            "pgettext": pgettext,
        }

    app.jinja_env.filters.update(
        local=local,
        long_date=long_date,
        short_date=short_date,
        clock_time=clock_time,
        iso=iso,
        paragraphs=paragraphs,
    )
