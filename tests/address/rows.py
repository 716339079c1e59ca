"""A region file made from plain rows, so that a test of the search says what is in it and nothing else.

Points are (easting, northing) in EPSG:27700. It has the tables and indexes of a real region; `tests/world.py` draws whole
worlds.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from era_geo.region import address_index, gpkg, rtree
from era_geo.region.region import Region
from era_geo.region.schema import SCHEMA_VERSION, TABLES

Row = Mapping[str, Any]
Point = tuple[float, float]
_SHAPES = ("at", "line", "area")


def region_of_rows(path: Path, **tables: Iterable[Row]) -> Region:
    """Write `tables` (rows are mappings of columns, with `at` a point, `line` or `area` a list of points) and open the region."""
    connection = sqlite3.connect(path)
    gpkg.create(connection)
    for table in TABLES:
        gpkg.add_table(connection, table)
        rows = list(tables.get(table.name, ()))
        shapes = np.array([_shape(row) for row in rows], dtype=object)
        bounds = shapely.bounds(shapes).reshape(-1, 4)
        blobs = gpkg.blobs(shapes, bounds) if table.geometry and rows else [None] * len(rows)
        for fid, (row, blob) in enumerate(zip(rows, blobs, strict=True), 1):
            values = {table.key: fid, **{key: value for key, value in row.items() if key not in _SHAPES}}
            if table.geometry:
                values["geom"] = blob
            marks = ", ".join("?" * len(values))
            connection.execute(f"INSERT INTO {table.name} ({', '.join(values)}) VALUES ({marks})", tuple(values.values()))
        if table.geometry:
            rtree.create(connection, f"rtree_{table.name}_geom", np.arange(1, len(rows) + 1, dtype=np.int64), bounds)
    connection.execute("INSERT INTO meta (key, value) VALUES ('schema_version', ?)", (str(SCHEMA_VERSION),))
    address_index.build(connection)
    connection.commit()
    connection.close()
    return Region(path)


def _shape(row: Row) -> shapely.Geometry | None:
    if "at" in row:
        return shapely.Point(row["at"])
    if "line" in row:
        return shapely.LineString(row["line"])
    return shapely.multipolygons([shapely.Polygon(row["area"])]) if "area" in row else None


def _ref(*parts: object) -> str:
    return f"osm:node/{zlib.crc32(repr(parts).encode())}"


def address(at: Point, number: str | None, street: str | None, **more: Any) -> Row:
    """Give an address row of source 1."""
    row = {"ref": _ref(at, number, street, more), "number": number, "street": street, "sources": "[1]", "spread_m": 0.0}
    return {**row, **more, "at": at}


def street(name: str, start: Point, numbers: Iterable[int | str], *, step_m: float = 10.0, **more: Any) -> list[Row]:
    """Give addresses along a street that runs east from `start`: odd numbers south of it, even ones north."""
    rows = []
    for place, number in enumerate(numbers):
        digits = int("".join(sign for sign in str(number).split("-")[0] if sign.isdigit()))
        side = 8.0 if digits % 2 == 0 else -8.0
        rows.append(address((start[0] + place * step_m / 2, start[1] + side), str(number), name, **more))
    return rows


def road(name: str, line: Sequence[Point], **more: Any) -> Row:
    """Give a road row."""
    return {"ref": _ref(name, line), "name": name, "highway": "residential", "tags": "{}", "source_id": 1, **more, "line": line}


def postcode(code: str, at: Point, **more: Any) -> Row:
    """Give a row of a published postcode list."""
    return {"postcode": code, "quality": 10, "source_id": 1, **more, "at": at}


def locality(name: str, at: Point, kind: str = "village", **more: Any) -> Row:
    """Give a locality row."""
    return {"ref": _ref(name, at), "name": name, "kind": kind, "source_id": 1, **more, "at": at}


def building(fid_ref: str, corner: Point, size_m: float = 10.0) -> Row:
    """Give a square building row whose least corner is `corner`."""
    x, y = corner
    area = [(x, y), (x + size_m, y), (x + size_m, y + size_m), (x, y + size_m), (x, y)]
    return {"ref": fid_ref, "kind": "house", "tags": "{}", "source_id": 1, "area": area}


def source(corner: Point, opposite: Point, name: str = "rows.csv") -> Row:
    """Give the source row that the other rows name, with a rectangle as its coverage."""
    (x, y), (to_x, to_y) = corner, opposite
    return {
        "name": name, "kind": "gazetteer", "date": "2026-01-31", "sha256": "0" * 64, "licence": "none", "credit": "none",
        "coverage_basis": "given boundary", "themes": "[]", "counts": json.dumps({}),
        "area": [(x, y), (to_x, y), (to_x, to_y), (x, to_y), (x, y)],
    }  # fmt: skip
