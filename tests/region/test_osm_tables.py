"""Buildings, localities, roads, entrances, barriers and background: what of a drawn world goes into which table."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely

from era_geo.region.osm import rules
from era_geo.region.region import Region
from era_geo.region.schema import BY_NAME
from tests.world import World, build


def rows(region: Region, table: str) -> list[dict[str, object]]:
    return list(region.read(table).rows())


def test_buildings_are_multipolygons_with_kind_and_flats(tmp_path: Path) -> None:
    text = """
        home  area 0,0 10,0 10,10 0,10            building=apartments building:flats=12 name=Tower
        odd   area 20,0 30,0 30,10 20,10          building=yes building:flats="about 8"
        none  area 40,0 50,0 50,10 40,10          building=no
        outer area 100,0 150,0 150,50 100,50
        inner area 110,10 140,10 140,40 110,40
        court relation type=multipolygon building=yes outer:outer inner:inner
    """
    world, region = World(text), build(text, tmp_path)
    found = {row["ref"]: row for row in rows(region, "buildings")}
    assert set(found) == {world.ref("home"), world.ref("odd"), world.ref("court")}
    assert [found[world.ref(name)]["flats"] for name in ("home", "odd")] == [12, None]
    assert {row["geom"].geom_type for row in found.values()} == {"MultiPolygon"}
    assert found[world.ref("court")]["geom"].area == pytest.approx(2500 - 900, rel=1e-2)
    assert json.loads(found[world.ref("home")]["tags"])["name"] == "Tower"


def test_localities_with_their_other_names(tmp_path: Path) -> None:
    text = """
        town node 0,0 place=town name="Inbhir Nis" name:en=Inverness alt_name="The Capital;Inversneck" name:gd="Inbhir Nis"
        farm area 500,0 600,0 600,100 500,100 place=farm name="Mains of Mill"
        anon node 9,9 place=hamlet
    """
    world, region = World(text), build(text, tmp_path)
    found = {row["ref"]: row for row in rows(region, "localities")}
    assert set(found) == {world.ref("town"), world.ref("farm")}
    town = found[world.ref("town")]
    assert (town["name"], town["kind"]) == ("Inbhir Nis", "town")
    assert json.loads(town["other_names"]) == ["The Capital", "Inversneck", "Inverness"]
    assert found[world.ref("farm")]["other_names"] is None
    assert found[world.ref("farm")]["geom"].geom_type == "Point"


def test_roads_that_exist_are_kept_whole(tmp_path: Path) -> None:
    text = """
        mill  way 0,0 50,0 100,0     highway=residential name="Mill Wynd" name:gd="Sràid a' Mhuilinn"
        cross way 50,-50 50,0 50,50  highway=footway
        plan  way 0,9 100,9          highway=proposed proposed=residential
        dig   way 0,19 100,19        highway=construction
        gone  way 0,29 100,29        disused:highway=residential
        m8    way 0,39 100,39        highway=motorway ref=M8
    """
    world, region = World(text), build(text, tmp_path)
    found = {row["ref"]: row for row in rows(region, "roads")}
    assert set(found) == {world.ref("mill"), world.ref("cross"), world.ref("m8")}
    mill = found[world.ref("mill")]
    assert (mill["name"], mill["highway"], json.loads(mill["other_names"])) == (
        "Mill Wynd", "residential", ["Sràid a' Mhuilinn"],
    )  # fmt: skip
    assert mill["geom"].length == pytest.approx(100, abs=0.05)
    assert len(mill["geom"].coords) == 3


def test_entrances_and_gates_with_who_may_pass(tmp_path: Path) -> None:
    text = """
        door   node 0,0    entrance=main
        none   node 1,0    entrance=no
        gate   node 10,0   barrier=gate
        locked node 20,0   barrier=gate locked=yes
        shut   node 30,0   barrier=lift_gate access=private
        foot   node 40,0   barrier=swing_gate access=no foot=yes
        both   node 50,0   barrier=gate entrance=yes
        posts  node 60,0   barrier=bollard foot=no
        kerb   node 70,0   barrier=kerb
        wide   way 80,0 84,0   barrier=gate
    """
    world, region = World(text), build(text, tmp_path)
    found = {(row["ref"], row["kind"]): row for row in rows(region, "entrances")}
    expected = {
        ("door", "entrance"): ("main", "yes"),
        ("gate", "gate"): ("gate", "yes"),
        ("locked", "gate"): ("gate", "private"),
        ("shut", "gate"): ("lift_gate", "private"),
        ("foot", "gate"): ("swing_gate", "yes"),
        ("both", "gate"): ("gate", "yes"),
        ("both", "entrance"): ("yes", "yes"),
        ("posts", "gate"): ("bollard", "no"),
        ("wide", "gate"): ("gate", "yes"),
    }
    assert {key: (row["value"], row["access"]) for key, row in found.items()} == {
        (world.ref(name), kind): value for (name, kind), value in expected.items()
    }
    assert found[world.ref("gate"), "gate"]["node"] == world.id("gate")
    wide = found[world.ref("wide"), "gate"]
    assert wide["node"] is None
    assert shapely.distance(wide["geom"], shapely.Point(240082, 750000)) < 0.02
    assert not rows(region, "barriers"), "a gate is no obstacle, however it is drawn"


def test_walls_fences_and_hedges_open_and_closed(tmp_path: Path) -> None:
    text = """
        wall  way 0,0 50,0                       barrier=wall height=2
        fence area 100,0 150,0 150,40 100,40     barrier=fence amenity=kindergarten
        hedge area 200,0 220,0 220,20 200,20     barrier=hedge
        kerb  way 0,9 50,9                       barrier=kerb
    """
    world, region = World(text), build(text, tmp_path)
    found = {row["ref"]: row for row in rows(region, "barriers")}
    assert {ref: row["kind"] for ref, row in found.items()} == {
        world.ref("wall"): "wall", world.ref("fence"): "fence", world.ref("hedge"): "hedge",
    }  # fmt: skip
    ring = found[world.ref("fence")]["geom"]
    assert ring.geom_type == "LineString"
    assert ring.is_closed
    assert ring.length == pytest.approx(180, abs=0.1)
    assert [row["ref"] for row in rows(region, "places")] == [world.ref("fence")]


def test_background_enough_for_a_map(tmp_path: Path) -> None:
    text = """
        park  area 0,0 50,0 50,50 0,50              leisure=park name="Mill Park"
        wood  area 100,0 150,0 150,50 100,50        natural=wood
        loch  area 200,0 250,0 250,50 200,50        natural=water name=Loch
        burn  way 0,60 300,60                       waterway=stream name="Mill Burn"
        rails way 0,70 300,70                       railway=rail
        shore way 0,80 300,80                       natural=coastline
        homes area 300,0 400,0 400,50 300,50        landuse=residential
        works area 500,0 600,0 600,50 500,50        landuse=industrial
        field area 700,0 800,0 800,50 700,50        landuse=farmland
        plaza area 900,0 950,0 950,50 900,50        highway=pedestrian area=yes name=Plaza
        tree  node 5,5                              natural=tree
    """
    found = {(row["kind"], row["name"], row["geom"].geom_type) for row in rows(build(text, tmp_path), "background")}
    assert found == {
        ("green", "Mill Park", "Polygon"),
        ("wood", None, "Polygon"),
        ("water", "Loch", "Polygon"),
        ("waterway", "Mill Burn", "LineString"),
        ("rail", None, "LineString"),
        ("coast", None, "LineString"),
        ("residential", None, "Polygon"),
        ("industrial", None, "Polygon"),
        ("farmland", None, "Polygon"),
        ("hard", "Plaza", "Polygon"),
    }


def test_every_background_kind_is_one_that_the_schema_names() -> None:

    (kind,) = (column for column in BY_NAME["background"].columns if column.name == "kind")
    named = {word.strip() for word in kind.meaning.split(",")}
    assert set(rules._AREA_KINDS.values()) <= named
    lines = ({"railway": "rail"}, {"waterway": "river"}, {"natural": "coastline"}, {"highway": "footway"})
    assert {rules.line_kind(tags) or rules.area_kind(tags) for tags in lines} <= named
