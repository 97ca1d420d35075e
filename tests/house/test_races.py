"""Many at once: the same press from many hands has one right result, nobody gets a fault, and no event is told twice."""

from __future__ import annotations

import os
import re
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from citizen_platform.accounts import services as accounts
from citizen_platform.accounts.models import Membership, Person, Role
from citizen_platform.assemblies import services as assemblies
from citizen_platform.assemblies.models import Note
from citizen_platform.consultations.models import Consultation, Stage
from citizen_platform.contributions.models import Contribution, Receipt
from citizen_platform.core.database import CommittingFlask, session
from citizen_platform.core.events import Event
from citizen_platform.core.jobs import Job
from citizen_platform.core.outbox import Letter
from citizen_platform.decisions import services as decisions
from citizen_platform.decisions.models import Decision
from citizen_platform.panels import services as panels
from citizen_platform.panels.models import Member, PanelInvitation
from citizen_platform.proposals import services as proposals
from citizen_platform.proposals.models import Endorsement, Proposal
from citizen_platform.submissions import services as submissions
from citizen_platform.submissions.models import FileImport, Submission
from citizen_platform.themes.models import Theme, ThemePassage, ThemeStep, TopicRun
from tests import make
from tests.conftest import Client
from tests.decisions.test_decisions import POSTED, whole
from tests.themes.made import theme

HANDS = int(os.environ.get("HANDS", 6))
NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def faults_are_pages(app: CommittingFlask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)


def number(model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def told(verb: str) -> int:
    """How often an event was recorded."""
    return session.scalar(select(func.count(Event.id)).where(Event.verb == verb)) or 0


def browser(app: CommittingFlask, like: Any = None) -> Any:
    """A new browser; with the cookies of another when one is given."""
    app.test_client_class = Client
    client = app.test_client()
    cookie = like.get_cookie("dolen") if like else None
    if cookie is not None:
        client.set_cookie("dolen", cookie.value)
    return client


def at_once(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Do all of these at the same moment, each in a thread of its own; their answers in the same order."""
    session.commit()
    session.remove()
    barrier, answers = threading.Barrier(len(acts)), [None] * len(acts)

    def do(place: int) -> None:
        barrier.wait()
        answers[place] = acts[place]()

    threads = [threading.Thread(target=do, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def press(app: CommittingFlask, like: Any, where: str, hands: int = HANDS, **data: str) -> Counter[int]:
    """The same form sent from the same browser by many hands at once; how often each status was answered."""
    clients = [browser(app, like) for _hand in range(hands)]
    answers = at_once([lambda client=client: client.post(where, data=data) for client in clients])
    return Counter(answer.status_code for answer in answers)


def desk(about: Consultation, rest: str = "") -> str:
    return f"/en/desk/{about.body_slug}/consultations/{about.reference}{rest}"


# Citizens


def test_one_check_page_sent_by_many_hands_is_one_answer(app: CommittingFlask, client: Any) -> None:
    about = make.consultation()
    place = f"/en/consultations/{about.reference}/answer"
    words = {f"question_{about.questions[0].id}": "Bws arall", f"question_{about.questions[1].id}": "yes"}
    client.post(place, data=words)
    assert press(app, client, f"{place}/check") == {303: HANDS}
    assert (number(Submission), number(Receipt), number(Contribution)) == (1, 1, 1)
    assert told("submission.received") == 1


def test_one_panel_code_counts_once_and_the_others_keep_their_words(app: CommittingFlask) -> None:
    about = make.consultation()
    officer = make.person("tirwen", Role.POLICY_OFFICER)
    panel = panels.create("tirwen", make.both("Panel"), by=officer, now=NOW)
    panels.add_member(panel, "Mair", None, "cy", by=officer, now=NOW)
    _many, letters = panels.invite(panel, about, origin="", by=officer, now=NOW)
    code = re.search(r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}", letters[0].text)[0]  # type: ignore[index]
    reference, question = about.reference, about.questions[0].id
    session.commit()
    clients = [browser(app) for _hand in range(HANDS)]
    entered = at_once(
        [lambda client=client: client.post("/en/panels/answer", data={"code": code}) for client in clients]
    )
    assert {answer.status_code for answer in entered} == {303}
    place = f"/en/consultations/{reference}/answer"
    for hand, client in enumerate(clients):
        client.post(place, data={f"question_{question}": f"Words of hand {hand}"})
    at_once([lambda client=client: client.post(f"{place}/check") for client in clients])
    assert (number(Submission), number(Receipt), number(Contribution)) == (1, 1, 1)
    kept = session.scalars(select(Contribution.text)).one()
    pages = [browser(app, client).get(f"{place}/check", follow_redirects=True) for client in clients]
    assert {page.status_code for page in pages} == {200}
    losers = [page.text for hand, page in enumerate(pages) if kept != f"Words of hand {hand}"]
    assert len(losers) == HANDS - 1 and all("Words of hand" in text for text in losers)


def test_one_note_form_is_one_note(app: CommittingFlask, client: Any) -> None:
    make.body()
    facilitator = make.person("tirwen", Role.FACILITATOR)
    meeting = assemblies.prepare(
        "tirwen", name=make.both("S"), question=make.both("Q"), tables=1,
        receipt_code=lambda code: f"receipt{code}", by=facilitator, now=NOW,
    )  # fmt: skip
    assemblies.open_(meeting, by=facilitator, now=NOW)
    code = meeting.tables[0].code
    client.post("/en/assemblies/join", data={"code": code})
    note = {"text": "Dim bws ar ôl chwech", "language": "cy", "once": "o" * 16}
    assert press(app, client, "/en/assemblies/notes", **note) == {303: HANDS}
    assert (number(Note), number(Contribution), told("contribution.received")) == (1, 1, 1)


def test_one_proposal_form_is_one_proposal(app: CommittingFlask, client: Any) -> None:
    make.body()
    form = {"body": "tirwen", "title": "T", "who": "W", "what": "A", "how": "H", "once": "o" * 32}
    assert press(app, client, "/en/proposals/new", **form) == {303: HANDS}
    assert (number(Proposal), number(Contribution), told("proposal.made")) == (1, 3, 1)


def released() -> Proposal:
    make.body()
    made = proposals.propose(
        "tirwen", title="T", who="W", what="A", how="H", language="en", source_key="k", code="C" * 28, now=NOW
    )
    proposals.release(made, by=make.person("tirwen", Role.SCREENER), now=NOW)
    return made


def test_one_link_is_one_endorsement(app: CommittingFlask, client: Any) -> None:
    secret = proposals.ask_to_endorse(released(), "a@b.cymru", key="k", now=NOW)
    assert press(app, client, f"/en/proposals/endorse/{secret}") == {303: HANDS}
    assert (number(Endorsement), told("proposal.endorsed")) == (1, 1)


def test_one_address_gets_one_letter(app: CommittingFlask, client: Any) -> None:
    address = f"/en/proposals/{released().reference}/endorse"
    assert press(app, client, address, address="a@b.cymru") == {200: HANDS}
    assert (number(Endorsement), number(Letter)) == (1, 1)


# Staff


def test_a_consultation_opens_once(app: CommittingFlask, staff: Any) -> None:
    about = make.consultation(stage=Stage.DRAFT)
    where, officer = desk(about, "/open"), staff("tirwen", Role.POLICY_OFFICER)
    assert set(press(app, officer, where)) <= {303, 400}
    assert told("consultation.opened") == 1


def test_a_consultation_closes_once(app: CommittingFlask, staff: Any) -> None:
    about = make.consultation()
    where, officer = desk(about, "/close"), staff("tirwen", Role.POLICY_OFFICER)
    assert set(press(app, officer, where)) <= {303, 400}
    assert told("consultation.closed") == 1


def test_a_statement_has_one_first_reader(app: CommittingFlask, staff: Any) -> None:
    about = make.consultation()
    rows = [make.contribution(about)[0].id for _row in range(3)]
    where = desk(about, "/statements/read")
    screeners = [staff("tirwen", Role.SCREENER) for _hand in range(HANDS)]
    answers = at_once([lambda by=by: by.post(where, data={"statement": rows}) for by in screeners])
    assert {answer.status_code for answer in answers} == {303}
    assert told("contribution.read") == 3
    first = {
        row.subject: row.actor_id
        for row in session.scalars(select(Event)).all()
        if row.verb == "contribution.read"
    }
    kept = {f"contribution:{row.id}": row.read_by_id for row in session.scalars(select(Contribution))}
    assert first == kept


def test_a_statement_is_released_once(app: CommittingFlask, staff: Any) -> None:
    about = make.consultation()
    row = make.contribution(about)[0]
    where = desk(about, f"/statements/{row.id}/release")
    assert press(app, staff("tirwen", Role.SCREENER), where, released="y") == {303: HANDS}
    assert (told("contribution.released"), told("contribution.read")) == (1, 1)


def test_a_proposal_is_released_once(app: CommittingFlask, staff: Any) -> None:
    make.body()
    made = proposals.propose(
        "tirwen", title="T", who="W", what="A", how="H", language="en", source_key="k", code="C" * 28, now=NOW
    )
    where = f"/en/desk/tirwen/proposals/{made.reference}/publish"
    assert press(app, staff("tirwen", Role.SCREENER), where) == {303: HANDS}
    assert told("proposal.released") == 1


def test_one_run_at_a_time(app: CommittingFlask, staff: Any) -> None:
    about = make.consultation(stage=Stage.CLOSED)
    make.contribution(about)
    where = desk(about, "/themes/run")
    assert press(app, staff("tirwen", Role.ANALYST), where, question="") == {303: HANDS}
    assert (number(TopicRun), number(Job), told("consultation.analysing")) == (1, 1, 1)


def test_every_theme_gets_a_number_of_its_own(app: CommittingFlask, staff: Any) -> None:
    about = make.consultation(stage=Stage.ANALYSING)
    where, analyst = desk(about, "/themes/new"), staff("tirwen", Role.ANALYST)
    clients = [browser(app, analyst) for _hand in range(HANDS)]
    answers = at_once(
        [
            lambda hand=hand, client=client: client.post(
                where, data={"name-cy": f"Thema {hand}", "name-en": ""}
            )
            for hand, client in enumerate(clients)
        ]
    )
    assert {answer.status_code for answer in answers} == {303}
    numbers = session.scalars(select(Theme.number).order_by(Theme.number)).all()
    assert numbers == list(range(1, HANDS + 1))


def test_a_statement_is_put_into_a_theme_once(app: CommittingFlask, staff: Any) -> None:
    about = make.consultation(stage=Stage.ANALYSING)
    row = make.contribution(about)[0]
    made = theme(about, signed_off=False)
    where = desk(about, f"/themes/{made.number}/statements/add")
    assert press(app, staff("tirwen", Role.ANALYST), where, contribution=str(row.id)) == {303: HANDS}
    assert (number(ThemePassage), told("theme.statement_added")) == (1, 1)


def test_merging_and_moving_at_once_lose_and_double_nothing(app: CommittingFlask, staff: Any) -> None:
    about = make.consultation(stage=Stage.ANALYSING)
    rows = [make.contribution(about)[0] for _row in range(HANDS)]
    first, into, other = (
        theme(about, *rows, signed_off=False),
        theme(about, signed_off=False),
        theme(about, signed_off=False),
    )
    numbers, place = [row.id for row in rows], desk(about, f"/themes/{first.number}")
    first_id, to_other = first.id, str(other.number)
    analyst, kept = staff("tirwen", Role.ANALYST), {into.id, other.id, first.id}
    mark = re.search(r'name="seen"[^>]*value="([^"]*)"', analyst.get(f"{place}/merge").text)
    merging = {"theme": str(into.number), "seen": mark[1] if mark else ""}
    moving = {"to": to_other, "how": "move", "do": "move"}
    clients = [browser(app, analyst) for _hand in range(2 * HANDS)]
    acts = [lambda by=by: by.post(f"{place}/merge", data=merging) for by in clients[:HANDS]]
    acts += [
        lambda by=by, row=row: by.post(f"{place}/move", data={**moving, "tick": str(row)})
        for by, row in zip(clients[HANDS:], numbers, strict=True)
    ]
    assert {answer.status_code for answer in at_once(acts)} <= {303, 422}
    where = [(row.contribution_id, row.theme_id) for row in session.scalars(select(ThemePassage))]
    assert sorted(number for number, _theme in where) == sorted(numbers)
    assert {theme_id for _number, theme_id in where} <= kept
    assert told("theme.merged") <= 1
    merged = session.get_one(Theme, first_id)
    assert merged.is_in_use or first_id not in {theme_id for _number, theme_id in where}


def test_two_themes_merged_into_each_other_at_once_leave_one(app: CommittingFlask, staff: Any) -> None:
    about = make.consultation(stage=Stage.ANALYSING)
    one, other = (theme(about, make.contribution(about)[0], signed_off=False) for _theme in range(2))
    analyst = staff("tirwen", Role.ANALYST)
    acts = []
    for merged, into in ((one, other), (other, one)):
        place = desk(about, f"/themes/{merged.number}/merge")
        mark = re.search(r'name="seen"[^>]*value="([^"]*)"', analyst.get(place).text)
        data = {"theme": str(into.number), "seen": mark[1] if mark else ""}
        by = browser(app, analyst)
        acts.append(lambda by=by, place=place, data=data: by.post(place, data=data))
    assert sorted(answer.status_code for answer in at_once(acts)) == [303, 422]
    assert [theme.is_in_use for theme in session.scalars(select(Theme))].count(True) == 1
    assert number(ThemePassage) == 2


def test_a_step_is_undone_once(app: CommittingFlask, staff: Any) -> None:
    about = make.consultation(stage=Stage.ANALYSING)
    row = make.contribution(about)[0]
    made = theme(about, row, signed_off=False)
    analyst = staff("tirwen", Role.ANALYST)
    analyst.post(desk(about, f"/themes/{made.number}/statements/remove"), data={"contribution": str(row.id)})
    step = session.scalars(select(ThemeStep.id).order_by(ThemeStep.id.desc())).first()
    assert press(app, analyst, desk(about, f"/themes/steps/{step}/undo")) == {303: HANDS}
    assert (number(ThemePassage), told("theme.undone")) == (1, 1)


def test_a_theme_is_signed_off_once(app: CommittingFlask, staff: Any) -> None:
    about = make.consultation(stage=Stage.ANALYSING)
    made = theme(about, make.contribution(about)[0], signed_off=False)
    where = desk(about, f"/themes/{made.number}/sign-off")
    analyst = staff("tirwen", Role.ANALYST)
    seen = re.search(r'name="seen"[^>]*value="([^"]*)"', analyst.get(where).text)
    assert seen
    assert press(app, analyst, where, seen=seen[1]) == {303: HANDS}
    assert told("theme.signed_off") == 1


def test_a_public_theme_keeps_its_last_statement(app: CommittingFlask, staff: Any) -> None:
    about = make.consultation(stage=Stage.ANALYSING)
    rows = [make.contribution(about)[0].id for _row in range(HANDS)]
    made = theme(about, *session.scalars(select(Contribution)).all())
    where = desk(about, f"/themes/{made.number}/statements/remove")
    analyst = staff("tirwen", Role.ANALYST)
    clients = [(browser(app, analyst), row) for row in rows]
    at_once([lambda by=by, row=row: by.post(where, data={"contribution": row}) for by, row in clients])
    assert number(ThemePassage) == 1


def test_a_theme_has_one_draft_and_nobody_loses_words(app: CommittingFlask, staff: Any) -> None:
    about = make.consultation(stage=Stage.ANALYSING)
    shown = theme(about, make.contribution(about)[0])
    where = desk(about, f"/decisions/{shown.number}/edit")
    officer = staff("tirwen", Role.POLICY_OFFICER)
    clients = [browser(app, officer) for _hand in range(HANDS)]
    pages = [client.get(where).text for client in clients]
    seen = [re.search(r'name="seen"[^>]*value="([^"]*)"', page) for page in pages]
    answers = at_once(
        [
            lambda hand=hand, client=client: client.post(
                where,
                data={**POSTED, "why-en": f"Because of {hand}.", "seen": seen[hand][1] if seen[hand] else ""},
            )
            for hand, client in enumerate(clients)
        ]
    )
    assert Counter(answer.status_code for answer in answers) == {303: 1, 422: HANDS - 1}
    assert number(Decision) == 1
    kept = session.scalars(select(Decision)).one().why.en
    for hand, answer in enumerate(answers):
        if kept != f"Because of {hand}.":
            assert f"Because of {hand}." in answer.text


def test_an_answer_is_published_once(app: CommittingFlask, staff: Any) -> None:
    about = make.consultation(stage=Stage.ANALYSING)
    by = make.person("tirwen", Role.POLICY_OFFICER)
    shown = theme(about, make.contribution(about)[0])
    decisions.draft(shown, whole(), by=by, now=NOW)
    where = desk(about, f"/decisions/{shown.number}/publish")
    assert press(app, staff("tirwen", Role.POLICY_OFFICER), where) == {303: HANDS}
    assert told("decision.published") == 1
    assert session.scalars(select(Decision.number)).all() == [1]


def test_every_published_answer_gets_a_number_of_its_own(app: CommittingFlask, staff: Any) -> None:
    about = make.consultation(stage=Stage.ANALYSING)
    by = make.person("tirwen", Role.POLICY_OFFICER)
    row = make.contribution(about)[0]
    numbers = []
    for _hand in range(HANDS):
        shown = theme(about, row)
        decisions.draft(shown, whole(), by=by, now=NOW)
        numbers.append(shown.number)
    place = desk(about, "/decisions")
    officer = staff("tirwen", Role.POLICY_OFFICER)
    clients = [(browser(app, officer), number) for number in numbers]
    answers = at_once(
        [lambda by=client, number=number: by.post(f"{place}/{number}/publish") for client, number in clients]
    )
    assert {answer.status_code for answer in answers} == {303}
    given = session.scalars(select(Decision.number).order_by(Decision.number)).all()
    assert given == list(range(1, HANDS + 1))


def test_one_invitation_makes_one_person(app: CommittingFlask, client: Any) -> None:
    make.body()
    _made, links = accounts.invite("catrin@example.test", Role.ANALYST, "tirwen", origin="", by=None, now=NOW)
    new = {"name": "Catrin", "language": "en", "password": "tri gair ac un arall"}
    assert set(press(app, client, links.en, hands=4, **new)) <= {303, 410, 200, 422}
    assert (number(Person), number(Membership), told("role.given")) == (1, 1, 1)


def test_one_person_is_on_a_panel_once(app: CommittingFlask, staff: Any) -> None:
    officer = make.person("tirwen", Role.POLICY_OFFICER)
    panel = panels.create("tirwen", make.both("Panel"), by=officer, now=NOW)
    member = {"name": "Mair", "email": "mair@example.test", "language": "cy"}
    where = f"/en/desk/tirwen/panels/{panel.id}/members/new"
    assert press(app, staff("tirwen", Role.FACILITATOR), where, **member) == {303: 1, 422: HANDS - 1}
    assert number(Member) == 1


def test_a_member_gets_one_code(app: CommittingFlask, staff: Any) -> None:
    about = make.consultation()
    officer = make.person("tirwen", Role.POLICY_OFFICER)
    panel = panels.create("tirwen", make.both("Panel"), by=officer, now=NOW)
    panels.add_member(panel, "Mair", "mair@example.test", "cy", by=officer, now=NOW)
    where = f"/en/desk/tirwen/panels/{panel.id}/invite"
    answered = press(app, staff("tirwen", Role.FACILITATOR), where, consultation=about.reference)
    assert answered == {303: HANDS}
    assert (number(PanelInvitation), number(Letter)) == (1, 1)


def test_a_session_opens_and_closes_once(app: CommittingFlask, staff: Any) -> None:
    make.body()
    meeting = assemblies.prepare(
        "tirwen", name=make.both("S"), question=make.both("Q"), tables=1,
        receipt_code=lambda code: f"receipt{code}", by=None, now=NOW,
    )  # fmt: skip
    where, facilitator = f"/en/desk/tirwen/assemblies/{meeting.reference}", staff("tirwen", Role.FACILITATOR)
    assert press(app, facilitator, f"{where}/open") == {303: HANDS}
    assert press(app, facilitator, f"{where}/close") == {303: HANDS}
    assert (told("assembly.opened"), told("assembly.closed")) == (1, 1)


def test_an_uploaded_file_is_taken_in_once(app: CommittingFlask, staff: Any) -> None:
    about = make.consultation(stage=Stage.CLOSED)
    by = make.person("tirwen", Role.POLICY_OFFICER)
    row = submissions.upload(
        about, name="a.csv", content=b"said\nbus\ntrain\n", door=submissions.DOORS[1], by=by, now=NOW
    )
    where = desk(about, f"/responses/import/{row.id}")
    none = {f"question_{question.id}": "" for question in about.questions}
    columns = {**none, f"question_{about.questions[0].id}": "0", "id_column": "", "language_column": ""}
    press(app, staff("tirwen", Role.POLICY_OFFICER), where, **columns)
    jobs = session.scalars(select(Job).where(Job.kind == "submissions.import")).all()
    assert len(jobs) == 1
    for job in jobs:
        app.extensions["dolen.jobs"].perform(job.id)
    session.expire_all()
    kept = session.scalars(select(FileImport)).one()
    assert (kept.rows, kept.received, kept.stored, kept.already_there) == (2, 2, 2, 0)
