"""Lines of sight by brute force: every line drawn and held against every outline, by shapely alone.

It knows nothing of the program's rays: it looks out every metre, at points along the edge, and asks GEOS of each line whether
it meets anything. What counts as looking is the same: from just in front of a wall to just on either side of an edge, never
along either by less than two degrees.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import shapely

from era_geo.vicinity.surroundings import Surroundings

Floats = npt.NDArray[np.float64]
STEP_M = 1.0
OFF_M = 0.05
REACH_M = 500.0
LEAST_TURN = np.sin(np.radians(2))


def share_in_open_line(around: Surroundings, place: shapely.Geometry) -> float:
    """Share of the place's outline in open line from the property's walls."""
    solid = np.array([row["geom"] for row in around.buildings.rows() if row["kind"] not in {"roof", "carport"}], dtype=object)
    walls = np.array([row["geom"] for row in around.barriers.rows() if row["kind"] in {"wall", "city_wall"}], dtype=object)
    obstacles = shapely.STRtree(np.concatenate([solid, walls, [around.walls]]))
    windows = _windows(around.walls, solid)
    sides = [_seen(_edge(place, around.walls, side), side, windows, obstacles, around.walls) for side in (-OFF_M, OFF_M)]
    return float((sides[0] | sides[1]).mean())


def _seen(
    edge: tuple[Floats, Floats],
    side: float,
    windows: list[tuple[Floats, Floats]],
    obstacles: shapely.STRtree,
    walls: shapely.Geometry,
) -> npt.NDArray[np.bool_]:
    targets, along = edge
    seen = shapely.distance(walls, shapely.points(targets)) <= 0.1
    for observer, wall in windows:
        towards = targets - observer
        far = np.hypot(*towards.T)
        out = wall[0] * towards[:, 1] - wall[1] * towards[:, 0]
        # A spot just to the left of an edge is looked at from its left only: from behind the edge one may see the spot past a
        # corner, and not the edge.
        from_side = np.sign(side) * (along[:, 1] * towards[:, 0] - along[:, 0] * towards[:, 1])
        tried = np.flatnonzero(~seen & (-out > LEAST_TURN * far) & (from_side > LEAST_TURN * far))
        lines = shapely.linestrings(np.stack([np.broadcast_to(observer, (len(tried), 2)), targets[tried]], axis=1))
        met, _ = obstacles.query(lines, predicate="intersects")
        seen[np.delete(tried, np.unique(met))] = True
    return seen


def _edge(place: shapely.Geometry, walls: shapely.Geometry, side: float) -> tuple[Floats, Floats]:
    """Points every metre along the place's outlines, `side` metres to their left, and the way along."""
    points, ways = [], []
    for polygon in _polygons(place):
        ring = shapely.orient_polygons(polygon).exterior
        at = np.linspace(0, ring.length, max(100, int(ring.length / STEP_M)), endpoint=False) + 0.01
        here, ahead = (shapely.get_coordinates(shapely.line_interpolate_point(ring, at + move)) for move in (0, 0.01))
        way = (ahead - here) / np.maximum(np.hypot(*(ahead - here).T), 1e-9)[:, None]
        points.append(here + side * np.column_stack([-way[:, 1], way[:, 0]]))
        ways.append(way)
    targets, along = np.concatenate(points), np.concatenate(ways)
    near = shapely.distance(walls, shapely.points(targets)) <= REACH_M
    return targets[near], along[near]


def _windows(walls: shapely.Geometry, solid: npt.NDArray[np.object_]) -> list[tuple[Floats, Floats]]:
    """Points every metre in front of each wall, and the way along the wall; its outside is to the right."""
    found = []
    for polygon in _polygons(walls):
        for start, end in pairwise(np.array(shapely.orient_polygons(polygon).exterior.coords)):
            length = np.hypot(*(end - start))
            way = (end - start) / max(length, 1e-9)
            at = np.arange(min(OFF_M, length / 2), length, STEP_M)
            at = np.append(at, max(length - OFF_M, length / 2))
            found += [(start + metres * way + OFF_M * np.array([way[1], -way[0]]), way) for metres in at if length > 0.02]
    free = [not shapely.intersects(solid, shapely.Point(point)).any() for point, _ in found]
    return [window for window, is_free in zip(found, free, strict=True) if is_free]


def _polygons(geometry: shapely.Geometry) -> list[shapely.Polygon]:
    if geometry.geom_type == "Polygon":
        return [geometry]
    return [polygon for part in getattr(geometry, "geoms", ()) for polygon in _polygons(part)]
