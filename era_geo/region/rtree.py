"""An R-tree index written whole, packed, instead of row by row.

SQLite builds an R-tree by inserting one row after another, 11 microseconds each against 2 here: minutes, for a country's 14
million rows. The format is public and fixed (https://www.sqlite.org/rtree.html), so the nodes are packed here by
sort-tile-recursive and written as they are. SQLite's own `rtreecheck` is run over the result, in tests.
"""

from __future__ import annotations

import math
import sqlite3

import numpy as np
import numpy.typing as npt

from era_geo.region.columns import Ints, insert_numbers
from era_geo.region.gpkg import Bounds

_CELL = np.dtype([("id", ">i8"), ("box", ">f4", 4)])
_FULL = 51  # cells in a node, SQLite's own limit for four coordinates
_NODE = np.dtype([("depth", ">u2"), ("cells", ">u2"), ("cell", _CELL, _FULL)])


def create(connection: sqlite3.Connection, name: str, ids: Ints, bounds: Bounds) -> None:
    """Create the R-tree `name` (columns id, minx, maxx, miny, maxy) over `ids`, shape (n,), with `bounds`, shape (n, 4)."""
    connection.execute(f"CREATE VIRTUAL TABLE {name} USING rtree(id, minx, maxx, miny, maxy)")
    if not len(ids):
        return
    if not _may_write_nodes(connection, name):
        rows = zip(ids.tolist(), *bounds[:, [0, 2, 1, 3]].T.tolist(), strict=True)
        connection.executemany(f"INSERT INTO {name} VALUES (?, ?, ?, ?, ?)", rows)
        return
    boxes = _rounded_outwards(bounds)
    levels: list[tuple[npt.NDArray[np.void], Ints]] = []
    while True:
        order = _tiled(boxes)
        nodes, boxes = _packed(ids[order], boxes[order])
        levels.append((nodes, ids[order]))
        if len(nodes) == 1:
            break
        ids = np.arange(len(nodes), dtype=np.int64)  # places within the level, numbered for good below
    _write(connection, name, levels)


def _may_write_nodes(connection: sqlite3.Connection, name: str) -> bool:
    """Whether this SQLite lets an index's own tables be written; one in its defensive mode, as Apple ships it, does not."""
    try:
        connection.execute(f"DELETE FROM {name}_rowid")  # empty so far
    except sqlite3.OperationalError:
        return False
    return True


def _rounded_outwards(bounds: Bounds) -> npt.NDArray[np.float32]:
    """Give (minx, maxx, miny, maxy) as 32-bit floats that hold the 64-bit box, as SQLite rounds."""
    low, high = bounds[:, :2].astype(np.float32), bounds[:, 2:].astype(np.float32)
    low = np.where(low > bounds[:, :2], np.nextafter(low, np.float32(-np.inf)), low)
    high = np.where(high < bounds[:, 2:], np.nextafter(high, np.float32(np.inf)), high)
    return np.column_stack([low[:, 0], high[:, 0], low[:, 1], high[:, 1]])


def _tiled(boxes: npt.NDArray[np.float32]) -> npt.NDArray[np.intp]:
    """Give the order in which each run of `_FULL` boxes is a compact tile: slices by easting, each sorted by northing."""
    x = boxes[:, 0].astype(np.float64) + boxes[:, 1]
    y = boxes[:, 2].astype(np.float64) + boxes[:, 3]
    slices = math.ceil(math.sqrt(math.ceil(len(boxes) / _FULL)))
    per_slice = math.ceil(math.ceil(len(boxes) / _FULL) / slices) * _FULL
    rank = np.empty(len(boxes), dtype=np.int64)
    rank[np.argsort(x, kind="stable")] = np.arange(len(boxes))
    return np.lexsort((y, rank // per_slice))


def _packed(ids: Ints, boxes: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.void], npt.NDArray[np.float32]]:
    """Give the nodes that hold the cells in this order, and each node's own box."""
    count = math.ceil(len(ids) / _FULL)
    cells = np.zeros(count * _FULL, dtype=_CELL)
    cells["id"][: len(ids)], cells["box"][: len(ids)] = ids, boxes
    nodes = np.zeros(count, dtype=_NODE)
    nodes["cell"] = cells.reshape(count, _FULL)
    nodes["cells"] = _FULL
    nodes["cells"][-1] = len(ids) - (count - 1) * _FULL
    starts = np.arange(count) * _FULL
    sides = [reduce.reduceat(boxes[:, k], starts) for k, reduce in enumerate((np.minimum, np.maximum, np.minimum, np.maximum))]
    return nodes, np.column_stack(sides)


def _write(connection: sqlite3.Connection, name: str, levels: list[tuple[npt.NDArray[np.void], Ints]]) -> None:
    """Fill the index's three tables: nodes are numbered from the root, which is 1, and cells pointed at them."""
    root = levels[-1][0]
    root["depth"] = len(levels) - 1
    first = 1  # number of this level's first node
    below = 2
    for depth in range(len(levels) - 1, -1, -1):
        nodes, members = levels[depth]
        numbers = np.arange(first, first + len(nodes))
        parents = numbers[np.arange(len(members)) // _FULL]
        if depth:
            nodes["cell"]["id"] += np.where(np.arange(_FULL) < nodes["cells"][:, None], below, 0)
            members = members + below
        order = np.argsort(members)  # so that SQLite only appends
        homes = np.column_stack([members[order], parents[order]])
        insert_numbers(connection, f"{name}_{'parent' if depth else 'rowid'}", homes)
        rows = zip(numbers.tolist(), (node.tobytes() for node in nodes), strict=True)
        connection.executemany(f"INSERT OR REPLACE INTO {name}_node VALUES (?, ?)", rows)
        first, below = below, below + (len(levels[depth - 1][0]) if depth else 0)
