"""What the public sees, in both languages, and never a draft."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from citizen_platform.consultations import queries
from citizen_platform.consultations.models import Stage
from tests import make

CLOSES = datetime(2026, 7, 3, 16, 0, tzinfo=UTC)


def test_a_draft_is_nobodys_to_see(client: Any) -> None:
    draft = make.consultation(stage=Stage.DRAFT)
    assert client.get(f"/en/consultations/{draft.reference}").status_code == 404
    assert draft.title.en not in client.get("/en/consultations").text
    assert queries.public_consultation(draft.reference) is None


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage != Stage.DRAFT])
def test_everything_promised_is_on_the_page_in_its_language(client: Any, stage: Stage) -> None:
    consultation = make.consultation(stage=stage)
    texts = (
        "title",
        "problem",
        "can_change",
        "cannot_change",
        "background",
        "decision_maker",
        "welsh_effects",
    )
    for address, language, other in (
        (f"/en/consultations/{consultation.reference}", "en", "cy"),
        (f"/cy/ymgyngoriadau/{consultation.reference}", "cy", "en"),
    ):
        page = client.get(address).text
        for name in (*texts, "Option", "Cost", "Constraints", "What matters?", "Which?", "Welsh?", "Yes"):
            assert f"{name} ({language})" in page
            assert f"{name} ({other})" not in page


def test_answering_is_offered_until_the_closing_second(client: Any) -> None:
    consultation = make.consultation(opened_at=CLOSES - timedelta(days=9), closes_at=CLOSES)
    address = f"/en/consultations/{consultation.reference}"
    with time_machine.travel(CLOSES - timedelta(seconds=1), tick=False):
        page = client.get(address).text
        assert f"{address}/answer" in page and "Open for answers until 3 July 2026, 17:00" in page
    with time_machine.travel(CLOSES, tick=False):
        page = client.get(address).text
        assert f"{address}/answer" not in page and "It closed on 3 July 2026" in page
        assert "What happens next" in page


def test_late_answers_are_admitted(client: Any) -> None:
    consultation = make.consultation(stage=Stage.CLOSED)
    consultation.feedback_due_on = (datetime.now(UTC) - timedelta(days=2)).date()
    assert "have not been published yet" in client.get(f"/en/consultations/{consultation.reference}").text
    consultation.stage = Stage.ANSWERED
    assert "have not been published yet" not in client.get(f"/en/consultations/{consultation.reference}").text


def test_the_list_has_open_ones_first_and_nothing_of_drafts(client: Any) -> None:
    titles = {}
    for stage in (Stage.ANSWERED, Stage.ANALYSING, Stage.OPEN):
        titles[stage] = make.both(f"About {stage.value}")
        make.consultation(stage=stage, title=titles[stage])
    page = client.get("/en/consultations").text
    places = [page.index(titles[stage].en) for stage in (Stage.OPEN, Stage.ANALYSING, Stage.ANSWERED)]
    assert places == sorted(places)


def test_the_list_can_be_about_one_area(client: Any) -> None:
    make.consultation(areas=["W06000008"], title=make.both("Aeron"))
    make.consultation(areas=["W06000002"], title=make.both("Eryri"))
    make.consultation(areas=[], title=make.both("Pobman"))
    page = client.get("/cy/ymgyngoriadau?area=W06000008").text
    assert "Aeron" in page and "Pobman" in page and "Eryri" not in page
    assert "Eryri" in client.get("/cy/ymgyngoriadau?area=nonsense").text
    assert 'href="/en/consultations?area=W06000008"' in page


def test_an_empty_list_says_what_it_is_for(client: Any) -> None:
    assert "Nothing has been asked yet" in client.get("/en/consultations").text


def test_what_a_body_wrote_cannot_become_markup(client: Any) -> None:
    consultation = make.consultation(
        title=make.both("<script>alert(1)</script>"), problem=make.both("<b>bold</b>")
    )
    for address in ("/en/consultations", f"/en/consultations/{consultation.reference}"):
        page = client.get(address).text
        assert "<script>alert" not in page and "<b>bold" not in page


def test_a_page_asks_the_database_a_bounded_number_of_times(client: Any, app: Any) -> None:
    import sqlalchemy as sa

    from citizen_platform.core.database import db

    def statements() -> int:
        seen: list[str] = []
        listener = lambda *args: seen.append(args[2])  # noqa: E731
        sa.event.listen(db.engine, "before_cursor_execute", listener)
        client.get("/en/consultations")
        sa.event.remove(db.engine, "before_cursor_execute", listener)
        return len(seen)

    make.consultation()
    few = statements()
    for slug in ("un", "dau", "tri"):
        make.consultation(slug)
    assert statements() == few
