"""The service with pages of its own that go right and wrong, for tests of what every page stands on."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, abort, flash, redirect, render_template_string, request
from flask import session as visit
from werkzeug.exceptions import TooManyRequests

from citizen_platform import create_app
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.database import CommittingFlask, db, session
from citizen_platform.core.errors import DomainError, Gone
from citizen_platform.core.forms import (
    BilingualField,
    DateField,
    Form,
    LongText,
    Required,
    Text,
    is_language_switch,
)
from citizen_platform.core.outbox import Letter
from citizen_platform.core.security import ACCESS, PUBLIC, page
from tests.conftest import own_database, settings_for

FORM = """{% extends "layouts/public.html" %}
{% set page_form = form %}
{% from "macros/forms.html" import form_open, form_close, fields, button %}
{% block title %}Form{% endblock %}
{% block main %}
<h1>Form</h1>
{{ form_open(form) }}{{ fields(form) }}{{ button("Send") }}{{ form_close() }}
{% endblock %}"""


class TrialForm(Form):
    """One field of each kind that is ours."""

    title = Text("Title", validators=[Required("Enter a title")])
    story = LongText("Story", max_chars=20)
    name = BilingualField("Name", default=Bilingual("Enw", "Name"))
    on = DateField("Day")


def letter(subject: str) -> Letter:
    return Letter(to="a@example.test", language="cy", subject=subject, body="b", written_at=datetime.now(UTC))


def trial_pages() -> Blueprint:
    """Pages under /settings: write, read, count, fill in, fail."""
    blueprint = Blueprint("trial", __name__)

    @page(blueprint, "/settings/notes", access=PUBLIC, methods=("GET", "POST"))
    def write() -> Any:
        """Write a letter, and answer with the status asked for."""
        visit["changed"] = True
        flash("written")
        session.add(letter(request.values["subject"]))
        session.flush()
        status = int(request.values.get("status", 200))
        if status == 303:
            return redirect("/en/", 303)
        return "ok", status

    @page(blueprint, "/settings/check", access=PUBLIC, methods=("POST",))
    def broken_at_commit() -> Any:
        """Leave something that the database refuses at the commit only."""
        visit["changed"] = True
        flash("It has been sent")
        session.add(
            Letter(
                to=None,
                language="cy",
                subject="first line\nprivate words",
                body="b",
                written_at=datetime.now(UTC),
            )
        )
        return "thank you"

    @page(blueprint, "/settings/add", access=PUBLIC, methods=("POST",))
    def add_one() -> Any:
        """Read a number and write the next."""
        last = session.get_one(Letter, 1)
        session.add(letter("one more"))
        last.body = str(len(last.body))
        return "ok"

    @page(blueprint, "/settings/edit", access=PUBLIC, methods=("GET", "POST"))
    def fill_in() -> Any:
        form = TrialForm()
        if form.validate_on_submit():
            return repr([form.title.data, form.story.data, form.name.data, form.on.data])
        wrong = request.method == "POST" and not is_language_switch()
        return render_template_string(FORM, form=form), 422 if wrong else 200

    @page(blueprint, "/settings/close/<int:code>", access=PUBLIC, methods=("GET", "POST"))
    def fail(code: int) -> Any:
        if code == 410:
            raise Gone("Too late")
        if code == 429:
            raise TooManyRequests(retry_after=60)
        if code == 500:
            raise RuntimeError("secret internals")
        if code == 1:
            raise DomainError("A rule")
        abort(code)

    return blueprint


@pytest.fixture(scope="module")
def service(worker_id: str) -> Iterator[CommittingFlask]:
    """The service with the trial pages, a database of its own, and errors shown as the public sees them."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings_for(Path(folder), own_database(f"{worker_id}_core")))
        app.config.update(WTF_CSRF_ENABLED=False)
        app.register_blueprint(trial_pages())
        with app.app_context():
            db.create_all()
        yield app
        with app.app_context():
            db.engine.dispose()
    for endpoint in [endpoint for endpoint in ACCESS if endpoint.startswith("trial.")]:
        del ACCESS[endpoint]
