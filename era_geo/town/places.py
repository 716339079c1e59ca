"""Draws what people go to: grounds with their fences and gates, public buildings with their doors, and single points."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace

import shapely
from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from era_geo.town.canvas import Canvas, member, with_nodes
from era_geo.town.plan import Area, Avenue, Building, Site, Spot, Street
from era_geo.town.shapes import XY, at


def with_doors(building: Building) -> Building:
    """Give a building with its doors moved onto its walls."""
    wall = building.outline.exterior
    spots = [wall.interpolate(wall.project(Point(door))) for door in building.doors]
    return replace(building, doors=tuple((round(spot.x, 2), round(spot.y, 2)) for spot in spots))


def draw_area(canvas: Canvas, area: Area, fence: LineString | None, streets: Sequence[Street]) -> str:
    """Draw an area; along its edge the fence, if it has one, with a gate at every point where a street goes through."""
    if fence is None:
        return canvas.area(area.outline, area.tags, name=area.id)
    outline = Polygon(fence.coords, [list(hole.coords) for hole in area.outline.interiors])
    ref = canvas.area(outline, area.tags, name=area.id)
    canvas.line(LineString(fence.coords), {"barrier": area.fence or "fence"})
    for gate, street in gates(fence, streets):
        access = {"access": street.tags["access"]} if "access" in street.tags else {}
        canvas.point(gate, {"barrier": "gate", **access, **({"foot": "yes"} if street.tags.get("foot") == "yes" else {})})
    return ref


def gates(fence: LineString, streets: Sequence[Street]) -> list[tuple[XY, Street]]:
    """Give the points where streets go through a fence, each with the first street that does."""
    found: dict[XY, Street] = {}
    corners = {(x, y) for x, y in fence.coords}
    for street in streets:
        if street.line.distance(fence) < 0.05:
            for xy in street.line.coords:
                if (xy[0], xy[1]) in corners:
                    found.setdefault((xy[0], xy[1]), street)
    return list(found.items())


def draw_building(canvas: Canvas, building: Building) -> str:
    """Draw a building that has no address of its own."""
    ref = canvas.area(with_nodes(building.outline, building.doors), building.tags, name=building.id)
    for door in building.doors:
        canvas.point(door, {"entrance": "main" if door == building.doors[0] else "yes"})
    return ref


def draw_site(canvas: Canvas, site: Site) -> str:
    """Draw a relation that says which things are one place."""
    return canvas.relation([member(canvas.named[id_], "") for id_ in site.members], {"type": "site", **site.tags}, name=site.id)


def draw_trees(canvas: Canvas, avenues: Iterable[Avenue], areas: Iterable[Area], avoid: BaseGeometry, rng: random.Random) -> None:
    """Draw avenues, and the trees scattered over parks, away from paths, buildings, pitches and water."""
    for avenue in avenues:
        for i in range(int(avenue.line.length / avenue.every) + 1):
            canvas.point(at(avenue.line, i * avenue.every), {"natural": "tree"})
    shapely.prepare(avoid)
    for area in areas:
        west, south, east, north = area.outline.bounds
        for _ in range(area.trees):
            spot = Point(rng.uniform(west, east), rng.uniform(south, north))
            if area.outline.contains(spot) and not avoid.intersects(spot):
                canvas.point((spot.x, spot.y), {"natural": "tree"})


def draw_spot(canvas: Canvas, spot: Spot) -> str:
    """Draw a single point."""
    return canvas.point(spot.at, spot.tags, name=spot.id)
