"""Passages to themes that people described beforehand."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nlp.contract import Frame
from nlp.embedding.encoder import Encoder
from nlp.embedding.model import Vectors, unit

FLOOR = 0.2  # less alike than this is not about the theme
MARGIN = (
    0.02  # as near as this to a second theme: the passage belongs to both; to a third as well: people decide
)
MOST = 2
SURE = (
    0.3  # passages at least as alike as this, and this far from every other theme, show what a theme is about
)
_CLEAR = 0.04
_ROUNDS = 3
_LEARNT = 0.5  # at most so much of a theme's middle comes from passages, the rest from its description
_HALF = 20  # sure passages at which half of that is reached


def frame_vectors(frames: Sequence[Frame], encoder: Encoder) -> Vectors:
    """Shape (len(frames), dimensions): the mean of each description's languages, unit length."""
    rows: list[NDArray[np.float32]] = []
    for frame in frames:
        given = [(text, language) for text, language in ((frame.cy, "cy"), (frame.en, "en")) if text]
        vectors = encoder.encode([text for text, _ in given], [language for _, language in given])
        mean = vectors.mean(axis=0)
        rows.append((mean / (np.linalg.norm(mean) or 1)).astype(np.float32))
    return np.stack(rows)


def learn(vectors: Vectors, frames: Vectors) -> Vectors:
    """The themes' middles, moved towards the passages that are surely theirs; few passages move little.

    A description of a line says less of how people speak than the passages nearest to it do.
    """
    middles = frames
    for _ in range(_ROUNDS):
        likeness = vectors @ middles.T
        best = likeness.argmax(axis=1)
        top = likeness.max(axis=1)
        sure = top >= SURE
        if len(frames) > 1:
            sure &= top - np.partition(likeness, -2, axis=1)[:, -2] >= _CLEAR
        moved = frames.copy()
        for number in range(len(frames)):
            own = vectors[sure & (best == number)]
            if len(own):
                weight = _LEARNT * len(own) / (len(own) + _HALF)
                moved[number] = (1 - weight) * frames[number] + weight * unit(own.mean(axis=0)[None, :])[0]
        middles = unit(moved)
    return middles


def frames_of(vectors: Vectors, frames: Vectors) -> list[list[tuple[int, float]]]:
    """For each passage its frames with strengths, the nearest first; none where no frame is near enough, or more
    than :data:`MOST` are too close to tell apart."""
    answer: list[list[tuple[int, float]]] = []
    for row in vectors @ frames.T:
        order = np.argsort(-row, kind="stable")
        top = float(row[order[0]])
        near = [int(k) for k in order if float(row[k]) > top - MARGIN]
        refused = top < FLOOR or len(near) > MOST
        answer.append([] if refused else [(k, min(1.0, max(0.0, float(row[k])))) for k in near])
    return answer
