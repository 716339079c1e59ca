"""What the rules mean: which tags make a place of a layer, and what is said about it."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from era_geo import layerset
from era_geo.errors import UsageError
from era_geo.layerrules import ANY, LIFECYCLE_PREFIXES
from era_geo.layerset import LayerSet, selectors
from era_geo.settings import Settings
from tests.layers.written import with_match


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> LayerSet:
    return layerset.load(Settings(home=tmp_path_factory.mktemp("home")))


def ids(layers: LayerSet, **tags: str) -> set[str]:
    return {match.layer for match in layers.classify(tags)}


def test_blocks_are_alternatives_and_the_lines_of_a_block_are_all_needed(settings: Settings) -> None:
    layers = with_match(
        settings, '[[match]]\namenity = "fast_food"\n\n[[match]]\nshop = "deli"\nfee = "no"', example=FAST_FOOD_MATCHES
    )
    assert "takeaway" in ids(layers, amenity="fast_food")
    assert "takeaway" in ids(layers, shop="deli", fee="no")
    assert "takeaway" not in ids(layers, shop="deli")
    assert "takeaway" not in ids(layers, shop="deli", fee="yes")


FAST_FOOD_MATCHES = 'tags = { amenity = "fast_food" }\nexpect = "match"'


@pytest.mark.parametrize("value", ["fast_food", "cafe;fast_food", "cafe; Fast_Food ", ";fast_food;"])
def test_a_value_of_several_parts_meets_a_line_by_any_of_them(settings: Settings, value: str) -> None:
    layers = with_match(settings, '[[match]]\namenity = "fast_food"')
    assert "takeaway" in ids(layers, amenity=value)


@pytest.mark.parametrize("value", ["fast_foods", "fast food", "not_fast_food", "", ";", "cafe"])
def test_a_part_must_be_equal_as_a_whole(settings: Settings, value: str) -> None:
    layers = with_match(settings, '[[match]]\namenity = "fast_food"')
    assert "takeaway" not in ids(layers, amenity=value)


@pytest.mark.parametrize(
    ("value", "matches"), [("yes", True), ("Golf", True), ("no;yes", True), ("no", False), ("NO ", False), ("", False)]
)
def test_a_star_means_any_value_but_no(settings: Settings, value: str, *, matches: bool) -> None:
    layers = with_match(settings, '[[match]]\ncraft = "*"', example='tags = { craft = "brewery" }\nexpect = "match"')
    assert ("takeaway" in ids(layers, craft=value)) is matches


@pytest.mark.parametrize("prefix", LIFECYCLE_PREFIXES)
def test_a_lifecycle_prefix_never_matches(shipped: LayerSet, prefix: str) -> None:
    assert not shipped.classify({f"{prefix}:amenity": "school", "name": "Mill School"})


def test_a_word_beside_the_tag_adds_a_caveat_and_hides_nothing(shipped: LayerSet) -> None:
    for key, value in (("disused", "yes"), ("abandoned", "yes"), ("end_date", "2019"), ("access", "no"), ("access", "private")):
        (match,) = shipped.classify({"amenity": "school", key: value})
        assert match.layer == "school"
    (match,) = shipped.classify({"amenity": "school", "disused": "yes"})
    assert match.caveats == ("tagged as disused: check whether it is still used",)
    (match,) = shipped.classify({"amenity": "school", "disused": "no"})
    assert match.caveats == ()


def test_why_names_the_tags_as_the_source_has_them(shipped: LayerSet) -> None:
    (match,) = shipped.classify({"name": "x", "building": "school", "amenity": "School; college "})[:1]
    assert match.why == ("amenity=School; college ", "building=school")


def test_why_does_not_depend_on_the_order_of_tags(shipped: LayerSet) -> None:
    tags = {"building": "school", "amenity": "school;kindergarten", "nursery": "yes", "disused": "yes", "boarding": "yes"}
    assert shipped.classify(tags) == shipped.classify(dict(reversed(tags.items())))


def test_a_caveat_keeps_silent_where_its_unless_holds(shipped: LayerSet) -> None:
    (alone,) = shipped.classify({"building": "school"})
    (with_tag,) = shipped.classify({"building": "school", "amenity": "school"})
    assert len(alone.caveats) == 1
    assert with_tag.caveats == ()


def test_caveats_are_said_only_of_their_own_layer(shipped: LayerSet) -> None:
    said = {match.layer: match.caveats for match in shipped.classify({"amenity": "school;library", "access": "private"})}
    assert said == {"school": (), "library": ("tagged as not open to everybody",)}


@pytest.mark.parametrize(
    "tags",
    [
        {"amenity": "social_facility", "social_facility": "shelter", "social_facility:for": "woman"},
        {"amenity": "social_facility", "social_facility": "group_home", "social_facility:for": "senior;abused"},
        {"amenity": "social_facility", "social_facility": "outreach", "social_facility:for": "abused"},
        {"amenity": "social_facility", "social_facility:for": "victim"},
        {"amenity": "women_shelter;community_centre"},
        {"social_facility": "women_shelter", "building": "hostel"},
    ],
)
def test_a_refuge_is_never_taken_from_the_map(shipped: LayerSet, tags: dict[str, str]) -> None:
    assert shipped.classify(tags) == ()


def test_a_without_leaves_a_place_to_the_block_that_knows_it_better(shipped: LayerSet) -> None:
    assert ids(shipped, landuse="education") == {"school"}
    assert ids(shipped, landuse="education", amenity="university") == {"college"}
    assert ids(shipped, amenity="social_facility") == {"care_home"}
    assert ids(shipped, amenity="social_facility", social_facility="food_bank") == {"day_support"}


def test_layers_come_in_the_order_of_the_list(shipped: LayerSet) -> None:
    found = [match.layer for match in shipped.classify({"amenity": "police;pub;school;kindergarten;community_centre"})]
    assert found == ["school", "nursery", "community_centre", "licensed", "police"]
    assert [layer_id for layer_id in shipped.ids if layer_id in found] == found


def test_a_layer_is_found_by_its_id_or_the_error_names_those_there_are(shipped: LayerSet) -> None:
    assert shipped.layer("nursery").label == "Nurseries and childcare"
    with pytest.raises(UsageError, match=r"no layer 'nurseries'.*nursery, play_area"):
        shipped.layer("nurseries")


def test_selectors_name_what_each_block_needs(settings: Settings) -> None:
    layers = with_match(settings, '[[match]]\namenity = ["fast_food", "cafe"]\nfee = "*"\n\n[[match]]\nshop = "deli"')
    layer = layers.layer("takeaway")
    assert selectors(layer) == ((("amenity", "fast_food"), ("amenity", "cafe"), ("fee", ANY)), (("shop", "deli"),))
    assert {"amenity", "fee", "shop"} <= layers.keys_needed


def test_a_layer_set_crosses_to_another_process(shipped: LayerSet) -> None:
    copy = pickle.loads(pickle.dumps(shipped))  # noqa: S301 - our own bytes
    assert copy == shipped
    assert copy.classify({"amenity": "pub"}) == shipped.classify({"amenity": "pub"})


KEYS = [
    "amenity",
    "leisure",
    "shop",
    "building",
    "landuse",
    "social_facility",
    "social_facility:for",
    "access",
    "sport",
    "disused",
    "man_made",
]
VALUES = [
    "school",
    "pub",
    "pitch",
    "no",
    "yes",
    "*",
    "shelter",
    "woman",
    "skateboard",
    "church",
    "surveillance",
    "private",
    "education",
]
some_tags = st.dictionaries(
    st.sampled_from(KEYS) | st.text(max_size=8),
    st.lists(st.sampled_from(VALUES) | st.text(max_size=6), max_size=3).map(";".join),
    max_size=6,
)


@given(tags=some_tags)
def test_the_index_finds_what_trying_every_block_finds(shipped: LayerSet, tags: dict[str, str]) -> None:
    def meets(key: str, wanted: tuple[str, ...]) -> bool:
        parts = {part.strip().casefold() for part in tags.get(key, "").split(";")} - {""}
        return bool(parts - {"no"} if wanted == (ANY,) else parts & set(wanted))

    refuge = any(all(meets(c.key, c.values) for c in never.when.conditions) for never in shipped.never)
    expected = {
        layer.id
        for layer in shipped.layers
        for block in layer.match
        if all(meets(c.key, c.values) for c in block.conditions) and not any(key in tags for key in block.without)
    }
    assert {match.layer for match in shipped.classify(tags)} == (set() if refuge else expected)


@given(tags=some_tags, more=st.sampled_from(["private", "no", "yes", "customers"]))
def test_no_word_on_access_ever_hides_a_place(shipped: LayerSet, tags: dict[str, str], more: str) -> None:
    before = {match.layer for match in shipped.classify({k: v for k, v in tags.items() if k != "access"})}
    assert before <= {match.layer for match in shipped.classify({**tags, "access": more})}
