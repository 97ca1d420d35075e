"""Agreement against published examples, and against scikit-learn where it computes the same."""

from __future__ import annotations

import random

import pytest
from sklearn.metrics import cohen_kappa_score, f1_score

from citizen_platform.themes.queries import agreement as sums


def ratings(yes_yes: int, yes_no: int, no_yes: int, no_no: int) -> tuple[list[bool], list[bool]]:
    """Two coders from a table of two by two."""
    pairs = (
        [(True, True)] * yes_yes
        + [(True, False)] * yes_no
        + [(False, True)] * no_yes
        + [(False, False)] * no_no
    )
    return [one for one, _other in pairs], [other for _one, other in pairs]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ((20, 5, 10, 15), 0.4),  # Wikipedia, "Cohen's kappa", simple example: 50 grant applications
        ((45, 15, 25, 15), 0.1304),  # the same article, same percentage agreement but different numbers
        ((25, 35, 5, 35), 0.2593),  # the same
        (
            (12, 2, 4, 2),
            0.2105,
        ),  # easycalculation.com, "Learn Cohen's kappa index value": 20 patients, two doctors
    ],
)
def test_kappa_is_that_of_published_examples(table: tuple[int, int, int, int], expected: float) -> None:
    one, other = ratings(*table)
    assert sums.kappa(one, other) == pytest.approx(expected, abs=5e-5)
    assert sums.kappa(other, one) == sums.kappa(one, other)


def test_kappa_has_nothing_to_say_where_nobody_differs() -> None:
    assert sums.kappa([False] * 9, [False] * 9) is None
    assert sums.kappa([True, False], [True, False]) == 1
    assert sums.kappa([True, False], [False, True]) == -1
    with pytest.raises(ValueError, match="same statements"):
        sums.kappa([True], [])


def test_pooled_kappa_takes_the_means_first() -> None:
    """By hand, as de Vries and others define it: (mean observed - mean expected) / (1 - mean expected)."""
    one = [{"a"}] * 25 + [set()] * 25
    other = [{"a"}] * 20 + [set()] * 5 + [{"a"}] * 10 + [set()] * 15
    assert sums.pooled_kappa(["a"], one, other) == pytest.approx(0.4)
    both_one = [row | {"b"} for row in one]
    both_other = [row | ({"b"} if place < 49 else set()) for place, row in enumerate(other)]
    same, chance = (0.7 + 0.98) / 2, (0.5 + 0.98) / 2
    assert sums.pooled_kappa(["a", "b"], both_one, both_other) == pytest.approx(
        (same - chance) / (1 - chance)
    )


def drawn(seed: int, count: int = 120) -> tuple[list[set[str]], list[set[str]]]:
    chance = random.Random(seed)
    one = [{theme for theme in "abcd" if chance.random() < 0.3} for _row in range(count)]
    return one, [row ^ {theme for theme in "abcd" if chance.random() < 0.1} for row in one]


def test_f1_and_kappa_are_those_of_scikit_learn() -> None:
    one, other = drawn(3)
    table_one, table_other = ([[theme in row for theme in "abcd"] for row in rows] for rows in (one, other))
    expected = f1_score(table_one, table_other, average="samples", zero_division=1.0)
    assert sums.samples_f1(one, other) == pytest.approx(expected)
    for place, theme in enumerate("abcd"):
        columns = ([row[place] for row in table] for table in (table_one, table_other))
        assert sums.kappa_of(theme, one, other) == pytest.approx(cohen_kappa_score(*columns))


def test_f1_of_single_statements() -> None:
    assert sums.f1(set(), set()) == 1
    assert sums.f1({"a"}, set()) == 0
    assert sums.f1({"a", "b"}, {"b", "c"}) == 0.5


def test_the_interval_is_the_same_for_a_seed_and_holds_the_mean() -> None:
    one, other = drawn(5)
    values = [sums.f1(a, b) for a, b in zip(one, other, strict=True)]
    low, high = sums.interval(values, seed=1)
    assert (low, high) == sums.interval(values, seed=1) != sums.interval(values, seed=2)
    mean = sum(values) / len(values)
    deviation = (sum((value - mean) ** 2 for value in values) / len(values)) ** 0.5 / len(values) ** 0.5
    assert low < mean < high
    assert (high - low) == pytest.approx(2 * 1.96 * deviation, rel=0.15)


def test_few_statements_say_so() -> None:
    one, other = drawn(1, 29)
    assert sums.agreement("abcd", one, other, seed=1).is_small
    one, other = drawn(1, 30)
    found = sums.agreement("abcd", one, other, seed=1)
    assert not found.is_small and found.low <= found.f1 <= found.high
    assert found.same == sum(a == b for a, b in zip(one, other, strict=True))
