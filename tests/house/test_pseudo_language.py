"""With every translated text in brackets and every stored text blotted out, a bare word on a Welsh page is a text that nobody marked."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polib
import pytest
import sqlalchemy as sa
from babel import Locale

from citizen_platform.core.database import db
from citizen_platform.organisations.models import AREAS
from citizen_platform.submissions.models import SCALE_WORDS
from tests.conftest import DemoService, demo_service
from tests.house.pages import Page, read, visit
from tests.house.test_catalogue import CATALOGUE
from tests.house.test_pages import VISITORS

KEPT = {
    "email",
    "slug",
    "code",
    "reference",
    "kind",
    "fs_uniquifier",
    "key",
    "verb",
    "subject",
    "language",
    "body_slug",
}
WORD = re.compile(r"[^\W\d_]{2,}")
CODE = re.compile(
    r"\b[0-9A-HJKMNP-TV-Z]{4}\b|\b(?=[A-Z0-9]*\d)[A-Z0-9]{4,}\b|\bq\d+\b|\S+@\S+|https?://\S+|/(?:cy|en)/\S+"
)
WELSH = Locale("cy")
KNOWN = {
    "Dolen",
    *(word for name in (*AREAS.values(), *SCALE_WORDS.values()) for word in WORD.findall(name.cy)),
    "English",
    "Cymraeg",
    "CSV",
    "XLSX",
    *(name for width in ("wide", "abbreviated") for name in WELSH.months["format"][width].values()),
    *(name for width in ("wide", "abbreviated") for name in WELSH.days["format"][width].values()),
}


def pseudo_catalogue(folder: Path) -> None:
    """A Welsh catalogue whose every text is its English in brackets."""
    catalogue = polib.pofile(str(CATALOGUE))
    for entry in catalogue:
        if entry.msgid_plural:
            entry.msgstr_plural = dict.fromkeys(range(6), f"⟦{entry.msgid_plural}⟧")
        else:
            entry.msgstr = f"⟦{entry.msgid}⟧"
    target = folder / "cy" / "LC_MESSAGES"
    target.mkdir(parents=True)
    catalogue.save_as_mofile(str(target / "messages.mo"))


def blotted(value: Any) -> Any:
    """A stored value with its letters made unreadable, as long as before."""
    if isinstance(value, str):
        return re.sub(r"[^\W\d_]", "•", value)
    if isinstance(value, list):
        return [blotted(item) for item in value]
    if isinstance(value, dict):
        return {key: blotted(item) for key, item in value.items()}
    return value


def blot_out() -> None:
    """Make every stored text unreadable, so that what can still be read comes from the code."""
    with db.engine.begin() as connection:
        for table in db.metadata.sorted_tables:
            columns = [
                column
                for column in table.columns
                if isinstance(column.type, sa.Text)
                and column.name not in KEPT
                and not column.foreign_keys
                and not column.name.endswith(("_digest", "_key", "_stale"))
            ]
            if table.name == "topic":
                columns.append(table.c.terms)
            if not columns or table.name in {"job", "event"}:
                continue
            for row in connection.execute(sa.select(table)).mappings().all():
                values = {column.name: blotted(row[column.name]) for column in columns}
                connection.execute(sa.update(table).where(table.c.id == row["id"]).values(values))


@pytest.fixture(scope="module")
def blotted_demo(worker_id: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoService]:
    with tempfile.TemporaryDirectory() as folder:
        pseudo_catalogue(Path(folder))
        for service in demo_service(f"{worker_id}_pseudo", tmp_path_factory):
            # The catalogue belongs to the whole process: it is put back for the tests that come after.
            with service.app.app_context():
                domain = service.app.extensions["babel"].instance.domain_instance
                real = domain._translation_directories
                domain._translation_directories = [folder]
                domain.cache.clear()
                blot_out()
            yield service
            domain._translation_directories = real
            domain.cache.clear()


def outside_brackets(text: str) -> str:
    """What stands outside all brackets, however deep one text lies in another."""
    depth, kept = 0, []
    for letter in text:
        depth += (letter == "⟦") - (letter == "⟧")
        if depth == 0:
            kept.append(" " if letter == "⟧" else letter)
    return "".join(kept)


def bare_words(page: Page) -> set[str]:
    """Words of a page that stand outside brackets, in the page's own language."""
    found = set()
    text = " ".join(said for language, said in read(page).texts if language == "cy")
    for word in WORD.findall(CODE.sub(" ", outside_brackets(text))):
        if word not in KNOWN:
            found.add(word)
    return found


def test_no_bare_word_on_any_page(blotted_demo: DemoService) -> None:
    bare: dict[str, set[str]] = {}
    for email in VISITORS:
        client = blotted_demo.client(email)
        for page in visit(client, "/cy/", *(("/cy/desg",) if email else ()), *blotted_demo.receipts).values():
            if page.language == "cy" and page.html and (words := bare_words(page)):
                bare[page.address] = words
    assert bare == {}


def test_a_bare_word_would_be_seen() -> None:
    page = Page(
        "/cy/x",
        200,
        '<html lang="cy"><body><p>⟦Send⟧ now ⟦at %(x)s⟧ 21 Tachwedd</p><p lang="en">English words</p></body></html>',
    )
    assert bare_words(page) == {"now"}
