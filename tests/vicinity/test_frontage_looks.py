"""What looks from the street meet, held against an overlay of each look with each thing."""

from collections.abc import Sequence

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from era_geo.vicinity.frontage_looks import Outlines

whole = st.integers(0, 12)
points = st.tuples(whole, whole)
"""Whole numbers, so that looks often run through corners and along walls."""


@st.composite
def things(draw: st.DrawFn) -> shapely.Geometry:
    corners = draw(st.lists(points, min_size=2, max_size=5, unique=True))
    line = shapely.LineString(corners)
    area = shapely.convex_hull(shapely.MultiPoint(corners))
    if shapely.area(area) == 0 or draw(st.booleans()):
        return line
    court = shapely.buffer(shapely.centroid(area), 0.3)
    return shapely.difference(area, court) if draw(st.booleans()) else area


looks = st.lists(st.tuples(points, points).filter(lambda look: look[0] != look[1]), min_size=1, max_size=4)


def nearest(
    found: tuple[np.typing.NDArray[np.int64], np.typing.NDArray[np.float64], np.typing.NDArray[np.int64]],
) -> dict[tuple[int, int], float]:
    metres: dict[tuple[int, int], float] = {}
    for look, distance, thing in zip(*(part.tolist() for part in found), strict=True):
        metres[look, thing] = min(distance, metres.get((look, thing), np.inf))
    return metres


@given(looks, st.lists(things(), max_size=4))
def test_each_meeting_is_where_an_overlay_has_it(
    drawn: Sequence[tuple[tuple[int, int], tuple[int, int]]], others: Sequence[shapely.Geometry]
) -> None:
    starts, ends = (np.array([look[side] for look in drawn], dtype=float) for side in (0, 1))
    array = np.empty(len(others), dtype=object)
    array[:] = others
    expected = {}
    for i, look in enumerate(drawn):
        for j, thing in enumerate(others):
            meeting = shapely.intersection(shapely.LineString(look), thing)
            if not shapely.is_empty(meeting):
                expected[i, j] = shapely.distance(shapely.Point(look[0]), meeting)
    assert nearest(Outlines(array).met(starts, ends)) == pytest.approx(expected, abs=1e-6)


def test_a_courtyard_is_no_wall_and_its_far_side_is_one() -> None:
    ring = shapely.difference(shapely.box(0, 0, 10, 10), shapely.box(2, 2, 8, 8))
    array = np.array([ring], dtype=object)
    found = Outlines(array).met(np.array([[5.0, 5.0]]), np.array([[5.0, 20.0]]))
    assert nearest(found) == {(0, 0): pytest.approx(3.0)}


def test_nothing_near_is_met_by_nobody() -> None:
    found = Outlines(np.empty(0, dtype=object)).met(np.array([[5.0, 5.0]]), np.array([[5.0, 20.0]]))
    assert nearest(found) == {}
