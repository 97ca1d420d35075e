"""Nothing that people need asks for a script, or for a mouse."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from citizen_platform.consultations.models import Consultation
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.database import db
from citizen_platform.core.security import read_code
from tests import make
from tests.journeys.browser import Visitor
from tests.journeys.doors import asked_panel, open_session
from tests.journeys.service import Service

Come = Callable[..., Visitor]
SAID = {
    "cy": "Mae’r llwybr at yr ysgol yn dywyll.\n\nByddai goleuadau’n help mawr i blant ŵ ŷ.",
    "en": "The path to the school is dark.\n\nLights would be a great help to children.",
}


@pytest.fixture
def reference(live: Service) -> str:
    """An open consultation."""
    return open_consultation(live)


def open_consultation(live: Service) -> str:
    with live.app.app_context():
        row: Consultation = make.consultation("di-sgript", title=Bilingual("Llwybrau diogel", "Safe paths"))
        db.session.commit()
        return row.reference


@pytest.mark.parametrize("language", ["cy", "en"])
def test_an_answer_without_scripts(visitor: Come, reference: str, language: str) -> None:
    citizen = visitor(language, scripts=False)
    citizen.go("consultations.show", reference=reference)
    citizen.check()
    citizen.press("Have your say")
    citizen.check()
    words = citizen.page.locator("main textarea").first
    words.fill(SAID[language])
    citizen.switch()
    citizen.check()
    expect(words).to_have_value(SAID[language])
    citizen.switch()
    citizen.press("Check your answers")
    citizen.sees("Nothing has been sent yet.")
    citizen.press("Send your answers")
    code = citizen.page.locator(".slip-code").text_content() or ""
    assert len(read_code(code)) == 28
    citizen.go("decisions.find_receipt")
    citizen.page.locator("[name=code]").fill(code.lower())
    citizen.press("Show me")
    citizen.sees("Received", context="path")
    citizen.reads(SAID[language].split("\n")[0])
    citizen.check()


def test_an_empty_answer_without_scripts_is_told_so_at_its_place(visitor: Come, reference: str) -> None:
    citizen = visitor("cy", scripts=False)
    citizen.go("submissions.answer", reference=reference)
    citizen.press("Check your answers")
    citizen.sees("Answer at least one question")
    citizen.sees("There is a problem")
    citizen.check()


@pytest.mark.parametrize("language", ["cy", "en"])
def test_notes_without_scripts(live: Service, visitor: Come, language: str) -> None:
    _reference, codes = open_session(live, "di-sgript")
    taker = visitor(language, scripts=False)
    taker.go("assemblies.join")
    taker.page.locator("[name=code]").fill(codes[0].lower())
    taker.press("Join")
    taker.check()
    taker.page.locator("main textarea").fill(SAID[language])
    taker.switch()
    expect(taker.page.locator("main textarea")).to_have_value(SAID[language])
    taker.switch()
    taker.press("Write it down")
    taker.sees("Written down.")
    taker.reads(SAID[language].split("\n")[0])
    taker.check()


@pytest.mark.parametrize("language", ["cy", "en"])
def test_a_panel_member_without_scripts(live: Service, visitor: Come, language: str) -> None:
    _reference, code = asked_panel(live, "di-sgript", language)
    member = visitor(language, scripts=False)
    member.go("panels.enter")
    member.check()
    member.page.locator("[name=code]").fill(code.lower())
    member.press("Go to the questions")
    member.page.locator("main textarea").first.fill(SAID[language])
    member.press("Check your answers")
    member.press("Send your answers")
    member.sees("Your answers have been sent")
    member.check()


@pytest.mark.parametrize("language", ["cy", "en"])
def test_an_answer_by_keyboard_alone(visitor: Come, reference: str, language: str) -> None:
    """From the top of the page with Tab, arrows, space and Enter; what has the focus can be seen."""
    citizen = visitor(language)
    citizen.go("submissions.answer", reference=reference)
    keyboard, focused = citizen.page.keyboard, citizen.page.locator(":focus")
    keyboard.press("Tab")
    expect(focused).to_have_text(citizen.words("Skip to main content"))
    keyboard.press("Enter")
    tab_until(citizen, "textarea")
    keyboard.type(SAID[language].split("\n")[0])
    tab_until(citizen, "[type=radio]")
    keyboard.press("Space")
    keyboard.press("ArrowDown")
    tab_until(citizen, "main button.govuk-button")
    keyboard.press("Enter")
    citizen.sees("Nothing has been sent yet.")
    citizen.reads(make.both("No")[language])
    tab_until(citizen, "main button.govuk-button")
    keyboard.press("Enter")
    citizen.sees("Your answers have been sent")


def tab_until(visitor: Visitor, selector: str) -> None:
    """Press Tab until something of this kind has the focus, which must show."""
    for _try in range(40):
        visitor.page.keyboard.press("Tab")
        if visitor.page.locator(f"{selector}:focus").count():
            shown = visitor.page.evaluate(
                """() => { const near = [document.activeElement, document.activeElement.nextElementSibling].filter(Boolean);
                return near.some(e => [null, '::before'].some(p => { const s = getComputedStyle(e, p);
                return (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none'; })) }"""
            )
            assert shown, f"{selector} does not show that it has the focus"
            return
    raise AssertionError(f"Tab does not lead to {selector}")
