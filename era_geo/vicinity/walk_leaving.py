"""Who leaves a property or a place for the ways, and by which leg: straight to the nearest way, or round what is before it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
import shapely
from shapely.ops import substring

from era_geo.vicinity.walk_inside import more_inside
from era_geo.vicinity.walk_legs import (
    FIRST_REACH_M,
    LEG_LIMIT_M,
    OWN_DRIVE_REACH_M,
    OWN_GROUND_REACH_M,
    Ground,
    Legs,
    candidates,
    legs_along,
    shortest_first,
    straight,
    strung,
)
from era_geo.vicinity.walk_obstacles import Bools, Floats, Ints, Objects

GATE_DETOUR_M = 40.0
"""Where no straight leg is free, one through a gate this near is tried."""

INSIDE_M = 3.0
"""How far a leg from a gate may run through the grounds that the gate is in the edge of."""

_WALL_STEP_M = 2.0
_WAY_STEP_M = 3.0
_MOST_TRIED = 1000
_TRIED_FIRST = 8
_TRIED_MORE = 3
_AS_NEAR_M = 0.1
_STRAIGHT = 2  # points of a straight line


@dataclass(frozen=True)
class Leavers:
    """Several who go straight from one geometry each to the ways. Arrays have one value for each, shape (n,).

    Who `lives_here` has the keys of private gates, and a drive of their own. A point that is not on the wall of the building it
    belongs to, but somewhere in it, is left `from_inside`. Nobody goes through the `grounds` (`None`: there are none) from a gate
    in their edge, but for a few steps: whoever comes to a gate from within has come in somewhere else.
    """

    ground: Ground
    origins: Objects
    from_inside: Bools
    grounds: Objects
    lives_here: bool

    def all_straight(self, reach_m: float) -> Legs:
        """Give the straight legs to each way within `reach_m` that may be walked, free or not."""
        own_reach_m = OWN_DRIVE_REACH_M if self.lives_here else OWN_GROUND_REACH_M
        return self.allowed(candidates(self.ground, self.origins, reach_m, own_reach_m))

    def allowed(self, legs: Legs) -> Legs:
        """Leave out the legs to ways that lead nowhere."""
        return legs.where(self.ground.network.leads_out[legs.edge]) if self.lives_here else legs

    def nearest_free(self, legs: Legs) -> Legs:
        """Give the shortest of the legs of each who has one, where that is free; no leg for those for whom it is not."""
        order = shortest_first(legs)
        nearest = legs.take(order[np.unique(legs.owner[order], return_index=True)[1]])
        return self.from_the_middle(nearest.where(self.free(nearest.line, nearest.owner)))

    def free(self, lines: Objects, owner: Ints) -> Bools:
        """Say of each line, which is its `owner`'s, whether it can be walked. Shape (lines,)."""
        free = self.ground.obstacles.free(lines, own_gates=self.lives_here, from_inside=self.from_inside[owner])
        for outlines, most in ((self.origins, _AS_NEAR_M), (self.grounds, INSIDE_M)):
            own = np.flatnonzero(free & (shapely.area(outlines) > 0)[owner])
            free[own] = ~more_inside(lines[own], outlines[owner[own]], most)
        return free

    def from_the_middle(self, legs: Legs) -> Legs:
        """Where a whole wall is as near to the way as its corner, begin in its middle."""
        origins, ways = self.origins[legs.owner], self.ground.network.geometry[legs.edge]
        from_wall = np.flatnonzero((shapely.area(origins) > 0) & (shapely.get_num_coordinates(legs.line) <= _STRAIGHT))
        if not len(from_wall):
            return legs
        as_near = shapely.buffer(ways[from_wall], legs.metres[from_wall] + _AS_NEAR_M)
        walls = shapely.line_merge(shapely.intersection(shapely.boundary(origins[from_wall]), as_near))
        whole = (shapely.get_num_geometries(walls) == 1) & (shapely.length(walls) > 0)
        which = from_wall[whole]
        middles = shapely.line_interpolate_point(shapely.get_geometry(walls[whole], 0), 0.5, normalized=True)
        moved = legs_along(self.ground.network, legs.owner[which], legs.edge[which], shapely.shortest_line(middles, ways[which]))
        free = self.free(moved.line, moved.owner)
        line, along = legs.line.copy(), legs.along.copy()
        line[which[free]], along[which[free]] = moved.line[free], moved.along[free]
        return replace(legs, line=line, along=along)


@dataclass(frozen=True)
class Leaver:
    """Who goes from one geometry to the ways, and not only straight to the nearest one. The words are those of `Leavers`."""

    ground: Ground
    origin: shapely.Geometry
    lives_here: bool = False
    from_inside: bool = False
    grounds: shapely.Geometry | None = None

    def shortest(self) -> Legs:
        """Give the shortest free leg from any point of an outline to any point of the ways; or none.

        It is straight, or goes through one gate, or from a door first along the wall.
        """
        alone = self._alone
        for reach in (FIRST_REACH_M, LEG_LIMIT_M):
            legs = alone.all_straight(reach)
            nearest = alone.nearest_free(legs)
            if len(nearest):
                return nearest
            # The nearest way is behind something: look for the way round it before going to another way.
            others = (self._to_anywhere(legs, reach), self._through_gate(reach), self._along_the_wall(legs, reach))
            found = Legs.joined([legs.where(self._free(legs.line)), *others])
            if len(found):
                return alone.from_the_middle(found.take(shortest_first(found)[:1]))
        return Legs.none()

    @cached_property
    def _alone(self) -> Leavers:
        origin, grounds = (np.array([geometry], dtype=object) for geometry in (self.origin, self.grounds))
        return Leavers(self.ground, origin, np.array([self.from_inside]), grounds, lives_here=self.lives_here)

    def _free(self, lines: Objects) -> Bools:
        return self._alone.free(lines, np.zeros(len(lines), dtype=np.int64))

    def _to_anywhere(self, legs: Legs, reach_m: float) -> Legs:
        """Give the shortest free leg from points along an outline to points along the ways, where the nearest are not free."""
        known = shapely.area(self.origin) > 0
        outline = shapely.segmentize(shapely.boundary(self.origin), _WALL_STEP_M) if known else self.origin
        wall = shapely.get_coordinates(outline)
        return self._shortest_of(legs.edge, wall, np.zeros(len(wall)), reach_m)

    def _along_the_wall(self, legs: Legs, reach_m: float) -> Legs:
        """Give the shortest free leg that goes from a door along the wall of its building, and then straight to a way."""
        if self.from_inside or not isinstance(self.origin, shapely.Point):
            return Legs.none()
        walk_round = self.ground.obstacles.walk_round(self.origin)
        if walk_round is None:
            return Legs.none()
        path = shapely.get_coordinates(shapely.segmentize(walk_round, _WALL_STEP_M))
        at = np.append(0.0, np.cumsum(np.hypot(*np.diff(path, axis=0).T)))
        door = shapely.line_locate_point(walk_round, self.origin)
        leg = self._shortest_of(legs.edge, path, np.abs(at - door), reach_m)
        if not len(leg):
            return leg
        turn = shapely.line_locate_point(walk_round, shapely.get_point(leg.line[0], 0))
        along = substring(walk_round, door, turn)
        first = shapely.shortest_line(self.origin, walk_round)
        points = np.concatenate([shapely.get_coordinates(line) for line in (first, along, leg.line[0])])
        whole = replace(leg, line=np.array([shapely.LineString(points)], dtype=object))
        return whole.where(whole.metres <= reach_m)

    def _shortest_of(self, ways: Ints, begins: Floats, walked: Floats, reach_m: float) -> Legs:
        """Give the shortest free straight leg from one of `begins` (shape (n, 2)) to a point of `ways`.

        `walked` is what has been walked before each of them. Legs are tried from the shortest on, up to `_MOST_TRIED`.
        """
        network = self.ground.network
        # Two nodes in one spot make an edge of no length, which cannot be cut up; its neighbours end in the same spot.
        ways = ways[shapely.length(network.geometry[ways]) > 0]
        to, way = shapely.get_coordinates(shapely.segmentize(network.geometry[ways], _WAY_STEP_M), return_index=True)
        metres = np.hypot(*(begins[:, None, :] - to[None, :, :]).T).T + walked[:, None]
        pairs = np.argsort(metres, axis=None, kind="stable")[:_MOST_TRIED]
        begin, end = np.unravel_index(pairs[metres.flat[pairs] <= reach_m], metres.shape)
        # One of the first is free more often than not; where none is, so many are tried together that it costs little.
        parts = np.append(0, _TRIED_FIRST * np.cumsum(_TRIED_MORE ** np.arange(len(begin).bit_length())))
        for first, last in pairwise(parts[: np.searchsorted(parts, len(begin)) + 1].tolist()):
            some = slice(first, last)
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
        onwards = self._alone.allowed(candidates(self.ground, doors.point[near], reach_m, OWN_GROUND_REACH_M))
        outdoors = replace(self, origin=shapely.Point(), from_inside=False)
        onwards = onwards.where(outdoors._free(onwards.line))  # noqa: SLF001 - the same person, past the gate
        whole = replace(onwards, line=strung(to_gate[onwards.owner], onwards.line))
        return replace(whole, owner=np.zeros(len(whole), dtype=np.int64)).where(whole.metres <= reach_m)
