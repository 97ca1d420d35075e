"""The picture of what was heard: each theme a head of heather, each dot so many people. Sums only, no words.

Dots lie where sunflower seeds do (H. Vogel, "A better way to construct the sunflower head", Mathematical Biosciences
44, 1979): evenly, however many. A path of points without length, drawn with round ends, is a row of dots.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

WIDTH = 992
COLUMNS = 5
STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000)
MOST_DOTS, MOST_IN_ALL = 220, 900
SPREAD = 5.6
"""Distance of a head's n-th dot from its middle, divided by the root of n."""
TURN = math.pi * (3 - math.sqrt(5))
STEM, LINE, GAP = 22, 23, 34
LETTER = 8.9
"""Width of an average letter of a label."""
SMALLEST = 17


@dataclass(frozen=True)
class Drawn:
    """What is drawn of a theme: its name and number of people in words, the people (None where no number is shown), and
    how many of them wrote in Welsh and in English where that is shown.
    """

    name: str
    words: Sequence[str]
    people: int | None
    welsh: int | None = None
    english: int | None = None
    url: str = ""


@dataclass(frozen=True)
class Head:
    """One theme in the picture. Dots are paths; ``line_height`` apart stand the lines of its label."""

    x: float
    y: float
    radius: float
    ground: float
    solid: str
    hollow: str
    plain: str
    lines: list[tuple[float, str]]
    words: list[tuple[float, str]]
    url: str
    is_unknown: bool


@dataclass(frozen=True)
class Picture:
    """All heads, in rows; each dot is ``per_dot`` people."""

    height: int
    per_dot: int
    heads: list[Head] = field(default_factory=list)
    width: int = WIDTH

    @property
    def has_unknown(self) -> bool:
        """Some theme has no number to show."""
        return any(head.is_unknown for head in self.heads)

    @property
    def has_plain(self) -> bool:
        """Some theme has dots that do not tell a language."""
        return any(head.plain for head in self.heads)

    @property
    def has_languages(self) -> bool:
        """Some theme has dots that tell a language."""
        return any(head.solid or head.hollow for head in self.heads)


def people_per_dot(numbers: Sequence[int]) -> int:
    """The smallest round number of people to a dot with which the picture stays light."""
    for step in STEPS:
        if max(numbers, default=0) <= step * MOST_DOTS and sum(numbers) <= step * MOST_IN_ALL:
            return step
    return STEPS[-1]


def wrapped(text: str, width: int) -> list[str]:
    """Words in lines of at most so many letters; a longer word has a line of its own."""
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def dots(first: int, last: int, mark: str = "h0") -> str:
    """A path of the dots from ``first`` up to, not with, ``last`` of a head around 0, 0."""
    found = []
    for number in range(first, last):
        distance, angle = SPREAD * math.sqrt(number + 0.5), number * TURN
        found.append(f"M{distance * math.cos(angle):.1f} {distance * math.sin(angle):.1f}{mark}")
    return "".join(found)


def picture(themes: Sequence[Drawn]) -> Picture:
    """Lay out the themes in rows, in the order given."""
    per_dot = people_per_dot([theme.people for theme in themes if theme.people])
    columns = max(1, min(COLUMNS, len(themes)))
    if len(themes) % columns == 1 and columns > 3:
        columns -= 1
    cell = WIDTH / columns
    letters = int((min(cell, 250) - 16) / LETTER)
    heads: list[Head] = []
    top = 6.0
    for start in range(0, len(themes), columns):
        row = themes[start : start + columns]
        radii = [radius_of(theme, per_dot) for theme in row]
        ground = top + 2 * max(radii) + STEM
        lowest = ground
        for place, (theme, radius) in enumerate(zip(row, radii, strict=True)):
            names = wrapped(theme.name, letters)
            said = [line for words in theme.words for line in wrapped(words, letters + 3)]
            heights = [ground + 22 + LINE * line for line in range(len(names) + len(said))]
            lowest = max(lowest, heights[-1])
            heads.append(head(theme, per_dot, radius, cell * (place + 0.5), ground, names, said, heights))
        top = lowest + GAP
    return Picture(math.ceil(top - GAP + 12), per_dot, heads)


def radius_of(theme: Drawn, per_dot: int) -> float:
    """How far a head reaches from its middle."""
    if theme.people is None:
        return SMALLEST
    return max(SMALLEST, SPREAD * math.sqrt(number_of_dots(theme.people, per_dot)) + 5)


def number_of_dots(people: int, per_dot: int) -> int:
    """At least one for anybody."""
    return max(1, round(people / per_dot)) if people else 0


def head(
    theme: Drawn,
    per_dot: int,
    radius: float,
    x: float,
    ground: float,
    names: list[str],
    said: list[str],
    heights: list[float],
) -> Head:
    """One theme at its place; Welsh in the heart of the head where the languages are shown."""
    count = number_of_dots(theme.people or 0, per_dot)
    solid = hollow = plain = ""
    if theme.welsh is None and theme.english is None:
        plain = dots(0, count, "l.1 .1")
    else:
        both = (theme.welsh or 0) + (theme.english or 0)
        welsh = round(count * (theme.welsh or 0) / both) if both else 0
        hollow, solid = dots(0, welsh), dots(welsh, count)
    return Head(
        x=round(x, 1),
        y=round(ground - STEM - radius, 1),
        radius=round(radius, 1),
        ground=round(ground, 1),
        solid=solid,
        hollow=hollow,
        plain=plain,
        lines=list(zip((round(height, 1) for height in heights), names, strict=False)),
        words=list(zip((round(height, 1) for height in heights[len(names) :]), said, strict=True)),
        url=theme.url,
        is_unknown=theme.people is None,
    )
