"""The way past the door: counted by hand in small worlds, and held against a search home by home on a whole county."""

import json
import random
from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
import shapely
from shapely.ops import substring

from era_geo.model import Band, Finding
from era_geo.region.region import Region
from era_geo.vicinity.frontage_ways import LEAST_FRONT_M
from era_geo.vicinity.passing import ASSUMPTIONS, LAYERS, Passing, _Count, look_past, passing
from era_geo.vicinity.surroundings import Surroundings
from era_geo.vicinity.walk_legs import Legs
from era_geo.vicinity.walking import PlaceGeometry
from tests.vicinity.sites import site_at, site_of_building
from tests.vicinity.walks import at, place_of
from tests.world import World, box_geojson, build

HOME = "home area 0,0 10,0 10,10 0,10 building=house addr:housenumber=10 addr:street='Mill Wynd'"
STREET = "street way -400,-8 500,-8 highway=residential name='Mill Wynd'"


def house(name: str, east: float, north: float, number: str = "1", tags: str = "") -> str:
    corners = [(east, north), (east + 8, north), (east + 8, north + 8), (east, north + 8)]
    drawn = " ".join(f"{x},{y}" for x, y in corners)
    return f"{name} area {drawn} building=house addr:housenumber={number} addr:street='Mill Wynd' {tags}"


def count_in(region: Region, text: str, name: str, within_m: float = 400, start: str = "home") -> Passing:
    world = World(text)
    around = Surroundings(site_of_building(region, world.ref(start)), region)
    (found,) = passing(around, [place_of(region, world.ref(name))], within_m)
    return found


def test_who_comes_from_beyond_the_property_walks_past_it_and_who_comes_from_this_side_does_not(tmp_path: Path) -> None:
    text = "\n".join(
        [HOME, STREET, "school node 200,-9 amenity=school"]
        + [house(f"west{i}", -40 - 20 * i, 0, str(20 + i)) for i in range(4)]
        + [house(f"east{i}", 40 + 20 * i, 0, str(40 + i)) for i in range(3)]
    )
    found = count_in(build(text, tmp_path), text, "school")
    assert (found.homes, found.past, found.why_not) == (7, 4, None)
    assert found.doubts == ()
    assert found.said == "Of the 7 homes in the data within 400 m on foot, 4 have their shortest way past the property."


def test_flats_count_each_and_the_propertys_own_building_does_not(tmp_path: Path) -> None:
    flats = "addr:flats=1-6"
    block = HOME.replace("building=house", f"building=apartments {flats}")
    text = "\n".join([block, STREET, "school node 200,-9 amenity=school",
                      house("west", -40, 0, "20", flats), house("east", 40, 0, "40")])  # fmt: skip
    found = count_in(build(text, tmp_path), text, "school")
    assert (found.homes, found.past) == (7, 6)


def test_only_homes_within_the_walking_distance_count(tmp_path: Path) -> None:
    text = "\n".join([HOME, STREET, "school node 200,-9 amenity=school", house("near", -40, 0, "20"), house("far", -140, 0, "21")])
    region = build(text, tmp_path)
    assert [count_in(region, text, "school", metres).past for metres in (200, 300, 400)] == [None, 1, 2]
    assert [count_in(region, text, "school", metres).homes for metres in (200, 300, 400)] == [None, 1, 2]


def test_a_way_behind_the_property_is_not_past_its_door(tmp_path: Path) -> None:
    text = "\n".join(
        [HOME, "street way -100,-8 100,-8 highway=residential name='Mill Wynd'",
         "link way 100,-8 100,20 200,20 highway=footway", "lane way -100,20 100,20 highway=footway",
         "west way -100,-8 -100,20 highway=footway", "school node 200,21 amenity=school",
         house("home1", -60, 30, "1").replace("Mill Wynd", "Back Lane"), house("home2", -60, 0, "2")]
    )  # fmt: skip
    found = count_in(build(text, tmp_path), text, "school")
    assert (found.homes, found.past) == (2, 1)  # the lane runs 10 m behind the house, the street 8 m before it


def test_a_side_street_along_the_gable_is_not_past_its_door(tmp_path: Path) -> None:
    text = "\n".join(
        [HOME, "street way -100,-8 20,-8 100,-8 highway=residential name='Mill Wynd'",
         "side way 20,-8 20,100 20,200 highway=residential name='Gable Street'", "school node 20.5,200 amenity=school",
         house("side1", 30, 60, "1").replace("Mill Wynd", "Gable Street"), house("side2", 60, 0, "2"), house("west", -60, 0, "3")]
    )  # fmt: skip
    found = count_in(build(text, tmp_path), text, "school")
    assert (found.homes, found.past) == (3, 1)


def test_a_home_sets_out_from_its_own_street_though_another_way_is_nearer(tmp_path: Path) -> None:
    text = "\n".join(
        [HOME, "street way -100,-8 100,-8 200,-8 highway=residential name='Mill Wynd'",
         "lane way -100,22 100,22 100,-8 highway=footway", "west way -100,-8 -100,22 highway=footway",
         "school node 200,-9 amenity=school", house("west1", -60, 10, "1")]
    )  # fmt: skip
    assert count_in(build(text, tmp_path), text, "school").past == 1
    elsewhere = text.replace("addr:housenumber=1 addr:street='Mill Wynd'", "addr:housenumber=1 addr:street='Elsewhere'")
    assert count_in(build(elsewhere, tmp_path, name="other"), elsewhere, "school").past == 0


def test_the_place_in_front_of_the_door_is_reached_without_walking_past_from_one_side_only_in_part(tmp_path: Path) -> None:
    text = "\n".join([HOME, STREET, "school node 5,-9 amenity=school", house("west", -40, 0, "20"), house("east", 40, 0, "40")])
    found = count_in(build(text, tmp_path), text, "school")
    assert (found.homes, found.past) == (2, 2)  # both walk half the front


def test_a_home_opposite_walks_past_a_part_of_the_front_too(tmp_path: Path) -> None:
    text = "\n".join([HOME, STREET, "school node 200,-9 amenity=school", house("opposite", 1, -24, "11")])
    assert count_in(build(text, tmp_path), text, "school").past == 1


def test_both_pavements_and_the_street_are_in_front(tmp_path: Path) -> None:
    ways = "\n".join(
        f"way{n} way -100,{n} 100,{n} highway=footway\nwest{n} way -100,{n} -100,-8 highway=footway\n"
        f"east{n} way 100,{n} 100,-8 highway=footway"
        for n in (-4, -12)
    )
    text = "\n".join([HOME, "street way -100,-8 100,-8 200,-8 highway=residential name='Mill Wynd'", ways,
                      "school node 200,-9 amenity=school", house("south", -60, -22, "1").replace("Mill Wynd", "X"),
                      house("north", -60, 0, "2").replace("Mill Wynd", "X"), house("own", -30, 0, "3")])  # fmt: skip
    found = count_in(build(text, tmp_path), text, "school")
    assert (found.homes, found.past) == (3, 3)


def test_a_private_gate_is_closed_to_the_homes_too(tmp_path: Path) -> None:
    text = "\n".join([HOME, "street way -400,-8 100,-8 500,-8 highway=residential name='Mill Wynd'",
                      "gate node 100,-8 barrier=gate access=private", "school node 200,-9 amenity=school",
                      house("west", -40, 0, "20"), house("east", 240, 0, "40")])  # fmt: skip
    found = count_in(build(text, tmp_path), text, "school")
    assert (found.homes, found.past) == (1, 0)


def test_homes_that_the_data_leaves_in_doubt_are_named(tmp_path: Path) -> None:
    bare = house("bare", -40, 0, "20").replace("addr:housenumber=20 addr:street='Mill Wynd'", "")
    off = house("off", -40, 100, "30")
    text = f"{HOME}\n{STREET}\nschool node 200,-9 amenity=school\n{bare}\n{off}"
    found = count_in(build(text, tmp_path), text, "school")
    assert (found.homes, found.past) == (1, 1)
    assert any("without an address" in doubt for doubt in found.doubts)
    assert any("farther than 50 m from every mapped way: 1" in doubt for doubt in found.doubts)


class TestCouldNotBeCounted:
    TEXT = "\n".join([HOME, STREET, "school node 200,-9 amenity=school", house("west", -40, 0, "20")])

    def none(self, around: Surroundings, place: PlaceGeometry) -> str:
        (found,) = passing(around, [place], 400)
        assert (found.homes, found.past) == (None, None)
        assert found.why_not
        assert found.said.endswith(found.why_not)
        return found.why_not

    def test_near_the_edge_of_what_the_source_covers(self, tmp_path: Path) -> None:
        origin = at(0, 0)
        box = box_geojson((origin.x - 600, origin.y - 600, origin.x + 500, origin.y + 600))
        region = build(self.TEXT, tmp_path, boundary=box)
        around = Surroundings(site_of_building(region, World(self.TEXT).ref("home")), region)
        assert "ways no source of the region covers" in self.none(around, PlaceGeometry(at(200, -9)))

    def test_without_an_exact_property_or_place(self, tmp_path: Path) -> None:
        region = build(self.TEXT, tmp_path)
        vague = Surroundings(site_at(5, 5, uncertainty_m=80), region)
        assert "does not say which door" in self.none(vague, PlaceGeometry(at(200, -9)))
        around = Surroundings(site_of_building(region, World(self.TEXT).ref("home")), region)
        assert "only to within 90 m" in self.none(around, PlaceGeometry(at(200, -9), 90))
        assert "cannot be reached from a mapped way" in self.none(around, PlaceGeometry(at(200, -300)))

    @pytest.mark.parametrize(("unknown", "known"), [(0, True), (1, False)])
    def test_where_the_data_knows_too_few_homes(self, tmp_path: Path, unknown: int, known: bool) -> None:
        shed = "what area -80,0 -60,0 -60,20 -80,20 building=yes" if unknown else ""
        region = build(f"{self.TEXT}\n{shed}", tmp_path)
        around = Surroundings(site_of_building(region, World(self.TEXT).ref("home")), region)
        (found,) = passing(around, [PlaceGeometry(at(200, -9))], 400)
        assert (found.homes, found.past) == ((1, 1) if known else (None, None))
        if not known:
            assert "1 home within 400 m of the place on foot, and 1 building that may" in (found.why_not or "")
        assert self.none(around, PlaceGeometry(at(420, -9))) == "The data holds no home within 400 m of the place on foot."

    def test_it_becomes_a_gap(self, tmp_path: Path) -> None:
        region = build(self.TEXT, tmp_path)
        around = Surroundings(site_of_building(region, World(self.TEXT).ref("home")), region)
        near, far, shop = (finding("school", 200, -9), finding("play_area", 200, -300), finding("shop", 50, -9))
        counted, gaps = look_past([near, shop, far], around)
        assert set(counted) == {0, 2}
        assert (counted[0].homes, counted[0].past) == (1, 1)
        assert [(gap.layer, gap.field) for gap in gaps] == [("play_area", "passing")]
        assert "shop" not in LAYERS
        assert len(ASSUMPTIONS) > 3


def test_the_tree_of_ways_says_of_each_home_what_its_own_way_says(rutland: Region) -> None:
    places = rutland.read("places", columns=["tags"])
    schools = [
        g
        for g, tags in zip(places.geometry, places["tags"], strict=True)
        if json.loads(tags).get("amenity") in {"school", "kindergarten"}
    ]
    buildings = rutland.read("buildings", columns=["ref", "kind"])
    tree = shapely.STRtree(buildings.geometry)
    rng = random.Random(2026)
    compared = past = 0
    for school in schools:
        near = tree.query(school, predicate="dwithin", distance=120).tolist() or [int(tree.nearest(school))]
        around = Surroundings(site_of_building(rutland, buildings["ref"][rng.choice(near)]), rutland)
        prepared = _Count.prepared(around, np.array([school], dtype=object), 400)
        assert prepared
        count, ends = prepared
        if count.network.private[ends.edge].any():  # of which the other way of counting knows nothing
            continue
        metres, passed = count._ways_to(ends)
        oracle = HomeByHome(count, ends)
        public = ~count.network.private[count.homes.edge]
        for home in np.flatnonzero((metres <= 400) & public)[::9].tolist():
            length, way = oracle.way_of(home)
            assert metres[home] == pytest.approx(length, abs=0.01)
            assert passed[home] == (oracle.in_front(way) >= LEAST_FRONT_M)
            compared += 1
            past += bool(passed[home])
    assert compared > 50
    assert 0 < past < compared


class HomeByHome:
    """The ways from homes to one place, by networkx, one by one, with the way as a line."""

    def __init__(self, count: _Count, ends: Legs) -> None:
        self.count, self.ends = count, ends
        network = count.network
        self.graph = nx.Graph()
        for edge in np.flatnonzero(~network.private).tolist():
            u, v = int(network.leave_u[edge]), int(network.leave_v[edge])
            known = self.graph.get_edge_data(u, v)
            if known is None or network.metres[edge] < known["length"]:
                self.graph.add_edge(u, v, length=float(network.metres[edge]), edge=edge)
        stretches = [
            substring(network.geometry[edge], count.front.begin[edge], count.front.end[edge])
            for edge in np.flatnonzero(count.front.end > count.front.begin).tolist()
        ]
        self.stretches = [shapely.buffer(stretch, 0.05, cap_style="flat") for stretch in stretches]

    def way_of(self, home: int) -> tuple[float, shapely.Geometry]:
        """Give the length of the shortest way over the network, the home's own steps to it left out, and its line."""
        homes, network = self.count.homes, self.count.network
        edge, along = int(homes.edge[home]), float(homes.along[home])
        line = network.geometry[edge]
        best: tuple[float, shapely.Geometry] = (np.inf, line)
        for end_edge, end_along, leg in zip(self.ends.edge.tolist(), self.ends.along.tolist(), self.ends.metres, strict=True):
            if end_edge == edge:
                best = min(best, (abs(along - end_along) + leg, substring(line, along, end_along)), key=lambda way: way[0])
            last = network.geometry[end_edge]
            for node, first in ((network.leave_u[edge], 0.0), (network.leave_v[edge], line.length)):
                for goal, final in ((network.reach_u[end_edge], 0.0), (network.reach_v[end_edge], last.length)):
                    if not (node in self.graph and goal in self.graph and nx.has_path(self.graph, node, goal)):
                        continue
                    path = nx.shortest_path(self.graph, node, goal, weight="length")
                    middle = [self.graph.edges[pair]["edge"] for pair in pairwise(path)]
                    length = abs(along - first) + network.metres[middle].sum() + abs(end_along - final) + leg
                    pieces = [substring(line, along, first), *network.geometry[middle], substring(last, final, end_along)]
                    best = min(best, (float(length), shapely.MultiLineString(lines_of(pieces))), key=lambda way: way[0])
        return best

    def in_front(self, way: shapely.Geometry) -> float:
        """Give the longest part of the way that lies in one stretch in front of the property."""
        return max((shapely.length(shapely.intersection(way, stretch)) for stretch in self.stretches), default=0.0)


def lines_of(pieces: list[shapely.Geometry]) -> list[shapely.LineString]:
    return [piece for piece in pieces if isinstance(piece, shapely.LineString)]


def finding(layer: str, east: float, north: float) -> Finding:
    site = site_at(east, north)
    return Finding(
        layer=layer, name=None, distance_m=1.0, bearing_deg=0.0, band=Band.WITHIN, walk_m=None, sight=None, why=(), caveats=(),
        sources=(), members=("osm:node/1",), lon=site.lon, lat=site.lat,
        geometry={"type": "Point", "coordinates": [site.lon, site.lat]},
    )  # fmt: skip
