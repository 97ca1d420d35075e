"""What people decide: themes made of topics or by hand, edited, filled, signed off."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, delete, exists, func, insert, literal, select

from citizen_platform.accounts.models import Person
from citizen_platform.consultations.models import Consultation
from citizen_platform.contributions.models import Contribution
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.database import hold, session
from citizen_platform.core.errors import DomainError
from citizen_platform.core.events import record
from citizen_platform.core.i18n import _l
from citizen_platform.themes.models import (
    Theme,
    ThemePassage,
    ThemeTopic,
    Topic,
    TopicPassage,
)


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
