"""How well topics cross languages, and how well a language is known: `make benchmark NAME=languages_together`.

SIB-200 (800 sentences in both languages, 7 human topics): half of the sentences in Welsh, the other half in English.
AMI with the human topics (1 is perfect, 0 is chance) and NMI with the language (0 is wanted), beside stock TF-IDF
and the same encoder without our glossary.
"""

import csv
import os
import random
import time
from pathlib import Path

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import adjusted_mutual_info_score, normalized_mutual_info_score

from nlp.contract import Statement
from nlp.embedding.encoder import Encoder
from nlp.embedding.model import Model, unit
from nlp.language import detect
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


def clustered(vectors: np.ndarray, topics: list[str], languages: list[str]) -> tuple[float, float]:
    """Mean AMI with the topics and NMI with the languages of k-means with the true number of topics."""
    found = []
    for seed in SEEDS:
        reduced = PCA(min(30, vectors.shape[1]), random_state=seed).fit_transform(vectors)
        labels = KMeans(len(set(topics)), n_init=5, random_state=seed).fit_predict(reduced)
        found.append(
            (adjusted_mutual_info_score(topics, labels), normalized_mutual_info_score(languages, labels))
        )
    ami, nmi = np.mean(found, axis=0)
    return float(ami), float(nmi)


def test_topics_cross_languages(sib: list[dict[str, str]]) -> None:
    languages = ["cy" if n % 2 else "en" for n in range(len(sib))]
    texts = [row[language] for row, language in zip(sib, languages, strict=True)]
    topics = [row["category"] for row in sib]
    encoder = Encoder()
    began = time.monotonic()
    ours = encoder.encode(texts, languages)
    took = time.monotonic() - began
    tfidf = TfidfVectorizer(min_df=2).fit_transform(texts)
    lsa = TruncatedSVD(100, random_state=0).fit_transform(tfidf)
    figures = {
        "TF-IDF, k-means": clustered(tfidf.toarray(), topics, languages),
        "TF-IDF and LSA 100, k-means": clustered(unit(lsa), topics, languages),
        "MiniLM on raw text, k-means": clustered(Model().encode(texts), topics, languages),
        "ours, k-means": clustered(ours, topics, languages),
        "ours, Welsh only": clustered(
            encoder.encode([r["cy"] for r in sib], ["cy"] * len(sib)), topics, languages
        ),
        "ours, English only": clustered(
            encoder.encode([r["en"] for r in sib], ["en"] * len(sib)), topics, languages
        ),
    }
    result = find_topics([Statement(str(n), text) for n, text in enumerate(texts)], encoder=encoder)
    assigned = {
        int(a.id): next(p.topics[0].topic for p in a.passages if p.topics) for a in result.assignments
    }
    labels = [assigned.get(n, "none") for n in range(len(texts))]
    figures[f"`topics` ({len(result.topics)} found, {len(result.unassigned)} unassigned)"] = (
        float(adjusted_mutual_info_score(topics, labels)),
        float(normalized_mutual_info_score(languages, labels)),
    )
    print(f"\n\n{'SIB-200, half Welsh and half English':44} AMI    language NMI")
    for name, (ami, nmi) in figures.items():
        print(f"{name:44} {ami:.3f}  {nmi:.3f}")
    english = encoder.encode([r["en"] for r in sib], ["en"] * len(sib))
    welsh = encoder.encode([r["cy"] for r in sib], ["cy"] * len(sib))
    right = float(((welsh @ english.T).argmax(axis=1) == np.arange(len(sib))).mean())
    print(f"Welsh finds its English sentence first: {right:.3f}; {len(texts) / took:.0f} texts a second")


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
