"""Work on statements in the worker: the language of each one, its passages, and what they mean as vectors."""

from __future__ import annotations

import base64
import logging
import threading
from collections import Counter
from collections.abc import Callable, Sequence

from citizen_platform.contributions import queries, services
from citizen_platform.contributions.models import Stance, TextLanguage
from citizen_platform.contributions.queries import Waiting
from citizen_platform.contributions.services import CutPassage, ReadStatement
from citizen_platform.core.database import session, transaction
from citizen_platform.core.jobs import Running, handles
from citizen_platform.core.jobs.child import ChildFailed, KeptChild, Line

log = logging.getLogger("dolen.contributions")
BATCH = 100
PATIENCE = 60.0
"""Seconds for one statement that a child may have died or hung on."""
TRIES = 2
"""How often a statement is tried alone before it is marked: the machine may have been short of something."""
HARMLESS = "Mae'r bws yn hwyr. The bus is late."
LINES = 1_000
"""How many statements go at once to the child that tells languages only."""
reader = KeptChild("nlp", "passages", patience=300)
teller = KeptChild("nlp", "language", patience=300)
_one_at_a_time = threading.Lock()
Progress = Callable[[int, int], None]


def silent(done: int, total: int) -> None:
    """Progress that nobody wants to hear of."""


@handles("contributions.detect")
def detect(run: Running) -> None:
    """Read every statement that no machine has read yet. Safe to run twice, and twice at once."""
    found = read_waiting(Waiting(), lambda done, total: run.report("languages", done, total))
    run.result = dict(found)


def find_languages() -> None:
    """Find the language of every statement that has none yet: seconds for thousands, for whoever waits for a report.

    Passages and their meaning are left to the worker. Raises ChildFailed when the child dies; what was found stays.
    """
    last = 0
    while batch := queries.without_language(beyond=last, limit=LINES):
        session.rollback()  # no read transaction is held open while the child thinks
        answers = teller.ask([{"id": str(row.id), "text": row.text} for row in batch])
        with transaction():
            services.keep_languages(
                [
                    (int(answer["id"]), TextLanguage(answer["language"]), float(answer["probability"]))
                    for answer in answers
                ]
            )
        last = batch[-1].id
    session.rollback()


def current_version() -> str:
    """The version of the model that ``python -m nlp`` reads with now. Raises ChildFailed when it does not start."""
    return str(reader.ask([{"id": "version", "text": HARMLESS}], PATIENCE)[0]["version"])


def read_waiting(waiting: Waiting, on_progress: Progress = silent) -> Counter[str]:
    """Ask the nlp child about statements that wait, a batch at a time; how many were found in each language.

    What was found is kept after every batch, in a short transaction. A statement that ends the child is named in the
    log, marked, and counted as ``unreadable``; the others go on. Raises ChildFailed when the child itself is at fault:
    what was kept stays, and the next run starts a new child on the rest.
    """
    while not _one_at_a_time.acquire(timeout=1):
        on_progress(0, 0)  # another thread reads; who asked may have changed their mind
    try:
        return read_batches(waiting, on_progress)
    finally:
        _one_at_a_time.release()


def read_batches(waiting: Waiting, on_progress: Progress) -> Counter[str]:
    """:func:`read_waiting`, in the one thread that does it."""
    found: Counter[str] = Counter()
    total, last = queries.number_waiting(waiting), 0
    session.rollback()  # no read transaction is held open while the child thinks
    while batch := queries.waiting_statements(waiting, beyond=last, limit=BATCH):
        session.rollback()
        read, unreadable = answers_to(batch)
        version = current_version() if unreadable else ""
        with transaction():
            services.keep_read(read)
            services.mark_unreadable(unreadable, version=version)
        found.update(statement.language.value for statement in read)
        found.update(["unreadable"] * len(unreadable))
        last = batch[-1].id
        on_progress(found.total(), max(total, found.total()))
    session.rollback()
    return found


def answers_to(batch: Sequence[queries.WaitingStatement]) -> tuple[list[ReadStatement], list[int]]:
    """What the child says of these statements, and the numbers of those that it ends on.

    When it ends on a batch, each is asked for alone. Where it ends again, a harmless text tells whether the statement
    or the child is at fault: in the latter case ChildFailed is raised.
    """
    lines = [line_of(row) for row in batch]
    try:
        return [understood(answer) for answer in reader.ask(lines)], []
    except ChildFailed as error:
        log.warning("the reader ended on %s statements, now they are read one by one: %s", len(lines), error)
    read, unreadable = [], []
    for row, line in zip(batch, lines, strict=True):
        answer = answer_to(line)
        if answer is None:
            unreadable.append(row.id)
        else:
            read.append(understood(answer))
    return read, unreadable


def answer_to(line: Line) -> Line | None:
    """What the child says of one statement; None when it ends on it each time, but not on a harmless text."""
    for _try in range(TRIES):
        try:
            return reader.ask([line], PATIENCE)[0]
        except ChildFailed as error:
            current_version()
            log.error("statement %s cannot be read by machine: %s", line["id"], error)
    return None


def line_of(row: queries.WaitingStatement) -> Line:
    """A statement as the child reads it. The language of its form is a hint."""
    hint = {"language": row.form_language} if row.form_language in set(TextLanguage) else {}
    return {"id": str(row.id), "text": row.text, **hint}


def understood(answer: Line) -> ReadStatement:
    """A line of ``python -m nlp passages``."""
    return ReadStatement(
        int(answer["id"]),
        TextLanguage(answer["language"]),
        float(answer["probability"]),
        str(answer["version"]),
        bool(answer["content"]),
        [
            CutPassage(
                passage["start"],
                passage["end"],
                TextLanguage(passage["language"]),
                Stance(passage["stance"]),
                base64.b64decode(passage["vector"], validate=True),
            )
            for passage in answer["passages"]
        ],
    )
