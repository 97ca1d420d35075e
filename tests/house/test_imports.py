"""Which way imports may go: the contracts of pyproject.toml are kept, and each is shown to notice when it is broken.

Contracts are broken in a copy of the code, by adding one import, so that a contract which checks nothing is found out.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("citizen_platform", "nlp")
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
CONTRACTS = {contract["id"]: contract for contract in SETTINGS["contracts"]}

UP_THE_LADDER = [
    (f"citizen_platform/{lower}/__init__.py", f"import citizen_platform.{higher}")
    for higher, lower in zip(CONTRACTS["ladder"]["layers"], CONTRACTS["ladder"]["layers"][1:], strict=False)
]
BREACHES = [
    *(("ladder", file, line) for file, line in UP_THE_LADDER),
    ("ladder", "citizen_platform/new_room/__init__.py", ""),
    ("inside", "citizen_platform/consultations/models.py", "import citizen_platform.consultations.queries"),
    ("inside", "citizen_platform/consultations/queries.py", "import citizen_platform.consultations.services"),
    ("inside", "citizen_platform/consultations/services.py", "import citizen_platform.consultations.forms"),
    ("inside", "citizen_platform/consultations/forms.py", "import citizen_platform.consultations.views"),
    ("inside", "citizen_platform/consultations/views.py", "import citizen_platform.consultations.cli"),
    ("inside", "citizen_platform/themes/helpers.py", ""),
    ("domain", "citizen_platform/consultations/models.py", "import flask"),
    ("domain", "citizen_platform/consultations/models.py", "import flask_sqlalchemy"),
    ("domain", "citizen_platform/consultations/queries.py", "from flask import request"),
    ("domain", "citizen_platform/consultations/services.py", "from werkzeug.exceptions import abort"),
    ("domain", "citizen_platform/submissions/services.py", "import citizen_platform.core.forms"),
    ("domain", "citizen_platform/submissions/services.py", "import citizen_platform.consultations.views"),
    ("nlp", "nlp/contract.py", "from citizen_platform.core import database"),
    ("nlp", "nlp/contract.py", "import config"),
    ("nlp", "nlp/contract.py", "import sqlalchemy"),
    ("door", "citizen_platform/contributions/jobs.py", "from nlp import language"),
    ("door", "citizen_platform/themes/jobs.py", "import nlp.topics"),
    ("light", "nlp/contract.py", "import numpy"),
    ("light", "nlp/welsh/__init__.py", "import nlp.language"),
]
PROBES = {
    "citizen_platform/consultations/views.py": "import flask",
    "nlp/language/__init__.py": "import numpy",
}
"""Imports that a breach leads to, in case the file it leads to does not have them yet."""


def lint_imports(folder: Path, contract: str | None = None) -> subprocess.CompletedProcess[str]:
    """Check contracts (one, or all) against the code in a folder."""
    which = ["--contract", contract] if contract else []
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [program, "--no-logo", "--no-cache", *which], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The code's Python files and the contracts, in a folder of their own."""
    for package in PACKAGES:
        for source in (ROOT / package).rglob("*.py"):
            target = tmp_path / source.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    shutil.copyfile(ROOT / "pyproject.toml", tmp_path / "pyproject.toml")
    return tmp_path


def add(folder: Path, file: str, line: str) -> None:
    """Add a line of code to a file, made if need be."""
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as code:
        code.write(f"\n{line}\n")


def test_imports_go_the_way_the_contracts_say() -> None:
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout


def test_every_contract_is_broken_by_some_breach() -> None:
    assert {contract for contract, _, _ in BREACHES} == CONTRACTS.keys()


def test_every_feature_has_its_inner_layers_checked() -> None:
    features = {f"citizen_platform.{name}" for name in CONTRACTS["ladder"]["layers"]} - {
        "citizen_platform.core"
    }
    assert set(CONTRACTS["inside"]["containers"]) == features


@pytest.mark.parametrize(("contract", "file", "line"), BREACHES)
def test_a_breach_is_noticed(copy: Path, contract: str, file: str, line: str) -> None:
    for probe, content in PROBES.items():
        if probe != file:
            add(copy, probe, content)
    imported = line.split()[1] if line else ""
    if imported.startswith(PACKAGES) and not (copy / imported.replace(".", "/")).is_dir():
        add(copy, imported.replace(".", "/") + ".py", "")
    before = lint_imports(copy, contract)
    assert before.returncode == 0, f"broken before the breach:\n{before.stdout}"

    add(copy, file, line)

    after = lint_imports(copy, contract)
    assert after.returncode != 0
    assert f"{CONTRACTS[contract]['name']} BROKEN" in after.stdout or "not listed" in after.stdout, (
        after.stdout
    )
