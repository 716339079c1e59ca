"""Buildings with a name and no use: told as what cannot be known, and only those."""

from pathlib import Path

import pytest

from era_geo import layerset
from era_geo.layerset import LayerSet
from era_geo.model import Gap
from era_geo.settings import Settings
from era_geo.vicinity import named_buildings, nearby
from era_geo.vicinity.anchor import Anchor
from tests.vicinity.sites import site_at
from tests.world import build


@pytest.fixture(scope="module")
def layers(tmp_path_factory: pytest.TempPathFactory) -> LayerSet:
    return layerset.load(Settings(home=tmp_path_factory.mktemp("home")))


def told(text: str, tmp_path: Path, layers: LayerSet) -> list[Gap]:
    region, anchor = build(text, tmp_path), Anchor.of(site_at(0, 0))
    return named_buildings.look(region, anchor, 100, layers, nearby.find(region, anchor, 100, layers, layers.ids))


def hut(east: float, tags: str) -> str:
    return f"b{east} area {east},0 {east + 8},0 {east + 8},8 {east},8 {tags}"


def test_a_playschool_that_is_drawn_as_a_building_alone_is_named_with_its_distance(tmp_path: Path, layers: LayerSet) -> None:
    (gap,) = told(hut(40, "building=yes name='Acorns Playschool'"), tmp_path, layers)
    assert "Acorns Playschool (40 m)" in gap.what
    assert gap.layer is None


@pytest.mark.parametrize(
    "tags",
    [
        "building=yes",
        "building=yes name='12-14'",
        "building=house name='Rose Cottage'",
        "building=yes name='Rose Cottage' addr:housename='Rose Cottage' addr:street='Mill Wynd'",
        "building=yes name='Mill Bank' amenity=bank",
        "building=yes name='Mill School' amenity=school",
        "building=church name='St Serf'",
    ],
)
def test_what_has_no_name_or_a_known_use_is_not(tmp_path: Path, layers: LayerSet, tags: str) -> None:
    assert told(hut(40, tags), tmp_path, layers) == []


def test_a_building_of_a_place_that_is_listed_is_not_told_again(tmp_path: Path, layers: LayerSet) -> None:
    text = hut(40, "building=yes name='Mill Hall'") + "\nhall node 44,4 amenity=community_centre name='Mill Hall'"
    assert told(text, tmp_path, layers) == []


def test_past_the_radius_nothing_is_told_and_many_are_counted(tmp_path: Path, layers: LayerSet) -> None:
    near = [hut(5 + 8 * number, f"building=yes name='Hut {chr(65 + number)}'") for number in range(12)]
    (gap,) = told("\n".join([*near, hut(120, "building=yes name='Far Hut'")]), tmp_path, layers)
    assert "Hut J" in gap.what
    assert "and 2 more" in gap.what
    assert "Far Hut" not in gap.what
