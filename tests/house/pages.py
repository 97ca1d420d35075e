"""A visitor who opens every page they can find, and what a well-made page must have."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import html5lib

VOID = {"input", "br", "img", "meta", "link", "hr", "path", "circle", "rect"}


@dataclass
class Page:
    """One page as it came."""

    address: str
    status: int
    html: str

    @property
    def language(self) -> str:
        return self.address.lstrip("/").split("/", 1)[0]


@dataclass
class Reader(HTMLParser):
    """Reads out of a page: elements with their attributes, and texts with the language they are marked with."""

    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)
    stack: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    @property
    def language(self) -> str:
        return self.stack[-1][1] if self.stack else ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.elements.append((tag, given))
        language = given.get("lang", self.language)
        for name in ("alt", "title", "aria-label", "placeholder"):
            if given.get(name):
                self.texts.append((language, given[name]))
        if tag == "input" and given.get("type") in {"submit", "button"} and given.get("value"):
            self.texts.append((language, given["value"]))
        if tag not in VOID:
            self.stack.append((tag, language))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.stack:
            if self.stack.pop()[0] == tag:
                return

    def handle_data(self, data: str) -> None:
        inside = {name for name, _language in self.stack}
        if data.strip() and not inside & {"script", "style"}:
            self.texts.append((self.language, " ".join(data.split())))


def read(page: Page) -> Reader:
    """What is on a page."""
    reader = Reader()
    reader.feed(page.html)
    return reader


def visit(client: Any, *starts: str, limit: int = 400) -> dict[str, Page]:
    """Every page that can be reached by links from the starts, without sending a form. Addresses go without fragment."""
    found: dict[str, Page] = {}
    waiting = deque(starts)
    while waiting and len(found) < limit:
        address = waiting.popleft()
        if address in found:
            continue
        answer = client.get(address, follow_redirects=True)
        if not answer.mimetype.startswith("text/html"):
            found[address] = Page(address, answer.status_code, "")
            continue
        page = Page(address, answer.status_code, answer.text)
        found[address] = page
        for tag, given in read(page).elements:
            target = given.get("href", "") if tag == "a" else ""
            parts = urlsplit(target)
            if target.startswith("/") and not target.startswith(("/static/", "//")):
                waiting.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return found


def faults(page: Page) -> list[str]:
    """What is wrong with a page, in words; nothing when it is well made."""
    said: list[str] = []
    if page.status != 200:
        return [f"{page.address}: answers {page.status}"]
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(page.html)
    said += [f"HTML5: {error[1]}" for error in parser.errors if error[1] not in TOLERATED]
    reader = read(page)
    tags = [tag for tag, _given in reader.elements]
    if tags.count("h1") != 1:
        said.append(f"{tags.count('h1')} h1")
    ids = [given["id"] for _tag, given in reader.elements if "id" in given]
    said += [f"id {name} stands twice" for name in sorted({name for name in ids if ids.count(name) > 1})]
    page_language = next(given.get("lang") for tag, given in reader.elements if tag == "html")
    if page_language != page.language:
        said.append(f"lang is {page_language}")
    labelled = {given["for"] for tag, given in reader.elements if tag == "label" and "for" in given}
    for tag, given in reader.elements:
        if "style" in given or any(name.startswith("on") for name in given):
            said.append(f"{tag} has style or script inside")
        if tag in {"input", "select", "textarea"} and given.get("type") not in {"hidden", "submit", "button"}:
            named = given.get("id") in labelled or given.get("aria-label") or given.get("aria-labelledby")
            if not named:
                said.append(f"{tag} {given.get('name')} has no label")
        said += [
            f"{tag} points to missing id {name}"
            for attribute in ("aria-describedby", "aria-labelledby", "aria-controls")
            for name in given.get(attribute, "").split()
            if name not in ids
        ]
        target = given.get("href", "")
        if target.startswith("#") and target != "#" and target[1:] not in ids:
            said.append(f"link to missing {target}")
    levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h[1-6]", tag)]
    said += [
        f"h{before} is followed by h{after}"
        for before, after in zip(levels, levels[1:], strict=False)
        if after > before + 1
    ]
    return [f"{page.address}: {fault}" for fault in said]


TOLERATED: set[str] = set()
