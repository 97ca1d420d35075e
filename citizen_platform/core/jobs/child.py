"""Child processes that read JSON lines and answer JSON lines; how the worker reaches ``python -m nlp``.

Nothing heavy is ever loaded here: a crash in a child cannot take the worker or the site down, and no child outlives
the process that started it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parents[3]
LEASH = Path(__file__).with_name("leash.py")
Line = dict[str, Any]

# Linux ends a child with the *thread* that started it, so all are started by one that lives as long as this process.
_nursery = ThreadPoolExecutor(max_workers=1, thread_name_prefix="nursery")


class ChildFailed(RuntimeError):
    """A child process ended badly; the message is the last thing it said."""


def start(arguments: Sequence[str]) -> subprocess.Popen[str]:
    """Start ``python -m <arguments>`` with pipes, in the folder of the service.

    It dies with this process, but a Ctrl-C in the terminal or a signal to the worker's group does not reach it: the
    worker decides what becomes of its work.
    """
    return _nursery.submit(
        subprocess.Popen,
        [sys.executable, str(LEASH), str(os.getpid()), *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONUTF8": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        process_group=0,
    ).result()


def feed(pipe: IO[str], lines: Iterable[Line], close: bool) -> None:
    """Write JSON lines into a child; a child that died mid-way is noticed by whoever reads its answers.

    The lines are ASCII, so that half a surrogate pair in somebody's text cannot stop the writing.
    """
    try:
        for line in lines:
            pipe.write(json.dumps(line) + "\n")
        pipe.flush()
        if close:
            pipe.close()
    except (OSError, ValueError):
        pass


def end(process: subprocess.Popen[str]) -> None:
    """Kill a child and take leave of it."""
    process.kill()
    process.wait()


class KeptChild:
    """One child kept alive per kind of work; a line in, a line out. It is started again when it has died.

    Threads share it: one asks at a time. A child that needs more than ``patience`` seconds for what it was asked hangs,
    and is ended.
    """

    def __init__(self, *arguments: str, patience: float = 900) -> None:
        self.arguments = arguments
        self.patience = patience
        self.lock = threading.Lock()
        self.process: subprocess.Popen[str] | None = None
        self.last_words: deque[str] = deque(maxlen=5)
        self.listener = threading.Thread()

    def ask(self, lines: Sequence[Line]) -> list[Line]:
        """The answers to these lines, in their order. Raises ChildFailed when the child dies on them."""
        if not lines:
            return []
        with self.lock:
            process = self.alive()
            hangs = threading.Timer(self.patience, process.kill)
            hangs.daemon = True
            hangs.start()
            threading.Thread(target=feed, args=(process.stdin, lines, False), daemon=True).start()
            try:
                return [self.answer(process) for _line in lines]
            except BaseException:  # answers may be left in the pipe: the next who asks must not get them
                self.process = None
                end(process)
                raise
            finally:
                hangs.cancel()

    def alive(self) -> subprocess.Popen[str]:
        """The child, started when there is none."""
        if self.process is None or self.process.poll() is not None:
            self.process = start(self.arguments)
            self.last_words.clear()
            self.listener = threading.Thread(
                target=listen, args=(self.process.stderr, self.last_words), daemon=True
            )
            self.listener.start()
        return self.process

    def answer(self, process: subprocess.Popen[str]) -> Line:
        """The next line of the child."""
        assert process.stdout is not None
        text = process.stdout.readline()
        if not text:
            code = process.wait()
            self.listener.join(1)
            raise ChildFailed(
                " ".join([f"python -m {' '.join(self.arguments)} ended with {code}", *self.last_words])
            )
        line: Line = json.loads(text)
        return line

    def stop(self) -> None:
        """End the child."""
        with self.lock:
            if self.process is not None:
                end(self.process)
                self.process = None


def listen(pipe: IO[str], last_words: deque[str]) -> None:
    """Keep a pipe empty, so that its writer never waits, and remember the last lines."""
    for line in pipe:
        last_words.append(line.strip())


class Silence:
    """Kills a child that has said nothing for ``patience`` seconds; each ``broken`` starts the count anew."""

    def __init__(self, process: subprocess.Popen[str], patience: float) -> None:
        self.process, self.patience = process, patience
        self.was_too_long = False
        self.timer = self.count()

    def count(self) -> threading.Timer:
        """A count that has just begun."""
        timer = threading.Timer(self.patience, self.kill)
        timer.daemon = True
        timer.start()
        return timer

    def kill(self) -> None:
        self.was_too_long = True
        self.process.kill()

    def broken(self) -> None:
        """The child said something."""
        self.timer.cancel()
        self.timer = self.count()

    def over(self) -> None:
        """There is nothing more to wait for."""
        self.timer.cancel()


def run_once(
    arguments: Sequence[str],
    lines: Sequence[Line],
    on_progress: Callable[[Line], None],
    patience: float = 900,
) -> Line:
    """One child for one long piece of work: all lines in, one JSON object out, progress as it comes.

    ``on_progress`` gets each JSON line of standard error; whatever it raises (a cancellation) ends the child.
    Raises ChildFailed with the child's last words when it does not end well. A child that says nothing for ``patience``
    seconds hangs, and is ended.
    """
    process = start([*arguments, "--progress"])
    assert process.stdout is not None
    assert process.stderr is not None
    heard = Silence(process, patience)
    output: list[str] = []
    reader = threading.Thread(
        target=lambda pipe: output.append(pipe.read()), args=(process.stdout,), daemon=True
    )
    writer = threading.Thread(target=feed, args=(process.stdin, lines, True), daemon=True)
    reader.start()
    writer.start()
    last_words: deque[str] = deque(maxlen=5)
    try:
        for line in process.stderr:
            heard.broken()
            try:
                message = json.loads(line)
            except ValueError:
                last_words.append(line.strip())
                continue
            if isinstance(message, dict):
                on_progress(message)
        code = process.wait()
    except BaseException:
        end(process)
        raise
    finally:
        heard.over()
    reader.join()
    if code != 0:
        hung = [f"It said nothing for {patience:.0f} seconds."] if heard.was_too_long else []
        raise ChildFailed(
            " ".join([*last_words, *hung]) or f"python -m {' '.join(arguments)} ended with {code}"
        )
    result: Line = json.loads("".join(output))
    return result
