"""Scores of groups against what people said, and of runs against each other."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import combinations

import numpy as np
from sklearn.metrics import (
    adjusted_mutual_info_score,
    adjusted_rand_score,
    f1_score,
    normalized_mutual_info_score,
)

from nlp.contract import Frame, Statement, TopicResult
from nlp.embedding.encoder import Encoder
from nlp.reading import read
from nlp.topics.run import find_topics

SEEDS = range(5)
NONE = "none"


def ami(truth: Sequence[str], found: Sequence[str]) -> float:
    """Adjusted mutual information: 1 is the same grouping, 0 is chance."""
    return float(adjusted_mutual_info_score(truth, found))


def nmi(truth: Sequence[str], found: Sequence[str]) -> float:
    """Normalised mutual information."""
    return float(normalized_mutual_info_score(truth, found))


def mapped_f1(truth: Sequence[str], found: Sequence[str]) -> tuple[float, float]:
    """F1 weighted by the size of the labels, and plain mean, when each group counts as its commonest label."""
    inside: dict[str, Counter[str]] = defaultdict(Counter)
    for label, group in zip(truth, found, strict=True):
        inside[group][label] += 1
    names = {group: min(counts, key=lambda k: (-counts[k], k)) for group, counts in inside.items()}
    mapped = [names[group] for group in found]
    return (
        float(f1_score(truth, mapped, average="weighted", zero_division=0)),
        float(f1_score(truth, mapped, average="macro", zero_division=0)),
    )


def samples_f1(truth: Sequence[set[str]], found: Sequence[set[str]]) -> tuple[float, float, float]:
    """F1 averaged over texts with several labels, and its 95 % bootstrap interval (2,000 draws, one seed)."""
    each = np.array(
        [2 * len(t & f) / (len(t) + len(f)) if t or f else 1.0 for t, f in zip(truth, found, strict=True)]
    )
    draw = np.random.RandomState(0)
    means = [each[draw.randint(0, len(each), len(each))].mean() for _ in range(2_000)]
    low, high = np.quantile(means, [0.025, 0.975])
    return float(each.mean()), float(low), float(high)


def kept(texts: Sequence[str], languages: Sequence[str | None], encoder: Encoder) -> list[Statement]:
    """The texts as statements with their passages, so that several runs embed once. Ids are places."""
    hints = [language if language in ("cy", "en") else None for language in languages]
    bare = [Statement(str(n), text, hint) for n, (text, hint) in enumerate(zip(texts, hints, strict=True))]  # type: ignore[arg-type]
    return [
        Statement(s.id, s.text, s.language, tuple(r.passages), r.version)
        for s, r in zip(bare, read(bare, encoder), strict=True)
    ]


def first_topics(result: TopicResult, *, parts: bool = False) -> dict[str, str]:
    """For each statement the topic of its first passage that has one, or with ``parts`` that topic's part."""
    found: dict[str, str] = {}
    parent = {topic.id: topic.parent for topic in result.topics}
    for assignment in result.assignments:
        topics = next(p.topics for p in assignment.passages if p.topics)
        wanted = [t.topic for t in topics if (parent[t.topic] is not None) == parts] or [topics[0].topic]
        found[assignment.id] = wanted[0]
    return found


def grouped(
    statements: Sequence[Statement],
    encoder: Encoder,
    seed: int,
    frames: Sequence[Frame] = (),
    *,
    frames_only: bool = False,
) -> tuple[TopicResult, list[str]]:
    """A run, and the topic of each statement in order (:data:`NONE` where it has none)."""
    result = find_topics(statements, seed=seed, encoder=encoder, frames=frames, frames_only=frames_only)
    topics = first_topics(result)
    return result, [topics.get(s.id, NONE) for s in statements]


def agreement(runs: Sequence[dict[str, str]]) -> float:
    """Median adjusted Rand index between runs, over the statements that both have."""
    found: list[float] = []
    for one, other in combinations(runs, 2):
        both = sorted(one.keys() & other.keys())
        found.append(float(adjusted_rand_score([one[i] for i in both], [other[i] for i in both])))
    return float(np.median(found))
