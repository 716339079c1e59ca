"""Which objects of several sources are one house, and what the region then says of it.

On a map the same house is the same words within 25 m or in one building. A gazetteer comes from those who give out addresses, so
it is believed in more: rows with one UPRN are one property however they word it, rows with two are two, and an object of the map
belongs to the gazetteer's house with its words also where both put it further apart, if nothing else can be meant.

The house then lies where the map has it, as long as the gazetteer's point lies in that building or within 25 m of it: an outline
says more than a point. Otherwise it lies where the gazetteer has it. `spread_m` says how far apart they are.
"""

from __future__ import annotations

import json
import math
import sqlite3
from collections import Counter
from collections.abc import Hashable, Sequence
from typing import NamedTuple

import shapely

from era_geo.region.address_words import house_number, name_key
from era_geo.region.draft import StagedAddress
from era_geo.region.region import decode

SAME_HOUSE_M = 25.0
SAME_POSTCODE_M = 500.0
"""A map and a gazetteer mean one house by the same words and postcode, however wrong one of them puts it, within this."""
SAME_WORDS_M = 100.0
"""As above, where one of them gives no postcode."""

WORDS = ("flat", "number", "house", "street", "town", "postcode", "uprn", "flats", "classification")
_OFFICIAL = ("postcode", "uprn", "classification")
_OUTLINES_KEPT = 20_000

SEVERAL = "addresses that another source has too"
APART = "addresses that another source puts more than 25 m away"
OTHER_POSTCODE = "addresses to which another source gives another postcode"
OTHER_UPRN = "addresses to which another source gives another UPRN"
WORDED_AGAIN = "rows that word an address of the same file once more"


class Staged(NamedTuple):
    """A staged address, with the fid of the building it lies in."""

    building: int | None
    address: StagedAddress


House = list[Staged]
"""Objects that are one house, the most exact first."""


def house_key(number: str | None, flat: str | None, street: str | None, house: str | None) -> str:
    """Give the words by which two objects are one house: street, number and flat; the house's name where it has no number."""
    read = house_number(number) if number else None
    if read and read.flat and not flat:
        shown, flat = read.key, read.flat
    else:
        shown = read.key + (f"/{read.flat}" if read.flat else "") if read else name_key(number or "")
    name = "" if number else name_key(house or "")
    return "|".join((name_key(street or ""), shown, name_key(flat or "").removeprefix("flat "), name))


class Outlines:
    """Outlines of buildings, read as they are asked for."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._read: dict[int, shapely.Geometry] = {}

    def distance(self, building: int, address: StagedAddress) -> float:
        """Give the distance from an address to a building, metres; 0 inside."""
        if building not in self._read:
            if len(self._read) >= _OUTLINES_KEPT:
                self._read.clear()
            row = self._connection.execute("SELECT geom FROM buildings WHERE fid = ?", (building,)).fetchone()
            self._read[building] = decode(row)[0]
        return float(shapely.distance(self._read[building], shapely.Point(address.easting, address.northing)))


class Merger:
    """Makes houses of objects that have the same words, or one UPRN."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._outlines = Outlines(connection)
        self.told: Counter[tuple[int, str]] = Counter()
        """What is worth telling of each source, by its fid."""

    def houses(self, objects: list[Staged]) -> list[House]:
        """Sort objects into houses."""
        if len(objects) == 1:
            return [objects]
        official = [staged for staged in objects if staged.address.authority]
        if not official:
            return _by_place(objects)
        properties = _properties(official)
        # Rows that one UPRN brought together may be worded otherwise than the objects of the map that came with them.
        alike = len(properties) == len(official)
        left: dict[str, list[Staged]] = {}
        for staged in objects:
            if staged.address.authority:
                continue
            key = "" if alike else _key(staged)
            home = self._home(staged, properties if alike else [house for house in properties if _key(house[0]) == key])
            if home is None:
                left.setdefault(key, []).append(staged)
            else:
                home.append(staged)
        for house in properties:
            house.sort(key=_exactness)
        return properties + [house for group in left.values() for house in _by_place(group)]

    def _home(self, staged: Staged, properties: Sequence[House]) -> House | None:
        """Find the gazetteer's house that an object of the map is: the one that agrees best with it, then the nearest."""
        ranked = [(self._rank(staged, house[0]), place) for place, house in enumerate(properties)]
        best = min(((*rank, place) for rank, place in ranked if rank is not None), default=None)
        return properties[best[-1]] if best is not None else None

    def _rank(self, staged: Staged, official: Staged) -> tuple[int, int, float] | None:
        mine, theirs = staged.address, official.address
        apart = self.apart(staged, official)
        uprn = 0 if mine.uprn and mine.uprn == theirs.uprn else 1
        if mine.postcode and mine.postcode == theirs.postcode:
            return (0, uprn, apart) if apart <= SAME_POSTCODE_M else None
        if apart <= _reach(mine):
            return (1, uprn, apart)
        sure = _reach(mine) and not (mine.postcode and theirs.postcode)
        return (2, uprn, apart) if sure and apart <= SAME_WORDS_M else None

    def apart(self, one: Staged, other: Staged) -> float:
        """Give how far apart two objects lie, metres: from point to point, or to the outline of the building of either."""
        ways = [_points_apart(one, other)]
        if ways[0] and (one.address.authority or other.address.authority):
            ways += [self._outlines.distance(one.building, other.address)] if one.building is not None else []
            ways += [self._outlines.distance(other.building, one.address)] if other.building is not None else []
        return min(ways)

    def row(self, house: House) -> tuple[object, ...]:
        """Give the row of a house: ref, `WORDS`, building_id, sources, spread_m, easting, northing."""
        if len(house) == 1:
            (building, alone), sources_text = house[0], f"[{house[0].address.source_id}]"
            return (alone.ref, *alone[5:13], alone.classification, building, sources_text, 0.0, alone.easting, alone.northing)
        refs = " ".join(dict.fromkeys(staged.address.ref for staged in house))
        spot = self._spot(house)
        place = (spot.address.easting, spot.address.northing)
        sources = sorted({staged.address.source_id for staged in house})
        spread = max(self.apart(one, other) for i, one in enumerate(house) for other in house[:i])
        building = spot.building
        if building is None and not any(staged.address.authority for staged in house):
            building = next((staged.building for staged in house if staged.building is not None), None)
        self._tell(house, sources, spread)
        words = [_word(house, word) for word in WORDS]
        return (refs, *words, building, json.dumps(sources), round(spread, 2), *place)

    def _spot(self, house: House) -> Staged:
        """Choose the object that says where the house lies."""
        official = next((staged for staged in house if staged.address.authority), None)
        if official is None or official is house[0]:
            return house[0]
        seated = (staged for staged in house if staged.building is not None and not staged.address.authority)
        return next((staged for staged in seated if self.apart(staged, official) <= SAME_HOUSE_M), official)

    def _tell(self, house: House, sources: list[int], spread: float) -> None:
        if not any(staged.address.authority for staged in house):
            return
        several = len(sources) > 1
        postcodes = {staged.address.postcode for staged in house} - {None}
        uprns = {staged.address.uprn for staged in house} - {None}
        for source in sources:
            own = sum(staged.address.source_id == source and staged.address.authority for staged in house)
            self.told[source, WORDED_AGAIN] += max(0, own - 1)
            self.told[source, SEVERAL] += several
            self.told[source, APART] += several and spread > SAME_HOUSE_M
            self.told[source, OTHER_POSTCODE] += several and len(postcodes) > 1
            self.told[source, OTHER_UPRN] += several and len(uprns) > 1


def _key(staged: Staged) -> str:
    address = staged.address
    return house_key(address.number, address.flat, address.street, address.house)


def _exactness(staged: Staged) -> int:
    return staged.address.exactness


def _word(house: House, word: str) -> object:
    """Give one of a house's words: the first that an object has; postcode and UPRN from those who give them out first."""
    order = sorted(house, key=lambda staged: -staged.address.authority) if word in _OFFICIAL else house
    return next((value for staged in order if (value := getattr(staged.address, word))), None)


def _properties(official: list[Staged]) -> list[House]:
    """Sort a gazetteer's rows into properties: by UPRN; those without one as a map's objects are."""
    by_uprn: dict[str, House] = {}
    for staged in official:
        if staged.address.uprn:
            by_uprn.setdefault(staged.address.uprn, []).append(staged)
    return [*by_uprn.values(), *_by_place([staged for staged in official if not staged.address.uprn])]


def _by_place(objects: list[Staged]) -> list[House]:
    """Sort objects with the same words into houses; those with a postcode first, so that one without joins them."""
    houses: list[House] = []
    near: dict[Hashable, list[House]] = {}
    for staged in sorted(objects, key=lambda staged: staged.address.postcode is None):
        spots = _spots(staged)
        house = next((house for spot in spots for house in near.get(spot, ()) if _is_of(staged, house)), None)
        if house is None:
            house = []
            houses.append(house)
        house.append(staged)
        for spot in spots[:2]:
            known = near.setdefault(spot, [])
            if not any(other is house for other in known):
                known.append(house)
    for house in houses:
        house.sort(key=_exactness)
    return houses


def _spots(staged: Staged) -> list[Hashable]:
    """Give where to look for its house: its building, its square of 25 m (it is known by these two), the squares around."""
    x, y = int(staged.address.easting // SAME_HOUSE_M), int(staged.address.northing // SAME_HOUSE_M)
    around: list[Hashable] = [(x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1) if dx or dy]
    return [staged.building or "in no building", (x, y), *around]


def _is_of(staged: Staged, house: House) -> bool:
    codes = {other.address.postcode for other in house} - {None}
    if staged.address.postcode and codes and staged.address.postcode not in codes:
        return False
    return any(_points_apart(staged, other) <= _reach(staged.address) for other in house)


def _reach(address: StagedAddress) -> float:
    """Give how far apart objects of one house may lie. A number without a street may be that of the next street's corner house."""
    return SAME_HOUSE_M if address.street or address.house else 0.0


def _points_apart(one: Staged, other: Staged) -> float:
    if one.building is not None and one.building == other.building:
        return 0.0
    return math.hypot(one.address.easting - other.address.easting, one.address.northing - other.address.northing)
