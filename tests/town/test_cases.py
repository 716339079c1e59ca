"""The awkward cases are there, and are what their table says they are."""

from __future__ import annotations

import networkx as nx
import pytest
from shapely import Point

from era_geo.town import Case, Survey, Town
from era_geo.town.objects import Address, Tags
from tests.town import measure


@pytest.fixture(scope="module")
def cases(town: Town) -> dict[str, Case]:
    return {case.id: case for case in town.cases}


def seen_from(case: Case) -> Address:
    assert case.address is not None
    return case.address


def tags(town: Town, ref: str) -> Tags:
    kind, _, id_ = ref.removeprefix("osm:").partition("/")
    objects = {"node": town.nodes, "way": town.ways, "relation": town.relations}[kind]
    return next(thing.tags for thing in objects if thing.id == int(id_))


def walk(town: Town, survey: Survey, case: Case) -> float:
    """Give the walk from a case's address to its first object along the network, metres."""
    graph = measure.network(town)
    start = measure.nearest_node(town, graph, survey.footprint(seen_from(case)))
    end = measure.nearest_node(town, graph, survey.shape(case.objects[0]))
    return float(nx.shortest_path_length(graph, start, end, weight="weight"))


def test_the_table_names_every_case_with_its_place(town: Town, cases: dict[str, Case]) -> None:
    assert len(cases) == len(town.cases) >= 34
    for case in town.cases:
        assert case.title
        assert case.expect
        assert "{" not in case.expect
        assert case.address in town.addresses
        assert all(tags(town, ref) is not None for ref in case.objects)


def test_a_school_is_mapped_three_ways(town: Town, survey: Survey, cases: dict[str, Case]) -> None:
    grounds, building, point = cases["mapped-three-ways"].objects
    assert {tags(town, ref)["amenity"] for ref in (grounds, building, point)} == {"school"}
    assert survey.shape(grounds).contains(survey.shape(building))
    assert survey.shape(grounds).contains(survey.shape(point))


def test_a_school_lies_just_inside_and_just_outside_100_m(survey: Survey, cases: dict[str, Case]) -> None:
    within, beyond = cases["just-within"], cases["just-beyond"]
    assert 95 < survey.distance(seen_from(within), within.objects[0]) < 100
    assert 100 < survey.distance(seen_from(beyond), beyond.objects[0]) < 105
    west, south, east, north = survey.footprint(seen_from(beyond)).bounds
    school = survey.shape(beyond.objects[0]).bounds
    assert school[0] < east + 100
    assert school[2] > west - 100
    assert school[1] < north + 100
    assert school[3] > south - 100


def test_a_house_stands_in_a_park(survey: Survey, cases: dict[str, Case]) -> None:
    case = cases["inside-a-park"]
    assert survey.shape(case.objects[0]).contains(survey.footprint(seen_from(case)))


def test_the_play_area_across_the_river_is_near_and_far(town: Town, survey: Survey, cases: dict[str, Case]) -> None:
    case = cases["across-the-river"]
    straight = survey.distance(seen_from(case), case.objects[0])
    assert straight < 100
    assert walk(town, survey, case) > 3 * straight


def test_the_nursery_is_entered_from_the_far_side_only(town: Town, survey: Survey, cases: dict[str, Case]) -> None:
    case = cases["gate-on-the-far-side"]
    nursery = survey.shape(case.objects[0])
    gates = [
        Point(node.easting, node.northing)
        for node in town.nodes
        if node.tags.get("barrier") == "gate" and nursery.boundary.distance(Point(node.easting, node.northing)) < 0.02
    ]
    assert len(gates) == 1
    house = survey.footprint(seen_from(case))
    assert gates[0].distance(house) > nursery.distance(house) + 40
    assert walk(town, survey, case) > 2 * survey.distance(seen_from(case), case.objects[0])


def test_the_play_area_behind_the_wall_is_seen_through_its_gap(survey: Survey, cases: dict[str, Case]) -> None:
    case = cases["gap-in-a-wall"]
    play, north_wall, south_wall = (survey.shape(ref) for ref in case.objects)
    assert 3 < north_wall.distance(south_wall) < 5
    share = measure.share_in_sight(survey, survey.footprint(seen_from(case)), play)
    assert 0 < share < 0.5


def test_sites_holes_and_tags_are_as_they_are_told(town: Town, survey: Survey, cases: dict[str, Case]) -> None:
    assert tags(town, cases["site-relation"].objects[0]) | {} == {
        "type": "site", "amenity": "college", "name": "Strathmarrow College", "operator": "Strathmarrow Council",
    }  # fmt: skip
    lodge = cases["grounds-with-a-hole"]
    assert tags(town, lodge.objects[0])["type"] == "multipolygon"
    assert not survey.shape(lodge.objects[0]).intersects(survey.footprint(seen_from(lodge)))
    assert survey.shape(lodge.objects[0]).convex_hull.contains(survey.footprint(seen_from(lodge)))
    assert tags(town, cases["two-values"].objects[0])["amenity"] == "school;kindergarten"
    assert "amenity" not in tags(town, cases["disused-school"].objects[0])
    assert tags(town, cases["private-play-area"].objects[0])["access"] == "private"


@pytest.mark.parametrize(("street", "one", "other"), [("Mill Wynd", "12", "12A"), ("High Street", "8", "8B")])
def test_lettered_houses_stand_beside_their_number(town: Town, survey: Survey, street: str, one: str, other: str) -> None:
    pair = {
        number: next(a for a in town.addresses if (a.street, a.number, a.town) == (street, number, town.name))
        for number in (one, other)
    }
    assert survey.footprint(pair[one]).distance(survey.footprint(pair[other])) < 12
    assert pair[one].building != pair[other].building


def test_a_range_swallows_its_numbers(town: Town) -> None:
    numbers = {one.number for one in town.addresses if one.street == "High Street"}
    assert "45-47" in numbers
    assert not {"45", "47"} & numbers
    assert {"43", "49"} <= numbers


def test_interpolated_houses_bear_no_number_of_their_own(town: Town, survey: Survey, cases: dict[str, Case]) -> None:
    house = seen_from(cases["interpolated"])
    assert tags(town, house.ref)["addr:interpolation"] == "odd"
    assert house.building is not None
    assert not any(key.startswith("addr:") for key in tags(town, house.building))
    ends = [one for one in town.addresses if one.street == "Rowan Grove" and one.side == "left" and one.ref != house.ref]
    assert len(ends) == 2
    line = survey.shape(house.ref)
    assert all(line.distance(Point(end.easting, end.northing)) < 0.02 for end in ends)


def test_one_name_is_two_streets(town: Town) -> None:
    for name in ("Mill Wynd", "Kirk Brae"):
        assert {one.town for one in town.addresses if one.street == name} == {"Invermarrow", "Milton of Marrow"}


def test_all_ways_of_writing_flats_are_there(town: Town) -> None:
    flats = {one.flat for one in town.addresses}
    assert {"2/1", "0/1", "G/L", "1/R", "GFL", "TFR", "PF2", "1F1", "GF", "1F", "Main Door", "Flat 9", "Room 3"} <= flats


def test_a_street_has_no_postcodes(town: Town) -> None:
    assert {one.postcode for one in town.addresses if one.street == "Heather Place"} == {None}


def test_the_last_house_is_nearer_to_the_edge_than_the_radius(town: Town, survey: Survey, cases: dict[str, Case]) -> None:
    assert 40 < survey.footprint(seen_from(cases["at-the-edge"])).bounds[1] - town.extent[1] < 80
