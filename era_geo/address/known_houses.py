"""A region's houses and streets, read from the file when they are asked for, and kept for the next time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import Any

import shapely

from era_geo.address.records import House, Street
from era_geo.region.address_index import point
from era_geo.region.address_streets import NO_NUMBER
from era_geo.region.address_words import HouseNumber, house_number
from era_geo.region.region import Region, decode

_COLUMNS = (
    "a.fid, a.ref, a.flat, a.number, a.house, a.street, a.town, a.postcode, a.uprn, "
    "a.flats, a.building_id, a.sources, a.spread_m, a.geom"
)
_MOST_ROWS = 2000


class KnownHouses:
    """Streets by their key, houses by street and number, by name, postcode, UPRN and reference."""

    def __init__(self, region: Region) -> None:
        self.region = region
        self._houses = lru_cache(maxsize=50_000)(self._read_houses)
        self.streets = lru_cache(maxsize=20_000)(self._read_streets)
        self.building = lru_cache(maxsize=5_000)(self._read_building)
        self._source_names = lru_cache(maxsize=1_000)(self._read_source_names)

    def _read_streets(self, key_id: int) -> tuple[Street, ...]:
        rows = self.region.query(
            "SELECT id, key_id, name, towns, easting, northing, reach_m, houses, has_line FROM streets WHERE key_id = ? LIMIT ?",
            (key_id, _MOST_ROWS),
        )
        return tuple(
            Street(number, key, name, tuple(json.loads(towns)), east, north, reach, houses, bool(has_line))
            for number, key, name, towns, east, north, reach, houses, has_line in rows
        )

    def _read_building(self, fid: int | None) -> tuple[str, shapely.Geometry] | None:
        """Give the reference and outline (EPSG:27700) of a building; `None` where there is none."""
        rows = [] if fid is None else self.region.query("SELECT ref, geom FROM buildings WHERE fid = ?", (fid,))
        return (rows[0][0], decode([rows[0][1]])[0]) if rows else None

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

    def houses_in(self, postcode: str, key_id: int, base: int) -> tuple[House, ...]:
        """Give those of `houses(key_id, base)` that carry this postcode, without reading the others."""
        return self._rows(
            "FROM addresses a JOIN street_numbers s ON s.fid = a.fid WHERE a.postcode = ? AND s.key_id = ? AND s.base = ?",
            (postcode, key_id, base),
            "s.street_id",
        )

    def count_houses(self, key_id: int, base: int) -> int:
        """Count the addresses of `houses(key_id, base)`."""
        count: int = self.region.query("SELECT count(*) FROM street_numbers WHERE key_id = ? AND base = ?", (key_id, base))[0][0]
        return count

    def near_numbers(self, key_id: int, street_id: int, base: int, count: int = 3) -> tuple[int, ...]:
        """Give the plain numbers of a street that lie nearest to `base`, up to `count` below and above, in order."""
        sql = (
            "SELECT DISTINCT base FROM street_numbers WHERE key_id = ? AND base {} AND base >= 0 AND street_id = ? "
            "ORDER BY base {} LIMIT ?"
        )
        below = self.region.query(sql.format("< ?", "DESC"), (key_id, base, street_id, count))
        above = self.region.query(sql.format("> ?", "ASC"), (key_id, base, street_id, count))
        return tuple(sorted(row[0] for row in [*below, *above]))

    def number_range(self, key_id: int, street_id: int) -> tuple[int, int]:
        """Give the least and the greatest number known on a street; two noughts for none."""
        rows = self.region.query(
            "SELECT min(base), max(base) FROM street_numbers WHERE key_id = ? AND street_id = ? AND base >= 0", (key_id, street_id)
        )
        return rows[0][0] or 0, rows[0][1] or 0

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
        return tuple(self._on_line(row, number) for row in rows if (number.base - row[2]) % max(1, row[4]) == 0 and row[3] > row[2])

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

    def uprn_point(self, uprn: str) -> tuple[float, float, str] | None:
        """Give where a list of UPRNs puts this one, and the list's name; `None` where the region has no such point."""
        rows = self.region.query("SELECT easting, northing, source_id FROM uprn_points WHERE uprn = ?", (int(uprn),))
        return (rows[0][0], rows[0][1], self._names_of_sources.get(rows[0][2], "")) if rows else None

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

    def _read_source_names(self, sources: str | None) -> tuple[str, ...]:
        return tuple(self._names_of_sources.get(number, str(number)) for number in json.loads(sources or "[]"))

    @cached_property
    def _names_of_sources(self) -> Mapping[int, str]:
        return {source.fid: source.name for source in self.region.sources}
