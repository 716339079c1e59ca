"""The sentences of the closer look: what they must say, and what they must never say."""

import dataclasses
from typing import Any

import pytest

from era_geo.model import Finding, Gap, Neighbours
from era_geo.outputs import closerwords
from era_geo.outputs.places import place_rows
from era_geo.vicinity.passing import ASSUMPTIONS
from tests.outputs import drawn


def _school(**more: Any) -> Finding:
    return dataclasses.replace(drawn.assessment().findings[3], **more)


def _neighbours(**more: Any) -> Neighbours:
    neighbours = drawn.assessment().neighbours
    assert neighbours is not None
    return dataclasses.replace(neighbours, **more)


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("entrance", "gate", "62 m on foot, from the entrance to a gate."),
        ("wall", "entrance", "62 m on foot, from the wall (no entrance is mapped) to an entrance."),
        ("point", "edge", "62 m on foot, from the point (no outline is mapped) to the nearest edge that can be reached."),
        (None, None, "62 m on foot."),
    ],
)
def test_a_way_on_foot_says_from_where_to_where(start: str | None, end: str | None, said: str) -> None:
    assert closerwords.way_on_foot(_school(walk_from=start, walk_to=end), drawn.assessment()) == said


def test_a_way_that_is_not_known_says_why_and_gives_no_length() -> None:
    school = _school(walk_m=None, name="Mill School")
    other = Gap("school", "walk_m", "The walk to Hill School is not known.", "It lies across the river.")
    own = Gap("school", "walk_m", "The walk to Mill School is not known.", "No way on foot of up to 1500 m is mapped.")
    every = Gap(None, "walk_m", "Walking distances could not be worked out.", "The property is not located well enough.")
    said = {gaps: closerwords.way_on_foot(school, drawn.assessment(gaps=gaps)) for gaps in ((), (other, own), (every,))}
    assert list(said.values()) == [
        "Not known.",
        "Not known. No way on foot of up to 1500 m is mapped.",
        "Not known. The property is not located well enough.",
    ]


def test_the_way_past_is_a_count_over_a_count_and_its_assumptions_are_those_of_the_count() -> None:
    assert closerwords.way_past(_school()) == (
        "Of the 31 homes in the data within 400 m on foot, 12 have their shortest way past the property."
    )
    assert closerwords.way_past(_school(way_past=None)) == ""
    assert closerwords.WAY_PAST_ASSUMPTIONS == ASSUMPTIONS


def test_streets_say_what_is_mapped_and_what_the_map_does_not_say() -> None:
    said = closerwords.streets(drawn.assessment().streets)
    assert said[0] == "2 crossings are mapped within the radius; the map may lack some."
    assert said[1] == "Crossings, nearest first: traffic signals 21 m away; <b>zebra</b> 55 m away."
    assert "of 70 m (14%) the map does not say" in said[2]
    assert "could not be" in closerwords.streets(None)[0]


def test_wider_parameters_are_counted_in_homes_and_unknown_is_not_nought() -> None:
    assert closerwords.wider_rows(_neighbours()) == [
        ("within 50 m", "31", "0"),
        ("within 100 m", "84", "3"),
        ("within 250 m", "not known", "not known"),
    ]
    assert closerwords.wider_rows(_neighbours(use_unknown={}))[0] == ("within 50 m", "31", "not known")
    assert closerwords.check_line(_neighbours()) == "The list to check has 1 home. A list by distance would have had:"
    assert "A wider check would take in more homes: 31 within 50 m, 84 within 100 m and not known within 250 m." in (
        closerwords.neighbours(_neighbours())
    )


def test_a_place_in_the_property_s_own_building_is_no_walk_away() -> None:
    nursery = _school(walk_m=0.0, walk_to="same building", route=None)
    assert (closerwords.walk(nursery), closerwords.way_on_foot(nursery, drawn.assessment())) == (
        "in the same building",
        "In the same building.",
    )


def test_sight_never_says_that_a_place_cannot_be_seen() -> None:
    said = {
        share: closerwords.sight(dataclasses.replace(drawn.assessment().findings[0], sight=share))
        for share in (None, 0.0, 0.01, 0.3, 0.8, 0.89, 0.9, 1.0)
    }
    assert said == {
        None: "not known",
        0.0: "blocked in plan, heights unknown",
        **dict.fromkeys((0.01, 0.3, 0.8, 0.89), "partly open in plan, heights unknown"),
        0.9: "open in plan, heights unknown",
        1.0: "open in plan, heights unknown",
    }


def test_where_property_and_place_meet_is_said_only_where_it_is_known() -> None:
    rows = place_rows(drawn.assessment())
    assert rows[3].meeting == (
        "Gates and entrances: gate 34 m from the property. Shares a boundary: a wall <b>stands</b> there."
    )  # fmt: skip
    assert rows[0].meeting == ""
    apart = dataclasses.replace(rows[0].finding, shares_boundary=False)
    assert closerwords.meeting(apart) == "", "calm: it stands in the closer look"
    assert closerwords.boundary(apart) == "No shared boundary."
    point = dataclasses.replace(apart, shares_boundary=None, boundary="the place is known as a point")
    assert closerwords.boundary(point) == "Not known whether they share a boundary: the place is known as a point."


def test_a_walk_that_is_not_known_is_never_the_straight_line() -> None:
    rows = place_rows(drawn.assessment())
    assert [row.walk for row in rows] == ["not known"] * 3 + ["62 m"] + ["not known"] * 3


def test_unknown_counts_of_homes_are_told_as_unknown() -> None:
    said = closerwords.neighbours(drawn.assessment().neighbours)
    assert said[0] == (
        "Homes: 7 in the same stair, 2 next door, 4 facing across the street and 6 behind the next doors along the street."
    )
    assert "Buildings that may be homes, and are not counted: 3 within 100 m." in said
    assert "The property's building is on an official list: care homes." in said
    assert "The number of homes in the same building is not known." in said
    assert "The count is not complete, because the data is not." in said
    assert closerwords.neighbours(None) == ["Homes near the property were not counted."]


def test_where_no_circle_could_be_counted_that_is_said_once() -> None:
    neighbours = drawn.assessment().neighbours
    assert neighbours is not None
    assert closerwords.check_line(neighbours).endswith("A list by distance would have had:")
    unknown = dataclasses.replace(neighbours, within=dict.fromkeys(neighbours.within))
    assert closerwords.check_line(unknown).endswith("How many a list by distance would have had is not known.")
