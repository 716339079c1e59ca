"""Official lists beside the map: one place from both, places that only one side has, and places whose address is withheld."""

from dataclasses import replace
from pathlib import Path

import pytest
import shapely

from era_geo import crs, layerset
from era_geo.layerset import LayerSet
from era_geo.model import Assessment, Band, Depth, Gap, LayerResult, LayerState, Parameters
from era_geo.region.build import build
from era_geo.region.region import open_region
from era_geo.settings import Settings
from era_geo.vicinity.assess import assess
from era_geo.vicinity.conflate import Entry, likeness, pairs, same_place
from tests.region.address_files import Row, code_point
from tests.vicinity.lists import built_with_care, care, minder
from tests.vicinity.sites import site_at
from tests.vicinity.test_assess import TODAY, findings
from tests.world import ORIGIN, World, box_geojson, grown

SCHOOLS = (
    "SeedCode,SchoolType,SchoolName,AddressLine1,AddressLine2,AddressLine3,PostCode,UPRN,LACode,"
    "GridRefEasting,GridRefNorthing,Notes\n"
)
GROUNDS = "grounds area 60,0 160,0 160,80 60,80 amenity=school name='Mill Primary'"
ELSEWHERE = "elsewhere node 900,900 amenity=school name='Faraway Academy'"


@pytest.fixture(scope="module")
def layers(tmp_path_factory: pytest.TempPathFactory) -> LayerSet:
    return layerset.load(Settings(home=tmp_path_factory.mktemp("home")))


def row(seed: int, name: str, east: float, north: float, stage: str = "Primary") -> str:
    return f"{seed},{stage},{name},,,,ZZ1 1AA,,,{ORIGIN[0] + east:.0f},{ORIGIN[1] + north:.0f},\n"


def look(
    tmp_path: Path, layers: LayerSet, drawn: str, *rows: str, more: tuple[Path, ...] = (), margin_m: float = 2000
) -> Assessment:
    """Assess the drawn world's origin in a region of a map, which reaches so far around what is drawn, and a school roll."""
    world = World(drawn)
    tmp_path.mkdir(exist_ok=True)
    roll = tmp_path / "school-roll-2023.csv"
    # The list speaks for the country: these far places draw its hull around the world.
    corners = [row(n, f"Corner {n}", e, f) for n, (e, f) in enumerate([(-9e4, -9e4), (9e4, -9e4), (9e4, 9e4), (-9e4, 9e4)])]
    roll.write_text(SCHOOLS + "".join([*rows, *corners]), encoding="utf-8")
    settings = Settings(home=tmp_path / "home")
    sources = [world.write(tmp_path / "drawn.osm"), roll, *more]
    build(sources, name="both", settings=settings, boundary=box_geojson(grown(world.box, margin_m)), themes=())
    site = site_at(0, 0)
    return assess(site, open_region("both", settings), parameters=Parameters(radius_m=200), as_of=TODAY, layers=layers)


def test_a_school_in_both_is_one_finding_with_both_sources_measured_by_the_map(tmp_path: Path, layers: LayerSet) -> None:
    assessment = look(tmp_path, layers, GROUNDS, row(5500001, "Mill Primary School", 130, 60))
    (school,) = findings(assessment, "school")
    assert set(school.sources) == {"drawn.osm", "school-roll-2023.csv"}
    assert set(school.members) == {World(GROUNDS).ref("grounds"), "sg_school_roll:5500001"}
    assert school.distance_m == pytest.approx(60, abs=0.1)
    assert not [caveat for caveat in school.caveats if caveat.startswith("only")]


def test_a_school_with_two_stages_is_one_place(tmp_path: Path, layers: LayerSet) -> None:
    rows = [row(5500001, "Mill School", 130, 60), row(5500001, "Mill School", 130, 60, "Secondary")]
    assert len(findings(look(tmp_path, layers, ELSEWHERE, *rows), "school")) == 1


def test_a_school_that_only_one_side_has_is_listed_and_says_so(tmp_path: Path, layers: LayerSet) -> None:
    drawn = f"{GROUNDS}\n{ELSEWHERE}"
    assessment = look(tmp_path, layers, drawn, row(5500002, "St Brigid's Primary School", -20, 30))
    said = {school.name: " ".join(school.caveats) for school in findings(assessment, "school")}
    only = "only on the map: not in the Scottish Government school roll of 1 January 2023 (which cannot show independent schools)"
    assert only in said["Mill Primary"]
    assert "only in the official list: not in drawn.osm" in said["St Brigid's Primary School"]


def test_two_rows_of_one_list_stay_two_schools_on_one_campus(tmp_path: Path, layers: LayerSet) -> None:
    rows = [row(5500001, "Mill Primary School", 100, 40), row(5500002, "Mill Academy", 110, 40, "Secondary")]
    assert len(findings(look(tmp_path, layers, f"{GROUNDS}\n{ELSEWHERE}", *rows), "school")) == 2


def test_completeness_holds_the_map_against_the_list(tmp_path: Path, layers: LayerSet) -> None:
    rows = [row(5500001, "Mill Primary School", 130, 60), row(5500002, "Kirkhill Academy", -400, 0, "Secondary")]
    assessment = look(tmp_path, layers, GROUNDS, *rows)
    school = next(result for result in assessment.layers if result.id == "school")
    assert school.state is LayerState.FOUND
    assert school.completeness is not None
    assert "Of 2 such places that the official lists have within 1000 m, the map shows 1." in school.completeness


def result(assessment: Assessment, layer: str) -> LayerResult:
    return next(result for result in assessment.layers if result.id == layer)


def test_where_the_map_did_not_look_it_lacks_nothing(tmp_path: Path, layers: LayerSet) -> None:
    rows = [row(5500001, "Mill Primary School", 130, 60), row(5500002, "Kirkhill Academy", -400, 0, "Secondary")]
    school = result(look(tmp_path, layers, GROUNDS, *rows, margin_m=350), "school")
    assert "Of 1 such places that the official lists have within 1000 m, the map shows 1." in str(school.completeness)


def test_where_lists_alone_answer_it_is_said_that_the_map_could_not(tmp_path: Path, layers: LayerSet) -> None:
    assessment = look(tmp_path, layers, GROUNDS, row(5500001, "Kirkhill Primary School", 900, 900), margin_m=250)
    school = result(assessment, "school")
    (gap,) = (gap for gap in assessment.gaps if gap.layer == "school" and gap.field is None)
    assert school.sources == ("school-roll-2023.csv",)
    assert gap.what == "Only official lists could be looked in, and not the map."
    assert gap.why.startswith("The circle reaches past the area that drawn.osm covers")
    whole = look(tmp_path / "whole", layers, GROUNDS, row(5500001, "Kirkhill Primary School", 900, 900))
    assert not [gap for gap in whole.gaps if gap.layer == "school" and "Only" in gap.what]


def test_a_map_that_holds_no_such_place_is_not_held_against_the_list(tmp_path: Path, layers: LayerSet) -> None:
    assessment = look(tmp_path, layers, "bench node 60,0 amenity=bench", row(5500001, "Mill Primary School", 130, 60))
    assert "the map shows" not in str(result(assessment, "school").completeness)


def test_a_list_of_some_places_says_what_the_map_shows_of_those(tmp_path: Path, layers: LayerSet) -> None:
    drawn = f"{ELSEWHERE}\ngreen area -20,100 20,100 20,120 -20,120 leisure=playground name='Mill Green'"
    lon, lat = crs.point_to_lonlat(ORIGIN[0], ORIGIN[1] + 110)
    play = tmp_path / "play-areas.csv"
    play.write_text(
        "Site,Play facilities,Address,Postcode,Location map\n"
        f'Mill Green,,Mill Wynd,ZZ1 1AA,"{lat:.6f},{lon:.6f}"\nKirk Green,,Kirk Wynd,ZZ1 1AA,"{lat + 0.003:.6f},{lon:.6f}"\n',
        encoding="utf-8",
    )
    assessment = look(tmp_path, layers, drawn, row(5500001, "Mill Primary School", 130, 60), more=(play,))
    assert (
        "Of 2 places that the Training town council play areas, date not known, which lists only some places of this kind, has "
        "within 1000 m, the map shows 1."
    ) in str(result(assessment, "play_area").completeness)


def test_what_a_list_cannot_show_goes_with_the_layer_that_it_answers_for(tmp_path: Path, layers: LayerSet) -> None:
    assessment = look(tmp_path, layers, GROUNDS, row(5500001, "Mill Primary School", 130, 60))
    shown = layers.layers[[layer.id for layer in layers.layers].index("school")].blind_spots
    assert result(assessment, "school").blind_spots == (*shown, "Scottish Government school roll: independent schools")
    assert not [spot for spot in result(assessment, "nursery").blind_spots if "school roll" in spot]


def minders(tmp_path: Path, layers: LayerSet, *services: Row, postcodes: str | None = None, off: str = "") -> list[Gap]:
    """Give the gaps of nurseries at the origin of a region in which a list has child minders."""
    region = built_with_care(tmp_path, GROUNDS, *services, postcodes=postcodes)
    switched_off = {off: "not of interest"} if off else {}
    assessment = assess(
        site_at(0, 0), region, parameters=Parameters(), as_of=TODAY, layers=layers, off=switched_off, depth=Depth.NONE
    )
    return [gap for gap in assessment.gaps if gap.layer == "nursery" and "could not be looked for" not in gap.what]


FOUR = (minder(11), minder(12), minder(13, "Fife"), minder(14, "Strathfoo"))
LIST = "from care-inspectorate-2026-05-31.csv of 31 May 2026"


def test_child_minders_are_counted_in_the_council_area_of_the_nearest_postcode(tmp_path: Path, layers: LayerSet) -> None:
    here, unknown = minders(tmp_path, layers, *FOUR)
    assert (here.what, here.why) == (
        "Child minders in City of Edinburgh that cannot be placed: 2",
        f"the addresses of child minders are never published; {LIST}",
    )
    assert unknown.what == "Child minders in Strathfoo that cannot be placed: 1", "an area that nobody knows may be this one"


def test_the_nearest_postcode_says_the_council_even_from_a_corner(tmp_path: Path, layers: LayerSet) -> None:
    postcodes = code_point("ZZ1 1AA", 290, 290, district="S12000036") + code_point("ZZ1 1AB", 0, -310, district="S12000047")
    (gap,) = minders(tmp_path, layers, *FOUR[:3], postcodes=postcodes)
    assert gap.what == "Child minders in Fife that cannot be placed: 1"


@pytest.mark.parametrize(
    ("postcodes", "why_not"),
    [
        ("", "no postcode list with council codes is in the region"),
        (code_point("ZZ1 1AA", 0, 4000), "no postcode near it says"),
    ],
)
def test_where_the_council_is_not_known_every_child_minder_of_the_list_is_told(
    tmp_path: Path, layers: LayerSet, postcodes: str, why_not: str
) -> None:
    (gap,) = minders(tmp_path, layers, *FOUR, postcodes=postcodes)
    assert gap.what == "Child minders in the list that cannot be placed: 4"
    assert gap.why == (
        "the addresses of child minders are never published; the council area of this property is not known, "
        f"because {why_not}; {LIST}"
    )


def test_of_a_layer_that_is_off_nobody_is_counted(tmp_path: Path, layers: LayerSet) -> None:
    assert minders(tmp_path, layers, *FOUR, off="nursery") == []


def test_a_place_near_by_that_nothing_locates_is_a_gap(tmp_path: Path, layers: LayerSet) -> None:
    near = care(1, "Day Care of Children", "Wee Ones", Service_Postcode="ZZ1 1ZZ")
    far = care(2, "Day Care of Children", "Far Ones", Service_Postcode="ZX1 4ZZ")
    (gap,) = minders(tmp_path, layers, near, far)
    assert gap.what == "Wee Ones is in the Care Inspectorate datastore and could not be located"
    assert gap.why == "its postcode is not in the region"


def test_a_nursery_located_by_its_postcode_is_borderline_and_nothing_closer_is_said_of_it(tmp_path: Path, layers: LayerSet) -> None:
    nursery = care(1, "Day Care of Children", "Wee Ones", Service_Postcode="ZZ1 1AB")
    postcodes = code_point("ZZ1 1AA", 0, 0) + code_point("ZZ1 1AB", 100, 0)
    region = built_with_care(tmp_path, f"{GROUNDS}\nwall way 50,-50 50,50 barrier=wall", nursery, postcodes=postcodes)
    assessment = assess(site_at(0, 0), region, parameters=Parameters(radius_m=200), as_of=TODAY, layers=layers)
    (wee,) = findings(assessment, "nursery")
    assert (wee.band, wee.distance_m) == (Band.BORDERLINE, 100)
    assert (wee.walk_m, wee.sight, wee.shares_boundary) == (None, None, None)
    assert wee.boundary == "the place is located only to within 250 m"
    assert {gap.field for gap in assessment.gaps if "Wee Ones" in gap.what} >= {"walk_m", "sight"}


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Mill Primary School", "Mill Primary", True),
        ("St Mary's RC Primary School (Leith)", "Saint Marys Primary, Leith", True),
        ("Abbeyhill Primary School Nursery Class", "Abbeyhill Nursery", True),
        ("South Brae Primary School", "Southbrae Primary", True),
        ("Craigie Mains School", "Craigie Vale School", False),
        ("Kirkhill Primary School", "Mill Primary School", False),
        ("Primary School", "Primary School", True),
        ("Forbes Children`s Nursery", "Forbes Childrens Nursery (Mill Road)", True),
        ("St John's R.C. Primary School", "St John's RC Primary School Nursery Class", True),
        ("Bun-sgoil Taobh na Pairce Nursery Class", "Sgoil-araich Taobh na Pàirce", True),
        ("Mill Pre-school Group", "Mill Pre-School and Creche", True),
    ],
)
def test_names_are_compared_by_the_words_that_tell_places_apart(one: str, other: str, alike: bool) -> None:
    assert (likeness(one, other) >= 88) is alike


def test_in_one_school_the_nursery_class_is_the_nursery_and_not_the_after_school_club() -> None:
    at = shapely.Point(ORIGIN)
    entries = [
        Entry("Mill Primary School Nursery Class", at, 70, source_id=1, postcode="ZZ1 1AA"),
        Entry("Mill After School Club", at, 110, source_id=2, postcode="ZZ1 1AA"),
        Entry("Mill Primary School Nursery", at, 110, source_id=2, postcode="ZZ1 1AA"),
    ]
    assert pairs(entries, [(0, 1), (0, 2), (1, 2)])[0] == (0, 2)


def test_an_after_school_club_by_its_kind_is_no_nursery_whatever_it_is_called() -> None:
    at = shapely.Point(ORIGIN)
    nursery = Entry("Fox Mill Nursery", at, 0, source_id=None, postcode="ZZ1 1AA")
    club = Entry("Playaway @ Fox Mill", at, 110, source_id=2, postcode="ZZ1 1AA", kinds=frozenset({"School Age Child Care"}))
    both = replace(club, kinds=frozenset({"School Age Child Care", "Nursery"}))
    assert same_place(nursery, club) is None
    assert same_place(club, nursery) is None
    assert same_place(nursery, both) is not None
    assert same_place(replace(nursery, name="Fox Mill"), club) is not None


def test_a_part_of_a_name_reaches_less_far_than_the_whole_of_it() -> None:
    def far(name: str, postcode: str) -> Entry:
        return Entry(name, shapely.Point(ORIGIN[0] + 300, ORIGIN[1]), 250, source_id=2, postcode=postcode)

    here = Entry("Bright Stars - Kirkhill", shapely.Point(ORIGIN), 0, source_id=1, postcode="ZZ1 1AA")
    assert same_place(here, far("Kirkhill Playgroup", "ZZ1 1AB")) is None, "a quarter has several places of its name"
    assert same_place(here, far("Kirkhill Playgroup", "ZZ1 1AA")) is not None
    assert same_place(here, far("Bright Stars, Kirkhill Nursery", "ZZ1 1AB")) is not None


def test_rows_of_one_list_are_never_one_place() -> None:
    entry = Entry("Mill School", shapely.Point(ORIGIN), 110, source_id=1)
    assert same_place(entry, entry) is None
