"""How themes become others: merged, split, moved between, parked."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from citizen_platform.core.errors import DomainError
from citizen_platform.core.forms import is_language_switch
from citizen_platform.core.i18n import _, ngettext
from citizen_platform.core.security import LARGEST_NUMBER, current_person, page, row_number
from citizen_platform.themes import blueprint, queries, services
from citizen_platform.themes.forms import MergeForm, MoveForm, ParkForm, SplitForm
from citizen_platform.themes.models import Theme
from citizen_platform.themes.views.desk import ANALYST, own_consultation
from citizen_platform.themes.views.theme import ONE, answer_code, others, own_theme, page_number, to_theme

TICK = re.compile(r"(\d{1,10})(?:-(\d{1,10}))?", re.ASCII)


def ticks() -> list[services.Tick]:
    """What was ticked: ``12`` is a statement, ``12-40`` its passage that begins at 40."""
    found = [TICK.fullmatch(value) for value in request.values.getlist("tick")[:1000]]
    return [
        (int(match[1]), int(match[2]) if match[2] else None)
        for match in found
        if match and max(int(match[1]), int(match[2] or 0)) <= LARGEST_NUMBER
    ]


def told_gone(moved: services.Moved) -> None:
    """Say how many ticks came too late, when any did."""
    if moved.gone:
        flash(
            ngettext(
                "%(num)d thing you ticked was no longer in the theme: somebody else has moved it.",
                "%(num)d things you ticked were no longer in the theme: somebody else has moved them.",
                moved.gone,
            ),
            "warning",
        )


@page(blueprint, f"{ONE}/merge", access=ANALYST, methods=("GET", "POST"))
def merge(body: str, reference: str, number: int) -> ResponseReturnValue:
    """Put everything of a theme into another."""
    consultation = own_consultation(body, reference)
    merged = own_theme(body, reference, number)
    if request.method == "POST":
        services.hold_desk(consultation.id, [merged])
    themes = {theme.number: theme for theme in others(merged)}
    form = MergeForm()
    form.offer(themes.values())
    stored = (
        *queries.theme_state(merged),
        *((theme.number, theme.name, theme.is_public) for theme in themes.values()),
    )
    form.begin(stored)
    if form.validate_on_submit():
        try:
            form.refuse_if_changed(stored)
            into = themes[form.theme.data]
            statements = services.merge(merged, into, by=current_person(), now=datetime.now(UTC))
        except DomainError as error:
            form.refuse(error)
        else:
            flash(
                ngettext(
                    "Theme %(number)s is merged into this one: it brought %(num)d statement.",
                    "Theme %(number)s is merged into this one: it brought %(num)d statements.",
                    statements,
                    number=number,
                ),
                "success",
            )
            return to_theme(body, reference, into.number)
    counts = queries.theme_counts([merged.id, *(theme.id for theme in themes.values())])
    return render_template(
        "themes/merge.html",
        consultation=consultation,
        theme=merged,
        themes=themes,
        counts=counts,
        form=form,
    ), answer_code()


@page(blueprint, f"{ONE}/split", access=ANALYST, methods=("GET", "POST"))
def split(body: str, reference: str, number: int) -> ResponseReturnValue:
    """Make a new theme of some of a theme's statements: by a part of its topic, by words, or ticked by hand."""
    consultation = own_consultation(body, reference)
    whole = own_theme(body, reference, number)
    if request.method == "POST":
        services.hold_desk(consultation.id, [whole])
    form = SplitForm()
    if request.method == "GET":
        form.find.data, form.part.data = request.args.get("find", "").strip(), request.args.get("part", "")
    parts = {topic.id: (topic, statements) for topic, statements in queries.parts_in_theme(whole.id)}
    part, _statements = parts.get(row_number_or_none(form.part.data) or 0, (None, 0))
    words = form.find.data or ""
    narrowed = bool(words or part)
    stored = queries.theme_state(whole)
    form.begin(stored)
    if request.method == "GET" and narrowed:
        form.which.data = "all"
        if part is not None:
            form.name.process_data(part.label)
    if form.validate_on_submit():
        try:
            form.refuse_if_changed(stored)
            services.refuse_same_name(consultation, form.name.data)
            everything = narrowed and form.which.data == "all"
            chosen: list[services.Tick] = (
                [*queries.passage_keys(whole.id, words=words)] if everything and part is None else ticks()
            )
            made = services.split(
                whole,
                name=form.name.data,
                ticks=chosen,
                part=part if everything else None,
                copy=form.how.data == "copy",
                by=current_person(),
                now=datetime.now(UTC),
            )
        except DomainError as error:
            form.refuse(error)
        else:
            flash(
                _(
                    "Theme %(number)s is made out of theme %(whole)s. It is not public until it is signed off.",
                    number=made.number,
                    whole=number,
                ),
                "success",
            )
            return to_theme(body, reference, made.number)
    statements, pages = queries.statements_in(
        whole.id, page_number(), words=words, part=part.id if part else None
    )
    return render_template(
        "themes/split.html",
        consultation=consultation,
        theme=whole,
        form=form,
        parts=parts,
        part=part,
        words=words,
        narrowed=narrowed,
        found=len(
            {key[0] for key in queries.passage_keys(whole.id, words=words, part=part.id if part else None)}
        ),
        statements=statements,
        ticked=set(request.values.getlist("tick")),
        all_ticked="all" in request.args or (request.method == "GET" and narrowed),
        page=min(page_number(), pages),
        pages=pages,
    ), answer_code()


def row_number_or_none(text: str | None) -> int | None:
    """A row's number out of a form, or None for anything else."""
    try:
        return row_number(text or "")
    except ValueError:
        return None


@page(blueprint, f"{ONE}/move", access=ANALYST, methods=("POST",))
def move(body: str, reference: str, number: int) -> ResponseReturnValue:
    """Do with ticked statements what the button says: move them, take them out, or make a new theme of them."""
    shown = own_theme(body, reference, number)
    wanted = request.form.get("do", "move")
    if wanted == "split" and not is_language_switch():
        ticked = request.form.getlist("tick")
        return redirect(
            url_for("themes.split", body=body, reference=reference, number=number, tick=ticked[:60]), 303
        )
    themes = {str(theme.number): theme for theme in others(shown)}
    form = MoveForm()
    form.offer(themes.values())
    try:
        if wanted in {"out", "read"}:
            take_out(shown, read=wanted == "read")
        else:
            move_into(shown, themes.get(form.to.data or ""), copy=form.how.data == "copy")
    except DomainError as error:
        flash(str(error), "error")
    return to_theme(body, reference, number)


def take_out(theme: Theme, *, read: bool) -> None:
    """Take what was ticked out of a theme, and say so."""
    moved = services.take_out(theme, ticks(), read=read, by=current_person(), now=datetime.now(UTC))
    if read:
        done = ngettext(
            "You have taken %(num)d statement out of this theme and read it.",
            "You have taken %(num)d statements out of this theme and read them.",
            moved.statements,
        )
    else:
        done = ngettext(
            "You have taken %(num)d statement out of this theme.",
            "You have taken %(num)d statements out of this theme.",
            moved.statements,
        )
    flash(done, "success")
    told_gone(moved)


def move_into(theme: Theme, into: Theme | None, *, copy: bool) -> None:
    """Put what was ticked into another theme, and say so."""
    if into is None:
        raise DomainError(_("Choose the theme that the ticked statements go into."))
    moved = services.move(theme, ticks(), into, copy=copy, by=current_person(), now=datetime.now(UTC))
    if copy:
        done = ngettext(
            "%(num)d statement is now in theme %(into)s as well.",
            "%(num)d statements are now in theme %(into)s as well.",
            moved.statements,
            into=into.number,
        )
    else:
        done = ngettext(
            "%(num)d statement was moved to theme %(into)s.",
            "%(num)d statements were moved to theme %(into)s.",
            moved.statements,
            into=into.number,
        )
    flash(done, "success")
    told_gone(moved)


@page(blueprint, f"{ONE}/park", access=ANALYST, methods=("GET", "POST"))
def park(body: str, reference: str, number: int) -> ResponseReturnValue:
    """Put a theme aside, with a reason."""
    consultation = own_consultation(body, reference)
    parked = own_theme(body, reference, number)
    form = ParkForm()
    if form.validate_on_submit():
        try:
            services.park(parked, form.reason.data, by=current_person(), now=datetime.now(UTC))
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The theme is parked. It keeps its number and can be taken back into use."), "success")
            return to_theme(body, reference, number)
    count = queries.theme_counts([parked.id])[parked.id]
    shown = render_template(
        "themes/park.html", consultation=consultation, theme=parked, count=count, form=form
    )
    return shown, answer_code()


@page(blueprint, f"{ONE}/unpark", access=ANALYST, methods=("POST",))
def unpark(body: str, reference: str, number: int) -> ResponseReturnValue:
    """Take a parked theme back into use."""
    parked = own_theme(body, reference, number)
    try:
        statements = services.unpark(parked, by=current_person(), now=datetime.now(UTC))
        flash(
            ngettext(
                "The theme is back in use, with %(num)d statement.",
                "The theme is back in use, with %(num)d statements.",
                statements,
            ),
            "success",
        )
    except DomainError as error:
        flash(str(error), "error")
    return to_theme(body, reference, number)
