"""The map to choose a property on: one mark for each spot, whatever stands on it, and nothing hostile in it."""

import base64
import hashlib
import json
import re

import pytest

from era_geo import crs
from era_geo.model import Candidate, Precision
from era_geo.outputs.choicemap import Spot, choice_map
from era_geo.outputs.page import render_frame
from era_geo.outputs.webmap import SCRIPTS, STYLES
from era_geo.region.region import Region
from era_geo.ui.gate import MAP_FILES
from era_geo.ui.place_map import KeptPage, _numbers, _spots
from tests.world import ORIGIN, build

WORLD = """
    road   way 0,-10 200,-10                    highway=residential name="Mill Wynd"
    home   area 0,0 10,0 10,10 0,10             building=house
    other  area 100,0 110,0 110,10 100,10       building=house
"""
HOSTILE = "${alert(1)}`</script><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Region:
    return build(WORLD, tmp_path_factory.mktemp("world"))


def candidate(east: float, *, within_m: float = 8.0, label: str = "a home") -> Candidate:
    easting, northing = ORIGIN[0] + east, ORIGIN[1] + 5
    lon, lat = crs.point_to_lonlat(easting, northing)
    return Candidate(
        label, None, None, None, None, None, None, lon, lat, easting, northing, Precision.ADDRESS, within_m, ("drawn.osm",)
    )  # fmt: skip


def page(spots: list[Spot], region: Region, middle: tuple[float, float] | None = None) -> str:
    return render_frame(choice_map(spots, region, middle=middle), "Map")


def signs(html: str) -> list[str]:
    """What is written on the marks of a map."""
    return re.findall(
        r'aria-hidden="true">([^<]*)</span><span class="era-hidden"',
        html.replace('\\"', '"').replace("\\u003c", "<").replace("\\u003e", ">"),
    )


def test_flats_of_one_stair_share_a_mark_and_the_chosen_one_comes_first() -> None:
    spots = _spots([candidate(5), candidate(6, within_m=20), candidate(100), candidate(7)], first=2)
    assert [spot.sign for spot in spots] == ["3", "1, 2, 4"]
    assert spots[1].uncertainty_m == 20
    assert spots[1].easting == ORIGIN[0] + 5


@pytest.mark.parametrize(("numbers", "sign"), [([3], "3"), ([1, 2, 3], "1-3"), ([2, 4], "2, 4")])
def test_numbers_in_short(numbers: list[int], sign: str) -> None:
    assert _numbers(numbers) == sign


def test_what_is_far_from_the_first_is_left_to_the_list(region: Region) -> None:
    far = Spot("2", "far", ORIGIN[0] + 5000, ORIGIN[1], 8.0)
    near = Spot("1", "near", ORIGIN[0] + 5, ORIGIN[1] + 5, 8.0)
    assert signs(page([near, far], region)) == ["1"]
    assert signs(page([far, near], region)) == ["2"]


def test_the_ground_and_the_credit_are_the_regions(region: Region) -> None:
    html = page([], region, middle=(ORIGIN[0] + 50, ORIGIN[1]))
    assert "Mill Wynd" in html
    assert json.dumps(region.sources[0].credit) in html
    (ground,) = re.findall(r"eraGround\(map_\w+, (\{.*?\})\);", html)
    assert json.loads(ground)["classes"]


def test_in_the_app_a_maps_files_are_asked_for_at_its_own_server_and_the_page_is_kept_small(region: Region) -> None:
    html = render_frame(choice_map([], region, middle=ORIGIN), "Map", assets_url=MAP_FILES)
    asked = re.findall(r'(?:src|href)="([^"]+)"', html)
    assert asked == [f"{MAP_FILES}/{name}" for name in (*STYLES, *SCRIPTS)]
    assert f"script-src 'self' {_hashed(html)}" in html
    kept = KeptPage.of(html)
    assert kept.html == html
    assert 10 * len(kept.packed) < len(page([], region, middle=ORIGIN))


def _hashed(html: str) -> str:
    """The one script of the page itself, as its policy names it."""
    (script,) = re.findall(r"<script>(.*?)</script>", html, flags=re.DOTALL)
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def test_hostile_labels_are_text(region: Region) -> None:
    html = page([Spot(HOSTILE, HOSTILE, ORIGIN[0], ORIGIN[1], 8.0)], region)
    assert "${alert" not in html
    assert "<img" not in html
    assert html.count("</script>") == page([], region, middle=ORIGIN).count("</script>")
