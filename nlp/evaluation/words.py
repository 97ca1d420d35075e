"""Words, languages and pairs: lemmas, the language of short texts, and finding a sentence in the other language."""

import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import simplemma

from nlp.embedding.encoder import Encoder
from nlp.evaluation import baselines, data
from nlp.evaluation.report import Table
from nlp.language import detect
from nlp.lemmas import lemmatise
from nlp.welsh import fold_apostrophes


def _treebank(path: Path) -> Iterator[list[tuple[str, str, bool]]]:
    """Sentences of the treebank: word, lemma, and whether it stands mutated."""
    for block in path.read_text(encoding="utf-8").strip().split("\n\n"):
        sentence: list[tuple[str, str, bool]] = []
        for cells in (line.split("\t") for line in block.splitlines() if not line.startswith("#")):
            if cells[0].isdigit():
                sentence.append((cells[1], cells[2], "Mutation=" in cells[5]))
        yield sentence


def _plain(word: str) -> str:
    return fold_apostrophes(word).lower()


def lemmas(folder: Path, encoder: Encoder) -> Table:
    """Dictionary forms on the development part of UD Welsh-CCG, alphabetic words."""
    table = Table("lemmas", "Welsh lemmas, UD Welsh-CCG dev, %", "all 95.5, mutated 95.0")
    sentences = list(_treebank(data.path_in(folder, "ud-welsh-ccg/cy_ccg-ud-dev.conllu")))
    ways: dict[str, Callable[[list[str]], list[str]]] = {
        "ours": lambda words: [t.lemma for t in lemmatise(words, "cy")],
        "simplemma alone": lambda words: [simplemma.lemmatize(_plain(w), lang="cy") for w in words],
        "the word as written": list,
    }
    for what, way in ways.items():
        right: dict[bool, list[bool]] = {True: [], False: []}
        for sentence in sentences:
            answers = way([word for word, _, _ in sentence])
            for (word, lemma, mutated), answer in zip(sentence, answers, strict=True):
                if word.isalpha():
                    right[mutated].append(_plain(answer) == _plain(lemma))
        every = right[True] + right[False]
        table.add(
            what,
            all=100 * sum(every) / len(every),
            mutated=100 * sum(right[True]) / len(right[True]),
            words=len(every),
        )
    return table


def _windows(rows: Sequence[dict[str, str]], length: int, language: str) -> list[str]:
    draw = random.Random(1)
    found: list[str] = []
    for row in rows:
        words = row[language].split()
        start = draw.randrange(max(1, len(words) - length + 1)) if length else 0
        found.append(" ".join(words[start : start + length] if length else words))
    return found


def languages(folder: Path, encoder: Encoder) -> Table:
    """The language of whole sentences and of a few words, and mixed texts made of two sentences' halves."""
    table = Table("languages", "Language of short texts, %", "98 / 98 at three words")
    rows = data.sib(folder)
    for length in (0, 10, 5, 3, 2, 1):
        figures: dict[str, float] = {}
        for language in ("cy", "en"):
            texts = _windows(rows, length, language)
            figures[language] = 100 * sum(detect(t)[0] == language for t in texts) / len(texts)
            figures[f"simplemma_{language}"] = (
                100 * sum(_by_simplemma(text) == language for text in texts) / len(texts)
            )
        table.add(f"{length} words" if length else "whole sentences", **figures, texts=len(rows))
    for length in (12, 6):
        mixed = [
            f"{one} {other}"
            for one, other in zip(
                _windows(rows, length, "cy"), _windows(rows[::-1], length, "en"), strict=True
            )
        ]
        flagged = 100 * sum(detect(text)[0] == "mixed" for text in mixed) / len(mixed)
        table.add(f"mixed, {length} words of each: flagged", cy=flagged, en=flagged, texts=len(mixed))
    return table


def _by_simplemma(text: str) -> str:
    share = {lang: simplemma.in_target_language(text, lang=lang) for lang in ("cy", "en")}
    return max(share, key=lambda lang: share[lang])


def retrieval(folder: Path, encoder: Encoder) -> Table:
    """Does a Welsh sentence find its English one first?"""
    table = Table(
        "retrieval", "Welsh finds its English first, and back", "SIB 0.99, domain-labelled pairs 0.95"
    )
    absent: list[str] = []
    for what, loader in (("SIB-200", data.sib), ("public-service pairs", data.pairs)):
        try:
            rows = [r for r in loader(folder) if r["cy"].strip() and r["en"].strip()]
        except data.Absent as error:
            absent.append(str(error))
            continue
        seen = {"cy": set[str](), "en": set[str]()}
        distinct = []
        for row in rows:
            if row["cy"] not in seen["cy"] and row["en"] not in seen["en"]:
                distinct.append(row)
            seen["cy"].add(row["cy"])
            seen["en"].add(row["en"])
        texts = {language: [r[language] for r in distinct] for language in ("cy", "en")}
        ours = {k: encoder.encode(v, [k] * len(v)) for k, v in texts.items()}
        raw = {k: baselines.minilm(v) for k, v in texts.items()}
        for name, vectors in (("ours", ours), ("MiniLM on the text as written", raw)):
            likeness = vectors["cy"] @ vectors["en"].T
            place = np.arange(len(distinct))
            table.add(
                f"{what}: {name}",
                cy_to_en=float((likeness.argmax(axis=1) == place).mean()),
                en_to_cy=float((likeness.argmax(axis=0) == place).mean()),
                pairs=len(distinct),
            )
    if absent:
        table.note = "Absent: " + ", ".join(absent)
    return table
