"""The addresses of all sources settled: which building each lies in, one row for each house, and what follows from them.

The same house is the same number (or house name), flat and street, in one building or within 25 m, with postcodes that do not
contradict each other; a number without a street must lie in the same building. One row then names every object: `ref` holds
their references, separated by spaces, the most exact first. `spread_m` is the greatest distance between them; objects in one
building count as one spot, because it is the building that is found.
"""

from __future__ import annotations

import json
import math
from collections.abc import Hashable
from itertools import groupby
from typing import NamedTuple

import numpy as np
import shapely

from era_geo.region.address_words import house_number, name_key
from era_geo.region.draft import Draft, StagedAddress, in_chunks
from era_geo.region.progress import Progress
from era_geo.region.region import decode

STAGE = "settling addresses"
SAME_HOUSE_M = 25.0
_ROWS_AT_ONCE = 50_000
_WORDS = ("flat", "number", "house", "street", "town", "postcode", "uprn", "flats")


class _Staged(NamedTuple):
    """A staged address, with the fid of the building it lies in."""

    building: int | None
    address: StagedAddress


_House = list[_Staged]
"""Objects that are one house, the most exact first."""


def settle(draft: Draft, progress: Progress) -> None:
    """Write `addresses` from what was staged."""
    building_of = _buildings(draft)
    _key(draft)
    columns = ", ".join(StagedAddress._fields)
    rows = draft.connection.execute(f"SELECT key, fid, {columns} FROM staged ORDER BY key, exactness, fid")
    batch: list[_House] = []
    total = len(building_of) - 1
    for _, group in groupby(rows, key=lambda row: row[0]):
        batch += _houses([_Staged(building_of[row[1]] or None, StagedAddress._make(row[2:])) for row in group])
        if len(batch) >= _ROWS_AT_ONCE:
            _write(draft, batch)
            batch = []
            progress(STAGE, draft.count("addresses"), total)
    if batch:
        _write(draft, batch)


def _buildings(draft: Draft) -> list[int]:
    """Say for each staged address, by its fid, in which building it lies: its own, else the smallest around it; 0 for none."""
    places = in_chunks(draft.connection.execute("SELECT easting, northing FROM staged ORDER BY fid"))
    points = np.concatenate([np.array(rows, dtype=np.float64) for rows in places] or [np.empty((0, 2))])
    best = np.zeros(len(points) + 1, dtype=np.int64)  # fids count from 1
    smallest = np.full(len(points), np.inf)
    tree = shapely.STRtree(np.asarray(shapely.points(points)))
    for rows in in_chunks(draft.connection.execute("SELECT fid, geom FROM buildings")):
        outlines = decode([blob for _, blob in rows])
        which, inside = tree.query(outlines, predicate="intersects")
        area = shapely.area(outlines)[which]
        order = np.argsort(-area, kind="stable")  # the smallest is written last and stays
        which, inside, area = which[order], inside[order], area[order]
        nearer = area < smallest[inside]
        best[inside[nearer] + 1] = np.array([fid for fid, _ in rows], dtype=np.int64)[which[nearer]]
        smallest[inside[nearer]] = area[nearer]
    draft.connection.execute("CREATE INDEX staged_own ON staged (own_building) WHERE own_building IS NOT NULL")
    own = draft.connection.execute(
        "SELECT staged.fid, buildings.fid FROM buildings JOIN staged ON own_building = buildings.ref"
    )
    for fid, building in own:
        best[fid] = building
    found: list[int] = best.tolist()
    return found


def _key(draft: Draft) -> None:
    """Give each staged address the words that two objects of one house must share."""
    draft.connection.create_function("house_key", 4, house_key, deterministic=True)
    draft.connection.execute("ALTER TABLE temp.staged ADD COLUMN key")
    draft.connection.execute("UPDATE staged SET key = house_key(number, flat, street, house)")
    draft.connection.execute("CREATE INDEX staged_key ON staged (key, exactness, fid)")


def house_key(number: str | None, flat: str | None, street: str | None, house: str | None) -> str:
    """Give the words by which two objects are one house: street, number and flat; the house's name where it has no number."""
    read = house_number(number) if number else None
    shown = read.key + (f"/{read.flat}" if read.flat else "") if read else name_key(number or "")
    name = "" if number else name_key(house or "")
    return "|".join((name_key(street or ""), shown, name_key(flat or ""), name))


def _houses(objects: list[_Staged]) -> list[_House]:
    """Sort objects with the same words into houses; those with a postcode first, so that one without joins them."""
    if len(objects) == 1:
        return [objects]
    houses: list[_House] = []
    near: dict[Hashable, list[_House]] = {}
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
        house.sort(key=lambda staged: staged.address.exactness)
    return houses


def _spots(staged: _Staged) -> list[Hashable]:
    """Give where to look for its house: its building, its square of 25 m (it is known by these two), the squares around."""
    x, y = int(staged.address.easting // SAME_HOUSE_M), int(staged.address.northing // SAME_HOUSE_M)
    around: list[Hashable] = [(x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1) if dx or dy]
    return [staged.building or "in no building", (x, y), *around]


def _is_of(staged: _Staged, house: _House) -> bool:
    codes = {other.address.postcode for other in house} - {None}
    if staged.address.postcode and codes and staged.address.postcode not in codes:
        return False
    # A number without a street may be that of the next street's corner house.
    reach = SAME_HOUSE_M if staged.address.street or staged.address.house else 0.0
    return any(_apart(staged, other) <= reach for other in house)


def _apart(one: _Staged, other: _Staged) -> float:
    if one.building is not None and one.building == other.building:
        return 0.0
    a, b = one.address, other.address
    return math.hypot(a.easting - b.easting, a.northing - b.northing)


def _write(draft: Draft, houses: list[_House]) -> None:
    rows = [_row(house) for house in houses]
    names = ("ref", *_WORDS, "building_id", "sources", "spread_m", "easting", "northing")
    columns = dict(zip(names, zip(*rows, strict=True), strict=True))
    points = shapely.points(columns.pop("easting"), columns.pop("northing"))
    draft.add("addresses", columns, points)
    for house in houses:
        for source in {staged.address.source_id for staged in house}:
            draft.kept[source, "addresses"] += 1


def _row(house: _House) -> tuple[object, ...]:
    first = house[0].address
    refs = " ".join(dict.fromkeys(staged.address.ref for staged in house))
    if len(house) == 1:
        return (refs, *first[5:13], house[0].building, json.dumps([first.source_id]), 0.0, first.easting, first.northing)
    words = [next((value for staged in house if (value := getattr(staged.address, word))), None) for word in _WORDS]
    building = next((staged.building for staged in house if staged.building is not None), None)
    sources = sorted({staged.address.source_id for staged in house})
    spread = max(_apart(one, other) for i, one in enumerate(house) for other in house[:i])
    return (refs, *words, building, json.dumps(sources), round(spread, 2), first.easting, first.northing)
