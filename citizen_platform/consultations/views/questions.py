"""The questions of a draft and the choices they offer: added, edited, moved and removed, without scripts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, TypeVar

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from citizen_platform.consultations import blueprint, queries, services
from citizen_platform.consultations.forms import QuestionForm
from citizen_platform.consultations.models import QUESTION_TEXTS, Consultation, Question, QuestionKind
from citizen_platform.consultations.views.desk import EDIT, frame, own_draft, shown, texts_of
from citizen_platform.core.errors import DomainError
from citizen_platform.core.i18n import _
from citizen_platform.core.security import current_person, page

RULE = "/desk/<body>/consultations/<reference>/questions"
BLANK_ROWS, MORE_BLANK_ROWS = 2, 6
T = TypeVar("T")


@page(blueprint, RULE, access=EDIT)
def questions(body: str, reference: str) -> ResponseReturnValue:
    """All questions in their order."""
    consultation = own_draft(body, reference)
    return render_template("consultations/questions.html", **frame(body, consultation, "questions"))


@page(blueprint, f"{RULE}/new", access=EDIT, methods=("GET", "POST"))
def new_question(body: str, reference: str) -> ResponseReturnValue:
    """Add a question; a choice question goes on to its choices."""
    consultation = own_draft(body, reference)
    form = QuestionForm()
    form.offer_kinds()
    if form.validate_on_submit():
        try:
            if not form.text.data:
                raise DomainError(_("Enter the question in Welsh or in English"), field="text")
            question = services.add_question(
                consultation,
                form.texts(),
                kind=QuestionKind(form.kind.data),
                required=form.required.data,
                about_welsh=form.about_welsh.data,
                by=current_person(),
                now=datetime.now(UTC),
            )
            return redirect(after_adding(body, consultation, question), 303)
        except DomainError as error:
            form.refuse(error)
    return shown(
        "consultations/question.html", form=form, question=None, **frame(body, consultation, "questions")
    )


def after_adding(body: str, consultation: Consultation, question: Question) -> str:
    """Where to go once a question has been added, with a word about what comes next."""
    place: dict[str, Any] = {"body": body, "reference": consultation.reference}
    if question.kind == QuestionKind.CHOICE:
        flash(_("The question has been added. Now write its choices."), "success")
        return url_for("consultations.edit_question", question=question.id, _anchor="choices", **place)
    flash(_("The question has been added."), "success")
    return url_for("consultations.questions", **place)


@page(blueprint, f"{RULE}/<int:question>", access=EDIT, methods=("GET", "POST"))
def edit_question(body: str, reference: str, question: int) -> ResponseReturnValue:
    """Edit a question and its choices in both languages."""
    consultation = own_draft(body, reference)
    row = queries.question_of(consultation, question) or abort(404)
    form = QuestionForm(obj=row)
    form.offer_kinds()
    stored = [
        *texts_of(row, QUESTION_TEXTS), row.kind.value, row.required, row.about_welsh,
        [(choice.code, choice.text) for choice in row.choices],
    ]  # fmt: skip
    form.begin(stored)
    if request.method == "GET":
        for _row in range(MORE_BLANK_ROWS if request.args.get("more") else BLANK_ROWS):
            form.choices.append_entry()
    if form.validate_on_submit():
        try:
            form.refuse_if_changed(stored)
            save(consultation, row, form)
        except DomainError as error:
            form.refuse(error)
        else:
            return redirect(after_saving(body, reference, question), 303)
    return shown(
        "consultations/question.html", form=form, question=row, **frame(body, consultation, "questions")
    )


def save(consultation: Consultation, question: Question, form: QuestionForm) -> None:
    """Store a question and its choices, in the order that the button pressed asks for."""
    who_when: dict[str, Any] = {"by": current_person(), "now": datetime.now(UTC)}
    right = form.still_right.data
    kind = QuestionKind(form.kind.data)
    choices = [pair for pair in rearranged(form.choice_rows(), request.form.get("do", "")) if pair[1]]
    if question.kind == QuestionKind.CHOICE:
        services.set_choices(
            consultation,
            question,
            choices,
            still_right=[name.removeprefix("choice-") for name in right],
            **who_when,
        )
    services.edit_question(
        consultation,
        question,
        form.texts(),
        kind=kind,
        required=form.required.data,
        about_welsh=form.about_welsh.data,
        still_right=right,
        **who_when,
    )


def rearranged(rows: list[T], pressed: str) -> list[T]:
    """Rows after a button such as ``up-2``, ``down-0`` or ``drop-1``; any other button leaves them as they are."""
    deed, _dash, number = pressed.partition("-")
    if not number.isdigit() or int(number) >= len(rows):
        return rows
    place = int(number)
    rest = rows[:place] + rows[place + 1 :]
    if deed == "drop":
        return rest
    if deed not in {"up", "down"}:
        return rows
    to = max(place - 1, 0) if deed == "up" else place + 1
    return [*rest[:to], rows[place], *rest[to:]]


def after_saving(body: str, reference: str, question: int) -> str:
    """Back to the same question, at its choices when one of their buttons was pressed."""
    pressed = request.form.get("do", "")
    place: dict[str, Any] = {"body": body, "reference": reference, "question": question}
    flash(_("Saved."), "success")
    if pressed == "more":
        return url_for("consultations.edit_question", **place, more=1, _anchor="choices")
    return url_for("consultations.edit_question", **place, _anchor="choices" if "-" in pressed else None)


@page(blueprint, f"{RULE}/<int:question>/move", access=EDIT, methods=("POST",))
def move_question(body: str, reference: str, question: int) -> ResponseReturnValue:
    """Move a question one place up or down."""
    consultation = own_draft(body, reference)
    row = queries.question_of(consultation, question) or abort(404)
    services.move(
        consultation, row, up=request.form.get("to") == "up", by=current_person(), now=datetime.now(UTC)
    )
    anchor = f"question-{question}"
    return redirect(url_for("consultations.questions", body=body, reference=reference, _anchor=anchor), 303)


@page(blueprint, f"{RULE}/<int:question>/remove", access=EDIT, methods=("GET", "POST"))
def remove_question(body: str, reference: str, question: int) -> ResponseReturnValue:
    """Ask, then take a question out."""
    consultation = own_draft(body, reference)
    row = queries.question_of(consultation, question) or abort(404)
    if request.method == "POST":
        services.remove_question(consultation, row, by=current_person(), now=datetime.now(UTC))
        flash(_("The question has been removed."), "success")
        return redirect(url_for("consultations.questions", body=body, reference=reference), 303)
    return render_template(
        "consultations/remove.html", option=None, question=row, **frame(body, consultation, "questions")
    )
