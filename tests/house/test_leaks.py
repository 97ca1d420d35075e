"""What is not public is nowhere in public: a word of its own in everything unfinished, looked for on every page a stranger can reach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from citizen_platform.accounts import services as accounts
from citizen_platform.accounts.models import Role
from citizen_platform.assemblies import services as assemblies
from citizen_platform.consultations.models import OPTION_TEXTS, QUESTION_TEXTS, TEXTS, Consultation, Stage
from citizen_platform.contributions import services as contributions
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.database import CommittingFlask, session
from citizen_platform.core.security import ACCESS, PUBLIC, in_groups
from citizen_platform.decisions import services as decisions
from citizen_platform.decisions.services import TEXTS as DECISION_TEXTS
from citizen_platform.panels import services as panels
from citizen_platform.proposals import services as proposals
from citizen_platform.submissions import services as submissions
from citizen_platform.themes import services as themes
from tests import make
from tests.decisions.test_decisions import whole
from tests.house.pages import visit
from tests.themes.made import result, theme

NOW = datetime.now(UTC)
HIDDEN, SHOWN = "Cudd", "Hysbys"
"""What the name of every canary begins with: those that must not be seen, and those that prove that we looked."""


@dataclass
class World:
    """Addresses to try beside those that links lead to; and the words that must, and must not, be found."""

    addresses: list[str]
    hidden: list[str]
    shown: list[str]

    def hide(self, name: str) -> str:
        self.hidden.append(f"{HIDDEN}{name}x")
        return self.hidden[-1]

    def show(self, name: str) -> str:
        self.shown.append(f"{SHOWN}{name}x")
        return self.shown[-1]

    def hide_both(self, name: str) -> Bilingual:
        return Bilingual(self.hide(f"{name}cy"), self.hide(f"{name}en"))

    def show_both(self, name: str) -> Bilingual:
        return Bilingual(self.show(f"{name}cy"), self.show(f"{name}en"))


def draft_with_words(world: World) -> Consultation:
    """A draft of which every text is hidden."""
    row = make.consultation(stage=Stage.DRAFT)
    for name in TEXTS:
        setattr(row, name, world.hide_both(f"draft{name.replace('_', '')}"))
    for thing, names in ((row.options[0], OPTION_TEXTS), (row.questions[1], QUESTION_TEXTS)):
        for name in names:
            setattr(thing, name, world.hide_both(f"part{name}"))
    row.questions[1].choices[0].text = world.hide_both("choice")
    return row


@pytest.fixture
def world(app: CommittingFlask) -> World:
    """A body that has published something of each kind, and has something unfinished of each kind."""
    world = World([], [], [])
    by = make.person(  # whoever signs a theme off does it under their own name
        "tirwen", *Role, name=world.show("signatory"), email=world.hide("address").lower() + "@b.cymru"
    )
    reader = make.person("tirwen", Role.SCREENER, name=world.hide("reader"))
    draft = draft_with_words(world)
    open_, about = make.consultation(title=world.show_both("open")), make.consultation(stage=Stage.ANALYSING)
    about.closes_at = NOW - timedelta(days=2)
    said, code = make.contribution(about, world.show("released"))
    contributions.release(said, by=by, now=NOW)
    quiet, quiet_code = make.contribution(about, world.hide("unreleased"))
    contributions.mark_read([quiet], by=reader, now=NOW)
    unread, _code = make.contribution(open_, world.hide("unread"))
    taken_back, _code = make.contribution(about, world.hide("takenback"))
    contributions.release(taken_back, by=by, now=NOW)
    contributions.withdraw_release(taken_back, by=by, now=NOW)
    rows = (said, quiet, taken_back)
    run = themes.ask(about, by=by, now=NOW)
    themes.store(run.id, result({world.hide("topic"): list(rows)}), now=NOW)
    answered = theme(
        about, *rows, by=by, name=world.show_both("theme"), description=world.show_both("description")
    )
    public = decisions.draft(
        answered, whole(**{name: world.show_both(f"decision{name.replace('_', '')}") for name in DECISION_TEXTS}), by=by, now=NOW
    )  # fmt: skip
    decisions.publish(public, by=by, now=NOW)
    waiting = theme(about, *rows, by=by, name=world.show_both("waiting"))
    unpublished = decisions.draft(
        waiting, whole(**{name: world.hide_both(f"answer{name.replace('_', '')}") for name in DECISION_TEXTS}), by=by, now=NOW
    )  # fmt: skip
    unpublished.number = 77
    theme(
        about,
        *rows,
        by=by,
        name=world.hide_both("unsigned"),
        description=world.hide_both("meaning"),
        signed_off=False,
    )
    panel = panels.create("tirwen", world.hide_both("panel"), by=by, now=NOW)
    panels.add_member(panel, world.hide("member"), "member@hidden.example", "cy", by=by, now=NOW)
    panels.invite(panel, open_, origin="", by=by, now=NOW)
    meeting = assemblies.prepare(
        "tirwen", name=world.hide_both("session"), question=world.hide_both("tablequestion"), tables=1,
        receipt_code=lambda _code: "T" * 28, about=about, by=by, now=NOW,
    )  # fmt: skip
    assemblies.open_(meeting, by=by, now=NOW)
    assemblies.write(meeting.tables[0], world.hide("note"), language="cy", once="o", now=NOW)
    accounts.invite(f"{world.hide('invited')}@b.cymru", Role.ANALYST, "tirwen", origin="", by=by, now=NOW)
    submissions.upload(
        about, name=world.hide("file"), content=f"said\n{world.hide('row')}\n".encode(), door=submissions.DOORS[1], by=by, now=NOW
    )  # fmt: skip
    started, _secret = submissions.start_draft(open_, language="cy", now=NOW)
    submissions.save_draft(started, {"q1": world.hide("unsent")}, language="cy", now=NOW)
    made = [
        proposals.propose(
            "tirwen", language="en", source_key=key, code=key * 28, now=NOW,
            **{part: word(f"proposal{part}") for part in ("title", "who", "what", "how")},
        )
        for key, word in (("P", world.show), ("Q", world.hide))
    ]  # fmt: skip
    proposals.release(made[0], by=by, now=NOW)
    session.commit()
    world.addresses = [
        f"/en/receipts/{in_groups(code)}",
        "/en/decisions/77",
        *(f"/en/proposals/{made[1].reference}{rest}" for rest in ("", "/endorse")),
        *(
            f"/{language}/{place}"
            for row in (draft, open_, about)
            for language, place in (
                ("en", f"consultations/{row.reference}"),
                ("cy", f"ymgyngoriadau/{row.reference}"),
                ("en", f"consultations/{row.reference}/what-we-heard"),
                ("en", f"consultations/{row.reference}/what-we-heard/how-it-was-made"),
                ("en", f"consultations/{row.reference}/what-we-heard/3"),
                ("en", f"consultations/{row.reference}/statements/{quiet.id}"),
                ("en", f"consultations/{row.reference}/statements/{taken_back.id}"),
                ("en", f"consultations/{row.reference}/answer"),
                ("en", f"consultations/{row.reference}/answer/check"),
                ("en", f"consultations/{row.reference}/answer/sent"),
                ("en", f"you-said-we-did?consultation={row.reference}"),
            )
        ),
        *(f"/en/you-said-we-did?answer={answer}" for answer in ("adopted", "still_deciding")),
        f"/en/desk/tirwen/consultations/{draft.reference}/check",
        "/en/desk/tirwen/members",
        "/en/nothing-here",
    ]
    assert quiet_code and unread.id
    return world


def test_nothing_unfinished_reaches_the_public(world: World, client: Any) -> None:
    found = visit(client, "/cy/", "/en/", *world.addresses)
    assert len(found) > 60
    everything = "\n".join(page.html for page in found.values())
    assert [word for word in world.shown if word not in everything] == []
    leaks = {
        (word, page.address)
        for page in found.values()
        for word in [*world.hidden, "member@hidden.example"]
        if word.lower() in page.html.lower() or word.lower() in page.address.lower()
    }
    assert leaks == set()


def test_every_public_page_was_looked_at(world: World, client: Any, app: CommittingFlask) -> None:
    """A new public page is found by links, or is to be added to the addresses of the world."""
    seen = set()
    adapter = app.url_map.bind("127.0.0.1:8000")
    for address in visit(client, "/cy/", "/en/", "/", *world.addresses):
        path = address.partition("?")[0]
        if path != "/en/nothing-here":
            seen.add(adapter.match(path)[0])
    by_letter_or_after_sending = {
        "accounts.accept", "accounts.sign_in", "accounts.sign_out", "assemblies.notes", "proposals.confirm", "proposals.sent",
        "site.healthz", "site.readyz", "static",
    }  # fmt: skip
    public = {
        endpoint for endpoint, access in ACCESS.items() if access is PUBLIC and endpoint in app.view_functions
    }
    assert public - seen - by_letter_or_after_sending == set()


def test_a_receipt_shows_its_holder_their_own_words_and_no_more(app: CommittingFlask, client: Any) -> None:
    by = make.person("tirwen", *Role)
    about = make.consultation(stage=Stage.ANALYSING)
    mine, code = make.contribution(about, "Fy ngeiriau i")
    theirs, _code = make.contribution(about, "Geiriau rhywun arall")
    theme(about, mine, theirs, by=by, name=make.both("Unsigned"), signed_off=False)
    session.commit()
    page = client.get(f"/en/receipts/{in_groups(code)}").text
    assert "Fy ngeiriau i" in page and "Geiriau rhywun arall" not in page and "Unsigned" not in page


def test_a_fault_puts_no_secret_of_an_address_into_the_log(
    app: CommittingFlask, client: Any, caplog: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: Any, **_named: Any) -> str:
        raise RuntimeError("broken")

    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    for endpoint, address in (
        ("decisions.receipt", "/en/receipts/6R35-PM8C-F255-S6VW-XXMR-0SS5-2Z3D"),
        ("accounts.accept", "/cy/gwahoddiadau/6R35-PM8C"),
        ("proposals.confirm", "/en/proposals/endorse/6R35-PM8C"),
    ):
        monkeypatch.setitem(app.view_functions, endpoint, broken)
        assert client.get(address).status_code == 500
        assert "RuntimeError: broken" in caplog.text
        assert "6R35" not in caplog.text
        caplog.clear()
