"""Campaigns planted among other people's words: are they found, and nothing else?"""

import random
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from nlp.campaigns import find_campaigns
from nlp.contract import Statement
from nlp.embedding.encoder import Encoder
from nlp.evaluation import data
from nlp.evaluation.report import Table

_LETTERS = 24
_SIZES = (5, 20, 100, 400)
_OWN = 0.4  # at most so much of a copy is the sender's own


class Planted:
    """``statements`` in random order; ``campaign`` names the letter of each copy, ``language`` its language."""

    def __init__(self, folder: Path, count: int, seed: int = 1) -> None:
        self._draw = random.Random(seed)
        self._others = _others(folder)
        self.campaign: dict[str, int] = {}
        self.language: dict[int, str] = {}
        self.statements: list[Statement] = []
        letters = _sentences(folder)
        for number in range(_LETTERS):
            language = ("en", "cy")[number % 2]
            self.language[number] = language
            letter = self._draw.sample(letters[language], self._draw.choice([1, 2, 3, 4, 6, 8]))
            for copy in range(_SIZES[number // 2 % len(_SIZES)]):
                name = f"copy-{number}-{copy}"
                self.campaign[name] = number
                self.statements.append(Statement(name, self._copy(letter, language)))
        background = [text for texts in self._others.values() for text in texts]
        self._draw.shuffle(background)
        while len(self.statements) < count:
            text = background.pop() if background else self._invented()
            self.statements.append(Statement(f"own-{len(self.statements)}", text))
        self._draw.shuffle(self.statements)

    def _copy(self, letter: Sequence[str], language: str) -> str:
        """The letter as sent, with words before or after it, a stretch replaced, or words changed throughout."""
        words = " ".join(letter).split()
        share = self._draw.uniform(0, _OWN)
        way = self._draw.choice(["as sent", "added", "added", "replaced", "changed"])
        own = " ".join(self._draw.choice(self._others[language]) for _ in range(20)).split()
        if way == "added":
            added = own[: int(len(words) * share / (1 - share))]
            words = [*added, *words] if self._draw.random() < 0.5 else [*words, *added]
        elif way == "replaced":
            length = int(len(words) * share)
            at = self._draw.randrange(len(words) - length + 1)
            words[at : at + length] = own[:length]
        elif way == "changed":
            words = [self._draw.choice(own) if self._draw.random() < share else word for word in words]
        text = " ".join(words)
        chance = self._draw.random()
        return (
            text.upper() if chance < 0.1 else text.replace(",", "").replace(".", "") if chance < 0.2 else text
        )

    def _invented(self) -> str:
        """Stretches of five words from many people: nobody's text."""
        texts = self._others["en" if self._draw.random() < 0.6 else "cy"]
        pieces: list[str] = []
        for _ in range(self._draw.randint(2, 6)):
            words = self._draw.choice(texts).split()
            start = self._draw.randrange(max(1, len(words) - 4))
            pieces += words[start : start + 5]
        return " ".join(pieces)


def _sentences(folder: Path) -> dict[str, list[str]]:
    rows = data.pairs(folder)
    return {
        language: sorted({r[language] for r in rows if 8 <= len(r[language].split()) <= 30})
        for language in ("en", "cy")
    }


def _others(folder: Path) -> dict[str, list[str]]:
    welsh = data.path_in(folder, "techiaith-welsh-cc0/sentences_cc0_cy.txt").read_text(encoding="utf-8")
    english = [r["text"] for r in data.cadw(folder)] + [r.text for r in data.nhs(folder)]
    return {"en": sorted(set(english)), "cy": sorted({line for line in welsh.splitlines() if line.strip()})}


def campaigns(folder: Path, encoder: Encoder, count: int = 10_000) -> Table:
    """Precision and recall over ``count`` statements, beside exact repeats (case and marks ignored) only."""
    table = Table(
        "campaigns",
        f"Planted campaigns, up to {_OWN:.0%} own words, among {count:,}",
        "precision 0.99, recall 0.95",
    )
    planted = Planted(folder, count)
    began = time.process_time()
    found = [[m.id for m in c.members] for c in find_campaigns(planted.statements)]
    took = time.process_time() - began
    exact: dict[str, list[str]] = {}
    for statement in planted.statements:
        plain = "".join(c for c in statement.text.lower() if c.isalnum())
        exact.setdefault(plain, []).append(statement.id)
    for what, groups in (("ours", found), ("exact repeats", [g for g in exact.values() if len(g) >= 3])):
        right: set[str] = set()
        wrong = 0
        for group in groups:
            counts = Counter(planted.campaign.get(name) for name in group)
            top = max((k for k in counts if k is not None), key=lambda k: counts[k], default=None)
            own = {name for name in group if top is not None and planted.campaign.get(name) == top}
            right |= own
            wrong += len(group) - len(own)
        figures: dict[str, float] = {}
        for language in ("cy", "en"):
            copies = [n for n, c in planted.campaign.items() if planted.language[c] == language]
            figures[f"recall_{language}"] = sum(n in right for n in copies) / len(copies)
        table.add(
            what,
            precision=len(right) / max(1, len(right) + wrong),
            recall=len(right) / len(planted.campaign),
            **figures,
            cpu_seconds=took if what == "ours" else None,
            copies=len(planted.campaign),
            statements=len(planted.statements),
        )
    return table
