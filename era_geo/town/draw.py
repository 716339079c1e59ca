"""Draws the town: the plan's streets are woven, houses placed along them, numbered, and everything drawn on one canvas."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import count, cycle

import shapely
from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from era_geo.town import land, places
from era_geo.town.awkward import with_cases
from era_geo.town.blocks import BlockPlacer
from era_geo.town.canvas import Canvas
from era_geo.town.gardens import GardenDrawer, draw_court
from era_geo.town.ground import Ground
from era_geo.town.homes import HomeDrawer
from era_geo.town.hostile import with_hostile_names
from era_geo.town.numbers import Postcodes, Premises, number_street
from era_geo.town.objects import Address, Town
from era_geo.town.plan import Building, Street, load
from era_geo.town.plots import FrontagePlacer, Unit, facing
from era_geo.town.shapes import XY, polygons
from era_geo.town.streets import StreetDrawer, footprint, weave, with_corners

ORIGIN = (240_000.0, 752_000.0)
FIRST_UPRN = 999_900_000_001


def draw_town(*, seed: int = 1, origin: XY = ORIGIN, hostile: bool = False, first_id: int = 1, district: str = "ZZ1") -> Town:
    """Draw the training town.

    Parameters
    ----------
    seed
        Decides widths, depths, gaps, wings, sheds: everything that the plan leaves open.
    origin
        Easting and northing (EPSG:27700, metres) of the market cross.
    hostile
        Whether names of places, streets and houses are what a vandal would write: for tests only.
    first_id
        The first id of nodes, ways and relations.
    district
        Postcode district; the training town's begin with `ZZ`, which no place has.
    """
    town = with_cases(_Draft(seed, origin, first_id, district).town(), origin)
    return with_hostile_names(town) if hostile else town


class _Draft:
    """One drawing of the plan, step by step."""

    def __init__(self, seed: int, origin: XY, first_id: int, district: str) -> None:
        plan = load()
        self._seed = seed
        self._buildings = [places.with_doors(building) for building in plan.buildings]
        doors = [door for building in self._buildings for door in building.doors]
        fenced = [area for area in plan.areas if area.fence]
        streets, fences = weave(plan.streets, doors, [LineString(area.outline.exterior) for area in fenced])
        self._plan = replace(plan, streets=tuple(_with_crossings(street) for street in streets))
        self._fences = {id(area): fence for area, fence in zip(fenced, fences, strict=True)}
        self._canvas = Canvas(origin, first_id)
        self._homes = HomeDrawer(self._canvas, count(FIRST_UPRN))
        self._shops = cycle(plan.shops)
        self._postcodes = Postcodes(district)
        self._courts: list[Polygon] = []
        self._edge = shapely.box(*plan.extent)
        self._water = land.water_of(plan.strips)

    def town(self) -> Town:
        """Draw everything and give the town."""
        ground = self._taken_ground()
        units = self._place(ground)
        addresses = self._draw_homes(units)
        self._draw_streets(units)
        self._draw_places()
        GardenDrawer(self._canvas, ground, dict(self._plan.styles), self._chance("gardens")).draw(units)
        for court in self._courts:
            free = court.difference(shapely.union_all([building.outline.buffer(1) for building in self._buildings]))
            draw_court(self._canvas, polygons(free)[0], self._chance("court", court.bounds))
        self._draw_land(units)
        nodes, ways, relations = self._canvas.objects()
        (east, north), (x0, y0, x1, y1) = self._canvas.origin, self._plan.extent
        return Town(
            name=self._plan.name, extent=(east + x0, north + y0, east + x1, north + y1), nodes=nodes, ways=ways,
            relations=relations, addresses=tuple(addresses), cases=(), named=self._canvas.named,
        )  # fmt: skip

    def _chance(self, *what: object) -> random.Random:
        return random.Random(" ".join(map(str, (self._seed, *what))))  # noqa: S311 - a drawing, not a secret

    def _taken_ground(self) -> Ground:
        ground = Ground()
        for strip in self._plan.strips:
            ground.take(strip.line.buffer(strip.width / 2 + 2))
        for street in self._plan.streets:
            ground.take(footprint(street))
        for area in self._plan.areas:
            if area.keep_clear:
                ground.take(area.outline)
        for building in self._buildings:
            ground.take(building.outline)
        return ground

    def _place(self, ground: Ground) -> list[Unit]:
        units: list[Unit] = []
        blocks = BlockPlacer(self._plan.streets, ground)
        for block in self._plan.blocks:
            stairs, court = blocks.place(block, self._plan.styles[block.style], self._chance("block", block.at))
            units += stairs
            self._courts.append(court)
        for street in self._plan.streets:
            for frontage in street.frontages:
                chance = self._chance(street.name, street.town, frontage.side, frontage.start)
                units += FrontagePlacer(street, frontage, self._plan.styles[frontage.style], ground, chance).units()
        return units

    def _draw_homes(self, units: list[Unit]) -> list[Address]:
        addresses: list[Address] = []
        for street in self._plan.streets:
            if street.name is not None:
                mine: list[tuple[Unit, Building | None]] = [(unit, None) for unit in units if unit.street is street]
                mine += [
                    (_public_unit(street, building), building)
                    for building in self._buildings
                    if _stands_in(building, street, self._plan.name)
                ]
                numbered = number_street(street, mine, dict(self._plan.styles))
                addresses += self._draw_street_homes(street, self._postcodes.give(street, numbered))
        for building in self._buildings:
            if building.street is None and building.house is None:
                places.draw_building(self._canvas, building)
            elif building.street is None:
                addresses += self._homes.draw_public(self._farm(building))
        return addresses

    def _draw_street_homes(self, street: Street, premises: list[Premises]) -> list[Address]:
        addresses: list[Address] = []
        interpolated = [one for one in premises if one.unit.side == street.interpolated and one.building is None]
        if interpolated:
            addresses += self._homes.draw_interpolated(interpolated, self._plan.styles[interpolated[0].unit.style])
        for one in premises:
            if one.building is not None:
                addresses += self._homes.draw_public(one)
            elif one not in interpolated:
                chance = self._chance(street.name, street.town, one.number, one.house)
                style = self._plan.styles[one.unit.style]
                shop = next(self._shops) if chance.random() < style.shop else None
                addresses += self._homes.draw(one, style, shop, chance)
        return addresses

    def _farm(self, building: Building) -> Premises:
        """Give the premises of a house that no street leads to by name."""
        nowhere = Street(None, "track", LineString(building.outline.exterior), town=building.town or self._plan.name, sector=9)
        premises = Premises(_public_unit(nowhere, building), None, building.house, (None,), building)
        return self._postcodes.give(nowhere, [premises])[0]

    def _draw_streets(self, units: list[Unit]) -> None:
        drawer = StreetDrawer(self._canvas, self._water, [unit.outline for unit in units])
        for street in self._plan.streets:
            drawer.draw(street)
            for crossing in street.crossings:
                self._canvas.point(crossing, {"highway": "crossing", "crossing": "marked", "crossing:markings": "zebra"})

    def _draw_places(self) -> None:
        plan = self._plan
        for area in plan.areas:
            places.draw_area(self._canvas, area, self._fences.get(id(area)), plan.streets)
        for spot in plan.spots:
            places.draw_spot(self._canvas, spot)
        for site in plan.sites:
            places.draw_site(self._canvas, site)
        avoid = [street.line.buffer(3) for street in plan.streets] + [building.outline.buffer(2) for building in self._buildings]
        avoid += [area.outline.buffer(1) for area in plan.areas if not area.trees]
        places.draw_trees(self._canvas, plan.avenues, plan.areas, shapely.union_all(avoid), self._chance("trees"))

    def _draw_land(self, units: list[Unit]) -> None:
        plan = self._plan
        roads = shapely.union_all([street.line.buffer(street.half_width) for street in plan.streets])
        land.draw_strips(self._canvas, plan.strips, roads, self._edge)
        homes = land.built_up((unit.outline for unit in units), self._edge)
        for part in homes:
            self._canvas.area(part, {"landuse": "residential"})
        taken: list[BaseGeometry] = [roads, *homes, *(area.outline for area in plan.areas)]
        taken += [strip.line.buffer(strip.width / 2, cap_style="flat") for strip in plan.strips]
        taken += [building.outline.buffer(3) for building in self._buildings]
        land.draw_fields(self._canvas, self._edge, shapely.union_all(taken), self._chance("fields"))


def _with_crossings(street: Street) -> Street:
    """Give a street with a corner of its line at each crossing, and its crossings moved onto the line."""
    spots = [street.line.interpolate(street.line.project(Point(xy))) for xy in street.crossings]
    crossings = tuple((round(spot.x, 2), round(spot.y, 2)) for spot in spots)
    return replace(street, line=with_corners(street.line, crossings), crossings=crossings)


def _stands_in(building: Building, street: Street, town: str) -> bool:
    return building.street == street.name and (building.town or town) == street.town


def _public_unit(street: Street, building: Building) -> Unit:
    front, start, end, side = facing(street.line, building.outline)
    return Unit(street, side, "", building.outline, front, start, end, "", 0)
