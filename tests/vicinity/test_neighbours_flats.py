"""`addr:flats` as it is written, and as anything else that may stand there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from era_geo.vicinity.neighbours_flats import MOST_FLATS, parse_flats


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("1-6", ["1", "2", "3", "4", "5", "6"]),
        ("1;2;3", ["1", "2", "3"]),
        ("1, 2 ,7", ["1", "2", "7"]),
        ("0/1-3/2", ["0/1", "0/2", "1/1", "1/2", "2/1", "2/2", "3/1", "3/2"]),
        ("2/1-2/3", ["2/1", "2/2", "2/3"]),
        ("2/1-3", ["2/1", "2/2", "2/3"]),
        ("1F1-2F2", ["1F1", "1F2", "2F1", "2F2"]),
        ("PF1-PF3;1F1", ["PF1", "PF2", "PF3", "1F1"]),
        ("A-D", ["A", "B", "C", "D"]),
        ("15A-15C", ["15A", "15B", "15C"]),
        ("GFL;GFR", ["GFL", "GFR"]),
        ("Flat 1 - Flat 3", ["1", "2", "3"]),
        ("Flats 1 to 3", ["1", "2", "3"]),
        ("1–3", ["1", "2", "3"]),  # noqa: RUF001 - the dash people paste
        ("4", ["4"]),
        ("2F1;2/1", ["2F1"]),
        ("1-3;2-4", ["1", "2", "3", "4"]),
    ],
)
def test_flats_that_can_be_read_are_whole(text: str, labels: list[str]) -> None:
    read = parse_flats(text)
    assert list(read.labels) == labels
    assert read.whole


@pytest.mark.parametrize(
    ("text", "at_least"),
    [
        ("L-R", ["L", "R"]),  # left and right, or twelve letters: not guessed
        ("1/L-3/R", ["1/L", "3/R"]),
        ("6-1", ["6", "1"]),
        ("0/2-3/1", ["0/2", "3/1"]),
        ("1-100000", ["1", "100000"]),
        ("1-6A", ["1", "6A"]),
        ("-", []),
        ("", []),
        (";;", []),
        ("1;-", ["1"]),
    ],
)
def test_flats_that_cannot_be_read_are_kept_as_at_least_these_and_not_whole(text: str, at_least: list[str]) -> None:
    read = parse_flats(text)
    assert list(read.labels) == at_least
    assert not read.whole


@given(st.text(max_size=60))
def test_any_text_gives_flats_each_once_and_never_more_than_can_be(text: str) -> None:
    read = parse_flats(text)
    assert len(read.labels) == len(set(read.labels)) <= MOST_FLATS
    assert read.labels or not read.whole


@given(st.text(alphabet="0123456789/-;,FfPGLR A", max_size=30))
def test_reading_what_was_read_changes_nothing(text: str) -> None:
    read = parse_flats(text)
    if read.whole:
        assert parse_flats(";".join(read.labels)) == read


@given(st.integers(0, 9), st.integers(0, 9), st.integers(1, 9), st.integers(1, 9))
def test_a_range_of_floors_and_doors_is_every_door_of_every_floor(floor: int, floors: int, door: int, doors: int) -> None:
    read = parse_flats(f"{floor}/{door}-{floor + floors}/{door + doors}")
    assert read.whole
    assert len(read.labels) == (floors + 1) * (doors + 1)


@given(st.integers(1, 400), st.integers(0, 90))
def test_a_range_of_numbers_has_every_number(first: int, more: int) -> None:
    read = parse_flats(f"{first}-{first + more}" if more else f"{first}")
    assert [int(label) for label in read.labels] == list(range(first, first + more + 1))


@given(st.lists(st.integers(1, 99), min_size=1, max_size=8, unique=True))
def test_a_list_is_the_sum_of_its_parts(numbers: list[int]) -> None:
    assert [int(label) for label in parse_flats(";".join(map(str, numbers))).labels] == numbers


def test_a_text_too_long_to_be_flats_is_not_whole() -> None:
    read = parse_flats(";".join(map(str, range(5000))))
    assert len(read.labels) <= MOST_FLATS
    assert not read.whole
