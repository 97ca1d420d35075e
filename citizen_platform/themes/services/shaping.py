"""How themes become others: merged, split, parked, taken back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from citizen_platform.accounts.models import Person
from citizen_platform.consultations.models import Consultation
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.database import session
from citizen_platform.core.errors import DomainError
from citizen_platform.core.i18n import _l
from citizen_platform.themes import queries
from citizen_platform.themes.models import Theme, ThemeTopic, Topic
from citizen_platform.themes.services.passages import (
    Tick,
    refuse_emptied,
    refuse_out_of_use,
    refuse_parked,
    statements_among,
    ticked,
)
from citizen_platform.themes.services.steps import (
    Change,
    Spot,
    held_passages,
    hold_desk,
    hold_rows,
    still_said,
    wholly,
)
from citizen_platform.themes.services.themes import make_theme, new_theme


def merge(theme: Theme, into: Theme, *, by: Person, now: datetime) -> int:
    """Put everything of a theme into another. Returns how many statements came with it.

    The theme keeps its number and says where it went. A public one goes only into another public one, so that whoever
    follows its address finds what became of it; the database refuses where it has a published answer.
    """
    if theme.id == into.id:
        raise DomainError(_l("A theme cannot be merged into itself. Choose another."), field="theme")
    if theme.consultation_id != into.consultation_id:
        raise DomainError(_l("This theme belongs to another consultation."), field="theme")
    hold_desk(theme.consultation_id, [theme, into])
    refuse_out_of_use(theme)
    refuse_out_of_use(into)
    if theme.is_public and not into.is_public:
        raise DomainError(
            _l(
                "This theme is public, and the other is not. Sign the other off first, or merge it into this one."
            ),
            field="theme",
        )
    with wholly():
        change = Change(by=by, now=now)
        change.alter(theme)
        passages = held_passages(theme.id)
        change.take(theme, passages)
        change.give(into, [held.spot for held in passages])
        for link in session.scalars(
            select(ThemeTopic).where(ThemeTopic.theme_id == theme.id).order_by(ThemeTopic.topic_id)
        ).all():
            change.take_topic(link)
            change.give_topic(into.id, link.topic_id)
        theme.is_public, theme.signed_off_at, theme.signed_off_by_id = False, None, None
        theme.merged_into_id = into.id
        statements = statements_among(passages)
        change.done(
            "merge",
            "theme.merged",
            theme,
            consultation_id=theme.consultation_id,
            into=into.number,
            statements=statements,
        )
    return statements


def split(
    theme: Theme,
    *,
    name: Bilingual,
    description: Bilingual = Bilingual(),
    ticks: Collection[Tick] | None = None,
    part: Topic | None = None,
    copy: bool = False,
    by: Person,
    now: datetime,
) -> Theme:
    """Make a new theme of some of a theme's passages: those ticked, or those of a part of its topic.

    With ``copy`` they stay in the first theme as well. At least one has to stay: taking all would only be a new name.
    """
    consultation = session.get_one(Consultation, theme.consultation_id)
    hold_desk(consultation.id, [theme])
    refuse_out_of_use(theme)
    if part is not None:
        wanted = queries.topic_passage_keys(part.id)
        chosen = [held for held in held_passages(theme.id) if held.spot[:2] in wanted]
        if not chosen:
            raise DomainError(_l("No passage of this part is in the theme now. Nothing was changed."))
    else:
        chosen, _gone = ticked(theme, list(ticks or ()))
    if not copy:
        refuse_emptied(theme, chosen)
        if len(chosen) == len(held_passages(theme.id)):
            raise DomainError(
                _l(
                    "You have chosen everything in this theme. Leave something behind, copy instead, or only change its"
                    " name."
                )
            )
    change = Change(by=by, now=now)
    made = new_theme(change, consultation, name=name, description=description)
    if not copy:
        change.take(theme, chosen)
    own_topic = part is not None and change.give_topic(made.id, part.id)
    change.give(made, [held.spot if own_topic else held.spot._replace(by_id=by.id) for held in chosen])
    change.done(
        "split",
        "theme.split",
        theme,
        consultation_id=theme.consultation_id,
        made=made.number,
        statements=statements_among(chosen),
        copied=copy,
    )
    return made


def park(theme: Theme, reason: str, *, by: Person, now: datetime) -> None:
    """Put a theme aside, with a reason. It keeps its number; its statements go back to be in no theme or in others."""
    hold_desk(theme.consultation_id, [theme])
    refuse_out_of_use(theme)
    if theme.is_public:
        raise DomainError(
            _l(
                "This theme is public: it cannot be parked. Merge it into another public theme, or take it out of"
                " public first."
            )
        )
    change = Change(by=by, now=now)
    change.alter(theme)
    passages = held_passages(theme.id)
    change.take(theme, passages)
    mark_parked(theme, reason, by=by, now=now)
    change.done(
        "park",
        "theme.parked",
        theme,
        consultation_id=theme.consultation_id,
        statements=statements_among(passages),
    )


def mark_parked(row: Theme | Topic, reason: str, *, by: Person, now: datetime) -> None:
    """Say on a row who parked it, when and why."""
    if not reason.strip():
        raise DomainError(_l("Say why it is parked."), field="reason")
    row.parked_at, row.parked_by_id, row.parked_because = now, by.id, reason.strip()


def unpark(theme: Theme, *, by: Person, now: datetime) -> int:
    """Take a parked theme back into use with the statements it had. Returns how many."""
    hold_desk(theme.consultation_id, [theme])
    if theme.parked_at is None:
        raise DomainError(_l("This theme is not parked."))
    step = queries.last_step(theme.id, "park")
    parked = step.undo["taken"] if step is not None and step.at == theme.parked_at else ()
    change = Change(by=by, now=now)
    change.alter(theme)
    theme.parked_at, theme.parked_by_id, theme.parked_because = None, None, None
    spots = [Spot(row[0], row[1], row[2], entry["by"]) for entry in parked for row in entry["rows"]]
    said = still_said({spot.contribution_id for spot in spots})
    change.give(theme, [spot for spot in spots if spot.contribution_id in said])
    statements = len(said)
    change.done(
        "unpark", "theme.unparked", theme, consultation_id=theme.consultation_id, statements=statements
    )
    return statements


def park_topic(topic: Topic, reason: str, *, by: Person, now: datetime) -> None:
    """Say that a topic should become no theme, and why."""
    hold_rows(topics=[topic])
    if topic.parked_at is not None:
        raise DomainError(_l("This topic is parked already."))
    change = Change(by=by, now=now)
    change.alter(topic)
    mark_parked(topic, reason, by=by, now=now)
    change.done("park_topic", "topic.parked", topic, consultation_id=topic.run.consultation_id)


def unpark_topic(topic: Topic, *, by: Person, now: datetime) -> None:
    """Take a topic back that was parked."""
    hold_rows(topics=[topic])
    if topic.parked_at is None:
        raise DomainError(_l("This topic is not parked."))
    change = Change(by=by, now=now)
    change.alter(topic)
    topic.parked_at, topic.parked_by_id, topic.parked_because = None, None, None
    change.done("unpark_topic", "topic.unparked", topic, consultation_id=topic.run.consultation_id)


def accept_parts(
    consultation: Consultation,
    topic: Topic,
    parts: Collection[Topic],
    *,
    together: bool = False,
    because: str = "",
    by: Person,
    now: datetime,
) -> list[Theme]:
    """Make themes of some parts of a topic only: one of each, or with ``together`` one of them all.

    ``because``: park the other parts with this reason.
    """
    chosen = sorted(set(parts), key=lambda part: part.id)
    if not chosen:
        raise DomainError(_l("Tick at least one part."), field="part")
    if any(part.parent_id != topic.id for part in chosen):
        raise DomainError(_l("This is no part of the topic."), field="part")
    hold_desk(consultation.id, topics=[topic, *chosen])
    taken = queries.themes_of_topics([part.id for part in chosen])
    for part in chosen:
        refuse_parked(part)
        if taken.get(part.id):
            raise DomainError(
                _l("Theme %(number)s holds one of these parts already.", number=taken[part.id][0].number),
                field="part",
            )
    if together:
        change = Change(by=by, now=now)
        theme = new_theme(change, consultation, name=topic.label, description=Bilingual())
        for part in chosen:
            change.give_topic(theme.id, part.id)
        change.give(theme, [Spot(*key) for part in chosen for key in queries.topic_passages(part.id)])
        change.done(
            "make",
            "theme.made",
            theme,
            consultation_id=consultation.id,
            from_topic=topic.id,
            parts=len(chosen),
        )
        themes = [theme]
    else:
        themes = [
            make_theme(consultation, name=part.label, description=Bilingual(), topic=part, by=by, now=now)
            for part in chosen
        ]
    if because.strip():
        for part in queries.topic_parts(topic.id):
            if part not in chosen and part.parked_at is None and not queries.themes_of_topics([part.id]):
                park_topic(part, because, by=by, now=now)
    return themes
