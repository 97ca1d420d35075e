"""Answers that come as a file: every row is stored, was there already, or is refused with its number and a reason.

Safe to run twice: a row is known by its id, what it says, and how many times the file had said the same before it.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError

from citizen_platform.accounts.models import Person
from citizen_platform.consultations.models import Consultation, Question, QuestionKind
from citizen_platform.contributions import services as contributions
from citizen_platform.contributions.models import Door
from citizen_platform.core.database import hold, session
from citizen_platform.core.errors import DomainError
from citizen_platform.core.events import record
from citizen_platform.core.i18n import _, _l
from citizen_platform.core.jobs import enqueue
from citizen_platform.core.security import new_code
from citizen_platform.submissions import queries
from citizen_platform.submissions.models import SCALE_WORDS, FileImport, Submission
from citizen_platform.submissions.services.sending import add_answers
from citizen_platform.submissions.services.tables import LONGEST_CELL, Cells, Table, read_table

BATCH = 500
"""Rows stored in one transaction."""

LEFT_LYING = timedelta(days=1)
"""How long an uploaded file is kept for somebody to say its columns."""

DOORS = (Door.WEB, Door.PAPER, Door.EMAIL, Door.PHONE, Door.EVENT)
"""The doors by which answers may come in a file."""

IN_WELSH = frozenset({"cy", "cym", "cymraeg", "welsh", "cy-gb", "cy_gb"})


@dataclass(frozen=True)
class ColumnMapping:
    """Which column answers which question (column to question code), and which columns say who and in what language."""

    questions: Mapping[str, str]
    id_column: str | None = None
    language_column: str | None = None


@dataclass(frozen=True)
class Row:
    """One row that can be stored: its number in the spreadsheet and what it says."""

    number: int
    source_key: str
    language: str
    texts: Mapping[str, str]
    choices: Mapping[str, str]


@dataclass(frozen=True)
class Refusal:
    """One row that cannot be stored, and why: a key of :func:`reason_in_words` with the values it names."""

    number: int
    reason: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Rehearsal:
    """What an import would do: nothing of it is stored."""

    received: int
    stored: int
    already_there: int
    refused: list[dict[str, Any]]


Prepared = Sequence[Row | Refusal]
InTransaction = Callable[[], AbstractContextManager[None]]


def reason_in_words(refused: Mapping[str, Any]) -> str:
    """Why a row was refused, for whoever reads the report. ``refused`` is an entry of ``FileImport.refused``."""
    values = refused.get("values", {})
    match refused["reason"]:
        case "empty":
            words = _("The row is empty: it answers none of the questions")
        case "ragged":
            words = _(
                "The row does not have as many cells as the heading: %(cells)s instead of %(columns)s",
                **values,
            )
        case "quotes":
            words = _("The quotation marks in the row do not match, so its cells cannot be told apart")
        case "too_long":
            words = _("The text in column “%(column)s” is longer than 100,000 characters", **values)
        case "no_such_choice":
            words = _(
                "The value in column “%(column)s” is none of the answers that question %(question)s offers",
                **values,
            )
        case unknown:
            raise KeyError(unknown)
    return str(words)


def note_in_words(note: str) -> str:
    """What had to be assumed about a file."""
    assert note == "cp1252"
    return str(
        _(
            "The file is not in UTF-8. It was read as Windows-1252, which has no ŵ or ŷ:"
            " look at the accents before you rely on it."
        )
    )


def check_mapping(consultation: Consultation, table: Table, mapping: ColumnMapping) -> None:
    """Raise DomainError naming every column and question that is not there, is there twice, or is asked for twice."""
    questions = [question.code for question in consultation.questions]
    used = [
        *mapping.questions,
        *(column for column in (mapping.id_column, mapping.language_column) if column),
    ]
    for column in used:
        if column not in table.columns:
            raise DomainError(
                _l(
                    "The file has no column “%(column)s”. Its columns are: %(columns)s.",
                    column=column,
                    columns=", ".join(table.columns),
                )
            )
        if table.columns.count(column) > 1:
            raise DomainError(
                _l("The file has more than one column “%(column)s”. Rename one of them.", column=column)
            )
    for code, times in Counter(mapping.questions.values()).items():
        if code not in questions:
            raise DomainError(
                _l(
                    "The consultation has no question “%(question)s”. Its questions are: %(questions)s.",
                    question=code,
                    questions=", ".join(questions),
                )
            )
        if times > 1:
            raise DomainError(
                _l("Question “%(question)s” is given more than one column. Choose one.", question=code)
            )
    if not mapping.questions:
        raise DomainError(_l("Say which column answers which question: choose at least one."))


def prepare(consultation: Consultation, table: Table, mapping: ColumnMapping) -> list[Row | Refusal]:
    """Every row of the table, either ready to be stored or refused. Raises DomainError when the mapping is wrong."""
    check_mapping(consultation, table, mapping)
    by_code = {question.code: question for question in consultation.questions}
    columns = [
        (table.columns.index(column), column, by_code[code]) for column, code in mapping.questions.items()
    ]
    offered = {question.code: values_by_words(question) for _index, _column, question in columns}
    id_at = table.columns.index(mapping.id_column) if mapping.id_column else None
    language_at = table.columns.index(mapping.language_column) if mapping.language_column else None
    seen: Counter[str] = Counter()
    prepared: list[Row | Refusal] = []
    for number, cells in table.rows:
        answers = read_row(number, cells, len(table.columns), columns, offered)
        if isinstance(answers, Refusal):
            prepared.append(answers)
            continue
        assert cells is not None
        texts = {code: value for code, value in answers.items() if by_code[code].kind == QuestionKind.TEXT}
        said = fingerprint(cells[id_at].strip() if id_at is not None else "", answers)
        seen[said] += 1
        prepared.append(
            Row(
                number=number,
                source_key=f"file:{said}:{seen[said]}",
                language="cy"
                if language_at is not None and cells[language_at].strip().casefold() in IN_WELSH
                else "en",
                texts=texts,
                choices={code: value for code, value in answers.items() if code not in texts},
            )
        )
    return prepared


def read_row(
    number: int,
    cells: Cells | None,
    width: int,
    columns: Sequence[tuple[int, str, Question]],
    offered: Mapping[str, Mapping[str, str]],
) -> dict[str, str] | Refusal:
    """What one row answers, by question code; or why it cannot be used."""
    if cells is None:
        return Refusal(number, "quotes")
    if len(cells) != width:
        return Refusal(number, "ragged", {"cells": len(cells), "columns": width})
    answers: dict[str, str] = {}
    for index, column, question in columns:
        value = cells[index]
        if not value.strip():
            continue
        if len(value) > LONGEST_CELL:
            return Refusal(number, "too_long", {"column": column})
        if question.kind != QuestionKind.TEXT:
            chosen = offered[question.code].get(folded(value))
            if chosen is None:
                return Refusal(number, "no_such_choice", {"column": column, "question": question.code})
            value = chosen
        answers[question.code] = value
    return answers or Refusal(number, "empty")


def values_by_words(question: Question) -> dict[str, str]:
    """How a choice may be written in a file: by its code, or by its words in either language."""
    offered = (
        [(value, words) for value, words in SCALE_WORDS.items()]
        if question.kind == QuestionKind.SCALE
        else [(choice.code, choice.text) for choice in question.choices]
    )
    by_words = {folded(text): value for value, words in offered for _language, text in words}
    return {**by_words, **{folded(value): value for value, _words in offered}}


def folded(text: str) -> str:
    """Text for comparing: case, spacing and the shape of the apostrophe do not matter."""
    return " ".join(text.replace("’", "'").split()).casefold()


def fingerprint(identity: str, answers: Mapping[str, str]) -> str:
    """What a row says, as SHA-256; the door, the file and the order of the columns do not matter."""
    said = json.dumps([identity, sorted(answers.items())], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


def rehearse(consultation: Consultation, prepared: Prepared) -> Rehearsal:
    """What storing these rows would do."""
    rows = [row for row in prepared if isinstance(row, Row)]
    known = sum(
        len(queries.known_sources(consultation.id, [row.source_key for row in rows[start : start + BATCH]]))
        for start in range(0, len(rows), BATCH)
    )
    refused = [told(row) for row in prepared if isinstance(row, Refusal)]
    return Rehearsal(received=len(prepared), stored=len(rows) - known, already_there=known, refused=refused)


def told(refusal: Refusal) -> dict[str, Any]:
    """A refusal as it is kept."""
    return {"row": refusal.number, "reason": refusal.reason, "values": dict(refusal.values)}


def upload(
    consultation: Consultation, *, name: str, content: bytes, door: Door, by: Person, now: datetime
) -> FileImport:
    """Keep an uploaded file until somebody has said which column is what. Raises Unreadable when it is no table.

    Files that were left lying for a day are thrown away: they hold people's words.
    """
    read_table(content)
    for left in queries.abandoned_uploads(now - LEFT_LYING):
        session.delete(left)
    kept = begin(consultation, name=name, door=door, by=by, now=now)
    kept.content = content
    return kept


def begin(
    consultation: Consultation,
    *,
    name: str,
    door: Door,
    by: Person | None,
    now: datetime,
    mapping: ColumnMapping | None = None,
) -> FileImport:
    """Open the account of a file. Raises DomainError for a consultation that was never open."""
    if not consultation.is_public:
        raise DomainError(
            _l("The consultation is still a draft. Answers can be taken in once it has been opened.")
        )
    row = FileImport(
        consultation_id=consultation.id,
        name=name,
        door=door,
        by_id=by.id if by else None,
        uploaded_at=now,
        refused=[],
    )
    if mapping is not None:
        keep_mapping(row, mapping)
    record("import.uploaded", row, by=by, now=now, door=door.value)
    return row


def keep_mapping(row: FileImport, mapping: ColumnMapping) -> None:
    """Write down which column is what."""
    row.mapping = dict(mapping.questions)
    row.id_column = mapping.id_column
    row.language_column = mapping.language_column


def import_soon(
    row: FileImport, consultation: Consultation, mapping: ColumnMapping, *, by: Person, now: datetime
) -> None:
    """Let the worker take in an uploaded file, once. Raises DomainError when the mapping is wrong."""
    hold(row)
    if row.job_id is not None or row.content is None:
        return
    check_mapping(consultation, read_table(row.content), mapping)
    keep_mapping(row, mapping)
    row.job_id = enqueue("submissions.import", {"number": row.id}, now=now).id
    record("import.started", row, by=by, now=now)


def store_all(
    number: int,
    prepared: Prepared,
    *,
    now: datetime,
    in_transaction: InTransaction,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> None:
    """Store prepared rows for the import of that number, in batches of one transaction each.

    Goes on where an interrupted run of the same import stopped. ``on_progress`` is told rows done and rows in all,
    between transactions.
    """
    with in_transaction():
        row = session.get_one(FileImport, number)
        row.rows = len(prepared)
        done = row.received
    while done < len(prepared):
        on_progress(done, len(prepared))
        batch = prepared[done : done + BATCH]
        for chances in (2, 1, 0):
            try:
                with in_transaction():
                    row = session.get_one(FileImport, number)
                    hold(row)
                    if row.received == done:  # else another worker was given this import too, and is ahead
                        store_batch(row, batch, now=now)
                    done = row.received
                break
            except IntegrityError:  # somebody else stored some of these rows since we looked: look again
                if not chances:
                    raise
    with in_transaction():
        row = session.get_one(FileImport, number)
        hold(row)
        if row.finished_at is not None:
            return
        row.finished_at = now
        row.content = None
        record(
            "import.finished", row, by=None, now=now,
            received=row.received, stored=row.stored, already_there=row.already_there, refused=row.refused_rows,
        )  # fmt: skip
    on_progress(len(prepared), len(prepared))


def store_batch(into: FileImport, batch: Prepared, *, now: datetime) -> None:
    """Store the rows of a batch that are new, and account for all of them."""
    consultation = session.get_one(Consultation, into.consultation_id)
    rows = [row for row in batch if isinstance(row, Row)]
    refused = [told(row) for row in batch if isinstance(row, Refusal)]
    known = queries.known_sources(consultation.id, [row.source_key for row in rows])
    fresh = [row for row in rows if row.source_key not in known]
    for row in fresh:
        receipt = contributions.new_receipt(
            consultation,
            door=into.door,
            language=row.language,
            now=now,
            code=new_code(contributions.CODE_LENGTH),
        )
        submission = Submission(
            consultation_id=consultation.id,
            receipt=receipt,
            source_key=row.source_key,
            door=into.door,
            form_language=row.language,
            received_at=now,
        )
        session.add(submission)
        add_answers(submission, consultation, row.texts, row.choices)
    into.received += len(batch)
    into.stored += len(fresh)
    into.already_there += len(rows) - len(fresh)
    into.refused_rows += len(refused)
    into.refused = [*into.refused, *refused]
    session.flush()
    if fresh:
        contributions.detect_soon(now=now)
