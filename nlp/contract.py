"""What crosses the door of ``python -m nlp``: plain dataclasses, one for each shape, with no heavy import.

Offsets are code points in the text that was given. Probabilities and strengths lie between 0 and 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Language = Literal["cy", "en", "mixed", "other"]
Mutation = Literal["soft", "nasal", "aspirate", "h"]
Stance = Literal["for", "against", "unclear"]

LANGUAGES: tuple[Language, ...] = ("cy", "en", "mixed", "other")
STANCES: tuple[Stance, ...] = ("for", "against", "unclear")


@dataclass(frozen=True, slots=True)
class Passage:
    """``text[start:end]`` of a statement, with what was computed when it arrived.

    ``vector`` is base64 of little-endian float16 numbers: a unit vector of the encoder named by a ``version``.
    """

    start: int
    end: int
    language: Language
    stance: Stance
    vector: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A text to work on: one contribution, named by the caller's ``id``.

    ``language`` is a hint. ``passages`` with the encoder's ``version`` are what the command ``passages`` answered
    for this text; under another version they are computed again. ``group`` says who spoke: place, door, group.
    """

    id: str
    text: str
    language: Language | None = None
    passages: tuple[Passage, ...] | None = None
    version: str = ""
    group: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Read:
    """A statement as the command ``passages`` answers it: worth keeping beside the statement."""

    id: str
    language: Language
    probability: float
    version: str
    content: bool
    passages: list[Passage]


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
class Signal:
    """A topic is spoken of more often by some than by all: "mostly in Welsh", "mostly in Gwynedd".

    Among the ``by`` = ``value`` of its statements (``by`` is "language" or the name of a group) it has ``share``,
    where all statements have ``expected``.
    """

    by: str
    value: str
    share: float
    expected: float
    statements: int


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a topic since an earlier run; ``was`` is the size of the topic with its id then."""

    kind: Literal["new", "kept", "grew", "split", "merged"]
    was: int | None
    from_: list[str]


@dataclass(frozen=True, slots=True)
class Nearest:
    """The other topic of the same rank that lies nearest, and the cosine of the two middles."""

    id: str
    likeness: float


@dataclass(frozen=True, slots=True)
class Topic:
    """A group proposed by the machine, or a frame. ``size`` counts distinct statements, repeats included.

    ``examples`` are the most typical statements and ``far`` the least. ``middle`` is coded as in :class:`Passage`.
    ``parent`` names the topic that this is a part of. ``floor`` is the least likeness that a frame takes.
    ``stance`` counts statements. ``stability`` is the mean best Jaccard of the topic over resamples; None for a
    frame or a part.
    """

    id: str
    label: BilingualText
    terms: BilingualTerms
    size: int
    size_by_language: dict[str, int]
    examples: list[str]
    far: list[str] = field(default_factory=list)
    parent: str | None = None
    framed: bool = False
    floor: float | None = None
    stance: dict[str, int] = field(default_factory=dict)
    signals: list[Signal] = field(default_factory=list)
    change: Change | None = None
    stability: float | None = None
    nearest: Nearest | None = None
    middle: str = ""


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
class CampaignMember:
    """A statement with a campaign's text, and the person's own words in it ("" where there are none)."""

    id: str
    added: str


@dataclass(frozen=True, slots=True)
class Campaign:
    """Near-identical statements and the ``text`` they have in common; ``size`` counts them all."""

    text: str
    size: int
    members: list[CampaignMember]


@dataclass(frozen=True, slots=True)
class Placed:
    """A new statement among topics that are there already."""

    id: str
    content: bool
    passages: list[PassageTopics]


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
    campaigns: list[Campaign] = field(default_factory=list)
