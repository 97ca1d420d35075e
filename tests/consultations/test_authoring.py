"""Writing a draft: what one language's edit does to the other, order, and words that never change once opened."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from citizen_platform.accounts.models import Role
from citizen_platform.consultations import services
from citizen_platform.consultations.models import TEXTS, Choice, Consultation, Question, QuestionKind, Stage
from citizen_platform.consultations.views.questions import rearranged
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.database import session
from citizen_platform.core.errors import DomainError
from tests import make

pytestmark = pytest.mark.usefixtures("app")
NOW = datetime.now(UTC)
WHO: dict[str, Any] = {"by": None, "now": NOW}


@pytest.fixture
def draft() -> Consultation:
    return make.consultation(stage=Stage.DRAFT)


@pytest.fixture
def officer(staff: Any) -> Any:
    return staff("tirwen", Role.POLICY_OFFICER)


def desk(draft: Consultation, rest: str = "", language: str = "en") -> str:
    if language == "cy":
        return f"/cy/desg/tirwen/ymgyngoriadau/{draft.reference}{rest}"
    return f"/en/desk/tirwen/consultations/{draft.reference}{rest}"


def typed(client: Any, address: str, **changes: str) -> dict[str, str]:
    """What a browser would post from the form at an address, with some boxes changed."""
    import html5lib

    tree = html5lib.parse(client.get(address).text, namespaceHTMLElements=False)
    form = tree.find(".//form[@id='page-form']")
    data = {}
    for element in form.iter():
        name, kind = element.get("name"), element.get("type")
        if element.tag == "textarea":
            data[name] = "".join(element.itertext())
        elif element.tag == "input" and (kind not in {"checkbox", "radio"} or "checked" in element.attrib):
            data[name] = element.get("value", "")
    return {**data, **changes}


def test_editing_one_language_marks_the_other_until_somebody_says_it_is_right(draft: Consultation) -> None:
    title = draft.title
    services.edit_texts(draft, {"title": Bilingual(title.cy, "New words")}, **WHO)
    assert draft.title.stale == "cy"
    services.edit_texts(draft, {}, still_right=["title"], **WHO)
    assert draft.title == Bilingual(title.cy, "New words")


def test_the_mark_is_shown_at_its_place_and_cleared_without_scripts(
    draft: Consultation, officer: Any
) -> None:
    data = typed(officer, desk(draft), **{"problem-en": "Buses stop at six."})
    assert officer.post(desk(draft), data=data).status_code == 303
    page = officer.get(desk(draft)).text
    assert 'id="problem-cy-mark"' in page and 'value="problem"' in page
    assert "1 thing missing" in page
    data = {**typed(officer, desk(draft)), "still_right": "problem"}
    assert officer.post(desk(draft), data=data).status_code == 303
    assert draft.problem.is_complete
    assert "Ready to open" in officer.get(desk(draft, "/open")).text


def test_the_words_typed_survive_the_language_switch_and_are_not_stored(
    draft: Consultation, officer: Any
) -> None:
    data = typed(officer, desk(draft), **{"title-cy": "Geiriau newydd ŵ", "switch_language": "cy"})
    answer = officer.post(desk(draft, language="cy"), data=data)
    assert answer.status_code == 200
    assert "Geiriau newydd ŵ" in answer.text and '<html lang="cy"' in answer.text
    assert draft.title == make.both("title")


def test_the_words_typed_survive_an_error(draft: Consultation, officer: Any) -> None:
    data = typed(officer, desk(draft), **{"title-cy": "x" * 300, "background-en": "Kept words"})
    answer = officer.post(desk(draft), data=data)
    assert answer.status_code == 422
    assert "Kept words" in answer.text and "x" * 300 in answer.text and "Not saved yet" in answer.text
    assert draft.background == make.both("background")


def test_nobody_writes_over_a_colleague_unawares(draft: Consultation, officer: Any) -> None:
    data = typed(officer, desk(draft), **{"title-en": "Mine"})
    services.edit_texts(draft, {"title": make.both("Theirs")}, **WHO)
    refused = officer.post(desk(draft), data=data)
    assert refused.status_code == 422 and "Somebody else has saved" in refused.text and "Mine" in refused.text
    assert draft.title == make.both("Theirs")


def test_an_opened_consultations_words_do_not_change(officer: Any) -> None:
    consultation = make.consultation()
    question, option = consultation.questions[0], consultation.options[0]
    deeds = (
        lambda: services.edit_texts(consultation, {"title": make.both("New")}, **WHO),
        lambda: services.remove_question(consultation, question, **WHO),
        lambda: services.move(consultation, option, up=False, **WHO),
        lambda: services.set_choices(consultation, consultation.questions[1], [], **WHO),
    )
    for deed in deeds:
        with pytest.raises(DomainError):
            deed()
    late = officer.post(desk(consultation), data={"title-cy": "A", "title-en": "An hour of work"})
    assert late.status_code == 422 and "An hour of work" in late.text
    assert officer.get(desk(consultation, "/options")).status_code == 303
    assert officer.post(desk(consultation, f"/questions/{question.id}/remove")).status_code == 400
    assert session.get(Question, question.id) is not None
    assert consultation.title == make.both("title")


def test_questions_move_and_stay_where_they_were_put(draft: Consultation, officer: Any) -> None:
    last = draft.questions[3].id
    assert officer.post(desk(draft, f"/questions/{last}/move"), data={"to": "up"}).status_code == 303
    assert [question.code for question in draft.questions] == ["q1", "q2", "q4", "q3"]
    first = draft.questions[0].id
    officer.post(desk(draft, f"/questions/{first}/move"), data={"to": "up"})
    assert [question.code for question in draft.questions] == ["q1", "q2", "q4", "q3"]


def test_options_are_added_moved_and_removed(draft: Consultation, officer: Any) -> None:
    data = {"name-cy": "Opsiwn newydd", "name-en": "A new option"}
    assert officer.post(desk(draft, "/options/new"), data=data).status_code == 303
    new = draft.options[1]
    assert new.name == Bilingual("Opsiwn newydd", "A new option")
    number = new.id
    officer.post(desk(draft, f"/options/{number}/move"), data={"to": "up"})
    assert draft.options[0].id == number
    assert "cannot be undone" in officer.get(desk(draft, f"/options/{number}/remove")).text
    officer.post(desk(draft, f"/options/{number}/remove"))
    assert number not in [option.id for option in draft.options]


def test_choices_are_written_ordered_and_removed_without_losing_words(
    draft: Consultation, officer: Any
) -> None:
    question = draft.questions[1]
    address = desk(draft, f"/questions/{question.id}")
    data = typed(
        officer, address, do="up-1", **{"choices-2-text-cy": "Efallai", "choices-2-text-en": "Perhaps"}
    )
    assert officer.post(address, data=data).status_code == 303
    assert [(choice.code, choice.text.en) for choice in question.choices] == [
        ("no", "No (en)"), ("yes", "Yes (en)"), ("a", "Perhaps"),
    ]  # fmt: skip
    officer.post(address, data=typed(officer, address, do="drop-0"))
    assert [choice.code for choice in question.choices] == ["yes", "a"]
    officer.post(address, data=typed(officer, address, do="save", **{"choices-0-text-en": "Yes!"}))
    assert question.choices[0].text.stale == "cy"
    data = typed(officer, address, do="save", still_right="choice-yes")
    officer.post(address, data=data)
    assert question.choices[0].text == Bilingual("Yes (cy)", "Yes!")


def test_a_question_with_choices_keeps_them_until_they_are_cleared(draft: Consultation, officer: Any) -> None:
    question = draft.questions[1]
    address = desk(draft, f"/questions/{question.id}")
    answer = officer.post(address, data=typed(officer, address, kind="text"))
    assert answer.status_code == 422 and "has choices" in answer.text
    assert question.kind == QuestionKind.CHOICE and session.query(Choice).count() == 2


def test_a_new_choice_question_goes_on_to_its_choices(draft: Consultation, officer: Any) -> None:
    data = {"text-cy": "Pa un?", "text-en": "Which?", "kind": "choice"}
    answer = officer.post(desk(draft, "/questions/new"), data=data)
    new = draft.questions[-1]
    assert new.code == "q5" and answer.location.endswith(f"/questions/{new.id}#choices")


def test_buttons_rearrange_rows() -> None:
    rows = ["a", "b", "c"]
    assert rearranged(rows, "up-2") == ["a", "c", "b"]
    assert rearranged(rows, "down-0") == ["b", "a", "c"]
    assert rearranged(rows, "up-0") == rearranged(rows, "down-2") == rearranged(rows, "drop-9") == rows
    assert rearranged(rows, "drop-1") == ["a", "c"]
    assert rearranged(rows, "save") == rearranged(rows, "sideways-1") == rows


def test_the_closing_time_is_by_the_clock_in_wales(draft: Consultation, officer: Any) -> None:
    data = {
        "closes_on-day": "3", "closes_on-month": "7", "closes_on-year": "2031", "closes_time": "17:00",
        "areas": ["W06000008"],
    }  # fmt: skip
    answer = officer.post(desk(draft, "/dates"), data={**typed(officer, desk(draft, "/dates")), **data})
    assert answer.status_code == 303
    assert draft.closes_at == datetime(2031, 7, 3, 16, 0, tzinfo=UTC)
    assert draft.areas == ["W06000008"]
    assert 'value="17:00"' in officer.get(desk(draft, "/dates")).text


@pytest.mark.parametrize(
    ("box", "text"), [("closes_on-month", "13"), ("closes_time", "five"), ("decision_on-day", "x")]
)
def test_a_date_that_is_none_is_refused_with_what_was_typed(
    draft: Consultation, officer: Any, box: str, text: str
) -> None:
    before = draft.closes_at
    answer = officer.post(desk(draft, "/dates"), data=typed(officer, desk(draft, "/dates"), **{box: text}))
    assert answer.status_code == 422 and f'value="{text}"' in answer.text
    assert draft.closes_at == before


def test_a_draft_begins_with_a_title_in_one_language(officer: Any) -> None:
    make.body()
    assert officer.post("/cy/desg/tirwen/ymgyngoriadau/newydd", data={}).status_code == 422
    answer = officer.post("/cy/desg/tirwen/ymgyngoriadau/newydd", data={"title-cy": "Bysiau", "title-en": ""})
    new = session.query(Consultation).one()
    assert answer.location.endswith(f"/cy/desg/tirwen/ymgyngoriadau/{new.reference}")
    assert new.title.cy == "Bysiau" and len(new.reference) == 8


def test_opening_from_the_desk_names_what_is_missing_and_where(draft: Consultation, officer: Any) -> None:
    draft.questions[0].text = Bilingual("Beth?", "")
    address = desk(draft, "/open")
    refused = officer.post(address)
    assert refused.status_code == 422 and draft.stage == Stage.DRAFT
    assert f'/questions/{draft.questions[0].id}#text-en"' in refused.text
    draft.questions[0].text = make.both("What?")
    assert officer.post(address).status_code == 303
    assert draft.stage == Stage.OPEN


def test_closing_early_asks_first(officer: Any) -> None:
    consultation = make.consultation()
    assert "until" in officer.get(desk(consultation, "/close")).text
    assert consultation.stage == Stage.OPEN
    assert officer.post(desk(consultation, "/close")).status_code == 303
    assert consultation.stage == Stage.CLOSED


def test_words_written_while_somebody_opened_stay_on_the_page(draft: Consultation, officer: Any) -> None:
    words = {
        place: typed(officer, desk(draft, place), **{name: "Half an hour of work"})
        for place, name in (
            ("", "problem-en"),
            ("/options/new", "name-en"),
            (f"/options/{draft.options[0].id}", "name-en"),
            ("/questions/new", "text-en"),
            (f"/questions/{draft.questions[0].id}", "text-en"),
        )
    }
    services.open_(draft, None, NOW)
    for place, data in words.items():
        late = officer.post(desk(draft, place), data={"kind": "text", **data})
        assert late.status_code == 422, place
        assert "Half an hour of work" in late.text
        assert "This consultation has been opened." in late.text
    assert "Half an hour" not in officer.get(desk(draft)).text


def test_another_body_can_neither_see_nor_touch_a_draft(draft: Consultation, staff: Any) -> None:
    other = staff("arall", Role.POLICY_OFFICER)
    assert other.get(desk(draft)).status_code == 403
    assert other.post(desk(draft, "/open")).status_code == 403
    assert other.get(f"/en/desk/arall/consultations/{draft.reference}").status_code == 404
    theirs = make.consultation("arall", stage=Stage.DRAFT)
    foreign = f"/en/desk/arall/consultations/{theirs.reference}/questions/{draft.questions[0].id}"
    assert other.get(foreign).status_code == 404
    assert other.post(f"{foreign}/remove").status_code == 404
    assert draft.stage == Stage.DRAFT and len(draft.questions) == 4


def test_roles_see_edit_and_open(draft: Consultation, staff: Any) -> None:
    translator, analyst = staff("tirwen", Role.TRANSLATOR), staff("tirwen", Role.ANALYST)
    assert (
        translator.post(desk(draft), data=typed(translator, desk(draft), **{"title-en": "T"})).status_code
        == 303
    )
    assert translator.post(desk(draft, "/open")).status_code == 403
    assert analyst.get(desk(draft)).status_code == 200
    assert analyst.get(desk(draft, "/check")).status_code == 200
    assert analyst.post(desk(draft), data={"title-en": "No"}).status_code == 403
    assert analyst.get(desk(draft, "/options")).status_code == 403
    assert {getattr(draft, name).cy for name in TEXTS} == {f"{name} (cy)" for name in TEXTS}
