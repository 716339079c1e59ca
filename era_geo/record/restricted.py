"""Restricted places: a victim's address, a refuge. Entered by hand, kept apart, used on the screen, and in no export.

A restricted place is in no form and in no record document. `with_restricted` lays places over an assessment for the screen of
somebody who may see them; what it gives is marked, and everything that writes files refuses it (`era_geo.contract`). An export is
made from the form's own assessment, which never had them, so its counts, numbers and map are worked out without them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import shapely

from era_geo.accounts import agency_kind, agency_label
from era_geo.contract import RESTRICTED_LAYER
from era_geo.errors import UsageError
from era_geo.model import Assessment, Band, Finding, GeoJson, LayerResult, LayerState, Style
from era_geo.record.audit import Entry
from era_geo.record.terms import Term
from era_geo.vicinity.anchor import Anchor, to_geojsons

_LABEL = "Restricted places"
_STYLE = Style(letter="!", colour="#9b0f3c", shape="diamond")
ENTERED = "entered a restricted place"
LOOKED_AT = "looked at restricted places"
TAKEN_OUT = "took out a restricted place"
TAKEN_OVER = "took over restricted places"
LEFT = "left restricted places with the record before"
"""What the trail says of restricted places: each in words of its own, so that it can be left out for who does not hold them."""
PLACE_PART = "restricted place "
"""What the trail calls a restricted place: this and its id."""
_GREAT_BRITAIN = (0.0, 0.0, 700_000.0, 1_300_000.0)


class RestrictedKind(Term):
    """What a restricted place is."""

    VICTIM = "victim's address"
    REFUGE = "refuge"
    OTHER = "other"


@dataclass(frozen=True)
class RestrictedPlace:
    """One restricted place.

    Parameters
    ----------
    outline
        Eastings and northings in metres, EPSG:27700: one pair for a point, three or more for the corners of an area.
    held_by
        Id of the agency that holds it (`era_geo.accounts`): it is shown to nobody else.
    entered_by
        Key of the account that entered it.
    uncertainty_m
        How far the truth may lie from the outline.
    """

    kind: RestrictedKind
    outline: tuple[tuple[float, float], ...]
    held_by: str
    entered_by: str
    note: str = ""
    uncertainty_m: float = 0.0

    @property
    def geometry(self) -> shapely.Geometry:
        """The place's shape, EPSG:27700."""
        return shapely.Point(self.outline[0]) if len(self.outline) == 1 else shapely.make_valid(shapely.Polygon(self.outline))


def check(place: RestrictedPlace) -> None:
    """Let a place pass that can be kept and measured.

    Raises
    ------
    UsageError
        If the outline is no point or area in Great Britain, or the agency is none. The place itself is never repeated.
    """
    agency_kind(place.held_by)
    west, south, east, north = _GREAT_BRITAIN
    if len(place.outline) not in (1, *range(3, len(place.outline) + 1)):
        raise UsageError("A restricted place is a point or an area. Give one easting and northing, or the corners of an area.")
    if not all(west < x < east and south < y < north for x, y in place.outline):
        raise UsageError("A restricted place lies in Great Britain. Give eastings and northings in metres (EPSG:27700).")
    if not 0 <= place.uncertainty_m < float("inf"):
        raise UsageError("How far the truth may lie from the place is a number of metres, 0 or more.")


def hides(entry: Entry, agency: str | None) -> bool:
    """Whether an entry of the trail tells that there are restricted places, and this agency does not hold them."""
    return entry.what in (ENTERED, LOOKED_AT, TAKEN_OUT, TAKEN_OVER, LEFT) and (agency is None or entry.agency != agency)


def visible(places: Sequence[RestrictedPlace], agency: str | None) -> tuple[RestrictedPlace, ...]:
    """Give the places that somebody of this agency may see: those that it holds. Without an agency, none."""
    return tuple(place for place in places if agency is not None and place.held_by == agency)


def with_restricted(assessment: Assessment, places: Sequence[RestrictedPlace]) -> Assessment:
    """Give the assessment with restricted places among its findings, for the screen only: whatever writes a file refuses it.

    Places are measured and banded as any other; those that lie beyond the radius are not listed.

    Parameters
    ----------
    places
        What the person at the screen may see (`visible`).

    Raises
    ------
    UsageError
        If one of the places is no point or area in Great Britain.
    """
    for place in places:
        check(place)
    anchor, radius_m = Anchor.of(assessment.site), assessment.parameters.radius_m
    found = [finding for finding in _findings(anchor, radius_m, places) if finding.band is not Band.OUTSIDE]
    result = LayerResult(
        id=RESTRICTED_LAYER,
        label=_LABEL,
        group=RESTRICTED_LAYER,
        state=LayerState.FOUND if found else LayerState.NONE_FOUND,
        count=len(found),
        reason=None,
        sources=("places entered by hand",),
        as_of=assessment.as_of,
        basis=("entered by those with the right to",),
        blind_spots=("places that nobody entered, or that another agency holds",),
        completeness="not known",
        style=_STYLE,
    )
    findings = sorted([*assessment.findings, *found], key=lambda finding: finding.distance_m)
    return dataclasses.replace(assessment, layers=(*assessment.layers, result), findings=tuple(findings))


def _findings(anchor: Anchor, radius_m: float, places: Sequence[RestrictedPlace]) -> list[Finding]:
    if not places:
        return []
    shapes = [place.geometry for place in places]
    given = to_geojsons([*shapes, *shapely.point_on_surface(shapes)])
    outlines, points = given[: len(places)], given[len(places) :]
    return [_finding(anchor, radius_m, place, shown) for place, *shown in zip(places, outlines, points, strict=True)]


def _finding(anchor: Anchor, radius_m: float, place: RestrictedPlace, shown: Sequence[GeoJson]) -> Finding:
    shape, (outline, point) = place.geometry, shown
    metres = round(float(shapely.distance(anchor.geometry, shape)), 1)
    lon, lat = shapely.get_coordinates(shapely.geometry.shape(point))[0]
    return Finding(
        layer=RESTRICTED_LAYER,
        name=place.kind.label,
        distance_m=metres,
        bearing_deg=anchor.bearing(shape),
        band=Band.of(metres, anchor.uncertainty_m + place.uncertainty_m, radius_m),
        walk_m=None,
        sight=None,
        why=(f"entered by hand, held by {agency_label(place.held_by)}",),
        caveats=(place.note,) if place.note else (),
        sources=("places entered by hand",),
        members=(),
        lon=float(lon),
        lat=float(lat),
        geometry=outline,
    )
