"""Whether an answer is right, harmless or wrong: the same judgement for every engine."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from benchmarks._addresses import Address, Point, plain
from era_geo.model import Candidate, LocateResult, LocateStatus
from era_geo.region.address_words import house_number

RIGHT_M = 50.0
"""A house that has the right number and street and lies this near to where the map has it is the right house."""
HOUSE_LEVEL = ("pin", "uprn", "building", "address")


@dataclass
class Tally:
    """What came of one form of a list. `wrong` keeps the texts of confident wrong answers, `missed` of those not found."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def take(self, verdict: str, text: str) -> None:
        """Count one answer."""
        self.counts[verdict] += 1
        if verdict == "wrong":
            self.wrong.append(text)
        elif verdict not in ("right", "offered"):
            self.missed.append(f"{verdict}: {text}")

    @property
    def total(self) -> int:
        """How many were asked."""
        return sum(self.counts.values())

    def share(self, *verdicts: str) -> float:
        """Give the share, in per cent, of these verdicts."""
        return 100.0 * sum(self.counts[verdict] for verdict in verdicts) / max(1, self.total)


def same_house(address: Address, candidate: Candidate) -> bool:
    """Whether a candidate is the house: its number, its street, and its place on the map."""
    if candidate.precision.value not in HOUSE_LEVEL or not _same_number(address.number, candidate.number):
        return False
    return any(math.dist(point, (candidate.easting, candidate.northing)) <= RIGHT_M for point in address.points)


def _same_number(one: str, other: str | None) -> bool:
    if other is None:
        return False
    first, second = house_number(one), house_number(other)
    return first.key == second.key if first and second else plain(one) == plain(other)


def judge(address: Address, result: LocateResult) -> str:
    """Judge an answer for a house that the map has.

    `right`: that house, alone. `offered`: a contradiction that offers it. `choice`: one of several listed. `wrong`: another
    house, alone. `none`: no house, said so.
    """
    offered = any(same_house(address, candidate) for candidate in result.candidates)
    if result.status is LocateStatus.MATCHED:
        if offered:
            return "right"
        return "wrong" if result.candidates[0].precision.value in HOUSE_LEVEL else "none"
    if not offered:
        return "none"
    return "offered" if result.status is LocateStatus.CONTRADICTION else "choice"


def invented(result: LocateResult) -> bool:
    """Whether an answer gives a house where the map has none: as a match, or in the first place."""
    first = result.candidates[0].precision.value if result.candidates else ""
    return first in HOUSE_LEVEL and result.status in (LocateStatus.MATCHED, LocateStatus.AMBIGUOUS)


def holds(candidates: Sequence[Candidate], point: Point) -> bool | None:
    """Whether the first candidate's circle holds a point; `None` where there is no candidate."""
    if not candidates:
        return None
    first = candidates[0]
    return math.dist((first.easting, first.northing), point) <= first.uncertainty_m


def percent(values: Iterable[bool]) -> float:
    """Give the share of true values, in per cent."""
    listed = list(values)
    return 100.0 * sum(listed) / max(1, len(listed))
