"""Whether a file is limited to themes, which ones, and what it can answer for."""

from __future__ import annotations

from pathlib import Path

import osmium
import pytest
from hypothesis import given
from hypothesis import strategies as st

from era_geo.errors import UsageError
from era_geo.region.themes import checked, covers_selector, is_thematic, themes_of

words = st.text(st.characters(codec="utf-8", exclude_characters="=*"), min_size=1, max_size=8)


def test_a_full_extract_answers_for_everything() -> None:
    assert covers_selector((), "amenity", "school")
    assert covers_selector((), "amenity", "*")


@pytest.mark.parametrize(
    ("key", "value", "answer"),
    [
        ("shop", "kiosk", True),
        ("shop", "*", True),
        ("leisure", "pitch", True),
        ("leisure", "park", False),
        ("leisure", "*", False),
        ("amenity", "school", False),
    ],
)
def test_a_thematic_extract_answers_for_its_themes_only(key: str, value: str, answer: bool) -> None:
    assert covers_selector(("shop=*", "leisure=pitch"), key, value) is answer


def test_one_key_with_many_values_is_the_whole_key() -> None:
    shops = [{"shop": f"kind{number % 20}", "name": "x"} for number in range(100)]
    assert themes_of([*shops, {"shop": "kind1", "amenity": "cafe"}]) == ("shop=*",)


def test_one_key_with_few_values_is_those_values() -> None:
    found = themes_of([{"amenity": "school"}] * 5 + [{"amenity": "kindergarten"}] * 2)
    assert found == ("amenity=school", "amenity=kindergarten")
    assert not covers_selector(found, "amenity", "pub")


def test_what_another_theme_explains_is_not_claimed() -> None:
    pitches = [{"leisure": "pitch", "sport": sport} for sport in ("soccer", "soccer", "tennis")]
    clubs = [{"sport": "soccer"}, {"sport": "tennis"}]
    found = themes_of(pitches + clubs)
    assert found == ("sport=soccer", "sport=tennis")
    assert not covers_selector(found, "leisure", "pitch"), "pitches for other sports are not in the file"


@given(st.lists(st.dictionaries(st.sampled_from(("amenity", "shop", "leisure", "sport", "name")), words, min_size=1), max_size=40))
def test_the_themes_explain_every_object_and_none_is_idle(objects: list[dict[str, str]]) -> None:
    themes = themes_of(objects)

    def explained(tags: dict[str, str], by: tuple[str, ...]) -> bool:
        return any(covers_selector(by, key, value) for key, value in tags.items() if by)

    claiming = [tags for tags in objects if set(tags) - {"name"}]
    assert all(explained(tags, themes) for tags in claiming)
    for theme in themes:
        rest = tuple(other for other in themes if other != theme)
        assert not all(explained(tags, rest) for tags in claiming)


@pytest.mark.parametrize(
    ("roads", "objects", "places", "thematic"),
    [(0, 3000, 3000, True), (4, 3000, 2900, True), (430, 1006, 241, False), (3, 9, 2, False), (500, 500, 0, True)],
)
def test_next_to_no_roads_or_nothing_but_roads_is_thematic(roads: int, objects: int, places: int, thematic: bool) -> None:
    assert is_thematic(roads=roads, objects=objects, places=places) is thematic


def test_themes_a_person_wrote_are_checked_all_at_once() -> None:
    assert checked([" shop=* ", "shop=*", "leisure=pitch"]) == ("shop=*", "leisure=pitch")
    with pytest.raises(UsageError, match=r"'shop', '=x', 'y='"):
        checked(["shop", "a=b", "=x", "y="])


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "themes"),
    [
        ("edinburgh-shops-2016-11-04", {"shop=*"}),
        ("lothian-fife-sport-2026-01-13", {"sport=soccer", "sport=tennis", "leisure=golf_course", "sport=golf"}),
    ],
)
def test_real_thematic_extracts_claim_what_they_were_asked_for(real_data: Path, name: str, themes: set[str]) -> None:
    tagged = osmium.FileProcessor(real_data / "osm" / f"{name}.osm.pbf").with_filter(osmium.filter.EmptyTagFilter())
    found = themes_of([dict(thing.tags) for thing in tagged])
    assert themes <= set(found)
    assert not covers_selector(found, "amenity", "school")
    assert not covers_selector(found, "leisure", "playground")
    assert not covers_selector(found, "leisure", "park")
