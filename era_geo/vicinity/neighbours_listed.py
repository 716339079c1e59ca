"""Whether a place of an official list is at the property itself: by UPRN or address, since a list's point is some way off."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import shapely

from era_geo.region.address_words import HouseNumber, house_in, house_number, name_key, postcode
from era_geo.vicinity.surroundings import EXACT_ENOUGH_M, Surroundings


class Where(StrEnum):
    """Where a list puts a place, as seen from the property."""

    AT = "is at the property"
    IN_BUILDING = "is in the property's building"
    MAY_BE = "may be at the property"


@dataclass(frozen=True)
class PropertyHomes:
    """The property and the addresses in its building, as a list's rows are held against them."""

    around: Surroundings
    own: Mapping[str, Any]
    building: Sequence[Mapping[str, Any]]

    @classmethod
    def of(cls, around: Surroundings) -> PropertyHomes:
        """Read the property's own address and those of its building."""
        site = around.site
        own = {"uprn": site.uprn, "number": site.number, "house": None, "street": site.street, "postcode": site.postcode}
        if around.own_building is None:
            return cls(around, own, ())
        fid = around.buildings["fid"][around.own_building]
        return cls(around, own, [row for row in around.addresses.rows() if row["building_id"] == fid])

    def where_of(self, place: Mapping[str, Any]) -> Where | None:
        """Say where a row of `places` that a list gave lies; `None` where it is another property."""
        houses = _houses(place["address"])
        if _is_of(place, houses, self.own):
            return Where.AT
        if any(_is_of(place, houses, home) for home in self.building):
            return Where.IN_BUILDING
        in_building = (place["uncertainty_m"] or 0.0) <= EXACT_ENOUGH_M and shapely.covers(self.around.walls, place["geom"])
        only_postcode = not houses and place["postcode"] is not None and place["postcode"] == postcode(self.own["postcode"])
        return Where.MAY_BE if in_building or only_postcode else None


def _houses(address: str | None) -> list[tuple[HouseNumber, str]]:
    """Give each house number with its street that an address names."""
    lines = re.sub(r"(\d\w*)\s*,\s*", r"\1 ", address or "").split(",")
    return [house for line in lines if (house := house_in(line))]


def _is_of(place: Mapping[str, Any], houses: Sequence[tuple[HouseNumber, str]], home: Mapping[str, Any]) -> bool:
    """Whether a list's place has the UPRN of a home, or its postcode and its number and street or name of the house."""
    if place["uprn"] and place["uprn"] == home["uprn"]:
        return True
    if not place["postcode"] or place["postcode"] != postcode(home["postcode"]):
        return False
    if home["house"] and name_key(home["house"]) in _names(place):
        return True
    number, street = house_number(home["number"] or ""), name_key(home["street"] or "")
    return number is not None and any(_is_number(number, other) and street == listed for other, listed in houses)


def _names(place: Mapping[str, Any]) -> set[str]:
    """Give the parts of a list's address, and its name, as names of houses are compared."""
    return {name_key(part) for part in (*(place["address"] or "").split(","), place["name"] or "")}


def _is_number(one: HouseNumber, other: HouseNumber) -> bool:
    return one.key == other.key or one.covers(other) or other.covers(one)
