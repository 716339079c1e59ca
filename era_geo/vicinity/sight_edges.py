"""Where one looks from, and what one looks at: points in front of a property's walls, points along a place's edge."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import shapely

from era_geo.vicinity.sight_rays import Floats, lines_of, parts_of

EDGE_STEP_M = 5.0
"""An edge is sampled at least this densely; a short one in at least `LEAST_SAMPLES` pieces."""
LEAST_SAMPLES = 100
OBSERVER_STEP_M = 1.0
"""How far apart along the walls one looks out, at most; always near both ends of each wall."""
OFF_M = 0.05
"""One looks out from just in front of a wall, at what is just in front of an edge, which may be a wall too."""

_MOST_EDGES = 2000  # remembered, of some kilobytes each: places near one property are near its neighbours


@dataclass(frozen=True)
class Edge:
    """A place's edge as points, EPSG:27700, and the way across the edge at each (0, 0 for a mere point); both of shape (n, 2).

    `whole` is false where parts of the edge lie beyond reach.
    """

    points: Floats
    across: Floats
    whole: bool

    @classmethod
    def of_points(cls, points: Floats) -> Edge:
        """Take points that are no edge: gates, shops known as a point."""
        return cls(points, np.zeros_like(points), whole=True)


def edge_of(geometry: shapely.Geometry, near: shapely.Geometry, reach_m: float) -> Edge:
    """Sample a place's edge evenly, as far as it lies within `reach_m` of `near`: all its outer rings and lines.

    A place known as a point (or several points) has those points for an edge.
    """
    points, across = _sampled(geometry)
    if not across.any():
        return Edge.of_points(points)
    within = shapely.distance(near, shapely.points(points)) <= reach_m
    return Edge(points[within], across[within], whole=bool(within.all()))


@lru_cache(maxsize=_MOST_EDGES)
def _sampled(geometry: shapely.Geometry) -> tuple[Floats, Floats]:
    """Give a whole edge as `Edge.points` and `Edge.across`, read-only: others who live near the place look at it too."""
    points, across = _sample(geometry)
    for kept in (points, across):
        kept.setflags(write=False)
    return points, across


def _sample(geometry: shapely.Geometry) -> tuple[Floats, Floats]:
    parts, _ = parts_of(np.array([geometry], dtype=object))
    kinds = shapely.get_type_id(parts)
    outer = np.where(kinds == 3, shapely.get_exterior_ring(parts), parts)[kinds > 0]
    lengths = shapely.length(outer)
    if not lengths.sum():
        points = shapely.get_coordinates(parts)
        return points, np.zeros_like(points)
    step = min(EDGE_STEP_M, float(lengths.sum()) / LEAST_SAMPLES)
    points, across = (np.concatenate(found) for found in zip(*map(_along, outer, lengths, [step] * len(outer)), strict=True))
    return points, across


def _along(line: shapely.Geometry, length: float, step: float) -> tuple[Floats, Floats]:
    """Points along a line, `step` metres apart or a little less, and the way across it at each, of unit length."""
    count = max(1, int(np.ceil(length / step)))
    at = (np.arange(count) + 0.5) * (length / count)
    nearby = min(step, length / count) / 100
    lines = np.array([line], dtype=object)
    before, here, after = (
        shapely.get_coordinates(shapely.line_interpolate_point(lines, at + move)) for move in (-nearby, 0.0, nearby)
    )
    ahead = after - before
    across = np.column_stack([-ahead[:, 1], ahead[:, 0]]) / np.maximum(np.hypot(ahead[:, 0], ahead[:, 1]), 1e-9)[:, None]
    return here, across


def in_front_of(walls: shapely.Geometry) -> tuple[Floats, Floats]:
    """Give points just in front of each wall, near its ends and at most `OBSERVER_STEP_M` apart, and the way the wall faces."""
    outline = shapely.orient_polygons(shapely.simplify(walls, 0.05))
    rings, _ = lines_of(np.array([outline], dtype=object))
    points: list[Floats] = []
    facing: list[Floats] = []
    for ring in rings:
        corners = shapely.get_coordinates(ring)
        for start, end in pairwise(corners):
            length = float(np.hypot(*(end - start)))
            outward = np.array([end[1] - start[1], start[0] - end[0]]) / length
            inset = min(OFF_M / length, 0.5)  # in an inner corner the very end lies on the other wall
            share = np.linspace(inset, 1 - inset, int(np.ceil(length / OBSERVER_STEP_M)) + 1)[:, None]
            points.append(start + share * (end - start) + OFF_M * outward)
            facing.append(np.broadcast_to(outward, (len(share), 2)))
    return np.concatenate(points), np.concatenate(facing)
