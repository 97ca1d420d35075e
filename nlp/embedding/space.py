"""The learned part of the encoder: where the two English encoders' vectors go, and what Welsh words add to them.

``space.npz`` (no pickle, made by :mod:`nlp.embedding.train_student`) holds a mean for each language, the directions
in which public-service English varies most, and the *student*: for single Welsh words, pairs of words and pieces of
words, the step from where the gloss put a text to where its English stands. See MODEL-CARD.md.
"""

import hashlib
import json
import zlib
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.embedding import model
from nlp.embedding.model import ModelError, Vectors, unit
from nlp.welsh import fold

SPACE = Path(__file__).parent / "space.npz"
CARD = Path(__file__).parent / "space.json"
SHARE = 0.75  # weight of the second encoder beside the first; chosen on the training part of SIB-200
DIMENSIONS = 384
_MOST_WORDS = 2_000

Ints = NDArray[np.int64]


def features(words: Sequence[str]) -> list[int]:
    """Numbers for the words, pairs of neighbours, and pieces of 4 and 5 letters; accents and case folded."""
    folded = [fold(word) for word in words[:_MOST_WORDS]]
    found = ["w:" + word for word in folded]
    found += [f"b:{first} {second}" for first, second in pairwise(folded)]
    for word in folded:
        framed = f"<{word[:40]}>"
        found += ["c:" + framed[at : at + n] for n in (4, 5) for at in range(len(framed) - n + 1)]
    return [zlib.crc32(feature.encode("utf-8", "replace")) for feature in found]


def weights(found: Sequence[int], keys: Ints) -> tuple[Ints, Vectors]:
    """Rows of the sorted ``keys`` that occur, and the weight of each; the weights have length 1 together."""
    numbers, counts = np.unique(np.asarray(found, dtype=np.int64), return_counts=True)
    at = np.searchsorted(keys, numbers)
    known = (at < len(keys)) & (keys[np.minimum(at, len(keys) - 1)] == numbers)
    rows, weight = at[known].astype(np.int64), counts[known].astype(np.float32)
    return rows, weight / max(float(np.linalg.norm(weight)), 1.0)


def side_by_side(vectors: Vectors, means: Vectors) -> Vectors:
    """Both halves of raw vectors, shape (n, 896), without their means, each of its fixed weight."""
    centred = vectors - means
    first, second = centred[..., : model.DIMENSIONS], centred[..., model.DIMENSIONS :]
    joined: Vectors = unit(np.concatenate([unit(first), SHARE * unit(second)], axis=-1))
    return joined


class Space:
    """``space.npz``, read and checked."""

    def __init__(self, path: Path = SPACE) -> None:
        data = path.read_bytes()
        found = hashlib.sha256(data).hexdigest()
        if found != card()["sha256"]:
            raise ModelError(f"{path.name}: sha256 is {found}, expected {card()['sha256']}")
        with np.load(path, allow_pickle=False) as arrays:
            means = arrays["means"].astype(np.float32)
            self._directions: Vectors = arrays["directions"].astype(np.float32)
            self._keys: Ints = arrays["keys"].astype(np.int64)
            self._rows: NDArray[np.int8] = arrays["rows"]
            self._scales: Vectors = arrays["scales"].astype(np.float32)
            self._basis: Vectors = arrays["basis"].astype(np.float32)
        self._means = {"cy": means[0], "en": means[1], "mixed": (means[0] + means[1]) / 2}

    def place(self, raw: Vectors, language: str, welsh: Sequence[str], share: float) -> Vectors:
        """A unit vector, shape (384,), for one raw vector; ``welsh`` are its Welsh words, ``share`` of them all."""
        means = self._means.get(language, self._means["en"])
        vector = unit(side_by_side(raw, means) @ self._directions)
        if welsh:
            rows, weight = weights(features(welsh), self._keys)
            step = (weight * self._scales[rows]) @ self._rows[rows].astype(np.float32) @ self._basis
            vector = unit(np.asarray(vector + share * step, dtype=np.float32))
        return vector


@lru_cache(maxsize=1)
def card() -> dict[str, Any]:
    """What ``space.json`` says of ``space.npz``: its sha256, the glossary it was learned with, its figures."""
    read: dict[str, Any] = json.loads(CARD.read_text(encoding="utf-8"))
    return read
