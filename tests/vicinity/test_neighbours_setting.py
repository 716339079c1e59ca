"""What is striking about the property itself: a care setting, several households; by the map and by the official lists."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from era_geo.model import Precision
from era_geo.region.region import Region
from era_geo.vicinity.neighbours_setting import setting_notes
from era_geo.vicinity.surroundings import Surroundings
from tests.region.address_files import osg
from tests.vicinity.lists import built_with_care, care
from tests.vicinity.sites import site_at, site_of_building
from tests.world import World

WORLD = """
road way -60,-8 200,-8 highway=residential name="Mill Wynd"
block area 0,0 16,0 16,12 0,12 building=apartments
next area 30,0 40,0 40,12 30,12 building=house
"""
HOUSES = (
    osg(111, 15, 8, 6),
    osg(112, 17, 10, 6, PAO_TEXT="ROWAN HOUSE"),
    osg(113, 19, 35, 6),
)
MILL_WYND = {"number": "15", "street": "Mill Wynd", "postcode": "ZZ1 1AA", "uprn": "111"}


def notes(tmp_path: Path, at: str = "block", *, site: dict[str, Any] | None = None, **more: object) -> list[str]:
    """Give what is said of the care home of a list, in a region where the list has one."""
    home = care(1, "Care Home Service", "Rowans", **{"Service_Postcode": "ZZ1 1AA", **more})
    region = built_with_care(tmp_path, WORLD, home, houses=HOUSES)
    where = replace(site_of_building(region, World(WORLD).ref(at)), **(MILL_WYND if site is None else site))
    return [note for note in setting_notes(Surroundings(where, region)) if "official list" in note]


def said(where: str) -> list[str]:
    return [f"Rowans (care_inspectorate:CS1), on an official list, {where}: a care setting."]


def test_by_its_uprn(tmp_path: Path) -> None:
    assert notes(tmp_path, ChopUPRN="111.0") == said("is at the property")


@pytest.mark.parametrize(
    "lines", [("15 Mill Wynd",), ("Flat 2", "15 MILL WYND"), ("Rowans", "15, Mill Wynd"), ("13-15 Mill Wynd",)]
)
def test_by_number_street_and_postcode(tmp_path: Path, lines: tuple[str, ...]) -> None:
    address = {f"Address_line_{number}": text for number, text in enumerate(lines, 1)}
    assert notes(tmp_path, **address) == said("is at the property")


@pytest.mark.parametrize("more", [{"ChopUPRN": "112"}, {"Address_line_1": "17 Mill Wynd"}, {"Address_line_1": "Rowan House"}])
def test_of_another_door_of_the_building(tmp_path: Path, more: dict[str, object]) -> None:
    assert notes(tmp_path, **more) == said("is in the property's building")


@pytest.mark.parametrize("more", [{}, {"Address_line_1": "The Manse"}])
def test_where_only_the_postcode_agrees_it_may_be_there(tmp_path: Path, more: dict[str, object]) -> None:
    assert notes(tmp_path, **more) == said("may be at the property")


@pytest.mark.parametrize(
    "more",
    [
        {"Address_line_1": "19 Mill Wynd"},
        {"Address_line_1": "15 Kirk Wynd"},
        {"ChopUPRN": "113", "Address_line_1": "19 Mill Wynd"},
        {"Address_line_1": "15 Mill Wynd", "Service_Postcode": "ZX1 1AA"},
    ],
)
def test_another_house_is_not_the_property(tmp_path: Path, more: dict[str, object]) -> None:
    assert notes(tmp_path, **more) == []


def test_a_point_of_the_house_next_door_says_nothing_of_this_one(tmp_path: Path) -> None:
    next_door = {"number": "19", "street": "Mill Wynd", "postcode": "ZZ1 1AA", "uprn": "113"}
    assert notes(tmp_path, "next", site=next_door, Address_line_1="15 Mill Wynd") == []


def test_a_property_without_a_building_is_known_by_its_address_all_the_same(tmp_path: Path) -> None:
    home = care(1, "Care Home Service", "Rowans", Address_line_1="21 Mill Wynd", Service_Postcode="ZZ1 1AA")
    region = built_with_care(tmp_path, WORLD, home, houses=HOUSES)
    site = replace(site_at(60, 5, precision=Precision.UPRN), number="21", street="Mill Wynd", postcode="ZZ1 1AA")
    assert setting_notes(Surroundings(site, region)) == said("is at the property")


@pytest.mark.parametrize(
    ("building", "expected"),
    [("osm:way/479", "a care setting"), ("osm:way/895", "shared or temporary accommodation")],
)
def test_the_awkward_cases_of_the_town(town: Region, building: str, expected: str) -> None:
    assert any(expected in note for note in setting_notes(Surroundings(site_of_building(town, building), town)))


def test_a_plain_house_of_the_town_has_nothing_striking(town: Region) -> None:
    buildings = town.read("buildings", columns=["ref", "kind"])
    house = buildings["ref"][buildings["kind"].index("house")]
    assert setting_notes(Surroundings(site_of_building(town, house), town)) == []
