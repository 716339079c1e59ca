"""The GeoPackage format, as far as a region file needs it: its own tables, geometry blobs, and R-tree indexes.

Written straight by SQLite: rows come in batches from several readers at once, and text search, plain indexes and geometry lie
in one file. Plain GDAL opens it; `tests/region/test_gpkg.py` holds that.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import shapely

from era_geo.crs import BNG_EPSG, WGS84_EPSG
from era_geo.region.schema import Table

_APPLICATION_ID = 0x47504B47  # "GPKG"
_VERSION = 10300
_HEADER = np.dtype([("magic", "S2"), ("version", "u1"), ("flags", "u1"), ("srs", "<i4"), ("envelope", "<f8", 4)])
_ENVELOPE_FLAGS = 0b0000_0011  # little-endian, envelope of four numbers
_POINT_HEADER = struct.pack("<2sBBi", b"GP", 0, 0b0000_0001, BNG_EPSG)  # little-endian, no envelope
_POINT = np.dtype([("header", f"S{len(_POINT_HEADER)}"), ("order", "u1"), ("type", "<u4"), ("place", "<f8", 2)])
_POINT_BLOB = struct.Struct(f"<{len(_POINT_HEADER)}sBI2d")

_WGS84 = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],'
    'UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4326"]]'
)
_BNG = (
    'PROJCS["OSGB36 / British National Grid",GEOGCS["OSGB36",DATUM["Ordnance_Survey_of_Great_Britain_1936",'
    'SPHEROID["Airy 1830",6377563.396,299.3249646]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433],'
    'AUTHORITY["EPSG","4277"]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",49],'
    'PARAMETER["central_meridian",-2],PARAMETER["scale_factor",0.9996012717],PARAMETER["false_easting",400000],'
    'PARAMETER["false_northing",-100000],UNIT["metre",1],AXIS["Easting",EAST],AXIS["Northing",NORTH],'
    'AUTHORITY["EPSG","27700"]]'
)
_SYSTEMS = (
    ("Undefined Cartesian", -1, "NONE", -1, "undefined", None),
    ("Undefined geographic", 0, "NONE", 0, "undefined", None),
    ("WGS 84", WGS84_EPSG, "EPSG", WGS84_EPSG, _WGS84, "longitude/latitude"),
    ("OSGB36 / British National Grid", BNG_EPSG, "EPSG", BNG_EPSG, _BNG, "easting/northing, metres"),
)
_TABLES = """
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
    organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
    description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
    min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL REFERENCES gpkg_contents(table_name), column_name TEXT NOT NULL,
    geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL REFERENCES gpkg_spatial_ref_sys(srs_id), z TINYINT NOT NULL,
    m TINYINT NOT NULL, PRIMARY KEY (table_name, column_name), UNIQUE (table_name));
CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
    scope TEXT NOT NULL, UNIQUE (table_name, column_name, extension_name));
"""
_RTREE_EXTENSION = ("gpkg_rtree_index", "http://www.geopackage.org/spec120/#extension_rtree", "write-only")

Bounds = npt.NDArray[np.float64]
"""Shape (n, 4): least easting, least northing, greatest easting, greatest northing."""


def create(connection: sqlite3.Connection) -> None:
    """Make an empty database a GeoPackage that knows WGS 84 and the British National Grid."""
    connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {_VERSION}")
    for statement in _TABLES.strip().split(";\n"):
        connection.execute(statement)
    connection.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", _SYSTEMS)


def add_table(connection: sqlite3.Connection, table: Table) -> None:
    """Create one of the region's tables and register it."""
    columns = [f"{table.key} INTEGER PRIMARY KEY NOT NULL", *(f"{column.name} {column.type}" for column in table.columns)]
    if table.geometry:
        columns.append(f"geom {table.geometry}")
    connection.execute(f"CREATE TABLE {table.name} ({', '.join(columns)})")
    connection.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) VALUES (?, ?, ?, ?, ?)",
        (
            table.name,
            "features" if table.geometry else "attributes",
            table.name,
            table.meaning,
            BNG_EPSG if table.geometry else None,
        ),
    )
    if table.geometry:
        connection.execute(
            "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)", (table.name, table.geometry, BNG_EPSG)
        )


def blobs(geometry: npt.NDArray[np.object_], bounds: Bounds) -> list[bytearray | None]:
    """Give GeoPackage geometry blobs, shape (n,), of shapely geometries in EPSG:27700 and their `bounds`.

    They are no `bytes`, because `sqlite3` takes a microsecond more for each of those.
    """
    bodies = shapely.to_wkb(geometry, byte_order=1)
    headers = np.zeros(len(geometry), dtype=_HEADER)
    headers["magic"], headers["flags"], headers["srs"] = b"GP", _ENVELOPE_FLAGS, BNG_EPSG
    headers["envelope"] = bounds[:, [0, 2, 1, 3]]
    raw, size = bytearray(headers), _HEADER.itemsize
    is_point, point_header = shapely.get_type_id(geometry) == shapely.GeometryType.POINT, bytearray(_POINT_HEADER)
    return [
        None if body is None else (point_header if point else raw[i * size : (i + 1) * size]) + body
        for i, (body, point) in enumerate(zip(bodies, is_point, strict=True))
    ]


def point_blobs(points: npt.NDArray[np.float64]) -> list[bytearray]:
    """Give GeoPackage geometry blobs of points (eastings and northings, shape (n, 2)), as `blobs` does of shapely's."""
    made = np.zeros(len(points), dtype=_POINT)
    made["header"], made["order"], made["type"], made["place"] = _POINT_HEADER, 1, 1, points  # little-endian; 1 is a point
    raw, size = bytearray(made), _POINT.itemsize
    return [raw[start : start + size] for start in range(0, len(raw), size)]


def point_blob(easting: float, northing: float) -> bytes:
    """Give the blob of one point, as `point_blobs` does of many; SQL can be taught to call it."""
    return _POINT_BLOB.pack(_POINT_HEADER, 1, 1, easting, northing)


def points_of(blobs: Iterable[bytes]) -> npt.NDArray[np.float64]:
    """Give the eastings and northings, shape (n, 2), in the blobs of points."""
    points: npt.NDArray[np.float64] = np.frombuffer(b"".join(blobs), dtype=_POINT)["place"]
    return points


def register_extent(connection: sqlite3.Connection, table: str, bounds: Bounds) -> None:
    """Record a feature table's extent, and that it has an R-tree."""
    if len(bounds):
        extent = [*bounds[:, :2].min(axis=0).tolist(), *bounds[:, 2:].max(axis=0).tolist()]
        connection.execute(
            "UPDATE gpkg_contents SET min_x = ?, min_y = ?, max_x = ?, max_y = ? WHERE table_name = ?", (*extent, table)
        )
    connection.execute("INSERT INTO gpkg_extensions VALUES (?, 'geom', ?, ?, ?)", (table, *_RTREE_EXTENSION))
