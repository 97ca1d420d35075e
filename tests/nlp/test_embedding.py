"""One space for both languages."""

import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from nlp.embedding.box import glossary_version
from nlp.embedding.encoder import Encoder
from nlp.embedding.glossary import CIVIC, COMMON, gloss, gloss_words
from nlp.embedding.model import TOKENIZER, Model, ModelError
from nlp.embedding.space import SPACE, Space, card
from nlp.embedding.universal import Universal


def test_one_meaning_lies_close_in_both_languages(encoder: Encoder) -> None:
    welsh = [
        "Mae angen mwy o fysiau gyda'r nos",
        "Mae'r afon yn gorlifo",
        "Dydw i ddim yn gallu gweld y meddyg",
    ]
    english = ["We need more buses in the evening", "The river floods", "I cannot get to see the doctor"]
    likeness = encoder.encode(welsh, ["cy"] * 3) @ encoder.encode(english, ["en"] * 3).T
    assert likeness.argmax(axis=1).tolist() == [0, 1, 2]
    assert likeness.diagonal().min() > 0.4


def test_vectors_have_unit_length_and_do_not_depend_on_their_company(encoder: Encoder) -> None:
    texts = ["Mae'r bws yn hwyr", "Parking is impossible " * 60, "?", ""]
    together = encoder.encode(texts, [None] * 4)
    alone = np.stack([encoder.encode([text], [None])[0] for text in texts])
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert np.array_equal(together, alone)


def test_phrases_are_glossed_whole_and_mutated_words_are_known() -> None:
    assert gloss("trafnidiaeth gyhoeddus", "cy") == "public transport"
    assert "flood" in gloss("Mae'r llifogydd yn ofnadwy", "cy")
    assert "bus" in gloss("dim fysiau", "cy")


def test_only_the_welsh_part_of_a_mixed_text_is_glossed() -> None:
    glossed = gloss("The council never listens to us. Mae'r bws yn hwyr bob dydd yn y pentref.", "mixed")
    assert glossed.startswith("The council never listens")
    assert "bus" in glossed and "pentref" not in glossed


def test_glossed_words_point_into_the_text() -> None:
    text = "😀 Mae’r trafnidiaeth gyhoeddus yn wael"
    assert "trafnidiaeth gyhoeddus" in [text[word.start : word.end] for word in gloss_words(text, "cy")]


def test_every_entry_written_by_hand_is_found_as_it_is_written() -> None:
    civic, common = (
        {
            row[0]: row[1]
            for row in (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
            if row[0][:1] != "#"
        }
        for path in (CIVIC, COMMON)
    )
    assert [(cy, en) for cy, en in civic.items() if gloss(cy, "cy") != en] == []
    assert not civic.keys() & common.keys()
    assert [(cy, en) for cy, en in common.items() if gloss(cy, "cy") != en] == []


def test_grammar_names_no_matter() -> None:
    assert [word.source for word in gloss_words("er mwyn y plant", "cy")] == ["yn", "y", "plentyn"]


def test_the_space_was_learned_with_this_glossary() -> None:
    assert card()["glossary"] == glossary_version()
    assert SPACE.stat().st_size < 12_000_000


def test_a_changed_space_is_refused(tmp_path: Path) -> None:
    changed = tmp_path / "space.npz"
    changed.write_bytes(SPACE.read_bytes() + b" ")
    with pytest.raises(ModelError, match="sha256"):
        Space(changed)


def test_a_changed_second_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "weights.npz").write_bytes(b"not the weights")
    with pytest.raises(ModelError, match="sha256"):
        Universal(tmp_path)


def test_a_model_of_ones_own_is_named_or_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    class Asked:
        def __init__(self, name: str, device: str) -> None:
            self.name = name

        def encode(self, texts: list[str], **_: object) -> np.ndarray:
            return np.array([[len(text), text.count("a"), 1.0] for text in texts])

    monkeypatch.setenv("DOLEN_EMBEDDER", "someone/a-model")
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(ModelError, match="pip install sentence-transformers"):
        Encoder()
    monkeypatch.setitem(sys.modules, "sentence_transformers", SimpleNamespace(SentenceTransformer=Asked))
    encoder = Encoder()
    assert "someone/a-model" in encoder.version and encoder.dimensions == 3
    vectors = encoder.encode(["Mae angen bws", "A bus is needed"], ["cy", None])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_another_model_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "model.onnx"
    other.write_bytes(b"not the model")
    with pytest.raises(ModelError, match="sha256"):
        Model(other)
    changed = tmp_path / "tokenizer.json"
    shutil.copy(TOKENIZER, changed)
    changed.write_text(changed.read_text(encoding="utf-8") + " ", encoding="utf-8")
    with pytest.raises(ModelError, match="sha256"):
        Model(tokenizer=changed)
