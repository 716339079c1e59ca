"""Where property and place meet: the gates and entrances of a place on the property's side, and whether they share a boundary.

Open map data has no plots. What stands for the property's plot is its building, the gardens mapped at it, and the ground that
walls, fences and hedges enclose together with it. Where none of that reaches the place's edge, and nothing lies between, it is
not known whether they share a boundary, and that is what is said.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
import shapely

from era_geo.model import Finding, Gap
from era_geo.region.region import Features
from era_geo.vicinity.sight import Lookout
from era_geo.vicinity.sight_edges import Edge
from era_geo.vicinity.surroundings import Surroundings
from era_geo.vicinity.walking import PlaceGeometry, places_of

ON_EDGE_M = 1.0
"""A gate this near a place's outline is a gate of the place; a wall this near stands on it."""
GARDEN_REACH_M = 60.0
"""Beyond this no garden is looked for between property and place."""
NEAR_WALL_M = 5.0
"""A wall or fence on the place's edge is the property's boundary too where it comes this near the building."""
LARGEST_GARDEN_M2 = 3000.0

_NO_PLOTS = "Plots are not in open map data, and no wall, fence, street or building in it tells."
_TOO_ROUGH = "They are located too roughly to say where their edge runs."
_NO_GATES = frozenset(("no", "staircase", "home", "garage", "emergency"))
_RUNS_ALONG_M = 2.0
_SIDE_WALL_M = 1.0
_NODING_M = 0.1  # a fence that ends this near a wall meets it
_STREETS = frozenset((
    "motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential", "living_street", "pedestrian",
))  # fmt: skip


@dataclass(frozen=True)
class Shared:
    """Whether property and place share a boundary, `None` where that is not known, and how it is known, in words."""

    value: bool | None
    words: str


def look(
    findings: Sequence[Finding], around: Surroundings, lookout: Lookout, places: Sequence[PlaceGeometry] | None = None
) -> tuple[list[Finding], list[Gap]]:
    """Give the findings with `gates`, `shares_boundary` and `boundary` filled in, and the gaps that this leaves.

    `places` are the findings as places with an edge, where that is known already.
    """
    if not findings:
        return [], []
    if not around.is_exact:
        return list(findings), [
            Gap(None, "shares_boundary", "Shared boundaries and gates could not be worked out.", around.why_not_exact)
        ]
    places = places_of(findings, around) if places is None else places
    shared = _Ground(around).shared(places)
    gates = _gates([place.geometry for place in places], around, lookout)
    looked = [
        replace(finding, gates=own, shares_boundary=told.value, boundary=told.words or None)
        for finding, own, told in zip(findings, gates, shared, strict=True)
    ]
    unknown = [place.why_not_exact for finding, place in zip(looked, places, strict=True) if finding.shares_boundary is None]
    return looked, [
        Gap(
            None,
            "shares_boundary",
            f"Whether the property shares a boundary could not be worked out for {number} of {len(looked)} places.",
            why,
        )
        for number, why in ((unknown.count(None), _NO_PLOTS), (len(unknown) - unknown.count(None), _TOO_ROUGH))
        if number
    ]


def _gates(places: Sequence[shapely.Geometry], around: Surroundings, lookout: Lookout) -> list[tuple[str, ...]]:
    """Name each place's gates and entrances that lie on the property's side or in open line, nearest first."""
    ways_in = around.entrances.where(np.array([value not in _NO_GATES for value in around.entrances["value"]], dtype=bool))
    outlines = np.array(places, dtype=object)
    edged = np.flatnonzero(shapely.area(outlines) > 0)
    edges = shapely.boundary(outlines[edged])
    place, gate = shapely.STRtree(ways_in.geometry).query(edges, predicate="dwithin", distance=ON_EDGE_M)
    own = [np.sort(gate[edged[place] == i]) for i in range(len(places))]
    opened = np.unique(gate)
    points = shapely.get_coordinates(ways_in.geometry[opened])
    seen = dict(zip(opened.tolist(), lookout.seen(Edge.of_points(points)).tolist(), strict=True))
    return [
        _gates_of(outline, ways_in.take(gates), around, [seen[i] for i in gates.tolist()])
        for outline, gates in zip(outlines, own, strict=True)
    ]


def _gates_of(place: shapely.Geometry, gates: Features, around: Surroundings, seen: Sequence[bool]) -> tuple[str, ...]:
    if not len(gates):
        return ()
    facing = _on_side(shapely.get_coordinates(gates.geometry), place, around.walls)
    metres = shapely.distance(around.walls, gates.geometry)
    words = [
        _gate_words(str(gates["value"][i]), gates["kind"][i], float(metres[i]), gates["access"][i], seen=seen[i])
        for i in np.argsort(metres, kind="stable")
        if facing[i] or seen[i]
    ]
    if words:
        return tuple(words)
    mapped = (
        "its one mapped gate or entrance does not lie" if len(gates) == 1 else f"none of its {len(gates)} gates and entrances lies"
    )
    return (f"{mapped} on the property's side",)


def _on_side(
    points: np.typing.NDArray[np.float64], place: shapely.Geometry, walls: shapely.Geometry
) -> np.typing.NDArray[np.bool_]:
    """Say for each point whether it lies in the half of the place that faces the property; all do where it encloses it."""
    if shapely.covers(place, walls):
        return np.ones(len(points), dtype=bool)
    middle = shapely.get_coordinates(shapely.centroid(place))[0]
    nearest = shapely.get_coordinates(shapely.shortest_line(walls, place))[0]
    return np.asarray((points - middle) @ (nearest - middle) > 0)


def _gate_words(value: str, kind: str, metres: float, access: str | None, *, seen: bool) -> str:
    plain = value.replace("_", " ")
    named = f"{plain} entrance" if kind == "entrance" and value not in {"yes", "entrance"} else kind if value == "yes" else plain
    said = [f"{named} {metres:.0f} m from the property"]
    said += ["in open line in plan"] if seen else []
    said += [f"access {access}"] if access in {"private", "no"} else []
    return ", ".join(said)


class _Ground:
    """What lies at the property: its plot, as far as the data tells, and what may lie between it and a place."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._walls = around.walls

    def shared(self, places: Sequence[PlaceGeometry]) -> list[Shared]:
        """Say of each place whether it and the property share a boundary: the first that can be said."""
        metres = shapely.distance(self._walls, np.array([place.geometry for place in places], dtype=object))
        return [self._shared(place, far) for place, far in zip(places, metres.tolist(), strict=True)]

    def _shared(self, place: PlaceGeometry, metres: float) -> Shared:
        far = self._far(place, metres)
        if far or place.why_not_exact:
            return far or Shared(None, f"the place is located only to within {place.uncertainty_m:.0f} m")
        outline = place.geometry
        is_area = shapely.area(outline) > 0
        edge = shapely.boundary(outline) if is_area else outline
        rules = (self._touching, self._garden_along, self._between, self._wall_on_edge) if is_area else (self._without_edge,)
        said = (rule(outline, edge) for rule in rules)
        return next(filter(None, said), Shared(None, "nothing in the data tells whose ground lies between property and place"))

    def _touching(self, place: shapely.Geometry, edge: shapely.Geometry) -> Shared | None:
        if shapely.covers(place, shapely.point_on_surface(self._walls)):
            return Shared(True, "the property lies inside the place")
        if shapely.distance(self._walls, edge) <= ON_EDGE_M:
            return Shared(True, "the property's walls stand on the place's edge")
        return None

    @staticmethod
    def _far(place: PlaceGeometry, metres: float) -> Shared | None:
        """Find that the place is too far off, even if it lies as much nearer as its location may be out."""
        least = metres - place.uncertainty_m
        if least <= GARDEN_REACH_M:
            return None
        return Shared(False, f"the place lies {least:.0f} m {'or more ' if place.uncertainty_m else ''}from the property")

    def _without_edge(self, _: shapely.Geometry, __: shapely.Geometry) -> Shared:
        return Shared(None, "the place is known as a point, without a boundary")

    def _garden_along(self, _: shapely.Geometry, edge: shapely.Geometry) -> Shared | None:
        if shapely.is_empty(self._plot) or self._along(self._plot, edge) < _RUNS_ALONG_M:
            return None
        return Shared(True, "the property's garden, as mapped or as walls and fences enclose it, borders on the place")

    def _between(self, place: shapely.Geometry, _: shapely.Geometry) -> Shared | None:
        line = shapely.shortest_line(self._walls, place)
        roads = self._around.roads
        for i in np.flatnonzero(shapely.intersects(line, roads.geometry)):
            if _is_street(roads["highway"][i], roads["tags"][i]):
                return Shared(False, f"{roads['name'][i] or 'a street'} lies between property and place")
        inner = shapely.difference(line, shapely.union_all([shapely.buffer(self._walls, 0.1), place]))
        own = self._around.own_building
        met = np.flatnonzero(shapely.intersects(inner, self._around.buildings.geometry))
        return Shared(False, "a building lies between property and place") if any(i != own for i in met) else None

    def _wall_on_edge(self, _: shapely.Geometry, edge: shapely.Geometry) -> Shared | None:
        """Find a wall, fence or hedge that stands on the place's edge and comes near the property's building."""
        beside = shapely.buffer(self._walls, NEAR_WALL_M)
        strip = shapely.buffer(edge, ON_EDGE_M)
        kinds, lines = self._around.barriers["kind"], self._around.barriers.geometry
        for i in np.flatnonzero(shapely.intersects(beside, lines)):
            on_edge = shapely.intersection(shapely.intersection(lines[i], strip), beside)
            if shapely.length(on_edge) >= _RUNS_ALONG_M:
                metres = shapely.distance(self._walls, on_edge)
                kind = str(kinds[i]).replace("_", " ")
                return Shared(True, f"a {kind} {metres:.0f} m from the property stands on the place's edge")
        return None

    @cached_property
    def _barriers(self) -> np.typing.NDArray[np.object_]:
        near = shapely.buffer(self._walls, GARDEN_REACH_M)
        lines = self._around.barriers.geometry
        return lines[shapely.intersects(near, lines)]

    @cached_property
    def _plot(self) -> shapely.Geometry:
        """Gardens mapped at the property, and the ground enclosed between its walls and the barriers around it."""
        places = self._around.places
        near = np.flatnonzero(shapely.dwithin(places.geometry, self._walls, ON_EDGE_M)).tolist()
        gardens = [places.geometry[i] for i in near if _is_garden(places["tags"][i])]
        around = self._enclosures() if self._around.has_walls else []
        at_property = [ground for ground in (*gardens, *around) if self._is_at(ground)]
        return shapely.union_all(at_property)

    def _enclosures(self) -> list[shapely.Geometry]:
        own = self._around.own_building
        building = self._walls if own is None else self._around.buildings.geometry[own]
        lines = shapely.union_all([shapely.boundary(building), *self._barriers], grid_size=_NODING_M)
        faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
        small = faces[shapely.area(faces) <= LARGEST_GARDEN_M2]
        inside = shapely.area(shapely.intersection(small, self._walls)) > 0.5 * shapely.area(small)
        return [ground for ground in small[~inside] if not self._is_crossed(ground)]

    def _is_crossed(self, ground: shapely.Geometry) -> bool:
        roads = self._around.roads
        met = np.flatnonzero(shapely.intersects(ground, roads.geometry))
        return any(_is_street(roads["highway"][i], roads["tags"][i]) for i in met)

    def _is_at(self, ground: shapely.Geometry) -> bool:
        """Whether a piece of ground has a side of the property's building for an edge, or holds the property."""
        if shapely.area(ground) == 0 or shapely.area(ground) > LARGEST_GARDEN_M2:
            return False
        if shapely.intersects(ground, shapely.point_on_surface(self._walls)):
            return True
        return self._around.has_walls and self._along(ground, shapely.boundary(self._walls)) >= _SIDE_WALL_M

    @staticmethod
    def _along(ground: shapely.Geometry, edge: shapely.Geometry) -> float:
        """Metres of `edge` that run within `ON_EDGE_M` of the ground or inside it."""
        return float(shapely.length(shapely.intersection(edge, shapely.buffer(ground, ON_EDGE_M))))


def _is_street(highway: str, tags: str | None) -> bool:
    """Whether a road parts the ground on its two sides; a driveway runs over somebody's own."""
    kind = highway.removesuffix("_link")
    return kind in _STREETS or (kind == "service" and json.loads(tags or "{}").get("service") != "driveway")


@lru_cache(maxsize=1 << 14)  # the same shops and gardens lie around many properties
def _is_garden(tags: str | None) -> bool:
    return bool(json.loads(tags or "{}").get("leisure") == "garden")
