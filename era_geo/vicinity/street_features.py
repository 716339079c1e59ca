"""Crossings and lit ways in the vicinity, and what the map does not say of them."""

from __future__ import annotations

import numpy as np
import shapely

from era_geo.model import Crossing, Gap, Streets
from era_geo.region.region import Region
from era_geo.vicinity.anchor import Anchor, to_geojson
from era_geo.vicinity.walk_window import WalkCoverage

_UNLIT = frozenset(("no", "disused"))
_NO_CROSSING = frozenset(("no", "informal_no"))


def street_features(region: Region, anchor: Anchor, radius_m: float) -> tuple[Streets | None, list[Gap]]:
    """List the crossings within `radius_m` of the property and add up the ways by lighting, as the map has them.

    Gives `None` and a gap where the circle leaves the coverage.
    """
    if WalkCoverage.of(region).metres_to_edge(np.array([anchor.geometry], dtype=object))[0] < radius_m:
        why = "The circle reaches past the area for which the region's sources hold all ways."
        return None, [Gap(None, "streets", "Crossings and lit ways could not be looked for.", why)]
    window = anchor.window(radius_m)
    edges = region.read("walk_edges", window, ("access", "lit"))
    inside = _length_within(edges.geometry, anchor, radius_m)
    public = np.array([access == "yes" for access in edges["access"]], dtype=bool)
    unlit = np.array([lit in _UNLIT for lit in edges["lit"]], dtype=bool)
    unsaid = np.array([not lit for lit in edges["lit"]], dtype=bool)
    streets = Streets(
        crossings=_crossings(region, anchor, radius_m),
        lit_m=round(float(inside[public & ~unlit & ~unsaid].sum()), 1),
        unlit_m=round(float(inside[public & unlit].sum()), 1),
        not_said_m=round(float(inside[public & unsaid].sum()), 1),
    )
    return streets, []


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
