"""Pages of panels: for staff, and the one where a member enters a code."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import abort, current_app, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from citizen_platform.accounts.models import Role
from citizen_platform.accounts.services import TooManyTries, role
from citizen_platform.accounts.views import refused_status
from citizen_platform.consultations.models import Consultation
from citizen_platform.consultations.queries import consultation_of
from citizen_platform.core.errors import DomainError, Gone
from citizen_platform.core.i18n import _, current_language, ngettext, sort_welsh_or_english
from citizen_platform.core.security import PUBLIC, current_person, network_digest, page
from citizen_platform.panels import blueprint, queries, services
from citizen_platform.panels.forms import CodeForm, EmptyForm, InviteForm, MemberForm, PanelForm
from citizen_platform.panels.models import Panel

KEEPERS = role(Role.FACILITATOR, Role.POLICY_OFFICER)
BOTH = ("GET", "POST")


@page(blueprint, "/panels/answer", access=PUBLIC, methods=BOTH)
def enter() -> ResponseReturnValue:
    """A member enters the code of their letter and goes on to answer."""
    form, status = CodeForm(), refused_status()
    if form.validate_on_submit():
        try:
            consultation, secret = services.enter(
                form.code.data,
                known=session.get("drafts", {}),
                network=network_digest(),
                language=current_language(),
                now=datetime.now(UTC),
            )
        except Gone as error:
            return render_template("panels/over.html", used=isinstance(error, services.Used)), 410
        except DomainError as error:
            form.refuse(error)
            status = 429 if isinstance(error, TooManyTries) else 422
        else:
            session["drafts"] = {**session.get("drafts", {}), consultation.reference: secret}
            return redirect(url_for("submissions.answer", reference=consultation.reference), 303)
    return render_template("panels/enter.html", form=form), status


@page(blueprint, "/desk/<body>/panels", access=KEEPERS)
def desk_index(body: str) -> ResponseReturnValue:
    """The body's panels."""
    return render_template("panels/desk_index.html", body=body, panels=queries.panels_of(body))


@page(blueprint, "/desk/<body>/panels/new", access=KEEPERS, methods=BOTH)
def new(body: str) -> ResponseReturnValue:
    """Make a panel."""
    form = PanelForm()
    if form.validate_on_submit():
        try:
            panel = services.create(body, form.name.data, by=current_person(), now=datetime.now(UTC))
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The panel is made. Add its members now."), "success")
            return redirect(url_for("panels.show", body=body, number=panel.id), 303)
    return render_template("panels/new.html", form=form, body=body), refused_status()


@page(blueprint, "/desk/<body>/panels/<int:number>", access=KEEPERS)
def show(body: str, number: int) -> ResponseReturnValue:
    """A panel: its members, and what it was asked; how many answered, never who."""
    panel = found(body, number)
    members = sort_welsh_or_english(queries.members_of(panel), lambda member: member.name or "")
    now = datetime.now(UTC)
    return render_template(
        "panels/show.html", body=body, panel=panel, members=members, rounds=queries.rounds_of(panel), now=now
    )


@page(blueprint, "/desk/<body>/panels/<int:number>/members/new", access=KEEPERS, methods=BOTH)
def add_member(body: str, number: int) -> ResponseReturnValue:
    """Put somebody on the panel; the page comes back empty for the next."""
    panel, form = found(body, number), MemberForm()
    if form.validate_on_submit():
        try:
            member = services.add_member(
                panel,
                form.name.data,
                form.email.data,
                form.language.data,
                by=current_person(),
                now=datetime.now(UTC),
            )
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("%(name)s is on the panel.", name=member.name), "success")
            return redirect(url_for("panels.add_member", body=body, number=panel.id), 303)
    return render_template("panels/add_member.html", form=form, body=body, panel=panel), refused_status()


@page(blueprint, "/desk/<body>/panels/<int:number>/members/<int:member>/remove", access=KEEPERS, methods=BOTH)
def remove_member(body: str, number: int, member: int) -> ResponseReturnValue:
    """Ask, then take somebody off the panel."""
    panel, form = found(body, number), EmptyForm()
    row = queries.member_of(panel, member) or abort(404)
    name = row.name
    if form.validate_on_submit():
        services.remove_member(row, by=current_person(), now=datetime.now(UTC))
        flash(_("%(name)s is no longer on the panel.", name=name), "success")
        return redirect(url_for("panels.show", body=body, number=panel.id), 303)
    return render_template("panels/remove_member.html", form=form, body=body, panel=panel, name=name)


@page(blueprint, "/desk/<body>/panels/<int:number>/invite", access=KEEPERS, methods=BOTH)
def invite(body: str, number: int) -> ResponseReturnValue:
    """Ask the panel to answer an open consultation."""
    panel, form, now = found(body, number), InviteForm(), datetime.now(UTC)
    consultations = queries.open_consultations_of(body, now)
    form.offer(consultations)
    if form.validate_on_submit():
        consultation = next(row for row in consultations if row.reference == form.consultation.data)
        try:
            invited, letters = services.invite(
                panel, consultation, origin=current_app.config["DOLEN"].origin, by=current_person(), now=now
            )
        except DomainError as error:
            form.refuse(error)
        else:
            return invited_page(panel, consultation, invited, letters)
    return render_template(
        "panels/invite.html", form=form, body=body, panel=panel, has_open=bool(consultations)
    ), refused_status()


@page(blueprint, "/desk/<body>/panels/<int:number>/invite/<reference>", access=KEEPERS, methods=BOTH)
def renew(body: str, number: int, reference: str) -> ResponseReturnValue:
    """Ask, then make the letters on paper again, with new codes."""
    panel, form = found(body, number), EmptyForm()
    consultation = consultation_of(body, reference) or abort(404)
    if form.validate_on_submit():
        try:
            letters = services.renew_on_paper(
                panel,
                consultation,
                origin=current_app.config["DOLEN"].origin,
                by=current_person(),
                now=datetime.now(UTC),
            )
        except DomainError as error:
            form.refuse(error)
        else:
            return letters_page(panel, consultation, letters)
    on_paper = len(queries.invitations_on_paper(panel, consultation))
    return render_template(
        "panels/renew.html", form=form, body=body, panel=panel, consultation=consultation, on_paper=on_paper
    ), refused_status()


def invited_page(
    panel: Panel, consultation: Consultation, invited: int, letters: list[services.PaperLetter]
) -> ResponseReturnValue:
    """What comes after an invitation: the letters to print, shown this once; or back to the panel."""
    by_email = invited - len(letters)
    flash(
        ngettext(
            "%(num)d member will get a letter by e-mail.",
            "%(num)d members will get a letter by e-mail.",
            by_email,
        )
        if invited
        else _("Every member already has a code for this consultation."),
        "success" if invited else "info",
    )
    if letters:
        return letters_page(panel, consultation, letters)
    return redirect(url_for("panels.show", body=panel.body_slug, number=panel.id), 303)


def letters_page(
    panel: Panel, consultation: Consultation, letters: list[services.PaperLetter]
) -> ResponseReturnValue:
    """The letters to print, with codes that are shown this once."""
    return render_template(
        "panels/letters.html", body=panel.body_slug, panel=panel, consultation=consultation, letters=letters
    )


def found(body: str, number: int) -> Panel:
    """The body's panel of that number, or a page that says there is none."""
    return queries.panel_of(body, number) or abort(404)
