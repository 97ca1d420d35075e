"""Passages to themes that people described beforehand."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nlp.contract import Frame
from nlp.embedding.encoder import Encoder
from nlp.embedding.model import Vectors, unit
from nlp.vectors import rounded

Floats = NDArray[np.float64]

FLOOR = 0.12  # less alike than this is never about the theme
CEILING = 0.35  # and as alike as this always may be
MARGIN = (
    0.02  # as near as this to a second theme: the passage belongs to both; to a third as well: people decide
)
MOST = 2
_CLEAR = 0.04  # passages this far from every other theme show what a theme is about
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


def _usual(likeness: Floats) -> tuple[Floats, Floats]:
    """For each frame what likeness most passages have, and how far that spreads."""
    middle = np.median(likeness, axis=0)
    return middle, 1.4826 * np.median(np.abs(likeness - middle), axis=0)


def learn(vectors: Vectors, frames: Vectors) -> tuple[Vectors, Floats]:
    """The themes' middles, moved towards the passages that are surely theirs, and the least likeness each takes.

    A description of a line says less of how people speak than the passages nearest to it do; few passages move it
    little. What is taken must stand out from what most passages have in common with the description: with one
    theme only plainly, with many themes a little, as most people then speak of one of them.
    """
    apart = 20 / len(frames) ** 2 + 0.2
    likeness = (vectors @ frames.T).astype(np.float64)
    middle, spread = _usual(likeness)
    best = likeness.argmax(axis=1)
    top = likeness.max(axis=1)
    sure = top >= (middle + (apart + 1.5) * spread)[best]
    if len(frames) > 1:
        sure &= top - np.partition(likeness, -2, axis=1)[:, -2] >= _CLEAR
    moved = frames.copy()
    for number in range(len(frames)):
        own = vectors[sure & (best == number)]
        if len(own):
            weight = _LEARNT * len(own) / (len(own) + _HALF)
            moved[number] = (1 - weight) * frames[number] + weight * unit(own.mean(axis=0)[None, :])[0]
    middles = rounded(unit(moved))
    middle, spread = _usual((vectors @ middles.T).astype(np.float64))
    floors: Floats = np.clip(middle + apart * spread, FLOOR, CEILING)
    return middles, np.round(floors, 4)


def frames_of(vectors: Vectors, frames: Vectors, floors: Floats) -> list[list[tuple[int, float]]]:
    """For each passage its frames with strengths, the nearest first; none where no frame is near enough (its floor),
    or more than :data:`MOST` are too close to tell apart."""
    answer: list[list[tuple[int, float]]] = []
    for row in vectors @ frames.T:
        order = np.argsort(-row, kind="stable")
        top = float(row[order[0]])
        near = [int(k) for k in order if float(row[k]) > top - MARGIN]
        refused = top < floors[order[0]] or len(near) > MOST
        found = [(k, min(1.0, max(0.0, float(row[k])))) for k in near if row[k] >= floors[k]]
        answer.append([] if refused else found)
    return answer
