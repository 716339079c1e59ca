"""On real extracts, every place and distance of an assessment equals what plain geopandas finds by brute force."""

import random
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from era_geo.region.build import build

from era_geo import layerset
from era_geo.layerset import LayerSet
from era_geo.model import Parameters
from era_geo.region.region import Region, open_region
from era_geo.settings import Settings
from era_geo.vicinity.anchor import Anchor
from era_geo.vicinity.assess import assess
from tests.vicinity import osm_by_gdal
from tests.vicinity.sites import sites_of_addresses
from tests.vicinity.test_assess import TODAY

pytestmark = pytest.mark.real_data
RADIUS_M = 250.0
EXTRACTS = {"rutland-2022-07-20.osm.pbf": 200, "aberdeen-centre-2016-03-20.osm.pbf": 50}


@pytest.fixture(scope="module", params=EXTRACTS)
def extract(request: pytest.FixtureRequest, real_data: Path) -> Path:
    return real_data / "osm" / request.param


@pytest.fixture(scope="module")
def layers(tmp_path_factory: pytest.TempPathFactory) -> LayerSet:
    return layerset.load(Settings(home=tmp_path_factory.mktemp("home")))


@pytest.fixture(scope="module")
def region(extract: Path, tmp_path_factory: pytest.TempPathFactory) -> Region:
    settings = Settings(home=tmp_path_factory.mktemp("real"))
    build([extract], name="real", settings=settings)
    return open_region("real", settings)


@pytest.fixture(scope="module")
def by_layer(extract: Path, layers: LayerSet) -> dict[str, gpd.GeoDataFrame]:
    objects = osm_by_gdal.read(extract)
    matches = [{match.layer for match in layers.classify(tags)} for tags in objects["tags"]]
    return {layer.id: objects[[layer.id in match for match in matches]] for layer in layers.layers}


def test_members_and_distances_equal_brute_force(
    extract: Path, region: Region, layers: LayerSet, by_layer: dict[str, gpd.GeoDataFrame]
) -> None:
    sites = sites_of_addresses(region)
    sample = random.Random(2026).sample(sites, min(EXTRACTS[extract.name], len(sites)))
    compared = 0
    for site in sample:
        assessment = assess(site, region, parameters=Parameters(radius_m=RADIUS_M), as_of=TODAY, layers=layers)
        anchor = Anchor.of(site).geometry
        for layer, objects in by_layer.items():
            metres = dict(zip(objects["ref"], osm_by_gdal.distances(objects, anchor), strict=True))
            within = {ref for ref, distance in metres.items() if distance <= RADIUS_M}
            found = [finding for finding in assessment.findings if finding.layer == layer]
            listed = {ref for finding in found for ref in finding.members if metres.get(ref, 0) <= RADIUS_M}
            assert listed == within, (site.label, layer)
            for finding in found:
                assert finding.distance_m == pytest.approx(min(metres[ref] for ref in finding.members), abs=0.06)
                compared += 1
    assert compared > len(sample), "the sample must meet places"


def test_the_sample_meets_places_that_hold_the_property(region: Region, layers: LayerSet, extract: Path) -> None:
    """Guard against a sample that never tries an enclosing area, where distance to an edge and to an area differ."""
    if not extract.name.startswith("rutland"):
        pytest.skip("only the county extract has areas enough")
    held = [
        finding
        for site in random.Random(2026).sample(sites_of_addresses(region), 200)
        for finding in assess(site, region, parameters=Parameters(radius_m=RADIUS_M), as_of=TODAY, layers=layers).findings
        if finding.distance_m == 0
    ]
    assert held
    assert all(shapely.geometry.shape(finding.geometry).is_valid for finding in held)
