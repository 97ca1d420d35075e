"""What an analyst does: ask for a run or stop it, make themes of topics or by hand, sign them off; storing a result."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, exists, func, insert, literal, select, update

from citizen_platform.accounts.models import Person
from citizen_platform.consultations import services as consultations
from citizen_platform.consultations.models import Consultation, Question, Stage
from citizen_platform.contributions.models import Contribution
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.database import hold, session
from citizen_platform.core.errors import DomainError
from citizen_platform.core.events import record
from citizen_platform.core.i18n import _l
from citizen_platform.core.jobs import cancel, enqueue
from citizen_platform.themes import queries
from citizen_platform.themes.models import (
    LeftReason,
    Theme,
    ThemePassage,
    ThemeTopic,
    Topic,
    TopicLeft,
    TopicPassage,
    TopicRun,
)

ATTEMPTS = 2
"""How often a run is tried: a second time in case the machine, not the text, was at fault."""


def ask(
    consultation: Consultation,
    *,
    question: Question | None = None,
    seed: int = 1,
    by: Person | None,
    now: datetime,
) -> TopicRun:
    """Queue a run over what people said; the first one after closing begins the analysis.

    Refuses while another run waits or works, and when nothing was said.
    """
    hold(consultation)
    question_id = question.id if question else None
    if not queries.has_statements(consultation.id, question_id):
        raise DomainError(_l("There is nothing to group yet: no statements have come in."))
    if queries.unfinished_run(consultation.id) is not None:
        raise DomainError(_l("A run is already under way. Wait for it to end, or cancel it."))
    run = TopicRun(
        consultation_id=consultation.id,
        question_id=question_id,
        seed=seed,
        asked_by_id=by.id if by else None,
        asked_at=now,
    )
    record("topics.asked", run, by=by, now=now, seed=seed)
    run.job_id = enqueue("themes.run", {"run_id": run.id}, now=now, attempts=ATTEMPTS).id
    session.flush()
    if consultation.state(now) == Stage.CLOSED:
        consultations.mark_analysing(consultation, by=by, now=now)
    return run


def stop(run: TopicRun, *, by: Person, now: datetime) -> None:
    """Cancel a run that waits or works."""
    if run.job is None or run.job.is_over:
        raise DomainError(_l("This run has already ended."))
    cancel(run.job, now=now)
    record("topics.cancelled", run, by=by, now=now)


def store(run_id: int, result: dict[str, Any], *, now: datetime) -> bool:
    """Write what ``python -m nlp topics`` answered. False when this run was stored before: then nothing is written."""
    begun = session.execute(
        update(TopicRun).where(TopicRun.id == run_id, TopicRun.finished_at.is_(None)).values(finished_at=now)
    )
    if not begun.rowcount:  # type: ignore[attr-defined]
        return False
    run = session.get_one(TopicRun, run_id, populate_existing=True)
    by_key = {
        given["id"]: Topic(
            run_id=run_id,
            key=given["id"],
            label=Bilingual(given["label"]["cy"], given["label"]["en"]),
            terms=given["terms"],
            size=given["size"],
            size_by_language=given["size_by_language"],
            examples=[int(number) for number in given["examples"]],
        )
        for given in result["topics"]
    }
    session.add_all(by_key.values())
    session.flush()
    passages = {
        (by_key[of["topic"]].id, int(assignment["id"]), passage["start"]): {
            "topic_id": by_key[of["topic"]].id,
            "contribution_id": int(assignment["id"]),
            "start": passage["start"],
            "end": passage["end"],
            "strength": of["strength"],
        }
        for assignment in result["assignments"]
        for passage in assignment["passages"]
        for of in passage["topics"]
    }
    left = [
        {"run_id": run_id, "contribution_id": int(number), "reason": reason}
        for reason in LeftReason
        for number in result[reason.value]
    ]
    if passages:
        session.execute(insert(TopicPassage), list(passages.values()))
    if left:
        session.execute(insert(TopicLeft), left)
    counts = {
        "assigned": len(result["assignments"]),
        **{reason.value: len(result[reason.value]) for reason in LeftReason},
    }
    run.result = {**(result.get("run") or {}), "counts": {"statements": sum(counts.values()), **counts}}
    record("topics.found", run, by=None, now=now, topics=len(by_key), **counts)
    return True


def make_theme(
    consultation: Consultation,
    *,
    name: Bilingual,
    description: Bilingual,
    topic: Topic | None = None,
    is_minority: bool = False,
    by: Person,
    now: datetime,
) -> Theme:
    """A theme of this consultation, with the passages of a topic or, made by hand, with none."""
    if not name:
        raise DomainError(_l("Enter a name in at least one language."), field="name")
    hold(consultation)
    number = session.scalar(
        select(func.coalesce(func.max(Theme.number), 0) + 1).where(Theme.consultation_id == consultation.id)
    )
    theme = Theme(
        consultation_id=consultation.id,
        number=number,
        name=Bilingual(name.cy.strip(), name.en.strip()),
        description=Bilingual(description.cy.strip(), description.en.strip()),
        is_minority=is_minority,
        made_by_id=by.id,
        made_at=now,
    )
    record("theme.made", theme, by=by, now=now, from_topic=topic.id if topic else None)
    if topic is not None:
        add_topic(theme, topic, by=by, now=now)
    return theme


def add_topic(theme: Theme, topic: Topic, *, by: Person, now: datetime) -> int:
    """Put every passage of a topic into a theme; those already there stay as they are. Returns how many are new."""
    if topic.run.consultation_id != theme.consultation_id:
        raise DomainError(_l("This topic belongs to another consultation."))
    hold(theme)
    there = exists().where(
        and_(
            ThemePassage.theme_id == theme.id,
            ThemePassage.contribution_id == TopicPassage.contribution_id,
            ThemePassage.start == TopicPassage.start,
        )
    )
    new = (
        select(
            literal(theme.id),
            TopicPassage.contribution_id,
            TopicPassage.start,
            TopicPassage.end,
            literal(now, ThemePassage.added_at.type),
        )
        .where(TopicPassage.topic_id == topic.id, ~there)
        .order_by(TopicPassage.id)
    )
    columns = ["theme_id", "contribution_id", "start", "end", "added_at"]
    added = session.execute(insert(ThemePassage).from_select(columns, new)).rowcount  # type: ignore[attr-defined]
    if session.get(ThemeTopic, (theme.id, topic.id)) is None:
        session.add(ThemeTopic(theme_id=theme.id, topic_id=topic.id, added_at=now))
    record("theme.topic_added", theme, by=by, now=now, topic=topic.id, passages=added)
    return int(added)


def edit(
    theme: Theme,
    *,
    name: Bilingual,
    description: Bilingual,
    is_minority: bool | None = None,
    agrees: bool = False,
    by: Person,
    now: datetime,
) -> None:
    """Change a theme's words. Changing one language makes the other stale, unless somebody says that they still agree.

    A signed-off theme stays complete in both languages: a change that would leave one behind is refused.
    """
    hold(theme)
    new_name, new_description = theme.name.edited(name), theme.description.edited(description)
    if agrees:
        new_name = Bilingual(new_name.cy, new_name.en)
        new_description = Bilingual(new_description.cy, new_description.en)
    if not new_name:
        raise DomainError(_l("Enter a name in at least one language."), field="name")
    if theme.is_public:
        for field, text in (("name", new_name), ("description", new_description)):
            if not text.is_complete:
                raise DomainError(
                    _l(
                        "This theme is public: change both languages, or say that the other language still agrees."
                    ),
                    field,
                )
    theme.name, theme.description = new_name, new_description
    if is_minority is not None:
        theme.is_minority = is_minority
    record("theme.edited", theme, by=by, now=now)


def add_statement(theme: Theme, contribution: Contribution, *, by: Person, now: datetime) -> None:
    """Put a whole statement into a theme by hand."""
    if contribution.consultation_id != theme.consultation_id:
        raise DomainError(_l("This statement belongs to another consultation."))
    hold(theme)
    if session.scalar(
        select(
            exists().where(ThemePassage.theme_id == theme.id, ThemePassage.contribution_id == contribution.id)
        )
    ):
        return
    session.add(
        ThemePassage(
            theme_id=theme.id,
            contribution_id=contribution.id,
            start=0,
            end=len(contribution.text),
            added_at=now,
        )
    )
    record("theme.statement_added", theme, by=by, now=now, contribution=contribution.id)


def remove_statement(theme: Theme, contribution: Contribution, *, by: Person, now: datetime) -> None:
    """Take a statement, with all its passages, out of a theme. A public theme keeps at least one."""
    hold(theme)
    others = exists().where(
        ThemePassage.theme_id == theme.id, ThemePassage.contribution_id != contribution.id
    )
    if theme.is_public and not session.scalar(select(others)):
        raise DomainError(_l("This theme is public: it cannot lose its last statement."))
    session.execute(
        delete(ThemePassage).where(
            ThemePassage.theme_id == theme.id, ThemePassage.contribution_id == contribution.id
        )
    )
    record("theme.statement_removed", theme, by=by, now=now, contribution=contribution.id)


def sign_off(theme: Theme, *, by: Person, now: datetime) -> None:
    """Make a theme public under the name of the person who answers for it. Needs both languages, neither stale."""
    hold(theme)
    if theme.is_public:
        raise DomainError(_l("This theme is already signed off."))
    if not theme.name.is_complete:
        raise DomainError(
            _l("The name must be there in both languages, and up to date in both."), field="name"
        )
    if not theme.description.is_complete:
        raise DomainError(
            _l("The description must be there in both languages, and up to date in both."),
            field="description",
        )
    if not session.scalar(select(exists().where(ThemePassage.theme_id == theme.id))):
        raise DomainError(_l("Nobody is in this theme yet: add a statement first."))
    theme.is_public, theme.signed_off_at, theme.signed_off_by_id = True, now, by.id
    record("theme.signed_off", theme, by=by, now=now)
