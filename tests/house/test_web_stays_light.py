"""A web process never loads a language model: starting the site brings in none of the heavy packages."""

from __future__ import annotations

import subprocess
import sys

HEAVY = (
    "spacy",
    "bertopic",
    "onnxruntime",
    "numba",
    "sklearn",
    "tokenizers",
    "sknetwork",
    "simplemma",
    "torch",
    "numpy",
)


def heavy_after(statement: str, folder: object) -> set[str]:
    """Which heavy packages are loaded after a statement, in a fresh interpreter."""
    code = f"import os, sys; os.environ['DOLEN_INSTANCE'] = {str(folder)!r}; {statement}; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    return set(loaded) & set(HEAVY)


def test_starting_the_site_loads_nothing_heavy(tmp_path: object) -> None:
    assert heavy_after("import wsgi", tmp_path) == set()


def test_the_check_would_notice(tmp_path: object) -> None:
    assert heavy_after("import wsgi, sklearn", tmp_path) == {"sklearn", "numpy"}
