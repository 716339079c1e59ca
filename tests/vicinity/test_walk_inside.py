"""How much of a leg lies in an outline is what an overlay says, whichever way it was told."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st

from era_geo.vicinity.walk_inside import more_inside

COURT = shapely.Polygon([(0, 0), (20, 0), (20, 20), (0, 20)], [[(5, 5), (15, 5), (15, 15), (5, 15)]])
L_SHAPED = shapely.Polygon([(0, 0), (20, 0), (20, 5), (5, 5), (5, 20), (0, 20)])
coordinates = st.floats(-10, 30).map(lambda value: round(value, 2))
points = st.tuples(coordinates, coordinates)


def one(line: shapely.Geometry, outline: shapely.Geometry, metres: float) -> bool:
    return bool(more_inside(np.array([line], dtype=object), np.array([outline], dtype=object), metres)[0])


@given(st.lists(points, min_size=2, max_size=4, unique=True), st.sampled_from([COURT, L_SHAPED]), st.sampled_from([0.1, 0.3, 3.0]))
def test_it_is_what_an_overlay_says(line: list[tuple[float, float]], outline: shapely.Polygon, metres: float) -> None:
    leg = shapely.LineString(line)
    inside = shapely.intersection(leg, outline).length
    assume(not math.isclose(inside, metres, abs_tol=1e-6))
    assert one(leg, outline, metres) == (inside > metres)


@pytest.mark.parametrize(
    ("line", "inside"),
    [
        ([(20, 10), (40, 10)], False),  # out from the wall
        ([(20, 10), (10, 10)], True),  # in from the wall, as far as the court
        ([(40, 10), (19.8, 10)], False),  # a graze at the far end
        ([(40, 10), (19.5, 10)], True),  # more than a graze there
        ([(-5, 10), (25, 10)], True),  # right through
        ([(6, 10), (14, 10)], False),  # in the court
        ([(20, -5), (20, 25)], True),  # along the wall, which is the outline's own
        ([(10, 2), (10.2, 2)], False),  # inside, but shorter than a graze
        ([(25, 10), (10, 10), (10, 25)], True),  # not straight
    ],
)
def test_legs_at_a_house_round_a_court(line: list[tuple[float, float]], inside: bool) -> None:
    assert one(shapely.LineString(line), COURT, 0.3) is inside


def test_many_lines_are_held_each_against_its_own_outline() -> None:
    line = shapely.LineString([(6, 2), (30, 2)])
    assert more_inside(np.array([line, line]), np.array([COURT, L_SHAPED], dtype=object), 14.5).tolist() == [False, False]
    assert more_inside(np.array([line, line]), np.array([COURT, COURT.buffer(5)], dtype=object), 14.5).tolist() == [False, True]
    assert more_inside(np.empty(0, dtype=object), np.empty(0, dtype=object), 0.3).tolist() == []
