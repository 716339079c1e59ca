"""A boundary that a person gives: GeoJSON, or the .poly file that extract servers publish beside each extract."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from era_geo import crs
from era_geo.errors import DataError, UsageError
from era_geo.region.draft import polygons_of

_GRID = shapely.box(0, 0, 700_000, 1_300_000)
_STEP_DEG = 0.05  # a straight edge in degrees bends in metres; cut this fine, by a metre or less
_WHAT = "A boundary is GeoJSON (a polygon in longitude and latitude) or a Geofabrik .poly file."


def read(boundary: Path | str | Mapping[str, Any]) -> tuple[shapely.Geometry, str]:
    """Give a boundary in EPSG:27700 and a name for it, from a file's path or a GeoJSON mapping.

    Raises
    ------
    UsageError
        If there is no such file.
    DataError
        If it holds no usable polygon in Great Britain.
    """
    if isinstance(boundary, Mapping):
        return _checked(from_geojson(boundary, "The boundary"), "The boundary"), "given boundary"
    path = Path(boundary)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"The boundary file {path} cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path.name} is not a text file. {_WHAT}") from error
    area = _from_json_text(text, path.name) if text.lstrip()[:1] in {"{", "["} else parse_poly(text, path.name)
    return _checked(area, path.name), f"given boundary ({path.name})"


def from_geojson(document: Mapping[str, Any], name: str) -> shapely.Geometry:
    """Give all polygons of a GeoJSON geometry, feature or collection of features as one geometry, longitude and latitude.

    Raises
    ------
    DataError
        If it is not GeoJSON or holds no polygon.
    """
    try:
        geometries = [shapely.geometry.shape(dict(part)) for part in _geometries(document)]
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, shapely.errors.ShapelyError) as error:
        raise DataError(f"{name} is not valid GeoJSON ({error}). {_WHAT}") from error
    polygons = [polygon for geometry in geometries for polygon in polygons_of(geometry)]
    if not polygons:
        raise DataError(f"{name} holds no polygon. {_WHAT}")
    return shapely.union_all(shapely.make_valid(polygons))


def _geometries(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    kind = document["type"]
    if kind == "FeatureCollection":
        return [geometry for feature in document["features"] for geometry in _geometries(feature)]
    if kind == "Feature":
        return [document["geometry"]] if document["geometry"] else []
    return [document]


def _from_json_text(text: str, name: str) -> shapely.Geometry:
    try:
        document = json.loads(text)
    except ValueError as error:
        raise DataError(f"{name} is not valid JSON ({error}). {_WHAT}") from error
    if not isinstance(document, Mapping):
        raise DataError(f"{name} is not GeoJSON. {_WHAT}")
    return from_geojson(document, name)


def parse_poly(text: str, name: str) -> shapely.Geometry:
    """Give the area of a .poly file, longitude and latitude: sections of points, each ending in END; `!...` are cut out.

    Raises
    ------
    DataError
        If a line is not what it should be (its number is named), or a section or the file does not end.
    """
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    solid: list[shapely.Geometry] = []
    holes: list[shapely.Geometry] = []
    section: str | None = None
    points: list[tuple[float, float]] = []
    for number, line in lines[1:]:
        if section is None:
            if line == "END":
                break
            section, points = line, []
        elif line == "END":
            if len(points) < 3:
                raise DataError(f"{name}, line {number}: section '{section}' has fewer than three points.")
            (holes if section.startswith("!") else solid).append(shapely.make_valid(shapely.Polygon(points)))
            section = None
        else:
            points.append(_poly_point(line, name, number))
    else:
        raise DataError(f"{name} does not end in END: it is cut short, or no .poly file. {_WHAT}")
    area = shapely.difference(shapely.union_all(solid), shapely.union_all(holes))
    if not polygons_of(area):
        raise DataError(f"{name} holds no polygon. {_WHAT}")
    return area


def _poly_point(line: str, name: str, number: int) -> tuple[float, float]:
    try:
        lon, lat = (float(word) for word in line.split())
    except ValueError:
        lon = lat = math.nan
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise DataError(f"{name}, line {number}: {line[:40]!r} is not a longitude and a latitude.")
    return lon, lat


def _checked(area: shapely.Geometry, name: str) -> shapely.Geometry:
    x, y = shapely.get_coordinates(area).T
    if not ((abs(x) <= 180) & (abs(y) <= 90)).all():
        raise DataError(f"{name} is not in degrees of longitude and latitude. Convert it to WGS84 (EPSG:4326).")
    moved = area_to_bng(area)
    if shapely.is_empty(moved):
        raise DataError(f"{name} lies outside Great Britain.")
    return moved


def area_to_bng(area: shapely.Geometry) -> shapely.Geometry:
    """Move an area to EPSG:27700, cut off at the edge of the British National Grid; empty where nothing is left.

    The exact grid ends out at sea, where extracts still have corners: those go by PROJ's plain shift, a few metres off.
    """
    fine = shapely.segmentize(area, _STEP_DEG)
    return shapely.intersection(shapely.make_valid(shapely.transform(fine, _move)), _GRID)


def _move(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    moved = np.column_stack(crs.to_bng(points[:, 0], points[:, 1]))
    lost = np.isnan(moved).any(axis=1)
    if lost.any():
        from pyproj import Transformer  # noqa: PLC0415 - slow to import, and rarely needed

        plain = Transformer.from_crs(crs.WGS84_EPSG, crs.BNG_EPSG, always_xy=True)
        x, y = plain.transform(np.clip(points[lost, 0], -20, 10), np.clip(points[lost, 1], 45, 65))
        moved[lost] = np.column_stack([x, y])
    return moved
