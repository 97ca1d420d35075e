"""A sentence-transformers model of a site's own choice, named by the environment variable DOLEN_EMBEDDER."""

import importlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nlp.embedding.glossary import civic_entries
from nlp.embedding.model import ModelError, Vectors, unit

_ENTRIES = 300
_BATCH = 64


class Named:
    """Reads the texts as they are written, and takes away a mean for each language.

    The means are over the same terms in both languages (our civic glossary), so that their difference is the
    language. Raises :class:`ModelError` where sentence-transformers is not installed.
    """

    def __init__(self, name: str) -> None:
        try:
            library: Any = importlib.import_module("sentence_transformers")
        except ImportError as missing:
            raise ModelError(
                f"DOLEN_EMBEDDER names {name!r}, which needs sentence-transformers: "
                "`pip install sentence-transformers` beside Dolen, or unset DOLEN_EMBEDDER to use what is in the box"
            ) from missing
        self._model: Any = library.SentenceTransformer(name, device="cpu")
        entries = sorted(civic_entries(), key=lambda entry: (-len(entry[0]), entry))[:_ENTRIES]
        welsh, english = (self._read([entry[side] for entry in entries]).mean(axis=0) for side in (0, 1))
        self._means: dict[str, Vectors] = {"cy": welsh, "en": english, "mixed": (welsh + english) / 2}
        self.dimensions = int(english.shape[0])
        self.version = f"sentence-transformers-{name}+terms-{len(entries)}"

    def _read(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        rows: list[Vectors] = []
        for start in range(0, len(texts), _BATCH):
            # one at a time: padding must not let a vector depend on its company
            for text in texts[start : start + _BATCH]:
                read = self._model.encode([text], normalize_embeddings=True, show_progress_bar=False)
                rows.append(np.asarray(read[0], dtype=np.float32))
            if progress:
                progress(len(rows))
        return np.stack(rows)

    def encode(
        self, texts: Sequence[str], languages: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Shape (len(texts), dimensions), rows of unit length."""
        means = np.stack([self._means.get(language, self._means["en"]) for language in languages])
        return unit(self._read(texts, progress) - means)
