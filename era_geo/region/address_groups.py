"""Which staged addresses may be one house with others, and which are a house each: nearly all of a country's.

Only the former need thought; `era_geo.region.addresses` lets SQL write the others as they are.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from era_geo.region.address_merge import SAME_HOUSE_M
from era_geo.region.draft import Draft, in_chunks

_REACH_M = SAME_HOUSE_M + 0.1  # who is measured otherwise in a last bit is still looked at
_ASIDE_M = 1000.0  # each word's objects lie in a plane of their own, this far from the next

Ints = npt.NDArray[np.int64]


def find(draft: Draft, buildings: Ints) -> dict[str, int]:
    """Write into `shared` the fids of the objects that the merger must see; give, of UPRNs worded in several ways, in how many.

    They are those with the same words as others, if these are near or in the same building or one is a gazetteer's, and all rows
    of a gazetteer with a UPRN that is worded in several ways. `buildings` says by fid in which building each object lies; 0 for
    none.
    """
    connection = draft.connection
    connection.execute("CREATE TEMP TABLE shared (fid INTEGER PRIMARY KEY)")
    connection.execute("CREATE TEMP TABLE repeated (words INTEGER PRIMARY KEY, key UNIQUE)")
    connection.execute("INSERT INTO repeated (key) SELECT key FROM staged GROUP BY key HAVING count(*) > 1")
    rows = connection.execute("SELECT words, fid, authority, easting, northing FROM staged JOIN repeated USING (key)")
    parts = [np.array(some, dtype=np.float64) for some in in_chunks(rows)]
    if parts:
        table = np.concatenate(parts)
        words, fids, authority = table[:, :3].astype(np.int64).T
        together = _near(words, table[:, 3:]) | _seated_together(words, buildings[fids])
        together |= np.isin(words, words[authority == 1])
        connection.executemany("INSERT INTO shared VALUES (?)", zip(fids[together].tolist(), strict=True))
    connection.execute("DROP TABLE repeated")
    return _worded(draft)


def _near(words: Ints, places: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Whether each object has another with the same words within reach."""
    from scipy.spatial import cKDTree  # noqa: PLC0415 - slow to import, and only a build needs it

    tree = cKDTree(np.column_stack([words * _ASIDE_M, places]))
    others: npt.NDArray[np.float64] = tree.query(tree.data, k=2, distance_upper_bound=_REACH_M)[0][:, 1]
    return np.isfinite(others)


def _seated_together(words: Ints, buildings: Ints) -> npt.NDArray[np.bool_]:
    """Whether each object has another with the same words in its building."""
    _, seat, counts = np.unique(words * (buildings.max() + 1) + buildings, return_inverse=True, return_counts=True)
    return (buildings > 0) & (counts[seat] > 1)


def _worded(draft: Draft) -> dict[str, int]:
    """Add to `shared` what a gazetteer words in several ways; give the UPRNs with the number of their ways."""
    connection = draft.connection
    if not connection.execute("SELECT 1 FROM staged WHERE authority = 1 LIMIT 1").fetchone():
        return {}
    connection.execute("CREATE INDEX staged_uprn ON staged (uprn, key) WHERE authority = 1 AND uprn IS NOT NULL")
    connection.execute(
        "CREATE TEMP TABLE worded AS SELECT uprn, count(DISTINCT key) AS ways FROM staged "
        "WHERE authority = 1 AND uprn IS NOT NULL GROUP BY uprn HAVING ways > 1"
    )
    connection.execute(
        "INSERT OR IGNORE INTO shared SELECT staged.fid FROM worded CROSS JOIN staged "
        "ON staged.uprn = worded.uprn AND staged.uprn IS NOT NULL AND authority = 1"
    )
    ways = dict(connection.execute("SELECT uprn, ways FROM worded").fetchall())
    connection.execute("DROP TABLE worded")
    return ways
