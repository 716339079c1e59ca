"""The walking network: who may walk where, and where ways are split."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from era_geo.region.build import build as build_files
from era_geo.region.osm import walking
from era_geo.region.osm.network import split
from era_geo.region.region import Region, open_region
from era_geo.settings import Settings
from tests.world import ORIGIN, World, build


def edges(region: Region) -> list[dict[str, object]]:
    return list(region.read("walk_edges").rows())


def nodes(region: Region) -> dict[int, dict[str, object]]:
    return {row["node"]: row for row in region.read("walk_nodes").rows()}


@pytest.mark.parametrize(
    ("tags", "access"),
    [
        ("highway=residential", "yes"),
        ("highway=footway", "yes"),
        ("highway=steps", "yes"),
        ("highway=track", "yes"),
        ("highway=cycleway", "yes"),
        ("highway=cycleway foot=no", "no"),
        ("highway=bridleway", "yes"),
        ("highway=service service=driveway", "yes"),
        ("highway=service access=private", "private"),
        ("highway=service access=customers", "private"),
        ("highway=service access=permit", "private"),
        ("highway=service access=delivery", "private"),
        ("highway=service access=private foot=yes", "yes"),
        ("highway=path access=no foot=designated", "yes"),
        ("highway=path access=no foot=permissive", "yes"),
        ("highway=path access=no", "no"),
        ("highway=path access=yes foot=private", "private"),
        ("highway=footway access=permissive", "yes"),
        ("highway=residential access=destination", "yes"),
        ("highway=residential access=unknown", "yes"),
        ("highway=residential foot=use_sidepath", "no"),
        ("highway=residential access=private;customers", "private"),
        ("highway=trunk", "yes"),
        ("highway=trunk foot=no", None),
        ("highway=trunk motorroad=yes", None),
        ("highway=trunk motorroad=yes foot=yes", "yes"),
        ("highway=motorway", None),
        ("highway=motorway_link", None),
        ("highway=motorway foot=yes", "yes"),
        ("highway=busway", None),
        ("highway=busway foot=yes", "yes"),
        ("highway=proposed", None),
        ("highway=construction foot=yes", None),
        ("highway=platform", "yes"),
    ],
)
def test_who_may_walk_along_a_way(tags: str, access: str | None) -> None:
    assert walking.way_access(dict(tag.split("=") for tag in tags.split())) == access


@pytest.mark.parametrize(
    ("tags", "access"),
    [
        ("barrier=gate", "yes"),
        ("barrier=gate locked=yes", "private"),
        ("barrier=gate access=private", "private"),
        ("barrier=gate access=no foot=yes", "yes"),
        ("barrier=bollard", "yes"),
        ("barrier=wall", "no"),
        ("barrier=fence foot=yes", "yes"),
        ("entrance=staircase", "yes"),
        ("entrance=yes access=residents", "private"),
    ],
)
def test_who_may_pass_a_node(tags: str, access: str) -> None:
    assert walking.node_access(dict(tag.split("=") for tag in tags.split())) == access


def test_ways_are_split_where_they_meet_and_at_barriers_and_crossings(tmp_path: Path) -> None:
    text = """
        mill  way 0,0 50,0 100,0 150,0 200,0    highway=residential name="Mill Wynd" lit=yes
        path  way 50,0 50,40 50,80              highway=footway
        over  way 100,30 100,-30                highway=motorway
        gate  node 50,40                        barrier=kissing_gate
        zebra node 150,0                        highway=crossing crossing=zebra
        wall  way 100,0 100,9                   barrier=wall
    """
    world, region = World(text), build(text, tmp_path)
    found = edges(region)
    mill, path = world.ref("mill"), world.ref("path")
    pieces = [(row["ref"], round(row["length_m"])) for row in found]
    assert pieces == [(mill, 50), (mill, 100), (mill, 50), (path, 40), (path, 40)]
    assert {(row["name"], row["lit"], row["highway"]) for row in found if row["ref"] == world.ref("mill")} == {
        ("Mill Wynd", "yes", "residential"),
    }  # fmt: skip
    at = nodes(region)
    assert set(at) == {row[end] for row in found for end in ("u", "v")}
    assert (at[world.id("gate")]["barrier"], at[world.id("gate")]["access"]) == ("kissing_gate", "yes")
    assert at[world.id("zebra")]["crossing"] == "zebra"
    assert sum(row["barrier"] is not None for row in at.values()) == 1
    for row in found:
        ends = shapely.get_point(row["geom"], [0, -1])
        for end, place in zip(("u", "v"), ends, strict=True):
            assert shapely.distance(at[row[end]]["geom"], place) == 0.0


def test_a_bridge_that_crosses_without_a_shared_node_does_not_connect(tmp_path: Path) -> None:
    region = build("a way 0,0 100,0 highway=footway\nb way 50,-50 50,50 highway=footway bridge=yes layer=1", tmp_path)
    assert len(edges(region)) == 2


def test_a_way_that_may_not_be_walked_is_there_and_says_so(tmp_path: Path) -> None:
    text = """
        drive way 0,0 50,0 highway=service access=private
        shut  way 0,9 50,9 highway=path access=no
        m8    way 0,19 50,19 highway=motorway
    """
    assert [(row["highway"], row["access"]) for row in edges(build(text, tmp_path))] == [("service", "private"), ("path", "no")]


def test_people_walk_round_a_pedestrian_area(tmp_path: Path) -> None:
    text = """
        lane  way 0,50 100,50                     highway=footway
        plaza area 100,0 200,0 200,100 100,100 100,50    highway=pedestrian area=yes name=Plaza
        out   way 200,0 300,0                     highway=footway
    """
    world, region = World(text), build(text, tmp_path)
    found = edges(region)
    round_it = [row for row in found if row["ref"] == world.ref("plaza")]
    assert sum(row["length_m"] for row in round_it) == pytest.approx(400, abs=0.2)
    corners = {row["u"] for row in found if row["ref"] != world.ref("plaza")} | {row["v"] for row in found}
    assert {row["u"] for row in round_it} <= corners, "the lanes meet the outline"


def test_people_walk_round_a_pedestrian_area_that_is_a_relation(tmp_path: Path) -> None:
    text = """
        outer area 100,0 200,0 200,100 100,100
        inner area 140,40 160,40 160,60 140,60
        lane  way 0,0 100,0                     highway=footway
        plaza relation type=multipolygon highway=pedestrian name=Plaza outer:outer inner:inner
    """
    world, region = World(text), build(text, tmp_path)
    found = [row for row in edges(region) if row["ref"] == world.ref("plaza")]
    assert sum(row["length_m"] for row in found) == pytest.approx(400 + 80, abs=0.3)
    (lane,) = (row for row in edges(region) if row["ref"] == world.ref("lane"))
    assert lane["v"] in {row["u"] for row in found} | {row["v"] for row in found}


def test_a_ring_and_a_way_that_meets_itself(tmp_path: Path) -> None:
    text = """
        ring  area 0,0 100,0 100,100 0,100          highway=residential
        loop  way 500,0 600,0 600,100 550,100 550,0 highway=footway
        eight way 900,0 950,50 1000,0 1000,100 950,50 900,100 highway=path
    """
    world, region = World(text), build(text, tmp_path)
    by_way: dict[object, list[int]] = {}
    for row in edges(region):
        by_way.setdefault(row["ref"], []).append(round(row["length_m"]))
    assert by_way[world.ref("ring")] == [400]
    assert by_way[world.ref("loop")] == [350]
    assert len(by_way[world.ref("eight")]) == 3


def test_two_extracts_join_where_they_share_a_node(tmp_path: Path) -> None:
    west = World("meet node 100,0 highway=bus_stop\na way 0,0 100,0 highway=footway")
    east = World("meet node 100,0 highway=bus_stop\npad way 100,0 200,0 highway=footway\nb way 100,0 300,9 highway=footway")
    paths = [west.write(tmp_path / "west.osm"), east.write(tmp_path / "east.osm", date="2025-01-01T00:00:00Z")]
    settings = Settings(home=tmp_path)
    build_files(paths, name="both", settings=settings, themes=())
    region = open_region("both", settings)
    at_meeting = [row["ref"] for row in edges(region) if west.id("meet") in (row["u"], row["v"])]
    assert west.ref("a") in at_meeting
    assert east.ref("b") in at_meeting
    assert len({row["ref"] for row in edges(region)}) == 2, "the older file's way with the same id is left out"


node_lists = st.lists(st.lists(st.integers(1, 12), min_size=2, max_size=9), min_size=1, max_size=8)


@given(node_lists, st.sets(st.integers(1, 12)))
def test_splitting_keeps_every_step_and_meets_at_every_shared_node(ways: list[list[int]], barriers: set[int]) -> None:
    nodes_in_line = np.array([node for way in ways for node in way], dtype=np.int64)
    points = np.column_stack([nodes_in_line * 10.0 + ORIGIN[0], nodes_in_line % 3 * 10.0 + ORIGIN[1]])
    lengths = np.array([len(way) for way in ways], dtype=np.int64)
    made = split(nodes_in_line, points, lengths, np.array(sorted(barriers), dtype=np.int64))

    steps: list[tuple[int, int]] = []
    inside: list[int] = []
    for way, start, end in zip(made.way, made.start, made.end, strict=True):
        part = made.nodes[start : end + 1].tolist()
        assert set(part) <= set(ways[way])
        steps += [tuple(sorted(step)) for step in pairwise(part)]
        inside += part[1:-1]
    expected = [tuple(sorted(step)) for way in ways for step in pairwise(way) if step[0] != step[1]]
    assert sorted(steps) == sorted(expected)
    assert len(inside) == len(set(inside)), "a node inside an edge is on no other edge, and once on this"
    ends = set(made.nodes[made.start].tolist()) | set(made.nodes[made.end].tolist())
    assert not ends & set(inside)
    assert not barriers & set(inside)
