"""Learns ``lemma_forms.tsv`` from a treebank: ``python -m nlp.build_lemmas TRAIN.conllu``.

Written forms whose usual lemma in the treebank is another than :func:`nlp.lemmas.lemma_by_rule` gives.
Only the training part is ever read here; no randomness.
"""

import sys
from collections import Counter, defaultdict
from pathlib import Path

from nlp import lemmas
from nlp.welsh import demutations, fold, fold_apostrophes

_SHARE = 0.6
# Forms whose own sense matters more to people than their dictionary form: first (early), best (good), worst (bad).
_KEPT = frozenset({"cyntaf", "gyntaf", "gorau", "orau", "gwaetha", "gwaethaf", "cystal", "gystal"})


def build(treebank: Path) -> str:
    """The table as text: form with accents folded, lemma."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for line in treebank.read_text(encoding="utf-8").splitlines():
        cells = line.split("\t")
        if len(cells) != 10 or not cells[0].isdigit() or cells[3] in ("X", "SYM"):
            continue
        form = fold(cells[1])
        if form.replace("'", "").replace("-", "").isalpha():
            counts[form][fold_apostrophes(cells[2]).lower()] += 1
    by_hand = set(lemmas.overrides())
    rows = []
    for form, found in sorted(counts.items()):
        lemma, count = found.most_common(1)[0]
        roots = {form, *(fold(reading.radical) for reading in demutations(form))}
        if count < _SHARE * sum(found.values()) or roots & (by_hand | _KEPT):
            continue
        ours = lemmas.lemma_by_rule(form)
        if ours != lemma and found.get(ours, 0) < count:
            rows.append(f"{form}\t{lemma}")
    head = (
        "# Written form (folded), lemma, where the dictionary gives another. Learned by nlp.build_lemmas from the\n"
        "# training part of UD_Welsh-CCG, (c) Johannes Heinecke and contributors; this file: CC BY-SA 4.0.\n"
    )
    return head + "\n".join(rows) + "\n"


if __name__ == "__main__":
    lemmas.FORMS.write_text(build(Path(sys.argv[1])), encoding="utf-8")
