"""One commit, at the edge: what a request wrote is there when it said so, and is not when it failed."""

from __future__ import annotations

import multiprocessing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from citizen_platform import create_app
from citizen_platform.core.database import CommittingFlask, db, session, transaction
from citizen_platform.core.outbox import Letter
from tests.conftest import settings_for
from tests.core.conftest import letter, trial_pages


def stored(service: CommittingFlask, subject: str) -> int:
    with service.app_context():
        count = sa.select(sa.func.count()).select_from(Letter).where(Letter.subject == subject)
        return int(session.scalar(count) or 0)


@pytest.mark.parametrize("status", [200, 201, 303])
def test_a_write_request_that_succeeds_is_committed(service: CommittingFlask, status: int) -> None:
    answer = service.test_client().post(
        "/en/settings/notes", data={"subject": f"ok {status}", "status": status}
    )
    assert answer.status_code == status
    assert stored(service, f"ok {status}") == 1


@pytest.mark.parametrize("status", [400, 409, 422, 500])
def test_a_write_request_that_is_refused_stores_nothing(service: CommittingFlask, status: int) -> None:
    service.test_client().post("/en/settings/notes", data={"subject": f"no {status}", "status": status})
    assert stored(service, f"no {status}") == 0


def test_reading_never_commits(service: CommittingFlask) -> None:
    assert service.test_client().get("/en/settings/notes?subject=read").status_code == 200
    assert stored(service, "read") == 0


def test_a_commit_that_fails_is_an_error_page_and_undoes_the_visit(
    service: CommittingFlask, caplog: Any
) -> None:
    client = service.test_client()
    with client.session_transaction() as visit:
        visit["drafts"] = {"C1": "secret"}
    answer = client.post("/en/settings/check")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert "It has been sent" not in answer.text
    assert "private words" not in caplog.text
    with client.session_transaction() as visit:
        assert visit["drafts"] == {"C1": "secret"}
        assert "changed" not in visit
        assert "_flashes" not in visit


def test_a_command_commits_at_its_end_or_undoes_everything(service: CommittingFlask) -> None:
    with service.app_context():
        with transaction():
            session.add(letter("command"))
        with pytest.raises(ZeroDivisionError), transaction():
            session.add(letter("failed command"))
            session.flush()
            raise ZeroDivisionError
    assert stored(service, "command") == 1
    assert stored(service, "failed command") == 0


def test_a_savepoint_alone_is_undone_with_its_transaction(service: CommittingFlask) -> None:
    with service.app_context():
        with session.begin_nested():
            session.add(letter("in a savepoint"))
        session.rollback()
    assert stored(service, "in a savepoint") == 0


def add_fifty(app: CommittingFlask, failures: Any) -> None:
    """Fifty requests that read and then write, in a process of their own."""
    client = app.test_client()
    failures.put(sum(client.post("/en/settings/add").status_code != 200 for _time in range(50)))


def test_four_processes_write_to_sqlite_at_once_without_being_refused(tmp_path: Path) -> None:
    app = create_app(settings_for(tmp_path))
    app.config.update(WTF_CSRF_ENABLED=False)
    app.register_blueprint(trial_pages())
    with app.app_context():
        db.create_all()
        with transaction():
            session.add(letter("first"))
        db.engine.dispose()  # no connection is shared
    several = multiprocessing.get_context("fork")
    failures = several.Queue()
    processes = [several.Process(target=add_fifty, args=(app, failures)) for _number in range(4)]
    for process in processes:
        process.start()
    assert [failures.get(timeout=120) for _process in processes] == [0, 0, 0, 0]
    for process in processes:
        process.join()
    assert stored(app, "one more") == 200
    with app.app_context():
        db.engine.dispose()
