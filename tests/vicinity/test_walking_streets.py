"""Crossings and lit ways: what the map says, and what it does not."""

from pathlib import Path

import pytest

from era_geo.model import Gap, Site, Streets
from era_geo.outputs import closerwords
from era_geo.region.region import Region
from era_geo.vicinity.anchor import Anchor
from era_geo.vicinity.street_features import street_features
from tests.vicinity.sites import site_at
from tests.vicinity.walks import at
from tests.world import box_geojson, build


def look(region: Region, site: Site | None = None, radius_m: float = 100) -> Streets:
    found, gaps = street_features(region, Anchor.of(site or site_at(0, 0)), radius_m)
    assert found is not None
    assert not gaps
    return found


def test_crossings_within_the_circle_nearest_first(tmp_path: Path) -> None:
    text = """
    street way -300,0 -40,0 20,0 80,0 90,0 300,0 highway=residential
    zebra  node 80,0                           highway=crossing crossing=zebra
    lights node -40,0                          highway=crossing crossing=traffic_signals
    none   node 20,0                           crossing=no
    far    node 300,0                          highway=crossing crossing=zebra
    """
    found = look(build(text, tmp_path))
    assert [(crossing.kind, crossing.distance_m) for crossing in found.crossings] == [("traffic_signals", 40), ("zebra", 80)]
    assert found.crossings[0].point["type"] == "Point"
    assert closerwords.streets(found)[0] == "2 crossings are mapped within the radius; the map may lack some."


def test_ways_by_lighting_within_the_circle_only(tmp_path: Path) -> None:
    text = """
    lit    way 0,0 200,0     highway=residential lit=yes
    always way 0,0 0,30      highway=footway lit=24/7
    dark   way 0,0 -50,0     highway=path lit=no
    unsaid way 0,0 0,-40     highway=footway
    closed way 0,0 30,30     highway=service access=private lit=yes
    """
    found = look(build(text, tmp_path))
    assert [found.lit_m, found.unlit_m, found.not_said_m] == [
        pytest.approx(130, abs=0.3), pytest.approx(50, abs=0.1), pytest.approx(40, abs=0.1)
    ]  # fmt: skip
    said = closerwords.streets(found)
    assert said[0] == "No crossing is mapped within the radius; the map may lack some."
    assert said[1].startswith("Of 220 m of mapped ways, 130 m are said to be lit and 50 m to be unlit; of 40 m (18%) the map")


def test_where_the_map_says_all_it_is_not_said_to_lack_any(tmp_path: Path) -> None:
    said = closerwords.streets(look(build("lit way 0,0 200,0 highway=residential lit=yes", tmp_path)))[1]
    assert said.startswith("Of 100 m of mapped ways, 100 m are said to be lit and 0 m to be unlit. A street and its pavement")


def test_no_way_at_all_is_said(tmp_path: Path) -> None:
    found = look(build("home area 0,0 10,0 10,10 0,10 building=house\nfar way 400,0 500,0 highway=path", tmp_path))
    assert closerwords.streets(found)[1] == "No way that people may walk is mapped within the radius."


def test_near_the_edge_of_the_coverage_nothing_is_said_of_what_is_there(tmp_path: Path) -> None:
    origin = at(0, 0)
    box = box_geojson((origin.x - 90, origin.y - 500, origin.x + 500, origin.y + 500))
    region = build("street way -200,0 200,0 highway=residential lit=yes", tmp_path, boundary=box)
    why = "The circle reaches past the area for which the region's sources hold all ways."
    gap = Gap(None, "streets", "Crossings and lit ways could not be looked for.", why)
    assert street_features(region, Anchor.of(site_at(0, 0)), 100) == (None, [gap])
    assert look(region, radius_m=80).lit_m == pytest.approx(160, abs=0.5)
