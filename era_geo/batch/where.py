"""Which columns of a table say where each row's property is, and the text that a row gives to be looked up.

A column is known by its heading. The guess is shown, and any option that names a column takes its place.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from era_geo.errors import UsageError

SHAPE = "geometry"
"""The name under which a table of a GIS keeps the shape of each row."""

_WORDS = re.compile(r"[^a-z0-9]+")
_WHOLE = ("address", "full address", "fulladdress", "property address", "address text", "addr", "location", "location address")
_PARTS = (
    ("flat", "unit", "sub building", "sub building name", "subbuilding", "flat number", "flat no", "sao", "apartment"),
    ("house name", "building name", "building", "housename", "property name"),
    ("house number", "number", "no", "housenumber", "building number", "house no", "street number", "pao", "addr housenumber"),
    ("address 1", "address line 1", "address1", "addressline1", "address line one", "line 1"),
    ("street", "street name", "road", "thoroughfare", "streetname", "addr street", "street address"),
    ("address 2", "address line 2", "address2", "addressline2", "address line two", "line 2"),
    ("address 3", "address line 3", "address3", "addressline3", "line 3"),
    ("address 4", "address line 4", "address4", "addressline4", "line 4"),
    ("locality", "village", "dependent locality", "district"),
    ("town", "city", "post town", "posttown", "addr city"),
    ("postcode", "post code", "postal code", "zip", "addr postcode"),
)
_STREETS = (3, 4)  # of the parts: without one of these there is no address to look up
_UPRN = ("uprn", "property reference", "unique property reference number", "uprn no", "uprn number")
_GRID = ("grid reference", "grid ref", "gridref", "os grid reference", "os grid ref", "ngr", "bng reference", "osgr")
_LON = ("lon", "long", "longitude", "lng", "x lon", "lon x")
_LAT = ("lat", "latitude", "y lat", "lat y")
_EASTING = ("easting", "eastings", "x coordinate", "oseasting", "os easting", "bng easting", "east", "x easting")
_NORTHING = ("northing", "northings", "y coordinate", "osnorthing", "os northing", "bng northing", "north", "y northing")
_X, _Y = ("x", "x coord", "xcoord", "coord x"), ("y", "y coord", "ycoord", "coord y")
_HOUSE_NUMBER = re.compile(r"\d{1,5}[A-Za-z]?(?:[-/]\d{1,5}[A-Za-z]?)?")
_THOUSANDS = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_NUMBER = re.compile(r"[+-]?\d{1,7}(?:[.,]\d+)?")
_MOST_DECIMALS = 9


class By(StrEnum):
    """What says where a row's property is."""

    ADDRESS = "address"
    UPRN = "UPRN"
    COORDINATES = "coordinates"
    GRID = "grid reference"
    SHAPE = "shape"


@dataclass(frozen=True)
class Where:
    """The columns that say where a property is, and how they are read. For coordinates: x (longitude, easting) before y."""

    by: By
    columns: tuple[str, ...]

    def __str__(self) -> str:
        named = ", ".join(f"'{column}'" for column in self.columns)
        return f"{self.by.value} in column{'s' if len(self.columns) > 1 else ''} {named}"


def choose(
    columns: Sequence[str],
    *,
    address: Sequence[str] = (),
    uprn: str | None = None,
    xy: tuple[str, str] | None = None,
    grid: str | None = None,
    has_shape: bool = False,
) -> tuple[Where, ...]:
    """Say where the properties are: by the columns that were named, else by those whose headings tell.

    Several ways may be named or found: the first that gives an answer for a row is taken, a UPRN before coordinates, a grid
    reference and an address; named ones alone are used where any is named.

    Raises
    ------
    UsageError
        If a named column is not in the table, or no heading tells where the properties are.
    """
    named = [
        Where(By.UPRN, (uprn,)) if uprn else None,
        Where(By.COORDINATES, xy) if xy else None,
        Where(By.GRID, (grid,)) if grid else None,
        Where(By.ADDRESS, tuple(address)) if address else None,
    ]
    chosen = tuple(where for where in named if where is not None)
    absent = [column for where in chosen for column in where.columns if column not in columns]
    if absent:
        raise UsageError(f"The table has no column {_quoted(absent)}. Its columns are: {_quoted(columns)}.")
    found = chosen or _guess(columns, has_shape=has_shape)
    if not found:
        raise UsageError(
            f"No heading says where the properties are. The columns are: {_quoted(columns)}. Name the column, or columns: "
            "--address-column, --uprn-column, --x-column and --y-column, or --grid-column."
        )
    return found


def _guess(columns: Sequence[str], *, has_shape: bool) -> tuple[Where, ...]:
    """Take what the headings tell: a UPRN, and behind it one of address, coordinates, grid reference and shape."""
    folded = {_folded(column): column for column in reversed(columns)}
    uprn = _first(folded, _UPRN)
    found = [Where(By.UPRN, (uprn,))] if uprn else []
    address = _guess_address(folded)
    pair = _guess_pair(folded)
    grid = _first(folded, _GRID)
    if address:
        found.append(Where(By.ADDRESS, address))
    elif pair:
        found.append(Where(By.COORDINATES, pair))
    elif grid:
        found.append(Where(By.GRID, (grid,)))
    elif has_shape:
        found.append(Where(By.SHAPE, (SHAPE,)))
    return tuple(found)


def _guess_address(folded: Mapping[str, str]) -> tuple[str, ...]:
    parts = [_first(folded, names) for names in _PARTS]
    whole = _first(folded, _WHOLE)
    if whole:  # the postcode often has a column of its own beside the whole address
        return (whole, parts[-1]) if parts[-1] else (whole,)
    return tuple(part for part in parts if part) if any(parts[i] for i in _STREETS) else ()


def _guess_pair(folded: Mapping[str, str]) -> tuple[str, str] | None:
    for xs, ys in ((_LON, _LAT), (_EASTING, _NORTHING), (_X, _Y)):
        x, y = _first(folded, xs), _first(folded, ys)
        if x and y:
            return x, y
    return None


def _first(folded: Mapping[str, str], names: Sequence[str]) -> str | None:
    return next((folded[name] for name in names if name in folded), None)


def _folded(column: str) -> str:
    return _WORDS.sub(" ", column.casefold()).strip()


def _quoted(columns: Sequence[str]) -> str:
    return ", ".join(f"'{column}'" for column in columns)


def text_of(where: Where, cells: Mapping[str, Any]) -> str:
    """Give the text by which a row's property is looked up; empty where the row's cells say nothing.

    A number is written as `locate` reads it: `lon -4.25, lat 55.86`, `easting 240000, northing 750000`.
    """
    values = [written(cells[column]) for column in where.columns]
    if where.by is By.ADDRESS:
        return _address(values)
    if where.by is By.UPRN:
        return f"UPRN {values[0]}" if values[0] else ""
    if where.by is By.GRID:
        return values[0]
    metres = all(_folded(column) in (*_EASTING, *_NORTHING) for column in where.columns)
    return _pair(values[0], values[1], metres=metres) if len(values) == 2 else ""


def written(value: Any) -> str:
    """Give a cell as it is read in a spreadsheet: a whole number without a decimal point, nothing for an empty cell."""
    if value is None or (isinstance(value, float) and value != value):  # noqa: PLR0124 - not a number
        return ""
    if isinstance(value, float) and math.isfinite(value):
        return f"{value:.{_MOST_DECIMALS}f}".rstrip("0").rstrip(".")
    return str(value).strip()


def _address(values: Sequence[str]) -> str:
    """Join the parts of an address by commas; a house number stands right before its street."""
    text = ""
    for value in filter(None, values):
        last = text.rpartition(", ")[2]
        text += f"{' ' if _HOUSE_NUMBER.fullmatch(last) and value[0].isalpha() else ', '}{value}" if text else value
    return text


def _pair(x: str, y: str, *, metres: bool) -> str:
    """Write two numbers as coordinates; what are no numbers is handed on as it is, to be told as bad input."""
    if not (x and y):
        return ""
    x, y = _plain_number(x, metres=metres), _plain_number(y, metres=metres)
    if not (_NUMBER.fullmatch(x) and _NUMBER.fullmatch(y)):
        return f"{x}, {y}"
    # Programs cut noughts off the end of a number, so that the more exact of the two says how exactly the place is known.
    decimals = min(_MOST_DECIMALS, max(len(number.partition(".")[2]) for number in (x, y)))
    if abs(float(x)) <= 180 and abs(float(y)) <= 90:
        return f"lon {_with(x, decimals)}, lat {_with(y, decimals)}"
    return f"easting {_with(x, decimals)}, northing {_with(y, decimals)}"


def _plain_number(text: str, *, metres: bool) -> str:
    """Write a number with thousands apart (`240,000`, of metres only), or with a decimal comma (`55,860`), the plain way."""
    return text.replace(",", "") if metres and _THOUSANDS.fullmatch(text) else text.replace(",", ".")


def _with(number: str, decimals: int) -> str:
    """Give a number with so many figures behind the point, noughts where it has fewer."""
    whole, _, behind = number.partition(".")
    return f"{whole}.{behind[:decimals]:0<{decimals}}" if decimals else whole
