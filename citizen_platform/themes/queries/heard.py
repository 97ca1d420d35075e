"""What the public theme page tells beside its figures: campaigns, stance, how sure the grouping is, endorsements."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, case, distinct, exists, func, or_, select

from citizen_platform.consultations.models import Question
from citizen_platform.contributions.models import Contribution, Passage, Stance, TextLanguage
from citizen_platform.core.database import session
from citizen_platform.proposals.models import Endorsement, Proposal
from citizen_platform.themes.models import Theme, ThemePassage, ThemeTopic, Topic
from citizen_platform.themes.queries.figures import Split, protect, rounded
from citizen_platform.themes.queries.themes import FEW

ON_A_PAGE = 10
"""Quotes on a page of a public theme."""


@dataclass(frozen=True)
class SameText:
    """A text that at least ten people sent: about how many, and the number of a statement that may be read."""

    people: int
    statement_id: int | None


@dataclass(frozen=True)
class Campaigns:
    """Campaigns within a theme, largest first; ``arguments`` is about how many different texts there are in all.

    A text that fewer than ten people sent is no campaign here: its people count among the others.
    """

    texts: list[SameText]
    arguments: int


def campaigns(theme_id: int) -> Campaigns:
    """The campaigns of a theme. Everybody who sent one is in the theme's people; here they are counted apart."""
    inside = exists().where(
        ThemePassage.theme_id == theme_id, ThemePassage.contribution_id == Contribution.id
    )
    bare = and_(Contribution.campaign_id.is_not(None), ~Contribution.adds_own_words)
    statements = session.scalar(select(func.count(Contribution.id)).where(inside)) or 0
    rows = session.execute(
        select(
            Contribution.campaign_id,
            func.count(distinct(Contribution.receipt_id)),
            func.sum(case((bare, 1), else_=0)),
            func.min(case((and_(bare, Contribution.released_at.is_not(None)), Contribution.id))),
        )
        .where(inside, Contribution.campaign_id.is_not(None))
        .group_by(Contribution.campaign_id)
        .order_by(func.count(distinct(Contribution.receipt_id)).desc(), Contribution.campaign_id)
    )
    texts, repeated = [], 0
    for _campaign, people, same, statement_id in rows:
        if people >= FEW:
            texts.append(SameText(rounded(people), statement_id))
            repeated += max(int(same) - 1, 0)
    return Campaigns(texts, rounded(statements - repeated))


def stances(theme_id: int, people: int) -> Split:
    """How many of a theme's people spoke for it, against it, or neither or both, as a program read their passages.

    Empty when nothing was read that way; else a split as :func:`figures.protect` publishes it.
    """
    overlaps = and_(
        Passage.contribution_id == ThemePassage.contribution_id,
        Passage.start < ThemePassage.end,
        Passage.end > ThemePassage.start,
    )
    rows = session.execute(
        select(
            Contribution.receipt_id,
            func.max(case((Passage.stance == Stance.FOR, 1), else_=0)),
            func.max(case((Passage.stance == Stance.AGAINST, 1), else_=0)),
        )
        .join(ThemePassage, ThemePassage.contribution_id == Contribution.id)
        .join(Passage, overlaps)
        .where(ThemePassage.theme_id == theme_id)
        .group_by(Contribution.receipt_id)
    ).all()
    if not any(is_for or against for _receipt, is_for, against in rows):
        return {}
    read = Counter(
        "unclear" if is_for == against else "for" if is_for else "against"
        for _receipt, is_for, against in rows
    )
    cells = {
        "unclear": people - read["for"] - read["against"],
        "against": read["against"],
        "for": read["for"],
    }
    return protect(cells, people)


def stability(theme_ids: Iterable[int]) -> dict[int, float]:
    """By theme id, for themes made of topics of which it is known: how far resamples of what people said give the same
    topics again (0 to 1), weighted by the topics' sizes.
    """
    weights: dict[int, list[tuple[int, float]]] = defaultdict(list)
    rows = session.execute(
        select(ThemeTopic.theme_id, Topic.size, Topic.facts)
        .join(Topic, Topic.id == ThemeTopic.topic_id)
        .where(ThemeTopic.theme_id.in_(list(theme_ids)))
        .order_by(ThemeTopic.theme_id, Topic.id)
    )
    for theme_id, size, facts in rows:
        value = (facts or {}).get("stability")
        if isinstance(value, (int, float)):
            weights[theme_id].append((max(size, 1), float(value)))
    return {
        theme_id: sum(size * value for size, value in pairs) / sum(size for size, _value in pairs)
        for theme_id, pairs in weights.items()
    }


def endorsements(theme_ids: Iterable[int]) -> dict[int, int]:
    """By theme id: confirmed endorsements of released proposals whose words are in the theme, where there are any."""
    spoken = or_(
        ThemePassage.contribution_id == Proposal.who_id,
        ThemePassage.contribution_id == Proposal.what_id,
        ThemePassage.contribution_id == Proposal.how_id,
    )
    rows = session.execute(
        select(ThemePassage.theme_id, func.count(distinct(Endorsement.id)))
        .join(Proposal, spoken)
        .join(Endorsement, Endorsement.proposal_id == Proposal.id)
        .where(
            ThemePassage.theme_id.in_(list(theme_ids)),
            Proposal.released_at.is_not(None),
            Endorsement.confirmed_at.is_not(None),
        )
        .group_by(ThemePassage.theme_id)
    )
    counts: dict[int, int] = dict(rows.all())
    return counts


@dataclass(frozen=True)
class Quote:
    """Released words of one statement in a theme: its passages there, in their order."""

    contribution: Contribution
    passages: list[str]

    @property
    def is_whole(self) -> bool:
        """The passages are all that the person wrote."""
        return len(self.passages) == 1 and self.passages[0].strip() == self.contribution.text.strip()


def released_in(theme_id: int, page: int = 1) -> tuple[list[Quote], int, int]:
    """One page of the released statements of a theme, how many pages, and how many released statements in all."""
    wanted = (
        select(Contribution)
        .where(
            Contribution.released_at.is_not(None),
            exists().where(
                ThemePassage.theme_id == theme_id, ThemePassage.contribution_id == Contribution.id
            ),
        )
        .order_by(Contribution.id)
    )
    total = session.scalar(select(func.count()).select_from(wanted.order_by(None).subquery())) or 0
    pages = max(1, -(-total // ON_A_PAGE))
    start = (min(max(page, 1), pages) - 1) * ON_A_PAGE
    found = list(session.scalars(wanted.offset(start).limit(ON_A_PAGE)))
    passages: dict[int, list[str]] = defaultdict(list)
    for passage in session.scalars(
        select(ThemePassage)
        .where(ThemePassage.theme_id == theme_id, ThemePassage.contribution_id.in_([row.id for row in found]))
        .order_by(ThemePassage.contribution_id, ThemePassage.start)
    ):
        passages[passage.contribution_id].append(passage.text)
    return [Quote(row, passages[row.id]) for row in found], pages, total


@dataclass(frozen=True)
class Stretch:
    """Part of a statement in one language."""

    text: str
    language: str


@dataclass(frozen=True)
class Statement:
    """A released answer with the question it answers and the signed-off themes it is in."""

    contribution: Contribution
    question: Question | None
    themes: list[Theme]
    stretches: list[Stretch]


def public_statement(consultation_id: int, number: int) -> Statement | None:
    """A statement that may be read in public; None for any other."""
    found = session.scalar(
        select(Contribution).where(
            Contribution.id == number,
            Contribution.consultation_id == consultation_id,
            Contribution.released_at.is_not(None),
        )
    )
    if found is None:
        return None
    inside = exists().where(ThemePassage.theme_id == Theme.id, ThemePassage.contribution_id == found.id)
    themes = session.scalars(select(Theme).where(Theme.is_public, inside).order_by(Theme.number))
    question = session.get(Question, found.question_id) if found.question_id is not None else None
    passages = session.scalars(
        select(Passage).where(Passage.contribution_id == found.id).order_by(Passage.start)
    )
    return Statement(found, question, list(themes), stretches(found, list(passages)))


def stretches(statement: Contribution, passages: Sequence[Passage]) -> list[Stretch]:
    """The whole text, cut where its language changes if it is in both; nothing is left out or changed."""
    if statement.language != TextLanguage.MIXED:
        return [Stretch(statement.text, statement.shown_language)]
    parts: list[Stretch] = []
    at = 0
    for passage in passages:
        language = (
            passage.language.value if passage.language in {TextLanguage.WELSH, TextLanguage.ENGLISH} else ""
        )
        language = language or statement.shown_language
        if passage.end <= at:
            continue
        piece = statement.text[at : passage.end]
        at = passage.end
        if parts and parts[-1].language == language:
            piece = parts.pop().text + piece
        parts.append(Stretch(piece, language))
    if at < len(statement.text):
        rest = statement.text[at:]
        last = parts.pop() if parts else Stretch("", statement.shown_language)
        parts.append(Stretch(last.text + rest, last.language))
    return parts
