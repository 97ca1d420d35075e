"""Child processes that never outlive this one: what `make demo` and `make test` start servers with."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
GRACE = 15.0
"""Seconds a process is given to finish what it does before it is killed."""


class Stopped(SystemExit):
    """Somebody asked for an end (Ctrl-C, SIGTERM or a closed terminal)."""


def ask_kernel(option: int, value: int) -> None:
    """Set one of Linux's process options; elsewhere they do not exist and stopping in order must be enough."""
    if LIBC is not None:
        LIBC.prctl(option, value, 0, 0, 0)


def end_with_parent() -> None:
    """Have this process told to end when the one that started it dies, however it dies."""
    ask_kernel(PR_SET_PDEATHSIG, signal.SIGTERM)


def stop_on_signals() -> None:
    """Raise Stopped when asked to end, and inherit what children leave behind so that it can be ended too."""

    def stop(number: int, _frame: object) -> None:
        ignore_signals()
        raise Stopped(0 if number == signal.SIGINT else 128 + number)

    for number in ENDING:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup means it
            signal.signal(number, stop)
    ask_kernel(PR_SET_CHILD_SUBREAPER, 1)


class Parent:
    """The process that started this one, which may keep an interrupt to itself.

    Ctrl-C reaches everything in the terminal. A SIGINT sent to `make` alone does not: make puts its own handling of the
    signal back to the default and waits for its children. That, Linux shows.
    """

    def __init__(self) -> None:
        self.status = Path(f"/proc/{os.getppid()}/status")
        self.catches = self.catches_interrupts()

    def catches_interrupts(self) -> bool:
        """Whether it has a handler for SIGINT; False where that cannot be known."""
        try:
            line = next(line for line in self.status.read_text().splitlines() if line.startswith("SigCgt:"))
        except (OSError, StopIteration):
            return False
        return bool(int(line.split()[1], 16) >> (signal.SIGINT - 1) & 1)

    def was_interrupted(self) -> bool:
        return self.catches and not self.catches_interrupts()


def ignore_signals() -> None:
    """Let nothing interrupt the stopping, which is bounded in time."""
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)


def descendants() -> list[int]:
    """Process ids of this process's children and theirs; empty where there is no /proc to ask."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError, ValueError):
            continue
    found = [os.getpid()]
    for pid in found:
        found.extend(child for child, parent in parents.items() if parent == pid)
    return found[1:]


class Processes:
    """Named child processes, each leading a session of its own, ended together: `with Processes() as processes`."""

    def __init__(self) -> None:
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Processes:
        stop_on_signals()
        return self

    def __exit__(self, *_: object) -> None:
        ignore_signals()
        self.stop()

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        environment: Mapping[str, str] | None = None,
        user: str | int | None = None,
        quiet: Path | None = None,
    ) -> subprocess.Popen[bytes]:
        """Start a process, as another user if one is given, writing to the file `quiet` if one is given."""
        identity = {} if user is None else {"user": user, "group": group_of(user), "extra_groups": []}
        output = None if quiet is None else quiet.open("ab")
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output and subprocess.STDOUT,
            env=environment,
            start_new_session=True,
            preexec_fn=end_with_parent,
            **identity,  # type: ignore[call-overload]
        )
        self.running[name] = process
        return process

    def run(
        self,
        name: str,
        command: Sequence[str | Path],
        environment: Mapping[str, str] | None = None,
        limit: float | None = None,
    ) -> int:
        """Run a process to its end; its exit status.

        After ``limit`` seconds it is made to say where it is (as Python does at SIGABRT) and ended.
        """
        process = self.start(name, command, environment)
        try:
            status = process.wait(limit)
        except subprocess.TimeoutExpired:
            print(f"\nThe {name} did not end within {limit:.0f} seconds. They were here:", flush=True)
            signal_group(process, signal.SIGABRT)
            time.sleep(2)
            signal_group(process, signal.SIGKILL)
            status = process.wait()
        del self.running[name]
        return status

    def ended(self) -> tuple[str, int] | None:
        """The first process found to have ended, with its exit status."""
        return next(((n, p.returncode) for n, p in self.running.items() if p.poll() is not None), None)

    def stop(self) -> None:
        """Ask all to end; after the grace, kill what is left of them, their children included."""
        for process in self.running.values():
            signal_group(process, signal.SIGTERM)
        wait_until(lambda: all(p.poll() is not None for p in self.running.values()), GRACE)
        for process in self.running.values():
            signal_group(process, signal.SIGKILL)
            process.wait()
        for number in (signal.SIGTERM, signal.SIGKILL):
            for pid in descendants():
                try:
                    os.kill(pid, number)
                except ProcessLookupError:
                    continue
            if wait_until(no_children_left, 5):
                break
        self.running.clear()


def no_children_left() -> bool:
    """Reap what has ended; True when nothing is left."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            continue
    except ChildProcessError:
        return True
    return False


def signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        return


def group_of(user: str | int) -> int:
    import pwd  # not there on every system, and needed only to start a server as another user

    return (pwd.getpwnam(user) if isinstance(user, str) else pwd.getpwuid(user)).pw_gid


def wait_until(is_true: Callable[[], bool], seconds: float) -> bool:
    """Ask until it is true or the time is over; whether it became true."""
    end = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_free(port: int) -> bool:
    """Whether a server may listen on this port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
