"""The addresses of all sources settled: which building each lies in, one row for each house, and what follows from them.

The same house is the same number (or house name), flat and street, in one building or within 25 m, with postcodes that do not
contradict each other. One row then names every object: `ref` holds their references, separated by spaces, the most exact
first. `spread_m` is the greatest distance between them; objects in one building count as one spot, because it is the building
that is found.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

import numpy as np
import shapely

from era_geo.region.address_words import house_number, name_key
from era_geo.region.draft import Draft, StagedAddress
from era_geo.region.region import decode

SAME_HOUSE_M = 25.0
_BUILDINGS_AT_ONCE = 50_000
_ROWS_AT_ONCE = 50_000
_WORDS = ("flat", "number", "house", "street", "town", "postcode", "uprn", "flats")


class _Staged(NamedTuple):
    """A staged address, with the fid of the building it lies in."""

    building: int | None
    address: StagedAddress


@dataclass
class _House:
    """Objects that are one house, the most exact first."""

    objects: list[_Staged]

    def takes(self, other: _Staged) -> bool:
        """Whether `other`, which has the same words, is this house too."""
        codes = {staged.address.postcode for staged in self.objects} - {None}
        if other.address.postcode and codes and other.address.postcode not in codes:
            return False
        return any(_together(staged, other) for staged in self.objects)


def settle(draft: Draft) -> None:
    """Write `addresses` from what was staged, then `postcodes` and `street_names` from the addresses."""
    buildings = _buildings(draft)
    _key(draft)
    columns = ", ".join(StagedAddress._fields)
    rows = draft.connection.execute(f"SELECT key, fid, {columns} FROM staged ORDER BY key, exactness, fid")
    batch: list[_House] = []
    for _, group in groupby(rows, key=lambda row: row[0]):
        batch += _houses(_Staged(buildings.get(row[1]), StagedAddress(*row[2:])) for row in group)
        if len(batch) >= _ROWS_AT_ONCE:
            _write(draft, batch)
            batch = []
    if batch:
        _write(draft, batch)


def _buildings(draft: Draft) -> dict[int, int]:
    """Say for each staged address in which building it lies: the one that carries it, else the smallest around it."""
    found = draft.connection.execute("SELECT fid, easting, northing FROM staged").fetchall()
    if not found:
        return {}
    staged = np.array(found, dtype=np.float64)
    tree = shapely.STRtree(np.asarray(shapely.points(staged[:, 1:])))
    best = np.zeros(len(staged), dtype=np.int64)
    smallest = np.full(len(staged), np.inf)
    cursor = draft.connection.execute("SELECT fid, geom FROM buildings")
    while rows := cursor.fetchmany(_BUILDINGS_AT_ONCE):
        fids = np.array([fid for fid, _ in rows])
        outlines = decode([blob for _, blob in rows])
        which, points = tree.query(outlines, predicate="intersects")
        area = shapely.area(outlines)[which]
        order = np.argsort(-area, kind="stable")  # the smallest is written last and stays
        which, points, area = which[order], points[order], area[order]
        nearer = area < smallest[points]
        best[points[nearer]], smallest[points[nearer]] = fids[which[nearer]], area[nearer]
    inside = {int(fid): int(building) for fid, building in zip(staged[:, 0], best, strict=True) if building}
    draft.connection.execute("CREATE INDEX staged_own ON staged (own_building) WHERE own_building IS NOT NULL")
    own = "SELECT staged.fid, buildings.fid FROM buildings JOIN staged ON staged.own_building = buildings.ref"
    inside.update(draft.connection.execute(own))
    return inside


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


def _houses(objects: Iterable[_Staged]) -> list[_House]:
    """Sort objects with the same words into houses; those with a postcode first, so that one without joins them."""
    houses: list[_House] = []
    for staged in sorted(objects, key=lambda staged: staged.address.postcode is None):
        house = next((house for house in houses if house.takes(staged)), None)
        if house is None:
            houses.append(_House([staged]))
        else:
            house.objects.append(staged)
    for house in houses:
        house.objects.sort(key=lambda staged: staged.address.exactness)
    return houses


def _together(one: _Staged, other: _Staged) -> bool:
    return (one.building is not None and one.building == other.building) or _apart(one, other) <= SAME_HOUSE_M


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
        for source in {staged.address.source_id for staged in house.objects}:
            draft.kept[source, "addresses"] += 1


def _row(house: _House) -> tuple[object, ...]:
    objects = house.objects
    first = objects[0].address
    refs = " ".join(dict.fromkeys(staged.address.ref for staged in objects))
    if len(objects) == 1:
        return (refs, *first[5:13], objects[0].building, json.dumps([first.source_id]), 0.0, first.easting, first.northing)
    words = [next((value for staged in objects if (value := getattr(staged.address, word))), None) for word in _WORDS]
    building = next((staged.building for staged in objects if staged.building is not None), None)
    sources = sorted({staged.address.source_id for staged in objects})
    spread = max(_apart(one, other) for i, one in enumerate(objects) for other in objects[:i])
    return (refs, *words, building, json.dumps(sources), round(spread, 2), first.easting, first.northing)
