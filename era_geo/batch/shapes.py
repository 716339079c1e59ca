"""The shapes of a table as points to look up, whatever coordinate system they are in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from pyproj.exceptions import CRSError

from era_geo.crs import BNG_EPSG, WGS84_EPSG, geometries_to_lonlat
from era_geo.errors import DataError


def points_as_text(shapes: Sequence[bytes | None], crs: str) -> list[str]:
    """Give a point in each shape (WKB) as text that `locate` reads; empty where there is no shape.

    Raises
    ------
    DataError
        If the coordinate system is not one that pyproj knows.
    """
    geometry = _decoded(shapes)
    points = shapely.point_on_surface(geometry)
    missing = shapely.is_missing(points) | shapely.is_empty(points)
    system = _system(crs)
    if system.to_epsg() == BNG_EPSG:
        pairs = zip(shapely.get_x(points), shapely.get_y(points), strict=True)
        told = [f"easting {east:.2f}, northing {north:.2f}" for east, north in pairs]
    else:
        moved = _to_lonlat(points, system)
        pairs = zip(shapely.get_x(moved), shapely.get_y(moved), strict=True)
        told = [f"lon {lon:.7f}, lat {lat:.7f}" for lon, lat in pairs]
    return ["" if nothing else text for nothing, text in zip(missing, told, strict=True)]


def to_lonlat(shapes: Sequence[bytes | None], crs: str) -> npt.NDArray[np.object_]:
    """Give shapes (WKB) in longitude and latitude. Shape (n,).

    Raises
    ------
    DataError
        If the coordinate system is not one that pyproj knows.
    """
    system = _system(crs)
    geometry = _decoded(shapes)
    return geometries_to_lonlat(geometry) if system.to_epsg() == BNG_EPSG else _to_lonlat(geometry, system)


def _decoded(shapes: Sequence[bytes | None]) -> npt.NDArray[np.object_]:
    geometry: npt.NDArray[np.object_] = shapely.from_wkb(np.array(shapes, dtype=object), on_invalid="ignore")
    return geometry


def _to_lonlat(geometry: npt.NDArray[np.object_], system: pyproj.CRS) -> npt.NDArray[np.object_]:
    if system.is_geographic and system.to_epsg() in {WGS84_EPSG, None}:
        return geometry
    turn = pyproj.Transformer.from_crs(system, WGS84_EPSG, always_xy=True)
    moved: npt.NDArray[np.object_] = shapely.transform(geometry, lambda points: np.column_stack(turn.transform(*points.T)))
    return moved


def _system(crs: str) -> pyproj.CRS:
    try:
        return pyproj.CRS.from_user_input(crs)
    except CRSError as error:
        raise DataError(
            "The table's shapes are in a coordinate system that is not known. Write them in EPSG:27700 or EPSG:4326."
        ) from error
