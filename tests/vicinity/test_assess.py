"""What an assessment says of small worlds whose answer is plain to see."""

import datetime as dt
import math
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from era_geo import contract, layerset
from era_geo.errors import UsageError
from era_geo.layerset import LayerSet
from era_geo.model import AddressParameter, Assessment, Band, Depth, Finding, LayerState, Parameters, Precision, Site
from era_geo.region.region import Region
from era_geo.settings import Settings
from era_geo.vicinity.assess import assess
from tests.vicinity.sites import site_at, site_of_building
from tests.world import World, build

TODAY = dt.date(2026, 11, 22)
HOME = "home area 0,0 10,0 10,10 0,10 building=house addr:housenumber=2 addr:street='Mill Wynd'"
EVERYWHERE = "faraway node 900,900 amenity=school name='Faraway School'"


@pytest.fixture(scope="module")
def layers(tmp_path_factory: pytest.TempPathFactory) -> LayerSet:
    return layerset.load(Settings(home=tmp_path_factory.mktemp("home")))


def look(region: Region, site: Site, layers: LayerSet, **changes: object) -> Assessment:
    parameters = replace(Parameters(), **{k: v for k, v in changes.items() if k != "off"})
    return assess(site, region, parameters=parameters, as_of=TODAY, layers=layers, off=changes.get("off"))


def findings(assessment: Assessment, layer: str) -> list[Finding]:
    return [finding for finding in assessment.findings if finding.layer == layer]


@pytest.mark.parametrize("depth", list(Depth))
def test_too_many_doors_without_a_reason_are_refused_however_closely_one_looks(
    tmp_path: Path, layers: LayerSet, depth: Depth
) -> None:
    region = build(HOME, tmp_path)
    parameters = Parameters(address_parameter=AddressParameter(doors_each_side=7))
    with pytest.raises(UsageError, match="limit of 6"):
        assess(site_at(0, 0), region, parameters=parameters, as_of=TODAY, layers=layers, depth=depth)


def state(assessment: Assessment, layer: str) -> LayerState:
    return next(result.state for result in assessment.layers if result.id == layer)


def test_distance_runs_from_the_building_to_the_nearest_edge(tmp_path: Path, layers: LayerSet) -> None:
    text = f"{HOME}\nschool area 60,0 120,0 120,80 60,80 amenity=school name='Mill School'"
    region = build(text, tmp_path)
    site = site_of_building(region, World(text).ref("home"))
    (school,) = findings(look(region, site, layers), "school")
    assert school.distance_m == pytest.approx(50, abs=0.1)
    assert school.bearing_deg == pytest.approx(90, abs=0.5)
    assert (school.name, school.band, school.why) == ("Mill School", Band.WITHIN, ("amenity=school",))
    assert school.members == (World(text).ref("school"),)
    assert school.sources == ("world.osm",)


@pytest.mark.parametrize(("east", "found"), [(99.9, True), (100.2, False)])
def test_the_radius_is_a_circle_not_a_box(tmp_path: Path, layers: LayerSet, east: float, found: bool) -> None:
    diagonal = east / math.sqrt(2)
    region = build(f"{HOME}\n{EVERYWHERE}\nplay node {diagonal},{diagonal} leisure=playground", tmp_path)
    assert bool(findings(look(region, site_at(0, 0), layers), "play_area")) is found


def test_a_place_that_encloses_the_property_is_found_at_no_distance(tmp_path: Path, layers: LayerSet) -> None:
    region = build(f"{HOME}\npark area -900,-900 900,-900 900,900 -900,900 leisure=park name='Great Park'", tmp_path)
    (park,) = findings(look(region, site_at(0, 0), layers), "park")
    assert park.distance_m == 0
    assert park.bearing_deg is None


def test_nearest_comes_first_whatever_its_layer(tmp_path: Path, layers: LayerSet) -> None:
    text = "far node 80,0 amenity=school\nnear node 20,0 amenity=pub\nmiddle node 50,0 leisure=playground"
    assessment = look(build(text, tmp_path), site_at(0, 0), layers)
    distances = [finding.distance_m for finding in assessment.findings]
    assert distances == sorted(distances)
    assert {"school", "play_area"} <= {finding.layer for finding in assessment.findings}


class TestOnePlaceOnce:
    def test_grounds_building_and_node_are_one_school_with_three_members(self, tmp_path: Path, layers: LayerSet) -> None:
        text = """
            grounds  area 30,0 90,0 90,60 30,60  amenity=school name="Mill Primary School"
            block    area 60,20 80,20 80,40 60,40 building=school
            mark     node 70,50 amenity=school name="Mill Primary"
        """
        (school,) = findings(look(build(text, tmp_path), site_at(0, 0), layers), "school")
        world = World(text)
        assert set(school.members) == {world.ref("grounds"), world.ref("block"), world.ref("mark")}
        assert school.distance_m == pytest.approx(30, abs=0.1)
        assert school.name == "Mill Primary School"
        assert not [caveat for caveat in school.caveats if "only the building" in caveat]

    def test_members_past_the_radius_belong_to_the_place_all_the_same(self, tmp_path: Path, layers: LayerSet) -> None:
        text = """
            grounds area 90,0 400,0 400,60 90,60 amenity=school name="Long School"
            block   area 350,20 380,20 380,40 350,40 building=school
        """
        (school,) = findings(look(build(text, tmp_path), site_at(0, 0), layers), "school")
        assert len(school.members) == 2

    def test_two_names_on_one_unnamed_campus_stay_two_schools(self, tmp_path: Path, layers: LayerSet) -> None:
        text = """
            campus area 20,0 90,0 90,60 20,60 amenity=school
            one    node 30,30 amenity=school name="St Brigid's Primary"
            two    node 70,30 amenity=school name="Kirkhill Academy"
        """
        names = {f.name for f in findings(look(build(text, tmp_path), site_at(0, 0), layers), "school")}
        assert names == {"St Brigid's Primary", "Kirkhill Academy"}

    def test_buildings_in_the_grounds_are_no_schools_of_their_own_whatever_they_are_called(
        self, tmp_path: Path, layers: LayerSet
    ) -> None:
        text = """
            grounds area 20,0 90,0 90,60 20,60 amenity=school name="Kirkhill Academy"
            music   area 30,10 40,10 40,20 30,20 building=school name="Music School"
            science area 50,10 60,10 60,20 50,20 building=school name="Faculty of Science"
            across  area 20,70 40,70 40,90 20,90 building=school name="Old School"
        """
        found = findings(look(build(text, tmp_path), site_at(0, 0), layers), "school")
        assert [(f.name, len(f.members)) for f in found] == [("Kirkhill Academy", 3), ("Old School", 1)]

    def test_shops_in_one_arcade_stay_shops_of_their_own(self, tmp_path: Path, layers: LayerSet) -> None:
        text = """
            arcade area 20,0 60,0 60,20 20,20 building=retail name="Mill Arcade"
            bread  node 30,10 shop=bakery
            cloth  node 50,10 shop=clothes
        """
        found = findings(look(build(text, tmp_path), site_at(0, 0), layers), "shop")
        assert sorted(len(finding.members) for finding in found) == [1, 1, 1]

    def test_neighbouring_places_of_one_kind_stay_apart(self, tmp_path: Path, layers: LayerSet) -> None:
        text = "a area 20,0 40,0 40,20 20,20 leisure=playground\nb area 41,0 60,0 60,20 41,20 leisure=playground"
        assert len(findings(look(build(text, tmp_path), site_at(0, 0), layers), "play_area")) == 2

    def test_bus_stops_of_one_name_on_both_sides_of_a_street_are_two(self, tmp_path: Path, layers: LayerSet) -> None:
        text = """
            north node 30,12 highway=bus_stop public_transport=platform name="Mill Wynd"
            south node 38,0 highway=bus_stop public_transport=platform name="Mill Wynd"
            kerb  area 28,11 34,11 34,13 28,13 public_transport=platform name="Mill Wynd"
        """
        found = findings(look(build(text, tmp_path), site_at(0, 0), layers), "transport_stop")
        world = World(text)
        assert sorted(map(sorted, (f.members for f in found))) == sorted([
            sorted([world.ref("north"), world.ref("kerb")]), [world.ref("south")],
        ])  # fmt: skip

    def test_all_that_a_railway_station_is_drawn_by_is_one(self, tmp_path: Path, layers: LayerSet) -> None:
        text = """
            station node 40,10 railway=station public_transport=station name="Drawnton"
            east    area 20,12 90,12 90,15 20,15 railway=platform public_transport=platform
            stop    node 60,10 railway=stop public_transport=stop_position name="Drawnton"
            hall    area 30,16 50,16 50,26 30,26 building=train_station name="Drawnton Station"
            bus     node 40,30 highway=bus_stop name="Drawnton Station"
        """
        found = findings(look(build(text, tmp_path), site_at(0, 0), layers), "transport_stop")
        assert sorted(len(finding.members) for finding in found) == [1, 4]

    def test_a_hospitals_building_is_not_the_surgery_inside_it(self, tmp_path: Path, layers: LayerSet) -> None:
        text = """
            grounds area 20,0 90,0 90,60 20,60 amenity=hospital name="Mill Hospital"
            block   area 30,10 60,10 60,40 30,40 building=hospital
            surgery node 40,20 amenity=doctors name="Mill Practice"
        """
        found = findings(look(build(text, tmp_path), site_at(0, 0), layers), "hospital")
        assert {f.name: len(f.members) for f in found} == {"Mill Hospital": 2, "Mill Practice": 1}

    def test_a_house_that_the_school_around_it_runs_is_a_part_of_it(self, tmp_path: Path, layers: LayerSet) -> None:
        text = """
            grounds area 20,0 90,0 90,60 20,60 amenity=school name="Mill School"
            house   area 30,10 40,10 40,20 30,20 amenity=school name="Hodges" operator="Mill School"
            other   area 60,10 70,10 70,20 60,20 amenity=school name="Kirk School" operator="Kirk Trust"
        """
        found = findings(look(build(text, tmp_path), site_at(0, 0), layers), "school")
        assert {f.name: len(f.members) for f in found} == {"Mill School": 2, "Kirk School": 1}

    def test_grounds_on_both_sides_of_a_street_under_one_name_are_one_school(self, tmp_path: Path, layers: LayerSet) -> None:
        text = """
            a area 20,0 40,0 40,20 20,20 amenity=school name="Mill School"
            b area 60,0 80,0 80,20 60,20 amenity=school name="Mill School"
        """
        (school,) = findings(look(build(text, tmp_path), site_at(0, 0), layers), "school")
        assert len(school.members) == 2


class TestBands:
    @pytest.mark.parametrize(
        ("distance", "uncertainty", "band"),
        [(89, 10, Band.WITHIN), (95, 10, Band.BORDERLINE), (109, 10, Band.BORDERLINE), (112, 10, None)],
    )
    def test_bands_follow_from_the_uncertainty(
        self, tmp_path: Path, layers: LayerSet, distance: float, uncertainty: float, band: Band | None
    ) -> None:
        region = build(f"school node {distance},0 amenity=school\n{EVERYWHERE}", tmp_path)
        found = findings(look(region, site_at(0, 0, uncertainty_m=uncertainty), layers), "school")
        assert [finding.band for finding in found] == ([band] if band else [])

    def test_too_uncertain_is_said_first(self, tmp_path: Path, layers: LayerSet) -> None:
        region = build(f"school node 50,0 amenity=school\n{EVERYWHERE}", tmp_path)
        site = site_at(0, 0, uncertainty_m=150, precision=Precision.POSTCODE)
        assessment = look(region, site, layers)
        assert assessment.too_uncertain
        assert assessment.gaps[0].field == "site"
        assert [finding.band for finding in assessment.findings] == [Band.BORDERLINE]

    @given(st.floats(0, 1e4), st.floats(0, 1e3), st.floats(0.1, 1e3))
    def test_more_uncertainty_never_makes_a_place_certain(self, distance: float, uncertainty: float, radius: float) -> None:
        sure, unsure = Band.of(distance, 0, radius), Band.of(distance, uncertainty, radius)
        assert unsure in (sure, Band.BORDERLINE)


class TestNothingThereOrCouldNotLook:
    def test_a_layer_the_source_knows_but_not_here_is_none_found(self, tmp_path: Path, layers: LayerSet) -> None:
        assessment = look(build(f"{HOME}\n{EVERYWHERE}", tmp_path), site_at(0, 0), layers)
        assert state(assessment, "school") is LayerState.NONE_FOUND

    def test_a_layer_of_which_the_whole_source_holds_nothing_is_a_gap(self, tmp_path: Path, layers: LayerSet) -> None:
        assessment = look(build(f"{HOME}\n{EVERYWHERE}", tmp_path), site_at(0, 0), layers)
        assert state(assessment, "library") is LayerState.NOT_LOOKED_FOR
        assert any(gap.layer == "library" and "no object" in gap.why for gap in assessment.gaps)

    def test_a_circle_past_the_coverage_is_a_gap_even_where_places_were_found(self, tmp_path: Path, layers: LayerSet) -> None:
        # The drawn world's coverage reaches 1000 m past all that is drawn.
        region = build("school node 0,0 amenity=school\nkirk node 5,0 amenity=place_of_worship", tmp_path)
        assessment = look(region, site_at(-950, 0), layers)
        assert state(assessment, "school") is LayerState.NOT_LOOKED_FOR
        assert any(gap.layer == "school" and "reaches past" in gap.why for gap in assessment.gaps)

    def test_a_thematic_extract_never_says_none_found_of_other_layers(self, tmp_path: Path, layers: LayerSet) -> None:
        themes = tuple(f"{key}={value}" for block in layerset.selectors(layers.layer("library")) for key, value in block)
        region = build("far node 300,0 amenity=library\nother node 310,0 amenity=pub", tmp_path, themes=themes)
        assessment = look(region, site_at(0, 0), layers)
        assert state(assessment, "library") is LayerState.NONE_FOUND
        assert state(assessment, "licensed") is LayerState.NOT_LOOKED_FOR
        assert state(assessment, "school") is LayerState.NOT_LOOKED_FOR

    def test_a_layer_switched_off_says_why_and_finds_nothing(self, tmp_path: Path, layers: LayerSet) -> None:
        region = build("school node 50,0 amenity=school", tmp_path)
        assessment = look(region, site_at(0, 0), layers, off={"school": "victim profile: adults"})
        result = next(result for result in assessment.layers if result.id == "school")
        assert (result.state, result.count, result.reason) == (LayerState.OFF, None, "victim profile: adults")
        assert not findings(assessment, "school")

    def test_an_object_that_could_not_be_drawn_is_told(self, tmp_path: Path, layers: LayerSet) -> None:
        text = f"{EVERYWHERE}\nbroken relation type=multipolygon amenity=school outer:? \n{HOME}"
        region = build(text, tmp_path)
        gaps = [gap for gap in look(region, site_at(0, 0), layers).gaps if gap.layer == "school"]
        assert any(World(text).ref("broken") in gap.what for gap in gaps)


class TestWhatCannotBeAsked:
    @pytest.mark.parametrize("radius", [0, -5, math.nan, math.inf])
    def test_a_radius_that_is_no_length(self, tmp_path: Path, layers: LayerSet, radius: float) -> None:
        region = build(EVERYWHERE, tmp_path)
        with pytest.raises(UsageError, match="above zero"):
            look(region, site_at(850, 900), layers, radius_m=radius)

    def test_past_the_limit_only_with_a_reason(self, tmp_path: Path, layers: LayerSet) -> None:
        region = build(EVERYWHERE, tmp_path)
        with pytest.raises(UsageError, match="written reason"):
            look(region, site_at(850, 900), layers, radius_m=300.0, reason="  ")
        assert look(region, site_at(850, 900), layers, radius_m=300.0, reason="rural").parameters.reason == "rural"

    def test_an_unknown_layer_is_refused_with_the_ones_there_are(self, tmp_path: Path, layers: LayerSet) -> None:
        region = build(EVERYWHERE, tmp_path)
        with pytest.raises(UsageError, match=r"shcool.*school"):
            look(region, site_at(850, 900), layers, off={"shcool": "typo"})
        with pytest.raises(UsageError, match="written reason"):
            look(region, site_at(850, 900), layers, off={"school": " "})

    def test_a_place_outside_the_region(self, tmp_path: Path, layers: LayerSet) -> None:
        region = build(EVERYWHERE, tmp_path)
        with pytest.raises(UsageError, match="outside the region"):
            look(region, site_at(20_000, 0), layers)


def test_the_same_inputs_give_the_same_bytes_and_survive_the_journey(tmp_path: Path, layers: LayerSet) -> None:
    text = f"{HOME}\n{EVERYWHERE}\nschool area 60,0 120,0 120,80 60,80 amenity=school name='Sgoil Bàn'"
    region = build(text, tmp_path)
    once, again = (look(region, site_of_building(region, World(text).ref("home")), layers) for _ in range(2))
    assert contract.to_json(once) == contract.to_json(again)
    assert contract.assessment_from_dict(contract.to_dict(once)) == once
