"""Makers of rows for tests: each gives a complete, valid thing; say only what the test is about. They flush, not commit."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from citizen_platform.accounts.models import Membership, Person, Role
from citizen_platform.consultations.models import (
    TEXTS,
    Choice,
    Consultation,
    Option,
    Question,
    QuestionKind,
    Stage,
)
from citizen_platform.contributions import services as contributions
from citizen_platform.contributions.models import Contribution, Door
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.database import session
from citizen_platform.organisations.models import Body

_numbers = itertools.count(1)


def both(text: str) -> Bilingual:
    """A text in both languages that says which is which."""
    return Bilingual(f"{text} (cy)", f"{text} (en)")


def body(slug: str = "tirwen") -> Body:
    """The body of that slug, made when it is not there."""
    row = session.scalar(select(Body).where(Body.slug == slug))
    if row is None:
        row = Body(slug=slug, name=both(slug.title()), promise=both("Promise"), joined_at=datetime.now(UTC))
        session.add(row)
        session.flush()
    return row


def person(slug: str = "tirwen", *roles: Role, **values: Any) -> Person:
    """Somebody who holds the roles in the body."""
    body(slug)
    number = next(_numbers)
    row = Person(
        **{
            "email": f"person{number}@example.test",
            "name": f"Person {number}",
            "language": "cy",
            "fs_uniquifier": f"unique-{number}",
            "active": True,
            "joined_at": datetime.now(UTC),
            **values,
        }
    )
    row.memberships = [Membership(body_slug=slug, role=held) for held in roles]
    session.add(row)
    session.flush()
    return row


def consultation(slug: str = "tirwen", *, stage: Stage = Stage.OPEN, **values: Any) -> Consultation:
    """A complete consultation with a text question q1, a choice q2 (yes, no), a scale q3 and a Welsh-effects question q4."""
    body(slug)
    now = datetime.now(UTC)
    public = stage != Stage.DRAFT
    row = Consultation(
        **{
            "reference": f"C{next(_numbers):07d}",
            "body_slug": slug,
            "areas": [],
            "drafted_at": now - timedelta(days=10),
            "opened_at": now - timedelta(days=5) if public else None,
            "closes_at": now + timedelta(days=5)
            if stage in {Stage.OPEN, Stage.DRAFT}
            else now - timedelta(days=1),
            "decision_on": (now + timedelta(days=40)).date(),
            "feedback_due_on": (now + timedelta(days=60)).date(),
            **{name: both(name) for name in TEXTS},
            **values,
        }
    )
    row.options = [
        Option(
            name=both("Option"),
            description=both("Description"),
            cost=both("Cost"),
            constraints=both("Constraints"),
        )
    ]
    row.questions = [
        Question(position=1, code="q1", kind=QuestionKind.TEXT, text=both("What matters?"), hint=Bilingual()),
        Question(
            position=2,
            code="q2",
            kind=QuestionKind.CHOICE,
            text=both("Which?"),
            hint=Bilingual(),
            choices=[
                Choice(position=1, code="yes", text=both("Yes")),
                Choice(position=2, code="no", text=both("No")),
            ],
        ),
        Question(position=3, code="q3", kind=QuestionKind.SCALE, text=both("Agree?"), hint=Bilingual()),
        Question(
            position=4,
            code="q4",
            kind=QuestionKind.TEXT,
            text=both("Welsh?"),
            hint=Bilingual(),
            about_welsh=True,
        ),
    ]
    session.add(row)
    session.flush()
    row.is_public, row.stage = public, stage
    session.flush()
    session.refresh(row)
    return row


def contribution(
    about: Consultation,
    text: str = "The bus comes too seldom.",
    *,
    language: str = "en",
    door: Door = Door.WEB,
) -> tuple[Contribution, str]:
    """A statement on a consultation's first question, and the code of its receipt."""
    now = datetime.now(UTC)
    receipt, code = contributions.give_receipt(about, door=door, language=language, now=now)
    row = contributions.receive(receipt, text, question=about.questions[0], now=now)
    session.flush()
    return row, code
