"""Clear working days in Scotland, held against days that are known and against counting them one by one."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from era_geo.errors import FaultyFiles, UsageError
from era_geo.record.calendar import FIRST_DAY, LAST_DAY, Calendar, add_months, bank_holidays, load_calendar, make_calendar
from era_geo.settings import Settings

PLAIN = make_calendar()
DAYS = st.dates(dt.date(2001, 1, 1), dt.date(2048, 1, 1))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def by_hand(start: dt.date, count: int, local: frozenset[dt.date] = frozenset()) -> dt.date:
    """Walk from day to day and count those that are worked."""
    current = start
    while count:
        current += dt.timedelta(days=1)
        if current.weekday() < 5 and current not in bank_holidays() and current not in local:
            count -= 1
    return current


class TestBankHolidays:
    @pytest.mark.parametrize(
        ("date", "why"),
        [
            ("2026-01-02", "2 January, a holiday in Scotland alone"),
            ("2022-01-04", "the substitute day for 2 January, a Sunday"),
            ("2022-01-03", "the substitute day for New Year's Day, a Saturday"),
            ("2026-11-30", "St Andrew's Day"),
            ("2024-12-02", "the substitute day for St Andrew's Day, a Saturday"),
            ("2025-12-01", "the substitute day for St Andrew's Day, a Sunday"),
            ("2026-04-03", "Good Friday"),
            ("2026-08-03", "the summer holiday, the first Monday of August in Scotland"),
            ("2026-12-28", "the substitute day for Boxing Day, a Saturday"),
            ("2022-09-19", "the funeral of the Queen, proclaimed once"),
            ("2026-11-28", "a Saturday"),
            ("2026-11-29", "a Sunday"),
        ],
    )
    def test_is_not_worked(self, date: str, why: str) -> None:
        assert not PLAIN.is_working(day(date)), why

    @pytest.mark.parametrize(
        ("date", "why"),
        [
            ("2026-04-06", "Easter Monday, a holiday in England"),
            ("2026-08-31", "the late summer holiday, England's"),
            ("2026-11-27", "an ordinary Friday"),
        ],
    )
    def test_is_worked(self, date: str, why: str) -> None:
        assert PLAIN.is_working(day(date)), why

    def test_the_name_can_be_told(self) -> None:
        assert "Andrew" in (PLAIN.holiday(day("2026-11-30")) or "")
        assert PLAIN.holiday(day("2026-11-27")) is None

    def test_what_was_known_is_told(self) -> None:
        assert PLAIN.label.startswith("Scottish bank holidays (holidays ")
        assert "no local holidays" in PLAIN.label


class TestCounting:
    @pytest.mark.parametrize(
        ("start", "count", "end"),
        [
            ("2026-11-23", 7, "2026-12-03"),  # a Monday; St Andrew's Day lies between
            ("2026-11-23", 2, "2026-11-25"),
            ("2026-11-27", 1, "2026-12-01"),  # a Friday; Monday is St Andrew's Day
            ("2026-11-28", 1, "2026-12-01"),  # a Saturday
            ("2026-12-24", 1, "2026-12-29"),
            ("2025-12-31", 1, "2026-01-05"),  # 1 and 2 January, then a weekend
            ("2026-03-05", 21, "2026-04-06"),  # Good Friday lies between
        ],
    )
    def test_known_days(self, start: str, count: int, end: str) -> None:
        assert PLAIN.after(day(start), count) == day(end)

    @given(DAYS, st.integers(1, 60), st.frozensets(DAYS, max_size=5))
    def test_is_what_walking_from_day_to_day_gives(self, start: dt.date, count: int, local: frozenset[dt.date]) -> None:
        near = frozenset(start + dt.timedelta(days=(date - start).days % 60) for date in local)
        calendar = make_calendar(tuple((date, "fair") for date in near))
        assert calendar.after(start, count) == by_hand(start, count, near)

    @given(DAYS, st.integers(1, 60))
    def test_between_undoes_after(self, start: dt.date, count: int) -> None:
        end = PLAIN.after(start, count)
        assert PLAIN.is_working(end)
        assert PLAIN.between(start, end) == count
        assert PLAIN.between(end, start) == -count

    @given(DAYS, st.integers(1, 30), st.integers(1, 30))
    def test_two_parts_in_turn_end_when_their_sum_ends(self, start: dt.date, first: int, second: int) -> None:
        assert PLAIN.after(PLAIN.after(start, first), second) == PLAIN.after(start, first + second)

    @given(DAYS, DAYS, st.integers(1, 30))
    def test_a_later_start_never_ends_earlier(self, one: dt.date, other: dt.date, count: int) -> None:
        assert PLAIN.after(min(one, other), count) <= PLAIN.after(max(one, other), count)

    @pytest.mark.parametrize("count", [0, -1])
    def test_fewer_than_one_day_is_refused(self, count: int) -> None:
        with pytest.raises(UsageError, match="1 or more"):
            PLAIN.after(day("2026-11-23"), count)

    @pytest.mark.parametrize("date", [FIRST_DAY - dt.timedelta(days=1), LAST_DAY + dt.timedelta(days=1), dt.date.max, dt.date.min])
    def test_a_day_that_the_calendar_does_not_know_is_never_guessed(self, date: dt.date) -> None:
        assert not PLAIN.covers(date)
        for ask in (lambda: PLAIN.after(date, 1), lambda: PLAIN.between(date, FIRST_DAY), lambda: PLAIN.is_working(date)):
            with pytest.raises(UsageError, match="outside the calendar"):
                ask()

    def test_a_count_that_runs_out_of_the_calendar_is_refused(self) -> None:
        with pytest.raises(UsageError, match="outside the calendar"):
            PLAIN.after(LAST_DAY, 1)


class TestMonths:
    @pytest.mark.parametrize(
        ("start", "count", "end"),
        [
            ("2026-11-23", 12, "2027-11-23"),
            ("2024-02-29", 12, "2025-02-28"),
            ("2026-01-31", 1, "2026-02-28"),
            ("2026-12-31", 2, "2027-02-28"),
            ("2026-03-31", -1, "2026-02-28"),
        ],
    )
    def test_known_days(self, start: str, count: int, end: str) -> None:
        assert add_months(day(start), count) == day(end)

    def test_past_the_calendar_is_refused(self) -> None:
        with pytest.raises(UsageError, match="outside the calendar"):
            add_months(LAST_DAY, 12)


class TestLocalHolidays:
    LISTED = """\
[[holiday]]
date = 2026-09-28
name = "Autumn holiday"
council = "Glasgow City"

[[holiday]]
date = 2026-09-25
name = "Fair Friday"
"""

    @staticmethod
    def written(settings: Settings, text: str) -> Settings:
        settings.home.mkdir(parents=True, exist_ok=True)
        (settings.home / "holidays.toml").write_text(text, encoding="utf-8")
        return settings

    def test_count_for_their_council_and_those_of_nobody_for_all(self, settings: Settings) -> None:
        self.written(settings, self.LISTED)
        glasgow, other = load_calendar(settings, " glasgow  city "), load_calendar(settings)
        assert [calendar.after(day("2026-09-24"), 1) for calendar in (PLAIN, other, glasgow)] == [
            day("2026-09-25"), day("2026-09-28"), day("2026-09-29"),
        ]  # fmt: skip
        assert glasgow.holiday(day("2026-09-28")) == "Autumn holiday"
        assert "2 local holidays (holidays.toml, checksum " in glasgow.label
        assert "1 local holiday (" in other.label

    def test_without_a_file_there_are_none(self, settings: Settings) -> None:
        assert load_calendar(settings) == PLAIN == Calendar((), PLAIN.label)

    def test_all_faults_are_told_at_once(self, settings: Settings) -> None:
        text = '[[holiday]]\ndate = "2026-09-28"\nname = "Fair"\n[[holiday]]\ndate = 1988-01-01\nnmae = "Fair"\n'
        with pytest.raises(FaultyFiles) as raised:
            load_calendar(self.written(settings, text))
        told = [str(fault) for fault in raised.value.faults]
        assert len(told) == 4
        assert told[0].startswith("holidays.toml, holiday 1, date: must be a date without quotes")
        assert any("holiday 2, name: is missing" in fault for fault in told)
        assert any('nmae: is not a field that is known here. Did you mean "name"?' in fault for fault in told)
        assert any("holiday 2, date: is outside the calendar" in fault for fault in told)

    def test_a_date_with_a_clock_is_no_day(self, settings: Settings) -> None:
        with pytest.raises(FaultyFiles, match="must be a date without quotes"):
            load_calendar(self.written(settings, '[[holiday]]\ndate = 2026-09-28T10:00:00\nname = "Fair"\n'))
