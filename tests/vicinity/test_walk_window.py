"""The ground that is read for many properties at once: it serves them, nobody else, and gives what each alone would be given."""

from pathlib import Path

import numpy as np
import pytest
import shapely

from era_geo.region.region import Region, open_region
from era_geo.settings import Settings
from era_geo.vicinity.walk_window import ground_around, ground_for
from era_geo.vicinity.walking import FIRST_LIMIT_M, make_ready
from tests.vicinity.sites import site_of_building
from tests.vicinity.walks import at, place_of, walk_between
from tests.world import World, box_geojson, build

WORLD = """
home   area 900,0 910,0 910,10 900,10       building=house
other  area 800,0 810,0 810,10 800,10       building=house
drive  way 255,13 905,13                    highway=service access=private
street way 255,13 255,-20                   highway=residential
path   way 255,-20 905,-20 960,-20          highway=footway
play   node 960,-19                         leisure=playground
"""


@pytest.fixture
def region(tmp_path: Path) -> Region:
    origin = at(0, 0)
    wide = box_geojson((origin.x - 4000, origin.y - 4000, origin.x + 4000, origin.y + 4000))
    return build(WORLD, tmp_path, boundary=wide)


def again(region: Region, settings: Settings) -> Region:
    """The same region, of which nothing has been read yet."""
    return open_region(region.path, settings)


def building(region: Region, name: str) -> shapely.Geometry:
    outlines = region.read("buildings", columns=["ref"])
    return outlines.geometry[outlines["ref"].index(World(WORLD).ref(name))]


def test_a_drive_that_leads_out_beyond_the_window_is_the_propertys_way_in_either(region: Region, settings: Settings) -> None:
    site, play = site_of_building(region, World(WORLD).ref("home")), place_of(region, World(WORLD).ref("play"))
    alone = walk_between(again(region, settings), site, play)
    make_ready(region, np.array([building(region, "home")], dtype=object), [play])
    ready = ground_around(region, building(region, "home"), FIRST_LIMIT_M)
    assert ready.network.window[0] > at(255, 0).x, "the drive's far end is in the window, and this proves nothing"
    assert alone.metres == pytest.approx(3 + 650 + 33 + 705, abs=3)
    assert walk_between(region, site, play) == alone


def test_what_was_read_for_some_is_for_them_alone(region: Region) -> None:
    home, other, play = building(region, "home"), building(region, "other"), place_of(region, World(WORLD).ref("play")).geometry
    ready = ground_for(region, np.array([home], dtype=object), np.array([play], dtype=object), 600.0)
    assert ground_around(region, home, 600.0) is ready
    assert ground_around(region, home, 1500.0) is not ready
    theirs = ground_around(region, other, 600.0)
    assert theirs is not ready
    assert ground_around(region, other, 600.0) is theirs


def test_ground_without_any_way_is_read_once(tmp_path: Path) -> None:
    region = build("home area 0,0 10,0 10,10 0,10 building=house", tmp_path)
    home = at(5, 5)
    assert ground_around(region, home, 600.0) is ground_around(region, home, 600.0)
