"""Tables with types and shapes: Parquet, GeoParquet, GeoPackage, GeoJSON. Shapes are kept as they are, in a column `geometry`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from era_geo.batch.intake import Intake, Part
from era_geo.batch.where import SHAPE
from era_geo.errors import DataError, UsageError

_AT_ONCE = 8192
_LONLAT = "OGC:CRS84"


def open_parquet(path: Path) -> Intake:
    """Open a Parquet file; of a GeoParquet file the first shape column is the shapes'.

    Raises
    ------
    DataError
        If it is damaged.
    """
    try:
        with pq.ParquetFile(path) as file:
            count, schema = file.metadata.num_rows, file.schema_arrow
    except (pa.ArrowInvalid, OSError) as error:
        raise DataError(f"{path.name} is a damaged Parquet file ({error}). Write it again.") from error
    told = json.loads((schema.metadata or {}).get(b"geo", b"{}"))
    shape = told.get("primary_column") if told.get("primary_column") in schema.names else None
    crs = _crs_name(told["columns"][shape].get("crs", _LONLAT)) if shape else None
    schema = _renamed(schema.remove_metadata(), shape)

    def read() -> Iterator[Part]:
        with pq.ParquetFile(path) as opened:
            for number, batch in _counted(opened.iter_batches(batch_size=_AT_ONCE)):
                yield Part(_cast(batch, schema), range(number, number + batch.num_rows))

    return Intake(path, "GeoParquet" if shape else "Parquet", schema, count, read, crs)


def open_layers(path: Path, kind: str, layer: str | None) -> Intake:
    """Open one layer of a file that GDAL reads.

    Raises
    ------
    UsageError
        If there is no such layer.
    DataError
        If it is damaged.
    """
    try:
        known = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
        if layer is not None and layer not in known:
            raise UsageError(f"{path.name} has no layer '{layer}'. Its layers are: {', '.join(known)}.")
        about = pyogrio.read_info(path, layer=layer, force_feature_count=True)
        with pyogrio.open_arrow(path, layer=layer, batch_size=1, use_pyarrow=True) as (meta, reader):
            shape = (meta["geometry_name"] or "wkb_geometry") if meta["geometry_type"] else None
            schema = _renamed(pa.schema(reader.schema).remove_metadata(), shape)
    except (DataSourceError, DataLayerError, IndexError) as error:
        raise DataError(f"{path.name} is no {kind} that can be read, or damaged. Write it again.") from error
    schema = pa.schema([pa.field(field.name, field.type) for field in schema])

    def read() -> Iterator[Part]:
        with pyogrio.open_arrow(path, layer=layer, batch_size=_AT_ONCE, use_pyarrow=True) as (_, rows):
            for number, batch in _counted(iter(rows)):
                yield Part(_cast(batch, schema), range(number, number + batch.num_rows))

    return Intake(path, kind, schema, int(about["features"]), read, str(about["crs"] or _LONLAT) if shape else None)


def _counted(batches: Iterator[Any]) -> Iterator[tuple[int, Any]]:
    number = 1
    for batch in batches:
        yield number, batch
        number += batch.num_rows


def _cast(batch: Any, schema: pa.Schema) -> pa.Table:
    return pa.table([column.cast(field.type) for column, field in zip(batch.columns, schema, strict=True)], schema=schema)


def _renamed(schema: pa.Schema, shape: str | None) -> pa.Schema:
    """Give the columns as they are handed out: shapes as `geometry`, words that were coded as words."""
    fields = []
    for field in schema:
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        fields.append(pa.field(SHAPE, pa.binary()) if field.name == shape else pa.field(field.name, kind))
    return pa.schema(fields)


def _crs_name(told: Any) -> str:
    """Give a coordinate system as text that pyproj reads; none told means longitude and latitude."""
    return told if isinstance(told, str) else json.dumps(told) if told else _LONLAT
