"""New statements among topics that are there already, without a new run."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from nlp.contract import PassageTopics, Placed, Statement, TopicStrength
from nlp.embedding.encoder import Encoder
from nlp.embedding.model import Vectors, unit
from nlp.topics.framing import FLOOR, frames_of
from nlp.topics.gather import gather
from nlp.topics.grouping import FAR


class Known(NamedTuple):
    """A topic of an earlier run: what placing needs of it. ``middle`` has unit length."""

    id: str
    middle: Vectors
    parent: str | None = None
    framed: bool = False
    floor: float = FLOOR


class Placer:
    """Places statements: a frame under its margin first, then the nearest topic, then its nearest part."""

    def __init__(self, topics: Sequence[Known], encoder: Encoder) -> None:
        self._encoder = encoder
        self._frames = [topic for topic in topics if topic.framed]
        names = {topic.id for topic in topics}
        self._found = [t for t in topics if not t.framed and (t.parent is None or t.parent not in names)]
        self._parts = {t.id: [p for p in topics if p.parent == t.id and p.id != t.id] for t in topics}

    def place(self, statement: Statement) -> Placed:
        """The topics of each passage, the nearest first; none for what lies far from all."""
        gathered = gather([statement], self._encoder)
        answer: list[PassageTopics] = []
        for passage in gathered.passages:
            topics = self._topics(gathered.vectors[passage.distinct])
            answer.append(PassageTopics(passage.start, passage.end, topics))
        return Placed(statement.id, bool(answer), answer)

    def _topics(self, vector: Vectors) -> list[TopicStrength]:
        row = unit(vector[None, :])
        found: list[tuple[Known, float]] = []
        if self._frames:
            middles = np.stack([frame.middle for frame in self._frames])
            near = frames_of(row, middles, np.array([frame.floor for frame in self._frames]))[0]
            found = [(self._frames[place], strength) for place, strength in near]
        if not found and self._found:
            topic, strength = _nearest(row, self._found)
            found = [(topic, strength)] if strength >= FAR else []
        for topic, strength in list(found):
            if self._parts[topic.id]:
                part, likeness = _nearest(row, self._parts[topic.id])
                found.append((part, min(strength, likeness)))
        return [TopicStrength(topic.id, round(strength, 4)) for topic, strength in found]


def _nearest(row: Vectors, topics: Sequence[Known]) -> tuple[Known, float]:
    likeness = np.stack([topic.middle for topic in topics]) @ row[0]
    best = int(likeness.argmax())
    return topics[best], min(1.0, max(0.0, float(likeness[best])))
