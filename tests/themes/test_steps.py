"""Undo and the log: every step can be put back exactly, or says why not; nothing is lost or doubled on the way."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from citizen_platform.accounts.models import Person, Role
from citizen_platform.consultations.models import Stage
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.database import session
from citizen_platform.core.errors import DomainError
from citizen_platform.core.events import Event
from citizen_platform.themes import queries, services
from citizen_platform.themes.models import Theme, ThemePassage, ThemeStep, ThemeTopic, Topic
from tests import make
from tests.conftest import NOW, empty
from tests.themes.made import result, theme
from tests.themes.test_shaping import TRAMS, last_step, two_themes, within
from tests.themes.test_themes import desk, told

pytestmark = pytest.mark.usefixtures("app", "in_english")


def test_undo_by_a_colleague_is_named_and_stays_in_the_log(staff: Any) -> None:
    about, rows, buses, _trams = two_themes()
    one, other = staff("tirwen", Role.ANALYST), staff("tirwen", Role.ANALYST)
    one.post(desk(about, "/1/move"), data={"tick": str(rows[0].id), "do": "out"})
    step = last_step()
    page = other.get(desk(about)).text
    where = desk(about, f"/steps/{step.id}/undo")
    assert where in page
    sent = other.post(where, data={"back": desk(about, "/1")})
    assert sent.location.endswith(desk(about, "/1"))
    page = other.get(sent.location).text
    assert "The step is undone." in page
    assert re.search('class="flashes"[^>]* autofocus', page), "the message has the focus"
    assert " autofocus" not in other.get(sent.location).text
    assert len(within(buses)) == 3
    assert step.undone_by_id not in {None, step.by_id}
    log = other.get(desk(about, "/history")).text
    assert "took 1 statement out of theme 1." in log
    assert "undid a step on theme 1" in log
    assert where not in log
    other.post(where)
    assert "This step was undone already." in other.get(desk(about)).text
    assert session.scalar(select(func.count(Event.id)).where(Event.verb == "theme.undone")) == 1


def test_undo_goes_back_nowhere_else(staff: Any) -> None:
    about, rows, _buses, _trams = two_themes()
    client = staff("tirwen", Role.ANALYST)
    for back in ("https://elsewhere.example/", "//elsewhere.example", "/en/desk/tirwen/members"):
        client.post(desk(about, "/1/move"), data={"tick": str(rows[0].id), "do": "out"})
        sent = client.post(desk(about, f"/steps/{last_step().id}/undo"), data={"back": back})
        assert sent.location == desk(about)


def test_undo_says_why_it_cannot(analyst: Person) -> None:
    about, rows, buses, trams = two_themes()
    services.move(buses, [(rows[0].id, None)], trams, by=analyst, now=NOW)
    first = last_step()
    services.take_out(trams, [(rows[0].id, None)], by=analyst, now=NOW)
    with pytest.raises(DomainError, match="cannot be undone"):
        services.undo(first, by=analyst, now=NOW)
    services.undo(last_step(), by=analyst, now=NOW)
    services.undo(first, by=analyst, now=NOW)
    services.edit(buses, name=Bilingual("A", "B"), description=Bilingual(), by=analyst, now=NOW)
    named = last_step()
    services.edit(buses, name=Bilingual("C", "D"), description=Bilingual(), by=analyst, now=NOW)
    with pytest.raises(DomainError, match="cannot be undone"):
        services.undo(named, by=analyst, now=NOW)
    services.undo(last_step(), by=analyst, now=NOW)
    services.undo(named, by=analyst, now=NOW)
    assert buses.name == Bilingual("Bysiau", "Buses")
    signed = theme(about, rows[0], name=TRAMS)
    with pytest.raises(DomainError, match="sign-off is not undone"):
        services.undo(last_step(), by=analyst, now=NOW)
    assert signed.is_public


def test_undo_leaves_no_public_theme_without_statements(analyst: Person) -> None:
    about, rows = told("One bus")
    public = theme(about, signed_off=False)
    services.add_statement(public, rows[0], by=analyst, now=NOW)
    added = last_step()
    services.sign_off(public, by=analyst, now=NOW)
    session.commit()
    with pytest.raises(DomainError):
        services.undo(added, by=analyst, now=NOW)
    assert within(public) == [rows[0].id]
    assert added.undone_at is None


def test_undo_of_a_made_theme_waits_for_what_was_put_in_since(analyst: Person) -> None:
    about, rows = told("One bus")
    made = services.make_theme(about, name=TRAMS, description=Bilingual(), by=analyst, now=NOW)
    first = last_step()
    services.add_statement(made, rows[0], by=analyst, now=NOW)
    with pytest.raises(DomainError, match="cannot be undone"):
        services.undo(first, by=analyst, now=NOW)
    services.undo(last_step(), by=analyst, now=NOW)
    services.undo(first, by=analyst, now=NOW)
    assert (made.is_in_use, made.parked_because) == (False, services.UNDONE)
    assert services.unpark(made, by=analyst, now=NOW) == 0


def test_history_tells_every_step_in_both_languages(staff: Any, analyst: Person) -> None:
    about, rows, buses, trams = two_themes()
    services.merge(trams, buses, by=analyst, now=NOW)
    services.split(buses, name=TRAMS, ticks=[(rows[0].id, None)], by=analyst, now=NOW)
    services.park(queries.themes(about.id)[-1], "Secret reason", by=analyst, now=NOW)
    reader = staff("tirwen", Role.POLICY_OFFICER)
    english = reader.get(desk(about, "/history")).text
    assert f"{analyst.name} merged theme 2, with 2 statements, into theme 1." in english
    assert f"{analyst.name} split theme 1: theme 3 is made of 1 statement." in english
    assert f"{analyst.name} parked theme 3." in english
    assert "no words for" not in english
    assert "/undo" not in english, "only analysts undo"
    welsh = reader.get(f"/cy/desg/tirwen/ymgyngoriadau/{about.reference}/themau/hanes").text
    assert analyst.name in welsh and "merged theme" not in welsh
    assert not re.search("Secret|Tramiau", repr(session.scalars(select(Event.details)).all()))


def test_history_has_pages(staff: Any, analyst: Person) -> None:
    about, rows = told("One bus")
    made = theme(about, signed_off=False)
    for _time in range(15):
        services.add_statement(made, rows[0], by=analyst, now=NOW)
        services.remove_statement(made, rows[0], by=analyst, now=NOW)
    first, pages = queries.history(about.id)
    second, _pages = queries.history(about.id, 2)
    assert (len(first), pages) == (25, 2)
    assert {deed.event.id for deed in first} & {deed.event.id for deed in second} == set()
    client = staff("tirwen", Role.ANALYST)
    assert client.get(desk(about, "/history?page=2")).status_code == 200
    assert client.get(desk(about, "/history?page=99999")).status_code == 200


def test_history_shows_nothing_of_another_desk(staff: Any) -> None:
    about, _rows, _buses, _trams = two_themes()
    other = make.consultation("arall", stage=Stage.CLOSED)
    client = staff("arall", Role.ANALYST)
    assert client.get(desk(about, "/history")).status_code == 403
    assert "theme 1" not in client.get(desk(other, "/history")).text
    assert client.post(desk(other, f"/steps/{last_step().id}/undo")).status_code == 404
    assert (
        staff("tirwen", Role.POLICY_OFFICER).post(desk(about, f"/steps/{last_step().id}/undo")).status_code
        == 403
    )


# Whatever is done, in whatever order


class Desk:
    """A desk, and steps to take there by chance."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.about, self.rows = told(*(f"A bus and a tram, {number}" for number in range(8)))
        self.by = make.person("tirwen", Role.ANALYST)
        run = services.ask(self.about, by=self.by, now=NOW)
        found = result({"a": self.rows[:4], "b": self.rows[2:6]})
        for assignment in found["assignments"]:
            [passage] = assignment["passages"]
            assignment["passages"] = [
                {**passage, "end": 5},
                {**passage, "start": 10},
            ]
        services.store(run.id, found, now=NOW)
        self.topics = queries.topics(run.id)
        for name in ("Un", "Dau"):
            services.make_theme(
                self.about, name=Bilingual(name), description=Bilingual(), by=self.by, now=NOW
            )
        self.begun = session.scalar(select(func.max(ThemeStep.id))) or 0

    @property
    def themes(self) -> list[Theme]:
        return queries.themes(self.about.id)

    def any_theme(self) -> Theme:
        return self.chance.choice(self.themes)

    def ticks(self, shown: Theme) -> list[services.Tick]:
        keys = queries.passage_keys(shown.id)
        chosen = self.chance.sample(keys, min(len(keys), self.chance.randint(1, 3)))
        return [(number, self.chance.choice([start, None])) for number, start in chosen]

    def acts(self) -> dict[str, Callable[[], Any]]:
        one, other = self.any_theme(), self.any_theme()
        who: dict[str, Any] = {"by": self.by, "now": NOW}
        copy = self.chance.random() < 0.3
        name = Bilingual(f"Enw {self.chance.random()}")
        row = self.chance.choice(self.rows)
        topic = self.chance.choice(self.topics)
        steps = self.open_steps()
        return {
            "merge": lambda: services.merge(one, other, **who),
            "split": lambda: services.split(one, name=name, ticks=self.ticks(one), copy=copy, **who),
            "move": lambda: services.move(one, self.ticks(one), other, copy=copy, **who),
            "out": lambda: services.take_out(one, self.ticks(one), **who),
            "add": lambda: services.add_statement(one, row, **who),
            "topic": lambda: services.add_topic(one, topic, **who),
            "make": lambda: services.make_theme(
                self.about, name=name, description=Bilingual(), topic=topic, **who
            ),
            "park": lambda: services.park(one, "Rheswm", **who),
            "unpark": lambda: services.unpark(one, **who),
            "edit": lambda: services.edit(one, name=name, description=Bilingual(), **who),
            "park_topic": lambda: services.park_topic(topic, "Rheswm", **who),
            "unpark_topic": lambda: services.unpark_topic(topic, **who),
            **({"undo": lambda: services.undo(self.chance.choice(steps), **who)} if steps else {}),
        }

    def open_steps(self) -> list[ThemeStep]:
        return list(
            session.scalars(
                select(ThemeStep)
                .where(ThemeStep.undone_at.is_(None), ThemeStep.id > self.begun)
                .order_by(ThemeStep.id.desc())
            )
        )

    def stands(self) -> tuple[Any, ...]:
        """Everything a step can change, apart from rows' own ids."""
        passages = select(
            ThemePassage.theme_id, ThemePassage.contribution_id, ThemePassage.start, ThemePassage.end,
            ThemePassage.added_at, ThemePassage.added_by_id,
        )  # fmt: skip
        return (
            sorted(tuple(row) for row in session.execute(passages)),
            sorted(tuple(row) for row in session.execute(select(ThemeTopic.theme_id, ThemeTopic.topic_id))),
            [
                (row.number, row.name, row.is_in_use, row.merged_into_id, row.parked_because)
                for row in self.themes
            ],
            [(row.id, row.parked_because) for row in session.scalars(select(Topic).order_by(Topic.id))],
        )

    def check(self) -> None:
        """Nothing lost, nothing doubled."""
        found = queries.coverage(self.about.id, public_only=False)
        in_themes = session.scalar(select(func.count(func.distinct(ThemePassage.contribution_id))))
        assert found.received == len(self.rows)
        assert found.in_themes + found.no_content + found.read + found.unread == found.received
        assert found.in_themes == in_themes
        spots = sorted(
            (row.theme_id, row.contribution_id, row.start, row.end)
            for row in session.scalars(select(ThemePassage))
        )
        for one in spots:
            for other in spots:
                inside = one[:2] == other[:2] and other[2] <= one[2] and one[3] <= other[3]
                assert not inside or one is other
        in_use = {theme.id for theme in self.themes if theme.is_in_use}
        assert {spot[0] for spot in spots} <= in_use
        counts = queries.theme_counts(in_use)
        for theme_id in in_use:
            statements = {spot[1] for spot in spots if spot[0] == theme_id}
            assert counts[theme_id].statements == counts[theme_id].people == len(statements)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9), length=st.integers(4, 14))
def test_no_order_of_steps_and_undos_loses_or_doubles_a_passage(seed: int, length: int) -> None:
    chance = Random(seed)
    session.rollback()
    empty()
    at = Desk(chance)
    begun = at.stands()
    for _step in range(length):
        before = at.stands()
        name, act = chance.choice(list(at.acts().items()))
        try:
            with session.begin_nested():
                act()
        except DomainError:
            assert at.stands() == before
        at.check()
        if name in {"merge", "move", "split"}:
            now_in = {row[1] for row in at.stands()[0]}
            assert now_in == {row[1] for row in before[0]}, f"{name} lost a statement"
    while waiting := at.open_steps():
        services.undo(waiting[0], by=at.by, now=NOW)
        at.check()
    ended = at.stands()
    assert ended[:2] == begun[:2]
    assert ended[2][:2] == begun[2]
    assert all(row[4] == services.UNDONE for row in ended[2][2:])
    assert ended[3] == begun[3]
    session.rollback()
