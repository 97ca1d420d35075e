"""Sign-in, invitations, and who has which role in a body."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, login_user
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from citizen_platform.accounts import blueprint, queries, services
from citizen_platform.accounts.forms import AcceptForm, EmptyForm, InviteForm, SignInForm
from citizen_platform.accounts.models import Invitation, Person, Role
from citizen_platform.core.errors import DomainError
from citizen_platform.core.forms import is_language_switch
from citizen_platform.core.i18n import _, current_language, sort_welsh_or_english
from citizen_platform.core.security import PUBLIC, current_person, network_digest, page, safe_next

IDLE_SECONDS = 30 * 60
LONGEST_SECONDS = 12 * 60 * 60
"""A session of staff ends after half an hour without a page, and after half a day in any case."""

login_manager = LoginManager()
login_manager.session_protection = None


@login_manager.user_loader  # type: ignore[untyped-decorator]
def person_of_session(key: str) -> Person | None:
    """The person signed in, unless they were away too long."""
    now = int(datetime.now(UTC).timestamp())
    seen, since = session.get("seen", now), session.setdefault("since", now)
    if now - seen > IDLE_SECONDS or now - since > LONGEST_SECONDS:
        for name in ("_user_id", "_fresh", "_id", "seen", "since"):
            session.pop(name, None)
        session["timed_out"] = True
        return None
    if "seen" not in session or now - seen > 60:
        session["seen"] = now
    return queries.person_of_session(key)


@page(blueprint, "/sign-in", access=PUBLIC, methods=("GET", "POST"))
def sign_in() -> ResponseReturnValue:
    """Sign in with e-mail address and password, then go on to where the person wanted to be."""
    target = safe_next(request.args.get("next"), url_for("organisations.desks"))
    person = current_person()
    if person is not None and request.method == "GET":
        return redirect(target, 303)
    form, status = SignInForm(), 200
    if form.validate_on_submit():
        try:
            person = services.sign_in(
                form.email.data, form.password.data, network=network_digest(), now=datetime.now(UTC)
            )
        except DomainError as error:
            form.refuse(error)
            status = 429 if isinstance(error, services.TooManyTries) else 422
        else:
            begin_session(person)
            return redirect(in_language(target, person.language), 303)
    elif request.method == "POST" and not is_language_switch():
        status = 422
    timed_out = bool(session.pop("timed_out", False)) if request.method == "GET" else False
    return render_template("accounts/sign_in.html", form=form, timed_out=timed_out), status


@page(blueprint, "/sign-out", access=PUBLIC, methods=("POST",))
def sign_out() -> ResponseReturnValue:
    """Forget everything about this visitor."""
    session.clear()
    flash(_("You have signed out."), "success")
    return redirect(url_for("site.home"), 303)


@page(blueprint, "/invitations/<secret>", access=PUBLIC, methods=("GET", "POST"))
def accept(secret: str) -> ResponseReturnValue:
    """Accept an invitation: a new account, or a further role for somebody who is signed in."""
    invitation = queries.invitation_by_secret(secret) or abort(404)
    now = datetime.now(UTC)
    if not invitation.is_open(now):
        return render_template("accounts/invitation_over.html", invitation=invitation), 410
    if queries.person_by_email(invitation.email) is not None:
        return accept_with_account(invitation, current_person(), now)
    form = AcceptForm(language=current_language())
    if form.validate_on_submit():
        try:
            person = services.add_person(
                invitation.email,
                form.name.data,
                language=form.language.data,
                password=form.password.data,
                now=now,
            )
            services.accept(invitation, person, now=now)
        except DomainError as error:
            form.refuse(error)
        else:
            begin_session(person)
            flash(_("Your account is ready."), "success")
            return redirect(
                url_for("organisations.desk", body=invitation.body_slug, lang_code=person.language), 303
            )
    return render_template("accounts/accept.html", form=form, invitation=invitation), refused_status()


def accept_with_account(invitation: Invitation, person: Person | None, now: datetime) -> ResponseReturnValue:
    """The rest of :func:`accept` for an address that has an account: sign in, then say yes."""
    form = EmptyForm()
    is_theirs = person is not None and person.email == invitation.email
    if person is not None and is_theirs and form.validate_on_submit():
        services.accept(invitation, person, now=now)
        flash(_("You have a new role: %(role)s.", role=invitation.role.label), "success")
        return redirect(url_for("organisations.desk", body=invitation.body_slug), 303)
    return render_template(
        "accounts/accept_role.html", form=form, invitation=invitation, person=person, is_theirs=is_theirs
    ), refused_status()


@page(blueprint, "/desk/<body>/members", access=services.role(Role.ADMINISTRATOR))
def members(body: str) -> ResponseReturnValue:
    """Who works for the body and in which roles; who has been invited."""
    people = sort_welsh_or_english(queries.people_of(body), lambda person: person.name)
    invitations = queries.open_invitations_of(body, datetime.now(UTC))
    return render_template("accounts/members.html", body=body, people=people, invitations=invitations)


@page(
    blueprint,
    "/desk/<body>/members/invite",
    access=services.role(Role.ADMINISTRATOR),
    methods=("GET", "POST"),
)
def invite(body: str) -> ResponseReturnValue:
    """Invite somebody to a role."""
    form = InviteForm()
    if form.validate_on_submit():
        try:
            invitation, _links = services.invite(
                form.email.data,
                Role(form.role.data),
                body,
                origin=current_app.config["DOLEN"].origin,
                by=current_person(),
                now=datetime.now(UTC),
            )
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("We have sent an invitation to %(email)s.", email=invitation.email), "success")
            return redirect(url_for("accounts.members", body=body), 303)
    return render_template("accounts/invite.html", form=form, body=body), refused_status()


@page(
    blueprint,
    "/desk/<body>/members/invite/<int:number>/cancel",
    access=services.role(Role.ADMINISTRATOR),
    methods=("POST",),
)
def withdraw_invitation(body: str, number: int) -> ResponseReturnValue:
    """Stop an invitation that was not accepted yet."""
    invitation = queries.invitation_of(body, number) or abort(404)
    services.withdraw_invitation(invitation, by=current_person(), now=datetime.now(UTC))
    flash(_("The invitation to %(email)s no longer works.", email=invitation.email), "success")
    return redirect(url_for("accounts.members", body=body), 303)


@page(
    blueprint,
    "/desk/<body>/members/<int:number>/remove",
    access=services.role(Role.ADMINISTRATOR),
    methods=("GET", "POST"),
)
def remove_role(body: str, number: int) -> ResponseReturnValue:
    """Ask, then take a role away from somebody."""
    membership = queries.membership_of(body, number) or abort(404)
    form = EmptyForm()
    person, held = membership.person, membership.role
    if form.validate_on_submit():
        try:
            services.remove_role(membership, by=current_person(), now=datetime.now(UTC))
        except DomainError as error:
            form.refuse(error)
        else:
            flash(
                _("%(name)s no longer has the role: %(role)s.", name=person.name, role=held.label), "success"
            )
            if current_person().holds(body, Role.ADMINISTRATOR):
                return redirect(url_for("accounts.members", body=body), 303)
            return redirect(url_for("organisations.desks"), 303)
    page_of_role = render_template(
        "accounts/remove_role.html", form=form, body=body, person=person, held=held
    )
    return page_of_role, refused_status()


def refused_status() -> int:
    """422 for a form that was sent and is shown again; 200 when it is shown first, or in the other language."""
    return 422 if request.method == "POST" and not is_language_switch() else 200


def begin_session(person: Person) -> None:
    """Sign a person in, in a session that holds nothing from before (fixation)."""
    session.clear()
    login_user(person)
    now = int(datetime.now(UTC).timestamp())
    session["since"] = session["seen"] = now


def in_language(path: str, language: str) -> str:
    """The same page of this site in another language; the desks when no page answers there."""
    url = urlsplit(path)
    adapter = current_app.create_url_adapter(request)
    try:
        endpoint, values = adapter.match(url.path, method="GET") if adapter else ("", {})
    except (HTTPException, RequestRedirect):
        return url_for("organisations.desks", lang_code=language)
    if "lang_code" not in values:
        return path
    address = url_for(endpoint, **{**values, "lang_code": language})
    return f"{address}?{url.query}" if url.query else address


def init_app(app: Flask) -> None:
    """Let Flask-Login find the person of each request, and every page offer to sign out."""
    login_manager.init_app(app)
    app.context_processor(lambda: {"sign_out_url": url_for("accounts.sign_out")})
