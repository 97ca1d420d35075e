"""Near-identical statements: one text that many people sent, with or without words of their own.

Runs of three words that several statements share are looked up (as whole numbers, so that 50,000 texts take
seconds), and what looks alike is compared word by word. Case, accents, marks and spaces make no difference.
Everything is counted; nothing depends on the order of the statements or on chance.
"""

import difflib
import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlp.contract import Campaign, CampaignMember, Statement
from nlp.welsh import fold
from nlp.words import Word

RUN = 3  # words in a run
SHORTEST = 8  # words in common: fewer is chance, or a turn of phrase
FEWEST = 3  # statements that make a campaign
_PLAIN = 10  # words in common: under this, chance is ruled out by numbers only
_MANY = 10  # statements that make a campaign of a text that short
LONGEST = 2_000  # words of one statement that are compared
_POPULAR = 64  # a run in the texts of more campaigns than this tells nothing
_HITS = 3
_SUPPORT = 1 / 3  # of the members that a word of the common text is shared by

Numbers = NDArray[np.int64]


class _Text(NamedTuple):
    """One statement: its words with their places, as numbers, and its runs that others have too."""

    words: list[Word]
    numbers: list[int]
    runs: list[int]
    share: float


def _words(text: str) -> list[Word]:
    """Words with figures, in folded form, at their places in ``text``."""
    found: list[Word] = []
    start = -1
    for place, letter in enumerate(text + " "):
        if letter.isalnum() or (start >= 0 and "\u0300" <= letter <= "\u036f"):
            start = place if start < 0 else start
        elif start >= 0:
            found.append(Word(text[start:place], start, place))
            start = -1
            if len(found) == LONGEST:
                break
    return found


def _read(texts: Sequence[str]) -> list[_Text]:
    vocabulary: dict[str, int] = {}
    folded: dict[str, str] = {}
    read: list[tuple[list[Word], list[int]]] = []
    for text in texts:
        found = _words(text)
        numbers: list[int] = []
        for word in found:
            plain = folded.get(word.text)
            if plain is None:
                plain = folded[word.text] = fold(word.text)
            numbers.append(vocabulary.setdefault(plain, len(vocabulary)))
        read.append((found, numbers))
    runs = [_runs(numbers) for _, numbers in read]
    every = np.concatenate(runs) if runs else np.zeros(0, dtype=np.int64)
    kinds, counts = np.unique(every, return_counts=True)
    shared = kinds[counts >= FEWEST]
    answer: list[_Text] = []
    for (found, numbers), own in zip(read, runs, strict=True):
        common = own[_inside(own, shared)]
        answer.append(_Text(found, numbers, common.tolist(), len(common) / max(1, len(own))))
    return answer


def _runs(numbers: Sequence[int]) -> Numbers:
    """Each distinct run of words as one number; the vocabulary is far below 2**21."""
    row = np.array(numbers, dtype=np.int64)
    if len(row) < RUN:
        return np.zeros(0, dtype=np.int64)
    return np.unique((row[:-2] * 2_097_143 + row[1:-1]) * 2_097_143 + row[2:])


def _inside(values: Numbers, ordered: Numbers) -> NDArray[np.bool_]:
    if not len(ordered):
        return np.zeros(len(values), dtype=bool)
    place = np.minimum(np.searchsorted(ordered, values), len(ordered) - 1)
    return np.asarray(ordered[place] == values, dtype=bool)


def _blocks(leader: Sequence[int], other: Sequence[int]) -> list[tuple[int, int, int]]:
    """Stretches in common, at least two words each: place in the leader, place in the other, length."""
    matcher: Any = difflib.SequenceMatcher(None, leader, other, autojunk=False)
    return [(a, b, n) for a, b, n in matcher.get_matching_blocks() if n >= 2]


def _is_copy(blocks: Sequence[tuple[int, int, int]], leader: int, other: int) -> bool:
    """Whether so much is shared that one was written from the other; short texts must share nearly all."""
    shorter = min(leader, other)
    shared = sum(n for _, _, n in blocks)
    longest = max((n for _, _, n in blocks), default=0)
    if shared < SHORTEST or longest < 4:
        return False
    wanted = float(np.interp(shorter, [9, 12, 40], [1.0, 0.75, 0.42]))
    return shared >= wanted * shorter


def _comparable(leader: Sequence[int], other: Sequence[int]) -> bool:
    """Long texts of few kinds of words ("a a a a") would take for ever to compare, and say nothing."""
    for numbers in (leader, other):
        if len(numbers) > 200 and Counter(numbers).most_common(1)[0][1] * 4 > len(numbers):
            return False
    return True


def _group(texts: Sequence[_Text]) -> list[list[int]]:
    """Places of the members of each group, its fullest text first."""
    order = sorted(
        (place for place, text in enumerate(texts) if len(text.runs) >= _HITS),
        key=lambda place: (-round(len(texts[place].runs) * texts[place].share ** 2, 6), _key(texts[place])),
    )
    leaders: list[int] = []
    members: list[list[int]] = []
    where: dict[int, list[int]] = defaultdict(list)
    for place in order:
        text = texts[place]
        hits: Counter[int] = Counter()
        for run in text.runs:
            hits.update(where.get(run, ()))
        joined = False
        for number, count in sorted(hits.items(), key=lambda hit: (-hit[1], hit[0]))[:3]:
            leader = texts[leaders[number]]
            if count < max(_HITS, 0.12 * min(len(text.numbers), len(leader.numbers))):
                break
            if leader.numbers == text.numbers:
                joined = len(text.numbers) >= SHORTEST
            elif _comparable(leader.numbers, text.numbers):
                blocks = _blocks(leader.numbers, text.numbers)
                joined = _is_copy(blocks, len(leader.numbers), len(text.numbers))
            if joined:
                members[number].append(place)
                break
        if not joined and len(text.numbers) >= SHORTEST and text.share >= 0.15:
            for run in text.runs:
                if len(where[run]) < _POPULAR:
                    where[run].append(len(leaders))
            leaders.append(place)
            members.append([place])
    return [found for found in members if len(found) >= FEWEST]


def _key(text: _Text) -> bytes:
    """An order of texts that does not depend on where they stand."""
    return hashlib.sha256(
        " ".join(fold(word.text) for word in text.words).encode("utf-8", "replace")
    ).digest()


def _spans(text: str, words: Sequence[Word], keep: Sequence[bool]) -> str:
    """The kept words as written, with the marks between and after them."""
    pieces: list[str] = []
    start: int | None = None
    for number, (word, kept) in enumerate(zip(words, keep, strict=True)):
        if kept and start is None:
            start = word.start
        last = number + 1 == len(words)
        if start is not None and (not kept or last):
            end = len(text) if kept else words[number].start
            pieces.append(text[start:end].strip(" \t\n,;:-–—([\"'“‘"))
            start = None
    return " ".join(piece for piece in pieces if piece)


def find_campaigns(
    statements: Sequence[Statement], progress: Callable[[int, int], None] | None = None
) -> list[Campaign]:
    """The campaigns in ``statements``, largest first; members in the order given.

    At least :data:`FEWEST` statements share at least :data:`SHORTEST` words; a text of which most is somebody's
    own is no member. A statement belongs to one campaign at most.
    """
    texts = _read([statement.text for statement in statements])
    campaigns: list[tuple[int, Campaign]] = []
    groups = _group(texts)
    for done, group in enumerate(groups):
        if progress:
            progress(done, len(groups))
        found = _campaign(statements, texts, group)
        if found:
            campaigns.append((min(group), found))
    return [c for _, c in sorted(campaigns, key=lambda found: (-found[1].size, found[0]))]


def _campaign(statements: Sequence[Statement], texts: Sequence[_Text], group: list[int]) -> Campaign | None:
    """What most members have in common, and those who share enough of that; None where too few do."""
    leader = texts[group[0]]
    whole = [(0, 0, len(leader.numbers))]
    blocks = {
        place: whole
        if texts[place].numbers == leader.numbers
        else _blocks(leader.numbers, texts[place].numbers)
        for place in group
    }
    support = np.zeros(len(leader.numbers))
    for found in blocks.values():
        for at, _, length in found:
            support[at : at + length] += 1
    common = support >= max(2.0, _SUPPORT * len(group))
    members: list[CampaignMember] = []
    for place in sorted(group):
        own = np.ones(len(texts[place].words), dtype=bool)
        shared: list[tuple[int, int, int]] = []
        for at, to, length in blocks[place]:
            own[to : to + length] = ~common[at : at + length]
            shared.append((at, to, int(common[at : at + length].sum())))
        if _is_copy(shared, int(common.sum()), len(own)):
            added = _spans(statements[place].text, texts[place].words, own.tolist())
            members.append(CampaignMember(statements[place].id, added))
    if len(members) < (FEWEST if common.sum() >= _PLAIN else _MANY):
        return None
    return Campaign(_spans(statements[group[0]].text, leader.words, common.tolist()), len(members), members)
