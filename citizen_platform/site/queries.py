"""What the front page shows, read from every feature below."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from citizen_platform.consultations.models import Consultation, Stage
from citizen_platform.consultations.queries import open_consultations, public_consultations
from citizen_platform.contributions.queries import Counts, counts
from citizen_platform.core.i18n import HERE
from citizen_platform.decisions.queries import Record, Standing, promises, public_records, standings
from citizen_platform.themes.models import Theme, ThemePassage
from citizen_platform.themes.queries import Figures, public_themes, published, released_passages

SHOWN = 3


@dataclass(frozen=True)
class Heard:
    """A consultation whose themes were signed off, with its figures.

    ``themes`` have the number of people beside them (None for fewer than ten), most people first; ``quote`` is a
    passage that may be quoted.
    """

    consultation: Consultation
    themes: list[tuple[Theme, int | None]]
    quote: ThemePassage | None
    counts: Counts
    standing: Standing
    figures: Figures

    @property
    def welsh_percent(self) -> int | None:
        """Percent of people who wrote in Welsh or partly, from published numbers; None when those are not shown."""
        welsh, english = (self.figures.languages.get(language) for language in ("cy", "en"))
        return round(100 * welsh / (welsh + english)) if welsh is not None and english is not None else None


@dataclass(frozen=True)
class Front:
    """The front page: what is open, what was heard, what changed.

    ``here`` counts what stands at each station of the loop now: consultations, and at "do" and "check" promises.
    """

    open_now: list[Consultation]
    heard: list[Heard]
    changed: list[Record]
    here: Counter[str]


def heard(consultation: Consultation, standing: Standing) -> Heard:
    """What was heard in one consultation."""
    themes = public_themes(consultation.id)
    figures = published(consultation.id)
    largest = sorted(
        ((theme, figures.themes[theme.id].people) for theme in themes),
        key=lambda pair: (-(pair[1] or 0), pair[0].number),
    )
    quotes = released_passages((theme.id for theme in themes), each=1)
    quote = next((quotes[theme.id][0] for theme, _people in largest if quotes.get(theme.id)), None)
    return Heard(consultation, largest, quote, counts(consultation.id), standing, figures.everybody)


def front(now: datetime) -> Front:
    """The newest of each; at most three consultations heard and three decisions."""
    shown = public_consultations()
    stands = standings(shown, now)
    closed = [row for row in shown if row.state(now) in {Stage.ANALYSING, Stage.ANSWERED}]
    here = Counter(standing.station for standing in stands.values())
    here["do"], here["check"] = promises(now.astimezone(HERE).date())
    return Front(
        open_now=open_consultations(now),
        heard=[heard(row, stands[row.id]) for row in closed if stands[row.id].answered.themes][:SHOWN],
        changed=public_records()[:SHOWN],
        here=here,
    )
