"""The same house on the map and in a gazetteer is one address that names both, and says how far apart they put it."""

from __future__ import annotations

import csv
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from era_geo import shipped
from era_geo.address.search import locate
from era_geo.address.site import site_from
from era_geo.model import LocateStatus
from era_geo.region import address_merge, gazetteer_words
from era_geo.region.address_words import name_key
from era_geo.region.addresses import house_key
from era_geo.region.build import build
from era_geo.region.region import Region, open_region
from era_geo.settings import Settings
from tests.region.address_files import CORE, OSG, addresses, built, core, osg, source, table
from tests.world import World

HOME = 'home area 0,0 10,0 10,10 0,10 building=house addr:housenumber=2 addr:street="Mill Wynd" addr:postcode="ZZ1 1AA"'
EMPTY = 'road way 0,-10 200,-10 highway=residential name="Mill Wynd"'
NODE = 'door node 0,0 addr:housenumber=2 addr:street="Mill Wynd"'


def merged(tmp_path: Path, world: str, *rows: Any, **tables: str) -> list[dict[str, Any]]:
    return addresses(built(tmp_path, world, **{"gazetteer": table(OSG, *rows), **tables}))


def building(region: Region, row: dict[str, Any]) -> str | None:
    rows = region.query("SELECT ref FROM buildings WHERE fid = ?", (row["building_id"],))
    return rows[0][0] if rows else None


def test_one_address_names_both_sources_and_has_the_best_of_each(tmp_path: Path) -> None:
    region = built(tmp_path, HOME, gazetteer=table(OSG, osg(5, 2, 8, 8)))
    (row,) = addresses(region)
    assert row["ref"] == f"{World(HOME).ref('home')} one_scotland_gazetteer:5"
    assert row["sources"] == ["world.osm", "gazetteer.csv"]
    assert (row["street"], row["uprn"], row["classification"]) == ("Mill Wynd", "5", "RD")
    assert row["at"] == pytest.approx((5, 5), abs=0.1), "the outline says more than the point"
    assert building(region, row) == World(HOME).ref("home")
    assert row["spread_m"] == 0.0
    assert source(region, "gazetteer").counts["merged"] == {"addresses that another source has too": 1}
    assert source(region, "osm").counts["merged"] == {"addresses that another source has too": 1}


@pytest.mark.parametrize(
    ("x", "at", "in_building", "spread"),
    [
        (5, (5, 5), True, 0),  # inside
        (20, (5, 5), True, 10),  # ten metres from its wall
        (34.9, (5, 5), True, 24.9),
        (36, (36, 5), False, 26),  # so far off that the map may have drawn another house
        (400, (400, 5), False, 390),
    ],
)
def test_where_they_disagree_the_spread_says_so(
    tmp_path: Path, x: float, at: tuple[float, float], in_building: bool, spread: float
) -> None:
    region = built(tmp_path, HOME, gazetteer=table(OSG, osg(5, 2, x, 5)))
    (row,) = addresses(region)
    assert row["at"] == pytest.approx(at, abs=0.2)
    assert (row["building_id"] is not None) == in_building
    assert row["spread_m"] == pytest.approx(spread, abs=0.2)
    apart = source(region, "gazetteer").counts["merged"].get("addresses that another source puts more than 25 m away", 0)
    assert apart == (1 if spread > 25 else 0)


def test_a_large_building_is_measured_to_its_walls(tmp_path: Path) -> None:
    school = HOME.replace("0,0 10,0 10,10 0,10", "0,0 200,0 200,20 0,20")
    (row,) = merged(tmp_path, school, osg(5, 2, -4, 10))
    assert row["spread_m"] == pytest.approx(4, abs=0.1)
    assert row["building_id"] is not None


def test_a_point_on_the_map_gives_way_to_the_gazetteers(tmp_path: Path) -> None:
    shed = "shed area 18,0 24,0 24,6 18,6 building=house"
    region = built(tmp_path, f"{NODE}\n{shed}", gazetteer=table(OSG, osg(5, 2, 20, 3)))
    (row,) = addresses(region)
    assert row["at"] == pytest.approx((20, 3), abs=0.1)
    assert building(region, row) == World(f"{NODE}\n{shed}").ref("shed")
    assert row["spread_m"] == pytest.approx(18, abs=0.1), "from the map's point to the walls of the building"


@pytest.mark.parametrize(
    ("postcode", "x", "one"),
    [
        ("ZZ1 1AA", 499, True),
        ("ZZ1 1AA", 505, False),  # further than that and it is another house, or a fault that nobody can mend here
        (None, 99, True),
        (None, 101, False),
        ("ZZ1 1AB", 24, True),
        ("ZZ1 1AB", 26, False),  # another postcode, and not so near that it must be the same house
    ],
)
def test_how_far_apart_the_same_words_are_one_house(tmp_path: Path, postcode: str | None, x: float, one: bool) -> None:
    world = NODE + (f' addr:postcode="{postcode}"' if postcode else "")
    rows = merged(tmp_path, world, osg(5, 2, x, 0))
    assert len(rows) == (1 if one else 2)
    assert (rows[0]["spread_m"] > 0) == one
    if postcode == "ZZ1 1AB" and one:
        assert rows[0]["postcode"] == "ZZ1 1AA", "who gives out addresses knows the postcode"


def test_a_postcode_that_contradicts_is_counted(tmp_path: Path) -> None:
    region = built(tmp_path, NODE + ' addr:postcode="ZZ1 1AB"', gazetteer=table(OSG, osg(5, 2, 5, 0)))
    assert source(region, "gazetteer").counts["merged"]["addresses to which another source gives another postcode"] == 1


@pytest.mark.parametrize(
    ("tags", "more"),
    [
        ("addr:housenumber=2A", {"pao_start_suffix": "A"}),
        ("addr:housenumber=2-4", {"pao_end_number": 4}),
        ("addr:housenumber=2 addr:unit=1F2", {"sao_text": "1F2"}),
        ("addr:housenumber=2 addr:unit=2/1", {"sao_text": "FLAT 2/1"}),
        ('addr:housenumber=2 addr:unit="Flat 3"', {"sao_start_number": 3}),
        ("addr:housenumber=2/6", {"sao_start_number": 6}),
        ('addr:housename="Rose Cottage"', {"pao_start_number": "", "pao_text": "ROSE COTTAGE"}),
    ],
)
def test_words_that_are_written_otherwise_and_mean_the_same(tmp_path: Path, tags: str, more: dict[str, object]) -> None:
    (row,) = merged(tmp_path, f'door node 0,0 {tags} addr:street="Mill Wynd"', osg(5, 2, 3, 0, **more))
    assert row["sources"] == ["world.osm", "gazetteer.csv"]


@pytest.mark.parametrize(
    "more", [{"pao_start_suffix": "A"}, {"sao_text": "2/1"}, {"pao_start_number": 12}, {"street_descriptor": "MILL ROAD"}]
)
def test_other_words_are_another_house_however_near(tmp_path: Path, more: dict[str, object]) -> None:
    rows = merged(tmp_path, HOME, osg(5, 2, 5, 5, **more))
    assert sorted(row["sources"] for row in rows) == [["gazetteer.csv"], ["world.osm"]]


def test_two_uprns_are_two_properties_and_one_is_one(tmp_path: Path) -> None:
    again = osg(6, 22, 6, 6, street_descriptor="OLD ROAD", pao_text="ROSE COTTAGE")
    region = built(tmp_path, HOME, gazetteer=table(OSG, osg(5, 2, 5, 5), osg(6, 2, 6, 6), again))
    rows = addresses(region)
    assert [(row["uprn"], row["number"], row["street"], row["house"], len(row["sources"])) for row in rows] == [
        ("5", "2", "Mill Wynd", None, 2),
        ("6", "2", "Mill Wynd", "Rose Cottage", 1),
    ]
    assert source(region, "gazetteer").counts["merged"]["rows that word an address of the same file once more"] == 1


def test_a_house_is_found_by_the_wording_that_the_map_has_and_numbers_keep_their_street(tmp_path: Path) -> None:
    old = 'door node 0,0 addr:housenumber=9 addr:street="Old Road"'
    by_name = osg(5, "", 3, 0, pao_text="THE MILL")
    (row,) = merged(
        tmp_path, old, by_name, osg(5, 9, 3, 0, street_descriptor="OLD ROAD"), osg(5, 7, 3, 0, street_descriptor="BRAE")
    )
    assert (row["number"], row["street"], row["house"], row["uprn"], len(row["sources"])) == ("9", "Old Road", "The Mill", "5", 2)
    (row,) = merged(tmp_path, EMPTY, by_name, osg(5, 9, 3, 0, street_descriptor="OLD ROAD"))
    assert (row["number"], row["street"], row["house"]) == (None, "Mill Wynd", "The Mill")


def test_two_gazetteers_and_a_map(tmp_path: Path) -> None:
    rows = merged(tmp_path, HOME, osg(5, 2, 5, 5), core=table(CORE, core(5, "", 9, 9, building_name="THE MILL"), core(8, 3, 40, 0)))
    assert [(row["number"], row["house"], row["uprn"]) for row in rows] == [("2", "The Mill", "5"), ("3", None, "8")]
    assert sorted(rows[0]["sources"]) == ["core.csv", "gazetteer.csv", "world.osm"]


def test_a_wrong_uprn_on_the_map_does_not_move_a_house(tmp_path: Path) -> None:
    """The mapper gave number 2 the UPRN of number 4."""
    region = built(tmp_path, HOME + " ref:GB:uprn=44", gazetteer=table(OSG, osg(22, 2, 5, 5), osg(44, 4, 30, 5)))
    assert [(row["number"], row["uprn"], len(row["sources"])) for row in addresses(region)] == [("2", "22", 2), ("4", "44", 1)]
    assert source(region, "gazetteer").counts["merged"]["addresses to which another source gives another UPRN"] == 1


def test_a_map_alone_is_settled_as_before(tmp_path: Path) -> None:
    far = 'far node 40,0 addr:housenumber=2 addr:street="Mill Wynd"'
    rows = addresses(built(tmp_path, f"{NODE}\n{far}"))
    assert len(rows) == 2
    assert "merged" not in source(built(tmp_path, NODE), "osm").counts


def test_the_site_says_that_its_sources_disagree(tmp_path: Path) -> None:
    region = built(tmp_path, HOME, gazetteer=table(OSG, osg(5, 2, 60, 5)))
    found = locate("2 Mill Wynd", region)
    assert found.status is LocateStatus.MATCHED
    site = site_from(found.candidates[0], query="2 Mill Wynd", region=region)
    assert any("apart" in note and "50 m" in note for note in site.notes)
    assert site.uncertainty_m >= 50
    assert site.sources == ("world.osm", "gazetteer.csv")


STAIR = """
    block area 0,0 20,0 20,10 0,10 building=apartments
    door  node 10,1 addr:housenumber=4 addr:street="Mill Wynd" addr:flats="1/1;1/2"
"""


@pytest.mark.parametrize(("y", "seated"), [(-24, True), (-26, False)])
def test_flats_before_the_door_belong_to_its_building(tmp_path: Path, y: float, seated: bool) -> None:
    flats = [osg(10 + n, 4, 10, y, sao_text=f"1/{n}") for n in (1, 2)]
    region = built(tmp_path, STAIR, gazetteer=table(OSG, *flats))
    rows = [row for row in addresses(region) if row["flat"]]
    assert [row["uprn"] for row in rows] == ["11", "12"]
    assert {building(region, row) for row in rows} == {World(STAIR).ref("block") if seated else None}
    assert [row["at"] for row in rows] == [pytest.approx((10, y), abs=0.01)] * 2, "their own point stays"


def test_flats_between_two_buildings_of_one_number_stay_where_they_are(tmp_path: Path) -> None:
    other = """
        twin  area 0,-45 20,-45 20,-35 0,-35 building=apartments
        front node 10,-36 addr:housenumber=4 addr:street="Mill Wynd"
    """
    region = built(tmp_path, STAIR + other, gazetteer=table(OSG, osg(11, 4, 10, -17, sao_text="1/1")))
    (flat,) = (row for row in addresses(region) if row["flat"])
    assert flat["building_id"] is None


names = st.text("ABCDEÉO'’-. ", min_size=1, max_size=14)  # noqa: RUF001 - the apostrophe that people paste


@given(names)
def test_a_name_written_for_people_is_the_same_name(text: str) -> None:
    written = gazetteer_words.name(text)
    assert name_key(written) == name_key(text)
    assert written.casefold() == text.casefold()


@pytest.mark.parametrize(
    ("shouted", "written"),
    [
        ("ST SERF'S WYND", "St Serf's Wynd"), ("MCDONALD ROAD", "McDonald Road"), ("O'NEIL PLACE", "O'Neil Place"),
        ("1ST AVENUE", "1st Avenue"), ("SRÀID NA H-EAGLAISE", "Sràid na h-Eaglaise"), ("MUIR OF ORD", "Muir of Ord"),
        ("THE GLEBE", "The Glebe"), ("RSPB RESERVE", "RSPB Reserve"), ("Mill Wynd", "Mill Wynd"), ("A9 NORTH", "A9 North"),
    ],
)  # fmt: skip
def test_names_that_are_shouted(shouted: str, written: str) -> None:
    assert gazetteer_words.name(shouted) == written


@given(st.integers(1, 9), st.lists(st.tuples(st.integers(-40, 40), st.integers(-40, 40), st.booleans()), min_size=1, max_size=8))
def test_every_object_is_in_exactly_one_house(seed: int, spots: list[tuple[int, int, bool]]) -> None:
    objects = [
        address_merge.Staged(n, None, address_merge.StagedAddress(
            f"x:{n}", 1 + official, float(x), float(y), 10 * official, number="1", street="Mill Wynd",
            uprn=str(n % seed + 1) if official else None, authority=int(official),
        ))
        for n, (x, y, official) in enumerate(spots)
    ]  # fmt: skip
    with closing(sqlite3.connect(":memory:")) as connection:
        merger = address_merge.Merger(connection, {})
        houses = merger.houses(list(objects))
        assert sorted(one.address.ref for house in houses for one in house) == sorted(one.address.ref for one in objects)
        for house in houses:
            assert len({one.address.uprn for one in house} - {None}) <= 1
            assert merger.row(house)[0] == " ".join(dict.fromkeys(one.address.ref for one in house))


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Region:
    """The training town with its gazetteer and postcodes."""
    settings = Settings(home=tmp_path_factory.mktemp("town"))
    lists = shipped.TRAINING_TOWN.parent / "training-lists"
    build([shipped.TRAINING_TOWN, lists / "gazetteer.csv", lists / "codepoint-open.csv"], name="town", settings=settings)
    return open_region("town", settings)


def gazetteer_rows() -> list[dict[str, str]]:
    with (shipped.TRAINING_TOWN.parent / "training-lists" / "gazetteer.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_every_address_of_the_training_town_is_there_once(town: Region) -> None:
    carried = [uprn for (uprn,) in town.query("SELECT uprn FROM addresses WHERE uprn IS NOT NULL")]
    assert sorted(carried) == sorted(row["UPRN"] for row in gazetteer_rows())


def test_only_stairs_with_their_flats_are_the_maps_alone(town: Region) -> None:
    osm = next(source.fid for source in town.sources if source.kind == "osm")
    alone = town.query("SELECT flats FROM addresses WHERE sources = ?", (json.dumps([osm]),))
    assert alone
    assert all(flats for (flats,) in alone)
    assert town.query("SELECT count(*) FROM addresses WHERE spread_m > 1")[0][0] == 0


def test_a_merged_address_has_the_words_of_its_row(town: Region) -> None:
    truth = {row["UPRN"]: row for row in gazetteer_rows()}
    rows = town.query("SELECT uprn, flat, number, house, street FROM addresses WHERE uprn IS NOT NULL")
    for uprn, flat, number, house, street in rows:
        row = truth[uprn]
        name = f"{row['PAO_START_NUMBER']}{row['PAO_START_SUFFIX']}" + (
            f"-{row['PAO_END_NUMBER']}" if row["PAO_END_NUMBER"] else ""
        )
        inner = row["SAO_TEXT"] or row["SAO_START_NUMBER"] + row["SAO_START_SUFFIX"]
        assert house_key(number, flat, street, house) == house_key(name, inner, row["STREET_DESCRIPTOR"], row["PAO_TEXT"])
