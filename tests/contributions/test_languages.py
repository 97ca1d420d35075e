"""The language of each statement is found by the real nlp child, in batches, and again after it died."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from citizen_platform.contributions import jobs, services
from citizen_platform.contributions.models import Contribution
from citizen_platform.core.database import CommittingFlask, session
from citizen_platform.core.jobs import Job, JobState
from citizen_platform.core.jobs.child import ChildFailed
from tests import make
from tests.conftest import NOW

pytestmark = pytest.mark.usefixtures("app")

WELSH = "Mae angen mwy o fysiau yn y pentref, yn enwedig gyda'r nos pan nad oes dim yn rhedeg o gwbl."
ENGLISH = "We need more buses in the village, especially in the evening when nothing runs at all."


@pytest.fixture(autouse=True)
def child() -> Iterator[None]:
    yield
    jobs.detector.stop()


def test_the_language_found_is_of_the_text_not_the_form() -> None:
    about = make.consultation()
    welsh = make.contribution(about, WELSH, language="en")[0]
    english = make.contribution(about, ENGLISH + "\nTwo lines.", language="cy")[0]
    session.commit()
    assert jobs.find_languages() == {"cy": 1, "en": 1}
    session.expire_all()
    assert (welsh.language, english.language) == ("cy", "en")
    assert welsh.shown_language == "cy" and 0 < (welsh.language_probability or 0) <= 1
    assert jobs.find_languages() == {}


def test_every_batch_is_kept_and_progress_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "BATCH", 2)
    about = make.consultation()
    for _n in range(5):
        make.contribution(about, ENGLISH)
    session.commit()
    told: list[tuple[int, int]] = []
    jobs.find_languages(lambda done, total: told.append((done, total)))
    assert told == [(2, 5), (4, 5), (5, 5)]


def test_a_child_that_dies_loses_nothing_and_is_started_again(
    app: CommittingFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "BATCH", 1)
    about = make.consultation()
    rows = [make.contribution(about, ENGLISH)[0] for _n in range(2)]
    services.detect_soon(now=NOW)
    session.commit()
    ask, calls = jobs.detector.ask, []

    def dies_once(lines):  # type: ignore[no-untyped-def]
        calls.append(lines)
        if len(calls) == 2 and jobs.detector.process is not None:
            jobs.detector.process.kill()
            jobs.detector.process.wait()
            raise ChildFailed("killed")
        return ask(lines)

    monkeypatch.setattr(jobs.detector, "ask", dies_once)
    job_id = session.scalar(select(Job.id))
    assert job_id is not None
    engine = app.extensions["dolen.jobs"]
    engine.perform(job_id)
    session.expire_all()
    assert session.get_one(Job, job_id).state == JobState.QUEUED
    assert [row.language for row in rows] == ["en", None]
    session.get_one(Job, job_id).not_before = NOW
    session.commit()
    engine.perform(job_id)
    session.expire_all()
    assert session.get_one(Job, job_id).state == JobState.DONE
    assert [row.language for row in session.scalars(select(Contribution))] == ["en", "en"]
