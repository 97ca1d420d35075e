"""One theme at the desk: made of a topic or by hand, edited, filled."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from citizen_platform.consultations.models import Consultation, Question
from citizen_platform.contributions.models import Contribution
from citizen_platform.contributions.queries import contribution_in, contributions_in
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.database import hold
from citizen_platform.core.errors import DomainError
from citizen_platform.core.forms import is_language_switch
from citizen_platform.core.i18n import _, local, ngettext
from citizen_platform.core.security import current_person, page, row_number
from citizen_platform.themes import blueprint, queries, services
from citizen_platform.themes.forms import AddTopicForm, FindForm, MoveForm, ThemeForm
from citizen_platform.themes.models import Theme, Topic
from citizen_platform.themes.views.desk import ANALYST, ANYONE, HERE, may_edit, own_consultation

ONE = f"{HERE}/<int:number>"
LOOKED_FOR = ("find", "no_theme", "language", "door", "question")


def own_theme(body: str, reference: str, number: int) -> Theme:
    """A theme of the body's own consultation."""
    return queries.theme_of(own_consultation(body, reference).id, number) or abort(404)


def own_topic(consultation_id: int, topic_id: int) -> Topic:
    """A topic of one of the consultation's runs."""
    return queries.topic_of(consultation_id, topic_id) or abort(404)


def answer_code() -> int:
    """200 for a page that is shown, 422 for a form that was sent and refused, so that nothing of it is kept."""
    return 422 if request.method == "POST" and not is_language_switch() else 200


def to_theme(body: str, reference: str, number: int, **query: Any) -> ResponseReturnValue:
    """Go to the page of a theme."""
    return redirect(url_for("themes.theme", body=body, reference=reference, number=number, **query), 303)


def page_number() -> int:
    """The page of a list that the address asks for."""
    return max(1, request.args.get("page", 1, type=int))


def others(theme: Theme) -> list[Theme]:
    """The other themes in use of the same consultation."""
    return [each for each in queries.themes_in_use(theme.consultation_id) if each.id != theme.id]


@page(blueprint, f"{HERE}/new", access=ANALYST, methods=("GET", "POST"))
def new(body: str, reference: str) -> ResponseReturnValue:
    """Make a theme: of the topic that ``?topic=`` names, with its label as a first name, or by hand."""
    consultation = own_consultation(body, reference)
    topic_id = request.args.get("topic", type=row_number)
    topic = own_topic(consultation.id, topic_id) if topic_id is not None else None
    form = ThemeForm(data={"name": topic.label if topic else Bilingual(), "description": Bilingual()})
    if form.validate_on_submit():
        try:
            services.refuse_same_name(consultation, form.name.data)
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
    themes = {theme.number: theme for theme in queries.themes_in_use(consultation.id)}
    form = AddTopicForm()
    form.offer(themes.values())
    if form.validate_on_submit():
        theme = themes[form.theme.data]
        try:
            services.add_topic(theme, topic, by=current_person(), now=datetime.now(UTC))
        except DomainError as error:
            form.refuse(error)
        else:
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
    themes = queries.themes(consultation.id)
    statements, pages = queries.statements_in(shown.id, page_number())
    moving = MoveForm()
    moving.offer(others(shown))
    return render_template(
        "themes/theme.html",
        consultation=consultation,
        theme=shown,
        themes=themes,
        ended=queries.where_merged(themes).get(shown.id),
        merged_here=[theme for theme in themes if theme.merged_into_id == shown.id],
        count=queries.theme_counts([shown.id])[shown.id],
        statements=statements,
        page=min(page_number(), pages),
        pages=pages,
        moving=moving,
        steps=queries.newest_steps(consultation.id, theme=shown),
        may_edit=may_edit(body),
        **outside(consultation, shown, may_edit(body)),
    )


def outside(consultation: Consultation, shown: Theme, may_add: bool) -> dict[str, Any]:
    """What a page shows of the search for statements outside a theme."""
    questions = queries.open_questions(consultation.id)
    form = FindForm(request.args)
    form.offer(questions)
    looked = may_add and any(name in request.args for name in LOOKED_FOR)
    found, _pages, total = (
        queries.statements_outside(shown, wanted(form, questions)) if looked else ([], 1, 0)
    )
    kept = {name: request.args[name] for name in LOOKED_FOR if name in request.args}
    rows = [{"contribution": row} for row in found]
    return {"form": form, "looked": looked, "found": rows, "total": total, "kept": kept}


def wanted(form: FindForm, questions: list[Question]) -> queries.Outside:
    """What somebody looks for outside a theme."""
    by_code = {question.code: question.id for question in questions}
    return queries.Outside(
        words=form.find.data or "",
        no_theme=form.no_theme.data,
        language=form.language.data or "",
        door=form.door.data or "",
        question_id=by_code.get(form.question.data or ""),
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


def posted_statements(theme: Theme) -> list[Contribution]:
    """The statements that were ticked, or that the button names, where this consultation has them."""
    numbers = request.form.getlist("contribution", type=row_number)
    named = bool(request.form.getlist("contribution"))
    return contributions_in(theme.consultation_id, numbers[:1000]) or (abort(404) if named else [])


@page(blueprint, f"{ONE}/statements/add", access=ANALYST, methods=("POST",))
def add_statement(body: str, reference: str, number: int) -> ResponseReturnValue:
    """Put statements into a theme by hand."""
    into = own_theme(body, reference, number)
    ticked = [row.id for row in posted_statements(into)]
    try:
        if not ticked:
            raise DomainError(_("Tick at least one statement."))
        added = services.add_statements(into, ticked, by=current_person(), now=datetime.now(UTC)).statements
        flash(told_added(added), "success" if added else "info")
    except DomainError as error:
        flash(str(error), "error")
    kept = {name: request.args[name] for name in LOOKED_FOR if name in request.args}
    return to_theme(body, reference, number, **kept)


def told_added(number: int) -> str:
    """What became of ticked statements, in words."""
    if not number:
        return str(_("What you ticked was in this theme already."))
    return str(
        ngettext("%(num)d statement is now in the theme.", "%(num)d statements are now in the theme.", number)
    )


@page(blueprint, f"{ONE}/statements/remove", access=ANALYST, methods=("POST",))
def remove_statement(body: str, reference: str, number: int) -> ResponseReturnValue:
    """Take a statement out of a theme."""
    out_of = own_theme(body, reference, number)
    named = request.form.get("contribution", type=row_number)
    row = (contribution_in(out_of.consultation_id, named) if named is not None else None) or abort(404)
    try:
        services.remove_statement(out_of, row, by=current_person(), now=datetime.now(UTC))
        flash(_("The statement is no longer in the theme."), "success")
    except DomainError as error:
        flash(str(error), "error")
    return to_theme(body, reference, number)
