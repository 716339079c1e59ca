"""What a region being built knows about where properties lie, for the rows of official lists that carry no coordinates."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from era_geo.region import address_words
from era_geo.region.list_model import ONLY_BY_POSTCODE, Located
from era_geo.region.region import decode

POSTCODE_UNCERTAINTY_M = 250.0
"""How far from its postcode's point a service may lie where the region has too few addresses of that postcode to say.

Of Edinburgh's nurseries, nine in ten lie within 214 m of their postcode's centroid; of its libraries, 95 in 100 within 157 m.
"""
_POOR_POSTCODE_M = 1000.0
_GOOD_QUALITY = 30  # Code-Point's indicator: up to here the point was taken from addresses of the postcode itself
_ENOUGH_ADDRESSES = 5
_LEAST_POSTCODE_M = 40.0
_PROPERTY_M = 25.0
"""How far a property's own edge may lie from the point of its address; also how near two points of one house lie."""


@dataclass(frozen=True)
class _Address:
    number: str
    street: str
    easting: float
    northing: float
    spread_m: float


class RegionLookup:
    """Looks up UPRNs, addresses and postcodes in a region's tables, which are read once for all that will be asked.

    Parameters
    ----------
    connection
        The region's database, its `addresses` and `postcodes` filled.
    postcodes, uprns
        What will be asked for; postcodes normalised (`ML3 6AB`).
    """

    def __init__(self, connection: sqlite3.Connection, postcodes: Collection[str], uprns: Collection[str]) -> None:
        self._connection = connection
        self._uprns = _uprn_points(connection, uprns) | {
            uprn: Located(east, north, _PROPERTY_M + (spread or 0.0), "located by its UPRN")
            for (uprn, spread), east, north in _found(connection, "addresses", "uprn", uprns, "t.uprn, t.spread_m")
        }
        self._addresses: dict[str, list[_Address]] = {}
        columns = "t.postcode, t.number, t.street, t.spread_m"
        for (postcode, number, street, spread), east, north in _found(connection, "addresses", "postcode", postcodes, columns):
            if number and street:
                self._addresses.setdefault(postcode, []).append(_Address(number, street, east, north, spread or 0.0))
        columns = "t.postcode, t.quality, t.spread_m, t.addresses, t.terminated"
        self._postcodes = {
            values[0]: _postcode_point(east, north, values[1:])
            for values, east, north in _found(connection, "postcodes", "postcode", postcodes, columns)
        }
        self._neighbourhoods: dict[str, tuple[float, float] | None] = {}

    def uprn(self, uprn: str) -> Located | None:
        """Locate a property by its reference."""
        return self._uprns.get(uprn)

    def address(self, lines: Iterable[str], postcode: str) -> Located | None:
        """Locate a property whose number and street, in one of `lines`, are one house of its postcode and no other."""
        for line in lines:
            house = address_words.house_in(line)
            if house is None:
                continue
            same = [
                address
                for address in self._addresses.get(postcode, ())
                if (address_words.house_number(address.number), address_words.name_key(address.street)) == house
            ]
            if same:
                return _one_house(same)
        return None

    def postcode(self, postcode: str) -> Located | None:
        """Locate a postcode."""
        return self._postcodes.get(postcode)

    def neighbourhood(self, postcode: str) -> tuple[float, float] | None:
        """Give the mean point of the postcodes that share all but the last two letters, else of those of the district."""
        outward, inward = postcode.split()
        for start in (f"{outward} {inward[0]}", f"{outward} "):
            if start not in self._neighbourhoods:
                sql = "SELECT geom FROM postcodes WHERE postcode >= ? AND postcode < ?"
                blobs = [blob for (blob,) in self._connection.execute(sql, (start, start + "~"))]
                points = shapely.get_coordinates(decode(blobs))
                self._neighbourhoods[start] = (float(points[:, 0].mean()), float(points[:, 1].mean())) if len(points) else None
            if self._neighbourhoods[start]:
                return self._neighbourhoods[start]
        return None


def _found(
    connection: sqlite3.Connection, table: str, key: str, wanted: Collection[str], columns: str
) -> Iterator[tuple[tuple[Any, ...], float, float]]:
    """Give the columns, easting and northing of each row of `table` whose `key` is wanted, in one pass over the table."""
    connection.execute("CREATE TEMP TABLE asked (value TEXT PRIMARY KEY)")
    connection.executemany("INSERT INTO asked VALUES (?)", ((value,) for value in sorted(wanted)))
    sql = f"SELECT {columns}, t.geom FROM {table} t WHERE t.{key} IN (SELECT value FROM asked) ORDER BY t.fid"
    rows = connection.execute(sql).fetchall()
    connection.execute("DROP TABLE asked")
    points = shapely.get_coordinates(decode([row[-1] for row in rows]))
    for row, (east, north) in zip(rows, points, strict=True):
        yield row[:-1], float(east), float(north)


def _uprn_points(connection: sqlite3.Connection, wanted: Collection[str]) -> dict[str, Located]:
    """Give where UPRNs lie that come as points, whether or not an address has them."""
    if not connection.execute("SELECT 1 FROM uprn_points LIMIT 1").fetchone():
        return {}
    sql = "SELECT easting, northing FROM uprn_points WHERE uprn = ?"
    rows = ((uprn, connection.execute(sql, (int(uprn),)).fetchone()) for uprn in wanted)
    return {uprn: Located(row[0], row[1], _PROPERTY_M, "located by its UPRN") for uprn, row in rows if row}


def _postcode_point(east: float, north: float, facts: tuple[Any, ...]) -> Located:
    quality, spread_m, addresses, terminated = facts
    uncertainty = POSTCODE_UNCERTAINTY_M
    if quality is not None and quality > _GOOD_QUALITY:
        uncertainty = _POOR_POSTCODE_M
    elif spread_m is not None and (addresses or 0) >= _ENOUGH_ADDRESSES:
        uncertainty = max(spread_m, _LEAST_POSTCODE_M)
    ended = f", which ended on {terminated}" if terminated else ""
    return Located(east, north, uncertainty, f"{ONLY_BY_POSTCODE}{ended}, to within about {uncertainty:.0f} m")


def _one_house(same: list[_Address]) -> Located | None:
    points = np.array([(address.easting, address.northing) for address in same])
    centre = points.mean(axis=0)
    apart = float(np.hypot(*(points - centre).T).max())
    if apart > _PROPERTY_M:
        return None
    uncertainty = _PROPERTY_M + max(apart, *(address.spread_m for address in same))
    return Located(float(centre[0]), float(centre[1]), uncertainty, "located by its address")
