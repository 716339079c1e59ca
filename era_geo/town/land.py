"""Draws the land the town lies in: its water and railway, its built-up ground, and fields up to the edge of the map."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator

import shapely
from shapely import LineString, Polygon
from shapely.affinity import rotate
from shapely.geometry.base import BaseGeometry

from era_geo.town.canvas import Canvas
from era_geo.town.plan import Strip
from era_geo.town.shapes import lines, polygons
from era_geo.town.streets import cut

_FIELDS = ("farmland", "farmland", "meadow", "farmland", "grass")
_SLANT = 14.0
_OPEN = 30.0


def water_of(strips: Iterable[Strip]) -> BaseGeometry:
    """Give the ground under running water."""
    return shapely.union_all([_bed(strip) for strip in strips if "waterway" in strip.tags])


def _bed(strip: Strip) -> BaseGeometry:
    return strip.line.buffer(strip.width / 2, quad_segs=4, cap_style="flat")


def draw_strips(canvas: Canvas, strips: Iterable[Strip], roads: BaseGeometry, edge: Polygon) -> None:
    """Draw rivers, the railway and walls; a broad river also as water, the railway on a bridge over every road."""
    for strip in strips:
        if "railway" in strip.tags:
            bridges, open_ = cut(strip.line, roads)
            for piece in open_:
                canvas.line(piece, strip.tags)
            for piece in bridges:
                canvas.line(piece, {**strip.tags, "bridge": "yes", "layer": "1"})
            for part in polygons(_bed(strip).intersection(edge).difference(roads)):
                canvas.area(part, {"landuse": "railway"})
            continue
        canvas.line(strip.line, strip.tags, name=strip.id)
        if "waterway" in strip.tags and strip.width > 8:
            for part in polygons(_bed(strip).intersection(edge).simplify(0.4)):
                canvas.area(part, {"natural": "water", "water": "river"})


def built_up(houses: Iterable[BaseGeometry], edge: Polygon) -> list[Polygon]:
    """Give the ground that homes and their gardens make up, as outlines."""
    spread = shapely.union_all([house.buffer(17, quad_segs=1) for house in houses])
    drawn_in = spread.buffer(14, quad_segs=2).buffer(-20, quad_segs=2).simplify(2.5)
    return [Polygon(part.exterior) for part in polygons(drawn_in.intersection(edge)) if part.area > 1500]


def draw_fields(canvas: Canvas, edge: Polygon, taken: BaseGeometry, rng: random.Random) -> None:
    """Cover what is left of the map with fields, a hedge or dyke along each edge that two of them share."""
    free = shapely.set_precision(edge.difference(taken).buffer(-2, quad_segs=1).buffer(2, quad_segs=1).simplify(1.0), 0.1)
    # No dyke runs through a corner of green inside the town.
    dykes = shapely.union_all(list(_dykes(edge, rng))).intersection(free.buffer(-_OPEN).buffer(_OPEN))
    pieces = shapely.polygonize(list(shapely.node(shapely.union_all([free.boundary, dykes])).geoms))
    for field in polygons(pieces):
        if field.area > 500 and free.buffer(0.5).contains(field.representative_point()):
            kind = rng.choice(_FIELDS) if field.area > 9000 else "grass"
            canvas.area(Polygon(field.exterior, [ring for ring in field.interiors if Polygon(ring).area > 300]), {"landuse": kind})
    for hedge in lines(dykes):
        if hedge.length > 15:
            canvas.line(hedge, {"barrier": rng.choice(("hedge", "hedge", "wall", "fence"))})


def _dykes(edge: Polygon, rng: random.Random) -> Iterator[LineString]:
    """Rule the country into strips and each strip into fields, at a slant and unevenly, as enclosure left it."""
    west, south, east, north = edge.bounds
    centre = edge.centroid
    reach = math.hypot(east - west, north - south) / 2
    y = -reach
    while y < reach:
        above = y + rng.uniform(110, 190)
        yield rotate(LineString([(centre.x - reach, centre.y + y), (centre.x + reach, centre.y + y)]), _SLANT, origin=centre)
        x = -reach + rng.uniform(0, 120)
        while x < reach:
            lean = rng.uniform(-14, 14)
            cross = LineString([(centre.x + x, centre.y + y), (centre.x + x + lean, centre.y + above)])
            yield rotate(cross, _SLANT, origin=centre)
            x += rng.uniform(130, 260)
        y = above
