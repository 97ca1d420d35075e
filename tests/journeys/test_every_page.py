"""Every kind of page of the demo, as everybody who may open it, in both languages, wide and narrow: axe finds nothing."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from tests.conftest import DemoService
from tests.house.pages import Page, read
from tests.journeys.browser import NARROW, SCREEN, Visitor, axe_clean, open_context
from tests.journeys.service import Service

VISITOR = ""
STAFF = ("mared.pugh", "tom.hargreave", "priya.nandra", "ilan.bebb", "gwenan.treharne")
PEOPLE = (VISITOR, *(f"{name}@elwydd.example" for name in STAFF))
PER_KIND = 5
"""Addresses of one kind of page that are looked at before those that show something new are chosen."""

Match = Callable[[str], tuple[str, dict[str, Any]] | None]


@dataclass(frozen=True)
class Place:
    """A page worth testing: who opens it, its endpoint, the words of its address and its query."""

    person: str
    endpoint: str
    values: tuple[tuple[str, Any], ...]
    query: str


@pytest.fixture(scope="module")
def places(demo: DemoService) -> list[Place]:
    """For each kind of page and person the fewest addresses that together show everything its kind shows there."""
    adapter = demo.app.url_map.bind("127.0.0.1")

    def match(path: str) -> tuple[str, dict[str, Any]] | None:
        try:
            return adapter.match(path, method="GET")
        except (HTTPException, RequestRedirect):
            return None

    chosen: list[Place] = []
    covered: set[tuple[str, str]] = set()
    for person in PEOPLE:
        starts = ["/cy/", *(["/cy/desg"] if person else demo.receipts)]
        pages = explore(demo.client(person), match, starts)
        shown = {place: {(place.endpoint, name) for name in names} for place, names in pages.items()}
        while True:
            best = max(shown, key=lambda place: len(shown[place] - covered), default=None)
            if best is None or not shown[best] - covered:
                break
            covered |= shown.pop(best)
            chosen.append(Place(person, best.endpoint, best.values, best.query))
    return chosen


def explore(client: Any, match: Match, starts: list[str]) -> dict[Place, set[str]]:
    """A few pages of each kind that can be reached by links, with the names of the things on them."""
    found: dict[Place, set[str]] = {}
    count: dict[str, int] = {}
    waiting, seen = deque(starts), set(starts)
    while waiting:
        address = waiting.popleft()
        parts = urlsplit(address)
        matched = match(parts.path)
        if matched is None or matched[0] == "static" or count.get(matched[0], 0) >= PER_KIND:
            continue
        answer = client.get(address)
        count[matched[0]] = count.get(matched[0], 0) + 1
        if answer.status_code in {301, 302, 303}:
            waiting.appendleft(answer.headers["Location"])
            continue
        if answer.status_code != 200 or not answer.mimetype.startswith("text/html"):
            continue
        elements = read(Page(address, 200, answer.text)).elements
        values = tuple(sorted((key, value) for key, value in matched[1].items() if key != "lang_code"))
        names = {f"{tag}.{name}" for tag, given in elements for name in ("", *given.get("class", "").split())}
        found[Place("", matched[0], values, parts.query)] = names
        for tag, given in elements:
            target = given.get("href", "").partition("#")[0] if tag == "a" else ""
            if target.startswith("/cy/") and target not in seen:
                seen.add(target)
                waiting.append(target)
    return found


def test_the_demo_shows_most_kinds_of_pages(demo: DemoService, places: list[Place]) -> None:
    pages = {
        rule.endpoint
        for rule in demo.app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.defaults and "lang_code" in rule.defaults
    }
    seen = {place.endpoint for place in places}
    assert len(seen) > 0.7 * len(pages), sorted(pages - seen)
    assert {place.person for place in places} == set(PEOPLE)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["cy", "en"])
@pytest.mark.parametrize("person", PEOPLE)
def test_axe_and_width(
    demo_live: Service, browser: Browser, places: list[Place], language: str, person: str
) -> None:
    context = open_context(browser, SCREEN, language)
    if person:
        name = str(demo_live.app.config["SESSION_COOKIE_NAME"])
        context.add_cookies([{"name": name, "value": demo_live.session_of(person), "url": demo_live.origin}])
    visitor, said = Visitor(demo_live, context, language), []
    page = visitor.page
    for place in places:
        if place.person != person:
            continue
        url = demo_live.url(place.endpoint, language, **dict(place.values))
        answer = page.goto(url + (f"?{place.query}" if place.query else ""))
        if answer is None or answer.status != 200 or page.locator("html").get_attribute("lang") != language:
            said.append(
                f"{page.url}: {answer and answer.status}, {page.locator('html').get_attribute('lang')}"
            )
            continue
        for size in (SCREEN, NARROW):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            width = page.evaluate("document.documentElement.scrollWidth")
            if width > size["width"]:
                said.append(f"{page.url}: {width} px wide in {size['width']}: {widest(page)}")
            try:
                axe_clean(page)
            except AssertionError as error:
                said.append(str(error))
        page.set_viewport_size(SCREEN)  # type: ignore[arg-type]
    assert said == [], "\n" + "\n".join(said)
    visitor.leave()


def widest(page: Any) -> str:
    """The elements that stick out of a page."""
    found = page.evaluate(
        "[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1)"
        ".slice(0, 4).map(e => e.outerHTML.slice(0, 90))"
    )
    return re.sub(r"\s+", " ", " | ".join(found))
