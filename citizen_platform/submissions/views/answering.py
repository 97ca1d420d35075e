"""Answer, check, send, receipt. Needs no account and no script; what was typed is never lost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from citizen_platform.consultations.models import Consultation
from citizen_platform.consultations.queries import public_consultation
from citizen_platform.contributions.models import Door
from citizen_platform.core.errors import DomainError, Gone
from citizen_platform.core.forms import Form, is_language_switch
from citizen_platform.core.i18n import _, current_language
from citizen_platform.core.security import PUBLIC, digest, page
from citizen_platform.submissions import blueprint, queries, services
from citizen_platform.submissions.forms import AnswerForm, answer_form, answer_in_words, name_of
from citizen_platform.submissions.models import Draft, Submission

CHANGE = Markup('{}<span class="govuk-visually-hidden">: {}</span>')
MOST_DRAFTS = 20
"""Drafts that one session remembers: a cookie is small."""


def own_draft(consultation: Consultation) -> tuple[Draft | None, str]:
    """The draft that this session holds the secret of, and the secret."""
    secret = session.get("drafts", {}).get(consultation.reference, "")
    return (queries.draft_by_secret(consultation.id, secret) if secret else None), secret


def remember(consultation: Consultation, secret: str | None) -> None:
    """Keep the secret of a draft in this session, or forget it."""
    drafts = {ref: kept for ref, kept in session.get("drafts", {}).items() if ref != consultation.reference}
    if secret:
        drafts[consultation.reference] = secret
    session["drafts"] = dict(list(drafts.items())[-MOST_DRAFTS:])


def sent_from(draft: Draft | None, secret: str) -> Submission | None:
    """What was sent from this very draft, if anything."""
    if draft is None:
        return None
    submission = queries.submission_from(draft.consultation_id, services.source_of(draft))
    belongs = submission is not None and submission.receipt.code_digest == digest(services.code_of(secret))
    return submission if belongs else None


def rows_for(consultation: Consultation, answers: Mapping[str, str], *, change: bool) -> list[dict[str, str]]:
    """Questions and answers for a summary list, with links to change them."""
    place = url_for("submissions.answer", reference=consultation.reference)
    words = answer_form(consultation, answers)
    return [
        {
            "label": words[name_of(question)].label.text,
            "value": answer_in_words(question, answers.get(question.code, "")),
            **(
                {
                    "change_url": f"{place}#{name_of(question)}",
                    "change_label": CHANGE.format(
                        _("Change your answer"), words[name_of(question)].label.text
                    ),
                }
                if change
                else {}
            ),
        }
        for question in consultation.questions
        if change or answers.get(question.code)
    ]


def closed(consultation: Consultation, answers: Mapping[str, str]) -> ResponseReturnValue:
    """Too late: say so, and show what was written so that its writer does not lose it."""
    rows = rows_for(consultation, answers, change=False)
    return render_template("submissions/closed.html", consultation=consultation, rows=rows), 410


@page(blueprint, "/consultations/<reference>/answer", access=PUBLIC, methods=("GET", "POST"))
def answer(reference: str) -> ResponseReturnValue:
    """All questions on one page."""
    consultation = public_consultation(reference) or abort(404)
    now = datetime.now(UTC)
    draft, secret = own_draft(consultation)
    was_sent = sent_from(draft, secret) is not None
    if was_sent and request.method == "GET":
        return redirect(url_for(".sent", reference=reference), 303)
    form = answer_form(consultation, draft.answers if draft and not was_sent else {})
    if not consultation.is_open(now):
        return closed(consultation, form.answers)
    if form.validate_on_submit():
        try:
            keep(consultation, form, draft, was_sent=was_sent, now=now)
            return redirect(url_for(".check", reference=reference), 303)
        except DomainError as error:
            form.refuse(error)
    refused = request.method == "POST" and not is_language_switch()
    return (
        render_template(
            "submissions/answer.html", form=form, consultation=consultation, was_sent=was_sent and refused
        ),
        422 if refused else 200,
    )


def keep(
    consultation: Consultation, form: AnswerForm, draft: Draft | None, *, was_sent: bool, now: datetime
) -> None:
    """Keep what was answered as this session's draft: a new one when there is none, or when the last one was sent."""
    if not form.answers:
        raise services.NothingAnswered(_("Answer at least one question"), consultation.questions[0].code)
    if was_sent and "another" not in request.form:
        raise DomainError(
            _(
                "You have already sent an answer from here."
                " What is written below has not been sent. Is it another answer?"
            )
        )
    if draft is None or was_sent:
        draft, secret = services.start_draft(consultation, language=current_language(), now=now)
        remember(consultation, secret)
    services.save_draft(draft, form.answers, language=current_language(), now=now)


@page(blueprint, "/consultations/<reference>/answer/check", access=PUBLIC, methods=("GET", "POST"))
def check(reference: str) -> ResponseReturnValue:
    """Check answers, and send them."""
    consultation = public_consultation(reference) or abort(404)
    draft, secret = own_draft(consultation)
    if sent_from(draft, secret) is not None:
        return redirect(url_for(".sent", reference=reference), 303)
    if not consultation.is_open(datetime.now(UTC)):
        return closed(consultation, draft.answers if draft else {})
    if draft is None or not draft.answers:
        return redirect(url_for(".answer", reference=reference), 303)
    form = Form()
    if form.validate_on_submit():
        try:
            services.send(draft, secret, now=datetime.now(UTC))
            return redirect(url_for(".sent", reference=reference), 303)
        except Gone:
            return closed(consultation, draft.answers)
        except DomainError as error:
            flash(str(error), "error")
            return redirect(url_for(".answer", reference=reference), 303)
    rows = rows_for(consultation, draft.answers, change=True)
    return render_template("submissions/check.html", form=form, consultation=consultation, rows=rows)


@page(blueprint, "/consultations/<reference>/answer/sent", access=PUBLIC, methods=("GET", "POST"))
def sent(reference: str) -> ResponseReturnValue:
    """The receipt, and what happens next. "Another answer" forgets this one, for the next person at the screen."""
    consultation = public_consultation(reference) or abort(404)
    draft, secret = own_draft(consultation)
    submission = sent_from(draft, secret)
    if request.method == "POST" and not is_language_switch():
        if submission is not None:
            remember(consultation, None)
        return redirect(url_for(".answer", reference=reference), 303)
    if submission is None:
        return redirect(url_for(".check" if draft else "consultations.show", reference=reference), 303)
    now = datetime.now(UTC)
    return render_template(
        "submissions/sent.html",
        consultation=consultation,
        code=services.code_of(secret),
        submission=submission,
        is_open=consultation.is_open(now),
        may_send_another=submission.door == Door.WEB and consultation.is_open(now),
    )
