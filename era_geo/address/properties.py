"""From rows to properties: several objects of one house are one property, and a flat is looked for behind its number."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from era_geo.address import candidates
from era_geo.address.flats import flat_key, listed_flats
from era_geo.address.gazetteer import Gazetteer
from era_geo.address.hunt import Found
from era_geo.address.parse import Reading
from era_geo.address.records import House
from era_geo.model import Candidate
from era_geo.region.address_words import name_key

SAME_HOUSE_M = 30.0
"""Objects of one number on one street that lie no further apart than this are one house (a shop and the flat above it)."""
SAME_POSTCODE_M = 60.0
"""As above, where both carry the same postcode: a street has each number once within it."""


@dataclass
class Property:
    """One house on the ground: every row of it, and what was found out for the nearest of them to the text."""

    found: Found
    houses: list[House] = field(default_factory=list)

    @property
    def spread_m(self) -> float:
        """How far apart its rows lie, metres."""
        first = self.found.house
        return max(math.hypot(h.easting - first.easting, h.northing - first.northing) for h in self.houses)

    def flats(self) -> list[tuple[str, House]]:
        """Give every flat known behind this number, with the row that has it."""
        known: dict[str, tuple[str, House]] = {}
        for house in self.houses:
            listed = [house.flat] if house.flat else listed_flats(house.flats)
            for flat in listed:
                known.setdefault(flat_key(flat), (flat, house))
        return list(known.values())


def grouped(pool: list[Found]) -> list[Property]:
    """Bring the rows of one house together, in the order of `pool`."""
    groups: list[Property] = []
    for found in pool:
        for group in groups:
            if _same_house(found.house, group.found.house):
                if all(house.fid != found.house.fid for house in group.houses):
                    group.houses.append(found.house)
                break
        else:
            groups.append(Property(found, [found.house]))
    return groups


def _same_house(one: House, other: House) -> bool:
    if one.fid == other.fid:
        return one.ref == other.ref
    if _words(one) != _words(other) or _have_other_uprns(one, other):
        return False
    apart = math.hypot(one.easting - other.easting, one.northing - other.northing)
    if one.number is not None and one.postcode is not None and other.postcode is not None:
        return one.postcode == other.postcode and apart <= SAME_POSTCODE_M
    return apart <= SAME_HOUSE_M


def _words(house: House) -> tuple[str, str]:
    """Give street and number, or name: what one house shares on all its rows."""
    return name_key(house.street or ""), house.number.key if house.number is not None else name_key(house.house or "")


def _have_other_uprns(one: House, other: House) -> bool:
    """Whether a gazetteer tells the two apart; the flats of one house have UPRNs of their own."""
    return bool(one.uprn and other.uprn and one.uprn != other.uprn and (one.flat or "") == (other.flat or ""))


def _flat_within(group: Property, reading: Reading) -> str | None:
    """Give the typed flat, without the block where that is the house's own name."""
    if reading.flat is not None and reading.flat.block is not None:
        block = name_key(reading.flat.block)
        if any(name_key(house.house or "") == block for house in group.houses):
            return reading.flat.inner
    return reading.flat_text


@dataclass(frozen=True)
class Choice:
    """The candidates one property offers for the flat that was typed (or none), and whether that flat is missing there."""

    candidates: tuple[Candidate, ...]
    missing_flat: bool = False
    known_flats: tuple[str, ...] = ()


def choices(group: Property, reading: Reading, gazetteer: Gazetteer) -> Choice:
    """Look for the typed flat behind one number."""
    flat, number = _flat_within(group, reading), reading.number_text
    if group.found.house.between_m is not None:
        return Choice((candidates.on_line(group.found.house, gazetteer, flat=flat),))

    def shown(house: House, flat: str | None, *notes: str) -> Candidate:
        if not group.found.exactly and house.number is not None and number is not None:
            return candidates.within_range(house, number, gazetteer, flat=flat, notes=notes)
        spread_m = group.spread_m if house.flat is None else 0.0
        return candidates.of_house(house, gazetteer, flat=flat, spread_m=spread_m, notes=notes)

    known = group.flats()
    whole = next((house for house in group.houses if house.flat is None), None)
    if flat is None:
        if whole is not None:
            notes = [f"{len(known)} flats are known behind this number; none was typed."] if len(known) > 1 else []
            return Choice((shown(whole, None, *notes),))
        return Choice(tuple(shown(house, name) for name, house in known))
    for name, house in known:
        if flat_key(name) == flat_key(flat):
            notes = [] if name.casefold().endswith(flat.casefold()) else [f"The flat was typed as {flat}."]
            return Choice((shown(house, name, *notes),))
    if known:
        at_door = (shown(whole, flat, "The map does not have this flat."),) if whole is not None else ()
        listed = tuple(shown(house, name) for name, house in known)
        return Choice((*at_door, *listed), missing_flat=True, known_flats=tuple(name for name, _ in known))
    return Choice((shown(group.found.house, flat, "The data has no flats here; this is the house."),))
