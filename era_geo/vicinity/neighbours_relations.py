"""In which relation each home stands to the property: same stair, same building, adjoining, facing, so many doors each side.

Each home has one relation, the closest that holds:

same stair
    Behind the property's own number (or house name): the flats that share its entrance. The flats of a building that has no
    second number and no second entrance count here too where only `building:flats` tells of them.
same building
    In the property's own building under another number.
adjoining
    In a building whose outline runs along the property's, within `TOUCH_M`, for `SHARED_WALL_M` or more.
facing
    In a building that faces the property's own frontage across its street (`neighbours_frontage`).
doors each side
    Behind the next numbers along the property's side of the street, up and down; where numbers are missing, the next
    buildings.

An outline drawn around a row of houses (`building=terrace` with several numbers) is no one building: each number is a house of
its own, that adjoins the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from era_geo.address.flats import flat_key
from era_geo.region.address_words import house_number, name_key
from era_geo.vicinity.neighbours_frontage import Frontage
from era_geo.vicinity.neighbours_homes import Door, Household, Line
from era_geo.vicinity.surroundings import Surroundings

TOUCH_M = 0.5
SHARED_WALL_M = 1.5
"""A shared corner runs along for a metre at most; a shared wall for longer."""
LONE_DOOR_REACH_M = 15.0
"""An address in no building is the property's own where it bears its number and lies this near."""

SAME_STAIR, SAME_BUILDING, ADJOINING, FACING, EACH_SIDE = (
    "same stair",
    "same building",
    "adjoining",
    "facing",
    "doors each side",
)
RELATIONS = (SAME_STAIR, SAME_BUILDING, ADJOINING, FACING, EACH_SIDE)


@dataclass(eq=False)
class Own:
    """The property's own household, door and home, as far as the data knows them."""

    household: Household | None
    door: Door | None
    line: Line | None
    flat_missing: bool = False
    """Whether there are flats behind the door and it is not known which of them the property is."""
    flat_unlisted: bool = False
    """Whether the property is a flat, and the data has its number but knows of no flats there."""


@dataclass(eq=False, slots=True)
class Unit:
    """Homes that share a door, or the homes of a building that have no address. `metres` from the property, edge to edge."""

    household: Household
    door: Door | None
    lines: list[Line]
    metres: float
    relation: str | None = None

    @property
    def homes(self) -> int:
        """How many homes there are, at least."""
        return sum(line.homes or 0 for line in self.lines)


class Units:
    """All homes around a property but its own, by door, in the order of their households."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._units = list(units)
        self.by_building: dict[int | None, list[Unit]] = {}
        """Those of each building, by its position in `Surroundings.buildings`; those in none under `None`."""
        for unit in self._units:
            self.by_building.setdefault(unit.household.building, []).append(unit)

    def __iter__(self) -> Iterator[Unit]:
        return iter(self._units)

    def of(self, household: Household) -> list[Unit]:
        """Give the units of one household."""
        return [unit for unit in self.by_building.get(household.building, []) if unit.household is household]

    def relate(self, relation: str, household: Household, doors: set[int] | None = None) -> None:
        """Give the units of a household a relation, unless they have a closer one; of these doors only, where given."""
        for unit in self.of(household):
            if unit.relation is None and (doors is None or (unit.door is not None and id(unit.door) in doors)):
                unit.relation = relation


def find_own(around: Surroundings, homes: list[Household]) -> Own:
    """Find the property's own home by its building, number, street and flat."""
    site = around.site
    household = next((h for h in homes if h.building is not None and h.building == around.own_building), None)
    near = [household] if household else [h for h in homes if h.building is None and _is_at(around, h.doors[0])]
    doors = [(h, door) for h in near for door in h.doors if _bears(door, site.number, site.street, site.label)]
    if not doors and household is not None and len(household.doors) == 1 and site.number is None:
        doors = [(household, household.doors[0])]
    if len(doors) != 1:
        return Own(household, None, None)
    household, door = doors[0]
    if not door.flats:
        return Own(household, door, door.bare, flat_unlisted=site.flat is not None and not household.rest)
    line = door.flats.get(flat_key(site.flat)) if site.flat else None
    return Own(household, door, line, flat_missing=not site.flat)


def _is_at(around: Surroundings, door: Door) -> bool:
    return bool(shapely.distance(around.walls, shapely.Point(door.point)) <= LONE_DOOR_REACH_M)


def _bears(door: Door, number: str | None, street: str | None, label: str) -> bool:
    """Whether the door has the property's number, or, for a house without one, its name."""
    if street and door.street and name_key(street) != door.street:
        return False
    if number is None:
        return door.number is None and bool(door.key) and door.key in name_key(label)
    parsed = house_number(number)
    return door.key == (parsed.key if parsed else name_key(number))


def units_of(around: Surroundings, homes: list[Household], own: Own) -> Units:
    """Give all homes but the property's own, by door."""
    return Units(_units(homes, _metres_to(around, homes), own))


def _units(homes: list[Household], metres_to: list[float], own: Own) -> Iterator[Unit]:
    for household, metres in zip(homes, metres_to, strict=True):
        for door in household.doors:
            lines = door.lines
            if door is own.door:
                lines = [line for line in lines if line is not own.line]
            if lines:
                yield Unit(household, door, lines, metres)
        if household.rest and (rest := _rest_without_own(household, own)):
            yield Unit(household, None, rest, metres)


def _metres_to(around: Surroundings, homes: list[Household]) -> list[float]:
    """Give how far each household's building is, edge to edge, or the door that stands in none."""
    where = np.empty(len(homes), dtype=object)
    outlines = around.buildings.geometry
    built = {i: household.building for i, household in enumerate(homes) if household.building is not None}
    lone = [i for i, household in enumerate(homes) if household.building is None]
    where[list(built)] = outlines[list(built.values())]
    where[lone] = shapely.points(np.array([homes[i].doors[0].point for i in lone]).reshape(-1, 2))
    metres: list[float] = shapely.distance(around.walls, where).tolist()
    return metres


def _rest_without_own(household: Household, own: Own) -> list[Line]:
    """Give the homes without an address; where the property itself must be one of them, without it."""
    if household is not own.household or own.line is not None or own.flat_missing or not household.rest:
        return household.rest
    first, *more = household.rest
    left = (first.homes or 0) - 1
    if left < 1:
        return more
    text = first.text.replace(f"{first.homes} further homes", f"{left} further home{'s' if left != 1 else ''}", 1)
    return [Line((text,), first.ref, left), *more]


def relate_near(around: Surroundings, own: Own, units: Units, *, entrances: int) -> None:
    """Set the relations that hold within the property's own building and its neighbours' walls.

    `entrances` is how many ways into the own building the data has.
    """
    one_stair = own.household is not None and len(own.household.doors) <= 1 and entrances <= 1
    for unit in units.of(own.household) if own.household is not None else ():
        if one_stair if unit.door is None else unit.door is own.door:
            unit.relation = SAME_STAIR
        elif not unit.household.is_row or own.door is None:
            unit.relation = SAME_BUILDING
    if own.household is not None and own.household.is_row and own.door is not None:
        for door in _next_in_row(own.household, own.door):
            units.relate(ADJOINING, own.household, {id(door)})
    if not around.has_walls:
        return
    for household in _households(units, _touching(around)):
        doors = None
        if household.is_row:
            doors = {id(min(household.doors, key=lambda door: _metres(around.walls, door)))}
        units.relate(ADJOINING, household, doors)


def _households(units: Units, buildings: Iterable[int]) -> list[Household]:
    """Give the households of buildings, of those that have homes."""
    return [here[0].household for building in buildings if (here := units.by_building.get(building))]


def relate_facing(around: Surroundings, own: Own, units: Units, street: Frontage) -> str | None:
    """Set `facing`. Gives the reason where it cannot be said which buildings face the property."""
    opposite = _own_front(around, own, street)
    if not opposite:
        name = street.street or "the nearest street"
        return f"No stretch of {name} lies straight in front of the property, so nothing can be said to face it across the street."
    met: dict[int, list[int]] = {}
    for station, building in opposite:
        if building >= 0:
            met.setdefault(building, []).append(station)
    for building, stations in met.items():
        for household in _households(units, [building]):
            nearest = {id(_nearest_door(household.doors, street.points[i])) for i in stations} if household.is_row else None
            units.relate(FACING, household, nearest)
    return None


def _own_front(around: Surroundings, own: Own, street: Frontage) -> list[tuple[int, int]]:
    """Stations of the street in front of the property, each with the building met on the other side."""
    position = around.own_building
    if position is None:
        return []
    front = [(int(i), int(street.right[i])) for i in np.flatnonzero(street.left == position)]
    front += [(int(i), int(street.left[i])) for i in np.flatnonzero(street.right == position)]
    if own.household is not None and own.door is not None and len(own.household.doors) > 1:
        mine = [(i, b) for i, b in front if _nearest_door(own.household.doors, street.points[i]) is own.door]
        front = mine or front
    return [(i, b) for i, b in front if b != position]


def _nearest_door(doors: list[Door], point: npt.NDArray[np.float64]) -> Door:
    return min(doors, key=lambda door: float(np.hypot(*(point - door.point))))


def _next_in_row(household: Household, own: Door) -> list[Door]:
    """Give the doors before and after the property's in a row of houses, by where they lie along the row."""
    points = np.array([door.point for door in household.doors])
    centred = points - points.mean(axis=0)
    along = np.linalg.svd(centred, full_matrices=False)[2][0]
    order = sorted(household.doors, key=lambda door: (float(np.dot(door.point - points.mean(axis=0), along)), door.name))
    at = order.index(own)
    return [*order[max(at - 1, 0) : at], *order[at + 1 : at + 2]]


def _touching(around: Surroundings) -> set[int]:
    """Positions of the buildings that share a wall with the property's."""
    outlines = around.buildings.geometry
    reach = shapely.buffer(around.walls, TOUCH_M)
    shapely.prepare(reach)
    near = np.flatnonzero(shapely.intersects(reach, outlines))
    shared = shapely.length(shapely.intersection(shapely.boundary(outlines[near]), reach))
    own = around.own_building
    return {int(i) for i, metres in zip(near, shared, strict=True) if metres >= SHARED_WALL_M and i != own}


def _metres(walls: shapely.Geometry, door: Door) -> float:
    return float(shapely.distance(walls, shapely.Point(door.point)))
