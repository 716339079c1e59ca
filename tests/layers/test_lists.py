"""Official lists read row by row: what becomes a place, where it lies, and what became of every other row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from era_geo import crs, layersourcefile
from era_geo.errors import DataError, FaultyFiles
from era_geo.layersource import ListSource, SourceSet
from era_geo.region.list_model import ListRead, Located
from era_geo.region.lists import iso_date, read_list, wanted
from era_geo.settings import Settings

ROLL = (
    "SeedCode,SchoolType,SchoolName,AddressLine1,AddressLine2,AddressLine3,PostCode,UPRN,GridRefEasting,GridRefNorthing,"
    "Notes,Phone\n"
)
CARE = (
    "CSNumber,CareService,Subtype,AdditionalSubtypes,ServiceName,Address_line_1,Address_line_2,Address_line_3,Address_line_4,"
    "Service_town,Service_Postcode,ChopUPRN,ServiceStatus,Council_Area_Name,CareHome_Main_Area_of_Care\n"
)


class Gazetteer:
    """What the region would know: one UPRN, one address, one postcode."""

    def uprn(self, uprn: str) -> Located | None:
        return Located(1000.0, 1000.0, 25.0, "located by its UPRN") if uprn == "118167414" else None

    def address(self, lines: Iterable[str], postcode: str) -> Located | None:
        known = (*lines,)[:1] == ("2 Mill Wynd",) and postcode == "ZZ1 1AA"
        return Located(2000.0, 2000.0, 25.0, "located by its address") if known else None

    def postcode(self, postcode: str) -> Located | None:
        return Located(3000.0, 3000.0, 80.0, "located only by its postcode") if postcode == "ZZ1 1AA" else None

    def neighbourhood(self, postcode: str) -> tuple[float, float] | None:
        return (3100.0, 3100.0) if postcode.startswith("ZZ1") else None


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> SourceSet:
    return layersourcefile.load(Settings(home=tmp_path_factory.mktemp("home")))


def source(shipped: SourceSet, source_id: str) -> ListSource:
    return next(found for found in shipped.of_kind(ListSource) if found.id == source_id)


def read(shipped: SourceSet, source_id: str, tmp_path: Path, text: str) -> ListRead:
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8", newline="")
    return read_list(path, source(shipped, source_id), Gazetteer())


def roll(number: str = "1", kind: str = "Primary", east: str = "240000", north: str = "750000", **more: str) -> str:
    postcode, notes, name = more.get("postcode", "ZZ1 1AA"), more.get("notes", ""), more.get("name", "Mill School")
    return f"{number},{kind},{name},1 Mill Wynd,,Milton,{postcode},118167414.0,{east},{north},{notes},01234 567890\n"


def care(number: str, kind: str, *, name: str = "Mill House", line: str = "", postcode: str = "ZZ1 1AA", **more: str) -> str:
    subtype, status = more.get("subtype", ""), more.get("status", "Active")
    area, uprn = more.get("area", "Fife"), more.get("uprn", "")
    return f'{number},{kind},{subtype},,{name},"{line}",,,,Milton,{postcode},{uprn},{status},{area},\n'


def test_a_row_becomes_a_place_where_its_coordinates_put_it(shipped: SourceSet, tmp_path: Path) -> None:
    result = read(shipped, "sg_school_roll", tmp_path, ROLL + roll())
    (place,) = result.places
    assert place.ref == "sg_school_roll:1"
    assert place.layers == ("school",)
    assert place.located == Located(240000.0, 750000.0, 110.0)
    assert (place.name, place.address, place.postcode) == ("Mill School", "1 Mill Wynd, Milton", "ZZ1 1AA")
    assert place.uprn == "118167414"
    assert place.caveats == ("school stage: Primary",)
    assert place.evidence == {"SchoolType": "Primary"}
    assert place.rows == (2,)
    assert (result.faults, result.unlocated, result.skipped) == ((), (), {})


def test_two_stages_of_a_school_are_one_place(shipped: SourceSet, tmp_path: Path) -> None:
    result = read(shipped, "sg_school_roll", tmp_path, ROLL + roll() + roll("2") + roll(kind="Secondary"))
    assert [place.ref for place in result.places] == ["sg_school_roll:1", "sg_school_roll:2"]
    assert result.places[0].caveats == ("school stage: Primary", "school stage: Secondary")
    assert result.places[0].rows == (2, 4)
    assert result.rows == 3


def test_rows_of_one_key_that_lie_apart_are_told_and_less_exact(shipped: SourceSet, tmp_path: Path) -> None:
    result = read(shipped, "sg_school_roll", tmp_path, ROLL + roll() + roll(kind="Secondary", east="240300"))
    assert result.places[0].located == Located(240000.0, 750000.0, 300.0)
    assert [str(fault) for fault in result.faults] == [
        "list.csv, row 3: lies 300 m from row 2, which has the same key. The first is taken, less exactly."
    ]


@pytest.mark.parametrize(
    ("east", "north", "fault"),
    [
        ("x", "750000", "must hold two numbers"),
        ("", "750000", "must hold two numbers"),
        ("750000", "240000000", "lies outside Great Britain"),
        ("nan", "1", "must hold two numbers"),
    ],
)
def test_coordinates_that_cannot_be_used_are_told_and_the_next_best_is_taken(
    shipped: SourceSet, tmp_path: Path, east: str, north: str, fault: str
) -> None:
    result = read(shipped, "sg_school_roll", tmp_path, ROLL + roll(east=east, north=north))
    (place,) = result.places
    assert place.located.uncertainty_m == 25.0
    assert "its coordinates in the list cannot be used" in place.caveats
    assert "located by its UPRN" in place.caveats
    assert len(result.faults) == 1
    assert result.faults[0].where == "row 2, GridRefEasting, GridRefNorthing"
    assert fault in result.faults[0].what


def test_all_faulty_rows_are_told_and_none_stops_the_rest(shipped: SourceSet, tmp_path: Path) -> None:
    text = ROLL + roll(east="x") + roll("2") + roll("", postcode="ZZ1") + roll("4", north="-")
    result = read(shipped, "sg_school_roll", tmp_path, text)
    assert [fault.where.split(",")[0] for fault in result.faults] == ["row 2", "row 4", "row 5"]
    assert [place.ref for place in result.places] == [f"sg_school_roll:{key}" for key in ("1", "2", "row 4", "4")]


def test_without_coordinates_the_uprn_counts_then_the_address_then_the_postcode(shipped: SourceSet, tmp_path: Path) -> None:
    day_care = "Day Care of Children"
    text = (
        CARE
        + care("1", day_care, line="2 Mill Wynd", uprn="118167414.0")
        + care("2", day_care, line="2 Mill Wynd")
        + care("3", day_care)
    )
    result = read(shipped, "care_inspectorate", tmp_path, text)
    assert [place.located.easting for place in result.places] == [1000.0, 2000.0, 3000.0]
    assert [place.located.uncertainty_m for place in result.places] == [25.0, 25.0, 80.0]
    assert [place.caveats[-1] for place in result.places] == [
        "located by its UPRN",
        "located by its address",
        "located only by its postcode",
    ]


def test_what_nothing_locates_is_reported_with_its_neighbourhood(shipped: SourceSet, tmp_path: Path) -> None:
    text = CARE + care("1", "Care Home Service", postcode="ZZ1 9ZZ") + care("2", "Secure Accommodation Service", postcode="")
    result = read(shipped, "care_inspectorate", tmp_path, text)
    assert result.places == ()
    known, unknown = result.unlocated
    assert (known.ref, known.layers, known.roughly, known.row) == ("care_inspectorate:1", ("care_home",), (3100.0, 3100.0), 2)
    assert known.reason == "its postcode is not in the region"
    assert (unknown.roughly, unknown.reason) == (None, "the list gives neither coordinates nor a postcode")


def test_whose_address_is_withheld_is_counted_by_council_area(shipped: SourceSet, tmp_path: Path) -> None:
    minders = [("1", "Fife"), ("2", "Fife"), ("3", "Perth & Kinross"), ("4", "Nowhere")]
    text = CARE + "".join(care(number, "Child Minding", name="", postcode="", area=area) for number, area in minders)
    text += care("5", "Child Minding", name="", postcode="", status="Inactive")
    text += care("6", "Care Home Service", subtype="Children & Young People", postcode="", name="Mill Cottage")
    result = read(shipped, "care_inspectorate", tmp_path, text)
    counts = {(count.what, count.area, count.code): (count.layer, count.count) for count in result.counted}
    assert counts == {
        ("child minders", "Fife", "S12000047"): ("nursery", 2),
        ("child minders", "Perth and Kinross", "S12000048"): ("nursery", 1),
        ("child minders", "Nowhere", None): ("nursery", 1),
        ("children's homes", "Fife", "S12000047"): ("childrens_home", 1),
    }
    assert result.skipped == {"a child minder who is inactive": 1}
    assert "Mill Cottage" not in repr(result)


def test_a_refuge_leaves_no_trace_but_a_number(shipped: SourceSet, tmp_path: Path) -> None:
    text = (
        CARE
        + care("CS77", "Day Care of Children", name="Mill Women\u2019s Aid")
        + care("CS78", "Housing Support Service", name="The Refuge")
    )
    result = read(shipped, "care_inspectorate", tmp_path, text)
    assert result.skipped == {"may be a refuge: never stored": 2}
    assert "Mill" not in repr(result)
    assert "CS7" not in repr(result)


def test_a_closed_place_is_listed_and_says_so(shipped: SourceSet, tmp_path: Path) -> None:
    result = read(shipped, "care_inspectorate", tmp_path, CARE + care("1", "Care Home Service", status="Inactive"))
    assert "the list marks it as inactive: check whether it is open" in result.places[0].caveats


def test_every_row_is_accounted_for(shipped: SourceSet, tmp_path: Path) -> None:
    kinds = ["Day Care of Children", "Child Minding", "Nurse Agency", "Housing Support Service", "Something New"]
    text = CARE + "".join(care(str(number), kind) for number, kind in enumerate(kinds))
    result = read(shipped, "care_inspectorate", tmp_path, text)
    counted = sum(count.count for count in result.counted)
    assert len(result.places) + len(result.unlocated) + counted + sum(result.skipped.values()) == result.rows == 5


def test_no_column_that_is_not_named_leaves_the_file(shipped: SourceSet, tmp_path: Path) -> None:
    result = read(shipped, "sg_school_roll", tmp_path, ROLL + roll(notes="a note"))
    assert "01234" not in repr(result)


def test_markup_in_cells_is_read_as_text(shipped: SourceSet, tmp_path: Path) -> None:
    result = read(shipped, "sg_school_roll", tmp_path, ROLL + roll(name='"<b>Mill</b> &amp; Burn School"'))
    assert result.places[0].name == "Mill & Burn School"


def test_one_column_with_latitude_and_longitude(shipped: SourceSet, tmp_path: Path) -> None:
    lon, lat = crs.point_to_lonlat(325635.0, 673477.0)
    rows = f'Name,Address,Postcode,Location\nMill Library,1 Mill Wynd,EH1 1ZZ,"{lat},{lon}"\nBurn Library,,EH1 1ZY,"{lon},{lat}"\n'
    result = read(shipped, "edinburgh_libraries", tmp_path, rows)
    (place,) = result.places
    assert place.located[:2] == (pytest.approx(325635.0, abs=0.01), pytest.approx(673477.0, abs=0.01))
    assert "The two numbers look swapped" in result.faults[0].what
    assert len(result.unlocated) == 1


def test_a_school_with_a_nursery_is_a_place_of_both_layers(shipped: SourceSet, tmp_path: Path) -> None:
    head = "SITE_NAME,ADDRESS,POSTCODE,SECTOR,SUB_TYPE,NURSERY,SEED_NO,X_COORD,Y_COORD\n"
    result = read(shipped, "edinburgh_schools", tmp_path, f"{head}Mill School,1 Mill Wynd,EH1 1ZZ,Primary,,YES,77,325635,673477\n")
    assert result.places[0].layers == ("school", "nursery")
    assert result.places[0].evidence["SEED_NO"] == "77"


def test_missing_columns_are_all_named(shipped: SourceSet, tmp_path: Path) -> None:
    with pytest.raises(FaultyFiles) as caught:
        read(shipped, "sg_school_roll", tmp_path, "SeedCode,SchoolName,PostCode\n1,Mill School,ZZ1 1AA\n")
    assert {fault.where for fault in caught.value.faults} >= {"SchoolType", "GridRefEasting", "GridRefNorthing", "UPRN"}
    assert "layers/sources/sg_school_roll.toml" in str(caught.value)


@pytest.mark.parametrize("text", ["", ROLL])
def test_an_empty_list_is_a_sentence(shipped: SourceSet, tmp_path: Path, text: str) -> None:
    with pytest.raises(DataError, match=r"list\.csv"):
        read(shipped, "sg_school_roll", tmp_path, text)


def test_what_will_be_looked_up_is_known_beforehand(shipped: SourceSet, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(ROLL + roll() + roll("2", postcode="zz11ab") + roll("3", postcode="none"))
    assert wanted(path, source(shipped, "sg_school_roll")) == ({"ZZ1 1AA", "ZZ1 1AB"}, {"118167414"})


def test_a_date_may_stand_in_a_column(shipped: SourceSet, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(ROLL + roll(notes="31/12/2022") + roll("2", notes="2023-05-01 10:00") + roll("3", notes="soon"))
    dated = replace(source(shipped, "sg_school_roll"), date_from="Notes")
    assert read_list(path, dated, Gazetteer()).newest == "2023-05-01"


@pytest.mark.parametrize(
    ("text", "date"),
    [("2026-05-31T10:00", "2026-05-31"), ("1/4/2002", "2002-04-01"), ("31/02/2020", None), ("yesterday", None), ("", None)],
)
def test_dates_as_lists_write_them(text: str, date: str | None) -> None:
    assert iso_date(text) == date


@given(rows=st.lists(st.lists(st.text(max_size=12), min_size=15, max_size=15), min_size=1, max_size=5))
@examples(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_any_rows_are_accounted_for(shipped: SourceSet, tmp_path: Path, rows: list[list[str]]) -> None:
    body = "".join(",".join('"' + cell.replace('"', "").replace("\x00", "") + '"' for cell in row) + "\n" for row in rows)
    path = tmp_path / "list.csv"
    path.write_text(CARE + body, encoding="utf-8", errors="replace", newline="")
    try:
        result = read_list(path, source(shipped, "care_inspectorate"), Gazetteer())
    except DataError:
        return  # rows without any text
    places = Counter(row for place in result.places for row in place.rows)
    assert max(places.values(), default=1) == 1
    counted = sum(count.count for count in result.counted)
    assert sum(places.values()) + counted + sum(result.skipped.values()) + len(result.unlocated) <= result.rows <= len(rows)
