"""The Welsh catalogue equals the code: nothing missing, nothing left over, placeholders and plural forms agree."""

from __future__ import annotations

import re
from pathlib import Path

import polib
import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "translations" / "cy" / "LC_MESSAGES" / "messages.po"
SIX_FORMS = "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n==3 ? 3 : n==6 ? 4 : 5);"
KEYWORDS = {
    "_": None,
    "_l": (1,),
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "lazy_pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
METHODS = [
    ("**.py", "python"),
    ("**/templates/**.html", "jinja2"),
    ("**/templates/**.txt", "jinja2"),
    ("templates/**.html", "jinja2"),
]
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|%%")
TAG = re.compile(r"</?[a-z]+")

Key = tuple[str | None, str]


def in_code() -> dict[Key, str | None]:
    """Every message the code marks: (context, id) to its plural id."""
    found: dict[Key, str | None] = {}
    catalogue = Catalog()
    for _file, _line, message, _comments, context in extract_from_dir(
        ROOT / "citizen_platform",
        METHODS,
        keywords=KEYWORDS,  # type: ignore[arg-type]
    ):
        catalogue.add(message, context=context)
        singular, plural = message if isinstance(message, tuple) else (message, None)
        found[context, singular] = plural
    return found


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


def test_catalogue_equals_code(catalogue: polib.POFile) -> None:
    code = in_code()
    welsh = {
        (entry.msgctxt, entry.msgid): entry.msgid_plural or None for entry in catalogue if not entry.obsolete
    }
    assert len(code) > 100
    assert {key for key in code if key not in welsh} == set(), "in the code, not in the catalogue"
    assert {key for key in welsh if key not in code} == set(), "in the catalogue, not in the code"
    assert {key for key in code if code[key] != welsh[key]} == set(), "plurals differ"


def test_nothing_is_missing_fuzzy_or_obsolete(catalogue: polib.POFile) -> None:
    assert [entry.msgid for entry in catalogue.untranslated_entries()] == []
    assert [
        entry.msgid for entry in catalogue if entry.msgid_plural and not all(entry.msgstr_plural.values())
    ] == []
    assert [entry.msgid for entry in catalogue.fuzzy_entries()] == []
    assert [entry.msgid for entry in catalogue.obsolete_entries()] == []


def test_six_plural_forms(catalogue: polib.POFile) -> None:
    assert catalogue.metadata["Plural-Forms"] == SIX_FORMS
    assert [
        entry.msgid
        for entry in catalogue
        if entry.msgid_plural and sorted(entry.msgstr_plural) != list(range(6))
    ] == []


def test_placeholders_and_tags_agree_in_every_form(catalogue: polib.POFile) -> None:
    wrong = []
    for entry in catalogue:
        wanted = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
        forms = entry.msgstr_plural if entry.msgid_plural else {None: entry.msgstr}
        for number, form in forms.items():
            held = set(PLACEHOLDER.findall(form))
            # A form for one exact number may say the number in words; the one for nothing may leave out its parts.
            may_lack = wanted if number == 0 else {"num"} if number is not None else set()
            tags = sorted(TAG.findall(form)) == sorted(TAG.findall(entry.msgid))
            if held - wanted or wanted - held - may_lack or not tags:
                wrong.append((entry.msgid, form))
    assert wrong == []


def test_words_that_stay_english_are_meant_to(catalogue: polib.POFile) -> None:
    same = {
        entry.msgid
        for entry in catalogue
        if not entry.msgid_plural
        and entry.msgid == entry.msgstr
        and re.search(r"[^\W\d_]", PLACEHOLDER.sub("", entry.msgid.replace(")s", ")s ")))
    }
    assert {text for text in same if text not in SAME_IN_BOTH} == set()


SAME_IN_BOTH = {"Staff", "Panel", "Dolen"}
