"""The training town as it builds itself: what its official lists add to its map is there for everybody to see."""

import datetime as dt

import pytest
import shapely

from era_geo import front, layerset
from era_geo.layerset import LayerSet
from era_geo.model import Assessment, Band, Depth, Finding
from era_geo.region.region import Region
from era_geo.settings import Settings

MAP = "training-town.osm.pbf"
CARE = "care-inspectorate-2026-05-31.csv"


@pytest.fixture(scope="module")
def layers(tmp_path_factory: pytest.TempPathFactory) -> LayerSet:
    return layerset.load(Settings(home=tmp_path_factory.mktemp("home")))


def look(town: Region, layers: LayerSet, address: str) -> Assessment:
    (candidate,) = front.locate(address, town).candidates
    site = front.site_from(candidate, town, query=address)
    return front.assess(site, town, as_of=dt.date(2026, 11, 28), layers=layers, depth=Depth.NONE)


def named(assessment: Assessment, name: str) -> Finding:
    (found,) = (finding for finding in assessment.findings if finding.name == name)
    return found


def test_a_place_of_both_says_so_and_is_as_exact_as_the_better_of_them(town: Region, layers: LayerSet) -> None:
    nursery = named(look(town, layers, "37 Glebe Crescent, Invermarrow"), "Wee Thistles Nursery")
    assert {MAP, CARE, "council-nurseries.csv"} == set(nursery.sources)
    assert nursery.band is Band.WITHIN
    assert "kind of day care: Nursery" in nursery.caveats
    assert not [caveat for caveat in nursery.caveats if "postcode" in caveat], "the map has its outline"


def test_a_place_that_only_a_list_has_or_that_a_list_marks_closed_says_so(town: Region, layers: LayerSet) -> None:
    school = named(look(town, layers, "37 Glebe Crescent, Invermarrow"), "St Ninian's R.C. Primary School")
    assert school.caveats[-1] == f"only in the official list: not in {MAP} of 1 June 2026"
    home = named(look(town, layers, "12 High Street, Invermarrow"), "Craigend House")
    assert home.caveats[0] == "the list marks it as inactive: check whether it is open"
    assert [caveat for caveat in home.caveats if caveat.startswith("located only by its postcode, to within about")]


def test_the_lists_speak_for_every_house_of_the_town(town: Region) -> None:
    lists = [source for source in town.sources if source.kind.startswith("training_") and "postcodes" not in source.kind]
    addresses = town.read("addresses", (0, 0, 700_000, 1_300_000), ["ref"])
    assert len(lists) == 5
    for source in lists:
        assert shapely.covers(source.coverage, shapely.buffer(addresses.geometry, 100)).all(), source.name


def test_child_minders_are_a_gap_and_nobody_real_is_credited(town: Region, layers: LayerSet) -> None:
    assessment = look(town, layers, "12 High Street, Invermarrow")
    whats = [gap.what for gap in assessment.gaps if gap.layer == "nursery"]
    assert whats == ["Child minders in Strathmarrow that cannot be placed: 7"]
    school = next(result for result in assessment.layers if result.id == "school")
    assert school.sources == (MAP, "school-roll-2026.csv")
    assert "the map shows" in (school.completeness or "")
    assert {source.credit for source in assessment.sources} == {"Invented: the training town of era-geo"}
