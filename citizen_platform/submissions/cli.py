"""``flask submissions import``: answers from a file, every row accounted for."""

from __future__ import annotations

import json
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import click
from flask.cli import with_appcontext

from citizen_platform.consultations.models import Consultation
from citizen_platform.consultations.queries import consultation_by_reference
from citizen_platform.contributions.jobs import find_languages
from citizen_platform.contributions.models import Door
from citizen_platform.contributions.queries import counts
from citizen_platform.core.database import session, transaction
from citizen_platform.core.errors import DomainError
from citizen_platform.core.i18n import force_locale
from citizen_platform.core.jobs.child import ChildFailed
from citizen_platform.submissions import services
from citizen_platform.submissions.models import FileImport

UNREADABLE = 2
SOME_REFUSED = 1


@click.group()
def submissions() -> None:
    """Answers to consultations."""


@submissions.command("import")
@click.argument("reference")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--text",
    "pairs",
    multiple=True,
    required=True,
    metavar="COLUMN=QUESTION",
    help="Which column answers which question.",
)
@click.option("--id", "id_column", metavar="COLUMN", help="The column that says who or which form.")
@click.option(
    "--language", "language_column", metavar="COLUMN", help="The column with the language of the form."
)
@click.option(
    "--door",
    type=click.Choice([door.value for door in services.DOORS]),
    default=Door.PAPER.value,
    show_default=True,
)
@click.option("--dry-run", is_flag=True, help="Store nothing; say what would be done.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@with_appcontext
def import_(
    reference: str, file: Path, pairs: tuple[str, ...], id_column: str | None, language_column: str | None,
    door: str, dry_run: bool, as_json: bool,
) -> None:  # fmt: skip
    """Take in the answers of FILE (CSV or XLSX) for the consultation REFERENCE. Safe to run twice."""
    with force_locale("en"):
        try:
            consultation = consultation_by_reference(reference)
            if consultation is None:
                stop(f"There is no consultation {reference}.")
            table = services.read_table(file.read_bytes())
            mapping = services.ColumnMapping(dict(pairs_of(pairs)), id_column, language_column)
            prepared = services.prepare(consultation, table, mapping)
            report = (
                rehearsed(consultation, prepared)
                if dry_run
                else stored(consultation, prepared, file.name, Door(door), mapping)
            )
        except DomainError as error:
            stop(str(error))
        report["notes"] = [*map(services.note_in_words, table.notes), *report.get("notes", [])]
    click.echo(json.dumps(report, ensure_ascii=False, indent=1) if as_json else in_words(report))
    sys.exit(SOME_REFUSED if report["refused"] else 0)


def stop(sentence: str) -> NoReturn:
    """Say why nothing was done, and end."""
    click.echo(sentence, err=True)
    sys.exit(UNREADABLE)


def pairs_of(pairs: tuple[str, ...]) -> list[tuple[str, str]]:
    """Columns and questions; the last equals sign divides them, for a column may hold one."""
    found: dict[str, str] = {}
    for pair in pairs:
        column, sign, question = pair.rpartition("=")
        column = " ".join(column.split())
        if not sign or not column or not question.strip():
            stop(f"--text {pair}: write COLUMN=QUESTION, for example --text comment=q1.")
        if column in found:
            stop(f"--text {pair}: column {column} is already used for question {found[column]}.")
        found[column] = question.strip()
    return list(found.items())


def rehearsed(consultation: Consultation, prepared: Any) -> dict[str, Any]:
    """The report of an import that stores nothing."""
    if not consultation.is_public:
        stop(f"{consultation.reference} is still a draft. Answers can be taken in once it has been opened.")
    return {"dry_run": True, **figures(services.rehearse(consultation, prepared))}


def stored(
    consultation: Consultation, prepared: Any, name: str, door: Door, mapping: services.ColumnMapping
) -> dict[str, Any]:
    """Store the rows, find their languages, and report what is in the database afterwards."""
    now = datetime.now(UTC)
    consultation_id = consultation.id
    with transaction():
        number = services.begin(consultation, name=name, door=door, by=None, now=now, mapping=mapping).id
    services.store_all(number, prepared, now=now, in_transaction=transaction)
    notes = []
    try:
        find_languages()
    except (ChildFailed, ValueError) as error:
        notes = [f"The languages were not all found just now ({error}). The worker will try again."]
    row = session.get_one(FileImport, number, populate_existing=True)
    in_all = counts(consultation_id)
    return {
        "dry_run": False,
        **figures(row),
        "languages": dict(sorted(in_all.by_language.items())),
        "form_languages": dict(sorted(in_all.by_form_language.items())),
        "statements": in_all.statements,
        "notes": notes,
    }


def figures(done: Any) -> dict[str, Any]:
    """The figures of an import or a rehearsal, and each refused row with its reason."""
    return {
        "received": done.received,
        "stored": done.stored,
        "already_there": done.already_there,
        "refused": [
            {"row": entry["row"], "reason": services.reason_in_words(entry)} for entry in done.refused
        ],
    }


def in_words(report: dict[str, Any]) -> str:
    """The report for whoever sits at the terminal."""
    lines = [
        "Nothing was stored: this is what would be done." if report["dry_run"] else "Done.",
        f"received       {report['received']:>8,}",
        f"stored         {report['stored']:>8,}",
        f"already there  {report['already_there']:>8,}",
        f"refused        {len(report['refused']):>8,}",
    ]
    lines += [f"  row {entry['row']}: {entry['reason']}" for entry in report["refused"]]
    if "languages" in report:
        names = {
            "cy": "Welsh",
            "en": "English",
            "mixed": "both",
            "other": "other",
            "unknown": "not looked at yet",
        }
        found: Counter[str] = Counter(report["languages"])
        lines.append(
            f"Of the {report['statements']:,} statements in the consultation now, by the language found in the text:"
        )
        lines += [f"  {names[key]:<18} {number:>8,}" for key, number in found.items()]
    return "\n".join([*lines, *report["notes"]])


commands = [submissions]
