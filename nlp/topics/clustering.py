"""The two steps that stand in for UMAP and HDBSCAN inside BERTopic: PCA, then communities of a neighbour graph.

Deterministic for a seed, needs no number of topics, and drops nobody.
"""

from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score
from sknetwork.clustering import Louvain, get_modularity

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

COMPONENTS = 30
_BLOCK = 2_048
_TURNS = 10
RESAMPLES = 5


def neighbours_for(count: int) -> int:
    """How many neighbours each of ``count`` passages is tied to."""
    return 12 if count < 250 else 15


def resolution_for(count: int) -> float:
    """The resolution of communities: finer under 250 passages, where topics are small."""
    return 1.5 if count < 250 else 1.0


def smallest_for(count: int) -> int:
    """The fewest distinct passages a topic of ``count`` may have."""
    return max(3, round(count / 40)) if count <= 500 else max(12, round(count / 100))


def unit_rows(rows: Any) -> Floats:
    """Rows scaled to length 1; a zero row stays zero."""
    array = np.asarray(rows, dtype=np.float64)
    lengths = np.linalg.norm(array, axis=1, keepdims=True)
    scaled: Floats = array / np.where(lengths == 0, 1, lengths)
    return scaled


class Reducer:
    """PCA with the interface BERTopic expects of ``umap_model``."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._pca: Any = None

    def fit(self, rows: Any, y: Any = None) -> "Reducer":
        array = np.asarray(rows, dtype=np.float64)
        size = min(COMPONENTS, array.shape[0] - 1, array.shape[1])
        self._pca = PCA(max(1, size), svd_solver="full", random_state=self._seed).fit(array)
        return self

    def transform(self, rows: Any) -> Floats:
        reduced: Floats = self._pca.transform(np.asarray(rows, dtype=np.float64))
        return reduced

    def fit_transform(self, rows: Any, y: Any = None) -> Floats:
        return self.fit(rows).transform(rows)


def neighbour_graph(rows: Floats, neighbours: int) -> sparse.csr_matrix:
    """A symmetric graph, shape (n, n): each unit row tied to its nearest by cosine, weights above 0."""
    count = len(rows)
    kept = min(neighbours, count - 1)
    at: list[Ints] = []
    to: list[Ints] = []
    weights: list[Floats] = []
    for start in range(0, count, _BLOCK):
        likeness = rows[start : start + _BLOCK] @ rows.T
        here = np.arange(start, start + len(likeness))
        likeness[here - start, here] = -np.inf
        nearest = np.argsort(-likeness, axis=1, kind="stable")[:, :kept]
        at.append(np.repeat(here, kept))
        to.append(nearest.ravel())
        weights.append(np.take_along_axis(likeness, nearest, axis=1).ravel())
    weight = np.maximum(np.concatenate(weights), 1e-6)
    graph = sparse.csr_matrix((weight, (np.concatenate(at), np.concatenate(to))), shape=(count, count))
    return sparse.csr_matrix(graph.maximum(graph.T))


class CommunitiesOnNeighbours:
    """Communities of the neighbour graph, with the interface BERTopic expects of ``hdbscan_model``."""

    def __init__(self, seed: int, *, resolution: float | None = None, smallest: int | None = None) -> None:
        self._seed = seed
        self._resolution = resolution
        self._smallest = smallest
        self.labels_: Ints = np.zeros(0, dtype=np.int64)
        self._centroids: Floats = np.zeros((0, 0))
        self._units: Floats = np.zeros((0, 0))
        self._graph: sparse.csr_matrix = sparse.csr_matrix((0, 0))

    def fit(self, rows: Any, y: Any = None) -> "CommunitiesOnNeighbours":
        units = unit_rows(rows)
        count = len(units)
        graph = neighbour_graph(units, neighbours_for(count))
        labels = _communities(graph, self._resolution or resolution_for(count), self._seed)
        self.labels_ = _by_size(_merge_small(units, labels, self._smallest or smallest_for(count)))
        self._centroids = _centroids(units, self.labels_)
        self._units, self._graph = units, graph
        return self

    def stability(self, times: int = RESAMPLES) -> tuple[float, list[float]]:
        """How far the groups hold when a tenth of the passages is left out, ``times`` times over.

        The mean adjusted Rand index between the resamples (over what both hold), and for each group its mean best
        Jaccard likeness to a group of a resample.
        """
        units, graph, count = self._units, self._graph, len(self._units)
        fits: list[Ints] = []
        best = np.zeros((times, int(self.labels_.max()) + 1))
        for turn in range(times):
            draw = np.random.RandomState((self._seed + 7_919 * (turn + 1)) % 2**32)
            kept = np.sort(draw.permutation(count)[: max(2, round(0.9 * count))])
            part = (
                neighbour_graph(units[kept], neighbours_for(count))
                if count <= 5_000
                else graph[kept][:, kept]
            )
            resolution = self._resolution or resolution_for(count)
            labels = _communities(part, resolution, self._seed + turn + 1, turns=max(1, _TURNS // 3))
            merged = _merge_small(units[kept], labels, self._smallest or smallest_for(count))
            best[turn] = _best_jaccard(self.labels_[kept], merged, best.shape[1])
            fit = np.full(count, -1, dtype=np.int64)
            fit[kept] = merged
            fits.append(fit)
        agreement: list[float] = []
        for one, other in combinations(fits, 2):
            both = (one >= 0) & (other >= 0)
            agreement.append(float(adjusted_rand_score(one[both], other[both])))
        return round(float(np.mean(agreement)), 4), [round(float(x), 4) for x in best.mean(axis=0)]

    def predict(self, rows: Any) -> Ints:
        return np.asarray((unit_rows(rows) @ self._centroids.T).argmax(axis=1), dtype=np.int64)


def _best_jaccard(labels: Ints, others: Ints, count: int) -> Floats:
    """For each group of ``labels`` the likeness of the most alike group of ``others``; 0 where it has nobody."""
    table = sparse.csr_matrix(
        (np.ones(len(labels)), (labels, others)), shape=(count, int(others.max()) + 1)
    ).toarray()
    either = table.sum(axis=1, keepdims=True) + table.sum(axis=0, keepdims=True) - table
    return np.asarray((table / np.maximum(either, 1)).max(axis=1), dtype=np.float64)


def _communities(graph: sparse.csr_matrix, resolution: float, seed: int, turns: int = _TURNS) -> Ints:
    """The best by modularity of a few Louvain runs, each taking the nodes in another order drawn from the seed.

    Not scikit-network's Leiden: its refinement draws from C's rand(), so that two runs of one seed may differ.
    """
    best: tuple[float, Ints] | None = None
    for turn in range(turns):
        state = np.random.RandomState((seed * _TURNS + turn) % 2**32)
        louvain = Louvain(resolution=resolution, shuffle_nodes=True, random_state=state)
        labels = np.asarray(louvain.fit_predict(graph), dtype=np.int64)
        quality = round(float(get_modularity(graph, labels, resolution=resolution)), 9)
        if best is None or quality > best[0]:
            best = quality, labels
    assert best is not None
    return best[1]


def _centroids(units: Floats, labels: Ints) -> Floats:
    return unit_rows(np.stack([units[labels == label].mean(axis=0) for label in range(labels.max() + 1)]))


def _merge_small(units: Floats, labels: Ints, smallest: int) -> Ints:
    """Every group under ``smallest`` joins the group whose middle is nearest, the smallest first."""
    merged = np.unique(labels, return_inverse=True)[1].astype(np.int64)
    while True:
        sizes = np.bincount(merged)
        if len(sizes) == 1 or sizes.min() >= smallest:
            return merged
        small = int(sizes.argmin())
        middles = _centroids(units, merged)
        likeness = middles @ middles[small]
        likeness[small] = -np.inf
        merged[merged == small] = int(likeness.argmax())
        merged = np.unique(merged, return_inverse=True)[1].astype(np.int64)


def _by_size(labels: Ints) -> Ints:
    """The same groups numbered from the largest; ties by first member."""
    sizes = np.bincount(labels)
    firsts = [int(np.flatnonzero(labels == label)[0]) for label in range(len(sizes))]
    order = sorted(range(len(sizes)), key=lambda label: (-int(sizes[label]), firsts[label]))
    place = np.empty(len(sizes), dtype=np.int64)
    place[order] = np.arange(len(sizes))
    return place[labels]
