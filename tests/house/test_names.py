"""One grep shows a feature: folder, blueprint, templates and tests share a name; only the edge commits."""

from __future__ import annotations

import ast
from pathlib import Path

from citizen_platform import FEATURES
from citizen_platform.core.database import CommittingFlask

ROOT = Path(__file__).resolve().parents[2]
PLATFORM = ROOT / "citizen_platform"
PARTS = {"__init__", "models", "queries", "services", "forms", "views", "cli", "jobs", "templates"}
VAGUE = {"utils", "helpers", "common", "misc", "base", "manager", "handler", "util", "tools"}
TOP = {
    "citizen_platform",
    "translations",
    "nlp",
    "migrations",
    "tests",
    "config.py",
    "wsgi.py",
    "pyproject.toml",
    "README.md",
    "Makefile",
    "LICENSE",
}


def test_every_folder_of_the_platform_is_a_feature_on_the_ladder() -> None:
    folders = {path.parent.name for path in PLATFORM.glob("*/__init__.py")} - {"core"}
    assert folders == set(FEATURES)


def test_features_hold_only_the_parts_of_the_house(app: CommittingFlask) -> None:
    for feature in FEATURES:
        held = {path.stem for path in (PLATFORM / feature).iterdir() if not path.name.startswith("__pyc")}
        assert held - {"__init__"} <= PARTS | ({"demo"} if feature == "site" else set()), feature
        assert feature in app.blueprints
        templates = PLATFORM / feature / "templates"
        if templates.exists():
            assert [path.name for path in templates.iterdir()] == [feature]


def test_no_module_has_a_name_that_says_nothing() -> None:
    modules = {path.stem for folder in ("citizen_platform", "nlp") for path in (ROOT / folder).rglob("*.py")}
    assert modules & VAGUE == set()


def test_tests_lie_where_their_feature_is() -> None:
    folders = {
        path.name for path in (ROOT / "tests").iterdir() if path.is_dir() and not path.name.startswith("__")
    }
    assert folders <= {*FEATURES, "core", "nlp", "house", "journeys", "benchmarks"}
    assert set(FEATURES) - {"site"} <= folders | {"site"}


def test_the_top_level_is_fixed() -> None:
    made = {"instance", "dolen.egg-info", "build", "test-results"}
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith((".", "__"))}
    assert found - made <= TOP


def commits(source: str) -> int:
    """How many times a module calls ``....commit()``."""
    return sum(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
        for node in ast.walk(ast.parse(source))
    )


def test_only_the_edge_commits() -> None:
    committing = {
        str(path.relative_to(PLATFORM))
        for path in PLATFORM.rglob("*.py")
        if commits(path.read_text(encoding="utf-8"))
    }
    assert committing <= {"core/database.py"}


def test_a_commit_elsewhere_would_be_seen() -> None:
    assert commits("def publish(x):\n    session.commit()\n") == 1
