"""Every page anyone can reach, in both languages, as each kind of person: well made, whole in its language, and harmless to open."""

from __future__ import annotations

import hashlib
from typing import Any

import polib
import pytest
import sqlalchemy as sa

from citizen_platform.core.database import db
from tests.house.pages import Page, faults, read, visit
from tests.house.test_catalogue import CATALOGUE, SAME_IN_BOTH

STAFF = (
    "mared.pugh@elwydd.example",
    "tom.hargreave@elwydd.example",
    "ilan.bebb@elwydd.example",
    "priya.nandra@elwydd.example",
    "lleucu.hopcyn@elwydd.example",
    "gwenan.treharne@elwydd.example",
)
VISITORS = ("", *STAFF)


@pytest.fixture(scope="module")
def crawled(demo: Any) -> dict[str, dict[str, Page]]:
    """By visitor (empty: not signed in): every page they reach from home and desk in both languages."""
    found = {}
    for email in VISITORS:
        client = demo.client(email)
        found[email] = visit(
            client, "/cy/", "/en/", *(("/cy/desg", "/en/desk") if email else ()), *demo.receipts
        )
    return found


def database_state() -> str:
    """A digest of every row of every table but the log of tries."""
    digest = hashlib.sha256()
    with db.engine.connect() as connection:
        for table in db.metadata.sorted_tables:
            for row in connection.execute(sa.select(table).order_by(*table.primary_key.columns)):
                digest.update(repr(tuple(row)).encode())
    return digest.hexdigest()


def pages(crawled: dict[str, dict[str, Page]]) -> list[Page]:
    return [page for found in crawled.values() for page in found.values() if page.html]


def test_the_visit_reaches_the_rooms(crawled: dict[str, dict[str, Page]]) -> None:
    public = set(crawled[""])
    assert {"/cy/ymgyngoriadau", "/en/consultations", "/cy/cynigion", "/en/you-said-we-did"} <= public
    assert len(public) > 40
    assert all(len(crawled[email]) > len(public) for email in STAFF)


def test_no_room_is_without_a_door(crawled: dict[str, dict[str, Page]], demo: Any) -> None:
    """Every page that needs no more than a body to name it is reached by links, by somebody."""
    wanted = {
        rule.endpoint
        for rule in demo.app.url_map.iter_rules()
        if rule.defaults and "GET" in rule.methods and rule.arguments <= {"body", "lang_code"}
    }
    addresses = demo.app.url_map.bind("127.0.0.1:8000")
    reached = {
        addresses.match(page.address.split("?")[0])[0] for page in pages(crawled) if page.status == 200
    }
    assert wanted - reached - ONLY_AFTER_SENDING == set()


ONLY_AFTER_SENDING = {"proposals.sent", "assemblies.notes", "accounts.sign_in"}
"""Pages that follow a form, and the sign-in page, to which the desk leads by itself."""


def test_every_page_is_well_made(crawled: dict[str, dict[str, Page]]) -> None:
    assert sorted({fault for page in pages(crawled) for fault in faults(page)}) == []


def test_every_page_has_its_sister_in_the_other_language(
    crawled: dict[str, dict[str, Page]], demo: Any
) -> None:
    missing = []
    for email, found in crawled.items():
        client = demo.client(email)
        for page in found.values():
            if not page.html or page.status != 200:
                continue
            switch = [
                given for tag, given in read(page).elements if "language-switch" in given.get("class", "")
            ]
            targets = [given.get("href") or given.get("formaction") or "" for given in switch]
            other = "en" if page.language == "cy" else "cy"
            if len(targets) != 1 or not targets[0].startswith(f"/{other}"):
                missing.append((page.address, targets))
            elif targets[0] not in found and client.get(targets[0]).status_code != 200:
                missing.append((page.address, targets[0]))
    assert missing == []


def test_opening_pages_changes_nothing(demo: Any) -> None:
    with demo.app.app_context():
        before = database_state()
    for email in VISITORS:
        visit(demo.client(email), "/cy/", *(("/cy/desg",) if email else ()))
    with demo.app.app_context():
        assert database_state() == before


def english_texts() -> set[str]:
    """Every English text of the code that has another Welsh."""
    return {
        " ".join(entry.msgid.split())
        for entry in polib.pofile(str(CATALOGUE))
        if entry.msgid not in SAME_IN_BOTH and "%(" not in entry.msgid and entry.msgstr != entry.msgid
    }


def welsh_texts() -> set[str]:
    return {" ".join(entry.msgstr.split()) for entry in polib.pofile(str(CATALOGUE))}


def test_no_english_on_welsh_pages(crawled: dict[str, dict[str, Page]]) -> None:
    english = english_texts() - welsh_texts()
    left = {
        (page.address, text)
        for page in pages(crawled)
        if page.language == "cy"
        for language, text in read(page).texts
        if language == "cy" and text in english
    }
    assert left == set()


def test_no_welsh_on_english_pages(crawled: dict[str, dict[str, Page]]) -> None:
    welsh = welsh_texts() - {" ".join(entry.msgid.split()) for entry in polib.pofile(str(CATALOGUE))}
    left = {
        (page.address, text)
        for page in pages(crawled)
        if page.language == "en"
        for language, text in read(page).texts
        if language == "en" and len(text) > 3 and text in welsh
    }
    assert left == set()


def test_the_checks_notice_a_bad_page() -> None:
    bad = Page(
        "/cy/x",
        200,
        '<!DOCTYPE html><html lang="en"><head><title>x</title></head><body><h1>a</h1><h1 id="b">c</h1><p id="b"><input name="q"></p></body></html>',
    )
    said = " ".join(faults(bad))
    assert "2 h1" in said and "stands twice" in said and "lang is en" in said and "no label" in said
