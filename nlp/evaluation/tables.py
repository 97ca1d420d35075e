"""Every table by name, in the order in which they are printed."""

from collections.abc import Callable, Sequence
from pathlib import Path

from nlp.embedding.encoder import Encoder
from nlp.evaluation import copies, framed, minority, speed, themes, words
from nlp.evaluation.data import Absent
from nlp.evaluation.report import Table

TABLES: dict[str, Callable[[Path, Encoder], Table]] = {
    "sib_mixed": themes.across_languages,
    "sib_welsh": themes.welsh_alone,
    "retrieval": words.retrieval,
    "nhs": themes.people,
    "themefinder": framed.themefinder,
    "civic_topics": themes.civic,
    "civic_framed": framed.civic,
    "sib_framed": framed.sib,
    "stability": themes.stability,
    "minority": minority.cadw,
    "campaigns": copies.campaigns,
    "lemmas": words.lemmas,
    "languages": words.languages,
    "many": speed.many,
    "one": speed.one,
}


def evaluate(
    folder: Path,
    names: Sequence[str] = (),
    *,
    large: bool = False,
    progress: Callable[[str, int, int], None] = lambda stage, done, total: None,
) -> tuple[list[Table], list[str]]:
    """The tables asked for (all without ``names``), and what could not be measured with the file that is absent.

    ``large`` measures 50,000 statements where it says so, which takes minutes.
    """
    encoder = Encoder()
    found: list[Table] = []
    absent: list[str] = []
    wanted = list(names) or list(TABLES)
    for done, name in enumerate(wanted):
        progress(name, done, len(wanted))
        try:
            if large and name == "many":
                found.append(speed.many(folder, encoder, 50_000, vectors_given=True))
                found.append(speed.many(folder, encoder, 50_000))
            elif large and name == "campaigns":
                found.append(copies.campaigns(folder, encoder, 50_000))
            else:
                found.append(TABLES[name](folder, encoder))
        except Absent as error:
            absent.append(f"{name}: {error}")
    return found, absent
