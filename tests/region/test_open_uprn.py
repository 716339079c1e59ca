"""OS Open UPRN: points without words, kept by their number, joined to an address only where nothing else can be meant."""

from __future__ import annotations

import csv
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from era_geo import layersourcefile, shipped
from era_geo.errors import DataError, FaultyFiles
from era_geo.layergazetteer import GazetteerSource
from era_geo.region import uprn_points, uprn_tables
from era_geo.region.address_words import name_key
from era_geo.region.build import build
from era_geo.region.region import Region, open_region
from era_geo.region.source_tables import SourceTable
from era_geo.settings import Settings
from tests.layers.test_lists import CARE, care
from tests.region.address_files import OSG, UPRN, addresses, at, built, code_point, facts, osg, point, source, table, zipped

HOME = 'home area 0,0 10,0 10,10 0,10 building=house addr:housenumber=2 addr:street="Mill Wynd"'
KIND = "os-open-uprn"


def joined(tmp_path: Path, world: str, *rows: Any, **tables: str) -> list[tuple[str | None, str | None]]:
    """Give number and UPRN of each address."""
    region = built(tmp_path, world, **{"osopenuprn_202605": table(UPRN, *rows), **tables})
    return [(row["number"], row["uprn"]) for row in addresses(region)]


def test_a_point_in_a_single_house_gives_it_its_uprn(tmp_path: Path) -> None:
    region = built(tmp_path, HOME, osopenuprn_202605=table(UPRN, point(77, 3, 3), point(88, 300, 0)))
    (row,) = addresses(region)
    assert (row["uprn"], row["sources"], row["spread_m"]) == ("77", ["world.osm", "osopenuprn_202605.csv"], 0.0)
    assert row["at"] == pytest.approx((5, 5), abs=0.1)
    found = source(region, KIND)
    assert (found.date, found.licence) == ("2026-05-01", "OGL v3")
    assert found.counts["merged"] == {"addresses that have their UPRN from it": 1}
    assert facts(region, KIND).used == {"points that carry a UPRN": 2}
    assert region.query("SELECT count(*) FROM addresses")[0][0] == 1, "a point is no home"


def test_every_point_is_found_by_its_number(tmp_path: Path) -> None:
    region = built(tmp_path, HOME, osopenuprn_202605=table(UPRN, point("000000000077", 3, 3), point(88, 300, 0)))
    assert uprn_points.find(region, "77") == uprn_points.UprnPoint("77", *at(3, 3), "osopenuprn_202605.csv")
    assert uprn_points.find(region, "0088") == uprn_points.UprnPoint("88", *at(300, 0), "osopenuprn_202605.csv")
    assert uprn_points.find(region, "89") is None


TWO = HOME.replace("10,0 10,10 0,10", "20,0 20,10 0,10")


@pytest.mark.parametrize(
    ("world", "points"),
    [
        (HOME, [(3, 3), (6, 6)]),  # two in the building
        (HOME, [(3, 3), (15, 5)]),  # a second one loose beside its wall
        (HOME, [(15, 5)]),  # none in it
        (f'{TWO}\nshop node 15,5 addr:housenumber=4 addr:street="Mill Wynd"', [(3, 3)]),  # two addresses in the building
        (f'{HOME}\ngate node 16,5 addr:housenumber=4 addr:street="Mill Wynd"', [(3, 3)]),  # another address loose beside it
        (HOME + ' addr:flats="1-6"', [(3, 3)]),
        (HOME + " addr:unit=2F1", [(3, 3)]),
        (HOME + " building:flats=4", [(3, 3)]),
        (HOME.replace("=house", "=apartments"), [(3, 3)]),
        (HOME.replace("=2 ", "=2-6 "), [(3, 3)]),
        (HOME.replace("=2 ", "=2/1 "), [(3, 3)]),
        ('door node 5,5 addr:housenumber=2 addr:street="Mill Wynd"', [(5, 5)]),  # an address in no building
    ],
)
def test_where_anything_else_can_be_meant_it_joins_nothing(tmp_path: Path, world: str, points: list[tuple[float, float]]) -> None:
    rows = joined(tmp_path, world, *(point(70 + n, x, y) for n, (x, y) in enumerate(points)))
    assert rows
    assert {uprn for _, uprn in rows} == {None}


def test_neighbours_in_a_terrace_do_not_stand_in_each_others_way(tmp_path: Path) -> None:
    terrace = "\n".join(
        f'h{n} area {6 * n},0 {6 * n + 6},0 {6 * n + 6},9 {6 * n},9 building=terrace addr:housenumber={n} addr:street="Mill Wynd"'
        for n in range(1, 6)
    )
    rows = joined(tmp_path, terrace, *(point(700 + n, 6 * n + 3, 4) for n in range(1, 6)))
    assert rows == [(str(n), str(700 + n)) for n in range(1, 6)]


def test_the_smallest_building_around_a_point_has_it(tmp_path: Path) -> None:
    yard = "yard area -50,-50 60,-50 60,60 -50,60 building=farm addr:housename=Mains"
    region = built(tmp_path, f"{HOME}\n{yard}", osopenuprn=table(UPRN, point(77, 3, 3)))
    assert {row["number"] or row["house"]: row["uprn"] for row in addresses(region)} == {"2": "77", "Mains": None}


def test_a_uprn_that_an_address_has_is_confirmed_or_found_to_lie_elsewhere(tmp_path: Path) -> None:
    gazetteer = table(OSG, osg(5, 2, 5, 5), osg(6, 4, 40, 0), osg(7, 6, 80, 0))
    points = table(UPRN, point(5, 12, 5), point(6, 40, 30), point(9, 200, 0))
    region = built(tmp_path, HOME, gazetteer=gazetteer, osopenuprn=points)
    assert [(row["uprn"], row["spread_m"], len(row["sources"])) for row in addresses(region)] == [
        ("5", pytest.approx(2, abs=0.1), 3),  # two metres from the walls
        ("6", pytest.approx(30, abs=0.1), 2),
        ("7", 0.0, 1),
    ]
    merged = source(region, KIND).counts["merged"]
    assert merged == {"addresses that another source has too": 2, "addresses that another source puts more than 25 m away": 1}
    assert uprn_points.find(region, "9") is not None


def test_a_uprn_given_by_the_map_is_confirmed(tmp_path: Path) -> None:
    region = built(tmp_path, HOME + " ref:GB:uprn=0005", osopenuprn=table(UPRN, point(5, 5, 50)))
    (row,) = addresses(region)
    assert (row["uprn"], row["spread_m"]) == ("5", pytest.approx(40, abs=0.1))


def test_a_list_is_located_by_the_points(tmp_path: Path) -> None:
    services = CARE + care("1", "Care Home Service", postcode="ZZ9 9ZZ", uprn="88")
    region = built(tmp_path, HOME, osopenuprn=table(UPRN, point(88, 300, 20)), care_inspectorate=services)
    (place,) = (row for row in region.read("places").rows() if row["layer"])
    assert (place["geom"].x, place["geom"].y) == at(300, 20)
    assert "located by its UPRN" in place["caveats"]


def test_points_are_kept_where_the_maps_and_gazetteers_are(tmp_path: Path) -> None:
    """The world's coverage is 1,000 m around it; Code-Point Open's hull is a country and says nothing of what is drawn here."""
    wide = "".join(code_point(f"ZZ1 {n}AA", x, y) for n, (x, y) in enumerate([(-30e3, -30e3), (30e3, -30e3), (0, 30e3)], 1))
    points = table(UPRN, point(1, 500, 0), point(2, 1500, 0), point(3, 20e3, -20e3))
    region = built(tmp_path, HOME, osopenuprn=points, codepoint=wide)
    assert region.query("SELECT uprn FROM uprn_points") == [(1,)]
    told = facts(region, KIND)
    assert told.left_out == {"a point outside the area of the region's maps and gazetteers": 2}
    assert source(region, KIND).coverage_basis == "not known: too few points for an area"


def test_without_a_map_every_point_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "osopenuprn.csv"
    path.write_text(table(UPRN, point(1, 0, 0), point(2, 90e3, 0)), encoding="utf-8")
    settings = Settings(home=tmp_path / "home")
    build([path], name="points", settings=settings)
    assert open_region("points", settings).query("SELECT uprn FROM uprn_points ORDER BY uprn") == [(1,), (2,)]


def geopackage(
    path: Path, rows: list[tuple[Any, ...]], columns: str = "UPRN INTEGER, X_COORDINATE REAL, Y_COORDINATE REAL"
) -> Path:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE other (a)")
    connection.execute(
        f'CREATE TABLE "osopenuprn_address" (fid INTEGER PRIMARY KEY, geom, {columns}, LATITUDE REAL, LONGITUDE REAL)'
    )
    marks = ", ".join("?" * (len(rows[0]) + 2))
    connection.executemany(f"INSERT INTO osopenuprn_address VALUES (NULL, NULL, {marks})", [(*row, 56.0, -4.0) for row in rows])
    connection.commit()
    connection.close()
    return path


def test_its_geopackage_gives_the_same_as_its_csv(tmp_path: Path) -> None:
    path = geopackage(
        tmp_path / "osopenuprn_202605.gpkg",
        [(77, *at(3, 3)), (88, *at(300, 0)), (89, None, 1.0), (None, *at(1, 1)), (90, -4.0, 5.0)],
    )
    region = built(tmp_path, HOME, path)
    assert [row["uprn"] for row in addresses(region)] == ["77"]
    assert uprn_points.find(region, "88") == uprn_points.UprnPoint("88", *at(300, 0), "osopenuprn_202605.gpkg")
    told = facts(region, KIND)
    assert told.unusable == {
        "its coordinates are not two numbers": 1,
        "its UPRN is not a number of up to 12 figures": 1,
        "its coordinates lie outside Great Britain": 1,
    }
    assert [fault.split(",")[1] for fault in told.faults] == [" row 3", " row 4", " row 5"]


def test_another_or_a_damaged_geopackage_is_a_sentence(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    other = geopackage(tmp_path / "other.gpkg", [(1, 2.0, 3.0)], "A INTEGER, B REAL, C REAL")
    with pytest.raises(DataError, match=r"other\.gpkg is not a file that regions are built from"):
        build([other], name="x", settings=settings)
    damaged = geopackage(tmp_path / "damaged.gpkg", [(n, *at(n, 0)) for n in range(1, 3000)])
    content = bytearray(damaged.read_bytes())
    content[20_000:60_000] = bytes(40_000)
    damaged.write_bytes(content)
    with pytest.raises(DataError, match=r"damaged\.gpkg"):
        build([damaged], name="x", settings=settings)


def test_the_products_zip(tmp_path: Path) -> None:
    text = table(UPRN, point(77, 3, 3))
    notes = "Contains OS data © Crown copyright and database right 2026\n"
    path = zipped(
        tmp_path / "osopenuprn_202605_csv.zip", osopenuprn_202605_DOT_csv=text, licence_DOT_txt=notes, versions_DOT_txt="1"
    )
    region = built(tmp_path, HOME, path)
    assert [row["uprn"] for row in addresses(region)] == ["77"]
    found = source(region, KIND)
    assert (found.date, found.credit) == ("2026-05-01", "Contains OS data © Crown copyright and database right 2026.")


def test_faults_among_many_rows_are_told_by_row(tmp_path: Path) -> None:
    rows = [point(n, n % 900, 0) for n in range(1, 3001)]
    rows[1500] = point("12x", 0, 0)
    rows[1700] = point(1701, 0, 0, x_coordinate="")
    rows[2500] = point(2501, 0, 0, y_coordinate="1e9")
    rows[2900] = point(17, 0, 0)
    region = built(tmp_path, HOME, osopenuprn=table(UPRN, *rows))
    told = facts(region, KIND)
    assert (told.rows, told.used) == (3000, {"points that carry a UPRN": 2996})
    assert told.left_out == {"a UPRN whose point is known already": 1}
    assert [fault.split(":")[0] for fault in told.faults] == [
        "osopenuprn.csv, row 1502, UPRN",
        "osopenuprn.csv, row 1702, X_COORDINATE, Y_COORDINATE",
        "osopenuprn.csv, row 2502, X_COORDINATE, Y_COORDINATE",
    ]
    assert uprn_points.find(region, "17") == uprn_points.UprnPoint("17", *at(17, 0), "osopenuprn.csv"), "the first stays"


def test_a_file_in_which_nothing_can_be_used(tmp_path: Path) -> None:
    with pytest.raises(FaultyFiles, match="not one row that can be used") as caught:
        built(tmp_path, HOME, osopenuprn=table(UPRN, *(point(n, 0, 0, x_coordinate="west") for n in range(1, 201))))
    assert "osopenuprn.csv, row 2, X_COORDINATE, Y_COORDINATE: its coordinates" in str(caught.value)


def of_text(path: Path, text: str) -> list[tuple[int, float, float, float]]:
    """Read a table by blocks and give every row with its number."""
    path.write_text(text, encoding="utf-8", newline="")
    (kind,) = (one for one in layersourcefile.load(Settings(home=path.parent)).of_kind(GazetteerSource) if one.id == "os_open_uprn")
    places = dict.fromkeys(kind.columns) | {name: UPRN.index(name) for name in kind.columns}
    found = []
    for block in uprn_tables.of_table(SourceTable(path, "", places, (), headless=False), kind):
        for i, values in enumerate(zip(block.uprn.tolist(), block.easting.tolist(), block.northing.tolist(), strict=True)):
            found.append((block.first + i, *values))
    return found


odd = st.sampled_from(["", "x", "0", "-1", "1.5", "nan", "1000000000000", '"4"', " 5 ", "6.0"])
cells = st.integers(1, 10**12 - 1).map(str) | odd
eastings = st.sampled_from(["240000", "240000.25", "", "x", "-3", "inf", '"250000"'])


@given(st.lists(st.tuples(cells, eastings), min_size=1, max_size=9), st.integers(1, 4))
def test_blocks_give_what_reading_row_by_row_gives(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], size: int
) -> None:
    lines = "".join(f"{uprn},{east},750000,1,2\r\n" for uprn, east in rows)
    path = tmp_path_factory.getbasetemp() / "blocks.csv"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(uprn_tables, "_BLOCK", size)
        quick = of_text(path, ",".join(UPRN) + "\r\n" + lines)
        patch.setattr(uprn_tables, "_in_numbers", lambda *_: iter(()))
        slow = of_text(path, ",".join(UPRN) + "\r\n" + lines)
    assert repr(quick) == repr(slow)
    assert [number for number, *_ in quick] == list(range(2, len(rows) + 2))


def test_in_the_training_town_every_uprn_that_joins_is_the_right_one(tmp_path: Path) -> None:
    lists = shipped.TRAINING_TOWN.parent / "training-lists"
    settings = Settings(home=tmp_path / "home")
    build([shipped.TRAINING_TOWN, lists / "open-uprn.csv"], name="town", settings=settings)
    region: Region = open_region("town", settings)
    with (lists / "gazetteer.csv").open(encoding="utf-8", newline="") as lines:
        truth = {row["UPRN"]: row for row in csv.DictReader(lines)}
    rows = region.query("SELECT uprn, number, street, flat, geom FROM addresses WHERE uprn IS NOT NULL")
    assert len(rows) > 1200
    for uprn, number, street, flat, geom in rows:
        row = truth[uprn]
        assert name_key(street or "") == name_key(row["STREET_DESCRIPTOR"])
        if number:
            end = f"-{row['PAO_END_NUMBER']}" if row["PAO_END_NUMBER"] else ""
            assert number == f"{row['PAO_START_NUMBER']}{row['PAO_START_SUFFIX']}{end}"
        assert (flat is None) == (not (row["SAO_TEXT"] or row["SAO_START_NUMBER"]))
        east, north = np.frombuffer(geom[-16:], "<f8")
        spot = shapely.Point(float(row["X_COORDINATE"]), float(row["Y_COORDINATE"]))
        assert spot.distance(shapely.Point(east, north)) < 60
    flats = [uprn for uprn, row in truth.items() if row["SAO_TEXT"] or row["SAO_START_NUMBER"]]
    found = uprn_points.find(region, flats[0])
    assert found is not None
    assert (found.easting, found.northing) == (float(truth[flats[0]]["X_COORDINATE"]), float(truth[flats[0]]["Y_COORDINATE"]))
