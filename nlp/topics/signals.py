"""Topics that some speak of more than others: by language, place, door or group."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from scipy.stats import binom

from nlp.contract import Signal

_CHANCE = 0.01  # shared among all that is tried
_TIMES = 1.5  # as often as expected, at least
_FEWEST = 3  # statements
MOST = 6


def signals(groups: Sequence[Sequence[int]], tags: Mapping[str, Sequence[str | None]]) -> list[list[Signal]]:
    """For each group of statements (by place) what is said of it more often than chance, the strongest first.

    ``tags`` holds for each way to tell people apart ("language", "place") the value of every statement, None
    where it is not known.
    """
    everywhere = {by: Counter(value for value in values if value) for by, values in tags.items()}
    tried = max(1, len(groups) * sum(len(counts) for counts in everywhere.values()))
    answer: list[list[Signal]] = []
    for members in groups:
        found: list[tuple[float, Signal]] = []
        for by, values in tags.items():
            inside = Counter(values[i] for i in members if values[i])
            known, total = sum(inside.values()), sum(everywhere[by].values())
            for value, count in inside.items():
                expected = everywhere[by][value or ""] / total
                share = count / known
                if count < _FEWEST or share < _TIMES * expected or expected == 1:
                    continue
                chance = float(binom.sf(count - 1, known, expected))
                if chance * tried < _CHANCE:
                    found.append((share / expected, Signal(by, value or "", round(share, 4),
                                  round(expected, 4), count)))  # fmt: skip
        found.sort(key=lambda pair: (-pair[0], pair[1].by, pair[1].value))
        answer.append([signal for _, signal in found[:MOST]])
    return answer


def tags_of(languages: Sequence[str], groups: Sequence[Mapping[str, str]]) -> dict[str, list[str | None]]:
    """The values of every statement for "language" and each name of a group."""
    tags: dict[str, list[str | None]] = defaultdict(lambda: [None] * len(languages))
    tags["language"] = [language if language != "other" else None for language in languages]
    for place, group in enumerate(groups):
        for name, value in group.items():
            if name != "language":
                tags[name][place] = value
    return dict(tags)
