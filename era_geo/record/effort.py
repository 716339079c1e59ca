"""What each parameter would make agencies check in a year: the ERAs that a profile asks for, times what one ERA finds to check.

The second half comes from a capacity study (`era-geo batch --radii`): how many homes and places each radius, and how many homes
each number of doors, has around a property on average. Nothing here says which parameter is right.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from era_geo.errors import DataError
from era_geo.region import tables

_COLUMNS = ("what", "width", "unit", "properties_counted", "properties_not_counted", "mean")
_IN_PART = "properties_in_part"


@dataclass(frozen=True)
class Width:
    """One parameter of a study: what is counted (`homes within`), how wide, in which unit, and the mean of the properties counted.

    `mean` is `None` where no property could be counted. Of `in_part` properties at least so many are known.
    """

    what: str
    width: float
    unit: str
    mean: float | None
    counted: int
    not_counted: int
    in_part: int = 0

    def __str__(self) -> str:
        return f"{self.what} {self.width:g} {self.unit}"


@dataclass(frozen=True)
class ProfileEffort:
    """What a profile asks for in the year: ERAs, and for each parameter what they would check, in the order of the parameters.

    A number is `None` where the ERAs are suppressed, or no property of the study could be counted.
    """

    profile: str
    eras: int | None
    checks: tuple[int | None, ...]


@dataclass(frozen=True)
class Effort:
    """What each parameter would make agencies check in a year, by profile. `notes` are what it rests on, and what is not known."""

    widths: tuple[Width, ...]
    profiles: tuple[ProfileEffort, ...]
    notes: tuple[str, ...]


def effort(totals: Mapping[str, int | None], widths: Sequence[Width]) -> Effort:
    """Multiply what each profile asks for in the year (`totals`, ERAs by the profile's name) by each parameter's mean."""
    profiles = tuple(
        ProfileEffort(name, eras, tuple(None if eras is None or w.mean is None else round(eras * w.mean) for w in widths))
        for name, eras in totals.items()
    )
    return Effort(tuple(widths), profiles, tuple(_notes(widths)))


def _notes(widths: Sequence[Width]) -> list[str]:
    told = ["Each ERA is taken to look at a property like the study's on average; one that is looked at twice counts twice."]
    for width in widths:
        of = width.counted + width.not_counted
        if width.mean is None:
            told.append(f"{width}: could not be counted for any property, which is not 0.".capitalize())
        elif width.not_counted:
            told.append(
                f"{width}: not known for {width.not_counted:,} of {of:,} properties; the mean is that of the others.".capitalize()
            )
        if width.in_part:
            told.append(f"{width}: at least so many; known in part only for {width.in_part:,} of {of:,} properties.".capitalize())
    return told


def read_study(path: Path) -> tuple[Width, ...]:
    """Read the table of a capacity study, `OUT-capacity.csv`.

    Raises
    ------
    UsageError
        If the file cannot be opened.
    DataError
        If it is no such table, or a number in it cannot be read.
    """
    lines = tables.read(path)
    heading = list(next(lines, tables.Line(1, ())).cells)
    missing = [name for name in _COLUMNS if name not in heading]
    if missing:
        raise DataError(
            f"{path.name} is no table of a capacity study: it has no column {', '.join(missing)}. It is the one that era-geo batch "
            "--radii writes as OUT-capacity.csv."
        )
    widths = [_width(path, line.number, dict(zip(heading, line.cells, strict=False))) for line in lines]
    if not widths:
        raise DataError(f"{path.name} holds no parameter of a capacity study.")
    return tuple(widths)


def _width(path: Path, number: int, cells: Mapping[str, str]) -> Width:
    try:
        mean = _number(cells["mean"]) if cells["mean"] else None
        counts = [int(_number(cells.get(name) or "0")) for name in ("properties_counted", "properties_not_counted", _IN_PART)]
        return Width(cells["what"], _number(cells["width"]), cells["unit"], mean, *counts)
    except (KeyError, ValueError) as error:
        raise DataError(
            f"{path.name}, row {number}: a number is missing or none. Take the table as era-geo batch wrote it."
        ) from error


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value) or value < 0:
        raise ValueError(text)
    return value
