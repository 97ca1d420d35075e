"""What we heard, from the picture to the whole answer: only released words, nothing that points at somebody."""

from __future__ import annotations

import re
from typing import Any

import pytest

from citizen_platform.accounts.models import Role
from citizen_platform.consultations.models import Stage
from citizen_platform.contributions import services as contributions
from citizen_platform.contributions.models import Campaign, Contribution, Passage, Stance, TextLanguage
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.database import session
from citizen_platform.proposals.models import Endorsement, Proposal
from citizen_platform.themes import queries, services
from citizen_platform.themes.views.picture import Drawn, number_of_dots, people_per_dot, picture, wrapped
from tests import make
from tests.conftest import NOW
from tests.house.pages import Page, faults
from tests.themes.crowd import crowd
from tests.themes.made import result, theme

pytestmark = pytest.mark.usefixtures("app")


def address(about: Any, rest: str = "") -> str:
    return f"/en/consultations/{about.reference}/what-we-heard{rest}"


def test_every_page_of_it_is_well_made_in_both_languages(client: Any) -> None:
    about, rows, _made, by = crowd(60, welsh=0.4)
    for row in rows[:15]:
        contributions.release(row, by=by, now=NOW)
    said = []
    for english in (
        address(about),
        address(about, "?only=language-cy"),
        address(about, "?only=door-web"),
        address(about, "?order=statements"),
        address(about, "/1"),
        address(about, "/3"),
        address(about, "/how-it-was-made"),
        f"/en/consultations/{about.reference}/statements/{rows[0].id}",
    ):
        welsh = english.replace("/en/consultations", "/cy/ymgyngoriadau").replace(
            "what-we-heard", "beth-glywson-ni"
        )
        welsh = welsh.replace("statements/", "sylwadau/").replace("how-it-was-made", "sut-y-gwnaed")
        for where in (english, welsh):
            answer = client.get(where)
            said += faults(Page(where, answer.status_code, answer.text))
    assert said == []


def test_the_picture_says_the_same_as_the_table(client: Any) -> None:
    about, _rows, made, _by = crowd(60, welsh=0.4)
    page = client.get(address(about)).text
    drawing = page.partition('class="heard-picture"')[2].partition("</svg>")[0]
    figures = queries.published(about.id).themes
    assert "<title" in drawing and "<desc" in drawing
    description = re.search(r"<desc[^>]*>([^<]+)</desc>", drawing)
    assert description
    for row in made:
        people = figures[row.id].people
        words = f"{people} people" if people else "fewer than 10 people"
        assert f"{row.name.en}: {words}." in description[1]
    assert figures[made[2].id].is_few
    assert drawing.count('class="head-unknown"') == 1


def test_a_theme_leads_to_passages_and_to_the_whole_answer(client: Any) -> None:
    about = make.consultation(stage=Stage.ANALYSING)
    text = "The bus is late. The library is shut."
    said, _code = make.contribution(about, text)
    hidden, _code = make.contribution(about, "Nobody may read this.")
    by = make.person(about.body_slug, *Role, name="Mari Signatory")
    made = theme(about, hidden, by=by)
    services.add_statement(made, said, by=by, now=NOW)
    contributions.release(said, by=by, now=NOW)
    page = client.get(address(about, "/1")).text
    assert "The library is shut." in page and "Nobody may read" not in page
    assert "fewer than 10 people" in page and "Mari Signatory" in page
    whole = f"/en/consultations/{about.reference}/statements/{said.id}"
    assert whole in page
    shown = client.get(whole).text
    assert f'<span lang="en">{text}</span>' in shown and address(about, "/1") in shown
    for number in (hidden.id, 99999):
        assert client.get(f"/en/consultations/{about.reference}/statements/{number}").status_code == 404
    other = make.consultation(stage=Stage.ANALYSING)
    assert client.get(f"/en/consultations/{other.reference}/statements/{said.id}").status_code == 404
    contributions.withdraw_release(said, by=by, now=NOW)
    assert client.get(whole).status_code == 404
    assert "The library is shut." not in client.get(address(about, "/1")).text


def test_a_statement_in_both_languages_is_tagged_part_by_part(client: Any) -> None:
    about = make.consultation(stage=Stage.ANALYSING)
    text = "Mae'r bws yn hwyr. The bus is late. Diolch!"
    said, _code = make.contribution(about, text, language="cy")
    said.language = TextLanguage.MIXED
    for start, end, language in ((0, 18, "cy"), (19, 35, "en"), (36, 43, "cy")):
        session.add(
            Passage(
                contribution_id=said.id, start=start, end=end, language=TextLanguage(language), vector=b""
            )
        )
    contributions.release(said, by=make.person(about.body_slug, Role.SCREENER), now=NOW)
    page = client.get(f"/en/consultations/{about.reference}/statements/{said.id}").text
    parts = re.findall(
        r'<span lang="(cy|en)">([^<]+)</span>',
        page.partition("statement-text")[2].partition("</blockquote>")[0],
    )
    assert [language for language, _part in parts] == ["cy", "en", "cy"]
    assert "".join(part for _language, part in parts).replace("&#39;", "'") == text


def test_quotes_come_ten_to_a_page(client: Any) -> None:
    about, rows, made, by = crowd(30, twice=0, themes=(1.0,))
    for row in rows[:23]:
        contributions.release(row, by=by, now=NOW)
    assert [
        client.get(address(about, f"/1?page={page}")).text.count("<blockquote") for page in (1, 2, 3, 9)
    ] == [10, 10, 3, 3]
    assert made[0].number == 1


def campaign(about: Any, rows: list[Contribution]) -> None:
    row = Campaign(consultation_id=about.id, found_at=NOW)
    session.add(row)
    session.flush()
    for each in rows:
        each.campaign_id = row.id


def test_campaigns_stand_apart_and_everybody_counts(client: Any) -> None:
    about, rows, made, by = crowd(60, twice=0, themes=(1.0,))
    campaign(about, rows[:21])
    campaign(about, rows[30:35])
    rows[0].adds_own_words = True
    contributions.release(rows[3], by=by, now=NOW)
    page = client.get(address(about, "/1")).text
    assert "60 people" in page, "the raw total does not change"
    assert "about 20 people sent the same text" in page
    assert f"statements/{rows[3].id}" in page
    assert page.count("sent the same text") == 1, "a text of five people points at nobody"
    assert queries.campaigns(made[0].id).arguments == 40, (
        "60 statements, 20 of them the same words: 41, rounded"
    )


def test_stance_is_shown_only_where_both_sides_are_large_enough(client: Any) -> None:
    about, rows, made, _by = crowd(60, twice=0, themes=(1.0,))
    assert queries.stances(made[0].id, 60) == {}
    for place, row in enumerate(rows):
        stance = Stance.FOR if place < 30 else Stance.AGAINST if place < 50 else Stance.UNCLEAR
        session.add(
            Passage(
                contribution_id=row.id,
                start=0,
                end=4,
                language=TextLanguage.ENGLISH,
                stance=stance,
                vector=b"",
            )
        )
    session.flush()
    assert queries.stances(made[0].id, 60) == {"for": 30, "against": 20, "unclear": 10}
    assert "for: about 30 people" in client.get(address(about, "/1")).text
    for passage in session.query(Passage).limit(25):
        passage.stance = Stance.UNCLEAR
    assert "for: " not in client.get(address(about, "/1")).text


def test_stability_is_told_in_words(client: Any) -> None:
    about, rows, made, by = crowd(40, themes=(0.9,))
    assert "How sure the group is" not in client.get(address(about, "/1")).text
    run = services.ask(about, by=by, now=NOW)
    services.store(run.id, result({"buses": rows[:20]}), now=NOW)
    topic = queries.topics(run.id)[0]
    services.add_topic(made[0], topic, by=by, now=NOW)
    for value, word in ((0.9, "firm: leave"), (0.6, "fairly firm"), (0.3, "loose")):
        topic.facts = {"stability": value}
        assert word in client.get(address(about, "/1")).text


def test_priority_is_shown_several_ways(client: Any) -> None:
    about, rows, made, _by = crowd(60, themes=(0.6, 0.4))
    by_people = client.get(address(about)).text
    assert "order=statements" in by_people and "order=endorsements" not in by_people
    inside = {row.contribution.id for page in (1, 2) for row in queries.statements_in(made[0].id, page)[0]}
    spoken = [row for row in rows if row.id not in inside][:3]
    receipt = spoken[0].receipt
    parts = dict(zip(("who_id", "what_id", "how_id"), (row.id for row in spoken), strict=True))
    proposal = Proposal(
        reference="P1", body_slug=about.body_slug, receipt_id=receipt.id, title="T", language="en",
        source_key="s", made_at=NOW, released_at=NOW, **parts,
    )  # fmt: skip
    session.add(proposal)
    session.flush()
    for number in range(3):
        session.add(
            Endorsement(
                proposal_id=proposal.id, endorser_digest=f"e{number}", secret_digest=f"s{number}", asked_at=NOW,
                confirmed_at=NOW if number else None,
            )
        )  # fmt: skip
    session.flush()
    for row in spoken:
        services.add_statement(made[1], row, by=make.person(about.body_slug, Role.ANALYST), now=NOW)
    services_page = client.get(address(about, "?order=endorsements")).text
    assert queries.endorsements([made[1].id]) == {made[1].id: 2}
    assert services_page.index('id="theme-2"') < services_page.index('id="theme-1"')
    assert "Endorsements" in services_page
    assert "2 endorsements were given" in client.get(address(about, "/2")).text


def test_a_theme_that_was_withdrawn_says_so_at_its_address(client: Any) -> None:
    about, _rows, made, by = crowd(20, themes=(0.9, 0.9))
    services.withdraw(made[0], "Wrong words", by=by, now=NOW)
    answer = client.get(address(about, "/1"))
    assert answer.status_code == 410
    assert "taken out of public on 21 November 2026" in answer.text and "Wrong words" not in answer.text
    assert client.get(address(about, "/9")).status_code == 404


def test_no_theme_is_public_yet(client: Any) -> None:
    about = make.consultation(stage=Stage.ANALYSING)
    made = theme(about, make.contribution(about)[0], name=Bilingual("Cudd", "Hidden"), signed_off=False)
    assert client.get(address(about, f"/{made.number}")).status_code == 404
    assert (
        "Hidden" not in client.get(address(about)).text + client.get(address(about, "/how-it-was-made")).text
    )


def test_a_dot_is_as_few_people_as_the_picture_can_bear() -> None:
    assert people_per_dot([]) == people_per_dot([3, 200]) == 1
    assert people_per_dot([300]) == 2
    assert people_per_dot([50_000, 20_000]) == 500
    assert number_of_dots(0, 5) == 0 and number_of_dots(1, 5) == 1


@pytest.mark.parametrize("number", [1, 2, 4, 5, 6, 9, 11, 16, 31])
def test_heads_keep_to_the_paper_and_apart(number: int) -> None:
    name = "Cludiant i weithgareddau Cymraeg y tu allan i oriau ysgol"
    drawn = picture([Drawn(name, ["220 o bobl"], 220 - 7 * place or None) for place in range(number)])
    assert len(drawn.heads) == number
    for head in drawn.heads:
        assert head.radius <= head.x <= drawn.width - head.radius
        assert head.radius <= head.y <= drawn.height
        assert max(y for y, _line in head.words) < drawn.height
    for one, other in zip(drawn.heads, drawn.heads[1:], strict=False):
        if one.ground == other.ground:
            assert other.x - one.x >= one.radius + other.radius


def test_labels_are_wrapped_between_words() -> None:
    assert wrapped("Dim bysiau ar y Sul", 10) == ["Dim bysiau", "ar y Sul"]
    assert wrapped("Llanfairpwllgwyngyll", 5) == ["Llanfairpwllgwyngyll"]
