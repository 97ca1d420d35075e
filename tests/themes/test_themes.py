"""Themes: made by people, signed off in both languages, shown in public with figures that add up."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from citizen_platform.accounts.models import Role
from citizen_platform.consultations.models import Consultation, Stage
from citizen_platform.contributions import services as contributions
from citizen_platform.contributions.models import Contribution, Door, TextLanguage
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.database import session
from citizen_platform.core.errors import DomainError
from citizen_platform.themes import queries, services
from citizen_platform.themes.models import ThemePassage, TopicRun
from tests import make
from tests.conftest import NOW
from tests.themes.made import BUSES, result, theme

pytestmark = pytest.mark.usefixtures("app")


def told(*texts: str, language: str = "en") -> tuple[Consultation, list[Contribution]]:
    """A closed consultation and what it was told."""
    about = make.consultation(stage=Stage.CLOSED)
    return about, [make.contribution(about, text, language=language)[0] for text in texts]


def finished(about: Consultation, groups: dict[str, list[Contribution]], **left: Any) -> TopicRun:
    """A run that found these groups."""
    run = services.ask(about, by=make.person(about.body_slug, Role.ANALYST), now=NOW)
    services.store(run.id, result(groups, **left), now=NOW)
    session.commit()
    return run


def desk(about: Consultation, rest: str = "") -> str:
    return f"/en/desk/{about.body_slug}/consultations/{about.reference}/themes{rest}"


def test_a_topic_becomes_a_theme_with_its_passages(staff: Any) -> None:
    about, rows = told("One bus", "Two buses", "A book")
    run = finished(about, {"buses": rows[:2], "books": rows[2:]})
    buses, books = queries.topics(run.id)
    analyst = staff(about.body_slug, Role.ANALYST)
    form = analyst.get(desk(about, f"/new?topic={buses.id}"))
    assert "buses (cy)" in form.text
    assert "buses (en)" in form.text
    made = analyst.post(
        desk(about, f"/new?topic={buses.id}"),
        data={"name-cy": "Bysiau", "name-en": "Buses", "description-cy": "Prin", "description-en": "Seldom"},
    )
    assert made.status_code == 303
    shown = queries.themes(about.id)[0]
    assert queries.theme_counts([shown.id])[shown.id].statements == 2
    added = analyst.post(desk(about, f"/topics/{books.id}/add"), data={"theme": "1"})
    assert added.status_code == 303
    assert queries.theme_counts([shown.id])[shown.id].statements == 3
    analyst.post(desk(about, f"/topics/{books.id}/add"), data={"theme": "1"})
    assert session.scalar(select(func.count(ThemePassage.id))) == 3
    page = analyst.get(desk(about)).text
    assert page.count("In theme 1") == 2


def test_one_language_is_not_enough(staff: Any, client: Any) -> None:
    about, rows = told("One bus")
    half = theme(about, *rows, name=Bilingual("Bysiau", ""), signed_off=False)
    analyst = staff(about.body_slug, Role.ANALYST)
    analyst.post(desk(about, "/1/sign-off"))
    assert not half.is_public
    assert "must be there in both languages" in analyst.get(desk(about, "/1")).text
    half.is_public, half.signed_off_at, half.signed_off_by_id = True, NOW, half.made_by_id
    with pytest.raises(IntegrityError, match="both_languages"):
        session.flush()


def test_a_stale_language_is_not_enough() -> None:
    about, rows = told("One bus")
    analyst = make.person(about.body_slug, Role.ANALYST)
    half = theme(about, *rows, signed_off=False)
    services.edit(
        half, name=Bilingual("Bysiau", "Evening buses"), description=half.description, by=analyst, now=NOW
    )
    assert half.name.stale == "cy"
    with pytest.raises(DomainError):
        services.sign_off(half, by=analyst, now=NOW)
    half.is_public, half.signed_off_at, half.signed_off_by_id = True, NOW, analyst.id
    with pytest.raises(IntegrityError, match="both_languages"):
        session.flush()


def test_nobody_signed_it_off_so_the_database_refuses() -> None:
    about, rows = told("One bus")
    made = theme(about, *rows, signed_off=False)
    made.is_public = True
    with pytest.raises(IntegrityError, match="public_when_signed_off"):
        session.flush()


def test_a_public_theme_stays_in_both_languages(staff: Any) -> None:
    about, rows = told("One bus")
    public = theme(about, *rows)
    analyst = staff(about.body_slug, Role.ANALYST)
    words = {
        "name-cy": "Bysiau",
        "name-en": "Evening buses",
        "description-cy": public.description.cy,
        "description-en": public.description.en,
    }
    refused = analyst.save(desk(about, "/1/edit"), words)
    assert refused.status_code == 422
    assert "change both languages" in refused.text
    assert public.name == BUSES
    assert analyst.save(desk(about, "/1/edit"), {**words, "agrees": "y"}).status_code == 303
    assert public.name == Bilingual("Bysiau", "Evening buses")


def test_statements_are_added_and_taken_out_by_hand(staff: Any) -> None:
    about, rows = told("One bus", "A 100% late bus", "A book")
    theme(about, rows[0], signed_off=False)
    analyst = staff(about.body_slug, Role.ANALYST)
    found = analyst.get(desk(about, "/1?find=BUS")).text
    assert "A 100% late bus" in found
    assert "A book" not in found
    assert "A 100% late bus" in analyst.get(desk(about, "/1?find=0%25")).text
    assert "A book" not in analyst.get(desk(about, "/1?find=%25")).text
    analyst.post(desk(about, "/1/statements/add"), data={"contribution": rows[1].id})
    analyst.post(desk(about, "/1/statements/add"), data={"contribution": rows[1].id})
    made = queries.themes(about.id)[0]
    assert queries.theme_counts([made.id])[made.id].statements == 2
    analyst.post(desk(about, "/1/statements/remove"), data={"contribution": rows[0].id})
    assert [row.contribution.id for row in queries.statements_in(made.id)[0]] == [rows[1].id]


def test_a_statement_of_another_consultation_cannot_be_added(staff: Any) -> None:
    about, rows = told("One bus")
    _other, foreign = told("Elsewhere")
    theme(about, *rows)
    analyst = staff(about.body_slug, Role.ANALYST)
    answer = analyst.post(desk(about, "/1/statements/add"), data={"contribution": foreign[0].id})
    assert answer.status_code == 404


def test_another_bodys_theme_and_topic_are_not_there(staff: Any) -> None:
    about, rows = told("One bus")
    topic = queries.topics(finished(about, {"buses": rows}).id)[0]
    theme(about, *rows)
    own = make.consultation("arall", stage=Stage.CLOSED)
    analyst = staff("arall", Role.ANALYST)
    for rest in (
        "/1",
        "/1/edit",
        f"/new?topic={topic.id}",
        f"/topics/{topic.id}/add",
        f"/runs/{topic.run_id}",
    ):
        assert analyst.get(desk(own, rest)).status_code == 404
        assert analyst.get(desk(about, rest)).status_code == 403


def test_the_language_switch_keeps_what_was_typed(staff: Any) -> None:
    about, _rows = told("One bus")
    analyst = staff(about.body_slug, Role.ANALYST)
    page = analyst.get(desk(about, "/new")).text
    match = re.search(r'formaction="([^"]+)"', page)
    assert match
    typed = analyst.post(match[1], data={"name-cy": "Enw heb ei gadw", "switch_language": "cy"})
    assert typed.status_code == 200
    assert "Enw heb ei gadw" in typed.text
    assert queries.themes(about.id) == []


def test_a_theme_that_is_not_signed_off_is_nowhere_in_public(client: Any) -> None:
    about, rows = told("One bus")
    theme(about, *rows, name=Bilingual("Cyfrinach", "Secret"), signed_off=False)
    heard = client.get(f"/en/consultations/{about.reference}/what-we-heard")
    assert heard.status_code == 200
    assert "Secret" not in heard.text
    assert "No themes yet" in heard.text
    draft = make.consultation(stage=Stage.DRAFT)
    assert client.get(f"/en/consultations/{draft.reference}/what-we-heard").status_code == 404


def test_the_figures_of_what_we_heard_add_up(client: Any) -> None:
    about, rows = told("One bus", "Two buses", "Three buses", "dim sylw", "Something else", "Unread")
    finished(about, {"buses": rows[:3]}, unassigned=rows[4:], no_content=[rows[3]])
    reader = make.person(about.body_slug, Role.SCREENER)
    contributions.mark_read([rows[4]], by=reader, now=NOW)
    theme(about, *rows[:2])
    theme(about, rows[1], name=Bilingual("Drafft", "Draft"), signed_off=False)
    found = queries.coverage(about.id)
    assert (found.in_themes, found.no_content, found.read, found.unread) == (2, 1, 1, 2)
    assert found.in_themes + found.no_content + found.read + found.unread == found.received == 6
    page = client.get(f"/en/consultations/{about.reference}/what-we-heard").text
    for sentence in (
        "6 statements came in.",
        "2 of them are in a theme below.",
        "1 was read by a person and is in no theme.",
        "2 are in no theme and wait to be read by a person.",
        "1 said nothing that could be grouped",
    ):
        assert sentence in page


def test_only_released_words_are_quoted_in_the_language_they_were_written_in(client: Any) -> None:
    about, rows = told("Bws cudd", "Bws cyhoeddus", language="cy")
    rows[1].language = TextLanguage.WELSH
    contributions.release(rows[1], by=make.person(about.body_slug, Role.SCREENER), now=NOW)
    theme(about, *rows)
    page = client.get(f"/en/consultations/{about.reference}/what-we-heard").text
    assert "Bws cudd" not in page
    assert re.search(r'<blockquote lang="cy">\s*<p>Bws cyhoeddus', page)


def test_few_people_are_not_shown_by_language_or_door(client: Any) -> None:
    about, rows = told(*(f"Bus {number}" for number in range(2 * queries.FEW)))
    for row in rows[: queries.FEW]:
        row.language = TextLanguage.WELSH
    public = theme(about, *rows[1:10])
    address = f"/en/consultations/{about.reference}/what-we-heard/1"
    page = client.get(address).text
    assert "fewer than 10 people" in page and "9 people" not in page
    assert "People by the language they wrote in" not in page and "How it came in" not in page
    for row in rows[10:]:
        services.add_statement(public, row, by=make.person(about.body_slug, Role.ANALYST), now=NOW)
    page = client.get(address).text
    assert "19 people" in page and "People by the language they wrote in" not in page
    services.add_statement(public, rows[0], by=make.person(about.body_slug, Role.ANALYST), now=NOW)
    page = client.get(address).text
    assert "In Welsh, or partly: about 10 people" in page
    assert "on this site about 20 people" in page


def test_a_person_with_two_statements_counts_once() -> None:
    about = make.consultation(stage=Stage.CLOSED)
    receipt, _code = contributions.give_receipt(about, door=Door.PAPER, language="en", now=NOW)
    rows = [
        contributions.receive(receipt, text, question=about.questions[0], now=NOW)
        for text in ("A bus", "A tram")
    ]
    made = theme(about, *rows)
    count = queries.theme_counts([made.id])[made.id]
    assert (count.people, count.statements, count.doors["paper"]) == (1, 2, 2)


def test_how_the_themes_were_made_is_told_truly(client: Any) -> None:
    about, rows = told("One bus", "Two buses")
    by_hand = theme(about, rows[0])
    address = f"/en/consultations/{about.reference}/what-we-heard"
    assert "computer program" not in client.get(address).text
    topic = queries.topics(finished(about, {"buses": rows}).id)[0]
    services.add_topic(by_hand, topic, by=make.person(about.body_slug, Role.ANALYST), now=NOW)
    assert "computer program" in client.get(address).text
