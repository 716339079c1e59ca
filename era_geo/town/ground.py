"""What is already taken: roads, water, grounds and buildings, so that nothing is built on them."""

from __future__ import annotations

import math
from collections import defaultdict

import shapely
from shapely.geometry.base import BaseGeometry

_CELL = 40.0
_Cell = tuple[int, int]


class Ground:
    """Areas that are taken, found quickly by a grid of 40 m cells."""

    def __init__(self) -> None:
        self._taken: list[BaseGeometry] = []
        self._houses: list[bool] = []
        self._cells: dict[_Cell, list[int]] = defaultdict(list)

    def take(self, area: BaseGeometry, *, house: bool = False) -> None:
        """Mark an area as taken; `house` says that it is a home's own building."""
        shapely.prepare(area)
        for cell in self._cells_of(area):
            self._cells[cell].append(len(self._taken))
        self._taken.append(area)
        self._houses.append(house)

    def near(self, area: BaseGeometry, *, houses: bool | None = None) -> list[BaseGeometry]:
        """Give the taken areas whose surroundings meet those of `area`, oldest first: all, houses only, or all but houses."""
        found = sorted({i for cell in self._cells_of(area) for i in self._cells.get(cell, ())})
        return [self._taken[i] for i in found if houses is None or self._houses[i] is houses]

    def is_free(self, area: BaseGeometry, clearance: float = 0.0) -> bool:
        """Say whether nothing taken comes within `clearance` metres of an area (a shared edge is free at 0)."""
        probe = area.buffer(clearance if clearance > 0 else -0.05, join_style="mitre")
        return not any(taken.intersects(probe) for taken in self.near(probe))

    @staticmethod
    def _cells_of(area: BaseGeometry) -> list[_Cell]:
        west, south, east, north = (math.floor(bound / _CELL) for bound in area.bounds)
        return [(i, j) for i in range(west, east + 1) for j in range(south, north + 1)]
