"""A room full of people: prepared by a facilitator, written down table by table, nothing lost, nothing twice."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from citizen_platform.accounts.models import Role
from citizen_platform.assemblies import services
from citizen_platform.assemblies.models import AssemblySession, Note, Table
from citizen_platform.contributions.models import Contribution, Door
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.database import CommittingFlask, session
from citizen_platform.core.errors import DomainError, Gone
from tests import make

NOW = datetime.now(UTC)


def prepared(tables: int = 2, *, name: Bilingual | None = None, **values: Any) -> AssemblySession:
    """A session of tirwen that has not been opened."""
    make.body()
    return services.prepare(
        "tirwen",
        name=name or make.both("Session"),
        question=make.both("Question"),
        tables=tables,
        receipt_code=lambda code: f"receipt{code}",
        by=None,
        now=NOW,
        **values,
    )


def opened(tables: int = 2, **values: Any) -> AssemblySession:
    meeting = prepared(tables, **values)
    services.open_(meeting, by=make.person("tirwen", Role.FACILITATOR), now=NOW)
    session.flush()
    return meeting


def test_what_is_said_joins_the_one_stream(app: CommittingFlask) -> None:
    about = make.consultation()
    table = opened(about=about).tables[0]
    services.write(table, "Does dim bws ar ôl chwech.", language="cy", once="a", now=NOW)
    said = session.scalars(sa.select(Contribution)).one()
    assert (said.text, said.door, said.form_language) == ("Does dim bws ar ôl chwech.", Door.ASSEMBLY, "cy")
    assert said.consultation_id == about.id
    assert said.receipt_id == table.receipt_id


def test_the_same_form_sent_twice_is_one_note(app: CommittingFlask) -> None:
    table = opened().tables[0]
    first = services.write(table, "Once", language="en", once="a", now=NOW)
    assert services.write(table, "Once", language="en", once="a", now=NOW) is first
    assert session.scalar(sa.select(sa.func.count(Contribution.id))) == 1


def test_the_database_itself_keeps_a_form_to_one_note(app: CommittingFlask) -> None:
    table = opened().tables[0]
    note = services.write(table, "Once", language="en", once="a", now=NOW)
    other, _code = make.contribution(make.consultation())
    session.add(Note(table_id=table.id, contribution_id=other.id, once=note.once, written_at=NOW))
    with pytest.raises(IntegrityError):
        session.flush()


def test_two_tables_may_say_the_same(app: CommittingFlask) -> None:
    first, second = opened().tables
    for table in (first, second):
        services.write(table, "Buses", language="en", once="a", now=NOW)
    assert session.scalar(sa.select(sa.func.count(Note.id))) == 2


def test_a_closed_session_takes_no_notes_and_keeps_those_it_has(app: CommittingFlask) -> None:
    meeting = opened()
    services.write(meeting.tables[0], "Kept", language="en", once="a", now=NOW)
    services.close(meeting, by=make.person("tirwen", Role.FACILITATOR), now=NOW)
    with pytest.raises(Gone):
        services.write(meeting.tables[0], "Late", language="en", once="b", now=NOW)
    assert session.scalars(sa.select(Contribution.text)).all() == ["Kept"]


def test_one_language_is_not_enough_to_open(app: CommittingFlask) -> None:
    meeting = prepared(name=Bilingual("Sesiwn", ""))
    with pytest.raises(DomainError):
        services.open_(meeting, by=make.person("tirwen", Role.FACILITATOR), now=NOW)


def test_the_database_refuses_one_language_too(app: CommittingFlask) -> None:
    meeting = prepared(name=Bilingual("Sesiwn", ""))
    with pytest.raises(IntegrityError):
        session.execute(
            sa.update(AssemblySession).where(AssemblySession.id == meeting.id).values(opened_at=NOW)
        )


def test_a_code_opens_a_table_however_it_is_typed(app: CommittingFlask, client: Any) -> None:
    code = opened().tables[1].code
    answer = client.post("/cy/cynulliadau/ymuno", data={"code": f" {code[:4].lower()}-{code[4:]} "})
    assert answer.headers["Location"] == "/cy/cynulliadau/nodiadau"
    assert "bwrdd 2" in client.get("/cy/cynulliadau/nodiadau").text


@pytest.mark.parametrize("state", ["prepared", "closed"])
def test_a_code_opens_nothing_before_or_after(app: CommittingFlask, client: Any, state: str) -> None:
    meeting = prepared() if state == "prepared" else opened()
    if state == "closed":
        services.close(meeting, by=make.person("tirwen", Role.FACILITATOR), now=NOW)
    assert client.post("/en/assemblies/join", data={"code": meeting.tables[0].code}).status_code == 422


def test_guessing_codes_is_stopped(app: CommittingFlask, client: Any) -> None:
    answers = [
        client.post("/cy/cynulliadau/ymuno", data={"code": f"WRONG{number:03d}"}).status_code
        for number in range(22)
    ]
    assert set(answers[:20]) == {422}
    assert answers[-1] == 429


def test_words_typed_too_late_are_shown_again(app: CommittingFlask, client: Any) -> None:
    meeting = opened()
    client.post("/en/assemblies/join", data={"code": meeting.tables[0].code})
    services.close(meeting, by=make.person("tirwen", Role.FACILITATOR), now=NOW)
    answer = client.post(
        "/en/assemblies/notes", data={"text": "Spoken too late", "language": "en", "once": "z"}
    )
    assert answer.status_code == 410
    assert "Spoken too late" in answer.text


def test_a_note_survives_the_language_switch(app: CommittingFlask, client: Any) -> None:
    client.post("/en/assemblies/join", data={"code": opened().tables[0].code})
    answer = client.post(
        "/cy/cynulliadau/nodiadau", data={"text": "Half a thought", "language": "en", "switch_language": "cy"}
    )
    assert answer.status_code == 200
    assert "Half a thought" in answer.text
    assert session.scalar(sa.select(sa.func.count(Note.id))) == 0


def test_nobody_writes_without_a_code(app: CommittingFlask, client: Any) -> None:
    opened()
    assert client.post("/en/assemblies/notes", data={"text": "x", "language": "en"}).status_code == 302


def test_only_a_facilitator_of_the_body_prepares_and_opens(app: CommittingFlask, staff: Any) -> None:
    meeting = prepared()
    address = f"/en/desk/tirwen/assemblies/{meeting.reference}/open"
    assert staff("tirwen", Role.ANALYST).post(address).status_code == 403
    assert staff("elsewhere", Role.FACILITATOR).post(address).status_code == 403
    assert (
        staff("elsewhere", Role.FACILITATOR).post(address.replace("tirwen", "elsewhere")).status_code == 404
    )
    assert staff("tirwen", Role.FACILITATOR).post(address).status_code == 303
    assert session.get_one(AssemblySession, meeting.id).is_open


def test_a_session_is_prepared_through_the_form(app: CommittingFlask, staff: Any) -> None:
    facilitator = staff("tirwen", Role.FACILITATOR)
    form = {
        "name-cy": "Sesiwn",
        "name-en": "Session",
        "question-cy": "Beth?",
        "question-en": "What?",
        "consultation": "",
    }
    assert (
        facilitator.post("/en/desk/tirwen/assemblies/new", data={**form, "tables": "41"}).status_code == 422
    )
    assert facilitator.post("/en/desk/tirwen/assemblies/new", data={**form, "tables": "3"}).status_code == 303
    assert session.scalar(sa.select(sa.func.count(Table.id))) == 3
