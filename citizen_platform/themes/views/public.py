"""What we heard: the themes that were signed off, from the picture to each whole answer that may be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from citizen_platform.consultations.models import Consultation
from citizen_platform.consultations.queries import public_consultation
from citizen_platform.contributions.models import DOOR_NAMES
from citizen_platform.core.errors import Gone
from citizen_platform.core.i18n import _, _l, local, long_date, ngettext
from citizen_platform.core.security import PUBLIC, page
from citizen_platform.themes import blueprint, queries
from citizen_platform.themes.models import Theme
from citizen_platform.themes.queries import OTHER, Figures, Published
from citizen_platform.themes.views.picture import Drawn, picture

HEARD = "/consultations/<reference>/what-we-heard"
ORDERS = ("people", "statements", "endorsements")


@dataclass(frozen=True)
class Row:
    """A theme as the page shows it; ``people`` is the number in the group chosen, None where none is shown."""

    theme: Theme
    figures: Figures
    people: int | None
    endorsements: int


@dataclass(frozen=True)
class Only:
    """A group that the page can be narrowed to."""

    dimension: str
    key: str

    @property
    def value(self) -> str:
        """As it stands in the address."""
        return f"{self.dimension}-{self.key}"


def offered(published: Published) -> list[Only]:
    """Groups to narrow the page to: those whose number of people may be shown, where there is more than one."""
    found = []
    for dimension in queries.DIMENSIONS:
        split = published.everybody.split(dimension)
        keys = [key for key, number in split.items() if number is not None]
        if len(split) > 1:
            found += [Only(dimension, key) for key in keys if not (dimension == "question" and key == OTHER)]
    return found


def ordered(rows: Iterable[Row], order: str) -> list[Row]:
    """Rows by one of :data:`ORDERS`, the most first; those without a number last, by their theme's number."""

    def size(row: Row) -> int:
        if order == "statements":
            return row.figures.statements or 0
        return row.endorsements if order == "endorsements" else row.people or 0

    return sorted(rows, key=lambda row: (-size(row), row.theme.number))


@page(blueprint, HEARD, access=PUBLIC)
def heard(reference: str) -> ResponseReturnValue:
    """What people said to one consultation, grouped under themes."""
    consultation = public_consultation(reference) or abort(404)
    themes = queries.public_themes(consultation.id)
    ids = [theme.id for theme in themes]
    published = queries.published(consultation.id)
    groups = offered(published)
    only = next((group for group in groups if group.value == request.args.get("only")), None)
    endorsed = queries.endorsements(ids)
    orders = (
        [order for order in ORDERS if order != "endorsements" or endorsed] if only is None else ["people"]
    )
    order = next((order for order in orders if order == request.args.get("order")), "people")
    rows = ordered(
        (
            Row(theme, figures, in_group(figures, only), endorsed.get(theme.id, 0))
            for theme, figures in ((theme, published.themes[theme.id]) for theme in themes)
        ),
        order,
    )
    return render_template(
        "themes/heard.html",
        consultation=consultation,
        rows=rows,
        picture=picture([drawn(consultation, row, only) for row in rows]),
        everybody=published.everybody,
        groups=groups,
        door_names={door.value: name for door, name in DOOR_NAMES.items()},
        only=only,
        orders=orders,
        order=order,
        endorsed=endorsed,
        quotes=queries.released_passages(ids, each=2),
        coverage=queries.coverage(consultation.id),
        coded=queries.public_outcome(consultation.id),
        suggested=queries.public_suggested(consultation.id),
        pointers=queries.public_pointers(consultation.id),
    )


def in_group(figures: Figures, only: Only | None) -> int | None:
    """How many of a theme's people are in the group; None where no number is shown."""
    return figures.people if only is None else figures.split(only.dimension).get(only.key)


def people_in_words(people: int | None, *, filtered: bool = False) -> str:
    """A number of people as the public reads it."""
    if people is None:
        return str(_("not shown") if filtered else _("fewer than 10 people"))
    if filtered:
        return str(ngettext("about %(num)d person", "about %(num)d people", people))
    return str(ngettext("%(num)d person", "%(num)d people", people))


def drawn(consultation: Consultation, row: Row, only: Only | None) -> Drawn:
    """A theme for the picture."""
    words = [people_in_words(row.people, filtered=only is not None)]
    welsh, english = row.figures.languages.get("cy"), row.figures.languages.get("en")
    if only is not None:
        by_language = only.dimension == "language"
        welsh = row.people if by_language and only.key == "cy" else None
        english = row.people if by_language and only.key == "en" else None
    url = url_for("themes.heard_theme", reference=consultation.reference, number=row.theme.number)
    return Drawn(local(row.theme.name), words, row.people, welsh, english, url)


@page(blueprint, f"{HEARD}/<int:number>", access=PUBLIC)
def heard_theme(reference: str, number: int) -> ResponseReturnValue:
    """One theme: who spoke of it, what may be quoted, who signed it off."""
    consultation = public_consultation(reference) or abort(404)
    theme = queries.public_theme(consultation.id, number)
    pointer = queries.public_pointer(consultation.id, number) if theme is None else None
    if pointer is not None:
        return render_template("themes/heard_merged.html", consultation=consultation, pointer=pointer)
    if theme is None:
        gone = queries.withdrawn_at(consultation.id, number) or abort(404)
        raise Gone(
            _(
                "This theme was taken out of public on %(date)s and is being looked at again.",
                date=long_date(gone),
            )
        )
    wanted = max(request.args.get("page", 1, type=int), 1)
    quotes, pages, released = queries.released_in(theme.id, wanted)
    count = queries.theme_counts([theme.id])[theme.id]
    return render_template(
        "themes/heard_theme.html",
        consultation=consultation,
        theme=theme,
        figures=queries.published(consultation.id).themes[theme.id],
        campaigns=queries.campaigns(theme.id),
        stances=queries.stances(theme.id, count.people),
        stability=stability_in_words(queries.stability([theme.id]).get(theme.id)),
        endorsed=queries.endorsements([theme.id]).get(theme.id, 0),
        quotes=quotes,
        page=min(wanted, pages),
        pages=pages,
        released=released,
        around=neighbours(queries.public_themes(consultation.id), theme),
    )


def neighbours(themes: Sequence[Theme], theme: Theme) -> tuple[Theme | None, Theme | None]:
    """The themes before and after this one, by number."""
    place = [each.id for each in themes].index(theme.id)
    return themes[place - 1] if place else None, themes[place + 1] if place + 1 < len(themes) else None


FIRM, FAIR = 0.75, 0.5
"""From what stability on a group is called firm, and from what on fair: the usual reading of Jaccard's coefficient
over resamples (C. Hennig, "Cluster-wise assessment of cluster stability", Computational Statistics & Data Analysis 52,
2007).
"""


def stability_in_words(value: float | None) -> Any:
    """How sure the machine's grouping behind a theme is; None where nothing is known."""
    if value is None:
        return None
    if value >= FIRM:
        return _l(
            "The group is firm: leave some answers out, or start afresh, and the program finds it again."
        )
    if value >= FAIR:
        return _l(
            "The group is fairly firm: with other answers left out, the program finds most of it again."
        )
    return _l(
        "The group is loose: the program found it, and might have drawn it differently. People decided what belongs."
    )


@page(blueprint, "/consultations/<reference>/statements/<int:number>", access=PUBLIC)
def statement(reference: str, number: int) -> ResponseReturnValue:
    """One whole answer that may be read, in the language it was written in."""
    consultation = public_consultation(reference) or abort(404)
    found = queries.public_statement(consultation.id, number) or abort(404)
    return render_template("themes/statement.html", consultation=consultation, statement=found)


@page(blueprint, f"{HEARD}/how-it-was-made", access=PUBLIC)
def how_it_was_made(reference: str) -> ResponseReturnValue:
    """What part a program had in the themes, on what data, what people did, and how far both agree."""
    consultation = public_consultation(reference) or abort(404)
    return render_template(
        "themes/how_it_was_made.html",
        consultation=consultation,
        runs=queries.runs_behind(consultation.id),
        themes=queries.public_themes(consultation.id),
        coded=queries.public_outcome(consultation.id),
        edits=queries.edits(consultation.id),
        coverage=queries.coverage(consultation.id),
    )
