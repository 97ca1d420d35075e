"""The desk of a body: where staff begin; and the line of links that every staff page carries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from citizen_platform.accounts.models import Person
from citizen_platform.accounts.services import role
from citizen_platform.core.i18n import _l
from citizen_platform.core.security import ACCESS, SIGNED_IN, current_person, page
from citizen_platform.organisations import blueprint, queries


@dataclass(frozen=True)
class Link:
    """A link of the line above staff pages. ``is_current`` is true for every page of its section."""

    label: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Work:
    """Something somebody can do on the desk: what it is and what it is for."""

    endpoint: str
    label: Any
    text: Any


# Sections of the desk in the order of the loop, each with the blueprints whose pages belong to it.
SECTIONS: tuple[tuple[str, Any, frozenset[str]], ...] = (
    ("organisations.desk", _l("Desk"), frozenset({"organisations"})),
    (
        "consultations.desk_index",
        _l("Consultations"),
        frozenset({"consultations", "contributions", "submissions", "themes", "decisions"}),
    ),
    ("panels.desk_index", _l("Panels"), frozenset({"panels"})),
    ("assemblies.desk_index", _l("Assemblies"), frozenset({"assemblies"})),
    ("proposals.desk_index", _l("Proposals"), frozenset({"proposals"})),
    ("accounts.members", _l("Members"), frozenset({"accounts"})),
)

WORK: tuple[Work, ...] = (
    Work(
        "consultations.new",
        _l("Write a consultation"),
        _l("Put a problem to the public in both languages: what can change, what cannot, and who decides."),
    ),
    Work(
        "consultations.desk_index",
        _l("Work on a consultation"),
        _l("Edit, open and close it, read what came in, group it into themes and answer."),
    ),
    Work(
        "panels.desk_index",
        _l("Ask a panel"),
        _l("Keep the members of a standing panel and invite them to answer by one-time code."),
    ),
    Work(
        "assemblies.desk_index",
        _l("Run an assembly"),
        _l("Open a session and let note-takers write down what is said at each table."),
    ),
    Work(
        "proposals.desk_index",
        _l("Read proposals"),
        _l("See what people want to be different, and make it public once it has been read."),
    ),
    Work("accounts.members", _l("Look after members"), _l("Invite colleagues and decide who does what.")),
)


@page(blueprint, "/desk", access=SIGNED_IN)
def desks() -> ResponseReturnValue:
    """Choose the body to work for; straight on when there is only one."""
    bodies = queries.bodies(current_person().bodies)
    if len(bodies) == 1:
        return redirect(url_for("organisations.desk", body=bodies[0].slug))
    return render_template("organisations/desks.html", bodies=bodies)


@page(blueprint, "/desk/<body>", access=role())
def desk(body: str) -> ResponseReturnValue:
    """What this person can do for the body."""
    row = queries.body_by_slug(body) or abort(404)
    person = current_person()
    work = [item for item in WORK if may_open(item.endpoint, person, body)]
    return render_template("organisations/desk.html", body=row, roles=person.roles_in(body), work=work)


def may_open(endpoint: str, person: Person, body: str) -> bool:
    """True when the page exists and this person's roles in the body open it."""
    access = ACCESS.get(endpoint)
    return (
        endpoint in current_app.view_functions
        and access is not None
        and access.allows(person, {"body": body})
    )


def desk_words() -> dict[str, Any]:
    """For templates of pages whose address names a body: ``desk_body`` and the links ``desk_nav``."""
    slug, person = (request.view_args or {}).get("body"), current_person()
    if slug is None or person is None or not person.holds(slug):
        return {}
    section = (request.endpoint or "").partition(".")[0]
    return {
        "desk_body": queries.body_by_slug(slug),
        "desk_nav": [
            Link(str(label), url_for(endpoint, body=slug), section in blueprints)
            for endpoint, label, blueprints in SECTIONS
            if may_open(endpoint, person, slug)
        ],
    }


def init_app(app: Flask) -> None:
    """Give every template the words of the desk."""
    app.context_processor(desk_words)
