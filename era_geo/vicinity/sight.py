"""Sight: how much of a place's edge lies in open line, in plan, from the property's walls; and the open area around it.

In plan only. Buildings and walls stop a line; heights are not in the data, so nothing here says that a place can be seen, or
that it cannot. What stops a line and what does not:

- Buildings do, but for open-sided ones (a roof on posts, a carport).
- Walls and city walls do, unless their height is tagged and lower than `EYE_HEIGHT_M`.
- Hedges, fences and retaining walls do not: most can be looked over or through, a hedge is cut, a retaining wall holds up a
  bank and need not stand above it. Where this errs, it errs on the side of an open line.
- To look along a wall or an edge, less than two degrees off it, is not to look at it: among fronts in one line, who sees whose
  would hang on a centimetre.
- A place that is known as a point inside a building (a nursery on the ground floor) is looked at through that building's walls.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape

from era_geo import crs
from era_geo.model import Finding, Gap
from era_geo.vicinity.anchor import to_geojson
from era_geo.vicinity.sight_rays import (
    Bools,
    Floats,
    Geometries,
    Ints,
    Rays,
    Segments,
    first_hits,
    lines_of,
    parts_of,
)
from era_geo.vicinity.surroundings import REACH_M, Surroundings

EDGE_STEP_M = 5.0
"""An edge is sampled at least this densely; a short one in at least `LEAST_SAMPLES` pieces."""
LEAST_SAMPLES = 100
OBSERVER_STEP_M = 1.0
"""How far apart along the walls one looks out, at most; always near both ends of each wall."""
MOST_OBSERVERS = 120
"""A property as large as a hospital is looked out from at this many points, evenly chosen."""
EYE_HEIGHT_M = 1.5
OPEN_SHARE = 0.9
"""The share of the edge in open line from which on the words say "open"."""

FAR_EDGE = f"line of sight is to the part of its edge within {REACH_M:.0f} m"
"""Said of a place whose edge reaches beyond."""

_LEAVES_COVERAGE = "The lines to its edge leave the area that the source covers, so what stands there is not known."
_OFF_THE_WALL_M = 0.05  # one looks out from just in front of a wall, at what is just in front of an edge, which may be a wall
_SHORT_OF_POINT_M = 0.1  # a line to a gate ends just before it, because the wall may run through it
_GRAZE = np.sin(np.radians(2.0))
_OPEN_SIDED = frozenset(("roof", "carport"))
_WALLS = frozenset(("wall", "city_wall"))
_HEIGHT = re.compile(r"(\d+(?:\.\d+)?)\s*m?")
_FAN_RAYS = 240  # to each half turn, for drawing
_FAN_DETAIL_M = 0.2
_MOST_FANS = 30


def words(sight: float | None) -> str:
    """Put a share of the edge into words. They say what was worked out, never that a place can or cannot be seen."""
    if sight is None:
        return "line of sight not worked out"
    if sight == 0:
        return "blocked in plan, heights unknown"
    if sight >= OPEN_SHARE:
        return "open in plan, heights unknown"
    return f"partly open in plan ({sight:.0%} of its edge), heights unknown"


@dataclass(frozen=True)
class Edge:
    """A place's edge as points, EPSG:27700, and the way across the edge at each (0, 0 for a mere point); both of shape (n, 2).

    `whole` is false where parts of the edge lie beyond reach.
    """

    points: Floats
    across: Floats
    whole: bool

    @classmethod
    def of_points(cls, points: Floats) -> Edge:
        """Take points that are no edge: gates, shops known as a point."""
        return cls(points, np.zeros_like(points), whole=True)


def edge_of(geometry: shapely.Geometry, near: shapely.Geometry) -> Edge:
    """Sample a place's edge evenly, as far as it lies within `REACH_M` of `near`: all its outer rings and lines.

    A place known as a point (or several points) has those points for an edge.
    """
    one = np.array([geometry], dtype=object)
    parts, _ = parts_of(one)
    kinds = shapely.get_type_id(parts)
    outer = np.where(kinds == 3, shapely.get_exterior_ring(parts), parts)[kinds > 0]
    lengths = shapely.length(outer)
    if not lengths.sum():
        return Edge.of_points(shapely.get_coordinates(parts))
    step = min(EDGE_STEP_M, float(lengths.sum()) / LEAST_SAMPLES)
    points, across = (np.concatenate(found) for found in zip(*map(_along, outer, lengths, [step] * len(outer)), strict=True))
    within = shapely.distance(near, shapely.points(points)) <= REACH_M
    return Edge(points[within], across[within], whole=bool(within.all()))


def _along(line: shapely.Geometry, length: float, step: float) -> tuple[Floats, Floats]:
    """Points along a line, `step` metres apart or a little less, and the way across it at each, of unit length."""
    count = max(1, int(np.ceil(length / step)))
    at = (np.arange(count) + 0.5) * (length / count)
    nearby = min(step, length / count) / 100
    lines = np.array([line], dtype=object)
    before, here, after = (
        shapely.get_coordinates(shapely.line_interpolate_point(lines, at + move)) for move in (-nearby, 0.0, nearby)
    )
    ahead = after - before
    across = np.column_stack([-ahead[:, 1], ahead[:, 0]]) / np.maximum(np.hypot(ahead[:, 0], ahead[:, 1]), 1e-9)[:, None]
    return here, across


class Lookout:
    """The property's walls as points to look out from, and what stops a line around it."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self.walls = around.walls

    @cached_property
    def coverage(self) -> shapely.Geometry:
        """Where the sources can say what stands in the way."""
        return self._around.coverage_of_buildings

    @cached_property
    def _solid(self) -> Geometries:
        buildings = self._around.buildings
        closed = np.array([kind not in _OPEN_SIDED for kind in buildings["kind"]], dtype=bool)
        return buildings.where(closed).geometry

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self._solid)

    @cached_property
    def _segments(self) -> Segments:
        barriers = self._around.barriers
        high = [_is_high_wall(kind, tags) for kind, tags in zip(barriers["kind"], barriers["tags"], strict=True)]
        walls = barriers.geometry[np.array(high, dtype=bool)]
        own = [self.walls] if self._around.has_walls else []
        everything = np.array([*self._solid, *walls, *own], dtype=object)
        return Segments.of(everything, np.arange(len(everything)))

    @cached_property
    def observers(self) -> tuple[Floats, Floats]:
        """Points to look out from and the way each faces, both of shape (n, 2); a mere point faces no way (0, 0)."""
        if not self._around.has_walls:
            return shapely.get_coordinates(self.walls), np.zeros((1, 2))
        points, facing = _in_front_of(self.walls)
        shut_in, _ = self._tree.query(shapely.points(points), predicate="within")
        free = np.ones(len(points), dtype=bool)
        free[shut_in] = False  # in front of a party wall one stands in the neighbour's house
        chosen = np.flatnonzero(free)
        if len(chosen) > MOST_OBSERVERS:
            chosen = chosen[np.linspace(0, len(chosen) - 1, MOST_OBSERVERS).astype(int)]
        return points[chosen], facing[chosen]

    def seen(self, edge: Edge) -> Bools:
        """Say for each point of an edge whether it lies in open line from somewhere along the walls. Shape (n,).

        Mere points are looked at through the walls of the building they lie in. What lies in or on the property itself is in
        open line.
        """
        seen: Bools = np.asarray(shapely.distance(self.walls, shapely.points(edge.points)) <= _SHORT_OF_POINT_M)
        if seen.all():
            return seen
        through = self._through(edge)
        segments = self._within(edge.points)
        for observer, facing in zip(*self.observers, strict=True):
            side = np.sign(((observer - edge.points) * edge.across).sum(axis=1))[:, None]
            towards = edge.points + _OFF_THE_WALL_M * side * edge.across - observer
            far = np.hypot(towards[:, 0], towards[:, 1])
            leaves = (towards @ facing > _GRAZE * far) | ~facing.any()
            meets = (np.abs((towards * edge.across).sum(axis=1)) > _GRAZE * far) | ~edge.across.any(axis=1)
            which = np.flatnonzero(~seen & leaves & meets)
            if len(which):
                rays = Rays(observer, np.arctan2(towards[which, 1], towards[which, 0]), _renumbered(through, which))
                short = np.where(edge.across[which].any(axis=1), 0.0, _SHORT_OF_POINT_M)
                seen[which] = first_hits(rays, segments) > far[which] - short
        return seen

    def open_area(self, radius_m: float) -> shapely.Geometry:
        """Give the area in open line from the walls within `radius_m` of the property, and the property itself: EPSG:27700."""
        circle = shapely.buffer(self.walls, radius_m)
        segments = self._within(shapely.get_coordinates(shapely.envelope(circle)))
        points, facing = self.observers
        chosen = np.linspace(0, len(points) - 1, min(len(points), _MOST_FANS)).astype(int)
        fans = [_fan(points[i], facing[i], radius_m, segments) for i in chosen]
        detailed = shapely.make_valid(shapely.simplify(np.array(fans, dtype=object), _FAN_DETAIL_M))
        area = shapely.intersection(shapely.union_all([*detailed, self.walls]), circle)
        simpler: shapely.Geometry = shapely.simplify(area, _FAN_DETAIL_M)
        return simpler

    def _within(self, points: Floats) -> Segments:
        """Leave out what lies outside the rectangle of the points and the property: no line between them can meet it."""
        corners = np.vstack([points, shapely.get_coordinates(shapely.envelope(self.walls))])
        least, greatest = corners.min(axis=0) - 1, corners.max(axis=0) + 1
        low = np.minimum(self._segments.starts, self._segments.ends)
        high = np.maximum(self._segments.starts, self._segments.ends)
        return self._segments.where(((low <= greatest) & (high >= least)).all(axis=1))

    def _through(self, edge: Edge) -> Ints:
        """Pairs (point, building) of the buildings that hold a mere point. Shape (n, 2)."""
        which = np.flatnonzero(~edge.across.any(axis=1))
        point, building = self._tree.query(shapely.points(edge.points[which]), predicate="intersects")
        return np.column_stack([which[point], building])


def look(findings: Sequence[Finding], around: Surroundings, lookout: Lookout) -> tuple[list[Finding], list[Gap]]:
    """Give the findings with `sight` filled in, and a gap for each whose sight could not be worked out."""
    if not findings:
        return [], []
    reason = _why_not(around, lookout)
    if reason:
        return list(findings), [Gap(None, "sight", "Lines of sight could not be worked out.", reason)]
    places = crs.geometries_to_bng(np.array([shape(finding.geometry) for finding in findings], dtype=object))
    edges = [edge_of(place, lookout.walls) for place in places]
    inside = [_is_covered(edge, lookout) for edge in edges]
    shares = _shares([edge for edge, known in zip(edges, inside, strict=True) if known], lookout)
    looked: list[Finding] = []
    gaps: list[Gap] = []
    for finding, edge, known in zip(findings, edges, inside, strict=True):
        said = finding.caveats if edge.whole else (*finding.caveats, FAR_EDGE)
        looked.append(replace(finding, sight=shares.pop(0), caveats=said) if known else finding)
        if not known:
            what = f"The line of sight to {finding.name or f'a place of layer {finding.layer}'} could not be worked out."
            gaps.append(Gap(finding.layer, "sight", what, _LEAVES_COVERAGE))
    return looked, gaps


def open_area(around: Surroundings, lookout: Lookout, radius_m: float) -> dict[str, Any] | None:
    """Give the isovist, the area in open line from the walls within `radius_m`, as GeoJSON; `None` where it cannot be told."""
    if _why_not(around, lookout) or not shapely.covers(lookout.coverage, shapely.buffer(lookout.walls, radius_m)):
        return None
    return to_geojson(lookout.open_area(radius_m))


def _why_not(around: Surroundings, lookout: Lookout) -> str | None:
    if not around.is_exact:
        return around.why_not_exact
    if shapely.is_empty(lookout.coverage):
        return "No source of this region says where buildings stand."
    if not len(lookout.observers[0]):
        return "The property is mapped as enclosed by other buildings on all sides, so there is no wall to look out from."
    return None


def _shares(edges: Sequence[Edge], lookout: Lookout) -> list[float]:
    if not edges:
        return []
    points, across = (np.concatenate(parts) for parts in zip(*((edge.points, edge.across) for edge in edges), strict=True))
    seen = lookout.seen(Edge(points, across, whole=True))
    parts = np.split(seen, np.cumsum([len(edge.points) for edge in edges])[:-1])
    return [_rounded(int(part.sum()), len(part)) for part in parts]


def _rounded(seen: int, of: int) -> float:
    """Share to two decimals; a sliver is never rounded to nothing, nor nearly all to all."""
    if seen in {0, of}:
        return float(seen == of)
    return min(max(round(seen / of, 2), 0.01), 0.99)


def _is_covered(edge: Edge, lookout: Lookout) -> bool:
    hull = shapely.convex_hull(shapely.union(shapely.multipoints(edge.points), lookout.walls))
    return bool(shapely.covers(lookout.coverage, hull))


def _fan(observer: Floats, facing: Floats, radius_m: float, segments: Segments) -> shapely.Geometry:
    """Give what lies in open line from one point: in front of its wall, or all around a mere point."""
    half: Floats = np.linspace(-np.pi / 2, np.pi / 2, _FAN_RAYS + 1)
    angles = half + np.arctan2(facing[1], facing[0]) if facing.any() else np.concatenate([half[:-1], half[:-1] + np.pi])
    reach = np.minimum(first_hits(Rays(observer, angles), segments), radius_m)
    tips = observer + reach[:, None] * np.column_stack([np.cos(angles), np.sin(angles)])
    return shapely.Polygon(np.vstack([observer, tips]) if facing.any() else tips)


def _in_front_of(walls: shapely.Geometry) -> tuple[Floats, Floats]:
    """Give points just in front of each wall, near its ends and at most `OBSERVER_STEP_M` apart, and the way the wall faces."""
    outline = shapely.orient_polygons(shapely.simplify(walls, 0.05))
    rings, _ = lines_of(np.array([outline], dtype=object))
    points: list[Floats] = []
    facing: list[Floats] = []
    for ring in rings:
        corners = shapely.get_coordinates(ring)
        for start, end in pairwise(corners):
            length = float(np.hypot(*(end - start)))
            outward = np.array([end[1] - start[1], start[0] - end[0]]) / length
            inset = min(_OFF_THE_WALL_M / length, 0.5)  # in an inner corner the very end lies on the other wall
            share = np.linspace(inset, 1 - inset, int(np.ceil(length / OBSERVER_STEP_M)) + 1)[:, None]
            points.append(start + share * (end - start) + _OFF_THE_WALL_M * outward)
            facing.append(np.broadcast_to(outward, (len(share), 2)))
    return np.concatenate(points), np.concatenate(facing)


def _is_high_wall(kind: str, tags: str | None) -> bool:
    if kind not in _WALLS:
        return False
    height = _HEIGHT.fullmatch(json.loads(tags or "{}").get("height", "").strip())
    return height is None or float(height[1]) >= EYE_HEIGHT_M


def _renumbered(exempt: Ints, chosen: Ints) -> Ints | None:
    """Turn the first number of each pair into its position in `chosen`, and leave out those that are not."""
    if not len(exempt):
        return None
    kept = exempt[np.isin(exempt[:, 0], chosen)]
    return np.column_stack([np.searchsorted(chosen, kept[:, 0]), kept[:, 1]])
