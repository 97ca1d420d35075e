"""Files of answers: every row is stored, was there already, or is refused with its number and a reason."""

from __future__ import annotations

import io
import json
import os
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from citizen_platform.accounts.models import Role
from citizen_platform.consultations.models import Stage
from citizen_platform.contributions import jobs as reading_jobs
from citizen_platform.contributions.models import Contribution, Door, Receipt
from citizen_platform.core.database import CommittingFlask, session, transaction
from citizen_platform.submissions import services
from citizen_platform.submissions.models import Answer, FileImport, Submission
from tests import make
from tests.conftest import NOW

pytestmark = pytest.mark.usefixtures("app")
DATA = Path(os.environ.get("DOLEN_DATA", Path(__file__).parents[2].parent / "shared" / "data"))


@pytest.fixture(autouse=True)
def no_child_left() -> Any:
    yield
    reading_jobs.reader.stop()


@pytest.fixture
def about() -> Any:
    row = make.consultation(stage=Stage.CLOSED, reference="CLOSED01")
    session.commit()
    return row


def command(
    app: CommittingFlask, tmp_path: Path, content: bytes | str, *options: str, name: str = "a.csv"
) -> Any:
    """Run the import on a file; gives exit code and report (or what was said when there is none)."""
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    session.commit()
    result = app.test_cli_runner().invoke(
        args=["submissions", "import", "CLOSED01", str(path), "--json", *options]
    )
    session.expire_all()
    return result.exit_code, json.loads(result.stdout) if result.stdout.startswith("{") else result.output


def texts() -> list[str]:
    return list(session.scalars(select(Contribution.text).order_by(Contribution.id)))


def refused(report: Any) -> list[int]:
    return [entry["row"] for entry in report["refused"]]


def test_every_row_is_accounted_for(app: CommittingFlask, about: Any, tmp_path: Path) -> None:
    content = (
        "who,what,which,how\n"
        "1,Good,yes,5\n"  # 2
        "2,  ,,\n"  # 3 empty
        "\n"  # 4 blank line
        '3,"Two\nlines",Na (cy),cytuno’n  gryf\n'  # 5: not a choice
        '4,"Two\n\nlines",no (EN),Strongly agree\n'  # 6
        "5,Short\n"  # 7 ragged
        "6,Long,no,2,what is this\n"  # 8 ragged
        f"7,{'x' * 100_001},no,1\n"  # 9 too long
        "8,,no,9\n"  # 10 no such point
        '9,"He said "no"",yes,1\n'  # 11 quotation marks
        "10,,,3,\n"  # 12 trailing delimiter
        "11,No comment,,\n"  # 13
        ",,,\n"  # 14 empty
        "\n\n"
    )
    code, report = command(
        app, tmp_path, content, "--text", "what=q1", "--text", "which=q2", "--text", "how=q3", "--id", "who"
    )
    assert code == 1
    assert report["received"] == 13 == report["stored"] + report["already_there"] + len(report["refused"])
    assert refused(report) == [3, 4, 5, 7, 8, 9, 10, 11, 14]
    assert (
        all(entry["reason"] for entry in report["refused"])
        and "2 instead of 4" in report["refused"][3]["reason"]
    )
    assert texts() == ["Good", "Two\n\nlines", "No comment"]
    assert sorted(session.scalars(select(Answer.value))) == ["3", "5", "5", "no", "yes"]
    assert session.scalar(select(func.count()).select_from(Receipt)) == 4


def test_twice_stores_nothing_twice_but_people_who_say_the_same_are_each_kept(
    app: CommittingFlask, about: Any, tmp_path: Path
) -> None:
    same = "id,t\n1,Yes please\n1,Yes please\n2,Yes please\n"
    _code, first = command(app, tmp_path, same, "--text", "t=q1", "--id", "id")
    code, again = command(app, tmp_path, same, "--text", "t=q1", "--id", "id", "--door", "email")
    assert (first["stored"], again["stored"], again["already_there"], code) == (3, 0, 3, 0)
    _code, more = command(app, tmp_path, same + "1,Other words\n3,New\n", "--text", "t=q1", "--id", "id")
    assert (more["stored"], more["already_there"]) == (2, 3)
    assert texts() == ["Yes please"] * 3 + ["Other words", "New"]


def test_a_dry_run_says_the_same_and_stores_nothing(app: CommittingFlask, about: Any, tmp_path: Path) -> None:
    content = "t\nOne\n\nTwo\n"
    code, report = command(app, tmp_path, content, "--text", "t=q1", "--dry-run")
    assert (code, report["received"], report["stored"], refused(report)) == (1, 3, 2, [3])
    assert texts() == [] and session.scalar(select(func.count()).select_from(FileImport)) == 0


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("\ufeffid;sylw\n1;Tŷ, ŵyn\n".encode(), "Tŷ, ŵyn"),
        ("id\tsylw\r\n1\tTŷ; ŵyn\r\n".encode(), "Tŷ; ŵyn"),
        ("id,sylw\r1,Tŷ\r".encode(), "Tŷ"),
        (b'id,sylw\n1,"a ""b"", c"\n', 'a "b", c'),
        ("id,sylw\n1,caffi’r môr\n".encode("cp1252"), "caffi’r môr"),
        ("id\tsylw\n1\tTŷ\n".encode("utf-16"), "Tŷ"),
        ('id;"sylw, eto";sylw\n1;"x, y";Tŷ\n'.encode(), "Tŷ"),
    ],
)
def test_dialects(app: CommittingFlask, about: Any, tmp_path: Path, content: bytes, expected: str) -> None:
    code, report = command(app, tmp_path, content, "--text", "sylw=q1", "--id", "id")
    assert code == 0 and texts() == [expected]
    assert bool(report["notes"]) == (b"caffi" in content), "what was assumed is told"


def test_the_language_of_the_form_is_read_and_that_of_the_text_found(
    app: CommittingFlask, about: Any, tmp_path: Path
) -> None:
    welsh = "Mae angen mwy o fysiau yn y pentref yn enwedig gyda'r nos"
    content = (
        f"l,t\nCymraeg,{welsh}\nsaesneg,{welsh} eto\n"
        "cy,We need more buses in the evening please\n,What about the shops and the school\n"
    )
    _code, report = command(app, tmp_path, content, "--text", "t=q1", "--language", "l")
    assert report["form_languages"] == {"cy": 2, "en": 2}
    assert report["languages"] == {"cy": 2, "en": 2}


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        (b"%PDF-1.7\n1 0 obj", ("--text", "t=q1"), "not a CSV or XLSX"),
        (b"\x7fELF\x00\x00\x01", ("--text", "t=q1"), "not a CSV or XLSX"),
        (b"<!DOCTYPE html><html><p>t</p>", ("--text", "t=q1"), "not a CSV or XLSX"),
        (b"PK\x03\x04 nonsense", ("--text", "t=q1"), "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", ("--text", "t=q1"), "old Excel"),
        (b"", ("--text", "t=q1"), "empty"),
        (b't\n"opens and never\ncloses\n', ("--text", "t=q1"), "row 2"),
        (b"t,u\na,b\n", ("--text", "x=q1"), "no column"),
        (b"t,u\na,b\n", ("--text", "t=q9"), "no question"),
        (b"t,u\na,b\n", ("--text", "t=q1", "--id", "who"), "who"),
        (b"t,t\na,b\n", ("--text", "t=q1"), "more than one column"),
        (b"t,u\na,b\n", ("--text", "t=q1", "--text", "u=q1"), "more than one column"),
        (b"t,u\na,b\n", ("--text", "t"), "COLUMN=QUESTION"),
    ],
)
def test_what_cannot_be_read_is_said_in_words(
    app: CommittingFlask, about: Any, tmp_path: Path, content: bytes, options: tuple[str, ...], said: str
) -> None:
    code, words = command(app, tmp_path, content, *options)
    assert code == 2 and said in words and "Traceback" not in words
    assert texts() == []


def test_a_consultation_that_was_never_open_takes_no_file(app: CommittingFlask, tmp_path: Path) -> None:
    make.consultation(stage=Stage.DRAFT, reference="CLOSED01")
    for options in ((), ("--dry-run",)):
        code, words = command(app, tmp_path, "t\nx\n", "--text", "t=q1", *options)
        assert code == 2 and "draft" in words


def workbook(*rows: tuple[Any, ...]) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_a_workbook(app: CommittingFlask, about: Any, tmp_path: Path) -> None:
    content = workbook(
        ("id", "when", "t", "how"),
        (1.0, date(2026, 3, 1), "Tŷ\nŵyn", 4),
        (),
        (2, None, None, "Anghytuno"),
        (3, None, "Last", None),
    )
    code, report = command(
        app, tmp_path, content, "--text", "t=q1", "--text", "how=q3", "--id", "id", name="paper.xlsx"
    )
    assert (code, report["received"], report["stored"], refused(report)) == (1, 4, 3, [3])
    assert texts() == ["Tŷ\nŵyn", "Last"]
    assert sorted(session.scalars(select(Answer.value))) == ["2", "4"]


def test_a_workbook_that_unpacks_without_end_is_refused(
    app: CommittingFlask, about: Any, tmp_path: Path
) -> None:
    bomb = io.BytesIO()
    with (
        zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part,
    ):
        for _n in range(300):
            part.write(b" " * 1024 * 1024)
    assert len(bomb.getvalue()) < 1_000_000
    code, words = command(app, tmp_path, bomb.getvalue(), "--text", "t=q1")
    assert code == 2 and "unpacks" in words


def test_an_interrupted_import_tells_the_truth_and_goes_on(
    about: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services.importing, "BATCH", 2)
    table = services.read_table(b"t\nA\nB\n\nC\nD\nE\n")
    prepared = services.prepare(about, table, services.ColumnMapping({"t": "q1"}))
    with transaction():
        number = services.begin(about, name="x", door=Door.PAPER, by=None, now=NOW).id

    def stops(done: int, _total: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        services.store_all(number, prepared, now=NOW, in_transaction=transaction, on_progress=stops)
    row = session.get_one(FileImport, number)
    assert (row.received, row.stored, row.refused_rows, row.finished_at) == (4, 3, 1, None)
    assert texts() == ["A", "B", "C"]
    services.store_all(number, prepared, now=NOW, in_transaction=transaction)
    assert (row.received, row.stored, row.refused_rows) == (6, 5, 1) and row.finished_at is not None
    assert texts() == ["A", "B", "C", "D", "E"]


def test_somebody_else_storing_the_same_rows_meanwhile_is_no_fault(
    about: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared = services.prepare(about, services.read_table(b"t\nA\nB\n"), services.ColumnMapping({"t": "q1"}))
    numbers = []
    for _file in range(2):
        with transaction():
            numbers.append(services.begin(about, name="x", door=Door.PAPER, by=None, now=NOW).id)
    services.store_all(numbers[0], prepared, now=NOW, in_transaction=transaction)
    real, blind = services.importing.queries.known_sources, [True]
    monkeypatch.setattr(
        services.importing.queries,
        "known_sources",
        lambda *given: set() if blind and blind.pop() else real(*given),
    )
    services.store_all(numbers[1], prepared, now=NOW, in_transaction=transaction)
    assert session.get_one(FileImport, numbers[1]).already_there == 2
    assert texts() == ["A", "B"]


def test_the_database_keeps_the_account(about: Any) -> None:
    row = services.begin(about, name="x", door=Door.PAPER, by=None, now=NOW)
    session.commit()
    with pytest.raises(IntegrityError):
        session.execute(
            text("UPDATE file_import SET received = 5, stored = 4 WHERE id = :id"), {"id": row.id}
        )
    session.rollback()


def test_a_policy_officer_takes_in_a_file_in_two_steps(app: CommittingFlask, staff: Any, about: Any) -> None:
    officer = staff("tirwen", Role.POLICY_OFFICER)
    start = "/en/desk/tirwen/consultations/CLOSED01/responses/import"
    assert officer.get(start).status_code == 200
    bad = officer.post(start, data={"file": (io.BytesIO(b"%PDF-1.4"), "a.pdf"), "door": "paper"})
    assert bad.status_code == 422 and "not a CSV or XLSX" in bad.text
    columns = officer.post(
        start, data={"file": (io.BytesIO(b"who,t\n1,One\n2,\n"), "p.csv"), "door": "paper"}
    )
    assert columns.status_code == 303
    assert "The first rows of the file" in officer.get(columns.location).text
    q1 = about.questions[0].id
    blank = {
        **{f"question_{question.id}": "" for question in about.questions},
        "id_column": "",
        "language_column": "",
    }
    none_chosen = officer.post(columns.location, data=blank)
    assert none_chosen.status_code == 422 and "at least one" in none_chosen.text
    started = officer.post(columns.location, data={**blank, f"question_{q1}": "1", "id_column": "0"})
    assert started.status_code == 303
    assert "Waiting for its turn" in officer.get(started.location).text
    row = session.scalars(select(FileImport)).one()
    app.extensions["dolen.jobs"].perform(row.job_id)
    session.expire_all()
    report = officer.get(started.location).text
    assert "Every row is accounted for" in report and "The row is empty" in report
    assert row.content is None and (row.received, row.stored, row.refused_rows) == (2, 1, 1)
    overview = officer.get("/en/desk/tirwen/consultations/CLOSED01/responses").text
    assert "p.csv" in overview and "On paper" in overview
    assert staff("tirwen", Role.ANALYST).get(start).status_code == 403
    assert staff("llanfair", Role.POLICY_OFFICER).get(columns.location).status_code == 403


def test_the_cadw_comments_are_all_here_twice(app: CommittingFlask, about: Any) -> None:
    path = DATA / "cadw-visitor-survey" / "comments.csv"
    if not path.exists():
        pytest.skip(
            f"the Cadw comments are not at {path}: set DOLEN_DATA to the folder that holds cadw-visitor-survey"
        )
    for stored in (5_024, 0):
        session.commit()
        result = app.test_cli_runner().invoke(
            args=["submissions", "import", "CLOSED01", str(path), "--text", "text=q1", "--id", "respondent",
                  "--language", "survey_language", "--door", "web", "--json"],
        )  # fmt: skip
        report = json.loads(result.stdout)
        assert result.exit_code == 0
        assert (report["received"], report["stored"], report["already_there"]) == (
            5_024,
            stored,
            5_024 - stored,
        )
    session.expire_all()
    for model in (Contribution, Submission, Receipt):
        assert session.scalar(select(func.count()).select_from(model)) == 5_024
    assert report["form_languages"] == {"cy": 37, "en": 4_987}
    assert sum(report["languages"].values()) == 5_024 and report["languages"]["cy"] >= 45


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_one_row_too_many_is_not_dropped_in_silence(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services.tables, "MOST_ROWS", 3)

    def file(rows: int) -> bytes:
        lines = ["said", *(f"row {number}" for number in range(rows))]
        return "\n".join(lines).encode() if kind == "csv" else workbook(*([line] for line in lines))

    assert len(services.read_table(file(3)).rows) == 3
    for rows in (4, 5, 6):
        with pytest.raises(services.Unreadable):
            services.read_table(file(rows))


def test_a_quotation_mark_that_never_closes_is_named_by_its_row() -> None:
    with pytest.raises(services.Unreadable, match="rhes 2 heb gau"):
        services.read_table(b'id,said\n1,"One\n2,Two\n')
    assert services.read_table(b'said\nI said,"hello\n').columns == ["said"]


def test_a_hidden_sheet_is_passed_over() -> None:
    book = openpyxl.Workbook()
    hidden, answers = book.worksheets[0], book.create_sheet("Answers")
    hidden.sheet_state, book.active = "hidden", 1
    hidden.append(["private"])
    answers.append(["said"])
    answers.append(["Mwy o fysiau"])
    content = io.BytesIO()
    book.save(content)
    table = services.read_table(content.getvalue())
    assert (table.columns, table.rows) == (["said"], [(2, ["Mwy o fysiau"])])
