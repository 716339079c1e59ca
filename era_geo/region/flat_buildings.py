"""Flats of a gazetteer whose points lie in no building, though the house that they are behind is in one.

A gazetteer gives all flats of a stair one point, often at the door or on the pavement before it. They belong to the building of
their house, as the house itself does: where its number is known, if their point lies within 25 m of it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator
from itertools import groupby, islice
from typing import Any

import numpy as np
import shapely

from era_geo.region.address_merge import SAME_HOUSE_M
from era_geo.region.draft import Draft
from era_geo.region.region import decode

_DOOR = "house_key(number, NULL, street, house)"  # taught to the connection by `addresses`
_FLATS = "building_id IS NULL AND flat IS NOT NULL AND uprn IS NOT NULL"
_WORTH_MEASURING_M = 200.0
_AT_ONCE = 50_000
_ROWS = 500  # flats of one number of a common street name, the country over

_Pair = tuple[int, bytes, int]
"""A flat's fid and point, and the fid of a building that it may belong to."""


def seat(draft: Draft) -> None:
    """Let each such flat have the building in which its number is known, where there is one such building and no other."""
    connection = draft.connection
    connection.execute(f"CREATE TEMP TABLE homeless AS SELECT {_DOOR} AS door, fid, geom FROM addresses WHERE {_FLATS}")
    if not connection.execute("SELECT 1 FROM homeless LIMIT 1").fetchone():
        return
    connection.execute("CREATE INDEX homeless_door ON homeless (door)")
    pairs = _pairs(draft)
    near: dict[int, list[int]] = defaultdict(list)
    while some := list(islice(pairs, _AT_ONCE)):
        outlines = _outlines(draft, {building for _, _, building in some})
        walls = np.array([outlines[building] for _, _, building in some], dtype=object)
        apart = shapely.distance(walls, decode([point for _, point, _ in some]))
        for (flat, _, building), metres in zip(some, apart.tolist(), strict=True):
            if metres <= SAME_HOUSE_M:
                near[flat].append(building)
    seated = ((found[0], flat) for flat, found in near.items() if len(found) == 1)
    connection.executemany("UPDATE addresses SET building_id = ? WHERE fid = ?", seated)
    connection.execute("DROP TABLE homeless")


def _pairs(draft: Draft) -> Iterator[_Pair]:
    """Give each flat with each building in which its street and number are known and that is not in another town."""
    rows = draft.connection.execute(
        f"SELECT {_DOOR} AS door, building_id, NULL, geom FROM addresses WHERE building_id IS NOT NULL AND {_DOOR} IN "
        "(SELECT door FROM homeless) UNION ALL SELECT door, NULL, fid, geom FROM homeless ORDER BY 1"
    )
    for _, group in groupby(rows, key=lambda row: row[0]):
        behind = list(group)
        flats, seats = [row for row in behind if row[2] is not None], [row for row in behind if row[1] is not None]
        known = decode([row[3] for row in seats])
        for start in range(0, len(flats) if seats else 0, _ROWS):
            some = flats[start : start + _ROWS]
            away = shapely.distance(decode([row[3] for row in some])[:, None], known[None, :])
            yield from _near(some, seats, away <= _WORTH_MEASURING_M)


def _near(flats: list[tuple[Any, ...]], seats: list[tuple[Any, ...]], close: Any) -> Iterator[_Pair]:
    for flat, row in zip(flats, close, strict=True):
        for building in sorted({seats[place][1] for place in np.flatnonzero(row)}):
            yield flat[2], flat[3], building


def _outlines(draft: Draft, fids: Collection[int]) -> dict[int, shapely.Geometry]:
    sql = "SELECT fid, geom FROM buildings WHERE fid IN (SELECT value FROM json_each(?))"
    rows = draft.connection.execute(sql, (json.dumps(sorted(fids)),)).fetchall()
    return dict(zip((fid for fid, _ in rows), decode([blob for _, blob in rows]), strict=True))
