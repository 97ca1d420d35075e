"""Statements are read by the real nlp child as they arrive: language, passages, vectors; again after it died."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from citizen_platform.contributions import jobs, queries, services
from citizen_platform.contributions.models import Campaign, Contribution, Passage
from citizen_platform.contributions.queries import Waiting
from citizen_platform.core.database import CommittingFlask, session
from citizen_platform.core.jobs import Job, JobState
from citizen_platform.core.jobs.child import ChildFailed
from tests import make
from tests.conftest import NOW

pytestmark = pytest.mark.usefixtures("app")

WELSH = "Mae angen mwy o fysiau yn y pentref, yn enwedig gyda'r nos pan nad oes dim yn rhedeg o gwbl."
ENGLISH = "We need more buses in the village, especially in the evening when nothing runs at all."


@pytest.fixture(scope="module", autouse=True)
def child() -> Iterator[None]:
    yield
    jobs.reader.stop()
    jobs.teller.stop()


def told(*texts: str, language: str = "en") -> list[Contribution]:
    """Statements on a consultation, committed."""
    about = make.consultation()
    rows = [make.contribution(about, text, language=language)[0] for text in texts]
    session.commit()
    return rows


def answer(line: dict[str, Any], version: str = "v1") -> dict[str, Any]:
    """What a child would answer to a line."""
    passage = {"start": 0, "end": len(line["text"]), "language": "en", "stance": "unclear", "vector": "AAA="}
    return {
        "id": line["id"],
        "language": "en",
        "probability": 0.9,
        "version": version,
        "content": True,
        "passages": [passage] if line["text"] else [],
    }


def test_a_statement_gets_its_language_and_its_passages_with_vectors() -> None:
    text = f"{ENGLISH} I am against closing the library.\n\nMae'r llyfrgell yn bwysig iawn i blant y pentref."
    mixed, welsh, nothing = told(text, WELSH, "No comment")
    assert jobs.read_waiting(Waiting()).total() == 3
    session.expire_all()
    assert (welsh.language, welsh.shown_language) == ("cy", "cy")
    assert 0 < (welsh.language_probability or 0) <= 1
    passages = queries.passages_of([mixed.id, welsh.id, nothing.id])
    cut = [text[passage.start : passage.end] for passage in passages[mixed.id]]
    assert len(cut) >= 2 and any("llyfrgell" in words for words in cut)
    assert {"cy", "en"} == {passage.language for passage in passages[mixed.id]}
    sizes = {len(passage.vector) for found in passages.values() for passage in found}
    assert len(sizes) == 1 and sizes.pop() % 2 == 0
    assert mixed.has_content and nothing.has_content is False and not passages[nothing.id]
    assert {row.passages_version for row in (mixed, welsh, nothing)} == {jobs.current_version()}
    assert jobs.read_waiting(Waiting()) == {}


def test_languages_alone_are_found_at_once_and_the_rest_is_left_to_the_worker() -> None:
    welsh, english = told(WELSH, ENGLISH)
    jobs.find_languages()
    session.expire_all()
    assert (welsh.language, english.language) == ("cy", "en")
    assert welsh.passages_version is None and not queries.passages_of([welsh.id])[welsh.id]
    assert jobs.read_waiting(Waiting()) == {"cy": 1, "en": 1}
    assert queries.passages_of([welsh.id])[welsh.id]


def test_every_batch_is_kept_and_progress_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "BATCH", 2)
    told(*[ENGLISH] * 5)
    heard: list[tuple[int, int]] = []
    jobs.read_waiting(Waiting(), lambda done, total: heard.append((done, total)))
    assert heard == [(2, 5), (4, 5), (5, 5)]


def test_a_child_that_dies_loses_nothing_and_is_started_again(
    app: CommittingFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "BATCH", 1)
    rows = told(ENGLISH, ENGLISH)
    services.detect_soon(now=NOW)
    session.commit()
    ask, calls = jobs.reader.ask, []

    def is_away(lines: Any, patience: Any = None) -> Any:
        calls.append(lines)
        if len(calls) in {2, 3, 4}:
            if jobs.reader.process is not None:
                jobs.reader.process.kill()
            raise ChildFailed("killed")
        return ask(lines, patience)

    monkeypatch.setattr(jobs.reader, "ask", is_away)
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


def test_a_text_that_ends_the_child_is_named_and_holds_nobody_up(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    before, poison, behind = told(ENGLISH, "poison", ENGLISH)

    def ask(lines: Any, patience: Any = None) -> Any:
        if any(line["text"] == "poison" for line in lines):
            raise ChildFailed("python -m nlp passages ended with -11")
        return [answer(line) for line in lines]

    monkeypatch.setattr(jobs.reader, "ask", ask)
    assert jobs.read_waiting(Waiting()) == {"en": 2, "unreadable": 1}
    session.expire_all()
    assert (before.language, poison.language, behind.language) == ("en", None, "en")
    assert f"statement {poison.id} cannot be read by machine" in caplog.text
    assert queries.unreadable() == [poison.id]
    assert queries.number_waiting() == 0
    assert jobs.read_waiting(Waiting(version="v1")) == {}, "nor is it tried again by the same model"


def test_a_run_has_statements_read_again_that_another_version_has_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (row,) = told(ENGLISH)
    for version in ("v1", "v2"):
        monkeypatch.setattr(
            jobs.reader, "ask", lambda lines, patience=None, v=version: [answer(line, v) for line in lines]
        )
        assert jobs.read_waiting(Waiting(row.consultation_id, version=version)) == {"en": 1}
        assert jobs.read_waiting(Waiting()) == {}
        session.expire_all()
        assert row.passages_version == version
        assert session.scalar(select(func.count(Passage.id))) == 1


def test_two_workers_at_once_keep_passages_once(
    app: CommittingFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = told(*[ENGLISH] * 20)
    both = threading.Barrier(2, timeout=20)
    failed: list[BaseException] = []

    def ask(lines: Any, patience: Any = None) -> Any:
        both.wait()
        return [answer(line) for line in lines]

    def work() -> None:
        try:
            with app.app_context():
                jobs.read_batches(Waiting(), jobs.silent)
        except BaseException as error:
            failed.append(error)

    monkeypatch.setattr(jobs.reader, "ask", ask)
    threads = [threading.Thread(target=work) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert session.scalar(select(func.count(Passage.id))) == len(rows)


def test_campaigns_take_the_place_of_the_earlier_ones() -> None:
    rows = told(*[ENGLISH] * 5)
    about = rows[0].consultation_id
    assert about is not None
    first = services.FoundCampaign({row.id: False for row in rows[:3]})
    services.replace_campaigns(about, None, [first], now=NOW)
    second = services.FoundCampaign({rows[3].id: False, rows[4].id: True})
    services.replace_campaigns(about, None, [second], now=NOW)
    session.commit()
    session.expire_all()
    campaign = session.scalars(select(Campaign)).one()
    assert [row.campaign_id for row in rows] == [None] * 3 + [campaign.id] * 2
    assert [row.adds_own_words for row in rows] == [False] * 4 + [True]
