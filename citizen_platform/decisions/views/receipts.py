"""The receipt: what became of what I said. No account, no address: the code is all there is."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from citizen_platform.accounts.services import TRIES_PER_NETWORK, TooManyTries, forgive, take_try
from citizen_platform.contributions.queries import receipt_by_code
from citizen_platform.core.errors import DomainError
from citizen_platform.core.forms import is_language_switch
from citizen_platform.core.i18n import _
from citizen_platform.core.security import PUBLIC, in_groups, network_digest, page, read_code
from citizen_platform.decisions import blueprint, queries
from citizen_platform.decisions.forms import FindForm


@page(blueprint, "/receipts", access=PUBLIC, methods=("GET", "POST"))
def find_receipt() -> ResponseReturnValue:
    """Type a receipt's code."""
    form = FindForm()
    status = 422 if request.method == "POST" and not is_language_switch() else 200
    if form.validate_on_submit():
        try:
            tries = take_try({f"receipt:{network_digest()}": TRIES_PER_NETWORK}, now=datetime.now(UTC))
            if receipt_by_code(form.code.data) is None:
                raise DomainError(
                    _("There is no receipt with this code. Check it against your receipt."), field="code"
                )
        except DomainError as error:
            form.refuse(error)
            status = 429 if isinstance(error, TooManyTries) else 422
        else:
            forgive(tries)
            return redirect(url_for("decisions.receipt", code=in_groups(read_code(form.code.data))), 303)
    return render_template("decisions/find_receipt.html", form=form), status


@page(blueprint, "/receipts/<code>", access=PUBLIC)
def receipt(code: str) -> ResponseReturnValue:
    """The path of what somebody said, newest step first."""
    found = receipt_by_code(code) or abort(404)
    return render_template(
        "decisions/receipt.html",
        code=in_groups(read_code(code)),
        story=queries.story(found),
        today=datetime.now(UTC).date(),
    )
