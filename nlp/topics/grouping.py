"""Distinct passages to groups: described frames first, then discovery, then the parts of what is large."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from bertopic import BERTopic
from numpy.typing import NDArray
from sklearn.feature_extraction.text import CountVectorizer

from nlp.embedding.model import Vectors, unit
from nlp.topics.clustering import CommunitiesOnNeighbours, Reducer, resolution_for
from nlp.topics.concepts import Concept
from nlp.topics.framing import FLOOR, frames_of, learn
from nlp.topics.minority import raised

FEWEST = 30  # distinct passages: below this no topics are discovered
FAR = 0.12  # cosine to the middle of its topic: a passage below this lies far from everything
_SPREAD = 2.5  # or this many standard deviations below what is usual
MOST_FAR = 0.05  # and no more than this share of passages is left out for it
LARGE = 150  # distinct passages: a topic of this size is looked at for parts
_FEWEST_RAISED = 5  # distinct passages: fewer are no part of a topic, whoever speaks
_PARTS = 8  # a part has at least one in eight of its topic's passages

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(slots=True)
class Group:
    """A frame, a topic, or (with ``parent``, a place in the list of groups) a part of one."""

    middle: Vectors
    framed: bool = False
    floor: float | None = None
    parent: int | None = None
    stability: float | None = None
    children: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Grouping:
    """``of[passage]`` are its groups and strengths: the one it belongs to most first, parts after topics."""

    groups: list[Group]
    of: list[list[tuple[int, float]]]
    too_few: bool
    stability: float | None

    def members(self, group: int) -> list[int]:
        return [place for place, found in enumerate(self.of) if any(g == group for g, _ in found)]


def group(
    vectors: Vectors,
    concepts: Sequence[Sequence[Concept]],
    frames: Vectors | None,
    seed: int,
    *,
    discovers: bool,
    tags: Mapping[str, Sequence[str | None]],
    progress: Callable[[int, int], None],
) -> Grouping:
    """Groups distinct passages, whose unit ``vectors`` have shape (n, dimensions).

    ``tags`` say of each passage who spoke it: by "language" and whatever else is known.
    """
    count = len(vectors)
    grouping = Grouping([], [[] for _ in range(count)], False, None)
    if frames is not None:
        middles, floors = learn(vectors, frames) if count else (frames, np.full(len(frames), FLOOR))
        grouping.groups = [
            Group(m, framed=True, floor=float(floor)) for m, floor in zip(middles, floors, strict=True)
        ]
        if count:
            grouping.of = frames_of(vectors, middles, floors)
    rest = np.array([place for place in range(count) if not grouping.of[place]], dtype=np.int64)
    grouping.too_few = len(rest) < FEWEST
    model: CommunitiesOnNeighbours | None = None
    if discovers and not grouping.too_few:
        progress(0, 3)
        model = _discover(vectors[rest], [concepts[int(place)] for place in rest], seed)
        progress(1, 3)
        _add(grouping, vectors, rest, model.labels_, None, range(int(model.labels_.max()) + 1))
        first = len(grouping.groups) - int(model.labels_.max()) - 1
        grouping.stability, per_topic = model.stability()
        for number, stability in enumerate(per_topic):
            grouping.groups[first + number].stability = stability
    progress(2, 3)
    for number in range(len(grouping.groups)):
        _part(grouping, vectors, number, seed)
    if model is not None and len(rest) >= LARGE:
        inside = {by: [values[int(place)] for place in rest] for by, values in tags.items()}
        for found in raised(model.graph, inside, seed, resolution_for(len(rest))):
            _raise(grouping, vectors, rest[found])
    progress(3, 3)
    return grouping


def _discover(vectors: Vectors, concepts: Sequence[Sequence[Concept]], seed: int) -> CommunitiesOnNeighbours:
    """The fitted clusterer of a BERTopic model with our reducer."""
    clusterer = CommunitiesOnNeighbours(seed)
    model = BERTopic(
        language="multilingual",
        embedding_model=None,
        umap_model=Reducer(seed),
        hdbscan_model=clusterer,
        vectorizer_model=CountVectorizer(analyzer=str.split),
        calculate_probabilities=False,
        verbose=False,
    )
    documents = [" ".join(c.key for c in found) or "∅" for found in concepts]
    topics, _ = model.fit_transform(documents, embeddings=vectors)
    clusterer.labels_ = np.asarray(topics, dtype=np.int64)
    return clusterer


def middle_of(vectors: Vectors) -> Vectors:
    """The unit mean of unit rows, shape (dimensions,)."""
    middle: Vectors = unit(vectors.mean(axis=0)[None, :])[0]
    return middle


def _add(
    grouping: Grouping,
    vectors: Vectors,
    places: Ints,
    labels: Ints,
    parent: int | None,
    numbers: Sequence[int],
) -> None:
    """Adds the groups of ``labels``; what lies far from the middle of a topic is left out of it."""
    strengths = np.zeros(len(places))
    middles: dict[int, Vectors] = {}
    for number in numbers:
        inside = labels == number
        middles[number] = middle_of(vectors[places[inside]])
        strengths[inside] = vectors[places[inside]] @ middles[number]
    limit = -1.0
    if parent is None:
        far = max(FAR, float(strengths.mean() - _SPREAD * strengths.std()))
        limit = min(far, float(np.quantile(strengths, MOST_FAR)))
    for number in numbers:
        place_of_group = len(grouping.groups)
        grouping.groups.append(Group(middles[number], parent=parent))
        if parent is not None:
            grouping.groups[parent].children.append(place_of_group)
        for at in np.flatnonzero((labels == number) & (strengths >= limit)):
            strength = min(1.0, max(0.0, float(strengths[at])))
            found = grouping.of[int(places[at])]
            if parent is not None:  # never more in the part than in the whole
                strength = min(strength, next(s for g, s in found if g == parent))
            found.append((place_of_group, strength))


def _part(grouping: Grouping, vectors: Vectors, parent: int, seed: int) -> None:
    """Splits a large group into parts, where it has any."""
    members = np.array(grouping.members(parent), dtype=np.int64)
    if len(members) < LARGE:
        return
    reduced = Reducer(seed).fit_transform(vectors[members])
    clusterer = CommunitiesOnNeighbours(seed, resolution=1.0, smallest=max(12, len(members) // _PARTS))
    labels = clusterer.fit(reduced).labels_
    if labels.max() < 1:
        return
    _add(grouping, vectors, members, labels, parent, range(int(labels.max()) + 1))


def _raise(grouping: Grouping, vectors: Vectors, places: Ints) -> None:
    """Adds a small group of passages as a part of the topic that most of them are in, unless a part is much the same
    or they are the topic."""
    homes = Counter(grouping.of[int(p)][0][0] for p in places if grouping.of[int(p)])
    if not homes:
        return
    parent = min(homes, key=lambda g: (-homes[g], g))
    inside = np.array([p for p in places if any(g == parent for g, _ in grouping.of[int(p)])], dtype=np.int64)
    there = set(inside.tolist())
    if len(inside) < _FEWEST_RAISED or 2 * len(inside) > len(grouping.members(parent)):
        return
    for part in grouping.groups[parent].children:
        others = set(grouping.members(part))
        if 2 * len(there & others) > len(there | others):
            return
    _add(grouping, vectors, inside, np.zeros(len(inside), dtype=np.int64), parent, [0])
