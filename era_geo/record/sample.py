"""The quarterly case-file audit: one level 2 and three level 1 files for each local authority, drawn by a seed.

Every file has a place in a queue that hangs on the seed, the quarter and its own id alone. So the draw is the same whatever the
order of the records, and anybody can repeat it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from era_geo.errors import UsageError
from era_geo.record.calendar import FIRST_DAY, LAST_DAY, add_months

WANTED: tuple[tuple[int, int], ...] = ((2, 1), (1, 3))
"""MAPPA level and how many of its files are drawn for each local authority (MAPPA national overview report 2023-24)."""

_QUARTER = re.compile(r"([0-9]{4}) ?-?[Qq]([1-4])")
_MONTHS_A_QUARTER = 3


@dataclass(frozen=True)
class Quarter:
    """A quarter of a calendar year. `2026Q3` is July to September 2026."""

    year: int
    number: int

    @property
    def first_day(self) -> dt.date:
        """Its first day."""
        return dt.date(self.year, (self.number - 1) * _MONTHS_A_QUARTER + 1, 1)

    @property
    def last_day(self) -> dt.date:
        """Its last day."""
        return add_months(self.first_day, _MONTHS_A_QUARTER - 1).replace(day=30 if self.number in {2, 3} else 31)

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"


@dataclass(frozen=True)
class CaseFile:
    """A record as the draw sees it. `done_on` is the day on which its ERA was signed."""

    record_id: str
    local_authority: str
    level: int | None
    done_on: dt.date


@dataclass(frozen=True)
class Drawn:
    """A file to audit."""

    record_id: str
    local_authority: str
    level: int


@dataclass(frozen=True)
class Shortfall:
    """For a local authority and a level: how many files were wanted, and how many there were."""

    local_authority: str
    level: int
    wanted: int
    there: int

    def __str__(self) -> str:
        name = self.local_authority
        return f"{name}, level {self.level}: {self.wanted} wanted, {self.there} there."


@dataclass(frozen=True)
class Sample:
    """The files drawn, by local authority, level 2 first, and all that was not drawn and why.

    `not_placed` are files of the quarter without a local authority or a level. `other_levels` were not to be drawn (level 3),
    `outside` were not done in the quarter.
    """

    quarter: str
    first_day: dt.date
    last_day: dt.date
    seed: int
    drawn: tuple[Drawn, ...]
    shortfalls: tuple[Shortfall, ...]
    not_placed: tuple[str, ...]
    other_levels: int
    outside: int


def read_quarter(text: str) -> Quarter:
    """Read a quarter, such as `2026Q3`.

    Raises
    ------
    UsageError
        If it is none, or outside the calendar.
    """
    found = _QUARTER.fullmatch(text.strip())
    if not found:
        raise UsageError(f'"{text}" is no quarter. Write it as 2026Q3, which is July to September 2026.')
    year = int(found[1])
    if not FIRST_DAY.year <= year <= LAST_DAY.year:
        raise UsageError(f"The quarter {text} is outside the calendar, which goes from {FIRST_DAY.year} to {LAST_DAY.year}.")
    return Quarter(year, int(found[2]))


def draw_sample(records: Iterable[CaseFile], quarter: Quarter | str, seed: int, *, authorities: Iterable[str] = ()) -> Sample:
    """Draw the files to audit.

    Parameters
    ----------
    records
        The records to draw from, in any order; those of other quarters are counted and left.
    seed
        Any whole number. The same seed draws the same files.
    authorities
        Local authorities that should be there, so that one without any file is told of.

    Raises
    ------
    UsageError
        If the quarter cannot be read, or an id stands twice.
    """
    asked = read_quarter(quarter) if isinstance(quarter, str) else quarter
    groups: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
    names = {_key(name): name.strip() for name in authorities}
    not_placed: list[str] = []
    other_levels = outside = 0
    for record in _once(records):
        if not asked.first_day <= record.done_on <= asked.last_day:
            outside += 1
        elif not record.local_authority.strip() or record.level is None:
            not_placed.append(record.record_id)
        elif record.level not in dict(WANTED):
            other_levels += 1
            names.setdefault(_key(record.local_authority), record.local_authority.strip())
        else:
            names.setdefault(_key(record.local_authority), record.local_authority.strip())
            groups[_key(record.local_authority), record.level].append(record.record_id)
    drawn: list[Drawn] = []
    shortfalls: list[Shortfall] = []
    for key in sorted(names):
        for level, wanted in WANTED:
            there = sorted(groups[key, level], key=lambda record_id: _place(record_id, asked, seed))
            drawn += [Drawn(record_id, names[key], level) for record_id in there[:wanted]]
            if len(there) < wanted:
                shortfalls.append(Shortfall(names[key], level, wanted, len(there)))
    return Sample(
        quarter=str(asked),
        first_day=asked.first_day,
        last_day=asked.last_day,
        seed=seed,
        drawn=tuple(drawn),
        shortfalls=tuple(shortfalls),
        not_placed=tuple(sorted(not_placed)),
        other_levels=other_levels,
        outside=outside,
    )


def _once(records: Iterable[CaseFile]) -> list[CaseFile]:
    """Give the records in the order of their ids, which are all different."""
    listed = sorted(records, key=lambda record: record.record_id)
    for record, following in pairwise(listed):
        if record.record_id == following.record_id:
            raise UsageError(f"The record {record.record_id} stands twice among those to draw from.")
    return listed


def _key(local_authority: str) -> str:
    return " ".join(local_authority.casefold().split())


def _place(record_id: str, quarter: Quarter, seed: int) -> str:
    return hashlib.sha256(f"{seed}\n{quarter}\n{record_id}".encode()).hexdigest()
