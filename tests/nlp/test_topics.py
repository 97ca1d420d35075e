"""Statements grouped by what they are about."""

from dataclasses import asdict
from typing import Any

import pytest
from sklearn.metrics import adjusted_mutual_info_score, normalized_mutual_info_score

from nlp.contract import Frame, Statement, TopicResult
from nlp.embedding.encoder import Encoder
from nlp.topics.clustering import CommunitiesOnNeighbours, Reducer
from nlp.topics.run import FEWEST, find_topics
from tests.nlp.civic import CIVIC, rows

NOTHING = ["n/a", "Dim sylw", "", "...", "Yes", "as above", "gweler uchod"]


def civic() -> list[Statement]:
    found = [Statement(row["id"], row["text"]) for row in rows()]
    return found + [Statement(f"nothing-{number}", text) for number, text in enumerate(NOTHING)]


@pytest.fixture(scope="module")
def result(encoder: Encoder) -> TopicResult:
    return find_topics(civic(), seed=1, encoder=encoder)


def topic_of(result: TopicResult) -> dict[str, str]:
    return {a.id: next(p.topics[0].topic for p in a.passages if p.topics) for a in result.assignments}


def timeless(result: TopicResult) -> dict[str, Any]:
    found = asdict(result)
    del found["run"]["seconds"]
    return found


def test_every_id_comes_back_exactly_once(result: TopicResult) -> None:
    back = [a.id for a in result.assignments] + result.unassigned + result.no_content
    assert sorted(back) == sorted(s.id for s in civic())


def test_saying_nothing_is_never_in_a_topic(result: TopicResult) -> None:
    assert sorted(result.no_content) == sorted(f"nothing-{n}" for n in range(len(NOTHING)))


def test_languages_do_not_become_topics(result: TopicResult) -> None:
    assigned = topic_of(result)
    placed = [row for row in rows() if row["id"] in assigned]
    topics = [assigned[row["id"]] for row in placed]
    assert normalized_mutual_info_score([row["language"] for row in placed], topics) < 0.05
    assert adjusted_mutual_info_score([row["matter"] for row in placed], topics) > 0.7
    assert len(placed) >= 0.95 * len(rows())


def test_labels_are_whole_in_both_languages_and_all_different(result: TopicResult) -> None:
    for topic in result.topics:
        assert topic.label.cy and topic.label.en
        assert len(topic.terms.cy) == len(topic.terms.en) > 0
    assert (
        len({t.label.cy for t in result.topics})
        == len({t.label.en for t in result.topics})
        == len(result.topics)
    )
    buses = max(result.topics, key=lambda t: sum(i.startswith("buses") for i in t.examples))
    assert "bws" in buses.terms.cy and "bus" in buses.terms.en
    assert buses.terms.cy.index("bws") == buses.terms.en.index("bus")


def test_examples_come_from_both_languages(result: TopicResult) -> None:
    for topic in result.topics:
        assert any("-cy-" in name for name in topic.examples) and any(
            "-en-" in name for name in topic.examples
        )


def test_sizes_add_up(result: TopicResult) -> None:
    for topic in result.topics:
        inside = [
            a for a in result.assignments if any(t.topic == topic.id for p in a.passages for t in p.topics)
        ]
        assert topic.size == len(inside) == sum(topic.size_by_language.values())


def test_passages_point_into_their_statement(result: TopicResult) -> None:
    texts = {s.id: s.text for s in civic()}
    for assignment in result.assignments:
        for passage in assignment.passages:
            assert 0 <= passage.start < passage.end <= len(texts[assignment.id])
            assert all(0 <= t.strength <= 1 for t in passage.topics)


def test_the_same_input_and_seed_give_the_same_result(result: TopicResult, encoder: Encoder) -> None:
    assert timeless(find_topics(civic(), seed=1, encoder=encoder)) == timeless(result)


def test_communities_do_not_depend_on_chance(encoder: Encoder) -> None:
    vectors = encoder.encode([row["text"] for row in rows()], [row["language"] for row in rows()])
    reduced = Reducer(3).fit_transform(vectors)
    found = {CommunitiesOnNeighbours(3).fit(reduced).labels_.tobytes() for _ in range(20)}
    assert len(found) == 1


def test_a_campaign_forms_topics_once_and_counts_fully(result: TopicResult, encoder: Encoder) -> None:
    text = CIVIC["flooding"]["en"][0]
    campaign = [Statement(f"again-{n}", text.upper() if n % 2 else text + " !") for n in range(200)]
    with_campaign = find_topics([*civic(), *campaign], seed=1, encoder=encoder)
    before, after = topic_of(result), topic_of(with_campaign)
    assert len(with_campaign.topics) == len(result.topics)
    assert {after[s.id] for s in campaign} == {after["flooding-en-0"]}
    old = next(t for t in result.topics if t.id == before["flooding-en-0"])
    new = next(t for t in with_campaign.topics if t.id == after["flooding-en-0"])
    assert new.size == old.size + 200


def test_too_few_statements_show_no_topics(encoder: Encoder) -> None:
    few = civic()[: FEWEST - 1]
    found = find_topics(few, encoder=encoder)
    assert found.topics == [] and found.run is not None and found.run.quality["too_few"] is True
    assert found.unassigned == [s.id for s in few]
    assert find_topics([], encoder=encoder).topics == []


def test_one_language_alone_is_still_labelled_in_both(encoder: Encoder) -> None:
    for language in ("cy", "en"):
        only = [Statement(r["id"], r["text"]) for r in rows() if r["language"] == language]
        found = find_topics(only, encoder=encoder)
        assert found.topics
        for topic in found.topics:
            assert topic.label.cy and topic.label.en and topic.label.cy != topic.label.en


def test_topics_keep_their_ids_when_more_people_answer(encoder: Encoder) -> None:
    first = find_topics(civic()[:90], encoder=encoder)
    previous = {t.id: {i for i, name in topic_of(first).items() if name == t.id} for t in first.topics}
    second = find_topics(civic(), previous=previous, encoder=encoder)
    before, after = topic_of(first), topic_of(second)
    for matter in ("flooding", "doctors", "welsh"):
        assert before[f"{matter}-cy-0"] == after[f"{matter}-cy-0"]
    assert len({t.id for t in second.topics}) == len(second.topics)


def test_passages_go_to_a_described_theme_first(encoder: Encoder) -> None:
    frames = [
        Frame("theme-7", "Bysiau a thrafnidiaeth gyhoeddus", "Buses and public transport"),
        Frame("theme-9", en="Floods, rivers and drains"),
        Frame("empty", en="Space telescopes"),
    ]
    found = find_topics(civic(), frames=frames, encoder=encoder)
    assigned = topic_of(found)
    flooding = [assigned.get(r["id"]) for r in rows() if r["matter"] == "flooding"]
    assert flooding.count("theme-9") >= 8
    by_id = {t.id: t for t in found.topics}
    assert by_id["theme-7"].label.cy == "Bysiau a thrafnidiaeth gyhoeddus"
    assert by_id["theme-9"].label.cy and by_id["empty"].size == 0 and by_id["empty"].label.cy
    assert len(by_id) > 3

    only = find_topics(civic(), frames=frames, frames_only=True, encoder=encoder)
    assert {t.id for t in only.topics} == {"theme-7", "theme-9", "empty"} and only.unassigned
    assert sorted(only.unassigned + only.no_content + [a.id for a in only.assignments]) == sorted(
        s.id for s in civic()
    )


def test_gibberish_and_hostile_texts_do_no_harm(encoder: Encoder) -> None:
    hostile = ["x" * 100_000, "\u202e\u0000 abc", "<script>alert(1)</script>", "ŵ" * 5000, "zq xv " * 50]
    odd = [Statement(f"odd-{n}", hostile[n % 5] + str(n) + "!" * n) for n in range(20)]
    found = find_topics([*civic(), *odd], encoder=encoder)
    back = [a.id for a in found.assignments] + found.unassigned + found.no_content
    assert sorted(back) == sorted(s.id for s in [*civic(), *odd])
