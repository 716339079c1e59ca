"""Clear working days in Scotland: not the day they are counted from, no weekend, no bank holiday, no local holiday.

Scottish bank holidays, with their substitute days, 2 January and St Andrew's Day, come from the library `holidays`. Councils have
holidays of their own: `ERA_GEO_HOME/holidays.toml` lists them. A bank holiday may still be proclaimed for a date to come, so
`label` says what was known.
"""

from __future__ import annotations

import calendar as months
import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.metadata import version
from itertools import accumulate

from era_geo.errors import Fault, FaultyFiles, UsageError
from era_geo.layertoml import Table, read_toml
from era_geo.settings import Settings

FIRST_DAY = dt.date(2000, 1, 1)
LAST_DAY = dt.date(2049, 12, 31)
HOLIDAYS_FILE = "holidays.toml"
_SATURDAY = 5


@dataclass(frozen=True)
class LocalHoliday:
    """A day on which local agencies do not work. `council` is the council area it holds for, empty for all."""

    date: dt.date
    name: str
    council: str = ""


@dataclass(frozen=True)
class Calendar:
    """The working days of one council area. Days outside `FIRST_DAY` to `LAST_DAY` are not known, and asking for them is an error.

    Parameters
    ----------
    local
        Local holidays by day, with their names.
    label
        What the calendar was made from, as every output prints it.
    """

    local: tuple[tuple[dt.date, str], ...]
    label: str

    def covers(self, day: dt.date) -> bool:
        """Whether the calendar knows this day."""
        return FIRST_DAY <= day <= LAST_DAY

    def holiday(self, day: dt.date) -> str | None:
        """Give the name of the holiday on this day, bank holiday or local; `None` if it is none."""
        return self._holidays.get(day)

    def is_working(self, day: dt.date) -> bool:
        """Whether agencies work on this day.

        Raises
        ------
        UsageError
            If the day is outside the calendar.
        """
        passed = self._passed[_place(day)]
        return passed > 0 and self._working[passed - 1] == day.toordinal()

    def after(self, day: dt.date, working_days: int) -> dt.date:
        """Give the last of so many clear working days after a day. The day itself never counts.

        Raises
        ------
        UsageError
            If `working_days` is less than 1, or a day is outside the calendar.
        """
        if working_days < 1:
            raise UsageError(f"A number of clear working days is 1 or more, not {working_days}.")
        wanted = self._passed[_place(day)] + working_days - 1
        if wanted >= len(self._working):
            raise _outside(LAST_DAY + dt.timedelta(days=1))
        return dt.date.fromordinal(self._working[wanted])

    def between(self, start: dt.date, end: dt.date) -> int:
        """Count the working days after `start`, up to and with `end`; below 0 where `end` lies before `start`.

        Raises
        ------
        UsageError
            If a day is outside the calendar.
        """
        return self._passed[_place(end)] - self._passed[_place(start)]

    @cached_property
    def _holidays(self) -> Mapping[dt.date, str]:
        return {**bank_holidays(), **dict(self.local)}

    @cached_property
    def _working(self) -> list[int]:
        """Ordinals of the working days, in order."""
        return [
            ordinal
            for ordinal in range(FIRST_DAY.toordinal(), LAST_DAY.toordinal() + 1)
            if (day := dt.date.fromordinal(ordinal)).weekday() < _SATURDAY and day not in self._holidays
        ]

    @cached_property
    def _passed(self) -> list[int]:
        """For each day of the calendar, how many working days there have been, its own included: a count is two look-ups."""
        working = set(self._working)
        return list(accumulate(ordinal in working for ordinal in range(FIRST_DAY.toordinal(), LAST_DAY.toordinal() + 1)))


def load_calendar(settings: Settings, council: str | None = None) -> Calendar:
    """Make the calendar of a council area: Scottish bank holidays, and the local holidays of `ERA_GEO_HOME/holidays.toml`.

    Parameters
    ----------
    council
        Council area as it stands in the file; holidays of other areas are left out. Without one, only those for all areas count.

    Raises
    ------
    FaultyFiles
        If the file has faults; all are named.
    """
    faults: list[Fault] = []
    listed, checksum = read_local_holidays(settings, faults)
    if faults:
        raise FaultyFiles(faults)
    chosen = tuple(
        (holiday.date, holiday.name) for holiday in listed if not holiday.council or _key(holiday.council) == _key(council or "")
    )
    return make_calendar(chosen, checksum)


def make_calendar(local: tuple[tuple[dt.date, str], ...] = (), checksum: str = "") -> Calendar:
    """Make a calendar of Scottish bank holidays and these local ones; `checksum` is that of the file they came from."""
    days = tuple(sorted(local))
    own = f"{len(days)} local holiday{'' if len(days) == 1 else 's'}" if days else "no local holidays"
    file = f" ({HOLIDAYS_FILE}, checksum {checksum[:12]})" if checksum else ""
    return Calendar(days, f"Scottish bank holidays (holidays {version('holidays')}), {own}{file}")


def read_local_holidays(settings: Settings, faults: list[Fault]) -> tuple[tuple[LocalHoliday, ...], str]:
    """Read `holidays.toml` and give its holidays and its checksum; nothing where there is no such file. Faults are noted."""
    path = settings.home / HOLIDAYS_FILE
    if not path.is_file():
        return (), ""
    read = read_toml(path, faults, HOLIDAYS_FILE)
    if read is None:
        return (), ""
    table, content = read
    listed = tuple(holiday for holiday in (_local(inner) for inner in table.tables("holiday")) if holiday)
    table.finish()
    return listed, hashlib.sha256(content).hexdigest()


def _local(table: Table) -> LocalHoliday | None:
    day = table.raw("date")
    name, council = table.text("name"), table.text("council", needed=False)
    table.finish()
    if type(day) is not dt.date:
        table.fault("date", "must be a date without quotes, such as 2026-09-28.")
        return None
    if not FIRST_DAY <= day <= LAST_DAY:
        table.fault("date", f"is outside the calendar, which goes from {FIRST_DAY} to {LAST_DAY}.")
        return None
    return LocalHoliday(day, name, council)


@lru_cache(maxsize=1)
def bank_holidays() -> Mapping[dt.date, str]:
    """Give Scotland's bank holidays, substitute days included, by day from `FIRST_DAY` to `LAST_DAY`."""
    import holidays  # noqa: PLC0415 - slow to import

    return dict(holidays.country_holidays("GB", subdiv="SCT", years=range(FIRST_DAY.year, LAST_DAY.year + 1)))


def add_months(day: dt.date, count: int) -> dt.date:
    """Give the same day of the month `count` months on; the month's last day where it has no such day.

    Raises
    ------
    UsageError
        If that is outside the calendar.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    if not FIRST_DAY.year <= year <= LAST_DAY.year:
        raise _outside(day)
    try:
        return day.replace(year=year, month=month + 1)
    except ValueError:
        return dt.date(year, month + 1, months.monthrange(year, month + 1)[1])


def _place(day: dt.date) -> int:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise _outside(day)
    return day.toordinal() - FIRST_DAY.toordinal()


def _outside(day: dt.date) -> UsageError:
    return UsageError(f"{day} is outside the calendar of working days, which goes from {FIRST_DAY} to {LAST_DAY}. Check the date.")


def _key(council: str) -> str:
    return " ".join(council.casefold().split())
