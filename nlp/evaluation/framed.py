"""Themes that people describe in a line: do passages find them?"""

from collections.abc import Sequence
from pathlib import Path

from nlp.contract import Frame, Statement, TopicResult
from nlp.embedding.encoder import Encoder
from nlp.evaluation import data
from nlp.evaluation.data import Labelled
from nlp.evaluation.report import Table
from nlp.evaluation.scores import NONE, ami, grouped, kept, samples_f1

_NO_THEME = {"X", "Y", "XX", "XY"}  # "none of the above" and "no reason given" in ThemeFinder's list


def _score(
    table: Table, what: str, rows: Sequence[Labelled], frames: Sequence[Frame], encoder: Encoder
) -> None:
    statements = kept([r.text for r in rows], [r.language for r in rows], encoder)
    _, found = grouped(statements, encoder, 0, frames, frames_only=True)
    figures: dict[str, float] = {}
    for language in ("cy", "en"):
        own = [f == r.label for f, r in zip(found, rows, strict=True) if r.language == language]
        figures[f"right_{language}"] = sum(own) / len(own)
    taken = [f == r.label for f, r in zip(found, rows, strict=True) if f != NONE]
    table.add(
        what,
        **figures,
        AMI=ami([r.label for r in rows], found),
        right_of_taken=sum(taken) / max(1, len(taken)),
        refused=found.count(NONE) / len(found),
        texts=len(rows),
    )


def _nearest_only(
    table: Table, what: str, rows: Sequence[Labelled], frames: Sequence[Frame], encoder: Encoder
) -> None:
    """The baseline: the whole text to the nearest description, nothing learnt and nothing refused."""
    described = encoder.encode([f.en or f.cy for f in frames], ["en" if f.en else "cy" for f in frames])
    vectors = encoder.encode([r.text for r in rows], [r.language for r in rows])
    found = [frames[int(k)].id for k in (vectors @ described.T).argmax(axis=1)]
    figures: dict[str, float] = {}
    for language in ("cy", "en"):
        own = [f == r.label for f, r in zip(found, rows, strict=True) if r.language == language]
        figures[f"right_{language}"] = sum(own) / len(own)
    table.add(what, **figures, AMI=ami([r.label for r in rows], found), texts=len(rows))


def civic(folder: Path, encoder: Encoder) -> Table:
    """Our own civic set and 15 one-line descriptions; refused passages count as wrong."""
    table = Table("civic_framed", "Civic set, described themes", "right 0.87 / 0.87")
    frames = data.civic_frames()
    for half, what in ((0, "judged"), (1, "thresholds chosen on these"), (None, "all")):
        _score(table, what, data.civic(half), frames, encoder)
    _nearest_only(table, "all, nearest English description", data.civic(), frames, encoder)
    return table


def sib(folder: Path, encoder: Encoder) -> Table:
    """SIB-200 and seven descriptions of two or three words."""
    table = Table("sib_framed", "SIB-200 mixed, seven described topics", "known: cy 0.65, en 0.73")
    rows = data.sib_mixed(folder)
    _score(table, "described topics", rows, data.SIB_FRAMES, encoder)
    _nearest_only(table, "nearest description", rows, data.SIB_FRAMES, encoder)
    return table


def _themes_of(result: TopicResult) -> dict[str, set[str]]:
    return {
        a.id: {t.topic for passage in a.passages for t in passage.topics if "." not in t.topic}
        for a in result.assignments
    }


def themefinder(folder: Path, encoder: Encoder) -> Table:
    """ThemeFinder's labelled responses, framed with their theme list, one question at a time."""
    table = Table(
        "themefinder",
        "ThemeFinder's 200 labelled responses, their theme list",
        "samples F1 0.76 (theirs, other data)",
    )
    responses, themes = data.themefinder(folder)
    truth: list[set[str]] = []
    found: list[set[str]] = []
    nearest: list[set[str]] = []
    commonest: list[set[str]] = []
    for question in sorted({r["question"] for r in responses}):
        frames = [
            Frame(t["topic_id"], en=f"{t['topic_label']}. {t['topic_description']}")
            for t in themes
            if t["question"] == question and t["topic_id"] not in _NO_THEME
        ]
        own = [r for r in responses if r["question"] == question]
        statements = kept([r["response"] for r in own], ["en"] * len(own), encoder)
        result, _ = grouped(statements, encoder, 0, frames, frames_only=True)
        by_id = _themes_of(result)
        found += [by_id.get(s.id, set()) for s in statements]
        labels = [set(r["theme_labels"].split("|")) - _NO_THEME for r in own]
        truth += labels
        nearest += _whole(statements, frames, encoder)
        counts = {f.id: sum(f.id in each for each in labels) for f in frames}
        top = set(sorted(counts, key=lambda k: (-counts[k], k))[:2])
        commonest += [top for _ in own]
    for what, groups in (
        ("described themes", found),
        ("nearest description of the whole text", nearest),
        ("the two commonest themes for all", commonest),
    ):
        f1, low, high = samples_f1(truth, groups)
        table.add(
            what,
            samples_F1=f1,
            low=low,
            high=high,
            themes_each=sum(map(len, groups)) / len(groups),
            texts=len(truth),
        )
    return table


def _whole(statements: Sequence[Statement], frames: Sequence[Frame], encoder: Encoder) -> list[set[str]]:
    described = encoder.encode([f.en for f in frames], ["en"] * len(frames))
    vectors = encoder.encode([s.text for s in statements], ["en"] * len(statements))
    return [{frames[int(k)].id} for k in (vectors @ described.T).argmax(axis=1)]
