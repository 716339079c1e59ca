"""What could not be built is reported with its reason and rough place, never dropped in silence."""

from __future__ import annotations

import json
from pathlib import Path

import osmium
import pytest
from osmium.osm.mutable import Node, Way

from era_geo.region.build import build as build_files
from era_geo.region.osm.batch import Reason
from era_geo.region.region import Region, open_region
from era_geo.settings import Settings
from tests.world import ORIGIN, World, build


def unbuilt(region: Region) -> dict[str, tuple[str, float | None, float | None]]:
    return {ref: (reason, e, n) for ref, reason, e, n in region.query("SELECT ref, reason, easting, northing FROM unbuilt")}


def near(found: tuple[str, float | None, float | None], x: float, y: float) -> bool:
    return found[1] == pytest.approx(ORIGIN[0] + x, abs=0.02) and found[2] == pytest.approx(ORIGIN[1] + y, abs=0.02)


def test_each_kind_of_broken_object_is_told_with_a_place(tmp_path: Path) -> None:
    text = """
        pub     node 0,0                       amenity=pub
        school  area 100,0 ? 150,40 100,40     amenity=school name="Broken School"
        lane    way  ? 7,7 9,9                 highway=footway
        gone    way  ? ?                       highway=footway
        shed    way  10,0 20,0 20,10           building=yes
        flat    area 30,0 40,0 30,0            building=yes
        spot    way  50,0 50,0                 highway=steps
        side    way  200,0 250,0 250,50
        park    relation type=multipolygon leisure=park name="Open Park" outer:side
        wood    relation type=multipolygon landuse=recreation_ground outer:side outer:?
        campus  relation type=site amenity=college member:pub member:?
        nothing relation type=site amenity=college member:?
        route   relation type=route tourism=attraction :side :?
    """
    world, region = World(text), build(text, tmp_path)
    found = unbuilt(region)
    reasons = {world.ref(name): reason for name, reason in (
        ("school", Reason.NODES), ("lane", Reason.NODES), ("gone", Reason.NODES), ("shed", Reason.OPEN), ("flat", Reason.EMPTY),
        ("spot", Reason.SHORT), ("park", Reason.OPEN), ("wood", Reason.MEMBERS), ("campus", Reason.PARTLY),
        ("nothing", Reason.MEMBERS),
    )}  # fmt: skip
    assert {ref: reason for ref, (reason, _, _) in found.items()} == reasons
    assert near(found[world.ref("school")], 100, 0)
    assert near(found[world.ref("lane")], 7, 7)
    assert near(found[world.ref("park")], 200, 0)
    assert near(found[world.ref("campus")], 0, 0)
    assert found[world.ref("gone")][1:] == (None, None)
    ((name, tags),) = region.query("SELECT name, tags FROM unbuilt WHERE ref = ?", [world.ref("school")])
    assert name == "Broken School"
    assert json.loads(tags)["amenity"] == "school"
    assert [row["ref"] for row in region.read("places").rows()] == [world.ref("pub"), world.ref("campus")]


def test_the_report_and_the_source_count_them(tmp_path: Path) -> None:
    path = World("a area 0,0 ? 5,5 amenity=school\nb node 9,9 amenity=pub\nc way ? 1,1 highway=path").write(tmp_path / "w.osm")
    settings = Settings(home=tmp_path)
    report = build_files([path], name="w", settings=settings, themes=())
    assert report.unbuilt == {Reason.NODES: 2}
    assert report.counts["unbuilt"] == 2
    (source,) = open_region("w", settings).sources
    assert source.counts["not built"] == {Reason.NODES: 2}
    assert source.counts["kept"] == {"places": 1}


def test_what_lies_outside_great_britain_is_told(tmp_path: Path) -> None:
    path = tmp_path / "two.osm.pbf"
    with osmium.SimpleWriter(osmium.io.File(str(path), "pbf")) as writer:
        for number, location in enumerate([(-3.19, 55.95), (24.94, 60.17), (-3.191, 55.95), (3.5, 51.0)], 1):
            tags = {"amenity": "pub"} if number < 3 else {}
            writer.add_node(Node(id=number, location=location, tags=tags, version=1))
        writer.add_way(Way(id=9, nodes=[3, 4], tags={"highway": "path"}, version=1))
    settings = Settings(home=tmp_path)
    build_files([path], name="two", settings=settings, themes=())
    region = open_region("two", settings)
    found = unbuilt(region)
    assert {ref: reason for ref, (reason, _, _) in found.items()} == {
        "osm:node/2": Reason.OUTSIDE, "osm:way/9": Reason.OUTSIDE,
    }  # fmt: skip
    assert found["osm:node/2"][1:] == (None, None)
    assert found["osm:way/9"][1] is not None, "its first node is known"
    assert [row["ref"] for row in region.read("places").rows()] == ["osm:node/1"]


def test_text_that_is_not_utf8_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "bytes.osm.pbf"
    with osmium.SimpleWriter(osmium.io.File(str(path), "pbf,pbf_compression=none")) as writer:
        writer.add_node(Node(id=1, location=(-3.19, 55.95), tags={"amenity": "pub", "name": "XXXXXXXX"}, version=1))
        writer.add_node(Node(id=2, location=(-3.191, 55.95), tags={"amenity": "pub", "name": "Good"}, version=1))
    content = path.read_bytes()
    assert content.count(b"XXXXXXXX") == 1
    path.write_bytes(content.replace(b"XXXXXXXX", b"\xff\xfe\xfd\xfc\xff\xfe\xfd\xfc"))
    settings = Settings(home=tmp_path)
    build_files([path], name="bytes", settings=settings, themes=())
    region = open_region("bytes", settings)
    assert [row["name"] for row in region.read("places").rows()] == ["Good"]
    assert {ref: reason for ref, (reason, _, _) in unbuilt(region).items()} == {"osm:node/1": Reason.TEXT}
