"""The index that the address search reads: plain tables inside the region file, made once when the region is built.

A *key* is a street name made comparable (`address_words.name_key`); a *street* is one stretch of that name on the ground, so the
High Streets of two towns are two streets with one key. The tables are read by `era_geo.address`; a GIS may ignore them.
"""

from __future__ import annotations

import json
import sqlite3
import struct

import numpy as np

from era_geo.region import address_measures, address_streets
from era_geo.region.address_words import begins_with_the, house_number, name_key, turned_key
from era_geo.region.columns import Points
from era_geo.region.gpkg import points_of

TABLES = """
CREATE TABLE street_keys (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE);
CREATE TABLE street_aliases (alias TEXT NOT NULL, key_id INTEGER NOT NULL, PRIMARY KEY (alias, key_id)) WITHOUT ROWID;
CREATE TABLE streets (id INTEGER PRIMARY KEY, key_id INTEGER NOT NULL, name TEXT NOT NULL, towns TEXT NOT NULL,
    easting REAL NOT NULL, northing REAL NOT NULL, reach_m REAL NOT NULL, houses INTEGER NOT NULL, has_line INTEGER NOT NULL);
CREATE TABLE street_numbers (key_id INTEGER NOT NULL, base INTEGER NOT NULL, street_id INTEGER NOT NULL, fid INTEGER NOT NULL,
    PRIMARY KEY (key_id, base, street_id, fid)) WITHOUT ROWID;
CREATE TABLE house_names (key TEXT NOT NULL, fid INTEGER NOT NULL, PRIMARY KEY (key, fid)) WITHOUT ROWID;
CREATE TABLE street_lines (key_id INTEGER NOT NULL, fid INTEGER NOT NULL, PRIMARY KEY (key_id, fid)) WITHOUT ROWID;
CREATE TABLE postcode_spots (postcode TEXT PRIMARY KEY, easting REAL NOT NULL, northing REAL NOT NULL, scale_m REAL NOT NULL,
    published INTEGER NOT NULL, terminated TEXT) WITHOUT ROWID;
CREATE TABLE address_measures (name TEXT PRIMARY KEY, tested INTEGER NOT NULL, value REAL NOT NULL) WITHOUT ROWID
"""
INDEXES = """
CREATE INDEX streets_key ON streets (key_id);
CREATE INDEX addresses_ref ON addresses (ref)
"""
_SCALE_NEIGHBOUR = 5  # a postcode's scale is the distance to its fifth nearest neighbour,
_ROUGH_M = {50: 1000.0, 60: 3000.0}  # Code-Point qualities of a mean of the nearby postcodes, and of the sector's: estimates
_SCALE_FLOOR_M = 20.0  # and this much more: measured on Edinburgh, where it holds houses best (docs/benchmarks/locate.md)
LISTED, LISTED_ROUGHLY = 1, 2
"""`postcode_spots.published` of a postcode that a list gives, and of one that it can only place among others."""
_XY = struct.Struct("<dd")


def point(blob: bytes) -> tuple[float, float]:
    """Give easting and northing of a point's GeoPackage blob as this program writes it."""
    east, north = _XY.unpack(blob[-16:])
    return east, north


def build(connection: sqlite3.Connection) -> None:
    """Make the index tables from the region's own, all of which must be complete. Run inside the build's transaction."""
    for statement in TABLES.strip().split(";\n"):
        connection.execute(statement)
    address_streets.write(connection, _write_keys(connection))
    _write_house_names(connection)
    _write_postcodes(connection)
    address_measures.write(connection)
    for statement in INDEXES.strip().split(";\n"):
        connection.execute(statement)


def _write_keys(connection: sqlite3.Connection) -> dict[str, int]:
    """Write the keys of all street names, and their other names; give the number of its key for each name that has one."""
    names: set[str] = set()
    for table, column in (("addresses", "street"), ("interpolations", "street"), ("roads", "name")):
        names.update(row[0] for row in connection.execute(f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL"))
    key_of = {name: key for name in names if (key := name_key(name))}
    keys = {key: number for number, key in enumerate(sorted(set(key_of.values())), 1)}
    connection.executemany("INSERT INTO street_keys VALUES (?, ?)", ((number, key) for key, number in keys.items()))
    aliases = {(turned, number) for key, number in keys.items() if (turned := turned_key(key)) and turned not in keys}
    aliases.update((f"the {key}", keys[key]) for name, key in key_of.items() if begins_with_the(name))
    rows = connection.execute("SELECT DISTINCT name, other_names FROM roads WHERE name IS NOT NULL AND other_names IS NOT NULL")
    for name, others in rows:
        if name in key_of:
            number = keys[key_of[name]]
            aliases.update((key, number) for other in json.loads(others) if (key := name_key(other)) and key not in keys)
    connection.executemany("INSERT OR IGNORE INTO street_aliases VALUES (?, ?)", sorted(aliases))
    street_lines = connection.execute("SELECT street, fid FROM interpolations WHERE street IS NOT NULL").fetchall()
    connection.executemany(
        "INSERT OR IGNORE INTO street_lines VALUES (?, ?)",
        ((keys[key_of[street]], fid) for street, fid in street_lines if street in key_of),
    )
    return {name: keys[key] for name, key in key_of.items()}


def _write_house_names(connection: sqlite3.Connection) -> None:
    """Index house names, and "numbers" that are names."""
    numbers = connection.execute("SELECT DISTINCT number FROM addresses WHERE number IS NOT NULL")
    connection.execute("CREATE TEMP TABLE worded (number TEXT PRIMARY KEY) WITHOUT ROWID")
    connection.executemany("INSERT INTO worded VALUES (?)", [row for row in numbers if house_number(row[0]) is None])
    rows = connection.execute(
        "SELECT house, fid FROM addresses WHERE geom IS NOT NULL AND house IS NOT NULL UNION ALL "
        "SELECT a.number, a.fid FROM worded w JOIN addresses a ON a.number = w.number WHERE a.geom IS NOT NULL"
    )
    names = {(key, fid) for text, fid in rows if (key := name_key(text))}
    connection.executemany("INSERT INTO house_names VALUES (?, ?)", sorted(names))
    connection.execute("DROP TABLE worded")


def _write_postcodes(connection: sqlite3.Connection) -> None:
    """Index postcodes by text, with a scale: how far apart published ones lie just there, how far the others' addresses do.

    Where a list says that its point is only the mean of other postcodes, the scale is an estimate of how far off that is.
    """
    rows = connection.execute(
        "SELECT postcode, geom, quality, terminated, spread_m, addresses FROM postcodes "
        "WHERE geom IS NOT NULL AND postcode IS NOT NULL ORDER BY postcode, fid"
    ).fetchall()
    points = points_of(row[1] for row in rows)
    quality = np.array([-1 if row[2] is None else row[2] for row in rows], dtype=np.int64)
    rough = quality >= min(_ROUGH_M)
    published = (quality >= 0) & ~rough
    scales = np.array([address_measures.mean_scale_m(row[4] or 0.0, row[5] or 1) for row in rows])
    if published.any():
        scales[published] = _neighbour_scales(points[published])
    scales[rough] = [_ROUGH_M.get(value, max(_ROUGH_M.values())) for value in quality[rough].tolist()]
    listed = np.where(rough, LISTED_ROUGHLY, np.where(published, LISTED, 0)).tolist()
    connection.executemany(
        "INSERT OR IGNORE INTO postcode_spots VALUES (?, ?, ?, ?, ?, ?)",
        (
            (row[0], east, north, scale, how, row[3])
            for row, (east, north), scale, how in zip(rows, points.tolist(), scales.tolist(), listed, strict=True)
        ),
    )


def _neighbour_scales(points: Points) -> Points:
    """Give for each postcode's point how far apart postcodes lie there. Shape (n,)."""
    from scipy.spatial import cKDTree  # noqa: PLC0415 - slow to import, and only a build needs it

    places = np.unique(points, axis=0)  # many large users share the point of one sorting office
    nearest = min(_SCALE_NEIGHBOUR, len(places) - 1)
    distances: Points = cKDTree(places).query(points, k=nearest + 1)[0].reshape(len(points), -1)
    return distances[:, -1] + _SCALE_FLOOR_M
