"""Flats of a gazetteer whose points lie in no building, though the house they are behind does.

A gazetteer gives all flats of a stair one point, often at the door or on the pavement before it. They belong to the building of
their house, as the house itself does: where its number is known, if their point lies within 25 m of it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection

import numpy as np
import shapely

from era_geo.region.address_merge import SAME_HOUSE_M, house_key
from era_geo.region.draft import Draft, in_chunks
from era_geo.region.region import decode

_DOOR = "number, street, house"
_AT_ONCE = 50_000


def seat(draft: Draft) -> None:
    """Let each such flat have the building in which its number is known, where there is one such building and no other."""
    flats = draft.connection.execute(
        f"SELECT fid, geom, {_DOOR} FROM addresses WHERE building_id IS NULL AND flat IS NOT NULL AND uprn IS NOT NULL"
    ).fetchall()
    doors = [_door(*flat[2:]) for flat in flats]
    buildings = _by_door(draft, set(doors)) if flats else {}
    pairs = [(flat, building) for flat, door in zip(flats, doors, strict=True) for building in sorted(buildings.get(door, ()))]
    near: dict[int, list[int]] = defaultdict(list)
    for start in range(0, len(pairs), _AT_ONCE):
        some = pairs[start : start + _AT_ONCE]
        outlines = _outlines(draft, {building for _, building in some})
        apart = shapely.distance(
            np.array([outlines[building] for _, building in some], dtype=object), decode([flat[1] for flat, _ in some])
        )
        for (flat, building), metres in zip(some, apart.tolist(), strict=True):
            if metres <= SAME_HOUSE_M:
                near[flat[0]].append(building)
    seated = [(found[0], fid) for fid, found in near.items() if len(found) == 1]
    draft.connection.executemany("UPDATE addresses SET building_id = ? WHERE fid = ?", seated)


def _door(number: str | None, street: str | None, house: str | None) -> str:
    return house_key(number, None, street, house)


def _by_door(draft: Draft, wanted: Collection[str]) -> dict[str, set[int]]:
    """Give, of the doors that are wanted, the buildings in which they are known."""
    found: dict[str, set[int]] = defaultdict(set)
    cursor = draft.connection.execute(f"SELECT building_id, {_DOOR} FROM addresses WHERE building_id IS NOT NULL")
    for rows in in_chunks(cursor):
        for building, *parts in rows:
            door = _door(*parts)
            if door in wanted:
                found[door].add(building)
    return found


def _outlines(draft: Draft, fids: Collection[int]) -> dict[int, shapely.Geometry]:
    sql = "SELECT fid, geom FROM buildings WHERE fid IN (SELECT value FROM json_each(?))"
    rows = draft.connection.execute(sql, (json.dumps(sorted(fids)),)).fetchall()
    return dict(zip((fid for fid, _ in rows), decode([blob for _, blob in rows]), strict=True))
