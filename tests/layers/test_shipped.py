"""The shipped layers: complete, sound, and able to be answered by what a region keeps."""

from __future__ import annotations

from itertools import combinations

import pytest

from era_geo import layercolour, layerset
from era_geo.layerset import GROUPS, LayerSet, selectors
from era_geo.region.kept_keys import KEPT_KEYS
from era_geo.settings import Settings

OFFICIAL = {  # what the guidance or the Care Inspectorate checks name, and the layer that looks for it
    "play parks": "play_area",
    "community centres": "community_centre",
    "churches": "place_of_worship",
    "shops": "shop",
    "schools": "school",
    "nurseries": "nursery",
    "sheltered housing": "sheltered_housing",
    "CCTV locations": "cctv",
    "licensed premises": "licensed",
    "care homes": "care_home",
}
ONE_OF_EACH = {
    "school": {"amenity": "school"},
    "nursery": {"amenity": "kindergarten"},
    "play_area": {"leisure": "playground"},
    "youth_club": {"club": "scout"},
    "childrens_home": {"social_facility": "group_home", "social_facility:for": "juvenile"},
    "care_home": {"social_facility": "nursing_home"},
    "sheltered_housing": {"social_facility": "assisted_living"},
    "hostel": {"social_facility": "shelter", "social_facility:for": "homeless"},
    "day_support": {"social_facility": "food_bank"},
    "hospital": {"amenity": "doctors"},
    "community_centre": {"amenity": "community_centre"},
    "place_of_worship": {"amenity": "place_of_worship"},
    "shop": {"shop": "convenience"},
    "park": {"landuse": "recreation_ground"},
    "pitch": {"leisure": "pitch"},
    "sports_centre": {"leisure": "swimming_pool"},
    "library": {"amenity": "library"},
    "college": {"amenity": "college"},
    "entertainment": {"amenity": "cinema"},
    "transport_stop": {"highway": "bus_stop"},
    "licensed": {"amenity": "pub"},
    "cctv": {"man_made": "surveillance", "surveillance:type": "camera"},
    "police": {"amenity": "police"},
}


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> LayerSet:
    return layerset.load(Settings(home=tmp_path_factory.mktemp("home")))


def test_the_shipped_files_are_in_order(settings: Settings) -> None:
    assert layerset.check(settings) == ()


@pytest.mark.parametrize(("layer_id", "tags"), ONE_OF_EACH.items())
def test_each_layer_finds_its_plainest_place(shipped: LayerSet, layer_id: str, tags: dict[str, str]) -> None:
    assert layer_id in {match.layer for match in shipped.classify(tags)}


def test_every_layer_is_tried_above(shipped: LayerSet) -> None:
    assert set(shipped.ids) == set(ONE_OF_EACH)


@pytest.mark.parametrize(("words", "layer_id"), OFFICIAL.items())
def test_what_the_guidance_names_is_looked_for_on_its_authority(shipped: LayerSet, words: str, layer_id: str) -> None:
    assert any("NASSO ERA guidance 2017, 5." in basis and words in basis for basis in shipped.layer(layer_id).basis)


def test_what_the_guidance_does_not_name_says_practice(shipped: LayerSet) -> None:
    for layer in shipped.layers:
        for basis in layer.basis:
            assert basis.startswith(("NASSO ERA guidance 2017, 5.", "practice: ")), layer.id
    practice = {layer.id for layer in shipped.layers if all(basis.startswith("practice") for basis in layer.basis)}
    assert practice == set(shipped.ids) - set(OFFICIAL.values()) - {"childrens_home"}


def test_every_layer_carries_blind_spots_and_awkward_examples(shipped: LayerSet) -> None:
    for layer in shipped.layers:
        assert len(layer.blind_spots) >= 2, layer.id
        assert len(layer.examples) >= 5, layer.id
        assert any(not example.matches for example in layer.examples), layer.id
        assert any(":" in key for example in layer.examples for key in example.tags), layer.id


def test_every_caveat_of_a_layer_can_be_said(shipped: LayerSet) -> None:
    for layer in shipped.layers:
        for caveat in layer.caveats:
            tags = {c.key: "yes" if c.wants_any else c.values[0] for c in caveat.when.conditions}
            about = [{**tags, **_needed(block, tags)} for block in selectors(layer)]
            said = {words for tags in about for match in shipped.classify(tags) for words in match.caveats}
            assert caveat.say in said, (layer.id, caveat.say)


def _needed(block: tuple[tuple[str, str], ...], tags: dict[str, str]) -> dict[str, str]:
    wanted: dict[str, str] = {}
    for key, value in block:
        mine = "yes" if value == "*" else value
        wanted.setdefault(key, mine if key not in tags else f"{tags[key]};{mine}")
    return wanted


def test_a_region_keeps_every_place_that_a_block_may_match(shipped: LayerSet) -> None:
    kept = {rule.key: rule for rule in KEPT_KEYS}
    for layer in shipped.layers:
        for block in selectors(layer):
            whole = [
                key
                for key in {key for key, _ in block}
                if key in kept
                and all(value not in kept[key].except_values for other, value in block if other == key)
                and not ((key, "*") in block and kept[key].except_values)
            ]
            assert whole, f"{layer.id}: a region does not keep all places with {block}"


def test_each_group_has_a_layer_and_shapes_of_its_own(shipped: LayerSet) -> None:
    shapes = {group: {layer.style.shape for layer in shipped.layers if layer.group == group} for group in GROUPS}
    assert all(shapes.values())
    for first, second in combinations(shapes.values(), 2):
        assert not first & second


def test_styles_can_be_told_apart_without_colour_vision(shipped: LayerSet) -> None:
    assert len({layer.style.letter.casefold() for layer in shipped.layers}) == len(shipped.layers)
    for first, second in combinations([layer.style for layer in shipped.layers], 2):
        if first.shape == second.shape:
            assert layercolour.least_difference(first.colour, second.colour)[0] >= layercolour.LEAST_DIFFERENCE


def test_letters_read_well_on_their_marks(shipped: LayerSet) -> None:
    for layer in shipped.layers:
        against_white = layercolour.contrast_with_white(layer.style.colour)
        letter = against_white if layercolour.text_colour(layer.style.colour) == "#ffffff" else 21 / against_white
        assert letter >= 4.5, layer.id
