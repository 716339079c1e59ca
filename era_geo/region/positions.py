"""Positions of many rows at once: cells to eastings and northings, and what is wrong with those that are none.

Publishers' eastings and northings are EPSG:27700 already and are taken as they are; longitudes and latitudes go through the
OSTN15 grid.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from era_geo import crs
from era_geo.layerrows import Row
from era_geo.layersource import Position

NONE = "it has no coordinates"
NO_NUMBERS = "its coordinates are not two numbers"
OUTSIDE = "its coordinates lie outside Great Britain"
SWAPPED = "its coordinates lie outside Great Britain; they look swapped"

_EXTENT_M = (700_000.0, 1_250_000.0)
"""How far the grid reaches that OSTN15 is made for. Comparing is a thousand times quicker than converting each point to see."""

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class Places(NamedTuple):
    """Where rows lie: metres in EPSG:27700, NaN for those that cannot be placed, and why not (empty for the others)."""

    easting: Floats
    northing: Floats
    wrong: list[str]


def read(position: Position, rows: Sequence[Row]) -> Places:
    """Read the position of each row."""
    cells = [_pair(position, row) for row in rows]
    first, second = _numbers([one for one, _ in cells]), _numbers([other for _, other in cells])
    empty = np.array([not (one or other) for one, other in cells], dtype=bool)
    if position.easting is None:
        return _checked(*crs.to_bng(second, first), empty, np.isnan(first) | np.isnan(second), swappable=False)
    return _checked(first, second, empty, np.isnan(first) | np.isnan(second), swappable=True)


def of_numbers(easting: Floats, northing: Floats) -> Places:
    """Check points that are numbers already, metres in EPSG:27700; NaN is no number."""
    return _checked(easting, northing, np.zeros(len(easting), dtype=bool), np.isnan(easting) | np.isnan(northing), swappable=True)


def _pair(position: Position, row: Row) -> tuple[str, str]:
    if position.lat_lon is not None:
        first, _, second = row[position.lat_lon].partition(",")
        return first.strip(), second.strip()
    first_column, second_column = position.columns
    return row[first_column], row[second_column]


def _numbers(cells: list[str]) -> Floats:
    """Give the cells as numbers, NaN for those that are none."""
    try:
        numbers = np.array(cells, dtype=np.float64)
    except ValueError:
        numbers = np.array([_number(cell) for cell in cells], dtype=np.float64)
    return np.where(np.isfinite(numbers), numbers, np.nan)


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return float("nan")


def _checked(easting: Floats, northing: Floats, empty: Bools, no_numbers: Bools, *, swappable: bool) -> Places:
    inside = in_great_britain(easting, northing)
    wrong = [""] * len(inside)
    for place in np.flatnonzero(~inside):
        if empty[place]:
            wrong[place] = NONE
        elif no_numbers[place]:
            wrong[place] = NO_NUMBERS
        elif swappable and in_great_britain(northing[place : place + 1], easting[place : place + 1])[0]:
            wrong[place] = SWAPPED
        else:
            wrong[place] = OUTSIDE
    return Places(np.where(inside, easting, np.nan), np.where(inside, northing, np.nan), wrong)


def in_great_britain(easting: Floats, northing: Floats) -> Bools:
    """Say for each point (metres, EPSG:27700; shape (n,)) whether it lies on the grid of Great Britain; NaN does not."""
    inside: Bools = (easting > 0) & (easting < _EXTENT_M[0]) & (northing > 0) & (northing < _EXTENT_M[1])
    return inside
