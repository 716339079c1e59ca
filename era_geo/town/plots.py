"""Places houses along street frontages: rows that stand wall to wall, set back from the footway and square to the street."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass

import shapely
from shapely import LineString, Point, Polygon

from era_geo.town.ground import Ground
from era_geo.town.plan import LEFT, RIGHT, Block, Frontage, Plan, Street, Style
from era_geo.town.shapes import XY, at, beside, between, box_on, direction

_STEP = 2.0


@dataclass(frozen=True)
class Unit:
    """One house or stair on its plot. `front` is its front wall, with the house to the left of it; `start_m` and `end_m` are
    where the front lies along the street's line; `row` and `place` say whom it stands wall to wall with."""

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


def along_frontage(street: Street, frontage: Frontage, style: Style, ground: Ground, rng: random.Random) -> Iterator[Unit]:
    """Place rows of houses along one side of a street wherever there is room, and mark their ground as taken."""
    turn = 1.0 if frontage.side == LEFT else -1.0
    position = max(frontage.start, 0.0)
    stop = min(frontage.stop, street.line.length)
    while position < stop:
        widths = [rng.uniform(*style.width) for _ in range(rng.randint(*style.row))]
        setback = rng.uniform(*style.setback)
        if style.row[0] == style.row[1] == 1 or len(set(style.width)) == 1:
            widths = [widths[0]] * len(widths)
        row = _row(street, frontage, style, position, widths, turn * (street.half_width + setback), rng)
        if position + sum(widths) > stop + 0.5 or not ground.is_free(shapely.union_all([unit.outline for unit in row]), 0.6):
            if len(widths) > max(1, style.row[0]) or (len(widths) > 2 and style.row[1] > 2):
                row = _shorter(
                    street, frontage, style, position, widths, turn * (street.half_width + setback), ground, stop, rng
                )
            else:
                row = []
        if not row:
            position += _STEP
            continue
        for unit in row:
            ground.take(unit.outline, house=True)
        yield from row
        position += sum(abs(unit.end_m - unit.start_m) for unit in row) + rng.uniform(*style.gap)


def _shorter(
    street: Street,
    frontage: Frontage,
    style: Style,
    start: float,
    widths: list[float],
    offset: float,
    ground: Ground,
    stop: float,
    rng: random.Random,
) -> list[Unit]:
    """Give the longest row, of two or more, that fits where the whole of it does not."""
    for count in range(len(widths) - 1, 1 if style.row[0] > 1 else 0, -1):
        row = _row(street, frontage, style, start, widths[:count], offset, rng)
        if start + sum(widths[:count]) <= stop + 0.5 and ground.is_free(shapely.union_all([unit.outline for unit in row]), 0.6):
            return row
    return []


def _row(
    street: Street, frontage: Frontage, style: Style, start: float, widths: list[float], offset: float, rng: random.Random
) -> list[Unit]:
    """Lay one straight row: a box on a line parallel to the street's chord, cut into houses."""
    line, length = street.line, sum(widths)
    a, b = at(line, start), at(line, start + length)
    chord = LineString([a, b])
    # On the inside of a bend the chord comes nearer to the carriageway than the curve is: step back by as much.
    bulge = Point(at(line, start + length / 2)).distance(chord)
    outward = math.copysign(1.0, offset)
    away = offset + outward * bulge
    depth = rng.uniform(*style.depth)
    units, done = [], 0.0
    for place, width in enumerate(widths):
        share = [done / length, (done + width) / length]
        ends = [beside(chord, chord.length * part, away) for part in share]
        # The house lies to the left of its front wall: on the right of the street the wall runs the other way.
        front = (ends[0], ends[1]) if outward > 0 else (ends[1], ends[0])
        deep = depth if style.row[1] < 9 else rng.uniform(*style.depth)
        units.append(
            Unit(
                street, frontage.side, frontage.style, _with_wing(front, deep, style, rng), front,
                start + done, start + done + width, f"{street.name}/{frontage.side}/{start:.0f}", place,
            )
        )  # fmt: skip
        done += width
    return units


def _with_wing(front: tuple[XY, XY], depth: float, style: Style, rng: random.Random) -> Polygon:
    """Give a house's outline: a box on its front wall, with a wing behind one end of it for some styles."""
    box = box_on(front, depth)
    if rng.random() >= style.wing:
        return box
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = list(box.exterior.coords)[:4]
    share, deep = rng.uniform(0.4, 0.55), rng.uniform(2.4, 4.2) / depth
    corner = between((x3, y3), (x2, y2), share)
    back = (x3 + (x3 - x0) * deep, y3 + (y3 - y0) * deep)
    inner = (corner[0] + (x3 - x0) * deep, corner[1] + (y3 - y0) * deep)
    return Polygon([(x0, y0), (x1, y1), (x2, y2), corner, inner, back])


def around_block(block: Block, plan: Plan, ground: Ground, rng: random.Random) -> Iterator[Unit]:
    """Place stairs around a block between streets, wall to wall, with a court in the middle (Victorian tenements)."""
    style = plan.styles[block.style]
    named = [street for street in plan.streets if street.name and street.highway not in ("footway", "steps", "path")]
    faces = shapely.polygonize(list(shapely.node(shapely.union_all([street.line for street in named])).geoms))
    face = next(part for part in faces.geoms if part.contains(Point(block.at)))
    for number, (side, outer, inner) in enumerate(_sides(face, named, style.depth[0])):
        if side.name in block.open:
            continue
        yield from _cut_side(side, outer, inner, style, block, f"block {block.at}/{number}", ground, rng)


def _sides(face: Polygon, streets: list[Street], depth: float) -> Iterator[tuple[Street, tuple[XY, XY], tuple[XY, XY]]]:
    """Give each side of a block: its street, its building line from corner to corner, and the line of its back walls."""
    tidy = face.simplify(3.0)
    corners = [(x, y) for x, y in shapely.geometry.polygon.orient(tidy).exterior.coords[:-1]]
    edges = list(zip(corners, corners[1:] + corners[:1], strict=True))
    owners = [min(streets, key=lambda s: s.line.distance(Point(between(a, b, 0.5)))) for a, b in edges]
    fronts = [_inward(edge, owner.half_width) for edge, owner in zip(edges, owners, strict=True)]
    backs = [_inward(edge, owner.half_width + depth) for edge, owner in zip(edges, owners, strict=True)]
    for i, owner in enumerate(owners):
        after = (i + 1) % len(edges)
        yield (
            owner,
            (_meeting(fronts[i - 1], fronts[i]), _meeting(fronts[i], fronts[after])),
            (_meeting(backs[i - 1], backs[i]), _meeting(backs[i], backs[after])),
        )


def _inward(edge: tuple[XY, XY], distance: float) -> tuple[XY, XY]:
    moved = list(LineString(edge).parallel_offset(distance, "left").coords)
    return moved[0], moved[-1]


def _meeting(one: tuple[XY, XY], other: tuple[XY, XY]) -> XY:
    """Give the point where two lines, drawn on for ever, meet."""
    (x1, y1), (x2, y2) = one
    (x3, y3), (x4, y4) = other
    across = (x1 - x2) * (y3 - y4) - (y1 - y2) * (x3 - x4)
    first, second = x1 * y2 - y1 * x2, x3 * y4 - y3 * x4
    return (first * (x3 - x4) - (x1 - x2) * second) / across, (first * (y3 - y4) - (y1 - y2) * second) / across


def _cut_side(
    street: Street,
    outer: tuple[XY, XY],
    inner: tuple[XY, XY],
    style: Style,
    block: Block,
    row: str,
    ground: Ground,
    rng: random.Random,
) -> Iterator[Unit]:
    """Cut one side of a block into stairs; the first and last reach into the corners."""
    length = math.dist(*outer)
    count = max(1, round(length / rng.uniform(*style.width)))
    start, end = (street.line.project(Point(xy)) for xy in outer)
    side = LEFT if end > start else RIGHT
    back = LineString(inner)
    cuts = [between(*outer, i / count) for i in range(count + 1)]
    rears = [at(back, back.project(Point(xy))) for xy in cuts]
    for i in range(count):
        outline = Polygon([cuts[i], cuts[i + 1], rears[i + 1], rears[i]])
        if not ground.is_free(outline):
            continue
        ground.take(outline, house=True)
        a, b = (start + (end - start) * i / count, start + (end - start) * (i + 1) / count)
        yield Unit(street, side, block.style, outline, (cuts[i], cuts[i + 1]), min(a, b), max(a, b), row, i)


def facing(line: LineString, outline: Polygon) -> tuple[tuple[XY, XY], float, float, str]:
    """Give the wall of a building that faces a street, the stretch of the street it fronts, and the side it stands on."""
    shape = shapely.geometry.polygon.orient(outline)
    corners = [(x, y) for x, y in shape.exterior.coords]
    middle = line.project(shape.centroid)
    walls = [wall for wall in zip(corners, corners[1:], strict=False) if math.dist(*wall) > 2.5]
    front = min(walls, key=lambda wall: line.distance(Point(between(*wall, 0.5))))
    spans = [line.project(Point(xy)) for xy in corners]
    dx, dy = direction(line, middle)
    x, y = at(line, middle)
    side = LEFT if dx * (shape.centroid.y - y) - dy * (shape.centroid.x - x) > 0 else RIGHT
    return front, min(spans), max(spans), side
