"""The ways around a property, read once for a square of ground and kept, and the area within which they can be trusted.

A shortest way found inside a window is the shortest there is only if no way through what lies outside can be shorter. So the
window reaches at least as far as the walk may be long, and a way must be shorter than any that could leave the area which the
sources cover and come back.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sized
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Generic, TypeVar

import numpy as np
import shapely

from era_geo.region.region import Region, Window
from era_geo.vicinity.surroundings import Surroundings, coverage_of
from era_geo.vicinity.walk_graph import Floats
from era_geo.vicinity.walk_legs import LEG_LIMIT_M, Ground
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
    """What was asked for last, up to `_MOST_ITEMS` edges or outlines in all. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[int, T] = OrderedDict()
        self._items = 0

    def find(self, wanted: Callable[[T], bool]) -> T | None:
        """Give what was asked for last of what is wanted, if any is kept."""
        with self._lock:
            for key in reversed(self._kept):
                if wanted(self._kept[key]):
                    self._kept.move_to_end(key)
                    return self._kept[key]
        return None

    def keep(self, made: T) -> T:
        """Keep what was read, in the place of what has not been asked for for longest."""
        with self._lock:
            if id(made) not in self._kept:
                self._kept[id(made)] = made
                self._items += len(made)
            self._kept.move_to_end(id(made))
            while len(self._kept) > 1 and self._items > _MOST_ITEMS:
                self._items -= len(self._kept.popitem(last=False)[1])
        return made


def square_of(home: shapely.Geometry) -> Window:
    """Give the square of the grid, or the squares together, in which `home` (EPSG:27700) lies: they share what is read."""
    least, greatest = np.array(shapely.bounds(home)).reshape(2, 2)
    west, south, east, north = np.concatenate([np.floor(least / SQUARE_M), np.ceil(greatest / SQUARE_M)]).tolist()
    return west * SQUARE_M, south * SQUARE_M, east * SQUARE_M, north * SQUARE_M


def ground_around(region: Region, home: shapely.Geometry, reach_m: float) -> Ground:
    """Give the ways at least `reach_m` metres around `home` (EPSG:27700), and what stands in the way of legs near it.

    Where it was not read for the property, it is read for the squares of the grid that `home` lies in, for others who live there.
    """
    grounds, square, key = _grounds(region), square_of(home), shapely.to_wkb(home)
    ways, least = _grown(square, reach_m), _grown(_bounds(home), reach_m)
    kept = grounds.find(lambda one: key in one.homes and _holds(one.network.window, least))
    if kept is None:
        kept = grounds.find(lambda one: not one.homes and one.network.window == ways)
    return grounds.keep(_read(region, ways, _grown(square, NEAR_M))) if kept is None else kept


def ground_for(region: Region, homes: Objects, places: Objects, reach_m: float) -> Ground:
    """Read the ways `reach_m` metres around all `homes`, and what stands in the way of legs from them and from `places`.

    From then on `ground_around` gives it for each of them. It is read for them only: of places that reach far out, no more than
    is read around homes, which is enough for most.
    """
    own = _bounds(*homes)
    widest, needed = _grown(own, NEAR_M), _grown(_bounds(*homes, *places), LEG_LIMIT_M)
    west, south = max(widest[0], needed[0]), max(widest[1], needed[1])
    east, north = min(widest[2], needed[2]), min(widest[3], needed[3])
    read = _read(region, _grown(own, reach_m), (west, south, east, north))
    return _grounds(region).keep(replace(read, homes=frozenset(shapely.to_wkb(homes).tolist())))


def _grounds(region: Region) -> _Kept[Ground]:
    grounds: _Kept[Ground] = region.memory.setdefault(_GROUNDS, _Kept())
    return grounds


def _read(region: Region, ways: Window, standing: Window) -> Ground:
    obstacles: _Kept[Obstacles] = region.memory.setdefault(_OBSTACLES, _Kept())
    around = obstacles.find(lambda kept: _holds(kept.window, standing))
    if around is None:
        around = obstacles.keep(Obstacles.read(region, standing))
    return Ground(region, WalkNetwork.read(region, ways), around)


def _bounds(*geometries: shapely.Geometry) -> Window:
    west, south, east, north = shapely.total_bounds(geometries).tolist()
    return west, south, east, north


def _holds(window: Window, needed: Window) -> bool:
    return window[0] <= needed[0] and window[1] <= needed[1] and window[2] >= needed[2] and window[3] >= needed[3]


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
