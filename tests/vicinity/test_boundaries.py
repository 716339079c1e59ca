"""Gates on the property's side, and whether property and place share a boundary, on drawn ground."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from era_geo.model import Finding, Precision
from era_geo.vicinity import boundaries
from era_geo.vicinity.sight import Lookout
from tests.vicinity.streets import findings, known_to_within, surroundings

HOME = "home area 0,0 8,0 8,10 0,10 building=house\n"
SCHOOL = "school area 0,30 60,30 60,90 0,90 amenity=school name=Mill\n"


def looked(text: str, tmp_path: Path, at: str | tuple[float, float] = "home", **words: Any) -> tuple[Finding, list[str]]:
    """Give the one place that is drawn, and the reasons of the gaps."""
    around = surroundings(text, tmp_path, at, **words)
    (found,), gaps = boundaries.look(findings(around), around, Lookout(around))
    return found, [gap.why for gap in gaps]


class TestGates:
    def test_gates_on_the_property_s_side_nearest_first(self, tmp_path: Path) -> None:
        gates = """
            far node 60,30 barrier=gate access=private
            near node 4,30 barrier=kissing_gate
            behind node 30,90 barrier=gate
            elsewhere node 4,25 barrier=gate
        """
        school = "school area 0,30 4,30 60,30 60,90 30,90 0,90 amenity=school name=Mill\n"
        found, _ = looked(HOME + school + gates + "hut area 10,70 50,70 50,80 10,80 building=yes", tmp_path)
        assert found.gates == (
            "kissing gate 20 m from the property, in open line in plan",
            "gate 56 m from the property, in open line in plan, access private",
        )

    def test_a_gate_on_the_far_side_in_open_line_counts(self, tmp_path: Path) -> None:
        found, _ = looked(HOME + SCHOOL + "behind node 30,90 barrier=gate", tmp_path)
        assert found.gates == ("gate 83 m from the property, in open line in plan",)

    def test_where_all_gates_are_on_the_far_side_that_is_said(self, tmp_path: Path) -> None:
        text = HOME + SCHOOL + "behind node 30,90 barrier=gate\nhall area -50,40 60,40 60,60 -50,60 building=school"
        found, _ = looked(text, tmp_path)
        assert found.gates == ("its one mapped gate or entrance does not lie on the property's side",)

    def test_where_no_gate_is_mapped_nothing_is_said(self, tmp_path: Path) -> None:
        assert looked(HOME + SCHOOL, tmp_path)[0].gates == ()

    def test_the_main_entrance_of_a_building(self, tmp_path: Path) -> None:
        hall = "hall area 0,30 4,30 20,30 20,40 0,40 building=yes amenity=community_centre name=Hall\n"
        found, _ = looked(HOME + hall + "a node 4,30 entrance=main\nb node 20,40 entrance=emergency", tmp_path)
        assert found.gates == ("main entrance 20 m from the property, in open line in plan",)

    def test_around_the_property_every_gate_counts(self, tmp_path: Path) -> None:
        park = "park area -50,-50 50,-50 50,50 -50,50 leisure=park name=Park\n"
        found, _ = looked(HOME + park + "a node -50,-50 barrier=gate\nb node 50,50 barrier=gate", tmp_path)
        assert len(found.gates) == 2


class TestSharedBoundary:
    def test_walls_on_the_edge(self, tmp_path: Path) -> None:
        found, _ = looked(HOME + "school area 8.5,-20 60,-20 60,40 8.5,40 amenity=school", tmp_path)
        assert found.shares_boundary is True
        assert "walls stand on the place's edge" in str(found.boundary)

    def test_inside_the_place(self, tmp_path: Path) -> None:
        found, _ = looked(HOME + "park area -50,-50 50,-50 50,50 -50,50 leisure=park", tmp_path)
        assert found.shares_boundary is True
        assert "inside" in str(found.boundary)

    def test_a_fenced_garden_that_reaches_the_place(self, tmp_path: Path) -> None:
        fences = "a way 0,10 0,30 barrier=fence\nb way 8,10 8,30 barrier=fence\nc way 0,30 60,30 barrier=wall"
        found, gaps = looked(HOME + "school area 0,30 8,30 60,30 60,90 0,90 amenity=school\n" + fences, tmp_path)
        assert found.shares_boundary is True
        assert "garden" in str(found.boundary)
        assert gaps == []

    def test_a_mapped_garden_that_reaches_the_place(self, tmp_path: Path) -> None:
        around = surroundings(HOME + SCHOOL + "garden area 0,10 8,10 8,30 0,30 leisure=garden access=private", tmp_path, "home")
        school = [finding for finding in findings(around) if finding.layer == "school"]
        (found,), _ = boundaries.look(school, around, Lookout(around))
        assert found.shares_boundary is True

    def test_a_fenced_garden_that_ends_before_the_place(self, tmp_path: Path) -> None:
        fences = "a way 0,10 0,20 8,20 8,10 barrier=fence"
        assert looked(HOME + SCHOOL + fences, tmp_path)[0].shares_boundary is None

    def test_a_wall_on_the_edge_beside_the_building(self, tmp_path: Path) -> None:
        text = HOME + "school area -20,13 60,13 60,90 -20,90 amenity=school\nwall way -20,13 60,13 barrier=wall"
        found, _ = looked(text, tmp_path)
        assert (found.shares_boundary, found.boundary) == (True, "a wall 3 m from the property stands on the place's edge")

    @pytest.mark.parametrize(
        ("between", "said"),
        [
            ('road way -50,20 90,20 highway=residential name="Mill Wynd"', "Mill Wynd lies between"),
            ("road way -50,20 90,20 highway=service", "a street lies between"),
            ("other area 0,15 8,15 8,25 0,25 building=house", "a building lies between"),
        ],
    )
    def test_what_lies_between_parts_them(self, tmp_path: Path, between: str, said: str) -> None:
        found, _ = looked(HOME + SCHOOL + between, tmp_path)
        assert found.shares_boundary is False
        assert said in str(found.boundary)

    def test_a_street_beside_a_wall_on_the_edge_still_parts_them(self, tmp_path: Path) -> None:
        text = HOME + "school area -20,14 60,14 60,90 -20,90 amenity=school\nwall way -20,14 60,14 barrier=wall\n"
        assert looked(text + "road way -50,12 90,12 highway=residential", tmp_path)[0].shares_boundary is False

    @pytest.mark.parametrize("way", ["highway=footway", "highway=service service=driveway"])
    def test_a_path_or_a_drive_does_not_part_them(self, tmp_path: Path, way: str) -> None:
        found, gaps = looked(HOME + SCHOOL + f"p way -50,20 90,20 {way}", tmp_path)
        assert found.shares_boundary is None
        assert any("Plots are not in open map data" in why for why in gaps)

    def test_far_off_no_boundary_is_shared(self, tmp_path: Path) -> None:
        found, _ = looked(HOME + "school area 0,80 60,80 60,90 0,90 amenity=school", tmp_path)
        assert (found.shares_boundary, found.boundary) == (False, "the place lies 70 m from the property")

    @pytest.mark.parametrize(
        ("north", "metres", "shares", "said"),
        [
            (80, 110, None, "the place is located only to within 110 m"),
            (80, 9, False, "the place lies 61 m or more from the property"),
            (80, 11, None, "the place is known as a point, without a boundary"),
            (95, 22, False, "the place lies 63 m or more from the property"),
        ],
    )
    def test_far_off_is_what_is_far_off_even_if_it_lies_nearer_than_its_point(
        self, tmp_path: Path, north: float, metres: float, shares: bool | None, said: str
    ) -> None:
        around = surroundings(HOME + f"school node 4,{north} amenity=school", tmp_path, "home")
        found = findings(around)
        (looked,), gaps = boundaries.look(found, around, Lookout(around), known_to_within(metres, found, around))
        assert (looked.shares_boundary, looked.boundary) == (shares, said)
        assert [gap.what for gap in gaps] == (
            [] if shares is False else ["Whether the property shares a boundary could not be worked out for 1 of 1 places."]
        )

    def test_what_is_located_roughly_does_not_touch(self, tmp_path: Path) -> None:
        around = surroundings(HOME + "school area 8.5,-20 60,-20 60,40 8.5,40 amenity=school", tmp_path, "home")
        found = findings(around)
        (looked,), (gap,) = boundaries.look(found, around, Lookout(around), known_to_within(120, found, around))
        assert looked.shares_boundary is None
        assert "too roughly" in gap.why

    def test_a_place_known_as_a_point_has_no_boundary_to_share(self, tmp_path: Path) -> None:
        found, _ = looked(HOME + "school node 4,30 amenity=school", tmp_path)
        assert found.shares_boundary is None
        assert "known as a point" in str(found.boundary)

    def test_a_property_known_as_a_point(self, tmp_path: Path) -> None:
        found, _ = looked("school area 0,30 60,30 60,90 0,90 amenity=school", tmp_path, (4, 20))
        assert found.shares_boundary is None

    def test_a_rough_location_says_nothing(self, tmp_path: Path) -> None:
        found, gaps = looked(SCHOOL, tmp_path, (4, 20), precision=Precision.STREET, uncertainty_m=50.0)
        assert (found.gates, found.shares_boundary, found.boundary) == ((), None, None)
        assert any("which door it is" in why for why in gaps)
