"""One space for both languages."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from nlp.embedding.encoder import OFFSETS, VERSION, Encoder
from nlp.embedding.glossary import CIVIC, gloss, gloss_words
from nlp.embedding.model import TOKENIZER, Model, ModelError


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


def test_every_civic_entry_is_found_as_it_is_written() -> None:
    rows = [line.split("\t") for line in CIVIC.read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    assert [(cy, en) for cy, en in rows if gloss(cy, "cy") != en] == []


def test_the_offsets_were_measured_with_this_glossary() -> None:
    assert json.loads(OFFSETS.read_text(encoding="utf-8"))["version"] == VERSION


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
