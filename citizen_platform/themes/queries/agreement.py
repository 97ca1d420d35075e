"""How far two coders agree: pure functions on what each put every statement under. No database, no numpy.

A coder is a list of sets of themes, one set for each statement, all coders in the same order; an empty set is "none".

* Cohen's kappa for one theme: J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological
  Measurement 20 (1960), 37-46.
* Over all themes, pooled kappa: the means of observed and of expected agreement first, then kappa, which stays calm
  where a single theme is rare: H. de Vries, M. N. Elliott, D. E. Kanouse, S. S. Teleki, "Using pooled kappa to
  summarize interrater agreement across many items", Field Methods 20 (2008), 272-282.
* F1, samples-averaged (Dice's coefficient of the two sets of each statement, then the mean) with a percentile bootstrap
  over statements: B. Efron, R. J. Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 13.
"""

from __future__ import annotations

import random
from collections.abc import Hashable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

RESAMPLES = 1_000
"""Resamples of a bootstrap interval."""

LEVEL = 0.95
"""How much of the resamples an interval holds."""

FEW_ITEMS = 30
"""With fewer statements than this no figure is given."""

Sets = Sequence[AbstractSet[Hashable]]


def observed_and_expected(one: Sequence[bool], other: Sequence[bool]) -> tuple[float, float]:
    """The share of statements on which two coders say the same, and the share expected by chance."""
    count = len(one)
    if not count or count != len(other):
        raise ValueError("two coders need the same statements, at least one")
    same = sum(a == b for a, b in zip(one, other, strict=True)) / count
    first, second = sum(one) / count, sum(other) / count
    return same, first * second + (1 - first) * (1 - second)


def kappa(one: Sequence[bool], other: Sequence[bool]) -> float | None:
    """Cohen's kappa of two coders on one yes-or-no question; None where both always said the same one thing."""
    same, chance = observed_and_expected(one, other)
    return None if chance == 1 else (same - chance) / (1 - chance)


def kappa_of(theme: Hashable, one: Sets, other: Sets) -> float | None:
    """Cohen's kappa on whether a statement belongs to a theme."""
    return kappa([theme in row for row in one], [theme in row for row in other])


def pooled_kappa(themes: Sequence[Hashable], one: Sets, other: Sets) -> float | None:
    """One kappa over all themes; None where there is nothing to disagree about."""
    parts = [
        observed_and_expected([theme in row for row in one], [theme in row for row in other])
        for theme in themes
    ]
    if not parts:
        return None
    same, chance = (sum(part[place] for part in parts) / len(parts) for place in (0, 1))
    return None if chance == 1 else (same - chance) / (1 - chance)


def f1(one: AbstractSet[Hashable], other: AbstractSet[Hashable]) -> float:
    """F1 of two sets for one statement; two empty sets agree wholly."""
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 1.0


def samples_f1(one: Sets, other: Sets) -> float:
    """The mean of :func:`f1` over statements. The same whichever coder comes first."""
    if not one or len(one) != len(other):
        raise ValueError("two coders need the same statements, at least one")
    return sum(f1(a, b) for a, b in zip(one, other, strict=True)) / len(one)


def interval(values: Sequence[float], *, seed: int, resamples: int = RESAMPLES) -> tuple[float, float]:
    """A percentile bootstrap interval for the mean of the values; the same seed gives the same interval."""
    if not values:
        raise ValueError("nothing to resample")
    chance, count = random.Random(seed), len(values)
    means = sorted(sum(chance.choices(values, k=count)) / count for _resample in range(resamples))
    tail = (1 - LEVEL) / 2
    return means[int(tail * (resamples - 1))], means[-1 - int(tail * (resamples - 1))]


@dataclass(frozen=True)
class Agreement:
    """How far two coders agree on the same statements.

    ``same`` statements were put under exactly the same themes; ``kappas`` is by theme; F1 is from ``low`` to ``high``.
    """

    statements: int
    same: int
    kappa: float | None
    kappas: dict[Hashable, float | None]
    f1: float
    low: float
    high: float

    @property
    def is_small(self) -> bool:
        """Too few statements to say anything."""
        return self.statements < FEW_ITEMS


def agreement(themes: Sequence[Hashable], one: Sets, other: Sets, *, seed: int) -> Agreement:
    """Everything that is said of two coders."""
    values = [f1(a, b) for a, b in zip(one, other, strict=True)]
    low, high = interval(values, seed=seed)
    return Agreement(
        statements=len(values),
        same=sum(a == b for a, b in zip(one, other, strict=True)),
        kappa=pooled_kappa(themes, one, other),
        kappas={theme: kappa_of(theme, one, other) for theme in themes},
        f1=samples_f1(one, other),
        low=low,
        high=high,
    )
