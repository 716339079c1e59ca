"""Places houses along street frontages: rows that stand wall to wall, set back from the footway and square to the street."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, takewhile

import shapely
from shapely import LineString, Point, Polygon
from shapely.geometry.polygon import orient

from era_geo.town.ground import Ground
from era_geo.town.plan import LEFT, RIGHT, Frontage, Street, Style
from era_geo.town.shapes import XY, at, beside, between, box_on, direction

_STEP = 2.0
_APART = 0.6


@dataclass(frozen=True)
class Unit:
    """One house or stair on its plot.

    `front` is its front wall, with the house to the left of it; `start_m` and `end_m` are where the front lies along the
    street's line; `row` and `place` say whom it stands wall to wall with.
    """

    street: Street
    side: str
    style: str
    outline: Polygon
    front: tuple[XY, XY]
    start_m: float
    end_m: float
    row: str
    place: int

    @property
    def middle_m(self) -> float:
        """Where the middle of the front lies along the street's line, metres."""
        return (self.start_m + self.end_m) / 2


@dataclass(frozen=True)
class FrontagePlacer:
    """Places one kind of house along one side of a street, wherever there is room."""

    street: Street
    frontage: Frontage
    style: Style
    ground: Ground
    rng: random.Random

    def units(self) -> Iterator[Unit]:
        """Give the houses, row by row; their ground is taken as they are given."""
        position = self.frontage.start
        stop = min(self.frontage.stop, self.street.line.length)
        while position < stop:
            row = self._row(position, stop)
            for unit in row:
                self.ground.take(unit.outline, house=True)
            yield from row
            position = row[-1].end_m + self.rng.uniform(*self.style.gap) if row else position + _STEP

    def _row(self, start: float, stop: float) -> list[Unit]:
        """Give the longest row that fits from `start` on, or none."""
        widths = self._widths()
        offset = self.street.half_width + self.rng.uniform(*self.style.setback)
        depths = [self.rng.uniform(*self.style.depth) for _ in widths]
        if not self.style.ragged:
            depths = depths[:1] * len(widths)
        while len(widths) >= min(self.style.row[0], 2):
            units = list(takewhile(lambda unit: self._fits(unit, stop), self._laid(start, widths, offset, depths)))
            if len(units) == len(widths):
                return units
            # A shorter row lies on a shorter chord, so it is laid anew.
            widths = widths[: len(units)]
        return []

    def _widths(self) -> list[float]:
        count = self.rng.randint(*self.style.row)
        if self.style.ragged:
            return [self.rng.uniform(*self.style.width) for _ in range(count)]
        return [self.rng.uniform(*self.style.width)] * count

    def _fits(self, unit: Unit, stop: float) -> bool:
        """Say whether a house stands on free ground and within its stretch of the street."""
        return unit.end_m <= stop + 0.5 and self.ground.is_free(unit.outline, _APART)

    def _laid(self, start: float, widths: list[float], offset: float, depths: list[float]) -> Iterator[Unit]:
        """Lay a straight row beside the street's chord, cut into houses of the given widths."""
        line, length = self.street.line, sum(widths)
        chord = LineString([at(line, start), at(line, start + length)])
        turn = 1.0 if self.frontage.side == LEFT else -1.0
        away = turn * (offset + max(0.0, turn * _bulge(line, chord, start + length / 2)))
        row = f"{self.street.name}/{self.frontage.side}/{start:.0f}"
        done = 0.0
        for place, (width, depth) in enumerate(zip(widths, depths, strict=False)):
            ends = [beside(chord, chord.length * share, away) for share in (done / length, (done + width) / length)]
            # The house lies to the left of its front wall: on the right of the street the wall runs the other way.
            front = (ends[0], ends[1]) if turn > 0 else (ends[1], ends[0])
            outline = self._with_wing(front, depth)
            first, last = start + done, start + done + width
            yield Unit(self.street, self.frontage.side, self.frontage.style, outline, front, first, last, row, place)
            done += width

    def _with_wing(self, front: tuple[XY, XY], depth: float) -> Polygon:
        """Give a house's outline: a box on its front wall, with a wing behind one end of it for some styles."""
        box = box_on(front, depth)
        if self.rng.random() >= self.style.wing:
            return box
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = list(box.exterior.coords)[:4]
        share, deep = self.rng.uniform(0.4, 0.55), self.rng.uniform(2.4, 4.2) / depth
        corner = between((x3, y3), (x2, y2), share)
        back = (x3 + (x3 - x0) * deep, y3 + (y3 - y0) * deep)
        inner = (corner[0] + (x3 - x0) * deep, corner[1] + (y3 - y0) * deep)
        return Polygon([(x0, y0), (x1, y1), (x2, y2), corner, inner, back])


def _bulge(line: LineString, chord: LineString, middle: float) -> float:
    """Say how far a street's curve lies to the left of a chord of it (negative: to the right), in the middle, metres."""
    point = Point(at(line, middle))
    (x0, y0), (x1, y1) = chord.coords
    left = (x1 - x0) * (point.y - y0) - (y1 - y0) * (point.x - x0)
    return math.copysign(point.distance(chord), left)


def facing(line: LineString, outline: Polygon) -> tuple[tuple[XY, XY], float, float, str]:
    """Give the wall of a building that faces a street, the stretch of the street it fronts, and the side it stands on."""
    shape = orient(outline)
    corners = [(x, y) for x, y in shape.exterior.coords]
    walls = [(a, b) for a, b in pairwise(corners) if math.dist(a, b) > 2.5]
    front = min(walls, key=lambda wall: line.distance(Point(between(wall[0], wall[1], 0.5))))
    spans = [line.project(Point(xy)) for xy in corners]
    middle = line.project(shapely.centroid(shape))
    dx, dy = direction(line, middle)
    x, y = at(line, middle)
    left = dx * (shape.centroid.y - y) - dy * (shape.centroid.x - x) > 0
    return front, min(spans), max(spans), LEFT if left else RIGHT
