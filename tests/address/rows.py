"""A region file made from plain rows, so that a test of the search says what is in it and nothing else.

Points are (easting, northing) in EPSG:27700. It has the tables and indexes of a real region; `tests/world.py` draws whole worlds.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from era_geo.region import address_index, gpkg, rtree
from era_geo.region.region import Region
from era_geo.region.schema import SCHEMA_VERSION, TABLES

Row = Mapping[str, Any]


def region_of_rows(path: Path, **tables: Sequence[Row]) -> Region:
    """Write `tables` (each row a mapping of columns, with `at` a point or `line` a list of points) and open the region."""
    connection = sqlite3.connect(path)
    gpkg.create(connection)
    for table in TABLES:
        gpkg.add_table(connection, table)
        rows = tables.get(table.name, [])
        geometry = np.array([_geometry(row) for row in rows], dtype=object)
        bounds = shapely.bounds(geometry).reshape(-1, 4)
        blobs = gpkg.blobs(geometry, bounds) if table.geometry and rows else [None] * len(rows)
        for fid, (row, blob) in enumerate(zip(rows, blobs, strict=True), 1):
            values = {"fid": fid, **{k: v for k, v in row.items() if k not in ("at", "line", "area")}}
            if table.geometry:
                values["geom"] = blob
            columns = ", ".join(values)
            marks = ", ".join("?" * len(values))
            connection.execute(f"INSERT INTO {table.name} ({columns}) VALUES ({marks})", tuple(values.values()))
        if table.geometry:
            rtree.create(connection, f"rtree_{table.name}_geom", np.arange(1, len(rows) + 1, dtype=np.int64), bounds)
    connection.execute("INSERT INTO meta (key, value) VALUES ('schema_version', ?)", (str(SCHEMA_VERSION),))
    address_index.build(connection)
    connection.commit()
    connection.close()
    return Region(path)


def _geometry(row: Row) -> shapely.Geometry | None:
    if "at" in row:
        return shapely.Point(row["at"])
    if "line" in row:
        return shapely.LineString(row["line"])
    return shapely.multipolygons([shapely.Polygon(row["area"])]) if "area" in row else None


def address(at: tuple[float, float], number: str | None, street: str | None, **more: Any) -> Row:
    """Give an address row of source 1; its ref is made from the point."""
    row = {"ref": f"osm:node/{int(at[0] * 10)}{int(at[1] * 10)}", "number": number, "street": street, "sources": "[1]", "spread_m": 0.0}
    return {**row, **more, "at": at}


def postcode(code: str, at: tuple[float, float], **more: Any) -> Row:
    """Give a row of a published postcode list."""
    return {"postcode": code, "quality": 10, "source_id": 1, **more, "at": at}


def locality(name: str, at: tuple[float, float], kind: str = "village", **more: Any) -> Row:
    """Give a locality row."""
    return {"ref": f"osm:node/{abs(hash(name)) % 10**6}", "name": name, "kind": kind, "source_id": 1, **more, "at": at}


def source(area: Sequence[tuple[float, float]], name: str = "rows.csv") -> Row:
    """Give the source row that the other rows name, with its coverage."""
    return {
        "name": name, "kind": "gazetteer", "date": "2026-01-31", "sha256": "0" * 64, "licence": "none", "credit": "none",
        "coverage_basis": "given boundary", "themes": "[]", "counts": json.dumps({}), "area": area,
    }  # fmt: skip
