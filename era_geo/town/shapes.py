"""Lines and outlines as a plan writes them, and the few constructions the drawing needs. Everything is in metres."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import shapely
from shapely import LineString, Point, Polygon
from shapely.affinity import rotate, translate
from shapely.geometry.base import BaseGeometry

from era_geo.errors import DataError

XY = tuple[float, float]
"""A point: metres east and north of the plan's own origin."""


def points(text: str) -> list[XY]:
    """Read `"0,0 120,30"` as a list of points.

    Raises
    ------
    DataError
        If a pair is not two numbers.
    """
    try:
        return [(float(x), float(y)) for x, y in (pair.split(",") for pair in text.split())]
    except ValueError as error:
        raise DataError(f"A line of the town's plan cannot be read: {text!r}. Write points as 'x,y x,y'.") from error


def smooth(corners: Sequence[XY]) -> LineString:
    """Lay a curve through the corners of a line: how a street bends, not how it is noted."""
    if len(corners) < 3:
        return LineString(corners)
    return _through([_mirrored(corners[1], corners[0]), *corners, _mirrored(corners[-2], corners[-1])])


def rounded(area: Polygon) -> Polygon:
    """Give an area whose edge is a curve through its corners: a wood, a pond."""
    ring = [(x, y) for x, y in area.exterior.coords[:-1]]
    return Polygon(_through([ring[-1], *ring, *ring[:2]]))


def _through(corners: Sequence[XY], step: float = 9.0) -> LineString:
    """Lay a Catmull-Rom curve from the second corner to the last but one, sampled about every `step` metres."""
    padded = np.array(corners)
    curve = [padded[1]]
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        samples = max(1, math.ceil(math.dist(b, c) / step))
        for k in range(1, samples + 1):
            t = k / samples
            curve.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))
    return LineString(shapely.get_coordinates(LineString(curve).simplify(0.25)))


def _mirrored(point: XY, about: XY) -> XY:
    return 2 * about[0] - point[0], 2 * about[1] - point[1]


def at(line: LineString, distance: float) -> XY:
    """Give the point of a line at a distance along it; before the start and past the end it goes straight on."""
    inside = min(max(distance, 0.0), line.length)
    point = line.interpolate(inside)
    if inside == distance:
        return point.x, point.y
    dx, dy = direction(line, inside)
    over = distance - inside
    return point.x + over * dx, point.y + over * dy


def direction(line: LineString, distance: float, reach: float = 3.0) -> XY:
    """Give the unit vector along a line at a distance, averaged over `reach` metres each way."""
    start = line.interpolate(max(0.0, distance - reach))
    end = line.interpolate(min(line.length, distance + reach))
    dx, dy = end.x - start.x, end.y - start.y
    length = math.hypot(dx, dy)
    return dx / length, dy / length


def beside(line: LineString, distance: float, offset: float) -> XY:
    """Give the point `offset` metres to the left of a line (right where negative), at a distance along it."""
    x, y = at(line, distance)
    dx, dy = direction(line, min(max(distance, 0.0), line.length))
    return x - offset * dy, y + offset * dx


def box_on(front: tuple[XY, XY], depth: float) -> Polygon:
    """Give the rectangle behind a front wall: `depth` metres to the left of the wall's own direction."""
    (x0, y0), (x1, y1) = front
    length = math.dist(*front)
    nx, ny = -(y1 - y0) / length * depth, (x1 - x0) / length * depth
    return Polygon([(x0, y0), (x1, y1), (x1 + nx, y1 + ny), (x0 + nx, y0 + ny)])


def between(a: XY, b: XY, share: float) -> XY:
    """Give the point a share (0 to 1) of the way from one point to another."""
    return a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])


# Outlines of a unit square, as public buildings have them: wings, courts, a kirk's tower and chancel.
_OUTLINES = {
    "rect": "0,0 1,0 1,1 0,1",
    "L": "0,0 1,0 1,.42 .4,.42 .4,1 0,1",
    "T": "0,0 1,0 1,.45 .66,.45 .66,1 .34,1 .34,.45 0,.45",
    "U": "0,0 1,0 1,1 .72,1 .72,.38 .28,.38 .28,1 0,1",
    "H": "0,0 .28,0 .28,.36 .72,.36 .72,0 1,0 1,1 .72,1 .72,.62 .28,.62 .28,1 0,1",
    "E": "0,0 1,0 1,1 .8,1 .8,.4 .6,.4 .6,.9 .4,.9 .4,.4 .2,.4 .2,1 0,1",
    "kirk": "0,.2 .12,.2 .12,.34 .2,.34 .2,.12 .5,.12 .5,0 .66,0 .66,.12 .86,.12 .86,.3 1,.3 1,.7 .86,.7 .86,.88 .66,.88 "
    ".66,1 .5,1 .5,.88 .2,.88 .2,.66 .12,.66 .12,.8 0,.8",
    "chapel": "0,.35 .1,.35 .1,.15 .8,.15 .8,.3 1,.3 1,.7 .8,.7 .8,.85 .1,.85 .1,.65 0,.65",
    "villa": "0,0 .4,0 .4,-.09 .6,-.09 .6,0 1,0 1,.8 .7,.8 .7,1 .1,1 .1,.8 0,.8",
}


def outline(text: str) -> Polygon:
    """Read `"U 60x40 at 320,150 turn 12"`: an outline's name, its width and depth, its centre, and its turn in degrees.

    A plain list of points is read as the outline itself; `"circle 9 at 10,20"` is a circle of that radius.

    Raises
    ------
    DataError
        If the text is none of these.
    """
    words = text.split()
    if words[0] not in _OUTLINES and words[0] != "circle":
        return Polygon(points(text))
    try:
        said = dict(zip(words[2::2], words[3::2], strict=True))
        centre = points(said["at"])[0]
        turn = float(said.get("turn", 0))
        if words[0] == "circle":
            return Point(centre).buffer(float(words[1]), quad_segs=5)
        width, depth = (float(size) for size in words[1].split("x"))
    except (KeyError, ValueError, IndexError) as error:
        raise DataError(f"An outline of the town's plan cannot be read: {text!r}.") from error
    corners = [((x - 0.5) * width, (y - 0.5) * depth) for x, y in points(_OUTLINES[words[0]])]
    turned = rotate(Polygon(corners), turn, origin=(0, 0))
    return Polygon(translate(turned, *centre))


def polygons(geometry: BaseGeometry) -> list[Polygon]:
    """Give the polygons in a geometry of any kind, largest first."""
    parts = [part for part in getattr(geometry, "geoms", [geometry]) if isinstance(part, Polygon) and not part.is_empty]
    return sorted(parts, key=lambda part: -part.area)


def lines(geometry: BaseGeometry) -> list[LineString]:
    """Give the lines in a geometry of any kind, pieces that touch end to end joined."""
    merged = shapely.line_merge(geometry) if geometry.geom_type != "LineString" else geometry
    return [part for part in getattr(merged, "geoms", [merged]) if isinstance(part, LineString) and part.length > 0]
