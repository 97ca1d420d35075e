"""What goes wrong for people: each time a clear page in their language, with what they typed and a next step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from citizen_platform.accounts.models import Role
from citizen_platform.consultations import services as consultations
from citizen_platform.consultations.models import Consultation, Stage
from citizen_platform.core.database import db
from tests import make
from tests.journeys.browser import SCREEN, Visitor
from tests.journeys.service import Service

Come = Callable[..., Visitor]
LANGUAGES = pytest.mark.parametrize("language", ["cy", "en"])
WORDS = {
    "cy": "Mae’r maes parcio’n llawn bob bore Mawrth.",
    "en": "The car park is full every Tuesday morning.",
}
PICTURE = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489") + bytes(
    range(256)
)


def consultation_in(live: Service, body: str, stage: Stage = Stage.OPEN) -> str:
    with live.app.app_context():
        row = make.consultation(body, stage=stage)
        db.session.commit()
        return row.reference


def close(live: Service, reference: str) -> None:
    with live.app.app_context():
        row = db.session.scalars(select(Consultation).where(Consultation.reference == reference)).one()
        consultations.close(row, make.person(row.body_slug, Role.POLICY_OFFICER), datetime.now(UTC))
        db.session.commit()


def is_designed(visitor: Visitor, heading: str) -> None:
    """An error page: the heading in the reader's language, a next step that leads somewhere, axe clean."""
    expect(visitor.page.locator("h1")).to_have_text(visitor.words(heading))
    visitor.check()
    step = visitor.page.locator("main a.next-step").first
    expect(step).to_be_visible()
    step.click()
    visitor.page.wait_for_load_state()
    visitor.check()


@LANGUAGES
def test_an_unknown_address(live: Service, visitor: Come, language: str) -> None:
    lost = visitor(language)
    for address in ("nid-yw-yma", "consultations/C9999999", "derbynebau/AAAA"):
        lost.status(404, lost.page.goto(f"{live.origin}/{language}/{address}"))
        is_designed(lost, "There is no such page")
    lost.status(404, lost.page.goto(f"{live.origin}/wp-login.php"))


@LANGUAGES
def test_a_consultation_that_closes_while_somebody_writes(
    live: Service, visitor: Come, language: str
) -> None:
    reference = consultation_in(live, "hwyr")
    checking, writing = visitor(language), visitor(language)
    for citizen in (checking, writing):
        citizen.go("submissions.answer", reference=reference)
        citizen.page.locator("main textarea").first.fill(WORDS[language])
    checking.press("Check your answers")
    close(live, reference)
    checking.press("Send your answers")
    writing.press("Check your answers")
    for citizen in (checking, writing):
        expect(citizen.page.locator("h1")).to_have_text(citizen.words("This consultation has closed"))
        citizen.reads(WORDS[language])
        citizen.sees("What you wrote was not sent. Here it is, so that you can copy it.")
        is_designed(citizen, "This consultation has closed")


@LANGUAGES
def test_a_draft_is_not_there_for_the_public(live: Service, visitor: Come, language: str) -> None:
    reference = consultation_in(live, "drafft", Stage.DRAFT)
    curious = visitor(language)
    curious.status(404, curious.go("consultations.show", reference=reference))
    curious.status(404, curious.go("submissions.answer", reference=reference))
    is_designed(curious, "There is no such page")


@LANGUAGES
def test_an_answer_of_a_million_characters(live: Service, visitor: Come, language: str) -> None:
    citizen = visitor(language)
    citizen.go("submissions.answer", reference=consultation_in(live, "hir"))
    words = citizen.page.locator("main textarea").first
    long = (WORDS[language] + " ") * (1_000_000 // (len(WORDS[language]) + 1))
    words.fill(long)
    citizen.press("Check your answers")
    citizen.sees("There is a problem")
    name = words.get_attribute("id")
    expect(citizen.page.locator(f"#{name}-error")).to_contain_text(f"{len(long):,}")
    assert words.input_value().strip() == long.strip()
    citizen.check()
    words.fill(WORDS[language])
    citizen.press("Check your answers")
    citizen.sees("Nothing has been sent yet.")


@LANGUAGES
def test_a_file_that_is_no_table(live: Service, visitor: Come, language: str) -> None:
    body = live.body(f"ffeil-{language}", f"Cyngor y Ffeil {language}", f"File Council {language}")
    officer = visitor(language, SCREEN)
    officer.sign_in(live.staff(body, language, Role.POLICY_OFFICER))
    officer.go("submissions.import_file", body=body, reference=consultation_in(live, body))
    officer.check()
    for content in (PICTURE, b""):
        officer.page.locator("[name=file]").set_input_files(
            {"name": "llun.csv", "mimeType": "text/csv", "buffer": content}
        )
        officer.page.locator("[name=door]").first.check()
        officer.press("Go on to the columns")
        officer.sees("There is a problem")
        expect(officer.page.locator("#file-error")).not_to_be_empty()
        officer.check()


@LANGUAGES
def test_the_wrong_role_and_another_body(live: Service, visitor: Come, language: str) -> None:
    own = live.body(f"un-{language}", f"Cyngor Un {language}", f"Council One {language}")
    other = live.body(f"dau-{language}", f"Cyngor Dau {language}", f"Council Two {language}")
    theirs = consultation_in(live, other)
    stranger = visitor(language, SCREEN)
    stranger.go("consultations.desk_index", body=other)
    stranger.reads(stranger.words("Sign in"))
    stranger.check()
    stranger.sign_in(live.staff(own, language, Role.ANALYST))
    stranger.status(403, stranger.go("consultations.new", body=own))
    is_designed(stranger, "You cannot open this page")
    stranger.status(403, stranger.go("consultations.desk_index", body=other))
    is_designed(stranger, "You cannot open this page")
    stranger.status(404, stranger.go("themes.desk", body=own, reference=theirs))
    is_designed(stranger, "There is no such page")


@LANGUAGES
def test_a_form_whose_session_is_gone(live: Service, visitor: Come, language: str) -> None:
    citizen = visitor(language)
    citizen.go("submissions.answer", reference=consultation_in(live, "cof"))
    words = citizen.page.locator("main textarea").first
    words.fill(WORDS[language])
    citizen.context.clear_cookies()
    citizen.press("Check your answers")
    expect(citizen.page.locator("h1")).to_have_text(citizen.words("Please send the form again"))
    citizen.check()
    citizen.page.go_back()
    expect(words).to_have_value(WORDS[language])
