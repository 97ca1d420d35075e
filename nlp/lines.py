"""JSON lines in and out, for both a whole file and a pipe that stays open."""

import contextlib
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from nlp.contract import LANGUAGES, STANCES, Language, Passage, Statement


class BadLine(ValueError):
    """A line of input that cannot be read; the message names it by number, counted from 1."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(f"line {number}: {why}")
        self.number = number


def read_lines(stream: IO[bytes]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each JSON object with its line number, as soon as its line has come. Empty lines are passed over."""
    for number, line in enumerate(iter(stream.readline, b""), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line.decode("utf-8"))
        except UnicodeDecodeError:
            raise BadLine(number, "not UTF-8") from None
        except (ValueError, RecursionError):
            raise BadLine(number, "not JSON") from None
        if not isinstance(value, dict):
            raise BadLine(number, "not a JSON object")
        if not isinstance(value.get("id"), str | int) or isinstance(value.get("id"), bool):
            raise BadLine(number, '"id" is missing or is neither text nor a whole number')
        if not _is_writable(str(value["id"])):
            raise BadLine(number, '"id" is not valid Unicode')
        yield number, value


def _is_writable(text: str) -> bool:
    return not any("\ud800" <= c <= "\udfff" for c in text)


def language_of(number: int, value: dict[str, Any]) -> Language | None:
    """The line's ``language``; None where it is absent or null."""
    given = value.get("language")
    if given is None:
        return None
    for language in LANGUAGES:
        if given == language:
            return language
    raise BadLine(number, f'"language" must be one of {", ".join(LANGUAGES)}')


def text_of(number: int, value: dict[str, Any]) -> str:
    """The line's ``text``, in which halves of broken surrogate pairs have become question marks."""
    text = value.get("text")
    if not isinstance(text, str):
        raise BadLine(number, '"text" is missing or is not text')
    return text.encode("utf-8", "replace").decode("utf-8")


def _passage(number: int, value: Any, length: int) -> Passage:
    if not isinstance(value, dict):
        raise BadLine(number, "a passage is not an object")
    start, end = value.get("start"), value.get("end")
    if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start < end <= length:
        raise BadLine(number, "a passage lies outside its text")
    if value.get("language") not in LANGUAGES or value.get("stance") not in STANCES:
        raise BadLine(number, "a passage has no known language or stance")
    if not isinstance(value.get("vector"), str):
        raise BadLine(number, "a passage has no vector")
    return Passage(start, end, value["language"], value["stance"], value["vector"])


def _group(number: int, value: Any) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(v, str | int | None) for v in value.values()):
        raise BadLine(number, '"group" is not an object of texts')
    plain = {name: str(v) for name, v in value.items() if v is not None and v != ""}
    if not all(_is_writable(text) for pair in plain.items() for text in pair):
        raise BadLine(number, '"group" is not valid Unicode')
    return plain


def statement_of(number: int, value: dict[str, Any]) -> Statement:
    """The statement on a line, with the passages and groups that were given with it."""
    text = text_of(number, value)
    passages = value.get("passages")
    version = value.get("version") or ""
    if passages is not None and not isinstance(passages, list):
        raise BadLine(number, '"passages" is not a list')
    if not isinstance(version, str):
        raise BadLine(number, '"version" is not text')
    return Statement(
        str(value["id"]),
        text,
        language_of(number, value),
        None if passages is None else tuple(_passage(number, found, len(text)) for found in passages),
        version,
        _group(number, value.get("group")),
    )


def read_statements(stream: IO[bytes]) -> Iterator[tuple[Any, Statement]]:
    """Each line as a statement, beside its ``id`` as it was given (text or number)."""
    for number, value in read_lines(stream):
        yield value["id"], statement_of(number, value)


def dump(value: Any) -> str:
    """One line of JSON, the same bytes for the same value."""
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "), allow_nan=False)


@contextlib.contextmanager
def input_from(path: str | None) -> Iterator[IO[bytes]]:
    """Standard input, or a file."""
    if path is None:
        yield sys.stdin.buffer
        return
    with open(path, "rb") as stream:
        yield stream


@contextlib.contextmanager
def output_to(path: str | None) -> Iterator[IO[str]]:
    """Standard output, or a file that appears whole or not at all."""
    if path is None:
        yield sys.stdout
        sys.stdout.flush()
        return
    target = Path(path)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
    try:
        with open(handle, "w", encoding="utf-8", newline="\n") as stream:
            yield stream
        os.chmod(name, 0o644)
        os.replace(name, target)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)
        raise
