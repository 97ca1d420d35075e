"""Vectors as text and back: base64 of little-endian float16, two bytes a number."""

import base64
import binascii

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class BadVector(ValueError):
    """The text is not a vector of that length."""


def pack(vector: Vectors) -> str:
    """``vector``, shape (n,), as text."""
    return base64.b64encode(np.asarray(vector, dtype="<f2").tobytes()).decode("ascii")


def unpack(text: str, dimensions: int) -> Vectors:
    """The vector in a text, shape (dimensions,); :class:`BadVector` where it is none, or not finite."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadVector("a vector is not base64") from None
    if len(raw) != 2 * dimensions:
        raise BadVector(f"a vector has {len(raw) // 2} numbers and not {dimensions}")
    vector = np.frombuffer(raw, dtype="<f2").astype(np.float32)
    if not np.isfinite(vector).all():
        raise BadVector("a vector is not finite")
    return vector


def rounded(vectors: Vectors) -> Vectors:
    """The vectors as they come back from text, so that kept and fresh ones are the same."""
    return vectors.astype("<f2").astype(np.float32)
