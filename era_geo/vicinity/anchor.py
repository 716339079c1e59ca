"""What distances are measured from: the property's building footprint, or its point, in EPSG:27700."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import shape

from era_geo import crs
from era_geo.model import GeoJson, Site
from era_geo.region.region import Window


@dataclass(frozen=True)
class Anchor:
    """The property as a geometry in EPSG:27700, and how many metres the truth may lie from it."""

    geometry: shapely.Geometry
    uncertainty_m: float

    @classmethod
    def of(cls, site: Site) -> Anchor:
        """Take the footprint where the property is known exactly and has one, else the point.

        A street or a postcode has no footprint of its own, whatever building its centre happens to fall on.
        """
        if site.footprint is not None and site.precision.is_property:
            outline = crs.geometries_to_bng([shape(site.footprint)])[0]
            return cls(outline, site.uncertainty_m)
        return cls(shapely.Point(site.easting, site.northing), site.uncertainty_m)

    def circle(self, radius_m: float) -> shapely.Geometry:
        """Everything within `radius_m` of the property, however the property lies within its uncertainty.

        The outline is drawn slightly outside the true curve (a buffer's straight pieces cut inside it), so that a coverage that
        holds it holds the whole circle.
        """
        quarter = 16
        outwards = 1 / math.cos(math.pi / (4 * quarter))
        return shapely.buffer(self.geometry, (radius_m + self.uncertainty_m) * outwards, quad_segs=quarter)

    def window(self, reach_m: float) -> Window:
        """Give the rectangle that holds everything within `reach_m` metres."""
        least_e, least_n, greatest_e, greatest_n = (float(v) for v in shapely.bounds(self.geometry))
        return least_e - reach_m, least_n - reach_m, greatest_e + reach_m, greatest_n + reach_m

    def distances(self, geometries: npt.NDArray[np.object_]) -> npt.NDArray[np.float64]:
        """Metres from the property to the nearest edge of each geometry, 0 where they touch or overlap. Shape (n,)."""
        distances: npt.NDArray[np.float64] = shapely.distance(self.geometry, geometries)
        return distances

    def bearing(self, geometry: shapely.Geometry) -> float | None:
        """Direction to the nearest edge, degrees clockwise from grid north; `None` where there is no way to go."""
        here, there = shapely.get_coordinates(shapely.shortest_line(self.geometry, geometry))
        east, north = there - here
        if math.hypot(east, north) < 0.05:
            return None
        return float(round(math.degrees(math.atan2(east, north)) % 360, 1) % 360)


def to_geojson(geometry: shapely.Geometry) -> GeoJson:
    """Turn a geometry in EPSG:27700 into a GeoJSON mapping in longitude and latitude, to 7 decimals (about a centimetre)."""
    return to_geojsons([geometry])[0]


def to_geojsons(geometries: Sequence[shapely.Geometry]) -> list[GeoJson]:
    """Turn geometries as `to_geojson` does, all at once: a conversion costs the same for one point as for a thousand."""
    moved = shapely.transform(crs.geometries_to_lonlat(geometries), lambda degrees: np.round(degrees, 7))
    return [json.loads(text) for text in shapely.to_geojson(moved)]
