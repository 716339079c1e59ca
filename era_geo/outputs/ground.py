"""An assessment on the ground: property, ring, band of uncertainty and places as shapes in EPSG:27700, for table and maps.

The ring is the line of all points one radius away from where distances are measured from, so that a place is drawn inside it
just when its distance says so: a circle about a point, and about a building a circle's round-cornered likeness.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely

from era_geo import crs
from era_geo.model import Assessment, GeoJson

Window = tuple[float, float, float, float]
"""A rectangle in EPSG:27700: least easting, least northing, greatest easting, greatest northing, metres."""

_QUARTER_SEGMENTS = 32
_MARGIN_M = 60.0


@dataclass(frozen=True)
class Ground:
    """The shapes of one assessment, EPSG:27700. `anchors` has one point for each finding: where its number is drawn."""

    assessment: Assessment

    @cached_property
    def point(self) -> shapely.Point:
        """Where the property was located."""
        return shapely.Point(self.assessment.site.easting, self.assessment.site.northing)

    @cached_property
    def footprint(self) -> shapely.Geometry | None:
        """The property's building, if it is known."""
        outline = self.assessment.site.footprint
        return None if outline is None else from_geojson([outline])[0]

    @cached_property
    def origin(self) -> shapely.Geometry:
        """What distances are measured from: the building, else the point."""
        return self.point if self.footprint is None else self.footprint

    @cached_property
    def within(self) -> shapely.Geometry:
        """The area up to one radius away; its edge is the ring."""
        return self._reach(self.assessment.parameters.radius_m)

    @cached_property
    def borderline(self) -> shapely.Geometry:
        """The band either side of the ring in which a place is too close to call."""
        radius, uncertainty = self.assessment.parameters.radius_m, self.assessment.site.uncertainty_m
        outer = self._reach(radius + uncertainty)
        return outer if uncertainty >= radius else shapely.difference(outer, self._reach(radius - uncertainty))

    @cached_property
    def places(self) -> npt.NDArray[np.object_]:
        """The findings' shapes, in their order."""
        return from_geojson([finding.geometry for finding in self.assessment.findings])

    @cached_property
    def routes(self) -> list[shapely.Geometry | None]:
        """The findings' ways on foot, in their order; `None` where there is none to draw."""
        return [None if one.route is None else from_geojson([one.route])[0] for one in self.assessment.findings]

    @cached_property
    def ways(self) -> shapely.Geometry:
        """All ways on foot as one shape, in which what several share is there once: dashes over dashes are no dashes."""
        return shapely.line_merge(shapely.union_all([route for route in self.routes if route is not None], grid_size=0.1))

    @cached_property
    def open_area(self) -> shapely.Geometry | None:
        """What lies in open line, in plan, from the property's walls; `None` where that is not known."""
        known = self.assessment.open_area
        return None if known is None else from_geojson([known])[0]

    @cached_property
    def crossings(self) -> npt.NDArray[np.object_]:
        """The points of the crossings, nearest first."""
        streets = self.assessment.streets
        return from_geojson([one.point for one in streets.crossings] if streets else [])

    @cached_property
    def anchors(self) -> npt.NDArray[np.object_]:
        """A point for each finding, on the place and as far as can be inside the ring.

        The middle of a wood that begins 40 m away may lie a kilometre off: its number stands on the part that is near.
        """
        return np.array([self._anchor(place) for place in self.places], dtype=object)

    def window(self, margin_m: float = _MARGIN_M) -> Window:
        """Give the square about the property that holds ring and band with a margin around them."""
        parameters, site = self.assessment.parameters, self.assessment.site
        west, south, east, north = shapely.bounds(self.origin)
        half = max(east - west, north - south) / 2 + parameters.radius_m + site.uncertainty_m + margin_m
        x, y = (west + east) / 2, (south + north) / 2
        return x - half, y - half, x + half, y + half

    def _reach(self, metres: float) -> shapely.Geometry:
        return shapely.buffer(self.origin, metres, quad_segs=_QUARTER_SEGMENTS)

    def _anchor(self, place: shapely.Geometry) -> shapely.Point:
        near = shapely.intersection(place, self.within) if shapely.is_valid(place) else shapely.Point()
        if not near.is_empty:
            return near.representative_point()
        return shapely.get_point(shapely.shortest_line(place, self.origin), 0)


def around(*windows: Window) -> Window:
    """Give the least rectangle that holds all the windows."""
    west, south, east, north = zip(*windows, strict=True)
    return min(west), min(south), max(east), max(north)


def from_geojson(mappings: list[GeoJson]) -> npt.NDArray[np.object_]:
    """Turn GeoJSON mappings in longitude and latitude into shapes in EPSG:27700. Shape (n,)."""
    shapes = np.array([shapely.geometry.shape(mapping) for mapping in mappings], dtype=object)
    return crs.geometries_to_bng(shapes) if len(shapes) else shapes
