"""An outcome proposal: made by a citizen, read before it is public, endorsed once each."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from citizen_platform.accounts.models import Role
from citizen_platform.contributions.models import Contribution, Door
from citizen_platform.core.database import CommittingFlask, session
from citizen_platform.core.outbox import Letter
from citizen_platform.proposals import queries, services
from citizen_platform.proposals.models import Endorsement, Proposal
from tests import make

NOW = datetime.now(UTC)
WORDS = {
    "title": "A bus home",
    "who": "Shift workers",
    "what": "A bus at midnight",
    "how": "Nobody walks home",
}


def proposed(slug: str = "tirwen", **values: Any) -> Proposal:
    """A proposal that nobody has read."""
    make.body(slug)
    return services.propose(
        slug, **{**WORDS, **values}, language="en", source_key=f"k{values}", code="C" * 28, now=NOW
    )


def released() -> Proposal:
    proposal = proposed()
    services.release(proposal, by=make.person("tirwen", Role.SCREENER), now=NOW)
    session.flush()
    return proposal


def test_its_words_join_the_one_stream_with_a_receipt(app: CommittingFlask) -> None:
    proposal = proposed()
    said = session.scalars(sa.select(Contribution).order_by(Contribution.id)).all()
    assert [each.text for each in said] == [WORDS["who"], WORDS["what"], WORDS["how"]]
    assert {each.door for each in said} == {Door.PROPOSAL}
    assert {each.receipt_id for each in said} == {proposal.receipt_id}


def test_nobody_sees_it_before_somebody_has_read_it(app: CommittingFlask, client: Any) -> None:
    proposal = proposed()
    assert WORDS["title"] not in client.get("/en/proposals").text
    assert client.get(f"/en/proposals/{proposal.reference}").status_code == 404
    assert client.get(f"/en/proposals/{proposal.reference}/endorse").status_code == 404
    services.release(proposal, by=make.person("tirwen", Role.SCREENER), now=NOW)
    assert WORDS["title"] in client.get("/en/proposals").text
    assert WORDS["how"] in client.get(f"/cy/cynigion/{proposal.reference}").text


def test_the_form_gives_a_receipt_and_sending_it_twice_gives_the_same(
    app: CommittingFlask, client: Any
) -> None:
    make.body()
    form = {"body": "tirwen", **WORDS, "once": "same-form"}
    codes = set()
    for _time in range(2):
        assert client.post("/en/proposals/new", data=form).status_code == 303
        words = re.sub(r"<[^>]+>", "", client.get("/en/proposals/sent").text)
        codes |= set(re.findall(r"(?:[0-9A-Z]{4}-){6}[0-9A-Z]{4}", words))
    assert len(codes) == 1
    assert session.scalar(sa.select(sa.func.count(Proposal.id))) == 1
    assert session.scalar(sa.select(sa.func.count(Contribution.id))) == 3


def test_an_empty_part_is_named_in_the_readers_language_and_the_rest_is_kept(
    app: CommittingFlask, client: Any
) -> None:
    make.body()
    answer = client.post("/cy/cynigion/newydd", data={"body": "tirwen", **WORDS, "how": " "})
    assert answer.status_code == 422
    assert "Dywedwch sut bydden ni’n gwybod" in answer.text
    assert WORDS["what"] in answer.text


def test_one_person_counts_once_however_they_write_their_address(app: CommittingFlask) -> None:
    proposal = released()
    for number, address in enumerate(("enw@example.test", "ENW@example.test", "enw+eto@example.test")):
        secret = services.ask_to_endorse(proposal, address, key="k", now=NOW + timedelta(hours=number))
        endorsement = queries.endorsement_by_secret(secret) if secret else None
        if endorsement:
            services.confirm(endorsement, now=NOW)
    assert queries.endorsements([proposal]) == {proposal.id: 1}


def test_the_database_itself_counts_a_person_once(app: CommittingFlask) -> None:
    proposal = released()
    for secret in ("a", "b"):
        session.add(
            Endorsement(proposal_id=proposal.id, endorser_digest="same", secret_digest=secret, asked_at=NOW)
        )
    with pytest.raises(IntegrityError):
        session.flush()


def test_an_endorsement_counts_when_the_letter_is_answered(app: CommittingFlask, client: Any) -> None:
    proposal = released()
    client.post(f"/cy/cynigion/{proposal.reference}/cefnogi", data={"address": "enw@example.test"})
    letter = session.scalars(sa.select(Letter)).one()
    assert letter.language == "cy" and "Gofynnoch chi" in letter.body
    link = re.search(r"http://127\.0\.0\.1:8000(/cy/\S+)", letter.body)
    assert link is not None
    assert client.get(link[1]).status_code == 200
    assert queries.endorsements([proposal])[proposal.id] == 0, "opening the page counts nobody"
    client.post(link[1])
    client.post(link[1])
    assert queries.endorsements([proposal])[proposal.id] == 1


def test_asking_again_at_once_sends_no_second_letter_and_says_the_same(
    app: CommittingFlask, client: Any
) -> None:
    proposal = released()
    address = f"/en/proposals/{proposal.reference}/endorse"
    answers = [client.post(address, data={"address": "enw@example.test"}).text for _time in range(2)]
    assert answers[0] == answers[1]
    assert session.scalar(sa.select(sa.func.count(Letter.id))) == 1


def test_the_address_is_kept_nowhere_beside_the_proposal(app: CommittingFlask) -> None:
    proposal = released()
    services.ask_to_endorse(proposal, "enw@example.test", key="k", now=NOW)
    row = session.scalars(sa.select(Endorsement)).one()
    assert "enw" not in repr([getattr(row, column.name) for column in Endorsement.__table__.columns])


def test_only_a_screener_of_the_body_makes_it_public(app: CommittingFlask, staff: Any) -> None:
    proposal = proposed()
    address = f"/en/desk/tirwen/proposals/{proposal.reference}/publish"
    assert staff("tirwen", Role.POLICY_OFFICER).post(address).status_code == 403
    assert staff("elsewhere", Role.SCREENER).post(address.replace("tirwen", "elsewhere")).status_code == 404
    assert staff("tirwen", Role.SCREENER).post(address).status_code == 303
    assert session.get_one(Proposal, proposal.id).released_at is not None
