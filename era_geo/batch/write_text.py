"""OUT as CSV that spreadsheets open safely, and as GeoJSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, BinaryIO, TextIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import shapely

from era_geo.batch.where import SHAPE
from era_geo.batch.write import Shapes, flat, flat_type, json_text
from era_geo.outputs import escape
from era_geo.outputs.table import BOM

# Wider than `escape.cell` needs: what it finds is handed to that function, which decides.
_SUSPECT = r"^[\s\x{00a0}'\"]*[=+\-@\t\r\n\x{ff1d}\x{ff0b}\x{ff0d}\x{ff20}]|[^\x20-\x7e\x{00a0}-\x{024f}\n\r\t]"


def harmless(table: pa.Table) -> pa.Table:
    """Give a table in which no text cell would be a formula in a spreadsheet."""
    columns = []
    for column in table.columns:
        if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
            columns.append(column)
            continue
        suspect = pc.fill_null(pc.match_substring_regex(column, _SUSPECT), False)
        if not pc.any(suspect).as_py():
            columns.append(column)
            continue
        values = column.to_pylist()
        for position in pc.indices_nonzero(suspect).to_pylist():
            values[position] = escape.cell(values[position])
        columns.append(pa.array(values, column.type))
    return pa.table(columns, names=table.column_names)


class Csv:
    """Two CSV files, UTF-8 with a byte order mark, so that spreadsheets read them rightly."""

    def __init__(self, rows: Path, findings: Path, shapes: Shapes) -> None:
        self._files = [_CsvFile(rows, shapes.rows, shapes.column), _CsvFile(findings, shapes.findings, None)]

    def write(self, rows: pa.Table, findings: pa.Table) -> None:
        """Write what comes next."""
        for file, table in zip(self._files, (rows, findings), strict=True):
            file.write(table)

    def close(self) -> None:
        """Finish both files."""
        for file in self._files:
            file.close()


class _CsvFile:
    def __init__(self, path: Path, schema: pa.Schema, shape: str | None) -> None:
        self._shape = shape
        self._schema = pa.schema([(escape.cell(field.name), flat_type(field)) for field in schema])
        self._file: BinaryIO = path.open("wb")
        self._file.write(BOM.encode())
        self._writer = pacsv.CSVWriter(self._file, self._schema)

    def write(self, table: pa.Table) -> None:
        self._writer.write_table(harmless(flat(table, self._shape)).rename_columns(self._schema.names).cast(self._schema))

    def close(self) -> None:
        self._writer.close()
        self._file.close()


class GeoJson:
    """Two GeoJSON files: the input's shapes, or else the points where the properties lie; and the findings' points."""

    def __init__(self, rows: Path, findings: Path, shapes: Shapes) -> None:
        self._crs = shapes.crs
        self._files = [_GeoJsonFile(rows), _GeoJsonFile(findings)]

    def write(self, rows: pa.Table, findings: pa.Table) -> None:
        """Write what comes next."""
        self._files[0].write(rows, self._crs)
        self._files[1].write(findings, None)

    def close(self) -> None:
        """Finish both files."""
        for file in self._files:
            file.close()


class _GeoJsonFile:
    def __init__(self, path: Path) -> None:
        self._file: TextIO = path.open("w", encoding="utf-8", newline="\n")
        self._file.write('{"type": "FeatureCollection", "features": [')
        self._between = "\n"

    def write(self, table: pa.Table, crs: str | None) -> None:
        shapes = _lonlat_shapes(table, crs)
        plain = flat(table if crs is None else table.drop_columns([SHAPE]))
        for properties, shape in zip(plain.to_pylist(), shapes, strict=True):
            feature = {"type": "Feature", "properties": properties, "geometry": shape}
            self._file.write(self._between + json_text(feature))
            self._between = ",\n"

    def close(self) -> None:
        self._file.write("\n]}\n")
        self._file.close()


def _lonlat_shapes(table: pa.Table, crs: str | None) -> list[Any]:
    from era_geo.batch.shapes import to_lonlat  # noqa: PLC0415 - slow to import

    if crs is not None:
        texts = shapely.to_geojson(to_lonlat(table.column(SHAPE).to_pylist(), crs))
        return [None if text is None else json.loads(text) for text in texts]
    pairs = zip(table.column("lon").to_pylist(), table.column("lat").to_pylist(), strict=True)
    return [None if lon is None else {"type": "Point", "coordinates": [lon, lat]} for lon, lat in pairs]
