"""A caseload as a table that people keep: one row for each person, or for each group of people who are alike.

Columns are known by several names; only the level is needed. An empty cell says that something is not known. All that cannot be
read is told at once, by row and column; a fault never repeats what a cell says, for it may be about a person.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from era_geo.errors import Fault, FaultyFiles
from era_geo.layerrows import place_columns, row_of
from era_geo.layertoml import nearest
from era_geo.record.circumstances import Circumstances
from era_geo.record.terms import Order, RiskLevel
from era_geo.region import tables

EXAMPLE = Path(__file__).resolve().parent / "examples" / "invented-caseload.csv"
"""An invented caseload, which shows the columns."""

MOST = 1_000_000
"""No row speaks of more people, or of more events in a year."""

EARLIEST, LATEST = dt.date(1950, 1, 1), dt.date(2049, 12, 31)


class Column(StrEnum):
    """The columns of a caseload, each by the names that it is known by."""

    REFERENCE = "reference|case reference|ref|group|label"
    LEVEL = "level|MAPPA level"
    RISK = "risk|risk level|risk of harm|risk of serious harm|RoSH"
    ORDERS = "orders|order"
    PEOPLE = "people|persons|number of people|count|number"
    REGISTERED = "registered|registered on|registration|registration date|date registered|date of registration"
    LAST_ERA = "last ERA|last ERA on|last ERA date|date of last ERA|ERA date"
    RENEWAL = "renewal|renewal on|renewal date|next renewal|review date"
    FIRST_REGISTRATIONS = "first registrations|new registrations|registrations|new"
    ADDRESS_CHANGES = "address changes|changes of address|addresses changed|moves"
    PROPOSED = "proposed addresses|proposed address|proposed"
    TRIGGERED = "triggered reviews|triggered|changed circumstances"

    @property
    def label(self) -> str:
        """The column's first name."""
        return self.value.partition("|")[0]


@dataclass(frozen=True)
class Events:
    """What happens within a year: on known days, and so often on days that are not known."""

    dates: tuple[dt.date, ...] = ()
    undated: int = 0


@dataclass(frozen=True)
class CaseloadRow:
    """So many people who are alike. Events are those of all of them together, in a year.

    `case` holds what the rules ask about: level, risk, orders, and the dates of registration, last ERA and renewal.
    """

    case: Circumstances
    people: int = 1
    first_registrations: Events = field(default_factory=Events)
    address_changes: Events = field(default_factory=Events)
    proposed_addresses: Events = field(default_factory=Events)
    triggered_reviews: Events = field(default_factory=Events)


@dataclass(frozen=True)
class Caseload:
    """A caseload as read. `not_read` names the columns that were passed over."""

    rows: tuple[CaseloadRow, ...]
    not_read: tuple[str, ...] = ()


def read_caseload(path: Path) -> Caseload:
    """Read a caseload from a CSV file.

    Raises
    ------
    UsageError
        If the file cannot be opened.
    DataError
        If it is no text table.
    FaultyFiles
        If the level's column is missing, or cells cannot be read: all are named, with row and column.
    """
    faults: list[Fault] = []
    lines = tables.read(path)
    header = next(lines, tables.Line(1, ()))
    places = place_columns(Column, header.cells)
    if places[Column.LEVEL] is None:
        names = " or ".join(Column.LEVEL.split("|"))
        known = ", ".join(column.label for column in Column)
        faults.append(Fault(path.name, "", f"There is no column {names} in the first row. Columns that are read: {known}."))
        raise FaultyFiles(faults)
    rows = []
    for number, cells in lines:
        reader = _Row(path.name, number, row_of(cells, places), faults)
        row = reader.read()
        if row is not None:
            rows.append(row)
    if not rows and not faults:
        faults.append(Fault(path.name, "", "There is no row below the headings."))
    if faults:
        raise FaultyFiles(faults)
    return Caseload(tuple(rows), _not_read(header.cells, places))


def _not_read(header: Sequence[str], places: Mapping[str, int | None]) -> tuple[str, ...]:
    read = set(places.values())
    names = [name for column in Column for name in column.split("|")]
    return tuple(
        f"column {place} is not known and was not read.{nearest(name.strip(), names)}"
        for place, name in enumerate(header, start=1)
        if place - 1 not in read and name.strip()
    )


_LEVEL = re.compile(r"(?:mappa )?(?:level|l)? ?([123])", re.IGNORECASE)
_BETWEEN = re.compile(r"[;,/+&]| and ", re.IGNORECASE)
_NONE = {"none", "no", "no orders", "nil", "-", "0"}
_RISKS = {**{risk.value: risk for risk in RiskLevel}, "veryhigh": RiskLevel.VERY_HIGH, "vh": RiskLevel.VERY_HIGH}
_RISKS |= {"h": RiskLevel.HIGH, "m": RiskLevel.MEDIUM, "l": RiskLevel.LOW}
_ORDERS = {
    "shpo": Order.SHPO,
    "sexual harm prevention order": Order.SHPO,
    "sro": Order.SRO,
    "sexual risk order": Order.SRO,
    "licence": Order.LICENCE,
    "criminal justice licence": Order.LICENCE,
    "community payback": Order.COMMUNITY_PAYBACK,
    "community payback order": Order.COMMUNITY_PAYBACK,
    "cpo": Order.COMMUNITY_PAYBACK,
}
_DATE_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d %B %Y", "%d %b %Y")
_MIDNIGHT = re.compile(r"[ T]00:00(:00)?$")


class _Row:
    """One row, read cell by cell; what cannot be read is noted, and an empty value stands in."""

    def __init__(self, file: str, number: int, cells: Mapping[str, str], faults: list[Fault]) -> None:
        self._file, self._number, self._cells, self._faults = file, number, cells, faults

    def read(self) -> CaseloadRow | None:
        before = len(self._faults)
        row = CaseloadRow(
            case=Circumstances(
                level=self._level(),
                risk_level=self._risk(),
                orders=self._orders(),
                registered_on=self._one_date(Column.REGISTERED),
                last_era_on=self._one_date(Column.LAST_ERA),
                renewal_on=self._one_date(Column.RENEWAL),
            ),
            people=self._number_of(Column.PEOPLE, otherwise=1),
            first_registrations=self._events(Column.FIRST_REGISTRATIONS),
            address_changes=self._events(Column.ADDRESS_CHANGES),
            proposed_addresses=self._events(Column.PROPOSED),
            triggered_reviews=self._events(Column.TRIGGERED),
        )
        return row if len(self._faults) == before else None

    def _fault(self, column: Column, what: str) -> None:
        self._faults.append(Fault(self._file, f"row {self._number}, {column.label}", what))

    def _level(self) -> int | None:
        text = self._cells[Column.LEVEL]
        found = _LEVEL.fullmatch(text)
        if text and not found:
            self._fault(Column.LEVEL, "must be 1, 2 or 3, or empty where it is not known.")
        return int(found[1]) if found else None

    def _risk(self) -> RiskLevel | None:
        text = self._cells[Column.RISK].casefold()
        if text and text not in _RISKS:
            self._fault(Column.RISK, f"must be one of {', '.join(RiskLevel)}, or empty where it is not known.")
        return _RISKS.get(text)

    def _orders(self) -> tuple[Order, ...] | None:
        text = self._cells[Column.ORDERS].casefold()
        if not text:
            return None
        if text in _NONE:
            return ()
        parts = [part.strip() for part in _BETWEEN.split(text)]
        if not all(part in _ORDERS for part in parts):
            known = "SHPO, SRO, licence, community payback"
            self._fault(
                Column.ORDERS, f"must be some of {known}, with ; between them, or none. Leave it empty where it is not known."
            )
            return None
        return tuple(order for order in Order if order in {_ORDERS[part] for part in parts})

    def _number_of(self, column: Column, otherwise: int) -> int:
        text = self._cells[column]
        if not text:
            return otherwise
        if not (text.isascii() and text.isdigit() and int(text) <= MOST):
            self._fault(column, f"must be a whole number from 0 to {MOST}.")
            return otherwise
        return int(text)

    def _one_date(self, column: Column) -> dt.date | None:
        text = self._cells[column]
        return self._date(column, text) if text else None

    def _date(self, column: Column, text: str) -> dt.date | None:
        day = _read_date(text)
        if day is None:
            self._fault(column, "must be a date such as 2026-11-23 or 23/11/2026.")
        elif not EARLIEST <= day <= LATEST:
            self._fault(column, f"must be a date from {EARLIEST.year} to {LATEST.year}.")
        else:
            return day
        return None

    def _events(self, column: Column) -> Events:
        text = self._cells[column]
        if not text or text.isdigit():
            return Events(undated=self._number_of(column, otherwise=0))
        days = [_read_date(part) for part in re.split(r"[;,]", text)]
        if None in days:
            self._fault(column, "must be a number of times a year, or dates with ; between them, such as 2026-05-06; 2026-11-23.")
            return Events()
        return Events(dates=tuple(day for day in days if day is not None))


def _read_date(text: str) -> dt.date | None:
    for form in _DATE_FORMS:
        try:
            # A day has no time zone: only its date is kept.
            return dt.datetime.strptime(_MIDNIGHT.sub("", text.strip()), form).date()  # noqa: DTZ007 - a date, without a clock
        except ValueError:
            continue
    return None
