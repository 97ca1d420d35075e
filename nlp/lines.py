"""JSON lines in and out, for both a whole file and a pipe that stays open."""

import contextlib
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from nlp.contract import LANGUAGES, Language, Statement


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


def read_statements(stream: IO[bytes]) -> Iterator[tuple[Any, Statement]]:
    """Each line as a statement, beside its ``id`` as it was given (text or number)."""
    for number, value in read_lines(stream):
        yield value["id"], Statement(str(value["id"]), text_of(number, value), language_of(number, value))


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
