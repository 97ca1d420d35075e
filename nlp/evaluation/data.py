"""The labelled data, read from the folder given; our own civic set lies beside this file."""

import csv
import json
from dataclasses import dataclass
from pathlib import Path

from nlp.contract import Frame

OWN = Path(__file__).parent


class Absent(Exception):
    """Data that a table needs is not in the folder."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text with its language and the label that people gave it."""

    text: str
    language: str
    label: str


def path_in(folder: Path, name: str) -> Path:
    """The file ``name`` in ``folder``; :class:`Absent` where there is none."""
    path = folder / name
    if not path.is_file():
        raise Absent(name)
    return path


def _rows(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        if delimiter == "\t":
            return list(csv.DictReader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE))
        return list(csv.DictReader(lines))


def sib(folder: Path) -> list[dict[str, str]]:
    """SIB-200 sentences: ``category``, ``en`` and ``cy``."""
    return _rows(path_in(folder, "sib200-en-cy-topics/sib200_en_cy_train_dev.tsv"), "\t")


def sib_mixed(folder: Path) -> list[Labelled]:
    """Every second sentence in Welsh, the others in English."""
    languages = ("en", "cy")
    return [
        Labelled(row[languages[n % 2]], languages[n % 2], row["category"])
        for n, row in enumerate(sib(folder))
    ]


def nhs(folder: Path) -> list[Labelled]:
    """NHS comments with one human theme each."""
    rows = _rows(path_in(folder, "nhs-feedback-human-themes/fft_single_label_phase1.csv"))
    return [Labelled(row["text"], "en", row["label"]) for row in rows if row["text"].strip()]


def cadw(folder: Path) -> list[dict[str, str]]:
    """Visitors' comments: ``text``, ``survey_language``, ``site``."""
    return _rows(path_in(folder, "cadw-visitor-survey/comments.csv"))


def themefinder(folder: Path) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Responses (``question``, ``response``, ``theme_labels``) and the theme list."""
    base = "themefinder-synthetic-consultation/"
    return _rows(path_in(folder, base + "responses_labelled.csv")), _rows(
        path_in(folder, base + "themes.csv")
    )


def pairs(folder: Path) -> list[dict[str, str]]:
    """Public-service pairs with their ``domain``, ``en`` and ``cy``."""
    return _rows(path_in(folder, "en-cy-public-service/domain_labelled_en_cy.tsv"), "\t")


def civic(half: int | None = None) -> list[Labelled]:
    """Our own set; ``half`` 1 is what thresholds were chosen on, 0 what they are judged on, None all of it."""
    found: list[Labelled] = []
    seen: dict[tuple[str, str], int] = {}
    for line in (OWN / "civic.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            label, language, text = line.split("\t")
            seen[label, language] = seen.get((label, language), 0) + 1
            if half is None or seen[label, language] % 2 == half:
                found.append(Labelled(text, language, label))
    return found


def civic_frames() -> list[Frame]:
    """One line in each language for each theme of the civic set."""
    rows = json.loads((OWN / "civic_frames.json").read_text(encoding="utf-8"))
    return [Frame(row["id"], row["description"]["cy"], row["description"]["en"]) for row in rows]


SIB_FRAMES = [
    Frame("science/technology", en="Science and technology"),
    Frame("travel", en="Travel and tourism"),
    Frame("politics", en="Politics and government"),
    Frame("sports", en="Sports"),
    Frame("health", en="Health and medicine"),
    Frame("entertainment", en="Entertainment and the arts"),
    Frame("geography", en="Geography and places"),
]
