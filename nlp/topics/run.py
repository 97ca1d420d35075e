"""A topic run from statements to result."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np
from bertopic import BERTopic
from numpy.typing import NDArray
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.metrics import normalized_mutual_info_score

from nlp.contract import (
    Assignment,
    BilingualTerms,
    BilingualText,
    Frame,
    PassageTopics,
    Statement,
    Topic,
    TopicResult,
    TopicRun,
    TopicStrength,
)
from nlp.embedding.encoder import Encoder
from nlp.embedding.model import Vectors
from nlp.language import detect
from nlp.segments import passages
from nlp.topics.clustering import (
    COMPONENTS,
    CommunitiesOnNeighbours,
    Reducer,
    neighbours_for,
    resolution_for,
    smallest_for,
)
from nlp.topics.concepts import Concept, Names, concepts_of
from nlp.topics.continuity import keep_ids
from nlp.topics.framing import FLOOR, MARGIN, frame_of, frame_vectors
from nlp.topics.labels import labels_for, ranked_concepts, terms_for
from nlp.welsh import fold

FEWEST = 30  # distinct passages: below this no topics are discovered
FAR = 0.12  # cosine to the middle of its topic: a passage below this lies far from everything
MOST_FAR = 0.05  # and no more than this share of passages is left out for it
EXAMPLES = 6
_SURE = 0.95  # a passage plainly in another language than its statement is read in its own

Progress = Callable[[str, int, int], None]
Ints = NDArray[np.int64]


@dataclass(slots=True)
class _Passage:
    """A passage, the statement it is from (by place), and the distinct text it stands for."""

    statement: int
    start: int
    end: int
    text: str
    language: str
    distinct: int = 0


def _silent(stage: str, done: int, total: int) -> None:
    return None


def _same(text: str) -> str:
    """Texts that differ in case, accents, marks or spaces only are one text."""
    return " ".join("".join(c if c.isalnum() else " " for c in fold(text)).split())


def _split(statements: Sequence[Statement], languages: Sequence[str]) -> list[_Passage]:
    found: list[_Passage] = []
    for number, statement in enumerate(statements):
        for start, end in passages(statement.text):
            text = statement.text[start:end]
            language, probability = detect(text)
            if languages[number] in ("cy", "en") and (probability < _SURE or language == "other"):
                language = "cy" if languages[number] == "cy" else "en"
            found.append(_Passage(number, start, end, text, language))
    place: dict[str, int] = {}
    for passage in found:
        passage.distinct = place.setdefault(_same(passage.text), len(place))
    return found


def _discover(vectors: Vectors, concepts: Sequence[Sequence[Concept]], seed: int) -> Ints:
    """A group number for each distinct passage, by BERTopic with our reducer and clusterer."""
    documents = [" ".join(c.key for c in found) or "∅" for found in concepts]
    model = BERTopic(
        language="multilingual",
        embedding_model=None,
        umap_model=Reducer(seed),
        hdbscan_model=CommunitiesOnNeighbours(seed),
        vectorizer_model=CountVectorizer(analyzer=str.split),
        calculate_probabilities=False,
        verbose=False,
    )
    labels, _ = model.fit_transform(documents, embeddings=vectors)
    return np.asarray(labels, dtype=np.int64)


def _middles(vectors: Vectors, groups: Ints, count: int) -> Vectors:
    middles = np.zeros((count, vectors.shape[1]), dtype=np.float32)
    for group in range(count):
        members = vectors[groups == group]
        if len(members):
            mean = members.mean(axis=0)
            middles[group] = mean / (np.linalg.norm(mean) or 1)
    return middles


def _drop_far(groups: Ints, strengths: NDArray[np.float64], first: int) -> Ints:
    """Discovered groups without the few passages that lie far from the middle of theirs."""
    found = groups >= first
    if not found.any():
        return groups
    limit = min(FAR, float(np.quantile(strengths[found], MOST_FAR)))
    return np.where(found & (strengths < limit), -1, groups).astype(np.int64)


class _Grouping:
    """Distinct passages with their vectors, groups and strengths; frames are the first groups."""

    def __init__(
        self,
        vectors: Vectors,
        concepts: Sequence[Sequence[Concept]],
        frames: Vectors | None,
        seed: int,
        *,
        discovers: bool,
    ) -> None:
        count = len(vectors)
        self.frames = 0 if frames is None else len(frames)
        self.groups: Ints = np.full(count, -1, dtype=np.int64)
        if frames is not None and count:
            self.groups = frame_of(vectors, frames)
        rest = np.flatnonzero(self.groups == -1)
        self.too_few = len(rest) < FEWEST
        if discovers and not self.too_few:
            labels = _discover(vectors[rest], [concepts[int(i)] for i in rest], seed)
            self.groups[rest] = np.where(labels >= 0, labels + self.frames, -1)
        self.count = max(self.frames, int(self.groups.max(initial=-1)) + 1)
        middles = _middles(vectors, self.groups, self.count)
        if frames is not None:
            middles[: self.frames] = frames
        likeness = np.einsum("ij,ij->i", vectors, middles[self.groups]) if self.count else np.zeros(count)
        self.strengths = np.clip(likeness.astype(np.float64), 0.0, 1.0)
        self.groups = _drop_far(self.groups, self.strengths, self.frames)


def find_topics(
    statements: Sequence[Statement],
    *,
    seed: int = 0,
    frames: Sequence[Frame] = (),
    frames_only: bool = False,
    previous: Mapping[str, set[str]] | None = None,
    encoder: Encoder | None = None,
    progress: Progress = _silent,
) -> TopicResult:
    """Groups statements by what they are about, whatever their language.

    ``statements`` have distinct ids. ``previous`` maps a topic's id to the ids of its statements in an earlier
    run, so that topics keep their ids. With fewer than :data:`FEWEST` distinct passages nothing is discovered and
    ``run.quality["too_few"]`` says so. Repeated texts form topics once and count fully in sizes.
    """
    began = time.monotonic()
    total = len(statements)
    progress("reading", 0, total)
    languages = [s.language or detect(s.text)[0] for s in statements]
    split = _split(statements, languages)
    progress("reading", total, total)
    firsts: dict[int, _Passage] = {}
    for passage in split:
        firsts.setdefault(passage.distinct, passage)
    distinct = [firsts[number] for number in range(len(firsts))]

    encoder = encoder or Encoder()
    progress("embedding", 0, len(distinct))
    vectors = encoder.encode(
        [p.text for p in distinct],
        [p.language for p in distinct],
        lambda done: progress("embedding", done, len(distinct)),
    )
    progress("grouping", 0, 1)
    concepts = [concepts_of(p.text, p.language) for p in distinct]
    described = frame_vectors(frames, encoder) if frames else None
    grouping = _Grouping(vectors, concepts, described, seed, discovers=not frames_only)
    progress("grouping", 1, 1)

    members = _members(split, grouping)
    ids = _ids(statements, members, grouping, frames, previous or {})
    progress("naming", 0, len(ids))
    topics = _describe(statements, languages, split, distinct, concepts, grouping, members, ids, frames)
    progress("naming", len(ids), len(ids))
    assignments, unassigned, no_content = _place(statements, split, grouping, ids)
    return TopicResult(
        topics=sorted(topics, key=lambda t: -t.size),
        assignments=assignments,
        unassigned=unassigned,
        no_content=no_content,
        run=TopicRun(
            seed=seed,
            documents=total,
            passages=len(split),
            versions=_versions(encoder),
            settings=_settings(len(distinct)),
            seconds=round(time.monotonic() - began, 3),
            quality=_quality(split, distinct, grouping, discovers=not frames_only),
        ),
    )


def _ids(
    statements: Sequence[Statement],
    members: Mapping[int, list[int]],
    grouping: _Grouping,
    frames: Sequence[Frame],
    previous: Mapping[str, set[str]],
) -> list[str]:
    """The id of each group: its frame's, an earlier run's, or the next number, the largest first."""
    found = {number: frame.id for number, frame in enumerate(frames)}
    order = sorted(range(grouping.frames, grouping.count), key=lambda g: -len(members[g]))
    groups = [{statements[i].id for i in members[g]} for g in order]
    found |= dict(zip(order, keep_ids(groups, previous, set(found.values())), strict=True))
    return [found[group] for group in range(grouping.count)]


def _members(split: Sequence[_Passage], grouping: _Grouping) -> dict[int, list[int]]:
    """For each group the places of its statements, each once, in order."""
    members: dict[int, dict[int, None]] = defaultdict(dict)
    for passage in split:
        members[int(grouping.groups[passage.distinct])][passage.statement] = None
    return {group: list(found) for group, found in members.items()} | {
        group: [] for group in range(grouping.count) if group not in members
    }


def _describe(
    statements: Sequence[Statement],
    languages: Sequence[str],
    split: Sequence[_Passage],
    distinct: Sequence[_Passage],
    concepts: Sequence[Sequence[Concept]],
    grouping: _Grouping,
    members: Mapping[int, list[int]],
    ids: Sequence[str],
    frames: Sequence[Frame],
) -> list[Topic]:
    names = Names(concepts)
    by_group = [
        [concepts[int(i)] for i in np.flatnonzero(grouping.groups == g)] for g in range(grouping.count)
    ]
    terms = [terms_for(ranked, names) for ranked in ranked_concepts(by_group)] if by_group else []
    fallbacks = [BilingualText(name, name) for name in ids]
    labels = labels_for(terms, fallbacks)
    for number, frame in enumerate(frames):
        labels[number] = BilingualText(frame.cy or labels[number].cy, frame.en or labels[number].en)
        if not terms[number].cy:  # an empty frame is named by its description alone
            terms[number] = BilingualTerms([labels[number].cy], [labels[number].en])
    topics: list[Topic] = []
    for group, name in enumerate(ids):
        spoken = Counter(languages[i] for i in members[group])
        by_language = {language: spoken.get(language, 0) for language in ("cy", "en", "mixed")}
        if spoken.get("other"):
            by_language["other"] = spoken["other"]
        examples = _examples(statements, languages, split, grouping, group)
        topics.append(Topic(name, labels[group], terms[group], len(members[group]), by_language, examples))
    return topics


def _examples(
    statements: Sequence[Statement],
    languages: Sequence[str],
    split: Sequence[_Passage],
    grouping: _Grouping,
    group: int,
) -> list[str]:
    """Ids of the statements nearest the middle, no text twice, a third kept for each language that is there."""
    inside = [p for p in split if grouping.groups[p.distinct] == group]
    inside.sort(key=lambda p: (-round(float(grouping.strengths[p.distinct]), 6), p.statement))
    seen: set[int] = set()
    ranked: list[int] = []
    for passage in inside:
        if passage.distinct not in seen and passage.statement not in ranked[:50]:
            ranked.append(passage.statement)
        seen.add(passage.distinct)
    kept: list[int] = []
    for language in ("cy", "en"):
        kept += [i for i in ranked if languages[i] == language and i not in kept][: EXAMPLES // 3]
    kept += [i for i in ranked if i not in kept][: EXAMPLES - len(kept)]
    order = {statement: place for place, statement in reversed(list(enumerate(ranked)))}
    return [statements[i].id for i in sorted(kept, key=lambda i: order[i])]


def _place(
    statements: Sequence[Statement], split: Sequence[_Passage], grouping: _Grouping, ids: Sequence[str]
) -> tuple[list[Assignment], list[str], list[str]]:
    by_statement: dict[int, list[PassageTopics]] = defaultdict(list)
    for passage in split:
        group = int(grouping.groups[passage.distinct])
        strength = round(float(grouping.strengths[passage.distinct]), 4)
        found = [TopicStrength(ids[group], strength)] if group >= 0 else []
        by_statement[passage.statement].append(PassageTopics(passage.start, passage.end, found))
    assignments: list[Assignment] = []
    unassigned: list[str] = []
    no_content: list[str] = []
    for number, statement in enumerate(statements):
        found_passages = by_statement.get(number)
        if not found_passages:
            no_content.append(statement.id)
        elif any(p.topics for p in found_passages):
            assignments.append(Assignment(statement.id, found_passages))
        else:
            unassigned.append(statement.id)
    return assignments, unassigned, no_content


def _versions(encoder: Encoder) -> dict[str, str]:
    packages = ("bertopic", "scikit-learn", "scikit-network", "numpy", "onnxruntime", "simplemma")
    return {"embedding": encoder.version} | {name: version(name) for name in packages}


def _settings(distinct: int) -> dict[str, Any]:
    return {
        "components": COMPONENTS,
        "neighbours": neighbours_for(distinct),
        "resolution": resolution_for(distinct),
        "smallest_topic": smallest_for(distinct),
        "fewest_passages": FEWEST,
        "far": FAR,
        "frame_floor": FLOOR,
        "frame_margin": MARGIN,
    }


def _quality(
    split: Sequence[_Passage], distinct: Sequence[_Passage], grouping: _Grouping, *, discovers: bool
) -> dict[str, Any]:
    placed = [
        i for i in range(len(distinct)) if grouping.groups[i] >= 0 and distinct[i].language in ("cy", "en")
    ]
    groups = [int(grouping.groups[i]) for i in placed]
    language_nmi = (
        float(normalized_mutual_info_score([distinct[i].language for i in placed], groups)) if placed else 0.0
    )
    inside = grouping.groups >= 0
    return {
        "too_few": bool(discovers and grouping.too_few),
        "distinct_passages": len(distinct),
        "language_nmi": round(language_nmi, 4),
        "mean_strength": round(float(grouping.strengths[inside].mean()), 4) if inside.any() else 0.0,
        "passages_unassigned": sum(1 for p in split if grouping.groups[p.distinct] < 0),
    }
