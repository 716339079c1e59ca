"""Texts that are no address: a UPRN, a grid reference, an easting and northing, a longitude and latitude."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from era_geo.address.parse import clean
from era_geo.address.postcodes import AREAS

_MOST_UPRN = 12  # figures
_NUMBER = r"([+-]?\d{1,7}(?:\.\d{1,12})?)"
_METRES = r"(\d{1,3}(?:,\d{3}){1,2}(?:\.\d{1,3})?)"
_MINUTES = r"(?:(\d{1,2}(?:\.\d{1,9})?)\s*['′]\s*)?"  # noqa: RUF001 - the primes people paste
_SECONDS = r"(?:(\d{1,2}(?:\.\d{1,9})?)\s*(?:[\"”“]|''|′′)\s*)?"  # noqa: RUF001 - as above
_ANGLE = rf"(\d{{1,3}})\s*[°˚o]\s*{_MINUTES}{_SECONDS}([nsew])"
_AXIS = r"(lat(?:itude)?|lon(?:g(?:itude)?)?|lng|e(?:asting)?|n(?:orthing)?|x|y)"


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.ASCII)


_UPRN = _pattern(r"uprn\s*(?:no\.?|number)?\s*[:=#]?\s*(\d(?:[ -]?\d){0,29})")
_FIGURES = _pattern(r"\d{6,40}")
_LONELY_FIGURES = _pattern(r"\d{1,5}")
_GRID = _pattern(r"(?:grid\s*(?:ref(?:erence)?)?\.?\s*[:=]?\s*)?([a-z]{2})[\s,]*(\d{1,14})(?:[\s,]+(\d{1,8}))?")
_LABELLED = _pattern(rf"{_AXIS}\s*[:=]?\s*{_NUMBER}\s*°?\s*[, ]\s*{_AXIS}\s*[:=]?\s*{_NUMBER}\s*°?")
_PAIR = _pattern(rf"\(?\s*{_NUMBER}\s*°?\s*([nsew])?\s*[, /]\s*{_NUMBER}\s*°?\s*([nsew])?\s*\)?")
_ANGLES = _pattern(rf"\(?\s*{_ANGLE}\s*[, /]*\s*{_ANGLE}\s*\)?")
_THOUSANDS = _pattern(rf"{_METRES}\s*[, ]\s*{_METRES}")
_LETTERS = "ABCDEFGHJKLMNOPQRSTUVWXYZ"  # the grid leaves out I
_FIRST_LETTERS = "HJNOST"  # of the squares of Great Britain
_DISTRICT_FIGURES = 3  # of the beginning of a postcode at most, `TD15 1`


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
    """A point in WGS84 degrees. `step` is what the last figure typed stands for in the coarser of the two, degrees."""

    lon: float
    lat: float
    step: float


@dataclass(frozen=True, slots=True)
class Malformed:
    """What looks like one of these and is none; `why` says so in a sentence."""

    why: str


Special = Uprn | Grid | LonLat | Malformed


def recognise(text: str) -> Special | None:
    """Say which of these a text is; `None` where it is an address or something else."""
    text = clean(text)
    found = ((match, read) for pattern, read in _READERS if (match := pattern.fullmatch(text)))
    match, read = next(found, (None, None))
    return None if match is None or read is None else read(match)


def is_lone_number(text: str) -> bool:
    """Whether the text is nothing but a short number, which might be anything."""
    return bool(_LONELY_FIGURES.fullmatch(clean(text)))


def _uprn(match: re.Match[str]) -> Uprn | Malformed:
    figures = match[match.lastindex or 0].replace(" ", "").replace("-", "").lstrip("0") or "0"
    if len(figures) > _MOST_UPRN:
        return Malformed(f"{figures} has {len(figures)} figures; a UPRN has {_MOST_UPRN} at most. Check it, or type the address.")
    return Uprn(figures)


def _grid(match: re.Match[str]) -> Grid | Malformed | None:
    letters, figures = match[1].upper(), match[2] + (match[3] or "")
    if len(figures) < _DISTRICT_FIGURES or (letters in AREAS and len(figures) == _DISTRICT_FIGURES):
        return None  # ZE1, TD15 1: a postcode's beginning
    if letters[0] not in _FIRST_LETTERS or letters[1] not in _LETTERS:
        is_pair = match[3] is not None and len(match[2]) == len(match[3])
        why = f"The National Grid has no square {letters}. A grid reference looks like NS 75663 55294."
        return Malformed(why) if is_pair else None
    half = len(figures) // 2
    if match[3] is not None and len(match[2]) != len(match[3]):
        return _uneven(letters, f"{len(match[2])} and {len(match[3])} figures")
    if len(figures) % 2:
        return _uneven(letters, f"{len(figures)} figures")
    if not 2 <= half <= 5:
        return _uneven(letters, f"{half} figures for each of the two")
    first, second = (_LETTERS.index(letter) for letter in letters)
    east = ((first - 2) % 5) * 5 + second % 5
    north = 19 - (first // 5) * 5 - second // 5
    cell = 10.0 ** (5 - half)
    easting = east * 100_000 + int(figures[:half]) * cell + cell / 2
    northing = north * 100_000 + int(figures[half:]) * cell + cell / 2
    return Grid(easting, northing, cell, f"{letters} {figures[:half]} {figures[half:]}")


def _uneven(letters: str, has: str) -> Malformed:
    return Malformed(
        f"The grid reference has {has} behind {letters}. It needs two to five for the easting and as many for the northing, "
        "such as NS 756 552 or NS 75663 55294."
    )


def _labelled(match: re.Match[str]) -> Grid | LonLat | None:
    values = {_axis(match[1]): match[2], _axis(match[3]): match[4]}
    if set(values) == {"lon", "lat"}:
        return LonLat(float(values["lon"]), float(values["lat"]), _step(values["lon"], values["lat"]))
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
    # In Great Britain the latitude is 49 to 61 and the longitude -9 to 2: the order cannot be mistaken.
    is_latitude_first = 49 <= a <= 61 and -9 <= b <= 2.5
    is_either = is_latitude_first or (49 <= b <= 61 and -9 <= a <= 2.5)
    if ("." not in first or "." not in second) and not (is_either and min(a, b) < 0):
        return None  # 12 15 and 12/3 are house numbers
    step = _step(first, second)
    return LonLat(b, a, step) if is_latitude_first else LonLat(a, b, step)


def _lettered(first: str, first_letter: str | None, second: str, second_letter: str | None) -> LonLat | None:
    if not (first_letter and second_letter):
        return None
    return _on_axes((abs(float(first)), first_letter), (abs(float(second)), second_letter), _step(first, second))


def _angles(match: re.Match[str]) -> LonLat | None:
    """Read degrees, minutes and seconds."""
    first, second = match.groups()[:4], match.groups()[4:]
    return _on_axes(
        (_degrees(*first[:3]), first[3]), (_degrees(*second[:3]), second[3]), max(_last(*first[:3]), _last(*second[:3]))
    )


def _degrees(degrees: str, minutes: str | None, seconds: str | None) -> float:
    return int(degrees) + float(minutes or 0) / 60 + float(seconds or 0) / 3600


def _last(_: str, minutes: str | None, seconds: str | None) -> float:
    """Give what the last figure stands for, degrees."""
    return _step(seconds) / 3600 if seconds else _step(minutes) / 60 if minutes else 1.0


def _on_axes(first: tuple[float, str], second: tuple[float, str], step: float) -> LonLat | None:
    """Give the point of two angles with their letters; `None` where both are of one axis."""
    values = {"lat" if letter in "ns" else "lon": -value if letter in "sw" else value for value, letter in (first, second)}
    return LonLat(values["lon"], values["lat"], step) if len(values) == 2 else None


def _thousands(match: re.Match[str]) -> Grid:
    return _metres(match[1].replace(",", ""), match[2].replace(",", ""))


def _metres(east: str, north: str) -> Grid:
    return Grid(float(east), float(north), 1.0, f"easting {east}, northing {north}")


def _step(*values: str) -> float:
    return 10.0 ** -min(len(value.partition(".")[2]) for value in values)


_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Special | None]], ...] = (
    (_UPRN, _uprn),
    (_FIGURES, _uprn),
    (_GRID, _grid),
    (_ANGLES, _angles),
    (_LABELLED, _labelled),
    (_THOUSANDS, _thousands),
    (_PAIR, _pair),
)
PATTERNS = tuple(pattern for pattern, _ in _READERS)
"""Every pattern by which a text is recognised."""
