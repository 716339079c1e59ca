"""Lists of postcodes read into a region: Code-Point Open, loose or in its zip, and directories that know which have ended."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from era_geo.address.search import locate
from era_geo.errors import DataError, FaultyFiles
from era_geo.model import LocateStatus
from era_geo.region import publisher_notes
from era_geo.region.build import build
from era_geo.region.region import Region
from era_geo.settings import Settings
from tests.region.address_files import OSG, at, built, code_point, facts, osg, source, table, zipped

ROAD = 'road way 0,-10 200,-10 highway=residential name="Mill Wynd"'
HOUSES = "\n".join(
    f'h{n} node {20 * n},0 addr:housenumber={n} addr:street="Mill Wynd" addr:postcode="ZZ1 1AA"' for n in range(1, 6)
)
LICENCE = """ORDNANCE SURVEY DATA LICENCE

Your use of data is subject to terms.

Contains Ordnance Survey data © Crown copyright and database right 2020.

Contains Royal Mail data © Royal Mail copyright and database right 2020.
Contains nothing else.

August 2020"""
HEADINGS = (
    "Postcode,Positional_quality_indicator,Eastings,Northings,Country_code,NHS_regional_HA_code,NHS_HA_code,Admin_county_code,"
    "Admin_district_code,Admin_ward_code\r\n"
)


def postcodes(region: Region) -> dict[str, dict[str, Any]]:
    return {row["postcode"]: row for row in region.read("postcodes").rows()}


def product(tmp_path: Path, name: str = "codepo_gb.zip", **more: str) -> Path:
    """Write Code-Point Open as it is delivered."""
    members = {
        "Data__CSV__zz_DOT_csv": code_point("ZZ1 1AA", 50, 0) + code_point("ZZ1 1AB", 0, 0, quality=90),
        "Data__CSV__zy_DOT_csv": code_point("ZY101AA", 500, 100, quality=50, district="S12000047"),
        "Doc__Code-Point_Open_Column_Headers_DOT_csv": "PC,PQ,EA,NO,CY,RH,LH,CC,DC,WC\r\n" + HEADINGS,
        "Doc__licence_DOT_txt": LICENCE,
    }
    return zipped(tmp_path / name, **(members | more))


def test_the_products_zip_becomes_postcodes(tmp_path: Path) -> None:
    region = built(tmp_path, ROAD, product(tmp_path))
    found = postcodes(region)
    assert set(found) == {"ZZ1 1AA", "ZY10 1AA"}
    row = found["ZZ1 1AA"]
    assert (row["geom"].x, row["geom"].y) == at(50, 0), "eastings and northings as they are"
    assert (row["quality"], row["council"], row["terminated"]) == (10, "S12000036", None)
    assert (row["spread_m"], row["addresses"]) == (None, None)
    assert (found["ZY10 1AA"]["quality"], found["ZY10 1AA"]["council"]) == (50, "S12000047")
    told = facts(region, "code-point-open")
    assert (told.rows, told.used, told.left_out) == (3, {"postcodes": 2}, {"a postcode without a position": 1})
    assert told.not_read == ()


def test_what_the_zip_says_of_itself(tmp_path: Path) -> None:
    found = source(built(tmp_path, ROAD, product(tmp_path)), "code-point-open")
    assert (found.date, found.licence) == ("2020-08-01", "OGL v3")
    assert found.credit == (
        "Contains Ordnance Survey data © Crown copyright and database right 2020. "
        "Contains Royal Mail data © Royal Mail copyright and database right 2020."
    )
    assert found.coverage_basis == "not known: too few points for an area", "two points are a line"


def test_its_coverage_is_a_hull_and_named_so(tmp_path: Path) -> None:
    more = "".join(code_point(f"ZX1 {n}AA", x, y) for n, (x, y) in enumerate([(0, 0), (4000, 0), (4000, 3000), (0, 3000)], 1))
    found = source(built(tmp_path, ROAD, product(tmp_path, Data__CSV__zx_DOT_csv=more)), "code-point-open")
    assert found.coverage_basis == "hull of its postcodes"
    assert found.coverage is not None
    assert found.coverage.area == pytest.approx(12e6)  # type: ignore[attr-defined] - an area


@pytest.mark.parametrize("headings", ["", HEADINGS])
def test_a_loose_file_with_or_without_headings(tmp_path: Path, headings: str) -> None:
    text = headings + code_point("ZZ1 1AA", 0, 0) + code_point("ZZ1 1AB", 10, 0)
    region = built(tmp_path, ROAD, codepoint_2026_05=text)
    assert set(postcodes(region)) == {"ZZ1 1AA", "ZZ1 1AB"}
    assert facts(region, "code-point-open").rows == 2
    found = source(region, "code-point-open")
    assert found.date == "2026-05-01"
    assert found.credit.startswith("Contains OS data © Crown copyright")


def test_a_published_place_wins_and_addresses_say_how_far_they_lie(tmp_path: Path) -> None:
    region = built(tmp_path, f"{ROAD}\n{HOUSES}", zz=code_point("ZZ1 1AA", 60, 300))
    (row,) = postcodes(region).values()
    assert (row["geom"].x, row["geom"].y) == at(60, 300)
    assert (row["addresses"], row["quality"]) == (5, 10)
    assert row["spread_m"] == pytest.approx((40**2 + 300**2) ** 0.5, abs=0.2)


def test_addresses_of_a_gazetteer_give_a_spread_too(tmp_path: Path) -> None:
    gazetteer = table(OSG, *(osg(n, n, 30 * n, 0) for n in range(1, 4)))
    region = built(tmp_path, ROAD, gazetteer=gazetteer, zz=code_point("ZZ1 1AA", 60, 0) + code_point("ZZ1 1AB", 0, 900))
    found = postcodes(region)
    assert (found["ZZ1 1AA"]["addresses"], found["ZZ1 1AA"]["spread_m"]) == (3, 30.0)
    assert found["ZZ1 1AB"]["addresses"] is None


def test_a_postcode_that_several_files_give_is_one_row(tmp_path: Path) -> None:
    text = code_point("ZZ1 1AA", 60, 0) + code_point("ZZ1 1AB", 0, 0)
    region = built(tmp_path, ROAD, zz=text, zz_again=code_point("ZZ1 1AA", 99, 0) + code_point("ZZ1 1AC", 5, 0) * 2)
    rows = region.query("SELECT postcode, count(*) FROM postcodes GROUP BY postcode")
    assert rows == [("ZZ1 1AA", 1), ("ZZ1 1AB", 1), ("ZZ1 1AC", 1)]
    assert postcodes(region)["ZZ1 1AA"]["geom"].x == at(60, 0)[0]
    again = next(one for one in region.sources if one.name == "zz_again.csv").counts["rows"]["left_out"]
    assert again == {"a postcode whose place another list gives": 1, "a postcode that the same file has given already": 1}


ONSPD = ("pcd", "pcd2", "pcds", "dointr", "doterm", "oslaua", "oseast1m", "osnrth1m", "osgrdind", "ctry")


def onspd(postcode: str, x: float, y: float, *, doterm: str = "", quality: int = 1) -> dict[str, object]:
    east, north = at(x, y)
    return {"pcds": postcode, "dointr": "198001", "doterm": doterm, "oslaua": "S12000036", "oseast1m": f"{east:.0f}",
            "osnrth1m": f"{north:.0f}", "osgrdind": quality}  # fmt: skip


def test_a_directory_says_which_postcodes_have_ended(tmp_path: Path) -> None:
    rows = (
        onspd("ZZ1 1AA", 0, 0),
        onspd("ZZ1 1AB", 0, 0, doterm="202305", quality=6),
        onspd("ZZ1 1AC", 0, 0, doterm="199806"),
        onspd("ZZ1 1AD", 0, 0, quality=9),
        onspd("BT1 1AA", 0, 0),
    )
    region = built(tmp_path, ROAD, ONSPD_MAY_2026_UK=table(ONSPD, *rows))
    found = postcodes(region)
    assert {code: (row["terminated"], row["quality"]) for code, row in found.items()} == {
        "ZZ1 1AA": (None, 10),
        "ZZ1 1AB": ("2023-05", 60),
        "ZZ1 1AC": ("1998-06", 10),
    }
    assert facts(region, "ons-postcode-directory").left_out == {
        "a postcode without a position": 1,
        "a postcode of Northern Ireland, whose grid is another one": 1,
    }
    answer = locate("1 Mill Wynd, ZZ1 1AC", region)
    assert answer.status is not LocateStatus.MATCHED


def test_a_postcode_that_ended_since_the_other_list_was_made(tmp_path: Path) -> None:
    directory = table(ONSPD, onspd("ZZ1 1AA", 500, 0, doterm="202305"), onspd("ZZ1 1AB", 500, 0, doterm="200001"))
    lists = {"codepoint_2020_08": code_point("ZZ1 1AA", 60, 0) + code_point("ZZ1 1AB", 70, 0), "onspd_2026_05": directory}
    found = postcodes(built(tmp_path, ROAD, **lists))
    assert found["ZZ1 1AA"]["terminated"] == "2023-05"
    assert found["ZZ1 1AA"]["geom"].x == at(60, 0)[0], "its place is still the published one"
    assert found["ZZ1 1AB"]["terminated"] is None, "it was in use again in 2020"


def test_faults_are_told_by_member_and_row(tmp_path: Path) -> None:
    good = "".join(code_point(f"ZX1 {n}AA", n, 0) for n in range(1, 8))
    bad = good + '"nonsense",10,240000,750000,"","","","","",""\r\n' + '"ZX1 8AA",10,x,750000,"","","","","",""\r\n'
    region = built(tmp_path, ROAD, product(tmp_path, Data__CSV__zx_DOT_csv=bad))
    told = facts(region, "code-point-open")
    assert told.unusable == {"it holds no postcode": 1, "its coordinates are not two numbers": 1}
    assert told.faults == (
        "codepo_gb.zip, zx.csv row 8, Postcode: it holds no postcode. The row is left out.",
        "codepo_gb.zip, zx.csv row 9, Eastings, Northings: its coordinates are not two numbers. The row is left out.",
    )


def test_a_file_of_the_wrong_form(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    narrow = tmp_path / "narrow.csv"
    narrow.write_text("".join(f"ZZ1 {n}AA,24000{n},750000\n" for n in range(9)), encoding="utf-8")
    with pytest.raises(DataError, match=r"It looks like OS Code-Point Open, but its rows have 3 cells instead of 10"):
        build([narrow], name="x", settings=settings)
    useless = tmp_path / "useless.csv"
    useless.write_text("".join(code_point(f"ZZ1 {n}AA", 1e7, 0) for n in range(9)), encoding="utf-8")
    with pytest.raises(FaultyFiles, match=r"useless\.csv, row 9, Eastings, Northings: its coordinates lie outside Great Britain"):
        build([useless], name="x", settings=settings)
    other = zipped(tmp_path / "other.zip", a_DOT_csv="a,b\r\n1,2\r\n")
    with pytest.raises(DataError, match="It is an archive: unpack it first"):
        build([other], name="x", settings=settings)


@pytest.mark.parametrize(
    ("notes", "date"),
    [
        (("COPYRIGHT DATE: 20250807\nRM UPDATE DATE: 20250801",), "2025-08-01"),
        (("August 2020",), "2020-08-01"),
        (("Updated in August 2020 by us",), None),
        (("August 2020", "RM UPDATE DATE: 20200803"), "2020-08-03"),
        (("COPYRIGHT DATE: 20251399",), None),
        ((), None),
    ],
)
def test_the_date_in_a_publishers_notes(notes: tuple[str, ...], date: str | None) -> None:
    assert publisher_notes.date_of(notes) == date


def test_a_credit_is_only_what_names_a_right() -> None:
    assert publisher_notes.credit_of(("contains tar and no right", "x\nContains OS data © Crown.\nContains OS data © Crown")) == (
        "Contains OS data © Crown."
    )
    assert publisher_notes.credit_of(("nothing",)) is None
    flood = "\n".join(f"Contains data © of {n}" for n in range(1000))
    assert (publisher_notes.credit_of((flood,)) or "").count("©") == 6
