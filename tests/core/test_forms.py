"""Fields that are ours: what was typed is never lost, and nothing that can be posted is a fault."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import SelectMultipleField

from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.database import CommittingFlask
from citizen_platform.core.forms import Form, clean, read_date
from tests.core.conftest import TrialForm

TYPED = {
    "title": "Tŷ newydd",
    "story": "Llinell\r\n<un>",
    "name-cy": "Enw newydd",
    "name-en": "New name",
    "on-day": "31",
    "on-month": "Chwefror",
    "on-year": "27",
}


def typed_values(page: str) -> dict[str, str]:
    """What stands in the fields of a page."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name:
            found[name[1]] = value[1] if value else ""
    for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', page, re.DOTALL):
        found[name] = text.removeprefix("\n")
    return found


def test_a_right_form_is_taken(service: CommittingFlask) -> None:
    answer = service.test_client().post(
        "/en/settings/edit", data={**TYPED, "story": "a\r\nb", "on-month": "3", "on-year": "2027"}
    )
    expected = ["Tŷ newydd", "a\nb", Bilingual("Enw newydd", "New name"), date(2027, 3, 31)]
    assert (answer.status_code, answer.text) == (200, repr(expected))


@pytest.mark.parametrize(("extra", "status"), [({}, 422), ({"switch_language": "cy"}, 200)])
def test_typed_words_survive_errors_and_the_switch(
    service: CommittingFlask, extra: dict[str, str], status: int
) -> None:
    answer = service.test_client().post("/cy/gosodiadau/golygu", data={**TYPED, **extra})
    assert answer.status_code == status
    values = typed_values(answer.text)
    assert {name: values[name] for name in TYPED} == {**TYPED, "story": "Llinell\n&lt;un&gt;"}
    assert ("Rhowch ddyddiad go iawn" in answer.text) == (status == 422)


def test_a_form_not_sent_yet_has_no_errors_and_its_defaults(service: CommittingFlask) -> None:
    page = service.test_client().get("/en/settings/edit").text
    values = typed_values(page)
    assert (values["title"], values["name-cy"], values["name-en"], values["on-day"]) == (
        "",
        "Enw",
        "Name",
        "",
    )
    assert "Error: " not in page


def posted(service: CommittingFlask, values: dict[str, Any], **given: Any) -> TrialForm:
    with service.test_request_context("/en/", method="POST"):
        form = TrialForm(MultiDict(values), **given)
        form.validate()
        return form


# Required and length


@pytest.mark.parametrize("title", ["", "   ", "\u00a0\t", "\r\n"])
def test_space_alone_is_nothing(service: CommittingFlask, title: str) -> None:
    assert posted(service, {"title": title}).title.errors == ["Enter a title"]


def test_a_newline_is_one_character(service: CommittingFlask) -> None:
    assert posted(service, {"story": "\r\n".join("1234567890")}).story.errors == []
    assert posted(service, {"story": "\r\n".join("12345678901")}).story.errors == [
        "This is 21 characters long. Shorten it to 20 characters or fewer."
    ]


def test_a_side_that_is_too_long_is_named(service: CommittingFlask) -> None:
    form = posted(service, {"name-cy": "x" * 5001, "name-en": "ok"})
    assert form.name.side_errors["cy"] == ["Shorten this to 5,000 characters or fewer."]
    assert form.name.side_errors["en"] == []
    assert form.name.errors


# Letters that are none

UNFIT = ["\x00", "a\x00b", "\ud800", "\x1b[31m", "\x7f\x85", "\u0000\udfff"]


@pytest.mark.parametrize("unfit", UNFIT)
def test_control_characters_and_half_letters_are_left_out(service: CommittingFlask, unfit: str) -> None:
    form = posted(service, dict.fromkeys(TYPED, f"x{unfit}y"))
    for text in (form.title.data, form.story.data, form.name.data.cy, form.on.day):
        assert not re.search("[\x00-\x1f\x7f-\x9f\ud800-\udfff]", text)
        assert text.startswith("x")
        assert text.endswith("y")
    assert clean("a\r\nb\rc\td ŵ 👩‍🌾") == "a\nb\nc\td ŵ 👩‍🌾"


@pytest.mark.parametrize(
    "body", [b"title=%00&story=%ED%A0%80&on-day=%00", b"title=\xff\xfe\x00", b"%", b"=&&=="]
)
def test_no_bytes_are_a_fault(service: CommittingFlask, body: bytes) -> None:
    answer = service.test_client().post(
        "/en/settings/edit", data=body, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 422


@pytest.mark.parametrize("body", [b"[1]", b'"x"', b'{"title": 5, "name-cy": {}}', b"{", b"null"])
def test_json_is_not_a_form(service: CommittingFlask, body: bytes) -> None:
    answer = service.test_client().post("/en/settings/edit", data=body, content_type="application/json")
    assert answer.status_code == 422


def test_fields_posted_twice_or_in_part_are_no_fault(service: CommittingFlask) -> None:
    client = service.test_client()
    assert (
        client.post("/en/settings/edit", data={"on-day": ["1", "2"], "title": ["a", "b"]}).status_code == 422
    )
    answer = client.post("/en/settings/edit", data={"title": "a", "on-month": "2"})
    assert answer.status_code == 422
    assert "Enter a real date" in answer.text


# Dates


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (("27", "3", "2027"), date(2027, 3, 27)),
        (("07", "03", "2027"), date(2027, 3, 7)),
        (("29", "2", "2028"), date(2028, 2, 29)),
        (("29", "2", "2027"), None),
        (("31", "4", "2027"), None),
        (("0", "1", "2027"), None),
        (("1", "13", "2027"), None),
        (("1", "1", "27"), None),
        (("1", "1", "0000"), None),
        (("1", "1", "20270"), None),
        (("1_0", "1", "2027"), None),
        (("-1", "1", "2027"), None),
        (("٣", "1", "2027"), None),
        (("1", "", "2027"), None),
        (("1" * 5000, "1", "2027"), None),
    ],
)
def test_dates_are_real_or_wrong(typed: tuple[str, str, str], expected: date | None) -> None:
    assert read_date(*typed) == expected


def test_a_stored_date_is_shown_and_an_emptied_one_is_gone(service: CommittingFlask) -> None:
    with service.test_request_context("/en/"):
        form = TrialForm(None, on=date(2027, 3, 9))
        assert (form.on.day, form.on.month, form.on.year) == ("9", "3", "2027")
    form = posted(service, {"title": "a", "on-day": "", "on-month": "", "on-year": ""}, on=date(2027, 3, 9))
    assert form.on.data is None
    assert not form.on.errors


# Both languages


def test_a_bilingual_field_keeps_the_stale_mark_until_the_service_decides(service: CommittingFlask) -> None:
    stored = Bilingual("Hen", "Old", "en")
    with service.test_request_context("/en/", method="POST"):
        form = TrialForm(MultiDict({"name-cy": "Newydd", "name-en": "Old"}), name=stored)
    assert form.name.data == Bilingual("Newydd", "Old", "en")
    assert (form.name.cy, form.name.en, form.name.stale) == ("Newydd", "Old", "en")


@pytest.mark.parametrize(
    ("before", "after", "stale"),
    [
        (Bilingual("a", "b"), Bilingual("a", "b"), None),
        (Bilingual("a", "b"), Bilingual("A", "b"), "en"),
        (Bilingual("a", "b"), Bilingual("a", "B"), "cy"),
        (Bilingual("a", "b"), Bilingual("A", "B"), None),
        (Bilingual("a", "b"), Bilingual(" a ", "b\n"), None),
        (Bilingual("a", "b", "en"), Bilingual("a", "b"), "en"),
        (Bilingual("a", "b", "en"), Bilingual("A", "b"), "en"),
        (Bilingual("a", "b", "en"), Bilingual("a", "B"), None),
        (Bilingual("a", "b", "cy"), Bilingual("a", "B"), "cy"),
        (Bilingual("a", "b", "cy"), Bilingual("A", "b"), None),
        (Bilingual("a", ""), Bilingual("A", ""), None),
        (Bilingual("a", ""), Bilingual("a", "b"), None),
        (Bilingual("", ""), Bilingual("a", "b"), None),
        (Bilingual("a", "b"), Bilingual("a", ""), None),
    ],
)
def test_editing_one_side_marks_the_other(before: Bilingual, after: Bilingual, stale: str | None) -> None:
    assert before.edited(after).stale == stale
    assert before.edited(after) == Bilingual(after.cy.strip(), after.en.strip(), stale)


def test_a_choice_that_is_not_offered_is_refused_in_words(service: CommittingFlask) -> None:
    class Areas(Form):
        areas = SelectMultipleField("Areas", choices=["w1", "w2"])

    for language, words in (("cy", "Dewiswch un o’r atebion yn y rhestr"), ("en", "Not a valid choice")):
        with service.test_request_context(
            f"/{language}/", method="POST", data={"areas": ["w1", "%(value)s"]}
        ):
            service.preprocess_request()
            form = Areas(meta={"csrf": False})
            assert not form.validate()
            assert form.areas.errors == [words]
