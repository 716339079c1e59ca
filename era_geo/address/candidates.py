"""Houses, streets, postcodes and places of the region as `Candidate`s, with class, uncertainty and a reference to repeat them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from era_geo import crs
from era_geo.address import precision
from era_geo.address.gazetteer import Gazetteer
from era_geo.address.precision import Within
from era_geo.address.records import House, Locality, PostcodeSpot, Street
from era_geo.model import Candidate, Precision
from era_geo.region.address_measures import MOST_BETWEEN_M, between
from era_geo.region.address_words import HouseNumber

DISAGREE_M = 25.0
"""Sources that put one address further apart than this are said to disagree."""


def house_label(house: House, *, flat: str | None = None, number: str | None = None) -> str:
    """Give the address in one line: flat, house name, number and street, town, postcode."""
    flat = flat if flat is not None else house.flat
    shown = number if number is not None else plain_number(house)
    first = f"Flat {flat}" if flat and flat[0].isdigit() and flat.replace("/", "").isalnum() and len(flat) < 6 else flat
    line = " ".join(part for part in (shown, house.street) if part)
    return ", ".join(part for part in (first, house.house, line, house.town, house.postcode) if part)


def plain_number(house: House) -> str | None:
    """Give the source's own number, without the flat behind a stroke."""
    if house.number_text and house.number is not None and house.number.flat:
        return house.number_text.split("/")[0].strip()
    return house.number_text


def of_house(
    house: House, gazetteer: Gazetteer, *, flat: str | None = None, spread_m: float = 0.0, notes: Sequence[str] = ()
) -> Candidate:
    """Give an address as a candidate. `flat` is shown where the source has none; `spread_m` is its objects' distance apart."""
    kind, within = precision.of_house(house, gazetteer, spread_m=spread_m)
    told = list(notes)
    apart = max(spread_m, house.spread_m)
    if apart > DISAGREE_M:
        told.append(f"Its sources put it up to {apart:.0f} m apart.")
    return _candidate(
        house_label(house, flat=flat),
        house.easting,
        house.northing,
        kind,
        within,
        flat=house.flat or flat,
        number=plain_number(house),
        street=house.street,
        town=house.town,
        postcode=house.postcode,
        uprn=house.uprn,
        sources=house.sources,
        ref=house.ref,
        notes=tuple(told),
    )


def within_range(
    house: House, number: str, gazetteer: Gazetteer, *, flat: str | None = None, notes: Sequence[str] = ()
) -> Candidate:
    """Give one number of a range that is mapped as one (`45` of `45-47`): interpolated, with the source's own number."""
    told = [f"The map has {house.number_text} as one; {number} is within it.", *notes]
    found = of_house(house, gazetteer, flat=flat, notes=told)
    uprn_note = () if house.uprn is None else (f"UPRN {house.uprn} is that of {house.number_text} as a whole.",)
    within = precision.of_range(house, gazetteer)
    return replace(
        found,
        precision=Precision.INTERPOLATED,
        uncertainty_m=within.metres,
        uprn=None,
        notes=(*found.notes[:-1], *uprn_note, *within.notes),
    )


def on_line(house: House, gazetteer: Gazetteer, *, flat: str | None = None) -> Candidate:
    """Give a number that lies on a line along which a mapper interpolated the street's numbers."""
    return _candidate(
        house_label(house, flat=flat),
        house.easting,
        house.northing,
        Precision.INTERPOLATED,
        precision.of_between(house.between_m or 0.0, gazetteer),
        flat=flat,
        number=house.number_text,
        street=house.street,
        town=house.town,
        postcode=house.postcode,
        sources=house.sources,
        ref=None,
        notes=("The house is not mapped; its number lies on a line of numbers that is.",),
    )


def between_neighbours(low: House, high: House, number: HouseNumber, gazetteer: Gazetteer) -> Candidate | None:
    """Give where a number should lie between two neighbours of its side; `None` where they lie too far apart to say."""
    ends = (low.easting, low.northing), (high.easting, high.northing)
    apart = math.dist(*ends)
    if apart > MOST_BETWEEN_M or low.number is None or high.number is None:
        return None
    east, north = between(*ends, (number.base - low.number.base) / (high.number.base - low.number.base))
    return _candidate(
        f"between {house_label(low)} and {house_label(high)}",
        east,
        north,
        Precision.INTERPOLATED,
        precision.of_between(apart, gazetteer),
        street=low.street,
        town=low.town,
        sources=tuple(dict.fromkeys((*low.sources, *high.sources))),
        ref=None,
        notes=(f"There is no such house in the data; number {number.key.upper()} would lie about here.",),
    )


def at_point(
    label: str,
    east: float,
    north: float,
    kind: Precision,
    within: Within,
    *,
    notes: Sequence[str] = (),
    sources: tuple[str, ...] = (),
    uprn: str | None = None,
) -> Candidate:
    """Give a candidate that is no address of the region: a point typed as coordinates, a UPRN without words."""
    return _candidate(label, east, north, kind, within, notes=tuple(notes), sources=sources, ref=None, uprn=uprn)


def of_street(street: Street, gazetteer: Gazetteer, *, number: int | None = None) -> Candidate:
    """Give a street as a candidate: its middle, and the distance that holds it, or the house `number` that it lacks."""
    town = street.towns[0] if len(street.towns) == 1 else gazetteer.locality_name(street.easting, street.northing)
    return _candidate(
        ", ".join(part for part in (street.name, town) if part),
        street.easting,
        street.northing,
        Precision.STREET,
        precision.of_street(street, gazetteer, number=number),
        street=street.name,
        town=town,
        sources=(),
        ref=f"street:{street.id}",
        notes=("This is the middle of the street, not a house.",),
    )


def of_postcode(spot: PostcodeSpot, gazetteer: Gazetteer, *, street: str | None = None, notes: Sequence[str] = ()) -> Candidate:
    """Give a postcode as a candidate: its centre, and the distance that holds its addresses."""
    return _candidate(
        ", ".join(part for part in (street, spot.postcode) if part),
        spot.easting,
        spot.northing,
        Precision.POSTCODE,
        precision.of_postcode(spot, gazetteer),
        street=street,
        postcode=spot.postcode,
        sources=(),
        ref=f"postcode:{spot.postcode}",
        notes=("This is the middle of the postcode, not a house.", *notes),
    )


def of_locality(place: Locality, gazetteer: Gazetteer, *, notes: Sequence[str] = ()) -> Candidate:
    """Give a town, village or farm as a candidate."""
    return _candidate(
        place.name,
        place.easting,
        place.northing,
        Precision.LOCALITY,
        precision.of_locality(place, gazetteer),
        town=place.name,
        sources=(),
        ref=place.ref,
        notes=(f"This is the point of a {place.kind}, not a house.", *notes),
    )


def told_apart(listed: Sequence[Candidate], gazetteer: Gazetteer) -> list[Candidate]:
    """Add to labels that several candidates share where each lies: the nearest village, or its easting and northing."""
    shared = Counter(candidate.label for candidate in listed)
    near = [gazetteer.locality_name(one.easting, one.northing) if shared[one.label] > 1 else None for one in listed]
    places = Counter((one.label, name) for one, name in zip(listed, near, strict=True))
    return [
        one
        if shared[one.label] == 1
        else replace(one, label=f"{one.label} ({_place(one, name if places[one.label, name] == 1 else None)})")
        for one, name in zip(listed, near, strict=True)
    ]


def _place(candidate: Candidate, near: str | None) -> str:
    return f"near {near}" if near else f"at {candidate.easting:.0f}, {candidate.northing:.0f}"


def _candidate(
    label: str,
    east: float,
    north: float,
    kind: Precision,
    within: Within,
    *,
    sources: tuple[str, ...],
    ref: str | None,
    notes: tuple[str, ...],
    flat: str | None = None,
    number: str | None = None,
    street: str | None = None,
    town: str | None = None,
    postcode: str | None = None,
    uprn: str | None = None,
) -> Candidate:
    lon, lat = crs.point_to_lonlat(east, north)
    return Candidate(
        label, flat, number, street, town, postcode, uprn, round(lon, 7), round(lat, 7), round(east, 2), round(north, 2), kind,
        within.metres, sources, ref, (*notes, *within.notes),
    )  # fmt: skip
