"""Which ways run in front of a property, and from where to where along them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from era_geo.vicinity.walk_ends import Start
from era_geo.vicinity.walk_graph import Floats, Ints
from era_geo.vicinity.walk_legs import Ground, candidates

FRONT_REACH_M = 15.0
"""A way that runs within this of the property, on the side by which it is left, is in front of it."""

BEYOND_M = 10.0
"""Where the property stands farther back, so are the ways at most this much farther off than the one it is left by: the two
pavements and the carriageway between them."""

LEAST_FRONT_M = 1.0
"""Who walks at least this far in front of the property walks past it."""

_HALF_A_HOUSE_M = 5.0
_AHEAD = 0.5  # the cosine of 60 degrees: a street along the gable is not in front


@dataclass(frozen=True)
class Front:
    """The stretches of ways in front of a property: on each edge of the network from `begin` to `end`, metres along it.

    Both are 0 on edges that do not pass it. Shape (edges,).
    """

    begin: Floats
    end: Floats

    def passed(self, edge: Ints, start: Floats, stop: Floats) -> np.typing.NDArray[np.bool_]:
        """Whether who walks along `edge` from `start` to `stop` (metres along it, either way round) walks past. Shape (n,)."""
        low, high = np.minimum(start, stop), np.maximum(start, stop)
        passed: np.typing.NDArray[np.bool_] = np.minimum(high, self.end[edge]) - np.maximum(low, self.begin[edge]) >= LEAST_FRONT_M
        return passed


def front_of(ground: Ground, walls: shapely.Geometry, start: Start) -> Front:
    """Find the ways in front of `walls` (the property's outline, or its point), on the side by which `start` leaves it.

    A stretch is as long as the outline seen square from the way; before a property known as a point it is as long as a house is
    wide. A building between the way and the property takes the way out of its front; a wall or a hedge does not.
    """
    network = ground.network
    reach = max(FRONT_REACH_M, float(start.leg.metres[0]) + BEYOND_M)
    legs = candidates(ground, np.array([walls], dtype=object), reach, reach)
    out = _direction(start.leg.line)
    ahead = (_direction(legs.line) * out).sum(axis=1) >= _AHEAD
    open_view = ground.obstacles.in_the_open(legs.line)
    legs = legs.where(((ahead | (legs.metres == 0)) & open_view) | (legs.edge == start.leg.edge[0]))
    begin, end = np.zeros(len(network)), np.zeros(len(network))
    points = shapely.get_coordinates(walls)
    corners = shapely.points(points)
    for edge, along in zip(legs.edge.tolist(), legs.along.tolist(), strict=True):
        seen = shapely.line_locate_point(network.geometry[edge], corners)
        if len(points) == 1:
            seen = np.clip([along - _HALF_A_HOUSE_M, along + _HALF_A_HOUSE_M], 0, network.metres[edge])
        begin[edge], end[edge] = seen.min(), seen.max()
    return Front(begin, end)


def _direction(lines: np.typing.NDArray[np.object_]) -> Floats:
    """Give the direction from each line's first point to its last, of length 1; 0 where they are one. Shape (n, 2)."""
    first, last = shapely.get_point(lines, 0), shapely.get_point(lines, -1)
    way = np.column_stack([shapely.get_x(last) - shapely.get_x(first), shapely.get_y(last) - shapely.get_y(first)])
    return way / np.maximum(np.hypot(way[:, 0], way[:, 1]), 1e-9)[:, None]
