"""``flask --app wsgi consultations ...``: list them, and create one from a JSON file."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

import click
from flask.cli import with_appcontext

from citizen_platform.consultations import queries, services
from citizen_platform.consultations.models import (
    OPTION_TEXTS,
    QUESTION_TEXTS,
    TEXTS,
    Consultation,
    QuestionKind,
)
from citizen_platform.core.bilingual import LANGUAGES, Bilingual
from citizen_platform.core.database import transaction
from citizen_platform.core.errors import DomainError
from citizen_platform.core.i18n import HERE, force_locale
from citizen_platform.organisations.models import AREAS

QUESTION_KEYS = (*QUESTION_TEXTS, "code", "kind", "required", "about_welsh", "welsh", "choices")
KEYS = ("body", *TEXTS, "areas", "closes_at", "decision_on", "feedback_due_on", "options", "questions")


class Unreadable(click.ClickException):
    """The file is not as it should be; names the key. Nothing is stored."""

    exit_code = 2


@click.group()
def consultations() -> None:
    """Consultations: list them, or create one from a file."""


@consultations.command("list")
@click.option("--json", "as_json", is_flag=True, help="A JSON list instead of lines.")
@with_appcontext
def list_(as_json: bool) -> None:
    """Reference, state and both titles of every consultation, newest first."""
    now = datetime.now(UTC)
    rows = queries.all_consultations()
    if as_json:
        click.echo(json.dumps([described(row, now) for row in rows], ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo("\t".join((row.reference, row.state(now).value, row.title.cy, row.title.en)))


def described(row: Consultation, now: datetime) -> dict[str, Any]:
    """A consultation as ``list --json`` prints it."""
    return {
        "reference": row.reference,
        "state": row.state(now).value,
        "title": {"cy": row.title.cy, "en": row.title.en},
        "questions": [{"code": question.code, "kind": question.kind.value} for question in row.questions],
    }


@consultations.command("create")
@click.argument("file", type=click.File("rb"))
@click.option(
    "--body", "body_slug", metavar="SLUG", help="The public body, instead of the one the file names."
)
@click.option(
    "--open",
    "opened",
    is_flag=True,
    help="Open it at once; if anything is missing, say what and store nothing.",
)
@with_appcontext
def create(file: Any, body_slug: str | None, opened: bool) -> None:
    """Create a consultation from FILE (JSON, - for standard input) and print its reference.

    \b
    The file is one object. A TEXT is {"cy": "...", "en": "..."}.
      "body"             slug of the public body; may be left out when there is only one
      "title"            TEXT; so are "problem", "can_change", "cannot_change",
                         "background", "decision_maker", "welsh_effects"
      "areas"            GSS codes such as "W06000008"; [] or left out: everywhere
      "closes_at"        instant "2027-03-01T17:00:00Z" (without a zone: Wales' clock),
                         or a date: answers are taken until the end of that day
      "decision_on"      date "2027-04-15", after the closing date
      "feedback_due_on"  date, not before the closing date
      "options"          list of {"name", "description", "cost", "constraints"?}, all TEXT
      "questions"        list of {"code"?, "kind"?, "text", "hint"?, "required"?,
                         "about_welsh"?, "choices"?}
         "code"          names it in imports; q1, q2, ... when left out
         "kind"          "text" (default), "choice" or "scale"
         "about_welsh"   true where it asks about effects on the Welsh language
                         ("welsh" does as well)
         "choices"       for "choice": list of {"code"?, "text"}

    A draft may lack anything but a title in one language. To open, everything not marked "?" must be there in both
    languages, with at least one option, one question of kind "text" and one about the Welsh language.

    Exit 1: not complete enough to open; nothing is stored. Exit 2: the file cannot be used; the key is named.
    """
    content = read(file)
    now = datetime.now(UTC)
    with force_locale(screen_locale()):
        try:
            with transaction():
                row = stored(content, chosen_body(body_slug or content.get("body")), now)
                if opened:
                    refuse_incomplete(services.missing(row, now=now))
                    services.open_(row, None, now)
        except DomainError as error:
            raise Unreadable(str(error)) from error
    click.echo(row.reference)


def refuse_incomplete(gaps: Sequence[services.Gap]) -> None:
    """End the command, and with it its transaction, when something is missing."""
    if not gaps:
        return
    click.echo("Not opened and not stored. This is missing:", err=True)
    for gap in gaps:
        click.echo(f"- {gap.sentence}", err=True)
    sys.exit(1)


def screen_locale() -> str:
    """The language of the terminal: Welsh where LANG says so, otherwise English."""
    return "cy_GB" if os.environ.get("LANG", "").startswith("cy") else "en_GB"


def read(file: Any) -> dict[str, Any]:
    """The object in a JSON file. Raises Unreadable; keys that nobody knows are named and left out."""
    try:
        content = json.loads(file.read().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Unreadable("the file is not UTF-8 text") from error
    except json.JSONDecodeError as error:
        raise Unreadable(f"not JSON: line {error.lineno}, column {error.colno}: {error.msg}") from error
    return object_at("the file", content, KEYS)


def chosen_body(slug: Any) -> str:
    """The slug of a body that exists: the one named, or the only one."""
    slugs = queries.body_slugs()
    if slug is None:
        if len(slugs) == 1:
            return slugs[0]
        raise Unreadable(f"body: say which public body (--body SLUG); known: {', '.join(slugs) or 'none'}")
    if slug not in slugs:
        raise Unreadable(f"body: there is no public body {slug!r}; known: {', '.join(slugs) or 'none'}")
    return str(slug)


def stored(content: Mapping[str, Any], body_slug: str, now: datetime) -> Consultation:
    """The draft that the content describes, in the database but not committed."""
    texts = texts_at("", content, TEXTS)
    if not texts.get("title"):
        raise Unreadable('title: missing; give {"cy": "...", "en": "..."}')
    row = services.draft(
        body_slug,
        texts,
        areas=areas_at(content.get("areas", [])),
        closes_at=instant_at("closes_at", content.get("closes_at")),
        decision_on=date_at("decision_on", content.get("decision_on")),
        feedback_due_on=date_at("feedback_due_on", content.get("feedback_due_on")),
        by=None,
        now=now,
    )
    for place, given in enumerate(list_at("options", content.get("options"))):
        option = object_at(f"options[{place}]", given, OPTION_TEXTS)
        services.add_option(row, texts_at(f"options[{place}].", option, OPTION_TEXTS), by=None, now=now)
    for place, given in enumerate(list_at("questions", content.get("questions"))):
        add_question(row, f"questions[{place}]", object_at(f"questions[{place}]", given, QUESTION_KEYS), now)
    return row


def add_question(row: Consultation, key: str, given: Mapping[str, Any], now: datetime) -> None:
    """Add the question found at ``key``."""
    kind = given.get("kind", QuestionKind.TEXT.value)
    if kind not in set(QuestionKind):
        raise Unreadable(f"{key}.kind: {kind!r} is none of text, choice, scale")
    choices = [
        choice_at(f"{key}.choices[{place}]", choice)
        for place, choice in enumerate(list_at(f"{key}.choices", given.get("choices")))
    ]
    if choices and kind != QuestionKind.CHOICE:
        raise Unreadable(f"{key}.choices: only a question of kind choice has choices")
    code = given.get("code")
    try:
        services.add_question(
            row,
            texts_at(f"{key}.", given, QUESTION_TEXTS),
            kind=QuestionKind(kind),
            code=None if code is None else code_at(f"{key}.code", code),
            required=flag_at(f"{key}.required", given.get("required", False)),
            about_welsh=flag_at(f"{key}.about_welsh", given.get("about_welsh", given.get("welsh", False))),
            choices=choices,
            by=None,
            now=now,
        )
    except DomainError as error:
        raise Unreadable(f"{key}.{error.field or 'code'}: {error}") from error


def choice_at(key: str, given: Any) -> tuple[str | None, Bilingual]:
    """A choice as ``{"code", "text"}``, or as its text alone."""
    if isinstance(given, Mapping) and set(given) <= set(LANGUAGES):
        return None, text_at(key, given)
    choice = object_at(key, given, ("code", "text"))
    code = choice.get("code")
    return None if code is None else code_at(f"{key}.code", code), text_at(f"{key}.text", choice.get("text"))


def object_at(key: str, given: Any, known: tuple[str, ...]) -> dict[str, Any]:
    """A JSON object; keys that are not known are named on standard error and left out."""
    if not isinstance(given, dict):
        raise Unreadable(f"{key}: an object was expected")
    for unknown in sorted(set(given) - set(known)):
        click.echo(f"Ignored: {key} has a key {unknown!r} that is not known.", err=True)
    return {name: value for name, value in given.items() if name in known}


def list_at(key: str, given: Any) -> list[Any]:
    """A JSON list, or nothing."""
    if given is None:
        return []
    if not isinstance(given, list):
        raise Unreadable(f"{key}: a list was expected")
    return given


def texts_at(prefix: str, given: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Bilingual]:
    """The texts of these names that are there."""
    return {name: text_at(f"{prefix}{name}", given[name]) for name in names if given.get(name) is not None}


def text_at(key: str, given: Any) -> Bilingual:
    """A text in two languages; either may be left out of a draft."""
    if (
        not isinstance(given, dict)
        or not set(given) <= set(LANGUAGES)
        or not all(value is None or isinstance(value, str) for value in given.values())
    ):
        raise Unreadable(f'{key}: {{"cy": "...", "en": "..."}} was expected')
    return Bilingual(given.get("cy") or "", given.get("en") or "")


def code_at(key: str, given: Any) -> str:
    """A code that can stand in a column mapping: letters, digits, dash, underscore."""
    code = str(given)
    if (
        isinstance(given, str | int)
        and code
        and len(code) <= 60
        and code.replace("-", "").replace("_", "").isalnum()
    ):
        return code
    raise Unreadable(f"{key}: a code of letters, digits, - and _ was expected")


def flag_at(key: str, given: Any) -> bool:
    """True or false."""
    if not isinstance(given, bool):
        raise Unreadable(f"{key}: true or false was expected")
    return given


def areas_at(given: Any) -> list[str]:
    """GSS codes of areas of Wales."""
    codes = list_at("areas", given)
    for code in codes:
        if code not in AREAS:
            raise Unreadable(f"areas: {code!r} is not the GSS code of an area of Wales")
    return codes


def date_at(key: str, given: Any) -> date | None:
    """A date such as 2027-04-15."""
    if given is None:
        return None
    try:
        return date.fromisoformat(given)
    except (TypeError, ValueError) as error:
        raise Unreadable(f"{key}: a date such as 2027-04-15 was expected") from error


def instant_at(key: str, given: Any) -> datetime | None:
    """An instant; without a zone it is read on Wales' clock, and a date alone means the last minute of that day."""
    if given is None:
        return None
    try:
        if isinstance(given, str) and len(given) == 10:
            return datetime.combine(date.fromisoformat(given), time(23, 59), HERE)
        moment = datetime.fromisoformat(given)
    except (TypeError, ValueError) as error:
        raise Unreadable(f"{key}: an instant such as 2027-03-01T17:00:00Z or a date was expected") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=HERE)


commands = [consultations]
