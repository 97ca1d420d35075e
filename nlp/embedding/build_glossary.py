"""Learns ``glossary_aligned.tsv`` from pairs: ``python -m nlp.embedding.build_glossary FOLDER``.

IBM Model 1 on lemmas, in both directions; an entry stands where both agree well enough. No randomness: the same
folder gives the same bytes.
"""

import re
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlp.embedding.glossary import ALIGNED
from nlp.lemmas import lemma_of
from nlp.pairs import held_out, read_pairs
from nlp.tokens import tokens

_ROUNDS = 6
_PLAIN = re.compile(r"'?[^\W\d_]+(?:[-'][^\W\d_]+)*")  # no part of a code or an address
_LEAST_COUNT = 1.5
_LEAST_PROBABILITY = 0.12
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def _lemmas(text: str, language: str) -> list[str]:
    return [lemma_of(word.text, language) for word in tokens(text, language) if _PLAIN.fullmatch(word.text)]


class _Bitext:
    """Pairs as arrays: for each pair, every (Welsh, English) combination of its lemmas."""

    def __init__(self, pairs: list[tuple[list[str], list[str]]]) -> None:
        self.cy = sorted({lemma for cy, _ in pairs for lemma in cy} | {""})
        self.en = sorted({lemma for _, en in pairs for lemma in en} | {""})
        cy_ids = {lemma: number for number, lemma in enumerate(self.cy)}
        en_ids = {lemma: number for number, lemma in enumerate(self.en)}
        self.sentences: list[tuple[Ints, Ints]] = [
            (
                np.array([cy_ids[x] for x in cy], dtype=np.int64),
                np.array([en_ids[x] for x in en], dtype=np.int64),
            )
            for cy, en in pairs
        ]

    def learn(self, *, towards_english: bool) -> tuple[Ints, Ints, Floats, Floats]:
        """Source ids, target ids, t(target | source) and expected counts. Source 0 is the empty word."""
        sources, targets, slots = [], [], []
        slot = 0
        for cy, en in self.sentences:
            source, target = (cy, en) if towards_english else (en, cy)
            with_null = np.concatenate([np.zeros(1, dtype=np.int64), source])
            sources.append(np.tile(with_null, len(target)))
            targets.append(np.repeat(target, len(with_null)))
            slots.append(np.repeat(np.arange(slot, slot + len(target)), len(with_null)))
            slot += len(target)
        source_of, target_of, slot_of = (np.concatenate(x) for x in (sources, targets, slots))
        width = len(self.en if towards_english else self.cy)
        cells, cell_of = np.unique(source_of * width + target_of, return_inverse=True)
        cell_source, cell_target = cells // width, cells % width
        t: Floats = np.ones(len(cells))
        counts: Floats = t
        for _ in range(_ROUNDS):
            weight = t[cell_of]
            share = weight / np.bincount(slot_of, weights=weight, minlength=slot)[slot_of]
            counts = np.bincount(cell_of, weights=share, minlength=len(cells)).astype(np.float64)
            t = counts / np.bincount(cell_source, weights=counts)[cell_source]
        return cell_source, cell_target, t, counts


def build(folder: Path) -> str:
    """The table as text: Welsh lemma, English lemma, probability, expected count."""
    found = read_pairs(folder, shortest=1, longest=40, without=held_out(folder))
    pairs = [(_lemmas(p.cy, "cy"), _lemmas(p.en, "en")) for p in found]
    bitext = _Bitext([(cy, en) for cy, en in pairs if cy and en])
    cy, en, forward, counts = bitext.learn(towards_english=True)
    back_en, back_cy, backward, _ = bitext.learn(towards_english=False)
    reverse = dict(zip(zip(back_cy.tolist(), back_en.tolist(), strict=True), backward.tolist(), strict=True))
    best: dict[int, tuple[float, float, float, int]] = {}
    for c, e, t, n in zip(cy.tolist(), en.tolist(), forward.tolist(), counts.tolist(), strict=True):
        if not c or not e or n < _LEAST_COUNT or t < _LEAST_PROBABILITY:
            continue
        score = t * reverse.get((c, e), 0.0) ** 0.5
        if score > best.get(c, (0.0,))[0]:
            best[c] = (score, t, n, e)
    rows = [
        f"{bitext.cy[c]}\t{bitext.en[e]}\t{t:.3f}\t{n:.0f}" for c, (s, t, n, e) in best.items() if s >= 0.02
    ]
    head = (
        "# Welsh lemma, English lemma, probability, expected count. Learned by nlp.embedding.build_glossary\n"
        "# (IBM Model 1, both directions) from permissively licensed pairs of public services; see LICENCE-NOTE.md.\n"
    )
    return head + "\n".join(sorted(rows)) + "\n"


if __name__ == "__main__":
    ALIGNED.write_text(build(Path(sys.argv[1])), encoding="utf-8")
