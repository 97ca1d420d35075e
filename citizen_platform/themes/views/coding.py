"""Blind double coding: start a round, code it one statement at a time, see how far people and machine agree."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from citizen_platform.accounts.models import Role
from citizen_platform.accounts.services import role
from citizen_platform.consultations.models import Consultation
from citizen_platform.core.errors import DomainError
from citizen_platform.core.forms import is_language_switch
from citizen_platform.core.i18n import _
from citizen_platform.core.security import current_person, page
from citizen_platform.themes import blueprint, queries, services
from citizen_platform.themes.forms import CodeForm, RoundForm
from citizen_platform.themes.models import CodingRound
from citizen_platform.themes.views.desk import ANYONE, HERE, may_edit, own_consultation

CODERS = (Role.ANALYST, Role.SCREENER)
CODER = role(*CODERS)
ROUND = f"{HERE}/coding/<int:round_id>"


def own_round(consultation: Consultation, round_id: int) -> CodingRound:
    """A round of the body's own consultation."""
    return queries.round_of(consultation.id, round_id) or abort(404)


def answer_code() -> int:
    """200 for a page that is shown, 422 for a form that was sent and refused."""
    return 422 if request.method == "POST" and not is_language_switch() else 200


@page(blueprint, f"{HERE}/coding", access=ANYONE, methods=("GET", "POST"))
def coding(body: str, reference: str) -> ResponseReturnValue:
    """Every round, how far its coders are, and a form to start another."""
    consultation = own_consultation(body, reference)
    questions = {question.code: question for question in queries.open_questions(consultation.id)}
    form = RoundForm()
    form.offer(questions.values())
    if request.method == "POST" and not may_edit(body):
        abort(403)
    if form.validate_on_submit():
        earlier = queries.rounds(consultation.id)
        try:
            started = services.start_round(
                consultation,
                question=questions.get(form.question.data),
                size=form.size.data,
                seed=len(earlier) + 1,
                by=current_person(),
                now=datetime.now(UTC),
            )
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The sample is drawn. Two people can start, each on their own."), "success")
            return redirect(
                url_for("themes.coding_round", body=body, reference=reference, round_id=started.id), 303
            )
    shown = render_template(
        "themes/coding.html",
        consultation=consultation,
        rounds=queries.rounds(consultation.id),
        questions={question.id: question for question in questions.values()},
        form=form,
        may_start=may_edit(body),
        may_code=current_person().holds(body, *CODERS),
    )
    return shown, answer_code()


@page(blueprint, ROUND, access=ANYONE)
def coding_round(body: str, reference: str, round_id: int) -> ResponseReturnValue:
    """One round: who is how far; once two people are through, how far they agree."""
    consultation = own_consultation(body, reference)
    coded = own_round(consultation, round_id)
    stands = queries.progress(coded)
    return render_template(
        "themes/coding_round.html",
        consultation=consultation,
        round=coded,
        progress=stands,
        themes=queries.round_themes(coded),
        outcome=queries.outcome(coded) if stands.may_see(current_person().id) else None,
        next=queries.next_position(coded, current_person().id),
        may_code=current_person().holds(body, *CODERS),
    )


@page(blueprint, f"{ROUND}/<int:position>", access=CODER, methods=("GET", "POST"))
def code(body: str, reference: str, round_id: int, position: int) -> ResponseReturnValue:
    """One statement of a round: tick its themes, press Enter, and the next one comes."""
    consultation = own_consultation(body, reference)
    coded = own_round(consultation, round_id)
    item = queries.item_at(coded, position) or abort(404)
    me = current_person()
    given = queries.coding_of(item, me.id)
    form = CodeForm(data={"themes": (given.theme_ids or [0]) if given else []})
    themes = queries.round_themes(coded)
    form.offer(themes)
    if form.validate_on_submit():
        try:
            services.code(item, form.chosen, by=me, now=datetime.now(UTC))
        except DomainError as error:
            form.refuse(error)
        else:
            return onward(body, reference, coded)
    shown = render_template(
        "themes/code.html",
        consultation=consultation,
        round=coded,
        item=item,
        themes=themes,
        form=form,
        question=next(
            (row for row in consultation.questions if row.id == item.contribution.question_id), None
        ),
        statements=queries.progress(coded).statements,
    )
    return shown, answer_code()


def onward(body: str, reference: str, coded: CodingRound) -> ResponseReturnValue:
    """To the next statement that this person has not coded, or to the round when they are through."""
    at: dict[str, Any] = {"body": body, "reference": reference, "round_id": coded.id}
    following = queries.next_position(coded, current_person().id)
    if following is not None:
        return redirect(url_for("themes.code", position=following, **at), 303)
    flash(_("You are through. Thank you."), "success")
    return redirect(url_for("themes.coding_round", **at), 303)
