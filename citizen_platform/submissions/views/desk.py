"""How answers came in, door by door; and the two steps by which a file of them is taken in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from citizen_platform.accounts.models import Role
from citizen_platform.accounts.services import role
from citizen_platform.consultations.models import Consultation
from citizen_platform.consultations.queries import consultation_of
from citizen_platform.contributions.models import DOOR_NAMES, Door
from citizen_platform.contributions.queries import counts
from citizen_platform.core.errors import DomainError
from citizen_platform.core.forms import is_language_switch
from citizen_platform.core.i18n import _
from citizen_platform.core.jobs import job_by_id
from citizen_platform.core.security import current_person, page
from citizen_platform.submissions import blueprint, queries, services
from citizen_platform.submissions.forms import UploadForm, column_of, mapping_form, mapping_of
from citizen_platform.submissions.models import FileImport

REFUSED_SHOWN = 500


def own(body: str, reference: str) -> Consultation:
    """The body's own consultation, or 404."""
    return consultation_of(body, reference) or abort(404)


def shown(template: str, **values: Any) -> ResponseReturnValue:
    """A page; 422 when what was sent was not taken, so that nothing is committed."""
    return render_template(
        template, **values
    ), 422 if request.method == "POST" and not is_language_switch() else 200


@page(blueprint, "/desk/<body>/consultations/<reference>/responses", access=role())
def responses(body: str, reference: str) -> ResponseReturnValue:
    """What came in by each door, in which languages, and from which files."""
    consultation = own(body, reference)
    found = counts(consultation.id)
    rows = [
        {
            "door": DOOR_NAMES[door],
            "people": found.people_by_door[door.value],
            "welsh": found.people_by_form[door.value, "cy"],
            "english": found.people_by_form[door.value, "en"],
            "statements": found.by_door[door.value],
        }
        for door in Door
        if found.people_by_door[door.value]
    ]
    return render_template(
        "submissions/responses.html",
        body=body,
        consultation=consultation,
        found=found,
        rows=rows,
        imports=queries.imports_of(consultation.id),
        may_import=current_person().holds(body, Role.POLICY_OFFICER) and consultation.is_public,
    )


@page(
    blueprint,
    "/desk/<body>/consultations/<reference>/responses/import",
    access=role(Role.POLICY_OFFICER),
    methods=("GET", "POST"),
)
def import_file(body: str, reference: str) -> ResponseReturnValue:
    """First step: a file and its door."""
    consultation = own(body, reference)
    form = UploadForm()
    if form.validate_on_submit():
        try:
            row = services.upload(
                consultation,
                name=(form.file.data.filename or "")[:200],
                content=form.file.data.read(),
                door=Door(form.door.data),
                by=current_person(),
                now=datetime.now(UTC),
            )
            return redirect(url_for(".import_report", body=body, reference=reference, number=row.id), 303)
        except DomainError as error:
            form.refuse(error)
    return shown("submissions/import_file.html", body=body, consultation=consultation, form=form)


@page(
    blueprint,
    "/desk/<body>/consultations/<reference>/responses/import/<int:number>",
    access=role(Role.POLICY_OFFICER),
    methods=("GET", "POST"),
)
def import_report(body: str, reference: str, number: int) -> ResponseReturnValue:
    """Second step: say which column is what. Once started, how far it is; at the end, the account of every row."""
    consultation = own(body, reference)
    row = queries.import_in(consultation.id, number) or abort(404)
    if not row.mapping and row.content is not None:
        return choose_columns(body, consultation, row)
    return render_template(
        "submissions/import_report.html",
        body=body,
        consultation=consultation,
        row=row,
        door=DOOR_NAMES[row.door],
        job=job_by_id(row.job_id) if row.job_id else None,
        refused=[(entry["row"], services.reason_in_words(entry)) for entry in row.refused[:REFUSED_SHOWN]],
        not_shown=max(0, row.refused_rows - REFUSED_SHOWN),
    )


def choose_columns(body: str, consultation: Consultation, row: FileImport) -> ResponseReturnValue:
    """The form that says which column is what."""
    assert row.content is not None
    table = services.read_table(row.content)
    form = mapping_form(consultation, table.columns)
    if form.validate_on_submit():
        try:
            mapping = services.ColumnMapping(
                mapping_of(form, consultation, table.columns),
                column_of(form.id_column.data, table.columns),
                column_of(form.language_column.data, table.columns),
            )
            services.import_soon(row, consultation, mapping, by=current_person(), now=datetime.now(UTC))
            flash(_("The file is being taken in."), "success")
            return redirect(
                url_for(".import_report", body=body, reference=consultation.reference, number=row.id), 303
            )
        except DomainError as error:
            form.refuse(error)
    first = [(number, cells) for number, cells in table.rows[:3] if cells is not None]
    return shown(
        "submissions/import_columns.html",
        body=body,
        consultation=consultation,
        row=row,
        form=form,
        columns=table.columns,
        first=first,
        rows=len(table.rows),
        notes=[services.note_in_words(note) for note in table.notes],
    )
