"""Which homes stand in which relation to a property, on streets drawn for the purpose."""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from era_geo.errors import UsageError
from era_geo.model import AddressParameter, Neighbours, Precision
from era_geo.region.region import Region
from era_geo.vicinity.neighbours import check_parameter, near_neighbours
from era_geo.vicinity.surroundings import LOCATED, Surroundings
from tests.vicinity.sites import sites_of_addresses
from tests.vicinity.streets import house, row, surroundings
from tests.world import World, box_geojson, build, grown

NO_DOORS = AddressParameter(doors_each_side=0)
WYND = 'road way -60,-8 200,-8 highway=residential name="Mill Wynd"\n'


def near(text: str, tmp_path: Path, at: str | tuple[float, float], parameter: AddressParameter | None = None, **words: Any) -> Any:
    """Give the neighbours and the reasons of the gaps."""
    neighbours, gaps = near_neighbours(surroundings(text, tmp_path, at, **words), parameter or AddressParameter())
    return neighbours, [gap.why for gap in gaps]


def listed(neighbours: Neighbours, relation: str) -> list[str]:
    return [home.address for home in neighbours.to_check if home.relation == relation]


def mill_wynd(number: str, flat: str | None = None) -> dict[str, Any]:
    return {"number": number, "street": "Mill Wynd", "flat": flat}


def stair(flats: list[str], number: int = 15, x: float = 2) -> str:
    return "\n".join(
        f'f{number}_{i} node {x + i},5 addr:housenumber={number} addr:street="Mill Wynd" addr:unit={flat}'
        for i, flat in enumerate(flats)
    )


TENEMENT = WYND + "block area 0,0 16,0 16,12 0,12 building=apartments {}\n"


class TestSameStair:
    def test_flats_of_one_number_share_the_stair(self, tmp_path: Path) -> None:
        text = TENEMENT.format("") + stair(["0/1", "0/2", "1/1", "1/2", "2/1", "2/2"])
        found, gaps = near(text, tmp_path, "block", NO_DOORS, **mill_wynd("15", "2/1"))
        assert found.same_stair == 5
        assert listed(found, "same stair") == [f"{flat}, 15 Mill Wynd" for flat in ("0/1", "0/2", "1/1", "1/2", "2/2")]
        assert (found.same_building, found.complete, gaps) == (0, True, [])

    def test_flats_behind_a_stroke_are_flats(self, tmp_path: Path) -> None:
        text = TENEMENT.format("") + "\n".join(
            f'f{flat} node {flat},5 addr:housenumber=15/{flat} addr:street="Mill Wynd"' for flat in (1, 2, 3)
        )
        found, _ = near(text, tmp_path, "block", NO_DOORS, **mill_wynd("15", "2"))
        assert listed(found, "same stair") == ["Flat 1, 15 Mill Wynd", "Flat 3, 15 Mill Wynd"]

    @pytest.mark.parametrize("typed", ["2/1", "2F1", "Flat 2/1"])
    def test_a_range_of_flats_is_counted_without_the_property(self, tmp_path: Path, typed: str) -> None:
        text = TENEMENT.format("") + 'door node 8,0 entrance=main addr:housenumber=15 addr:street="Mill Wynd" addr:flats=0/1-3/2'
        found, _ = near(text, tmp_path, "block", NO_DOORS, **mill_wynd("15", typed))
        assert found.same_stair == 7
        assert "2/1, 15 Mill Wynd" not in listed(found, "same stair")
        assert found.complete

    def test_without_its_flat_the_property_is_one_of_those_listed_and_that_is_said(self, tmp_path: Path) -> None:
        text = TENEMENT.format("") + 'door node 8,0 entrance=main addr:housenumber=15 addr:street="Mill Wynd" addr:flats=1-6'
        found, gaps = near(text, tmp_path, "block", NO_DOORS, **mill_wynd("15"))
        assert found.same_stair == 6
        assert not found.complete
        assert any("one of the homes on its stair is the property itself" in why for why in gaps)

    def test_building_flats_counts_where_addresses_are_missing(self, tmp_path: Path) -> None:
        text = TENEMENT.format('building:flats=6 addr:housenumber=15 addr:street="Mill Wynd"')
        found, gaps = near(text, tmp_path, "block", NO_DOORS, **mill_wynd("15", "2/1"))
        assert found.same_stair == 5
        (line,) = found.to_check
        assert (line.relation, line.homes) == ("same stair", 5)
        assert line.address == "5 further homes at 15 Mill Wynd, not listed in the data"
        assert not found.complete
        assert any("more flats than addresses" in why for why in gaps)

    def test_flats_that_nobody_listed_are_unknown_not_none(self, tmp_path: Path) -> None:
        text = WYND + house("block", 0, 0, "15", "Mill Wynd")
        found, gaps = near(text, tmp_path, "block", NO_DOORS, **mill_wynd("15", "2/1"))
        assert found.same_stair is None
        assert any("lists no other flats" in why for why in gaps)
        assert not found.complete

    def test_a_building_of_flats_without_their_number_is_unknown(self, tmp_path: Path) -> None:
        text = TENEMENT.format('addr:housenumber=15 addr:street="Mill Wynd"')
        found, gaps = near(text, tmp_path, "block", NO_DOORS, **mill_wynd("15"))
        assert found.same_stair is None
        assert any("does not say how many there are" in why for why in gaps)

    def test_a_house_has_no_stair(self, tmp_path: Path) -> None:
        found, _ = near(WYND + house("home", 0, 0, "15", "Mill Wynd"), tmp_path, "home", NO_DOORS, **mill_wynd("15"))
        assert (found.same_stair, found.same_building, found.complete) == (0, 0, True)

    def test_a_property_in_no_building_still_has_its_stair(self, tmp_path: Path) -> None:
        found, gaps = near(WYND + stair(["1/1", "1/2", "2/1"]), tmp_path, (3, 5), **mill_wynd("15", "2/1"))
        assert listed(found, "same stair") == ["1/1, 15 Mill Wynd", "1/2, 15 Mill Wynd"]
        assert (found.same_building, found.adjoining, found.facing) == (None, None, None)
        assert sum("lies in no building" in why for why in gaps) == 3


class TestSameBuilding:
    def test_a_second_stair_of_the_building_is_another_stair(self, tmp_path: Path) -> None:
        text = TENEMENT.format("") + stair(["1/1", "2/1"]) + "\n" + stair(["1/1", "2/1", "3/1"], 17, 10)
        found, _ = near(text, tmp_path, "block", NO_DOORS, **mill_wynd("15", "1/1"))
        assert (found.same_stair, found.same_building) == (1, 3)
        assert listed(found, "same building") == [f"{flat}, 17 Mill Wynd" for flat in ("1/1", "2/1", "3/1")]

    def test_unlisted_flats_of_a_building_with_two_ways_in_are_in_the_building(self, tmp_path: Path) -> None:
        text = TENEMENT.format('building:flats=8 addr:housenumber=15 addr:street="Mill Wynd"')
        text += "a node 0,0 entrance=main\nb node 16,0 entrance=yes"
        found, _ = near(text, tmp_path, "block", NO_DOORS, **mill_wynd("15", "1/1"))
        assert (found.same_stair, found.same_building) == (0, 7)

    def test_where_the_property_is_one_of_several_numbers_and_not_known_which_that_is_said(self, tmp_path: Path) -> None:
        text = TENEMENT.format("") + stair(["1/1"]) + "\n" + stair(["1/1"], 17, 10)
        found, gaps = near(text, tmp_path, "block")
        assert found.same_stair is None
        assert found.same_building == 2
        assert any("does not say which is the property's" in why for why in gaps)


class TestAdjoining:
    def test_a_terrace_of_outlines_adjoins_on_both_sides(self, tmp_path: Path) -> None:
        found, _ = near(WYND + row("h", [2, 4, 6, 8, 10], 0, "Mill Wynd"), tmp_path, "h6", **mill_wynd("6"))
        assert listed(found, "adjoining") == ["4 Mill Wynd", "8 Mill Wynd"]

    def test_a_terrace_in_one_outline_adjoins_the_doors_beside(self, tmp_path: Path) -> None:
        text = WYND + "row area 0,0 40,0 40,10 0,10 building=terrace\n"
        text += "\n".join(
            f'd{n} node {4 + 8 * i},5 addr:housenumber={n} addr:street="Mill Wynd"' for i, n in enumerate([2, 4, 6, 8, 10])
        )
        found, _ = near(text, tmp_path, "row", NO_DOORS, **mill_wynd("6"))
        assert listed(found, "adjoining") == ["4 Mill Wynd", "8 Mill Wynd"]
        assert (found.same_building, found.each_side) == (0, 0)
        assert "one row of houses" in found.method

    def test_semis_adjoin_each_other_and_not_across_the_gap(self, tmp_path: Path) -> None:
        text = WYND + "\n".join([
            house("a", 0, 0, "2", "Mill Wynd"), house("b", 8, 0, "4", "Mill Wynd"), house("c", 19, 0, "6", "Mill Wynd"),
        ])  # fmt: skip
        found, _ = near(text, tmp_path, "b", **mill_wynd("4"))
        assert listed(found, "adjoining") == ["2 Mill Wynd"]
        assert listed(found, "doors each side") == ["6 Mill Wynd"]

    def test_outlines_that_touch_within_half_a_metre_adjoin(self, tmp_path: Path) -> None:
        text = WYND + house("a", 0, 0, "2", "Mill Wynd") + "\n" + house("b", 8.4, 0, "4", "Mill Wynd")
        assert listed(near(text, tmp_path, "a", **mill_wynd("2"))[0], "adjoining") == ["4 Mill Wynd"]

    def test_a_shared_corner_is_no_shared_wall(self, tmp_path: Path) -> None:
        text = WYND + house("a", 0, 0, "2", "Mill Wynd") + "\n" + house("b", 8, 10, "1", "Back Lane")
        assert near(text, tmp_path, "a", **mill_wynd("2"))[0].adjoining == 0

    def test_of_a_row_that_touches_only_the_nearest_door_adjoins(self, tmp_path: Path) -> None:
        text = WYND + house("home", -8, 0, "1", "Mill Wynd") + "\nrow area 0,0 24,0 24,10 0,10 building=terrace\n"
        text += "\n".join(f'd{n} node {4 + 8 * i},5 addr:housenumber={n} addr:street="Mill Wynd"' for i, n in enumerate([3, 5, 7]))
        found, _ = near(text, tmp_path, "home", **mill_wynd("1"))
        assert listed(found, "adjoining") == ["3 Mill Wynd"]
        assert listed(found, "doors each side") == ["5 Mill Wynd", "7 Mill Wynd"]

    def test_a_neighbour_without_an_address_is_listed_by_its_outline(self, tmp_path: Path) -> None:
        text = WYND + house("a", 0, 0, "2", "Mill Wynd") + "\n" + house("b", 8, 0, None, "Mill Wynd")
        found, gaps = near(text, tmp_path, "a", **mill_wynd("2"))
        assert listed(found, "adjoining") == [f"Home without an address in the data ({World(text).ref('b')})"]
        assert found.adjoining == 1
        assert any("residential buildings without an address: 1" in why.lower() for why in gaps)

    def test_a_neighbour_of_no_stated_use_is_listed_and_not_counted(self, tmp_path: Path) -> None:
        text = WYND + house("a", 0, 0, "2", "Mill Wynd") + "\nb area 8,0 16,0 16,10 8,10 building=yes"
        found, gaps = near(text, tmp_path, "a", **mill_wynd("2"))
        (line,) = [home for home in found.to_check if home.relation == "adjoining"]
        assert line.homes is None
        assert found.adjoining == 0
        assert found.within["50"] == 0
        assert found.use_unknown["50"] == 1
        assert any("no stated use" in why for why in gaps)


class TestFacing:
    def test_the_houses_opposite_face_the_property(self, tmp_path: Path) -> None:
        # North of the street 2 to 10; south of it 1 to 9, shifted by half a house.
        south = "\n".join(house(f"s{n}", -4 + 8 * i, -26, str(n), "Mill Wynd") for i, n in enumerate([1, 3, 5, 7, 9]))
        found, _ = near(WYND + row("h", [2, 4, 6, 8, 10], 0, "Mill Wynd") + "\n" + south, tmp_path, "h6", **mill_wynd("6"))
        assert listed(found, "facing") == ["5 Mill Wynd", "7 Mill Wynd"]

    def test_a_house_behind_another_does_not_face(self, tmp_path: Path) -> None:
        text = WYND + house("home", 0, 0, "2", "Mill Wynd") + "\n" + house("front", 0, -26, "1", "Mill Wynd") + "\n"
        text += house("back", 0, -46, "1", "Back Lane")
        assert listed(near(text, tmp_path, "home", **mill_wynd("2"))[0], "facing") == ["1 Mill Wynd"]

    def test_a_house_seen_through_a_gap_does_not_face(self, tmp_path: Path) -> None:
        text = WYND + "\n".join([
            house("home", 0, 0, "2", "Mill Wynd"), house("left", -8, -26, "1", "Mill Wynd", width=10),
            house("right", 6, -26, "3", "Mill Wynd"), house("back", 0, -50, "1", "Back Lane"),
        ])  # fmt: skip
        assert listed(near(text, tmp_path, "home", **mill_wynd("2"))[0], "facing") == ["1 Mill Wynd", "3 Mill Wynd"]

    def test_a_garage_opposite_is_looked_past(self, tmp_path: Path) -> None:
        text = WYND + house("home", 0, 0, "2", "Mill Wynd") + "\nshed area 0,-18 8,-18 8,-14 0,-14 building=garage\n"
        text += house("front", 0, -32, "1", "Mill Wynd")
        assert listed(near(text, tmp_path, "home", **mill_wynd("2"))[0], "facing") == ["1 Mill Wynd"]

    def test_beyond_another_street_nothing_faces(self, tmp_path: Path) -> None:
        text = WYND + 'lane way -60,-20 200,-20 highway=residential name="Back Lane"\n'
        text += house("home", 0, 0, "2", "Mill Wynd") + "\n" + house("far", 0, -36, "2", "Back Lane")
        assert near(text, tmp_path, "home", **mill_wynd("2"))[0].facing == 0

    def test_both_carriageways_of_one_street_are_one_street(self, tmp_path: Path) -> None:
        text = WYND + 'other way -60,-16 200,-16 highway=residential name="Mill Wynd"\n'
        text += house("home", 0, 0, "2", "Mill Wynd") + "\n" + house("far", 0, -34, "1", "Mill Wynd")
        assert listed(near(text, tmp_path, "home", **mill_wynd("2"))[0], "facing") == ["1 Mill Wynd"]

    def test_at_a_staggered_junction_the_corner_house_faces_and_the_side_street_does_not(self, tmp_path: Path) -> None:
        # Kirk Lane leaves Mill Wynd southwards at x = 5, opposite the property's middle.
        text = WYND.replace("200,-8", "5,-8 200,-8") + 'lane way 5,-8 5,-80 highway=residential name="Kirk Lane"\n'
        text += "\n".join([
            house("home", 0, 0, "2", "Mill Wynd"), house("corner", -8, -28, "1", "Mill Wynd", width=10),
            house("side", 9, -60, "4", "Kirk Lane"),
        ])  # fmt: skip
        found, _ = near(text, tmp_path, "home", **mill_wynd("2"))
        assert listed(found, "facing") == ["1 Mill Wynd"]

    def test_a_corner_house_fronts_the_street_of_its_address(self, tmp_path: Path) -> None:
        text = WYND + 'lane way -8,-8 -8,80 highway=residential name="Kirk Lane"\n' + "\n".join([
            house("home", 0, 0, "1", "Kirk Lane"), house("south", 0, -26, "2", "Mill Wynd"),
            house("west", -24, 0, "2", "Kirk Lane"),
        ])  # fmt: skip
        by_lane, _ = near(text, tmp_path, "home", number="1", street="Kirk Lane")
        assert listed(by_lane, "facing") == ["2 Kirk Lane"]

    def test_of_a_row_opposite_only_the_doors_in_front_face(self, tmp_path: Path) -> None:
        text = WYND + house("home", 0, 0, "2", "Mill Wynd") + "\nrow area -32,-26 48,-26 48,-16 -32,-16 building=terrace\n"
        text += "\n".join(
            f'd{n} node {-28 + 8 * i},-20 addr:housenumber={n} addr:street="Mill Wynd"' for i, n in enumerate(range(1, 21, 2))
        )
        found, _ = near(text, tmp_path, "home", **mill_wynd("2"))
        assert listed(found, "facing") == ["9 Mill Wynd"]

    def test_without_a_street_it_cannot_be_said(self, tmp_path: Path) -> None:
        found, gaps = near(house("home", 0, 0, "2", "Mill Wynd"), tmp_path, "home", **mill_wynd("2"))
        assert found.facing is None
        assert any("no street within" in why for why in gaps)

    def test_a_house_behind_another_fronts_no_street(self, tmp_path: Path) -> None:
        text = WYND + house("front", 0, 0, "2", "Mill Wynd") + "\n" + house("home", 0, 20, "2A", "Mill Wynd")
        found, gaps = near(text, tmp_path, "home", **mill_wynd("2A"))
        assert found.facing is None
        assert any("No stretch of Mill Wynd" in why for why in gaps)

    def test_where_the_named_street_is_not_in_the_data_the_nearest_is_taken_and_named(self, tmp_path: Path) -> None:
        text = WYND + house("home", 0, 0, "2", "Low Road") + "\n" + house("front", 0, -26, "1", "Mill Wynd")
        found, _ = near(text, tmp_path, "home", number="2", street="Low Road")
        assert listed(found, "facing") == ["1 Mill Wynd"]
        assert "Mill Wynd, taken because it is the nearest" in found.method

    def test_facing_is_mutual(self, tmp_path: Path) -> None:
        widths = [7, 12, 5, 9, 15, 6, 8]
        text, north, south = WYND, -20.0, -23.0
        for i, width in enumerate(widths):
            text += house(f"n{i}", north, 0, str(2 + 2 * i), "Mill Wynd", width=width) + "\n"
            text += house(f"s{i}", south, -27, str(1 + 2 * i), "Mill Wynd", width=widths[-1 - i]) + "\n"
            north, south = north + width + i % 3, south + widths[-1 - i] + (i + 1) % 3
        region, faces = build(text, tmp_path), set()
        for site in sites_of_addresses(region):
            found, _ = near_neighbours(Surroundings(site, region), NO_DOORS)
            faces |= {(f"{site.number} Mill Wynd", other) for other in listed(found, "facing")}
        assert len(faces) > 12
        assert faces == {(b, a) for a, b in faces}


class TestDoorsEachSide:
    def test_three_doors_each_side_beyond_those_that_adjoin(self, tmp_path: Path) -> None:
        numbers = list(range(2, 32, 2))
        found, _ = near(WYND + row("h", numbers, 0, "Mill Wynd"), tmp_path, "h16", **mill_wynd("16"))
        assert sorted(listed(found, "doors each side")) == [f"{n} Mill Wynd" for n in (10, 12, 20, 22)]
        assert found.each_side == 4

    def test_a_number_with_a_letter_is_a_door_of_its_own(self, tmp_path: Path) -> None:
        text = WYND + "\n".join(
            house(f"h{n}", 12 * i, 0, n, "Mill Wynd") for i, n in enumerate(["8", "10", "12", "12A", "14", "16"])
        )
        found, _ = near(text, tmp_path, "h14", AddressParameter(doors_each_side=2), **mill_wynd("14"))
        assert sorted(listed(found, "doors each side")) == ["12 Mill Wynd", "12A Mill Wynd", "16 Mill Wynd"]

    def test_a_gap_in_the_numbers_is_stepped_over_and_told(self, tmp_path: Path) -> None:
        text = WYND + row("h", [2, 4, 8, 10], 0, "Mill Wynd", gap=4)
        found, gaps = near(text, tmp_path, "h4", AddressParameter(doors_each_side=1), **mill_wynd("4"))
        assert sorted(listed(found, "doors each side")) == ["2 Mill Wynd", "8 Mill Wynd"]
        assert any("no number 6 on the property's side" in why.lower() for why in gaps)
        assert not found.complete

    def test_a_hole_wider_than_the_doors_wanted_ends_the_walk(self, tmp_path: Path) -> None:
        text = WYND + row("h", [2, 4, 6], 0, "Mill Wynd", gap=4) + "\n" + house("far", 120, 0, "40", "Mill Wynd")
        found, gaps = near(text, tmp_path, "h6", AddressParameter(doors_each_side=2), **mill_wynd("6"))
        assert "40 Mill Wynd" not in listed(found, "doors each side")
        assert any("no number 8 to 38" in why.lower() for why in gaps)

    def test_a_close_is_numbered_straight_on(self, tmp_path: Path) -> None:
        # 1 to 5 on the north side, 6 to 10 back on the south side.
        south = "\n".join(house(f"s{n}", 12 * (10 - n), -26, str(n), "Mill Wynd") for n in range(6, 11))
        text = WYND + row("h", [1, 2, 3, 4, 5], 0, "Mill Wynd", gap=4) + "\n" + south
        found, _ = near(text, tmp_path, "h3", AddressParameter(doors_each_side=1), **mill_wynd("3"))
        assert sorted(listed(found, "doors each side")) == ["2 Mill Wynd", "4 Mill Wynd"]

    def test_odd_numbers_opposite_are_not_on_the_property_s_side(self, tmp_path: Path) -> None:
        south = "\n".join(house(f"s{n}", 12 * i, -26, str(n), "Mill Wynd") for i, n in enumerate([1, 3, 5, 7]))
        text = WYND + row("h", [2, 4, 6, 8], 0, "Mill Wynd", gap=4) + "\n" + south
        found, _ = near(text, tmp_path, "h2", AddressParameter(doors_each_side=2, facing=False), **mill_wynd("2"))
        assert listed(found, "doors each side") == ["4 Mill Wynd", "6 Mill Wynd"]

    def test_what_stands_far_along_a_bending_street_does_not_say_how_its_sides_are_numbered(self, tmp_path: Path) -> None:
        # The street turns north beyond the stretch that is looked along; the odd side there lies left of the street's line.
        bend = 'road way -60,-8 200,-8 320,150 340,600 highway=residential name="Mill Wynd"\n'
        odd = "\n".join(house(f"s{n}", 318 + n, 150 + 12 * n, str(n), "Mill Wynd") for n in range(7, 37, 2))
        text = bend + row("h", [2, 4, 6, 8, 10, 12, 14, 16], 0, "Mill Wynd", gap=4) + "\n" + odd
        found, _ = near(text, tmp_path, "h8", **mill_wynd("8"))
        assert sorted(listed(found, "doors each side")) == [f"{n} Mill Wynd" for n in (10, 12, 14, 2, 4, 6)]

    def test_houses_without_a_number_come_in_their_order_along_the_street(self, tmp_path: Path) -> None:
        text = WYND + "\n".join(house(f"h{i}", 12 * i, 0, None, "Mill Wynd") for i in range(7))
        found, _ = near(text, tmp_path, "h3", AddressParameter(doors_each_side=2), street="Mill Wynd")
        world = World(text)
        assert {home.ref for home in found.to_check} == {world.ref(f"h{i}") for i in (1, 2, 4, 5)}
        assert found.each_side == 4

    def test_a_house_without_a_number_between_numbered_ones_is_not_forgotten(self, tmp_path: Path) -> None:
        text = WYND + "\n".join([
            house("h2", 0, 0, "2", "Mill Wynd"), house("cottage", 12, 0, None, "Mill Wynd"),
            house("h4", 24, 0, "4", "Mill Wynd"),
        ])  # fmt: skip
        found, _ = near(text, tmp_path, "h2", AddressParameter(doors_each_side=1), **mill_wynd("2"))
        assert {home.ref for home in found.to_check} == {World(text).ref("cottage"), World(text).ref("h4")}

    def test_all_flats_behind_a_door_are_homes_to_check(self, tmp_path: Path) -> None:
        text = WYND + house("home", 0, 0, "2", "Mill Wynd") + "\nblock area 12,0 28,0 28,12 12,12 building=apartments "
        text += 'addr:housenumber=4 addr:street="Mill Wynd" addr:flats=1-6'
        found, _ = near(text, tmp_path, "home", **mill_wynd("2"))
        assert found.each_side == 6

    def test_what_could_not_be_counted_is_said_in_words_and_not_by_a_code(self, tmp_path: Path) -> None:
        around = surroundings(house("home", 0, 0, None, ""), tmp_path, "home")
        whats = {gap.what for gap in near_neighbours(around, AddressParameter())[1]}
        assert "Homes facing across the street could not be counted." in whats
        assert "Homes behind the next doors along the street could not be counted." in whats

    def test_without_number_and_frontage_it_cannot_be_said(self, tmp_path: Path) -> None:
        found, gaps = near("home area 0,0 8,0 8,8 0,8 building=house", tmp_path, "home")
        assert found.each_side is None
        assert any("does not front a street" in why for why in gaps)


def classified(around: Surroundings, codes: dict[str, str]) -> Surroundings:
    """The same property in a region whose addresses a gazetteer has classified."""
    path = around.region.path.with_name("classified.gpkg")
    shutil.copy(around.region.path, path)
    with closing(sqlite3.connect(path)) as file, file:
        file.executemany("UPDATE addresses SET classification = ? WHERE number = ?", [(code, n) for n, code in codes.items()])
    return Surroundings(around.site, Region(path))


class TestHomes:
    def test_a_shop_is_no_home(self, tmp_path: Path) -> None:
        text = (
            WYND + house("home", 0, 0, "2", "Mill Wynd") + '\nshop node 12,5 shop=bakery addr:housenumber=4 addr:street="Mill Wynd"'
        )
        found, _ = near(text, tmp_path, "home", **mill_wynd("2"))
        assert (found.within["50"], found.to_check, found.complete) == (0, (), True)

    def test_a_building_for_other_use_holds_homes_only_where_flats_are_given(self, tmp_path: Path) -> None:
        pub = 'pub area 12,0 24,0 24,10 12,10 building=yes amenity=pub addr:housenumber=4 addr:street="Mill Wynd"'
        text = WYND + house("home", 0, 0, "2", "Mill Wynd") + "\n" + pub
        assert near(text, tmp_path, "home", **mill_wynd("2"))[0].within["50"] == 0
        (tmp_path / "flats").mkdir()
        above = text + '\ndoor node 18,0 addr:housenumber=4 addr:street="Mill Wynd" addr:flats=1-3 entrance=staircase'
        found, _ = near(above, tmp_path / "flats", "home", **mill_wynd("2"))
        assert listed(found, "doors each side") == [f"Flat {n}, 4 Mill Wynd" for n in (1, 2, 3)]

    def test_an_address_that_a_shop_shares_counts_as_a_home_in_doubt(self, tmp_path: Path) -> None:
        text = WYND + house("home", 0, 0, "2", "Mill Wynd") + "\n" + house("other", 12, 0, "4", "Mill Wynd")
        text += '\nshop node 16,5 shop=bakery addr:housenumber=4 addr:street="Mill Wynd"'
        found, gaps = near(text, tmp_path, "home", **mill_wynd("2"))
        assert found.within["50"] == 1
        assert any("shares" in why for why in gaps)

    def test_what_a_gazetteer_classifies_an_address_as_decides(self, tmp_path: Path) -> None:
        text = WYND + "\n".join([
            house("home", 0, 0, "2", "Mill Wynd"), house("shop", 12, 0, "4", "Mill Wynd"),
            "pub area 24,0 34,0 34,10 24,10 building=pub", 'above node 29,5 addr:housenumber=6 addr:street="Mill Wynd"',
        ])  # fmt: skip
        around = surroundings(text, tmp_path, "home", **mill_wynd("2"))
        classed = classified(around, {"2": "RH", "4": "CR08", "6": "RD04"})
        found, _ = near_neighbours(classed, AddressParameter())
        assert found is not None
        assert [home.address for home in found.to_check] == ["6 Mill Wynd"]
        assert found.notes == (
            "A gazetteer classifies an address in the property's building as RH: a house in multiple occupation.",
        )
        assert found.use_unknown["50"] == 0

    def test_more_addresses_than_building_flats_says_is_a_contradiction_that_is_told(self, tmp_path: Path) -> None:
        text = TENEMENT.format("building:flats=2") + stair(["0/1", "0/2", "1/1"])
        found, gaps = near(text, tmp_path, "block", **mill_wynd("15", "0/1"))
        assert found.same_stair == 2
        assert any("more addresses than building:flats" in why for why in gaps)

    def test_homes_are_counted_by_metres_from_edge_to_edge(self, tmp_path: Path) -> None:
        text = WYND + "\n".join([
            house("home", 0, 0, "2", "Mill Wynd"), house("near", 57, 0, "4", "Mill Wynd"),
            house("mid", 70, 0, "6", "Back Lane"),
            "block area 200,0 216,0 216,12 200,12 building=apartments building:flats=9", house("far", 507, 0, "8", "Back Lane"),
        ])  # fmt: skip
        found, _ = near(text, tmp_path, "home", **mill_wynd("2"))
        assert found.within == {"50": 1, "100": 2, "250": 11, "500": 12}

    def test_a_circle_that_leaves_the_coverage_is_not_counted(self, tmp_path: Path) -> None:
        text = WYND + house("home", 0, 0, "2", "Mill Wynd")
        boundary = box_geojson(grown(World(text).box, 200))
        found, gaps = near(text, tmp_path, "home", region_options={"boundary": boundary}, **mill_wynd("2"))
        assert found.within == {"50": 0, "100": 0, "250": None, "500": None}
        assert any("reaches past the area" in why for why in gaps)
        assert not found.complete

    def test_a_region_of_shops_alone_tells_of_no_homes(self, tmp_path: Path) -> None:
        text = 'shop node 0,0 shop=bakery addr:housenumber=2 addr:street="Mill Wynd"'
        found, gaps = near(text, tmp_path, (0, 0), region_options={"themes": ("shop=*",)}, **mill_wynd("2"))
        assert found is None
        assert any("No source of the region tells of homes" in why for why in gaps)


class TestTheAnswer:
    @pytest.mark.parametrize("precision", [Precision.STREET, Precision.POSTCODE, Precision.INTERPOLATED, Precision.LOCALITY])
    def test_a_rough_location_has_no_neighbours(self, tmp_path: Path, precision: Precision) -> None:
        text = WYND + house("home", 0, 0, "2", "Mill Wynd")
        found, gaps = near(text, tmp_path, "home", precision=precision, uncertainty_m=60.0)
        assert found is None
        assert any(f"located {LOCATED[precision]}, to within 60 m" in why for why in gaps)

    def test_a_point_that_may_be_anywhere_in_the_street_has_no_neighbours(self, tmp_path: Path) -> None:
        text = WYND + house("home", 0, 0, "2", "Mill Wynd")
        assert near(text, tmp_path, (4, 5), uncertainty_m=80.0)[0] is None
        (tmp_path / "exact").mkdir()
        assert near(text, tmp_path / "exact", (4, 5), uncertainty_m=5.0)[0].within["50"] == 0

    def test_a_relation_that_is_not_asked_for_is_counted_and_not_listed(self, tmp_path: Path) -> None:
        text = WYND + row("h", [2, 4, 6, 8, 10], 0, "Mill Wynd")
        found, _ = near(text, tmp_path, "h6", AddressParameter(adjoining=False, doors_each_side=0), **mill_wynd("6"))
        assert (found.adjoining, found.to_check) == (2, ())

    def test_the_list_is_nearest_first_and_its_homes_add_up_to_the_counts(self, tmp_path: Path) -> None:
        text = TENEMENT.format("") + stair(["1/1", "2/1"]) + "\n" + house("next", 16, 0, "17", "Mill Wynd") + "\n"
        text += house("over", 4, -26, "14", "Mill Wynd") + "\n" + house("third", 30, 0, "19", "Mill Wynd")
        found, _ = near(text, tmp_path, "block", **mill_wynd("15", "1/1"))
        counted = Counter()
        for home in found.to_check:
            counted[home.relation] += home.homes or 0
        assert counted == {"same stair": 1, "adjoining": 1, "facing": 1, "doors each side": 1}
        assert (found.same_stair, found.adjoining, found.facing, found.each_side) == (1, 1, 1, 1)
        assert [home.distance_m for home in found.to_check] == sorted(home.distance_m for home in found.to_check)

    def test_flats_and_care_at_the_property_are_noted(self, tmp_path: Path) -> None:
        text = WYND + "block area 0,0 16,0 16,12 0,12 building=apartments building:flats=12 social_facility=group_home name=Rowans "
        text += "amenity=social_facility\n" + house("next", 16, 0, "17", "Mill Wynd") + "\nhostel node 20,5 tourism=hostel"
        notes = " ".join(near(text, tmp_path, "block", **mill_wynd("15"))[0].notes)
        assert "building=apartments: several households" in notes
        assert "building:flats=12" in notes
        assert "social_facility=group_home: a care setting" in notes
        assert "hostel" not in notes

    def test_doors_past_the_limit_need_a_reason(self) -> None:
        check_parameter(AddressParameter(doors_each_side=6))
        check_parameter(AddressParameter(doors_each_side=9, reason="a hotel opposite"))
        with pytest.raises(UsageError, match="limit of 6"):
            check_parameter(AddressParameter(doors_each_side=7))
        with pytest.raises(UsageError, match="limit of 6"):
            check_parameter(AddressParameter(doors_each_side=7, reason="  "))
        with pytest.raises(UsageError, match="0 or more"):
            check_parameter(AddressParameter(doors_each_side=-1))
