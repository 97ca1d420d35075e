"""Two runs side by side: what stayed, what is new, gone, split or merged, and which statements moved."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import update

from citizen_platform.accounts.models import Role
from citizen_platform.consultations.models import Consultation, Stage
from citizen_platform.contributions.models import Contribution
from citizen_platform.core.database import session
from citizen_platform.core.jobs import Job, JobState
from citizen_platform.themes import queries, services
from citizen_platform.themes.models import TopicRun
from tests import make
from tests.conftest import NOW
from tests.themes.made import result

pytestmark = pytest.mark.usefixtures("app")


def told(number: int) -> tuple[Consultation, list[Contribution]]:
    about = make.consultation(stage=Stage.CLOSED)
    rows = [make.contribution(about, f"Statement {n}")[0] for n in range(number)]
    session.commit()
    return about, rows


def finished(about: Consultation, groups: dict[str, list[Contribution]], **other: Any) -> TopicRun:
    """A run that found these topics."""
    asked = {name: other.pop(name) for name in ("seed", "frames") if name in other}
    run = services.ask(about, by=None, now=datetime.now(UTC), **asked)
    answer = result(groups, **other)
    services.store(run.id, answer, now=NOW)
    session.execute(update(Job).where(Job.id == run.job_id).values(state=JobState.DONE))
    session.commit()
    session.expire_all()
    return run


def keys(found: Any) -> list[str]:
    return sorted(topic.key for topic in found)


def test_topics_are_matched_by_the_statements_they_share_whatever_their_keys() -> None:
    about, rows = told(10)
    before = finished(about, {"t1": rows[:5], "t2": rows[5:]})
    after = finished(about, {"t1": rows[5:9], "t2": rows[:5]}, unassigned=[rows[9]])
    found = queries.comparison(before, after)
    assert {(pair.before.key, pair.after.key, pair.shared) for pair in found.same} == {
        ("t1", "t2", 5),
        ("t2", "t1", 4),
    }
    assert (found.in_both, found.moved, found.new, found.gone) == (10, 1, [], [])
    (moved,), pages = queries.moved_statements(found)
    assert (moved.contribution.id, keys(moved.before), moved.after, pages) == (rows[9].id, ["t2"], [], 1)


def test_what_is_new_gone_split_and_merged_is_told_apart() -> None:
    about, rows = told(26)
    before = finished(about, {"big": rows[:12], "one": rows[12:16], "other": rows[16:20], "old": rows[20:22]})
    after = finished(
        about,
        {"half": rows[:6], "rest": rows[6:12], "both": rows[12:20], "fresh": rows[22:24]},
        unassigned=rows[20:22] + rows[24:],
    )
    found = queries.comparison(before, after)
    assert [(torn.topic.key, keys(topic for topic, _n in torn.pieces)) for torn in found.split] == [
        ("big", ["half", "rest"])
    ]
    assert [(torn.topic.key, keys(topic for topic, _n in torn.pieces)) for torn in found.merged] == [
        ("both", ["one", "other"])
    ]
    assert [torn.topic.key for torn in found.new] == ["fresh"]
    assert [torn.topic.key for torn in found.gone] == ["old"]
    assert found.in_both == 22, "the first run did not read the last four"


def test_two_runs_without_anything_in_common_are_compared_without_fault(staff: Any) -> None:
    about, rows = told(4)
    before, after = finished(about, {"a": rows[:2]}), finished(about, {"b": rows[2:]})
    found = queries.comparison(before, after)
    assert (found.in_both, found.moved, found.same) == (0, 0, [])
    assert queries.moved_statements(found) == ([], 1)


def test_the_page_shows_both_runs_and_how_they_were_set(staff: Any) -> None:
    about, rows = told(8)
    before = finished(about, {"buses": rows[:4], "books": rows[4:]})
    frames = [services.frame("Bysiau hwyr", "Late buses")]
    after = finished(about, {"buses": rows[:5], "books": rows[5:]}, seed=7, frames=frames)
    analyst = staff(about.body_slug, Role.ANALYST)
    at = f"/en/desk/tirwen/consultations/{about.reference}/themes/runs"
    history = analyst.get(at)
    assert history.text.count("2 topics") == 2
    assert "Late buses" in history.text
    page = analyst.get(f"{at}/compare?a={before.id}&b={after.id}")
    assert page.status_code == 200
    assert "buses (en)" in page.text and "Statement 4" in page.text
    assert "7 stand where they stood" in page.text and "1 moved" in page.text
    assert "Seed" in page.text
    welsh = analyst.get(
        f"/cy/desg/tirwen/ymgyngoriadau/{about.reference}/themau/rhediadau/cymharu?a={before.id}&b={after.id}"
    )
    assert "buses (cy)" in welsh.text


def test_runs_of_others_unfinished_ones_and_nonsense_cannot_be_compared(staff: Any) -> None:
    about, rows = told(4)
    mine = finished(about, {"a": rows})
    other_about, others = told(2)
    other = finished(other_about, {"a": others})
    waiting = services.ask(about, by=None, now=NOW)
    analyst = staff(about.body_slug, Role.ANALYST)
    at = f"/en/desk/tirwen/consultations/{about.reference}/themes/runs/compare"
    for query in (f"a={mine.id}&b={other.id}", f"a={mine.id}&b={waiting.id}", "a=x&b=y", "", "a=1&b=99999"):
        assert analyst.get(f"{at}?{query}").status_code in {302, 303, 404}, query
