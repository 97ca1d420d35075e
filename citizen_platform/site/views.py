"""Home, the choice of language, health."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Flask, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from citizen_platform.core.database import session
from citizen_platform.core.i18n import LANGUAGES, _, local
from citizen_platform.core.security import PUBLIC, page, plain_route
from citizen_platform.organisations.queries import bodies
from citizen_platform.site import blueprint
from citizen_platform.site.queries import front


@plain_route(blueprint, "/", access=PUBLIC)
def choose() -> ResponseReturnValue:
    """The choice of language, Welsh first; straight on for those who chose before."""
    known = request.cookies.get("language")
    if known in LANGUAGES:
        return redirect(url_for("site.home", lang_code=known))
    return render_template("site/choose.html")


@page(blueprint, "/", access=PUBLIC)
def home() -> ResponseReturnValue:
    """What is open now, what we heard, what changed because of it."""
    names = {body.slug: local(body.name) for body in bodies()}
    return render_template("site/home.html", front=front(datetime.now(UTC)), names=names)


@dataclass(frozen=True)
class Link:
    """An entry of the site's navigation."""

    label: str
    url: str
    is_current: bool


RECEIPTS = {"decisions.find_receipt", "decisions.receipt"}
SECTIONS = {
    "consultations": "consultations.index",
    "submissions": "consultations.index",
    "themes": "consultations.index",
    "decisions": "decisions.index",
    "proposals": "proposals.index",
}


def section() -> str:
    """The entry of the navigation that the page belongs to; none at the desk."""
    endpoint = request.endpoint or ""
    if (request.view_args or {}).get("body"):
        return ""
    return (
        "decisions.find_receipt" if endpoint in RECEIPTS else SECTIONS.get(endpoint.split(".")[0], endpoint)
    )


def navigation() -> dict[str, list[Link]]:
    """Main navigation and footer, for every page."""
    here = section()
    main = (
        (_("Consultations"), "consultations.index"),
        (_("You said, we did"), "decisions.index"),
        (_("Proposals"), "proposals.index"),
        (_("Your receipt"), "decisions.find_receipt"),
    )
    foot = (
        (_("Panel code"), "panels.enter"),
        (_("Table notes"), "assemblies.join"),
        (_("Staff"), "organisations.desks"),
    )
    return {
        name: [Link(label, url_for(endpoint), endpoint == here) for label, endpoint in entries]
        for name, entries in (("site_nav", main), ("footer_nav", foot))
    }


def init_app(app: Flask) -> None:
    """Give every page its navigation."""
    app.context_processor(navigation)


@plain_route(blueprint, "/healthz", access=PUBLIC)
def healthz() -> ResponseReturnValue:
    """The process answers."""
    return plain("ok")


@plain_route(blueprint, "/readyz", access=PUBLIC)
def readyz() -> ResponseReturnValue:
    """The process answers and reaches its database."""
    session.execute(text("SELECT 1"))
    return plain("ready")


def plain(words: str) -> Response:
    """A line of plain text that needs no session."""
    response = make_response(words + "\n")
    response.mimetype = "text/plain"
    return response
