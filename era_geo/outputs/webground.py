"""The ground and the marks as data for the browser: longitude and latitude, rounded, small."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np
import shapely
from shapely.geometry import mapping

from era_geo import crs
from era_geo.outputs.background import Background
from era_geo.outputs.ground import Ground
from era_geo.outputs.layout import Floats, spread, street_labels
from era_geo.outputs.looks import LOOKS

_DEGREE_DIGITS = 6  # 0.11 m of latitude, 0.06 m of longitude in Scotland
_NAME_PX = 11.0

FURTHEST_ZOOM, NEAREST_ZOOM = 15.0, 21.0
ZOOMS = tuple(float(zoom) for zoom in np.arange(FURTHEST_ZOOM, NEAREST_ZOOM + 0.5, 0.5))
"""Every step of zoom; names and marks have places of their own at each."""


def metres_per_pixel(zoom: float, lat: float) -> float:
    """Give the metres on the ground that one pixel of a web map shows at a zoom and a latitude."""
    return 156543.03392 * math.cos(math.radians(lat)) / 2**zoom


def geojson(shape: shapely.Geometry) -> dict[str, Any]:
    """Give a shape in EPSG:27700 as GeoJSON in longitude and latitude, rounded to a tenth of a metre."""
    moved = shapely.transform(crs.geometries_to_lonlat([shape])[0], lambda points: np.round(points, _DEGREE_DIGITS))
    return dict(mapping(moved))


class Covered(Protocol):
    """What street names must keep clear of."""

    def boxes(self, zoom: float) -> list[shapely.Geometry]:
        """Give the ground that is covered at a zoom, EPSG:27700."""


def ground_data(background: Background, covered: Covered) -> dict[str, Any]:
    """Give what `eraGround` of `era-map.js` draws: classes in order, and street names for each zoom."""
    return {
        "classes": [{"look": asdict(LOOKS[kind]), "shape": geojson(shape)} for kind, shape in background.shapes.items()],
        "names": {f"{zoom:.1f}": _names(background, zoom, covered) for zoom in ZOOMS},
    }


@dataclass(frozen=True)
class Marks:
    """Where the marks of the findings stand at each zoom. Each of `by_zoom` has shape (n, 2), EPSG:27700."""

    ground: Ground
    mark_px: int
    by_zoom: Mapping[float, Floats]

    @classmethod
    def of(cls, ground: Ground, mark_px: int) -> Marks:
        """Work out the places of marks `mark_px` wide so that none covers another or the property."""
        home = [(ground.point.x, ground.point.y)]
        sizes = {zoom: mark_px * metres_per_pixel(zoom, ground.assessment.site.lat) for zoom in ZOOMS}
        return cls(ground, mark_px, {zoom: spread(ground.anchors, size * 1.2, home) for zoom, size in sizes.items()})

    def data(self) -> list[tuple[list[float], dict[str, list[float]]]]:
        """Give for each finding where it lies and, for each zoom, where its mark stands: latitude and longitude."""
        moved = {f"{zoom:.1f}": _latlon(middles) for zoom, middles in self.by_zoom.items()}
        at = _latlon(shapely.get_coordinates(self.ground.anchors))
        return [(spot, {zoom: spots[i] for zoom, spots in moved.items()}) for i, spot in enumerate(at)]

    def boxes(self, zoom: float) -> list[shapely.Geometry]:
        """Give what the marks and the property cover at a zoom."""
        half = self.mark_px * metres_per_pixel(zoom, self.ground.assessment.site.lat) / 2
        marks = np.array(shapely.points(self.by_zoom[zoom]), dtype=object)
        return [*shapely.buffer(marks, half), self.ground.origin]


def way_data(ground: Ground) -> list[list[list[float]] | None]:
    """Give for each finding its way on foot as latitudes and longitudes; `None` where there is none to draw."""
    return [None if route is None else _latlon(shapely.get_coordinates(route)) for route in ground.routes]


def _names(background: Background, zoom: float, covered: Covered) -> list[list[str | float]]:
    west, south, east, north = background.window
    latitude = float(crs.to_lonlat([(west + east) / 2], [(south + north) / 2])[1][0])
    metres = metres_per_pixel(zoom, latitude)
    labels = street_labels(
        background,
        height_m=_NAME_PX * 1.5 * metres,
        character_m=_NAME_PX * 0.58 * metres,
        avoid=covered.boxes(zoom),
        repeat_m=420 * metres,
    )
    if not labels:
        return []
    turn = np.radians([label.angle_deg for label in labels])
    middle = np.array([(label.x, label.y) for label in labels])
    step = np.column_stack([np.cos(turn), np.sin(turn)]) * 20
    here, there = np.array(_latlon(middle)), np.array(_latlon(middle + step))
    # Grid north is not quite the screen's north: the angle is that of the name's foot line on the screen.
    across = (there[:, 1] - here[:, 1]) * math.cos(math.radians(latitude))
    angles = np.degrees(np.arctan2(there[:, 0] - here[:, 0], across))
    spots = zip(labels, _latlon(middle), angles, strict=True)
    return [[label.text, *at, round(-float(angle), 1)] for label, at, angle in spots]


def _latlon(points: Floats) -> list[list[float]]:
    lon, lat = crs.to_lonlat(points[:, 0], points[:, 1])
    return np.round(np.column_stack([lat, lon]), _DEGREE_DIGITS).reshape(-1, 2).tolist()
