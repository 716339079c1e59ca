"""How far it is to walk, and by which way: from the property's entrance to each place's nearest gate.

The ways are the region's walking network; who may walk where is in `walk_network`, where a walk begins and ends in `walk_ends`.
A distance is given only where it is certain on the map: a place that no way leads to, a way longer than the limit, and a way
that may be cut short by one outside the area which the source covers are `None` with a reason, never the straight line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely.geometry import shape

from era_geo import crs
from era_geo.model import Finding, Gap, GeoJson
from era_geo.region.region import Region
from era_geo.vicinity.surroundings import EXACT_ENOUGH_M, Surroundings
from era_geo.vicinity.walk_ends import Start, ends_of, remember_starts, start_of
from era_geo.vicinity.walk_graph import Floats, Ints
from era_geo.vicinity.walk_legs import Ground
from era_geo.vicinity.walk_obstacles import Bools, Objects
from era_geo.vicinity.walk_reach import Reach
from era_geo.vicinity.walk_window import WalkCoverage, ground_around, ground_for

WALK_LIMIT_M = 1500.0
"""A way longer than this is not looked for: it says that the place, however near in a straight line, is not near on foot."""

SAME_BUILDING = "same building"
"""Where the way to a place ends that lies in the property's own building."""

FIRST_LIMIT_M = 600.0
"""Most ways are found within this; only where one is not, the larger window is read."""


@dataclass(frozen=True)
class PlaceGeometry:
    """A place to walk to: its outline (or point) in EPSG:27700, and how exactly it is located, metres."""

    geometry: shapely.Geometry
    uncertainty_m: float = 0.0

    @property
    def why_not_exact(self) -> str | None:
        """Say that nothing that depends on its very door or edge can be told; `None` where it can."""
        rough = self.uncertainty_m > EXACT_ENOUGH_M
        return f"The place is located only to within {self.uncertainty_m:.0f} m" if rough else None


@dataclass(frozen=True)
class Walk:
    """The way on foot to one place.

    `metres` is its length and `route` its line (GeoJSON, longitude and latitude) from the property to the place; both are
    `None` where no way can be given, and then `why_not` is a sentence that says why. `from_entrance` says where it begins:
    `entrance`, `wall` (no entrance is mapped) or `point` (no outline is mapped); `to` where it ends: `gate`, `entrance`, or
    `edge` where no gate is mapped. A property inside the place is 0 m away, without a route; and so is a place in the property's
    own building, whose `to` is `same building`.
    """

    metres: float | None
    route: GeoJson | None
    from_entrance: str | None
    to: str | None
    why_not: str | None


def look(
    findings: Sequence[Finding], around: Surroundings, places: Sequence[PlaceGeometry] | None = None, *, routes: bool = True
) -> tuple[list[Finding], list[Gap], list[Walk]]:
    """Give the findings with `walk_m` filled in, a gap for each whose walk is not known, and the walks themselves.

    `places` are the findings as places to walk to, where that is known already; without `routes` no way is drawn.
    """
    walks = walk(around, places_of(findings, around) if places is None else places, routes=routes)
    walked = [
        # Both are rounded, and the outline besides: never show a walk shorter than the straight line.
        replace(finding, walk_m=None if found.metres is None else max(round(found.metres, 1), finding.distance_m))
        for finding, found in zip(findings, walks, strict=True)
    ]
    return walked, _gaps(findings, walks), walks


def places_of(findings: Sequence[Finding], around: Surroundings) -> list[PlaceGeometry]:
    """Give the findings as places to walk to."""
    known = dict(zip(around.places["ref"], around.places["uncertainty_m"], strict=True))
    # A place is measured by those of its members whose position is known best.
    rough = [min((known.get(member) or 0.0 for member in finding.members), default=0.0) for finding in findings]
    return places_of_region(findings, rough)


def places_of_region(findings: Sequence[Finding], uncertainty_m: Sequence[float]) -> list[PlaceGeometry]:
    """Give the findings as places to walk to, where it is known how exactly each is located."""
    outlines = crs.geometries_to_bng(np.array([shape(finding.geometry) for finding in findings], dtype=object))
    return [PlaceGeometry(*place) for place in zip(outlines, uncertainty_m, strict=True)]


def walk(
    around: Surroundings, places: Sequence[PlaceGeometry], limit_m: float = WALK_LIMIT_M, *, routes: bool = True
) -> list[Walk]:
    """Find the shortest way on foot from the property to each place.

    Parameters
    ----------
    around
        The property, and the region to walk in. Of several entrances the one nearest to the address point is the property's.
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
    coverage = WalkCoverage.of(around.region)
    reason = coverage.why_not(around)
    if reason:
        return [_none(reason) for _ in places]
    outlines = np.array([place.geometry for place in places], dtype=object)
    walks = {i: _none(f"{why}, so its entrance cannot be told.") for i, p in enumerate(places) if (why := p.why_not_exact)}
    for limit in sorted({min(FIRST_LIMIT_M, limit_m), limit_m}):
        left = np.array([i for i in range(len(places)) if i not in walks], dtype=np.int64)
        if len(left):
            ground = ground_around(around.region, around.anchor.geometry, limit)
            search = _Search(ground, around, coverage, limit, last=limit == limit_m, routes=routes)
            walks |= {int(left[i]): found for i, found in search.walks(outlines[left]).items()}
    return [walks[i] for i in range(len(places))]


def make_ready(region: Region, homes: Objects, places: Sequence[PlaceGeometry]) -> None:
    """Find at once how the properties `homes` of one square are left and how `places` near them are reached.

    `walk` gives the same without it; for many properties it is quicker with it.
    """
    outlines = np.array([place.geometry for place in places if place.why_not_exact is None], dtype=object)
    ground = ground_for(region, homes, outlines, FIRST_LIMIT_M)
    remember_starts(ground, homes)
    ends_of(ground, outlines)


@dataclass(frozen=True)
class _Search:
    """One search from the property for several places, up to one limit; `last` where no longer one will follow."""

    ground: Ground
    around: Surroundings
    coverage: WalkCoverage
    limit_m: float
    last: bool
    routes: bool

    def walks(self, places: Objects) -> dict[int, Walk]:
        """Give the way to each place by its position; a place that a longer limit may still reach is left out."""
        site_point = shapely.Point(self.around.site.easting, self.around.site.northing)
        start = start_of(self.ground, self.around.anchor, site_point)
        indoors = _indoors(self.around.anchor.geometry, places)
        inside = indoors | shapely.intersects(places, site_point)
        if start is None:
            why = "No way could be reached from the property without going through a building or over a wall."
            return {i: _there(None, indoors=indoors[i]) if here else _none(why) for i, here in enumerate(inside)}
        inside |= shapely.intersects(places, shapely.get_point(start.leg.line[0], 0))
        ends, has_doors = ends_of(self.ground, places)
        reach = Reach.of(self.ground.network, start.leg, self.limit_m)
        best, metres = _best(reach.metres_to(ends), ends.owner, len(places))
        certain = self.coverage.certain_m(start.leg.line[0], places, self.limit_m)
        straight = self.around.anchor.distances(places)
        in_window = shapely.covers(shapely.box(*self.ground.network.window), places)
        walks: dict[int, Walk] = {}
        found: list[int] = []
        for i in range(len(places)):
            if inside[i]:
                walks[i] = _there(start, indoors=indoors[i])
            elif metres[i] > self.limit_m:
                if self.last:
                    unreached = best[i] < 0 and in_window[i]
                    reason = _no_leg(has_doors=bool(has_doors[i])) if unreached else _too_far(self.limit_m, float(certain[i]))
                    walks[i] = _none(reason, start)
            elif metres[i] > certain[i]:
                walks[i] = _none("A shorter way may run outside the area that the source of the ways covers.", start)
            else:
                found.append(i)
        lines = _drawn([reach.line_to(ends, int(best[i])) for i in found]) if self.routes else [None] * len(found)
        for i, line in zip(found, lines, strict=True):
            walks[i] = Walk(float(max(metres[i], straight[i])), line, start.kind, ends.to[best[i]], None)
        return walks


def _best(metres: Floats, owner: Ints, count: int) -> tuple[Ints, Floats]:
    """Give each owner's shortest: its position, -1 where it has none, and its metres, infinite where it has none."""
    order = np.lexsort((metres, owner))
    owners, first = np.unique(owner[order], return_index=True)
    best = np.full(count, -1)
    best[owners] = order[first]
    return best, np.append(metres, np.inf)[best]


def _drawn(lines: Sequence[shapely.LineString]) -> list[GeoJson | None]:
    """Turn lines in EPSG:27700 into GeoJSON, as `anchor.to_geojson` does, all at once."""
    points = [shapely.get_coordinates(line).round(7).tolist() for line in crs.geometries_to_lonlat(lines)]
    return [{"type": "LineString", "coordinates": line} for line in points]


def _gaps(findings: Sequence[Finding], walks: Sequence[Walk]) -> list[Gap]:
    """Name the findings without a walk; where all lack it for one reason, once."""
    missing = [(finding, found.why_not or "") for finding, found in zip(findings, walks, strict=True) if found.metres is None]
    reasons = {reason for _, reason in missing}
    if len(missing) == len(walks) > 1 and len(reasons) == 1:
        return [Gap(None, "walk_m", "Walking distances could not be worked out.", reasons.pop())]
    return [
        Gap(finding.layer, "walk_m", f"The walk to {finding.name or 'a place without a name'} is not known.", reason)
        for finding, reason in missing
    ]


def _indoors(property_outline: shapely.Geometry, places: Objects) -> Bools:
    """Say which places lie in the property's own building, so that nobody goes out of doors to them."""
    if shapely.area(property_outline) == 0:
        return np.zeros(len(places), dtype=bool)
    within: Bools = shapely.covers(property_outline, places)
    return within


def _there(start: Start | None, *, indoors: bool) -> Walk:
    return Walk(0.0, None, start.kind if start else None, SAME_BUILDING if indoors else "edge", None)


def _none(reason: str, start: Start | None = None) -> Walk:
    return Walk(None, None, start.kind if start else None, None, reason)


def _no_leg(*, has_doors: bool) -> str:
    what = "None of the place's mapped gates and entrances" if has_doors else "No part of the place's edge"
    return f"{what} can be reached from a mapped way without going through a building or over a wall."


def _too_far(limit_m: float, certain_m: float) -> str:
    if certain_m < limit_m:
        return "No way was found inside the area that the source of the ways covers; there may be one that runs outside it."
    return f"No way on foot of up to {limit_m:.0f} m is mapped."
