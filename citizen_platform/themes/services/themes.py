"""What people decide: themes made of topics or by hand, named, signed off."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from citizen_platform.accounts.models import Person
from citizen_platform.consultations.models import Consultation
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.database import hold, session
from citizen_platform.core.errors import DomainError
from citizen_platform.core.i18n import _l
from citizen_platform.themes import queries
from citizen_platform.themes.models import Theme, Topic
from citizen_platform.themes.services.passages import give_topic, refuse_out_of_use, refuse_parked
from citizen_platform.themes.services.steps import Change, has_passages, hold_rows


def new_theme(
    change: Change,
    consultation: Consultation,
    *,
    name: Bilingual,
    description: Bilingual,
    is_minority: bool = False,
) -> Theme:
    """A theme with the next number of a consultation that is held, as part of a step."""
    if not name:
        raise DomainError(_l("Enter a name in at least one language."), field="name")
    number = session.scalar(
        select(func.coalesce(func.max(Theme.number), 0) + 1).where(Theme.consultation_id == consultation.id)
    )
    theme = Theme(
        consultation_id=consultation.id,
        number=number,
        name=Bilingual(name.cy.strip(), name.en.strip()),
        description=Bilingual(description.cy.strip(), description.en.strip()),
        is_minority=is_minority,
        made_by_id=change.by.id,
        made_at=change.now,
    )
    session.add(theme)
    session.flush()
    change.made(theme)
    return theme


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
    hold(consultation)
    if topic is not None:
        if topic.run.consultation_id != consultation.id:
            raise DomainError(_l("This topic belongs to another consultation."))
        hold_rows(topics=[topic])
        refuse_parked(topic)
    change = Change(by=by, now=now)
    theme = new_theme(change, consultation, name=name, description=description, is_minority=is_minority)
    passages = give_topic(change, theme, topic) if topic is not None else 0
    change.done(
        "make",
        "theme.made",
        theme,
        consultation_id=consultation.id,
        from_topic=topic.id if topic else None,
        passages=passages,
    )
    return theme


def refuse_same_name(consultation: Consultation, name: Bilingual) -> None:
    """Refuse a name that another theme in use has in either language: nobody could tell them apart.

    Holds the consultation, so that a form sent twice makes one theme.
    """
    hold(consultation)
    for theme in queries.themes_in_use(consultation.id):
        if any(text.strip() and text.strip() == theme.name[language].strip() for language, text in name):
            raise DomainError(
                _l(
                    "Theme %(number)s has this name already. Choose another name, or work on that theme.",
                    number=theme.number,
                ),
                field="name",
            )


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
    refuse_out_of_use(theme)
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
    change = Change(by=by, now=now)
    change.alter(theme)
    theme.name, theme.description = new_name, new_description
    if is_minority is not None:
        theme.is_minority = is_minority
    change.done("edit", "theme.edited", theme, consultation_id=theme.consultation_id)


def sign_off(theme: Theme, *, by: Person, now: datetime) -> None:
    """Make a theme public under the name of the person who answers for it. Needs both languages, neither stale.

    The one step that is not undone at the desk: taking a theme out of public needs a reason.
    """
    hold(theme)
    if theme.is_public:
        raise DomainError(_l("This theme is already signed off."))
    refuse_out_of_use(theme)
    if not theme.name.is_complete:
        raise DomainError(
            _l("The name must be there in both languages, and up to date in both."), field="name"
        )
    if not theme.description.is_complete:
        raise DomainError(
            _l("The description must be there in both languages, and up to date in both."),
            field="description",
        )
    if not has_passages(theme):
        raise DomainError(_l("Nobody is in this theme yet: add a statement first."))
    theme.is_public, theme.signed_off_at, theme.signed_off_by_id = True, now, by.id
    Change(by=by, now=now).done("sign_off", "theme.signed_off", theme, consultation_id=theme.consultation_id)
