"""The quarterly draw: who is drawn, that it can be repeated, and that nothing is left out in silence."""

import datetime as dt
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from era_geo.errors import UsageError
from era_geo.record.sample import CaseFile, Quarter, draw_sample, read_quarter

JULY = dt.date(2026, 7, 1)


def files(authority: str, level: int | None, count: int, done_on: dt.date = JULY) -> list[CaseFile]:
    return [CaseFile(f"{authority}-{level}-{number}", authority, level, done_on) for number in range(count)]


PLENTY = [file for name in ("Fife", "Moray") for level in (1, 2, 3) for file in files(name, level, 12)]


class TestQuarter:
    @pytest.mark.parametrize(
        ("text", "first", "last"),
        [
            ("2026Q1", "2026-01-01", "2026-03-31"),
            (" 2026q2", "2026-04-01", "2026-06-30"),
            ("2026-Q3", "2026-07-01", "2026-09-30"),
            ("2049 Q4", "2049-10-01", "2049-12-31"),
        ],
    )
    def test_is_one_of_the_calendar_year(self, text: str, first: str, last: str) -> None:
        quarter = read_quarter(text)
        assert (str(quarter.first_day), str(quarter.last_day)) == (first, last)

    def test_is_written_in_one_way(self) -> None:
        assert str(read_quarter("2026-q3")) == str(Quarter(2026, 3)) == "2026Q3"

    @pytest.mark.parametrize(
        "text", ["2026Q5", "2026Q0", "Q3", "2026", "autumn", "", "1999Q4", "2050Q1", "\u0662\u0660\u0662\u0666Q3"]
    )
    def test_anything_else_is_a_sentence(self, text: str) -> None:
        with pytest.raises(UsageError, match=r"no quarter|outside the calendar"):
            read_quarter(text)


class TestDraw:
    def test_one_level_2_and_three_level_1_for_each_local_authority(self) -> None:
        sample = draw_sample(PLENTY, "2026Q3", 7)
        assert [(drawn.local_authority, drawn.level) for drawn in sample.drawn] == [
            (name, level) for name in ("Fife", "Moray") for level in (2, 1, 1, 1)
        ]
        assert len({drawn.record_id for drawn in sample.drawn}) == 8
        assert (sample.shortfalls, sample.other_levels) == ((), 24)

    @given(st.randoms(use_true_random=False), st.integers())
    def test_is_the_same_in_any_order(self, rng: random.Random, seed: int) -> None:
        shuffled = PLENTY.copy()
        rng.shuffle(shuffled)
        assert draw_sample(shuffled, "2026Q3", seed) == draw_sample(iter(PLENTY), "2026Q3", seed)

    def test_another_seed_and_another_quarter_draw_others(self) -> None:
        whole_year = [*files("Fife", 1, 40), *files("Fife", 2, 40)]
        other_quarter = [CaseFile(file.record_id, file.local_authority, file.level, dt.date(2026, 4, 1)) for file in whole_year]
        draws = {draw_sample(whole_year, "2026Q3", seed).drawn for seed in range(20)}
        assert len(draws) == 20
        assert draw_sample(other_quarter, "2026Q2", 1).drawn != draw_sample(whole_year, "2026Q3", 1).drawn

    def test_every_file_is_drawn_about_as_often_as_the_others(self) -> None:
        level_1 = files("Fife", 1, 12)
        times = dict.fromkeys((file.record_id for file in level_1), 0)
        for seed in range(800):
            for drawn in draw_sample(level_1, "2026Q3", seed).drawn:
                times[drawn.record_id] += 1
        # 3 of 12 in each of 800 draws: 200 each, give or take 12 (one standard deviation).
        assert all(abs(count - 200) < 60 for count in times.values())

    def test_a_file_that_comes_later_moves_at_most_one_other_out(self) -> None:
        before = {drawn.record_id for drawn in draw_sample(PLENTY, "2026Q3", 3).drawn}
        after = {drawn.record_id for drawn in draw_sample([*PLENTY, CaseFile("late", "Fife", 1, JULY)], "2026Q3", 3).drawn}
        assert len(before - after) <= 1

    def test_what_could_not_be_drawn_is_said(self) -> None:
        sample = draw_sample(
            [
                *files("Fife", 1, 2),
                *files("Moray", 2, 1),
                *files("Angus", 3, 1),
                CaseFile("x", "Fife", None, JULY),
                CaseFile("y", " ", 1, JULY),
            ],
            "2026Q3",
            1,
            authorities=["Highland", " fife "],
        )
        assert [str(shortfall) for shortfall in sample.shortfalls] == [
            "Angus, level 2: 1 wanted, 0 there.",
            "Angus, level 1: 3 wanted, 0 there.",
            "fife, level 2: 1 wanted, 0 there.",
            "fife, level 1: 3 wanted, 2 there.",
            "Highland, level 2: 1 wanted, 0 there.",
            "Highland, level 1: 3 wanted, 0 there.",
            "Moray, level 1: 3 wanted, 0 there.",
        ]
        assert len(sample.drawn) == 3
        assert sample.not_placed == ("x", "y")
        assert sample.other_levels == 1

    @pytest.mark.parametrize(("day", "inside"), [("2026-06-30", 0), ("2026-07-01", 1), ("2026-09-30", 1), ("2026-10-01", 0)])
    def test_only_files_of_the_quarter_are_drawn(self, day: str, inside: int) -> None:
        sample = draw_sample(files("Fife", 2, 1, dt.date.fromisoformat(day)), "2026Q3", 1)
        assert (len(sample.drawn), sample.outside) == (inside, 1 - inside)

    def test_a_name_written_in_two_ways_is_one_authority(self) -> None:
        sample = draw_sample([*files("Fife", 2, 1), *files("FIFE ", 2, 1)], "2026Q3", 1)
        assert len(sample.drawn) == 1

    def test_a_record_that_stands_twice_is_refused(self) -> None:
        with pytest.raises(UsageError, match="stands twice"):
            draw_sample(files("Fife", 1, 2) + files("Fife", 1, 1), "2026Q3", 1)

    def test_nothing_to_draw_from_is_no_error(self) -> None:
        sample = draw_sample([], "2026Q3", 1)
        assert (sample.drawn, sample.shortfalls, sample.seed, sample.quarter) == ((), (), 1, "2026Q3")
