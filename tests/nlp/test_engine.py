"""The parts of the engine by themselves: stance, communities, minorities, signals, frames, what changed."""

from pathlib import Path

import numpy as np
import pytest

from nlp.evaluation.data import Labelled, civic, civic_frames
from nlp.evaluation.report import Table, as_json, as_text
from nlp.evaluation.scores import mapped_f1, samples_f1
from nlp.stance import stance_of
from nlp.topics.clustering import MOST, CommunitiesOnNeighbours, unit_rows
from nlp.topics.continuity import changes, keep_ids
from nlp.topics.framing import frames_of, learn
from nlp.topics.minority import raised
from nlp.topics.signals import signals, tags_of
from nlp.vectors import BadVector, pack, unpack
from tests.nlp.conftest import Run


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("I support the new cycle path", "for"),
        ("Rwy'n cefnogi'r cynllun yn llwyr", "for"),
        ("We are against the closure", "against"),
        ("Dw i yn erbyn cau'r ysgol", "against"),
        ("I do not support this at all", "against"),
        ("Dydw i ddim yn cytuno", "against"),
        ("No objection from me", "for"),
        ("The bus is late", "unclear"),
        ("I agree with the aim but object to the cost", "unclear"),
        ("", "unclear"),
    ],
)
def test_stance_is_read_from_plain_words_only(text: str, stance: str) -> None:
    assert stance_of(text) == stance


def test_a_vector_comes_back_from_text() -> None:
    vector = np.array([0.5, -0.25, 1.0], dtype=np.float32)
    assert (unpack(pack(vector), 3) == vector).all()
    for bad in ("", "é", "AAAA", pack(np.array([np.nan, 0, 0], dtype=np.float32))):
        with pytest.raises(BadVector):
            unpack(bad, 3)


def clouds(count: int, each: int, seed: int = 0, width: int = 40) -> np.ndarray:
    draw = np.random.RandomState(seed)
    middles = unit_rows(draw.normal(size=(count, width)))
    return unit_rows(np.repeat(middles, each, axis=0) + draw.normal(0, 0.05, (count * each, width)))


def test_plain_groups_are_found_and_hold() -> None:
    model = CommunitiesOnNeighbours(1).fit(clouds(6, 60))
    assert len(set(model.labels_)) == 6
    agreement, each = model.stability()
    assert agreement > 0.99 and min(each) > 0.99


def test_there_are_never_more_topics_than_anyone_reads() -> None:
    assert len(set(CommunitiesOnNeighbours(1, smallest=3).fit(clouds(40, 40)).labels_)) == MOST


def test_a_small_group_of_a_minority_is_raised() -> None:
    rows = clouds(20, 50)
    model = CommunitiesOnNeighbours(1).fit(rows)
    language: list[str | None] = ["en"] * len(rows)
    language[300:316] = ["cy"] * 16  # in one cloud
    for lone in (10, 500, 900):
        language[lone] = "cy"
    found = raised(model.graph, {"language": language}, 1, 1.0)
    assert len(found) == 1 and set(range(300, 316)) <= set(found[0].tolist()) <= set(range(300, 350))
    assert raised(model.graph, {"language": ["en", "cy"] * 500}, 1, 1.0) == []


def test_signals_are_more_than_chance() -> None:
    languages = ["cy"] * 10 + ["en"] * 90
    groups = [{"place": "Môn" if n % 2 else "Gwent"} for n in range(100)]
    mostly_welsh, mixed = signals([list(range(14)), list(range(5, 100, 3))], tags_of(languages, groups))
    assert [(s.by, s.value, s.statements) for s in mostly_welsh] == [("language", "cy", 10)]
    assert mostly_welsh[0].share == 0.7143 and mostly_welsh[0].expected == 0.1
    assert mixed == []


def test_a_passage_may_belong_to_two_frames_and_a_far_one_to_none() -> None:
    frames = np.eye(4, dtype=np.float32)[:3]
    floors = np.array([0.2, 0.2, 0.2])
    rows = np.array(
        [[0.9, 0.1, 0, 0.4], [0.7, 0.69, 0, 0.2], [0.5, 0.5, 0.5, 0.5], [0.1, 0, 0, 0.99]], dtype=np.float32
    )
    assert [[k for k, _ in found] for found in frames_of(rows, frames, floors)] == [[0], [0, 1], [], []]


def test_one_frame_does_not_draw_everybody_in() -> None:
    rows = clouds(10, 50, width=400).astype(np.float32)
    frame = unit_rows(rows[:1] + 0.002).astype(np.float32)
    middles, floors = learn(rows, frame)
    taken = [place for place, found in enumerate(frames_of(rows, middles, floors)) if found]
    assert len(set(taken) & set(range(50))) > 40 and len(taken) < 75


def test_what_became_of_topics() -> None:
    old = {"t1": set("abcdefgh"), "t2": set("ijkl"), "t3": set("mnop"), "t4": set("qrst")}
    now = [set("abcd"), set("efgh"), set("ijklmnop"), set("qrstuvwxyz"), set("0123")]
    names = keep_ids(now, old, set())
    assert len(set(names)) == 5 and names[3] == "t4" and names[4] == "t6"
    kinds = [(change.kind, change.from_) for change in changes(names, now, old)]
    assert kinds == [
        ("split", ["t1"]),
        ("split", ["t1"]),
        ("merged", ["t2", "t3"]),
        ("grew", ["t4"]),
        ("new", []),
    ]


def test_the_civic_set_is_what_it_says() -> None:
    rows = civic()
    themes = {frame.id for frame in civic_frames()}
    assert len(rows) >= 400 and {row.label for row in rows} == themes and len(themes) == 15
    assert sum(row.language == "cy" for row in rows) == len(rows) / 2
    assert len(set(rows)) == len(rows) == len(civic(0)) + len(civic(1))
    assert all(isinstance(row, Labelled) and row.text.strip() for row in rows)


def test_scores_are_what_they_are_called() -> None:
    assert mapped_f1(["a", "a", "b"], ["x", "x", "y"]) == (1.0, 1.0)
    f1, low, high = samples_f1([{"a"}, {"a", "b"}, set()], [{"a"}, {"a"}, set()])
    assert round(f1, 3) == 0.889 and 0 < low <= f1 <= high <= 1
    table = Table("one", "One")
    table.add("row", figure=0.123456, other=None)
    assert as_json([table], ["x"])["tables"][0]["rows"] == [{"what": "row", "figure": 0.1235, "other": None}]
    assert "0.123" in as_text([table], ["x"]) and "Absent" in as_text([table], ["x"])


def test_evaluate_names_what_is_absent(nlp: Run, tmp_path: Path) -> None:
    done = nlp("evaluate", str(tmp_path), "--only", "lemmas", "--only", "languages")
    assert done.returncode == 0 and b"ud-welsh-ccg" in done.stdout and b"sib200" in done.stdout
    assert nlp("evaluate", str(tmp_path), "--only", "horoscope").returncode == 2
    assert nlp("evaluate", str(tmp_path / "absent")).returncode == 2
