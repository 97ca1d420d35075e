"""Child processes that read JSON lines and answer JSON lines; how the worker reaches ``python -m nlp``.

Nothing heavy is ever loaded here: a crash in a child cannot take the worker or the site down.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parents[3]
Line = dict[str, Any]


class ChildFailed(RuntimeError):
    """A child process ended badly; the message is the last thing it said."""


def start(arguments: Sequence[str]) -> subprocess.Popen[str]:
    """Start ``python -m <arguments>`` with pipes, in the folder of the service, away from the network's settings."""
    return subprocess.Popen(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONUTF8": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def feed(pipe: IO[str], lines: Iterable[Line], close: bool) -> None:
    """Write JSON lines into a child; a child that died mid-way is noticed by whoever reads its answers."""
    try:
        for line in lines:
            pipe.write(json.dumps(line, ensure_ascii=False) + "\n")
        pipe.flush()
        if close:
            pipe.close()
    except (BrokenPipeError, ValueError):
        pass


class KeptChild:
    """One child kept alive per kind of work; a line in, a line out. It is started again when it has died."""

    def __init__(self, *arguments: str) -> None:
        self.arguments = arguments
        self.lock = threading.Lock()
        self.process: subprocess.Popen[str] | None = None

    def ask(self, lines: Sequence[Line]) -> list[Line]:
        """The answers to these lines, in their order. Raises ChildFailed when the child dies on them."""
        with self.lock:
            if self.process is None or self.process.poll() is not None:
                self.process = start(self.arguments)
                threading.Thread(target=drain, args=(self.process.stderr,), daemon=True).start()
            assert self.process.stdin and self.process.stdout
            writer = threading.Thread(target=feed, args=(self.process.stdin, lines, False), daemon=True)
            writer.start()
            answers = []
            for _line in lines:
                answer = self.process.stdout.readline()
                if not answer:
                    code = self.process.wait()
                    self.process = None
                    raise ChildFailed(f"python -m {' '.join(self.arguments)} ended with {code}")
                answers.append(json.loads(answer))
            writer.join()
            return answers

    def stop(self) -> None:
        """End the child."""
        with self.lock:
            if self.process is not None:
                self.process.terminate()
                self.process.wait()
                self.process = None


def drain(pipe: IO[str] | None) -> None:
    """Keep a pipe empty so that its writer never waits."""
    for _line in pipe or ():
        pass


def run_once(arguments: Sequence[str], lines: Sequence[Line], on_progress: Callable[[Line], None]) -> Line:
    """One child for one long piece of work: all lines in, one JSON object out, progress as it comes.

    ``on_progress`` gets each JSON line of standard error; whatever it raises (a cancellation) ends the child.
    Raises ChildFailed with the child's last words when it does not end well.
    """
    process = start([*arguments, "--progress"])
    assert process.stdin and process.stdout and process.stderr
    output: list[str] = []
    reader = threading.Thread(target=lambda pipe: output.append(pipe.read()), args=(process.stdout,), daemon=True)
    writer = threading.Thread(target=feed, args=(process.stdin, lines, True), daemon=True)
    reader.start()
    writer.start()
    last_words: list[str] = []
    try:
        for line in process.stderr:
            try:
                message = json.loads(line)
            except ValueError:
                last_words = [*last_words, line.strip()][-5:]
                continue
            if isinstance(message, dict):
                on_progress(message)
        code = process.wait()
    except BaseException:
        process.kill()
        process.wait()
        raise
    reader.join()
    if code != 0:
        raise ChildFailed(" ".join(last_words) or f"python -m {' '.join(arguments)} ended with {code}")
    result: Line = json.loads("".join(output))
    return result
