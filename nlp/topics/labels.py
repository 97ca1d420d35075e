"""Names for groups: aligned words in both languages, chosen by class-based TF-IDF over concepts."""

from collections.abc import Sequence

import numpy as np
from bertopic.vectorizers import ClassTfidfTransformer
from sklearn.feature_extraction.text import CountVectorizer

from nlp.contract import BilingualTerms, BilingualText
from nlp.topics.concepts import Concept, Names

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
    for row, passages_with in zip(weights, spread, strict=True):
        # A word one person repeats does not name a group: weigh by the passages that hold it.
        score = row * np.array([np.log1p(passages_with.get(key, 0)) for key in keys])
        order = sorted(np.flatnonzero(score > 0), key=lambda i: (-round(float(score[i]), 9), keys[i]))
        ranked.append([str(keys[i]) for i in order[:_LOOKED_AT]])
    return ranked


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
    """A label for each group from its first terms, longer where two would be the same."""
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
        taken |= {label.cy, label.en}
        found.append(label)
    return found
