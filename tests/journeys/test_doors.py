"""The other doors, from the first form to the last: proposals, panels, assemblies, in both languages."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from citizen_platform.accounts.models import Role
from citizen_platform.assemblies.models import AssemblySession, Note, Table
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.database import db
from citizen_platform.panels.models import Panel
from citizen_platform.proposals.models import Proposal
from tests import make
from tests.journeys.browser import SCREEN, Visitor
from tests.journeys.doors import code_in
from tests.journeys.service import Service

Come = Callable[..., Visitor]
LANGUAGES = pytest.mark.parametrize("language", ["cy", "en"])
PROPOSAL = {
    "cy": (
        "Toiledau yn y parc",
        "Teuluoedd â phlant bach.",
        "Gallai pawb aros yn hirach yn y parc.",
        "Byddai mwy o bobl yno ar ôl cinio.",
    ),
    "en": (
        "Toilets in the park",
        "Families with small children.",
        "Everybody could stay longer in the park.",
        "More people would be there after lunch.",
    ),
}
SPOKEN = {
    "cy": ("Mae angen lle i eistedd wrth y safle bws.", "Mae’r pafin yn rhy gul i gadair olwyn."),
    "en": (
        "There should be somewhere to sit at the bus stop.",
        "The pavement is too narrow for a wheelchair.",
    ),
}


@LANGUAGES
def test_a_proposal_is_made_released_and_endorsed_once_each(
    live: Service, visitor: Come, language: str
) -> None:
    body = live.body(f"cynnig-{language}", f"Parc Cenedlaethol {language}", f"National Park {language}")
    screener = live.staff(body, language, Role.SCREENER)
    reference = propose(live, visitor(language), body)
    release(visitor(language, SCREEN), screener, body, PROPOSAL[language][0])

    citizen = visitor(language)
    citizen.go("proposals.index")
    citizen.check()
    citizen.page.get_by_role("link", name=PROPOSAL[language][0]).click()
    citizen.check()
    address = f"elan.{language}@example.org"
    link = ask_for_the_letter(live, citizen, reference, address)
    confirm(citizen, link)
    citizen.reads(citizen.words.counted("%(num)d person endorses this", "%(num)d people endorse this", 1))

    citizen.page.goto(link)
    citizen.sees("You have endorsed this already. You are counted once.")
    citizen.check()
    for again in (f"Elan.{language.upper()}@EXAMPLE.org", f"elan.{language}+parc@example.org"):
        citizen.go("proposals.endorse", reference=reference)
        citizen.page.locator("[name=address]").fill(again)
        citizen.press("Send me the message")
        citizen.sees("Look in your e-mail")
        assert live.letter_to(again) is None
    citizen.go("proposals.show", reference=reference)
    citizen.reads(citizen.words.counted("%(num)d person endorses this", "%(num)d people endorse this", 1))


def propose(live: Service, citizen: Visitor, body: str) -> str:
    """Make a proposal through its form; gives its reference."""
    citizen.go("proposals.index")
    citizen.press("Start a proposal")
    citizen.check()
    title, who, what, how = PROPOSAL[citizen.language]
    citizen.fill(title=title, who=who, what=what, how=how)
    citizen.press("Send the proposal")
    citizen.sees("Choose the organisation this is for")
    citizen.check()
    citizen.page.locator(f"[name=body][value={body}]").check()
    citizen.switch()
    expect(citizen.page.locator("[name=what]")).to_have_value(what)
    citizen.switch()
    citizen.press("Send the proposal")
    citizen.sees("Your proposal has arrived")
    citizen.check()
    with live.app.app_context():
        reference = db.session.scalars(select(Proposal.reference).where(Proposal.body_slug == body)).one()
    citizen.status(404, citizen.go("proposals.show", reference=reference))
    citizen.check()
    return reference


def release(screener: Visitor, email: str, body: str, title: str) -> None:
    screener.sign_in(email)
    screener.go("proposals.desk_index", body=body)
    screener.check()
    screener.page.get_by_role("link", name=title).click()
    screener.check()
    screener.press("Make it public")
    screener.sees("The proposal is public now.")
    screener.check()


def ask_for_the_letter(live: Service, citizen: Visitor, reference: str, address: str) -> str:
    """Ask to endorse; gives the link in the letter."""
    citizen.go("proposals.endorse", reference=reference)
    citizen.check()
    citizen.page.locator("[name=address]").fill(address)
    citizen.press("Send me the message")
    citizen.sees("Look in your e-mail")
    citizen.check()
    found = re.search(r"http://\S+", live.letter_to(address) or "")
    assert found
    return found.group()


def confirm(citizen: Visitor, link: str) -> None:
    """Open the letter's link in two windows and press the button in both."""
    second = citizen.context.new_page()
    for page in (citizen.page, second):
        page.goto(link)
    citizen.check()
    for page in (second, citizen.page):
        page.get_by_role("button", name=citizen.words("Yes, count me")).click()
        page.wait_for_load_state()
    second.close()
    citizen.sees("Your endorsement has been counted.")
    citizen.check()


@LANGUAGES
def test_a_panel_is_made_and_asked_and_each_code_counts_once(
    live: Service, visitor: Come, language: str
) -> None:
    body = live.body(f"panel-{language}", f"Bwrdd Iechyd {language}", f"Health Board {language}")
    with live.app.app_context():
        reference = make.consultation(body, title=Bilingual("Apwyntiadau", "Appointments")).reference
        db.session.commit()
    keeper = visitor(language, SCREEN)
    keeper.sign_in(live.staff(body, language, Role.FACILITATOR))
    address = f"aelod.{language}@example.org"
    make_panel(live, keeper, body, address)
    keeper.press("Ask the panel")
    keeper.check()
    keeper.page.locator(f"[name=consultation][value={reference}]").check()
    keeper.press("Make the codes and send the letters")
    keeper.check()
    code = code_in(live.letter_to(address) or "")
    wait_until_sent(live, address)

    member = visitor(language)
    member.go("site.home")
    member.page.get_by_role("link", name=member.words("I have a panel code")).click()
    member.check()
    member.page.locator("[name=code]").fill("AAAA-BBBB-CCCC-DDDD")
    member.press("Go to the questions")
    member.sees("This code cannot be used. Check it against your letter and type it again.")
    member.check()
    member.page.locator("[name=code]").fill(code.lower().replace("-", " "))
    member.press("Go to the questions")
    member.page.locator("main textarea").first.fill(SPOKEN[language][0])
    member.press("Check your answers")
    member.press("Send your answers")
    member.sees("Your answers have been sent")
    member.check()

    for somebody in (member, visitor(language)):
        somebody.go("panels.enter")
        somebody.page.locator("[name=code]").fill(code)
        somebody.press("Go to the questions")
        somebody.sees("This code has been used")
        somebody.check()
    keeper.go("panels.desk_index", body=body)
    keeper.page.locator("main").get_by_role(
        "link", name=Bilingual("Panel y dyffryn", "Valley panel")[language]
    ).click()
    keeper.sees("%(answered)s of %(invited)s have answered.", answered=1, invited=1)
    keeper.check()


def make_panel(live: Service, keeper: Visitor, body: str, address: str) -> None:
    """A panel of one, made through the forms; its page is open afterwards."""
    keeper.go("panels.desk_index", body=body)
    keeper.check()
    keeper.press("Make a panel")
    keeper.fill(name_cy="Panel y dyffryn")
    keeper.press("Make the panel")
    keeper.sees("Enter the name in English")
    keeper.check()
    keeper.fill(name_en="Valley panel")
    keeper.press("Make the panel")
    keeper.sees("The panel is made. Add its members now.")
    keeper.check()
    keeper.press("Add a member")
    keeper.check()
    keeper.fill(name="Mabli Tegwedd", email=address)
    keeper.page.locator(f"[name=language][value={keeper.language}]").check()
    keeper.press("Add to the panel")
    keeper.sees("%(name)s is on the panel.", name="Mabli Tegwedd")
    with live.app.app_context():
        number = db.session.scalars(select(Panel.id).where(Panel.body_slug == body)).one()
    keeper.go("panels.show", body=body, number=number)
    keeper.check()


def wait_until_sent(live: Service, address: str) -> None:
    """The worker takes the letter out of the outbox."""
    from citizen_platform.core.outbox import Letter

    for _try in range(100):
        with live.app.app_context():
            if db.session.scalar(
                select(func.count()).where(Letter.to == address, Letter.sent_at.is_not(None))
            ):
                return
        time.sleep(0.2)
    raise AssertionError("the worker did not send the letter within 20 seconds")


@LANGUAGES
def test_two_tables_write_notes_until_the_session_closes(live: Service, visitor: Come, language: str) -> None:
    body = live.body(f"cynulliad-{language}", f"Cyngor Bro {language}", f"Vale Council {language}")
    host = visitor(language, SCREEN)
    host.sign_in(live.staff(body, language, Role.FACILITATOR))
    codes = prepare_session(live, host, body)

    first, second = visitor(language), visitor(language)
    for taker, code in zip((first, second), codes, strict=True):
        taker.go("assemblies.join")
        taker.page.locator("[name=code]").fill("ZZZZ ZZZZ")
        taker.press("Join")
        taker.sees("No open session has a table with this code. Check the card, or ask the facilitator.")
        taker.check()
        taker.page.locator("[name=code]").fill(f"{code[:4].lower()} {code[4:]}")
        taker.press("Join")
        taker.check()
    for taker, said in zip((first, second), SPOKEN[language], strict=True):
        taker.page.locator("main textarea").fill(said)
        taker.press("Write it down")
        taker.sees("Written down.")
        taker.reads(said)
        taker.check()
    expect(first.page.locator("main")).not_to_contain_text(SPOKEN[language][1])
    send_twice(first, SPOKEN[language][1])
    with live.app.app_context():
        notes = (
            select(func.count(Note.id))
            .join(Table)
            .join(AssemblySession)
            .where(AssemblySession.body_slug == body)
        )
        assert db.session.scalar(notes) == 3

    late = "Hwyr" if language == "cy" else "Too late"
    second.page.locator("main textarea").fill(late)
    host.page.reload()
    host.press("Close the session")
    host.sees("The session has closed. Everything that was written is kept.")
    host.check()
    second.press("Write it down")
    second.reads(late)
    second.sees("This came too late and was not kept")
    second.check()


def prepare_session(live: Service, host: Visitor, body: str) -> list[str]:
    """A session with two tables, prepared and opened through the forms; the codes of its tables."""
    host.go("assemblies.desk_index", body=body)
    host.check()
    host.press("Prepare a session")
    host.check()
    host.fill(
        name_cy="Noson y pentref", name_en="Village evening",
        question_cy="Beth fyddai’n gwella’r stryd fawr?", question_en="What would improve the high street?",
    )  # fmt: skip
    host.page.locator("[name=tables]").fill("2")
    host.press("Prepare the session")
    host.sees("Codes work once the session is open.")
    host.check()
    host.press("Open the session")
    host.sees("The session is open. Note-takers can join now.")
    host.check()
    with live.app.app_context():
        codes = (
            select(Table.code)
            .join(AssemblySession)
            .where(AssemblySession.body_slug == body)
            .order_by(Table.number)
        )
        return list(db.session.scalars(codes))


def send_twice(taker: Visitor, said: str) -> None:
    """Send the very same form two times, as a nervous finger or a broken line does."""
    taker.page.locator("main textarea").fill(said)
    form = taker.page.locator("#page-form").evaluate("form => Object.fromEntries(new FormData(form))")
    for _time in range(2):
        answer = taker.page.request.post(taker.page.url, form=form)
        assert answer.ok
    taker.go("assemblies.notes")
    expect(taker.page.locator("main li", has_text=said)).to_have_count(1)
