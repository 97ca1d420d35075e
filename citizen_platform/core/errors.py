"""Errors people meet: each a designed page, in the reader's language, with a next step."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Flask, Response, current_app, g, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from citizen_platform.core.database import session
from citizen_platform.core.i18n import _, best_language


class DomainError(Exception):
    """A rule of the service was not met. ``message`` is a (lazy) translated sentence for the person at the screen.

    ``field`` names the form field it belongs to, when there is one.
    """

    def __init__(self, message: Any, field: str | None = None) -> None:
        super().__init__(str(message) if isinstance(message, str) else repr(message))
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return str(self.message)


class Gone(DomainError):
    """Too late: the thing was open and no longer is."""


def words_for(code: int) -> tuple[str, str]:
    """Heading and explanation of an error page."""
    known = {
        400: (
            _("We could not use what was sent"),
            _("Something in the request was not as expected. Go back and try again."),
        ),
        403: (
            _("You cannot open this page"),
            _(
                "Your account does not have the role that this page needs. "
                "Ask an administrator of your organisation."
            ),
        ),
        404: (
            _("There is no such page"),
            _(
                "Check the address. If you followed a link to get here, "
                "the link is wrong or the page was never public."
            ),
        ),
        405: (
            _("This page cannot be used that way"),
            _("The address is right but it does not take what was sent."),
        ),
        410: (_("This has closed"), _("It is too late to send anything here.")),
        413: (
            _("That is too big for us to take in"),
            _("Send a shorter text or a smaller file. Nothing has been stored."),
        ),
        429: (
            _("Too many tries in a short time"),
            _("Wait a minute, then try again. Nothing has been lost."),
        ),
        503: (
            _("The service is busy"),
            _("Try again in a few minutes. Nothing that you sent before has been lost."),
        ),
    }
    fault = (
        _("Something went wrong on our side"),
        _(
            "It is our fault, not yours. What you sent just now may not have been stored: "
            "go back and try again. We have a record of the fault."
        ),
    )
    return known.get(code, fault)


def error_page(
    code: int, explanation: str | None = None, heading: str | None = None, reference: str | None = None
) -> tuple[str, int]:
    """A designed page for an HTTP error; the transaction of the request is undone.

    Where that page cannot be made either (the database is away, a template is broken), a plain one in both languages.
    """
    try:
        session.rollback()
        g.lang = g.get("lang") or best_language()
        usual_heading, usual_explanation = words_for(code)
        page = render_template(
            "errors/error.html",
            code=code,
            heading=heading or usual_heading,
            explanation=explanation or usual_explanation,
            next_step=(_("Go to the home page"), url_for("site.home")),
            reference=reference,
        )
    except Exception:
        reference = reference or secrets.token_hex(4)
        current_app.logger.exception("fault %s: the page for error %s could not be made", reference, code)
        return PLAIN_PAGE.format(reference=reference), 500
    return page, code


PLAIN_PAGE = """<!DOCTYPE html>
<html lang="cy">
<head>
  <meta charset="utf-8">
  <title>Aeth rhywbeth o’i le – Something went wrong – Dolen</title>
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <link rel="stylesheet" href="/static/dolen.css">
</head>
<body>
  <main id="main" class="site-width site-body">
    <h1>Aeth rhywbeth o’i le ar ein hochr ni / <span lang="en">Something went wrong on our side</span></h1>
    <p>Ein bai ni yw hyn, nid eich bai chi. Efallai na chafodd yr hyn a anfonoch chi nawr ei gadw: ewch yn ôl a rhoi
    cynnig arall arni ymhen ychydig funudau.</p>
    <p><a href="/cy/">Mynd i’r hafan</a></p>
    <div lang="en">
      <p>It is our fault, not yours. What you sent just now may not have been stored: go back and try again in a few
      minutes.</p>
      <p><a href="/en/">Go to the home page</a></p>
    </div>
    <p>Cyfeirnod / <span lang="en">Reference</span>: {reference}</p>
  </main>
</body>
</html>
"""
"""For when nothing else works: no database, no template, no catalogue; both languages, Welsh first."""


def init_app(app: Flask) -> None:
    """Give every error its page."""

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Any:
        if error.response is not None:
            return error.response
        response = app.make_response(error_page(error.code or 500))
        for name, value in error.get_headers():
            if name in {"Allow", "Retry-After"}:
                response.headers[name] = value
        return response

    @app.errorhandler(SecurityError)
    def unknown_host(_error: SecurityError) -> Any:
        # No address can be built for a host that is not ours, so this page has no links; both languages, Welsh first.
        words = "Nid yw Dolen yn ateb wrth yr enw hwn.\nDolen does not answer to this name.\n"
        return Response(words, status=400, mimetype="text/plain")

    @app.errorhandler(CSRFError)
    def form_expired(_error: CSRFError) -> Any:
        return error_page(
            400,
            _(
                "The page was open for so long, or cookies are off, that we could not tell it was you. "
                "Go back: your words are still in the form. Load the page again and send."
            ),
            _("Please send the form again"),
        )

    @app.errorhandler(Gone)
    def gone(error: Gone) -> Any:
        return error_page(410, str(error))

    @app.errorhandler(DomainError)
    def rule_not_met(error: DomainError) -> Any:
        return error_page(400, str(error), _("That could not be done"))

    @app.errorhandler(InternalServerError)
    def fault(_error: InternalServerError) -> Any:
        reference = secrets.token_hex(4)
        app.logger.error("fault %s at %s", reference, request.url_rule)
        return error_page(500, reference=reference)
