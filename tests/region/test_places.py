"""Which objects become places, with which geometry, and that their tags are kept as they are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely

from era_geo import shipped
from era_geo.region.build import build as build_file
from era_geo.region.osm import rules
from era_geo.region.region import Region, open_region
from era_geo.settings import Settings
from tests.world import ORIGIN, World, build


def places(region: Region) -> dict[str, dict[str, object]]:
    return {row["ref"]: row for row in region.read("places").rows()}


def at(*points: tuple[float, float]) -> list[tuple[float, float]]:
    return [(ORIGIN[0] + x, ORIGIN[1] + y) for x, y in points]


def same(one: shapely.Geometry, other: shapely.Geometry) -> bool:
    """Whether two geometries are the same but for the centimetre that OpenStreetMap's coordinates are rounded to."""
    return one.geom_type == other.geom_type and shapely.hausdorff_distance(one, other) < 0.02


def test_nodes_lines_and_areas_become_places_with_their_own_shape(tmp_path: Path) -> None:
    text = """
        pub    node 5,5                          amenity=pub name="The Kelpie"
        school area 100,0 150,0 150,40 100,40    amenity=school name="Mill School" operator="The Council"
        wall   way  0,0 30,0 30,10               historic=citywalls
        house  area 0,0 10,0 10,10 0,10          building=house
        road   way  0,-10 200,-10                highway=residential name="Mill Wynd"
    """
    world, region = World(text), build(text, tmp_path)
    found = places(region)
    assert set(found) == {world.ref("pub"), world.ref("school"), world.ref("wall")}
    school = found[world.ref("school")]
    assert same(school["geom"], shapely.Polygon(at((100, 0), (150, 0), (150, 40), (100, 40))))
    assert same(found[world.ref("wall")]["geom"], shapely.LineString(at((0, 0), (30, 0), (30, 10))))
    assert same(found[world.ref("pub")]["geom"], shapely.Point(*at((5, 5))))
    assert school["name"] == "Mill School"
    assert json.loads(school["tags"]) == {"amenity": "school", "name": "Mill School", "operator": "The Council"}
    assert (school["layer"], school["caveats"], school["uncertainty_m"]) == (None, None, 0.0)


def test_a_place_is_one_row_though_pyosmium_gives_a_closed_way_twice(tmp_path: Path) -> None:
    text = "school area 0,0 50,0 50,40 0,40 amenity=school building=school addr:housenumber=1 addr:street=Mill"
    region = build(text, tmp_path)
    for table in ("places", "buildings", "addresses"):
        assert len(region.read(table)) == 1, table


def test_an_address_uprn_and_postcode_are_kept_with_a_place(tmp_path: Path) -> None:
    text = """pub node 5,5 amenity=pub addr:housenumber=12 addr:street="Mill Wynd" addr:city=Hamilton addr:postcode=ml36ab
              ref:GB:uprn=000123456789"""
    (row,) = build(" ".join(text.split()), tmp_path).read("places").rows()
    assert (row["address"], row["postcode"], row["uprn"]) == ("12 Mill Wynd, Hamilton", "ML3 6AB", "123456789")


@pytest.mark.parametrize(
    ("tags", "kept"),
    [
        ({"amenity": "school"}, True),
        ({"shop": "yes"}, True),
        ({"highway": "bus_stop"}, True),
        ({"highway": "platform"}, True),
        ({"highway": "residential"}, False),
        ({"building": "house"}, False),
        ({"building": "school"}, True),
        ({"building": "yes", "amenity": "pub"}, True),
        ({"landuse": "residential"}, False),
        ({"landuse": "residential", "residential": "housing_estate"}, True),
        ({"landuse": "recreation_ground"}, True),
        ({"natural": "tree"}, False),
        ({"disused:amenity": "school"}, False),
        ({}, False),
    ],
)
def test_what_is_kept(tags: dict[str, str], kept: bool) -> None:
    assert rules.is_place(tags) is kept


@pytest.mark.parametrize(
    ("tags", "area"),
    [
        ({"amenity": "school"}, True),
        ({"amenity": "school", "area": "no"}, False),
        ({"highway": "pedestrian"}, False),
        ({"highway": "pedestrian", "area": "yes"}, True),
        ({"highway": "footway", "tourism": "attraction"}, False),
        ({"highway": "services", "name": "M74"}, True),
        ({"railway": "rail"}, False),
        ({"railway": "station"}, True),
        ({"railway": "rail", "tourism": "attraction"}, True),
        ({"barrier": "fence", "amenity": "kindergarten"}, True),
        ({"leisure": "pitch"}, True),
        ({"building": "yes", "highway": "corridor"}, True),
        ({"man_made": "pipeline"}, False),
    ],
)
def test_whether_a_closed_way_is_an_area(tags: dict[str, str], area: bool) -> None:
    assert rules.is_area(tags) is area


def test_a_multipolygon_keeps_its_hole_and_its_parts(tmp_path: Path) -> None:
    text = """
        outer area 0,0 100,0 100,100 0,100
        hole  area 40,40 60,40 60,60 40,60
        east  area 200,0 250,0 250,50 200,50   landuse=grass
        park  relation type=multipolygon leisure=park name="Two parts" outer:outer inner:hole outer:east
    """
    world, region = World(text), build(text, tmp_path)
    found = places(region)
    assert set(found) == {world.ref("park")}
    area = found[world.ref("park")]["geom"]
    assert area.geom_type == "MultiPolygon"
    assert area.area == pytest.approx(100 * 100 - 20 * 20 + 50 * 50, rel=1e-3)
    assert not area.contains(shapely.Point(*at((50, 50))))


def test_an_outline_in_pieces_is_joined(tmp_path: Path) -> None:
    text = """
        south way 0,0 100,0 100,50
        north way 100,50 100,100 0,100 0,0
        school relation type=multipolygon amenity=school outer:south outer:north
    """
    region = build(text, tmp_path)
    (row,) = region.read("places").rows()
    assert row["geom"].area == pytest.approx(10_000, rel=1e-3)


def test_an_outline_that_crosses_itself_is_mended_not_lost(tmp_path: Path) -> None:
    region = build("bow area 0,0 100,100 100,0 0,100 leisure=park", tmp_path)
    (row,) = region.read("places").rows()
    assert row["geom"].is_valid
    assert row["geom"].area == pytest.approx(5_000, rel=1e-2)
    assert not region.query("SELECT * FROM unbuilt")


def test_a_site_relation_is_the_whole_of_its_members(tmp_path: Path) -> None:
    text = """
        hall   area 0,0 20,0 20,20 0,20           building=yes
        annexe area 60,0 80,0 80,20 60,20         building=yes
        gate   node 40,50                         barrier=gate
        drive  way 40,50 40,10 20,10              highway=service
        block  area 100,0 140,0 140,40 100,40
        yard   area 110,10 130,10 130,30 110,30
        ring   relation type=multipolygon building=yes outer:block inner:yard
        campus relation type=site amenity=college name=Campus perimeter:hall :annexe entrance:gate :drive :ring label:gate
        stops  relation type=site site=stop_area name="Not a place" :gate
    """
    world, region = World(text), build(text, tmp_path)
    found = places(region)
    assert set(found) == {world.ref("campus")}
    shape = found[world.ref("campus")]["geom"]
    assert shape.area == pytest.approx(400 + 400 + 1600 - 400, rel=1e-2)
    for inside in ((10, 10), (70, 10), (105, 5), (40, 50), (40, 30)):
        assert shapely.distance(shape, shapely.Point(*at(inside))) < 0.02, inside
    assert shapely.distance(shape, shapely.Point(*at((120, 20)))) > 5, "the yard is a hole"
    assert not region.query("SELECT * FROM unbuilt")


def test_hostile_text_comes_through_unchanged(tmp_path: Path) -> None:
    name = "<img src=x onerror=alert(1)> ${7*7} =HYPERLINK(1) ' ; DROP TABLE places; -- \\u202e é"
    world = World("pub node 5,5 amenity=pub")
    path = world.write(tmp_path / "hostile.osm")
    escaped = name.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    tag = '<tag k="amenity" v="pub" />'
    written = path.read_text(encoding="utf-8")
    assert tag in written
    path.write_text(written.replace(tag, f'{tag}<tag k="name" v="{escaped}" />'), encoding="utf-8")
    report = build_file([path], name="hostile", settings=Settings(home=tmp_path), themes=())
    (row,) = Region(report.path).read("places").rows()
    assert row["name"] == name
    assert json.loads(row["tags"])["name"] == name


def test_the_invented_town_does_not_claim_to_be_openstreetmap(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    build_file([shipped.TRAINING_TOWN], name="town", settings=settings)
    (source,) = open_region("town", settings).sources
    assert (source.licence, source.credit) == ("MIT", "Invented: the training town of era-geo")
