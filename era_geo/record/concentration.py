"""How many live records lie near a place: a number for the police, and for everybody else only the date on which they looked.

Strategic oversight groups must address concentrations of managed people in one place. But a yes, a no or a number, asked often
enough, tells where people live; so nobody outside the police ever gets one, and for them nothing is even counted.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from era_geo.accounts import Agency, agency_kind
from era_geo.errors import UsageError
from era_geo.model import Band


@dataclass(frozen=True)
class LivePoint:
    """Where a live record's property lies, in EPSG:27700 to within `uncertainty_m`; `None` where that is not known.

    `reference` is the case's: several records of one case count once.
    """

    reference: str
    easting: float | None
    northing: float | None
    uncertainty_m: float = 0.0


@dataclass(frozen=True)
class Concentration:
    """Cases with a live record near a place.

    `within` are certainly no farther than `distance_m`, `borderline` may be, as far as the places are known. `not_located` are all
    cases whose place is not known, wherever they are.
    """

    distance_m: float
    within: int
    borderline: int
    not_located: int


@dataclass(frozen=True)
class ConcentrationView:
    """What one viewer is shown; `concentration` is for the police alone."""

    sentence: str
    concentration: Concentration | None = None


def count_near(
    records: Iterable[LivePoint], easting: float, northing: float, distance_m: float, *, uncertainty_m: float = 0.0, but: str = ""
) -> Concentration:
    """Count the cases with a live record within a distance.

    Parameters
    ----------
    easting, northing
        The place, in EPSG:27700, known to within `uncertainty_m`.
    distance_m
        In a straight line, in metres.
    but
        Reference of the case that asks: it is not counted.

    Raises
    ------
    UsageError
        If the distance is not above 0.
    """
    if not 0 < distance_m < math.inf:
        raise UsageError(f"A distance to count within is above 0 m, not {distance_m:g}.")
    bands: dict[str, set[Band | None]] = {}
    for record in records:
        if record.reference != but:
            bands.setdefault(record.reference, set()).add(_band(record, easting, northing, distance_m, uncertainty_m))
    found = list(bands.values())
    return Concentration(
        distance_m=distance_m,
        within=sum(Band.WITHIN in each for each in found),
        borderline=sum(Band.BORDERLINE in each and Band.WITHIN not in each for each in found),
        not_located=sum(each == {None} for each in found),
    )


def concentration_for(agency: str, considered_on: dt.date | None, count: Callable[[], Concentration]) -> ConcentrationView:
    """Give what somebody of an agency is shown.

    Parameters
    ----------
    agency
        Id of the viewer's agency; an empty one is nobody's, and not the police's.
    considered_on
        Date on which the police considered it.
    count
        Counts when the police ask; for anybody else it is never called.

    Raises
    ------
    UsageError
        If this is no agency's id.
    """
    said = f"Considered by police on {considered_on}." if considered_on else "To be considered by police."
    if not agency or agency_kind(agency) is not Agency.POLICE:
        return ConcentrationView(said)
    counted = count()
    return ConcentrationView(f"{said} {_sentence(counted)}", counted)


def _band(record: LivePoint, easting: float, northing: float, distance_m: float, uncertainty_m: float) -> Band | None:
    if record.easting is None or record.northing is None:
        return None
    apart = math.hypot(record.easting - easting, record.northing - northing)
    return Band.of(apart, uncertainty_m + record.uncertainty_m, distance_m)


def _sentence(counted: Concentration) -> str:
    words = f"{counted.within} other case{'' if counted.within == 1 else 's'} with a live record within {counted.distance_m:g} m"
    words += f", {counted.borderline} more that may be" if counted.borderline else ""
    return words + (f"; {counted.not_located} could not be placed." if counted.not_located else ".")
