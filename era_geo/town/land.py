"""Draws the land the town lies in: its river, its built-up ground, and fields with hedges up to the edge of the map."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator

import shapely
from shapely import Geometry, LineString, Polygon
from shapely.affinity import rotate

from era_geo.town.canvas import Canvas
from era_geo.town.plan import Strip
from era_geo.town.shapes import lines, polygons

_FIELDS = ("farmland", "farmland", "meadow", "farmland", "grass")


def water_of(strips: Iterable[Strip]) -> Geometry:
    """Give the ground under running water."""
    return shapely.union_all(
        [strip.line.buffer(strip.width / 2, quad_segs=4, cap_style="flat") for strip in strips if "waterway" in strip.tags]
    )


def draw_water(canvas: Canvas, strips: Iterable[Strip], edge: Polygon) -> None:
    """Draw rivers and lades: their middle as a line, a broad one also as an area of water."""
    for strip in strips:
        canvas.line(strip.line, strip.tags, name=strip.id)
        if "waterway" in strip.tags and strip.width > 8:
            for part in polygons(
                strip.line.buffer(strip.width / 2, quad_segs=4, cap_style="flat").intersection(edge).simplify(0.4)
            ):
                canvas.area(part, {"natural": "water", "water": "river"})


def built_up(houses: Iterable[Geometry]) -> list[Polygon]:
    """Give the ground that homes and their gardens make up, as outlines."""
    spread = shapely.union_all([house.buffer(17, quad_segs=1) for house in houses])
    drawn_in = spread.buffer(14, quad_segs=2).buffer(-20, quad_segs=2).simplify(2.5)
    return [Polygon(part.exterior) for part in polygons(drawn_in) if part.area > 1500]


def draw_fields(canvas: Canvas, edge: Polygon, taken: Geometry, rng: random.Random) -> None:
    """Cover what is left of the map with fields, a hedge or dyke along each edge that two of them share."""
    dykes = shapely.union_all(list(_dykes(edge, rng)))
    free = edge.difference(taken).buffer(-4, quad_segs=1).buffer(4, quad_segs=1).simplify(1.5)
    free = shapely.set_precision(free, 0.1)
    pieces = shapely.polygonize(list(shapely.node(shapely.union_all([free.boundary, dykes.intersection(free)])).geoms))
    for field in pieces.geoms:
        if field.area > 900 and free.buffer(0.5).contains(field.representative_point()):
            kind = rng.choice(_FIELDS) if field.area > 9000 else "grass"
            canvas.area(
                Polygon(field.exterior, [ring.coords for ring in field.interiors if Polygon(ring).area > 500]),
                {"landuse": kind},
            )
    for hedge in lines(dykes.intersection(free)):
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
        yield rotate(LineString([(centre.x - reach, centre.y + y), (centre.x + reach, centre.y + y)]), 14, origin=centre)
        x = -reach + rng.uniform(0, 120)
        while x < reach:
            lean = rng.uniform(-14, 14)
            cross = LineString([(centre.x + x, centre.y + y), (centre.x + x + lean, centre.y + above)])
            yield rotate(cross, 14, origin=centre)
            x += rng.uniform(130, 260)
        y = above
