"""The capacity study: how many homes and places each parameter, in metres and in doors, would make agencies check.

Each row of the batch carries the counts for all parameters, worked out in one pass; here they are added up. A property whose count
could not be worked out is left out of that parameter's numbers, and told beside them. Nothing here says which parameter is right:
that is the local group's to decide.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from era_geo.errors import UsageError
from era_geo.vicinity.surroundings import REACH_M

DOORS = tuple(range(7))
HOMES, PLACES, CHECKS = "homes within", "places within", "homes to check at"
IN_PART = "study_doors_in_part"


@dataclass(frozen=True)
class Measure:
    """One parameter of the study: what is counted, how wide (metres, or doors each side), and the column that holds it."""

    what: str
    width: float

    @property
    def column(self) -> str:
        """The column of the rows."""
        kind = {HOMES: "homes", PLACES: "places", CHECKS: "doors"}[self.what]
        return f"study_{kind}_{self.width:g}{'' if self.what == CHECKS else 'm'}"

    def __str__(self) -> str:
        return f"{self.what} {self.width:g} {'doors each side' if self.what == CHECKS else 'm'}"


def measures(radii: Sequence[float]) -> tuple[Measure, ...]:
    """Give everything that a study of these radii counts; nothing where there are none."""
    if not radii:
        return ()
    return (
        *(Measure(HOMES, radius) for radius in radii),
        *(Measure(PLACES, radius) for radius in radii),
        *(Measure(CHECKS, float(doors)) for doors in DOORS),
    )


@dataclass
class Tally:
    """What one parameter asks for, over the properties whose count is known; `times` is how many properties have each count."""

    unknown: int = 0
    times: Counter[int] = field(default_factory=Counter)

    @property
    def counted(self) -> int:
        """How many properties were counted."""
        return self.times.total()

    @property
    def total(self) -> int:
        """The sum over all properties counted."""
        return sum(count * times for count, times in self.times.items())

    @property
    def mean(self) -> float | None:
        """The mean of the properties counted."""
        return self.total / self.counted if self.counted else None

    def not_exceeded_by(self, share: float) -> int | None:
        """Give the count that a share (0 to 1) of the properties do not exceed: 0.5 for the median."""
        left = math.ceil(share * self.counted)
        for count in sorted(self.times):
            left -= self.times[count]
            if left <= 0:
                return count
        return None


class Study:
    """The sums over all rows."""

    def __init__(self, radii: Sequence[float]) -> None:
        self.tallies = {measure: Tally() for measure in measures(radii)}
        self.in_part = 0
        self.rows = 0

    def add(self, rows: Any) -> None:
        """Take the rows (an Arrow table) of one partition. Rows that were not matched are not properties, and not counted."""
        matched = [status == "matched" for status in rows.column("status").to_pylist()]
        self.rows += sum(matched)
        self.in_part += sum(map(bool, rows.column(IN_PART).to_pylist()))
        for measure, tally in self.tallies.items():
            for is_matched, count in zip(matched, rows.column(measure.column).to_pylist(), strict=True):
                if count is not None:
                    tally.times[count] += 1
                elif is_matched:
                    tally.unknown += 1

    def table(self) -> list[dict[str, Any]]:
        """Give a row for each parameter: sums, mean, median, what nine in ten do not exceed, how many are known in part."""
        return [
            {
                "what": measure.what,
                "width": measure.width,
                "unit": "doors each side" if measure.what == CHECKS else "m",
                "properties_counted": tally.counted,
                "properties_not_counted": tally.unknown,
                "total": tally.total,
                "mean": None if tally.mean is None else round(tally.mean, 2),
                "median": tally.not_exceeded_by(0.5),
                "nine_in_ten_at_most": tally.not_exceeded_by(0.9),
                "properties_in_part": self.in_part if measure.what == CHECKS else 0,
            }
            for measure, tally in self.tallies.items()
        ]

    def sentences(self) -> list[str]:
        """Say what the table and the chart show, in words: the chart's text alternative."""
        told = [
            f"Capacity study over {self.rows:,} matched properties. It counts; which parameter is right is for people to decide."
        ]
        for measure, tally in self.tallies.items():
            if tally.mean is None:
                told.append(f"{measure}: could not be counted for any property.".capitalize())
                continue
            without = f"; not counted for {tally.unknown:,}" if tally.unknown else ""
            told.append(
                f"{measure}: {tally.mean:,.1f} a property on average, {tally.not_exceeded_by(0.5):,} at the median, "
                f"{tally.total:,} in all{without}.".capitalize()
            )
        if self.in_part:
            told.append(
                f"For {self.in_part:,} properties a relation that the address parameter asks for could not be worked out: their "
                "homes by doors are at least so many."
            )
        return told


def columns(radii: Sequence[float]) -> list[str]:
    """Give the columns of a study's rows but `IN_PART`, all of them whole numbers."""
    return [measure.column for measure in measures(radii)]


def read_radii(text: str) -> tuple[float, ...]:
    """Read radii such as `50,100,250,500`, metres.

    Raises
    ------
    UsageError
        If one is no number above zero, or greater than homes are looked for.
    """
    try:
        radii = [float(part) for part in text.split(",")]
    except ValueError:
        raise UsageError(f"--radii {text}: write metres with commas between, such as 50,100,250,500.") from None
    return checked_radii(radii)


def checked_radii(radii: Sequence[float]) -> tuple[float, ...]:
    """Give the radii of a study, metres, each once, the smallest first.

    Raises
    ------
    UsageError
        If one is not above zero, or greater than homes are looked for.
    """
    wrong = [radius for radius in radii if not 0 < radius <= REACH_M]
    if wrong:
        raise UsageError(f"--radii: homes are looked for up to {REACH_M:.0f} m, so {wrong[0]:g} m cannot be counted.")
    return tuple(sorted({float(radius) for radius in radii}))
