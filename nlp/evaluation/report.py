"""Figures in tables, as text and as JSON."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

Value = float | int | str | None


@dataclass(slots=True)
class Table:
    """Rows of figures under one title; the first column, ``what``, names the row. ``wanted`` is the target in words."""

    name: str
    title: str
    wanted: str = ""
    rows: list[dict[str, Value]] = field(default_factory=list)
    note: str = ""

    def add(self, what: str, **figures: Value) -> None:
        """Adds a row; numbers are rounded to four places."""
        rounded = {k: round(v, 4) if isinstance(v, float) else v for k, v in figures.items()}
        self.rows.append({"what": what, **rounded})


def as_text(tables: Sequence[Table], absent: Sequence[str]) -> str:
    """The tables one under another, columns aligned, then what is absent."""
    pieces: list[str] = []
    for table in tables:
        columns = list(dict.fromkeys(name for row in table.rows for name in row))
        cells = [[name.replace("_", " ") for name in columns]]
        cells += [[_cell(row.get(name)) for name in columns] for row in table.rows]
        widths = [max(len(line[column]) for line in cells) for column in range(len(columns))]
        lines = [table.title + (f" (wanted: {table.wanted})" if table.wanted else "")]
        for line in cells:
            first, *rest = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
            lines.append("  " + "  ".join([first, *rest]).rstrip())
        if table.note:
            lines.append("  " + table.note)
        pieces.append("\n".join(lines))
    if absent:
        pieces.append("Absent:\n" + "\n".join(f"  {name}" for name in absent))
    return "\n\n".join(pieces) + "\n"


def as_json(tables: Sequence[Table], absent: Sequence[str]) -> dict[str, Any]:
    """``{"tables": [{"name", "title", "wanted", "rows", "note"}], "absent": [...]}``"""
    return {
        "tables": [
            {"name": t.name, "title": t.title, "wanted": t.wanted, "rows": t.rows, "note": t.note}
            for t in tables
        ],
        "absent": list(absent),
    }


def _cell(value: Value) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.3f}" if abs(value) < 10 else f"{value:,.1f}"
    return f"{value:,}" if isinstance(value, int) else value
