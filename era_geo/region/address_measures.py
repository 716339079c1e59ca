"""How exact streets, postcodes and interpolation are in this region, measured on its own addresses when it is built.

Each measure holds one address out, locates it by the others, and takes the error as a multiple of a local scale (metres that the
search can work out without knowing the truth). The multiple that holds 95 in 100 is kept with the number tested; the search
uses it where that number is large enough (`era_geo.address.precision`).
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from era_geo.region.address_words import house_number
from era_geo.region.gpkg import points_of
from era_geo.region.osm.shapes import inner_points
from era_geo.region.region import decode

TOWN_SCALE_M = 150.0
"""Postcodes whose scale is less lie in a town; in the country they hold addresses less well."""
STREET_FLOOR_M = 60.0
MOST_BETWEEN_M = 150.0
"""Neighbours further apart than this say nothing about a house between them."""
BETWEEN_FLOOR_M = 5.0
BUILDING_FLOOR_M = 5.0
ALONE_M = 150.0
"""What a postcode's mean is worth when one address gives it, metres; divided by the number of addresses that give it."""
_SAMPLE = 5000
_HELD = 95


def between_scale_m(apart_m: float) -> float:
    """Give the scale of a house put between two neighbours that lie `apart_m` apart."""
    return apart_m / 2 + BETWEEN_FLOOR_M


def building_scale_m(
    outlines: npt.NDArray[np.object_] | shapely.Geometry, points: npt.NDArray[np.object_] | shapely.Geometry
) -> npt.NDArray[np.float64]:
    """Give the scale of a property known by its building alone: how far from its point the furthest corner lies. Shape (n,)."""
    return np.maximum(shapely.hausdorff_distance(outlines, points), BUILDING_FLOOR_M)


def mean_scale_m(reach_m: float, addresses: int) -> float:
    """Give the scale of a postcode whose point is the mean of `addresses`, the furthest of which lies `reach_m` from it."""
    return reach_m + ALONE_M / max(1, addresses)


def street_scale_m(reach_m: float) -> float:
    """Give the scale of a street whose line is known."""
    return max(reach_m, STREET_FLOOR_M)


def write(connection: sqlite3.Connection) -> None:
    """Fill `address_measures` from the finished address index."""
    ratios: dict[str, list[float]] = {
        "postcode in town": [],
        "postcode in country": [],
        "postcode from addresses": list(_postcode_means(connection)),
        "street": list(_streets(connection)),
        "interpolated": list(_interpolated(connection)),
        "building": list(_buildings(connection)),
    }
    for ratio, scale in _postcodes(connection):
        ratios["postcode in town" if scale < TOWN_SCALE_M else "postcode in country"].append(ratio)
    connection.executemany(
        "INSERT INTO address_measures VALUES (?, ?, ?)",
        ((name, len(found), round(float(np.percentile(found, _HELD)), 3)) for name, found in ratios.items() if found),
    )


def _every(connection: sqlite3.Connection, table: str, column: str = "fid") -> int:
    """Give the step that samples a table down to about `_SAMPLE` rows."""
    most = connection.execute(f"SELECT max({column}) FROM {table}").fetchone()[0] or 0
    return max(1, int(most) // _SAMPLE)


def _placed(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Give rows with easting and northing in place of the point that comes first in each."""
    kept = list(rows)
    for place, row in zip(points_of(row[0] for row in kept).tolist(), kept, strict=True):
        yield (*place, *row[1:])


def _postcodes(connection: sqlite3.Connection) -> Iterator[tuple[float, float]]:
    """Give, for addresses with a postcode of a published list, the distance to its point as a multiple of its scale; the scale."""
    rows = connection.execute(
        "SELECT a.geom, s.easting, s.northing, s.scale_m FROM addresses a "
        "JOIN postcode_spots s ON s.postcode = a.postcode WHERE s.published = 1 AND a.geom IS NOT NULL AND a.fid % ? = 0",
        (_every(connection, "addresses"),),
    )
    for east, north, spot_east, spot_north, scale in _placed(rows):
        yield math.hypot(east - spot_east, north - spot_north) / scale, scale


def _postcode_means(connection: sqlite3.Connection) -> Iterator[float]:
    """Give, for each address of a postcode that only addresses give, the distance to the mean of the others, by that scale."""
    rows = connection.execute(
        "SELECT a.geom, a.postcode FROM addresses a JOIN postcode_spots s ON s.postcode = a.postcode "
        "WHERE s.published = 0 AND a.geom IS NOT NULL ORDER BY a.postcode LIMIT ?",
        (_SAMPLE,),
    )
    for _, group in groupby(rows, key=lambda row: row[1]):
        points = points_of(row[0] for row in group)
        for i in range(len(points) if len(points) > 1 else 0):
            others = np.delete(points, i, axis=0)
            mean = others.mean(axis=0)
            reach = float(np.hypot(*(others - mean).T).max())
            yield math.dist(mean, points[i]) / mean_scale_m(reach, len(others))


def _streets(connection: sqlite3.Connection) -> Iterator[float]:
    """Give, for addresses on streets whose line is known, the distance to the street's centre by its scale."""
    rows = connection.execute(
        "SELECT DISTINCT a.geom, a.fid, s.easting, s.northing, s.reach_m FROM streets s "
        "JOIN street_numbers n ON n.key_id = s.key_id AND n.street_id = s.id JOIN addresses a ON a.fid = n.fid "
        "WHERE s.has_line = 1 AND n.fid % ? = 0",
        (_every(connection, "addresses"),),
    )
    for east, north, _, centre_east, centre_north, reach in _placed(rows):
        yield math.hypot(east - centre_east, north - centre_north) / street_scale_m(reach)


def _buildings(connection: sqlite3.Connection) -> Iterator[float]:
    """Give, for addresses with a point of their own in a building, its distance from the building's middle by that scale.

    So far off the property lies where a building itself carries the address, and only its middle is known.
    """
    rows = connection.execute(
        "SELECT a.geom, b.geom FROM addresses a JOIN buildings b ON b.fid = a.building_id "
        "WHERE a.fid % ? = 0 AND instr(' ' || a.ref || ' ', ' ' || b.ref || ' ') = 0 GROUP BY a.building_id, a.geom",
        (_every(connection, "addresses"),),
    ).fetchall()
    if rows:
        points, outlines = (decode([row[place] for row in rows]) for place in (0, 1))
        middles = inner_points(outlines)
        yield from (shapely.distance(points, middles) / building_scale_m(outlines, middles)).tolist()


def _interpolated(connection: sqlite3.Connection) -> Iterator[float]:
    """Give, for houses between two neighbours of their side of the street, the error of interpolating them, by that scale."""
    rows = connection.execute(
        "SELECT a.geom, s.id, a.number FROM streets s JOIN street_numbers n "
        "ON n.key_id = s.key_id AND n.street_id = s.id JOIN addresses a ON a.fid = n.fid WHERE n.base >= 0 AND s.id % ? = 0 "
        "ORDER BY s.id, n.base",
        (max(1, _every(connection, "addresses") // 2),),
    )
    for _, group in groupby(_placed(rows), key=lambda row: row[2]):
        sides: tuple[dict[int, tuple[float, float]], dict[int, tuple[float, float]]] = ({}, {})
        for east, north, _, text in group:
            number = house_number(text or "")
            if number is not None and number.is_single and not number.parts[0][1]:
                sides[number.base % 2].setdefault(number.base, (east, north))
        for side in sides:
            numbers = sorted(side)
            for low, middle, high in zip(numbers, numbers[1:], numbers[2:], strict=False):
                apart = math.dist(side[low], side[high])
                if apart <= MOST_BETWEEN_M:
                    yield math.dist(between(side[low], side[high], (middle - low) / (high - low)), side[middle]) / between_scale_m(
                        apart
                    )


def between(low: tuple[float, float], high: tuple[float, float], share: float) -> tuple[float, float]:
    """Give the point that lies `share` of the way from `low` to `high`."""
    return low[0] + (high[0] - low[0]) * share, low[1] + (high[1] - low[1]) * share
