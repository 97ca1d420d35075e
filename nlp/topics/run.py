"""A topic run from statements to result."""

import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from typing import Any

from sklearn.metrics import normalized_mutual_info_score

from nlp.campaigns import find_campaigns
from nlp.contract import (
    Assignment,
    Frame,
    PassageTopics,
    Statement,
    TopicResult,
    TopicRun,
    TopicStrength,
)
from nlp.embedding.encoder import Encoder
from nlp.topics.clustering import COMPONENTS, RESAMPLES, neighbours_for, resolution_for, smallest_for
from nlp.topics.concepts import concepts_of
from nlp.topics.describe import Members, describe, ids_of
from nlp.topics.framing import CEILING, FLOOR, MARGIN, frame_vectors
from nlp.topics.gather import Gathered, gather
from nlp.topics.grouping import FAR, FEWEST, LARGE, Grouping, group
from nlp.topics.signals import tags_of
from nlp.vectors import rounded

Progress = Callable[[str, int, int], None]


def _silent(stage: str, done: int, total: int) -> None:
    return None


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
    ``run.quality["too_few"]`` says so. Repeated texts and the copies of a campaign form topics once and count
    fully in sizes. Progress stages: reading, embedding, grouping, naming.
    """
    began = time.monotonic()
    total = len(statements)
    progress("reading", 0, total)
    campaigns = find_campaigns(statements)
    encoder = encoder or Encoder()
    progress("reading", total, total)
    gathered = gather(statements, encoder, campaigns, lambda done, whole: progress("embedding", done, whole))
    concepts = [concepts_of(p.text, p.language) for p in gathered.distinct]
    described = rounded(frame_vectors(frames, encoder)) if frames else None
    grouping = group(
        gathered.vectors,
        concepts,
        described,
        seed,
        discovers=not frames_only,
        tags=_tags(statements, gathered),
        progress=lambda done, whole: progress("grouping", done, whole),
    )
    members = Members(gathered, grouping)
    ids = ids_of(statements, grouping, members, frames, previous or {})
    progress("naming", 0, len(ids))
    topics = describe(statements, gathered, concepts, grouping, members, ids, frames, previous)
    progress("naming", len(ids), len(ids))
    assignments, unassigned, no_content = _place(statements, gathered, grouping, ids)
    return TopicResult(
        topics=topics,
        assignments=assignments,
        unassigned=unassigned,
        no_content=no_content,
        run=TopicRun(
            seed=seed,
            documents=total,
            passages=len(gathered.passages),
            versions=_versions(encoder),
            settings=_settings(len(gathered.distinct)),
            seconds=round(time.monotonic() - began, 3),
            quality=_quality(gathered, grouping, unassigned, no_content, discovers=not frames_only),
        ),
        campaigns=campaigns,
    )


def _tags(statements: Sequence[Statement], gathered: Gathered) -> dict[str, list[str | None]]:
    """Who spoke each distinct passage first."""
    every = tags_of(gathered.languages, [statement.group for statement in statements])
    return {by: [values[p.statement] for p in gathered.distinct] for by, values in every.items()}


def _place(
    statements: Sequence[Statement], gathered: Gathered, grouping: Grouping, ids: Sequence[str]
) -> tuple[list[Assignment], list[str], list[str]]:
    by_statement: dict[int, list[PassageTopics]] = defaultdict(list)
    for passage in gathered.passages:
        found = [TopicStrength(ids[g], round(strength, 4)) for g, strength in grouping.of[passage.distinct]]
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
        "large_topic": LARGE,
        "resamples": RESAMPLES,
        "frame_floor": FLOOR,
        "frame_ceiling": CEILING,
        "frame_margin": MARGIN,
    }


def _quality(
    gathered: Gathered,
    grouping: Grouping,
    unassigned: Sequence[str],
    no_content: Sequence[str],
    *,
    discovers: bool,
) -> dict[str, Any]:
    placed = [
        (found[0][0], passage.language, found[0][1])
        for found, passage in zip(grouping.of, gathered.distinct, strict=True)
        if found
    ]
    plain = [(g, language) for g, language, _ in placed if language in ("cy", "en")]
    nmi = normalized_mutual_info_score([lang for _, lang in plain], [g for g, _ in plain]) if plain else 0.0
    passages = [grouping.of[p.distinct] for p in gathered.passages]
    with_content = len(gathered.languages) - len(no_content)
    return {
        "too_few": bool(discovers and grouping.too_few),
        "distinct_passages": len(gathered.distinct),
        "embedded": gathered.embedded,
        "language_nmi": round(float(nmi), 4),
        "mean_strength": round(sum(s for _, _, s in placed) / len(placed), 4) if placed else 0.0,
        "stability": grouping.stability,
        "passages_unassigned": sum(1 for found in passages if not found),
        "unassigned_share": round(len(unassigned) / with_content, 4) if with_content else 0.0,
        "overlap": _overlap(grouping, passages),
    }


def _overlap(grouping: Grouping, passages: Sequence[Sequence[tuple[int, float]]]) -> float:
    """The share of grouped passages that belong to more than one topic, parts not counted."""
    tops = [sum(grouping.groups[g].parent is None for g, _ in found) for found in passages if found]
    return round(sum(n > 1 for n in tops) / len(tops), 4) if tops else 0.0
