"""How well Welsh is cut into words: `make benchmark NAME=welsh_words`.

F1 of tokens (a token is right where it starts and ends as in the treebank) on the development part of UD Welsh-CCG,
for our class beside spaCy's language-neutral and English rules, and the words a second of each. A word that the
treebank analyses as several (*roedd*) is one token, as it is written.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import spacy

import nlp.welsh_language  # noqa: F401  (spacy.blank("cy"))

Spans = set[tuple[int, int]]


def _sentences(path: Path) -> Iterator[tuple[str, Spans]]:
    for block in path.read_text(encoding="utf-8").strip().split("\n\n"):
        text = next(line[8:] for line in block.splitlines() if line.startswith("# text ="))
        text, place, inside, spans = text.strip(), 0, 0, set()
        for cells in (line.split("\t") for line in block.splitlines() if not line.startswith("#")):
            if "." in cells[0] or (cells[0].isdigit() and int(cells[0]) <= inside):
                continue
            if "-" in cells[0]:
                inside = int(cells[0].split("-")[1])
            start = text.index(cells[1], place)
            place = start + len(cells[1])
            spans.add((start, place))
        yield text, spans


def test_tokens_of_the_treebank() -> None:
    folder = Path(os.environ.get("DOLEN_DATA") or Path(__file__).resolve().parents[4] / "shared" / "data")
    path = folder / "ud-welsh-ccg" / "cy_ccg-ud-dev.conllu"
    if not path.is_file():
        pytest.skip(f"no treebank at DOLEN_DATA ({folder})")
    sentences = list(_sentences(path))
    found: dict[str, float] = {}
    for language in ("xx", "en", "cy"):
        pipeline = spacy.blank(language)
        right = ours = theirs = 0
        began = time.process_time()
        for text, gold in sentences:
            spans = {(t.idx, t.idx + len(t)) for t in pipeline.make_doc(text) if not t.is_space}
            right, ours, theirs = right + len(spans & gold), ours + len(spans), theirs + len(gold)
        speed = theirs / (time.process_time() - began)
        found[language] = 200 * right / (ours + theirs)
        print(
            f"\nspacy.blank({language!r}): token F1 {found[language]:.2f}, {speed:,.0f} words a second",
            end="",
        )
    print()
    assert found["cy"] >= 99.5 > found["xx"]
