"""What the program makes of a list before a region is built of it: which source file it is, what it lacks, what its rows become."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from era_geo.errors import DataError
from era_geo.layerrows import Row, joined, place_columns, row_of
from era_geo.layersource import CountRule, ListSource, PlaceRule, SkipRule, Source, SourceSet
from era_geo.layertoml import nearest
from era_geo.region import tables

FIRST_ROWS = 5
"""How many rows are told."""

_TOLD_APART_BY = 50


@dataclass(frozen=True)
class ListCheck:
    """What a list is taken for: `source`, or where it is none that is known the `nearest` one.

    `missing` are the columns that it lacks for either, each with the one that may be misspelt; `rows` say what becomes of the
    first rows. Without `missing`, a list that is not recognised has rows of another kind than the nearest source reads.
    """

    source: Source | None
    nearest: Source | None
    missing: tuple[str, ...]
    rows: tuple[str, ...]


def check_list(path: Path, sources: SourceSet) -> ListCheck:
    """Hold a list's columns and first rows against the source files.

    Raises
    ------
    UsageError
        If the file cannot be opened.
    DataError
        If it is no table, or empty.
    """
    lines = list(islice(tables.read(path), 1 + _TOLD_APART_BY))
    if not lines:
        raise DataError(f"{path.name} is empty. Export or download it again.")
    header, following = lines[0].cells, lines[1:]
    found = sources.recognise(header, [line.cells for line in following])
    if found is None:
        likest = max(sources.of_kind(ListSource), key=lambda source: _likeness(source, header), default=None)
        known = likest if likest is not None and _likeness(likest, header) > 0 else None
        return ListCheck(None, known, _missing(known, header) if known else (), ())
    if not isinstance(found, ListSource):
        return ListCheck(found, None, (), ())
    places = place_columns(found.columns, header)
    rows = (f"row {line.number}: {_becomes(found, row_of(line.cells, places))}" for line in following[:FIRST_ROWS])
    return ListCheck(found, None, _missing(found, header), tuple(rows))


def _likeness(source: ListSource, header: Sequence[str]) -> float:
    """Give the share of the columns a source is known by that a table has."""
    places = place_columns(source.recognition.columns, header)
    return sum(place is not None for place in places.values()) / max(len(places), 1)


def _missing(source: ListSource, header: Sequence[str]) -> tuple[str, ...]:
    wanted = dict.fromkeys((*source.recognition.columns, *source.columns))
    lacking = [column for column, place in place_columns(wanted, header).items() if place is None]
    return tuple(f"{column.replace('|', ' or ')}: the column is missing.{nearest(column, header)}" for column in lacking)


def _becomes(source: ListSource, row: Row) -> str:
    return ". ".join(_parts(source, row))


def _parts(source: ListSource, row: Row) -> Iterator[str]:
    rule = source.outcome(row)
    match rule:
        case PlaceRule():
            yield f"{joined(source.name, row) or 'a place without a name'} becomes {', '.join(rule.layers)}"
            yield from source.said(row)
        case CountRule():
            yield f"only counted among {rule.what} ({rule.why})"
        case SkipRule():
            yield f"left out ({rule.why})"
        case _:
            yield f"left out ({source.otherwise})"
