"""The addresses of all sources settled: which building each lies in, one row for each house, and what follows from them.

The same house is the same number (or house name), flat and street, in one building or within 25 m, with postcodes that do not
contradict each other; a number without a street must lie in the same building. Where a gazetteer is at hand it has more to say:
`era_geo.region.address_merge`. One row then names every object: `ref` holds their references, separated by spaces, the most exact
first. `spread_m` is the greatest distance between them; objects in one building count as one spot, because it is the building
that is found. What one object alone has, as nearly all houses of a country, is written by SQL as it was staged; see
`era_geo.region.address_groups`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt

from era_geo.region import address_groups, flat_buildings, gpkg
from era_geo.region.address_merge import WORDS, Merger, Staged
from era_geo.region.address_words import house_key
from era_geo.region.building_of import buildings_around
from era_geo.region.draft import Draft, StagedAddress, in_chunks, without_none
from era_geo.region.progress import Progress

STAGE = "settling addresses"
_TOLD_EVERY = 50_000
_NAMES = ("ref", *WORDS, "building_id", "sources", "spread_m")
_HOUSE = (*_NAMES, "easting", "northing")
_ALONE = "FROM staged WHERE fid NOT IN (SELECT fid FROM shared)"
# A house that one object is has that object's words; the merger has made the rows of the others. They come in the order of their
# words, so that the houses of a street lie together, and then of reading.
_HOUSES = f"""
SELECT {", ".join(_NAMES)}, point_blob(easting, northing) FROM (
    SELECT key, fid, ref, {", ".join(WORDS)}, nullif(building_of(fid), 0) AS building_id, '[' || source_id || ']' AS sources,
        0.0 AS spread_m, easting, northing {_ALONE}
    UNION ALL SELECT key, fid, {", ".join(_HOUSE)} FROM merged
) ORDER BY key, fid
"""


def settle(draft: Draft, progress: Progress) -> None:
    """Write `addresses` from what was staged."""
    connection = draft.connection
    buildings = _buildings(draft)
    connection.create_function("point_blob", 2, gpkg.point_blob, deterministic=True)
    connection.create_function("house_key", 4, house_key, deterministic=True)
    merger = Merger(connection, address_groups.find(draft, buildings))
    connection.execute(f"CREATE TEMP TABLE merged (key, fid, {', '.join(_HOUSE)})")
    marks = ", ".join("?" * (2 + len(_HOUSE)))
    connection.executemany(f"INSERT INTO merged VALUES ({marks})", _merged(draft, merger, progress))
    draft.merged.update(+merger.told)
    for source, count in connection.execute(f"SELECT source_id, count(*) {_ALONE} GROUP BY source_id"):
        draft.kept[source, "addresses"] += count
    draft.add_points_of("addresses", _NAMES, _HOUSES)
    connection.execute("DROP TABLE shared")
    connection.execute("DROP TABLE merged")
    connection.create_function("building_of", 1, None)  # it holds an array as long as a country's addresses
    flat_buildings.seat(draft)


def _buildings(draft: Draft) -> npt.NDArray[np.int64]:
    """Say for each staged address, by its fid, in which building it lies: its own, else the smallest around it; 0 for none.

    SQL is taught it as `building_of`.
    """
    connection = draft.connection
    seats = np.zeros(connection.execute("SELECT ifnull(max(fid), 0) + 1 FROM staged").fetchone()[0], dtype=np.int64)
    draft.index("buildings", "ref")
    own = "SELECT staged.fid, buildings.fid FROM staged CROSS JOIN buildings ON buildings.ref = own_building"
    for rows in in_chunks(connection.execute(own)):
        staged, buildings = np.array(rows, dtype=np.int64).T
        seats[staged] = buildings
    connection.create_function("building_of", 1, seats.item)
    places = in_chunks(connection.execute("SELECT fid, easting, northing FROM staged WHERE building_of(fid) = 0"))
    left = [np.array(rows, dtype=np.float64) for rows in places]
    if left:
        unseated = np.concatenate(left)
        seats[unseated[:, 0].astype(np.int64)] = buildings_around(connection, unseated[:, 1:])
    return seats


def _merged(draft: Draft, merger: Merger, progress: Progress) -> Iterator[list[Any]]:
    """Make houses of the shared objects: give the words by which each was found, the fid of its first object, and its row."""
    total = draft.connection.execute("SELECT count(*) FROM shared").fetchone()[0]
    columns = ", ".join(StagedAddress._fields)
    rows = draft.connection.execute(
        f"SELECT key, fid, nullif(building_of(fid), 0), {columns} FROM shared JOIN staged USING (fid) ORDER BY key, exactness, fid"
    )
    done = 0
    for key, group in groupby(rows, key=lambda row: row[0]):
        objects = [Staged(row[1], row[2], StagedAddress._make(row[3:])) for row in group]
        for house in merger.houses(objects):
            for source in {staged.address.source_id for staged in house}:
                draft.kept[source, "addresses"] += 1
            yield [key, house[0].fid, *without_none(merger.row(house))]
        if done // _TOLD_EVERY < (done := done + len(objects)) // _TOLD_EVERY:
            progress(STAGE, done, total)
