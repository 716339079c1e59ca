"""In which building each of many points lies."""

from __future__ import annotations

import sqlite3

import numpy as np
import numpy.typing as npt
import shapely

from era_geo.region.draft import in_chunks
from era_geo.region.region import decode


def buildings_around(connection: sqlite3.Connection, points: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Give the fid of the smallest building around each of `points`, shape (n, 2), EPSG:27700; 0 for none."""
    best = np.zeros(len(points), dtype=np.int64)
    smallest = np.full(len(points), np.inf)
    tree = shapely.STRtree(np.asarray(shapely.points(points)))
    for rows in in_chunks(connection.execute("SELECT fid, geom FROM buildings")):
        outlines = decode([blob for _, blob in rows])
        which, inside = tree.query(outlines, predicate="intersects")
        area = shapely.area(outlines)[which]
        order = np.argsort(-area, kind="stable")  # the smallest is written last and stays
        which, inside, area = which[order], inside[order], area[order]
        nearer = area < smallest[inside]
        best[inside[nearer]] = np.array([fid for fid, _ in rows], dtype=np.int64)[which[nearer]]
        smallest[inside[nearer]] = area[nearer]
    return best
