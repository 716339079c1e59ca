"""The next doors along the property's side of its street: by house number, and where numbers are missing by order of buildings.

By number: the doors of the same street on the same side, up and down from the property's number, `12A` between 12 and 14.
Whether a street is numbered odd and even, or straight on, is read from the doors on the property's own side. A number that the
data lacks is stepped over and told; where more numbers in a row are missing than doors are wanted, the walk ends and that is
told. By order: the buildings that front the street on the property's side; those that bear a number are left to the walk by
number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import numpy.typing as npt

from era_geo.region.address_words import HouseNumber, house_number, name_key
from era_geo.vicinity.neighbours_frontage import Frontage
from era_geo.vicinity.neighbours_homes import Door
from era_geo.vicinity.neighbours_relations import EACH_SIDE, Own, Unit, Units
from era_geo.vicinity.surroundings import Surroundings

_ODD_AND_EVEN_SHARE = 0.75
_Key = tuple[int, str]


@dataclass(frozen=True)
class Told:
    """What came of looking for the next doors: why it could not be done at all, and the numbers that the data lacks."""

    reason: str | None
    doubts: tuple[str, ...] = ()


def relate_sides(around: Surroundings, own: Own, units: Units, street: Frontage | None, wanted: int) -> Told:
    """Set `doors each side` for the homes behind the next `wanted` doors each way."""
    if wanted == 0:
        return Told(None)
    number, key = _own_number(around, own)
    doubts: list[str] = []
    if number is not None and key:
        found, doubts = _by_number(_numbered(units, own, key), number, own, street, wanted)
        _set_doors(units, found)
    ways = _ways(around, own, units, street) if street is not None else []
    for way in ways:
        _set_along(way[:wanted], all_doors=number is None or not key)
    if not ways and (number is None or not key):
        return Told("The property has no house number in the data and does not front a street, so the next doors are not known.")
    return Told(None, tuple(doubts))


def _own_number(around: Surroundings, own: Own) -> tuple[HouseNumber | None, str]:
    if own.door is not None:
        return own.door.number, own.door.street
    site = around.site
    return (house_number(site.number) if site.number else None), name_key(site.street or "")


def _numbered(units: Iterable[Unit], own: Own, street: str) -> list[Door]:
    doors = {id(unit.door): unit.door for unit in units if unit.door is not None}
    if own.door is not None:
        doors[id(own.door)] = own.door
    return [door for door in doors.values() if door.number is not None and door.street == street]


def _by_number(
    doors: Sequence[Door], number: HouseNumber, own: Own, street: Frontage | None, wanted: int
) -> tuple[list[Door], list[str]]:
    step = 2 if _odd_and_even(doors, number, own, street) else 1
    by_key: dict[_Key, list[Door]] = {}
    for door in doors:
        if door.number is not None and (step == 1 or (door.number.base - number.base) % 2 == 0):
            by_key.setdefault(door.number.parts[0], []).append(door)
    first, last = number.parts[0], (number.members()[-1], number.parts[-1][1])
    up, up_lacking = _walk(last, sorted(key for key in by_key if key > first), step, wanted)
    down, down_lacking = _walk(first, sorted((key for key in by_key if key < first), reverse=True), step, wanted)
    if len(down) < wanted and not any(len(numbers) > wanted for numbers in down_lacking):
        start = (-(first[0] % 2) if step == 2 else 0, "")  # before number 1, or before 2 on the even side
        down_lacking.append(_missing((down or [first])[-1], start, step))
    lacking = [_lacking(numbers) for numbers in (*up_lacking, *down_lacking) if numbers]
    return [door for key in (*up, *down) for door in by_key[key]], lacking


def _walk(at: _Key, keys: Sequence[_Key], step: int, wanted: int) -> tuple[list[_Key], list[range]]:
    """Take the next numbers one way, up to `wanted` or to a hole in the numbers wider than that; and give the holes."""
    taken: list[_Key] = []
    lacking: list[range] = []
    for key in keys[:wanted]:
        missing = _missing(at, key, step)
        lacking.append(missing)
        if len(missing) > wanted:
            break
        taken.append(key)
        at = key
    return taken, [numbers for numbers in lacking if numbers]


def _missing(at: _Key, to: _Key, step: int) -> range:
    low, high = sorted((at[0], to[0]))
    return range(max(low + step, 1), high, step)


def _lacking(missing: range) -> str:
    listed = f"{missing[0]}" if len(missing) == 1 else f"{missing[0]} to {missing[-1]}"
    return f"the data has no number {listed} on the property's side of the street"


def _odd_and_even(doors: Sequence[Door], number: HouseNumber, own: Own, street: Frontage | None) -> bool:
    """Whether the two sides of the street are numbered odd and even, as far as the doors on the property's side tell."""
    if street is None or own.door is None or not street.is_named_in_address:
        return True
    # Doors past the stretch that was looked along are left out: round a bend they would seem to stand on the other side.
    others = [(door.number.base, door.point) for door in doors if door is not own.door and door.number]
    sides, told = street.sides_of(np.array([own.door.point, *(point for _, point in others)]))
    beside = [base for (base, _), mine in zip(others, (told & (sides == sides[0]))[1:], strict=True) if mine]
    if len(beside) < 2:
        return True
    return bool(np.mean([(base - number.base) % 2 == 0 for base in beside]) >= _ODD_AND_EVEN_SHARE)


def _ways(around: Surroundings, own: Own, units: Units, street: Frontage) -> list[list[list[Unit]]]:
    """Give the next doors along the property's side of its street, a list each way, nearest first; none without a frontage."""
    position = around.own_building
    side = street.left if (street.left == position).sum() >= (street.right == position).sum() else street.right
    mine = np.flatnonzero(side == position)
    if position is None or not len(mine):
        return []
    by_building = units.by_building
    line = np.flatnonzero(street.line == street.line[mine[0]])
    start = own.door.point if own.door is not None else tuple(street.points[mine[len(mine) // 2]])
    ways: list[list[list[Unit]]] = []
    for stations in (line[line < mine[0]][::-1], line[line > mine[-1]]):
        met = [building for building, _ in groupby(side[stations].tolist()) if building not in {-1, position}]
        row = _own_row(own, by_building.get(position, []), street, stations, start)
        ways.append(row + _steps(by_building, dict.fromkeys(met), row[-1][0].door.point if row and row[-1][0].door else start))
    return ways


def _own_row(
    own: Own, units: Sequence[Unit], street: Frontage, stations: npt.NDArray[np.int64], start: tuple[float, ...]
) -> list[list[Unit]]:
    """Give the houses of the property's own row that lie towards these stations, nearest first."""
    if own.household is None or not own.household.is_row or own.door is None or not len(stations):
        return []
    towards = street.points[stations[-1]] - start
    ahead = [unit for unit in units if unit.door is not None and float(np.dot(np.subtract(unit.door.point, start), towards)) > 0]
    return [[unit] for unit in sorted(ahead, key=lambda unit: _between(start, unit.door))]


def _steps(by_building: Mapping[int | None, list[Unit]], way: Iterable[int], start: tuple[float, ...]) -> list[list[Unit]]:
    """Give the homes building by building; a row of houses house by house, from where one comes."""
    steps: list[list[Unit]] = []
    for building in way:
        here = by_building.get(building, [])
        if here and here[0].household.is_row:
            from_here = start
            steps += [[unit] for unit in sorted(here, key=lambda unit: _between(from_here, unit.door))]
        elif here:
            steps.append(here)
        if steps and (last := steps[-1][0].door) is not None:
            start = last.point
    return steps


def _set_along(way: Sequence[Sequence[Unit]], *, all_doors: bool) -> None:
    """Set the doors along one way, or only those of them that have no number."""
    for unit in (unit for step in way for unit in step):
        numbered = unit.door is not None and unit.door.number is not None
        if unit.relation is None and (all_doors or not numbered):
            unit.relation = EACH_SIDE


def _between(point: tuple[float, ...], door: Door | None) -> float:
    return float("inf") if door is None else float(np.hypot(door.point[0] - point[0], door.point[1] - point[1]))


def _set_doors(units: Iterable[Unit], doors: Sequence[Door]) -> None:
    chosen = {id(door) for door in doors}
    for unit in units:
        if unit.relation is None and unit.door is not None and id(unit.door) in chosen:
            unit.relation = EACH_SIDE
