"""Statements as passages."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.segments import has_content, passages


@given(st.text())
def test_passages_lie_apart_in_order_and_inside(text: str) -> None:
    last = 0
    for start, end in passages(text):
        assert last <= start < end <= len(text)
        assert text[start:end].strip()
        last = end


@given(st.text(alphabet="ab .!?\n;'ŵ😀", max_size=300))
def test_no_letter_is_lost(text: str) -> None:
    found = passages(text)
    if found:
        kept = "".join(text[start:end] for start, end in found)
        assert [c for c in kept if c.isalpha()] == [c for c in text if c.isalpha()]


def test_offsets_count_code_points() -> None:
    text = "😀😀 Mae’r bws yn hwyr bob dydd. The road is full of holes again."
    assert [text[start:end] for start, end in passages(text)] == [
        "😀😀 Mae’r bws yn hwyr bob dydd.",
        "The road is full of holes again.",
    ]


def test_short_sentences_stay_with_their_neighbour_and_abbreviations_do_not_end_one() -> None:
    text = "The bus is late. Very late! Dr. Jones says we need more of them, e.g. in the evening."
    assert [text[start:end] for start, end in passages(text)] == [
        "The bus is late. Very late!",
        "Dr. Jones says we need more of them, e.g. in the evening.",
    ]


@pytest.mark.parametrize(
    "text",
    ["", " ", ".", "👍", "n/a", "N/A.", "n.a.", "None", "No comment!", "dim sylw", "Dim", "DIM BYD", "as above",
     "Gweler uchod", "Yes", "Ie", "nac oes", "don’t know", "123", "-", "x"],
)  # fmt: skip
def test_saying_nothing_is_no_content(text: str) -> None:
    assert not has_content(text)
    assert passages(text) == []


@pytest.mark.parametrize(
    "text", ["Bws", "no buses", "Dim bws", "Parking", "Yes, but only with a bus", "Toiledau"]
)
def test_one_word_can_say_something(text: str) -> None:
    assert has_content(text)


@pytest.mark.parametrize("unit", ["a. ", "'", "x", "\n", ". ", "•  ", "e.g. ", ";\n"])
def test_a_hundred_thousand_hostile_characters_are_cut_in_time(unit: str) -> None:
    began = time.monotonic()
    passages(unit * (100_000 // len(unit)))
    assert time.monotonic() - began < 5
