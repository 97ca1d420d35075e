"""What crosses the door of ``python -m nlp``: plain dataclasses, one for each shape, with no heavy import.

Offsets are code points in the text that was given. Probabilities and strengths lie between 0 and 1.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

Language = Literal["cy", "en", "mixed", "other"]
Mutation = Literal["soft", "nasal", "aspirate", "h"]

LANGUAGES: tuple[Language, ...] = ("cy", "en", "mixed", "other")


@dataclass(frozen=True, slots=True)
class Statement:
    """A text to work on: one contribution, named by the caller's ``id``."""

    id: str
    text: str
    language: Language | None = None


@dataclass(frozen=True, slots=True)
class Detected:
    """The language of a text and how likely that label is right."""

    id: str
    language: Language
    probability: float


@dataclass(frozen=True, slots=True)
class Token:
    """A word as written, its dictionary form, and the initial mutation it stands in, if any."""

    text: str
    lemma: str
    mutation: Mutation | None


@dataclass(frozen=True, slots=True)
class Lemmatised:
    """The words of one text."""

    id: str
    tokens: list[Token]


@dataclass(frozen=True, slots=True)
class Embedded:
    """A unit-length vector: texts of one meaning lie close whatever their language."""

    id: str
    vector: list[float]


@dataclass(frozen=True, slots=True)
class BilingualText:
    """The same thing in both languages."""

    cy: str
    en: str


@dataclass(frozen=True, slots=True)
class BilingualTerms:
    """Aligned words: ``cy[i]`` and ``en[i]`` name one concept."""

    cy: list[str]
    en: list[str]


@dataclass(frozen=True, slots=True)
class Topic:
    """A group proposed by the machine. ``size`` counts distinct statements, repeats included."""

    id: str
    label: BilingualText
    terms: BilingualTerms
    size: int
    size_by_language: dict[str, int]
    examples: list[str]


@dataclass(frozen=True, slots=True)
class TopicStrength:
    """How close a passage lies to the middle of a topic."""

    topic: str
    strength: float


@dataclass(frozen=True, slots=True)
class PassageTopics:
    """A passage ``text[start:end]`` and the topics it belongs to (none where it lies far from all)."""

    start: int
    end: int
    topics: list[TopicStrength]


@dataclass(frozen=True, slots=True)
class Assignment:
    """The passages of one statement of which at least one belongs to a topic."""

    id: str
    passages: list[PassageTopics]


@dataclass(frozen=True, slots=True)
class Frame:
    """A theme that people described beforehand, in one language or both."""

    id: str
    cy: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True)
class TopicRun:
    """How a result was made. Only ``seconds`` may differ between two runs of one input and seed."""

    seed: int
    documents: int
    passages: int
    versions: dict[str, str]
    settings: dict[str, Any]
    seconds: float
    quality: dict[str, Any]


@dataclass(frozen=True, slots=True)
class TopicResult:
    """Every id given stands exactly once in ``assignments``, ``unassigned`` or ``no_content``."""

    topics: list[Topic] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    unassigned: list[str] = field(default_factory=list)
    no_content: list[str] = field(default_factory=list)
    run: TopicRun | None = None
