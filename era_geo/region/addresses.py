"""The addresses of all sources settled: which building each lies in, one row for each house, and what follows from them.

The same house is the same number (or house name), flat and street, in one building or within 25 m, with postcodes that do not
contradict each other; a number without a street must lie in the same building. Where a gazetteer is at hand it has more to say:
`era_geo.region.address_merge`. One row then names every object: `ref` holds their references, separated by spaces, the most exact
first. `spread_m` is the greatest distance between them; objects in one building count as one spot, because it is the building
that is found.
"""

from __future__ import annotations

from itertools import groupby

import numpy as np

from era_geo.region import flat_buildings
from era_geo.region.address_merge import WORDS, House, Merger, Staged
from era_geo.region.address_words import house_key
from era_geo.region.building_of import buildings_around
from era_geo.region.draft import Draft, StagedAddress, in_chunks
from era_geo.region.progress import Progress

STAGE = "settling addresses"
_ROWS_AT_ONCE = 50_000


def settle(draft: Draft, progress: Progress) -> None:
    """Write `addresses` from what was staged."""
    building_of = _buildings(draft)
    draft.connection.create_function("house_key", 4, house_key, deterministic=True)
    columns = ", ".join(StagedAddress._fields)
    rows = draft.connection.execute(f"SELECT key, fid, {columns} FROM staged ORDER BY key, exactness, fid")
    merger = Merger(draft.connection, _worded(draft))
    batch: list[House] = []
    total = len(building_of) - 1
    for _, group in groupby(rows, key=lambda row: row[0]):
        batch += merger.houses([Staged(row[1], building_of[row[1]] or None, StagedAddress._make(row[2:])) for row in group])
        if len(batch) >= _ROWS_AT_ONCE:
            _write(draft, merger, batch)
            batch = []
            progress(STAGE, draft.count("addresses"), total)
    if batch:
        _write(draft, merger, batch)
    draft.merged.update(+merger.told)
    flat_buildings.seat(draft)


def _buildings(draft: Draft) -> list[int]:
    """Say for each staged address, by its fid, in which building it lies: its own, else the smallest around it; 0 for none."""
    connection = draft.connection
    seats = np.zeros(connection.execute("SELECT ifnull(max(fid), 0) + 1 FROM staged").fetchone()[0], dtype=np.int64)
    draft.index("buildings", "ref")
    own = "SELECT staged.fid, buildings.fid FROM staged CROSS JOIN buildings ON buildings.ref = own_building"
    for rows in in_chunks(connection.execute(own)):
        staged, buildings = np.array(rows, dtype=np.int64).T
        seats[staged] = buildings
    places = in_chunks(connection.execute("SELECT fid, easting, northing FROM staged"))
    left = [part[seats[part[:, 0].astype(np.int64)] == 0] for part in (np.array(rows, dtype=np.float64) for rows in places)]
    if any(map(len, left)):
        unseated = np.concatenate(left)
        seats[unseated[:, 0].astype(np.int64)] = buildings_around(connection, unseated[:, 1:])
    found: list[int] = seats.tolist()
    return found


def _worded(draft: Draft) -> dict[str, int]:
    """Say of UPRNs that gazetteers word in more than one way in how many."""
    if not draft.connection.execute("SELECT 1 FROM staged WHERE authority = 1 LIMIT 1").fetchone():
        return {}
    draft.connection.execute("CREATE INDEX staged_uprn ON staged (uprn, key) WHERE authority = 1 AND uprn IS NOT NULL")
    rows = draft.connection.execute(
        "SELECT uprn, count(DISTINCT key) FROM staged WHERE authority = 1 AND uprn IS NOT NULL GROUP BY uprn "
        "HAVING count(DISTINCT key) > 1"
    )
    return dict(rows.fetchall())


def _write(draft: Draft, merger: Merger, houses: list[House]) -> None:
    rows = [merger.row(house) for house in houses]
    names = ("ref", *WORDS, "building_id", "sources", "spread_m", "easting", "northing")
    columns = dict(zip(names, zip(*rows, strict=True), strict=True))
    points = np.column_stack([columns.pop("easting"), columns.pop("northing")]).astype(np.float64)
    draft.add("addresses", columns, points)
    for house in houses:
        for source in {staged.address.source_id for staged in house}:
            draft.kept[source, "addresses"] += 1
