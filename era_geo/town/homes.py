"""Draws houses and stairs, with their doors, flats and addresses mapped in the several ways that mappers have."""

from __future__ import annotations

import random
from collections.abc import Iterator

import shapely
from shapely import LineString, Polygon

from era_geo.town.canvas import Canvas, with_nodes
from era_geo.town.numbers import MAIN_DOOR, Premises
from era_geo.town.objects import Address, Tags
from era_geo.town.plan import Style
from era_geo.town.shapes import XY, between


class HomeDrawer:
    """Draws premises on a canvas and gives their true addresses. `uprns` hands out reference numbers."""

    def __init__(self, canvas: Canvas, uprns: Iterator[int]) -> None:
        self._canvas = canvas
        self._uprns = uprns

    def draw(self, one: Premises, style: Style, shop: Tags | None, rng: random.Random) -> list[Address]:
        """Draw one house or stair with its addresses. `shop` is what the ground floor is, where it is a shop."""
        if shop is not None:
            return self._with_shop(one, style, shop)
        mapped = one.street.mapped or style.mapped
        return self._stair(one, style, mapped) if style.landings else self._house(one, style, mapped, rng)

    def draw_public(self, one: Premises) -> list[Address]:
        """Draw a building of its own that has an address."""
        building = one.building
        assert building is not None  # noqa: S101 - only premises with a building of their own come here
        flats = {"addr:flats": ";".join(building.flats), "building:flats": str(len(building.flats))} if building.flats else {}
        shape = with_nodes(building.outline, building.doors)
        ref = self._canvas.area(shape, {**building.tags, **_address_tags(one), **flats}, name=building.id)
        doors = [self._canvas.point(door, {"entrance": "yes" if i else "main"}) for i, door in enumerate(building.doors)]
        stair = doors[0] if building.flats and doors else None
        at = building.doors[0] if building.doors else _middle(building.outline)
        is_home = bool(building.flats) or building.tags["building"] in ("house", "farm", "detached")
        return [self._address(one, flat, at, ref, building=ref, stair=stair, is_home=is_home) for flat in one.flats]

    def draw_interpolated(self, side: list[Premises], style: Style) -> list[Address]:
        """Draw one side of a street of which the mapper noted the first and the last number and drew a line between them."""
        found, spots, bare = [], [], []
        for one in side:
            ref = self._canvas.area(one.unit.outline, _building_tags(style))
            spots.append(_middle(one.unit.outline))
            if one in (side[0], side[-1]):
                node = self._canvas.point(spots[-1], _address_tags(one))
                found.append(self._address(one, None, spots[-1], node, building=ref))
            else:
                bare.append((one, spots[-1], ref))
        parity = "odd" if int(side[0].number or 0) % 2 else "even"
        line = self._canvas.line(LineString(spots), {"addr:interpolation": parity, "addr:street": side[0].street.name or ""})
        return found + [self._address(one, None, at, line, building=ref) for one, at, ref in bare]

    def _house(self, one: Premises, style: Style, mapped: str, rng: random.Random) -> list[Address]:
        tags = _building_tags(style)
        if mapped == "door":
            door = between(*one.unit.front, rng.choice((0.28, 0.5, 0.72)))
            ref = self._canvas.area(with_nodes(one.unit.outline, [door]), tags)
            node = self._canvas.point(door, {"entrance": "main", **_address_tags(one)})
            return [self._address(one, None, door, node, building=ref)]
        inside = _middle(one.unit.outline)
        if mapped == "point":
            ref = self._canvas.area(one.unit.outline, tags)
            address = self._address(one, None, inside, self._canvas.point(inside, _address_tags(one)), building=ref)
            if one.street.uprns:
                self._canvas.point(inside, {"ref:GB:uprn": address.uprn})
            return [address]
        ref = self._canvas.area(one.unit.outline, tags | _address_tags(one))
        return [self._address(one, None, inside, ref, building=ref)]

    def _stair(self, one: Premises, style: Style, mapped: str) -> list[Address]:
        door = between(*one.unit.front, 0.5)
        own_door = between(*one.unit.front, 0.15)
        flats = [flat for flat in one.flats if flat not in (None, MAIN_DOOR)]
        shape = with_nodes(one.unit.outline, [door] if len(flats) == len(one.flats) else [own_door, door])
        tags = _building_tags(style) | {"building:flats": str(len(one.flats))}
        behind = {"addr:flats": ";".join(flats)}
        if mapped == "building":
            tags |= _address_tags(one) | behind
        ref = self._canvas.area(shape, tags)
        stair = self._canvas.point(door, {"entrance": "staircase"} | (_address_tags(one) | behind if mapped == "stair" else {}))
        if mapped == "each":
            found = []
            for flat, at in zip(flats, _spread(one.unit.outline, len(flats)), strict=True):
                node = self._canvas.point(at, _address_tags(one) | {"addr:unit": flat})
                found.append(self._address(one, flat, at, node, building=ref, stair=stair))
        else:
            bearer = ref if mapped == "building" else stair
            found = [self._address(one, flat, door, bearer, building=ref, stair=stair) for flat in flats]
        if len(flats) < len(one.flats):
            # A main door flat is on the ground floor with a door of its own: it shares the number, not the stair.
            node = self._canvas.point(own_door, {"entrance": "main", **_address_tags(one), "addr:unit": MAIN_DOOR})
            found.append(self._address(one, MAIN_DOOR, own_door, node, building=ref))
        return found

    def _with_shop(self, one: Premises, style: Style, shop: Tags) -> list[Address]:
        inside = between(between(*one.unit.front, 0.3), _middle(one.unit.outline), 0.4)
        door = between(*one.unit.front, 0.85)
        flats = [flat for flat in one.flats if flat not in (None, MAIN_DOOR)]
        tags = _building_tags(style) | {"building:flats": str(len(flats))}
        ref = self._canvas.area(with_nodes(one.unit.outline, [door]), tags)
        node = self._canvas.point(inside, {**shop, **_address_tags(one)})
        found = [self._address(one, None, inside, node, building=ref, is_home=False)]
        stair = self._canvas.point(door, {"entrance": "staircase", **_address_tags(one), "addr:flats": ";".join(flats)})
        return found + [self._address(one, flat, door, stair, building=ref, stair=stair) for flat in flats]

    def _address(
        self,
        one: Premises,
        flat: str | None,
        at: XY,
        ref: str,
        *,
        building: str,
        stair: str | None = None,
        is_home: bool = True,
    ) -> Address:
        east, north = self._canvas.origin
        return Address(
            ref=ref, flat=flat, number=one.number, house=one.house, street=one.street.name, town=one.street.town,
            postcode=one.postcode, uprn=str(next(self._uprns)), easting=round(east + at[0], 2),
            northing=round(north + at[1], 2), building=building, stair=stair, row=one.unit.row or None,
            place=one.unit.place, side=one.unit.side,
            start_m=round(one.unit.start_m, 1), end_m=round(one.unit.end_m, 1), is_home=is_home,
        )  # fmt: skip


def _building_tags(style: Style) -> dict[str, str]:
    return {"building": style.building, "building:levels": str(style.levels)}


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
