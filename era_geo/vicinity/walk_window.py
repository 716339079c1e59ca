"""The ways around a property, read once for a square of ground and kept, and the area within which they can be trusted.

A shortest way found inside a window is the shortest there is only if no way through what lies outside can be shorter. So the
window reaches at least as far as the walk may be long, and a way must be shorter than any that could leave the area which the
sources cover and come back.
"""

from __future__ import annotations

import threading
from collections import OrderedDict

import numpy as np
import shapely

from era_geo.region.region import Region, Window
from era_geo.region.themes import covers_selector
from era_geo.vicinity.walk_network import WalkNetwork

SQUARE_M = 1000.0
"""Properties in one square of the grid share one reading of the network."""

_KEPT = 6
_MEMORY = "walk_networks"
_COVERAGE = "walk_coverage"


class _Networks:
    """The networks read last, by window. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._networks: OrderedDict[Window, WalkNetwork] = OrderedDict()

    def get(self, region: Region, window: Window) -> WalkNetwork:
        with self._lock:
            if window in self._networks:
                self._networks.move_to_end(window)
                return self._networks[window]
        network = WalkNetwork.read(region, window)
        with self._lock:
            self._networks[window] = network
            while len(self._networks) > _KEPT:
                self._networks.popitem(last=False)
        return network


def network_around(region: Region, geometry: shapely.Geometry, reach_m: float) -> WalkNetwork:
    """Give the network of a window that reaches at least `reach_m` metres from `geometry` (EPSG:27700) on every side."""
    least, greatest = np.array(shapely.bounds(geometry)).reshape(2, 2)
    low = np.floor(least / SQUARE_M) * SQUARE_M - reach_m
    high = np.ceil(greatest / SQUARE_M) * SQUARE_M + reach_m
    networks: _Networks = region.memory.setdefault(_MEMORY, _Networks())
    return networks.get(region, (float(low[0]), float(low[1]), float(high[0]), float(high[1])))


def walk_coverage(region: Region) -> shapely.Geometry:
    """Give the area, EPSG:27700, for which the region's sources hold all ways; empty where none does."""
    if _COVERAGE not in region.memory:
        whole = [
            source.coverage
            for source in region.sources
            if source.kind == "osm" and source.coverage is not None and covers_selector(source.themes, "highway")
        ]
        region.memory[_COVERAGE] = shapely.union_all(whole)
    coverage: shapely.Geometry = region.memory[_COVERAGE]
    return coverage


def metres_to_edge(coverage: shapely.Geometry, geometry: shapely.Geometry) -> float:
    """Give the metres from `geometry` to the edge of the coverage, 0 where it reaches out of it."""
    if shapely.is_empty(coverage) or not shapely.covers(coverage, geometry):
        return 0.0
    return float(shapely.distance(shapely.boundary(coverage), geometry))
