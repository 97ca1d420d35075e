"""What every journey shares: words in a language, and a visitor whose browser misses no fault."""

from __future__ import annotations

import gettext
import time
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
    expect,
)

from tests.journeys.service import PASSWORD, ROOT, Service

OTHER = {"cy": "en", "en": "cy"}
PHONE, SCREEN, NARROW = (
    {"width": 390, "height": 844},
    {"width": 1280, "height": 900},
    {"width": 320, "height": 640},
)
RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
OWN_ANSWER = "Failed to load resource: the server responded with a status of"


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The words the service itself uses."""
    if language == "en":
        return gettext.NullTranslations()
    return gettext.translation("messages", ROOT / "translations", [language])


@dataclass(frozen=True)
class Words:
    """The service's sentences in one language, named by their English: ``words("Send your answers")``."""

    language: str

    def __call__(self, english: str, *, context: str = "", **values: Any) -> str:
        known = catalogue(self.language)
        text = known.pgettext(context, english) if context else known.gettext(english)
        return text % values if values else text

    def counted(self, singular: str, plural: str, number: int) -> str:
        return catalogue(self.language).ngettext(singular, plural, number) % {"num": number}


@dataclass
class Visitor:
    """Somebody with a browser, in one language. ``check`` looks at a page; ``leave`` tells what went wrong on the way."""

    service: Service
    context: BrowserContext
    language: str
    scripts: bool = True
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.words = Words(self.language)
        self.context.on("page", self.watch)
        self.page = self.context.new_page()
        self.page.set_default_timeout(15_000)

    def watch(self, page: Page) -> None:
        """Note what a page does wrong: errors in scripts, breaches of its policy, strangers, missing files."""

        def said(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"} and not message.text.startswith(OWN_ANSWER):
                self.faults.append(f"{page.url}: console: {message.text}")

        def asked(request: Request) -> None:
            if not request.url.startswith((self.service.origin, "data:", "about:")):
                self.faults.append(f"{page.url}: asked {request.url}")

        def answered(response: Response) -> None:
            part = response.request.resource_type != "document"
            if response.status >= 500 or (
                part and response.status >= 400 and "favicon.ico" not in response.url
            ):
                self.faults.append(f"{page.url}: {response.status} for {response.url}")

        page.on("console", said)
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("request", asked)
        page.on("response", answered)

    # Going about

    def go(self, endpoint: str, **values: Any) -> Response | None:
        """Open a page of the service in this visitor's language."""
        return self.page.goto(self.service.url(endpoint, self.language, **values))

    def sign_in(self, email: str) -> None:
        """Sign in through the form."""
        self.go("accounts.sign_in")
        self.check()
        self.page.locator("[name=email]").fill(email)
        self.page.locator("[name=password]").fill(PASSWORD)
        self.press("Sign in")
        self.check()

    def button(self, english: str, **values: Any) -> Locator:
        """A button or link that looks like one, by its words; first of several."""
        text = self.words(english, **values)
        main = self.page.locator("main")
        return main.get_by_role("button", name=text).or_(main.get_by_role("link", name=text)).first

    def press(self, english: str, **values: Any) -> None:
        self.button(english, **values).click()
        self.page.wait_for_load_state()

    def fill(self, **texts: str) -> None:
        """Type into fields by name; ``title_cy`` is the Welsh side of ``title``."""
        for name, text in texts.items():
            side = f"{name[:-3]}-{name[-2:]}" if name.endswith(("_cy", "_en")) else name
            self.page.locator(f'[name="{side}"]').fill(text)

    def date(self, name: str, day: int, month: int, year: int) -> None:
        self.fill(**{f"{name}-day": str(day), f"{name}-month": str(month), f"{name}-year": str(year)})

    def switch(self) -> None:
        """Press the language switch; from now on this visitor reads the other language."""
        self.page.locator(".language-switch").click()
        self.page.wait_for_load_state()
        self.language = OTHER[self.language]
        self.words = Words(self.language)

    # Looking

    def sees(self, english: str, *, context: str = "", **values: Any) -> None:
        """The page says this sentence of the service."""
        self.reads(self.words(english, context=context, **values))

    def reads(self, text: str) -> None:
        """The page shows this text."""
        expect(self.page.locator("main")).to_contain_text(text)

    def status(self, number: int, response: Response | None) -> None:
        assert response is not None and response.status == number, response and response.status

    def check(self) -> None:
        """The page is in its language, has one heading, fits its window, and axe finds nothing."""
        expect(self.page.locator("html")).to_have_attribute("lang", self.language)
        expect(self.page.locator("h1")).to_have_count(1)
        if not self.scripts:
            return
        too_wide = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert too_wide <= 0, f"{self.page.url}: {too_wide} px too wide at {self.page.viewport_size}"
        axe_clean(self.page)

    def leave(self) -> None:
        self.context.close()
        assert self.faults == []


def axe_clean(page: Page) -> None:
    """Fail with the rule, the place and the remedy of everything axe finds on a page."""
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(AXE_SCRIPT)
    # Asked for and waited for apart: the answer to an evaluation has no limit of its own.
    page.bring_to_front()
    page.evaluate(
        "rules => { window.axeSaid = null; const keep = said => { window.axeSaid = said };"
        " axe.run(document, rules).then(keep, error => keep({error: String(error)})) }",
        RULES,
    )
    end = time.monotonic() + 60
    while (found := page.evaluate("window.axeSaid")) is None:
        assert time.monotonic() < end, f"{page.url}: axe has not answered for a minute"
        page.wait_for_timeout(25)
    assert "error" not in found, f"{page.url}: {found['error']}"
    said = [
        f"{page.url} ({(page.viewport_size or {}).get('width')} px) {rule['id']}: {' '.join(map(str, node['target']))}\n"
        f"    {rule['help']}: {node['html'][:200]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
    assert not said, "\n".join(said)


def path_of(url: str) -> str:
    return urlsplit(url).path


def open_context(
    browser: Browser, size: dict[str, int], language: str, scripts: bool = True
) -> BrowserContext:
    """A browser window of this size that asks for this language."""
    return browser.new_context(
        viewport=size,  # type: ignore[arg-type]
        locale="cy-GB" if language == "cy" else "en-GB",
        java_script_enabled=scripts,
        reduced_motion="reduce",
    )
