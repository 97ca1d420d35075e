"""Panels: members, codes, and one answer for each code."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from citizen_platform.accounts.models import Role
from citizen_platform.accounts.services import TRIES_PER_NETWORK
from citizen_platform.consultations.models import Consultation, Stage
from citizen_platform.contributions.models import Door
from citizen_platform.core.database import session
from citizen_platform.core.errors import DomainError
from citizen_platform.core.outbox import Letter
from citizen_platform.panels import queries, services
from citizen_platform.panels.models import Member, Panel, PanelInvitation
from citizen_platform.submissions.models import Draft, Submission
from citizen_platform.submissions.services import save_draft, send, take_in
from tests import make

NOW = datetime.now(UTC)
ORIGIN = "https://dolen.example"
CODE = re.compile(r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}")


def panel_with(*members: tuple[str, str | None, str]) -> Panel:
    person = make.person("tirwen", Role.FACILITATOR)
    panel = services.create("tirwen", make.both("Bus panel"), by=person, now=NOW)
    for name, email, language in members:
        services.add_member(panel, name, email, language, by=person, now=NOW)
    return panel


def codes_for(panel: Panel, consultation: Consultation) -> list[str]:
    """One code for each member on paper."""
    person = make.person("tirwen", Role.FACILITATOR)
    _invited, letters = services.invite(panel, consultation, origin=ORIGIN, by=person, now=datetime.now(UTC))
    session.commit()
    return [CODE.search(letter.text)[0] for letter in letters]  # type: ignore[index]


@pytest.fixture
def asked(app: Any) -> tuple[Consultation, str]:
    consultation = make.consultation("tirwen")
    panel = panel_with(("Mair", None, "cy"))
    return consultation, codes_for(panel, consultation)[0]


def enter(client: Any, code: str) -> Any:
    return client.post("/en/panels/answer", data={"code": code})


def answer(consultation: Consultation, invitation: PanelInvitation) -> Submission | None:
    made, _code = take_in(
        consultation, source_key=invitation.source_key, door=Door.PANEL, language="cy", texts={"q1": "Mwy o fysiau"},
        choices={}, place=None, received_at=NOW, now=NOW,
    )  # fmt: skip
    return made


# The door for members


@pytest.mark.parametrize("typed", [str, str.lower, lambda code: f"  {code.replace('-', ' ')} "])
def test_a_code_opens_the_questions_however_it_is_typed(
    client: Any, asked: tuple[Consultation, str], typed: Any
) -> None:
    consultation, code = asked
    came = enter(client, typed(code))
    assert (came.status_code, came.location) == (303, f"/en/consultations/{consultation.reference}/answer")
    draft = session.scalars(select(Draft)).one()
    invitation = session.scalars(select(PanelInvitation)).one()
    assert (draft.door, draft.source_key, draft.language) == (Door.PANEL, f"panel:{invitation.id}", "en")
    with client.session_transaction() as kept:
        assert set(kept["drafts"]) == {consultation.reference}


def test_a_wrong_code_is_refused_at_its_place_without_a_reason(
    client: Any, asked: tuple[Consultation, str]
) -> None:
    refused = enter(client, "ABCD-EFGH-JKMN-PQRS")
    assert refused.status_code == 422
    assert 'value="ABCD-EFGH-JKMN-PQRS"' in refused.text
    assert "This code cannot be used" in refused.text
    assert session.scalar(select(func.count(Draft.id))) == 0


def test_a_code_used_twice_counts_once(client: Any, asked: tuple[Consultation, str]) -> None:
    consultation, code = asked
    for _device in range(2):
        enter(client, code)
        client.delete_cookie("dolen")
    first, second = session.scalars(select(Draft).order_by(Draft.id)).all()
    invitation = session.scalars(select(PanelInvitation)).one()
    assert answer(consultation, invitation) is not None
    assert answer(consultation, invitation) is None
    assert first.source_key == second.source_key
    assert session.scalar(select(func.count(Submission.id))) == 1
    again = enter(client, code)
    assert again.status_code == 410
    assert "This code has been used" in again.text


def test_the_second_device_is_refused_when_the_first_has_sent(
    client: Any, asked: tuple[Consultation, str]
) -> None:
    consultation, code = asked
    known: list[tuple[Draft, str]] = []
    for _device in range(2):
        enter(client, code)
        with client.session_transaction() as kept:
            secret = kept["drafts"][consultation.reference]
        known.append((session.scalars(select(Draft).order_by(Draft.id.desc())).first(), secret))
        client.delete_cookie("dolen")
    for draft, _secret in known:
        save_draft(draft, {"q1": "Mwy o fysiau"}, language="cy", now=NOW)
    send(*known[0], now=NOW)
    with pytest.raises(DomainError):
        send(*known[1], now=NOW)
    assert session.scalar(select(func.count(Submission.id))) == 1


def test_the_database_itself_refuses_a_second_answer(asked: tuple[Consultation, str]) -> None:
    consultation, _code = asked
    invitation = session.scalars(select(PanelInvitation)).one()
    first = answer(consultation, invitation)
    assert first is not None
    other = make.contribution(consultation)[0]
    session.add(
        Submission(
            consultation_id=consultation.id, receipt_id=other.receipt_id, source_key=invitation.source_key,
            door=Door.PANEL, form_language="cy", received_at=NOW,
        )
    )  # fmt: skip
    with pytest.raises(IntegrityError):
        session.flush()


def test_coming_back_with_the_code_goes_on_with_the_same_draft(
    client: Any, asked: tuple[Consultation, str]
) -> None:
    _consultation, code = asked
    enter(client, code)
    enter(client, code)
    assert session.scalar(select(func.count(Draft.id))) == 1


def test_a_closed_consultation_says_so_to_the_holder_of_a_code(
    client: Any, asked: tuple[Consultation, str]
) -> None:
    consultation, code = asked
    consultation.stage = Stage.CLOSED
    late = enter(client, code)
    assert late.status_code == 410
    assert "too late" in late.text


def test_guessing_codes_is_stopped(client: Any, asked: tuple[Consultation, str]) -> None:
    for _try in range(TRIES_PER_NETWORK):
        assert enter(client, "0000-0000-0000-0000").status_code == 422
    assert enter(client, asked[1]).status_code == 429


# Staff


def test_only_those_who_keep_panels_see_them(client: Any, staff: Any) -> None:
    panel = panel_with()
    path = f"/en/desk/tirwen/panels/{panel.id}"
    assert client.get(path).status_code == 302
    assert staff("tirwen", Role.ANALYST).get(path).status_code == 403
    assert staff("aberllan", Role.FACILITATOR).get(path).status_code == 403
    assert staff("aberllan", Role.FACILITATOR).get(path.replace("tirwen", "aberllan")).status_code == 404
    assert staff("tirwen", Role.FACILITATOR).get(path).status_code == 200


def test_a_panel_needs_its_name_in_both_languages(staff: Any) -> None:
    browser = staff("tirwen", Role.FACILITATOR)
    refused = browser.post("/en/desk/tirwen/panels/new", data={"name-cy": "Panel bysiau", "name-en": ""})
    assert refused.status_code == 422
    assert "Enter the name in English" in refused.text
    assert 'value="Panel bysiau"' in refused.text
    made = browser.post(
        "/en/desk/tirwen/panels/new", data={"name-cy": "Panel bysiau", "name-en": "Bus panel"}
    )
    assert made.status_code == 303
    session.add(Panel(body_slug="tirwen", name=make.Bilingual("Un", ""), created_at=NOW, changed_at=NOW))
    with pytest.raises(IntegrityError):
        session.flush()


def test_one_address_is_on_a_panel_once(staff: Any) -> None:
    panel = panel_with(("Mair", "mair@example.test", "cy"))
    path = f"/en/desk/tirwen/panels/{panel.id}/members/new"
    data = {"name": "Mair eto", "email": "MAIR@example.test", "language": "en"}
    refused = staff("tirwen", Role.FACILITATOR).post(path, data=data)
    assert refused.status_code == 422
    assert "already on the panel" in refused.text
    assert session.scalar(select(func.count(Member.id))) == 1


def test_inviting_writes_to_each_in_their_language_and_prints_the_rest(staff: Any) -> None:
    consultation = make.consultation("tirwen")
    panel = panel_with(
        ("Mair", "mair@example.test", "cy"), ("Ken", "ken@example.test", "en"), ("Ann", None, "en")
    )
    browser = staff("tirwen", Role.FACILITATOR)
    path = f"/en/desk/tirwen/panels/{panel.id}/invite"
    shown = browser.post(path, data={"consultation": consultation.reference})
    assert shown.status_code == 200
    assert len(CODE.findall(shown.text)) == 1
    letters = {letter.to: letter for letter in session.scalars(select(Letter))}
    assert set(letters) == {"mair@example.test", "ken@example.test"}
    assert "/cy/paneli/ateb" in letters["mair@example.test"].body
    assert "title (cy)" in letters["mair@example.test"].body
    assert "/en/panels/answer" in letters["ken@example.test"].body
    codes = {CODE.search(text)[0] for text in (shown.text, *(letter.body for letter in letters.values()))}  # type: ignore[index]
    assert len(codes) == 3
    again = browser.post(path, data={"consultation": consultation.reference})
    assert again.status_code == 303
    assert session.scalar(select(func.count(Letter.id))) == 2
    assert session.scalar(select(func.count(PanelInvitation.id))) == 3


@pytest.mark.parametrize("case", ["draft", "closed", "other body"])
def test_only_an_open_consultation_of_the_body_can_be_asked_about(staff: Any, case: str) -> None:
    panel = panel_with(("Ann", None, "en"))
    slug = "aberllan" if case == "other body" else "tirwen"
    consultation = make.consultation(slug, stage=Stage.OPEN if case == "other body" else Stage(case))
    path = f"/en/desk/tirwen/panels/{panel.id}/invite"
    assert (
        staff("tirwen", Role.FACILITATOR)
        .post(path, data={"consultation": consultation.reference})
        .status_code
        == 422
    )
    assert session.scalar(select(func.count(PanelInvitation.id))) == 0


def test_lost_letters_get_new_codes_and_the_old_ones_die(
    client: Any, staff: Any, asked: tuple[Consultation, str]
) -> None:
    consultation, old = asked
    panel = session.scalars(select(Panel)).one()
    path = f"/en/desk/tirwen/panels/{panel.id}/invite/{consultation.reference}"
    shown = staff("tirwen", Role.FACILITATOR).post(path)
    new = CODE.search(shown.text)[0]  # type: ignore[index]
    assert enter(client, old).status_code == 422
    assert enter(client, new).status_code == 303


def test_a_new_code_after_answering_lets_nothing_more_in(
    client: Any, staff: Any, asked: tuple[Consultation, str]
) -> None:
    consultation, _old = asked
    assert answer(consultation, session.scalars(select(PanelInvitation)).one()) is not None
    panel = session.scalars(select(Panel)).one()
    path = f"/en/desk/tirwen/panels/{panel.id}/invite/{consultation.reference}"
    new = CODE.search(staff("tirwen", Role.FACILITATOR).post(path).text)[0]  # type: ignore[index]
    assert enter(client, new).status_code == 410


def test_the_panel_shows_how_many_answered_and_never_who(staff: Any, asked: tuple[Consultation, str]) -> None:
    consultation, _code = asked
    panel = session.scalars(select(Panel)).one()
    person = make.person("tirwen", Role.FACILITATOR)
    services.add_member(panel, "Nia", None, "cy", by=person, now=NOW)
    codes_for(panel, consultation)
    browser = staff("tirwen", Role.FACILITATOR)
    before = browser.get(f"/en/desk/tirwen/panels/{panel.id}").text
    first = session.scalars(select(PanelInvitation).order_by(PanelInvitation.id)).first()
    assert first is not None
    answer(consultation, first)
    session.commit()
    after = browser.get(f"/en/desk/tirwen/panels/{panel.id}").text
    assert "0 of 2 have answered" in before
    assert "1 of 2 have answered" in after
    members = after.index("Members of the panel")
    assert before[before.index("Members of the panel") :] == after[members:]


def test_whoever_leaves_is_forgotten_and_their_answer_stays(
    staff: Any, asked: tuple[Consultation, str]
) -> None:
    consultation, _code = asked
    panel, member = session.scalars(select(Panel)).one(), session.scalars(select(Member)).one()
    answer(consultation, session.scalars(select(PanelInvitation)).one())
    browser = staff("tirwen", Role.FACILITATOR)
    path = f"/en/desk/tirwen/panels/{panel.id}/members/{member.id}/remove"
    assert browser.get(path).status_code == 200
    assert session.scalars(select(Member.name)).one() == "Mair"
    assert browser.post(path).status_code == 303
    left = session.scalars(select(Member)).one()
    assert (left.name, left.email) == (None, None)
    assert queries.rounds_of(panel)[0].answered == 1
    assert browser.get(path).status_code == 404


def test_an_expired_code_is_too_late(client: Any, asked: tuple[Consultation, str]) -> None:
    session.scalars(select(PanelInvitation)).one().expires_at = NOW - timedelta(seconds=1)
    assert enter(client, asked[1]).status_code == 410
