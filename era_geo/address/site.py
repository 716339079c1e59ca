"""From a chosen candidate, or a pin, to the `Site` that is assessed: with its building's outline where one is known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from shapely.geometry import mapping

from era_geo import crs
from era_geo.address import precision
from era_geo.address.gazetteer import gazetteer_of
from era_geo.errors import UsageError
from era_geo.model import Candidate, GeoJson, Precision, Site
from era_geo.region.region import Region

PIN_M = 5.0
"""How exactly a person puts a pin on a map at the scale the app shows, metres: an estimate."""
_PIN_ESTIMATE = f"That a person places a pin to within {PIN_M:.0f} m is an estimate (uncalibrated)."
_NOTHING = Candidate("", None, None, None, None, None, None, 0.0, 0.0, 0.0, 0.0, Precision.PIN, PIN_M, ())
FROM_OUTLINE = "Distances are measured from the outline of its building, which by estimate is right to within {:.0f} m."
_FOOTPRINT_M = 20.0  # a point known less exactly than this is not said to lie in a building


def site_from(candidate: Candidate, *, query: str, region: Region, confirmed_by: str | None = None) -> Site:
    """Turn the candidate that a person chose into the property to assess.

    The footprint is the building the address belongs to, or the one its point lies in. A street, a postcode or a number worked
    out from others has none: it is not known which building is meant. Where there is one, distances are measured from it, and
    `uncertainty_m` is the outline's: the property lies somewhere in the building, so how far it is from the candidate's point no
    longer matters.
    """
    return sites_from([(candidate, query)], region=region, confirmed_by=confirmed_by)[0]


def sites_from(chosen: Sequence[tuple[Candidate, str]], *, region: Region, confirmed_by: str | None = None) -> list[Site]:
    """Turn candidates, each with its query, into the properties to assess, as `site_from` does, all outlines converted at once."""
    footprints = [_footprint(candidate, region) if candidate.precision.is_property else None for candidate, _ in chosen]
    outlines = iter(_outlines([known.outline for known in footprints if known is not None]))
    sites: list[Site] = []
    for (candidate, query), known in zip(chosen, footprints, strict=True):
        if known is None:
            sites.append(_site(candidate, query=query, confirmed_by=confirmed_by))
            continue
        notes = (*candidate.notes, FROM_OUTLINE.format(known.uncertainty_m))
        exact = replace(candidate, uncertainty_m=known.uncertainty_m, notes=notes)
        sites.append(_site(exact, query=query, confirmed_by=confirmed_by, footprint=next(outlines), footprint_ref=known.ref))
    return sites


def site_from_pin(
    lon: float,
    lat: float,
    *,
    region: Region,
    reason: str,
    confirmed_by: str,
    candidate: Candidate | None = None,
    query: str = "",
    within_m: float = PIN_M,
) -> Site:
    """Turn a point that a person put on the map (WGS84 degrees) into the property to assess.

    `candidate` is what the search had found, whose words (flat, number, street) stay, and the notes say how far from it the pin
    lies; `reason` is kept in the record. `within_m` is how exactly the point was given, where it was typed: `PIN_M` at best.

    Raises
    ------
    UsageError
        If the reason or the name is empty, or the point lies outside Great Britain or outside what the region covers.
    """
    if not reason.strip():
        raise UsageError("Say why the pin was moved: the reason is kept in the record.")
    if not confirmed_by.strip():
        raise UsageError("Say who moved the pin.")
    east, north = crs.point_to_bng(lon, lat)
    if not shapely.intersects_xy(region.coverage, east, north):
        raise UsageError(f"The pin lies outside what the region '{region.name}' covers. Move it, or choose another region.")
    label = candidate.label if candidate is not None else f"pin at {lon:.5f}, {lat:.5f}"
    found = candidate or _NOTHING
    pinned = Candidate(
        label=label, flat=found.flat, number=found.number,
        street=found.street, town=found.town, postcode=found.postcode,
        uprn=found.uprn, lon=lon, lat=lat, easting=round(east, 2), northing=round(north, 2),
        precision=Precision.PIN, uncertainty_m=max(PIN_M, within_m), sources=found.sources,
        notes=(*_moved(candidate, (east, north)), *((_PIN_ESTIMATE,) if within_m <= PIN_M else ())),
    )  # fmt: skip
    ref, building = _containing(east, north, region) if within_m <= _FOOTPRINT_M else (None, None)
    outline = None if building is None else _outlines([building])[0]
    return _site(
        pinned, query=query or label, confirmed_by=confirmed_by, footprint=outline, footprint_ref=ref, pin_reason=reason.strip()
    )


def _moved(candidate: Candidate | None, pin: tuple[float, float]) -> tuple[str, ...]:
    """Say how far the pin lies from the candidate, and whether that is further than the candidate can be wrong."""
    if candidate is None:
        return ()
    metres = math.dist(pin, (candidate.easting, candidate.northing))
    told = f"The pin was placed {metres:.0f} m from where the data has {candidate.label}"
    if metres <= candidate.uncertainty_m:
        return (f"{told}.",)
    circle = f"that is further than the {candidate.uncertainty_m:.0f} m to which it was known"
    return (f"{told}: {circle}, so make sure that it is the same property.",)


def _site(candidate: Candidate, *, query: str, confirmed_by: str | None, **more: Any) -> Site:
    return Site(
        query=query,
        label=candidate.label,
        flat=candidate.flat,
        number=candidate.number,
        street=candidate.street,
        town=candidate.town,
        postcode=candidate.postcode,
        lon=candidate.lon,
        lat=candidate.lat,
        easting=candidate.easting,
        northing=candidate.northing,
        uprn=candidate.uprn,
        precision=candidate.precision,
        uncertainty_m=candidate.uncertainty_m,
        confirmed_by=confirmed_by,
        sources=candidate.sources,
        notes=candidate.notes,
        **more,
    )


@dataclass(frozen=True)
class _Footprint:
    """A building: its ref and outline (EPSG:27700), and how far that outline may be from the truth."""

    ref: str
    outline: shapely.Geometry
    uncertainty_m: float


def _footprint(candidate: Candidate, region: Region) -> _Footprint | None:
    """Give the building the address itself names, else the one its point lies in; `None` where it is not known which."""
    if candidate.ref is not None:
        gazetteer = gazetteer_of(region)
        for house in gazetteer.by_ref(candidate.ref):
            if building := gazetteer.building(house.building_id):
                exact_m = precision.of_outline(house, candidate.uncertainty_m, gazetteer)
                return _Footprint(building[0], building[1], exact_m)
    if candidate.uncertainty_m > _FOOTPRINT_M:
        return None
    ref, outline = _containing(candidate.easting, candidate.northing, region)
    return None if ref is None or outline is None else _Footprint(ref, outline, candidate.uncertainty_m)


def _containing(east: float, north: float, region: Region) -> tuple[str | None, shapely.Geometry | None]:
    """Give the smallest building that the point lies in: its ref and outline, EPSG:27700."""
    found = region.read("buildings", (east, north, east, north), columns=("ref",))
    inside = np.flatnonzero(shapely.intersects_xy(found.geometry, east, north)) if len(found) else np.array([], dtype=int)
    if not len(inside):
        return None, None
    smallest = min(inside, key=lambda i: (shapely.area(found.geometry[i]), found["ref"][i]))
    return found["ref"][smallest], found.geometry[smallest]


def _outlines(geometries: Sequence[shapely.Geometry]) -> list[GeoJson]:
    """Turn outlines in EPSG:27700 into GeoJSON, all at once: a conversion costs the same for one point as for a thousand."""
    return [mapping(degrees) for degrees in shapely.set_precision(crs.geometries_to_lonlat(geometries), 1e-7)]
