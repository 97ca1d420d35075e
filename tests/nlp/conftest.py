"""What the tests of nlp share: running the command, one encoder, and where the real data is."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nlp.embedding.encoder import Encoder

ROOT = Path(__file__).resolve().parents[2]

Run = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    return Encoder()


@pytest.fixture(scope="session")
def nlp() -> Run:
    """``nlp("topics", "--seed", "3", lines=[{...}])``: the finished process."""

    def run(*arguments: str, lines: Any = (), raw: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
        given = raw if raw is not None else "".join(json.dumps(line) + "\n" for line in lines).encode()
        return subprocess.run(
            [sys.executable, "-m", "nlp", *arguments], input=given, capture_output=True, cwd=ROOT, timeout=120
        )

    return run


@pytest.fixture(scope="session")
def data() -> Path:
    """Other people's data, which is not in the repository."""
    folder = Path(os.environ.get("DOLEN_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no test data at DOLEN_DATA ({folder})")
    return folder
