"""The ray caster against shapely, on anything that can be drawn."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st

from era_geo.vicinity.sight_rays import Rays, Segments, first_hits, lines_of, pairs_between, parts_of, reach

coordinates = st.integers(-40, 40).map(lambda tenths: tenths / 2)
points = st.tuples(coordinates, coordinates)
segments = st.lists(st.tuples(points, points).filter(lambda pair: pair[0] != pair[1]), min_size=1, max_size=12)
angles = st.lists(st.floats(-10, 10), min_size=1, max_size=20)
FAR = 200.0

Point = tuple[float, float]
Pair = tuple[Point, Point]


def made(pairs: list[Pair]) -> Segments:
    return Segments(
        np.array([a for a, _ in pairs], dtype=float), np.array([b for _, b in pairs], dtype=float), np.arange(len(pairs))
    )


@given(segments, points, angles)
def test_each_ray_ends_where_shapely_says(pairs: list[Pair], origin: Point, turned: list[float]) -> None:
    lines = shapely.multilinestrings([shapely.LineString(pair) for pair in pairs])
    assume(shapely.distance(shapely.Point(origin), lines) > 0.01)
    hits = first_hits(Rays.around(np.array(origin), np.array(turned)), made(pairs))
    for angle, hit in zip(turned, hits, strict=True):
        tip = np.array(origin) + FAR * np.array([np.cos(angle), np.sin(angle)])
        ray = shapely.LineString([origin, tip])
        # A ray that only just touches an end may go either way; those that clearly cross or clearly miss may not.
        if shapely.distance(ray, shapely.MultiPoint([p for pair in pairs for p in pair])) < 1e-6:
            continue
        met = shapely.intersection(ray, lines)
        if shapely.is_empty(met):
            assert np.isinf(hit)
        else:
            assert abs(hit - shapely.distance(shapely.Point(origin), met)) < 1e-6


@given(st.floats(0, 6.283), st.integers(3, 9))
def test_no_ray_slips_between_segments_that_share_a_corner(turn: float, corners: int) -> None:
    around = turn + np.arange(corners + 1) * (2 * np.pi / corners)
    ring = 10 * np.column_stack([np.cos(around), np.sin(around)])
    closed = Segments(ring[:-1], ring[1:], np.zeros(corners, dtype=np.int64))
    hits = first_hits(Rays.around(np.zeros(2), around), closed)
    assert np.allclose(hits, 10)


@given(segments, st.lists(points, min_size=2, max_size=4), st.lists(points, min_size=1, max_size=8))
def test_lines_from_many_points_are_stopped_as_those_from_each_alone(
    pairs: list[Pair], eyes: list[Point], goals: list[Point]
) -> None:
    origins, ends, walls = np.array(eyes), np.array(goals), made(pairs)
    origin = np.repeat(np.arange(len(eyes)), len(goals))
    towards = np.tile(ends, (len(eyes), 1)) - origins[origin]
    metres, angles = np.hypot(*towards.T), np.arctan2(towards[:, 1], towards[:, 0])
    rays = Rays(origins, origin, angles, np.tile(np.arange(len(goals)), len(eyes)), np.empty((0, 2), dtype=np.int64))
    together = reach(rays, walls, metres, pairs_between(rays, towards, walls))
    alone = [first_hits(Rays.around(origins[i], angles[origin == i]), walls) > metres[origin == i] for i in range(len(eyes))]
    assert together.tolist() == np.concatenate(alone).tolist()


def test_a_ray_along_a_segment_ends_at_its_nearer_end() -> None:
    hits = first_hits(Rays.around(np.zeros(2), np.array([0.0])), made([((7, 0), (3, 0))]))
    assert hits.tolist() == [3.0]


def test_a_ray_goes_through_what_it_is_exempt_from() -> None:
    walls = made([((5, -1), (5, 1)), ((8, -1), (8, 1))])
    rays = Rays(np.zeros((1, 2)), np.zeros(2, dtype=np.int64), np.zeros(2), target=np.array([7, 9]), exempt=np.array([[9, 0]]))
    assert first_hits(rays, walls).tolist() == [5.0, 8.0]


def test_without_segments_every_ray_is_endless() -> None:
    nothing = Segments(np.empty((0, 2)), np.empty((0, 2)), np.empty(0, dtype=np.int64))
    assert np.isinf(first_hits(Rays.around(np.zeros(2), np.array([0.0, 1.0])), nothing)).all()


def test_collections_are_taken_apart_to_the_last_part() -> None:
    donut = shapely.box(0, 0, 9, 9).difference(shapely.box(3, 3, 6, 6))
    nested = shapely.GeometryCollection(
        [shapely.GeometryCollection([shapely.MultiPolygon([donut]), shapely.Point(1, 1)]), shapely.LineString([(0, 0), (1, 0)])]
    )
    parts, _ = parts_of(np.array([nested], dtype=object))
    assert sorted(part.geom_type for part in parts) == ["LineString", "Point", "Polygon"]
    lines, whose = lines_of(np.array([shapely.Point(0, 0), nested], dtype=object))
    assert sorted(round(line.length) for line in lines) == [1, 12, 36]
    assert set(whose.tolist()) == {1}
