"""Every desk page, asked by every role and by strangers: who may gets a page, nobody else does, and nobody gets a fault."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from citizen_platform.accounts import services as accounts
from citizen_platform.accounts.models import Membership, Person, Role
from citizen_platform.assemblies import services as assemblies
from citizen_platform.consultations.models import Stage
from citizen_platform.core.database import CommittingFlask, session
from citizen_platform.decisions import services as decisions
from citizen_platform.panels import services as panels
from citizen_platform.panels.models import Member
from citizen_platform.proposals import services as proposals
from citizen_platform.submissions import services as submissions
from citizen_platform.themes import services as themes
from citizen_platform.themes.models import CodingItem, CodingRound, ThemeStep, Topic
from tests import make
from tests.conftest import Client
from tests.decisions.test_decisions import whole
from tests.themes.made import result, theme

NOW = datetime.now(UTC)
ANY = " ".join(Role)
EDITORS = "policy_officer translator"
KEEPERS = "facilitator policy_officer"

WHO = {
    "accounts": dict.fromkeys(["invite", "members", "remove_role", "withdraw_invitation"], "administrator"),
    "assemblies": {
        **dict.fromkeys(["desk_index", "show"], ANY),
        **dict.fromkeys(["new", "open_", "close"], "facilitator"),
    },
    "consultations": {
        **dict.fromkeys(["check", "desk_index", "edit"], ANY),
        **dict.fromkeys(
            [
                "dates",
                "edit_option",
                "edit_question",
                "move_option",
                "move_question",
                "new",
                "new_option",
                "new_question",
                "open",
                "options",
                "questions",
                "remove_option",
                "remove_question",
            ],
            EDITORS,
        ),
        "close": "policy_officer",
    },
    "contributions": {"statements": ANY, "read": "analyst screener", "release": "screener"},
    "decisions": {
        **dict.fromkeys(["check", "desk"], ANY),
        "edit": EDITORS,
        **dict.fromkeys(["mark_answered", "publish"], "policy_officer"),
    },
    "organisations": {"desk": ANY},
    "panels": dict.fromkeys(
        ["add_member", "desk_index", "invite", "new", "remove_member", "renew", "show"], KEEPERS
    ),
    "proposals": {"desk_index": ANY, "publish": "screener"},
    "submissions": {"responses": ANY, **dict.fromkeys(["import_file", "import_report"], "policy_officer")},
    "themes": {
        **dict.fromkeys(
            [
                "compare",
                "coverage",
                "coding",
                "coding_round",
                "desk",
                "history",
                "run",
                "runs",
                "theme",
                "topic",
            ],
            ANY,
        ),
        **dict.fromkeys(
            [
                "accept_parts",
                "add_statement",
                "add_topic",
                "cancel",
                "edit",
                "merge",
                "move",
                "new",
                "new_run",
                "park",
                "park_topic",
                "remove_statement",
                "sign_off",
                "split",
                "start",
                "undo",
                "unpark",
                "unpark_topic",
                "withdraw",
            ],
            "analyst",
        ),
        "code": "analyst screener",
    },
}
"""Who may open which page of a body. Written down here a second time on purpose."""

ONLY_TO_SEND = {
    "consultations.edit": EDITORS,
    "consultations.open": "policy_officer",
    "themes.coding": "analyst",
}
"""Pages that more people may read than may send."""

SHOWN, DONE = {200, 302, 303}, {200, 302, 303, 422}


def furnished(slug: str) -> dict[str, Any]:
    """A body with one of everything; the words of its addresses, by endpoint or by name."""
    by = make.person(slug, *Role)
    draft, open_, about = (
        make.consultation(slug, stage=stage) for stage in (Stage.DRAFT, Stage.OPEN, Stage.ANALYSING)
    )
    row = make.contribution(about)[0]
    run = themes.ask(about, by=by, now=NOW)
    themes.store(run.id, result({"buses": [row]}), now=NOW)
    for _more in range(2 if slug == "arall" else 0):
        theme(about, row, by=by)  # so that this body's numbers are none of the other's
    unsigned = theme(about, row, by=by, signed_off=False)
    signed = theme(about, row, by=by)
    decisions.draft(signed, whole(), by=by, now=NOW)
    panel = panels.create(slug, make.both("Panel"), by=by, now=NOW)
    member = panels.add_member(panel, "Mair", None, "cy", by=by, now=NOW)
    file = submissions.upload(
        about, name="a.csv", content=b"said\nbus\n", door=submissions.DOORS[1], by=by, now=NOW
    )
    meeting, running = (
        assemblies.prepare(
            slug,
            name=make.both("S"),
            question=make.both("Q"),
            tables=1,
            receipt_code=lambda code: code * 3,
            by=by,
            now=NOW,
        )
        for _meeting in range(2)
    )
    assemblies.open_(running, by=by, now=NOW)
    proposal = proposals.propose(
        slug, title="T", who="W", what="A", how="H", language="en", source_key=slug, code=slug * 6, now=NOW
    )
    invitation, _links = accounts.invite("new@example.test", Role.ANALYST, slug, origin="", by=by, now=NOW)
    coded = CodingRound(
        consultation_id=about.id, theme_ids=[signed.id], seed=1, made_by_id=by.id, made_at=NOW
    )
    position = 1 if slug == "tirwen" else 2
    coded.items = [CodingItem(position=position, contribution_id=row.id)]
    session.add(coded)
    session.flush()
    return {
        "reference": about.reference,
        "assemblies": {"reference": meeting.reference},
        "assemblies.close": {"reference": running.reference},
        "proposals": {"reference": proposal.reference},
        "consultations": {"reference": draft.reference},
        "consultations.close": {"reference": open_.reference},
        "panels.renew": {"reference": open_.reference},
        "contributions": {"number": row.id},
        "themes": {"number": unsigned.number},
        "decisions": {"number": signed.number},
        "panels": {"number": panel.id},
        "submissions": {"number": file.id},
        "accounts.remove_role": {
            "number": session.scalars(select(Membership.id).where(Membership.person_id == by.id)).first()
        },
        "accounts.withdraw_invitation": {"number": invitation.id},
        "member": member.id,
        "run_id": run.id,
        "round_id": coded.id,
        "position": position,
        "topic_id": session.scalars(select(Topic.id).where(Topic.run_id == run.id)).one(),
        "step_id": session.scalars(
            select(ThemeStep.id).where(ThemeStep.consultation_id == about.id).order_by(ThemeStep.id.desc())
        ).first(),
        "option": draft.options[0].id,
        "question": draft.questions[1].id,
        "posted": {"contribution": str(row.id), "statement": str(row.id), "question": "", "released": "y"},
    }


def words(endpoint: str, names: set[str], world: dict[str, Any]) -> dict[str, Any]:
    """What stands in an address of this endpoint for the things of one body."""
    found = {**world, **world.get(endpoint.split(".")[0], {}), **world.get(endpoint, {})}
    missing = names - set(found)
    assert not missing, f"{endpoint}: say in furnished() what {missing} is"
    return {name: found[name] for name in names}


def pages(app: CommittingFlask) -> dict[str, tuple[set[str], set[str]]]:
    """By endpoint of a body's page: the other names in its address, and its methods."""
    return {
        rule.endpoint: (
            set(rule.arguments) - {"body", "lang_code"},
            (rule.methods or set()) & {"GET", "POST"},
        )
        for rule in app.url_map.iter_rules()
        if "body" in rule.arguments
    }


@pytest.fixture
def grid(app: CommittingFlask, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """Two furnished bodies and a browser for each kind of person; nothing that is sent is kept."""
    tirwen, arall = furnished("tirwen"), furnished("arall")
    app.test_client_class = Client
    people = {role.value: make.person("tirwen", role) for role in Role}
    people |= {"everything": make.person("tirwen", *Role), "elsewhere": make.person("arall", *Role)}
    session.commit()
    clients = {
        name: app.test_client().sign_in(person)  # type: ignore[attr-defined]
        for name, person in people.items()
    }
    monkeypatch.setattr(session, "commit", session.rollback)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    yield {"tirwen": tirwen, "arall": arall, "clients": {**clients, "nobody": app.test_client()}}
    session.remove()


def address(app: CommittingFlask, endpoint: str, language: str, given: dict[str, Any]) -> str:
    with app.test_request_context(f"/{language}/"):
        return app.url_for(endpoint, lang_code=language, body="tirwen", **given)


def asked(client: Any, method: str, where: str, posted: dict[str, str]) -> int:
    """The status of an answer."""
    return int((client.get(where) if method == "GET" else client.post(where, data=posted)).status_code)


def test_every_page_of_a_body_says_here_who_may_open_it(app: CommittingFlask) -> None:
    written = {f"{feature}.{name}" for feature, names in WHO.items() for name in names}
    assert set(pages(app)) == written


def test_each_role_opens_its_pages_and_no_others(app: CommittingFlask, grid: dict[str, Any]) -> None:
    wrong, gone = [], {"GET": {302}, "POST": {401}}
    for endpoint, (names, methods) in pages(app).items():
        feature, _dot, name = endpoint.partition(".")
        where = address(app, endpoint, "en", words(endpoint, names, grid["tirwen"]))
        for method in sorted(methods):
            who = WHO[feature][name] if method == "GET" else ONLY_TO_SEND.get(endpoint, WHO[feature][name])
            for person, client in grid["clients"].items():
                status = asked(client, method, where, grid["tirwen"]["posted"])
                may = person == "everything" or person in who.split()
                right = (
                    (SHOWN if method == "GET" else DONE)
                    if may
                    else gone[method]
                    if person == "nobody"
                    else {403}
                )
                if status not in right:
                    wrong.append((endpoint, method, person, status))
    assert wrong == [], "\n".join(map(str, wrong))


def test_things_of_another_body_are_not_there(app: CommittingFlask, grid: dict[str, Any]) -> None:
    """Even for somebody with every role: under their own body's address with another body's reference, number or both."""
    wrong = []
    client = grid["clients"]["everything"]
    for endpoint, (names, methods) in pages(app).items():
        own, other = words(endpoint, names, grid["tirwen"]), words(endpoint, names, grid["arall"])
        crossings = [other, *({**own, name: other[name]} for name in names)] if names else []
        for given in crossings:
            for method in sorted(methods):
                status = asked(client, method, address(app, endpoint, "cy", given), grid["tirwen"]["posted"])
                if status != 404:
                    wrong.append((endpoint, method, given, status))
    assert wrong == [], "\n".join(map(str, wrong))


@pytest.mark.parametrize("number", [0, 2**31, 2**63, 10**30])
def test_a_number_that_nothing_has_is_not_there(
    app: CommittingFlask, grid: dict[str, Any], number: int
) -> None:
    wrong = []
    client = grid["clients"]["everything"]
    for endpoint, (names, methods) in pages(app).items():
        own = words(endpoint, names, grid["tirwen"])
        for name in names - {"reference"}:
            where = address(app, endpoint, "en", {**own, name: number})
            wrong += [
                (endpoint, method, name, status)
                for method in sorted(methods)
                if (status := asked(client, method, where, grid["tirwen"]["posted"])) != 404
            ]
    assert wrong == [], "\n".join(map(str, wrong))
    assert client.get(f"/en/decisions/{number}").status_code == 404


def test_numbers_in_forms_and_questions_are_only_numbers(app: CommittingFlask, grid: dict[str, Any]) -> None:
    client, world = grid["clients"]["everything"], grid["tirwen"]
    huge = str(10**30)
    for endpoint in ("themes.add_statement", "themes.remove_statement", "contributions.read"):
        where = address(app, endpoint, "en", words(endpoint, pages(app)[endpoint][0], world))
        for number in (huge, "-1", "x", "", "²", "1; DROP TABLE person"):
            posted = {"contribution": number, "statement": number}
            assert client.post(where, data=posted).status_code in {303, 404}, (endpoint, number)
    for endpoint in ("contributions.statements", "themes.theme", "themes.new"):
        where = address(app, endpoint, "en", words(endpoint, pages(app)[endpoint][0], world))
        for number in (huge, "-1", "x", "²"):
            assert client.get(f"{where}?page={number}&topic={number}").status_code in {200, 404}, (
                endpoint,
                number,
            )
    for number in (huge, "-1", "x"):
        assert client.get(f"/en/you-said-we-did?page={number}").status_code == 200


def test_a_closed_account_opens_nothing(app: CommittingFlask, client: Any) -> None:
    person = make.person("tirwen", Role.ADMINISTRATOR)
    session.commit()
    client.sign_in(person)
    assert client.get("/en/desk/tirwen/members").status_code == 200
    session.scalars(select(Person).where(Person.id == person.id)).one().active = False
    assert client.get("/en/desk/tirwen/members").status_code == 302
    assert session.scalars(select(Member)).all() == []
