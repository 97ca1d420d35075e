"""Texts in either language to vectors in one space."""

import hashlib
import json
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from nlp.embedding.glossary import ALIGNED, CIVIC, gloss
from nlp.embedding.model import DIMENSIONS, MODEL_SHA256, Model, Vectors, unit
from nlp.language import detect
from nlp.lemmas import OVERRIDES
from nlp.welsh_language import rules

OFFSETS = Path(__file__).parent / "offsets.json"


def _digest() -> str:
    """Of every table and rule that decides how Welsh is glossed."""
    digest = hashlib.sha256()
    for path in (CIVIC, ALIGNED, OVERRIDES, Path(rules.__file__)):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


VERSION = f"minilm-int8-{MODEL_SHA256[:8]}+gloss-{_digest()}"
"""Vectors of different versions must not be compared."""


@lru_cache(maxsize=1)
def _offsets() -> dict[str, Vectors]:
    means = json.loads(OFFSETS.read_text(encoding="utf-8"))["means"]
    return {language: np.array(mean, dtype=np.float32) for language, mean in means.items()}


class Encoder:
    """Glosses, encodes, and takes away the fixed mean of each language."""

    dimensions = DIMENSIONS
    version = VERSION

    def __init__(self) -> None:
        self._model = Model()

    def raw(self, texts: Sequence[str], languages: Sequence[str | None]) -> Vectors:
        """Unit vectors before the language means are taken away."""
        return self._model.encode([gloss(text, lang) for text, lang in zip(texts, languages, strict=True)])

    def encode(
        self,
        texts: Sequence[str],
        languages: Sequence[str | None],
        progress: Callable[[int], None] | None = None,
    ) -> Vectors:
        """Shape (len(texts), 384), rows of unit length. A language of None is found out first.

        The vector of a text depends on that text and its language alone, not on its company.
        """
        if not texts:
            return np.zeros((0, DIMENSIONS), dtype=np.float32)
        known = [lang or detect(text)[0] for text, lang in zip(texts, languages, strict=True)]
        glossed = [gloss(text, lang) for text, lang in zip(texts, known, strict=True)]
        vectors = self._model.encode(glossed, progress)
        means = _offsets()
        both: Vectors = ((means["cy"] + means["en"]) / 2).astype(np.float32)
        of = {"cy": means["cy"], "mixed": both}
        mean: Vectors = np.stack([of.get(lang, means["en"]) for lang in known]).astype(np.float32)
        return unit(vectors - mean)
