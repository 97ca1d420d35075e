"""Names for groups: aligned words in both languages, chosen by class-based TF-IDF over concepts."""

from collections.abc import Sequence

import numpy as np
from bertopic.vectorizers import ClassTfidfTransformer
from numpy.typing import NDArray
from sklearn.feature_extraction.text import CountVectorizer

from nlp.contract import BilingualTerms, BilingualText
from nlp.topics.concepts import Concept, Names

Floats = NDArray[np.float64]

TERMS = 8
_IN_LABEL = 3
_LOOKED_AT = 60


def ranked_concepts(groups: Sequence[Sequence[Sequence[Concept]]]) -> list[list[str]]:
    """For each group of passages its concept keys, most telling first."""
    texts = [" ".join(concept.key for passage in group for concept in passage) for group in groups]
    if not any(texts):
        return [[] for _ in groups]
    vectorizer = CountVectorizer(analyzer=str.split)
    counts = vectorizer.fit_transform(texts)
    weights = ClassTfidfTransformer(reduce_frequent_words=True).fit(counts).transform(counts).toarray()
    spread = [_spread(group) for group in groups]
    keys = vectorizer.get_feature_names_out()
    ranked: list[list[str]] = []
    held = np.array([[found.get(key, 0) for key in keys] for found in spread], dtype=np.float64)
    sizes = np.array([len(group) for group in groups], dtype=np.float64)
    for number, row in enumerate(weights):
        # A word one person repeats does not name a group: weigh by the passages that hold it. Nor does a word that
        # other groups hold as often: weigh by how much oftener it stands here than elsewhere.
        score = row * np.log1p(held[number]) * _stands_out(held, sizes, number)
        order = sorted(np.flatnonzero(score > 0), key=lambda i: (-round(float(score[i]), 9), keys[i]))
        ranked.append([str(keys[i]) for i in order[:_LOOKED_AT]])
    return ranked


def _stands_out(held: Floats, sizes: Floats, number: int) -> Floats:
    """For each concept 0 where other groups hold it as often as this one, rising to 1 where ten times less often."""
    here = (held[number] + 0.5) / (sizes[number] + 1)
    elsewhere = (held.sum(axis=0) - held[number] + 0.5) / (sizes.sum() - sizes[number] + 1)
    if len(sizes) == 1:
        return np.ones_like(here)
    outstanding: Floats = np.clip(np.log(here / elsewhere) / np.log(10), 0.01, 1.0)
    return outstanding


def _spread(group: Sequence[Sequence[Concept]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for passage in group:
        for key in {concept.key for concept in passage}:
            found[key] = found.get(key, 0) + 1
    return found


def terms_for(ranked: Sequence[str], names: Names) -> BilingualTerms:
    """Up to :data:`TERMS` aligned pairs; never empty unless there is no concept at all."""
    pairs: list[tuple[str, str]] = []
    for key in ranked:
        welsh, english = names.pair(key)
        if not welsh or not english:
            continue
        if any(welsh.lower() == cy.lower() or english.lower() == en.lower() for cy, en in pairs):
            continue
        pairs.append((welsh, english))
        if len(pairs) == TERMS:
            break
    if not pairs:  # no concept has both: show the word people used, rather than nothing
        pairs = [(welsh or english or key, english or welsh or key) for key in ranked[:_IN_LABEL]
                 for welsh, english in [names.pair(key)]]  # fmt: skip
    return BilingualTerms([cy for cy, _ in pairs], [en for _, en in pairs])


def labels_for(terms: Sequence[BilingualTerms], fallbacks: Sequence[BilingualText]) -> list[BilingualText]:
    """A label for each group from its first terms, longer where two would be the same; no two are the same."""
    found: list[BilingualText] = []
    taken: set[str] = set()
    for pair, fallback in zip(terms, fallbacks, strict=True):
        label = fallback
        for length in range(_IN_LABEL, TERMS + 1):
            if not pair.cy:
                break
            label = BilingualText(", ".join(pair.cy[:length]), ", ".join(pair.en[:length]))
            if label.cy not in taken and label.en not in taken:
                break
        number = 2
        while label.cy in taken or label.en in taken:  # nothing tells them apart but that they are two
            label = BilingualText(f"{_bare(label.cy)} ({number})", f"{_bare(label.en)} ({number})")
            number += 1
        taken |= {label.cy, label.en}
        found.append(label)
    return found


def _bare(label: str) -> str:
    """A label without the number that told it from another."""
    return label.rsplit(" (", 1)[0] if label.endswith(")") else label
