"""Properties for tests, made by hand so that these tests stand without the search for addresses."""

from dataclasses import replace

import shapely

from era_geo import crs
from era_geo.model import GeoJson, Precision, Site
from era_geo.region.region import Region
from era_geo.vicinity.anchor import to_geojson
from tests.world import ORIGIN


def site_at(east: float, north: float, *, uncertainty_m: float = 0.0, precision: Precision = Precision.ADDRESS) -> Site:
    """A property known as a point, `east` and `north` metres from the drawn world's origin."""
    easting, northing = ORIGIN[0] + east, ORIGIN[1] + north
    lon, lat = crs.point_to_lonlat(easting, northing)
    return Site(
        query="drawn", label="Drawn property", flat=None, number=None, street=None, town=None, postcode=None, lon=lon, lat=lat,
        easting=easting, northing=northing, uprn=None, precision=precision, uncertainty_m=uncertainty_m, confirmed_by=None,
        sources=("drawn.osm",),
    )  # fmt: skip


def site_of_building(region: Region, ref: str, *, uncertainty_m: float = 0.0) -> Site:
    """A property known by the outline of the building `ref`."""
    buildings = region.read("buildings", columns=["ref"])
    outline = buildings.geometry[buildings["ref"].index(ref)]
    centre = outline.centroid
    site = site_at(centre.x - ORIGIN[0], centre.y - ORIGIN[1], uncertainty_m=uncertainty_m, precision=Precision.BUILDING)
    return replace(site, footprint=to_geojson(outline), footprint_ref=ref)


def sites_of_addresses(region: Region) -> list[Site]:
    """Every address that a region covers as a property, with its building's outline where it has one."""
    buildings = region.read("buildings", columns=[])
    outlines = dict(zip(buildings["fid"], buildings.geometry, strict=True))
    rows = [row for row in region.read("addresses").rows() if region.coverage.covers(row["geom"])]
    lonlat = crs.geometries_to_lonlat([row["geom"] for row in rows])
    return [
        Site(
            query=row["ref"], label=row["ref"], flat=row["flat"], number=row["number"], street=row["street"], town=row["town"],
            postcode=row["postcode"], lon=point.x, lat=point.y, easting=row["geom"].x, northing=row["geom"].y, uprn=row["uprn"],
            precision=Precision.BUILDING if row["building_id"] else Precision.ADDRESS, uncertainty_m=0.0, confirmed_by=None,
            sources=(), footprint=_footprint(outlines.get(row["building_id"])),
        )
        for row, point in zip(rows, lonlat, strict=True)
    ]  # fmt: skip


def _footprint(outline: shapely.Geometry | None) -> GeoJson | None:
    return None if outline is None else to_geojson(outline)
