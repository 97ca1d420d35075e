"""Lint, then run every test twice: on SQLite with the embedded job engine, and on PostgreSQL with Redis.

The servers are those that TEST_DATABASE_URL and TEST_REDIS_URL name; where they name none, private and empty ones are
started here and thrown away at the end. Arguments go to pytest: `make test ARGS='-k receipt'`.

What tests find in their environment:
  DATABASE_URL     in the second run, a PostgreSQL server with the right to create databases
  REDIS_URL        in the second run, a Redis server; TEST_REDIS_URL names it in both
  DOLEN_INSTANCE   an empty folder, so that no test touches the data of this installation
  DOLEN_DATA       labelled data, where a shared/data folder lies beside this checkout
  CHROMIUM         the browser to drive; absent where it is Playwright's own
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from processes import Processes, end_with_parent, free_port, group_of, wait_until

OF_THIS_INSTALLATION = (
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "MAIL_URL",
    "DOLEN_ORIGIN",
    "DOLEN_EMBEDDER",
    "PORT",
)
LIMIT = 35 * 60.0
"""Seconds that the tests on one database may take; a test alone has the limit that pyproject.toml gives it."""
BROWSERS = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser")


@dataclass
class Outcome:
    """How one part went, in one line of words."""

    name: str
    status: int
    seconds: float
    words: str = ""

    def __str__(self) -> str:
        return f"{self.name}: {self.words or ('ok' if self.status == 0 else 'failed')}"


def main(arguments: list[str]) -> int:
    end_with_parent()
    with tempfile.TemporaryDirectory(prefix="dolen-", dir=temporary_root()) as name, Processes() as processes:
        folder = Path(name)
        folder.chmod(0o711)  # the database server may be another user, and must reach its own folder below
        common = environment(folder)
        redis = os.environ.get("TEST_REDIS_URL") or start_redis(processes, folder)
        postgresql = os.environ.get("TEST_DATABASE_URL") or start_postgresql(processes, folder)
        common["TEST_REDIS_URL"] = redis
        servers = {"SQLite": {}, "PostgreSQL": {"DATABASE_URL": postgresql, "REDIS_URL": redis}}
        outcomes = [lint(processes)]
        for database, extra in servers.items():
            print(f"\n{time.strftime('%H:%M:%S')} Tests on {database}", flush=True)
            outcomes.append(
                run_tests(processes, database, common | extra, arguments, folder / f"{database}.xml")
            )
    print()
    print("Took", ", ".join(f"{outcome.name} {outcome.seconds:.0f} s" for outcome in outcomes))
    for outcome in outcomes:
        print(outcome)
    return max(abs(outcome.status) for outcome in outcomes)


def temporary_root() -> str | None:
    """Where temporary folders go: as root, one that the database server's user can reach too."""
    return "/tmp" if is_root() else None  # noqa: S108


def is_root() -> bool:
    return os.geteuid() == 0


def environment(folder: Path) -> dict[str, str]:
    """The environment of every test run: this machine's, without what configures this installation."""
    found = {
        k: v
        for k, v in os.environ.items()
        if k not in {*OF_THIS_INSTALLATION, "TEST_DATABASE_URL", "MAKEFLAGS"}
    }
    instance = folder / "instance"
    instance.mkdir()
    found["DOLEN_INSTANCE"] = str(instance)
    data = Path("../shared/data")
    if data.is_dir():
        found.setdefault("DOLEN_DATA", str(data.resolve()))
    browser = next((path for path in map(shutil.which, BROWSERS) if path), None)
    if browser:
        found.setdefault("CHROMIUM", browser)
    return found


def lint(processes: Processes) -> Outcome:
    started = time.monotonic()
    status = processes.run("lint", ["make", "--no-print-directory", "--keep-going", "lint"])
    return Outcome("lint", status, time.monotonic() - started)


def run_tests(
    processes: Processes, database: str, variables: dict[str, str], arguments: list[str], report: Path
) -> Outcome:
    """Run pytest over two processes, a file at a time; the counts come from its report."""
    started = time.monotonic()
    pytest = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile", "--durations=15"]
    status = processes.run("tests", [*pytest, f"--junit-xml={report}", *arguments], variables, limit=LIMIT)
    return Outcome(database, status, time.monotonic() - started, counts(report))


def counts(report: Path) -> str:
    """Such as "312 passed, 0 failed, 2 skipped", from a JUnit report."""
    if not report.exists():
        return "did not run"
    found = ElementTree.parse(report).getroot().iter("testsuite")  # noqa: S314 - written by pytest just now
    total = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
    for suite in found:
        for kind in total:
            total[kind] += int(suite.get(kind, 0))
    failed = total["failures"] + total["errors"]
    return f"{total['tests'] - failed - total['skipped']} passed, {failed} failed, {total['skipped']} skipped"


def start_redis(processes: Processes, folder: Path) -> str:
    """A private Redis that keeps nothing; its address."""
    port = free_port()
    log = folder / "redis.log"
    command = ["redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    server = processes.start("Redis", [str(part) for part in command], quiet=log)
    ping = ["redis-cli", "-p", str(port), "ping"]
    wait_for(server, lambda: succeeds(ping), "Redis", log)
    return f"redis://127.0.0.1:{port}/0"


def start_postgresql(processes: Processes, folder: Path) -> str:
    """A private PostgreSQL cluster behind a socket in its own folder; the address of an empty database in it."""
    programs = postgresql_programs()
    home, log = folder / "postgresql", folder / "postgresql.log"
    user = "postgres" if is_root() else None  # PostgreSQL refuses to run as root
    home.mkdir(mode=0o700)
    if user:
        shutil.chown(home, user, group_of(user))
    common = ["--pgdata", home / "data", "--username", "dolen", "--auth", "trust", "--encoding", "UTF8"]
    initdb = processes.start(
        "initdb", [programs / "initdb", *common, "--locale", "C.UTF-8", "--no-sync"], None, user, log
    )
    if initdb.wait():
        sys.exit(f"The PostgreSQL server for the tests could not be set up:\n{log.read_text()}")
    del processes.running["initdb"]
    hasty = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=100"]
    private = ["listen_addresses=", f"unix_socket_directories={home}"]
    settings = [part for setting in (*hasty, *private) for part in ("-c", setting)]
    server = processes.start(
        "PostgreSQL", [programs / "postgres", "-D", home / "data", *settings], None, user, log
    )
    wait_for(server, lambda: succeeds([programs / "pg_isready", "-q", "-h", home]), "PostgreSQL", log)
    subprocess.run([programs / "createdb", "-h", home, "-U", "dolen", "dolen_test"], check=True)
    return f"postgresql://dolen@/dolen_test?host={home}"


def postgresql_programs() -> Path:
    """The folder of PostgreSQL's server programs, newest first; Debian keeps it out of PATH."""
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = sorted(versions, key=lambda path: int(path.parts[-3]))[-1:]
    on_path = shutil.which("initdb")
    if not newest and not on_path:
        sys.exit("There is no PostgreSQL server here: install one, or name one with TEST_DATABASE_URL.")
    return newest[0].parent if newest else Path(str(on_path)).resolve().parent


def succeeds(command: list[str | Path]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def wait_for(server: subprocess.Popen[bytes], is_ready: Callable[[], bool], name: str, log: Path) -> None:
    """Wait until a server answers; ends with its own words when it does not."""
    if not wait_until(lambda: server.poll() is not None or is_ready(), 60) or server.poll() is not None:
        sys.exit(f"The {name} server for the tests did not start:\n{log.read_text()}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
