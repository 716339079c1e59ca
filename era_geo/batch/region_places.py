"""All places of a region, classified and merged once, so that many properties are looked at with one index.

An assessment merges only the objects it reads around one property. That gives the same places as merging the whole region,
unless objects that have a say in a place lie outside of what was read; `differ` finds the properties where that may be so, and
they are looked at alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely

from era_geo.batch.bulk import Bools, Floats, Ints, Objects, Places
from era_geo.layerset import LayerSet
from era_geo.model import Band, Finding
from era_geo.region.region import Region
from era_geo.vicinity import nearby
from era_geo.vicinity.anchor import Anchor
from era_geo.vicinity.merge import PlaceObject, merging
from era_geo.vicinity.walking import PlaceGeometry, places_of_region

_EVERYWHERE = (-1e7, -1e7, 1e7, 1e7)
_SOMEWHERE = Anchor(shapely.Point(0.0, 0.0), 0.0)


class RegionPlaces:
    """The places of the `wanted` layers of a whole region."""

    def __init__(self, region: Region, layers: LayerSet, wanted: Sequence[str]) -> None:
        self._region = region
        self._layers = layers
        number = {layer: position for position, layer in enumerate(layers.ids)}
        self._places: list[list[PlaceObject]] = []
        linked: list[list[PlaceObject]] = []
        by_layer: dict[str, list[PlaceObject]] = {}
        for item in nearby.read(region, _EVERYWHERE, layers, wanted):
            by_layer.setdefault(item.layer, []).append(item)
        for layer in layers.ids:
            objects = by_layer.get(layer, [])
            merged = merging(objects)
            self._places += [[objects[i] for i in group] for group in merged.groups]
            linked += [[objects[i] for i in group] for group in _components(len(objects), merged.links)]
        exact = [_exact(place) for place in self._places]
        members = [tuple(sorted(item.ref for item in place)) for place in self._places]
        rank = np.empty(len(members), dtype=np.int64)
        rank[sorted(range(len(members)), key=members.__getitem__)] = np.arange(len(members))
        self.places = Places(
            geometry=_array([item.geometry for place in exact for item in place]),
            place=np.repeat(np.arange(len(exact)), [len(place) for place in exact]),
            layer=np.array([number[place[0].layer] for place in self._places], dtype=np.int64),
            uncertainty_m=np.array([place[0].uncertainty_m for place in exact], dtype=np.float64),
            rank=rank,
        )
        self._linked = _Linked.of(linked)
        self._templates: dict[int, Finding] = {}
        self._walked_to: dict[int, PlaceGeometry] = {}

    @cached_property
    def greatest_uncertainty_m(self) -> float:
        """The greatest uncertainty of anything in the region, by which an assessment looks wider."""
        return nearby.greatest_uncertainty(self._region)

    def templates(self, places: Sequence[int]) -> list[Finding]:
        """Give places as findings, described once: distance, bearing and band are still to be put in."""
        missing = [place for place in dict.fromkeys(places) if place not in self._templates]
        if missing:
            spots = [self._spot(place) for place in missing]
            self._templates |= zip(missing, nearby.described(self._region, _SOMEWHERE, spots, self._layers), strict=True)
        return [self._templates[place] for place in places]

    def walked_to(self, places: Sequence[int]) -> list[PlaceGeometry]:
        """Give places as what is walked to."""
        missing = [place for place in dict.fromkeys(places) if place not in self._walked_to]
        if missing:
            rough = [float(self.places.uncertainty_m[place]) for place in missing]
            self._walked_to |= zip(missing, places_of_region(self.templates(missing), rough), strict=True)
        return [self._walked_to[place] for place in places]

    def differ(self, anchors: Objects, reach_m: Floats) -> Bools:
        """Say for which properties the region's places may be others than those merged from what is read around it. Shape (n,)."""
        return self._linked.cut_off(anchors, reach_m)

    def _spot(self, place: int) -> nearby.Spot:
        objects = self._places[place]
        exact = _exact(objects)
        return nearby.Spot(objects, exact, exact[0].geometry, 0.0, Band.WITHIN)


@dataclass(frozen=True)
class _Linked:
    """Objects that have a say in one another's places, component by component. Boxes have shape (m, 4)."""

    geometry: Objects
    box: Floats
    reaching: Floats
    component: Ints
    first: Ints

    @classmethod
    def of(cls, components: Sequence[Sequence[PlaceObject]]) -> _Linked:
        several = [component for component in components if len(component) > 1]
        objects = [item for component in several for item in component]
        sizes = np.array([len(component) for component in several], dtype=np.int64)
        geometry = _array([item.geometry for item in objects])
        return cls(
            geometry=geometry,
            box=shapely.bounds(geometry).reshape(-1, 4),
            reaching=shapely.bounds(_array([nearby.reaching(item) for item in objects])).reshape(-1, 4),
            component=np.repeat(np.arange(len(several)), sizes),
            first=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        )

    @cached_property
    def tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.geometry)

    def cut_off(self, anchors: Objects, reach_m: Floats) -> Bools:
        """Say around which anchors something of a component near them is not read: it does not touch the window that is."""
        cut = np.zeros(len(anchors), dtype=bool)
        point, item = self.tree.query(anchors, predicate="dwithin", distance=reach_m)
        if not len(point):
            return cut
        window = shapely.bounds(anchors) + np.array([-1, -1, 1, 1]) * reach_m[:, None]
        np.minimum.at(window[:, :2], point, self.reaching[item, :2])
        np.maximum.at(window[:, 2:], point, self.reaching[item, 2:])
        pairs = np.unique(np.stack([point, self.component[item]]), axis=1)
        sizes = np.diff(self.first)[pairs[1]]
        who = np.repeat(pairs[0], sizes)
        member = np.repeat(self.first[pairs[1]] - (np.cumsum(sizes) - sizes), sizes) + np.arange(sizes.sum())
        box, seen = self.box[member], window[who]
        read = (box[:, :2] <= seen[:, 2:]).all(axis=1) & (box[:, 2:] >= seen[:, :2]).all(axis=1)
        cut[who[~read]] = True
        return cut


def _exact(place: Sequence[PlaceObject]) -> list[PlaceObject]:
    """Give the members by which a place lies: those whose position is known best."""
    least = min(item.uncertainty_m for item in place)
    return [item for item in place if item.uncertainty_m == least]


def _components(count: int, links: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Give the groups of positions that are linked, however far round."""
    from scipy.sparse import coo_array  # noqa: PLC0415 - slow to import
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415 - slow to import

    if not links:
        return []
    first, second = np.array(links, dtype=np.int64).T
    graph = coo_array((np.ones(len(first)), (first, second)), shape=(count, count))
    _, part = connected_components(graph, directed=False)
    order = np.argsort(part, kind="stable")
    return [group.tolist() for group in np.split(order, np.flatnonzero(np.diff(part[order])) + 1)]


def _array(geometries: Sequence[shapely.Geometry]) -> Objects:
    array = np.empty(len(geometries), dtype=object)
    array[:] = geometries
    return array
