"""The whole loop, walked once in Welsh and once in English: a problem put, answered, grouped, answered in turn, shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from citizen_platform.accounts.models import Role
from citizen_platform.consultations.models import Consultation
from citizen_platform.contributions.models import Contribution
from citizen_platform.core.database import db
from citizen_platform.themes.models import TopicPassage
from tests.journeys.browser import OTHER, SCREEN, Visitor
from tests.journeys.service import Service
from tests.journeys.texts import CHOICES, CITIZEN, LATER, OPTION, QUESTIONS, TEXTS, write_answers

TOWN = {"cy": "Llanfedwen", "en": "Abergelyn"}
THEME = {"cy": "Bysiau hwyrach gyda’r nos", "en": "Later buses in the evening"}
WE_WILL = {
    "cy": "O fis Ebrill bydd bws olaf am hanner awr wedi deg bob nos o’r wythnos.",
    "en": "From April there will be a last bus at half past ten every night of the week.",
}
Come = Callable[..., Visitor]


@dataclass
class Walk:
    """One walk: its language, its body, and what is known of its consultation as it goes."""

    live: Service
    language: str
    body: str
    reference: str = ""

    @property
    def title(self) -> dict[str, str]:
        town = TOWN[self.language]
        return {"cy": f"Canol tref {town}", "en": f"{town} town centre"}

    @property
    def here(self) -> dict[str, str]:
        return {"body": self.body, "reference": self.reference}


@pytest.mark.slow
@pytest.mark.parametrize("language", ["cy", "en"])
def test_the_whole_loop(live: Service, visitor: Come, tmp_path: Path, language: str) -> None:
    walk = Walk(live, language, live.body(f"tref-{language}", "Cyngor y Dref", "Town Council"))
    roles = (Role.POLICY_OFFICER, Role.ANALYST, Role.SCREENER)
    officer, analyst, screener = (live.staff(walk.body, language, role) for role in roles)

    at_desk = visitor(language, SCREEN)
    at_desk.sign_in(officer)
    write_a_consultation(at_desk, walk)
    open_it_when_complete(at_desk, walk)

    citizen = visitor(language)
    receipt = answer(citizen, walk)

    file = tmp_path / "answers.csv"
    rows = write_answers(file)
    told = live.command(
        "submissions",
        "import",
        walk.reference,
        file,
        "--text",
        "comment=q1",
        "--id",
        "form",
        "--language",
        "language",
    )
    assert told.returncode == 0, told.stderr
    assert f"stored         {rows:>8}" in told.stdout

    close_it(at_desk, walk)
    group(visitor(language, SCREEN), analyst, walk)
    read_everything(visitor(language, SCREEN), screener, walk, rows + 1)
    answer_the_theme(at_desk, walk)
    find_what_became_of_it(citizen, walk, receipt)


def write_a_consultation(officer: Visitor, walk: Walk) -> None:
    """Everything in the walk's language first: the page that opens it names each side that is missing, at its place."""
    first, second = walk.language, OTHER[walk.language]
    officer.press("Write a consultation")
    officer.check()
    officer.fill(**{f"title_{first}": walk.title[first]})
    officer.page.locator("main form").get_by_role("button").first.click()
    officer.page.wait_for_url("**/" + "*" * 2)
    officer.check()
    with walk.live.app.app_context():
        of_body = select(Consultation.reference).where(Consultation.body_slug == walk.body)
        walk.reference = db.session.scalars(of_body).one()
    officer.go("consultations.edit", **walk.here)
    officer.fill(**{f"{name}_{first}": texts[first] for name, texts in TEXTS.items()})
    officer.press("Save")
    officer.sees("Saved.")
    officer.check()

    officer.go("consultations.open", **walk.here)
    officer.sees("Not ready to open")
    officer.check()
    missing = "%(text)s: the English is missing." if second == "en" else "%(text)s: the Welsh is missing."
    gap = officer.page.get_by_role("link", name=officer.words(missing, text=officer.words("Title")))
    assert officer.page.locator("main").get_by_role("button").count() == 0
    gap.click()
    assert urlsplit(officer.page.url).fragment == f"title-{second}"
    empty = officer.page.locator(f"#title-{second}")
    expect(empty).to_be_in_viewport()
    expect(empty).to_have_value("")

    officer.fill(**{f"title_{second}": walk.title[second]})
    officer.fill(**{f"{name}_{second}": texts[second] for name, texts in TEXTS.items()})
    officer.press("Save")
    officer.sees("Saved.")
    add_option(officer, walk)
    add_questions(officer, walk)
    set_dates(officer, walk)


def add_option(officer: Visitor, walk: Walk) -> None:
    officer.go("consultations.options", **walk.here)
    officer.check()
    officer.press("Add an option")
    officer.check()
    officer.fill(**{f"{name}_{side}": text for name, texts in OPTION.items() for side, text in texts.items()})
    officer.press("Save")
    officer.sees("The option has been added.")


def add_questions(officer: Visitor, walk: Walk) -> None:
    for number, (kind, cy, en) in enumerate(QUESTIONS):
        officer.go("consultations.questions", **walk.here)
        officer.press("Add a question")
        officer.fill(text_cy=cy, text_en=en)
        officer.page.locator(f"[name=kind][value={kind}]").check()
        if number == len(QUESTIONS) - 1:
            officer.page.locator("[name=about_welsh]").check()
        officer.page.locator("main button.govuk-button[value=save]").click()
        if kind == "choice":
            officer.sees("The question has been added. Now write its choices.")
            officer.check()
            for place, (choice_cy, choice_en) in enumerate(CHOICES):
                officer.fill(**{f"choices-{place}-text_cy": choice_cy, f"choices-{place}-text_en": choice_en})
            officer.page.locator("main button.govuk-button[value=save]").click()
            officer.sees("Saved.")
    officer.go("consultations.questions", **walk.here)
    officer.check()


def set_dates(officer: Visitor, walk: Walk) -> None:
    officer.go("consultations.dates", **walk.here)
    for name, days in (("closes_on", 20), ("decision_on", 50), ("feedback_due_on", 70)):
        day = date.today() + timedelta(days=days)
        officer.date(name, day.day, day.month, day.year)
    officer.press("Save")
    officer.sees("Saved.")
    officer.check()


def open_it_when_complete(officer: Visitor, walk: Walk) -> None:
    officer.go("consultations.open", **walk.here)
    officer.sees("Ready to open")
    officer.check()
    officer.page.locator("main").get_by_role("button").click()
    officer.sees("The consultation is open, in Welsh and in English.")
    officer.check()


def answer(citizen: Visitor, walk: Walk) -> str:
    """Find it from home, answer, switch the language on the way, check, send; gives the receipt's code."""
    mine, other = walk.language, OTHER[walk.language]
    citizen.go("site.home")
    citizen.check()
    citizen.page.get_by_role("link", name=citizen.words("All consultations")).click()
    citizen.check()
    citizen.page.locator("main").get_by_role("link", name=walk.title[mine]).click()
    citizen.check()
    citizen.press("Have your say")
    citizen.check()
    side = {"cy": 1, "en": 2}
    said = citizen.page.get_by_label(QUESTIONS[0][side[mine]])
    said.fill(CITIZEN[mine])
    citizen.page.get_by_role("group", name=QUESTIONS[1][side[mine]]).get_by_label(
        CHOICES[0][side[mine] - 1]
    ).check()

    citizen.switch()
    citizen.check()
    kept = citizen.page.get_by_label(QUESTIONS[0][side[other]])
    expect(kept).to_have_value(CITIZEN[mine])
    expect(
        citizen.page.get_by_role("group", name=QUESTIONS[1][side[other]]).get_by_label(
            CHOICES[0][side[other] - 1]
        )
    ).to_be_checked()
    kept.fill(CITIZEN[mine] + LATER[mine])
    citizen.switch()
    expect(citizen.page.get_by_label(QUESTIONS[0][side[mine]])).to_have_value(CITIZEN[mine] + LATER[mine])

    scale = citizen.page.get_by_role("group", name=QUESTIONS[2][side[mine]])
    scale.get_by_role("radio").nth(3).check()
    citizen.press("Check your answers")
    citizen.sees("Nothing has been sent yet.")
    citizen.reads(CITIZEN[mine] + LATER[mine])
    citizen.check()
    citizen.press("Send your answers")
    citizen.sees("Your answers have been sent")
    citizen.check()
    code = citizen.page.locator(".slip-code").text_content() or ""
    assert len(code.replace("-", "").replace(" ", "").strip()) == 28, code
    return code


def close_it(officer: Visitor, walk: Walk) -> None:
    officer.go("submissions.responses", **walk.here)
    officer.check()
    officer.go("consultations.edit", **walk.here)
    officer.press("Close early")
    officer.check()
    officer.press("Close it now")
    officer.sees("The consultation is closed. No more answers are taken.")
    officer.check()


def group(analyst: Visitor, email: str, walk: Walk) -> None:
    """Run the machine, make a theme of the topic that holds the citizen's words, rename it, sign it off."""
    analyst.sign_in(email)
    analyst.press("Work on a consultation")
    analyst.check()
    analyst.page.locator("main").get_by_role("link", name=walk.title[walk.language]).click()
    analyst.page.get_by_role("link", name=analyst.words("Themes"), exact=True).click()
    analyst.sees("No run yet")
    analyst.check()
    analyst.press("Start a run")
    analyst.check()
    finished = analyst.page.locator("main").get_by_text(analyst.words("Finished", context="run"), exact=True)
    expect(finished.first).to_be_visible(timeout=150_000)
    analyst.check()

    topic, passage = topic_of_citizen(walk)
    analyst.page.locator(f"#topic-{topic}").get_by_role(
        "link", name=analyst.words("Make this a theme")
    ).click()
    analyst.check()
    analyst.press("Make the theme")
    analyst.sees("The theme is made. It is not public until it is signed off.")
    analyst.check()
    analyst.press("Change the words")
    analyst.fill(
        name_cy=THEME["cy"], name_en=THEME["en"],
        description_cy="Mae pobl am i’r bws olaf fynd yn hwyrach.", description_en="People want the last bus to go later.",
    )  # fmt: skip
    analyst.check()
    analyst.press("Save")
    analyst.reads(THEME["cy"])
    analyst.reads(THEME["en"])
    analyst.reads(passage)
    analyst.press("Look it over and sign it off")
    analyst.check()
    analyst.reads(THEME["cy"])
    analyst.reads(THEME["en"])
    analyst.press("Sign off and make public")
    analyst.sees("The theme is signed off and public.")
    analyst.check()


def topic_of_citizen(walk: Walk) -> tuple[int, str]:
    """The topic that the machine put the citizen's answer in, and the passage of it that speaks of it."""
    with walk.live.app.app_context():
        found = (
            select(TopicPassage, Contribution.text)
            .join(Contribution, Contribution.id == TopicPassage.contribution_id)
            .join(Consultation, Consultation.id == Contribution.consultation_id)
            .where(
                Consultation.reference == walk.reference, Contribution.text.startswith(CITIZEN[walk.language])
            )
            .order_by(TopicPassage.strength.desc())
        )
        row = db.session.execute(found).first()
        assert row is not None, "the citizen's words are in no topic"
        return row[0].topic_id, row[1][row[0].start : row[0].end]


def read_everything(screener: Visitor, email: str, walk: Walk, number: int) -> None:
    screener.sign_in(email)
    screener.go("contributions.statements", **walk.here)
    screener.sees("Not read yet")
    screener.check()
    for _page in range(-(-number // 20)):
        screener.press("Mark these as read and go on")
    screener.go("contributions.statements", **walk.here)
    screener.check()
    expect(screener.page.locator(".statements")).not_to_contain_text(screener.words("Not read yet"))


def answer_the_theme(officer: Visitor, walk: Walk) -> None:
    """Written in one language it cannot be published, neither from its page nor from one opened before."""
    first, second = walk.language, OTHER[walk.language]
    officer.go("decisions.desk", **walk.here)
    officer.check()
    officer.press("Write the answer")
    officer.check()
    texts = {
        "you_said": {"cy": "Mae’r bws olaf yn rhy gynnar.", "en": "The last bus is too early."},
        "what_we_will_do": WE_WILL,
        "owner": {"cy": "Pennaeth Trafnidiaeth", "en": "Head of Transport"},
    }
    officer.fill(**{f"{name}_{first}": text[first] for name, text in texts.items()})
    officer.page.locator("[name=answer][value=adopted]").check()
    by_when = date.today() + timedelta(days=120)
    officer.date("by_when", by_when.day, by_when.month, by_when.year)
    officer.press("Save and check")
    officer.sees("Before it can be published")
    officer.sees("“What we will do” is missing or out of date in one language.")
    officer.check()
    publish = officer.page.get_by_role("button", name=officer.words("Publish in both languages"))
    expect(publish).to_have_count(0)

    officer.press("Change the draft")
    officer.fill(**{f"{name}_{second}": text[second] for name, text in texts.items()})
    officer.press("Save and check")
    expect(publish).to_have_count(1)
    officer.check()
    change_one_side_elsewhere(officer, walk, second)
    publish.click()
    officer.sees("“What we will do” is missing or out of date in one language.")
    officer.check()
    officer.press("Change the draft")
    officer.check()
    officer.page.locator("[name=agrees]").check()
    officer.press("Save and check")
    publish.click()
    officer.sees("The answer is published in both languages.")
    officer.check()
    officer.go("decisions.desk", **walk.here)
    officer.press("Mark the consultation as answered")
    officer.sees("The consultation is marked as answered.")
    officer.check()


def change_one_side_elsewhere(officer: Visitor, walk: Walk, side: str) -> None:
    """In a second window of the same browser, change one language of the draft only."""
    window = officer.context.new_page()
    window.goto(officer.page.url)
    window.get_by_role("link", name=officer.words("Change the draft")).click()
    window.locator(f"[name=what_we_will_do-{side}]").fill(WE_WILL[side])
    window.locator(f"[name=what_we_will_do-{side}]").press("End")
    window.locator(f"[name=what_we_will_do-{side}]").type(" *")
    with window.expect_navigation():  # closed while it still loads, a window may never say that it is gone
        window.get_by_role("button", name=officer.words("Save and check")).click()
    window.close()


def find_what_became_of_it(citizen: Visitor, walk: Walk, receipt: str) -> None:
    """The code typed as people type it; the path; and the same on the pages for everybody."""
    mine = walk.language
    citizen.go("site.home")
    citizen.check()
    citizen.page.get_by_role("link", name=citizen.words("I have a receipt")).click()
    citizen.check()
    citizen.page.locator("[name=code]").fill(f"  {receipt.lower().replace('-', ' ')} ")
    citizen.press("Show me")
    citizen.check()
    citizen.sees("Received", context="path")
    citizen.sees("Read by a person")
    citizen.sees("Put under the theme “%(name)s”", name=THEME[mine])
    citizen.sees("Answered: %(answer)s", answer=citizen.words("Adopted"))
    citizen.reads(CITIZEN[mine])
    citizen.switch()
    citizen.check()
    citizen.sees("Put under the theme “%(name)s”", name=THEME[citizen.language])
    citizen.reads(CITIZEN[mine])
    citizen.switch()

    citizen.go("site.home")
    citizen.reads(THEME[mine])
    citizen.reads(WE_WILL[mine][:40])
    citizen.go("themes.heard", reference=walk.reference)
    citizen.reads(THEME[mine])
    citizen.check()
    citizen.go("decisions.index")
    citizen.reads(THEME[mine])
    citizen.check()
    citizen.page.locator("main").get_by_role("link", name=THEME[mine]).first.click()
    citizen.reads(WE_WILL[mine])
    citizen.check()
    citizen.go("consultations.show", reference=walk.reference)
    citizen.check()
