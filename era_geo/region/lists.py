"""Reading an official list: which of its rows become places, where they lie, and what became of every other row.

The list's file in `layers/sources/` says what its columns mean. A row is located by its own coordinates, else by what the
region knows of its UPRN, its address or its postcode, each with the uncertainty it deserves. No column that the file does not
name is looked at, and no fault of one row stops the rest.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

from era_geo import crs, layercouncil
from era_geo.errors import DataError, Fault, FaultyFiles, UsageError
from era_geo.layerrows import Row, joined, place_columns, row_of
from era_geo.layersource import FILE_NAME, CountRule, ListSource, PlaceRule, SkipRule
from era_geo.region import address_words, gazetteer_words, tables
from era_geo.region.list_model import AreaCount, ListPlace, ListRead, Located, Lookup, Unlocated

_APART_M = 25.0
"""Rows of one key that lie farther apart than this are told."""
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_DATES = (
    (re.compile(r"(\d{4})-(\d\d)-(\d\d)"), (1, 2, 3)),
    (re.compile(r"(\d\d?)/(\d\d?)/(\d{4})"), (3, 2, 1)),
)


@dataclass
class _Reading:
    """What has been read so far."""

    source: ListSource
    file: str
    lookup: Lookup
    places: dict[str, ListPlace] = field(default_factory=dict)
    unlocated: dict[str, Unlocated] = field(default_factory=dict)
    counted: Counter[tuple[CountRule, str]] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    newest: str | None = None

    def fault(self, number: int, column: str, what: str) -> None:
        where = f"row {number}, {column}" if column else f"row {number}"
        self.faults.append(Fault(self.file, where, what))


def read_list(path: Path, source: ListSource, lookup: Lookup) -> ListRead:
    """Read a list that `source` describes.

    Raises
    ------
    FaultyFiles
        If columns are missing; each is named.
    UsageError
        If the file cannot be opened.
    DataError
        If it is no table, or holds nothing but headings.
    """
    lines = tables.read(path)
    header = next(lines, None)
    if header is None:
        raise DataError(f"{path.name} is empty. Export or download it again.")
    columns = _columns(path, source, header)
    reading = _Reading(source, path.name, lookup)
    rows = 0
    for line in lines:
        rows += 1
        _take(reading, line.number, row_of(line.cells, columns))
    if not rows:
        raise DataError(f"{path.name} has headings and no rows. Export or download it again.")
    return ListRead(
        places=tuple(reading.places.values()),
        unlocated=tuple(reading.unlocated.values()),
        counted=_area_counts(reading.counted),
        skipped=dict(sorted(reading.skipped.items())),
        faults=tuple(reading.faults),
        rows=rows,
        newest=reading.newest,
    )


def _columns(path: Path, source: ListSource, header: tables.Line) -> dict[str, int | None]:
    columns = place_columns(source.columns, header.cells)
    missing = [column for column, place in columns.items() if place is None]
    if missing:
        what = f"the column is missing, which {source.file} reads. Is this the right list, in its present form?"
        raise FaultyFiles([Fault(path.name, column, what) for column in missing])
    return columns


def _take(reading: _Reading, number: int, row: Row) -> None:
    """Do with one row what the rules say."""
    if reading.source.date_from != FILE_NAME:
        date = iso_date(row[reading.source.date_from])
        reading.newest = max(filter(None, (date, reading.newest)), default=None)
    rule = reading.source.outcome(row)
    if isinstance(rule, PlaceRule):
        _take_place(reading, number, row, rule)
    elif isinstance(rule, CountRule):
        reading.counted[rule, row[rule.area]] += 1
    else:
        reading.skipped[rule.why if isinstance(rule, SkipRule) else reading.source.otherwise] += 1


def _take_place(reading: _Reading, number: int, row: Row, rule: PlaceRule) -> None:
    source = reading.source
    key = "/".join(row[column] for column in source.key if row[column])
    if not key:
        reading.fault(number, ", ".join(source.key), "is empty, though rows are told apart by it.")
        key = f"row {number}"
    ref = f"{source.id}:{key}"
    located, notes = _locate(reading, number, row)
    known = reading.places.get(ref)
    if located is None:
        if known is None:
            reading.unlocated.setdefault(ref, _unlocated(reading, number, row, ref, rule.layers))
        return
    reading.unlocated.pop(ref, None)
    place = ListPlace(
        ref=ref,
        name=joined(source.name, row) or None,
        layers=rule.layers,
        located=located,
        address=joined(source.address, row) or None,
        postcode=address_words.postcode(row.get(source.postcode or "", "")),
        uprn=gazetteer_words.uprn(row.get(source.uprn or "", "")),
        evidence=source.evidence(row),
        caveats=tuple(dict.fromkeys((*source.said(row), *notes))),
        rows=(number,),
    )
    reading.places[ref] = place if known is None else _joined(reading, known, place)


def _unlocated(reading: _Reading, number: int, row: Row, ref: str, layers: tuple[str, ...]) -> Unlocated:
    postcode = address_words.postcode(row.get(reading.source.postcode or "", ""))
    reason = "its postcode is not in the region" if postcode else "the list gives neither coordinates nor a postcode"
    name = joined(reading.source.name, row) or None
    roughly = reading.lookup.neighbourhood(postcode) if postcode else None
    return Unlocated(ref, name, layers, reading.source.evidence(row), reason, number, roughly)


def _joined(reading: _Reading, first: ListPlace, second: ListPlace) -> ListPlace:
    """Make one place of two rows with one key: the first row's, with what the second adds."""
    (east, north, uncertainty, _), (other_east, other_north, _, _) = first.located, second.located
    apart = ((east - other_east) ** 2 + (north - other_north) ** 2) ** 0.5
    if apart > _APART_M:
        what = f"lies {apart:.0f} m from row {first.rows[0]}, which has the same key. The first is taken, less exactly."
        reading.fault(second.rows[0], "", what)
    return replace(
        first,
        layers=tuple(dict.fromkeys(first.layers + second.layers)),
        caveats=tuple(dict.fromkeys(first.caveats + second.caveats)),
        located=first.located._replace(uncertainty_m=max(uncertainty, apart if apart > _APART_M else 0.0)),
        rows=first.rows + second.rows,
    )


def _locate(reading: _Reading, number: int, row: Row) -> tuple[Located | None, tuple[str, ...]]:
    """Locate a row by the best that it gives, with caveats on how."""
    located, wrong = _by_coordinates(reading, number, row)
    if located is not None:
        return located, ()
    notes = ("its coordinates in the list cannot be used",) if wrong else ()
    located = _by_region(reading, number, row)
    return located, (*notes, located.note) if located and located.note else notes


def _by_region(reading: _Reading, number: int, row: Row) -> Located | None:
    """Locate a row by what the region knows of its UPRN, else its address, else its postcode."""
    source, lookup = reading.source, reading.lookup
    uprn = gazetteer_words.uprn(row.get(source.uprn or "", ""))
    located = lookup.uprn(uprn) if uprn else None
    written = row.get(source.postcode or "", "")
    postcode = address_words.postcode(written)
    if written and postcode is None:
        reading.fault(number, source.postcode or "", "is no full postcode.")
    if located is None and postcode:
        located = lookup.address([row[column] for column in source.address], postcode) or lookup.postcode(postcode)
    return located


def _by_coordinates(reading: _Reading, number: int, row: Row) -> tuple[Located | None, bool]:
    """Locate a row by its own coordinates; the second value says whether it has some that cannot be used."""
    position = reading.source.position
    cells = [row[column] for column in position.columns]
    if position.lat_lon and cells[0]:
        cells = [part.strip() for part in cells[0].split(",")]
    if not any(cells):
        return None, False
    label = ", ".join(position.columns)
    if len(cells) != 2 or not all(_NUMBER.fullmatch(cell) for cell in cells):
        reading.fault(number, label, "must hold two numbers.")
        return None, True
    first, second = float(cells[0]), float(cells[1])
    try:
        if position.easting is None:
            first, second = crs.point_to_bng(second, first)
        else:
            crs.point_to_lonlat(first, second)
    except UsageError as error:
        reading.fault(number, label, str(error))
        return None, True
    return Located(first, second, position.uncertainty_m), False


def iso_date(text: str) -> str | None:
    """Read a date as lists write it (2026-05-31, 31/05/2026, with or without a time) and give it in ISO 8601."""
    for pattern, order in _DATES:
        match = pattern.match(text)
        if match:
            try:
                return dt.date(*(int(match[place]) for place in order)).isoformat()
            except ValueError:
                return None
    return None


def wanted(path: Path, source: ListSource) -> tuple[set[str], set[str]]:
    """Give the postcodes and the UPRNs of a list, so that a lookup can fetch what it will be asked for at once.

    Raises
    ------
    FaultyFiles, UsageError, DataError
        As `read_list`.
    """
    lines = tables.read(path)
    header = next(lines, None)
    if header is None:
        return set(), set()
    columns = _columns(path, source, header)
    places = {column: columns[column] for column in (source.postcode, source.uprn) if column}
    postcodes: set[str] = set()
    uprns: set[str] = set()
    for line in lines:
        row = row_of(line.cells, places)
        postcodes.add(address_words.postcode(row.get(source.postcode or "", "")) or "")
        uprns.add(gazetteer_words.uprn(row.get(source.uprn or "", "")) or "")
    return postcodes - {""}, uprns - {""}


def _area_counts(counted: Counter[tuple[CountRule, str]]) -> tuple[AreaCount, ...]:
    counts = []
    for (rule, area), count in counted.items():
        council = layercouncil.find(area)
        counts.append(
            AreaCount(rule.layer, rule.what, rule.why, council.name if council else area, council.code if council else None, count)
        )
    return tuple(sorted(counts, key=lambda count: (count.layer, count.what, count.area)))
