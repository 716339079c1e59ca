"""Places Victorian tenements: stairs wall to wall around a block between four streets, with a back court in the middle."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import shapely
from shapely import LineString, Point, Polygon
from shapely.geometry.polygon import orient

from era_geo.town.ground import Ground
from era_geo.town.plan import LEFT, RIGHT, Block, Street, Style
from era_geo.town.plots import Unit
from era_geo.town.shapes import XY, at, between

_ON_FOOT = ("footway", "steps", "path", "service", "track")
Wall = tuple[XY, XY]


@dataclass(frozen=True)
class _Side:
    """One side of a block: its street, its building line from corner to corner, and the line of its back walls."""

    street: Street
    front: Wall
    back: Wall


class BlockPlacer:
    """Places stairs around blocks between `streets`."""

    def __init__(self, streets: Sequence[Street], ground: Ground) -> None:
        self._streets = [street for street in streets if street.name and street.highway not in _ON_FOOT]
        self._ground = ground
        self._faces = shapely.polygonize(list(shapely.node(shapely.union_all([s.line for s in self._streets])).geoms)).geoms

    def place(self, block: Block, style: Style, rng: random.Random) -> tuple[list[Unit], Polygon]:
        """Place the stairs of one block; give them and the court behind them."""
        face = next(part for part in self._faces if part.contains(Point(block.at)))
        sides = list(self._sides(orient(Polygon(shapely.get_coordinates(face.simplify(3.0)))), style.depth[0]))
        units: list[Unit] = []
        for number, side in enumerate(sides):
            if side.street.name not in block.open:
                units += self._cut(side, style, block, f"block {block.at}/{number}", rng)
        return units, Polygon([side.back[0] for side in sides])

    def _sides(self, face: Polygon, depth: float) -> Iterator[_Side]:
        edges = [((a[0], a[1]), (b[0], b[1])) for a, b in pairwise(face.exterior.coords)]
        owners = [min(self._streets, key=lambda s: s.line.distance(Point(between(*edge, 0.5)))) for edge in edges]
        fronts = [_inward(edge, owner.half_width) for edge, owner in zip(edges, owners, strict=True)]
        backs = [_inward(edge, owner.half_width + depth) for edge, owner in zip(edges, owners, strict=True)]
        for i, owner in enumerate(owners):
            after = (i + 1) % len(edges)
            yield _Side(
                owner,
                (_meeting(fronts[i - 1], fronts[i]), _meeting(fronts[i], fronts[after])),
                (_meeting(backs[i - 1], backs[i]), _meeting(backs[i], backs[after])),
            )

    def _cut(self, side: _Side, style: Style, block: Block, row: str, rng: random.Random) -> Iterator[Unit]:
        """Cut one side into stairs; the first and the last reach into the corners."""
        count = max(1, round(math.dist(*side.front) / rng.uniform(*style.width)))
        start, end = (side.street.line.project(Point(xy)) for xy in side.front)
        back = LineString(side.back)
        cuts = [between(*side.front, i / count) for i in range(count + 1)]
        rears = [at(back, back.project(Point(xy))) for xy in cuts]
        for i in range(count):
            outline = Polygon([cuts[i], cuts[i + 1], rears[i + 1], rears[i]])
            if self._ground.is_free(outline):
                self._ground.take(outline, house=True)
                a, b = start + (end - start) * i / count, start + (end - start) * (i + 1) / count
                where = LEFT if end > start else RIGHT
                yield Unit(side.street, where, block.style, outline, (cuts[i], cuts[i + 1]), min(a, b), max(a, b), row, i)


def _inward(edge: Wall, distance: float) -> Wall:
    moved = list(shapely.offset_curve(LineString(edge), distance).coords)
    return (moved[0][0], moved[0][1]), (moved[-1][0], moved[-1][1])


def _meeting(one: Wall, other: Wall) -> XY:
    """Give the point where two lines, drawn on for ever, meet."""
    (x1, y1), (x2, y2) = one
    (x3, y3), (x4, y4) = other
    across = (x1 - x2) * (y3 - y4) - (y1 - y2) * (x3 - x4)
    first, second = x1 * y2 - y1 * x2, x3 * y4 - y3 * x4
    return (first * (x3 - x4) - (x1 - x2) * second) / across, (first * (y3 - y4) - (y1 - y2) * second) / across
