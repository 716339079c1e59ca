"""Official lists built into a region by the real reader, beside a drawn map."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from era_geo.errors import DataError, FaultyFiles
from era_geo.region import list_facts
from era_geo.region.build import build
from era_geo.region.list_reader import date_in_name
from era_geo.region.region import Region, open_region
from era_geo.settings import Settings
from tests.layers.test_lists import CARE, ROLL, care, roll
from tests.world import ORIGIN, World

STREET = """
    road   way  0,-10 200,-10             highway=residential name="Mill Wynd"
    one    area 0,0 10,0 10,10 0,10       building=house addr:housenumber=1 addr:street="Mill Wynd" addr:postcode="ZZ1 1AA"
    two    area 20,0 30,0 30,10 20,10     building=house addr:housenumber=2 addr:street="Mill Wynd" addr:postcode="ZZ1 1AA"
    three  area 40,0 50,0 50,10 40,10     building=house addr:housenumber=3 addr:street="Mill Wynd" addr:postcode="ZZ1 1AA"
    four   area 60,0 70,0 70,10 60,10     building=house addr:housenumber=4 addr:street="Mill Wynd" addr:postcode="ZZ1 1AA"
    five   area 180,0 190,0 190,10 180,10 building=house addr:housenumber=5 addr:street="Mill Wynd" addr:postcode="ZZ1 1AA"
    school area 0,50 90,50 90,90 0,90     amenity=school name="Mill School"
"""


def built(tmp_path: Path, settings: Settings, **lists: str) -> Region:
    """Build a region from the street and from lists, given by file name (without its ending) and content."""
    paths = [World(STREET).write(tmp_path / "street.osm")]
    for name, text in lists.items():
        paths.append(tmp_path / f"{name}.csv")
        paths[-1].write_text(text, encoding="utf-8")
    build(paths, name="street", settings=settings, themes=())
    return open_region("street", settings)


def places(region: Region) -> dict[str, dict[str, object]]:
    return {row["ref"]: row for row in region.read("places").rows() if row["layer"]}


def test_a_list_becomes_places_beside_those_of_the_map(tmp_path: Path, settings: Settings) -> None:
    text = ROLL + roll("7", east=str(ORIGIN[0] + 45), north=str(ORIGIN[1] + 70))
    region = built(tmp_path, settings, school_roll_2023=text)
    place = places(region)["sg_school_roll:7"]
    assert (place["layer"], place["name"], place["uncertainty_m"]) == ("school", "Mill School", 110.0)
    assert (place["postcode"], place["uprn"], place["address"]) == ("ZZ1 1AA", "118167414", "1 Mill Wynd, Milton")
    assert json.loads(str(place["caveats"])) == ["school stage: Primary"]
    assert json.loads(str(place["tags"])) == {"SchoolType": "Primary"}
    assert (place["geom"].x, place["geom"].y) == (ORIGIN[0] + 45, ORIGIN[1] + 70)  # type: ignore[attr-defined] - a point
    source = next(source for source in region.sources if source.kind == "sg_school_roll")
    assert (source.name, source.date, source.licence) == ("school_roll_2023.csv", "2023-01-01", "OGL v3")
    assert "Scottish Government" in source.credit


def test_rows_without_coordinates_are_located_by_the_maps_own_addresses(tmp_path: Path, settings: Settings) -> None:
    day_care = "Day Care of Children"
    text = (
        CARE
        + care("1", day_care, line="2 Mill Wynd")
        + care("2", day_care, line="Mill House, 9 Mill Wynd")
        + care("3", day_care, line="1 MILL WYND", postcode="zz11aa")
        + care("4", day_care, postcode="ZZ1 1ZZ")
        + care("5", day_care, postcode="AB1 1ZZ")
    )
    region = built(tmp_path, settings, care=text)
    found = places(region)
    two, nine, one = (found[f"care_inspectorate:{key}"] for key in (1, 2, 3))
    assert two["geom"].distance(_at(25, 5)) < 1  # type: ignore[attr-defined] - a point
    assert one["geom"].distance(_at(5, 5)) < 1  # type: ignore[attr-defined] - a point
    assert two["uncertainty_m"] == one["uncertainty_m"] == 25.0
    # Number 9 is no house of the street: its postcode is all that is known, as wide as that postcode's addresses lie.
    assert 80 < float(str(nine["uncertainty_m"])) < 130
    assert "located only by its postcode" in str(nine["caveats"])
    source = next(source for source in region.sources if source.kind == "care_inspectorate")
    facts = list_facts.of_source(source)
    assert facts is not None
    assert [item.ref for item in facts.not_located] == ["care_inspectorate:4"]
    assert facts.elsewhere == 1
    unbuilt = region.query("SELECT ref, reason FROM unbuilt ORDER BY ref")
    assert unbuilt == [(f"care_inspectorate:{key}", "its postcode is not in the region") for key in (4, 5)]


def test_withheld_addresses_are_counted_by_council(tmp_path: Path, settings: Settings) -> None:
    text = (
        CARE
        + "".join(care(str(n), "Child Minding", name="", postcode="", area="Fife") for n in range(3))
        + care("9", "Care Home Service")
    )
    region = built(tmp_path, settings, care=text)
    ((source, count),) = list_facts.withheld(region, "nursery", "S12000047")
    assert source.kind == "care_inspectorate"
    assert (count.what, count.count, count.why) == ("child minders", 3, "the addresses of child minders are never published")
    assert list_facts.withheld(region, "nursery", "S12000036") == ()
    assert list_facts.withheld(region, "care_home", "S12000047") == ()


def test_one_row_is_a_row_in_what_is_said_of_a_list(tmp_path: Path, settings: Settings) -> None:
    region = built(tmp_path, settings, care=CARE + care("9", "Care Home Service"))
    (source,) = (source for source in region.sources if source.kind == "care_inspectorate")
    assert list_facts.described(source)[0].endswith(": 1 row")


def test_what_a_list_says_of_itself_is_kept(tmp_path: Path, settings: Settings) -> None:
    text = ROLL + roll("1", east="x") + roll("2") + roll("3", kind="Other")
    region = built(tmp_path, settings, roll=text)
    facts = list_facts.of_source(next(source for source in region.sources if source.kind != "osm"))
    assert facts is not None
    assert (facts.label, facts.area, facts.complete_for) == ("Scottish Government school roll", "Scotland", ("school",))
    assert facts.blind_spots == ("independent schools",)
    assert facts.skipped == {"no rule of the list's file speaks of it": 1}
    assert (facts.rows, facts.fault_count) == (3, 1)
    assert facts.row_faults[0].startswith("roll.csv, row 2, GridRefEasting, GridRefNorthing: must hold two numbers")
    told = list_facts.described(next(source for source in region.sources if source.kind != "osm"))
    assert told[:2] == ("Scottish Government school roll: 3 rows", "left out: 1 (no rule of the list's file speaks of it)")
    assert "it does not hold: independent schools" in told
    assert told[-1].startswith("fault: roll.csv, row 2")
    assert all(list_facts.of_source(source) is None for source in region.sources if source.kind == "osm")


def test_the_personal_columns_of_a_list_are_nowhere_in_the_region(tmp_path: Path, settings: Settings) -> None:
    region = built(tmp_path, settings, roll=ROLL + roll(east=str(ORIGIN[0]), north=str(ORIGIN[1])))
    assert b"01234" not in region.path.read_bytes()


def test_a_list_that_lacks_columns_is_refused_whole(tmp_path: Path, settings: Settings) -> None:
    head, row = (line.rpartition(",")[0].rpartition(",")[0] + "\n" for line in (ROLL.rstrip("\n"), roll().rstrip("\n")))
    with pytest.raises(FaultyFiles, match=r"roll\.csv, Notes"):
        built(tmp_path, settings, roll=head + row)
    assert not list(settings.regions.glob("*.gpkg"))


def test_a_table_that_nobody_knows_is_refused(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(DataError, match=r"table\.csv is not a file that regions are built from"):
        built(tmp_path, settings, table="Name,Phone\nMill,01234\n")


def test_a_local_source_file_reads_another_councils_list(tmp_path: Path, settings: Settings) -> None:
    from tests.layers.test_sources import HALLS  # noqa: PLC0415 - the example of that module
    from tests.layers.written import write  # noqa: PLC0415 - as above

    write(settings, HALLS, "fife_halls.toml", "sources")
    region = built(tmp_path, settings, halls="Hall,Keeper,Post code,Where,Open\nMill Hall,Jean Mill,ZZ1 1AA,,daily\n")
    place = places(region)["fife_halls:Mill Hall"]
    assert place["layer"] == "community_centre"
    assert b"Jean Mill" not in region.path.read_bytes()


@pytest.mark.parametrize(
    ("name", "date"),
    [
        ("care-inspectorate-2026-05-31.csv", "2026-05-31"),
        ("school-roll-2023.csv", "2023-01-01"),
        ("osopenuprn_202411.csv", "2024-11-01"),
        ("AddressBaseCore_FULL_2026-01-08_001.csv", "2026-01-08"),
        ("list20260531.csv", "2026-05-31"),
        ("edinburgh-parks.csv", None),
        ("9059051129.csv", None),
        ("list-2026-13-01.csv", "2026-01-01"),
    ],
)
def test_the_date_in_a_files_name(name: str, date: str | None) -> None:
    assert date_in_name(name) == date


def _at(east: float, north: float) -> object:
    from shapely import Point  # noqa: PLC0415 - only here

    return Point(ORIGIN[0] + east, ORIGIN[1] + north)
