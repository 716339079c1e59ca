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
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import shapely

from era_geo.model import Finding, Gap
from era_geo.vicinity.anchor import to_geojson
from era_geo.vicinity.sight_edges import OFF_M, Edge, edge_of, in_front_of
from era_geo.vicinity.sight_rays import Bools, Floats, Geometries, Ints, Rays, Segments, first_hits, pairs_between, reach
from era_geo.vicinity.surroundings import REACH_M, Surroundings
from era_geo.vicinity.walking import PlaceGeometry, places_of

MOST_OBSERVERS = 120
"""A property as large as a hospital is looked out from at this many points, evenly chosen."""
EYE_HEIGHT_M = 1.5
OPEN_SHARE = 0.9
"""The share of the edge in open line from which on the words say "open"."""

FAR_EDGE = f"line of sight is to the part of its edge within {REACH_M:.0f} m"
"""Said of a place whose edge reaches beyond."""

_LEAVES_COVERAGE = "The lines to its edge leave the area that the source covers, so what stands there is not known."
_FIRST_OBSERVERS = 8
_LINES_AT_ONCE = 20_000  # each is held against some ten pieces of walls, in some ten numbers: 16 MB
_OUTWARDS = 1.01  # a buffer's straight pieces cut inside the true curve by less than this
_SHORT_OF_POINT_M = 0.1  # a line to a gate ends just before it, because the wall may run through it
_GRAZE = np.sin(np.radians(2.0))
_OPEN_SIDED = frozenset(("roof", "carport"))
_WALLS = frozenset(("wall", "city_wall"))
_HEIGHT = re.compile(r"(\d+(?:\.\d+)?)\s*m?")
_FAN_RAYS = 240  # to each half turn, for drawing
_FAN_DETAIL_M = 0.2
_MOST_FANS = 30


@dataclass(frozen=True)
class _Views:
    """How n points of an edge lie to k observers: `towards` each (shape (k, n, 2)), `metres` to it and whether it is `looked` at.

    Both are of shape (k, n). A line ends `short` of a point (shape (n,)).
    """

    towards: Floats
    metres: Floats
    looked: Bools
    short: Floats

    @classmethod
    def of(cls, observers: Floats, facing: Floats, edge: Edge, which: Ints) -> _Views:
        """Look from each observer at the points of an edge at `which`: not from behind its wall, and not along an edge."""
        points, across = edge.points[which], edge.across[which]
        side = np.sign(((observers[:, None] - points) * across).sum(axis=2))[:, :, None]
        towards = points + OFF_M * side * across - observers[:, None]
        metres = np.hypot(towards[..., 0], towards[..., 1])
        leaves = ((towards * facing[:, None]).sum(axis=2) > _GRAZE * metres) | ~facing.any(axis=1, keepdims=True)
        is_point = ~across.any(axis=1)
        meets = (np.abs((towards * across).sum(axis=2)) > _GRAZE * metres) | is_point
        return cls(towards, metres, leaves & meets, np.where(is_point, _SHORT_OF_POINT_M, 0.0))


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
    def is_far_inside(self) -> bool:
        """Whether no line to anything within reach leaves the coverage."""
        return bool(shapely.covers(self.coverage, shapely.buffer(shapely.envelope(self.walls), REACH_M * _OUTWARDS)))

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
        points, facing = in_front_of(self.walls)
        shut_in, _ = self._tree.query(shapely.points(points), predicate="within")
        free = np.ones(len(points), dtype=bool)
        free[shut_in] = False  # in front of a party wall one stands in the neighbour's house
        chosen = _evenly(np.flatnonzero(free), MOST_OBSERVERS)
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
        begun = 0
        while begun < len(self._in_turn) and not seen.all():
            unseen = np.flatnonzero(~seen)
            at_once = max(1, _LINES_AT_ONCE // len(unseen))
            few = self._in_turn[begun : begun + (at_once if begun else min(at_once, _FIRST_OBSERVERS))]
            seen[unseen[self._seen_from(few, edge, unseen, through, segments)]] = True
            begun += len(few)
        return seen

    def _seen_from(self, few: Ints, edge: Edge, which: Ints, through: Ints, segments: Segments) -> Ints:
        """Give the positions in `which` (points of the edge) of what lies in open line from any of a few observers."""
        observers, facing = (part[few] for part in self.observers)
        views = _Views.of(observers, facing, edge, which)
        observer, point = np.nonzero(views.looked)
        towards = views.towards[observer, point]
        rays = Rays(observers, observer, np.arctan2(towards[:, 1], towards[:, 0]), which[point], through)
        metres = views.metres[observer, point] - views.short[point]
        return point[reach(rays, segments, metres, pairs_between(rays, towards, segments))]

    @cached_property
    def _in_turn(self) -> Ints:
        """The observers in the order in which they look: the first few, from all around the walls, see most of what is seen."""
        count = len(self.observers[0])
        strides = math.ceil(count / _FIRST_OBSERVERS)
        return np.concatenate([np.arange(first, count, strides) for first in range(strides)] or [np.empty(0, dtype=np.int64)])

    def open_area(self, radius_m: float) -> shapely.Geometry:
        """Give the area in open line from the walls within `radius_m` of the property, and the property itself: EPSG:27700."""
        circle = shapely.buffer(self.walls, radius_m)
        segments = self._within(shapely.get_coordinates(shapely.envelope(circle)))
        points, facing = self.observers
        chosen = _evenly(np.arange(len(points)), _MOST_FANS)
        fans = [_fan(points[i], facing[i], radius_m, segments) for i in chosen]
        detailed = shapely.make_valid(shapely.simplify(np.array(fans, dtype=object), _FAN_DETAIL_M))
        area = shapely.intersection(shapely.union_all([*detailed, self.walls]), circle)
        simpler: shapely.Geometry = shapely.simplify(area, _FAN_DETAIL_M)
        return simpler

    def _within(self, points: Floats) -> Segments:
        """Leave out what lies outside the rectangle of the points and the property: no line between them can meet it."""
        return self._segments.within(np.vstack([points, shapely.get_coordinates(shapely.envelope(self.walls))]))

    def _through(self, edge: Edge) -> Ints:
        """Pairs (point, building) of the buildings that hold a mere point. Shape (n, 2)."""
        which = np.flatnonzero(~edge.across.any(axis=1))
        point, building = self._tree.query(shapely.points(edge.points[which]), predicate="intersects")
        return np.column_stack([which[point], building])


def look(
    findings: Sequence[Finding], around: Surroundings, lookout: Lookout, places: Sequence[PlaceGeometry] | None = None
) -> tuple[list[Finding], list[Gap]]:
    """Give the findings with `sight` filled in, and a gap for each whose sight could not be worked out.

    `places` are the findings as places with an edge, where that is known already.
    """
    if not findings:
        return [], []
    reason = _why_not(around, lookout)
    if reason:
        return list(findings), [Gap(None, "sight", "Lines of sight could not be worked out.", reason)]
    places = places_of(findings, around) if places is None else places
    edges = [edge_of(place.geometry, lookout.walls, REACH_M) for place in places]
    unknown = [_why_not_place(place) or _why_not_edge(edge, lookout) for place, edge in zip(places, edges, strict=True)]
    shares = _shares([edge for edge, why in zip(edges, unknown, strict=True) if not why], lookout)
    looked: list[Finding] = []
    gaps: list[Gap] = []
    for finding, edge, why in zip(findings, edges, unknown, strict=True):
        if why:
            what = f"The line of sight to {finding.name or 'a place without a name'} could not be worked out."
            gaps.append(Gap(finding.layer, "sight", what, why))
            looked.append(finding)
        else:
            said = finding.caveats if edge.whole else (*finding.caveats, FAR_EDGE)
            looked.append(replace(finding, sight=shares.pop(0), caveats=said))
    return looked, gaps


def open_area(around: Surroundings, lookout: Lookout, radius_m: float) -> dict[str, Any] | None:
    """Give the isovist, the area in open line from the walls within `radius_m`, as GeoJSON.

    `None` where it cannot be told; then `open_area_gaps` says why.
    """
    return None if open_area_gaps(around, lookout, radius_m) else to_geojson(lookout.open_area(radius_m))


def open_area_gaps(around: Surroundings, lookout: Lookout, radius_m: float) -> list[Gap]:
    """Say why the open area cannot be told; empty where it can."""
    reason = _why_not(around, lookout)
    if reason is None and not shapely.covers(lookout.coverage, shapely.buffer(lookout.walls, radius_m)):
        reason = "The circle reaches past the area that the source of buildings covers."
    return [Gap(None, "open_area", "The area in open line could not be worked out.", reason)] if reason else []


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


def _why_not_place(place: PlaceGeometry) -> str | None:
    return place.why_not_exact and f"{place.why_not_exact}, so its edge cannot be told."


def _why_not_edge(edge: Edge, lookout: Lookout) -> str | None:
    """Say why nobody can tell how much of an edge lies in open line; `None` where it can be told."""
    if not len(edge.points):
        return f"Its edge lies more than {REACH_M:.0f} m from the property."
    if lookout.is_far_inside:
        return None
    hull = shapely.convex_hull(shapely.union(shapely.multipoints(edge.points), lookout.walls))
    return None if shapely.covers(lookout.coverage, hull) else _LEAVES_COVERAGE


def _fan(observer: Floats, facing: Floats, radius_m: float, segments: Segments) -> shapely.Geometry:
    """Give what lies in open line from one point: in front of its wall, or all around a mere point."""
    half: Floats = np.linspace(-np.pi / 2, np.pi / 2, _FAN_RAYS + 1)
    angles = half + np.arctan2(facing[1], facing[0]) if facing.any() else np.concatenate([half[:-1], half[:-1] + np.pi])
    metres = np.minimum(first_hits(Rays.around(observer, angles), segments), radius_m)
    tips = observer + metres[:, None] * np.column_stack([np.cos(angles), np.sin(angles)])
    return shapely.Polygon(np.vstack([observer, tips]) if facing.any() else tips)


def _evenly(items: Ints, most: int) -> Ints:
    return items if len(items) <= most else items[np.linspace(0, len(items) - 1, most).astype(int)]


def _is_high_wall(kind: str, tags: str | None) -> bool:
    if kind not in _WALLS:
        return False
    height = _HEIGHT.fullmatch(json.loads(tags or "{}").get("height", "").strip())
    return height is None or float(height[1]) >= EYE_HEIGHT_M
