"""Passages to themes that people described beforehand."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nlp.contract import Frame
from nlp.embedding.encoder import Encoder
from nlp.embedding.model import Vectors

FLOOR = 0.25  # less alike than this is not about the theme
MARGIN = 0.04  # nearer to a second theme than this is for people to decide


def frame_vectors(frames: Sequence[Frame], encoder: Encoder) -> Vectors:
    """Shape (len(frames), 384): the mean of each description's languages, unit length."""
    rows: list[NDArray[np.float32]] = []
    for frame in frames:
        given = [(text, language) for text, language in ((frame.cy, "cy"), (frame.en, "en")) if text]
        vectors = encoder.encode([text for text, _ in given], [language for _, language in given])
        mean = vectors.mean(axis=0)
        rows.append((mean / (np.linalg.norm(mean) or 1)).astype(np.float32))
    return np.stack(rows)


def frame_of(vectors: Vectors, frames: Vectors) -> NDArray[np.int64]:
    """For each passage the number of its frame, or -1 where none is near enough or two are too close."""
    likeness = vectors @ frames.T
    best = likeness.argmax(axis=1)
    top = likeness.max(axis=1)
    accepted = top >= FLOOR
    if frames.shape[0] > 1:
        second = np.partition(likeness, -2, axis=1)[:, -2]
        accepted &= top - second >= MARGIN
    return np.where(accepted, best, -1).astype(np.int64)
