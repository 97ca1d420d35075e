"""How well Welsh is cut into words, and brought back to lemmas: `make benchmark NAME=welsh_words`.

F1 of tokens (a token is right where it starts and ends as in the treebank) on the development part of UD Welsh-CCG,
for our class beside spaCy's language-neutral and English rules, and the words a second of each. A word that the
treebank analyses as several (*roedd*) is one token, as it is written.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import simplemma
import spacy

import nlp.welsh_language  # noqa: F401  (spacy.blank("cy"))
from nlp.lemmas import lemma_of
from nlp.welsh import demutations, fold, fold_apostrophes

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


def _words(path: Path) -> Iterator[tuple[str, str, bool]]:
    """Form, lemma in small letters, and whether the treebank says that the form is mutated."""
    for cells in (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()):
        if len(cells) == 10 and cells[0].isdigit() and cells[1].replace("'", "").replace("-", "").isalpha():
            yield cells[1], fold_apostrophes(cells[2]).lower(), "Mutation=" in cells[5]


def _by_its_letters(form: str, lemma: str) -> bool:
    start, folded = fold(lemma)[:2], fold(form)
    return folded[:1] != start[:1] and any(fold(r.radical)[:2] == start for r in demutations(form))


def test_lemmas_of_the_treebank() -> None:
    folder = Path(os.environ.get("DOLEN_DATA") or Path(__file__).resolve().parents[4] / "shared" / "data")
    path = folder / "ud-welsh-ccg" / "cy_ccg-ud-dev.conllu"
    if not path.is_file():
        pytest.skip(f"no treebank at DOLEN_DATA ({folder})")
    words = list(_words(path))
    print("\n\nLemmas right, %     all    mutated by letters   mutated, says the treebank")
    for name, find in (
        ("as written", str.lower),
        ("simplemma", lambda form: simplemma.lemmatize(form, lang="cy").lower()),
        ("ours", lambda form: lemma_of(form, "cy")),
    ):
        right = [(find(form) == lemma, _by_its_letters(form, lemma), marked) for form, lemma, marked in words]
        shares = [
            100 * sum(ok for ok, _, _ in chosen) / len(chosen)
            for chosen in (right, [r for r in right if r[1]], [r for r in right if r[2]])
        ]
        print(f"{name:16} {shares[0]:6.2f} {shares[1]:12.2f} {shares[2]:20.2f}")
    assert shares[0] >= 95.5 and shares[1] >= 95
