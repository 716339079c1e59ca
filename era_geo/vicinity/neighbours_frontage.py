"""Frontage: which buildings front a street, on which side and in which order, and so which ones face each other across it.

From points along the street's centre line, a metre apart, one looks square to the street, left and right. The first main
building met within `DEPTH_M` has its frontage there. Two buildings face each other where the same point has one of them on its
left and the other on its right. Garages, sheds and the like are looked past; another street in between ends the look; what is
met only through a gap between two nearer buildings stands behind them and does not front the street.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import shapely

from era_geo.region.address_words import name_key
from era_geo.vicinity.frontage_looks import Outlines
from era_geo.vicinity.neighbours_kinds import OUTBUILDINGS
from era_geo.vicinity.sight_rays import Bools, Floats, Geometries, Ints
from era_geo.vicinity.surroundings import Surroundings

DEPTH_M = 50.0
"""How far from the street's centre line a building may stand and still front it."""
STREET_REACH_M = 60.0
"""How far from the property its street may lie."""
LEAST_FRONT_M2 = 20.0
"""A smaller building is looked past."""

GAP_M = 8.0
"""A gap between two buildings that is no wider than this is no front, where what is met in it stands this much farther back."""

_STEP_M = 1.0
_OFF_CENTRE_M = 0.5  # a side road that begins on the centre line is not in between
_STREETS = frozenset((
    "motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link",
    "tertiary", "tertiary_link", "unclassified", "residential", "living_street",
))  # fmt: skip
_ALSO_NAMED = _STREETS | frozenset(("pedestrian", "service", "road", "footway", "path", "track", "steps"))


@dataclass(frozen=True)
class Frontage:
    """What stands along one street near the property.

    `points` (shape (n, 2), EPSG:27700) lie along the street in order, line after line; `line` says on which. `left` and `right`
    hold positions in `Surroundings.buildings`, -1 for none, both of shape (n,).
    """

    street: str | None
    is_named_in_address: bool
    points: Floats
    line: Ints
    left: Ints
    right: Ints

    def sides_of(self, points: Floats) -> tuple[Ints, Bools]:
        """Say on which side of the street each point lies, 1 left, -1 right, 0 on the line itself; and whether that can be told.

        It cannot where a point, shape (n, 2), lies far from this stretch of the street. Both answers are of shape (n,).
        """
        metres = np.hypot(*(points[:, None] - self.points).transpose(2, 0, 1))
        nearest = np.argmin(metres, axis=1)
        before, after = np.maximum(nearest - 1, 0), np.minimum(nearest + 1, len(self.points) - 1)
        before, after = (np.where(self.line[end] == self.line[nearest], end, nearest) for end in (before, after))
        along, across = self.points[after] - self.points[before], points - self.points[nearest]
        side = np.sign(along[:, 0] * across[:, 1] - along[:, 1] * across[:, 0]).astype(np.int64)
        return side, metres.min(axis=1) <= DEPTH_M


def frontage(around: Surroundings, street: str | None, reach_m: float) -> Frontage | None:
    """Look along the property's street for `reach_m` each way; `None` where the data has no street near.

    `street` is the key of the street named in the address. Where the data has no road of that name within `STREET_REACH_M`, the
    nearest street is taken.
    """
    chosen, named = _street(around, street)
    if not len(chosen):
        return None
    lines = around.roads.geometry[chosen]
    near = shapely.buffer(shapely.envelope(around.walls), reach_m)
    pieces = shapely.get_parts(shapely.line_merge(shapely.intersection(shapely.union_all(lines), near)))
    pieces = pieces[shapely.get_type_id(pieces) == 1]
    pieces = pieces[shapely.length(pieces) > 0]
    if not len(pieces):
        return None
    points, normals, line = _stations(pieces)
    met = _Met(around, chosen, points)
    name = around.roads["name"][chosen[0]]
    return Frontage(name, named, points, line, *(met.first(points, side * normals, line) for side in (1, -1)))


def _street(around: Surroundings, street: str | None) -> tuple[Ints, bool]:
    """Choose the roads of the property's street, nearest first; and say whether they bear the name in the address."""
    roads = around.roads
    distances = shapely.distance(around.walls, roads.geometry)
    order = np.argsort(distances, kind="stable")
    near = order[distances[order] <= STREET_REACH_M].tolist()
    keys = [_keys(*named) for named in zip(roads["name"], roads["other_names"], strict=True)]
    first = next((i for i in near if roads["highway"][i] in _ALSO_NAMED and street in keys[i]), None) if street else None
    named = first is not None
    if first is None:
        first = next((i for i in near if roads["highway"][i] in _STREETS), None)
    if first is None:
        return np.empty(0, dtype=np.int64), False
    return np.array([i for i in order.tolist() if i == first or not keys[first].isdisjoint(keys[i])], dtype=np.int64), named


@lru_cache(maxsize=1 << 14)  # the same streets run past many properties
def _keys(name: str | None, others: str | None) -> frozenset[str]:
    return frozenset(name_key(one) for one in (name, *json.loads(others or "[]")) if one)


def _stations(lines: Geometries) -> tuple[Floats, Floats, Ints]:
    """Points along the lines, the way square to the left at each (unit length), and the line each is on."""
    points: list[Floats] = []
    normals: list[Floats] = []
    index: list[Ints] = []
    for number, (line, length) in enumerate(zip(lines, shapely.length(lines), strict=True)):
        at = np.linspace(0, length, max(2, int(np.ceil(length / _STEP_M)) + 1))
        here = shapely.get_coordinates(shapely.line_interpolate_point(line, at))
        along = shapely.get_coordinates(shapely.line_interpolate_point(line, np.minimum(at + 0.5, length))) - (
            shapely.get_coordinates(shapely.line_interpolate_point(line, np.maximum(at - 0.5, 0)))
        )
        along /= np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)[:, None]
        points.append(here)
        normals.append(np.column_stack([-along[:, 1], along[:, 0]]))
        index.append(np.full(len(at), number))
    return np.concatenate(points), np.concatenate(normals), np.concatenate(index)


class _Met:
    """What is met by looking away from the street at these points: main buildings, and other streets."""

    def __init__(self, around: Surroundings, own_roads: Ints, points: Floats) -> None:
        kinds, outlines = around.buildings["kind"], around.buildings.geometry
        near = _near(outlines, points)
        large = near[shapely.area(outlines[near]) >= LEAST_FRONT_M2].tolist()
        self._positions = np.array([i for i in large if kinds[i] not in OUTBUILDINGS], dtype=np.int64)
        self._buildings = Outlines(outlines[self._positions])
        own, ways = set(own_roads.tolist()), around.roads["highway"]
        others = [i for i in _near(around.roads.geometry, points).tolist() if i not in own and ways[i] in _STREETS]
        self._streets = Outlines(around.roads.geometry[others])

    def first(self, points: Floats, ways: Floats, line: Ints) -> Ints:
        """Give for each point the building that fronts the street there, going that way; -1 for none."""
        starts, ends = points + _OFF_CENTRE_M * ways, points + DEPTH_M * ways
        street = np.full(len(points), np.inf)
        look, distance, _ = self._streets.met(starts, ends)
        np.minimum.at(street, look, distance)
        met = np.full(len(points), -1)
        look, distance, building = self._buildings.met(starts, ends)
        order = np.argsort(-distance, kind="stable")  # the nearest is written last and stays
        order = order[distance[order] <= street[look[order]]]
        met[look[order]] = self._positions[building[order]]
        depth = np.full(len(points), np.inf)
        depth[look[order]] = distance[order]
        for run in _runs(met, line):
            if _is_gap(run, met, line, depth):
                met[run] = -1
        return met


def _near(things: Geometries, points: Floats) -> Ints:
    """Give the positions of the things that a look from one of the points could meet, by their boxes."""
    west, south, east, north = shapely.bounds(things).T
    (least_e, least_n), (greatest_e, greatest_n) = points.min(axis=0) - DEPTH_M, points.max(axis=0) + DEPTH_M
    return np.flatnonzero((west <= greatest_e) & (east >= least_e) & (south <= greatest_n) & (north >= least_n))


def _runs(met: Ints, line: Ints) -> list[slice]:
    """Give the stretches of stations along which one building is met."""
    ends = np.flatnonzero((met[1:] != met[:-1]) | (line[1:] != line[:-1])) + 1
    bounds = [0, *ends.tolist(), len(met)]
    return [slice(start, end) for start, end in pairwise(bounds) if met[start] >= 0]


def _is_gap(run: slice, met: Ints, line: Ints, depth: Floats) -> bool:
    """Whether what is met here is seen between two buildings, both nearer by `GAP_M`."""
    before, after = run.start - 1, run.stop
    if run.stop - run.start > GAP_M / _STEP_M or before < 0 or after >= len(met) or line[before] != line[after]:
        return False
    return bool(min(met[before], met[after]) >= 0 and depth[run].min() > max(depth[before], depth[after]) + GAP_M)
