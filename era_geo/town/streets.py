"""Weaves streets and paths into one network that is connected where it should be, and draws it.

A street's end is brought onto the street it runs into; where two cross on the level, both get a corner there, which becomes one
node. Over the river a street is cut out as a bridge, under a building as a pend (`tunnel=building_passage`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

import shapely
from shapely import LineString, Point, STRtree
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from era_geo.town.canvas import Canvas
from era_geo.town.plan import Street
from era_geo.town.shapes import XY, at, lines

_REACH = 6.0
_SAME = 0.4


def weave(
    streets: Sequence[Street], doors: Sequence[XY], fences: Sequence[LineString]
) -> tuple[tuple[Street, ...], list[LineString]]:
    """Give the streets joined into a network, and the fences with a corner wherever a street goes through one.

    A path that ends near one of `doors` ends at it.
    """
    to_doors = [_to_doors(street.line, doors) if street.name is None else street.line for street in streets]
    joined = [_onto(line, [other for other in to_doors if other is not line], doors) for line in to_doors]
    lines_ = with_crossings([*joined, *fences])
    woven = tuple(replace(street, line=line) for street, line in zip(streets, lines_[: len(streets)], strict=True))
    return woven, lines_[len(streets) :]


def _to_doors(line: LineString, doors: Sequence[XY]) -> LineString:
    corners = [(x, y) for x, y in line.coords]
    for index in (0, -1):
        near = min(doors, key=lambda door: math.dist(door, corners[index]), default=None)
        if near is not None and math.dist(near, corners[index]) < _REACH:
            corners[index] = near
    return LineString(corners)


def _onto(line: LineString, others: Sequence[LineString], doors: Sequence[XY]) -> LineString:
    """Move each end of a line that nearly touches another line onto it; to the other's corner, where one is near."""
    corners = [(x, y) for x, y in line.coords]
    for index in (0, -1):
        if corners[index] in doors:
            continue
        end = Point(corners[index])
        near = min(others, key=end.distance)
        if end.distance(near) > _REACH:
            continue
        spot = near.interpolate(near.project(end))
        corner = min((Point(xy) for xy in near.coords), key=spot.distance)
        found = corner if corner.distance(spot) < 2.0 else spot
        corners[index] = (round(found.x, 2), round(found.y, 2))
    return LineString(corners)


def with_crossings(found: Sequence[LineString]) -> list[LineString]:
    """Give the lines with a corner wherever two of them meet."""
    meeting: list[set[XY]] = [set() for _ in found]
    tree = STRtree(found)
    for one, other in zip(*tree.query(found, predicate="dwithin", distance=0.05), strict=True):
        if one >= other:
            continue
        for point in _meetings(found[one], found[other]):
            meeting[one].add(point)
            meeting[other].add(point)
    return [with_corners(line, sorted(points)) for line, points in zip(found, meeting, strict=True)]


def _meetings(one: LineString, other: LineString) -> list[XY]:
    shared = one.intersection(other)
    spots = [part for part in getattr(shared, "geoms", [shared]) if isinstance(part, Point) and not part.is_empty]
    touching = [
        Point(end)
        for line, target in ((one, other), (other, one))
        for end in (line.coords[0], line.coords[-1])
        if Point(end).distance(target) < 0.05
    ]
    kept: list[Point] = []
    for spot in touching + spots:
        if all(spot.distance(other) > _SAME for other in kept):
            kept.append(spot)
    return [(round(spot.x, 2), round(spot.y, 2)) for spot in kept]


def with_corners(line: LineString, extra: Iterable[XY]) -> LineString:
    """Give a line with further points on it made corners; a corner that is all but there already is moved."""
    marks = [(line.project(Point(xy)), xy) for xy in extra]
    first, last = (_moved(end, marks) for end in (line.coords[0], line.coords[-1]))
    between_ = [
        (line.project(Point(xy)), (xy[0], xy[1]))
        for xy in line.coords[1:-1]
        if all(math.dist(xy, mark) > _SAME for _, mark in marks)
    ]
    between_ += [(distance, mark) for distance, mark in marks if mark not in (first, last)]
    return LineString([first, *(xy for _, xy in sorted(between_)), last])


def _moved(end: Sequence[float], marks: Sequence[tuple[float, XY]]) -> XY:
    return next((mark for _, mark in marks if math.dist(end, mark) <= _SAME), (end[0], end[1]))


def footprint(street: Street) -> BaseGeometry:
    """Give the ground that one street takes, to the back of its footways."""
    line = stretch(street.line, 24.0, street.line.length) if street.pend else street.line
    return line.buffer(street.half_width - 0.7, cap_style="flat", join_style="mitre", mitre_limit=2)


class StreetDrawer:
    """Draws streets on a canvas, cut where they pass over `water` or under `roofs`."""

    def __init__(self, canvas: Canvas, water: BaseGeometry, roofs: Sequence[BaseGeometry]) -> None:
        self._canvas = canvas
        self._water = water
        self._roofs = STRtree(roofs)
        self._shapes = roofs

    def draw(self, street: Street) -> list[str]:
        """Draw one street; give the refs of its ways."""
        tags = {"highway": street.highway, **({"name": street.name} if street.name else {}), **street.tags}
        bridges, rest = cut(street.line, self._water.buffer(3.0, join_style="mitre"))
        refs = [
            self._canvas.line(
                part, {**tags, "bridge": "yes", "layer": "1", **({"bridge:name": street.bridge} if street.bridge else {})}
            )
            for part in bridges
        ]
        for part in rest:
            roofs = [self._shapes[i] for i in self._roofs.query(part, predicate="crosses")] if street.pend else []
            covered, open_ = cut(part, shapely.union_all(roofs)) if roofs else ([], [part])
            refs += [self._canvas.line(piece, {**tags, "tunnel": "building_passage", "covered": "yes"}) for piece in covered]
            refs += [self._canvas.line(piece, tags) for piece in open_]
        return refs


def stretch(line: LineString, start: float, stop: float) -> LineString:
    """Give the part of a line between two distances along it."""
    part = substring(line, start, stop)
    assert isinstance(part, LineString)  # noqa: S101 - a point only where start and stop are one
    return part


def cut(line: LineString, area: BaseGeometry) -> tuple[list[LineString], list[LineString]]:
    """Cut a line into its parts inside an area and its parts outside."""
    if not line.intersects(area):
        return [], [line]
    marks = [line.project(Point(xy)) for part in lines(line.intersection(area)) for xy in (part.coords[0], part.coords[-1])]
    ends = [0.0]
    for mark in sorted(marks):
        if ends[-1] + _SAME < mark < line.length - _SAME:
            ends.append(mark)
    inside: list[LineString] = []
    outside: list[LineString] = []
    for start, stop in pairwise([*ends, line.length]):
        piece = stretch(line, start, stop)
        (inside if area.contains(Point(at(piece, piece.length / 2))) else outside).append(piece)
    return inside, outside
