"""Every table of `python -m nlp evaluate`, one benchmark each: `make benchmark NAME=evaluation`, or
`make benchmark NAME="evaluation and nhs"`.

`DOLEN_DATA` names the labelled data; what is absent is named and passed over.
"""

import os
from pathlib import Path

import pytest

from nlp.evaluation.report import as_text
from nlp.evaluation.tables import TABLES, evaluate


@pytest.mark.parametrize("name", TABLES)
def test_evaluation(name: str) -> None:
    folder = Path(os.environ.get("DOLEN_DATA") or Path(__file__).resolve().parents[4] / "shared" / "data")
    tables, absent = evaluate(folder, [name])
    print("\n\n" + as_text(tables, absent))
    if absent:
        pytest.skip("; ".join(absent))
    assert all(table.rows for table in tables)


@pytest.mark.parametrize("name", ["many", "campaigns"])
def test_evaluation_of_fifty_thousand(name: str) -> None:
    folder = Path(os.environ.get("DOLEN_DATA") or Path(__file__).resolve().parents[4] / "shared" / "data")
    tables, absent = evaluate(folder, [name], large=True)
    print("\n\n" + as_text(tables, absent))
    if absent:
        pytest.skip("; ".join(absent))
