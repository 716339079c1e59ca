"""UPRNs that come as bare points, and the addresses they belong to.

A point joins an address only where nothing else can be meant: the building holds one address, that of a single house without
flats, and one point, and no other point or address stands loose beside its walls. Where an address has its UPRN already, the
point is one more source that says where it lies.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from era_geo.region.address_merge import APART, SAME_HOUSE_M, SEVERAL
from era_geo.region.address_words import house_number
from era_geo.region.building_of import buildings_around
from era_geo.region.draft import Draft, in_chunks
from era_geo.region.region import decode

LOOSE_M = 10.0
"""A point in no building may be that of a building whose walls are this near."""
GIVEN = "addresses that have their UPRN from it"
_FLATTED = ("apartments", "flats", "tenement", "maisonette", "dormitory")
_AT_ONCE = 20_000

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def join(draft: Draft) -> None:
    """Let addresses have the UPRNs that can only be theirs, and name the points' sources where both know a UPRN."""
    _confirm(draft)
    free = _free_points(draft)
    around = buildings_around(draft.connection, free.places)
    buildings, first, counts = np.unique(around, return_index=True, return_counts=True)
    alone = {building: point for building, point, count in zip(*(each.tolist() for each in (buildings, first, counts)), strict=True)
             if building and count == 1}  # fmt: skip
    loose = _Loose(np.concatenate([free.places[around == 0], _loose_addresses(draft)]))
    for homes in _homes(draft, alone):
        beside = loose.beside(decode([home.outline for home in homes]))
        _give(draft, free, [(home, alone[home.building]) for home, near in zip(homes, beside.tolist(), strict=True) if not near])


def _confirm(draft: Draft) -> None:
    """Name a point's source with each address that has its UPRN, and say how far apart they lie."""
    after = 0
    while True:
        # By pages, so that no row is changed under a query that still runs.
        rows = draft.connection.execute(
            "SELECT a.fid, a.geom, b.geom, a.sources, a.spread_m, p.easting, p.northing, p.source_id FROM addresses a "
            "JOIN uprn_points p ON p.uprn = CAST(a.uprn AS INTEGER) LEFT JOIN buildings b ON b.fid = a.building_id "
            "WHERE a.uprn IS NOT NULL AND a.fid > ? ORDER BY a.fid LIMIT ?",
            (after, _AT_ONCE),
        ).fetchall()
        if not rows:
            return
        after = rows[-1][0]
        points = np.asarray(shapely.points(np.array([row[5:7] for row in rows])))
        apart = np.fmin(*(shapely.distance(decode([row[place] for row in rows]), points) for place in (1, 2)))
        changed = []
        for (fid, _, _, sources, spread, _, _, source), metres in zip(rows, apart.tolist(), strict=True):
            known = json.loads(sources)
            if source not in known:
                changed.append((json.dumps(sorted([*known, source])), round(max(spread, metres), 2), fid))
                draft.kept[source, "addresses"] += 1
                for one in (*known, source):
                    draft.merged[one, APART] += metres > SAME_HOUSE_M
                    draft.merged[one, SEVERAL] += len(known) == 1 or one == source
        draft.connection.executemany("UPDATE addresses SET sources = ?, spread_m = ? WHERE fid = ?", changed)


@dataclass(frozen=True)
class _Points:
    """Points of UPRNs: each one's number, place (EPSG:27700, shape (n, 2)) and source."""

    uprn: Ints
    places: Floats
    source: Ints


def _free_points(draft: Draft) -> _Points:
    """Give the points whose UPRN no address has."""
    rows = draft.connection.execute("SELECT CAST(uprn AS INTEGER) FROM addresses WHERE uprn IS NOT NULL")
    taken = _columns(rows, 1)[:, 0]
    points = _columns(draft.connection.execute("SELECT uprn, easting, northing, source_id FROM uprn_points ORDER BY uprn"), 4)
    free = points[~np.isin(points[:, 0], taken)]
    return _Points(free[:, 0].astype(np.int64), free[:, 1:3], free[:, 3].astype(np.int64))


def _columns(rows: sqlite3.Cursor, width: int) -> Floats:
    """Give a query's numbers, shape (n, `width`); UPRNs and fids are exact in 64 bits."""
    return np.concatenate([np.empty((0, width)), *(np.array(part, dtype=np.float64) for part in in_chunks(rows))])


def _loose_addresses(draft: Draft) -> Floats:
    """Give the places of addresses without a UPRN that lie in no building."""
    rows = draft.connection.execute("SELECT geom FROM addresses WHERE uprn IS NULL AND building_id IS NULL")
    parts = [shapely.get_coordinates(decode([blob for (blob,) in part])) for part in in_chunks(rows)]
    return np.concatenate([np.empty((0, 2)), *parts])


@dataclass(frozen=True)
class _Home:
    """A building with one address, that of a single house: the fids of both, the building's outline, the address's sources."""

    building: int
    address: int
    outline: bytes
    sources: str


def _homes(draft: Draft, alone: dict[int, int]) -> Iterator[list[_Home]]:
    """Give, some thousand at a time, the single houses among the buildings with one point."""
    marks = ", ".join("?" * len(_FLATTED))
    rows = draft.connection.execute(
        "SELECT a.building_id, min(a.fid), b.geom, min(a.sources), min(a.number) FROM addresses a JOIN buildings b "
        f"ON b.fid = a.building_id WHERE coalesce(b.flats, 1) <= 1 AND coalesce(b.kind, '') NOT IN ({marks}) "
        "GROUP BY a.building_id HAVING count(*) = 1 AND max(a.uprn) IS NULL AND max(a.flat) IS NULL AND max(a.flats) IS NULL",
        _FLATTED,
    ).fetchall()
    found = [_Home(*row[:4]) for row in rows if row[0] in alone and _is_single(row[4])]
    for start in range(0, len(found), _AT_ONCE):
        yield found[start : start + _AT_ONCE]


def _is_single(number: str | None) -> bool:
    read = house_number(number) if number else None
    return read is None or (read.is_single and read.flat is None)


class _Loose:
    """Points and addresses that lie in no building."""

    def __init__(self, places: Floats) -> None:
        from scipy.spatial import cKDTree  # noqa: PLC0415 - slow to import

        self._places = places
        self._tree = cKDTree(places)

    def beside(self, outlines: npt.NDArray[np.object_]) -> npt.NDArray[np.bool_]:
        """Say for each outline whether one of them stands beside its walls."""
        bounds = shapely.bounds(outlines)
        centres = (bounds[:, :2] + bounds[:, 2:]) / 2
        reach = np.hypot(*(bounds[:, 2:] - centres).T) + LOOSE_M
        found = self._tree.query_ball_point(centres, reach)
        which = np.repeat(np.arange(len(outlines)), [len(each) for each in found])
        near = self._places[np.concatenate([np.empty(0, dtype=np.int64), *(np.array(each, dtype=np.int64) for each in found)])]
        touching = shapely.distance(outlines[which], np.asarray(shapely.points(near))) <= LOOSE_M
        beside: npt.NDArray[np.bool_] = np.bincount(which[touching], minlength=len(outlines)) > 0
        return beside


def _give(draft: Draft, free: _Points, chosen: list[tuple[_Home, int]]) -> None:
    rows = []
    for home, point in chosen:
        source = int(free.source[point])
        sources = json.dumps(sorted({*json.loads(home.sources), source}))
        rows.append((str(free.uprn[point]), sources, home.address))
        draft.merged[source, GIVEN] += 1
        draft.kept[source, "addresses"] += 1
    draft.connection.executemany("UPDATE addresses SET uprn = ?, sources = ? WHERE fid = ?", rows)
