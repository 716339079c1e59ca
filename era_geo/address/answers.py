"""Answers that need no search of names: bad input, a UPRN, a grid reference, a longitude and latitude."""

from __future__ import annotations

import math

import shapely

from era_geo import crs
from era_geo.address import candidates, precision
from era_geo.address.gazetteer import Gazetteer
from era_geo.address.precision import Within
from era_geo.address.special import Grid, Malformed, Special, Uprn
from era_geo.errors import UsageError
from era_geo.model import Candidate, LocateResult, LocateStatus, Precision
from era_geo.region.region import Region

_METRES_PER_DEGREE = 111_000.0
_MOST = 25


def bad_input(text: str, message: str) -> LocateResult:
    """Answer a text that cannot be an address."""
    return LocateResult(text[:80], LocateStatus.BAD_INPUT, message)


def for_special(text: str, found: Special, gazetteer: Gazetteer) -> LocateResult:
    """Answer a UPRN or a pair of coordinates."""
    if isinstance(found, Malformed):
        return bad_input(text, found.why)
    if isinstance(found, Uprn):
        return _uprn(text, found, gazetteer)
    try:
        if isinstance(found, Grid):
            crs.point_to_lonlat(found.easting, found.northing)
            east, north, within = found.easting, found.northing, found.cell_m * math.sqrt(0.5)
            label = found.text
        else:
            east, north = crs.point_to_bng(found.lon, found.lat)
            within = _METRES_PER_DEGREE * found.step / 2
            label = f"longitude {found.lon:g}, latitude {found.lat:g}"
    except UsageError as error:
        return LocateResult(text, LocateStatus.OUTSIDE_REGION, str(error))
    return _point(text, label, (east, north), max(1.0, within), gazetteer.region)


def _point(text: str, label: str, place: tuple[float, float], within_m: float, region: Region) -> LocateResult:
    east, north = place
    told = [f"Read as a point: {label}."]
    if not shapely.intersects_xy(region.coverage, east, north):
        told.append("The point lies outside what the region's sources cover.")
        message = f"{label} lies outside the region '{region.name}'. Choose another region, or check the coordinates."
        return LocateResult(text, LocateStatus.OUTSIDE_REGION, message, (), tuple(told))
    notes = (f"Within {within_m:.0f} m, as exactly as the figures were typed.",)
    candidate = candidates.at_point(label, east, north, Precision.PIN, Within(round(within_m, 1)), notes=notes)
    return LocateResult(
        text, LocateStatus.MATCHED, f"Found the point {label}, to within {within_m:.0f} m.", (candidate,), tuple(told)
    )


def _uprn(text: str, found: Uprn, gazetteer: Gazetteer) -> LocateResult:
    houses = gazetteer.by_uprn(found.value)
    told = [f"Read as the UPRN {found.value}; addresses of the region that carry it: {len(houses)}."]
    listed: tuple[Candidate, ...] = tuple(candidates.of_house(house, gazetteer) for house in houses[:_MOST])
    if len(listed) > 1:
        message = f"{len(listed)} addresses carry the UPRN {found.value}. Choose the one that is meant."
        return LocateResult(text, LocateStatus.AMBIGUOUS, message, listed, tuple(told))
    if listed:
        return LocateResult(text, LocateStatus.MATCHED, f"Found {listed[0].label} by its UPRN.", listed, tuple(told))
    point = gazetteer.uprn_point(found.value)
    if point is None:
        message = f"Nothing in the region '{gazetteer.region.name}' carries the UPRN {found.value}. Type the address instead."
        return LocateResult(text, LocateStatus.NOT_FOUND, message, (), tuple(told))
    told.append("A list of UPRNs has it as a point without words.")
    notes = ("The list of UPRNs gives a point and no address: check on the map that it is the property.",)
    label = f"UPRN {found.value}"
    candidate = candidates.at_point(
        label, *point[:2], Precision.UPRN, precision.of_uprn(), notes=notes, sources=(point[2],), uprn=found.value
    )
    message = f"Found UPRN {found.value} as a point; no address of the region carries it. Check it on the map."
    return LocateResult(text, LocateStatus.MATCHED, message, (candidate,), tuple(told))
