"""OUT as a GeoPackage: a layer of rows and a layer of findings. Equal tables give equal files."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from era_geo.batch.where import SHAPE
from era_geo.batch.work import cannot_write
from era_geo.batch.write import FINDINGS, ROWS, Shapes, flat, output_names
from era_geo.gpkg_date import put_date

_LONLAT = "EPSG:4326"
_OWN_NAMES = ("fid", "geom", SHAPE)
_DISK = ("disk is full", "disk i/o error")  # as SQLite says it


class GeoPackage:
    """Two layers: the input's shapes, or else the points where the properties lie; and the findings' points."""

    def __init__(self, path: Path, shapes: Shapes) -> None:
        self._path = path
        self._shapes = shapes
        empty = [schema.empty_table() for schema in (shapes.rows, shapes.findings)]
        self.write(*empty)

    def write(self, rows: pa.Table, findings: pa.Table) -> None:
        """Write what comes next.

        Raises
        ------
        EraGeoError
            If the file could not be written to.
        """
        for name, table, crs in ((ROWS, rows, self._shapes.crs), (FINDINGS, findings, None)):
            try:
                self._append(name, table, crs)
            except (DataSourceError, DataLayerError, RuntimeError) as error:
                raise cannot_write(self._path, str(error), full=_is_disk(error)) from error

    def close(self) -> None:
        """Put the assessments' date where GDAL put the clock's."""
        put_date(self._path, dt.date.fromisoformat(self._shapes.date))

    def _append(self, name: str, table: pa.Table, crs: str | None) -> None:
        if crs is None:
            shapes, system = _points(table), _LONLAT
        else:
            shapes = table.column(SHAPE)
            table, system = table.drop_columns([SHAPE]), crs
        table = flat(table).rename_columns(output_names(table.column_names, _OWN_NAMES))
        whole = table.append_column(SHAPE, shapes.combine_chunks() if isinstance(shapes, pa.ChunkedArray) else shapes)
        pyogrio.write_arrow(
            whole, self._path, layer=name, driver="GPKG", geometry_name=SHAPE, crs=system, geometry_type="Unknown",
            append=self._path.exists() and name in pyogrio.list_layers(self._path)[:, 0],
        )  # fmt: skip


def _is_disk(error: Exception) -> bool:
    return any(words in str(error).casefold() for words in _DISK)


def _points(table: pa.Table) -> pa.Array:
    lon, lat = (np.array(table.column(name).to_pylist(), dtype=np.float64) for name in ("lon", "lat"))
    points = shapely.to_wkb(shapely.points(lon, lat))
    return pa.array([None if np.isnan(x) else wkb for x, wkb in zip(lon, points, strict=True)], pa.binary())
