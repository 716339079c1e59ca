"""On real extracts, every place and distance of an assessment equals what plain geopandas finds by brute force."""

import random
from pathlib import Path

import geopandas as gpd
import pytest

from era_geo import layerset
from era_geo.layerset import LayerSet
from era_geo.model import Parameters
from era_geo.region.build import build
from era_geo.region.region import Region, open_region
from era_geo.settings import Settings
from era_geo.vicinity.anchor import Anchor
from era_geo.vicinity.assess import assess
from tests.vicinity import osm_by_hand
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
def objects(extract: Path, layers: LayerSet) -> gpd.GeoDataFrame:
    """Every object that some layer wants, with its layers, as the other reader has it."""
    frame = osm_by_hand.read(extract)
    frame["layers"] = [{match.layer for match in layers.classify(tags)} for tags in frame["tags"]]
    return frame[frame["layers"].map(bool)]


def test_members_and_distances_equal_brute_force(
    extract: Path, region: Region, layers: LayerSet, objects: gpd.GeoDataFrame
) -> None:
    sites = sites_of_addresses(region)
    compared = enclosing = 0
    for site in random.Random(2026).sample(sites, min(EXTRACTS[extract.name], len(sites))):
        findings = assess(site, region, parameters=Parameters(radius_m=RADIUS_M), as_of=TODAY, layers=layers).findings
        metres = dict(zip(objects["ref"], osm_by_hand.distances(objects, Anchor.of(site).geometry), strict=True))
        near = objects[[metres[ref] <= RADIUS_M for ref in objects["ref"]]]
        for layer in layers.ids:
            found = [finding for finding in findings if finding.layer == layer]
            within = {ref for ref, wanted in zip(near["ref"], near["layers"], strict=True) if layer in wanted}
            listed = {ref for finding in found for ref in finding.members if metres[ref] <= RADIUS_M}
            assert listed == within, (site.label, layer)
            for finding in found:
                assert finding.distance_m == pytest.approx(min(metres[ref] for ref in finding.members), abs=0.06)
                compared += 1
                enclosing += finding.distance_m == 0
    assert compared > len(sites) / 10, "the sample must meet places"
    assert enclosing, "and some that hold the property, where distance to an edge and to an area differ"
