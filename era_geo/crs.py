"""Coordinates: WGS84 longitude and latitude at the edges, the British National Grid (EPSG:27700) to measure in.

Every conversion goes through the OSTN15 grid (by `convertbng`). The wheels of PROJ lack that grid and fall back to a Helmert
shift, which is 1.7 m off at the median over mainland Scotland: too much where a published easting and northing meets
OpenStreetMap. Axis order is always x before y: longitude, latitude; easting, northing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from convertbng import cutil

from era_geo.errors import UsageError

BNG_EPSG = 27700
WGS84_EPSG = 4326

Floats = npt.NDArray[np.float64]


def to_bng(lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Convert longitudes and latitudes (degrees, WGS84) to eastings and northings (metres, EPSG:27700).

    Returns two arrays of shape (n,). A point outside Great Britain and its waters becomes (nan, nan).
    """
    return _convert(cutil.convert_bng, lon, lat)


def to_lonlat(easting: npt.ArrayLike, northing: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Convert eastings and northings (metres, EPSG:27700) to longitudes and latitudes (degrees, WGS84).

    Returns two arrays of shape (n,). A point outside the grid becomes (nan, nan).
    """
    return _convert(cutil.convert_osgb36_to_ll, easting, northing)


def _convert(convert: Any, xs: npt.ArrayLike, ys: npt.ArrayLike) -> tuple[Floats, Floats]:
    x = np.ascontiguousarray(np.atleast_1d(xs), dtype=np.float64)
    y = np.ascontiguousarray(np.atleast_1d(ys), dtype=np.float64)
    if not x.size:
        return x.copy(), y.copy()
    first, second = convert(x, y)
    return np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)


def point_to_bng(lon: float, lat: float) -> tuple[float, float]:
    """Convert one longitude and latitude to an easting and northing.

    Raises
    ------
    UsageError
        If the point is not a pair of numbers in Great Britain. A point that would fall there with its two numbers swapped is
        said to be swapped.
    """
    if not (math.isfinite(lon) and math.isfinite(lat)):
        raise UsageError("The longitude and latitude must both be numbers, such as -3.1883,55.9533.")
    east, north = to_bng(lon, lat)
    if math.isnan(east[0]):
        swapped = not math.isnan(to_bng(lat, lon)[0][0])
        hint = " The two numbers look swapped: longitude comes first." if swapped else ""
        raise UsageError(f"Longitude {lon:g}, latitude {lat:g} lies outside Great Britain.{hint}")
    return float(east[0]), float(north[0])


def point_to_lonlat(easting: float, northing: float) -> tuple[float, float]:
    """Convert one easting and northing to a longitude and latitude.

    Raises
    ------
    UsageError
        If the point lies outside the British National Grid.
    """
    if math.isfinite(easting) and math.isfinite(northing):
        lon, lat = to_lonlat(easting, northing)
        if not math.isnan(lon[0]):
            return float(lon[0]), float(lat[0])
    raise UsageError(f"Easting {easting:g}, northing {northing:g} lies outside Great Britain.")


def geometries_to_bng(geometries: Sequence[Any] | npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Convert shapely geometries from longitude and latitude to EPSG:27700. Shape (n,) in, (n,) out."""
    return _transform(geometries, to_bng)


def geometries_to_lonlat(geometries: Sequence[Any] | npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Convert shapely geometries from EPSG:27700 to longitude and latitude. Shape (n,) in, (n,) out."""
    return _transform(geometries, to_lonlat)


def _transform(geometries: Sequence[Any] | npt.NDArray[np.object_], convert: Any) -> npt.NDArray[np.object_]:
    array = np.asarray(geometries, dtype=object)

    def move(points: Floats) -> Floats:
        return np.column_stack(convert(points[:, 0], points[:, 1]))

    moved: npt.NDArray[np.object_] = shapely.transform(array, move)
    return moved
