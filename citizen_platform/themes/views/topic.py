"""One topic at the desk: what it holds, what it shares, what to make of it."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from citizen_platform.core.errors import DomainError
from citizen_platform.core.i18n import _, ngettext
from citizen_platform.core.security import current_person, page
from citizen_platform.themes import blueprint, queries, services
from citizen_platform.themes.forms import ParkForm, PartsForm, WordsForm
from citizen_platform.themes.views.desk import ANALYST, ANYONE, HERE, may_edit, own_consultation
from citizen_platform.themes.views.theme import answer_code, own_topic, page_number

TOPIC = f"{HERE}/topics/<int:topic_id>"


def to_topic(body: str, reference: str, topic_id: int) -> ResponseReturnValue:
    """Go to the page of a topic."""
    return redirect(url_for("themes.topic", body=body, reference=reference, topic_id=topic_id), 303)


@page(blueprint, TOPIC, access=ANYONE)
def topic(body: str, reference: str, topic_id: int) -> ResponseReturnValue:
    """A topic: its passages from the most to the least typical, its parts, what it shares with others."""
    consultation = own_consultation(body, reference)
    shown = own_topic(consultation.id, topic_id)
    form = WordsForm(request.args)
    statements, pages, total = queries.statements_under(shown.id, form.find.data or "", page_number())
    near, far = queries.ends_of(shown)
    suggestions = queries.suggestions(shown.run_id)
    whole = next((each.topic for each in suggestions if each.topic.id == shown.parent_id), None)
    parts = queries.topic_parts(shown.id)
    return render_template(
        "themes/topic.html",
        consultation=consultation,
        topic=shown,
        whole=whole,
        parts=parts,
        themes=queries.themes_of_topics([shown.id]).get(shown.id, []),
        themes_of_parts=queries.themes_of_topics([part.id for part in parts]),
        near=near,
        far=far,
        overlap=queries.overlap(shown),
        statements=statements,
        total=total,
        page=min(page_number(), pages),
        pages=pages,
        form=form,
        suggestions=suggestions,
        names=queries.topic_names(shown.run.previous_id),
        themes_exist=bool(queries.themes_in_use(consultation.id)),
        may_edit=may_edit(body),
    )


@page(blueprint, f"{TOPIC}/park", access=ANALYST, methods=("GET", "POST"))
def park_topic(body: str, reference: str, topic_id: int) -> ResponseReturnValue:
    """Say that a topic should become no theme, and why."""
    consultation = own_consultation(body, reference)
    parked = own_topic(consultation.id, topic_id)
    form = ParkForm()
    if form.validate_on_submit():
        try:
            services.park_topic(parked, form.reason.data, by=current_person(), now=datetime.now(UTC))
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The topic is parked."), "success")
            return to_topic(body, reference, topic_id)
    shown = render_template("themes/park_topic.html", consultation=consultation, topic=parked, form=form)
    return shown, answer_code()


@page(blueprint, f"{TOPIC}/unpark", access=ANALYST, methods=("POST",))
def unpark_topic(body: str, reference: str, topic_id: int) -> ResponseReturnValue:
    """Take a topic back that was parked."""
    parked = own_topic(own_consultation(body, reference).id, topic_id)
    try:
        services.unpark_topic(parked, by=current_person(), now=datetime.now(UTC))
        flash(_("The topic is back among those to decide about."), "success")
    except DomainError as error:
        flash(str(error), "error")
    return to_topic(body, reference, topic_id)


@page(blueprint, f"{TOPIC}/parts", access=ANALYST, methods=("GET", "POST"))
def accept_parts(body: str, reference: str, topic_id: int) -> ResponseReturnValue:
    """Make themes of some parts of a topic only."""
    consultation = own_consultation(body, reference)
    whole = own_topic(consultation.id, topic_id)
    themes = queries.themes_of_topics([part.id for part in queries.topic_parts(whole.id)])
    free = {
        part.id: part
        for part in queries.topic_parts(whole.id)
        if part.id not in themes and part.parked_at is None
    }
    form = PartsForm()
    form.offer(free.values())
    if form.validate_on_submit():
        try:
            made = services.accept_parts(
                consultation,
                whole,
                [free[number] for number in form.part.data if number in free],
                together=form.how.data == "together",
                because=form.reason.data or "",
                by=current_person(),
                now=datetime.now(UTC),
            )
        except DomainError as error:
            form.refuse(error)
        else:
            flash(
                ngettext(
                    "%(num)d theme is made. It is not public until it is signed off.",
                    "%(num)d themes are made. They are not public until they are signed off.",
                    len(made),
                ),
                "success",
            )
            return to_topic(body, reference, topic_id)
    shown = render_template(
        "themes/accept_parts.html", consultation=consultation, topic=whole, parts=free, form=form
    )
    return shown, answer_code()
