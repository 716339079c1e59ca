"""The region's ground as drawable classes: read through the real region, clipped, its streets named."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely

from era_geo.outputs.background import Background, empty_background, read_background
from era_geo.outputs.looks import LOOKS, ROADS
from era_geo.region.region import Region
from tests.world import ORIGIN, build

TOWN = """
    wynd    way  0,0 100,0                highway=residential name="Mill Wynd"
    wynd2   way  100,0 220,0              highway=residential name="Mill Wynd"
    hostile way  0,50 300,50              highway=footway name="<img src=x>\t${1}"
    planned way  0,90 300,90              highway=proposed name="Not There"
    house   area 10,10 30,10 30,25 10,25  building=house
    wall    way  0,30 40,30               barrier=wall
    park    area 60,60 900,60 900,900 60,900  leisure=park name="The Green"
    loch    area 200,100 260,100 260,160 200,160  natural=water
    line    way  -50,200 500,200          railway=rail
"""
WINDOW = (ORIGIN[0] - 20, ORIGIN[1] - 20, ORIGIN[0] + 250, ORIGIN[1] + 250)


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Region:
    return build(TOWN, tmp_path_factory.mktemp("ground"))


@pytest.fixture(scope="module")
def ground(region: Region) -> Background:
    return read_background(region, WINDOW)


def test_the_ground_comes_in_the_order_of_drawing_and_stays_in_its_window(ground: Background) -> None:
    assert list(ground.shapes) == [kind for kind in LOOKS if kind in ground.shapes]
    assert {"green", "water", "building", "barrier", "path", "street", "rail"} <= set(ground.shapes)
    for shape in ground.shapes.values():
        assert shapely.box(*WINDOW).buffer(0.01).contains(shape)


def test_what_is_not_built_yet_is_not_drawn(ground: Background) -> None:
    assert "proposed" not in ROADS
    assert {street.name for street in ground.streets} == {"Mill Wynd", "<img src=x> ${1}"}


def test_a_street_drawn_in_pieces_is_one_line_with_one_name(ground: Background) -> None:
    [wynd] = [street for street in ground.streets if street.name == "Mill Wynd"]
    assert wynd.line.geom_type == "LineString"
    assert shapely.length(wynd.line) == pytest.approx(220, abs=0.5)
    assert wynd.kind == "street"


def test_a_building_keeps_its_size(ground: Background) -> None:
    assert shapely.area(ground.shapes["building"]) == pytest.approx(300, rel=0.01)


def test_a_window_where_nothing_is_gives_an_empty_ground(region: Region) -> None:
    nowhere = (ORIGIN[0] - 900, ORIGIN[1] - 900, ORIGIN[0] - 800, ORIGIN[1] - 800)
    assert read_background(region, nowhere) == empty_background(nowhere)


def test_a_smaller_window_of_a_ground_is_the_ground_of_the_smaller_window(region: Region, ground: Background) -> None:
    smaller = (ORIGIN[0], ORIGIN[1], ORIGIN[0] + 100, ORIGIN[1] + 100)
    cut, read = ground.within(smaller), read_background(region, smaller)
    assert list(cut.shapes) == list(read.shapes)
    for kind, shape in cut.shapes.items():
        assert shapely.area(shape) == pytest.approx(shapely.area(read.shapes[kind]), abs=0.5)
        assert shapely.length(shape) == pytest.approx(shapely.length(read.shapes[kind]), abs=0.5)


@pytest.mark.real_data
def test_a_real_county_town_has_everything_a_map_needs(real_data: Path, tmp_path: Path) -> None:
    from era_geo.region.build import build as build_region  # noqa: PLC0415 - slow to import
    from era_geo.region.region import open_region  # noqa: PLC0415 - beside it
    from era_geo.settings import Settings  # noqa: PLC0415 - beside it

    settings = Settings(home=tmp_path)
    build_region([real_data / "osm" / "aberdeen-centre-2016-03-20.osm.pbf"], name="aberdeen", settings=settings)
    region = open_region("aberdeen", settings)
    west, south, east, north = region.coverage.bounds
    x, y = (west + east) / 2, (south + north) / 2
    ground = read_background(region, (x - 300, y - 300, x + 300, y + 300))
    assert {"building", "street", "main", "path"} <= set(ground.shapes)
    assert "Union Street" in {street.name for street in ground.streets}
