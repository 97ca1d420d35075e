"""Children that answer JSON lines: shared safely, started again, never out of step, never left behind."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from citizen_platform.core.jobs import Cancelled
from citizen_platform.core.jobs.child import ChildFailed, KeptChild, run_once

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def child() -> Iterator[KeptChild]:
    child = KeptChild("tests.core.echo")
    yield child
    child.stop()


def test_a_child_is_kept_and_answers_in_order(child: KeptChild) -> None:
    first = child.ask([{"id": number, "text": "tŷ \ud800 môr"} for number in range(500)])
    assert [answer["id"] for answer in first] == list(range(500))
    assert first[0]["text"] == "tŷ \ud800 môr"
    [second] = child.ask([{"id": "next"}])
    assert second["pid"] == first[0]["pid"] != os.getpid()
    assert child.ask([]) == []


def test_a_child_that_died_is_started_again(child: KeptChild) -> None:
    with pytest.raises(ChildFailed, match=r"tests\.core\.echo ended with 3 out of ink"):
        child.ask([{"id": 1}, {"id": 2, "die": "out of ink"}, {"id": 3}])
    [answer] = child.ask([{"id": 4}])
    assert answer["id"] == 4
    os.kill(answer["pid"], 9)
    until_dead(answer["pid"])
    assert child.ask([{"id": 5}])[0]["pid"] != answer["pid"]


def test_answers_left_in_the_pipe_reach_nobody_else(child: KeptChild) -> None:
    with pytest.raises(ValueError, match="Expecting value"):
        child.ask([{"id": 1, "say": "rubbish"}, {"id": 2}, {"id": 3}])
    assert child.ask([{"id": 4}])[0]["id"] == 4


def test_a_child_that_hangs_is_ended() -> None:
    child = KeptChild("tests.core.echo", patience=0.5)
    with pytest.raises(ChildFailed, match="-9"):
        child.ask([{"id": 1, "sleep": 60}])


def test_threads_share_a_child(child: KeptChild) -> None:
    wrong: list[Any] = []

    def ask(name: int) -> None:
        for number in range(20):
            answers = child.ask([{"id": f"{name}-{number}-{line}"} for line in range(10)])
            if [answer["id"] for answer in answers] != [f"{name}-{number}-{line}" for line in range(10)]:
                wrong.append(answers)

    threads = [threading.Thread(target=ask, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_child_outlives_the_thread_that_asked_first(child: KeptChild) -> None:
    pids: list[int] = []
    thread = threading.Thread(target=lambda: pids.append(child.ask([{"id": 1}])[0]["pid"]))
    thread.start()
    thread.join()
    time.sleep(0.2)
    assert child.ask([{"id": 2}])[0]["pid"] == pids[0]


def test_long_work_tells_how_far_it_is_and_stops_when_asked() -> None:
    said: list[Any] = []
    assert run_once(["tests.core.echo"], [{"id": 1, "sleep": 0}], said.append)["id"] == 1
    assert said == [{"stage": "sleeping", "done": 0, "total": 1}]

    def cancel(_line: Any) -> None:
        raise Cancelled

    began = time.monotonic()
    with pytest.raises(Cancelled):
        run_once(["tests.core.echo"], [{"id": 1, "sleep": 60}], cancel)
    assert time.monotonic() - began < 30
    with pytest.raises(ChildFailed, match="out of ink"):
        run_once(["tests.core.echo"], [{"id": 1, "die": "out of ink"}], said.append)


def test_long_work_that_falls_silent_is_ended() -> None:
    with pytest.raises(ChildFailed, match="It said nothing for 3 seconds"):
        run_once(["tests.core.echo"], [{"id": 1, "sleep": 60}], lambda line: None, patience=3)


def test_a_silent_child_ends_at_once_when_it_is_no_longer_wanted() -> None:
    unwanted = threading.Event()
    threading.Timer(0.5, unwanted.set).start()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        run_once(["tests.core.echo"], [{"id": 1, "sleep": 60}], lambda line: None, unwanted=unwanted)
    assert time.monotonic() - began < 20


def test_lines_that_cannot_be_made_end_the_child() -> None:
    def lines() -> Iterator[dict[str, Any]]:
        yield {"id": 1}
        raise KeyError("the database is away")

    with pytest.raises(KeyError, match="the database is away"):
        run_once(["tests.core.echo"], lines(), lambda line: None)


BUSY_PARENT = """
import threading
from citizen_platform.core.jobs.child import KeptChild, run_once
print(KeptChild("tests.core.echo").ask([{"id": 1}])[0]["pid"], flush=True)
run_once(["tests.core.echo"], [{"id": 2, "sleep": 600}], lambda line: print("busy", flush=True))
"""


def test_children_die_with_their_parent_even_when_it_is_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", BUSY_PARENT], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout
        kept = int(parent.stdout.readline())
        assert parent.stdout.readline() == "busy\n"
        children = Path(f"/proc/{parent.pid}/task").glob("*/children")
        pids = {int(pid) for path in children for pid in path.read_text().split()}
        assert kept in pids
        assert len(pids) == 2
        parent.kill()
    for pid in pids:
        until_dead(pid)


def until_dead(pid: int) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in {"Z", "X"}:
                return
        except OSError:
            return
        time.sleep(0.02)
    raise AssertionError(f"process {pid} is still there")
