"""How well topics cross languages, and how well a language is known: `make benchmark NAME=languages_together`.

SIB-200 (800 sentences in both languages, 7 human topics), mixed half and half, Welsh alone, English alone. AMI with
the human topics (1 is perfect, 0 is chance) and NMI with the language (0 is wanted), medians of five seeds, beside
stock TF-IDF and MiniLM on the text as it is; then retrieval, cost, and language identification.
"""

import csv
import os
import random
import time
from pathlib import Path

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import adjusted_mutual_info_score, normalized_mutual_info_score

from nlp.contract import Statement
from nlp.embedding.encoder import Encoder
from nlp.embedding.model import Model
from nlp.embedding.space import card
from nlp.language import detect
from nlp.topics.clustering import CommunitiesOnNeighbours, Reducer
from nlp.topics.run import find_topics

SEEDS = range(5)


@pytest.fixture(scope="module")
def data() -> Path:
    folder = Path(os.environ.get("DOLEN_DATA") or Path(__file__).resolve().parents[4] / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no test data at DOLEN_DATA ({folder})")
    return folder


@pytest.fixture(scope="module")
def sib(data: Path) -> list[dict[str, str]]:
    path = data / "sib200-en-cy-topics" / "sib200_en_cy_train_dev.tsv"
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def clustered(vectors: np.ndarray, topics: list[str], languages: list[str]) -> str:
    """Medians over the seeds: k-means with the true number of topics, and our own grouping, which is given none."""
    found = []
    for seed in SEEDS:
        reduced = Reducer(seed).fit_transform(vectors)
        row = []
        for labels in (
            KMeans(len(set(topics)), n_init=5, random_state=seed).fit_predict(reduced),
            CommunitiesOnNeighbours(seed).fit(reduced).labels_,
        ):
            row += [
                adjusted_mutual_info_score(topics, labels),
                normalized_mutual_info_score(languages, labels),
                len(set(labels)),
            ]
        found.append(row)
    ami, nmi, _, own_ami, own_nmi, count = np.median(found, axis=0)
    return f"{ami:.3f} {nmi:8.3f}      {own_ami:.3f} {own_nmi:8.3f} {count:5.0f}"


def first_right(welsh: np.ndarray, english: np.ndarray, texts: list[str]) -> float:
    """How often the nearest English vector is that of the very text (some texts stand twice)."""
    nearest = (welsh @ english.T).argmax(axis=1)
    return float(np.mean([texts[at] == text for at, text in zip(nearest, texts, strict=True)]))


def test_topics_cross_languages(sib: list[dict[str, str]]) -> None:
    topics = [row["category"] for row in sib]
    halves = ["cy" if n % 2 else "en" for n in range(len(sib))]
    encoder, minilm = Encoder(), Model()
    print("\n\nSIB-200 train and dev            k-means, k given      our grouping, no k")
    print("                                 AMI   languages       AMI   languages  found")
    for name, languages in (("mixed", halves), ("Welsh", ["cy"] * len(sib)), ("English", ["en"] * len(sib))):
        texts = [row[language] for row, language in zip(sib, languages, strict=True)]
        tfidf = TfidfVectorizer(min_df=2).fit_transform(texts).toarray()
        print(f"{name:8} TF-IDF                  {clustered(tfidf, topics, languages)}")
        print(f"{name:8} MiniLM on the text      {clustered(minilm.encode(texts), topics, languages)}")
        print(
            f"{name:8} ours                    {clustered(encoder.encode(texts, languages), topics, languages)}"
        )
    texts = [row[language] for row, language in zip(sib, halves, strict=True)]
    result = find_topics([Statement(str(n), text) for n, text in enumerate(texts)], encoder=encoder)
    assigned = {
        int(a.id): next(p.topics[0].topic for p in a.passages if p.topics) for a in result.assignments
    }
    labels = [assigned.get(n, "none") for n in range(len(texts))]
    print(
        f"mixed, `topics` from end to end: AMI {adjusted_mutual_info_score(topics, labels):.3f}, languages "
        f"{normalized_mutual_info_score(halves, labels):.3f}, {len(result.topics)} found, "
        f"{len(result.unassigned)} unassigned"
    )


def test_welsh_finds_its_english(sib: list[dict[str, str]], data: Path) -> None:
    path = data / "en-cy-public-service" / "domain_labelled_en_cy.tsv"
    with path.open(encoding="utf-8", newline="") as lines:
        labelled = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    encoder, minilm = Encoder(), Model()
    print("\n\nWelsh finds its English first      MiniLM on the text   ours")
    for name, rows in (("SIB-200", sib), ("domain-labelled pairs", labelled)):
        welsh, english = [row["cy"] for row in rows], [row["en"] for row in rows]
        ours = encoder.encode(welsh, ["cy"] * len(rows)), encoder.encode(english, ["en"] * len(rows))
        plain = first_right(minilm.encode(welsh), minilm.encode(english), english)
        print(f"{name:34} {plain:.3f}                {first_right(*ours, english):.3f}")
    print(f"repositories kept apart in training: {card()['figures']}")


def test_cost_of_a_vector(sib: list[dict[str, str]]) -> None:
    encoder = Encoder()
    encoder.encode(["Mae'r bws yn hwyr"], ["cy"])
    print("\n\nms of CPU a text, one thread, one text at a time")
    for name, language, words in (
        ("whole sentences", "cy", 99),
        ("whole sentences", "en", 99),
        ("10 words", "cy", 10),
        ("10 words", "en", 10),
    ):
        texts = [" ".join(row[language].split()[:words]) for row in sib[:200]]
        began = time.process_time()
        for text in texts:
            encoder.encode([text], [language])
        print(f"{name:18} {language}  {(time.process_time() - began) / len(texts) * 1000:.1f}")


def test_language_of_short_texts(sib: list[dict[str, str]], data: Path) -> None:
    choose = random.Random(1)
    print("\n\nLanguage right, %        Welsh  English")
    for length in (0, 10, 5, 3, 2, 1):
        right = {"cy": 0, "en": 0}
        for row in sib:
            for language in right:
                words = row[language].split()
                start = choose.randrange(max(1, len(words) - length + 1)) if length else 0
                text = " ".join(words[start : start + length] if length else words)
                right[language] += detect(text)[0] == language
        name = f"{length} words" if length else "whole sentences"
        print(f"{name:24} {right['cy'] / len(sib) * 100:5.1f}  {right['en'] / len(sib) * 100:5.1f}")
    with (data / "cadw-visitor-survey" / "comments.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    began = time.monotonic()
    found = [(row["survey_language"], detect(row["text"])[0]) for row in rows]
    print(f"Cadw comments, {len(rows) / (time.monotonic() - began):.0f} a second (form -> found):")
    for pair in sorted(set(found)):
        print(f"  {pair[0]} -> {pair[1]:6} {found.count(pair)}")
