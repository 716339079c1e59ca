"""The ways around a property, read once for a square of ground and kept, and the area within which they can be trusted.

A shortest way found inside a window is the shortest there is only if no way through what lies outside can be shorter. So the
window reaches at least as far as the walk may be long, and a way must be shorter than any that could leave the area which the
sources cover and come back.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely

from era_geo.region.region import Region, Window
from era_geo.region.themes import covers_selector
from era_geo.vicinity.surroundings import Surroundings
from era_geo.vicinity.walk_network import Floats, Objects, WalkNetwork

SQUARE_M = 1000.0
"""Properties in one square of the grid share one reading of the network."""

_MOST_EDGES = 150_000
_MEMORY = "walk_networks"
_COVERAGE = "walk_coverage"


class _Networks:
    """The networks read last, by window, `_MOST_EDGES` edges in all. Threads may share it."""

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
            while len(self._networks) > 1 and sum(map(len, self._networks.values())) > _MOST_EDGES:
                self._networks.popitem(last=False)
        return network


def network_around(region: Region, geometry: shapely.Geometry, reach_m: float) -> WalkNetwork:
    """Give the network of a window that reaches at least `reach_m` metres from `geometry` (EPSG:27700) on every side."""
    least, greatest = np.array(shapely.bounds(geometry)).reshape(2, 2)
    low = np.floor(least / SQUARE_M) * SQUARE_M - reach_m
    high = np.ceil(greatest / SQUARE_M) * SQUARE_M + reach_m
    networks: _Networks = region.memory.setdefault(_MEMORY, _Networks())
    return networks.get(region, (float(low[0]), float(low[1]), float(high[0]), float(high[1])))


@dataclass(frozen=True)
class WalkCoverage:
    """The area, EPSG:27700, for which the region's sources hold all ways; empty where none does."""

    area: shapely.Geometry

    @classmethod
    def of(cls, region: Region) -> WalkCoverage:
        """Join the coverages of the sources that hold all ways."""
        if _COVERAGE not in region.memory:
            whole = [
                source.coverage
                for source in region.sources
                if source.kind == "osm" and source.coverage is not None and covers_selector(source.themes, "highway")
            ]
            area = shapely.union_all(whole)
            shapely.prepare(area)
            region.memory[_COVERAGE] = cls(area)
        coverage: WalkCoverage = region.memory[_COVERAGE]
        return coverage

    @cached_property
    def _edge(self) -> shapely.Geometry:
        edge = shapely.boundary(self.area)
        shapely.prepare(edge)
        return edge

    def why_not(self, around: Surroundings) -> str | None:
        """Say why no walk from the property can be told, `None` where one can."""
        if shapely.is_empty(self.area):
            return "No source of the region holds the ways that people walk."
        if not around.is_exact:
            return around.why_not_exact
        if not shapely.intersects(self.area, around.anchor.geometry):
            return "The property lies outside the area that the source of the ways covers."
        return None

    def metres_to_edge(self, geometries: Objects) -> Floats:
        """Give the metres from each geometry to the edge of the area, 0 where it reaches out of it. Shape (n,)."""
        inside = shapely.covers(self.area, geometries)
        return np.where(inside, shapely.distance(self._edge, geometries), 0.0)
