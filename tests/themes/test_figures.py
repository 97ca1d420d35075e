"""Attacks on published numbers: who knows the rule, every table and every total still finds no small number."""

from __future__ import annotations

import itertools
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from scipy.optimize import linprog

from citizen_platform.core.database import CommittingFlask
from citizen_platform.themes import queries
from citizen_platform.themes.queries.figures import OTHER, Split, protect, publish, rounded
from tests.themes.crowd import crowd

SMALL = range(1, 10)


def tables(cells: int, total: int) -> Iterator[tuple[int, ...]]:
    """Every way to part a total among so many cells."""
    if cells == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in tables(cells - 1, total - first):
            yield (first, *rest)


def known(value: int | None, most: int) -> tuple[int, int]:
    """What a published number says of the true one."""
    return (0, most) if value is None else (max(10, value - 2), min(value + 2, most))


def feasible(
    whole: Split, total: int, parts: Mapping[int, Split], totals: Mapping[int, int], *, overlaps: bool
) -> dict[tuple[int, str], tuple[float, float]]:
    """By theme (0 is everybody) and key: the least and the most that a hidden number can be, given all that is shown.

    Each person is in one cell, or with ``overlaps`` in at least one. A theme has no more people in a cell than there are.
    """
    splits, sums = {0: whole, **parts}, {0: total, **totals}
    places = [(part, key) for part, split in splits.items() for key in split]
    at = {place: number for number, place in enumerate(places)}
    bounds = [known(splits[part][key], sums[part]) for part, key in places]
    equal: list[list[float]] = []
    equals: list[float] = []
    less: list[list[float]] = []
    lesser: list[float] = []
    for part, split in splits.items():
        row = [0.0] * len(places)
        for key in split:
            row[at[part, key]] = 1.0
        if overlaps:
            less.append([-value for value in row])
            lesser.append(-sums[part])
        else:
            equal.append(row)
            equals.append(sums[part])
        for key in split if part else ():
            row = [0.0] * len(places)
            row[at[part, key]], row[at[0, key]] = 1.0, -1.0
            less.append(row)
            lesser.append(0)
    found = {}
    for place in places:
        if splits[place[0]][place[1]] is not None:
            continue
        ends = []
        for sign in (1, -1):
            aim = [0.0] * len(places)
            aim[at[place]] = sign
            best = linprog(
                aim,
                A_ub=less or None,
                b_ub=lesser or None,
                A_eq=equal or None,
                b_eq=equals or None,
                bounds=bounds,
            )
            assert best.status == 0, best.message
            ends.append(sign * best.fun)
        found[place] = (round(ends[0], 6), round(ends[1], 6))
    return found


@pytest.mark.parametrize(("cells", "total"), [(2, 11), (2, 20), (2, 43), (3, 24), (3, 45), (4, 26), (4, 31)])
def test_who_knows_the_rule_finds_no_small_number(cells: int, total: int) -> None:
    """Every table there could be is published; none of those with the same result has a small number in common."""
    alike: dict[tuple[int | None, ...], list[tuple[int, ...]]] = defaultdict(list)
    for table in tables(cells, total):
        alike[tuple(protect(dict(zip("abcd", table, strict=False)), total).values())].append(table)
    assert any(all(value is None for value in shown) for shown in alike)
    for shown, behind in alike.items():
        for place, value in enumerate(shown):
            values = {table[place] for table in behind}
            assert value is None or values.isdisjoint(range(10))
            assert len(values) > 1 or values.isdisjoint(SMALL), (shown, behind)


@pytest.mark.parametrize("overlaps", [False, True])
def test_all_tables_together_leave_each_hidden_number_open_from_0_to_9(overlaps: bool) -> None:
    """The audit of P4: random consultations with themes of any size, by linear programming over all that is shown."""
    chance, hidden = random.Random(7), 0
    for _case in range(60):
        keys = "abc"[: chance.choice((2, 3))]
        weights = [chance.choice((1, 1, 3, 10)) for _key in keys]
        people = [chance.choices(keys, weights)[0] for _person in range(chance.randrange(12, 160))]
        both = [chance.random() < 0.1 for _person in people] if overlaps else [False] * len(people)

        def cells(
            inside: list[int], keys: str = keys, people: Any = people, both: Any = both
        ) -> dict[str, int]:
            return {key: sum(people[one] == key or both[one] for one in inside) for key in keys}

        everybody = list(range(len(people)))
        themes = {
            number: sorted(chance.sample(everybody, chance.randrange(1, len(everybody))))
            for number in (1, 2, 3)
        }
        totals = {number: len(inside) for number, inside in themes.items()}
        true = {number: cells(inside) for number, inside in themes.items()}
        whole, parts = publish(cells(everybody), len(people), true, totals)
        true[0] = cells(everybody)
        large = {number: split for number, split in parts.items() if totals[number] >= 10}
        for place, (least, most) in feasible(whole, len(people), large, totals, overlaps=overlaps).items():
            if true[place[0]][place[1]] >= 10:
                continue
            hidden += 1
            assert least <= 0 and most >= 9, (place, least, most, whole, parts, totals)
    assert hidden > 100


def test_rounding_goes_to_the_nearest_five() -> None:
    assert [rounded(number) for number in (10, 12, 13, 17, 18, 22, 23)] == [10, 10, 15, 15, 20, 20, 25]


def test_nothing_is_split_of_fewer_than_ten() -> None:
    assert protect({"cy": 9, "en": 0}, 9) == {"cy": None, "en": None}


def test_a_hidden_number_takes_another_with_it() -> None:
    assert protect({"cy": 3, "en": 60}, 63) == {"cy": None, "en": None}
    assert protect({"other": 2, "paper": 12, "web": 70}, 84) == {"other": None, "paper": None, "web": 70}
    assert protect({"cy": 13, "en": 60}, 73) == {"cy": 15, "en": 60}


def table_of(page: str) -> dict[str, int | None]:
    """The numbers of the page's table, by theme."""
    body = page.partition("The same as a table")[2].partition("</table>")[0]
    rows = re.findall(
        r"<tr><th scope=\"row\">([^<]+)</th><td class=\"num\">([^<]+)</td>", re.sub(r">\s+<", "><", body)
    )
    return {name: int(number) if number.isdigit() else None for name, number in rows}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_pair_of_published_filters_gives_a_small_number_away(
    app: CommittingFlask, client: Any, seed: int
) -> None:
    """P5: every filter the page offers, every pair of them, and the exact totals."""
    about, _rows, made, _by = crowd(130, seed=seed, themes=(0.6, 0.25, 0.1))
    address = f"/en/consultations/{about.reference}/what-we-heard"
    page = client.get(address).text
    offered = sorted(set(re.findall(r"only=([a-z0-9-]+)", page)))
    assert {"language-cy", "language-en"} <= set(offered)
    numbers = {only: table_of(client.get(f"{address}?only={only}").text) for only in offered}
    exact = table_of(page)
    figures = queries.published(about.id)
    for theme in made:
        name, total = theme.name.en, exact[theme.name.en]
        if total is None:
            assert all(found[name] is None for found in numbers.values())
            continue
        for dimension in ("language", "door"):
            split = figures.themes[theme.id].split(dimension)
            for key, value in split.items():
                if f"{dimension}-{key}" in numbers:
                    assert numbers[f"{dimension}-{key}"][name] == value
            filters = [key for key in split if f"{dimension}-{key}" in numbers]
            for pair in itertools.combinations([*filters, None], 2):
                seen: Split = {
                    key: split[key] if key in pair and f"{dimension}-{key}" in numbers else None
                    for key in split
                }
                found = feasible(
                    dict.fromkeys(split), 130, {1: seen}, {1: total}, overlaps=dimension == "language"
                )
                for (part, key), (least, most) in found.items():
                    assert not (part and least == most and least in SMALL), (name, pair, key)
        for one, other in itertools.combinations(offered, 2):
            first, second = numbers[one][name], numbers[other][name]
            assert (first is None or first >= 10) and (second is None or second >= 10)


def test_two_filters_at_once_are_not_answered(app: CommittingFlask, client: Any) -> None:
    about, *_rest = crowd(60, welsh=0.4)
    address = f"/en/consultations/{about.reference}/what-we-heard"
    one = client.get(f"{address}?only=language-cy").text
    assert table_of(client.get(f"{address}?only=language-cy&only=door-web").text) == table_of(one)
    everything = table_of(client.get(address).text)
    for refused in ("door-phone", "language-mixed", "nonsense", "language-"):
        assert table_of(client.get(f"{address}?only={refused}").text) == everything


def test_every_page_tells_the_same_rounded_number(app: CommittingFlask, client: Any) -> None:
    about, _rows, made, _by = crowd(120, welsh=0.4)
    figures = queries.published(about.id).themes[made[0].id]
    assert figures.has_languages
    address = f"/en/consultations/{about.reference}/what-we-heard"
    words = f"about {figures.languages['cy']} people"
    assert words in client.get(f"{address}/1").text
    assert words in client.get(f"{address}?only=language-cy").text


def test_a_door_that_few_used_goes_among_the_others(app: CommittingFlask) -> None:
    about, *_rest = crowd(120, paper=0.2)
    doors = queries.published(about.id).everybody.doors
    assert "phone" not in doors and OTHER in doors
    assert doors["web"] is not None


def test_the_number_of_queries_does_not_grow_with_the_themes(app: CommittingFlask) -> None:
    from sqlalchemy import event

    from citizen_platform.core.database import db

    counted = []
    for shares in ((0.5,), (0.5, 0.4, 0.3, 0.2)):
        about, *_rest = crowd(30, themes=shares)
        said: list[str] = []

        def listen(*given: Any, said: list[str] = said) -> None:
            said.append(given[2])

        event.listen(db.engine, "before_cursor_execute", listen)
        queries.published(about.id)
        event.remove(db.engine, "before_cursor_execute", listen)
        counted.append(len(said))
    assert counted[0] == counted[1] <= 12
