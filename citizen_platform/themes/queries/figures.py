"""Numbers about people that the public sees: what is shown, what is rounded, what is not shown, and why.

The rule, the same on every page that shows a theme to the public:

1. **What came in adds up to the unit.** Statements received, in a theme, read by a person, without content and not
   yet read are exact and their sum is what was received (requirement C4). They tell what became of words, not who
   wrote them.
2. **A theme's people and statements are exact from ten people on.** Below ten it is "fewer than 10" and neither
   number is given (requirement P4). These totals cross a theme with nothing else about a person.
3. **Every split of those totals** by language, by the door the words came through, by question or by stance counts
   people, is rounded to the nearest 5 and shows no number below 10; nought counts as below 10 (P4). Where a number is
   not shown, others are not shown either until at least two are hidden and hide at least ten people between them: who
   subtracts what is shown from the exact total finds only a sum that leaves each hidden number anything from 0 to 9,
   or more. All hidden numbers look the same. (Primary and secondary suppression with rounding: A. Hundepool and
   others, Handbook on Statistical Disclosure Control, chapter 5, "Frequency tables".)
4. **One filter at a time**, so that each published table has one dimension and two of them share nothing but the exact
   total (P5). A language is one of two groups; a door with fewer than ten people goes among "other ways".
5. **The same cell is the same number everywhere** (P6): all pages take it from here. Rounded numbers need not add up.

Who can say how somebody would attack this should look at ``tests/themes/test_figures.py``, which does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, case, distinct, func, literal, or_, select

from citizen_platform.consultations.models import Question
from citizen_platform.contributions.models import Contribution, TextLanguage
from citizen_platform.core.database import session
from citizen_platform.themes.models import Theme, ThemePassage
from citizen_platform.themes.queries.themes import FEW

BASE = 5
"""Rounded numbers are multiples of this."""

OTHER = "other"
"""Key of the doors that fewer than ten people used, and of statements that answer no question."""

DIMENSIONS = ("language", "door", "question")
"""What the public can filter by."""

Cells = Mapping[str, int]
Split = dict[str, int | None]
"""A published split: by key a rounded number of people, or None where none is shown."""


def rounded(number: int) -> int:
    """To the nearest multiple of :data:`BASE`."""
    return BASE * ((number + BASE // 2) // BASE)


@dataclass(frozen=True)
class Room:
    """What a reader knows, from the split of everybody, to fit into the cells of a theme: ``shown`` is what that split
    shows, of ``total`` people.
    """

    shown: Cells
    total: int

    def for_all(self, keys: Iterable[str]) -> int:
        """The most that fits into these cells together."""
        wanted = set(keys)
        outside = sum(max(FEW, number - 2) for key, number in self.shown.items() if key not in wanted)
        if not wanted <= self.shown.keys():
            return self.total - outside
        return min(self.total - outside, sum(self.shown[key] + 2 for key in wanted))


def protect(cells: Cells, total: int, room: Room | None = None, hide: Iterable[str] = ()) -> Split:
    """A split of ``total`` people as it may be published; ``hide`` is what the split of everybody does not show either.

    What is hidden besides the small numbers is taken in the order of ``cells``, never by size: an order by size
    would tell a reader who knows the rule how large they are.
    """
    if total < FEW:
        return dict.fromkeys(cells)
    hidden = {key for key, number in cells.items() if number < FEW or key in set(hide)}
    for key in cells:
        if is_safe(cells, hidden, total, room):
            break
        hidden.add(key)
    return {key: None if key in hidden else rounded(number) for key, number in cells.items()}


def is_safe(cells: Cells, hidden: set[str], total: int, room: Room | None) -> bool:
    """True when each small number that is hidden could be anything from 0 to 9, as far as a reader can work it out."""
    if not hidden:
        return True
    if len(hidden) < 2 or sum(cells[key] for key in hidden) < FEW:
        return False
    left = total - sum(rounded(number) + 2 for key, number in cells.items() if key not in hidden)
    all_small = len(hidden) < len(cells) and all(cells[key] < FEW for key in hidden)
    for key in hidden:
        others = hidden - {key}
        fits = room.for_all(others) if room else total
        if cells[key] < FEW and left > (min(fits, (FEW - 1) * len(others)) if all_small else fits):
            return False
    return True


def publish(
    whole: Cells, total: int, parts: Mapping[int, Cells], totals: Mapping[int, int]
) -> tuple[Split, dict[int, Split]]:
    """One dimension of a consultation: the split of everybody, and that of each theme, safe together.

    Where the split of everybody would give away a small number of a theme, it is not published.
    """
    shown = protect(whole, total)
    seen = {key: number for key, number in shown.items() if number is not None}
    hide = whole.keys() - seen.keys()
    room = Room(seen, total)
    splits = {part: protect(cells, totals[part], room, hide) for part, cells in parts.items()}
    gives_away = any(
        totals[part] >= FEW
        and not is_safe(
            cells, {key for key, number in splits[part].items() if number is None}, totals[part], room
        )
        for part, cells in parts.items()
    )
    if seen and gives_away:
        splits = {part: protect(cells, totals[part], None, hide) for part, cells in parts.items()}
        return dict.fromkeys(whole), splits
    return shown, splits


@dataclass(frozen=True)
class Figures:
    """Numbers of a theme, or of everybody. ``people`` and ``statements`` are None for fewer than ten people.

    ``languages`` has the keys cy (in Welsh, wholly or in part) and en; ``doors`` the values of Door and "other";
    ``questions`` the codes of questions and "other".
    """

    people: int | None = None
    statements: int | None = None
    languages: Split = field(default_factory=dict)
    doors: Split = field(default_factory=dict)
    questions: Split = field(default_factory=dict)

    @property
    def is_few(self) -> bool:
        """Fewer than ten people: no number is shown."""
        return self.people is None

    def split(self, dimension: str) -> Split:
        """The split by one of :data:`DIMENSIONS`."""
        return {"language": self.languages, "door": self.doors, "question": self.questions}[dimension]

    @property
    def has_languages(self) -> bool:
        """The split by language may be shown."""
        return bool(self.languages) and all(number is not None for number in self.languages.values())

    @property
    def shown_doors(self) -> dict[str, int]:
        """Doors whose number may be shown, most people first."""
        shown = {key: number for key, number in self.doors.items() if number is not None}
        return dict(sorted(shown.items(), key=lambda pair: (pair[0] == OTHER, -pair[1], pair[0])))


@dataclass(frozen=True)
class Published:
    """Everything counted that the public sees of one consultation's themes. ``themes`` is keyed by theme id."""

    everybody: Figures
    themes: dict[int, Figures]


def published(consultation_id: int, beside: Iterable[int] = ()) -> Published:
    """The public figures of a consultation: everybody's, each signed-off theme's, and of themes ``beside`` them."""
    signed_off = select(Theme.id).where(Theme.consultation_id == consultation_id, Theme.is_public)
    ids = sorted({*session.scalars(signed_off), *beside})
    rows = session.execute(
        select(Question.id, Question.code).where(Question.consultation_id == consultation_id)
    )
    codes: dict[int, str] = dict(rows.all())
    totals, statements = _totals(consultation_id, ids)
    keyed = {dimension: _cells(consultation_id, ids, dimension, codes) for dimension in DIMENSIONS}
    shown = {
        dimension: publish(cells[0], totals[0], {part: cells[part] for part in ids}, totals)
        for dimension, cells in keyed.items()
    }

    def figures(part: int) -> Figures:
        few = totals[part] < FEW
        split = {
            dimension: everybody if part == 0 else themes[part]
            for dimension, (everybody, themes) in shown.items()
        }
        return Figures(
            people=None if few else totals[part],
            statements=None if few else statements[part],
            languages=split["language"],
            doors=split["door"],
            questions=split["question"],
        )

    return Published(figures(0), {part: figures(part) for part in ids})


IS_WELSH = or_(
    Contribution.language.in_([TextLanguage.WELSH, TextLanguage.MIXED]),
    and_(Contribution.language.is_(None), Contribution.form_language == "cy"),
)
"""A statement that is in Welsh, wholly or in part; in the language of its form while nobody has looked."""

_KEYS: dict[str, Any] = {
    "language": case((IS_WELSH, literal("cy")), else_=literal("en")),
    "door": Contribution.door,
    "question": Contribution.question_id,
}


def _totals(consultation_id: int, ids: list[int]) -> tuple[dict[int, int], dict[int, int]]:
    """People and statements by theme id; 0 is the whole consultation."""
    people, statements = dict.fromkeys([0, *ids], 0), dict.fromkeys([0, *ids], 0)
    both = (func.count(distinct(Contribution.receipt_id)), func.count(distinct(Contribution.id)))
    everybody = select(*both).where(Contribution.consultation_id == consultation_id)
    people[0], statements[0] = session.execute(everybody).one()
    rows = (
        select(ThemePassage.theme_id, *both)
        .join(Contribution, Contribution.id == ThemePassage.contribution_id)
        .where(ThemePassage.theme_id.in_(ids))
        .group_by(ThemePassage.theme_id)
    )
    for part, number, said in session.execute(rows):
        people[part], statements[part] = number, said
    return people, statements


def _cells(
    consultation_id: int, ids: list[int], dimension: str, codes: Mapping[int, str]
) -> dict[int, dict[str, int]]:
    """By theme id (0 is everybody) and key: how many people. Every key that anybody has is there for every theme."""
    key, people = _KEYS[dimension], func.count(distinct(Contribution.receipt_id))
    whole = (
        select(literal(0), key, people).where(Contribution.consultation_id == consultation_id).group_by(key)
    )
    parts = (
        select(ThemePassage.theme_id, key, people)
        .join(Contribution, Contribution.id == ThemePassage.contribution_id)
        .where(ThemePassage.theme_id.in_(ids))
        .group_by(ThemePassage.theme_id, key)
    )
    found: dict[int, dict[str, int]] = {part: defaultdict(int) for part in [0, *ids]}
    names: dict[str, Callable[[Any], str]] = {
        "language": str,
        "door": lambda door: str(door.value),
        "question": lambda row: codes.get(row, OTHER),
    }
    small: set[str] = set()
    for part, value, number in [*session.execute(whole), *session.execute(parts)]:
        name = names[dimension](value)
        if part == 0 and dimension == "door" and number < FEW:
            small.add(name)
        found[part][OTHER if name in small else name] += number
    keys = ("cy", "en") if dimension == "language" else tuple(sorted(found[0]))
    return {part: {name: cells.get(name, 0) for name in keys} for part, cells in found.items()}
