"""Many people at once: statements with languages, doors, questions and themes drawn by chance from a seed."""

from __future__ import annotations

import random

from citizen_platform.accounts.models import Person, Role
from citizen_platform.consultations.models import Consultation, Stage
from citizen_platform.contributions import services as contributions
from citizen_platform.contributions.models import Contribution, Door, TextLanguage
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.database import session
from citizen_platform.themes import services
from citizen_platform.themes.models import Theme, ThemePassage
from tests import make
from tests.conftest import NOW


def crowd(
    people: int,
    *,
    seed: int = 1,
    welsh: float = 0.25,
    paper: float = 0.1,
    twice: float = 0.2,
    themes: tuple[float, ...] = (0.5, 0.2, 0.05),
    stage: Stage = Stage.ANALYSING,
) -> tuple[Consultation, list[Contribution], list[Theme], Person]:
    """A consultation with so many people; each theme has the share given of their statements and is signed off."""
    chance = random.Random(seed)
    about = make.consultation(stage=stage)
    by = make.person(about.body_slug, *Role)
    rows = []
    for number in range(people):
        door = Door.PAPER if chance.random() < paper else Door.PHONE if chance.random() < 0.04 else Door.WEB
        language = "cy" if chance.random() < welsh else "en"
        receipt = contributions.new_receipt(
            about, door=door, language=language, now=NOW, code=f"{about.reference}{number:020d}"
        )
        for question in (about.questions[0], about.questions[3])[: 1 + (chance.random() < twice)]:
            row = contributions.new_statement(
                receipt, f"Bus {number} {question.code}", question=question, now=NOW
            )
            row.language = TextLanguage(language)
            rows.append(row)
    session.flush()
    made = []
    for place, share in enumerate(themes, start=1):
        name = Bilingual(f"Thema {place}", f"Theme {place}")
        theme = services.make_theme(about, name=name, description=make.both("Description"), by=by, now=NOW)
        inside = [row for row in rows if chance.random() < share] or rows[:1]
        session.add_all(
            ThemePassage(theme_id=theme.id, contribution_id=row.id, start=0, end=len(row.text), added_at=NOW)
            for row in inside
        )
        session.flush()
        services.sign_off(theme, by=by, now=NOW)
        made.append(theme)
    session.commit()
    return about, rows, made, by
