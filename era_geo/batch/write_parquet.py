"""OUT as Parquet: one file for each table, or for large outputs a folder with a file for each part of them."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pyproj

from era_geo.batch.where import SHAPE
from era_geo.batch.write import FINDINGS, ROWS, Shapes

_COMPRESSION = "zstd"


class Single:
    """Two Parquet files; shapes of the input make the first one a GeoParquet file."""

    def __init__(self, rows: Path, findings: Path, shapes: Shapes) -> None:
        self._schemas = _schemas(shapes)
        self._writers = [
            pq.ParquetWriter(path, schema, compression=_COMPRESSION)
            for path, schema in zip((rows, findings), self._schemas, strict=True)
        ]

    def write(self, rows: pa.Table, findings: pa.Table) -> None:
        """Write what comes next, as one group of rows."""
        for writer, schema, table in zip(self._writers, self._schemas, (rows, findings), strict=True):
            writer.write_table(table.cast(schema))

    def close(self) -> None:
        """Finish both files."""
        for writer in self._writers:
            writer.close()


class Parts:
    """A folder with `rows` and `findings` in it, each a folder of Parquet files that readers take as one table."""

    def __init__(self, folder: Path, shapes: Shapes) -> None:
        self._schemas = _schemas(shapes)
        self._folders = [folder / name for name in (ROWS, FINDINGS)]
        for inner in self._folders:
            inner.mkdir(parents=True)
        self._number = 0

    def write(self, rows: pa.Table, findings: pa.Table) -> None:
        """Write what comes next, as a file of its own."""
        for folder, schema, table in zip(self._folders, self._schemas, (rows, findings), strict=True):
            pq.write_table(table.cast(schema), folder / f"part-{self._number:05d}.parquet", compression=_COMPRESSION)
        self._number += 1

    def close(self) -> None:
        """Do nothing more: each file is whole."""


def _schemas(shapes: Shapes) -> list[pa.Schema]:
    return [_with_shapes(shapes.rows, shapes.crs), shapes.findings]


def _with_shapes(schema: pa.Schema, crs: str | None) -> pa.Schema:
    if crs is None:
        return schema
    told = {"encoding": "WKB", "geometry_types": [], "crs": pyproj.CRS.from_user_input(crs).to_json_dict()}
    geo = {"version": "1.1.0", "primary_column": SHAPE, "columns": {SHAPE: told}}
    return schema.with_metadata({"geo": json.dumps(geo)})
