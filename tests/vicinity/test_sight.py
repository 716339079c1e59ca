"""Lines of sight on worlds whose geometry tells the answer."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from era_geo.model import Precision
from era_geo.vicinity import sight
from era_geo.vicinity.sight import Lookout
from era_geo.vicinity.sight_edges import LEAST_SAMPLES, Edge, edge_of
from tests.vicinity.streets import findings, known_to_within, surroundings
from tests.world import ORIGIN, box_geojson

# A play area 20 m wide and 10 m deep, 30 m north of the origin; what stands in between varies.
PLAY = "play area -10,30 10,30 10,40 -10,40 leisure=playground name=Swings\n"
HOME = "home area -4,-8 4,-8 4,0 -4,0 building=house\n"


def looked(text: str, tmp_path: Path, at: str | tuple[float, float] = (0, 0), **words: Any) -> Any:
    """Give the sight of each place by name, and the reasons of the gaps."""
    around = surroundings(text, tmp_path, at, **words)
    found, gaps = sight.look(findings(around), around, Lookout(around))
    return {finding.name: finding.sight for finding in found}, [gap.why for gap in gaps]


class TestWhatStandsInTheWay:
    def test_nothing(self, tmp_path: Path) -> None:
        assert looked(PLAY, tmp_path) == ({"Swings": 1.0}, [])

    def test_a_wall_with_a_gap_lets_through_what_its_geometry_says(self, tmp_path: Path) -> None:
        # Through 4 m of gap at 10 m one sees 12 m at 30 m and 16 m at 40 m, of an edge of 60 m.
        walls = "a way -100,10 -2,10 barrier=wall\nb way 2,10 100,10 barrier=wall"
        shares, _ = looked(PLAY + walls, tmp_path)
        assert shares["Swings"] == pytest.approx(28 / 60, abs=0.02)

    def test_a_whole_wall(self, tmp_path: Path) -> None:
        assert looked(PLAY + "a way -100,10 100,10 barrier=wall", tmp_path)[0] == {"Swings": 0.0}

    @pytest.mark.parametrize(
        "drawn",
        [
            "a way -100,10 100,10 barrier=fence",
            "a way -100,10 100,10 barrier=hedge",
            "a way -100,10 100,10 barrier=retaining_wall",
            "a way -100,10 100,10 barrier=wall height=0.9",
            "a area -100,10 100,10 100,12 -100,12 building=roof",
        ],
    )
    def test_what_one_can_look_over_or_through(self, tmp_path: Path, drawn: str) -> None:
        assert looked(PLAY + drawn, tmp_path)[0] == {"Swings": 1.0}

    @pytest.mark.parametrize("height", ["1.8", "2 m", "high"])
    def test_a_wall_that_is_high_or_of_unknown_height(self, tmp_path: Path, height: str) -> None:
        assert looked(PLAY + f'a way -100,10 100,10 barrier=wall height="{height}"', tmp_path)[0] == {"Swings": 0.0}

    def test_a_building(self, tmp_path: Path) -> None:
        assert looked(PLAY + "b area -30,10 30,10 30,20 -30,20 building=yes", tmp_path)[0] == {"Swings": 0.0}

    def test_half_a_building(self, tmp_path: Path) -> None:
        # East of the line straight north all is hidden: half of the front, half of the back, one side.
        shares, _ = looked(PLAY + "b area 0,10 30,10 30,20 0,20 building=yes", tmp_path)
        assert shares["Swings"] == pytest.approx(0.5, abs=0.02)

    def test_of_a_building_only_the_walls_towards_one_are_in_open_line(self, tmp_path: Path) -> None:
        hall = "hall area -20,30 20,30 20,40 -20,40 building=yes amenity=community_centre name=Hall"
        assert looked(hall, tmp_path)[0] == {"Hall": pytest.approx(0.4, abs=0.02)}

    def test_grounds_hide_behind_their_own_building(self, tmp_path: Path) -> None:
        grounds = "g area -10,30 10,30 10,60 -10,60 leisure=playground name=Swings\n"
        hut = "hut area -9,40 9,40 9,42 -9,42 building=yes"
        shares, _ = looked(grounds + hut, tmp_path)
        # The front, both sides up to the hut's level and beyond it where the look past its corner meets them: not the back.
        assert 0.45 < shares["Swings"] < 0.8


class TestFromWhere:
    def test_a_house_looks_out_on_every_side_but_not_through_itself(self, tmp_path: Path) -> None:
        text = HOME + PLAY + "north area -30,10 30,10 30,12 -30,12 building=yes"
        assert looked(text, tmp_path, "home")[0] == {"Swings": 0.0}

    def test_a_terraced_house_does_not_look_out_through_its_neighbour(self, tmp_path: Path) -> None:
        text = (
            HOME
            + "next area 4,-8 12,-8 12,0 4,0 building=house\n"
            + "play area 40,-6 50,-6 50,-2 40,-2 leisure=playground name=East"
        )
        assert looked(text, tmp_path, "home")[0] == {"East": 0.0}

    def test_a_place_around_the_property_is_seen_from_within(self, tmp_path: Path) -> None:
        text = HOME + "park area -60,-60 60,-60 60,60 -60,60 leisure=park name=Park\n" + "w way -60,60 60,60 barrier=wall"
        assert looked(text, tmp_path, "home")[0] == {"Park": 1.0}

    def test_a_place_in_the_property_s_own_building_is_in_open_line(self, tmp_path: Path) -> None:
        text = HOME + 'shop node 0,-4 amenity=kindergarten name="Wee Ones"'
        assert looked(text, tmp_path, "home")[0] == {"Wee Ones": 1.0}

    def test_a_point_in_a_building_is_looked_at_through_its_walls_and_no_others(self, tmp_path: Path) -> None:
        block = "block area -8,20 8,20 8,30 -8,30 building=yes\nshop node 0,25 amenity=kindergarten name=Wee\n"
        assert looked(HOME + block, tmp_path, "home")[0] == {"Wee": 1.0}
        (tmp_path / "hidden").mkdir()
        front = "front area -40,10 40,10 40,12 -40,12 building=yes"
        assert looked(HOME + block + front, tmp_path / "hidden", "home")[0] == {"Wee": 0.0}

    def test_a_point_in_a_building_looks_out_from_that_building(self, tmp_path: Path) -> None:
        assert looked(HOME + PLAY, tmp_path, (0, -4))[0] == {"Swings": 1.0}

    def test_fronts_in_one_line_do_not_see_each_other(self, tmp_path: Path) -> None:
        shop = "shop area 20,-8 28,-8 28,0 20,0 building=yes shop=bakery name=Bun"
        # Across the gap one sees the shop's west wall, 8 of 32 m; its front lies in the property's own line.
        assert looked(HOME + shop, tmp_path, "home")[0] == {"Bun": pytest.approx(0.25, abs=0.02)}

    def test_a_property_walled_in_by_buildings_has_no_wall_to_look_out_from(self, tmp_path: Path) -> None:
        text = HOME + PLAY + "all area -20,-20 20,-20 20,20 -20,20 building=yes"
        shares, gaps = looked(text, tmp_path, "home")
        assert shares == {"Swings": None}
        assert any("no wall to look out from" in why for why in gaps)


class TestWhatCannotBeSaid:
    def test_where_the_lines_leave_the_coverage(self, tmp_path: Path) -> None:
        text = HOME + PLAY
        boundary = box_geojson((ORIGIN[0] - 5, ORIGIN[1] - 1000, ORIGIN[0] + 1000, ORIGIN[1] + 1000))
        shares, gaps = looked(text, tmp_path, "home", region_options={"boundary": boundary})
        assert shares == {"Swings": None}
        assert any("leave the area that the source covers" in why for why in gaps)

    def test_where_the_source_knows_of_no_buildings(self, tmp_path: Path) -> None:
        shares, gaps = looked(PLAY, tmp_path, region_options={"themes": ("leisure=*",)})
        assert shares == {"Swings": None}
        assert any("where buildings stand" in why for why in gaps)

    def test_where_the_location_is_rough(self, tmp_path: Path) -> None:
        shares, gaps = looked(PLAY, tmp_path, precision=Precision.STREET, uncertainty_m=40.0)
        assert shares == {"Swings": None}
        assert any("which door it is" in why for why in gaps)

    @pytest.mark.parametrize(("metres", "sight_of_it"), [(30.0, 0.0), (31.0, None)])
    def test_where_the_place_is_located_roughly(self, tmp_path: Path, metres: float, sight_of_it: float | None) -> None:
        nursery = "nursery node 0,40 amenity=kindergarten name=Wee\nwall way -100,10 100,10 barrier=wall"
        around = surroundings(HOME + nursery, tmp_path, "home")
        found = findings(around)
        (looked,), gaps = sight.look(found, around, Lookout(around), known_to_within(metres, found, around))
        assert looked.sight == sight_of_it
        assert [gap.why for gap in gaps] == [
            f"The place is located only to within {metres:.0f} m, so its edge cannot be told." for _ in range(sight_of_it is None)
        ]

    def test_of_an_edge_that_reaches_too_far_only_the_near_part_counts_and_that_is_said(self, tmp_path: Path) -> None:
        text = HOME + "park area -50,20 50,20 50,1500 -50,1500 leisure=park name=Long"
        around = surroundings(text, tmp_path, "home")
        (found,), gaps = sight.look(findings(around), around, Lookout(around))
        assert found.sight == 1.0
        assert sight.FAR_EDGE in found.caveats
        assert gaps == []

    def test_of_an_edge_that_is_all_too_far_nothing_is_said(self, tmp_path: Path) -> None:
        text = HOME + "park area -800,-800 800,-800 800,800 -800,800 leisure=park name=Moor"
        shares, gaps = looked(text, tmp_path, "home")
        assert shares == {"Moor": None}
        assert any("edge lies more than 500 m" in why for why in gaps)


class TestOpenArea:
    def test_without_obstacles_it_is_the_circle(self, tmp_path: Path) -> None:
        around = surroundings("a node 0,0 amenity=bench", tmp_path, (0, 0))
        area = Lookout(around).open_area(50)
        assert shapely.area(area) == pytest.approx(np.pi * 50**2, rel=0.01)

    def test_it_ends_at_the_wall_and_goes_on_behind_the_gap(self, tmp_path: Path) -> None:
        around = surroundings(HOME + "a way -100,10 -2,10 barrier=wall\nb way 2,10 100,10 barrier=wall", tmp_path, "home")
        area = Lookout(around).open_area(60)
        at = {name: shapely.Point(ORIGIN[0] + x, ORIGIN[1] + y) for name, x, y in (
            ("front", 0, 5), ("wall", 20, 9), ("behind", 20, 12), ("through", 0, 40), ("back", 0, -50), ("home", 0, -4),
        )}  # fmt: skip
        assert {name: shapely.covers(area, point) for name, point in at.items()} == {
            "front": True, "wall": True, "behind": False, "through": True, "back": True, "home": True,
        }  # fmt: skip
        assert shapely.is_valid(area)

    def test_it_is_a_geojson_area_or_nothing(self, tmp_path: Path) -> None:
        around = surroundings(HOME, tmp_path, "home")
        drawn = sight.open_area(around, Lookout(around), 60)
        assert drawn is not None
        assert drawn["type"] in {"Polygon", "MultiPolygon"}
        assert sight.open_area_gaps(around, Lookout(around), 60) == []
        assert sight.open_area(around, Lookout(around), 5000) is None
        (gap,) = sight.open_area_gaps(around, Lookout(around), 5000)
        assert "reaches past the area" in gap.why


class Around(SimpleNamespace):
    """Just what `Lookout` reads of `Surroundings`, made of boxes without a region file."""

    def __init__(self, boxes: list[shapely.Geometry], walls: shapely.Geometry) -> None:
        super().__init__(
            walls=walls,
            has_walls=bool(shapely.area(walls) > 0),
            buildings=_Rows(boxes, kind=["yes"] * len(boxes)),
            barriers=_Rows([], kind=[], tags=[]),
        )


class _Rows(dict[str, list[str]]):
    def __init__(self, geometries: list[shapely.Geometry], **columns: list[str]) -> None:
        super().__init__(columns)
        self.geometry = np.array(geometries, dtype=object)

    def where(self, keep: np.ndarray) -> _Rows:
        return _Rows(list(self.geometry[keep]))


boxes = st.lists(
    st.tuples(st.integers(-60, 60), st.integers(10, 80), st.integers(1, 30), st.integers(1, 20)).map(
        lambda b: shapely.box(b[0], b[1], b[0] + b[2], b[1] + b[3])
    ),
    max_size=6,
)
PROPERTY = shapely.box(-5, -8, 5, 0)


@settings(max_examples=40)
@given(boxes, boxes, st.integers(-40, 40), st.integers(20, 90))
def test_another_obstacle_never_opens_a_line(some: list[Any], more: list[Any], east: int, north: int) -> None:
    place = edge_of(shapely.box(east, north, east + 15, north + 10), PROPERTY, 500)
    before = Lookout(Around(some, PROPERTY)).seen(place)
    after = Lookout(Around(some + more, PROPERTY)).seen(place)
    assert not (after & ~before).any()
    assert 0 <= before.mean() <= 1


@settings(max_examples=25)
@given(boxes, st.lists(st.tuples(st.integers(-60, 60), st.integers(1, 90)), min_size=1, max_size=8))
def test_the_open_area_holds_what_is_in_open_line_and_nothing_else(some: list[Any], points: list[tuple[int, int]]) -> None:
    lookout = Lookout(Around(some, PROPERTY))
    at = np.array(points, dtype=float)
    at = at[shapely.distance(shapely.union_all(some), shapely.points(at)) > 2] if some else at
    seen = lookout.seen(Edge.of_points(at))
    area = lookout.open_area(200)
    # The area is drawn from rays less than a degree apart: within two metres of its edge it may be off.
    assert seen[shapely.covers(shapely.buffer(area, -2), shapely.points(at))].all()
    assert not seen[~shapely.intersects(shapely.buffer(area, 2), shapely.points(at))].any()


def test_an_edge_is_sampled_evenly_and_never_coarser_than_five_metres() -> None:
    near = shapely.Point(0, 0)
    long = edge_of(shapely.box(0, 0, 100, 100), near, 500).points
    assert len(long) == LEAST_SAMPLES
    assert len(edge_of(shapely.box(0, 0, 300, 200), near, 500).points) == 200
    short = edge_of(shapely.box(0, 0, 2, 2), near, 500)
    assert len(short.points) >= LEAST_SAMPLES
    assert np.allclose(np.hypot(*short.across.T), 1)


def test_the_holes_of_a_place_are_no_edge() -> None:
    donut = shapely.box(0, 0, 100, 100).difference(shapely.box(40, 40, 60, 60))
    assert shapely.distance(shapely.box(39, 39, 61, 61), shapely.points(edge_of(donut, shapely.Point(0, 0), 500).points)).min() > 30


def test_a_place_that_two_properties_look_at_has_one_edge_cut_for_each() -> None:
    place = shapely.box(0, 0, 100, 10)
    near, far = (edge_of(place, shapely.Point(east, 5), 40) for east in (0, 100))
    assert (near.points[:, 0].max(), far.points[:, 0].min()) == (pytest.approx(40, abs=3), pytest.approx(60, abs=3))
    assert (near.whole, far.whole) == (False, False)
    near.points[:] = 0  # what one makes of its own is nothing to the next
    assert edge_of(place, shapely.Point(0, 5), 40).points.max() == pytest.approx(40, abs=3)
