"""Two languages: plural forms, dates in Wales' own time, the switch, addresses, sorting, and text shown safely."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask

from citizen_platform.core import i18n
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.database import CommittingFlask
from citizen_platform.core.i18n import (
    PATH_WORDS,
    clock_time,
    current_language,
    force_locale,
    iso,
    local,
    long_date,
    ngettext,
    paragraphs,
    short_date,
    sort_welsh_or_english,
    translated_rule,
)

CATALOGUE = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n==3 ? 3 : n==6 ? 4 : 5);\n"

msgid "%(num)d dog"
msgid_plural "%(num)d dogs"
msgstr[0] "%(num)d cŵn"
msgstr[1] "%(num)d ci"
msgstr[2] "%(num)d gi"
msgstr[3] "%(num)d chi"
msgstr[4] "%(num)d chi chwech"
msgstr[5] "%(num)d ci arall"
"""


@pytest.fixture
def small(tmp_path: Path) -> Flask:
    """An application with languages only, and a catalogue of its own."""
    folder = tmp_path / "cy" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text(CATALOGUE)
    subprocess.run(
        [sys.executable, "-m", "babel.messages.frontend", "-q", "compile", "-d", str(tmp_path)], check=True
    )
    app = Flask("small")
    app.config.update(
        BABEL_TRANSLATION_DIRECTORIES=str(tmp_path),
        SESSION_COOKIE_SECURE=False,
        DOLEN=SimpleNamespace(origin="http://127.0.0.1:8000"),
    )
    i18n.init_app(app)
    return app


def test_welsh_has_six_plural_forms_at_run_time(small: Flask) -> None:
    with small.test_request_context("/cy/"):
        forms = [
            ngettext("%(num)d dog", "%(num)d dogs", number) for number in (0, 1, 2, 3, 4, 5, 6, 7, 11, 100)
        ]
    assert forms == [
        "0 cŵn", "1 ci", "2 gi", "3 chi", "4 ci arall", "5 ci arall", "6 chi chwech", "7 ci arall",
        "11 ci arall", "100 ci arall",
    ]  # fmt: skip
    with small.test_request_context("/en/"):
        assert [ngettext("%(num)d dog", "%(num)d dogs", number) for number in (0, 1, 2)] == [
            "0 dogs",
            "1 dog",
            "2 dogs",
        ]


@pytest.mark.parametrize(
    ("moment", "day", "clock"),
    [
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), 29, "00:59"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), 29, "02:00"),
        (datetime(2026, 3, 29, 23, 0, tzinfo=UTC), 30, "00:00"),
        (datetime(2026, 10, 24, 23, 0, tzinfo=UTC), 25, "00:00"),
        (datetime(2026, 10, 25, 0, 59, tzinfo=UTC), 25, "01:59"),
        (datetime(2026, 10, 25, 1, 0, tzinfo=UTC), 25, "01:00"),
        (datetime(2026, 10, 25, 23, 59, tzinfo=UTC), 25, "23:59"),
    ],
)
def test_dates_are_in_welsh_time_when_the_clocks_change(
    small: Flask, moment: datetime, day: int, clock: str
) -> None:
    months = {3: ("Mawrth", "March"), 10: ("Hydref", "October")}[moment.month]
    for language, month in zip(("cy", "en"), months, strict=True):
        with small.test_request_context(f"/{language}/"):
            assert long_date(moment) == f"{day} {month} 2026"
            assert clock_time(moment) == clock
    assert datetime.fromisoformat(iso(moment)) == moment


def test_short_dates_days_and_nothing(small: Flask) -> None:
    with small.test_request_context("/cy/"):
        assert short_date(date(2026, 11, 21)) == "21 Tach 2026"
        assert long_date(None) == ""
    with small.test_request_context("/en/"):
        assert short_date(date(2026, 11, 21)) == "21 Nov 2026"
    assert iso(date(2026, 11, 21)) == "2026-11-21"


def test_a_letter_is_written_in_its_readers_language_throughout(small: Flask) -> None:
    name = Bilingual("Enw", "Name")
    with small.test_request_context("/cy/"):
        small.preprocess_request()
        with force_locale("en_GB"):
            assert (local(name), current_language(), long_date(date(2026, 3, 1))) == (
                "Name",
                "en",
                "1 March 2026",
            )
        assert (local(name), current_language(), long_date(date(2026, 3, 1))) == (
            "Enw",
            "cy",
            "1 Mawrth 2026",
        )
    with small.app_context():
        assert local(name) == "Enw"
        with force_locale("en_GB"):
            assert local(name) == "Name"
        assert local(name) == "Enw"


# The switch


def switch_of(page: str) -> str:
    found = re.search(r'class="language-switch"[^>]*(?:href|formaction)="([^"]*)"', page)
    assert found
    return found[1].replace("&amp;", "&")


def test_the_switch_leads_to_the_same_page_with_its_query(service: CommittingFlask) -> None:
    client = service.test_client()
    page = client.get("/en/settings/edit?q=m%C3%B4r&page=2&q=t%C5%B7&empty=").text
    switch = switch_of(page)
    assert switch == "/cy/gosodiadau/golygu?q=m%C3%B4r&q=t%C5%B7&page=2&empty="
    back = client.get(switch)
    assert back.status_code == 200
    assert switch_of(back.text) == "/en/settings/edit?q=m%C3%B4r&q=t%C5%B7&page=2&empty="


@pytest.mark.parametrize("address", ["/en/settings/check", "/en/nowhere", "/en/settings/edit/"])
def test_the_switch_leads_home_where_there_is_nothing_to_read(service: CommittingFlask, address: str) -> None:
    """Such as an error page for an address that takes posts only."""
    client = service.test_client()
    page = client.post(address) if address.endswith("check") else client.get(address)
    assert page.status_code >= 400
    assert switch_of(page.text) == "/cy/"
    assert client.get("/cy/").status_code == 200


def test_addresses_of_both_languages_are_given_from_the_configured_origin(service: CommittingFlask) -> None:
    page = service.test_client().get("/en/settings/edit", base_url="http://localhost:1234").text
    assert '<link rel="alternate" hreflang="en" href="http://127.0.0.1:8000/en/settings/edit">' in page
    assert '<link rel="alternate" hreflang="cy" href="http://127.0.0.1:8000/cy/gosodiadau/golygu">' in page


def test_the_choice_is_remembered_and_depends_on_who_asks(service: CommittingFlask) -> None:
    client = service.test_client()
    answer = client.get("/en/settings/edit")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("language=en;")
    for part in ("HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=31536000"):
        assert part in cookie
    assert "language=" not in client.get("/en/settings/edit").headers.get("Set-Cookie", "")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert {"Cookie", "Accept-Language"} <= {name.strip() for name in answer.headers["Vary"].split(",")}
    assert client.get("/").headers["Location"] == "/en/"


# Addresses


def test_every_word_of_an_address_is_plain_and_means_one_thing() -> None:
    for english, welsh in PATH_WORDS.items():
        assert re.fullmatch("[a-z]+(-[a-z]+)*", english)
        assert re.fullmatch("[a-z]+(-[a-z]+)*", welsh)
    assert len(set(PATH_WORDS.values())) == len(PATH_WORDS)


def test_rules_are_translated_word_by_word() -> None:
    assert translated_rule("/consultations/<reference>/answer", "cy") == "/cy/ymgyngoriadau/<reference>/ateb"
    assert (
        translated_rule("/consultations/<reference>/answer", "en") == "/en/consultations/<reference>/answer"
    )
    for language in ("cy", "en"):
        with pytest.raises(KeyError):
            translated_rule("/unheard-of", language)


# Sorting


def test_names_are_in_the_readers_alphabetical_order(small: Flask) -> None:
    names = [
        "Abergele", "Bangor", "Caernarfon", "Cwmbrân", "Chwilog", "Dolgellau", "Ddôl", "Fairbourne", "Ffestiniog",
        "Gwynedd", "Ngwynfa", "Hwlffordd", "Lampeter", "Llanelli", "Pwllheli", "Pyle", "Phylip", "Rogerstone",
        "Rhyl", "Tonypandy", "Tywyn", "Theodor",
    ]  # fmt: skip
    with small.test_request_context("/cy/"):
        assert sort_welsh_or_english(reversed(names), str) == names
        assert sort_welsh_or_english(["ŷd", "ych", "Âb", "ac"], str) == ["Âb", "ac", "ych", "ŷd"]
    with small.test_request_context("/en/"):
        assert sort_welsh_or_english(["Cwmbrân", "Chwilog", "Âb", "ac"], str) == [
            "Âb",
            "ac",
            "Chwilog",
            "Cwmbrân",
        ]
        assert sort_welsh_or_english(["Ty", "Tŷ"], str) == sort_welsh_or_english(["Tŷ", "Ty"], str)


# Text


def test_paragraphs_are_escaped_and_keep_their_lines() -> None:
    shown = paragraphs("<script>alert('1')</script>\r\nnext & last\r\n \r\n\r\n“Môr” ")
    assert shown == ("<p>&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;<br>next &amp; last</p><p>“Môr”</p>")
    assert paragraphs(" \n\n ") == ""
