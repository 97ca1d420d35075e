"""What became of every statement, for staff: by door, by who read what, and what is still missing."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from citizen_platform.consultations.models import Consultation
from citizen_platform.contributions.models import DOOR_NAMES
from citizen_platform.core.security import page
from citizen_platform.themes import blueprint, queries
from citizen_platform.themes.queries import Gap
from citizen_platform.themes.views.desk import ANYONE, HERE, own_consultation


@blueprint.app_template_filter("gaps")
def gaps(consultation: Consultation) -> list[Gap]:
    """What is missing before all that was said can be called heard."""
    return queries.coverage_gaps(consultation.id)


@page(blueprint, f"{HERE}/coverage", access=ANYONE)
def coverage(body: str, reference: str) -> ResponseReturnValue:
    """Every statement accounted for, to the unit."""
    consultation = own_consultation(body, reference)
    return render_template(
        "themes/coverage.html",
        consultation=consultation,
        coverage=queries.coverage(consultation.id, public_only=False),
        public=queries.coverage(consultation.id),
        by_door=queries.coverage_by_door(consultation.id, public_only=False),
        door_names={door.value: name for door, name in DOOR_NAMES.items()},
        readers=queries.readers(consultation.id, public_only=False),
        gaps=queries.coverage_gaps(consultation.id),
    )
