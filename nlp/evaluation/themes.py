"""Discovered topics against people: across languages, in Welsh alone, in real comments; and how far they hold."""

from collections.abc import Sequence
from pathlib import Path
from statistics import median

import numpy as np

from nlp.contract import Statement
from nlp.embedding.encoder import Encoder
from nlp.evaluation import baselines, data
from nlp.evaluation.data import Labelled
from nlp.evaluation.report import Table
from nlp.evaluation.scores import NONE, SEEDS, agreement, ami, first_topics, grouped, kept, mapped_f1, nmi
from nlp.topics.run import find_topics
from nlp.vectors import unpack


def _ours(table: Table, what: str, rows: Sequence[Labelled], encoder: Encoder) -> None:
    """Adds the medians of five seeds."""
    statements = kept([r.text for r in rows], [r.language for r in rows], encoder)
    truth = [r.label for r in rows]
    languages = [r.language for r in rows]
    found = [grouped(statements, encoder, seed) for seed in SEEDS]
    several = len(set(languages)) > 1
    table.add(
        what,
        AMI=median(ami(truth, labels) for _, labels in found),
        language_NMI=median(nmi(languages, labels) for _, labels in found) if several else None,
        mapped_F1=median(mapped_f1(truth, labels)[0] for _, labels in found),
        topics=int(median(sum(t.parent is None for t in result.topics) for result, _ in found)),
        unassigned=median(labels.count(NONE) / len(labels) for _, labels in found),
        texts=len(rows),
    )


def _baselines(table: Table, rows: Sequence[Labelled]) -> None:
    texts, truth = [r.text for r in rows], [r.label for r in rows]
    languages = [r.language for r in rows]
    raw = baselines.minilm(texts)
    several = len(set(languages)) > 1
    every = {
        f"stock BERTopic, MiniLM ({baselines.stock_name()})": [
            baselines.stock_bertopic(texts, raw, seed) for seed in SEEDS
        ],
        "k-means with the true number, TF-IDF and LSA": [
            baselines.kmeans(baselines.words(texts), len(set(truth)), seed) for seed in SEEDS
        ],
    }
    for what, runs in every.items():
        table.add(
            what,
            AMI=median(ami(truth, labels) for labels in runs),
            language_NMI=median(nmi(languages, labels) for labels in runs) if several else None,
            mapped_F1=median(mapped_f1(truth, labels)[0] for labels in runs),
            topics=int(median(len(set(labels) - {"-1"}) for labels in runs)),
            unassigned=median(labels.count("-1") / len(labels) for labels in runs),
            texts=len(rows),
        )


def across_languages(folder: Path, encoder: Encoder) -> Table:
    """SIB-200, half Welsh and half English."""
    table = Table("sib_mixed", "SIB-200, half Welsh and half English", "AMI 0.50, language NMI under 0.02")
    rows = data.sib_mixed(folder)
    _ours(table, "topics", rows, encoder)
    _baselines(table, rows)
    return table


def welsh_alone(folder: Path, encoder: Encoder) -> Table:
    """SIB-200 in Welsh."""
    table = Table("sib_welsh", "SIB-200, Welsh alone", "AMI 0.46")
    found = data.sib(folder)
    for language, what in (("cy", "topics"), ("en", "topics, English alone")):
        _ours(table, what, [Labelled(r[language], language, r["category"]) for r in found], encoder)
    _baselines(table, [Labelled(r["cy"], "cy", r["category"]) for r in found])
    return table


def civic(folder: Path, encoder: Encoder) -> Table:
    """Our own civic set."""
    table = Table("civic_topics", "Civic set, both languages, colloquial", "AMI 0.62")
    _ours(table, "topics", data.civic(), encoder)
    _baselines(table, data.civic())
    return table


def people(folder: Path, encoder: Encoder) -> Table:
    """NHS comments with one human theme each, beside stock BERTopic in the same run."""
    table = Table("nhs", "NHS comments, one human theme each", "1.15 times stock BERTopic")
    rows = data.nhs(folder)
    texts, truth = [r.text for r in rows], [r.label for r in rows]
    raw = baselines.minilm(texts)
    statements = kept(texts, ["en"] * len(texts), encoder)
    ours: dict[str, list[list[str]]] = {"topics": [], "topics, parts": []}
    for seed in SEEDS:
        result, labels = grouped(statements, encoder, seed)
        ours["topics"].append(labels)
        parts = first_topics(result, parts=True)
        ours["topics, parts"].append([parts.get(s.id, NONE) for s in statements])
    number = int(median(len(set(labels) - {NONE}) for labels in ours["topics"]))
    name = f"stock BERTopic, MiniLM ({baselines.stock_name()})"
    theirs = {
        name: [baselines.stock_bertopic(texts, raw, seed) for seed in SEEDS[:3]],
        f"the same, reduced to {number} topics": [
            baselines.stock_bertopic(texts, raw, seed, number + 1) for seed in SEEDS[:1]
        ],
    }
    for what, runs in (ours | theirs).items():
        table.add(
            what,
            AMI=median(ami(truth, labels) for labels in runs),
            mapped_F1=median(mapped_f1(truth, labels)[0] for labels in runs),
            mean_F1=median(mapped_f1(truth, labels)[1] for labels in runs),
            topics=int(median(len(set(labels) - {NONE, "-1"}) for labels in runs)),
            unassigned=median((labels.count(NONE) + labels.count("-1")) / len(labels) for labels in runs),
            texts=len(rows),
            seeds=len(runs),
        )
    first, stock = table.rows[0], table.rows[2]
    ratios = [float(first[k] or 0) / max(1e-9, float(stock[k] or 0)) for k in ("AMI", "mapped_F1")]
    table.note = f"topics / stock: AMI {ratios[0]:.2f} times, mapped F1 {ratios[1]:.2f} times"
    return table


def _resampled(statements: Sequence[Statement], encoder: Encoder, seed: int) -> dict[str, str]:
    draw = np.random.RandomState(1_000 + seed)
    chosen = np.sort(draw.permutation(len(statements))[: round(0.9 * len(statements))])
    return first_topics(find_topics([statements[int(i)] for i in chosen], seed=seed, encoder=encoder))


def stability(folder: Path, encoder: Encoder) -> Table:
    """How alike the topics of 90 % resamples and of other seeds are."""
    table = Table("stability", "The same people, the same topics", "ARI 0.70 over resamples and over seeds")
    sets: dict[str, Sequence[Statement]] = {}
    for what, rows in (("civic set", data.civic()), ("SIB-200, mixed", _or_none(data.sib_mixed, folder))):
        if rows:
            sets[what] = kept([r.text for r in rows], [r.language for r in rows], encoder)
    try:
        comments = data.cadw(folder)[:2_000]
        sets["Cadw, 2,000 comments"] = kept(
            [r["text"] for r in comments], [r["survey_language"] for r in comments], encoder
        )
    except data.Absent:
        table.note = "Cadw comments are absent."
    for what, statements in sets.items():
        seeds = [grouped(statements, encoder, seed) for seed in SEEDS]
        counts = [sum(t.parent is None for t in result.topics) for result, _ in seeds]
        middles = [
            np.stack([unpack(t.middle, encoder.dimensions) for t in r.topics if t.parent is None])
            for r, _ in seeds
        ]
        table.add(
            what,
            resamples_ARI=agreement([_resampled(statements, encoder, seed) for seed in SEEDS]),
            seeds_ARI=agreement([first_topics(result) for result, _ in seeds]),
            topics_least=min(counts),
            topics_most=max(counts),
            alike_over_0_9=max(int((np.triu(m @ m.T, 1) > 0.9).sum()) for m in middles),
            unassigned=median(labels.count(NONE) / len(labels) for _, labels in seeds),
            said_of_itself=median(float((r.run.quality["stability"] if r.run else 0) or 0) for r, _ in seeds),
            texts=len(statements),
        )
    return table


def _or_none(loader: object, folder: Path) -> list[Labelled]:
    try:
        return list(loader(folder))  # type: ignore[operator]
    except data.Absent:
        return []
