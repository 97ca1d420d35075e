"""Groups of passages to topics a person can read: names, examples, stance, signals, what changed."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from nlp.contract import BilingualTerms, BilingualText, Change, Frame, Nearest, Statement, Topic
from nlp.topics.concepts import Concept, Names
from nlp.topics.continuity import changes, keep_ids
from nlp.topics.gather import Gathered
from nlp.topics.grouping import Grouping
from nlp.topics.labels import labels_for, ranked_concepts, terms_for
from nlp.topics.signals import signals, tags_of
from nlp.vectors import pack

EXAMPLES = 6
FARTHEST = 6


class Members:
    """Who is in each group: statements by place, and passages with their strengths."""

    def __init__(self, gathered: Gathered, grouping: Grouping) -> None:
        self.distinct: dict[int, list[int]] = defaultdict(list)
        for place, found in enumerate(grouping.of):
            for group, _ in found:
                self.distinct[group].append(place)
        self.passages: dict[int, list[tuple[int, float]]] = defaultdict(list)
        seen: dict[int, dict[int, None]] = defaultdict(dict)
        for place, passage in enumerate(gathered.passages):
            for group, strength in grouping.of[passage.distinct]:
                self.passages[group].append((place, strength))
                seen[group][passage.statement] = None
        self.statements = {group: list(found) for group, found in seen.items()}

    def of(self, group: int) -> list[int]:
        return self.statements.get(group, [])


def ids_of(
    statements: Sequence[Statement],
    grouping: Grouping,
    members: Members,
    frames: Sequence[Frame],
    previous: Mapping[str, set[str]],
) -> list[str]:
    """The id of each group: its frame's, an earlier run's, or the next number, the largest first; a part's starts
    with its topic's."""
    found = {number: frame.id for number, frame in enumerate(frames)}
    tops = [g for g, group in enumerate(grouping.groups) if group.parent is None and not group.framed]
    tops.sort(key=lambda g: -len(members.of(g)))
    sets = {g: {statements[i].id for i in members.of(g)} for g in range(len(grouping.groups))}
    earlier = {name: inside for name, inside in previous.items() if "." not in name}
    found |= dict(zip(tops, keep_ids([sets[g] for g in tops], earlier, set(found.values())), strict=True))
    for g, group in enumerate(grouping.groups):
        if group.children:
            prefix = f"{found[g]}."
            parts = sorted(group.children, key=lambda child: -len(members.of(child)))
            before = {name: inside for name, inside in previous.items() if name.startswith(prefix)}
            found |= dict(zip(parts, keep_ids([sets[p] for p in parts], before, set(), prefix), strict=True))
    return [found[g] for g in range(len(grouping.groups))]


def describe(
    statements: Sequence[Statement],
    gathered: Gathered,
    concepts: Sequence[Sequence[Concept]],
    grouping: Grouping,
    members: Members,
    ids: Sequence[str],
    frames: Sequence[Frame],
    previous: Mapping[str, set[str]] | None,
) -> list[Topic]:
    """Every group as a topic: the largest first, then all parts, the largest first."""
    count = len(grouping.groups)
    terms, labels = _names(concepts, grouping, members, ids, frames)
    found_signals = signals(
        [members.of(g) for g in range(count)],
        tags_of(gathered.languages, [statement.group for statement in statements]),
    )
    sets = [{statements[i].id for i in members.of(g)} for g in range(count)]
    changed = _changes(ids, sets, grouping, previous)
    nearest = _nearest(grouping, ids)
    topics: list[Topic] = []
    for g, group in enumerate(grouping.groups):
        spoken = Counter(gathered.languages[i] for i in members.of(g))
        by_language = {language: spoken.get(language, 0) for language in ("cy", "en", "mixed")}
        if spoken.get("other"):
            by_language["other"] = spoken["other"]
        ranked = _ranked(gathered, members, g)
        typical = _typical(gathered, ranked)
        topics.append(
            Topic(
                id=ids[g],
                label=labels[g],
                terms=terms[g],
                size=len(members.of(g)),
                size_by_language=by_language,
                examples=[statements[i].id for i in typical],
                far=[statements[i].id for i in reversed(ranked) if i not in typical][:FARTHEST],
                parent=None if group.parent is None else ids[group.parent],
                framed=group.framed,
                floor=group.floor,
                stance=_stance(gathered, members, g),
                signals=found_signals[g],
                change=changed[g],
                stability=group.stability,
                nearest=nearest[g],
                middle=pack(group.middle),
            )
        )
    return sorted(topics, key=lambda t: (t.parent is not None, -t.size))


def _names(
    concepts: Sequence[Sequence[Concept]],
    grouping: Grouping,
    members: Members,
    ids: Sequence[str],
    frames: Sequence[Frame],
) -> tuple[list[BilingualTerms], list[BilingualText]]:
    names = Names(concepts)
    count = len(grouping.groups)
    inside = [[concepts[i] for i in members.distinct.get(g, [])] for g in range(count)]
    terms = [BilingualTerms([], []) for _ in range(count)]
    tops = [g for g in range(count) if grouping.groups[g].parent is None]
    for siblings in [tops, *(group.children for group in grouping.groups if group.children)]:
        for g, ranked in zip(siblings, ranked_concepts([inside[g] for g in siblings]), strict=True):
            terms[g] = terms_for(ranked, names)
    labels = labels_for(terms, [BilingualText(name, name) for name in ids])
    for number, frame in enumerate(frames):
        labels[number] = BilingualText(frame.cy or labels[number].cy, frame.en or labels[number].en)
        if not terms[number].cy:  # an empty frame is named by its description alone
            terms[number] = BilingualTerms([labels[number].cy], [labels[number].en])
    return terms, labels


def _ranked(gathered: Gathered, members: Members, group: int) -> list[int]:
    """Statements of a group, nearest its middle first, no text twice."""
    inside = sorted(
        members.passages.get(group, []),
        key=lambda found: (-round(found[1], 6), gathered.passages[found[0]].statement),
    )
    seen: set[int] = set()
    ranked: dict[int, None] = {}
    for place, _ in inside:
        passage = gathered.passages[place]
        if passage.distinct not in seen:
            ranked.setdefault(passage.statement)
        seen.add(passage.distinct)
    return list(ranked)


def _typical(gathered: Gathered, ranked: Sequence[int]) -> list[int]:
    """The first of ``ranked``, a third kept for each language that is there."""
    kept: list[int] = []
    for language in ("cy", "en"):
        of_language = (i for i in ranked if gathered.languages[i] == language)
        kept += [i for i, _ in zip(of_language, range(EXAMPLES // 3), strict=False)]
    for i in ranked:
        if len(kept) >= EXAMPLES:
            break
        if i not in kept:
            kept.append(i)
    order = {statement: place for place, statement in enumerate(ranked)}
    return sorted(kept, key=lambda i: order[i])


def _stance(gathered: Gathered, members: Members, group: int) -> dict[str, int]:
    """Statements for, against and unclear, by what they say in this group's passages."""
    spoken: dict[int, set[str]] = defaultdict(set)
    for place, _ in members.passages.get(group, []):
        passage = gathered.passages[place]
        spoken[passage.statement].add(passage.stance)
    counts = {"for": 0, "against": 0, "unclear": 0}
    for stances in spoken.values():
        plain = stances - {"unclear"}
        counts[plain.pop() if len(plain) == 1 else "unclear"] += 1
    return counts


def _changes(
    ids: Sequence[str],
    sets: Sequence[set[str]],
    grouping: Grouping,
    previous: Mapping[str, set[str]] | None,
) -> list[Change | None]:
    answer: list[Change | None] = [None] * len(ids)
    if previous is None:
        return answer
    for is_part in (False, True):
        places = [g for g, group in enumerate(grouping.groups) if (group.parent is not None) == is_part]
        before = {name: inside for name, inside in previous.items() if ("." in name) == is_part}
        found = changes([ids[g] for g in places], [sets[g] for g in places], before)
        for g, change in zip(places, found, strict=True):
            answer[g] = change
    return answer


def _nearest(grouping: Grouping, ids: Sequence[str]) -> list[Nearest | None]:
    """For each group the nearest of its siblings."""
    answer: list[Nearest | None] = [None] * len(ids)
    if not ids:
        return answer
    middles = np.stack([group.middle for group in grouping.groups])
    likeness = middles @ middles.T
    for g, group in enumerate(grouping.groups):
        others = [h for h, other in enumerate(grouping.groups) if h != g and other.parent == group.parent]
        if others:
            best = max(others, key=lambda h: (round(float(likeness[g, h]), 6), -h))
            answer[g] = Nearest(ids[best], round(float(likeness[g, best]), 4))
    return answer
