"""A region's postcodes: where they lie, which areas a published list covers, and what the build measured of its addresses."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cached_property

from era_geo.address.records import PostcodeSpot
from era_geo.region.address_index import LISTED_ROUGHLY, point
from era_geo.region.region import Region

_BESIDE_M = 300.0


class KnownPostcodes:
    """Postcodes by their text and by place."""

    def __init__(self, region: Region) -> None:
        self.region = region

    def spot(self, postcode: str) -> PostcodeSpot | None:
        """Give where a whole postcode lies; `None` where the region has no such postcode."""
        rows = self.region.query(
            "SELECT postcode, easting, northing, scale_m, published, terminated FROM postcode_spots WHERE postcode = ?",
            (postcode,),
        )
        if not rows:
            return None
        text, easting, northing, scale_m, published, terminated = rows[0]
        return PostcodeSpot(text, easting, northing, scale_m, bool(published), terminated, published == LISTED_ROUGHLY)

    def nearest_postcode(self, easting: float, northing: float) -> str | None:
        """Give the postcode whose centre lies nearest, within 300 m; `None` where none does."""
        window = (easting - _BESIDE_M, easting + _BESIDE_M, northing - _BESIDE_M, northing + _BESIDE_M)
        rows = self.region.query(
            "SELECT postcode, geom FROM postcodes WHERE fid IN "
            "(SELECT id FROM rtree_postcodes_geom WHERE maxx >= ? AND minx <= ? AND maxy >= ? AND miny <= ?)",
            window,
        )
        spots = [(math.dist(point(geom), (easting, northing)), code) for code, geom in rows]
        return min(spots)[1] if spots else None

    @cached_property
    def published_areas(self) -> frozenset[str]:
        """The postcode areas (`EH`) for which the region has a published list, so that a postcode not in it does not exist."""
        rows = self.region.query("SELECT DISTINCT substr(postcode, 1, 2) FROM postcode_spots WHERE published")
        return frozenset(row[0].rstrip("0123456789") for row in rows)

    @cached_property
    def known_areas(self) -> frozenset[str]:
        """The postcode areas of which the region holds any postcode."""
        rows = self.region.query("SELECT DISTINCT substr(postcode, 1, 2) FROM postcode_spots")
        return frozenset(row[0].rstrip("0123456789") for row in rows)

    def measure(self, name: str) -> tuple[int, float] | None:
        """Give a measure of precision that the build took from this region's own data: how many were tested, and the value."""
        return self._measures.get(name)

    @cached_property
    def _measures(self) -> Mapping[str, tuple[int, float]]:
        rows = self.region.query("SELECT name, tested, value FROM address_measures")
        return {name: (tested, value) for name, tested, value in rows}
