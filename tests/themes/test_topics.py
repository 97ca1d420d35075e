"""A topic's page, and what becomes of topics: accepted, in parts, parked; how far people follow the machine."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from citizen_platform.accounts.models import Person, Role
from citizen_platform.consultations.models import Consultation
from citizen_platform.contributions.models import Contribution
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.database import session
from citizen_platform.core.errors import DomainError
from citizen_platform.core.events import Event
from citizen_platform.themes import queries, services
from citizen_platform.themes.models import ThemeStep, Topic
from tests import make
from tests.conftest import NOW
from tests.themes.made import result, theme
from tests.themes.test_shaping import TRAMS, within
from tests.themes.test_themes import desk, told

pytestmark = pytest.mark.usefixtures("app", "in_english")


def suggested(analyst: Person) -> tuple[Consultation, list[Contribution], dict[str, Topic]]:
    """A run that found buses (with parts late and dear), trams and books."""
    about, rows = told("A late bus", "A dear bus", "Bus and tram", "A tram", "A book", "Bws hwyr")
    run = services.ask(about, by=analyst, now=NOW)
    found = result(
        {
            "buses": [*rows[:3], rows[5]],
            "late": [rows[0], rows[5]],
            "dear": [rows[1]],
            "trams": rows[2:4],
            "books": rows[4:5],
        }
    )
    for given in found["topics"]:
        if given["id"] in {"late", "dear"}:
            given["parent"] = "buses"
    found["topics"][0]["far"] = [str(rows[5].id), str(rows[0].id)]
    services.store(run.id, found, now=NOW)
    session.commit()
    return about, rows, {topic.key: topic for topic in queries.topics_and_parts(run.id)}


def page_of(client: Any, about: Consultation, topic: Topic, rest: str = "") -> str:
    answer = client.get(desk(about, f"/topics/{topic.id}{rest}"))
    assert answer.status_code == 200
    return str(answer.text)


def test_a_topic_page_shows_both_ends_parts_and_what_it_shares(staff: Any, analyst: Person) -> None:
    about, rows, topics = suggested(analyst)
    made = theme(about, rows[0], rows[1], signed_off=False)
    client = staff(about.body_slug, Role.ANALYST)
    page = page_of(client, about, topics["buses"])
    assert "buses (cy)" in page and "buses (en)" in page
    near, far = queries.ends_of(topics["buses"])
    assert [row.contribution.id for row in near] == [row.id for row in rows[:3]]
    assert [row.contribution.id for row in far] == [rows[5].id], "what is typical is not shown again"
    assert "Far from its middle" in page and "late (en)" in page
    shared = queries.overlap(topics["buses"])
    assert [(topic.key, number) for topic, number in shared.topics] == [("trams", 1)]
    assert shared.themes == [(made, 2)]
    assert "1 statement in both" in page and "2 statements in both" in page
    assert "Part of the topic" in page_of(client, about, topics["late"])
    found = page_of(client, about, topics["buses"], "?find=DEAR")
    assert "1 statement has these words." in found
    assert [row.contribution.id for row in queries.statements_under(topics["buses"].id, "DEAR")[0]] == [
        rows[1].id
    ]


def test_far_and_near_do_not_show_the_same_statement_twice(analyst: Person) -> None:
    _about, rows, topics = suggested(analyst)
    topics["buses"].far = [rows[0].id, rows[5].id]
    near, far = queries.ends_of(topics["buses"], each=1)
    assert [row.contribution.id for row in (*near, *far)] == [rows[0].id, rows[5].id]


def test_park_a_topic_with_a_reason_and_take_it_back(staff: Any, analyst: Person) -> None:
    about, _rows, topics = suggested(analyst)
    client = staff(about.body_slug, Role.ANALYST)
    books = topics["books"]
    assert "0 of 3 topics handled" in client.get(desk(about)).text
    assert client.post(desk(about, f"/topics/{books.id}/park"), data={"reason": ""}).status_code == 422
    assert (
        client.post(desk(about, f"/topics/{books.id}/park"), data={"reason": "One voice"}).status_code == 303
    )
    page = client.get(desk(about)).text
    assert "1 of 3 topics handled" in page and "One voice" in page
    twice = client.post(desk(about, f"/topics/{books.id}/park"), data={"reason": "Again"})
    assert (twice.status_code, books.parked_because) == (422, "One voice")
    refused = client.post(desk(about, f"/new?topic={books.id}"), data={"name-cy": "Llyfrau"})
    assert "This topic is parked" in refused.text
    client.post(desk(about, f"/topics/{books.id}/unpark"))
    assert books.parked_at is None
    assert session.scalars(select(Event.verb).where(Event.subject == f"topic:{books.id}")).all() == [
        "topic.parked",
        "topic.unparked",
    ]
    client.post(desk(about, f"/topics/{books.id}/unpark"))
    assert "This topic is not parked." in client.get(desk(about)).text
    first = session.scalars(select(ThemeStep).where(ThemeStep.verb == "park_topic")).one()
    with pytest.raises(DomainError, match="cannot be undone"):
        services.undo(first, by=analyst, now=NOW)
    services.undo(
        session.scalars(select(ThemeStep).where(ThemeStep.verb == "unpark_topic")).one(), by=analyst, now=NOW
    )
    services.undo(first, by=analyst, now=NOW)
    assert books.parked_at is None


def test_accept_parts_only_and_park_the_others(staff: Any, analyst: Person) -> None:
    about, rows, topics = suggested(analyst)
    client = staff(about.body_slug, Role.ANALYST)
    where = desk(about, f"/topics/{topics['buses'].id}/parts")
    assert "late (en)" in client.get(where).text
    assert client.post(where, data={"how": "each"}).status_code == 422
    sent = client.post(
        where, data={"part": str(topics["late"].id), "how": "each", "reason": "Too dear to mend"}
    )
    assert sent.status_code == 303
    made = queries.themes(about.id)[0]
    assert (made.name, within(made)) == (topics["late"].label, [rows[0].id, rows[5].id])
    assert topics["dear"].parked_because == "Too dear to mend"
    assert "1 of 3 topics handled" in client.get(desk(about)).text
    assert queries.acceptance(topics["buses"].run_id).in_parts == 1
    assert client.post(where, data={"part": str(topics["late"].id), "how": "each"}).status_code == 422
    with pytest.raises(DomainError, match="Theme 1 holds one of these parts"):
        services.accept_parts(about, topics["buses"], [topics["late"]], by=analyst, now=NOW)
    with pytest.raises(DomainError, match="no part"):
        services.accept_parts(about, topics["buses"], [topics["trams"]], by=analyst, now=NOW)


def test_accept_parts_together(analyst: Person) -> None:
    about, rows, topics = suggested(analyst)
    [made] = services.accept_parts(
        about, topics["buses"], [topics["late"], topics["dear"]], together=True, by=analyst, now=NOW
    )
    assert made.name == topics["buses"].label
    assert within(made) == [rows[0].id, rows[1].id, rows[5].id]


def test_acceptance_counts_each_topic_once(analyst: Person) -> None:
    about, _rows, topics = suggested(analyst)
    run_id = topics["buses"].run_id

    def rates() -> dict[str, int]:
        return {name: number for name, number in vars(queries.acceptance(run_id)).items() if number}

    assert rates() == {"untouched": 3}
    assert queries.acceptance(run_id).topics == 3
    buses = services.make_theme(
        about, name=topics["buses"].label, description=Bilingual(), topic=topics["buses"], by=analyst, now=NOW
    )
    assert rates() == {"accepted": 1, "untouched": 2}
    services.edit(buses, name=Bilingual("Bysiau", "Buses"), description=Bilingual(), by=analyst, now=NOW)
    assert rates() == {"renamed": 1, "untouched": 2}
    services.add_topic(buses, topics["late"], by=analyst, now=NOW)
    assert rates() == {"renamed": 1, "untouched": 2}
    services.add_topic(buses, topics["trams"], by=analyst, now=NOW)
    assert rates() == {"merged": 2, "untouched": 1}
    services.park_topic(topics["books"], "One voice", by=analyst, now=NOW)
    assert rates() == {"merged": 2, "parked": 1}
    services.park(buses, "Wrong", by=analyst, now=NOW)
    assert rates() == {"parked": 1, "untouched": 2}


def test_edits_count_what_people_moved(analyst: Person) -> None:
    about, rows, topics = suggested(analyst)
    made = services.make_theme(
        about, name=TRAMS, description=Bilingual(), topic=topics["trams"], by=analyst, now=NOW
    )
    assert queries.edits(about.id) == queries.Edits(passages=2, placed=0, taken_out=0)
    services.add_statement(made, rows[4], by=analyst, now=NOW)
    services.remove_statement(made, rows[2], by=analyst, now=NOW)
    found = queries.edits(about.id)
    assert found == queries.Edits(passages=2, placed=1, taken_out=1)
    assert found.share == pytest.approx(2 / 3)


def test_a_topic_put_into_a_theme_twice_is_one_step(analyst: Person) -> None:
    about, _rows, topics = suggested(analyst)
    made = theme(about, signed_off=False)
    assert services.add_topic(made, topics["trams"], by=analyst, now=NOW) == 2
    assert services.add_topic(made, topics["trams"], by=analyst, now=NOW) == 0
    assert len(session.scalars(select(ThemeStep).where(ThemeStep.verb == "add_topic")).all()) == 1


@pytest.mark.parametrize("verb", ["", "/add", "/park", "/unpark", "/parts"])
def test_topics_of_another_body_are_not_there(staff: Any, analyst: Person, verb: str) -> None:
    about, _rows, topics = suggested(analyst)
    own = make.consultation("arall")
    other = staff("arall", Role.ANALYST)
    send = other.post if verb else other.get
    assert send(desk(own, f"/topics/{topics['buses'].id}{verb}")).status_code == 404
    assert send(desk(about, f"/topics/{topics['buses'].id}{verb}")).status_code == 403
    officer = staff("tirwen", Role.POLICY_OFFICER)
    answer = (officer.post if verb else officer.get)(desk(about, f"/topics/{topics['buses'].id}{verb}"))
    assert answer.status_code == (403 if verb else 200)
