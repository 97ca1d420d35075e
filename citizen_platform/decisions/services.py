"""What a policy officer does: draft an answer, edit it, publish it, and say that a consultation is answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from citizen_platform.accounts.models import Person
from citizen_platform.consultations import services as consultations
from citizen_platform.consultations.models import Consultation
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.database import hold, session
from citizen_platform.core.errors import DomainError
from citizen_platform.core.events import record
from citizen_platform.core.i18n import _l, local
from citizen_platform.decisions import queries
from citizen_platform.decisions.models import REFUSALS, Answer, Decision
from citizen_platform.themes.models import Theme

TEXTS = ("you_said", "why", "what_we_will_do", "owner")


@dataclass(frozen=True)
class Content:
    """What a decision says."""

    answer: Answer | None = None
    you_said: Bilingual = field(default_factory=Bilingual)
    why: Bilingual = field(default_factory=Bilingual)
    what_we_will_do: Bilingual = field(default_factory=Bilingual)
    owner: Bilingual = field(default_factory=Bilingual)
    deciding_until: date | None = None
    by_when: date | None = None


def draft(theme: Theme, content: Content, *, by: Person, now: datetime) -> Decision:
    """Begin the answer to a signed-off theme. A theme has one answer."""
    hold(theme)
    if not theme.is_public:
        raise DomainError(_l("Sign the theme off before you answer it."))
    if queries.decision_on(theme.id) is not None:
        raise DomainError(_l("This theme already has an answer. Open it again to change it."))
    decision = Decision(
        consultation_id=theme.consultation_id,
        theme_id=theme.id,
        theme_is_public=True,
        drafted_by_id=by.id,
        drafted_at=now,
        **{name: Bilingual() for name in TEXTS},
    )
    fill(decision, content)
    record("decision.drafted", decision, by=by, now=now)
    return decision


def edit(decision: Decision, content: Content, *, agrees: bool = False, by: Person, now: datetime) -> None:
    """Change a draft. Changing one language makes the other stale, unless somebody says that they still agree."""
    refuse_published(decision)
    fill(decision, content, agrees=agrees)
    record("decision.edited", decision, by=by, now=now)


def fill(decision: Decision, content: Content, *, agrees: bool = False) -> None:
    """Put content into a draft."""
    for name in TEXTS:
        text: Bilingual = getattr(decision, name).edited(getattr(content, name))
        setattr(decision, name, Bilingual(text.cy, text.en) if agrees else text)
    decision.answer = content.answer
    decision.deciding_until = content.deciding_until if content.answer == Answer.STILL_DECIDING else None
    decision.by_when = content.by_when


def refuse_published(decision: Decision) -> None:
    """What was published is not changed quietly."""
    hold(decision)
    if decision.is_public:
        raise DomainError(_l("This answer is published and cannot be changed without a trace."))


@dataclass(frozen=True)
class Missing:
    """Something that stands between a draft and publication: the field, and what to do as a sentence."""

    field: str
    message: Any


def missing(decision: Decision) -> list[Missing]:
    """Everything that must be put right before a decision can be published, in the order of the form."""
    found: list[Missing] = []

    def need(name: str, nothing: Any, one_language: Any, *, required: bool = True) -> None:
        text: Bilingual = getattr(decision, name)
        if not text and required:
            found.append(Missing(name, nothing))
        elif text and not text.is_complete:
            found.append(Missing(name, one_language))

    refuses = decision.answer in REFUSALS
    need(
        "you_said",
        _l("Write what people said, in Welsh and in English."),
        _l("“You said” is missing or out of date in one language."),
    )
    if decision.answer is None:
        found.append(Missing("answer", _l("Choose an answer.")))
    if decision.answer == Answer.STILL_DECIDING and decision.deciding_until is None:
        found.append(Missing("deciding_until", _l("Say until when you are still deciding.")))
    need(
        "why",
        _l("Give the reason: nothing is refused without one."),
        _l("“Why” is missing or out of date in one language."),
        required=refuses,
    )
    need(
        "what_we_will_do",
        _l("Write what you will do, in Welsh and in English."),
        _l("“What we will do” is missing or out of date in one language."),
        required=not refuses,
    )
    need(
        "owner",
        _l("Say who answers for it, in Welsh and in English."),
        _l("“Who answers for it” is missing or out of date in one language."),
    )
    return found


def publish(decision: Decision, *, by: Person, now: datetime) -> None:
    """Publish in both languages at once and give the decision its public number. Refuses while anything is missing."""
    refuse_published(decision)
    lacking = missing(decision)
    if lacking:
        raise DomainError(lacking[0].message, field=lacking[0].field)
    number = (session.scalar(select(func.max(Decision.number))) or 0) + 1
    decision.number, decision.published_by_id, decision.published_at = number, by.id, now
    decision.is_public = True
    record("decision.published", decision, by=by, now=now, number=decision.number)


def mark_answered(consultation: Consultation, *, by: Person, now: datetime) -> None:
    """Say that a consultation is answered. Refuses, naming them, while a signed-off theme has no published answer."""
    if not queries.answered([consultation.id])[consultation.id].themes:
        raise DomainError(_l("No theme has been signed off yet."))
    waiting = queries.unanswered_themes(consultation.id)
    if waiting:
        names = "; ".join(local(theme.name) for theme in waiting)
        raise DomainError(_l("These themes have no published answer yet: %(names)s.", names=names))
    consultations.mark_answered(consultation, by=by, now=now)
