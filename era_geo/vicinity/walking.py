"""How far it is to walk, and by which way: from the property's entrance to each place's nearest gate.

The ways are the region's walking network; who may walk where is in `walk_network`, where a walk begins and ends in `walk_ends`.
A distance is given only where it is certain on the map: a place that no way leads to, a way longer than the limit, and a way
that may be cut short by one outside the area which the source covers are `None` with a reason, never the straight line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from era_geo.model import GeoJson
from era_geo.region.region import Region, Window
from era_geo.vicinity.anchor import Anchor, to_geojson
from era_geo.vicinity.walk_ends import LEG_LIMIT_M, Ground, Legs, Start, ends_of, start_of
from era_geo.vicinity.walk_network import Floats
from era_geo.vicinity.walk_obstacles import Objects, Obstacles
from era_geo.vicinity.walk_reach import Reach
from era_geo.vicinity.walk_window import metres_to_edge, network_around, walk_coverage

WALK_LIMIT_M = 1500.0
"""A way longer than this is not looked for: it says that the place, however near in a straight line, is not near on foot."""

UNCERTAINTY_LIMIT_M = 25.0
"""A property or a place known less exactly than this has no entrance that could be told."""

_FIRST_LIMIT_M = 600.0


@dataclass(frozen=True)
class PlaceGeometry:
    """A place to walk to: its outline (or point) in EPSG:27700, and how exactly it is located, metres."""

    geometry: shapely.Geometry
    uncertainty_m: float = 0.0


@dataclass(frozen=True)
class Walk:
    """The way on foot to one place.

    `metres` is its length and `route` its line (GeoJSON, longitude and latitude) from the property to the place; both are
    `None` where no way can be given, and then `why_not` is a sentence that says why. `from_entrance` says where it begins:
    `entrance`, `wall` (no entrance is mapped) or `point` (no outline is mapped); `to` where it ends: `gate`, `entrance`, or
    `edge` where no gate is mapped. A property inside the place is 0 m away, without a route.
    """

    metres: float | None
    route: GeoJson | None
    from_entrance: str | None
    to: str | None
    why_not: str | None


def walk(
    region: Region,
    anchor: Anchor,
    site_point: shapely.Point,
    places: Sequence[PlaceGeometry],
    limit_m: float = WALK_LIMIT_M,
    *,
    routes: bool = True,
) -> list[Walk]:
    """Find the shortest way on foot from the property to each place.

    Parameters
    ----------
    region
        Where to walk.
    anchor
        The property.
    site_point
        The address point, EPSG:27700: of several entrances the nearest to it is the property's.
    places
        The places, in any order.
    limit_m
        Longer ways are not looked for.
    routes
        Whether to draw the ways; without, `route` is `None`.

    Returns
    -------
    list of Walk
        One for each place, in the same order. `metres` is never less than the straight line from the property to the place.
    """
    if not places:
        return []
    coverage = walk_coverage(region)
    reason = _why_no_walk(coverage, anchor)
    if reason:
        return [_none(reason) for _ in places]
    outlines = np.array([place.geometry for place in places], dtype=object)
    obstacles = Obstacles.read(region, window_of(anchor, outlines))
    known = [place.uncertainty_m <= UNCERTAINTY_LIMIT_M for place in places]
    limits = [limit for limit in (_FIRST_LIMIT_M,) if limit < limit_m] + [limit_m]
    walks: list[Walk | None] = [
        None if ok else _none(_uncertain("place", p.uncertainty_m)) for ok, p in zip(known, places, strict=True)
    ]
    for limit in limits:
        open_places = [i for i, found in enumerate(walks) if found is None]
        ground = Ground(network_around(region, anchor.geometry, limit), obstacles)
        search = _Search(ground, anchor, site_point, outlines[open_places], coverage, limit, routes=routes)
        for i, found in zip(open_places, search.walks(last=limit == limit_m), strict=True):
            walks[i] = found
    return [found for found in walks if found is not None]


def window_of(anchor: Anchor, outlines: Objects) -> Window:
    """Give the window in which legs may lie."""
    bounds = shapely.total_bounds([*outlines, anchor.geometry])
    west, south, east, north = (float(v) for v in bounds)
    return west - LEG_LIMIT_M, south - LEG_LIMIT_M, east + LEG_LIMIT_M, north + LEG_LIMIT_M


def _why_no_walk(coverage: shapely.Geometry, anchor: Anchor) -> str | None:
    if shapely.is_empty(coverage):
        return "No source of the region holds the ways that people walk."
    if not shapely.intersects(coverage, anchor.geometry):
        return "The property lies outside the area that the source of the ways covers."
    if anchor.uncertainty_m > UNCERTAINTY_LIMIT_M:
        return _uncertain("property", anchor.uncertainty_m)
    return None


def _uncertain(what: str, metres: float) -> str:
    return f"The {what} is located only to within {metres:.0f} m, so its entrance cannot be told."


def _none(reason: str, start: Start | None = None) -> Walk:
    return Walk(None, None, start.kind if start else None, None, reason)


class _Search:
    """One search from the property for all places, up to one limit."""

    def __init__(
        self,
        ground: Ground,
        anchor: Anchor,
        site_point: shapely.Point,
        places: Objects,
        coverage: shapely.Geometry,
        limit_m: float,
        *,
        routes: bool,
    ) -> None:
        self._network = ground.network
        self._ground = ground
        self._anchor = anchor
        self._site_point = site_point
        self._places = places
        self._coverage = coverage
        self._limit_m = limit_m
        self._routes = routes

    def walks(self, *, last: bool) -> list[Walk | None]:
        """Give the way to each place, `None` where a longer limit may still find one."""
        inside = shapely.intersects(self._places, self._site_point)
        start = start_of(self._ground, self._anchor, self._site_point)
        if start is None:
            why = "No way could be reached from the property without going through a building or over a wall."
            return [Walk(0.0, None, None, "edge", None) if here else _none(why) for here in inside]
        inside |= shapely.intersects(self._places, shapely.get_point(start.leg.line[0], 0))
        ends, has_doors = ends_of(self._ground, self._places)
        reach = Reach.of(self._network, start.leg, self._limit_m)
        metres = reach.metres_to(ends)
        free_m = metres_to_edge(self._coverage, start.leg.line[0])
        return [
            Walk(0.0, None, start.kind, "edge", None)
            if inside[i]
            else self._walk(i, start, reach, ends, metres, bool(has_doors[i]), free_m, last=last)
            for i in range(len(self._places))
        ]

    def _walk(
        self, i: int, start: Start, reach: Reach, ends: Legs, metres: Floats, has_doors: bool, free_m: float, *, last: bool
    ) -> Walk | None:
        own = np.flatnonzero(ends.owner == i)
        if not len(own):
            return _none(_no_leg(has_doors), start)
        best = int(own[np.argmin(metres[own])])
        length = float(metres[best])
        outside = free_m + metres_to_edge(self._coverage, self._places[i])
        if length > self._limit_m:
            if not last:
                return None
            return _none(_too_far(self._limit_m, outside), start)
        if length > outside:
            return _none("A shorter way may run outside the area that the source of the ways covers.", start)
        straight = float(shapely.distance(self._anchor.geometry, self._places[i]))
        route = to_geojson(reach.line_to(ends, best)) if self._routes else None
        return Walk(max(length, straight), route, start.kind, ends.to[best], None)


def _no_leg(has_doors: bool) -> str:
    what = "None of the place's mapped gates and entrances" if has_doors else "No part of the place's edge"
    return f"{what} can be reached from a mapped way without going through a building or over a wall."


def _too_far(limit_m: float, outside: float) -> str:
    if outside < limit_m:
        return "No way was found inside the area that the source of the ways covers; there may be one that runs outside it."
    return f"No way on foot of up to {limit_m:.0f} m is mapped."
