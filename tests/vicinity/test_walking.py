"""Walks in small worlds whose answer is plain to see."""

from dataclasses import replace
from pathlib import Path

import pytest
import shapely

from era_geo import layerset
from era_geo.model import Finding, Gap
from era_geo.settings import Settings
from era_geo.vicinity import nearby
from era_geo.vicinity.anchor import Anchor
from era_geo.vicinity.surroundings import Surroundings
from era_geo.vicinity.walking import PlaceGeometry, Walk, look, walk
from tests.vicinity.sites import site_at, site_of_building
from tests.vicinity.walks import at, passes, place_of, route_of, walk_between, walk_in
from tests.world import World, box_geojson, build

HOME = "home area 0,0 10,0 10,10 0,10 building=house"
STREET = "street way -200,-5 5,-5 200,-5 300,-5 highway=residential name='Mill Wynd'"


def test_a_walk_runs_out_of_the_door_along_the_street_and_in_at_the_gate(tmp_path: Path) -> None:
    text = f"""
    {HOME}
    door   node 5,0                     entrance=main
    {STREET}
    school area 100,0 150,0 150,40 100,40  amenity=school
    gate   node 120,0                   barrier=gate
    """
    region = build(text, tmp_path)
    found = walk_in(region, text, "school")
    assert found.metres == pytest.approx(5 + 115 + 5, abs=0.1)
    assert (found.from_entrance, found.to, found.why_not) == ("entrance", "gate", None)
    assert passes(found, [(5, 0), (5, -5), (120, -5), (120, 0)])


def test_the_line_drawn_is_as_long_as_the_walk(tmp_path: Path) -> None:
    text = f"""
    {HOME}
    street way -5,-5 60,-5 80,10 120,10 highway=residential
    lane   way 120,10 120,80 90,95      highway=path
    play   node 92,97                   leisure=playground
    """
    found = walk_in(build(text, tmp_path), text, "play")
    assert found.metres == pytest.approx(route_of(found).length, abs=0.2)


def test_a_river_is_crossed_by_its_bridge(tmp_path: Path) -> None:
    text = f"""
    {HOME}
    {STREET}
    river  way -300,-30 400,-30         waterway=river
    bank   way -200,-55 200,-55 300,-55 highway=footway
    bridge way 200,-5 200,-55           highway=footway bridge=yes
    play   area 0,-80 20,-80 20,-56 0,-56  leisure=playground
    """
    found = walk_in(build(text, tmp_path), text, "play")
    assert found.metres == pytest.approx(5 + 195 + 50 + 180 + 1, abs=0.2)
    assert passes(found, [(200, -5), (200, -55), (20, -55)])


def test_no_leg_runs_through_a_river_though_the_other_bank_is_nearer(tmp_path: Path) -> None:
    text = """
    home   area 0,0 10,0 10,10 0,10      building=house
    street way -200,40 300,40           highway=residential
    river  way -300,-5 400,-5           waterway=river
    bank   way -200,-10 300,-10         highway=footway
    play   node 5,-12                   leisure=playground
    """
    found = walk_in(build(text, tmp_path), text, "play")
    assert found.metres is None
    assert "No way on foot of up to 1500 m is mapped" in (found.why_not or "")


@pytest.mark.parametrize(
    ("line", "bars"),
    [
        ("waterway=river", True),
        ("railway=rail bridge=yes", True),
        ("railway=rail tunnel=building_passage", True),
        ("highway=motorway", True),
        ("waterway=stream tunnel=culvert", False),
        ("waterway=drain location=underground", False),
        ("railway=subway tunnel=yes", False),
        ("highway=motorway tunnel=yes", False),
    ],
)
def test_what_runs_below_the_ground_bars_no_way(tmp_path: Path, line: str, bars: bool) -> None:
    text = f"""
    home   area 0,0 10,0 10,10 0,10      building=house
    across way -200,-5 300,-5           {line}
    street way -200,-10 300,-10         highway=residential
    play   node 5,-12                   leisure=playground
    """
    found = walk_in(build(text, tmp_path), text, "play")
    assert (found.metres is None) is bars


def test_a_gate_on_the_far_side_is_walked_round_to(tmp_path: Path) -> None:
    text = f"""
    {HOME}
    {STREET}
    side   way 200,-5 200,100 100,100 50,100 highway=residential
    school area 50,5 150,5 150,90 50,90    amenity=school
    gate   node 100,90                  barrier=gate
    path   way 100,90 100,100           highway=footway
    """
    found = walk_in(build(text, tmp_path), text, "school")
    assert found.metres == pytest.approx(5 + 195 + 105 + 100 + 10, abs=0.2)
    assert found.to == "gate"


@pytest.mark.parametrize("closed", ["access=private", "access=no", "foot=no", "locked=yes", "foot=private"])
def test_a_gate_that_is_not_open_to_the_public_is_walked_round(tmp_path: Path, closed: str) -> None:
    text = f"""
    {HOME}
    street way 0,-5 40,-5               highway=residential
    short  way 40,-5 60,-5 80,-5        highway=footway
    gate   node 60,-5                   barrier=gate {closed}
    round  way 40,-5 40,-105 80,-105 80,-5 highway=footway
    play   node 80,-4                   leisure=playground
    """
    found = walk_in(build(text, tmp_path), text, "play")
    assert found.metres == pytest.approx(5 + 35 + 240 + 1, abs=0.2)
    opened = text.replace(closed, "access=yes")
    assert walk_in(build(opened, tmp_path, name="open"), opened, "play").metres == pytest.approx(5 + 75 + 1, abs=0.2)


def test_behind_a_private_gate_with_no_way_round_there_is_no_distance(tmp_path: Path) -> None:
    text = f"""
    {HOME}
    street way 0,-5 40,-5 80,-5         highway=residential
    gate   node 40,-5                   barrier=gate access=private
    play   node 80,-4                   leisure=playground
    """
    found = walk_in(build(text, tmp_path), text, "play")
    assert found.metres is None
    assert found.route is None
    assert found.why_not


@pytest.mark.parametrize(
    ("tags", "walked"),
    [("access=private", False), ("access=no", False), ("foot=no", False), ("access=private foot=yes", True),
     ("access=no foot=designated", True)],
)  # fmt: skip
def test_a_way_that_is_not_public_is_no_short_cut(tmp_path: Path, tags: str, walked: bool) -> None:
    text = f"""
    {HOME}
    street way 0,-5 40,-5               highway=residential
    yard   way 40,-5 80,-5              highway=service {tags}
    round  way 40,-5 40,-105 80,-105 80,-5 120,-5 highway=footway
    play   node 120,-4                  leisure=playground
    """
    found = walk_in(build(text, tmp_path), text, "play")
    assert found.metres == pytest.approx(5 + 115 + 1 if walked else 5 + 35 + 240 + 40 + 1, abs=0.2)


def test_the_propertys_own_private_drive_is_walked_and_its_private_gate_opens(tmp_path: Path) -> None:
    text = """
    home   area 0,100 10,100 10,110 0,110 building=house
    drive  way 5,95 5,40 5,-5           highway=service service=driveway access=private
    gate   node 5,40                    barrier=gate access=private
    street way -200,-5 5,-5 300,-5      highway=residential
    play   node 105,-4                  leisure=playground
    """
    found = walk_in(build(text, tmp_path), text, "play")
    assert found.metres == pytest.approx(5 + 100 + 100 + 1, abs=0.2)


def test_the_places_own_private_way_is_the_last_bit(tmp_path: Path) -> None:
    text = f"""
    {HOME}
    street way 0,-5 100,-5 200,-5       highway=residential
    drive  way 100,-5 100,-90           highway=service access=private
    care   area 90,-110 110,-110 110,-90 100,-90 90,-90  amenity=social_facility building=yes
    """
    found = walk_in(build(text, tmp_path), text, "care")
    assert found.metres == pytest.approx(5 + 95 + 85, abs=0.2)
    gated = text + "\ngate node 100,-90 barrier=gate access=private"
    assert walk_in(build(gated, tmp_path, name="gated"), gated, "care").metres == pytest.approx(5 + 95 + 85, abs=0.2)


def test_a_wall_without_a_gap_is_not_stepped_over(tmp_path: Path) -> None:
    text = f"""
    {HOME}
    {STREET}
    wall   area -20,-3 30,-3 30,30 -20,30  barrier=wall
    play   node 100,-4                  leisure=playground
    """
    region = build(text, tmp_path)
    found = walk_in(region, text, "play")
    assert found.metres is None
    assert "from the property" in (found.why_not or "")
    assert "over a wall" in (found.why_not or "")


@pytest.mark.parametrize("access", ["", "access=private"])
def test_a_garden_wall_is_passed_by_its_gate(tmp_path: Path, access: str) -> None:
    text = f"""
    {HOME}
    {STREET}
    wall   way -20,-3 20,-3 30,-3 30,30 -20,30 -20,-3  barrier=wall
    gate   node 20,-3                   barrier=gate {access}
    play   node 100,-4                  leisure=playground
    """
    found = walk_in(build(text, tmp_path), text, "play")
    assert found.metres == pytest.approx((10**2 + 3**2) ** 0.5 + 2 + 80 + 1, abs=0.2)
    assert passes(found, [(20, -3), (20, -5)])


def test_a_walled_place_is_reached_at_its_wall_and_not_across_another(tmp_path: Path) -> None:
    text = f"""
    {HOME}
    {STREET}
    play   area 100,0 120,0 120,20 100,20  leisure=playground barrier=wall
    """
    region = build(text, tmp_path)
    found = walk_in(region, text, "play")
    assert (found.metres, found.to) == (pytest.approx(5 + 95 + 5, abs=0.2), "edge")
    outer = f"{text}\nouter area 90,-3 130,-3 130,30 90,30 barrier=wall"
    walled = walk_in(build(outer, tmp_path, name="outer"), outer, "play")
    assert walled.metres is None
    assert "over a wall" in (walled.why_not or "")


def test_no_leg_runs_through_another_building(tmp_path: Path) -> None:
    text = """
    home   area 0,0 10,0 10,10 0,10      building=house
    front  area -90,-8 100,-8 100,-3 -90,-3 building=apartments
    street way -200,-12 300,-12         highway=residential
    back   way -200,60 300,60 300,-12    highway=residential
    play   node 300,-13                 leisure=playground
    """
    found = walk_in(build(text, tmp_path), text, "play")
    assert found.metres == pytest.approx(50 + 295 + 72 + 1, abs=0.3)


def test_a_door_at_the_back_is_left_along_the_wall(tmp_path: Path) -> None:
    text = """
    home   area 0,0 10,0 10,10 0,10      building=house
    door   node 5,10                    entrance=main
    street way -200,-5 300,-5           highway=residential
    play   node 100,-4                  leisure=playground
    """
    found = walk_in(build(text, tmp_path), text, "play")
    assert found.metres == pytest.approx(5 + 10 + 5 + 90 + 1, abs=3)
    assert found.from_entrance == "entrance"
    walled = f"{text}\nfence way 10,5 60,5 60,-3 -60,-3 -60,5 0,5 barrier=fence"
    assert walk_in(build(walled, tmp_path, name="walled"), walled, "play").metres is None


def test_a_leg_goes_past_the_corner_of_a_building_to_the_same_way(tmp_path: Path) -> None:
    text = f"""
    {HOME}
    shed   area -40,-6 11,-6 11,-2 -40,-2  building=shed
    street way -200,-10 300,-10         highway=residential
    play   node 100,-9                  leisure=playground
    """
    found = walk_in(build(text, tmp_path), text, "play")
    assert found.metres == pytest.approx(10 + 87 + 1, abs=2)
    assert not route_of(found).crosses(shapely.box(-40, -6, 11, -2))


def test_steps_and_crossings_are_walked(tmp_path: Path) -> None:
    text = f"""
    {HOME}
    street way 0,-5 40,-5               highway=residential
    steps  way 40,-5 40,-25             highway=steps
    cross  way 40,-25 40,-35            highway=footway footway=crossing crossing=zebra
    far    way 40,-35 90,-35            highway=footway
    play   node 90,-36                  leisure=playground
    """
    assert walk_in(build(text, tmp_path), text, "play").metres == pytest.approx(5 + 35 + 20 + 10 + 50 + 1, abs=0.2)


def test_a_motorway_is_not_walked(tmp_path: Path) -> None:
    text = f"""
    {HOME}
    street way 0,-5 40,-5               highway=residential
    fast   way 40,-5 90,-5              highway=motorway
    beyond way 90,-5 120,-5             highway=footway
    play   node 120,-4                  leisure=playground
    """
    assert walk_in(build(text, tmp_path), text, "play").metres is None


def test_without_connection_there_is_no_distance_and_never_the_straight_line(tmp_path: Path) -> None:
    text = f"""
    {HOME}
    street way 0,-5 40,-5               highway=residential
    island way 60,-5 120,-5             highway=footway
    play   node 90,-4                   leisure=playground
    """
    found = walk_in(build(text, tmp_path), text, "play")
    assert (found.metres, found.route, found.to) == (None, None, None)
    assert found.why_not == "No way on foot of up to 1500 m is mapped."


def test_ways_that_cross_without_a_common_node_do_not_connect(tmp_path: Path) -> None:
    text = f"""
    {HOME}
    street way 0,-5 100,-5              highway=residential
    over   way 50,-100 50,100           highway=footway bridge=yes layer=1
    play   node 50,99                   leisure=playground
    """
    assert walk_in(build(text, tmp_path), text, "play").metres is None


@pytest.mark.parametrize("limit", [100.0, 125.0])
def test_a_way_longer_than_the_limit_is_not_given(tmp_path: Path, limit: float) -> None:
    text = f"""
    {HOME}
    {STREET}
    play   node 120,-4                  leisure=playground
    """
    found = walk_in(build(text, tmp_path), text, "play", limit_m=limit)
    if limit < 121:
        assert (found.metres, found.why_not) == (None, "No way on foot of up to 100 m is mapped.")
    else:
        assert found.metres == pytest.approx(121, abs=0.2)


def test_a_gate_on_the_far_side_of_large_grounds_is_found_beyond_the_first_window(tmp_path: Path) -> None:
    text = f"""
    {HOME}
    street way -50,-5 5,-5 5,-1200 1890,-1200 1900,-1200 highway=residential
    park   area 20,-1000 1890,-1000 1890,0 20,0  leisure=park
    gate   node 1890,-1000              barrier=gate
    drive  way 1890,-1000 1890,-1200 1900,-1200 highway=footway
    """
    origin = at(0, 0)
    wide = box_geojson((origin.x - 4000, origin.y - 5000, origin.x + 6000, origin.y + 4000))
    region = build(text, tmp_path, boundary=wide)
    assert walk_in(region, text, "park", limit_m=4000).metres == pytest.approx(5 + 1195 + 1885 + 200, abs=15)
    near = walk_in(region, text, "park")
    assert (near.metres, near.why_not) == (None, "No way on foot of up to 1500 m is mapped.")


class TestCoverage:
    TEXT = f"""
    {HOME}
    street way 0,-5 60,-5               highway=residential
    round  way 60,-5 60,-205 100,-205 100,-5 highway=residential
    play   node 100,-4                  leisure=playground
    """

    def test_a_way_inside_the_coverage_is_certain(self, tmp_path: Path) -> None:
        assert walk_in(build(self.TEXT, tmp_path), self.TEXT, "play").metres == pytest.approx(501, abs=0.5)

    def test_a_way_that_one_outside_might_cut_short_is_a_gap(self, tmp_path: Path) -> None:
        (east, north) = (at(0, 0).x, at(0, 0).y)
        box = (east - 100, north - 300, east + 105, north + 400)  # the place lies 5 m from the edge
        region = build(self.TEXT, tmp_path, boundary=box_geojson(box))
        found = walk_in(region, self.TEXT, "play")
        assert found.metres is None
        assert "outside the area that the source of the ways covers" in (found.why_not or "")

    def test_a_place_beyond_the_edge_is_a_gap_though_a_way_leads_there(self, tmp_path: Path) -> None:
        (east, north) = (at(0, 0).x, at(0, 0).y)
        box = (east - 30, north - 1000, east + 90, north + 1000)
        region = build(self.TEXT, tmp_path, boundary=box_geojson(box))
        (found,) = walk(Surroundings(site_at(5, 5), region), [PlaceGeometry(at(100, -4))])
        assert found.metres is None
        assert "outside the area" in (found.why_not or "")

    def test_a_thematic_extract_has_no_ways(self, tmp_path: Path) -> None:
        region = build(self.TEXT, tmp_path, themes=("shop=*",))
        found = walk_in(region, self.TEXT, "play", start=(5, 5))
        assert (found.metres, found.why_not) == (None, "No source of the region holds the ways that people walk.")


def test_of_two_ways_between_the_same_corners_the_shorter_is_walked(tmp_path: Path) -> None:
    text = f"""
    {HOME}
    street way 0,-5 20,-5               highway=residential
    long   way 20,-5 20,-80 60,-80 60,-5  highway=residential
    short  way 20,-5 60,-5              highway=footway
    other  way 20,-5 40,-25 60,-5       highway=footway
    end    way 60,-5 90,-5              highway=residential
    play   node 90,-4                   leisure=playground
    """
    found = walk_in(build(text, tmp_path), text, "play")
    assert found.metres == pytest.approx(5 + 85 + 1, abs=0.2)
    assert passes(found, [(40, -5)])


def test_a_loop_is_walked_the_shorter_way_round(tmp_path: Path) -> None:
    text = """
    home   area 105,30 115,30 115,40 105,40 building=house
    loop   way 0,0 100,0 100,25 100,100 0,100 0,0  highway=residential
    play   node 0,99                    leisure=playground
    """
    found = walk_in(build(text, tmp_path), text, "play")
    assert found.metres == pytest.approx(5 + 65 + 100 + 1, abs=0.2)


def test_a_square_that_no_way_joins_keeps_nobody_from_the_street_beside_it(tmp_path: Path) -> None:
    text = """
    home   area 0,0 8,0 8,8 0,8 building=house
    street way -40,-6 120,-6 highway=residential
    square way 60,0 100,0 100,30 60,30 60,0 highway=pedestrian
    stop   node 80,1 highway=bus_stop
    """
    found = walk_in(build(text, tmp_path), text, "stop")
    # Out to the street, along it, and from it to the stop: the square's own edge is nearer, and leads nowhere.
    assert found.metres == pytest.approx(6 + 76 + 7, abs=0.2)


def test_both_ends_may_lie_in_the_middle_of_one_way(tmp_path: Path) -> None:
    text = f"""
    {HOME}
    {STREET}
    play   node 40,-4                   leisure=playground
    """
    region = build(text, tmp_path)
    found = walk_in(region, text, "play")
    assert found.metres == pytest.approx(5 + 35 + 1, abs=0.1)
    assert walk_in(region, text, "play", start=(0.5, -3)).metres == pytest.approx(2 + 39.5 + 1, abs=0.1)


def test_a_main_entrance_is_preferred_and_of_several_the_one_by_the_address(tmp_path: Path) -> None:
    text = """
    home    area 0,0 40,0 40,10 0,10     building=apartments
    garage  node 1,0                     entrance=garage
    stair_a node 10,0                    entrance=staircase
    stair_b node 30,0                    entrance=staircase
    exit    node 39,0                    entrance=emergency
    street  way -200,-5 300,-5           highway=residential
    play    node 100,-4                  leisure=playground
    """
    world, region = World(text), build(text, tmp_path)
    site = site_of_building(region, world.ref("home"))
    place = place_of(region, world.ref("play"))
    for address, door in ((at(12, 5), 10), (at(38, 5), 30), (at(0, 1), 10)):
        told = replace(site, easting=address.x, northing=address.y)
        (found,) = walk(Surroundings(told, region), [place])
        assert found.metres == pytest.approx(5 + (100 - door) + 1, abs=0.1)


def test_an_entrance_that_is_walled_in_gives_way_to_the_next(tmp_path: Path) -> None:
    text = """
    home    area 0,0 40,0 40,10 0,10     building=apartments
    front   node 10,0                    entrance=main
    back    node 30,10                   entrance=yes
    wall    way 0,0 0,-3 40,-3 40,0      barrier=wall
    street  way -200,-5 300,-5           highway=residential
    lane    way 300,-5 300,14 -200,14    highway=residential
    play    node 100,13                  leisure=playground
    """
    found = walk_in(build(text, tmp_path), text, "play")
    assert found.metres == pytest.approx(4 + 70 + 1, abs=0.2)
    assert found.from_entrance == "entrance"


@pytest.mark.parametrize("access", ["access=private", "access=no", "locked=yes"])
def test_a_places_closed_gate_is_none_of_its_gates(tmp_path: Path, access: str) -> None:
    text = f"""
    {HOME}
    {STREET}
    school area 50,0 150,0 150,40 50,40    amenity=school
    near   node 60,0                    barrier=gate {access}
    far    node 140,0                   barrier=gate
    """
    found = walk_in(build(text, tmp_path), text, "school")
    assert found.metres == pytest.approx(5 + 135 + 5, abs=0.2)


def test_to_a_place_in_the_property_s_own_building_nobody_goes_out_of_doors(tmp_path: Path) -> None:
    text = """
    road way -50,-20 100,-20 highway=residential
    home area 0,0 30,0 30,12 0,12 building=apartments
    door node 2,0 entrance=yes
    care node 28,6 amenity=social_facility
    next area 40,0 50,0 50,12 40,12 building=house
    other node 45,6 amenity=kindergarten
    """
    region = build(text, tmp_path)
    found = walk_in(region, text, "care")
    assert (found.metres, found.route, found.to) == (0, None, "same building")
    beside = walk_in(region, text, "other")
    assert beside.metres is not None
    assert beside.metres > 10
    assert beside.to != "same building"


def test_the_nearest_gate_on_foot_is_taken_not_the_nearest_in_a_straight_line(tmp_path: Path) -> None:
    text = f"""
    {HOME}
    {STREET}
    side   way 300,-5 300,45 60,45      highway=residential
    school area 50,0 250,0 250,40 50,40    amenity=school
    back   node 60,40                   barrier=gate
    front  node 240,0                   barrier=gate
    """
    found = walk_in(build(text, tmp_path), text, "school")
    assert found.metres == pytest.approx(5 + 235 + 5, abs=0.2)


def test_a_gate_just_outside_the_outline_is_measured_to_the_outline(tmp_path: Path) -> None:
    text = f"""
    {HOME}
    {STREET}
    school area 100,0 150,0 150,40 100,40  amenity=school
    gate   node 120,-2                  barrier=gate
    """
    assert walk_in(build(text, tmp_path), text, "school").metres == pytest.approx(5 + 115 + 3 + 2, abs=0.2)


def test_a_neighbours_door_is_no_entrance_of_a_park(tmp_path: Path) -> None:
    text = f"""
    {HOME}
    {STREET}
    next   area 80,0 99,0 99,10 80,10   building=house
    door   node 99,5                    entrance=yes
    path   way 99,5 99.5,5 99.5,-5      highway=footway
    park   area 100,0 150,0 150,40 100,40  leisure=park
    """
    found = walk_in(build(text, tmp_path), text, "park")
    assert found.to == "edge"


@pytest.mark.parametrize(("start", "metres"), [((-100, -6), 1 + 200 + 5), ((500, -6), 1 + 200 + 5)])
def test_grounds_along_a_street_are_reached_at_the_end_one_comes_from(
    tmp_path: Path, start: tuple[float, float], metres: float
) -> None:
    text = "street way -200,-5 600,-5 highway=residential\nschool area 100,0 300,0 300,40 100,40 amenity=school"
    found = walk_in(build(text, tmp_path), text, "school", start=start)
    assert found.metres == pytest.approx(metres, abs=0.2)


def test_a_path_into_a_park_without_gates_ends_where_it_crosses_the_edge(tmp_path: Path) -> None:
    text = f"""
    {HOME}
    street way 0,-60 5,-60 120,-60 300,-60            highway=residential
    mine   way 5,-5 5,-60               highway=footway
    into   way 120,-60 120,20           highway=footway
    park   area 100,0 150,0 150,40 100,40  leisure=park
    """
    found = walk_in(build(text, tmp_path), text, "park")
    assert found.metres == pytest.approx(5 + 55 + 115 + 60, abs=0.2)
    assert found.to == "edge"
    assert route_of(found).coords[-1] == pytest.approx((120, 0), abs=0.1)


def test_a_property_inside_a_place_is_there_already(tmp_path: Path) -> None:
    text = f"""
    {HOME}
    {STREET}
    park   area -50,-50 100,-50 100,100 -50,100  leisure=park
    """
    found = walk_in(build(text, tmp_path), text, "park")
    assert (found.metres, found.route, found.why_not) == (0.0, None, None)


def test_a_place_on_the_other_side_of_the_garden_wall_is_as_far_as_the_walk_round(tmp_path: Path) -> None:
    text = f"""
    {HOME}
    {STREET}
    nursery area 10,0 30,0 30,10 10,10   building=yes amenity=kindergarten
    door   node 20,0                    entrance=main
    """
    found = walk_in(build(text, tmp_path), text, "nursery")
    assert found.metres == pytest.approx(5 + 15 + 5, abs=0.2)


def test_what_is_located_too_roughly_has_no_walk(tmp_path: Path) -> None:
    text = f"{HOME}\n{STREET}\nplay node 100,-4 leisure=playground"
    region = build(text, tmp_path)
    vague = walk_between(region, site_at(5, 5, uncertainty_m=60), PlaceGeometry(at(100, -4)))
    assert vague.metres is None
    assert "does not say which door it is" in (vague.why_not or "")
    site = site_at(5, 5)
    exact, rough = walk(Surroundings(site, region), [PlaceGeometry(at(100, -4)), PlaceGeometry(at(90, -4), 100)])
    assert exact.metres
    assert rough.metres is None
    assert "place is located only to within 100 m" in (rough.why_not or "")


def test_many_places_give_many_walks_in_their_order_and_none_gives_none(tmp_path: Path) -> None:
    text = f"{HOME}\n{STREET}"
    region = build(text, tmp_path)
    site = site_of_building(region, World(text).ref("home"))
    places = [PlaceGeometry(at(east, -4)) for east in (250, 20, 900, 120)]
    found = walk(Surroundings(site, region), places)
    assert [None if w.metres is None else round(w.metres) for w in found] == [251, 21, None, 121]
    assert walk(Surroundings(site, region), []) == []
    assert all(w.route is None for w in walk(Surroundings(site, region), places, routes=False))


def test_a_place_farther_off_the_ways_than_a_leg_may_be_has_no_walk(tmp_path: Path) -> None:
    text = f"{HOME}\n{STREET}\nplay node 100,-150 leisure=playground"
    found = walk_in(build(text, tmp_path), text, "play")
    assert found.metres is None
    assert "No part of the place's edge can be reached" in (found.why_not or "")


def test_the_straight_line_is_never_longer(tmp_path: Path) -> None:
    text = f"{HOME}\n{STREET}\nplay area 12,0 20,0 20,10 12,10 leisure=playground"
    region = build(text, tmp_path)
    world = World(text)
    site = site_of_building(region, world.ref("home"))
    place = place_of(region, world.ref("play"))
    found = walk_between(region, site, place)
    assert found.metres is not None
    assert found.metres >= shapely.distance(Anchor.of(site).geometry, place.geometry)


class TestFindings:
    """What becomes of the findings of an assessment."""

    TEXT = f"""
    {HOME}
    {STREET}
    play   area 12,0 20,0 20,10 12,10    leisure=playground name="Near Play"
    far    node 100,-4                  leisure=playground
    lost   node 60,-150                 leisure=playground name="Lost Play"
    """

    def looked(self, tmp_path: Path, uncertainty_m: float = 0.0) -> tuple[list[Finding], list[Gap], list[Walk]]:
        region = build(self.TEXT, tmp_path)
        site = site_of_building(region, World(self.TEXT).ref("home"))
        if uncertainty_m:
            site = site_at(5, 5, uncertainty_m=uncertainty_m)
        layers = layerset.load(Settings(home=tmp_path / "home"))
        findings = nearby.find(region, Anchor.of(site), 250, layers, ["play_area"])
        return look(findings, Surroundings(site, region))

    def test_they_carry_the_walking_distance_and_a_gap_where_there_is_none(self, tmp_path: Path) -> None:
        findings, gaps, walks = self.looked(tmp_path)
        assert [(f.name, f.walk_m) for f in findings] == [
            ("Near Play", pytest.approx(5 + 7 + 5, abs=0.3)), (None, pytest.approx(101, abs=0.3)), ("Lost Play", None)
        ]  # fmt: skip
        assert all(f.walk_m is None or f.walk_m >= f.distance_m for f in findings)
        assert [(gap.layer, gap.field, gap.what) for gap in gaps] == [
            ("play_area", "walk_m", "The walk to Lost Play is not known.")
        ]
        assert [bool(found.route) for found in walks] == [True, True, False]

    def test_one_reason_for_all_is_one_gap(self, tmp_path: Path) -> None:
        findings, gaps, _ = self.looked(tmp_path, uncertainty_m=60)
        assert len(findings) == 3
        assert {f.walk_m for f in findings} == {None}
        assert [(gap.layer, gap.what) for gap in gaps] == [(None, "Walking distances could not be worked out.")]

    def test_nothing_found_is_nothing_walked(self, tmp_path: Path) -> None:
        region = build(self.TEXT, tmp_path)
        assert look([], Surroundings(site_at(5, 5), region)) == ([], [], [])


def test_two_crossroads_in_one_spot_are_walked_through(tmp_path: Path) -> None:
    text = f"""
    {HOME}
    street way -200,-5 5,-5 100,-5 100.0004,-5 200,-5 highway=residential
    lane   way 100,-5 100,-40              highway=footway
    path   way 100.0004,-5 140,-40         highway=footway
    wall   way 85,5 115,5                  barrier=wall
    play   node 100,20                     leisure=playground
    """
    region = build(text, tmp_path)
    assert min(region.read("walk_edges")["length_m"]) == 0.0
    found = walk_in(region, text, "play")
    assert found.why_not is None
    assert 110 < found.metres < 170
