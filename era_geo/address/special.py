"""Texts that are no address: a UPRN, a grid reference, an easting and northing, a longitude and latitude."""

from __future__ import annotations

import re
from dataclasses import dataclass

from era_geo.address.parse import clean

_UPRN = re.compile(r"(?:uprn\s*(?:no\.?|number)?\s*[:=#]?\s*)0*(\d{1,12})|(\d{6,12})")
_LONELY_FIGURES = re.compile(r"\d{1,5}")
_GRID = re.compile(r"(?:grid\s*(?:ref(?:erence)?)?\.?\s*[:=]?\s*)?([hjnost][a-z])\s*(\d{2,5})\s*[, ]?\s*(\d{2,5})?(\d*)")
_NUMBER = r"([+-]?\d{1,7}(?:\.\d{1,12})?)"
_LABELLED = re.compile(
    rf"(lat(?:itude)?|lon(?:g(?:itude)?)?|lng|e(?:asting)?|n(?:orthing)?|x|y)\s*[:=]?\s*{_NUMBER}\s*°?\s*[, ]\s*"
    rf"(lat(?:itude)?|lon(?:g(?:itude)?)?|lng|e(?:asting)?|n(?:orthing)?|x|y)\s*[:=]?\s*{_NUMBER}\s*°?"
)
_PAIR = re.compile(rf"\(?\s*{_NUMBER}\s*°?\s*([nsew])?\s*[, /]\s*{_NUMBER}\s*°?\s*([nsew])?\s*\)?")
_LETTERS = "ABCDEFGHJKLMNOPQRSTUVWXYZ"  # the grid leaves out I


@dataclass(frozen=True, slots=True)
class Uprn:
    """A unique property reference number, without leading noughts."""

    value: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A point in EPSG:27700, the middle of a square of `cell_m` metres; `text` is it as read."""

    easting: float
    northing: float
    cell_m: float
    text: str


@dataclass(frozen=True, slots=True)
class LonLat:
    """A point in WGS84 degrees. `decimals` is how many figures behind the point were typed in the coarser of the two."""

    lon: float
    lat: float
    decimals: int


def recognise(text: str) -> Uprn | Grid | LonLat | None:
    """Say which of these a text is; `None` where it is an address or something else."""
    text = clean(text)
    if match := _UPRN.fullmatch(text):
        return Uprn((match[1] or match[2]).lstrip("0") or "0")
    if match := _GRID.fullmatch(text):
        return _grid(match)
    if match := _LABELLED.fullmatch(text):
        return _labelled(match)
    if match := _PAIR.fullmatch(text):
        return _pair(match)
    return None


def is_lone_number(text: str) -> bool:
    """Whether the text is nothing but a short number, which might be anything."""
    return bool(_LONELY_FIGURES.fullmatch(clean(text)))


def _grid(match: re.Match[str]) -> Grid | None:
    figures = "".join(part for part in (match[2], match[3], match[4]) if part)
    if match[3] and not match[4] and len(match[2]) != len(match[3]):
        return None
    if len(figures) % 2 or not 4 <= len(figures) <= 10:
        return None
    half = len(figures) // 2
    first, second = (_LETTERS.index(letter) for letter in match[1].upper() if letter in _LETTERS)
    east = ((first - 2) % 5) * 5 + second % 5
    north = 19 - (first // 5) * 5 - second // 5
    cell = 10.0 ** (5 - half)
    easting = east * 100_000 + int(figures[:half]) * cell + cell / 2
    northing = north * 100_000 + int(figures[half:]) * cell + cell / 2
    return Grid(easting, northing, cell, f"{match[1].upper()} {figures[:half]} {figures[half:]}")


def _labelled(match: re.Match[str]) -> Grid | LonLat | None:
    values = {_axis(match[1]): match[2], _axis(match[3]): match[4]}
    if set(values) == {"lon", "lat"}:
        return LonLat(float(values["lon"]), float(values["lat"]), _decimals(values["lon"], values["lat"]))
    if set(values) == {"east", "north"}:
        return _metres(values["east"], values["north"])
    return None


def _axis(label: str) -> str:
    return "lat" if label.startswith("lat") else "lon" if label.startswith("l") else "east" if label[0] in "ex" else "north"


def _pair(match: re.Match[str]) -> Grid | LonLat | None:
    first, first_letter, second, second_letter = match.groups()
    a, b = float(first), float(second)
    if first_letter or second_letter:
        return _lettered(first, first_letter, second, second_letter)
    if min(a, b) >= 0 and max(a, b) >= 1000 and "-" not in first + second:
        return _metres(first, second) if len(first.split(".")[0]) >= 4 and len(second.split(".")[0]) >= 4 else None
    if "." not in first or "." not in second:
        return None  # 12 15 and 12/3 are house numbers
    decimals = _decimals(first, second)
    # In Great Britain the latitude is 49 to 61 and the longitude -9 to 2: the order cannot be mistaken.
    if 49 <= a <= 61 and -9 <= b <= 2.5:
        return LonLat(b, a, decimals)
    return LonLat(a, b, decimals)


def _lettered(first: str, first_letter: str | None, second: str, second_letter: str | None) -> LonLat | None:
    if {first_letter, second_letter} <= {"n", "s", None} or not (first_letter and second_letter):
        return None
    values = {}
    for value, letter in ((first, first_letter), (second, second_letter)):
        sign = -1.0 if letter in "sw" else 1.0
        values["lat" if letter in "ns" else "lon"] = sign * abs(float(value))
    return LonLat(values["lon"], values["lat"], _decimals(first, second)) if len(values) == 2 else None


def _metres(east: str, north: str) -> Grid:
    return Grid(float(east), float(north), 1.0, f"easting {east}, northing {north}")


def _decimals(*values: str) -> int:
    return min(len(value.partition(".")[2]) for value in values)
