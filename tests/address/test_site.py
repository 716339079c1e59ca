"""From a candidate or a pin to the site that is assessed."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from shapely.geometry import shape

from era_geo import crs
from era_geo.address.search import locate
from era_geo.address.site import site_from, site_from_pin
from era_geo.errors import UsageError
from era_geo.model import Precision
from era_geo.region.region import Region
from tests import world
from tests.address.rows import address, building, region_of_rows, source

DRAWN = """
    road   way  0,-10 200,-10   highway=residential name="Mill Wynd"
    home   area 0,0 10,0 10,10 0,10       building=house addr:housenumber=2 addr:street="Mill Wynd" addr:city=Kirkbrae
    next   area 10,0 20,0 20,10 10,10     building=house
    door   node 15,2                      addr:housenumber=4 addr:street="Mill Wynd" addr:city=Kirkbrae
    lone   node 80,2                      addr:housenumber=16 addr:street="Mill Wynd" addr:city=Kirkbrae
    town   node 50,200                    place=village name=Kirkbrae
"""


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Region:
    return world.build(DRAWN, tmp_path_factory.mktemp("drawn"))


def test_a_house_brings_its_buildings_outline(drawn: Region) -> None:
    result = locate("2 Mill Wynd, Kirkbrae", drawn)
    site = site_from(result.candidates[0], query=result.query, region=drawn, confirmed_by="A. Officer")
    assert site.precision is Precision.BUILDING
    assert site.footprint_ref == world.World(DRAWN).ref("home")
    assert site.footprint is not None
    assert crs.geometries_to_bng([shape(site.footprint)])[0].area == pytest.approx(100, rel=0.01)
    assert (site.query, site.confirmed_by, site.number) == ("2 Mill Wynd, Kirkbrae", "A. Officer", "2")


def test_a_large_building_is_less_exact_as_a_point_and_as_exact_as_its_outline_as_a_site(tmp_path: Path) -> None:
    drawn = """
        road way  0,-10 200,-10             highway=residential name="Mill Wynd"
        hall area 0,0 60,0 60,20 0,20       building=apartments addr:housenumber=2 addr:street="Mill Wynd"
        home area 90,0 100,0 100,10 90,10   building=house addr:housenumber=4 addr:street="Mill Wynd"
    """
    region = world.build(drawn, tmp_path)
    large, small = (locate(f"{number} Mill Wynd", region).candidates[0] for number in (2, 4))
    corner = math.hypot(30, 10)
    assert 0.5 * corner <= large.uncertainty_m <= corner < 2 * large.uncertainty_m
    assert small.uncertainty_m < large.uncertainty_m / 2
    for candidate in (large, small):
        assert "measured on other places" in candidate.notes[-1]
        site = site_from(candidate, query="", region=region)
        assert site.uncertainty_m == 8.0
        assert "outline" in site.notes[-1]


def test_what_the_sources_disagree_by_stays_in_the_site(tmp_path: Path) -> None:
    home = building("osm:way/1", (300000.0, 650000.0))
    rows = [address((300005.0, 650005.0), "2", "Mill Wynd", ref="osm:way/1", building_id=1, spread_m=40.0)]
    region = region_of_rows(
        tmp_path / "r.gpkg", sources=[source((299000.0, 649000.0), (301000.0, 651000.0))], addresses=rows, buildings=[home]
    )
    candidate = locate("2 Mill Wynd", region).candidates[0]
    assert candidate.uncertainty_m == pytest.approx(0.85 * math.hypot(5, 5) + 40, abs=0.1)
    assert site_from(candidate, query="", region=region).uncertainty_m == pytest.approx(48.0, abs=0.2)


def test_an_address_point_in_a_building_brings_that_building(drawn: Region) -> None:
    candidate = locate("4 Mill Wynd, Kirkbrae", drawn).candidates[0]
    assert site_from(candidate, query="", region=drawn).footprint_ref == world.World(DRAWN).ref("next")


@pytest.mark.parametrize("text", ["16 Mill Wynd, Kirkbrae", "Mill Wynd, Kirkbrae", "Kirkbrae"])
def test_what_lies_in_no_building_or_is_no_house_has_no_outline(text: str, drawn: Region) -> None:
    candidate = locate(text, drawn).candidates[0]
    assert site_from(candidate, query=text, region=drawn).footprint is None


def test_a_street_whose_middle_falls_on_a_building_has_no_outline(drawn: Region, tmp_path: Path) -> None:
    region = world.build(
        'road way 0,5 200,5 highway=residential name="Mill Wynd"\nhouse area 95,0 105,0 105,10 95,10 building=yes', tmp_path
    )
    candidate = locate("Mill Wynd", region).candidates[0]
    assert candidate.precision is Precision.STREET
    assert site_from(candidate, query="", region=region).footprint is None


def test_a_pin_keeps_the_words_and_the_reason(drawn: Region) -> None:
    east, north = world.ORIGIN
    lon, lat = crs.point_to_lonlat(east + 15, north + 5)
    candidate = locate("2 Mill Wynd, Kirkbrae", drawn).candidates[0]
    site = site_from_pin(
        lon,
        lat,
        region=drawn,
        reason="the flat is in the rear block",
        confirmed_by="A. Officer",
        candidate=candidate,
        query="2 mill wynd",
    )
    assert (site.precision, site.number, site.street) == (Precision.PIN, "2", "Mill Wynd")
    assert (site.pin_reason, site.confirmed_by) == ("the flat is in the rear block", "A. Officer")
    assert site.footprint_ref == world.World(DRAWN).ref("next")
    assert site.easting == pytest.approx(east + 15, abs=0.1)


def test_a_pins_distance_from_the_candidate_is_told_and_warned_of_beyond_its_circle(drawn: Region) -> None:
    candidate = locate("2 Mill Wynd, Kirkbrae", drawn).candidates[0]

    def moved(metres: float) -> tuple[str, ...]:
        lon, lat = crs.point_to_lonlat(candidate.easting + metres, candidate.northing)
        return site_from_pin(lon, lat, region=drawn, reason="r", confirmed_by="A. Officer", candidate=candidate).notes

    assert "placed 2 m from where the data has 2 Mill Wynd" in moved(2)[0]
    assert "make sure" not in moved(2)[0]
    assert "placed 60 m" in moved(60)[0]
    assert "make sure that it is the same property" in moved(60)[0]
    assert "uncalibrated" in moved(2)[-1]


def test_a_pin_typed_coarsely_keeps_its_metres_and_takes_no_building(drawn: Region) -> None:
    east, north = world.ORIGIN
    lon, lat = crs.point_to_lonlat(east + 15, north + 5)
    exact, coarse = (
        site_from_pin(lon, lat, region=drawn, reason="r", confirmed_by="A. Officer", within_m=metres) for metres in (1.0, 71.0)
    )
    assert (exact.uncertainty_m, coarse.uncertainty_m) == (5.0, 71.0)
    assert exact.footprint is not None
    assert coarse.footprint is None


def test_a_pin_without_reason_name_or_place_is_refused(drawn: Region) -> None:
    lon, lat = crs.point_to_lonlat(*world.ORIGIN)
    for reason, name in (("  ", "A. Officer"), ("moved", " ")):
        with pytest.raises(UsageError):
            site_from_pin(lon, lat, region=drawn, reason=reason, confirmed_by=name)
    with pytest.raises(UsageError, match="outside what the region"):
        site_from_pin(-3.19, 55.95, region=drawn, reason="moved", confirmed_by="A. Officer")
    with pytest.raises(UsageError, match="outside Great Britain"):
        site_from_pin(0.0, 0.0, region=drawn, reason="moved", confirmed_by="A. Officer")


def test_coordinates_typed_coarsely_take_no_building(drawn: Region) -> None:
    east, north = world.ORIGIN
    exact = locate(f"{east + 5:.0f}, {north + 5:.0f}", drawn).candidates[0]
    assert site_from(exact, query="", region=drawn).footprint is not None
    coarse = locate("NN 400 500", drawn).candidates[0]  # a square of 100 m whose middle is meant
    assert coarse.uncertainty_m > 50
    assert site_from(coarse, query="", region=drawn).footprint is None
