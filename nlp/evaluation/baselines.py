"""What the engine is compared with: BERTopic as it comes, k-means on words, simplemma alone."""

import importlib.util
from collections.abc import Sequence

import numpy as np
from bertopic import BERTopic
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

from nlp.embedding.model import Model

Floats = NDArray[np.float32]


def stock_name() -> str:
    """What BERTopic clusters with here: UMAP and HDBSCAN where they are installed, else its own fallback."""
    both = all(importlib.util.find_spec(name) for name in ("umap", "hdbscan"))
    return "UMAP, HDBSCAN" if both else "its fallback PCA, scikit-learn's HDBSCAN: UMAP is not installed"


def minilm(texts: Sequence[str]) -> Floats:
    """all-MiniLM-L6-v2 (8 bit) on the texts as written."""
    vectors: Floats = Model().encode(list(texts))
    return vectors


def stock_bertopic(texts: Sequence[str], vectors: Floats, seed: int, topics: int | None = None) -> list[str]:
    """The group of each text by ``BERTopic()`` as it comes, "-1" for outliers; ``topics``: reduced to so many."""
    np.random.seed(seed)  # UMAP as BERTopic sets it up draws from here
    model = BERTopic(embedding_model=None, nr_topics=topics, calculate_probabilities=False, verbose=False)
    found, _ = model.fit_transform(list(texts), embeddings=np.asarray(vectors, dtype=np.float32))
    return [str(topic) for topic in found]


def kmeans(vectors: NDArray[np.floating], groups: int, seed: int) -> list[str]:
    """k-means on 30 principal components, given the true number of groups."""
    reduced = PCA(min(30, vectors.shape[1]), random_state=seed).fit_transform(vectors)
    return [str(k) for k in KMeans(groups, n_init=5, random_state=seed).fit_predict(reduced)]


def words(texts: Sequence[str]) -> Floats:
    """TF-IDF and LSA with 100 dimensions."""
    tfidf = TfidfVectorizer(min_df=2).fit_transform(texts)
    lsa = TruncatedSVD(min(100, tfidf.shape[1] - 1), random_state=0).fit_transform(tfidf)
    return np.asarray(normalize(lsa), dtype=np.float32)
