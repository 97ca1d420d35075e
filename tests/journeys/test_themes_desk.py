"""The desk where people decide, by keyboard alone: accept, merge, undo, park, split, sign off, and what the public then sees."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from citizen_platform.accounts.models import Role
from citizen_platform.consultations.models import Consultation, Stage
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.database import db
from citizen_platform.themes import queries, services
from citizen_platform.themes.models import Theme
from tests import make
from tests.conftest import NOW
from tests.journeys.browser import SCREEN, Visitor
from tests.journeys.service import Service
from tests.themes.made import result
from tests.themes.said import BUS, LIBRARY, PARK

Come = Callable[..., Visitor]
NAMES = {"cy": "Bysiau gyda’r nos", "en": "Buses in the evening"}
MEANT = {"cy": "Mae’r bws olaf yn rhy gynnar.", "en": "The last bus is too early."}
NEW = {"cy": "Pris tocyn", "en": "Fares"}


def grouped(live: Service, body: str) -> str:
    """A closed consultation with thirty statements in three topics, as a run stores them; its reference."""
    with live.app.app_context():
        about = make.consultation(body, stage=Stage.CLOSED, title=Bilingual("Y pentref", "The village"))
        groups = {
            key: [
                make.contribution(about, text, language="cy" if number > 5 else "en")[0]
                for number, text in enumerate(texts)
            ]
            for key, texts in (("bus", BUS), ("library", LIBRARY), ("green", PARK))
        }
        run = services.ask(about, by=None, now=NOW)
        db.session.commit()
        services.store(run.id, result(groups), now=NOW)
        db.session.commit()
        return about.reference


class Keys:
    """Somebody whose hands never leave the keyboard."""

    def __init__(self, who: Visitor) -> None:
        self.who, self.board = who, who.page.keyboard

    def reach(self, target: Locator) -> None:
        """Tab until the focus is there."""
        expect(target).to_have_count(1)
        for _step in range(150):
            if target.evaluate("element => element === document.activeElement"):
                return
            self.board.press("Tab")
        raise AssertionError(f"{self.who.page.url}: the keyboard does not reach {target}")

    def press(self, english: str, key: str = "Enter", *, context: str = "") -> None:
        """Reach a link or button by its words and press it; then look at the page that comes."""
        words = self.who.words(english, context=context)
        main = self.who.page.locator("main")
        named = main.get_by_role("button", name=words).or_(main.get_by_role("link", name=words))
        self.reach(named.first)
        with self.who.page.expect_navigation():
            self.board.press(key)
        self.who.check()

    def tick(self, box: Locator) -> None:
        self.reach(box)
        self.board.press("Space")

    def choose(self, radios: Locator, place: int) -> None:
        """Reach a group of radio buttons, and choose one with the arrows, or with the space bar the first."""
        self.reach(radios.first)
        self.board.press("Space")
        for _step in range(place):
            self.board.press("ArrowDown")
        expect(radios.nth(place)).to_be_checked()

    def type(self, field: str, text: str) -> None:
        self.reach(self.who.page.locator(f'[name="{field}"]'))
        self.board.press("Control+A")
        self.board.type(text)


@pytest.mark.parametrize("language", ["cy", "en"])
def test_deciding_by_keyboard_alone(live: Service, visitor: Come, language: str) -> None:
    body = live.body(f"pentref-{language}", "Cyngor y Pentref", "Village Council")
    reference = grouped(live, body)
    here = {"body": body, "reference": reference}
    analyst = visitor(language, SCREEN)
    analyst.sign_in(live.staff(body, language, Role.ANALYST))
    keys = Keys(analyst)

    for _topic in range(2):  # two of the three suggested topics become themes
        analyst.go("themes.desk", **here)
        analyst.check()
        keys.press("Make this a theme")
        keys.press("Make the theme")
        analyst.sees("The theme is made. It is not public until it is signed off.")

    keys.press("Merge into another")
    keys.choose(analyst.page.locator("[name=theme]"), 0)
    keys.press("Merge the themes")
    assert counted(live, reference) == {1: 20, 2: 0}
    analyst.go("themes.theme", number=2, **here)
    analyst.sees("This theme was merged into theme %(number)s", number=1)
    analyst.go("themes.desk", **here)
    keys.press("Undo", context="verb")
    analyst.sees("The step is undone. It stays in the log.")
    assert counted(live, reference) == {1: 10, 2: 10}

    analyst.go("themes.desk", **here)
    open_topic = analyst.page.locator("[id^=topic-]").get_by_role("link").first
    keys.reach(open_topic)
    with analyst.page.expect_navigation():
        keys.board.press("Enter")
    analyst.check()
    keys.press("Park", context="verb")
    keys.press("Park the topic")
    analyst.sees("Say why it is parked.")
    keys.type("reason", "Mae hyn y tu allan i’r ymgynghoriad.")
    keys.press("Park the topic")
    analyst.sees("The topic is parked.")

    analyst.go("themes.theme", number=1, **here)
    keys.press("Split", context="verb")
    keys.tick(analyst.page.locator("[name=tick]").nth(3))
    keys.type("name-cy", NEW["cy"])
    keys.type("name-en", NEW["en"])
    keys.press("Make the new theme")
    assert counted(live, reference) == {1: 9, 2: 10, 3: 1}

    analyst.go("themes.edit", number=1, **here)
    for side in ("cy", "en"):
        keys.type(f"name-{side}", NAMES[side])
        keys.type(f"description-{side}", MEANT[side])
    keys.press("Save")
    keys.press("Look it over and sign it off")
    keys.press("Sign off and make public")
    analyst.sees("The theme is signed off and public.")
    analyst.go("themes.history", **here)
    analyst.check()
    analyst.sees("Undone")

    citizen = visitor(language)
    citizen.go("themes.heard", reference=reference)
    citizen.check()
    citizen.reads(NAMES[language])
    citizen.reads(MEANT[language])
    assert NEW[language] not in (citizen.page.locator("main").text_content() or "")


def counted(live: Service, reference: str) -> dict[int, int]:
    """How many statements each theme has, by its number."""
    with live.app.app_context():
        about = db.session.scalars(db.select(Consultation).filter_by(reference=reference)).one()
        themes: list[Theme] = queries.themes(about.id)
        counts = queries.theme_counts(theme.id for theme in themes)
        return {theme.number: counts[theme.id].statements for theme in themes}
