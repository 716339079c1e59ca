"""Places near many properties at once: the same pairs, distances and bands as one by one."""

from unittest.mock import patch

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from era_geo.batch import bulk
from era_geo.batch.bulk import NONE, Places, nearest_places, rounded_tenths
from era_geo.model import Band

coordinate = st.integers(0, 600).map(lambda value: value / 2)
point = st.builds(shapely.Point, coordinate, coordinate)
box = st.builds(lambda x, y, w, h: shapely.box(x, y, x + w, y + h), coordinate, coordinate, st.integers(1, 900), st.integers(1, 60))
line = st.builds(lambda a, b: shapely.LineString([a, b]), point, point)
shape = st.one_of(point, box, line)


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.one_of(point, box), st.sampled_from([0.0, 8.0, 700.0])), min_size=1, max_size=6),
    st.lists(st.tuples(shape, st.integers(0, 2), st.sampled_from([0.0, 30.0])), max_size=12),
    st.sampled_from([1.0, 50.0, 100.0]),
    st.sampled_from([bulk._GREATEST, 0]),  # as of more properties and places than one number can put in order
)
def test_the_same_as_one_by_one(
    properties: list[tuple[shapely.Geometry, float]],
    others: list[tuple[shapely.Geometry, int, float]],
    radius: float,
    greatest: int,
) -> None:
    number = np.arange(len(others))
    places = Places(
        geometry=array([geometry for geometry, _, _ in others]),
        place=number,
        layer=np.array([layer for _, layer, _ in others], dtype=np.int64),
        uncertainty_m=np.array([rough for _, _, rough in others], dtype=np.float64),
        rank=number,
    )
    rough = [uncertainty for _, uncertainty in properties]
    with patch.object(bulk, "_GREATEST", greatest):
        near = nearest_places(array([geometry for geometry, _ in properties]), places, radius, uncertainty_m=rough, layers=3)
    for i, (own, own_rough) in enumerate(properties):
        expected = []
        for j, (geometry, layer, place_rough) in enumerate(others):
            metres = float(shapely.distance(own, geometry))
            band = Band.of(metres, own_rough + place_rough, radius)
            if band is not Band.OUTSIDE:
                expected.append((round(metres, 1), layer, j, band is Band.WITHIN))
        expected.sort(key=lambda item: item[:3])
        pairs = near.of_point(i)
        columns = (near.distance_m, near.layer, near.place, near.within)
        assert list(zip(*(column[pairs].tolist() for column in columns), strict=True)) == expected
        for layer in range(3):
            of_layer = [item for item in expected if item[1] == layer]
            assert near.counts[i, layer] == len(of_layer)
            first = near.nearest[i, layer]
            assert (first == NONE) == (not of_layer)
            if of_layer:
                assert near.place[first] == of_layer[0][2]


def test_a_place_of_several_outlines_lies_where_the_nearest_does() -> None:
    outlines = array([shapely.Point(0, 50), shapely.Point(0, 20), shapely.Point(0, 30)])
    none = np.zeros(2)
    places = Places(outlines, np.array([0, 0, 1]), np.array([0, 0]), none, np.array([0, 1]))
    near = nearest_places(array([shapely.Point(0, 0)]), places, 100.0)
    assert near.distance_m.tolist() == [20.0, 30.0]
    assert near.outline.tolist() == [1, 2]


def test_nothing_to_look_for_and_nobody_to_look() -> None:
    assert len(nearest_places(array([shapely.Point(0, 0)]), Places.of([]), 100.0, layers=2)) == 0
    assert nearest_places(array([]), Places.of([shapely.Point(0, 0)]), 100.0).counts.shape == (0, 1)


@given(st.lists(st.one_of(st.floats(0, 1e6), st.integers(0, 10**7).map(lambda value: value / 100)), max_size=50))
def test_rounding_is_pythons(values: list[float]) -> None:
    assert rounded_tenths(np.array(values, dtype=np.float64)).tolist() == [round(value, 1) for value in values]


def array(geometries: list[shapely.Geometry]) -> np.ndarray:
    made = np.empty(len(geometries), dtype=object)
    made[:] = geometries
    return made
