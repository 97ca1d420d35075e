"""``python -m nlp``: JSON lines in, JSON out."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.nlp.civic import rows
from tests.nlp.conftest import ROOT, Run


def test_language_answers_each_line_while_the_pipe_is_open() -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "nlp", "language"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    )
    assert child.stdin and child.stdout
    try:
        for number, (text, language) in enumerate([("Mae'r bws yn hwyr", "cy"), ("The bus is late", "en")]):
            child.stdin.write(json.dumps({"id": number, "text": text}).encode() + b"\n")
            child.stdin.flush()
            answer = json.loads(child.stdout.readline())
            assert answer["id"] == number and answer["language"] == language
            assert set(answer) == {"id", "language", "probability"}
    finally:
        child.stdin.close()
        assert child.wait(20) == 0
        child.stdout.close()


def test_embed_answers_as_many_lines_as_it_reads(nlp: Run) -> None:
    done = nlp("embed", lines=[{"id": "a", "text": "Bws", "language": "cy"}, {"id": "b", "text": ""}])
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == ["a", "b"]
    assert len({len(answer["vector"]) for answer in answers}) == 1
    for answer in answers:
        assert sum(x * x for x in answer["vector"]) == pytest.approx(1, abs=1e-3)


def test_lemmas_of_words_and_of_a_text(nlp: Run) -> None:
    done = nlp(
        "lemmas",
        lines=[
            {"id": 1, "words": ["o", "fysiau"], "language": "cy"},
            {"id": 2, "text": "two buses", "language": "en"},
        ],
    )
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert first["tokens"][1] == {"text": "fysiau", "lemma": "bws", "mutation": "soft"}
    assert second["tokens"][1] == {"text": "buses", "lemma": "bus", "mutation": None}


BAD_LINES = {
    "not JSON": b"{not json",
    "not an object": b"[1]",
    "no id": b'{"text": "x"}',
    "no text": b'{"id": "b"}',
    "not UTF-8": b'{"id": "b", "text": "\xff"}',
    "text is a number": b'{"id": "b", "text": 7}',
    "unknown language": b'{"id": "b", "text": "x", "language": "fr"}',
}
EVERYWHERE = [("language", why) for why in BAD_LINES] + [
    (c, "not JSON") for c in ("lemmas", "embed", "topics")
]


@pytest.mark.parametrize(("command", "why"), EVERYWHERE)
def test_a_bad_line_is_named_and_no_file_is_left(nlp: Run, tmp_path: Path, command: str, why: str) -> None:
    bad = BAD_LINES[why]
    out = tmp_path / "out.json"
    out.write_text("before")
    done = nlp(command, "--output", str(out), raw=b'{"id": "a", "text": "Bws"}\n' + bad + b"\n")
    assert done.returncode == 2
    assert b"line 2" in done.stderr and b"Traceback" not in done.stderr
    assert out.read_text() == "before" and os.listdir(tmp_path) == ["out.json"]


def test_an_id_given_twice_is_refused(nlp: Run) -> None:
    done = nlp("topics", lines=[{"id": "a", "text": "x"}, {"id": "a", "text": "y"}])
    assert done.returncode == 2 and b"line 2" in done.stderr


def test_topics_prints_the_agreed_shape_and_the_same_bytes(nlp: Run, tmp_path: Path) -> None:
    lines = [{key: row[key] for key in ("id", "text", "language")} for row in rows()]
    lines.append({"id": "empty", "text": "dim sylw"})
    once = nlp("topics", "--seed", "7", "--progress", lines=lines)
    assert once.returncode == 0
    result = json.loads(once.stdout)
    assert list(result) == ["topics", "assignments", "unassigned", "no_content", "run", "campaigns"]
    assert list(result["topics"][0])[:6] == ["id", "label", "terms", "size", "size_by_language", "examples"]
    assert list(result["run"]) == [
        "seed",
        "documents",
        "passages",
        "versions",
        "settings",
        "seconds",
        "quality",
    ]
    assert result["run"]["seed"] == 7 and result["no_content"] == ["empty"]
    stages = [json.loads(line) for line in once.stderr.splitlines()]
    assert all(set(stage) == {"stage", "done", "total"} for stage in stages)
    assert [s["done"] for s in stages if s["stage"] == "embedding"][-1] == result["run"]["passages"]

    out = tmp_path / "again.json"
    assert nlp("topics", "--seed", "7", "--output", str(out), lines=lines).returncode == 0
    seconds = f'"seconds": {result["run"]["seconds"]}'.encode()
    again = out.read_bytes()
    seconds_again = f'"seconds": {json.loads(again)["run"]["seconds"]}'.encode()
    assert again.replace(seconds_again, b"") == once.stdout.replace(seconds, b"")

    assert nlp("topics", "--previous", str(out), lines=lines).returncode == 0


def test_options_that_cannot_be_read_are_refused_plainly(nlp: Run, tmp_path: Path) -> None:
    bad = tmp_path / "frames.json"
    bad.write_text('[{"id": "a", "description": {}}]')
    for arguments in (
        ["--frames", str(bad)],
        ["--frames-only"],
        ["--previous", str(bad)],
        ["--frames", "absent"],
    ):
        done = nlp("topics", *arguments, lines=[{"id": "a", "text": "x"}])
        assert done.returncode == 2 and done.stderr and b"Traceback" not in done.stderr


def test_what_is_not_built_does_not_exist(nlp: Run) -> None:
    assert nlp("horoscope").returncode == 2
