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
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any

from citizen_platform.core.jobs.queue import Cancelled

ROOT = Path(__file__).resolve().parents[3]
LEASH = Path(__file__).with_name("leash.py")
LOOK_EVERY = 0.25
"""Seconds between looks at a child that does one long piece of work."""
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

    def ask(self, lines: Sequence[Line], patience: float | None = None) -> list[Line]:
        """The answers to these lines, in their order. Raises ChildFailed when the child dies on them."""
        if not lines:
            return []
        with self.lock:
            process = self.alive()
            hangs = threading.Timer(self.patience if patience is None else patience, process.kill)
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


class Watch:
    """Ends a child that has said nothing for ``patience`` seconds, or once ``unwanted`` is set."""

    def __init__(
        self, process: subprocess.Popen[str], patience: float, unwanted: threading.Event | None
    ) -> None:
        self.process, self.patience = process, patience
        self.unwanted = unwanted or threading.Event()
        self.is_over = threading.Event()
        self.was_silent = False
        self.heard_at = time.monotonic()
        threading.Thread(target=self.look, daemon=True).start()

    def look(self) -> None:
        while not self.is_over.wait(min(LOOK_EVERY, self.patience)):
            self.was_silent = time.monotonic() - self.heard_at > self.patience
            if self.was_silent or self.unwanted.is_set():
                self.process.kill()
                return


def run_once(
    arguments: Sequence[str],
    lines: Iterable[Line],
    on_progress: Callable[[Line], None],
    *,
    patience: float = 900,
    unwanted: threading.Event | None = None,
) -> Line:
    """One child for one long piece of work: all lines in, one JSON object out, progress as it comes.

    ``lines`` may be made while they are read; it is another thread that asks for them. ``on_progress`` gets each JSON
    line of standard error; whatever it raises (a cancellation) ends the child, and so does ``unwanted`` once it is set,
    even while the child says nothing: Cancelled is raised then. Raises ChildFailed with the child's last words when it
    does not end well. A child that says nothing for ``patience`` seconds hangs, and is ended.
    """
    process = start([*arguments, "--progress"])
    assert process.stdout is not None
    assert process.stderr is not None
    watch = Watch(process, patience, unwanted)
    output: list[str] = []
    no_lines: list[BaseException] = []

    def write() -> None:
        assert process.stdin is not None
        try:
            feed(process.stdin, lines, True)
        except BaseException as error:
            no_lines.append(error)
            process.kill()

    reader = threading.Thread(
        target=lambda pipe: output.append(pipe.read()), args=(process.stdout,), daemon=True
    )
    reader.start()
    threading.Thread(target=write, daemon=True).start()
    last_words: deque[str] = deque(maxlen=5)
    try:
        for line in process.stderr:
            watch.heard_at = time.monotonic()
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
        watch.is_over.set()
    reader.join()
    if code == 0:
        result: Line = json.loads("".join(output))
        return result
    if unwanted is not None and unwanted.is_set():
        raise Cancelled
    if no_lines:
        raise no_lines[0]
    hung = [f"It said nothing for {patience:.0f} seconds."] if watch.was_silent else []
    raise ChildFailed(" ".join([*last_words, *hung]) or f"python -m {' '.join(arguments)} ended with {code}")
