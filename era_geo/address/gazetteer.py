"""The names a region knows, held in memory for searching: street keys, their words, towns; and its addresses, read when asked for.

A country has some 60,000 street keys: they are read once, in a fraction of a second. Its addresses stay in the file and are
found there by street and number.
"""

from __future__ import annotations

import json
import math
import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from rapidfuzz.distance import DamerauLevenshtein
from rapidfuzz.process import extract

from era_geo.errors import DataError
from era_geo.region.address_index import NO_NUMBER, point
from era_geo.region.address_words import HouseNumber, house_number, name_key
from era_geo.region.region import Region, decode

_COLUMNS = "a.fid, a.ref, a.flat, a.number, a.house, a.street, a.town, a.postcode, a.uprn, a.flats, a.building_id, a.sources, a.spread_m, a.geom"
_MOST_ROWS = 2000
_NAMED_KINDS = ("city", "town", "village", "hamlet", "suburb", "neighbourhood", "quarter", "isolated_dwelling", "farm", "locality",
                "island", "islet", "borough")  # fmt: skip
_SETTLEMENTS = frozenset(("city", "town", "village", "suburb", "hamlet"))
_NEAR_M = 3000.0
_BESIDE_M = 300.0


@dataclass(frozen=True, slots=True)
class House:
    """An address of the region. `number` is read from the source's own text, `number_text`; `street_id` is its street."""

    fid: int
    ref: str
    flat: str | None
    number: HouseNumber | None
    number_text: str | None
    house: str | None
    street: str | None
    town: str | None
    postcode: str | None
    uprn: str | None
    flats: str | None
    building_id: int | None
    sources: tuple[str, ...]
    spread_m: float
    easting: float
    northing: float
    street_id: int = 0
    between_m: float | None = None
    """Metres between the two ends it is interpolated from; `None` for a house that is mapped."""


@dataclass(frozen=True, slots=True)
class Street:
    """One street on the ground: a centre and the distance that holds all of it, metres, EPSG:27700."""

    id: int
    key_id: int
    name: str
    towns: tuple[str, ...]
    easting: float
    northing: float
    reach_m: float
    houses: int
    has_line: bool


@dataclass(frozen=True, slots=True)
class PostcodeSpot:
    """Where a postcode lies. `scale_m` says how far apart postcodes lie there; `published` whether a postcode list gave it."""

    postcode: str
    easting: float
    northing: float
    scale_m: float
    published: bool
    terminated: str | None


@dataclass(frozen=True, slots=True)
class Locality:
    """A town, village, suburb or farm, at a point in EPSG:27700."""

    ref: str
    name: str
    kind: str
    easting: float
    northing: float


class Gazetteer:
    """All that the search asks of one region. Made once for each region by `gazetteer_of`."""

    def __init__(self, region: Region) -> None:
        self.region = region
        try:
            self.keys: list[str] = [""]
            for _, key in region.query("SELECT id, key FROM street_keys ORDER BY id"):
                self.keys.append(key)
        except DataError as error:
            if not isinstance(error.__cause__, sqlite3.OperationalError):
                raise
            raise DataError(f"The region '{region.name}' has no address index. Rebuild it: era-geo region build.") from error
        self.ids: dict[str, tuple[int, ...]] = {key: (number,) for number, key in enumerate(self.keys) if number}
        for alias, key_id in region.query("SELECT alias, key_id FROM street_aliases"):
            self.ids[alias] = (*self.ids.get(alias, ()), key_id)
        self._houses = lru_cache(maxsize=50_000)(self._read_houses)
        self.streets = lru_cache(maxsize=20_000)(self._read_streets)
        self.corrections = lru_cache(maxsize=20_000)(self._corrections)

    # --- names -----------------------------------------------------------------------------------------------------------

    @cached_property
    def joined(self) -> dict[str, str]:
        """Key without its spaces to the key, for words run together or torn apart."""
        return {key.replace(" ", ""): key for key in self.ids}

    @cached_property
    def postings(self) -> Mapping[str, Sequence[str]]:
        """Each word of the street keys, and the keys (aliases too) that hold it."""
        found: dict[str, list[str]] = defaultdict(list)
        for key in self.ids:
            for word in set(key.split()):
                found[word].append(key)
        return found

    @cached_property
    def heads(self) -> Mapping[str, Sequence[str]]:
        """The names of more than one word, by all their words but the last."""
        found: dict[str, list[str]] = defaultdict(list)
        for key in self.ids:
            head, _, last = key.rpartition(" ")
            if head and last:
                found[head].append(key)
        return found

    @cached_property
    def _words_by_length(self) -> dict[int, list[str]]:
        found: dict[int, list[str]] = defaultdict(list)
        for word in self.postings:
            found[len(word)].append(word)
        return found

    def _corrections(self, word: str) -> tuple[tuple[str, int], ...]:
        """Give the words of street keys that `word` may be a slip for, with the number of slips; nearest first."""
        near: list[tuple[str, int]] = []
        for length in range(max(1, len(word) - 2), len(word) + 3):
            choices = self._words_by_length.get(length)
            if choices:
                most = 1 if max(length, len(word)) < 5 else 2
                found = extract(word, choices, scorer=DamerauLevenshtein.distance, score_cutoff=most, limit=20, processor=None)
                near += [(other, int(slips)) for other, slips, _ in found]
        return tuple(sorted((item for item in near if item[1]), key=lambda item: (item[1], item[0])))

    @cached_property
    def localities(self) -> Mapping[str, tuple[Locality, ...]]:
        """Towns and other named places, by key; other names too."""
        found: dict[str, list[Locality]] = defaultdict(list)
        for ref, name, kind, others, geom in self.region.query(
            "SELECT ref, name, kind, other_names, geom FROM localities WHERE name IS NOT NULL AND geom IS NOT NULL"
        ):
            if kind in _NAMED_KINDS:
                place = Locality(ref, name, kind, *point(geom))
                for key in dict.fromkeys(name_key(text) for text in [name, *json.loads(others or "[]")]):
                    found[key].append(place)
        return {key: tuple(places) for key, places in found.items() if key}

    @cached_property
    def _locality_points(self) -> tuple[list[Locality], list[tuple[float, float]]]:
        places = [place for places in self.localities.values() for place in places if place.kind in _SETTLEMENTS]
        return places, [(place.easting, place.northing) for place in places]

    def locality_name(self, easting: float, northing: float) -> str | None:
        """Give the name of the nearest town, village, suburb or hamlet within 3 km; `None` where there is none."""
        places, points = self._locality_points
        if not places:
            return None
        away, nearest = min((math.hypot(east - easting, north - northing), i) for i, (east, north) in enumerate(points))
        return places[nearest].name if away <= _NEAR_M else None

    @cached_property
    def towns(self) -> frozenset[str]:
        """Keys of every town name in use: of localities, and of addresses themselves."""
        listed: set[str] = set()
        for (towns,) in self.region.query("SELECT DISTINCT towns FROM streets"):
            listed.update(name_key(town) for town in json.loads(towns))
        return frozenset((listed | set(self.localities)) - {""})

    # --- streets and houses ------------------------------------------------------------------------------------------------

    def _read_streets(self, key_id: int) -> tuple[Street, ...]:
        rows = self.region.query(
            "SELECT id, key_id, name, towns, easting, northing, reach_m, houses, has_line FROM streets WHERE key_id = ? LIMIT ?",
            (key_id, _MOST_ROWS),
        )
        return tuple(Street(*row[:3], tuple(json.loads(row[3])), *row[4:8], bool(row[8])) for row in rows)

    def houses(self, key_id: int, base: int) -> tuple[House, ...]:
        """Give the addresses on streets of this key whose number is, begins with or covers `base`."""
        found: tuple[House, ...] = self._houses(key_id, base)
        return found

    def named_houses(self, key_id: int) -> tuple[House, ...]:
        """Give the addresses on streets of this key that have a name and no number."""
        return self.houses(key_id, NO_NUMBER)

    def _read_houses(self, key_id: int, base: int) -> tuple[House, ...]:
        return self._rows(
            "FROM street_numbers s JOIN addresses a ON a.fid = s.fid WHERE s.key_id = ? AND s.base = ?",
            (key_id, base),
            "s.street_id",
        )

    def near_numbers(self, key_id: int, street_id: int, base: int, count: int = 3) -> tuple[int, ...]:
        """Give the plain numbers of a street that lie nearest to `base`, up to `count` below and above, in order."""
        sql = "SELECT DISTINCT base FROM street_numbers WHERE key_id = ? AND base {} AND base >= 0 AND street_id = ? ORDER BY base {} LIMIT ?"
        below = self.region.query(sql.format("< ?", "DESC"), (key_id, base, street_id, count))
        above = self.region.query(sql.format("> ?", "ASC"), (key_id, base, street_id, count))
        return tuple(sorted(row[0] for row in [*below, *above]))

    def beside(self, key_id: int, street_id: int, base: int) -> tuple[House, House] | None:
        """Give the nearest single numbers below and above `base` on its side of the street; `None` where one is missing."""
        found = []
        for sign, order in (("<", "DESC"), (">", "ASC")):
            houses = self._rows(
                "FROM street_numbers s JOIN addresses a ON a.fid = s.fid WHERE s.key_id = ? AND s.base >= 0 "
                f"AND s.base {sign} ? AND s.base % 2 = ? AND s.street_id = ?",
                (key_id, base, base % 2, street_id),
                "s.street_id",
                f"s.base {order} LIMIT 4",
            )
            single = [house for house in houses if house.number is not None and house.number.is_single]
            if not single:
                return None
            found.append(single[0])
        return found[0], found[1]

    def lines(self, key_id: int, number: HouseNumber) -> tuple[House, ...]:
        """Give where `number` lies on lines along which a mapper interpolated this street's numbers."""
        if key_id not in self._keys_with_lines or not number.is_single or number.parts[0][1]:
            return ()
        rows = self.region.query(
            "SELECT i.ref, i.street, i.first, i.last, i.step, i.town, i.postcode, i.source_id, i.geom FROM street_lines l "
            "JOIN interpolations i ON i.fid = l.fid WHERE l.key_id = ? AND i.first <= ? AND i.last >= ? AND i.geom IS NOT NULL",
            (key_id, number.base, number.base),
        )
        return tuple(
            self._on_line(row, number) for row in rows if (number.base - row[2]) % max(1, row[4]) == 0 and row[3] > row[2]
        )

    def _on_line(self, row: tuple[Any, ...], number: HouseNumber) -> House:
        ref, street, first, last, _, town, postcode, source_id, geom = row
        line = decode([geom])[0]
        spot = line.interpolate((number.base - first) / (last - first), normalized=True)
        return House(
            -1, ref, None, number, number.key.upper(), None, street, town, postcode, None, None, None,
            self._source_names(json.dumps([source_id])), 0.0, spot.x, spot.y, 0, between_m=line.length,
        )  # fmt: skip

    @cached_property
    def _keys_with_lines(self) -> frozenset[int]:
        return frozenset(row[0] for row in self.region.query("SELECT DISTINCT key_id FROM street_lines"))

    def by_house_name(self, key: str) -> tuple[House, ...]:
        """Give the addresses whose house name has this key."""
        return self._rows("FROM house_names h JOIN addresses a ON a.fid = h.fid WHERE h.key = ?", (key,))

    def by_postcode(self, postcode: str) -> tuple[House, ...]:
        """Give the addresses that carry this postcode."""
        return self._rows("FROM addresses a WHERE a.postcode = ? AND a.geom IS NOT NULL", (postcode,))

    def by_uprn(self, uprn: str) -> tuple[House, ...]:
        """Give the addresses that carry this UPRN."""
        return self._rows("FROM addresses a WHERE a.uprn = ? AND a.geom IS NOT NULL", (uprn,))

    def by_ref(self, ref: str) -> tuple[House, ...]:
        """Give the addresses of this source object."""
        return self._rows("FROM addresses a WHERE a.ref = ? AND a.geom IS NOT NULL", (ref,))

    def _rows(
        self, where: str, values: tuple[object, ...], street: str = "0", order: str = f"a.fid LIMIT {_MOST_ROWS}"
    ) -> tuple[House, ...]:
        rows = self.region.query(f"SELECT {_COLUMNS}, {street} {where} ORDER BY {order}", values)
        return tuple(self._house(row) for row in rows)

    def _house(self, row: tuple[Any, ...]) -> House:
        (
            fid,
            ref,
            flat,
            number_text,
            house,
            street,
            town,
            postcode,
            uprn,
            flats,
            building_id,
            sources,
            spread_m,
            geom,
            street_id,
        ) = row
        number = house_number(number_text) if number_text else None
        if flat is None and number is not None:
            flat = number.flat.upper() if number.flat else None
        return House(
            fid, ref, flat, number, number_text, house, street, town, postcode, uprn, flats, building_id,
            self._source_names(sources), spread_m or 0.0, *point(geom), street_id,
        )  # fmt: skip

    def _source_names(self, sources: str | None) -> tuple[str, ...]:
        return tuple(self._names_of_sources.get(number, str(number)) for number in json.loads(sources or "[]"))

    @cached_property
    def _names_of_sources(self) -> Mapping[int, str]:
        return {source.fid: source.name for source in self.region.sources}

    # --- postcodes ---------------------------------------------------------------------------------------------------------

    def spot(self, postcode: str) -> PostcodeSpot | None:
        """Give where a whole postcode lies; `None` where the region has no such postcode."""
        rows = self.region.query(
            "SELECT postcode, easting, northing, scale_m, published, terminated FROM postcode_spots WHERE postcode = ?",
            (postcode,),
        )
        return PostcodeSpot(*rows[0][:4], bool(rows[0][4]), rows[0][5]) if rows else None

    def nearest_postcode(self, easting: float, northing: float) -> str | None:
        """Give the postcode whose centre lies nearest, within 300 m; `None` where none does."""
        window = (easting - _BESIDE_M, easting + _BESIDE_M, northing - _BESIDE_M, northing + _BESIDE_M)
        rows = self.region.query(
            "SELECT postcode, geom FROM postcodes WHERE fid IN "
            "(SELECT id FROM rtree_postcodes_geom WHERE maxx >= ? AND minx <= ? AND maxy >= ? AND miny <= ?)",
            window,
        )
        spots = [(math.dist(point(geom), (easting, northing)), code) for code, geom in rows]
        return min(spots)[1] if spots else None

    @cached_property
    def published_areas(self) -> frozenset[str]:
        """The postcode areas (`EH`) for which the region has a published list, so that a postcode not in it does not exist."""
        rows = self.region.query("SELECT DISTINCT substr(postcode, 1, 2) FROM postcode_spots WHERE published = 1")
        return frozenset(row[0].rstrip("0123456789") for row in rows)

    @cached_property
    def known_areas(self) -> frozenset[str]:
        """The postcode areas of which the region holds any postcode."""
        rows = self.region.query("SELECT DISTINCT substr(postcode, 1, 2) FROM postcode_spots")
        return frozenset(row[0].rstrip("0123456789") for row in rows)

    def measure(self, name: str) -> tuple[int, float] | None:
        """Give a measure of precision that the build took from this region's own data: how many were tested, and the value."""
        return self._measures.get(name)

    @cached_property
    def _measures(self) -> Mapping[str, tuple[int, float]]:
        rows = self.region.query("SELECT name, tested, value FROM address_measures")
        return {name: (tested, value) for name, tested, value in rows}


@lru_cache(maxsize=8)
def gazetteer_of(region: Region) -> Gazetteer:
    """Give the region's gazetteer, made at the first call and kept as long as the region.

    Raises
    ------
    DataError
        If the region file is damaged.
    """
    return Gazetteer(region)
