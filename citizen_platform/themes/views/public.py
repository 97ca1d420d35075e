"""What we heard: the themes that were signed off, with figures that add up."""

from __future__ import annotations

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from citizen_platform.consultations.queries import public_consultation
from citizen_platform.core.security import PUBLIC, page
from citizen_platform.themes import blueprint, queries


@page(blueprint, "/consultations/<reference>/what-we-heard", access=PUBLIC)
def heard(reference: str) -> ResponseReturnValue:
    """What people said to one consultation, grouped under themes."""
    consultation = public_consultation(reference) or abort(404)
    themes = queries.public_themes(consultation.id)
    ids = [theme.id for theme in themes]
    counts = queries.theme_counts(ids)
    return render_template(
        "themes/heard.html",
        consultation=consultation,
        themes=sorted(themes, key=lambda theme: (-counts[theme.id].people, theme.number)),
        counts=counts,
        quotes=queries.released_passages(ids),
        coverage=queries.coverage(consultation.id),
        suggested=queries.public_suggested(consultation.id),
    )
