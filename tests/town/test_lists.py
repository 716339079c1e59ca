"""The town's official lists: the real lists' own columns, their faults on purpose, and labels that hold."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from shapely import Point

from era_geo.crs import point_to_bng
from era_geo.town import ORIGIN, ListWriter, Survey, Town

Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def folder(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lists")
    ListWriter(town, ORIGIN).write(folder)
    return folder


def rows(file: Path) -> Rows:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def header(file: Path) -> list[str]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return next(csv.reader(lines))


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("ours", "real"),
    [
        ("school-roll-2026.csv", "school-roll-2023.csv"),
        ("care-inspectorate-2026-05-31.csv", "care-inspectorate-2026-05-31.csv"),
        ("council-play-areas.csv", "edinburgh-play-areas.csv"),
        ("council-nurseries.csv", "edinburgh-nurseries.csv"),
        ("council-schools.csv", "edinburgh-schools.csv"),
    ],
)
def test_columns_are_those_of_the_real_list(folder: Path, real_data: Path, ours: str, real: str) -> None:
    assert header(folder / ours) == header(real_data / "official" / real)


def test_labels_say_which_row_is_which_object(folder: Path, survey: Survey, town: Town) -> None:
    labels = rows(folder / "labels.csv")
    assert {label["object"] for label in labels if label["object"]} <= {
        *(f"osm:node/{node.id}" for node in town.nodes if node.tags),
        *(f"osm:way/{way.id}" for way in town.ways),
        *(f"osm:relation/{relation.id}" for relation in town.relations),
    }
    assert sum(not label["object"] for label in labels) == 4, "places that the map lacks"
    seeds = {row["SeedCode"]: row for row in rows(folder / "school-roll-2026.csv")}
    for label in labels:
        if label["list"] == "school-roll-2026.csv" and label["object"]:
            row = seeds[label["key"]]
            spot = Point(int(row["GridRefEasting"]), int(row["GridRefNorthing"]))
            assert survey.shape(label["object"]).distance(spot) < 45


def test_a_school_of_two_stages_is_two_rows_with_one_key(folder: Path) -> None:
    found = [row for row in rows(folder / "school-roll-2026.csv") if row["SchoolName"] == "Marrow Academy"]
    assert {row["SeedCode"] for row in found} == {"9990037"}
    assert [row["SchUID"] for row in found] == ["9990037P", "9990037S"]


def test_one_school_is_placed_some_40_m_off(folder: Path, survey: Survey) -> None:
    row = next(row for row in rows(folder / "school-roll-2026.csv") if row["SchoolName"] == "Victoria Primary School")
    middle = survey.named("victoria-school").representative_point()
    assert 38 < middle.distance(Point(int(row["GridRefEasting"]), int(row["GridRefNorthing"]))) < 42
    east, north = point_to_bng(float(row["Longitude"]), float(row["Latitude"]))
    assert Point(east, north).distance(Point(int(row["GridRefEasting"]), int(row["GridRefNorthing"]))) < 1


def test_map_and_list_lack_each_other_s_schools(folder: Path, town: Town) -> None:
    listed = {row["SchoolName"] for row in rows(folder / "school-roll-2026.csv")}
    mapped = {way.tags.get("name") for way in town.ways if "school" in way.tags.get("amenity", "")}
    assert "St Ninian's R.C. Primary School" in listed - mapped
    assert "Muirview School" in mapped - listed


def test_care_services_have_a_postcode_at_best_and_minders_nothing(folder: Path, town: Town) -> None:
    services = rows(folder / "care-inspectorate-2026-05-31.csv")
    postcodes = {address.postcode for address in town.addresses}
    minders = [row for row in services if row["CareService"] == "Child Minding"]
    assert len(minders) == 7
    assert {(row["ServiceName"], row["Address_line_1"], row["Service_Postcode"]) for row in minders} == {("", "", "")}
    assert all(row["Service_Postcode"] in postcodes for row in services if row not in minders)
    assert [row["ServiceName"] for row in services if row["ServiceStatus"] == "Inactive"] == ["Cross Nursery", "Craigend House"]
    bare = next(row for row in services if row["ServiceName"] == "Wee Thistles Private Nursery")
    assert bare["Address_line_1"] == ""


def test_registers_hold_every_address_and_postcode(folder: Path, town: Town) -> None:
    uprns = rows(folder / "open-uprn.csv")
    gazetteer = rows(folder / "gazetteer.csv")
    assert [row["UPRN"] for row in uprns] == [row["UPRN"] for row in gazetteer] == [one.uprn for one in town.addresses]
    assert all(row["UPRN"].startswith("9999") for row in uprns)
    ranged = next(row for row in gazetteer if row["PAO_END_NUMBER"])
    assert (ranged["PAO_START_NUMBER"], ranged["PAO_END_NUMBER"]) == ("45", "47")
    lettered = next(row for row in gazetteer if row["PAO_START_SUFFIX"])
    assert (lettered["PAO_START_NUMBER"], lettered["PAO_START_SUFFIX"]) == ("8", "B")
    with (folder / "codepoint-open.csv").open(encoding="utf-8", newline="") as lines:
        postcodes = list(csv.reader(lines))
    assert all(len(row) == 10 and len(row[0]) == 7 for row in postcodes)
    listed = {f"{row[0][:4].strip()} {row[0][4:]}" for row in postcodes}
    around = {code for code in listed if code.startswith("ZZ1 0")}
    assert len(around) > 50, "a council is wider than its town: its lists speak for every house of it"
    assert listed - around - {"ZZ1 9ZY", "ZZ1 9ZZ"} == {one.postcode for one in town.addresses if one.postcode}
    assert postcodes[-1][1:4] == ["90", "0", "0"], "as the product has postcodes that nobody could place"


def test_a_postcode_lies_at_one_of_its_addresses(folder: Path, town: Town) -> None:
    with (folder / "codepoint-open.csv").open(encoding="utf-8", newline="") as lines:
        placed = {f"{row[0][:4].strip()} {row[0][4:]}": Point(int(row[2]), int(row[3])) for row in csv.reader(lines)}
    for postcode, point in placed.items():
        members = [Point(one.easting, one.northing) for one in town.addresses if one.postcode == postcode]
        assert not members or min(point.distance(member) for member in members) < 0.8
