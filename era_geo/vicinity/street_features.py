"""Crossings and lit ways in the vicinity, and what the map does not say of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from era_geo.model import GeoJson
from era_geo.region.region import Region
from era_geo.vicinity.anchor import Anchor, to_geojson
from era_geo.vicinity.walk_window import WalkCoverage

_UNLIT = frozenset(("no", "disused"))
_NO_CROSSING = frozenset(("no", "informal_no"))


@dataclass(frozen=True)
class Crossing:
    """A crossing of a street: the value of its tag (`traffic_signals`, `zebra`), how far off it is, and where."""

    kind: str
    distance_m: float
    point: GeoJson


@dataclass(frozen=True)
class StreetFeatures:
    """Crossings, nearest first, and the metres of ways that people may walk, by what the map says of their lighting.

    `why_not` is why they could not be told; then all else is empty or `None`. `said` puts it into sentences for people.
    """

    crossings: tuple[Crossing, ...]
    lit_m: float | None
    unlit_m: float | None
    not_said_m: float | None
    why_not: str | None

    @property
    def said(self) -> tuple[str, ...]:
        """What the map says and what it does not, in sentences."""
        if self.lit_m is None or self.unlit_m is None or self.not_said_m is None:
            return (self.why_not or "",)
        total = self.lit_m + self.unlit_m + self.not_said_m
        count = len(self.crossings)
        crossings = "No crossing is mapped" if not count else f"{count} crossing{'s are' if count > 1 else ' is'} mapped"
        sentences = [f"{crossings} within the radius; the map may lack some."]
        if total == 0:
            return (*sentences, "No way that people may walk is mapped within the radius.")
        sentences.append(
            f"Of {total:.0f} m of mapped ways, {self.lit_m:.0f} m are said to be lit and {self.unlit_m:.0f} m to be unlit; of "
            f"{self.not_said_m:.0f} m ({self.not_said_m / total:.0%}) the map does not say. A street and its pavement, "
            "where both are mapped, count as two ways."
        )
        return tuple(sentences)


def street_features(region: Region, anchor: Anchor, radius_m: float) -> StreetFeatures:
    """List the crossings within `radius_m` of the property and add up the ways by lighting, as the map has them."""
    if WalkCoverage.of(region).metres_to_edge(np.array([anchor.geometry], dtype=object))[0] < radius_m:
        why = "The circle reaches past the area for which the region's sources hold all ways."
        return StreetFeatures((), None, None, None, why)
    window = anchor.window(radius_m)
    edges = region.read("walk_edges", window, ("access", "lit"))
    inside = _length_within(edges.geometry, anchor, radius_m)
    public = np.array([access == "yes" for access in edges["access"]], dtype=bool)
    unlit = np.array([lit in _UNLIT for lit in edges["lit"]], dtype=bool)
    unsaid = np.array([not lit for lit in edges["lit"]], dtype=bool)
    return StreetFeatures(
        crossings=_crossings(region, anchor, radius_m),
        lit_m=round(float(inside[public & ~unlit & ~unsaid].sum()), 1),
        unlit_m=round(float(inside[public & unlit].sum()), 1),
        not_said_m=round(float(inside[public & unsaid].sum()), 1),
        why_not=None,
    )


def _length_within(lines: np.typing.NDArray[np.object_], anchor: Anchor, radius_m: float) -> np.typing.NDArray[np.float64]:
    circle = shapely.buffer(anchor.geometry, radius_m, quad_segs=32)
    lengths: np.typing.NDArray[np.float64] = shapely.length(shapely.intersection(lines, circle))
    return lengths


def _crossings(region: Region, anchor: Anchor, radius_m: float) -> tuple[Crossing, ...]:
    nodes = region.read("walk_nodes", anchor.window(radius_m), ("crossing",))
    distances = anchor.distances(nodes.geometry)
    found = [
        Crossing(kind, round(float(metres), 1), to_geojson(point))
        for kind, metres, point in zip(nodes["crossing"], distances, nodes.geometry, strict=True)
        if kind and kind not in _NO_CROSSING and metres <= radius_m
    ]
    return tuple(sorted(found, key=lambda crossing: (crossing.distance_m, crossing.kind, str(crossing.point))))
