"""One theme at the desk: made of a topic or by hand, edited, filled, signed off."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from citizen_platform.contributions.models import Contribution
from citizen_platform.contributions.queries import contribution_in
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.database import hold
from citizen_platform.core.errors import DomainError
from citizen_platform.core.forms import is_language_switch
from citizen_platform.core.i18n import _, local
from citizen_platform.core.security import current_person, page, row_number
from citizen_platform.themes import blueprint, queries, services
from citizen_platform.themes.forms import AddTopicForm, FindForm, ThemeForm
from citizen_platform.themes.models import Theme, Topic
from citizen_platform.themes.views.desk import ANALYST, ANYONE, HERE, may_edit, own_consultation

ONE = f"{HERE}/<int:number>"


def own_theme(body: str, reference: str, number: int) -> Theme:
    """A theme of the body's own consultation."""
    return queries.theme_of(own_consultation(body, reference).id, number) or abort(404)


def own_topic(consultation_id: int, topic_id: int) -> Topic:
    """A topic of one of the consultation's runs."""
    return queries.topic_of(consultation_id, topic_id) or abort(404)


def answer_code() -> int:
    """200 for a page that is shown, 422 for a form that was sent and refused, so that nothing of it is kept."""
    return 422 if request.method == "POST" and not is_language_switch() else 200


def to_theme(body: str, reference: str, number: int) -> ResponseReturnValue:
    """Go to the page of a theme."""
    return redirect(url_for("themes.theme", body=body, reference=reference, number=number), 303)


@page(blueprint, f"{HERE}/new", access=ANALYST, methods=("GET", "POST"))
def new(body: str, reference: str) -> ResponseReturnValue:
    """Make a theme: of the topic that ``?topic=`` names, with its label as a first name, or by hand."""
    consultation = own_consultation(body, reference)
    topic_id = request.args.get("topic", type=row_number)
    topic = own_topic(consultation.id, topic_id) if topic_id is not None else None
    form = ThemeForm(data={"name": topic.label if topic else Bilingual(), "description": Bilingual()})
    if form.validate_on_submit():
        try:
            made = services.make_theme(
                consultation,
                name=form.name.data,
                description=form.description.data,
                is_minority=form.is_minority.data,
                topic=topic,
                by=current_person(),
                now=datetime.now(UTC),
            )
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The theme is made. It is not public until it is signed off."), "success")
            return to_theme(body, reference, made.number)
    examples = queries.topic_examples([topic], each=6).get(topic.id, []) if topic else []
    return (
        render_template(
            "themes/new.html", consultation=consultation, topic=topic, form=form, examples=examples
        ),
        answer_code(),
    )


@page(blueprint, f"{HERE}/topics/<int:topic_id>/add", access=ANALYST, methods=("GET", "POST"))
def add_topic(body: str, reference: str, topic_id: int) -> ResponseReturnValue:
    """Put a topic's passages into a theme that is there already."""
    consultation = own_consultation(body, reference)
    topic = own_topic(consultation.id, topic_id)
    themes = {theme.number: theme for theme in queries.themes(consultation.id)}
    form = AddTopicForm()
    form.offer(themes.values(), _("%(number)s. %(name)s"))
    if form.validate_on_submit():
        theme = themes[form.theme.data]
        services.add_topic(theme, topic, by=current_person(), now=datetime.now(UTC))
        flash(
            _("The topic is now part of the theme “%(name)s”.", name=local(theme.name) or theme.name.cy),
            "success",
        )
        return to_theme(body, reference, theme.number)
    return (
        render_template(
            "themes/add_topic.html", consultation=consultation, topic=topic, themes=themes, form=form
        ),
        answer_code(),
    )


@page(blueprint, ONE, access=ANYONE)
def theme(body: str, reference: str, number: int) -> ResponseReturnValue:
    """A theme with the statements in it, and a search for others to add."""
    consultation = own_consultation(body, reference)
    shown = queries.theme_of(consultation.id, number) or abort(404)
    statements, pages = queries.statements_in(shown.id, request.args.get("page", 1, type=int))
    form = FindForm(request.args)
    wanted = "find" in request.args and may_edit(body)
    found, _pages = queries.statements_outside(shown, form.find.data or "") if wanted else ([], 1)
    return render_template(
        "themes/theme.html",
        consultation=consultation,
        theme=shown,
        count=queries.theme_counts([shown.id])[shown.id],
        statements=statements,
        page=min(request.args.get("page", 1, type=int), pages),
        pages=pages,
        form=form,
        looked=wanted,
        found=found,
        may_edit=may_edit(body),
    )


@page(blueprint, f"{ONE}/edit", access=ANALYST, methods=("GET", "POST"))
def edit(body: str, reference: str, number: int) -> ResponseReturnValue:
    """Change a theme's words."""
    edited = own_theme(body, reference, number)
    if request.method == "POST":
        hold(edited)
    stored = {"name": edited.name, "description": edited.description, "is_minority": edited.is_minority}
    form = ThemeForm(data=stored)
    form.begin(stored)
    if form.validate_on_submit():
        try:
            form.refuse_if_changed(stored)
            services.edit(
                edited,
                name=form.name.data,
                description=form.description.data,
                is_minority=form.is_minority.data,
                agrees=form.agrees.data,
                by=current_person(),
                now=datetime.now(UTC),
            )
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Saved."), "success")
            return to_theme(body, reference, number)
    consultation = own_consultation(body, reference)
    return render_template(
        "themes/edit.html", consultation=consultation, theme=edited, form=form
    ), answer_code()


@page(blueprint, f"{ONE}/sign-off", access=ANALYST, methods=("POST",))
def sign_off(body: str, reference: str, number: int) -> ResponseReturnValue:
    """Make a theme public."""
    try:
        services.sign_off(own_theme(body, reference, number), by=current_person(), now=datetime.now(UTC))
        flash(_("The theme is signed off and public."), "success")
    except DomainError as error:
        flash(str(error), "error")
    return to_theme(body, reference, number)


def posted_statement(theme: Theme) -> Contribution:
    """The statement that a button of the page names."""
    number = request.form.get("contribution", type=row_number)
    return (contribution_in(theme.consultation_id, number) if number is not None else None) or abort(404)


@page(blueprint, f"{ONE}/statements/add", access=ANALYST, methods=("POST",))
def add_statement(body: str, reference: str, number: int) -> ResponseReturnValue:
    """Put a statement into a theme by hand."""
    into = own_theme(body, reference, number)
    services.add_statement(into, posted_statement(into), by=current_person(), now=datetime.now(UTC))
    flash(_("The statement is in the theme."), "success")
    return to_theme(body, reference, number)


@page(blueprint, f"{ONE}/statements/remove", access=ANALYST, methods=("POST",))
def remove_statement(body: str, reference: str, number: int) -> ResponseReturnValue:
    """Take a statement out of a theme."""
    out_of = own_theme(body, reference, number)
    try:
        services.remove_statement(
            out_of, posted_statement(out_of), by=current_person(), now=datetime.now(UTC)
        )
        flash(_("The statement is no longer in the theme."), "success")
    except DomainError as error:
        flash(str(error), "error")
    return to_theme(body, reference, number)
