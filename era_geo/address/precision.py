"""How exact a location is, in metres: the distance within which the truth lies 95 times in 100.

Each class has a local scale in metres (how far the street reaches, how far apart postcodes lie there) and a factor. The build
measures the factor on the region's own addresses, each held out in turn (`era_geo.region.address_measures`); where fewer than
`ENOUGH` could be tested, the factor measured on real data elsewhere is used, and the candidate says so. What nobody could
measure says that it is uncalibrated.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from era_geo.address.gazetteer import Gazetteer
from era_geo.address.records import House, PostcodeSpot, Street
from era_geo.model import Precision
from era_geo.region.address_measures import TOWN_SCALE_M, between_scale_m, street_scale_m

ENOUGH = 100
"""Held-out addresses that a class needs before it counts as calibrated."""
UNCALIBRATED = "The stated distance for '{}' is uncalibrated: there is no data to test it on."
ELSEWHERE = "The stated distance for '{}' was measured on other places, not in this region."

# Factors measured on Edinburgh and Rutland, the greater where both gave one (docs/benchmarks/locate.md).
_ELSEWHERE = {
    "postcode in town": 0.65,
    "postcode in country": 1.3,
    "postcode from addresses": 1.25,
    "street": 1.0,
    "street without line": 1.05,
    "interpolated": 0.75,
}
_LIMIT_FACTORS = 2.3  # so many times the distance that holds 95 in 100 holds all: beyond it a postcode contradicts a house
_LIMIT_MOST_M = 900.0
_UNDRAWN_M = 200.0  # what is known of a street by one address and no line; less with the root of their number
_PAST_M = 5.0  # for each number past the last that is known
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


def of_house(house: House, *, spread_m: float = 0.0) -> tuple[Precision, Within]:
    """Give the class and uncertainty of an address; `spread_m` is how far apart several objects of it lie."""
    if house.uprn:
        precision = Precision.UPRN
    elif house.building_id is not None:
        precision = Precision.BUILDING
    else:
        precision = Precision.ADDRESS
    metres = _OWN_M[precision] + max(spread_m, house.spread_m)
    return precision, Within(round(metres, 1), (UNCALIBRATED.format(precision.value),))


def of_uprn() -> Within:
    """Give the uncertainty of a UPRN's own point."""
    return Within(_OWN_M[Precision.UPRN], (UNCALIBRATED.format(Precision.UPRN.value),))


def of_range(house: House) -> Within:
    """Give the uncertainty of one number within a range (`45-47`) that is mapped as one."""
    doors = len(house.number.members()) if house.number else 1
    metres = of_house(house)[1].metres + _PER_DOOR_M * (doors - 1)
    return Within(round(metres, 1), (UNCALIBRATED.format("interpolated"),))


def of_between(apart_m: float, gazetteer: Gazetteer) -> Within:
    """Give the uncertainty of a house put between two neighbours that lie `apart_m` apart."""
    return _within("interpolated", between_scale_m(apart_m), gazetteer, "interpolated", more_m=_BETWEEN_OWN_M)


def of_postcode(spot: PostcodeSpot, gazetteer: Gazetteer) -> Within:
    """Give the uncertainty of a postcode's point as the place of a house in it."""
    return _within("postcode", spot.scale_m, gazetteer, _postcode_measure(spot))


def postcode_limit_m(spot: PostcodeSpot, gazetteer: Gazetteer) -> float:
    """Give the distance beyond which a house is not said to be in this postcode."""
    return min(_LIMIT_MOST_M, _LIMIT_FACTORS * of_postcode(spot, gazetteer).metres)


def _postcode_measure(spot: PostcodeSpot) -> str:
    if not spot.published:
        return "postcode from addresses"
    return "postcode in town" if spot.scale_m < TOWN_SCALE_M else "postcode in country"


def of_street(street: Street, gazetteer: Gazetteer, *, number: int | None = None) -> Within:
    """Give the uncertainty of a street's middle as the place of a house on it.

    A street that no line shows is known by its addresses alone: it may go on past them, and does where `number` is greater than
    all of theirs.
    """
    if street.has_line:
        return _within("street", street_scale_m(street.reach_m), gazetteer, "street")
    scale = street.reach_m + _UNDRAWN_M / math.sqrt(max(1, street.houses))
    past = 0 if number is None else max(0, number - gazetteer.last_number(street.key_id, street.id))
    return _within("street", scale, gazetteer, "street without line", more_m=min(_PAST_MOST_M, _PAST_M * past))


def of_locality(kind: str) -> Within:
    """Give the uncertainty of a locality's point as the place of a house in it."""
    return Within(_LOCALITY_M.get(kind, _LOCALITY_ELSE_M), (UNCALIBRATED.format("locality"),))


def _within(shown: str, scale_m: float, gazetteer: Gazetteer, measure: str, *, more_m: float = 0.0) -> Within:
    tested, factor = gazetteer.measure(measure) or (0, 0.0)
    if tested >= ENOUGH:
        return Within(round(factor * scale_m + more_m, 1))
    return Within(round(_ELSEWHERE[measure] * scale_m + more_m, 1), (ELSEWHERE.format(shown),))
