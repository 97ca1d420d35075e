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
MOST = 25  # topics of one rank: more than anyone reads
_BLOCK = 1_024
_TURNS = 5
_PERTURBED = 16  # graphs with some ties taken away, whose communities vote on which ties hold
_TAKEN = 0.4  # the share of ties taken away
RESAMPLES = 5
_HUGE = 10_000  # passages: from here on resamples are fewer and simpler


def neighbours_for(count: int) -> int:
    """How many neighbours each of ``count`` passages is tied to."""
    if count < 250:
        return 12
    return 20 if count < 600 else 30


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
        solver = "covariance_eigh" if array.shape[0] > array.shape[1] else "full"
        self._pca = PCA(max(1, size), svd_solver=solver, random_state=self._seed).fit(array)
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
    single = rows.astype(np.float32)
    to = np.empty((count, kept), dtype=np.int64)
    weight = np.empty((count, kept), dtype=np.float64)
    for start in range(0, count, _BLOCK):
        likeness = single[start : start + _BLOCK] @ single.T
        here = np.arange(len(likeness))
        likeness[here, here + start] = -np.inf
        nearest = np.sort(np.argpartition(-likeness, kept - 1, axis=1)[:, :kept], axis=1)
        to[start : start + _BLOCK] = nearest
        weight[start : start + _BLOCK] = np.take_along_axis(likeness, nearest, axis=1)
    at = np.repeat(np.arange(count), kept)
    graph = sparse.csr_matrix((np.maximum(weight, 1e-6).ravel(), (at, to.ravel())), shape=(count, count))
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
        self.graph: sparse.csr_matrix = sparse.csr_matrix((0, 0))

    def fit(self, rows: Any, y: Any = None) -> "CommunitiesOnNeighbours":
        units = unit_rows(rows)
        count = len(units)
        graph = neighbour_graph(units, neighbours_for(count))
        labels = _agreed(graph, self._resolution or resolution_for(count), self._seed)
        self.labels_ = _by_size(_merge_small(units, labels, self._smallest or smallest_for(count)))
        self._centroids = _centroids(units, self.labels_)
        self._units, self.graph = units, graph
        return self

    def stability(self, times: int = RESAMPLES) -> tuple[float, list[float]]:
        """How far the groups hold when a tenth of the passages is left out, ``times`` times over.

        The mean adjusted Rand index between the resamples (over what both hold), and for each group its mean best
        Jaccard likeness to a group of a resample.
        """
        units, graph, count = self._units, self.graph, len(self._units)
        huge = count > _HUGE
        times = min(times, 3) if huge else times
        fits: list[Ints] = []
        best = np.zeros((times, int(self.labels_.max()) + 1))
        for turn in range(times):
            draw = np.random.RandomState((self._seed + 7_919 * (turn + 1)) % 2**32)
            kept = np.sort(draw.permutation(count)[: max(2, round(0.9 * count))])
            part = graph[kept][:, kept] if huge else neighbour_graph(units[kept], neighbours_for(count))
            resolution = self._resolution or resolution_for(count)
            labels = _agreed(part, resolution, self._seed + turn + 1, _PERTURBED // (2 if huge else 1))
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


def louvain(graph: sparse.csr_matrix, resolution: float, state: np.random.RandomState) -> Ints:
    """Not scikit-network's Leiden: its refinement draws from C's rand(), so that two runs of a seed may differ."""
    louvain = Louvain(resolution=resolution, shuffle_nodes=True, random_state=state)
    return np.asarray(louvain.fit_predict(graph), dtype=np.int64)


def _agreed(graph: sparse.csr_matrix, resolution: float, seed: int, votes: int = _PERTURBED) -> Ints:
    """Communities of the ties that hold: each tie weighs as often as its ends stay together when others are cut.

    One run of Louvain turns on details of the graph; what many runs on perturbed graphs agree on does not.
    """
    half = sparse.coo_matrix(sparse.triu(graph))
    together = np.zeros(half.nnz)
    for vote in range(votes):
        state = np.random.RandomState((seed * 1_009 + vote) % 2**32)
        kept = state.random_sample(half.nnz) >= _TAKEN
        labels = louvain(_symmetric(half, half.data * kept), resolution, state)
        together += labels[half.row] == labels[half.col]
    return _communities(_symmetric(half, half.data * (together / votes) ** 2), resolution, seed)


def _symmetric(half: sparse.coo_matrix, weights: Floats) -> sparse.csr_matrix:
    tied = weights > 1e-9
    upper = sparse.csr_matrix((weights[tied], (half.row[tied], half.col[tied])), shape=half.shape)
    return sparse.csr_matrix(upper + upper.T)


def _communities(graph: sparse.csr_matrix, resolution: float, seed: int) -> Ints:
    """The best by modularity of a few Louvain runs, each taking the nodes in another order drawn from the seed."""
    best: tuple[float, Ints] | None = None
    for turn in range(_TURNS):
        labels = louvain(graph, resolution, np.random.RandomState((seed * _TURNS + turn) % 2**32))
        quality = round(float(get_modularity(graph, labels, resolution=resolution)), 9)
        if best is None or quality > best[0]:
            best = quality, labels
    assert best is not None
    return best[1]


def _centroids(units: Floats, labels: Ints) -> Floats:
    return unit_rows(np.stack([units[labels == label].mean(axis=0) for label in range(labels.max() + 1)]))


def _merge_small(units: Floats, labels: Ints, smallest: int) -> Ints:
    """Every group under ``smallest`` joins the group whose middle is nearest, the smallest first; so do the
    smallest while there are more than :data:`MOST`."""
    merged = np.unique(labels, return_inverse=True)[1].astype(np.int64)
    while True:
        sizes = np.bincount(merged)
        if len(sizes) == 1 or (sizes.min() >= smallest and len(sizes) <= MOST):
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
