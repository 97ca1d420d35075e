"""What few people say among many: is it seen?"""

from collections.abc import Sequence
from pathlib import Path

from nlp.contract import Frame, Statement, Topic
from nlp.embedding.encoder import Encoder
from nlp.evaluation import data
from nlp.evaluation.report import Table
from nlp.evaluation.scores import first_topics, kept
from nlp.topics.run import find_topics

# Written for this table: five people on one matter that no visitor's comment is about.
_FIVE = [
    ("cy", "Mae'r ystlumod yn nythu yn y to ac ni ddylid eu styrbio gyda goleuadau llachar."),
    ("cy", "Diffoddwch y llifoleuadau er mwyn yr ystlumod sydd yn y tŵr."),
    ("en", "There are bats roosting in the roof, please protect them from the floodlights."),
    ("en", "Bats in the tower are disturbed by the lights at night."),
    ("en", "The bat colony should be left in peace, switch the floodlights off."),
]


def _row(
    table: Table, what: str, topic: Topic | None, statements: Sequence[Statement], hits: set[str]
) -> None:
    inside = topic.size if topic else 0
    signal = next((s for s in topic.signals if s.by == "language"), None) if topic else None
    table.add(
        what,
        topic=topic.label.en if topic else "none",
        rank="part" if topic and topic.parent else "topic" if topic else None,
        statements=inside,
        welsh=topic.size_by_language["cy"] if topic else 0,
        wanted_found=len(hits),
        signal=f"{signal.value}: {signal.share:.2f} of it, {signal.expected:.3f} of all" if signal else None,
    )


def cadw(folder: Path, encoder: Encoder) -> Table:
    """Cadw's 5,024 comments, of which about 50 are Welsh: does speaking Welsh surface, and a frame catch five?"""
    table = Table(
        "minority", "Few among many: Cadw comments", "speaking Welsh is a topic; a frame catches 5 of 5"
    )
    rows = data.cadw(folder)
    texts = [r["text"] for r in rows] + [text for _, text in _FIVE]
    hints: list[str | None] = [r["survey_language"] for r in rows]
    statements = kept(texts, hints + [language for language, _ in _FIVE], encoder)
    five = {s.id for s in statements[-len(_FIVE) :]}
    spoken = {
        s.id
        for s in statements
        if any(
            w in s.text.lower() for w in ("welsh speak", "speak welsh", "spoke welsh", "siarad c", "in welsh")
        )
    }
    everyone = find_topics(statements[: -len(_FIVE)], encoder=encoder)
    members: dict[str, set[str]] = {}
    for assignment in everyone.assignments:
        for passage in assignment.passages:
            for topic in passage.topics:
                members.setdefault(topic.topic, set()).add(assignment.id)
    for what, parts in (("discovered: speaking Welsh", False), ("the part of it most in Welsh", True)):
        rank = [t for t in everyone.topics if (t.parent is not None) == parts]
        best = max(
            rank,
            key=lambda t: len(members[t.id] & spoken) / (len(members[t.id]) + len(spoken)),
            default=None,
        )
        _row(table, what, best, statements, members[best.id] & spoken if best else set())
    bats = Frame("bats", en="Bats and lighting at night")
    framed = find_topics(statements, frames=[bats], encoder=encoder)
    caught = {i for i, topic in first_topics(framed).items() if topic == "bats"}
    frame = next(t for t in framed.topics if t.id == "bats")
    _row(table, "framed: 5 people on bats", frame, statements, caught & five)
    table.note = f"{len(spoken)} comments hold words of speaking Welsh (a rough search, not people's labels)."
    return table
