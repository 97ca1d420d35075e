"""A second look for what few people say: close groups of passages that come mostly from a minority.

A concern of a dozen people is lost in a topic of hundreds. The neighbour graph is cut finer, and a small group in
which a language, place or group stands out against chance is raised as a part of its topic.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.stats import binom

from nlp.topics.clustering import louvain

Ints = NDArray[np.int64]

FINER = 8.0  # times the resolution of topics
_FEWEST = 5  # passages of the minority
_MINORITY = 0.2  # share of all passages: above this nobody is a minority
_TIMES = 3.0  # as often as among all
_SHARE = 0.2  # of the small group
_CHANCE = 0.01  # shared among all that is tried
MOST = 12


def raised(
    graph: sparse.csr_matrix, tags: Mapping[str, Sequence[str | None]], seed: int, resolution: float
) -> list[Ints]:
    """Places of the passages of each group worth raising, the most telling first; groups do not overlap."""
    minorities = {
        (by, value): count / len(values)
        for by, values in tags.items()
        for value, count in Counter(v for v in values if v).items()
        if count >= _FEWEST and count / len(values) <= _MINORITY
    }
    if not minorities:
        return []
    labels = louvain(graph, FINER * resolution, np.random.RandomState(seed))
    order = np.argsort(labels, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(labels[order])) + 1)
    tried = len(groups) * len(minorities)
    found: list[tuple[float, int, Ints]] = []
    for number, inside in enumerate(groups):
        chances: list[float] = []
        for (by, value), expected in minorities.items():
            count = sum(tags[by][int(place)] == value for place in inside)
            share = count / len(inside)
            if count >= _FEWEST and share >= max(_SHARE, _TIMES * expected):
                chances.append(float(binom.sf(count - 1, len(inside), expected)))
        if chances and min(chances) * tried < _CHANCE:
            found.append((min(chances), number, np.asarray(inside, dtype=np.int64)))
    found.sort(key=lambda one: (one[0], one[1]))
    return [inside for _, _, inside in found[:MOST]]
