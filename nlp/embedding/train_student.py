"""Learns ``space.npz`` and ``space.json``: ``python -m nlp.embedding.train_student FOLDER [KEPT_VECTORS]``.

FOLDER holds the pairs. The vectors of the texts, which cost most of the quarter of an hour, are kept in the file
KEPT_VECTORS and taken from there another time, where one is named. Ridge regression by conjugate gradients; no
randomness, so that one machine gives the same bytes again.
"""

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from nlp.embedding import space
from nlp.embedding.box import Readers, glossary_version
from nlp.embedding.glossary import gloss, welsh_words
from nlp.embedding.model import Vectors, unit
from nlp.pairs import Pair, held_out, read_pairs

PAIRS = 30_000
_LEAST = 8  # texts that a feature must occur in
_RANK = 192
_RIDGE = 4.0  # chosen on whole repositories kept apart
_ROUNDS = 12
_PART = 2_000

Ints = NDArray[np.int64]
Rows = Sequence[tuple[Ints, Vectors]]


def _choose(folder: Path) -> list[Pair]:
    """The pairs with the smallest digests: the same ones wherever they stand in the files."""
    pairs = read_pairs(folder, shortest=3, longest=40, without=held_out(folder))
    return sorted(pairs, key=lambda pair: hashlib.sha256(f"{pair.en}\t{pair.cy}".encode()).digest())[:PAIRS]


def _read(texts: Sequence[str], kept: Path | None) -> Vectors:
    """Raw vectors, rounded to 16 bits so that kept ones are the same as new ones."""
    known: dict[str, NDArray[np.float16]] = {}
    if kept and kept.is_file():
        with np.load(kept, allow_pickle=False) as arrays:
            known = dict(zip(arrays["texts"].tolist(), arrays["vectors"], strict=True))
    new = [text for text in dict.fromkeys(texts) if text not in known]
    readers = Readers()
    for start in range(0, len(new), _PART):
        part = new[start : start + _PART]
        known.update(zip(part, readers.read(part).astype(np.float16), strict=True))
        sys.stderr.write(f"{start + len(part)} of {len(new)} texts read\n")
    if kept and new:
        np.savez(kept, texts=np.array(list(known)), vectors=np.stack(list(known.values())))
    return np.stack([known[text] for text in texts]).astype(np.float32)


def _matrix(found: Sequence[list[int]], keys: Ints) -> sparse.csr_matrix:
    rows = [space.weights(one, keys) for one in found]
    starts = np.cumsum([0, *(len(at) for at, _ in rows)])
    at, weight = (np.concatenate([row[side] for row in rows]) for side in (0, 1))
    return sparse.csr_matrix((weight, at, starts), shape=(len(rows), len(keys)), dtype=np.float32)


def _keys(found: Sequence[list[int]]) -> Ints:
    counts = Counter(feature for one in found for feature in set(one))
    return np.array(sorted(feature for feature, n in counts.items() if n >= _LEAST), dtype=np.int64)


def _ridge(matrix: sparse.csr_matrix, wanted: Vectors) -> Vectors:
    """The least-squares map from features to steps, shape (features, 384), drawn towards 0."""
    turned = matrix.T.tocsr()
    residual = np.asarray(turned @ wanted)
    solution, direction = np.zeros_like(residual), residual.copy()
    length = (residual**2).sum(axis=0)
    for _ in range(_ROUNDS):
        image = np.asarray(turned @ (matrix @ direction)) + _RIDGE * direction
        size = length / np.maximum((direction * image).sum(axis=0), 1e-12)
        solution += size * direction
        residual -= size * image
        longer = (residual**2).sum(axis=0)
        direction = residual + (longer / np.maximum(length, 1e-12)) * direction
        length = longer
    learned: Vectors = solution.astype(np.float32)
    return learned


def _first_right(welsh: Vectors, english: Vectors, texts: Sequence[str]) -> float:
    nearest = (welsh @ english.T).argmax(axis=1)
    right: list[bool] = [texts[at] == text for at, text in zip(nearest, texts, strict=True)]
    return sum(right) / len(right)


def _check(pairs: Sequence[Pair], found: Sequence[list[int]], cy: Vectors, en: Vectors) -> dict[str, float]:
    """Retrieval on whole repositories that took no part, without and with a student learned from the rest."""
    sources = sorted({pair.source for pair in pairs}, key=lambda name: hashlib.sha256(name.encode()).digest())
    chosen: set[str] = set()
    for name in sources:
        size = sum(pair.source in chosen or pair.source == name for pair in pairs)
        if size <= len(pairs) // 8:
            chosen.add(name)
    apart = np.array([pair.source in chosen for pair in pairs])
    learned = [one for one, away in zip(found, apart, strict=True) if not away]
    keys = _keys(learned)
    step = _ridge(_matrix(learned, keys), en[~apart] - cy[~apart])
    asked = _matrix([one for one, away in zip(found, apart, strict=True) if away], keys)
    texts = [pair.en for pair, away in zip(pairs, apart, strict=True) if away]
    return {
        "repositories apart": len(chosen),
        "texts apart": len(texts),
        "Welsh finds its English, glossed": round(_first_right(cy[apart], en[apart], texts), 4),
        "with the student": round(_first_right(unit(cy[apart] + asked @ step), en[apart], texts), 4),
    }


def train(folder: Path, kept: Path | None = None) -> None:
    """Writes both files beside this one."""
    pairs = _choose(folder)
    raw_en = _read([pair.en for pair in pairs], kept)
    raw_cy = _read([gloss(pair.cy, "cy") for pair in pairs], kept)
    means = np.stack([raw_cy.mean(axis=0), raw_en.mean(axis=0)]).astype(np.float16)
    welsh, english = (
        space.side_by_side(raw, mean.astype(np.float32))
        for raw, mean in zip((raw_cy, raw_en), means, strict=True)
    )
    _, axes = np.linalg.eigh((english.T @ english).astype(np.float64))
    directions = axes[:, ::-1][:, : space.DIMENSIONS]
    directions = (
        directions * np.sign(directions[np.abs(directions).argmax(axis=0), range(space.DIMENSIONS)])
    ).astype(np.float16)
    cy, en = (unit(side @ directions.astype(np.float32)) for side in (welsh, english))
    found = [space.features(welsh_words(pair.cy, "cy")[0]) for pair in pairs]
    figures = _check(pairs, found, cy, en)
    keys = _keys(found)
    step = _ridge(_matrix(found, keys), en - cy)
    _, turns = np.linalg.eigh((step.T @ step).astype(np.float64))
    basis = turns[:, ::-1][:, :_RANK].T.astype(np.float16)
    reduced = step @ basis.astype(np.float32).T
    scales = (np.abs(reduced).max(axis=1) / 127).astype(np.float16)
    whole = np.rint(reduced / np.maximum(scales.astype(np.float32), 1e-8)[:, None]).clip(-127, 127)
    np.savez(
        space.SPACE,
        means=means,
        directions=directions,
        keys=keys.astype(np.uint32),
        rows=whole.astype(np.int8),
        scales=scales,
        basis=basis,
    )
    made = {
        "sha256": hashlib.sha256(space.SPACE.read_bytes()).hexdigest(),
        "glossary": glossary_version(),
        "pairs": len(pairs),
        "features": len(keys),
        "figures": figures,
    }
    space.CARD.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    sys.stderr.write(json.dumps(made) + "\n")


if __name__ == "__main__":
    train(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
