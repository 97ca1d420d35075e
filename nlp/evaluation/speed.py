"""Time and memory, text to topics; and one new statement."""

import random
import resource
import time
from dataclasses import replace
from pathlib import Path
from statistics import median

import numpy as np

from nlp.contract import Passage, Statement
from nlp.embedding.encoder import Encoder
from nlp.embedding.model import unit
from nlp.evaluation import data
from nlp.evaluation.report import Table
from nlp.reading import pieces_of, read
from nlp.stance import stance_of
from nlp.topics.place import Known, Placer
from nlp.topics.run import find_topics
from nlp.vectors import pack, unpack


def varied(folder: Path, count: int) -> list[Statement]:
    """Comments drawn again and again, each with words left out, so that hardly two are the same."""
    draw = random.Random(3)
    rows = data.cadw(folder)
    found: list[Statement] = []
    while len(found) < count:
        row = draw.choice(rows)
        other = draw.choice(rows)["text"] if draw.random() < 0.3 else ""
        words = [w for w in f"{row['text']} {other}".split() if draw.random() > 0.12]
        found.append(Statement(str(len(found)), " ".join(words), group={"place": row["site"]}))
    return found


def arrived(folder: Path, encoder: Encoder, count: int) -> list[Statement]:
    """As :func:`varied`, with vectors as if computed on arrival: those of a few hundred comments, shaken, dealt out.

    For time and memory only: a passage's vector is not its own.
    """
    some = [Statement(str(n), row["text"]) for n, row in enumerate(data.cadw(folder)[:600])]
    models = [unpack(p.vector, encoder.dimensions) for found in read(some, encoder) for p in found.passages]
    draw = np.random.RandomState(3)
    answer: list[Statement] = []
    for statement in varied(folder, count):
        kept: list[Passage] = []
        for piece in pieces_of(statement.text, "en"):
            noise = draw.normal(0, 0.6 / np.sqrt(encoder.dimensions), encoder.dimensions)
            vector = unit((models[draw.randint(len(models))] + noise).astype(np.float32)[None, :])[0]
            kept.append(Passage(piece.start, piece.end, piece.language, stance_of(piece.text), pack(vector)))
        answer.append(replace(statement, passages=tuple(kept), version=encoder.version))
    return answer


def many(folder: Path, encoder: Encoder, count: int = 3_000, *, vectors_given: bool = False) -> Table:
    """``count`` statements from text to topics in this process."""
    what = "with vectors from their arrival" if vectors_given else "from text to topics"
    table = Table("many", f"{count:,} statements {what}", "50,000: 10 minutes, 3 GB")
    statements = arrived(folder, encoder, count) if vectors_given else varied(folder, count)
    stages: dict[str, float] = {}
    began = time.monotonic()
    cpu = time.process_time()

    def note(stage: str, done: int, total: int) -> None:
        stages[stage] = time.monotonic() - began

    result = find_topics(statements, encoder=encoder, progress=note)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_048_576
    table.add(
        "all",
        seconds=time.monotonic() - began,
        cpu_seconds=time.process_time() - cpu,
        embedded_after=stages.get("embedding"),
        grouped_after=stages.get("grouping"),
        peak_GB=memory,
        passages=result.run.passages if result.run else 0,
        topics=sum(t.parent is None for t in result.topics),
        parts=sum(t.parent is not None for t in result.topics),
        stability=float((result.run.quality["stability"] if result.run else 0) or 0),
        unassigned=len(result.unassigned) / count,
    )
    return table


def one(folder: Path, encoder: Encoder) -> Table:
    """A new statement, everything loaded: CPU time to know its language, cut it, embed it and place it."""
    table = Table(
        "one", "One new statement, CPU milliseconds", "under 50, with redaction (measured elsewhere)"
    )
    statements = varied(folder, 400)
    topics = find_topics(statements, encoder=encoder).topics
    known = [Known(t.id, unpack(t.middle, encoder.dimensions), t.parent) for t in topics]
    placer = Placer(known, encoder)
    rows = data.cadw(folder)[:200]
    taken: dict[str, list[float]] = {"language, passages, vectors": [], "place": []}
    for number, row in enumerate(rows):
        began = time.process_time()
        fresh = read([Statement(str(number), row["text"])], encoder)[0]
        middle = time.process_time()
        placer.place(Statement(fresh.id, row["text"], fresh.language, tuple(fresh.passages), fresh.version))
        taken["language, passages, vectors"].append(1_000 * (middle - began))
        taken["place"].append(1_000 * (time.process_time() - middle))
    for what, times in taken.items():
        times.sort()
        table.add(
            what, median=median(times), at_95_percent=times[int(0.95 * len(times))], statements=len(times)
        )
    return table
