# ruff: noqa: E501 - a row of the tables below reads best on one line
"""How lists and gazetteers are described: the shipped files, what `check` says about faulty ones, and how tables are recognised."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from era_geo import layercouncil, layerset, layersourcefile
from era_geo.layergazetteer import GazetteerSource, PostcodeSource
from era_geo.layerrows import clean_cell, place_columns, row_of
from era_geo.layersource import ListSource, SourceSet
from era_geo.settings import Settings
from tests.layers.written import write

HALLS = """\
id = "fife_halls"
version = 1
label = "Fife halls"
licence = "OGL v3"
credit = "Contains Fife Council information"
date_from = "file name"
recognise = ["Hall", "Keeper", "Post code"]
coverage = { council = "Fife", complete_for = ["community_centre"] }
key = "Hall"
name = "Hall"
postcode = "Post code"
position = { lat_lon = "Where", uncertainty_m = 20 }
never_read = ["Keeper"]

[[skip]]
has_word = { Hall = "store" }
why = "a store"

[[place]]
layer = "community_centre"

[[caveat]]
when = { Open = "*" }
say = "open: {Open}"

[[example]]
row = { Hall = "Mill Hall", Open = "daily" }
becomes = "community_centre"
caveats = ["open: daily"]
"""
SHOWN = "layers/sources/fife_halls.toml"


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> SourceSet:
    return layersourcefile.load(Settings(home=tmp_path_factory.mktemp("home")))


def faults(settings: Settings, text: str) -> list[str]:
    write(settings, text, "fife_halls.toml", "sources")
    return [str(fault) for fault in layersourcefile.check(settings)]


def source(sources: SourceSet, source_id: str) -> ListSource:
    (found,) = (found for found in sources.of_kind(ListSource) if found.id == source_id)
    return found


def test_the_shipped_files_are_in_order(settings: Settings) -> None:
    assert layersourcefile.check(settings) == ()


def test_a_written_file_is_in_order(settings: Settings) -> None:
    assert faults(settings, HALLS) == []
    assert "fife_halls" in {known.id for known in layersourcefile.load(settings).sources}


def test_check_of_the_layers_covers_the_sources(settings: Settings) -> None:
    found = faults(settings, HALLS.replace("licence", "license"))
    assert set(found) == {str(fault) for fault in layerset.check(settings)}


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('licence = "OGL v3"\n', "", "licence: is missing."),
        ('licence = "OGL v3"', 'license = "OGL v3"', 'license: is not a field that is known here. Did you mean "licence"?'),
        ('layer = "community_centre"\n\n[[caveat]]', 'layer = "comunity_centre"\n\n[[caveat]]', 'place 1, layer: there is no layer "comunity_centre". Did you mean "community_centre"?'),
        ('complete_for = ["community_centre"]', 'complete_for = ["halls"]', 'coverage, complete_for: there is no layer "halls".'),
        ('council = "Fife"', 'council = "Fyfe"', 'coverage, council: "Fyfe" is no council area that is known'),
        ('council = "Fife", ', "", "coverage: must say for which area the list speaks"),
        ('{ lat_lon = "Where", uncertainty_m = 20 }', '{ lat = "Where" }', "position: must name the columns easting and northing, or lat and lon, or the one column lat_lon."),
        ('position = { lat_lon = "Where", uncertainty_m = 20 }\n', 'place_at = "x"\n', "place_at: is not a field that is known here."),
        ('never_read = ["Keeper"]', 'never_read = ["Open"]', 'never_read: "Open" is read by this very file.'),
        ('[[place]]\nlayer = "community_centre"\n', "", "place: is missing: write at least one [[place]]"),
        ("say = ", "says = ", "caveat 1, say: is missing."),
        ('has_word = { Hall = "store" }', 'has_words = { Hall = "store" }', 'skip 1, has_words: is not a field that is known here. Did you mean "has_word"?'),
        ('row = { Hall = "Mill Hall"', 'row = { Hal = "Mill Hall"', 'example 1: the file reads no column Hal. Did you mean "Hall"?'),
        ('becomes = "community_centre"', 'becomes = "skipped"', "example 1: the row should become skipped. It becomes community_centre."),
        ('caveats = ["open: daily"]', "caveats = []", "example 1: the row should come with the caveats: none. It comes with: open: daily."),
        ("version = 1", 'version = 1\nkind = "lists"', 'kind: "lists" is not one of list, gazetteer, postcodes. Did you mean "list"?'),
        ('postcode = "Post code"\nposition = { lat_lon = "Where", uncertainty_m = 20 }\n', "", "position: is missing, and postcode too: without either no row can be located."),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_file_and_place(settings: Settings, old: str, new: str, fault: str) -> None:
    assert old in HALLS
    found = faults(settings, HALLS.replace(old, new))
    assert any(line.startswith(SHOWN) and fault in line for line in found), found


def test_all_faults_come_together(settings: Settings) -> None:
    found = faults(settings, HALLS.replace("version = 1", "version = true").replace("key =", "keys =").replace("why", "because"))
    assert len(found) == 5
    assert all(line.startswith(SHOWN) for line in found)


LIKE = """\
id = "angus_halls"
like = "fife_halls"
version = 1
label = "Angus halls"
licence = "OGL v3"
credit = "Contains Angus Council information"
recognise_rows = { starts_with = { "Post code" = "DD" } }
coverage = { council = "Angus" }
"""


def test_a_list_like_another_is_read_as_that_one_but_for_what_it_says(settings: Settings) -> None:
    write(settings, HALLS, "fife_halls.toml", "sources")
    write(settings, LIKE, "angus_halls.toml", "sources")
    sources = layersourcefile.load(settings)
    fife, angus = source(sources, "fife_halls"), source(sources, "angus_halls")
    assert (angus.council, angus.complete_for, angus.credit) == ("Angus", (), "Contains Angus Council information")
    assert (angus.places, angus.skips, angus.never_read, angus.position) == (
        fife.places,
        fife.skips,
        fife.never_read,
        fife.position,
    )
    halls = ["Hall", "Keeper", "Post code"]
    assert sources.recognise(halls, [["Mill Hall", "", "DD1 1AA"]]) is angus
    assert sources.recognise(halls, [["Mill Hall", "", "KY1 1AA"]]) is fife


@pytest.mark.parametrize("other", ["nowhere", "angus_halls", "training_council_nurseries"])
def test_what_a_list_is_like_must_say_all_itself(settings: Settings, other: str) -> None:
    write(settings, LIKE.replace('"fife_halls"', f'"{other}"'), "angus_halls.toml", "sources")
    assert any("like: must name a file that says all itself" in str(fault) for fault in layersourcefile.check(settings))


def test_no_list_reads_a_column_that_it_says_is_never_read(shipped: SourceSet) -> None:
    for known in shipped.of_kind(ListSource):
        assert not set(known.never_read) & set(known.columns), known.id


def test_every_list_says_what_its_silence_means_or_that_it_means_nothing(shipped: SourceSet) -> None:
    for known in shipped.of_kind(ListSource):
        assert known.blind_spots, known.id
        assert known.examples, known.id
        assert known.council or known.country == "Scotland", known.id


HEADERS = {
    "sg_school_roll": (["SeedCode", "SchUID", "SchoolType", "SchoolName", "PostCode", "GridRefEasting", "GridRefNorthing"], []),
    "care_inspectorate": (["CSNumber", "CareService", "Subtype", "ServiceName", "Service_Postcode", "ServiceStatus", "Council_Area_Name"], []),
    "edinburgh_libraries": (["Name", "Address", "Postcode", "Location"], [["Mill Library", "1 Mill Wynd", "EH1 1ZZ", ""], ["Mobile Libraries", "", "EH1", ""]]),
    "edinburgh_community_centres": (["Name", "Address", "Postcode", "Location"], [["Mill Community Centre", "1 Mill Wynd", "EH1 1ZZ", ""]]),
    "os_open_uprn": (["\ufeffUPRN", "X_COORDINATE", "Y_COORDINATE", "LATITUDE", "LONGITUDE"], []),
    "code_point_open": (["AB101AB", "10", "394235", "806529", "S92000003", "", "S08000020", "", "S12000033", "S13002842"], [["AB101AF", "10", "394181", "806429", "", "", "", "", "", ""]]),
    "one_scotland_gazetteer": (["Uprn", "SaoText", "PaoText", "PaoStartNumber", "Street", "Easting", "Northing", "Postcode"], []),
    "addressbase_core": (["UPRN", "PARENT_UPRN", "CLASSIFICATION_CODE", "EASTING", "NORTHING", "LATITUDE", "LONGITUDE", "SINGLE_LINE_ADDRESS", "SUB_BUILDING", "BUILDING_NAME", "BUILDING_NUMBER", "STREET_NAME", "POSTCODE"], []),
}  # fmt: skip


@pytest.mark.parametrize(("source_id", "table"), HEADERS.items())
def test_a_table_is_recognised_by_its_columns_and_rows(
    shipped: SourceSet, source_id: str, table: tuple[list[str], list[list[str]]]
) -> None:
    found = shipped.recognise(*table)
    assert found is not None
    assert found.id == source_id


@pytest.mark.parametrize(
    ("first", "following"),
    [
        (
            ["Name", "Address", "Postcode", "Location"],
            [["Mill Library", "1 Mill Wynd", "G1 1ZZ", ""]],
        ),  # another council's list
        (["Name", "Address", "Postcode"], [["Mill Library", "1 Mill Wynd", "EH1 1ZZ"]]),
        (["Name", "Address", "Postcode", "Location"], []),
        (["AB101AB", "10", "394235", "x", "", "", "", "", "", ""], [["AB101AB", "10", "394235", "x"] + [""] * 6]),
        ([], []),
        (["", ""], [["", ""]]),
    ],
)
def test_a_table_that_only_looks_alike_is_not_recognised(shipped: SourceSet, first: list[str], following: list[list[str]]) -> None:
    assert shipped.recognise(first, following) is None


@given(cells=st.lists(st.text(max_size=12), max_size=10), more=st.lists(st.lists(st.text(max_size=8), max_size=4), max_size=3))
def test_any_table_is_recognised_or_not_without_a_traceback(shipped: SourceSet, cells: list[str], more: list[list[str]]) -> None:
    found = shipped.recognise(cells, more)
    assert found is None or found in shipped.sources


def test_cells_are_read_as_a_person_reads_them() -> None:
    assert clean_cell(' <a href="x">Read  the</a> reports &amp; more') == "Read the reports & more"
    assert clean_cell("Play area\r\n Football  pitch\n\nSeating;") == "Play area; Football pitch; Seating"
    assert clean_cell("Swings and a slide.\nZip wire") == "Swings and a slide. Zip wire", "a full stop keeps lines apart by itself"
    assert clean_cell("3 < 4") == "3 < 4"


@given(st.text())
def test_cleaning_twice_changes_nothing_more_where_there_is_no_markup(text: str) -> None:
    once = clean_cell(text.replace("<", "").replace("&", ""))
    assert clean_cell(once) == once
    assert "\n" not in once


def test_alternative_columns_and_spellings_are_one() -> None:
    places = place_columns(["STREET_DESCRIPTOR|STREET", "Post Code", "Missing"], ["postcode", "Street"])
    assert places == {"STREET_DESCRIPTOR|STREET": 1, "Post Code": 0, "Missing": None}
    assert row_of(["EH1 1ZZ"], places) == {"STREET_DESCRIPTOR|STREET": "", "Post Code": "EH1 1ZZ", "Missing": ""}


def gazetteer_row(kind: GazetteerSource, **cells: str) -> dict[str, str]:
    places = place_columns(kind.columns, list(cells))
    return row_of(list(cells.values()), places)


@pytest.mark.parametrize(
    ("cells", "flat", "number", "house"),
    [
        ({"PAO_START_NUMBER": "12"}, None, "12", None),
        ({"PAO_START_NUMBER": "12", "PAO_START_SUFFIX": "A"}, None, "12A", None),
        ({"PAO_START_NUMBER": "12", "PAO_END_NUMBER": "14"}, None, "12-14", None),
        (
            {"PAO_START_NUMBER": "12", "PAO_START_SUFFIX": "A", "PAO_END_NUMBER": "12", "PAO_END_SUFFIX": "C"},
            None,
            "12A-12C",
            None,
        ),
        ({"SAO_TEXT": "FLAT 2/1", "PAO_START_NUMBER": "15"}, "FLAT 2/1", "15", None),
        ({"SAO_START_NUMBER": "3", "SAO_START_SUFFIX": "F", "PAO_START_NUMBER": "15"}, "3F", "15", None),
        ({"PAO_TEXT": "MILL COTTAGE"}, None, None, "MILL COTTAGE"),
    ],
)
def test_the_parts_of_a_gazetteer_address(
    shipped: SourceSet, cells: dict[str, str], flat: str | None, number: str | None, house: str | None
) -> None:
    (kind,) = (known for known in shipped.of_kind(GazetteerSource) if known.id == "one_scotland_gazetteer")
    row = gazetteer_row(kind, UPRN="906700261711", STREET_DESCRIPTION="MILL WYND", TOWN="MILTON", POSTCODE="ZZ1 1AA", **cells)
    parts = kind.parts(row)
    assert (parts.flat, parts.number, parts.house) == (flat, number, house)
    assert (parts.uprn, parts.street, parts.town, parts.postcode) == ("906700261711", "MILL WYND", "MILTON", "ZZ1 1AA")


@pytest.mark.parametrize(("status", "read"), [("1", True), ("3", True), ("6", False), ("8", False), ("9", False), ("", True)])
def test_historical_and_rejected_addresses_are_left_out(shipped: SourceSet, status: str, *, read: bool) -> None:
    (kind,) = (known for known in shipped.of_kind(GazetteerSource) if known.id == "one_scotland_gazetteer")
    assert (kind.skipped(gazetteer_row(kind, LOGICAL_STATUS=status)) is None) is read


@pytest.mark.parametrize(
    ("code", "read"),
    [("RD06", True), ("CR08", True), ("PS", False), ("LP", False), ("OS", False), ("ZW", True), ("UC", True), ("PP", True)],
)
def test_addressbase_classes_that_are_no_addresses_are_left_out(shipped: SourceSet, code: str, *, read: bool) -> None:
    (kind,) = (known for known in shipped.of_kind(GazetteerSource) if known.id == "addressbase_core")
    assert (kind.skipped(gazetteer_row(kind, CLASSIFICATION_CODE=code)) is None) is read
    assert {"ORGANISATION", "PO_BOX"} & set(kind.columns) == set()


def test_code_point_names_the_columns_that_its_files_do_not(shipped: SourceSet) -> None:
    (kind,) = (known for known in shipped.of_kind(PostcodeSource) if known.id == "code_point_open")
    row = row_of(HEADERS["code_point_open"][0], place_columns(kind.columns, kind.recognition.header))
    assert (row[kind.postcode], row[kind.council or ""], row[kind.position.easting or ""]) == ("AB101AB", "S12000033", "394235")


def test_a_rule_that_skips_comes_before_one_that_places(shipped: SourceSet) -> None:
    inspectorate = source(shipped, "care_inspectorate")
    row = {"CareService": "Day Care of Children", "ServiceName": "Mill Womens Aid Crèche", "Service_Postcode": "ZZ1 1AA"}
    rule = inspectorate.outcome(row)
    assert rule in inspectorate.skips
    assert replace(inspectorate, skips=()).outcome(row) in inspectorate.places


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("City of Edinburgh", "S12000036"),
        ("Perth & Kinross", "S12000048"),
        ("perth and kinross", "S12000048"),
        ("Na h-Eileanan Siar", "S12000013"),
        ("S12000046", "S12000049"),
        ("Strathmarrow", "S12999999"),
        ("Fife Council", "S12000047"),
        ("outside Scotland", None),
        ("", None),
    ],
)
def test_councils_are_found_by_any_name_or_code(text: str, code: str | None) -> None:
    found = layercouncil.find(text)
    assert (found.code if found else None) == code
