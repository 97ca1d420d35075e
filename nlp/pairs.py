"""English and Welsh sentence pairs to learn from: reads a folder of tab-separated files.

Only rows whose licence lets a derived table be published are read; copyleft files and rows without a licence are
passed over. Used by the builders of committed tables, never at run time.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_PERMISSIVE = ("MIT", "Apache", "OGL", "ISC", "BSD", "CC0", "CC-BY-4.0")


class Pair(NamedTuple):
    """One text in both languages, and the service it comes from."""

    en: str
    cy: str
    source: str


def held_out(folder: Path) -> set[str]:
    """The texts, in either language, of the pairs that retrieval is measured on."""
    path = folder / "domain_labelled_en_cy.tsv"
    if not path.is_file():
        return set()
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return {row[side].strip() for row in rows for side in ("en", "cy")}


def read_pairs(
    folder: Path, *, shortest: int = 1, longest: int = 60, without: set[str] | None = None
) -> Iterator[Pair]:
    """Distinct permissively licensed pairs of ``shortest`` to ``longest`` words a side, in a fixed order.

    ``without``: texts to pass over on either side (:func:`held_out`).
    """
    seen: set[tuple[str, str]] = set()
    for path in sorted(folder.glob("pairs-*.tsv")):
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                en, cy = (row.get("en") or "").strip(), (row.get("cy") or "").strip()
                licence = row.get("licence") or ""
                if not licence.startswith(_PERMISSIVE) or (en, cy) in seen:
                    continue
                seen.add((en, cy))
                if "in welsh" in cy.lower() or en.lower() == cy.lower():
                    continue
                if without and (en in without or cy in without):
                    continue
                counts = len(en.split()), len(cy.split())
                if min(counts) < shortest or max(counts) > longest or max(counts) > 3 * min(counts) + 4:
                    continue
                yield Pair(en, cy, row.get("source") or "")
