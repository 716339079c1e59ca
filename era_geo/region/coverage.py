"""The area that a file of mapped objects can speak for, when nobody has said it: the outline of its data.

An extract server cuts along a boundary but keeps ways whole, so long ways reach far outside: around Rutland's nodes a hull
claims ten times the county. Single points and small outlines do not reach out, and where they lie close together the area
between them was looked at. So the outline is theirs: everything within a step of them, drawn in again by a little more than the
step, holes filled. Held against Rutland's real boundary it claims about 2% too much and misses about 5% along the edge, where
"not covered" is the safe answer (`tests/region/test_coverage.py`).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

SMALL_M = 300.0
"""An object with a longer diagonal than this may reach out of its file's area, and counts for nothing here."""
_STEP_M = (1000.0, 5000.0)
_MARGIN_M = 100.0
_FINEST_M = 50.0
_MOST_PIXELS = 1500
_FILLED = 0.995
_FEWEST = 4
_LEAST_SHARE = 0.01  # of a map, a patch apart from the rest that holds less of the data is something that reaches out
_ENOUGH = 200  # squares with data: a patch with so many is an island or a town, however large the map

Points = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


class Cells:
    """Where a file has data: the squares of 100 m that hold a node of something in it."""

    SIZE = 100.0
    _ROW = 1 << 20

    def __init__(self) -> None:
        self._parts: list[npt.NDArray[np.int64]] = []

    def add(self, geometry: npt.NDArray[np.object_]) -> None:
        """Mark the squares that hold a vertex of these points and lines."""
        cells = np.floor(shapely.get_coordinates(geometry) / self.SIZE).astype(np.int64)
        self._parts.append(np.unique(cells[:, 0] * self._ROW + cells[:, 1]))
        self._thin_out()

    def join(self, other: Cells) -> None:
        """Mark the squares that are marked there."""
        self._parts += other._parts
        self._thin_out()

    def _thin_out(self) -> None:
        if len(self._parts) > 64:
            self._parts = [np.unique(np.concatenate(self._parts))]

    def centres(self) -> npt.NDArray[np.float64]:
        """Give the centres of the marked squares, shape (n, 2), EPSG:27700."""
        codes = np.unique(np.concatenate(self._parts)) if self._parts else np.empty(0, dtype=np.int64)
        return (np.column_stack(np.divmod(codes, self._ROW)) + 0.5) * self.SIZE


def outline(points: Points, least_share: float = _LEAST_SHARE) -> shapely.Geometry | None:
    """Give the outline of data at `points`, shape (n, 2), EPSG:27700; `None` where there is too little for one.

    A patch apart from the rest that holds less than `least_share` of the data is left out, unless it is an island with much of it.
    """
    if len(points) < _FEWEST:
        return None
    step = _step(points)
    grid = _Grid(points, step)
    reached = grid.distance_to_data <= step
    inside = _distance(reached) * grid.pixel > step + _MARGIN_M
    area = grid.area(grid.patches(inside, least=min(least_share * len(points), _ENOUGH)))
    parts = [shapely.polygons(ring) for ring in shapely.get_exterior_ring(shapely.get_parts(area))]
    return shapely.simplify(shapely.union_all(parts), grid.pixel / 2) if parts else None


def fills(box: shapely.Geometry, points: Points) -> bool:
    """Whether data at `points` reaches into all of `box` (EPSG:27700), so that the file was cut along it."""
    if len(points) < _FEWEST:
        return False
    grid = _Grid(points, _STEP_M[0], shapely.bounds(box))
    within = shapely.contains_xy(box, *grid.centres)
    return bool(within.any()) and float((grid.distance_to_data <= _step(points))[within].mean()) >= _FILLED


def _step(points: Points) -> float:
    """Give how far apart neighbouring data may lie: nearly every point has another one within this many metres."""
    from scipy.spatial import cKDTree  # noqa: PLC0415 - slow to import

    distances, _ = cKDTree(points).query(points, k=_FEWEST)
    return float(np.clip(1.5 * np.percentile(distances[:, -1], 99), *_STEP_M))


def _distance(mask: Mask) -> Points:
    """Give each pixel's distance, in pixels, to the nearest one of the raster outside the mask."""
    from scipy import ndimage  # noqa: PLC0415 - slow to import

    distances: Points = ndimage.distance_transform_edt(mask)
    return distances


class _Grid:
    """Points on a raster of square pixels, with a margin around them."""

    def __init__(self, points: Points, margin: float, bounds: Points | None = None) -> None:
        low = points.min(axis=0) if bounds is None else bounds[:2]
        high = points.max(axis=0) if bounds is None else bounds[2:]
        self.pixel = max(_FINEST_M, float((high - low).max()) / _MOST_PIXELS)
        self._origin = low - margin - 3 * self.pixel
        shape = np.ceil((high + margin + 3 * self.pixel - self._origin) / self.pixel).astype(int)
        place = ((points - self._origin) / self.pixel).astype(int)
        place = place[((place >= 0) & (place < shape)).all(axis=1)]
        self._place = place
        data = np.zeros(shape, dtype=bool)
        data[place[:, 0], place[:, 1]] = True
        self.distance_to_data = _distance(~data) * self.pixel

    @property
    def centres(self) -> tuple[Points, Points]:
        """Eastings and northings of the pixels' centres, each of the raster's shape."""
        across, up = np.indices(self.distance_to_data.shape)
        return self._origin[0] + (across + 0.5) * self.pixel, self._origin[1] + (up + 0.5) * self.pixel

    def patches(self, mask: Mask, least: float) -> Mask:
        """Give the patches of the mask that hold at least so many of the points; what a patch encloses is of it."""
        from scipy import ndimage  # noqa: PLC0415 - slow to import

        patch, count = ndimage.label(ndimage.binary_fill_holes(mask))
        points = np.bincount(patch[self._place[:, 0], self._place[:, 1]], minlength=count + 1)
        kept = points >= least
        kept[0] = False
        chosen: Mask = mask & kept[patch]
        return chosen

    def area(self, mask: Mask) -> shapely.Geometry:
        """Give the area of the pixels in the mask."""
        edges = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
        column, first = np.nonzero(edges == 1)
        last = np.nonzero(edges == -1)[1]
        # Neighbouring edges come from one sum each: a last bit's difference would leave a gap that keeps neighbours apart.
        left, right = (self._origin[0] + edge * self.pixel for edge in (column, column + 1))
        low, high = (self._origin[1] + edge * self.pixel for edge in (first, last))
        return shapely.union_all(shapely.box(left, low, right, high))
