"""What stands in the way of somebody who steps off the mapped ways: buildings, walls, water, railways; and the gates in them.

From a door to the nearest way, and from the last way to a place's edge, nothing is mapped to walk on. Such a leg is a straight
line, and it counts only if it is free: it may not run through a building, and may not cross a wall, a watercourse, a railway
or a motorway other than at a gate.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely
from shapely.ops import substring

from era_geo.region.osm.rules import is_underground
from era_geo.region.region import Features, Region, Window
from era_geo.vicinity.walk_inside import more_inside

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Objects = npt.NDArray[np.object_]

UNCROSSED = ("water", "waterway", "rail")
"""Kinds of background that a leg may not cross."""

GATE_REACH_M = 1.5
"""A leg that crosses a wall this near a gate goes through the gate."""

_GRAZE_M = 0.3
_BESIDE_M = 0.5
_MULTILINE = 5
_ON_THE_WALL_M = 0.5
_AT_THE_WAY_M = 0.05
_NOT_ENTERED = frozenset(("no", "emergency", "exit", "fire_exit"))


@dataclass(frozen=True)
class Doors:
    """Gates and entrances. `gate` tells a gate from a door; `access` is yes, private or no; `node` the OpenStreetMap node."""

    point: Objects
    gate: Bools
    value: tuple[str, ...]
    access: npt.NDArray[np.str_]
    node: Ints

    @classmethod
    def of(cls, rows: Features) -> Doors:
        """Take the rows of the region's table of entrances, without those that nobody goes in by."""
        entered = np.array([value not in _NOT_ENTERED for value in rows["value"]], dtype=bool)
        entered &= np.array([access != "no" for access in rows["access"]], dtype=bool)
        kept = rows.where(entered)
        return cls(
            point=kept.geometry,
            gate=np.array([kind == "gate" for kind in kept["kind"]], dtype=bool),
            value=tuple(value or "" for value in kept["value"]),
            access=np.array([access or "yes" for access in kept["access"]], dtype="U8"),
            node=np.array([node or 0 for node in kept["node"]], dtype=np.int64),
        )

    @cached_property
    def tree(self) -> shapely.STRtree:
        """The spatial index of `point`."""
        return shapely.STRtree(self.point)


def _is_barred(highway: str, tags: str) -> bool:
    """Whether nobody may cross a road on foot: a motorway, unless it runs in a tunnel."""
    return highway in {"motorway", "motorway_link"} and not is_underground(json.loads(tags))


@dataclass(frozen=True)
class Obstacles:
    """What a leg may run into, in a window. Geometries are EPSG:27700."""

    window: Window
    solid: Objects
    """Outlines that a leg may not run through: buildings and water."""
    lines: Objects
    """Lines that a leg may not cross but at a gate."""
    doors: Doors

    @classmethod
    def read(cls, region: Region, window: Window) -> Obstacles:
        """Read what lies in `window`."""
        buildings = region.read("buildings", window, ()).geometry
        barriers = region.read("barriers", window, ()).geometry
        background = region.read("background", window, ("kind",))
        uncrossed = background.geometry[np.array([kind in UNCROSSED for kind in background["kind"]], dtype=bool)]
        outlined = shapely.area(uncrossed) > 0
        roads = region.read("roads", window, ("highway", "tags"))
        fast = np.array([_is_barred(*row) for row in zip(roads["highway"], roads["tags"], strict=True)], dtype=bool)
        return cls(
            window=window,
            solid=np.concatenate([buildings, uncrossed[outlined]]),
            lines=np.concatenate([barriers, uncrossed[~outlined], roads.geometry[fast]]),
            doors=Doors.of(region.read("entrances", window, ("kind", "value", "access", "node"))),
        )

    def __len__(self) -> int:
        return len(self.solid) + len(self.lines)

    def free(self, legs: Objects, *, own_gates: bool = False, from_inside: Bools | bool = False) -> Bools:
        """Say of each leg whether it can be walked. Shape (n,).

        A leg is a line from the property or the place to a way. It may touch what it begins at. `own_gates` opens gates that
        are private, for the people who live there; `from_inside` (one for all, or one for each) lets a leg leave the building that
        its beginning lies in.
        """
        free = np.ones(len(legs), dtype=bool)
        free[self._through_solid(legs, from_inside=from_inside)] = False
        left = np.flatnonzero(free)
        free[left[self._over_lines(legs[left], own_gates=own_gates)]] = False
        return free

    def in_the_open(self, legs: Objects) -> Bools:
        """Say of each leg whether no building and no water lies in it; walls do not count. Shape (n,)."""
        open_leg = np.ones(len(legs), dtype=bool)
        open_leg[self._through_solid(legs, from_inside=False)] = False
        return open_leg

    def walk_round(self, door: shapely.Point) -> shapely.LineString | None:
        """Give the way along the wall of the building that `door` is in; `None` where there is none.

        It runs just off the wall; another building or a wall that joins it ends it. One that leads all round the building ends
        opposite the door.
        """
        touching = self._solid_tree.query(door, predicate="dwithin", distance=_GRAZE_M)
        if not len(touching):
            return None
        own = touching[np.argmin(shapely.distance(shapely.boundary(self.solid[touching]), door))]
        rings = shapely.get_exterior_ring(shapely.get_parts(shapely.buffer(self.solid[own], _BESIDE_M, join_style="mitre")))
        ring = rings[np.argmin(shapely.distance(rings, door))]
        others = self.solid[np.setdiff1d(self._solid_tree.query(ring, predicate="intersects"), [own])]
        walls = shapely.buffer(self.lines[self._line_tree.query(ring, predicate="intersects")], 0.01)
        free = shapely.difference(ring, shapely.union_all([*others, *walls]))
        parts = shapely.get_parts(shapely.line_merge(free) if shapely.get_type_id(free) == _MULTILINE else free)
        near = parts[shapely.distance(parts, door) <= 2 * _BESIDE_M + _GRAZE_M]
        if not len(near):
            return None
        way: shapely.LineString = near[np.argmin(shapely.distance(near, door))]
        if not way.is_closed:
            return way
        opposite = (way.project(door) + way.length / 2) % way.length
        halves = (substring(way, opposite, way.length), substring(way, 0, opposite))
        return shapely.LineString(np.concatenate([shapely.get_coordinates(half) for half in halves]))

    @cached_property
    def _solid_tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.solid)

    @cached_property
    def _line_tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.lines)

    def _through_solid(self, legs: Objects, *, from_inside: Bools | bool) -> Ints:
        """Give the positions of the legs of which more than `_GRAZE_M` lies in something solid."""
        leg, item = self._solid_tree.query(legs, predicate="intersects")
        through = np.zeros(len(legs), dtype=bool)
        first = np.append(True, leg[1:] != leg[:-1])[: len(leg)]
        for some in (first, ~first):  # whoever runs into the first thing need not be held against the others
            left, items = (part[some & ~through[leg]] for part in (leg, item))
            inside = more_inside(legs[left], self.solid[items], _GRAZE_M)
            out = np.flatnonzero(inside & np.broadcast_to(from_inside, len(legs))[left])
            inside[out] = ~shapely.dwithin(self.solid[items[out]], shapely.get_point(legs[left[out]], 0), _AT_THE_WAY_M)
            through[left[inside]] = True
        return np.flatnonzero(through)

    def _over_lines(self, legs: Objects, *, own_gates: bool) -> Ints:
        leg, item = self._line_tree.query(legs, predicate="intersects")
        points, pair = shapely.get_coordinates(shapely.intersection(legs[leg], self.lines[item]), return_index=True)
        crossing, leg = np.asarray(shapely.points(points), dtype=object), leg[pair]
        over = shapely.distance(crossing, shapely.get_point(legs[leg], 0)) > _ON_THE_WALL_M
        over &= shapely.distance(crossing, shapely.get_point(legs[leg], -1)) > _AT_THE_WAY_M
        leg, crossing = leg[over], crossing[over]
        crossed: Ints = leg[~self._at_gate(crossing, own_gates=own_gates)]
        return crossed

    def _at_gate(self, points: Objects, *, own_gates: bool) -> Bools:
        doors = self.doors
        near, door = doors.tree.query(points, predicate="dwithin", distance=GATE_REACH_M)
        opens = doors.gate[door] & ((doors.access[door] == "yes") | own_gates)
        at = np.zeros(len(points), dtype=bool)
        at[near[opens]] = True
        return at
