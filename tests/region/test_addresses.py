"""Addresses: which objects carry one, the building they lie in, one row for each house, and what follows from them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from era_geo.region.addresses import house_key
from era_geo.region.build import build as build_files
from era_geo.region.osm import rules
from era_geo.region.region import Region, open_region
from era_geo.settings import Settings
from tests.world import World, build


def addresses(region: Region) -> list[dict[str, object]]:
    return list(region.read("addresses").rows())


def buildings(region: Region) -> dict[int, str]:
    found = region.read("buildings")
    return dict(zip(found["fid"], found["ref"], strict=True))


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"addr:housenumber": "8B", "addr:street": "Mill Wynd"}, {"number": "8B", "street": "Mill Wynd"}),
        ({"addr:housenumber": "2", "addr:place": "Millbank"}, {"number": "2", "street": "Millbank"}),
        ({"addr:housename": "Rose Cottage"}, {"house": "Rose Cottage"}),
        ({"addr:unit": "2/1", "addr:housenumber": "15"}, {"flat": "2/1", "number": "15"}),
        ({"addr:flats": "1-6", "addr:housenumber": "15"}, {"flats": "1-6", "number": "15"}),
        ({"addr:housenumber": "1", "addr:village": "Wing", "addr:city": "Oakham"}, {"number": "1", "town": "Oakham"}),
        ({"addr:housenumber": "1", "addr:suburb": "Blackhall"}, {"number": "1", "town": "Blackhall"}),
        ({"addr:housenumber": "1", "addr:postcode": "le15  8aa"}, {"number": "1", "postcode": "LE15 8AA"}),
        ({"addr:housenumber": "1", "addr:postcode": "LE15"}, {"number": "1"}),
        ({"addr:housenumber": "1", "ref:GB:uprn": "00010012345"}, {"number": "1", "uprn": "10012345"}),
        ({"addr:housenumber": "1", "ref:GB:uprn": "1;2"}, {"number": "1"}),
        ({"addr:housenumber": "1", "ref:GB:uprn": "000"}, {"number": "1"}),
        ({"addr:housenumber": "1", "ref:GB:uprn": "9" * 13}, {"number": "1"}),
        ({"addr:street": "Mill Wynd", "addr:postcode": "LE15 8AA"}, None),
        ({"addr:housenumber": "  "}, None),
        ({"amenity": "pub"}, None),
    ],
)
def test_what_the_tags_say(tags: dict[str, str], expected: dict[str, str] | None) -> None:
    found = rules.address(tags)
    assert (None if found is None else {key: value for key, value in found._asdict().items() if value}) == expected


def test_nodes_buildings_shops_and_a_node_in_a_building(tmp_path: Path) -> None:
    text = """
        home area 0,0 10,0 10,10 0,10           building=house addr:housenumber=2 addr:street="Mill Wynd"
        flat area 20,0 40,0 40,10 20,10         building=apartments
        door node 25,2                          addr:housenumber=4 addr:street="Mill Wynd"
        shop node 100,0                         shop=bakery name=Bun addr:housenumber=6 addr:street="Mill Wynd"
        yard area 200,0 240,0 240,40 200,40     amenity=school addr:housenumber=8 addr:street="Mill Wynd"
        hall area 210,10 220,10 220,20 210,20   building=school
    """
    world, region = World(text), build(text, tmp_path)
    within = buildings(region)
    found = {row["number"]: (row["ref"], within.get(row["building_id"])) for row in addresses(region)}
    assert found == {
        "2": (world.ref("home"), world.ref("home")),
        "4": (world.ref("door"), world.ref("flat")),
        "6": (world.ref("shop"), None),
        "8": (world.ref("yard"), None),
    }


def test_the_smallest_building_around_a_point_is_the_one(tmp_path: Path) -> None:
    text = """
        mall area 0,0 100,0 100,100 0,100        building=retail
        unit area 40,40 60,40 60,60 40,60        building=yes
        door node 50,50                          addr:housenumber=4 addr:street="Mill Wynd"
    """
    world, region = World(text), build(text, tmp_path)
    (row,) = addresses(region)
    assert buildings(region)[row["building_id"]] == world.ref("unit")


def test_a_building_that_carries_the_address_is_its_building_though_another_lies_in_it(tmp_path: Path) -> None:
    text = """
        kirk  area 0,0 60,0 60,60 0,60           building=church addr:housenumber=1 addr:street=Kirkgate
        tower area 20,20 40,20 40,40 20,40       building=tower
    """
    world, region = World(text), build(text, tmp_path)
    (row,) = addresses(region)
    assert buildings(region)[row["building_id"]] == world.ref("kirk")


def test_one_house_from_several_objects_is_one_row_that_names_them_all(tmp_path: Path) -> None:
    text = """
        home area 0,0 10,0 10,10 0,10     building=house addr:housenumber=2 addr:street="Mill Wynd" addr:city=Hamilton
        door node 2,2                     addr:housenumber=2 addr:street="mill wynd" addr:postcode=ML36AB
        shop node 9,20                    shop=bakery addr:housenumber=2 addr:street="Mill Wynd" addr:postcode="ML3 6AB"
    """
    world, region = World(text), build(text, tmp_path)
    (row,) = addresses(region)
    assert set(row["ref"].split()) == {world.ref("home"), world.ref("door"), world.ref("shop")}
    assert row["ref"].split()[-1] == world.ref("home"), "an outline is the least exact"
    assert (row["number"], row["town"], row["postcode"]) == ("2", "Hamilton", "ML3 6AB")
    assert buildings(region)[row["building_id"]] == world.ref("home")
    assert row["spread_m"] == pytest.approx((7**2 + 18**2) ** 0.5, abs=0.05), "from door to shop; the home holds the door"
    assert json.loads(row["sources"]) == [1]


@pytest.mark.parametrize(
    ("first", "second", "rows"),
    [
        ("0,0 addr:housenumber=2 addr:street=Mill", "24,0 addr:housenumber=2 addr:street=Mill", 1),
        ("0,0 addr:housenumber=2 addr:street=Mill", "26,0 addr:housenumber=2 addr:street=Mill", 2),
        ("0,0 addr:housenumber=2 addr:street=Mill", "5,0 addr:housenumber=12 addr:street=Mill", 2),
        ("0,0 addr:housenumber=8 addr:street=Mill", "5,0 addr:housenumber=8B addr:street=Mill", 2),
        ("0,0 addr:housenumber=8b addr:street=Mill", "5,0 addr:housenumber='8 B' addr:street=Mill", 1),
        ("0,0 addr:housenumber=2 addr:street='Mill Wynd'", "5,0 addr:housenumber=2 addr:street='Mill  wynd.'", 1),
        ("0,0 addr:housenumber=2 addr:street=Mill", "5,0 addr:housenumber=2 addr:street=Kirk", 2),
        ("0,0 addr:unit=1/1 addr:housenumber=2 addr:street=Mill", "5,0 addr:unit=1/2 addr:housenumber=2 addr:street=Mill", 2),
        ("0,0 addr:housenumber=2 addr:street=Mill addr:postcode='ML3 6AB'", "5,0 addr:housenumber=2 addr:street=Mill", 1),
        ("0,0 addr:housenumber=2 addr:street=Mill addr:postcode='ML3 6AB'",
         "5,0 addr:housenumber=2 addr:street=Mill addr:postcode='ML3 6AD'", 2),
        ("0,0 addr:housename='Rose Cottage' addr:street=Mill", "5,0 addr:housename='rose cottage' addr:street=Mill", 1),
        ("0,0 addr:housename='Rose Cottage'", "5,0 addr:housename='Rose Cottage'", 1),
        ("0,0 addr:housenumber=2", "5,0 addr:housenumber=2", 2),
        ("0,0 addr:housenumber=2", "5,0 addr:housenumber=2 addr:street=Mill", 2),
        ("0,0 addr:housename='Rose Cottage' addr:street=Mill", "5,0 addr:housename='Lily Cottage' addr:street=Mill", 2),
    ],
)  # fmt: skip
def test_when_two_objects_are_one_house(first: str, second: str, rows: int, tmp_path: Path) -> None:
    text = "\n".join(f"n{i} node {words}" for i, words in enumerate((first, second)))
    assert len(addresses(build(text, tmp_path))) == rows


def test_a_house_without_a_postcode_does_not_make_two_with_different_ones_into_one(tmp_path: Path) -> None:
    text = """
        a node 0,0   addr:housenumber=2 addr:street=Mill addr:postcode="ML3 6AB"
        b node 5,0   addr:housenumber=2 addr:street=Mill
        c node 10,0  addr:housenumber=2 addr:street=Mill addr:postcode="ML3 6AD"
    """
    assert sorted(row["postcode"] for row in addresses(build(text, tmp_path))) == ["ML3 6AB", "ML3 6AD"]


def test_a_long_building_holds_one_house_however_far_its_ends(tmp_path: Path) -> None:
    text = """
        row  area 0,0 80,0 80,10 0,10   building=terrace
        west node 2,5                   addr:housenumber=2 addr:street=Mill
        east node 78,5                  addr:housenumber=2 addr:street=Mill
    """
    (row,) = addresses(build(text, tmp_path))
    assert row["spread_m"] == 0.0


def test_the_same_number_in_many_towns_stays_that_many_houses(tmp_path: Path) -> None:
    text = "\n".join(f"n{i} node {i * 300},{i % 7 * 100} addr:housenumber=1 addr:street='High Street'" for i in range(300))
    assert len(addresses(build(text, tmp_path))) == 300


def test_a_street_relation_names_the_street_of_its_houses(tmp_path: Path) -> None:
    text = """
        road   way 0,0 100,0 highway=residential name="Mill Wynd"
        a      node 5,5   addr:housenumber=2
        b      node 15,5  addr:housenumber=4 addr:street="Own Street"
        street relation type=associatedStreet name="Mill Wynd" street:road house:a house:b
    """
    found = {row["number"]: row["street"] for row in addresses(build(text, tmp_path))}
    assert found == {"2": "Mill Wynd", "4": "Own Street"}


def test_lines_of_interpolated_numbers(tmp_path: Path) -> None:
    text = """
        a    node 0,0    addr:housenumber=1 addr:street="Mill Wynd" addr:postcode="ML3 6AB"
        b    node 60,0   addr:housenumber=13 addr:street="Mill Wynd" addr:postcode="ML3 6AB"
        c    node 100,0  addr:housenumber=21 addr:street="Mill Wynd" addr:postcode="ML3 6AD"
        odd  way 0,0 30,0 60,0 100,0 addr:interpolation=odd
        d    node 0,50   addr:housenumber=2
        e    node 60,50  addr:housenumber=8A
        even way 0,50 60,50 addr:interpolation=even
    """
    world, region = World(text), build(text, tmp_path)
    found = [(r["ref"], r["street"], r["first"], r["last"], r["step"], r["postcode"]) for r in region.read("interpolations").rows()]
    assert found == [
        (world.ref("odd"), "Mill Wynd", 1, 13, 2, "ML3 6AB"),
        (world.ref("odd"), "Mill Wynd", 13, 21, 2, None),
    ]
    assert [round(length) for length in shapely.length(region.read("interpolations").geometry)] == [60, 40]
    ((ref, reason),) = region.query("SELECT ref, reason FROM unbuilt")
    assert ref == world.ref("even")
    assert "house numbers" in reason
    assert len(addresses(region)) == 5, "the line itself is no address"


def test_postcodes_lie_amid_their_addresses_and_say_how_far_those_reach(tmp_path: Path) -> None:
    ends = "\n".join(f"n{i} node {i * 10},0 addr:housenumber={i} addr:street=Mill addr:postcode=ML36AB" for i in range(21))
    text = f"""
        {ends}
        lone node 500,0 addr:housenumber=1 addr:street=Kirk addr:postcode="ML3 6AD"
        park area 900,0 910,0 910,10 900,10 leisure=park addr:postcode="ML3 6AE"
    """
    region = build("\n".join(line.strip() for line in text.splitlines()), tmp_path)
    found = {row["postcode"]: row for row in region.read("postcodes").rows()}
    assert set(found) == {"ML3 6AB", "ML3 6AD", "ML3 6AE"}
    mill = found["ML3 6AB"]
    assert (mill["addresses"], mill["quality"], mill["source_id"]) == (21, None, 1)
    assert shapely.distance(mill["geom"], shapely.Point(240100, 750000)) < 0.05
    assert mill["spread_m"] == pytest.approx(100, abs=0.1), "of 21 addresses, 20 lie within it"
    assert found["ML3 6AD"]["spread_m"] is None, "one address says nothing about reach"


def test_street_names_are_found_by_a_part_of_them(tmp_path: Path) -> None:
    text = """
        a    node 0,0 addr:housenumber=1 addr:street="St. Leonard's Street" addr:city=Hamilton
        b    node 50,0 addr:housenumber=2 addr:street="St. Leonard's Street" addr:city=Hamilton
        c    node 90,0 addr:housenumber=2 addr:street="St. Leonard's Street" addr:city=Larkhall
        road way 0,9 100,9 highway=residential name="Saint Leonards Street"
        kirk way 0,19 100,19 highway=residential name="Kirk Brae" alt_name="The Brae"
        town node 9,9 place=town name=Hamilton name:gd="Baile Hamaltan"
    """
    region = build(text, tmp_path)
    sql = "SELECT name, town, addresses FROM street_names WHERE fid IN (SELECT rowid FROM street_names_fts WHERE norm MATCH ?)"
    assert sorted(region.query(sql, ['"onards"'])) == [
        ("St. Leonard's Street", "Hamilton", 2),
        ("St. Leonard's Street", "Larkhall", 1),
    ]
    assert sorted(region.query(sql, ['"brae"'])) == [("Kirk Brae", None, 0), ("The Brae", None, 0)]
    places = "SELECT name FROM locality_names WHERE fid IN (SELECT rowid FROM locality_names_fts WHERE norm MATCH ?)"
    assert region.query(places, ['"hamal"']) == [("Baile Hamaltan",)]


def test_the_newer_of_two_files_has_the_word(tmp_path: Path) -> None:
    old = World("a node 0,0 amenity=pub name=Old addr:housenumber=2 addr:street=Mill\nb node 50,0 amenity=cafe name=Only")
    new = World("a node 0,0 amenity=pub name=New addr:housenumber=4 addr:street=Mill")
    paths = [
        new.write(tmp_path / "new.osm", date="2026-01-31T00:00:00Z"),
        old.write(tmp_path / "old-2020-01-31.osm", date="2020-01-31T00:00:00Z"),
    ]
    settings = Settings(home=tmp_path / "home")
    build_files([*reversed(paths)], name="both", settings=settings, themes=())
    region = open_region("both", settings)
    assert {row["name"]: row["source_id"] for row in region.read("places").rows()} == {"New": 2, "Only": 1}
    assert [row["number"] for row in addresses(region)] == ["4"]
    by_name = {source.name: source for source in region.sources}
    assert by_name["old-2020-01-31.osm"].counts["superseded by a newer file"] == 1
    assert (by_name["new.osm"].date, by_name["old-2020-01-31.osm"].date) == ("2026-01-31", "2020-01-31")


@given(*[st.none() | st.text(max_size=12)] * 4)
def test_any_words_have_a_key_and_case_does_not_matter(
    number: str | None, flat: str | None, street: str | None, house: str | None
) -> None:
    key = house_key(number, flat, street, house)
    assert key == house_key(number, flat, street, house)
    if all(text is None or text.isascii() for text in (number, flat, street, house)):
        upper = (text and text.upper() for text in (number, flat, street, house))
        assert house_key(*upper) == key
