"""Homes put on the walking network: by which way, and where along it, each sets out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from era_geo.vicinity.neighbours_homes import Household, Line
from era_geo.vicinity.surroundings import Surroundings
from era_geo.vicinity.walk_graph import Floats, Ints
from era_geo.vicinity.walk_legs import OWN_DRIVE_REACH_M
from era_geo.vicinity.walk_network import WalkNetwork
from era_geo.vicinity.walk_obstacles import Objects

HOME_REACH_M = 50.0
"""A home farther than this from every mapped way is not on the network."""

_IN_THE_BUILDING_M = 0.5


@dataclass(frozen=True)
class _Doors:
    """Doors with homes behind them. `street` is the key of the street in the address, empty where there is none."""

    point: Objects
    count: Ints
    household: Ints
    street: tuple[str, ...]

    @classmethod
    def of(cls, found: Sequence[Household], buildings: Objects) -> _Doors:
        """Take the doors of all households; homes without an address stand in the middle of their building."""
        doors = [
            (*door.point, _sum(door.lines), number, door.street)
            for number, household in enumerate(found)
            for door in household.doors
        ]
        rest = [(*middle, _sum(found[number].rest), number, "") for number, middle in _middles_of_unaddressed(found, buildings)]
        rows = sorted([*doors, *rest], key=lambda row: row[3])  # stable: a building's own doors before what has no address
        east, north, counts, numbers, streets = zip(*rows, strict=True) if rows else ((), (), (), (), ())
        points = np.asarray(shapely.points(np.array(east, dtype=float), np.array(north, dtype=float)), dtype=object)
        return cls(points, np.array(counts, np.int64), np.array(numbers, np.int64), streets)

    def take(self, chosen: Ints) -> _Doors:
        """Give the doors at these positions."""
        streets = tuple(self.street[i] for i in chosen.tolist())
        return _Doors(self.point[chosen], self.count[chosen], self.household[chosen], streets)


@dataclass(frozen=True)
class WalkingHomes:
    """Homes on the network: each stands `off` metres beside an edge, `along` metres from its start. Shape (n,).

    `count` is how many homes there are behind one door, `household` the position in `households` of what they belong to.
    `lost` are the points of homes that no mapped way is near, and `lost_count` how many there are at each.
    """

    edge: Ints
    along: Floats
    off: Floats
    count: Ints
    household: Ints
    households: Sequence[Household]
    lost: Objects
    lost_count: Ints

    @classmethod
    def around(cls, around: Surroundings, reach_m: float, network: WalkNetwork) -> WalkingHomes:
        """Put the homes within `reach_m` of the property on the network, without those in its own building."""
        wider = around if reach_m <= around.reach_m else Surroundings(around.site, around.region, reach_m, around.anchor)
        found = wider.households
        doors = _Doors.of(found, wider.buildings.geometry)
        metres = shapely.distance(doors.point, around.walls)
        doors = doors.take(np.flatnonzero((metres > _IN_THE_BUILDING_M) & (metres <= reach_m)))
        which, edge = _set_out(network, doors)
        lost = doors.take(np.setdiff1d(np.arange(len(doors.point)), which))
        placed = doors.take(which)
        return cls(
            edge=edge,
            along=shapely.line_locate_point(network.geometry[edge], placed.point),
            off=shapely.distance(network.geometry[edge], placed.point),
            count=placed.count,
            household=placed.household,
            households=found,
            lost=lost.point,
            lost_count=lost.count,
        )


def _middles_of_unaddressed(found: Sequence[Household], buildings: Objects) -> list[tuple[int, tuple[float, float]]]:
    """Give where homes without an address stand: the household's position, and a point in its building."""
    unaddressed = [(number, one.building) for number, one in enumerate(found) if one.rest and one.building is not None]
    outlines = buildings[np.array([building for _, building in unaddressed], dtype=np.int64)]
    middles = shapely.get_coordinates(shapely.point_on_surface(outlines)).tolist()
    return [(number, (east, north)) for (number, _), (east, north) in zip(unaddressed, middles, strict=True)]


def _sum(lines: Sequence[Line]) -> int:
    return sum(line.homes or 0 for line in lines)


def _set_out(network: WalkNetwork, doors: _Doors) -> tuple[Ints, Ints]:
    """Choose the way each sets out from: its own street where that is near, else the nearest way. Doors, and their edges."""
    door, edge = network.tree.query(doors.point, predicate="dwithin", distance=HOME_REACH_M)
    off = shapely.distance(doors.point[door], network.geometry[edge])
    walked = ~network.private[edge] | ((off <= OWN_DRIVE_REACH_M) & network.leads_out[edge])
    door, edge, off = door[walked], edge[walked], off[walked]
    pairs = zip(door.tolist(), edge.tolist(), strict=True)
    elsewhere = np.array([not network.streets[e] or network.streets[e] != doors.street[d] for d, e in pairs], dtype=bool)
    order = np.lexsort((edge, off, elsewhere, door))
    first = order[np.unique(door[order], return_index=True)[1]]
    return door[first], edge[first]
