"""Official lists beside the map: one place from both, places that only one side has, and places whose address is withheld."""

from pathlib import Path

import pytest
import shapely

from era_geo import layerset
from era_geo.layerset import LayerSet
from era_geo.model import Assessment, LayerState, Parameters
from era_geo.region.build import build
from era_geo.region.region import open_region
from era_geo.settings import Settings
from era_geo.vicinity.assess import assess
from era_geo.vicinity.conflate import Entry, likeness, same_place
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


def look(tmp_path: Path, layers: LayerSet, drawn: str, *rows: str) -> Assessment:
    """Assess the drawn world's origin in a region of a map and a school roll."""
    world = World(drawn)
    roll = tmp_path / "school-roll-2023.csv"
    # The list speaks for the country: these far places draw its hull around the world.
    corners = [row(n, f"Corner {n}", e, f) for n, (e, f) in enumerate([(-9e4, -9e4), (9e4, -9e4), (9e4, 9e4), (-9e4, 9e4)])]
    roll.write_text(SCHOOLS + "".join([*rows, *corners]), encoding="utf-8")
    settings = Settings(home=tmp_path / "home")
    sources = [world.write(tmp_path / "drawn.osm"), roll]
    build(sources, name="both", settings=settings, boundary=box_geojson(grown(world.box, 2000)), themes=())
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
    assert "only on the map: not in the Scottish Government school roll of 2023" in said["Mill Primary"]
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
    ],
)
def test_names_are_compared_by_the_words_that_tell_places_apart(one: str, other: str, alike: bool) -> None:
    assert (likeness(one, other) >= 88) is alike


def test_rows_of_one_list_are_never_one_place() -> None:
    entry = Entry("Mill School", shapely.Point(ORIGIN), 110, source_id=1)
    assert same_place(entry, entry) is None
