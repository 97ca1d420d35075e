"""Commands that scripts outside call."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from citizen_platform.consultations.models import Consultation, Stage
from citizen_platform.core.database import session
from tests import make


def both(text: str) -> dict[str, str]:
    return {"cy": f"{text} (cy)", "en": f"{text} (en)"}


WHOLE: dict[str, Any] = {
    "title": both("Title"),
    "problem": both("Problem"),
    "can_change": both("Can"),
    "cannot_change": both("Cannot"),
    "background": both("Background"),
    "decision_maker": both("Cabinet"),
    "welsh_effects": both("Effects"),
    "areas": ["W06000008"],
    "closes_at": "2099-07-01T17:00:00",
    "decision_on": "2099-09-01",
    "feedback_due_on": "2099-09-23",
    "options": [{"name": both("Option"), "description": both("Means"), "cost": both("£5")}],
    "questions": [
        {"text": both("What?")},
        {
            "code": "which",
            "kind": "choice",
            "text": both("Which?"),
            "choices": [{"code": "x", "text": both("X")}, both("Y")],
        },
        {"code": "welsh", "kind": "text", "text": both("Welsh?"), "welsh": True},
    ],
}


@pytest.fixture
def run(app: Any, tmp_path: Path) -> Any:
    def command(content: Any, *options: str) -> Result:
        file = tmp_path / "consultation.json"
        file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        session.commit()
        return app.test_cli_runner().invoke(args=["consultations", "create", str(file), *options])  # type: ignore[no-any-return]

    return command


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in WHOLE.items() if name != key}


def test_a_complete_file_is_opened_and_its_reference_printed(run: Any, app: Any) -> None:
    make.body()
    done = run(WHOLE, "--open")
    assert done.exit_code == 0, done.output
    row = session.query(Consultation).one()
    assert done.stdout == f"{row.reference}\n"
    assert row.stage == Stage.OPEN and row.body_slug == "tirwen"
    assert row.closes_at == datetime(2099, 7, 1, 16, 0, tzinfo=UTC)
    assert [question.code for question in row.questions] == ["q1", "which", "welsh"]
    assert [choice.code for choice in row.questions[1].choices] == ["x", "a"]
    listed = json.loads(app.test_cli_runner().invoke(args=["consultations", "list", "--json"]).stdout)
    assert listed == [
        {
            "reference": row.reference,
            "state": "open",
            "title": both("Title"),
            "questions": [
                {"code": "q1", "kind": "text"},
                {"code": "which", "kind": "choice"},
                {"code": "welsh", "kind": "text"},
            ],
        }
    ]
    lines = app.test_cli_runner().invoke(args=["consultations", "list"]).stdout
    assert lines == f"{row.reference}\topen\tTitle (cy)\tTitle (en)\n"


def test_an_incomplete_file_is_a_draft_but_is_not_opened(run: Any) -> None:
    make.body()
    content = copy.deepcopy(without("background"))
    content["title"] = {"cy": "Teitl"}
    refused = run(content, "--open")
    assert refused.exit_code == 1 and refused.stdout == ""
    assert "Title: the English is missing." in refused.stderr and "Background: the Welsh" in refused.stderr
    assert session.query(Consultation).count() == 0
    assert run(content).exit_code == 0
    assert session.query(Consultation).one().stage == Stage.DRAFT


def changed(**values: Any) -> dict[str, Any]:
    return {**WHOLE, **values}


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ("{not json", "line 1"),
        ([], "the file"),
        (without("title"), "title"),
        (changed(title="Only English"), "title"),
        (changed(title={"cy": "A", "fr": "B"}), "title"),
        (changed(closes_at="soon"), "closes_at"),
        (changed(decision_on=20990901), "decision_on"),
        (changed(areas=["Ceredigion"]), "areas"),
        (changed(options={}), "options"),
        (changed(options=[{"name": "Bus"}]), "options[0].name"),
        (changed(questions=[{"text": both("A"), "kind": "essay"}]), "questions[0].kind"),
        (
            changed(questions=[{"code": "q", "text": both("A")}, {"code": "q", "text": both("B")}]),
            "questions[1].code",
        ),
        (changed(questions=[{"text": both("A"), "choices": [both("B")]}]), "questions[0].choices"),
        (changed(questions=[{"text": both("A"), "required": "yes"}]), "questions[0].required"),
        (changed(body="nobody"), "body"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_by_the_name_of_the_key(
    run: Any, content: Any, key: str
) -> None:
    make.body()
    refused = run(content)
    assert refused.exit_code == 2
    assert key in refused.stderr and refused.stdout == ""
    assert session.query(Consultation).count() == 0


def test_the_body_is_named_when_there_are_several(run: Any) -> None:
    make.body("un")
    make.body("dau")
    assert run(WHOLE).exit_code == 2
    assert run(WHOLE, "--body", "dau").exit_code == 0
    assert session.query(Consultation).one().body_slug == "dau"


def test_a_date_alone_takes_answers_until_the_end_of_that_day_in_wales(run: Any) -> None:
    make.body()
    assert run(changed(closes_at="2099-07-01"), "--open").exit_code == 0
    assert session.query(Consultation).one().closes_at == datetime(2099, 7, 1, 22, 59, tzinfo=UTC)


def test_a_key_nobody_knows_is_named_and_left_out(run: Any) -> None:
    make.body()
    done = run(changed(closing="2099-01-01"))
    assert done.exit_code == 0 and "'closing'" in done.stderr
