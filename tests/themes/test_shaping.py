"""Themes become others: merged, split, moved between, parked; refused in words where that would lose something."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from citizen_platform.accounts.models import Person, Role
from citizen_platform.consultations.models import Consultation
from citizen_platform.contributions.models import Contribution
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.database import session
from citizen_platform.core.errors import DomainError
from citizen_platform.core.events import Event
from citizen_platform.decisions import services as decisions
from citizen_platform.themes import queries, services
from citizen_platform.themes.models import Theme, ThemePassage, ThemeStep, Topic, TopicPassage
from tests import make
from tests.conftest import NOW
from tests.decisions.test_decisions import whole
from tests.themes.made import result, theme
from tests.themes.test_themes import desk, finished, told

pytestmark = pytest.mark.usefixtures("app", "in_english")
TRAMS = Bilingual("Tramiau", "Trams")


def two_themes(*, signed_off: bool = False) -> tuple[Consultation, list[Contribution], Theme, Theme]:
    """A theme with statements 0, 1 and 2, another with 2 and 3."""
    about, rows = told("One bus", "Two buses", "A bus and a tram", "A tram", "A book")
    buses = theme(about, *rows[:3], signed_off=signed_off)
    return about, rows, buses, theme(about, *rows[2:4], name=TRAMS, signed_off=signed_off)


def within(shown: Theme) -> list[int]:
    """The statements in a theme."""
    return sorted(
        session.scalars(select(ThemePassage.contribution_id).where(ThemePassage.theme_id == shown.id))
    )


def ids(rows: list[Contribution], *places: int) -> list[int]:
    return [rows[place].id for place in places]


def event(verb: str) -> Event:
    return session.scalars(select(Event).where(Event.verb == verb)).one()


def last_step() -> ThemeStep:
    return session.scalars(select(ThemeStep).order_by(ThemeStep.id.desc()).limit(1)).one()


def mark_on(client: Any, address: str) -> dict[str, str]:
    found = re.search(r'name="seen"[^>]*value="(\w+)"', client.get(address).text)
    assert found, address
    return {"seen": found[1]}


# Merge


def test_merge_moves_everything_once_and_says_where_it_went(staff: Any) -> None:
    about, rows, buses, trams = two_themes()
    topic = queries.topics(finished(about, {"trams": rows[3:4]}).id)[0]
    services.add_topic(trams, topic, by=make.person("tirwen", Role.ANALYST), now=NOW)
    client = staff(about.body_slug, Role.ANALYST)
    assert client.save(desk(about, "/2/merge"), {"theme": "1"}).status_code == 303
    assert (within(buses), within(trams)) == (ids(rows, 0, 1, 2, 3), [])
    assert (trams.number, trams.merged_into_id, trams.is_in_use) == (2, buses.id, False)
    assert queries.themes_of_topics([topic.id])[topic.id] == [buses]
    assert event("theme.merged").details == {"step": last_step().id, "into": 1, "statements": 2}
    assert "was merged into theme 1" in client.get(desk(about, "/2")).text
    assert "now in theme 1" in client.get(desk(about)).text
    services.undo(last_step(), by=make.person("tirwen", Role.ANALYST), now=NOW)
    assert (within(buses), within(trams)) == (ids(rows, 0, 1, 2), ids(rows, 2, 3))
    assert trams.is_in_use and queries.themes_of_topics([topic.id])[topic.id] == [trams]


def test_merge_into_itself_or_what_is_out_of_use_is_refused(analyst: Person) -> None:
    _about, _rows, buses, trams = two_themes()
    with pytest.raises(DomainError, match="itself"):
        services.merge(buses, buses, by=analyst, now=NOW)
    services.merge(trams, buses, by=analyst, now=NOW)
    with pytest.raises(DomainError, match="has been merged"):
        services.merge(trams, buses, by=analyst, now=NOW)
    with pytest.raises(DomainError, match="has been merged"):
        services.edit(trams, name=TRAMS, description=Bilingual(), by=analyst, now=NOW)
    with pytest.raises(DomainError, match="has been merged"):
        services.add_statements(trams, [1], by=analyst, now=NOW)


def test_merge_of_a_public_theme_needs_a_public_one(analyst: Person) -> None:
    about, rows, buses, trams = two_themes(signed_off=True)
    draft = theme(about, rows[4], name=Bilingual("Llyfrau", "Books"), signed_off=False)
    with pytest.raises(DomainError, match="is public, and the other is not"):
        services.merge(buses, draft, by=analyst, now=NOW)
    services.merge(trams, buses, by=analyst, now=NOW)
    assert (trams.is_public, buses.is_public) == (False, True)
    assert queries.where_merged(queries.themes(about.id)) == {trams.id: buses}
    services.undo(last_step(), by=analyst, now=NOW)
    assert trams.is_public and trams.signed_off_by_id is not None


def test_merge_of_an_answered_theme_is_refused_by_the_database_and_in_words(analyst: Person) -> None:
    _about, rows, buses, trams = two_themes(signed_off=True)
    answer = decisions.draft(trams, whole(), by=analyst, now=NOW)
    decisions.publish(answer, by=analyst, now=NOW)
    session.commit()
    with pytest.raises(DomainError, match="published answer"):
        services.merge(trams, buses, by=analyst, now=NOW)
    assert (within(buses), within(trams), trams.is_public) == (ids(rows, 0, 1, 2), ids(rows, 2, 3), True)
    assert session.scalar(select(func.count(Event.id)).where(Event.verb == "theme.merged")) == 0


def test_a_theme_out_of_use_is_never_public_whatever_the_code_says() -> None:
    _about, _rows, buses, trams = two_themes(signed_off=True)
    trams.merged_into_id = buses.id
    with pytest.raises(IntegrityError, match="public_only_while_in_use"):
        session.flush()


def test_merge_decides_nothing_about_what_changed_meanwhile(staff: Any) -> None:
    about, rows, _buses, trams = two_themes()
    one, other = staff(about.body_slug, Role.ANALYST), staff(about.body_slug, Role.ANALYST)
    seen = mark_on(one, desk(about, "/2/merge"))
    other.post(desk(about, "/2/statements/add"), data={"contribution": rows[4].id})
    refused = one.post(desk(about, "/2/merge"), data={"theme": "1", **seen})
    assert refused.status_code == 422
    assert "Somebody has changed this" in refused.text
    assert trams.is_in_use
    again = mark_on(one, desk(about, "/2/merge"))
    assert one.post(desk(about, "/2/merge"), data={"theme": "1", **again}).status_code == 303
    twice = one.post(desk(about, "/2/merge"), data={"theme": "1", **again})
    assert twice.status_code == 422


# Split


def test_split_by_hand_makes_a_theme_and_undo_parks_it(staff: Any, analyst: Person) -> None:
    about, rows, buses, _trams = two_themes()
    client = staff(about.body_slug, Role.ANALYST)
    sent = client.post(desk(about, "/1/move"), data={"do": "split", "tick": str(rows[0].id)})
    assert sent.status_code == 303 and f"tick={rows[0].id}" in sent.location
    assert re.search(rf'value="{rows[0].id}" checked', client.get(sent.location).text)
    data = {"name-cy": "Un", "name-en": "One", "tick": str(rows[0].id), "how": "move", "which": "ticked"}
    assert client.save(desk(about, "/1/split"), data).status_code == 303
    made = queries.themes(about.id)[-1]
    assert (made.number, within(made), within(buses)) == (3, ids(rows, 0), ids(rows, 1, 2))
    assert event("theme.split").details["made"] == 3
    services.undo(last_step(), by=analyst, now=NOW)
    assert (within(buses), within(made), made.is_in_use) == (ids(rows, 0, 1, 2), [], False)
    assert "The step that made it was undone." in client.get(desk(about, "/3")).text


def test_split_by_words_takes_all_that_was_found_on_every_page(staff: Any) -> None:
    about, rows = told(*(f"Bus {number}" for number in range(30)), "A book")
    buses = theme(about, *rows, signed_off=False)
    client = staff(about.body_slug, Role.ANALYST)
    page = client.get(desk(about, "/1/split?find=BUS"))
    assert "30 statements of this theme have the words" in page.text
    data = {"name-cy": "Bws", "find": "BUS", "which": "all", "how": "copy"}
    assert client.save(desk(about, "/1/split?find=BUS"), data).status_code == 303
    assert (len(within(queries.themes(about.id)[-1])), len(within(buses))) == (30, 31)


def test_split_by_part_of_the_topic(staff: Any, analyst: Person) -> None:
    about, rows = told("One bus", "Two buses", "A tram")
    run = services.ask(about, by=analyst, now=NOW)
    found = result({"all": rows, "trams": rows[2:]})
    found["topics"][1]["parent"] = "all"
    services.store(run.id, found, now=NOW)
    topic, part = queries.topics_and_parts(run.id)
    services.make_theme(about, name=TRAMS, description=Bilingual(), topic=topic, by=analyst, now=NOW)
    client = staff(about.body_slug, Role.ANALYST)
    where = desk(about, f"/1/split?part={part.id}")
    assert "trams (en)" in client.get(where).text
    data = {"part": str(part.id), "name-en": "Trams only", "which": "all", "how": "move"}
    assert client.save(where, data).status_code == 303
    made = queries.themes(about.id)[-1]
    assert within(made) == ids(rows, 2)
    assert queries.themes_of_topics([part.id])[part.id] == [made]


def test_split_keeps_something_behind(analyst: Person) -> None:
    _about, rows, buses, _trams = two_themes()
    everything = [(row.id, None) for row in rows[:3]]
    with pytest.raises(DomainError, match="chosen everything"):
        services.split(buses, name=TRAMS, ticks=everything, by=analyst, now=NOW)
    with pytest.raises(DomainError, match="Tick at least one"):
        services.split(buses, name=TRAMS, ticks=[], by=analyst, now=NOW)
    with pytest.raises(DomainError, match="no longer in this theme"):
        services.split(buses, name=TRAMS, ticks=[(rows[4].id, None)], by=analyst, now=NOW)
    with pytest.raises(DomainError, match="Enter a name"):
        services.split(buses, name=Bilingual(), ticks=everything[:1], by=analyst, now=NOW)
    services.split(buses, name=TRAMS, ticks=everything, copy=True, by=analyst, now=NOW)
    assert within(buses) == ids(rows, 0, 1, 2)


def test_split_sent_twice_makes_one_theme(staff: Any) -> None:
    about, rows, _buses, _trams = two_themes()
    client = staff(about.body_slug, Role.ANALYST)
    data = {"name-cy": "Un", "tick": str(rows[0].id), "how": "copy", "which": "ticked"}
    data |= mark_on(client, desk(about, "/1/split"))
    assert [client.post(desk(about, "/1/split"), data=data).status_code for _hand in range(2)] == [303, 422]
    assert len(queries.themes(about.id)) == 3


# Move


def test_move_several_and_say_which_ticks_came_too_late(staff: Any) -> None:
    about, rows, buses, trams = two_themes()
    client = staff(about.body_slug, Role.ANALYST)
    assert "fieldset" in client.get(desk(about, "/1?all=1")).text
    data = {"tick": [str(number) for number in ids(rows, 0, 2, 4)], "to": "2", "how": "move", "do": "move"}
    client.post(desk(about, "/1/move"), data=data)
    page = client.get(desk(about, "/1")).text
    assert "2 statements were moved to theme 2." in page
    assert "1 thing you ticked was no longer in the theme" in page
    assert (within(buses), within(trams)) == (ids(rows, 1), ids(rows, 0, 2, 3))
    assert event("theme.statements_moved").details["statements"] == 2
    client.post(desk(about, "/1/move"), data=data)
    assert "What you ticked is no longer in this theme" in client.get(desk(about, "/1")).text


def test_move_a_single_passage_and_put_it_back(analyst: Person) -> None:
    about, rows = told("A bus and a tram")
    run = services.ask(about, by=analyst, now=NOW)
    found = result({"buses": rows})
    services.store(run.id, found, now=NOW)
    topic = session.scalars(select(Topic)).one()
    session.scalars(select(TopicPassage)).one().end = 5
    session.add(TopicPassage(topic_id=topic.id, contribution_id=rows[0].id, start=10, end=16, strength=0.5))
    buses = services.make_theme(about, name=TRAMS, description=Bilingual(), topic=topic, by=analyst, now=NOW)
    trams = theme(about, signed_off=False)
    before = [(row.start, row.end, row.added_by_id) for row in queries.statements_in(buses.id)[0][0].passages]
    assert before == [(0, 5, None), (10, 16, None)]
    services.move(buses, [(rows[0].id, 10)], trams, by=analyst, now=NOW)
    assert [row.text for row in queries.statements_in(trams.id)[0][0].passages] == ["a tram"]
    assert queries.edits(about.id) == queries.Edits(passages=2, placed=1, taken_out=1)
    services.undo(last_step(), by=analyst, now=NOW)
    again = queries.statements_in(buses.id)[0][0].passages
    assert [(row.start, row.end, row.added_by_id) for row in again] == before


def test_a_passage_inside_one_that_is_there_is_not_shown_twice(analyst: Person) -> None:
    about, rows = told("A bus and a tram", "A bus")
    whole_theme = theme(about, *rows, signed_off=False)
    part = theme(about, name=TRAMS, signed_off=False)
    session.add(ThemePassage(theme_id=part.id, contribution_id=rows[0].id, start=0, end=5, added_at=NOW))
    session.add(ThemePassage(theme_id=part.id, contribution_id=rows[0].id, start=10, end=16, added_at=NOW))
    services.move(part, [(rows[0].id, 0)], whole_theme, by=analyst, now=NOW)
    assert within(whole_theme) == ids(rows, 0, 1)
    services.move(whole_theme, [(rows[0].id, None)], part, by=analyst, now=NOW)
    assert [(row.start, row.end) for row in queries.statements_in(part.id)[0][0].passages] == [(0, 16)]
    services.undo(last_step(), by=analyst, now=NOW)
    assert [(row.start, row.end) for row in queries.statements_in(part.id)[0][0].passages] == [(10, 16)]
    services.undo(
        session.scalars(select(ThemeStep).where(ThemeStep.verb == "move")).first(), by=analyst, now=NOW
    )
    assert len(queries.statements_in(part.id)[0][0].passages) == 2


def test_move_to_nowhere_and_read(staff: Any) -> None:
    about, rows, buses, _trams = two_themes()
    client = staff(about.body_slug, Role.ANALYST)
    client.post(desk(about, "/1/move"), data={"tick": str(rows[0].id), "do": "read"})
    assert rows[0].read_at is not None and rows[1].read_at is None
    found = queries.coverage(about.id, public_only=False)
    assert (found.in_themes, found.read, found.unread) == (3, 1, 1)
    client.post(desk(about, "/1/move"), data={"tick": str(rows[1].id), "do": "out"})
    assert within(buses) == ids(rows, 2)
    for empty in ({"do": "out"}, {"do": "move", "tick": str(rows[2].id)}, {"tick": "x-1", "do": "read"}):
        client.post(desk(about, "/1/move"), data=empty)
    assert within(buses) == ids(rows, 2)


def test_a_public_theme_keeps_its_last_statement_whatever_is_moved(analyst: Person) -> None:
    _about, rows, buses, trams = two_themes(signed_off=True)
    everything = [(row.id, None) for row in rows[:3]]
    for act in (
        lambda: services.move(buses, everything, trams, by=analyst, now=NOW),
        lambda: services.take_out(buses, everything, by=analyst, now=NOW),
        lambda: services.split(buses, name=TRAMS, ticks=everything, by=analyst, now=NOW),
    ):
        with pytest.raises(DomainError, match="last statement"):
            act()
    assert within(buses) == ids(rows, 0, 1, 2)


# Park


def test_park_with_a_reason_and_take_back(staff: Any, analyst: Person) -> None:
    about, rows, buses, _trams = two_themes()
    client = staff(about.body_slug, Role.ANALYST)
    assert client.post(desk(about, "/1/park"), data={"reason": " "}).status_code == 422
    assert client.post(desk(about, "/1/park"), data={"reason": "Too thin"}).status_code == 303
    assert (within(buses), buses.parked_because) == ([], "Too thin")
    assert queries.coverage(about.id, public_only=False).in_themes == 2
    assert "Too thin" in client.get(desk(about)).text
    assert client.post(desk(about, "/1/park"), data={"reason": "Again"}).status_code == 422
    assert client.post(desk(about, "/1/unpark")).status_code == 303
    assert (within(buses), buses.is_in_use) == (ids(rows, 0, 1, 2), True)
    services.undo(last_step(), by=analyst, now=NOW)
    assert (within(buses), buses.parked_because) == ([], "Too thin")
    assert services.unpark(buses, by=analyst, now=NOW) == 3
    with pytest.raises(DomainError, match="is not parked"):
        services.unpark(buses, by=analyst, now=NOW)


def test_a_public_theme_cannot_be_parked(analyst: Person) -> None:
    _about, _rows, buses, _trams = two_themes(signed_off=True)
    with pytest.raises(DomainError, match="cannot be parked"):
        services.park(buses, "No", by=analyst, now=NOW)


def test_two_themes_of_one_name_are_refused_at_the_desk(staff: Any) -> None:
    about, _rows, _buses, _trams = two_themes()
    client = staff(about.body_slug, Role.ANALYST)
    refused = client.post(desk(about, "/new"), data={"name-cy": "Bysiau"})
    assert refused.status_code == 422
    assert "Theme 1 has this name already" in refused.text


def test_statements_outside_are_found_by_language_door_and_question(staff: Any) -> None:
    about, _rows, _buses, _trams = two_themes()
    make.contribution(about, "Bws arall", language="cy")
    client = staff(about.body_slug, Role.ANALYST)
    assert "Bws arall" in client.get(desk(about, "/1?language=cy")).text
    assert "Bws arall" not in client.get(desk(about, "/1?language=en&find=bws")).text
    assert "A tram" in client.get(desk(about, "/1?find=tram")).text
    assert (
        "No statement outside this theme has these words."
        in client.get(desk(about, "/1?find=tram&no_theme=y")).text
    )
    assert "Bws arall" in client.get(desk(about, "/1?door=web&question=q1")).text
    assert "No statement outside" in client.get(desk(about, "/1?door=paper")).text
    assert client.get(desk(about, "/1?language=xx&door=y&question=zz")).status_code == 200


def test_several_statements_are_put_in_at_once(staff: Any) -> None:
    about, rows, buses, _trams = two_themes()
    client = staff(about.body_slug, Role.ANALYST)
    sent = client.post(
        desk(about, "/1/statements/add?find=a"), data={"contribution": [rows[2].id, rows[3].id, rows[4].id]}
    )
    assert "find=a" in sent.location
    assert "2 statements are now in the theme." in client.get(sent.location).text
    assert within(buses) == ids(rows, 0, 1, 2, 3, 4)
    client.post(desk(about, "/1/statements/add"))
    assert "Tick at least one statement." in client.get(desk(about, "/1")).text


@pytest.mark.parametrize("verb", ["merge", "split", "move", "park", "unpark"])
def test_only_this_bodys_analysts_shape_themes(staff: Any, verb: str) -> None:
    about, _rows, _buses, _trams = two_themes()
    own = make.consultation("arall")
    address = f"/1/{verb}"
    assert staff(about.body_slug, Role.POLICY_OFFICER).post(desk(about, address)).status_code == 403
    other = staff("arall", Role.ANALYST)
    assert other.post(desk(about, address)).status_code == 403
    assert other.post(desk(own, address)).status_code == 404
    crossed = desk(about, address).replace("/tirwen/", "/arall/")
    assert other.post(crossed).status_code == 404


def test_a_public_address_says_where_the_theme_went(client: Any, analyst: Person) -> None:
    about, rows, buses, trams = two_themes(signed_off=True)
    draft = theme(about, rows[4], name=Bilingual("Llyfrau", "Books"), signed_off=False)
    services.merge(trams, buses, by=analyst, now=NOW)
    services.merge(draft, buses, by=analyst, now=NOW)
    heard = f"/en/consultations/{about.reference}/what-we-heard"
    page = client.get(f"{heard}/2")
    assert page.status_code == 200
    assert "Theme 2 is now part of another" in page.text
    assert f'href="{heard}/1"' in page.text
    assert 'id="theme-2"' in client.get(heard).text
    assert client.get(f"{heard}/3").status_code == 404, "it never was public"
    assert 'id="theme-3"' not in client.get(heard).text
    assert queries.public_pointer(about.id, 2) == queries.Pointer(2, buses)
