"""Reads of blind double coding: rounds, what a coder has next, and what came of it once the coders are done."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import combinations

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import joinedload

from citizen_platform.accounts.models import Person
from citizen_platform.contributions.models import Contribution
from citizen_platform.core.database import session
from citizen_platform.themes.models import Coding, CodingItem, CodingRound, Theme, ThemeTopic, TopicPassage
from citizen_platform.themes.queries.agreement import Agreement, agreement

MACHINE = 0
"""Stands for the machine among the numbers of people."""


@dataclass(frozen=True)
class Progress:
    """A round, how many statements it has, and how many each coder has done, in the order in which they began."""

    round: CodingRound
    statements: int
    done: list[tuple[Person, int]]

    @property
    def finished(self) -> list[Person]:
        """Those who coded every statement."""
        return [person for person, number in self.done if number == self.statements]

    @property
    def is_open_to_see(self) -> bool:
        """Two people are through: what came of it can be shown."""
        return len(self.finished) >= 2

    def may_see(self, person_id: int) -> bool:
        """Somebody half-way through a round does not see what others did in it."""
        begun = {person.id for person, _number in self.done}
        return self.is_open_to_see and (
            person_id not in begun or person_id in {person.id for person in self.finished}
        )


def rounds(consultation_id: int) -> list[Progress]:
    """Every round of a consultation, newest first."""
    found = session.scalars(
        select(CodingRound)
        .where(CodingRound.consultation_id == consultation_id)
        .order_by(CodingRound.id.desc())
    )
    return [progress(each) for each in found]


def round_of(consultation_id: int, round_id: int) -> CodingRound | None:
    """A round of this consultation."""
    return session.scalar(
        select(CodingRound).where(CodingRound.consultation_id == consultation_id, CodingRound.id == round_id)
    )


def progress(coded: CodingRound) -> Progress:
    """How far the coders of a round are."""
    statements = session.scalar(select(func.count(CodingItem.id)).where(CodingItem.round_id == coded.id))
    done = session.execute(
        select(Person, func.count(Coding.id))
        .join(Coding, Coding.person_id == Person.id)
        .join(CodingItem, CodingItem.id == Coding.item_id)
        .where(CodingItem.round_id == coded.id)
        .group_by(Person.id)
        .order_by(func.min(Coding.id))
    )
    return Progress(coded, statements or 0, [(person, number) for person, number in done])


def item_at(coded: CodingRound, position: int) -> CodingItem | None:
    """The statement at a place of the round."""
    return session.scalar(
        select(CodingItem)
        .where(CodingItem.round_id == coded.id, CodingItem.position == position)
        .options(joinedload(CodingItem.contribution))
    )


def next_position(coded: CodingRound, person_id: int) -> int | None:
    """The first place of the round that this person has not coded; None when they are through."""
    done = exists().where(Coding.item_id == CodingItem.id, Coding.person_id == person_id)
    return session.scalar(select(func.min(CodingItem.position)).where(CodingItem.round_id == coded.id, ~done))


def coding_of(item: CodingItem, person_id: int) -> Coding | None:
    """What this person put a statement under."""
    return session.scalar(select(Coding).where(Coding.item_id == item.id, Coding.person_id == person_id))


def to_sample(consultation_id: int, question_id: int | None) -> list[int]:
    """Statements that a sample may be drawn from: those that say something, in order."""
    found = select(Contribution.id).where(
        Contribution.consultation_id == consultation_id,
        or_(Contribution.has_content.is_(None), Contribution.has_content.is_(True)),
    )
    if question_id is not None:
        found = found.where(Contribution.question_id == question_id)
    return list(session.scalars(found.order_by(Contribution.id)))


def round_themes(coded: CodingRound) -> list[Theme]:
    """The themes that there were when the round began, by number."""
    return list(session.scalars(select(Theme).where(Theme.id.in_(coded.theme_ids)).order_by(Theme.number)))


@dataclass(frozen=True)
class Pair:
    """Two coders and how far they agree. ``other`` is None where it is the machine."""

    one: Person
    other: Person | None
    agreement: Agreement
    languages: dict[str, Agreement] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What came of a round: its themes today, each pair of people, and each person beside the machine.

    ``machine`` is empty where no theme of the round came from a topic.
    """

    progress: Progress
    themes: list[Theme]
    people: list[Pair]
    machine: list[Pair]

    @property
    def first(self) -> Pair | None:
        """The pair of people that the public is told of: the two who were through first."""
        return self.people[0] if self.people else None


def outcome(coded: CodingRound) -> Outcome:
    """Agreement in a round, of those who are through. A theme merged since counts as the theme it was merged into."""
    items = session.execute(
        select(CodingItem.id, Contribution.id, Contribution.language, Contribution.form_language)
        .join(Contribution, Contribution.id == CodingItem.contribution_id)
        .where(CodingItem.round_id == coded.id)
        .order_by(CodingItem.position)
    ).all()
    stands = progress(coded)
    now = _merged(coded)
    given: dict[int, dict[int, set[int]]] = defaultdict(dict)
    for item_id, person_id, theme_ids in session.execute(
        select(Coding.item_id, Coding.person_id, Coding.theme_ids)
        .join(CodingItem, CodingItem.id == Coding.item_id)
        .where(CodingItem.round_id == coded.id)
    ):
        given[person_id][item_id] = {now[theme_id] for theme_id in theme_ids if theme_id in now}
    themes = list(
        session.scalars(select(Theme).where(Theme.id.in_(set(now.values()))).order_by(Theme.number))
    )
    coders = {
        person.id: [given[person.id][item_id] for item_id, *_rest in items] for person in stands.finished
    }
    grouped = _by_machine([statement for _item, statement, *_rest in items], now)
    languages = [
        "cy" if (language.value if language else form) in {"cy", "mixed"} else "en"
        for _item, _statement, language, form in items
    ]
    keys = [theme.id for theme in themes]

    def pair(one: Person, other: Person | None) -> Pair:
        first, second = coders[one.id], coders[other.id] if other else grouped or []
        places = {code: [at for at, each in enumerate(languages) if each == code] for code in ("cy", "en")}
        return Pair(
            one,
            other,
            agreement(keys, first, second, seed=coded.seed),
            {
                code: agreement(
                    keys, [first[at] for at in held], [second[at] for at in held], seed=coded.seed
                )
                for code, held in places.items()
                if held
            },
        )

    return Outcome(
        stands,
        themes,
        [pair(one, other) for one, other in combinations(stands.finished, 2)],
        [pair(one, None) for one in stands.finished] if grouped is not None else [],
    )


def _merged(coded: CodingRound) -> dict[int, int]:
    """By id of a theme of the round: the theme it is part of now."""
    rows = session.execute(
        select(Theme.id, Theme.merged_into_id).where(Theme.consultation_id == coded.consultation_id)
    )
    into: dict[int, int | None] = dict(rows.all())
    found = {}
    for theme_id in coded.theme_ids:
        at = theme_id
        while (further := into.get(at)) is not None:
            at = further
        found[theme_id] = at
    return found


def _by_machine(statements: list[int], now: dict[int, int]) -> list[set[int]] | None:
    """What the machine put each statement under: its topics that went into themes of the round. None without any."""
    rows = session.execute(
        select(ThemeTopic.theme_id, TopicPassage.contribution_id)
        .join(TopicPassage, TopicPassage.topic_id == ThemeTopic.topic_id)
        .where(
            ThemeTopic.theme_id.in_(set(now) | set(now.values())),
            TopicPassage.contribution_id.in_(statements),
        )
        .distinct()
    )
    under: dict[int, set[int]] = defaultdict(set)
    for theme_id, statement in rows:
        under[statement].add(now.get(theme_id, theme_id))
    return [under[statement] for statement in statements] if under else None


def public_outcome(consultation_id: int) -> Outcome | None:
    """The newest round that two people are through, with at least thirty statements; None when there is none."""
    for each in rounds(consultation_id):
        if each.is_open_to_see:
            found = outcome(each.round)
            if found.first is not None and not found.first.agreement.is_small:
                return found
    return None
