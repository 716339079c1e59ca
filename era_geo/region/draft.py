"""A region file while it is being written: readers add rows to it, `finish` indexes it, and only then it gets its name."""

from __future__ import annotations

import json
import math
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt
import shapely

from era_geo.errors import EraGeoError
from era_geo.region import gpkg, rtree
from era_geo.region.address_words import house_key
from era_geo.region.schema import INDEXES, NAMED, TABLES, TRIGRAMS
from era_geo.region.shares import TABLES_SHARED, Share

Geometries = npt.NDArray[np.object_]
Points = npt.NDArray[np.float64]
"""Eastings and northings, EPSG:27700, shape (n, 2)."""
Columns = Mapping[str, Sequence[Any]]


_DISK_TROUBLE = frozenset(
    (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM)
)
# Nobody else reads the file before it is renamed, and a failed build is thrown away: no journal, no waiting, no wiping of what is
# freed. What is sorted is sorted beside the rest: a country's addresses and indexes.
_PRAGMAS = (
    "journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE", "secure_delete = OFF", "cache_size = -200000",
    "temp_store = FILE", "temp.cache_size = -50000", "threads = 2",
)  # fmt: skip
_ABOUT_ITSELF = frozenset(("sources", "kept_keys", "meta"))


class StagedAddress(NamedTuple):
    """An address as one object of one source has it, before the same house from several objects becomes one.

    `own_building` is the ref of the building that itself carries the address. `exactness` orders the objects of one house: the
    least gives the merged row its point and its first words. `easting`, `northing`: metres, EPSG:27700. `authority` is 1 for an
    address from those who give out addresses: its UPRN tells properties apart, and its postcode is believed first.
    """

    ref: str
    source_id: int
    easting: float
    northing: float
    exactness: int
    flat: str | None = None
    number: str | None = None
    house: str | None = None
    street: str | None = None
    town: str | None = None
    postcode: str | None = None
    uprn: str | None = None
    flats: str | None = None
    own_building: str | None = None
    classification: str | None = None
    authority: int = 0


@dataclass(frozen=True)
class SourceFacts:
    """What a reader found out about a file as a whole. `coverage` is in EPSG:27700; `themes` is empty for a full extract."""

    date: str | None
    licence: str
    credit: str
    coverage: shapely.Geometry | None
    coverage_basis: str
    themes: tuple[str, ...] = ()
    counts: Mapping[str, Any] = field(default_factory=dict)


class Draft:
    """The unfinished file. Use it in a `with` block: leaving it closes the database; a full disk becomes an `EraGeoError`."""

    def __init__(self, path: Path, *, is_share: bool = False) -> None:
        self.path = path
        self.kept: Counter[tuple[int, str]] = Counter()
        """Rows added, by (source fid, table)."""
        self.unbuilt: Counter[tuple[int, str]] = Counter()
        """Objects that could not be built, by (source fid, reason)."""
        self.merged: Counter[tuple[int, str]] = Counter()
        """What settling found out about addresses that several sources have, by (source fid, what)."""
        self._facts: dict[int, SourceFacts] = {}
        self._next = {table.name: 1 for table in TABLES}
        self._bounds: dict[str, list[tuple[npt.NDArray[np.int64], gpkg.Bounds]]] = {t.name: [] for t in TABLES if t.geometry}
        with _disk_errors_told(path):
            self.connection = sqlite3.connect(path, isolation_level=None)
            for pragma in _PRAGMAS:
                self.connection.execute(f"PRAGMA {pragma}")
            self.connection.execute("BEGIN")
            gpkg.create(self.connection)
            for table in TABLES:
                gpkg.add_table(self.connection, table)
            columns = ", ".join(StagedAddress._fields)
            scope = "" if is_share else "TEMP"  # another draft reads all of a share
            self.connection.execute(f"CREATE {scope} TABLE staged (fid INTEGER PRIMARY KEY, key, {columns})")
            self.connection.execute(f"CREATE {scope} TABLE postcode_points (postcode, easting, northing, source_id)")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Turn a database's complaint inside the block (a full disk, above all) into an `EraGeoError` with a sentence."""
        with _disk_errors_told(self.path):
            yield

    def add_source(self, name: str, kind: str, sha256: str) -> int:
        """Register a file before it is read, and give its fid in `sources`."""
        fid = self._take("sources", 1)
        self.connection.execute("INSERT INTO sources (fid, name, kind, sha256) VALUES (?, ?, ?, ?)", (fid, name, kind, sha256))
        return fid

    def describe_source(self, fid: int, facts: SourceFacts) -> None:
        """Note what was found out about a file once it has been read; `finish` writes it, with what came of the file."""
        self._facts[fid] = facts

    @property
    def described(self) -> Mapping[int, SourceFacts]:
        """What has been found out so far about each file, by its fid."""
        return self._facts

    def add(self, table: str, columns: Columns, geometry: Geometries | Points | None = None) -> range:
        """Add rows to `table` and give their fids.

        `columns` holds equally long sequences of plain Python values by column name; a column left out is NULL. `geometry` has
        shape (n,), EPSG:27700, and no row without one; points may be given as they are, which is much sooner done.
        """
        names = list(columns)
        count = len(columns[names[0]])
        fids = range(self._take(table, count), self._next[table])
        values: list[Sequence[Any]] = [fids, *map(without_none, columns.values())]
        if geometry is not None:
            names.append("geom")
            bounds, blobs = _written(geometry)
            values.append(blobs)
            self._bounds[table].append((np.arange(fids.start, fids.stop), bounds))
        marks = ", ".join("?" * len(values))
        self.connection.executemany(f"INSERT INTO {table} (fid, {', '.join(names)}) VALUES ({marks})", zip(*values, strict=True))
        for source, rows in Counter(columns.get("source_id", ())).items():
            self.kept[source, table] += rows
        return fids

    def add_points_of(self, table: str, names: Sequence[str], query: str) -> None:
        """Add the rows of a query, which do not pass through Python: the columns `names`, and last the point's blob.

        What they add to `kept` only the caller knows.
        """
        count = self.connection.execute(f"INSERT INTO {table} ({', '.join(names)}, geom) {query}").rowcount
        fids = np.arange(self._take(table, count), self._next[table])  # SQLite counts on from the last one, as we do
        written = self.connection.execute(f"SELECT geom FROM {table} WHERE fid >= ? ORDER BY fid", (self._next[table] - count,))
        points = [gpkg.points_of([blob for (blob,) in rows]) for rows in in_chunks(written)]
        if points:
            places = np.concatenate(points)
            self._bounds[table].append((fids, np.column_stack([places, places])))

    def stage_addresses(self, rows: Iterable[StagedAddress]) -> None:
        """Hold addresses back until all sources are read; `addresses.settle` then makes one row of each house."""
        marks = ", ".join("?" * len(StagedAddress._fields))
        keyed = ((house_key(row.number, row.flat, row.street, row.house), *without_none(row)) for row in rows)
        self.connection.executemany(f"INSERT INTO staged (key, {', '.join(StagedAddress._fields)}) VALUES (?, {marks})", keyed)

    def stage_postcodes(self, rows: Iterable[tuple[str, float, float, int]]) -> None:
        """Hold back points (postcode, easting, northing, source fid) that carry a postcode but are no address."""
        self.connection.executemany("INSERT INTO postcode_points VALUES (?, ?, ?, ?)", rows)

    def add_uprn_points(self, points: Iterable[tuple[int, float, float]], source_id: int) -> int:
        """Add points (UPRN, easting, northing) that a source has; one whose UPRN is there already stays as it was.

        Gives how many were new.
        """
        before = self.connection.total_changes
        self.connection.executemany(
            "INSERT OR IGNORE INTO uprn_points VALUES (?, ?, ?, ?)", ((*point, source_id) for point in points)
        )
        added = self.connection.total_changes - before
        self.kept[source_id, "uprn_points"] += added
        return added

    def report_unbuilt(
        self, source_id: int, ref: str, tags: Mapping[str, str], reason: str, where: tuple[float, float] | None = None
    ) -> None:
        """Record an object that should have been built and could not be; `where` is its rough place, EPSG:27700."""
        self.unbuilt[source_id, reason] += 1
        easting, northing = where if where and np.isfinite(where).all() else (None, None)
        row = (ref, tags.get("name"), json.dumps(dict(tags), ensure_ascii=False), reason, easting, northing, source_id)
        self.connection.execute(
            "INSERT INTO unbuilt (ref, name, tags, reason, easting, northing, source_id) VALUES (?, ?, ?, ?, ?, ?, ?)", row
        )

    def ends(self) -> dict[str, int]:
        """Give the greatest rowid of each table that a share may have rows in."""
        return {
            table: self.connection.execute(f"SELECT ifnull(max(rowid), 0) FROM {table}").fetchone()[0] for table in TABLES_SHARED
        }

    def as_share(self, ends: Mapping[int, Mapping[str, int]]) -> Share:
        """Close this draft, for `shares.take_in`; `ends` as in `Share`."""
        self.connection.execute("COMMIT")
        self.connection.close()
        bounds = {table: np.concatenate([bounds for _, bounds in parts]) for table, parts in self._bounds.items() if parts}
        return Share(self.path, ends, bounds, self.kept, self.unbuilt)

    def take_rows(self, schema: str, table: str, rows: slice, bounds: gpkg.Bounds | None) -> None:
        """Copy an attached database's rows after rowid `rows.start` up to `rows.stop` to the end of the table so called."""
        if rows.start == rows.stop:
            return
        columns = ", ".join(row[1] for row in self.connection.execute(f"PRAGMA {schema}.table_info({table})") if not row[5])
        self.connection.execute(
            f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {schema}.{table} WHERE rowid > ? AND rowid <= ? ORDER BY rowid",
            (rows.start, rows.stop),
        )
        if bounds is not None:
            first = self._take(table, rows.stop - rows.start)
            self._bounds[table].append((np.arange(first, self._next[table]), bounds[rows]))

    def index(self, table: str, column: str) -> None:
        """Make one of the file's indexes: `finish` makes those that nothing needed sooner."""
        self.connection.execute(f"CREATE INDEX IF NOT EXISTS {table}_{column} ON {table} ({column})")

    def finish(self) -> None:
        """Describe the sources, build the indexes and extents, and end the writing."""
        for fid, facts in self._facts.items():
            self._write_source(fid, facts)
        for table, parts in self._bounds.items():
            fids = np.concatenate([fids for fids, _ in parts]) if parts else np.empty(0, dtype=np.int64)
            bounds = np.concatenate([bounds for _, bounds in parts]) if parts else np.empty((0, 4))
            rtree.create(self.connection, f"rtree_{table}_geom", fids, bounds)
            gpkg.register_extent(self.connection, table, bounds)
        for table, column in INDEXES:
            self.index(table, column)
        self.connection.execute(f"CREATE INDEX buildings_named ON buildings (fid) WHERE {NAMED}")
        for table in TRIGRAMS:
            self.connection.execute(
                f"CREATE VIRTUAL TABLE {table}_fts USING fts5(norm, content='{table}', content_rowid='fid', tokenize='trigram')"
            )
            self.connection.execute(f"INSERT INTO {table}_fts ({table}_fts) VALUES ('rebuild')")
        self.connection.execute("ANALYZE")
        self.connection.execute("COMMIT")

    def _write_source(self, fid: int, facts: SourceFacts) -> None:
        merged = {what: count for (source, what), count in sorted((+self.merged).items()) if source == fid}
        counts = {
            **facts.counts,
            "kept": {table: count for (source, table), count in sorted(self.kept.items()) if source == fid},
            **({"merged": merged} if merged else {}),
            "not built": {reason: count for (source, reason), count in sorted(self.unbuilt.items()) if source == fid},
        }
        blob = None
        if facts.coverage is not None:
            parts = np.array([shapely.multipolygons(polygons_of(facts.coverage))], dtype=object)
            bounds = shapely.bounds(parts)
            blob = gpkg.blobs(parts, bounds)[0]
            self._bounds["sources"].append((np.array([fid]), bounds))
        words = (facts.date, facts.licence, facts.credit, facts.coverage_basis, json.dumps(facts.themes), json.dumps(counts))
        self.connection.execute(
            "UPDATE sources SET date = ?, licence = ?, credit = ?, coverage_basis = ?, themes = ?, counts = ?, geom = ? "
            "WHERE fid = ?",
            (*words, blob, fid),
        )

    def count(self, table: str) -> int:
        """Give how many rows `add` has put into a table so far."""
        return self._next[table] - 1

    def counts(self) -> dict[str, int]:
        """Give how many rows each table has, but for those about the file itself."""
        tables = [table.name for table in TABLES if table.name not in _ABOUT_ITSELF]
        return {table: self.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}

    def _take(self, table: str, count: int) -> int:
        first = self._next[table]
        self._next[table] += count
        return first


def without_none(values: Iterable[Any]) -> list[Any]:
    """Give values to be written: to SQLite a NaN is NULL too, and `sqlite3` takes a microsecond to find out what a `None` is."""
    return [math.nan if value is None else value for value in values]


def _written(geometry: Geometries | Points) -> tuple[gpkg.Bounds, Sequence[bytearray | None]]:
    """Give the bounds and the blobs of geometries."""
    if geometry.ndim == 2:
        points = geometry.astype(np.float64)
        return np.column_stack([points, points]), gpkg.point_blobs(points)
    shapes = geometry.astype(np.object_)
    bounds = shapely.bounds(shapes)
    return bounds, gpkg.blobs(shapes, bounds)


def in_chunks(cursor: sqlite3.Cursor, size: int = 50_000) -> Iterator[list[tuple[Any, ...]]]:
    """Give a query's rows some ten thousand at a time, so that memory does not grow with a country."""
    while rows := cursor.fetchmany(size):
        yield rows


def polygons_of(geometry: shapely.Geometry) -> list[shapely.Geometry]:
    """Give the polygons of a geometry, those inside collections too; points and lines are left out."""
    if isinstance(geometry, shapely.Polygon):
        return [] if shapely.is_empty(geometry) else [geometry]
    return [polygon for part in getattr(geometry, "geoms", ()) for polygon in polygons_of(part)]


@contextmanager
def _disk_errors_told(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in _DISK_TROUBLE:
            raise
        raise EraGeoError(
            f"The region could not be written to {path.parent} ({error}). Make room on the disk, or see that the folder can be "
            "written to, and build again; nothing was changed."
        ) from error
