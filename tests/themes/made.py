"""What a run would answer, made by hand, and themes in all their states."""

from __future__ import annotations

from typing import Any

from citizen_platform.accounts.models import Person, Role
from citizen_platform.consultations.models import Consultation
from citizen_platform.contributions.models import Contribution
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.themes import services
from citizen_platform.themes.models import Theme
from tests import make
from tests.conftest import NOW

BUSES = Bilingual("Bysiau", "Buses")


def result(
    groups: dict[str, list[Contribution]], *, unassigned: Any = (), no_content: Any = ()
) -> dict[str, Any]:
    """A result of ``python -m nlp topics`` in which the whole of each statement is one passage."""
    keys_of: dict[Contribution, list[str]] = {}
    for key, rows in groups.items():
        for row in rows:
            keys_of.setdefault(row, []).append(key)
    return {
        "topics": [
            {
                "id": key,
                "label": {"cy": f"{key} (cy)", "en": f"{key} (en)"},
                "terms": {"cy": ["gair"], "en": ["word"]},
                "size": len(rows),
                "size_by_language": {"cy": 0, "en": len(rows), "mixed": 0},
                "examples": [str(row.id) for row in rows[:3]],
            }
            for key, rows in groups.items()
        ],
        "assignments": [
            {
                "id": str(row.id),
                "passages": [
                    {
                        "start": 0,
                        "end": len(row.text),
                        "topics": [{"topic": key, "strength": 0.9} for key in keys],
                    }
                ],
            }
            for row, keys in keys_of.items()
        ],
        "unassigned": [str(row.id) for row in unassigned],
        "no_content": [str(row.id) for row in no_content],
        "run": {"seed": 1, "passages": len(keys_of), "versions": {"nlp": "1"}, "seconds": 0.1, "quality": {}},
    }


def theme(
    about: Consultation,
    *rows: Contribution,
    by: Person | None = None,
    name: Bilingual = BUSES,
    description: Bilingual | None = None,
    signed_off: bool = True,
) -> Theme:
    """A theme with these statements, signed off unless asked not to be."""
    by = by or make.person(about.body_slug, Role.ANALYST)
    made = services.make_theme(
        about, name=name, description=description or make.both("They come too seldom"), by=by, now=NOW
    )
    for row in rows:
        services.add_statement(made, row, by=by, now=NOW)
    if signed_off:
        services.sign_off(made, by=by, now=NOW)
    return made
