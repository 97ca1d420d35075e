"""Keeping a topic's id from one run to the next, so that what people said about it stays with it."""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

SHARE = 0.3  # of the statements both runs grouped, fewer than this is another topic


def keep_ids(groups: Sequence[set[str]], previous: Mapping[str, set[str]], reserved: set[str]) -> list[str]:
    """An id for each group of statement ids: the old one where most of the same statements are together.

    Old and new are matched one to one so that the overlap (intersection over union among statements grouped in
    both runs) is greatest. New topics take the next free number after every id seen, so that none is reused.
    """
    used = [int(name[1:]) for name in {*previous, *reserved} if name[:1] == "t" and name[1:].isdigit()]
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
            kept = f"t{number}"
        named.append(kept)
    return named
