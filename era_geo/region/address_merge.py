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
from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple

import shapely

from era_geo.region.address_words import name_key
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
    """A staged address, with its number in the order of reading and the fid of the building it lies in."""

    fid: int
    building: int | None
    address: StagedAddress


House = list[Staged]
"""Objects that are one house, the most exact first."""


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
    """Makes houses of objects that have the same words, and one house of those that have one UPRN.

    `worded` says, of UPRNs that gazetteers word in more than one way, in how many.
    """

    def __init__(self, connection: sqlite3.Connection, worded: Mapping[str, int]) -> None:
        self._outlines = Outlines(connection)
        self._worded = worded
        self._waiting: dict[str, list[House]] = {}
        self.told: Counter[tuple[int, str]] = Counter()
        """What is worth telling of each source, by its fid."""

    def houses(self, objects: list[Staged]) -> list[House]:
        """Sort objects with the same words into houses; one that has other words too is given with the last of them."""
        return [whole for house in self._alike(objects) if (whole := self._whole(house))]

    def _whole(self, house: House) -> House | None:
        """Give a house when all that is one with it by its UPRN is there; `None` as long as more is to come."""
        uprn = _official(house).address.uprn if house[-1].address.authority else None
        if uprn is None or uprn not in self._worded:
            return house
        parts = self._waiting.setdefault(uprn, [])
        parts.append(house)
        if len(parts) < self._worded[uprn]:
            return None
        return sorted((staged for part in self._waiting.pop(uprn) for staged in part), key=_order)

    def _alike(self, objects: list[Staged]) -> list[House]:
        if len(objects) == 1:
            return [objects]
        official = [staged for staged in objects if staged.address.authority]
        if not official:
            return _by_place(objects)
        properties = _properties(official)
        left: list[Staged] = []
        for staged in objects:
            if not staged.address.authority:
                home = self._home(staged, properties)
                (left if home is None else home).append(staged)
        for house in properties:
            house.sort(key=_order)
        return properties + _by_place(left)

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
            _, building, alone = house[0]
            sources_text = f"[{alone.source_id}]"
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
        return (refs, *_words(house), building, json.dumps(sources), round(spread, 2), *place)

    def _spot(self, house: House) -> Staged:
        """Choose the object that says where the house lies."""
        official = _official(house)
        if not official.address.authority:
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


def _order(staged: Staged) -> tuple[int, int]:
    return staged.address.exactness, staged.fid


def _official(house: House) -> Staged:
    """Give the first object of a house that comes from a gazetteer, else the first of all."""
    return next((staged for staged in house if staged.address.authority), house[0])


def _words(house: House) -> list[object]:
    """Give a house's `WORDS`: of each the first that an object has; what is official from a gazetteer first.

    Number and flat are told with their street: those that another wording has on another street are not mixed in.
    """
    street = next((staged.address.street for staged in house if staged.address.street), None)
    here = [one for one in house if name_key(one.address.street or street or "") == name_key(street or "")]
    official = sorted(house, key=lambda staged: -staged.address.authority)
    order = {"number": here, "flat": here, **dict.fromkeys(_OFFICIAL, official)}
    return [next((value for one in order.get(word, house) if (value := getattr(one.address, word))), None) for word in WORDS]


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
        house.sort(key=_order)
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
