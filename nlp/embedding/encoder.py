"""Texts in either language to vectors in one space."""

import hashlib
import json
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from nlp.embedding import universal
from nlp.embedding.glossary import ALIGNED, CIVIC, COMMON, gloss
from nlp.embedding.model import DIMENSIONS as MINILM_DIMENSIONS
from nlp.embedding.model import MODEL_SHA256, Model, Vectors, unit
from nlp.embedding.universal import WEIGHTS_SHA256, Universal
from nlp.language import detect
from nlp.lemmas import FORMS, OVERRIDES
from nlp.welsh_language import rules

OFFSETS = Path(__file__).parent / "offsets.json"
DIMENSIONS = MINILM_DIMENSIONS + universal.DIMENSIONS
_SHARE = 0.75  # weight of the second encoder beside the first; chosen on the training part of SIB-200


def _digest() -> str:
    """Of every table and rule that decides how Welsh is glossed."""
    digest = hashlib.sha256()
    for path in (CIVIC, COMMON, ALIGNED, OVERRIDES, FORMS, Path(rules.__file__)):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


VERSION = f"minilm-int8-{MODEL_SHA256[:8]}+use3-{WEIGHTS_SHA256[:8]}+gloss-{_digest()}"
"""Vectors of different versions must not be compared."""


@lru_cache(maxsize=1)
def _offsets() -> dict[str, Vectors]:
    means = json.loads(OFFSETS.read_text(encoding="utf-8"))["means"]
    return {language: np.array(mean, dtype=np.float32) for language, mean in means.items()}


class Encoder:
    """Glosses, encodes twice, and takes away the fixed mean of each language from either half."""

    dimensions = DIMENSIONS
    version = VERSION

    def __init__(self) -> None:
        self._model = Model()
        self._second = Universal()

    def raw(
        self,
        texts: Sequence[str],
        languages: Sequence[str | None],
        progress: Callable[[int], None] | None = None,
    ) -> Vectors:
        """Shape (len(texts), 896): the unit vectors of the two encoders side by side, before the means go."""
        glossed = [gloss(text, lang) for text, lang in zip(texts, languages, strict=True)]
        return np.hstack([self._model.encode(glossed, progress), self._second.encode(glossed)])

    def encode(
        self,
        texts: Sequence[str],
        languages: Sequence[str | None],
        progress: Callable[[int], None] | None = None,
    ) -> Vectors:
        """Shape (len(texts), 896), rows of unit length. A language of None is found out first.

        The vector of a text depends on that text and its language alone, not on its company.
        """
        if not texts:
            return np.zeros((0, DIMENSIONS), dtype=np.float32)
        known = [lang or detect(text)[0] for text, lang in zip(texts, languages, strict=True)]
        vectors = self.raw(texts, known, progress)
        means = _offsets()
        both: Vectors = ((means["cy"] + means["en"]) / 2).astype(np.float32)
        of = {"cy": means["cy"], "mixed": both}
        centred: Vectors = vectors - np.stack([of.get(lang, means["en"]) for lang in known]).astype(
            np.float32
        )
        first, second = centred[:, :MINILM_DIMENSIONS], centred[:, MINILM_DIMENSIONS:]
        return unit(np.hstack([unit(first), _SHARE * unit(second)]))
