"""What is the same for all properties of a region is worked out once for it."""

from pathlib import Path

import pytest
import shapely

from era_geo.model import Precision
from era_geo.region.region import Region
from era_geo.vicinity.surroundings import coverage_of
from era_geo.vicinity.walk_window import WalkCoverage
from tests.vicinity.streets import surroundings


def test_a_coverage_is_joined_once_for_an_open_region(town: Region) -> None:
    assert coverage_of(town, "building") is coverage_of(town, "building")
    assert WalkCoverage.of(town).area is coverage_of(town, "highway")


def test_a_coverage_is_that_of_the_maps_that_hold_the_objects(town: Region) -> None:
    maps = [source.coverage for source in town.sources if source.kind == "osm"]
    assert shapely.equals(coverage_of(town, "building"), shapely.union_all(maps))
    assert any(source.kind != "osm" for source in town.sources), "the lists of the town are no map"


@pytest.mark.parametrize(
    ("precision", "said"),
    [
        (Precision.INTERPOLATED, "located only by the house numbers nearby, to within 34 m"),
        (Precision.STREET, "located only by its street, to within 34 m"),
        (Precision.ADDRESS, "located by a point with its address, to within 34 m"),
    ],
)
def test_how_a_property_is_located_is_said_in_words(tmp_path: Path, precision: Precision, said: str) -> None:
    around = surroundings("home area 0,0 8,0 8,8 0,8 building=house", tmp_path, (50, 50), precision=precision, uncertainty_m=34)
    assert said in around.why_not_exact
