"""The encoder in the box: Welsh is glossed, two small English encoders read the gloss, a learned step mends it."""

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from nlp.embedding.glossary import ALIGNED, CIVIC, COMMON, gloss, welsh_words
from nlp.embedding.model import MODEL_SHA256, Model, Vectors
from nlp.embedding.space import DIMENSIONS, Space, card
from nlp.embedding.universal import WEIGHTS_SHA256, Universal
from nlp.lemmas import FORMS, OVERRIDES
from nlp.welsh_language import rules


def glossary_version() -> str:
    """A digest of every table and rule that decides how Welsh is glossed."""
    digest = hashlib.sha256()
    for path in (CIVIC, COMMON, ALIGNED, OVERRIDES, FORMS, Path(rules.__file__)):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


class Readers:
    """The two English encoders on glossed text."""

    def __init__(self) -> None:
        self._first = Model()
        self._second = Universal()

    def read(self, glossed: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """Shape (len(glossed), 896): the unit vectors of both side by side; repeats are read once."""
        distinct = sorted(set(glossed))
        place = {text: number for number, text in enumerate(distinct)}
        with ThreadPoolExecutor(1) as pool:
            second = pool.submit(self._second.encode, distinct)
            first = self._first.encode(distinct, progress)
            return np.hstack([first, second.result()])[[place[text] for text in glossed]]


class Box:
    """Needs no network and no torch. The vector of a text depends on that text and its language alone."""

    dimensions = DIMENSIONS

    def __init__(self) -> None:
        self._readers = Readers()
        self._space = Space()
        self.version = (
            f"minilm-int8-{MODEL_SHA256[:8]}+use3-{WEIGHTS_SHA256[:8]}"
            f"+gloss-{glossary_version()}+space-{card()['sha256'][:8]}"
        )

    def encode(
        self, texts: Sequence[str], languages: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Shape (len(texts), 384), rows of unit length."""
        glossed = [gloss(text, language) for text, language in zip(texts, languages, strict=True)]
        raw = self._readers.read(glossed, progress)
        placed = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for number, (text, language) in enumerate(zip(texts, languages, strict=True)):
            welsh, share = welsh_words(text, language) if language in ("cy", "mixed") else ([], 0.0)
            placed[number] = self._space.place(raw[number], language, welsh, share)
        return placed
