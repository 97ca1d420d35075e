"""You said, we did."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from citizen_platform.consultations.queries import public_consultation
from citizen_platform.core.security import PUBLIC, page
from citizen_platform.decisions import blueprint, queries
from citizen_platform.decisions.forms import FilterForm
from citizen_platform.decisions.queries import Record
from citizen_platform.organisations.queries import areas, bodies
from citizen_platform.themes.queries import published, released_passages, theme_counts

PAGE = 10


@page(blueprint, "/you-said-we-did", access=PUBLIC)
def index() -> ResponseReturnValue:
    """Every published answer, newest first, and what is not answered yet."""
    form = FilterForm(request.args)
    form.offer(bodies(), areas())
    only = public_consultation(request.args.get("consultation", ""))
    body, area, consultation_id = form.body.data or None, form.area.data or None, only.id if only else None
    records = by_consultation(
        queries.public_records(
            body=body, area=area, answer=form.chosen_answer, consultation_id=consultation_id
        )
    )
    waiting = queries.public_waiting(body=body, area=area, consultation_id=consultation_id)
    pages = max(1, -(-len(records) // PAGE))
    number = min(max(request.args.get("page", 1, type=int), 1), pages)
    shown = records[(number - 1) * PAGE : number * PAGE]
    ids = [record.theme.id for record in shown]
    return render_template(
        "decisions/index.html",
        form=form,
        only=only,
        records=shown,
        total=len(records),
        waiting=[] if form.chosen_answer else waiting,
        counts=theme_counts(ids),
        quotes=released_passages(ids, each=1),
        today=datetime.now(UTC).date(),
        page=number,
        pages=pages,
    )


def by_consultation(records: list[Record]) -> list[Record]:
    """Records of one consultation together; the consultation with the newest answer first."""
    places: dict[int, int] = {}
    for record in records:
        places.setdefault(record.consultation.id, len(places))
    return sorted(records, key=lambda record: places[record.consultation.id])


@page(blueprint, "/decisions/<int:number>", access=PUBLIC)
def show(number: int) -> ResponseReturnValue:
    """One published answer, with its reasons."""
    record = queries.public_record(number) or abort(404)
    return render_template(
        "decisions/show.html",
        record=record,
        count=theme_counts([record.theme.id])[record.theme.id],
        figures=published(record.consultation.id).themes[record.theme.id],
        quotes=released_passages([record.theme.id], each=4).get(record.theme.id, []),
        answered=queries.answered([record.consultation.id])[record.consultation.id],
        today=datetime.now(UTC).date(),
    )
