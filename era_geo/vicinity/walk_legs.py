"""Legs: straight lines over ground where no way is mapped, from a door, a wall or a gate to the ways. Only free ones count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import shapely
from shapely.ops import substring

from era_geo.region.region import Region
from era_geo.vicinity.walk_network import WalkNetwork
from era_geo.vicinity.walk_obstacles import Bools, Floats, Ints, Objects, Obstacles

OWN_DRIVE_REACH_M = 15.0
"""A private way that comes this near the property is its own drive."""

OWN_GROUND_REACH_M = 3.0
"""A private way that comes this near a place, or its gate, is the place's own."""

FIRST_REACH_M = 30.0
LEG_LIMIT_M = 100.0
"""Nobody is taken farther than this over ground where no way is mapped. Most legs are found within `FIRST_REACH_M`."""

GATE_DETOUR_M = 40.0
"""Where no straight leg is free, one through a gate this near is tried."""

INSIDE_M = 3.0
"""How far a leg from a gate may run through the grounds that the gate is in the edge of."""

_WALL_STEP_M = 2.0
_WAY_STEP_M = 3.0
_MOST_TRIED = 1000
_TRIED_AT_ONCE = 100
_AS_NEAR_M = 0.1


@dataclass(frozen=True)
class Legs:
    """Legs to the ways, one value of each array for each leg.

    `owner` is whose leg it is; `edge` and `along` (metres from the edge's start) are where it meets the way; `line` runs from
    the property or place to the way; `to` says what it ends at: `gate`, `entrance` or `edge`.
    """

    owner: Ints
    edge: Ints
    along: Floats
    line: Objects
    to: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.owner)

    @property
    def metres(self) -> Floats:
        """Each leg's length."""
        lengths: Floats = shapely.length(self.line)
        return lengths

    def take(self, chosen: Ints) -> Legs:
        """Give the legs at these positions."""
        to = tuple(self.to[i] for i in chosen.tolist())
        return Legs(self.owner[chosen], self.edge[chosen], self.along[chosen], self.line[chosen], to)

    def where(self, keep: Bools) -> Legs:
        """Give the legs for which `keep` holds."""
        return self.take(np.flatnonzero(keep))

    @classmethod
    def none(cls) -> Legs:
        """Give no leg at all."""
        empty = np.empty(0, dtype=np.int64)
        return cls(empty, empty, np.empty(0), np.empty(0, dtype=object), ())

    @classmethod
    def joined(cls, parts: Sequence[Legs]) -> Legs:
        """Put several together."""
        return cls(
            np.concatenate([part.owner for part in parts]),
            np.concatenate([part.edge for part in parts]),
            np.concatenate([part.along for part in parts]),
            np.concatenate([part.line for part in parts]),
            tuple(word for part in parts for word in part.to),
        )


@dataclass(frozen=True)
class Ground:
    """The window's ways and what stands around them: what legs are found in. The obstacles' window may be the smaller one.

    `ends` remembers the legs of places, by the bytes of their geometry: the same school is looked at for many properties.
    """

    region: Region
    network: WalkNetwork
    obstacles: Obstacles
    ends: dict[bytes, tuple[Legs, bool]] = field(default_factory=dict, compare=False)

    def __len__(self) -> int:
        return len(self.network)

    def around(self, place: shapely.Geometry) -> Ground:
        """Give the same ways with all that stands in the way of legs from `place`, which may reach out of the window."""
        west, south, east, north = (float(v) for v in shapely.bounds(place))
        window = (west - LEG_LIMIT_M, south - LEG_LIMIT_M, east + LEG_LIMIT_M, north + LEG_LIMIT_M)
        if shapely.covers(shapely.box(*self.obstacles.window), shapely.box(*window)):
            return self
        return Ground(self.region, self.network, Obstacles.read(self.region, window))


@dataclass(frozen=True)
class Leaver:
    """Who goes from one geometry to the ways.

    Who `lives_here` has the keys of private gates, and a drive of their own. A point that is not on the wall of the building it
    belongs to, but somewhere in it, is left `from_inside`. Nobody goes through the `grounds` from a gate in their edge, but for
    a few steps: whoever comes to a gate from within has come in somewhere else.
    """

    ground: Ground
    origin: shapely.Geometry
    lives_here: bool = False
    from_inside: bool = False
    grounds: shapely.Geometry | None = None

    def shortest(self) -> Legs:
        """Give the shortest free leg from any point of an outline to any point of the ways; or none.

        It is straight, or goes through one gate, or from a door first along the wall.
        """
        for reach in (FIRST_REACH_M, LEG_LIMIT_M):
            legs = self._allowed(candidates(self.ground, np.array([self.origin], dtype=object), reach, self._own_reach_m))
            legs = legs.take(shortest_first(legs))
            if self._free(legs.line[:1]).any():
                return self._from_the_middle(legs.take(np.array([0])))
            # The nearest way is behind something: look for the way round it before going to another way.
            others = (self._to_anywhere(reach), self._through_gate(reach), self._along_the_wall(reach))
            found = Legs.joined([self.only_free(legs), *others])
            if len(found):
                return self._from_the_middle(found.take(shortest_first(found)[:1]))
        return Legs.none()

    @property
    def _own_reach_m(self) -> float:
        return OWN_DRIVE_REACH_M if self.lives_here else OWN_GROUND_REACH_M

    def _allowed(self, legs: Legs) -> Legs:
        return legs.where(self.ground.network.leads_out[legs.edge]) if self.lives_here else legs

    def only_free(self, legs: Legs) -> Legs:
        """Leave out the legs that are not free."""
        return legs.where(self._free(legs.line))

    def _free(self, lines: Objects) -> Bools:
        free = self.ground.obstacles.free(lines, own_gates=self.lives_here, from_inside=self.from_inside)
        for outline, most in ((self.origin, _AS_NEAR_M), (self.grounds, INSIDE_M)):
            if outline is not None and shapely.area(outline) > 0:
                left = np.flatnonzero(free)
                free[left] = shapely.length(shapely.intersection(lines[left], outline)) <= most
        return free

    def _from_the_middle(self, leg: Legs) -> Legs:
        """Where a whole wall is as near to the way as its corner, begin in its middle."""
        if shapely.area(self.origin) == 0 or shapely.get_num_coordinates(leg.line[0]) > 2:
            return leg
        way = self.ground.network.geometry[leg.edge[0]]
        wall = shapely.intersection(shapely.boundary(self.origin), shapely.buffer(way, float(leg.metres[0]) + _AS_NEAR_M))
        parts = shapely.get_parts(shapely.line_merge(wall))
        if len(parts) != 1 or shapely.length(wall) == 0:
            return leg
        middle = shapely.line_interpolate_point(parts[0], 0.5, normalized=True)
        line = np.array([shapely.shortest_line(middle, way)], dtype=object)
        return legs_along(self.ground.network, leg.owner, leg.edge, line) if self._free(line)[0] else leg

    def _to_anywhere(self, reach_m: float) -> Legs:
        """Give the shortest free leg from points along an outline to points along the ways, where the nearest are not free."""
        known = shapely.area(self.origin) > 0
        outline = shapely.segmentize(shapely.boundary(self.origin), _WALL_STEP_M) if known else self.origin
        wall = shapely.get_coordinates(outline)
        return self._shortest_of(wall, np.zeros(len(wall)), reach_m)

    def _along_the_wall(self, reach_m: float) -> Legs:
        """Give the shortest free leg that goes from a door along the wall of its building, and then straight to a way."""
        if self.from_inside or not isinstance(self.origin, shapely.Point):
            return Legs.none()
        walk_round = self.ground.obstacles.walk_round(self.origin)
        if walk_round is None:
            return Legs.none()
        path = shapely.get_coordinates(shapely.segmentize(walk_round, _WALL_STEP_M))
        at = np.append(0.0, np.cumsum(np.hypot(*np.diff(path, axis=0).T)))
        door = shapely.line_locate_point(walk_round, self.origin)
        leg = self._shortest_of(path, np.abs(at - door), reach_m)
        if not len(leg):
            return leg
        turn = shapely.line_locate_point(walk_round, shapely.get_point(leg.line[0], 0))
        along = substring(walk_round, door, turn)
        first = shapely.shortest_line(self.origin, walk_round)
        points = np.concatenate([shapely.get_coordinates(line) for line in (first, along, leg.line[0])])
        whole = replace(leg, line=np.array([shapely.LineString(points)], dtype=object))
        return whole.where(whole.metres <= reach_m)

    def _shortest_of(self, begins: Floats, walked: Floats, reach_m: float) -> Legs:
        """Give the shortest free straight leg from one of `begins` (shape (n, 2)) to a point of the ways.

        `walked` is what has been walked before each of them. Legs are tried from the shortest on, up to `_MOST_TRIED`.
        """
        network = self.ground.network
        ways = self._allowed(candidates(self.ground, np.array([self.origin], dtype=object), reach_m, self._own_reach_m)).edge
        # Two nodes in one spot make an edge of no length, which cannot be cut up; its neighbours end in the same spot.
        ways = ways[shapely.length(network.geometry[ways]) > 0]
        to, way = shapely.get_coordinates(shapely.segmentize(network.geometry[ways], _WAY_STEP_M), return_index=True)
        metres = np.hypot(*(begins[:, None, :] - to[None, :, :]).T).T + walked[:, None]
        pairs = np.argsort(metres, axis=None, kind="stable")[:_MOST_TRIED]
        begin, end = np.unravel_index(pairs[metres.flat[pairs] <= reach_m], metres.shape)
        for part in range(0, len(begin), _TRIED_AT_ONCE):
            some = slice(part, part + _TRIED_AT_ONCE)
            lines = straight(begins[begin[some]], to[end[some]])
            free = np.flatnonzero(self._free(lines))[:1]
            if len(free):
                return legs_along(network, np.zeros(1, dtype=np.int64), ways[way[end[some]]][free], lines[free])
        return Legs.none()

    def _through_gate(self, reach_m: float) -> Legs:
        """Give the free legs that go to a gate and on from it, for a house behind a garden wall."""
        doors = self.ground.obstacles.doors
        near = doors.tree.query(self.origin, predicate="dwithin", distance=min(reach_m, GATE_DETOUR_M))
        near = near[doors.gate[near] & ((doors.access[near] == "yes") | self.lives_here)]
        to_gate = shapely.shortest_line(self.origin, doors.point[near])
        free = self._free(to_gate)
        near, to_gate = near[free], to_gate[free]
        onwards = self._allowed(candidates(self.ground, doors.point[near], reach_m, OWN_GROUND_REACH_M))
        onwards = replace(self, origin=shapely.Point(), from_inside=False).only_free(onwards)
        whole = replace(onwards, line=strung(to_gate[onwards.owner], onwards.line))
        return replace(whole, owner=np.zeros(len(whole), dtype=np.int64)).where(whole.metres <= reach_m)


def candidates(ground: Ground, origins: Objects, reach_m: float, own_reach_m: float) -> Legs:
    """Give the straight legs from each origin to each way within `reach_m`; to a private way only within `own_reach_m`."""
    network = ground.network
    if not len(origins):
        return Legs.none()
    owner, edge = network.tree.query(origins, predicate="dwithin", distance=reach_m)
    line = shapely.shortest_line(origins[owner], network.geometry[edge])
    allowed = ~network.private[edge] | (shapely.length(line) <= own_reach_m)
    return legs_along(network, owner[allowed], edge[allowed], line[allowed])


def legs_along(network: WalkNetwork, owner: Ints, edge: Ints, line: Objects) -> Legs:
    """Give the legs that run along `line`, straight to the edges `edge`. Shapes (n,)."""
    along = shapely.line_locate_point(network.geometry[edge], shapely.get_point(line, -1))
    return Legs(owner, edge, along, line, ("edge",) * len(owner))


def straight(begins: Floats, ends: Floats) -> Objects:
    """Give the straight lines from each of `begins` to each of `ends`, which have shape (n, 2)."""
    return np.asarray(shapely.linestrings(np.stack([begins, ends], axis=1)), dtype=object)


def strung(first: Objects, second: Objects) -> Objects:
    """Join each line of `first` to the one of `second` that goes on where it ends."""
    points = np.concatenate([shapely.get_coordinates(first), shapely.get_coordinates(second)])
    number = np.concatenate([np.repeat(np.arange(len(part)), shapely.get_num_coordinates(part)) for part in (first, second)])
    order = np.argsort(number, kind="stable")
    return np.asarray(shapely.linestrings(points[order], indices=number[order]), dtype=object)


def shortest_first(legs: Legs) -> Ints:
    """Order the legs: the shortest first, and of those that are alike (a corner of two ways) always the same one."""
    return np.lexsort((legs.edge, np.round(legs.metres, 6)))
