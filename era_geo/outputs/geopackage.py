"""An assessment as a GeoDataFrame and as a GeoPackage, EPSG:27700, for analysts and GIS."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shapely

from era_geo import crs
from era_geo.errors import EraGeoError
from era_geo.gpkg_date import put_date
from era_geo.model import Assessment
from era_geo.outputs.escape import plain
from era_geo.outputs.ground import Ground, from_geojson
from era_geo.outputs.table import Table, tables

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

_OF_ROUTES = ("number", "layer", "name", "walk_m", "walk_from", "walk_to")


def to_geodataframe(assessment: Assessment) -> gpd.GeoDataFrame:
    """Give the findings, nearest first, one row each, in EPSG:27700.

    Columns are the table's (`era_geo.outputs.table`): distances in metres, texts of a list joined by `; `. The shape is the
    place's own: point, line or area.
    """
    return _frame(tables(assessment)["places"], list(Ground(assessment).places))


def write_geopackage(assessment: Assessment, path: Path, more: Mapping[str, Table] | None = None) -> None:
    """Write places, ways on foot, open area, property, ring, band, crossings and sources with their shapes, and the other tables.

    Layer `routes` has a row for each way that is known, `open_area` what lies in open line in plan (no row where that is not
    known). Equal assessments give equal files. `path` must not exist yet. `more` are further tables without shapes, by name.

    Raises
    ------
    EraGeoError
        If the file could not be written to its end.
    """
    from pyogrio.errors import DataLayerError, DataSourceError  # noqa: PLC0415 - slow to import

    try:
        _write_layers(assessment, path, more or {})
        put_date(path, assessment.as_of)
    except (DataSourceError, DataLayerError, sqlite3.Error, OSError) as error:
        # GDAL's own words name tables and not what to do; they stay in the chain.
        raise EraGeoError(
            f"{path.name} could not be written to its end. The disk is full, or the folder cannot be written to. "
            "No file was written. Make room, or choose another folder."
        ) from error


def _write_layers(assessment: Assessment, path: Path, more: Mapping[str, Table]) -> None:
    import pyogrio  # noqa: PLC0415 - slow to import

    ground = Ground(assessment)
    written = tables(assessment)
    coverages = [None if one.coverage is None else from_geojson([one.coverage])[0] for one in assessment.sources]
    opened = [] if ground.open_area is None else [ground.open_area]
    for name, frame in {
        "places": to_geodataframe(assessment),
        "property": _frame(_turned(written["about"], "site."), [ground.origin]),
        "ring": _frame(_turned(written["about"], "parameters."), [ground.within]),
        "too_close_to_call": _frame(Table((), ((),)), [ground.borderline]),
        "routes": _routes(ground, written["places"]),
        "open_area": _frame(Table((), ((),) * len(opened)), opened),
        "crossings": _frame(written["crossings"], list(ground.crossings)),
        "sources": _frame(written["sources"], coverages),
    }.items():
        pyogrio.write_dataframe(
            frame, path, layer=name, driver="GPKG", geometry_type="Unknown", append=path.exists(), promote_to_multi=False
        )
    for name, table in {**{name: written[name] for name in ("layers", "gaps", "addresses", "about")}, **more}.items():
        frame = _plain_frame(table)
        frame = frame.astype({column: "string" for column in frame if frame[column].dtype == object})
        pyogrio.write_dataframe(frame, path, layer=name, driver="GPKG", append=True)


def _routes(ground: Ground, places: Table) -> gpd.GeoDataFrame:
    """Give the ways on foot that are known, with what the table says of each."""
    chosen = [places.columns.index(name) for name in _OF_ROUTES]
    known = [number for number, route in enumerate(ground.routes) if route is not None]
    rows = tuple(tuple(places.rows[number][column] for column in chosen) for number in known)
    return _frame(Table(_OF_ROUTES, rows), [ground.routes[number] for number in known])


def _frame(table: Table, shapes: Sequence[shapely.Geometry | None]) -> gpd.GeoDataFrame:
    import geopandas as gpd  # noqa: PLC0415 - slow to import

    return gpd.GeoDataFrame(_plain_frame(table), geometry=gpd.GeoSeries(shapes, crs=crs.BNG_EPSG), crs=crs.BNG_EPSG)


def _plain_frame(table: Table) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - slow to import

    values = [[plain(value) if isinstance(value, str) else value for value in row] for row in table.rows]
    return pd.DataFrame(values, columns=list(table.columns))


def _turned(table: Table, prefix: str) -> Table:
    """Give the rows of `about` under `prefix` as the columns of one row."""
    chosen: list[tuple[str, Any]] = [(str(key)[len(prefix) :], value) for key, value in table.rows if str(key).startswith(prefix)]
    return Table(tuple(key.replace(".", "_") for key, _ in chosen), (tuple(value for _, value in chosen),))
