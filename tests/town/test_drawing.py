"""The drawing: houses stand on their own ground, along their streets, in a town that hangs together."""

from __future__ import annotations

from collections import Counter, defaultdict

import networkx as nx
import pytest
import shapely
from shapely import LineString, Point

from era_geo import layerset
from era_geo.settings import Settings
from era_geo.town import Survey, Town
from era_geo.town.objects import Address
from tests.town import measure

_DOORSTEP = 1.2
"""Where a path meets a door its square end may lie this far under the wall, square metres."""


def overlaps(survey: Survey) -> list[tuple[str, str]]:
    refs, outlines = list(survey.buildings), list(survey.buildings.values())
    pairs = shapely.STRtree(outlines).query(outlines, predicate="intersects").T
    return [
        (refs[one], refs[other]) for one, other in pairs if one < other and outlines[one].intersection(outlines[other]).area > 0.1
    ]


def on_roads(survey: Survey) -> list[tuple[str, int]]:
    open_air = [way for way in measure.highways(survey.town) if way.tags.get("tunnel") != "building_passage"]
    roads = [measure.carriageway(survey, way) for way in open_air]
    tree = shapely.STRtree(roads)
    return [
        (ref, open_air[i].id)
        for ref, outline in survey.buildings.items()
        for i in tree.query(outline, predicate="intersects")
        if outline.intersection(roads[i]).area > _DOORSTEP and "roof" not in _tags(survey, ref)["building"]
    ]


def _streets(town: Town) -> set[tuple[str, str]]:
    return {(address.street, address.town) for address in town.addresses if address.street}


def _tags(survey: Survey, ref: str) -> dict[str, str]:
    id_ = int(ref.rpartition("/")[2])
    return dict(survey.town.ways[id_ - survey.town.ways[0].id].tags)


def test_it_is_a_town_of_about_2500_addresses(town: Town) -> None:
    assert 2400 <= len(town.addresses) <= 2700
    assert sum(address.is_home for address in town.addresses) > 2300
    streets = {(address.street, address.town) for address in town.addresses}
    assert len(streets) > 40


@pytest.mark.parametrize("drawn", ["survey", "other_survey"])
def test_no_building_stands_on_another_or_on_a_road(drawn: str, request: pytest.FixtureRequest) -> None:
    survey: Survey = request.getfixturevalue(drawn)
    assert overlaps(survey) == []
    assert on_roads(survey) == []


def test_every_outline_is_valid_and_inside_the_map(town: Town, survey: Survey) -> None:
    extent = shapely.box(*town.extent).buffer(0.01)
    invalid = [ref for ref, outline in survey.buildings.items() if not outline.is_valid or outline.area < 3]
    assert invalid == []
    assert all(extent.covers(outline) for outline in survey.buildings.values())
    areas = [f"osm:way/{way.id}" for way in town.ways if {"landuse", "leisure", "amenity", "natural"} & set(way.tags)]
    assert [ref for ref in areas if not survey.shape(ref).is_valid] == []
    assert all(extent.covers(Point(node.easting, node.northing)) for node in town.nodes)


def test_every_node_and_member_that_is_referred_to_exists(town: Town) -> None:
    nodes, ways = {node.id for node in town.nodes}, {way.id for way in town.ways}
    assert all(set(way.nodes) <= nodes and len(way.nodes) >= 2 for way in town.ways)
    for relation in town.relations:
        assert all(member.id in {"n": nodes, "w": ways}[member.kind] for member in relation.members)


def test_every_address_is_at_its_building_and_in_sight_of_its_street(town: Town, survey: Survey) -> None:
    tree = shapely.STRtree(list(survey.buildings.values()))
    refs = list(survey.buildings)
    lines = {(street, of): measure.street_line(survey, street, of) for street, of in _streets(town)}
    blocked = []
    for address in (one for one in town.addresses if one.is_home and one.number and one.row):
        point = Point(address.easting, address.northing)
        assert survey.footprint(address).distance(point) < 0.05, address.label
        nearest = shapely.shortest_line(point, lines[address.street or "", address.town])
        between = {refs[i] for i in tree.query(nearest, predicate="crosses")} - {address.building}
        if between or nearest.length > 60:
            blocked.append(address.label)
    assert blocked == []


def test_everything_that_is_walked_is_one_network(town: Town) -> None:
    graph = measure.network(town)
    assert [len(part) for part in nx.connected_components(graph)] == [len(graph)]


def test_the_river_is_crossed_by_the_bridge_and_the_footbridge_alone(town: Town, survey: Survey) -> None:
    river = shapely.union_all([survey.shape(f"osm:way/{w.id}") for w in town.ways if w.tags.get("waterway") == "river"])
    over = [way for way in measure.highways(town) if survey.shape(f"osm:way/{way.id}").crosses(river)]
    assert {way.tags["bridge:name"] for way in over} == {"Auld Brig", "Haugh Footbridge"}
    assert all(way.tags["bridge"] == "yes" for way in over)


def test_numbers_rise_along_a_street_odd_on_one_side_and_even_on_the_other(town: Town) -> None:
    sides: dict[tuple[str | None, str, str], list[Address]] = defaultdict(list)
    for address in town.addresses:
        if address.number and address.row:
            sides[address.street, address.town, address.side].append(address)
    for side in sides.values():
        ordered = sorted(side, key=lambda one: (one.start_m + one.end_m) / 2)
        numbers = [int("".join(filter(str.isdigit, (one.number or "").partition("-")[0]))) for one in ordered]
        assert numbers == sorted(numbers)
        assert len({number % 2 for number in numbers}) == 1


def test_an_address_is_written_in_one_way_only(town: Town) -> None:
    labels = Counter(address.label for address in town.addresses)
    assert [label for label, count in labels.items() if count > 1] == []
    assert len({address.uprn for address in town.addresses}) == len(town.addresses)


def test_a_postcode_is_of_one_street_and_begins_with_zz(town: Town) -> None:
    streets: dict[str, set[str | None]] = defaultdict(set)
    homes: Counter[str] = Counter()
    for address in town.addresses:
        if address.postcode:
            streets[address.postcode].add(address.street)
            homes[address.postcode] += 1
    assert all(postcode.startswith("ZZ1 ") and len(postcode) == 7 for postcode in streets)
    assert all(len(names) == 1 for names in streets.values())
    assert max(homes.values()) <= 40


def test_neighbours_are_those_of_the_drawing(town: Town, survey: Survey) -> None:
    flat = next(one for one in town.addresses if one.flat == "2/1" and one.street == "Victoria Street")
    assert {one.flat for one in survey.same_stair(flat)} == {"0/1", "0/2", "1/1", "1/2", "2/2"}
    next_stairs = {one.stair for one in survey.adjoining(flat)}
    assert next_stairs
    assert flat.stair not in next_stairs
    main_door = next(one for one in town.addresses if one.flat == "Main Door")
    assert survey.same_stair(main_door) == []
    assert {one.number for one in survey.same_building(main_door)} == {main_door.number}
    semi = next(one for one in town.addresses if one.street == "Haugh Drive" and one.number == "17")
    assert len(survey.adjoining(semi)) == 1
    assert {one.side for one in survey.facing(semi)} == {"left", "right"} - {semi.side}


def test_houses_face_their_street(town: Town, survey: Survey) -> None:
    """A door is on the street's side of its house, not at the back of it."""
    doors = [one for one in town.addresses if one.is_home and one.street == "Saint Mary's Place"]
    doors += [one for one in town.addresses if one.stair and one.street == "Albert Street"]
    for address in doors:
        assert address.street is not None
        street = measure.street_line(survey, address.street, address.town)
        door, middle = Point(address.easting, address.northing), survey.footprint(address).centroid
        assert door.distance(street) <= middle.distance(street) + 0.01, address.label


def test_every_layer_finds_something_and_much_of_it_near_homes(town: Town, survey: Survey, settings: Settings) -> None:
    layers = layerset.load(settings)
    found: Counter[str] = Counter()
    homes = shapely.union_all([Point(one.easting, one.northing) for one in town.addresses if one.is_home])
    near: Counter[str] = Counter()
    for kind, objects in (("node", town.nodes), ("way", town.ways), ("relation", town.relations)):
        for thing in objects:
            for match in layers.classify(thing.tags) if thing.tags else ():
                found[match.layer] += 1
                near[match.layer] += survey.shape(f"osm:{kind}/{thing.id}").distance(homes) < 100
    assert [layer for layer in layers.ids if not found[layer]] == []
    assert sum(near[layer] > 0 for layer in layers.ids) >= len(layers.ids) - 2


def test_a_garden_wall_does_not_run_through_a_house(town: Town, survey: Survey) -> None:
    outlines = list(survey.buildings.values())
    tree = shapely.STRtree([outline.buffer(-0.3) for outline in outlines])
    barriers = [survey.shape(f"osm:way/{way.id}") for way in town.ways if "barrier" in way.tags]
    assert [line for line in barriers if isinstance(line, LineString) and len(tree.query(line, predicate="intersects"))] == []
