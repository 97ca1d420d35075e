"""Outcome proposals: the public list, starting one, endorsing one; releasing them at the desk."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from flask import abort, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError
from wtforms import SelectChoice

from citizen_platform.accounts.models import Role
from citizen_platform.accounts.services import role
from citizen_platform.core import database
from citizen_platform.core.forms import is_language_switch
from citizen_platform.core.i18n import _, current_language, force_locale, local
from citizen_platform.core.outbox import post
from citizen_platform.core.security import PUBLIC, current_person, derived_code, digest, page
from citizen_platform.organisations.queries import bodies
from citizen_platform.proposals import blueprint, queries, services
from citizen_platform.proposals.forms import ConfirmForm, EndorseForm, ProposalForm
from citizen_platform.proposals.models import Proposal


@page(blueprint, "/proposals", access=PUBLIC)
def index() -> ResponseReturnValue:
    """Proposals that people have made and a screener has released."""
    proposals = queries.public_proposals()
    return render_template(
        "proposals/index.html", proposals=proposals, endorsements=queries.endorsements(proposals)
    )


@page(blueprint, "/proposals/new", access=PUBLIC, methods=("GET", "POST"))
def new() -> ResponseReturnValue:
    """Start a proposal; what follows is a receipt."""
    form = ProposalForm()
    form.body.choices = [SelectChoice(body.slug, local(body.name)) for body in bodies()]
    if form.validate_on_submit():
        secret = form.once.data or secrets.token_urlsafe(24)
        code = receipt_code(secret)
        if queries.proposal_by_source(digest(secret)) is None:
            send_once(form, secret, code)
        session["proposal_code"] = code
        return redirect(url_for("proposals.sent"), 303)
    form.once.data = form.once.data or secrets.token_urlsafe(24)
    wrong = request.method == "POST" and not is_language_switch()
    return render_template("proposals/new.html", form=form), 422 if wrong else 200


def send_once(form: ProposalForm, secret: str, code: str) -> None:
    """Store the proposal unless the same form is being stored at this very moment."""
    try:
        with database.session.begin_nested():
            services.propose(
                form.body.data,
                title=form.title.data,
                who=form.who.data,
                what=form.what.data,
                how=form.how.data,
                language=current_language(),
                source_key=digest(secret),
                code=code,
                now=datetime.now(UTC),
            )
    except IntegrityError:
        database.session.expire_all()


def receipt_code(secret: str) -> str:
    """The receipt code of a form's secret: 140 bits that only this service can derive, the same each time."""
    return derived_code(current_app.config["SECRET_KEY"], f"proposal:{secret}")


@page(blueprint, "/proposals/sent", access=PUBLIC)
def sent() -> ResponseReturnValue:
    """Thank you, and the receipt."""
    code = session.get("proposal_code")
    if code is None:
        return redirect(url_for("proposals.index"))
    return render_template("proposals/sent.html", code=code)


@page(blueprint, "/proposals/<reference>", access=PUBLIC)
def show(reference: str) -> ResponseReturnValue:
    """One proposal, in the words it was written in."""
    proposal = queries.public_proposal(reference) or abort(404)
    return render_template(
        "proposals/show.html", proposal=proposal, count=queries.endorsements([proposal])[proposal.id]
    )


@page(blueprint, "/proposals/<reference>/endorse", access=PUBLIC, methods=("GET", "POST"))
def endorse(reference: str) -> ResponseReturnValue:
    """Ask for the letter that makes an endorsement count once."""
    proposal = queries.public_proposal(reference) or abort(404)
    form = EndorseForm()
    if form.validate_on_submit():
        now = datetime.now(UTC)
        secret = services.ask_to_endorse(
            proposal, form.address.data, key=current_app.config["SECRET_KEY"], now=now
        )
        if secret:
            write_letter(proposal, form.address.data, secret, now)
        return render_template("proposals/endorse_asked.html", proposal=proposal)
    wrong = request.method == "POST" and not is_language_switch()
    return render_template("proposals/endorse.html", proposal=proposal, form=form), 422 if wrong else 200


def write_letter(proposal: Proposal, address: str, secret: str, now: datetime) -> None:
    """The letter with the link, in the language of the page."""
    link = current_app.config["DOLEN"].origin + url_for("proposals.confirm", secret=secret)
    with force_locale("cy_GB" if current_language() == "cy" else "en_GB"):
        body = _(
            "You asked to endorse the proposal “%(title)s”.\n\n"
            "Open this address and press the button to be counted:\n%(link)s\n\n"
            "If you did not ask for this, do nothing: you will not be counted and we will not write again.",
            title=proposal.title,
            link=link,
        )
        post(address, current_language(), _("Confirm your endorsement"), body, now=now)


@page(blueprint, "/proposals/endorse/<secret>", access=PUBLIC, methods=("GET", "POST"))
def confirm(secret: str) -> ResponseReturnValue:
    """The page behind the link of the letter: a button, because opening a page must change nothing."""
    endorsement = queries.endorsement_by_secret(secret) or abort(404)
    form = ConfirmForm()
    if form.validate_on_submit():
        services.confirm(endorsement, now=datetime.now(UTC))
        flash(_("Your endorsement has been counted."), "success")
        return redirect(url_for("proposals.show", reference=endorsement.proposal.reference), 303)
    return render_template("proposals/confirm.html", endorsement=endorsement, form=form)


@page(blueprint, "/desk/<body>/proposals", access=role())
def desk_index(body: str) -> ResponseReturnValue:
    """Every proposal made to the body: those nobody has read yet first."""
    proposals = queries.proposals_of(body)
    return render_template(
        "proposals/desk_index.html",
        body=body,
        proposals=proposals,
        endorsements=queries.endorsements(proposals),
    )


@page(
    blueprint,
    "/desk/<body>/proposals/<reference>/publish",
    access=role(Role.SCREENER),
    methods=("GET", "POST"),
)
def publish(body: str, reference: str) -> ResponseReturnValue:
    """Read a proposal and release it."""
    proposal = queries.proposal_of(body, reference) or abort(404)
    form = ConfirmForm()
    if form.validate_on_submit():
        services.release(proposal, by=current_person(), now=datetime.now(UTC))
        flash(_("The proposal is public now."), "success")
        return redirect(url_for("proposals.desk_index", body=body), 303)
    return render_template("proposals/publish.html", body=body, proposal=proposal, form=form)
