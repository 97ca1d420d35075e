"""The same figure on every page that tells it, and every statement in exactly one place."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import distinct, func, select

from citizen_platform.assemblies import services as assemblies
from citizen_platform.consultations.models import Consultation, Stage
from citizen_platform.consultations.queries import all_consultations
from citizen_platform.contributions.models import Contribution, Door, Receipt
from citizen_platform.contributions.queries import counts
from citizen_platform.core.database import CommittingFlask, session
from citizen_platform.submissions.models import Submission
from citizen_platform.themes.queries import coverage, public_themes, theme_counts, themes
from tests import make
from tests.conftest import NOW

STAFF = {"elwydd": "mared.pugh@elwydd.example", "gorwelion": "siwan.prydderch@gorwelion.example"}


def said(page: str, words: str) -> int:
    """The number before some words on a page."""
    text = " ".join(re.sub("<[^>]+>", " ", page).split())
    found = re.search(rf"([0-9,]+) {words}", text)
    assert found, f"the page does not say: {words}"
    return int(found[1].replace(",", ""))


def statements(consultation: Consultation) -> int:
    number = select(func.count(Contribution.id)).where(Contribution.consultation_id == consultation.id)
    return session.scalar(number) or 0


@pytest.fixture
def asked(demo: Any) -> Any:
    """Every public consultation of the demo, inside an application context."""
    with demo.app.app_context():
        yield [row for row in all_consultations() if row.is_public]


def test_every_statement_is_in_exactly_one_place(asked: list[Consultation]) -> None:
    for row in asked:
        for public_only in (True, False):
            found = coverage(row.id, public_only=public_only)
            assert found.received == statements(row)
            assert found.received == found.in_themes + found.no_content + found.read + found.unread
    assert sum(statements(row) for row in asked) > 500


def test_people_are_counted_once_each(asked: list[Consultation]) -> None:
    """Responses are what was sent, and tables at which something was said."""
    for row in asked:
        sent = session.scalar(select(func.count(Submission.id)).where(Submission.consultation_id == row.id))
        tables = session.scalar(
            select(func.count(distinct(Contribution.receipt_id))).where(
                Contribution.consultation_id == row.id, Contribution.door == Door.ASSEMBLY
            )
        )
        proposals = session.scalar(
            select(func.count(Receipt.id)).where(
                Receipt.consultation_id == row.id, Receipt.door == Door.PROPOSAL
            )
        )
        found = counts(row.id)
        assert found.people == (sent or 0) + (tables or 0) + (proposals or 0)
        assert found.people == found.people_by_door.total() == found.people_by_form.total()
        assert (
            found.statements
            == found.by_door.total()
            == found.by_language.total()
            == found.by_form_language.total()
        )


def test_every_page_tells_the_same_figures(demo: Any, asked: list[Consultation]) -> None:
    public = demo.client()
    home = public.get("/en/").text
    checked = 0
    for row in asked:
        found, covered = counts(row.id), coverage(row.id)
        where = f"/en/desk/{row.body_slug}/consultations/{row.reference}"
        staff = demo.client(STAFF[row.body_slug])
        responses = staff.get(f"{where}/responses").text
        assert said(responses, "responses?") == found.people
        assert said(responses, "statements?") == found.statements
        assert said(responses, "not read yet") == found.unread
        listed = staff.get(f"{where}/statements").text
        assert said(listed, "statements?") == found.statements
        assert said(listed, "not read yet in the whole") == found.unread
        heard = public.get(f"/en/consultations/{row.reference}/what-we-heard").text
        assert (
            said(heard, "statements? (?:came|has come|have come) in") == covered.received == found.statements
        )
        if not public_themes(row.id):
            continue
        checked += 1
        assert said(heard, "of them (?:is|are) in a theme below") == covered.in_themes
        desk = staff.get(f"{where}/themes").text
        everything = coverage(row.id, public_only=False)
        cells = {
            name: int(number)
            for name, number in re.findall(
                r"<t[hd][^>]*>([^<]+)</t[hd]>\s*<td[^>]*>\s*([0-9]+)\s*</td>", desk
            )
        }
        assert cells["Received"] == found.statements
        assert cells["In a theme"] == everything.in_themes
        per_theme = theme_counts(theme.id for theme in themes(row.id))
        for theme in public_themes(row.id):
            section = heard.partition(f'id="theme-{theme.number}"')[2].partition("</section>")[0]
            if per_theme[theme.id].is_small:
                assert "fewer than 10 people" in section and "statements" not in section
                continue
            assert said(section, "statements?") == per_theme[theme.id].statements
            assert said(section, "people") == per_theme[theme.id].people
        own = home.partition(f"consultations/{row.reference}/what-we-heard")[2].partition("</table>")[0]
        if own:
            assert said(own, "responses?") == found.people
            assert said(own, "statements?") == found.statements
    assert checked >= 2


def test_receipts_tell_of_as_many_statements_as_are_theirs(demo: Any, asked: list[Consultation]) -> None:
    public = demo.client()
    for address in demo.receipts:
        page = public.get(address).text
        shown = page.count('<blockquote class="said"')
        assert shown >= 1
        english = public.get(address.replace("/cy/derbynebau/", "/en/receipts/")).text
        assert said(english, "statements? in your own words") == shown


def test_a_table_at_which_nothing_was_said_is_no_response(app: CommittingFlask) -> None:
    about = make.consultation(stage=Stage.CLOSED)
    meeting = assemblies.prepare(
        "tirwen", name=make.both("S"), question=make.both("Q"), tables=5,
        receipt_code=lambda code: code * 3, about=about, by=None, now=NOW,
    )  # fmt: skip
    assert counts(about.id).people == 0
    meeting.opened_at = NOW
    assemblies.write(meeting.tables[0], "Bws", language="cy", once="a", now=NOW)
    assemblies.write(meeting.tables[0], "Trên", language="cy", once="b", now=NOW)
    found = counts(about.id)
    assert (found.people, found.statements, dict(found.people_by_door)) == (1, 2, {"assembly": 1})
