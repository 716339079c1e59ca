"""How exact a location is, in metres: the distance within which the truth lies 95 times in 100.

Each class has a local scale in metres (how far the street reaches, how far apart postcodes lie there) and a factor. The build
measures the factor on the region's own addresses, each held out in turn (`era_geo.region.address_measures`); where fewer than
`ENOUGH` could be tested, the factor measured on real data elsewhere is used, and the candidate says so. What nobody could
measure says that it is uncalibrated.

Where a building is known, the metres of a candidate are those of its point: the door may be in any corner of the building. What
is measured from the building's outline (`of_outline`) is known better than that.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import shapely

from era_geo.address.gazetteer import Gazetteer
from era_geo.address.records import House, Locality, PostcodeSpot, Street
from era_geo.model import Precision
from era_geo.region.address_measures import TOWN_SCALE_M, between_scale_m, building_scale_m, street_scale_m

ENOUGH = 100
"""Held-out addresses that a class needs before it counts as calibrated."""
UNCALIBRATED = "How exactly this is located is an estimate (uncalibrated): too few addresses located like it could be tested."
ROUGH_POSTCODE = "The list of postcodes gives only the mean of other postcodes for it."
ELSEWHERE = "How exactly this is located was measured on other places, not in this region."

# Factors measured on Edinburgh and Rutland, the greater where both gave one (docs/benchmarks/locate.md).
_ELSEWHERE = {
    "postcode in town": 0.65,
    "postcode in country": 1.3,
    "postcode from addresses": 1.25,
    "street": 1.0,
    "street without line": 1.05,
    "interpolated": 0.75,
    "building": 0.85,  # Rutland and Aberdeen
}
_LIMIT_FACTORS = 2.3  # so many times the distance that holds 95 in 100 holds all: beyond it a postcode contradicts a house
_LIMIT_MOST_M = 900.0
_UNDRAWN_M = 200.0  # what is known of a street by one address and no line; less with the root of their number
_PAST_M = 5.0  # for each number past the last that is known, or before the first
_PAST_MOST_M = 3000.0
_OWN_M = {Precision.UPRN: 5.0, Precision.BUILDING: 8.0, Precision.ADDRESS: 15.0}
_BETWEEN_OWN_M = 3.0  # what the neighbours' own points may be wrong by
_PER_DOOR_M = 8.0
_LOCALITY_M = {"city": 6000.0, "town": 1800.0, "village": 800.0, "suburb": 1200.0}
_LOCALITY_ELSE_M = 600.0


@dataclass(frozen=True, slots=True)
class Within:
    """An uncertainty in metres, and the note that says how far it can be trusted."""

    metres: float
    notes: tuple[str, ...] = ()


def of_house(house: House, gazetteer: Gazetteer, *, spread_m: float = 0.0) -> tuple[Precision, Within]:
    """Give the class and uncertainty of an address; `spread_m` is how far apart several objects of it lie."""
    found = _of_point(house, gazetteer)
    return _class_of(house), Within(round(found.metres + max(spread_m, house.spread_m), 1), found.notes)


def _class_of(house: House) -> Precision:
    if house.uprn:
        return Precision.UPRN
    return Precision.ADDRESS if house.building_id is None else Precision.BUILDING


def _of_point(house: House, gazetteer: Gazetteer) -> Within:
    """Give how far the property may lie from the address's point, were its sources of one mind."""
    building = gazetteer.building(house.building_id)
    if building is None:
        return Within(_OWN_M[_class_of(house)], (UNCALIBRATED,))
    ref, outline = building
    anywhere = _within(float(building_scale_m(outline, shapely.Point(house.easting, house.northing))), gazetteer, "building")
    own_m = _OWN_M[Precision.UPRN if house.uprn else Precision.ADDRESS]
    is_one_point = " " not in house.ref and house.ref != ref
    return Within(own_m, (UNCALIBRATED,)) if is_one_point and own_m < anywhere.metres else anywhere


def of_outline(house: House, candidate_m: float, gazetteer: Gazetteer) -> float:
    """Give how far the outline of an address's building may be from the truth, metres.

    `candidate_m` is what was said of the address's point: what its sources disagree by is in both.
    """
    own = _OWN_M[Precision.UPRN if house.uprn else Precision.BUILDING]
    return round(own + max(house.spread_m, candidate_m - _of_point(house, gazetteer).metres, 0.0), 1)


def of_uprn() -> Within:
    """Give the uncertainty of a UPRN's own point."""
    return Within(_OWN_M[Precision.UPRN], (UNCALIBRATED,))


def of_range(house: House, gazetteer: Gazetteer) -> Within:
    """Give the uncertainty of one number within a range (`45-47`) that is mapped as one."""
    doors = len(house.number.members()) if house.number else 1
    metres = of_house(house, gazetteer)[1].metres + _PER_DOOR_M * (doors - 1)
    return Within(round(metres, 1), (UNCALIBRATED,))


def of_between(apart_m: float, gazetteer: Gazetteer) -> Within:
    """Give the uncertainty of a house put between two neighbours that lie `apart_m` apart."""
    return _within(between_scale_m(apart_m), gazetteer, "interpolated", more_m=_BETWEEN_OWN_M)


def of_postcode(spot: PostcodeSpot, gazetteer: Gazetteer) -> Within:
    """Give the uncertainty of a postcode's point as the place of a house in it."""
    if spot.is_rough:
        return Within(spot.scale_m, (ROUGH_POSTCODE, UNCALIBRATED))
    return _within(spot.scale_m, gazetteer, _postcode_measure(spot))


def postcode_limit_m(spot: PostcodeSpot, gazetteer: Gazetteer) -> float:
    """Give the distance beyond which a house is not said to be in this postcode."""
    return min(_LIMIT_MOST_M, _LIMIT_FACTORS * of_postcode(spot, gazetteer).metres)


def _postcode_measure(spot: PostcodeSpot) -> str:
    if not spot.published:
        return "postcode from addresses"
    return "postcode in town" if spot.scale_m < TOWN_SCALE_M else "postcode in country"


def of_street(street: Street, gazetteer: Gazetteer, *, number: int | None = None) -> Within:
    """Give the uncertainty of a street's middle as the place of a house on it.

    A street that no line shows is known by its addresses alone: it may go on past them, and does where `number` is greater or less
    than all of theirs.
    """
    if street.has_line:
        return _within(street_scale_m(street.reach_m), gazetteer, "street")
    scale = street.reach_m + _UNDRAWN_M / math.sqrt(max(1, street.houses))
    first, last = gazetteer.number_range(street.key_id, street.id)
    past = 0 if number is None else max(0, number - last, first - number)
    return _within(scale, gazetteer, "street without line", more_m=min(_PAST_MOST_M, _PAST_M * past))


def of_locality(place: Locality, gazetteer: Gazetteer) -> Within:
    """Give the uncertainty of a locality's point as the place of a house in it: what holds 95 in 100 of its own addresses.

    With too few addresses to tell it is no less than is usual for places of its kind, and an estimate.
    """
    usual = _LOCALITY_M.get(place.kind, _LOCALITY_ELSE_M)
    tested, metres = gazetteer.reach(place) or (0, 0.0)
    if tested >= ENOUGH:
        return Within(round(metres, 1))
    return Within(round(max(usual, metres), 1), (UNCALIBRATED,))


def _within(scale_m: float, gazetteer: Gazetteer, measure: str, *, more_m: float = 0.0) -> Within:
    tested, factor = gazetteer.measure(measure) or (0, 0.0)
    if tested >= ENOUGH:
        return Within(round(factor * scale_m + more_m, 1))
    return Within(round(_ELSEWHERE[measure] * scale_m + more_m, 1), (ELSEWHERE,))
