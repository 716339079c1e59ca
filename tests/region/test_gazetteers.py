"""Gazetteers read into a region: their words, their points, and what becomes of rows that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from era_geo import crs
from era_geo.errors import DataError, FaultyFiles
from era_geo.layersource import Position
from era_geo.region import positions, row_facts, uprn_points
from era_geo.region.build import build
from era_geo.settings import Settings
from tests.region.address_files import CORE, OSG, addresses, at, built, core, facts, osg, source, table, zipped

EMPTY = "road way 0,-10 200,-10 highway=residential name='Mill Wynd'"


def one(tmp_path: Path, *rows: object, **tables: str) -> dict[str, object]:
    (row,) = addresses(built(tmp_path, EMPTY, **(tables or {"gazetteer": table(OSG, *rows)})))  # type: ignore[arg-type] - rows
    return row


def test_a_row_becomes_an_address_at_its_own_point(tmp_path: Path) -> None:
    row = one(tmp_path, osg("000123456789", 12, 100.25, 20.5, sao_text="FLAT 2/1", pao_start_suffix="A"))
    assert row["ref"] == "one_scotland_gazetteer:123456789"
    assert (row["flat"], row["number"], row["house"]) == ("2/1", "12A", None)
    assert (row["street"], row["town"], row["postcode"], row["uprn"]) == ("Mill Wynd", "Milton", "ZZ1 1AA", "123456789")
    assert (row["sources"], row["spread_m"], row["building_id"]) == (["gazetteer.csv"], 0.0, None)
    assert row["classification"] == "RD"
    assert row["at"] == pytest.approx((100.25, 20.5), abs=0.001)


@pytest.mark.parametrize(
    ("more", "flat", "number", "house"),
    [
        ({"pao_end_number": 14}, None, "12-14", None),
        ({"pao_start_number": "", "pao_text": "TIGH AN UILLT"}, None, None, "Tigh an Uillt"),
        ({"pao_start_number": "", "pao_text": "12A"}, None, "12A", None),
        ({"pao_start_number": "", "pao_text": "12-14"}, None, "12-14", None),
        ({"pao_text": "ROSE COTTAGE"}, None, "12", "Rose Cottage"),
        ({"sao_text": "MAIN DOOR"}, "Main Door", "12", None),
        ({"sao_text": "GFL"}, "GFL", "12", None),
        ({"sao_text": "FLAT", "sao_start_number": 3}, "3", "12", None),
        ({"sao_start_number": 3, "sao_start_suffix": "B"}, "3B", "12", None),
        ({"sao_start_number": 9, "pao_start_number": "", "pao_text": "BLOCK 3"}, "9", None, "Block 3"),
    ],
)
def test_the_parts_of_an_address(tmp_path: Path, more: dict[str, object], flat: str, number: str, house: str) -> None:
    row = one(tmp_path, osg(1, 12, 0, 0, **more))
    assert (row["flat"], row["number"], row["house"]) == (flat, number, house)


def test_addressbase_core(tmp_path: Path) -> None:
    region = built(tmp_path, EMPTY, AddressBaseCore_FULL_2026_11_01_001=table(
        CORE,
        core(1, "12A", 0, 0, sub_building="FLAT 1F2"),
        core(2, "", 50, 0, building_name="14B"),
        core(3, "", 90, 0, classification_code="PS"),
        core(4, 16, 90, 0, change_code="D"),
        core(5, "", 90, 0, classification_code="LB99"),
    ))  # fmt: skip
    assert [(row["number"], row["flat"], row["classification"]) for row in addresses(region)] == [
        ("12A", "1F2", "RD04"),
        ("14B", None, "RD04"),
    ]
    found = source(region, "addressbase-core")
    assert (found.date, found.licence) == ("2026-11-01", "Public Sector Geospatial Agreement")
    assert facts(region, "addressbase-core").left_out == {
        "a street, not an address": 1,
        "a deleted record of a change-only file": 1,
        "land, or a structure without an address of its own": 1,
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_any_form_in_which_people_save_it(tmp_path: Path, encoding: str, delimiter: str) -> None:
    text = table(OSG, osg(7, 3, 0, 0, street_descriptor="SRÀID NA H-EAGLAISE")).replace(",", delimiter)
    path = tmp_path / "export.txt"
    path.write_bytes(text.encode(encoding))
    (row,) = addresses(built(tmp_path, EMPTY, path))
    assert (row["street"], row["uprn"]) == ("Sràid na h-Eaglaise", "7")


def test_names_of_columns_and_an_archive(tmp_path: Path) -> None:
    text = table(OSG, osg(7, 3, 10, 0)).replace("PAO_START_NUMBER", "PaoStartNumber").replace("STREET_DESCRIPTOR", "Street")
    path = zipped(
        tmp_path / "osg 2026-05.zip", Data__part1_DOT_csv=text, Data__extra_DOT_csv="a,b\r\n1,2\r\n", readme_DOT_txt="hello"
    )
    region = built(tmp_path, EMPTY, path)
    assert [row["number"] for row in addresses(region)] == ["3"]
    assert source(region, "gazetteer").date == "2026-05-01"
    assert facts(region, "gazetteer").not_read == ("extra.csv",)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"logical_status": 1}, None),
        ({"logical_status": 3}, None),
        ({"logical_status": ""}, None),
        ({"logical_status": "Approved"}, None),
        ({"logical_status": 5}, "an address that was proposed or rejected"),
        ({"logical_status": 6}, "a provisional address, not yet given out"),
        ({"logical_status": "PROVISIONAL"}, "a provisional address, not yet given out"),
        ({"logical_status": 7}, "an address that was proposed or rejected"),
        ({"logical_status": 8}, "a historical address"),
        ({"logical_status": "Historical"}, "a historical address"),
        ({"logical_status": 9}, "an address that was proposed or rejected"),
        ({"blpu_state": 2}, None),
        ({"blpu_state": 4}, "a building that is no longer there"),
        ({"blpu_logical_status": 8}, "a historical property"),
        ({"classification_code": "PS"}, "a street, not an address"),
        ({"classification_code": "PP"}, None),
    ],
)
def test_where_an_address_is_in_its_life(tmp_path: Path, more: dict[str, object], why: str | None) -> None:
    columns = (*OSG, "BLPU_STATE", "BLPU_LOGICAL_STATUS")
    region = built(tmp_path, EMPTY, gazetteer=table(columns, osg(1, 1, 0, 0), osg(2, 3, 10, 0, **more)))
    assert [row["number"] for row in addresses(region)] == (["1"] if why else ["1", "3"])
    assert facts(region, "gazetteer").left_out == ({why: 1} if why else {})


ROUGH = "a point of its street, its postcode or wider, not of the property"


@pytest.mark.parametrize(
    ("code", "is_read"), [("1", True), ("2", True), ("", True), ("3", False), ("4", False), ("5", False), ("9", False)]
)
def test_a_point_that_is_not_the_propertys_own_is_no_house(tmp_path: Path, code: str, *, is_read: bool) -> None:
    region = built(
        tmp_path,
        EMPTY,
        gazetteer=table(OSG, osg(1, 12, 0, 0, blpu_rpc=code), osg(2, 14, 10, 0, blpu_rpc="1")),
        core=table(CORE, core(3, 16, 20, 0, rpc=code), core(4, 18, 30, 0)),
    )
    read = {"14", "18"} | ({"12", "16"} if is_read else set())
    assert {row["number"] for row in addresses(region)} == read
    for kind in ("gazetteer", "addressbase-core"):
        assert facts(region, kind).left_out == ({} if is_read else {ROUGH: 1})


@pytest.mark.parametrize(("code", "use"), [("RD04", "RD04"), ("CR", "CR"), ("", None), ("UC", None), ("U", None)])
def test_an_address_not_yet_classified_says_nothing_of_its_use(tmp_path: Path, code: str, use: str | None) -> None:
    assert one(tmp_path, osg(5, 2, 0, 0, classification_code=code))["classification"] == use


@pytest.mark.parametrize("alternative_first", [True, False])
def test_the_wording_that_was_given_out_counts_before_an_alternative(tmp_path: Path, *, alternative_first: bool) -> None:
    given = osg(5, 2, 0, 0)
    other = osg(5, 40, 0, 0, street_descriptor="HIGH STREET", pao_text="MILL HOUSE", logical_status=3)
    row = one(tmp_path, *((other, given) if alternative_first else (given, other)))
    assert (row["number"], row["street"], row["house"]) == ("2", "Mill Wynd", "Mill House")


def test_a_row_without_a_door_is_a_point_and_no_address(tmp_path: Path) -> None:
    region = built(tmp_path, EMPTY, gazetteer=table(OSG, osg(8, "", 30, 5), osg(9, 1, 0, 0)))
    assert [row["uprn"] for row in addresses(region)] == ["9"]
    assert facts(region, "gazetteer").used == {"addresses": 1, "points that carry a UPRN and no address": 1}
    found = uprn_points.find(region, "008")
    assert found == uprn_points.UprnPoint("8", *at(30, 5), "gazetteer.csv")
    assert uprn_points.find(region, "9") is None, "an address has it"
    assert [uprn_points.find(region, text) for text in ("10", "", "x", "-8", "²", "9" * 13)] == [None] * 6


FAULTY = table(
    OSG,
    osg(1, 1, 0, 0),
    osg(2, 2, 10, 0, x_coordinate="12 east"),
    osg(3, 3, 20, 0, x_coordinate="", y_coordinate=""),
    osg(4, 4, 30, 0, x_coordinate="-5"),
    osg(5, 5, 40, 0, x_coordinate="673000", y_coordinate="325000") | {"Y_COORDINATE": "1325000"},
    osg("", 6, 50, 0),
    osg("A6", 7, 60, 0),
    osg(8, 8, 70, 0, postcode="ZZ1"),
    osg("", "", 80, 0),
    osg(10, 10, 90, 0, logical_status=8),
    osg(11, 11, 100, 0, x_coordinate="nan"),
)


def test_all_faults_at_once_by_row_and_column_without_content(tmp_path: Path) -> None:
    region = built(tmp_path, EMPTY, gazetteer=FAULTY)
    found = facts(region, "gazetteer")
    assert found.rows == 11
    assert found.used == {"addresses": 4}
    assert found.left_out == {"a historical address": 1}
    assert found.unusable == {
        "its coordinates are not two numbers": 2,
        "its coordinates lie outside Great Britain": 2,
        "it has no coordinates": 1,
        "it has neither a number, nor a name, nor a UPRN": 1,
    }
    assert found.partly == {"its UPRN is not a number of up to 12 figures": 2, "its postcode is none": 1}
    assert found.rows == sum(found.used.values()) + sum(found.left_out.values()) + sum(found.unusable.values())
    place = "X_COORDINATE or EASTING, Y_COORDINATE or NORTHING"
    assert [fault.split(": ", 1)[0] for fault in found.faults] == [
        *(f"gazetteer.csv, row {number}, {place}" for number in (3, 4, 5, 6)),
        "gazetteer.csv, row 7, UPRN",
        "gazetteer.csv, row 8, UPRN",
        "gazetteer.csv, row 9, POSTCODE or POSTCODE_LOCATOR",
        "gazetteer.csv, row 10, UPRN",
        f"gazetteer.csv, row 12, {place}",
    ]
    assert not any("12 east" in fault or "A6" in fault or "ZZ1" in fault for fault in found.faults)
    unbuilt = region.query("SELECT ref, tags, reason FROM unbuilt ORDER BY fid")
    assert ("one_scotland_gazetteer:2", "{}", "its coordinates are not two numbers") in unbuilt
    assert len(unbuilt) == 6
    told = row_facts.described(source(region, "gazetteer"))
    assert told[:3] == (
        "One Scotland Gazetteer: 11 rows",
        "addresses: 4",
        "left out: 1 (a historical address)",
    )
    assert "used in part: 1 (its postcode is none)" in told
    assert sum(sentence.startswith("fault: gazetteer.csv, row") for sentence in told) == 9
    assert [row["uprn"] for row in addresses(region)] == ["1", None, None, "8"]


def test_one_row_is_a_row_in_what_is_said_of_a_file(tmp_path: Path) -> None:
    region = built(tmp_path, EMPTY, gazetteer=table(OSG, osg(1, 6, 50, 0)))
    assert row_facts.described(source(region, "gazetteer"))[0] == "One Scotland Gazetteer: 1 row"


def test_an_address_without_a_uprn_is_named_by_its_row(tmp_path: Path) -> None:
    assert one(tmp_path, osg("", 6, 50, 0))["ref"] == "one_scotland_gazetteer:row-2"


def test_faults_beyond_the_first_are_counted(tmp_path: Path) -> None:
    rows = [osg(n, n, 0, 0, x_coordinate="?") for n in range(1, 1201)]
    region = built(tmp_path, EMPTY, gazetteer=table(OSG, osg(1, 1, 0, 0), *rows))
    found = facts(region, "gazetteer")
    assert (len(found.faults), found.fault_count) == (row_facts.MOST_FAULTS_NAMED, 1200)
    assert row_facts.described(source(region, "gazetteer"))[-1] == "and 1,100 faults more"
    assert source(region, "gazetteer").counts["not built"] == {"its coordinates are not two numbers": 1200}


GOOD = table(OSG, osg(1, 1, 0, 0))
GOOD_CORE = table(CORE, core(1, 1, 0, 0))
UNUSABLE = table(OSG, *(osg(n, n, 0, 0, x_coordinate="?") for n in range(150)))


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        (UNUSABLE, FaultyFiles, "50 faults more, and not one row that can be used"),
        (table(OSG), DataError, "has headings and no rows"),
        (GOOD.replace("Y_COORDINATE", "NORTH"), FaultyFiles, "Y_COORDINATE or NORTHING: the column is missing"),
        (
            GOOD.replace("PAO_TEXT", "P").replace("UPRN,", "ID,"),
            DataError,
            "It looks like One Scotland Gazetteer, but lacks the columns UPRN, PAO_TEXT",
        ),
        (
            GOOD_CORE.replace("SUB_BUILDING,BUILDING_NAME", "SUB,NAME").replace("SINGLE_LINE_ADDRESS", "LINE"),
            DataError,
            "It looks like OS AddressBase Core, but lacks the columns SINGLE_LINE_ADDRESS, SUB_BUILDING",
        ),
        (GOOD + '"cut short', DataError, "damaged or no CSV table"),
    ],
)
def test_a_file_of_the_wrong_form_says_what_is_missing(tmp_path: Path, text: str, error: type[DataError], says: str) -> None:
    with pytest.raises(error, match=says) as caught:
        built(tmp_path, EMPTY, gazetteer=text)
    assert "gazetteer.csv" in str(caught.value)


def test_a_damaged_archive_is_a_sentence(tmp_path: Path) -> None:
    path = zipped(tmp_path / "osg.zip", a_DOT_csv=table(OSG, *(osg(n, n, n, 0) for n in range(400))))
    whole = path.read_bytes()
    for content, says in (
        (whole[: len(whole) // 2], "damaged or cut short"),
        (whole[:200] + bytes(200) + whole[400:], "a.csv is damaged inside its archive"),
    ):
        path.write_bytes(content)
        with pytest.raises(DataError, match=says):
            build([path], name="x", settings=Settings(home=tmp_path / "home"))


def test_its_coverage_is_the_outline_of_its_addresses_with_islands(tmp_path: Path) -> None:
    rows = [osg(100 * x + y, x, 100 * x, 100 * y) for x in range(1, 31) for y in range(31)]
    island = [osg(9000 + n, n, 40_000 + 100 * n, 100 * (n % 3)) for n in range(1, 6)]
    region = built(tmp_path, EMPTY, gazetteer=table(OSG, *rows, *island))
    found = source(region, "gazetteer")
    assert found.coverage is not None
    assert found.coverage_basis == "outline of its addresses"
    assert found.coverage.area < 60e6, "not the sea between"  # type: ignore[attr-defined] - an area
    assert found.coverage.intersects(region.read("addresses").geometry[-1])


OWN = """
id = "fife_gazetteer"
kind = "gazetteer"
version = 1
label = "Fife gazetteer"
licence = "OGL v3"
credit = "Fife Council"
date_from = "file name"
recognise = ["Ref", "Door", "Road", "Where"]
uprn = "Ref"
number = "Door"
street = "Road"
position = { lat_lon = "Where" }
"""


def test_a_councils_own_gazetteer_in_degrees_meets_the_map_by_the_grid_of_ostn15(tmp_path: Path) -> None:
    folder = tmp_path / "home" / "layers" / "sources"
    folder.mkdir(parents=True)
    (folder / "fife_gazetteer.toml").write_text(OWN, encoding="utf-8")
    lon, lat = crs.point_to_lonlat(*at(100, 50))
    rows = f'5,3,Mill Wynd,"{lat:.8f}, {lon:.8f}"\n6,4,Mill Wynd,"{lon}, {lat}"\n7,5,Mill Wynd,here\n8,6,Mill Wynd,"56.1,"\n'
    region = built(tmp_path, EMPTY, doors="Ref,Door,Road,Where\n" + rows)
    (row,) = addresses(region)
    assert row["at"] == pytest.approx((100, 50), abs=0.01)
    assert (row["ref"], row["number"], row["street"]) == ("fife_gazetteer:5", "3", "Mill Wynd")
    assert source(region, "gazetteer").credit == "Fife Council"
    assert facts(region, "gazetteer").unusable == {
        "its coordinates lie outside Great Britain": 1,
        "its coordinates are not two numbers": 2,
    }


GRID = Position(easting="E", northing="N")


@given(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)) | st.tuples(st.floats().map(str), st.floats().map(repr))))
def test_any_cells_are_a_place_or_a_reason(cells: list[tuple[str, str]]) -> None:
    places = positions.read(GRID, [{"E": east, "N": north} for east, north in cells])
    assert len(places.wrong) == len(cells)
    for east, north, wrong in zip(*places, strict=True):
        assert (wrong == "") == (0 < east < 700_000 and 0 < north < 1_250_000)


def test_swapped_coordinates_are_said_to_be_swapped() -> None:
    (wrong,) = positions.read(GRID, [{"E": "750000", "N": "240000"}]).wrong
    assert wrong == positions.SWAPPED
