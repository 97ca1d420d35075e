"""S26 and S27: hostile texts take time that grows with their length, and nothing that comes in is ever unpickled."""

import base64
import json
import pickle
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nlp.campaigns import find_campaigns
from nlp.contract import Statement
from nlp.embedding.glossary import gloss
from nlp.language import detect
from nlp.lemmas import lemmatise
from nlp.reading import pieces_of
from nlp.segments import has_content, passages
from nlp.stance import stance_of
from nlp.tokens import tokens
from nlp.topics.concepts import concepts_of
from nlp.topics.gather import same
from nlp.welsh import demutations, fold
from nlp.words import words
from tests.nlp.conftest import ROOT, Run

LONG = 100_000
UNITS = {
    "letters": "x",
    "one word": "bws ",
    "dots": ". ",
    "dotted": "a.b.",
    "apostrophes": "'",
    "clitics": "a'r'n",
    "quotes": "!\"')",
    "brackets": "((((",
    "closing": "a)))]",
    "hyphens": "ll-",
    "ng": "ngngh",
    "spaces": " ",
    "lines": "\n\n",
    "commas": "1,1.",
    "accents": "w\u0302\u0301",
    "bare accents": "\u0301",
    "right to left": "\u202eאב ",
    "surrogate": "\ud800a ",
    "emoji": "👩‍👩‍👧 ",
    "addresses": "http://a.b/c@d ",
    "at": "a@",
    "e.g.": "e.g. ",
    "bullets": " • ",
    "mixed": "Mae'r bus yn late ",
    "nul": "\x00a",
}
FUNCTIONS: dict[str, Callable[[str], Any]] = {
    "fold": fold,
    "words": words,
    "has_content": has_content,
    "passages": passages,
    "detect": detect,
    "stance_of": stance_of,
    "same": same,
    "tokens cy": lambda text: tokens(text, "cy"),
    "tokens en": lambda text: tokens(text, "en"),
    "lemmatise": lambda text: lemmatise([text], "cy"),
    "demutations": demutations,
    "pieces_of": lambda text: pieces_of(text, "cy"),
    "gloss": lambda text: gloss(text[:1_000], "mixed"),
    "concepts_of": lambda text: concepts_of(text[:1_000], "cy"),
    "find_campaigns": lambda text: find_campaigns([Statement(str(n), text + str(n)) for n in range(3)]),
}
SURELY_ENOUGH = 0.8  # seconds of CPU: below this growth is noise
WORST = 20.0


def _seconds(function: Callable[[str], Any], text: str) -> float:
    began = time.process_time()
    function(text)
    return time.process_time() - began


@pytest.mark.parametrize("name", FUNCTIONS)
def test_time_grows_with_length_and_no_faster(name: str) -> None:
    function = FUNCTIONS[name]
    for what, unit in UNITS.items():
        text = (
            (unit * (LONG // len(unit) + 1))[:LONG]
            .encode("utf-8", "surrogatepass")
            .decode("utf-8", "replace")
        )
        if name in ("fold", "words", "passages", "detect", "same"):  # these see texts before they are mended
            text = (unit * (LONG // len(unit) + 1))[:LONG]
        whole = _seconds(function, text)
        assert whole < WORST, what
        if (
            whole > SURELY_ENOUGH
        ):  # four times the time for twice the text is a square; a little noise is none
            half = min(_seconds(function, text[: LONG // 2]) for _ in range(2))
            assert min(whole, _seconds(function, text)) < 3.2 * half, what


@pytest.mark.parametrize("command", ["language", "passages", "campaigns", "lemmas"])
def test_commands_bear_hostile_lines(nlp: Run, command: str) -> None:
    units = list(UNITS.values())[:: 8 if command == "passages" else 1]  # a passage costs a vector
    texts = [(unit * (LONG // len(unit) + 1))[:LONG] for unit in units]
    lines = [{"id": n, "text": text} for n, text in enumerate(texts)]
    done = nlp(command, lines=lines)
    assert done.returncode == 0 and done.stderr == b""
    assert len(done.stdout.splitlines()) == (1 if command == "campaigns" else len(lines))


class Trap:
    """Unpickling this makes the file it names."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple[Any, tuple[str, str]]:
        return open, (str(self.file), "w")


@pytest.mark.parametrize("option", ["--previous", "--frames", "--topics", "--input"])
def test_a_malicious_pickle_is_refused_and_not_run(nlp: Run, tmp_path: Path, option: str) -> None:
    sprung = tmp_path / "sprung"
    bomb = pickle.dumps(Trap(sprung))
    file = tmp_path / "model.pkl"
    command = "place" if option == "--topics" else "topics"
    for data in (bomb, pickle.dumps(Trap(sprung), protocol=0)):
        file.write_bytes(data)
        done = nlp(command, option, str(file), lines=[{"id": "a", "text": "x"}])
        assert done.returncode == 2 and b"Traceback" not in done.stderr and not done.stdout
    if option == "--topics":  # or in the place of a vector
        made = {"id": "t1", "middle": base64.b64encode(bomb).decode()}
        file.write_text(json.dumps({"topics": [made], "run": {"versions": {"embedding": "x"}}}))
        assert nlp(command, option, str(file), lines=[{"id": "a", "text": "x"}]).returncode == 2
    assert not sprung.exists()
    pickle.loads(bomb).close()  # the trap works
    assert sprung.exists()


def test_nothing_here_reads_pickles() -> None:
    forbidden = re.compile(
        r"^\s*(?:import|from)\s+(?:pickle|joblib|dill|cloudpickle|shelve|marshal)\b|allow_pickle\s*=\s*True"
        r"|\btorch\.load\b|BERTopic\.load\b",
        re.MULTILINE,
    )
    for path in (ROOT / "nlp").rglob("*.py"):
        assert not forbidden.search(path.read_text(encoding="utf-8")), path
