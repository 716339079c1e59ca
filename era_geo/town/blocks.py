"""Places Victorian tenements: stairs wall to wall around a block between four streets, with a back court in the middle."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import shapely
from shapely import LineString, Point, Polygon
from shapely.geometry.polygon import orient

from era_geo.town.ground import Ground
from era_geo.town.plan import LEFT, RIGHT, Block, Street, Style
from era_geo.town.plots import Unit
from era_geo.town.shapes import XY, beside, between

_CORNER = 1.5
"""A stair that turns a corner is this much longer on each of its streets: its back wall is shorter than its front."""
_ON_FOOT = ("footway", "steps", "path", "service", "track")
Wall = tuple[XY, XY]


@dataclass(frozen=True)
class _Side:
    """One side of a block: its street, its building line from corner to corner, and the line of its back walls.

    `ends` says whether the sides before and after it are built up too, so that a stair turns the corner.
    """

    street: Street
    front: Wall
    back: Wall
    ends: tuple[bool, bool]


class BlockPlacer:
    """Places stairs around blocks between `streets`."""

    def __init__(self, streets: Sequence[Street], ground: Ground) -> None:
        self._streets = [street for street in streets if street.name and street.highway not in _ON_FOOT]
        self._ground = ground
        self._faces = shapely.polygonize(list(shapely.node(shapely.union_all([s.line for s in self._streets])).geoms)).geoms

    def place(self, block: Block, style: Style, rng: random.Random) -> tuple[list[Unit], Polygon]:
        """Place the stairs of one block; give them and the court behind them."""
        face = next(part for part in self._faces if part.contains(Point(block.at)))
        outline = orient(Polygon(shapely.get_coordinates(face.simplify(3.0))))
        sides = list(self._sides(outline, style.depth[0], block.open))
        units: list[Unit] = []
        for number, side in enumerate(sides):
            if side.street.name not in block.open:
                units += self._cut(side, style, block, f"block {block.at}/{number}", rng)
        return units, Polygon([side.back[0] for side in sides])

    def _sides(self, face: Polygon, depth: float, open_: Sequence[str]) -> Iterator[_Side]:
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
                (owners[i - 1].name not in open_, owners[after].name not in open_),
            )

    def _cut(self, side: _Side, style: Style, block: Block, row: str, rng: random.Random) -> Iterator[Unit]:
        """Cut one side into stairs; where the next side is built up too, the last one reaches into the corner."""
        front = LineString(side.front)
        shares = list(_shares(max(2, round(front.length / rng.uniform(*style.width))), side.ends))
        start, end = (side.street.line.project(Point(xy)) for xy in side.front)
        where = LEFT if end > start else RIGHT
        cuts = [between(*side.front, share) for share in shares]
        rears = [beside(front, share * front.length, style.depth[0]) for share in shares]
        rears[0], rears[-1] = (
            corner if turns else rear for corner, turns, rear in zip(side.back, side.ends, (rears[0], rears[-1]), strict=True)
        )
        for i, (first, last) in enumerate(pairwise(shares)):
            outline = Polygon([cuts[i], cuts[i + 1], rears[i + 1], rears[i]])
            if self._ground.is_free(outline):
                self._ground.take(outline, house=True)
                stretch = sorted((start + (end - start) * first, start + (end - start) * last))
                yield Unit(side.street, where, block.style, outline, (cuts[i], cuts[i + 1]), stretch[0], stretch[1], row, i)


def _shares(count: int, ends: tuple[bool, bool]) -> Iterator[float]:
    """Give where a wall is cut into `count` stairs, as shares of it (0 to 1), longer ones at the corners."""
    weights = [1.0] * count
    weights[0], weights[-1] = (_CORNER if turns else 1.0 for turns in ends)
    return (share / sum(weights) for share in accumulate(weights, initial=0.0))


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
