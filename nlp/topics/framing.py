"""Passages to themes that people described beforehand."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nlp.contract import Frame
from nlp.embedding.encoder import Encoder
from nlp.embedding.model import Vectors

FLOOR = 0.25  # less alike than this is not about the theme
MARGIN = 0.04  # nearer to a second theme than this: it belongs to both, or is for people to decide
BOTH = 0.4  # as alike as this to two themes within the margin: it belongs to both


def frame_vectors(frames: Sequence[Frame], encoder: Encoder) -> Vectors:
    """Shape (len(frames), dimensions): the mean of each description's languages, unit length."""
    rows: list[NDArray[np.float32]] = []
    for frame in frames:
        given = [(text, language) for text, language in ((frame.cy, "cy"), (frame.en, "en")) if text]
        vectors = encoder.encode([text for text, _ in given], [language for _, language in given])
        mean = vectors.mean(axis=0)
        rows.append((mean / (np.linalg.norm(mean) or 1)).astype(np.float32))
    return np.stack(rows)


def frames_of(vectors: Vectors, frames: Vectors) -> list[list[tuple[int, float]]]:
    """For each passage its frames with strengths, the nearest first; none where no frame is near enough, or two
    are too close to tell apart."""
    likeness = vectors @ frames.T
    answer: list[list[tuple[int, float]]] = []
    for row in likeness:
        order = np.argsort(-row, kind="stable")
        top = float(row[order[0]])
        near = [int(k) for k in order if float(row[k]) > top - MARGIN]
        if top < FLOOR:
            answer.append([])
        elif len(near) == 1 or (len(near) == 2 and top >= BOTH):
            answer.append([(k, min(1.0, max(0.0, float(row[k])))) for k in near])
        else:
            answer.append([])
    return answer
