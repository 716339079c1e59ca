"""How exact a location is, in metres: the distance within which the truth lies 95 times in 100.

Where the region's own data can be tested (100 or more held-out addresses of a class), the build measured it and that measure is
used. Elsewhere the values below are, measured on Edinburgh and Rutland (docs/benchmarks/locate.md), and the candidate says that
its class is uncalibrated here.
"""

from __future__ import annotations

from era_geo.address.gazetteer import Gazetteer, House, PostcodeSpot, Street
from era_geo.model import Precision

ENOUGH = 100
"""Held-out addresses that a class needs before it counts as calibrated."""

# Metres, or times the local scale.
_OWN_M = {Precision.UPRN: 5.0, Precision.BUILDING: 8.0, Precision.ADDRESS: 15.0}
_POSTCODE_SCALES = 0.65
_POSTCODE_LIMIT_SCALES = 1.5  # beyond this a postcode contradicts a house
_STREET_REACHES = 1.0
_STREET_FLOOR_M = 60.0
_LOCALITY_M = {"city": 6000.0, "town": 1800.0, "village": 800.0, "suburb": 1200.0}
_LOCALITY_ELSE_M = 600.0
_PER_DOOR_M = 8.0


def of_house(house: House, *, spread_m: float = 0.0) -> tuple[Precision, float]:
    """Give the class and uncertainty of an address; `spread_m` is how far apart several objects of it lie."""
    if house.uprn:
        precision = Precision.UPRN
    elif house.building_id is not None:
        precision = Precision.BUILDING
    else:
        precision = Precision.ADDRESS
    return precision, round(_OWN_M[precision] + max(spread_m, house.spread_m), 1)


def of_range(house: House) -> float:
    """Give the uncertainty of one number within a range (`45-47`) that is mapped as one."""
    doors = len(house.number.members()) if house.number else 1
    return round(of_house(house)[1] + _PER_DOOR_M * (doors - 1), 1)


def of_postcode(spot: PostcodeSpot, gazetteer: Gazetteer) -> float:
    """Give the uncertainty of a postcode's centre as the place of a house in it."""
    return round(_factor(gazetteer, "postcode", _POSTCODE_SCALES) * spot.scale_m, 1)


def postcode_limit_m(spot: PostcodeSpot) -> float:
    """Give the distance beyond which a house cannot be in this postcode."""
    return _POSTCODE_LIMIT_SCALES * spot.scale_m


def of_street(street: Street, gazetteer: Gazetteer) -> float:
    """Give the uncertainty of a street's centre as the place of a house on it."""
    reach = max(street.reach_m, _STREET_FLOOR_M if street.has_line else 4 * _STREET_FLOOR_M)
    return round(_factor(gazetteer, "street", _STREET_REACHES) * reach, 1)


def of_locality(kind: str) -> float:
    """Give the uncertainty of a locality's point as the place of a house in it."""
    return _LOCALITY_M.get(kind, _LOCALITY_ELSE_M)


def _factor(gazetteer: Gazetteer, name: str, otherwise: float) -> float:
    measured = gazetteer.measure(name)
    return measured[1] if measured is not None and measured[0] >= ENOUGH else otherwise


UNCALIBRATED = "The stated distance for '{}' is uncalibrated here: too few addresses to test it on."


def calibration(kind: Precision, gazetteer: Gazetteer) -> tuple[str, ...]:
    """Give the note that a class is uncalibrated in this region; nothing where it is calibrated."""
    measured = gazetteer.measure(kind.value)
    return () if measured is not None and measured[0] >= ENOUGH else (UNCALIBRATED.format(kind.value),)
