"""A table out of a file that somebody made elsewhere: CSV in whatever dialect, or a workbook's first visible sheet.

Nothing is guessed silently: what had to be assumed is in :attr:`Table.notes`, what cannot be read raises Unreadable.
"""

from __future__ import annotations

import csv
import importlib
import io
import itertools
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from citizen_platform.core.errors import DomainError
from citizen_platform.core.i18n import _l

MEBIBYTE = 1024 * 1024
LARGEST_FILE = 64 * MEBIBYTE
LARGEST_UNPACKED = 256 * MEBIBYTE
MOST_ROWS = 200_000
MOST_COLUMNS = 1_000
LONGEST_CELL = 100_000
DELIMITERS = (",", ";", "\t")
LIKE_A_PAGE = ("<!doctype", "<html", "<?xml")

Cells = list[str]


class Unreadable(DomainError):
    """The file as a whole cannot be read, and nothing of it was stored."""


@dataclass(frozen=True)
class Table:
    """A heading and the rows under it, each with the number a spreadsheet shows beside it (the heading is row 1).

    A row is None when its cells cannot be told apart (quotation marks that do not match).
    """

    columns: list[str]
    rows: list[tuple[int, Cells | None]]
    notes: list[str] = field(default_factory=list)


def read_table(content: bytes) -> Table:
    """The table in a file, by what the file holds, not by its name. Raises Unreadable, in words, for anything else."""
    if not content.strip():
        raise Unreadable(_l("The file is empty."), field="file")
    if len(content) > LARGEST_FILE:
        raise Unreadable(_l("The file is larger than 64 MB. Split it and import the parts."), field="file")
    if content.startswith(b"PK\x03\x04"):
        return table_of(workbook_rows(content), [], pad=True)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(
            _l("This is an old Excel file (XLS) or is protected by a password. Save it as XLSX or CSV."),
            field="file",
        )
    text, notes = decoded(content)
    return table_of(csv_rows(text), notes, pad=False)


def table_of(records: Iterator[tuple[int, Cells | None]], notes: list[str], *, pad: bool) -> Table:
    """Heading and rows out of records; rows at the very end that have no cells are not rows.

    ``pad``: a row may leave out its last empty cells, as workbooks do.
    """
    _number, heading = next(records, (1, None))
    columns = [" ".join(cell.split()) for cell in heading or []]
    while columns and not columns[-1]:
        columns.pop()
    if not columns:
        raise Unreadable(
            _l("The first row must hold the names of the columns, and it is empty."), field="file"
        )
    if len(columns) > MOST_COLUMNS:
        raise Unreadable(_l("The file has more than 1,000 columns."), field="file")
    rows = list(itertools.islice(records, MOST_ROWS))
    if len(rows) == MOST_ROWS and any(cells is None or any(cells) for _number, cells in records):
        raise Unreadable(
            _l("The file has more than 200,000 rows. Split it and import the parts."), field="file"
        )
    while rows and rows[-1][1] is not None and not "".join(rows[-1][1]).strip() and len(rows[-1][1]) < 2:
        rows.pop()
    for _number, cells in rows:
        if cells is None:
            continue
        while len(cells) > len(columns) and not cells[-1].strip():
            cells.pop()
        if pad or not cells:
            cells.extend([""] * (len(columns) - len(cells)))
    return Table(columns, rows, notes)


def decoded(content: bytes) -> tuple[str, list[str]]:
    """The text of a CSV file, and what had to be assumed about it."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16"), []
        except UnicodeDecodeError as error:
            raise not_a_table() from error
    if b"\x00" in content or content.startswith((b"%PDF", b"{\\rtf", b"\x89PNG", b"\xff\xd8")):
        raise not_a_table()
    notes = []
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError as error:
            raise not_a_table() from error
        notes = ["cp1252"]
    controls = sum(1 for letter in text[:100_000] if ord(letter) < 32 and letter not in "\r\n\t\f\v")
    if controls * 100 > min(len(text), 100_000) or text.lstrip()[:10].lower().startswith(LIKE_A_PAGE):
        raise not_a_table()
    return text, notes


def not_a_table() -> Unreadable:
    """What we say to a PDF, a picture, a web page."""
    return Unreadable(
        _l("This is not a CSV or XLSX file. Export the answers as CSV or XLSX and try again."), field="file"
    )


def csv_rows(text: str) -> Iterator[tuple[int, Cells | None]]:
    """Numbered records of CSV text in the dialect that fits it best."""
    csv.field_size_limit(LARGEST_FILE)
    return records_of(text, best_delimiter(text))


def records_of(text: str, delimiter: str) -> Iterator[tuple[int, Cells | None]]:
    """Records with their numbers; None for one whose quotation marks do not match."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    for number in itertools.count(1):
        try:
            yield number, [without_controls(cell) for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            if "end of data" in str(error):
                raise Unreadable(
                    _l(
                        "A quotation mark opens in row %(row)d and never closes,"
                        " so the rows after it cannot be told apart.",
                        row=number,
                    ),
                    field="file",
                ) from error
            yield number, None


def best_delimiter(text: str) -> str:
    """Comma, semicolon or tab: the one that gives most of the first rows as many cells as the heading."""

    def fit(delimiter: str) -> tuple[float, int]:
        width = 0
        try:
            records = records_of(text, delimiter)
            width = len(next(records, (1, []))[1] or [])
            filled = [cells for _number, cells in itertools.islice(records, 29) if cells]
        except Unreadable:
            return 0.0, width if width > 1 else 0
        if width < 2:
            return 0.0, width
        return (sum(len(cells) == width for cells in filled) + 1) / (len(filled) + 1), width

    return max(DELIMITERS, key=fit)


def workbook_rows(content: bytes) -> Iterator[tuple[int, Cells | None]]:
    """Numbered rows of the first visible sheet of a workbook: the values that were last computed, as text."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
        if unpacked > LARGEST_UNPACKED:
            raise Unreadable(
                _l("The file unpacks to more than 256 MB. Split it and import the parts."), field="file"
            )
        openpyxl = importlib.import_module("openpyxl")  # only when a workbook comes: it brings numpy along
        workbook = openpyxl.load_workbook(
            io.BytesIO(content), read_only=True, data_only=True, keep_links=False
        )
        sheets = workbook.worksheets
        sheet = next((sheet for sheet in sheets if sheet.sheet_state == "visible"), sheets[0])
        sheet.reset_dimensions()
        for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
            cells = [cell_text(value) for value in values]
            while cells and not cells[-1]:
                cells.pop()
            yield number, cells
    except Unreadable:
        raise
    except Exception as error:  # a broken workbook fails in as many ways as it has parts
        raise Unreadable(
            _l(
                "The workbook is damaged or is no XLSX file."
                " Open it in a spreadsheet, save it again as XLSX and try again."
            ),
            field="file",
        ) from error


def cell_text(value: Any) -> str:
    """A cell as its reader would type it: whole numbers without a point, dates year first."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return without_controls(str(value).replace("_x000D_", ""))


def without_controls(text: str) -> str:
    """Text as it will be stored: one kind of newline, no NUL or other control characters; words untouched."""
    if text.isprintable():
        return text
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        letter for letter in unified if letter in "\n\t" or ord(letter) >= 32 and ord(letter) != 127
    )
