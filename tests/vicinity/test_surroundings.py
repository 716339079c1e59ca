"""What is the same for all properties of a region is worked out once for it."""

import shapely

from era_geo.region.region import Region
from era_geo.vicinity.surroundings import coverage_of
from era_geo.vicinity.walk_window import WalkCoverage


def test_a_coverage_is_joined_once_for_an_open_region(town: Region) -> None:
    assert coverage_of(town, "building") is coverage_of(town, "building")
    assert WalkCoverage.of(town).area is coverage_of(town, "highway")


def test_a_coverage_is_that_of_the_maps_that_hold_the_objects(town: Region) -> None:
    maps = [source.coverage for source in town.sources if source.kind == "osm"]
    assert shapely.equals(coverage_of(town, "building"), shapely.union_all(maps))
    assert any(source.kind != "osm" for source in town.sources), "the lists of the town are no map"
