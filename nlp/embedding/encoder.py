"""Texts in either language to vectors in one space."""

import os
from collections.abc import Callable, Sequence

import numpy as np

from nlp.embedding.box import Box
from nlp.embedding.model import Vectors
from nlp.embedding.named import Named
from nlp.language import detect


class Encoder:
    """The encoder in the box, or the model that the environment variable DOLEN_EMBEDDER names.

    Vectors of different ``version`` must not be compared; ``dimensions`` is their length.
    """

    def __init__(self) -> None:
        name = os.environ.get("DOLEN_EMBEDDER", "").strip()
        self._inner: Box | Named = Named(name) if name else Box()
        self.version: str = self._inner.version
        self.dimensions: int = self._inner.dimensions

    def encode(
        self,
        texts: Sequence[str],
        languages: Sequence[str | None],
        progress: Callable[[int], None] | None = None,
    ) -> Vectors:
        """Shape (len(texts), dimensions), rows of unit length. A language of None is found out first.

        The vector of a text depends on that text and its language alone, not on its company.
        """
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        known = [lang or detect(text)[0] for text, lang in zip(texts, languages, strict=True)]
        return self._inner.encode(texts, known, progress)
