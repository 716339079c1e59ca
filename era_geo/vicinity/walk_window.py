"""The ways around a property, read once for a square of ground and kept, and the area within which they can be trusted.

A shortest way found inside a window is the shortest there is only if no way through what lies outside can be shorter. So the
window reaches at least as far as the walk may be long, and a way must be shorter than any that could leave the area which the
sources cover and come back.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sized
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

import numpy as np
import shapely

from era_geo.region.region import Region, Window
from era_geo.vicinity.surroundings import Surroundings, coverage_of
from era_geo.vicinity.walk_graph import Floats
from era_geo.vicinity.walk_legs import Ground
from era_geo.vicinity.walk_network import Objects, WalkNetwork
from era_geo.vicinity.walk_obstacles import Obstacles

T = TypeVar("T", bound=Sized)

SQUARE_M = 1000.0
"""Properties in one square of the grid share one reading of the ways, and of what stands around them."""

NEAR_M = 400.0
"""How far around the square it is read what stands in the way of legs. For places that reach beyond it is read for them alone."""

_MOST_ITEMS = 150_000
_GROUNDS, _OBSTACLES, _COVERAGE = "walk_grounds", "walk_obstacles", "walk_coverage"


class _Kept(Generic[T]):
    """What was read last, by window, up to `_MOST_ITEMS` edges or outlines in all. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[Window, T] = OrderedDict()

    def get(self, window: Window, read: Callable[[], T]) -> T:
        """Give what was read for `window`; read it where it is not kept."""
        with self._lock:
            if window in self._kept:
                self._kept.move_to_end(window)
                return self._kept[window]
        made = read()
        with self._lock:
            self._kept[window] = made
            while len(self._kept) > 1 and sum(map(len, self._kept.values())) > _MOST_ITEMS:
                self._kept.popitem(last=False)
        return made


def square_of(home: shapely.Geometry) -> Window:
    """Give the square of the grid, or the squares together, in which `home` (EPSG:27700) lies: they share what is read."""
    least, greatest = np.array(shapely.bounds(home)).reshape(2, 2)
    west, south, east, north = np.concatenate([np.floor(least / SQUARE_M), np.ceil(greatest / SQUARE_M)]).tolist()
    return west * SQUARE_M, south * SQUARE_M, east * SQUARE_M, north * SQUARE_M


def ground_around(region: Region, home: shapely.Geometry, reach_m: float) -> Ground:
    """Give the ways at least `reach_m` metres around `home` (EPSG:27700), and what stands in the way of legs near it."""
    square = square_of(home)
    near, ways = _grown(square, NEAR_M), _grown(square, reach_m)
    grounds: _Kept[Ground] = region.memory.setdefault(_GROUNDS, _Kept())
    obstacles: _Kept[Obstacles] = region.memory.setdefault(_OBSTACLES, _Kept())

    def read() -> Ground:
        standing = obstacles.get(near, lambda: Obstacles.read(region, near))
        return Ground(region, WalkNetwork.read(region, ways), standing)

    return grounds.get(ways, read)


def _grown(square: Window, metres: float) -> Window:
    west, south, east, north = square
    return west - metres, south - metres, east + metres, north + metres


@dataclass(frozen=True)
class WalkCoverage:
    """The area, EPSG:27700, for which the region's sources hold all ways; empty where none does."""

    area: shapely.Geometry

    @classmethod
    def of(cls, region: Region) -> WalkCoverage:
        """Join the coverages of the sources that hold all ways."""
        if _COVERAGE not in region.memory:
            region.memory[_COVERAGE] = cls(coverage_of(region, "highway"))
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

    def certain_m(self, start: shapely.Geometry, places: Objects, limit_m: float) -> Floats:
        """Give how long a way from `start` to each place may be and still be sure to be the shortest. Shape (n,).

        Where that is more than `limit_m` for any place, it is not worked out for each, and `start`'s own metres are given.
        """
        from_start = self.metres_to_edge(np.array([start], dtype=object))
        return np.repeat(from_start, len(places)) if from_start[0] > limit_m else from_start + self.metres_to_edge(places)

    def metres_to_edge(self, geometries: Objects) -> Floats:
        """Give the metres from each geometry to the edge of the area, 0 where it reaches out of it. Shape (n,)."""
        inside = shapely.covers(self.area, geometries)
        return np.where(inside, shapely.distance(self._edge, geometries), 0.0)
