"""Draws houses and stairs, with their doors, flats and addresses mapped in the several ways that mappers have."""

from __future__ import annotations

import random
from collections.abc import Iterator

import shapely
from shapely import Polygon

from era_geo.town.canvas import Canvas, with_nodes
from era_geo.town.numbers import Premises
from era_geo.town.objects import Address, Tags
from era_geo.town.plan import Style
from era_geo.town.shapes import XY, between


class HomeDrawer:
    """Draws premises on a canvas and gives their true addresses. `uprns` hands out reference numbers."""

    def __init__(self, canvas: Canvas, uprns: Iterator[int]) -> None:
        self._canvas = canvas
        self._uprns = uprns

    def draw(self, one: Premises, style: Style | None, shop: Tags | None, rng: random.Random) -> list[Address]:
        """Draw one building with its addresses. `shop` is what the ground floor is, where it is a shop."""
        if one.building is not None:
            return self._public(one)
        assert style is not None  # noqa: S101 - premises without a building of their own have a style
        mapped = one.street.mapped or style.mapped
        if shop is not None:
            return self._with_shop(one, style, shop, rng)
        if style.landings == 0:
            return self._house(one, style, mapped, rng)
        return self._stair(one, style, mapped, rng)

    def _public(self, one: Premises) -> list[Address]:
        building = one.building
        assert building is not None  # noqa: S101 - see draw
        shape = with_nodes(building.outline, building.doors)
        flats = {"addr:flats": ";".join(building.flats), "building:flats": str(len(building.flats))} if building.flats else {}
        ref = self._canvas.area(shape, {**building.tags, **_address_tags(one), **flats}, name=building.id)
        for door in building.doors:
            self._canvas.point(door, {"entrance": "main" if door == building.doors[0] else "yes"})
        at = building.doors[0] if building.doors else _middle(building.outline)
        home = bool(building.flats) or building.tags.get("building") in ("house", "farm", "detached", "bungalow")
        return [self._address(one, flat, ref, ref, None, at, is_home=home) for flat in one.flats]

    def _house(self, one: Premises, style: Style, mapped: str, rng: random.Random) -> list[Address]:
        door = between(*one.unit.front, rng.choice((0.28, 0.5, 0.72)))
        tags = {"building": style.building, "building:levels": str(style.levels)}
        if mapped == "door":
            ref = self._canvas.area(with_nodes(one.unit.outline, [door]), tags)
            at = self._canvas.point(door, {"entrance": "main", **_address_tags(one)})
            return [self._address(one, None, at, ref, None, door)]
        if mapped == "point":
            ref = self._canvas.area(one.unit.outline, tags)
            inside = _middle(one.unit.outline)
            return [self._address(one, None, self._canvas.point(inside, _address_tags(one)), ref, None, inside)]
        bare = rng.random() < style.bare
        ref = self._canvas.area(one.unit.outline, tags | _address_tags(one) if not bare else tags)
        return [] if bare else [self._address(one, None, ref, ref, None, _middle(one.unit.outline))]

    def _stair(self, one: Premises, style: Style, mapped: str, rng: random.Random) -> list[Address]:
        door = between(*one.unit.front, 0.5)
        flats = [flat for flat in one.flats if flat is not None]
        tags = {"building": style.building, "building:levels": str(style.levels), "building:flats": str(len(flats))}
        shape = with_nodes(one.unit.outline, [door])
        entrance = {"entrance": "staircase"}
        behind = {"addr:flats": ";".join(flats)}
        if mapped == "building":
            ref = self._canvas.area(shape, tags | _address_tags(one) | behind)
            stair = self._canvas.point(door, entrance)
            return [self._address(one, flat, ref, ref, stair, door) for flat in flats]
        ref = self._canvas.area(shape, tags)
        if mapped == "each":
            stair = self._canvas.point(door, entrance)
            found = []
            for flat, at in zip(flats, _spread(one.unit.outline, len(flats)), strict=True):
                node = self._canvas.point(at, _address_tags(one) | {"addr:unit": flat})
                found.append(self._address(one, flat, node, ref, stair, at))
            return found
        stair = self._canvas.point(door, entrance | _address_tags(one) | behind)
        return [self._address(one, flat, stair, ref, stair, door) for flat in flats]

    def _with_shop(self, one: Premises, style: Style, shop: Tags, rng: random.Random) -> list[Address]:
        shop_at = between(*one.unit.front, 0.3)
        inside = between(shop_at, _middle(one.unit.outline), 0.4)
        door = between(*one.unit.front, 0.85)
        flats = [flat for flat in one.flats if flat is not None and flat[0] not in "0GP"]
        tags = {"building": style.building, "building:levels": str(style.levels)}
        if not flats:
            ref = self._canvas.area(one.unit.outline, tags)
            node = self._canvas.point(inside, {**shop, **_address_tags(one)})
            return [self._address(one, None, node, ref, None, inside, is_home=False)]
        ref = self._canvas.area(with_nodes(one.unit.outline, [door]), tags | {"building:flats": str(len(flats))})
        node = self._canvas.point(inside, {**shop, **_address_tags(one)})
        found = [self._address(one, None, node, ref, None, inside, is_home=False)]
        stair = self._canvas.point(door, {"entrance": "staircase", **_address_tags(one), "addr:flats": ";".join(flats)})
        return found + [self._address(one, flat, stair, ref, stair, door) for flat in flats]

    def _address(
        self, one: Premises, flat: str | None, ref: str, building: str, stair: str | None, at: XY, *, is_home: bool = True
    ) -> Address:
        east, north = self._canvas.origin
        return Address(
            ref=ref, flat=flat, number=one.number, house=one.house, street=one.street.name, town=one.street.town,
            postcode=one.postcode, uprn=str(next(self._uprns)), easting=round(east + at[0], 2), northing=round(north + at[1], 2),
            building=building, stair=stair, row=one.unit.row or None, place=one.unit.place, side=one.unit.side,
            start_m=round(one.unit.start_m, 1), end_m=round(one.unit.end_m, 1), is_home=is_home,
        )  # fmt: skip


def _address_tags(one: Premises) -> dict[str, str]:
    """Give the `addr:` tags of premises, leaving out what they have not."""
    tags = {
        "addr:housenumber": one.number, "addr:housename": one.house, "addr:street": one.street.name,
        "addr:city": one.street.town, "addr:postcode": one.postcode,
    }  # fmt: skip
    return {key: value for key, value in tags.items() if value}


def _middle(outline: Polygon) -> XY:
    point = shapely.point_on_surface(outline) if not outline.contains(outline.centroid) else outline.centroid
    return point.x, point.y


def _spread(outline: Polygon, count: int) -> list[XY]:
    """Give `count` points inside a house, in two rows across it, as flats are mapped side by side."""
    corners = [(x, y) for x, y in outline.exterior.coords[:4]]
    across = (count + 1) // 2
    found = []
    for i in range(count):
        share = (i // 2 + 0.5) / across * 0.8 + 0.1
        near, far = between(corners[0], corners[1], share), between(corners[3], corners[2], share)
        found.append(between(near, far, 0.3 if i % 2 == 0 else 0.62))
    return found
