"""Keeping a topic's id from one run to the next, so that what people said about it stays with it."""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from nlp.contract import Change

SHARE = 0.3  # of the statements both runs grouped, fewer than this is another topic
_GREW = 1.25  # times the size it had
_PIECE = 0.25  # of an old topic: two new ones with at least this much each have split it
_MOST = 0.5  # of an old topic: a new one with this much of two old ones has merged them


def keep_ids(
    groups: Sequence[set[str]], previous: Mapping[str, set[str]], reserved: set[str], prefix: str = "t"
) -> list[str]:
    """An id for each group of statement ids: the old one where most of the same statements are together.

    Old and new are matched one to one so that the overlap (intersection over union among statements grouped in
    both runs) is greatest. New topics take the next free number after every id seen, so that none is reused.
    """
    at = len(prefix)
    used = [int(n[at:]) for n in {*previous, *reserved} if n.startswith(prefix) and n[at:].isdecimal()]
    found: list[str | None] = [None] * len(groups)
    old = sorted(name for name in previous if name not in reserved)
    if old and groups:
        grouped_before = set().union(*previous.values())
        grouped_now = set().union(*groups)
        overlap = np.zeros((len(groups), len(old)))
        for row, group in enumerate(groups):
            for column, name in enumerate(old):
                now, before = group & grouped_before, previous[name] & grouped_now
                together = len(now | before)
                overlap[row, column] = len(now & before) / together if together else 0.0
        for row, column in zip(*linear_sum_assignment(-overlap), strict=True):
            if overlap[row, column] >= SHARE:
                found[int(row)] = old[int(column)]
    number = max(used, default=0)
    named: list[str] = []
    for kept in found:
        if kept is None:
            number += 1
            kept = f"{prefix}{number}"
        named.append(kept)
    return named


def changes(
    names: Sequence[str], groups: Sequence[set[str]], previous: Mapping[str, set[str]]
) -> list[Change]:
    """What became of each topic since ``previous``: new, kept, grew, split or merged.

    Shares are of the old topic's statements that are grouped now. "split": most of the topic was one topic with
    another; "merged": it holds most of several.
    """
    now = set().union(*groups) if groups else set()
    shares: list[dict[str, float]] = []
    for group in groups:
        found: dict[str, float] = {}
        for old, before in previous.items():
            left = before & now
            if left and group & left:
                found[old] = len(group & left) / len(left)
        shares.append(found)
    pieces: dict[str, int] = {}
    for found in shares:
        for old, share in found.items():
            pieces[old] = pieces.get(old, 0) + (share >= _PIECE)
    answer: list[Change] = []
    for name, group, found in zip(names, groups, shares, strict=True):
        was = len(previous[name]) if name in previous else None
        swallowed = sorted(old for old, share in found.items() if share >= _MOST)
        torn = sorted(old for old, share in found.items() if share >= _PIECE and pieces[old] > 1)
        if len(swallowed) > 1:
            answer.append(Change("merged", was, swallowed))
        elif torn:
            answer.append(Change("split", was, torn))
        elif was is None:
            answer.append(Change("new", None, []))
        else:
            answer.append(Change("grew" if len(group) >= _GREW * was else "kept", was, [name]))
    return answer
