"""What is computed on arrival is kept, comes back with the statement, and is not computed twice."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.nlp.civic import rows
from tests.nlp.conftest import ROOT, Run

TOPIC_KEYS = [
    "id", "label", "terms", "size", "size_by_language", "examples", "far", "parent", "framed", "floor", "stance",
    "signals", "change", "stability", "nearest", "middle",
]  # fmt: skip


@pytest.fixture(scope="module")
def kept(nlp: Run) -> list[dict[str, Any]]:
    lines = [{"id": r["id"], "text": r["text"]} for r in rows()] + [{"id": 7, "text": "Dim sylw."}]
    done = nlp("passages", lines=lines)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [a["id"] for a in answers] == [line["id"] for line in lines]
    place = {"cy": "Gwynedd", "en": "Gwent"}
    return [
        line
        | {"passages": a["passages"], "version": a["version"], "group": {"place": place.get(a["language"])}}
        for line, a in zip(lines, answers, strict=True)
    ]


@pytest.fixture(scope="module")
def topics(nlp: Run, kept: list[dict[str, Any]]) -> dict[str, Any]:
    return dict(json.loads(nlp("topics", lines=kept).stdout))


def test_passages_answer_while_the_pipe_is_open() -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "nlp", "passages"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    )
    assert child.stdin and child.stdout
    try:
        for text in ("Rwy'n gwrthwynebu'r cynllun yn llwyr. Mae'r bws yn bwysig i ni.", "n/a"):
            child.stdin.write(json.dumps({"id": text, "text": text, "language": "en"}).encode() + b"\n")
            child.stdin.flush()
            answer = json.loads(child.stdout.readline())
            assert list(answer) == ["id", "language", "probability", "version", "content", "passages"]
            assert answer["id"] == text and answer["content"] is (text != "n/a")
            assert [p["stance"] for p in answer["passages"]] == ["against", "unclear"][: 2 * (text != "n/a")]
            assert answer["content"] is False or answer["language"] == "cy"
    finally:
        child.stdin.close()
        assert child.wait(20) == 0
        child.stdout.close()


def test_kept_passages_are_not_embedded_again(
    topics: dict[str, Any], kept: list[dict[str, Any]], nlp: Run
) -> None:
    assert topics["run"]["quality"]["embedded"] == 0 and topics["no_content"] == [7]
    bare = [{"id": line["id"], "text": line["text"], "group": line["group"]} for line in kept]
    fresh = json.loads(nlp("topics", lines=bare).stdout)
    assert fresh["run"]["quality"]["embedded"] == fresh["run"]["quality"]["distinct_passages"] > 0
    old = [line | {"version": "another"} for line in kept]
    again = json.loads(nlp("topics", lines=old).stdout)
    for result in (fresh, again):
        assert result["run"]["quality"]["embedded"] > 0
        assert result["topics"] == topics["topics"] and result["assignments"] == topics["assignments"]


def test_every_topic_says_what_it_must(topics: dict[str, Any]) -> None:
    names = {topic["id"] for topic in topics["topics"]}
    for topic in topics["topics"]:
        assert list(topic) == TOPIC_KEYS
        assert topic["parent"] is None or topic["parent"] in names
        assert sum(topic["stance"].values()) == topic["size"]
        assert topic["change"] is None and 0 <= topic["stability"] <= 1
        assert topic["nearest"]["id"] in names - {topic["id"]}
        assert not set(topic["far"]) & set(topic["examples"])
    assert 0 <= topics["run"]["quality"]["stability"] <= 1


def test_new_statements_are_placed_without_a_run(topics: dict[str, Any], nlp: Run, tmp_path: Path) -> None:
    file = tmp_path / "topics.json"
    less = {
        "topics": [{"id": t["id"], "middle": t["middle"]} for t in topics["topics"]],
        "run": {"versions": {"embedding": topics["run"]["versions"]["embedding"]}},
    }
    file.write_text(json.dumps(less))
    lines = [
        {"id": 1, "text": "Mae'r bysiau'n rhy brin yn y pentref."},
        {"id": "b", "text": "The river flooded our street again."},
        {"id": "c", "text": "as above"},
    ]
    done = nlp("place", "--topics", str(file), lines=lines)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [a["id"] for a in answers] == [1, "b", "c"] and [a["content"] for a in answers] == [
        True,
        True,
        False,
    ]
    homes = {
        a["id"]: t["topic"] for a in topics["assignments"] for p in a["passages"] for t in p["topics"][:1]
    }
    assert answers[0]["passages"][0]["topics"][0]["topic"] == homes["buses-en-0"]
    assert answers[1]["passages"][0]["topics"][0]["topic"] == homes["flooding-en-0"]

    less["run"]["versions"]["embedding"] = "another"  # type: ignore[index]
    file.write_text(json.dumps(less))
    refused = nlp("place", "--topics", str(file), lines=lines)
    assert refused.returncode == 2 and b"embedding" in refused.stderr and not refused.stdout


def test_a_re_run_says_what_changed(
    topics: dict[str, Any], kept: list[dict[str, Any]], nlp: Run, tmp_path: Path
) -> None:
    file = tmp_path / "before.json"
    file.write_text(json.dumps(topics))
    again = json.loads(nlp("topics", "--previous", str(file), "--seed", "3", lines=kept).stdout)
    for topic in again["topics"]:
        assert topic["change"]["kind"] in ("new", "kept", "grew", "split", "merged")
    same = {t["id"]: t["size"] for t in topics["topics"]}
    for topic in again["topics"]:
        assert topic["change"]["was"] == same.get(topic["id"])


BAD = {
    "not a list": {"passages": {}},
    "outside": {"passages": [{"start": 0, "end": 99, "language": "cy", "stance": "for", "vector": ""}]},
    "no vector": {"passages": [{"start": 0, "end": 2, "language": "cy", "stance": "for"}]},
    "group": {"group": {"place": ["a"]}},
    "version": {"version": 4},
}


@pytest.mark.parametrize("why", BAD)
def test_passages_that_cannot_be_are_refused(nlp: Run, why: str) -> None:
    done = nlp("topics", lines=[{"id": "a", "text": "x"}, {"id": "b", "text": "Bws hwyr"} | BAD[why]])
    assert done.returncode == 2 and b"line 2" in done.stderr and b"Traceback" not in done.stderr


def test_a_vector_of_the_wrong_length_is_refused(nlp: Run, kept: list[dict[str, Any]]) -> None:
    wrong = json.loads(json.dumps(kept[0]))
    wrong["passages"][0]["vector"] = "AAAA"
    done = nlp("topics", lines=[kept[1], wrong])
    assert done.returncode == 2 and b"line 2" in done.stderr and b"Traceback" not in done.stderr
