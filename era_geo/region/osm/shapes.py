"""The shapes that rows want of objects: as they are, the area inside an outline, a point for the whole; on whole arrays."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from era_geo.region.draft import Geometries, polygons_of

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

# How a row wants its object's geometry. Plain strings: they are part of a dictionary's key, and an Enum hashes slowly.
AS_IS, AREA, AREAS, POINT = "as is", "area", "areas", "point"


class Shaped:
    """A batch's geometries in the forms that rows ask for. `usable`: which objects may become rows."""

    def __init__(self, geometry: Geometries, lines: Bools, usable: Bools) -> None:
        self.usable = usable
        self._geometry = geometry
        self._lines = lines
        self._areas: Geometries = np.full(len(geometry), None, dtype=object)
        self._made = np.zeros(len(geometry), dtype=bool)

    def take(self, numbers: Ints, form: str) -> Geometries:
        """Give the geometries of the numbered objects in the form wanted; `None` where there is none."""
        if form is AS_IS:
            given = self._geometry[numbers].copy()
            given[self._lines[numbers] & (shapely.length(given) == 0)] = None
            return given
        areas = self._area(numbers)
        if form is AREA:
            return areas
        if form is AREAS:
            return _promoted(areas)
        return inner_points(np.where(shapely.is_missing(areas), self._geometry[numbers], areas))

    def positions(self, numbers: list[int]) -> list[tuple[float, float]]:
        """Give a point (easting, northing) for each numbered object."""
        points = self.take(np.array(numbers, dtype=np.int64), POINT)
        return list(zip(shapely.get_x(points).tolist(), shapely.get_y(points).tolist(), strict=True))

    def _area(self, numbers: Ints) -> Geometries:
        new = np.unique(numbers[~self._made[numbers]])
        self._made[new] = True
        rings = new[self._lines[new]]
        self._areas[rings] = areas_of(self._geometry[rings])
        whole = new[shapely.get_dimensions(self._geometry[new]) == 2]
        self._areas[whole] = _mended(self._geometry[whole])
        chosen: Geometries = self._areas[numbers]
        return chosen


def areas_of(lines: Geometries) -> Geometries:
    """Give the area inside each closed line, mended where it crosses itself; `None` where it is open or encloses nothing."""
    areas: Geometries = np.full(len(lines), None, dtype=object)
    good = np.flatnonzero(shapely.is_closed(lines) & (shapely.get_num_coordinates(lines) >= 4))
    if len(good):
        points, index = shapely.get_coordinates(lines[good], return_index=True)
        rings = np.asarray(shapely.linearrings(points, indices=index))
        areas[good] = _mended(np.asarray(shapely.polygons(rings), dtype=object))
    return areas


def _mended(areas: Geometries) -> Geometries:
    mended = areas.copy()
    for i in np.flatnonzero(~shapely.is_valid(areas)):
        parts = polygons_of(shapely.make_valid(areas[i], method="structure", keep_collapsed=False))
        mended[i] = None if not parts else parts[0] if len(parts) == 1 else shapely.multipolygons(parts)
    return mended


def _promoted(areas: Geometries) -> Geometries:
    """Give each polygon as a multipolygon of one."""
    promoted = areas.copy()
    single = np.flatnonzero(shapely.get_type_id(areas) == shapely.GeometryType.POLYGON)
    if len(single):
        promoted[single] = shapely.multipolygons(areas[single], indices=np.arange(len(single)))
    return promoted


def inner_points(geometry: Geometries) -> Geometries:
    """Give a point for each geometry: an area's centroid, or a point inside where that falls outside it; a line's middle."""
    points: Geometries = shapely.centroid(geometry)
    lines = shapely.get_dimensions(geometry) == 1
    points[lines] = shapely.line_interpolate_point(geometry[lines], 0.5, normalized=True)
    outside = np.flatnonzero((shapely.get_dimensions(geometry) == 2) & ~shapely.intersects(geometry, points))
    points[outside] = shapely.point_on_surface(geometry[outside])
    return points


def without_place(geometry: Geometries) -> Bools:
    """Say which geometries have a vertex that fell outside the grid."""
    coordinates, index = shapely.get_coordinates(geometry, return_index=True)
    lost = np.zeros(len(geometry), dtype=bool)
    lost[index[np.isnan(coordinates).any(axis=1)]] = True
    return lost


def somewhere(geometry: shapely.Geometry) -> tuple[float, float] | None:
    """Give any vertex of a geometry that lies on the grid; `None` where none does."""
    coordinates = shapely.get_coordinates(geometry)
    known = coordinates[~np.isnan(coordinates).any(axis=1)]
    return (float(known[0, 0]), float(known[0, 1])) if len(known) else None
