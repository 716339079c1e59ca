"""A region file, opened for reading: `open_region`, and windows of its tables as numpy arrays of geometries.

Reading is done by the standard library's SQLite and shapely: a window of a table is found by its R-tree in microseconds, and
nothing heavier is imported, so that one assessment from the command line starts quickly.
"""

from __future__ import annotations

import json
import sqlite3
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

from era_geo.errors import DataError, UsageError
from era_geo.model import Site
from era_geo.region.kept_keys import KeptKey
from era_geo.region.schema import BY_NAME, SCHEMA_VERSION

if TYPE_CHECKING:
    import networkx as nx

    from era_geo.settings import Settings  # slow to import

Window = tuple[float, float, float, float]
"""A rectangle in EPSG:27700: least easting, least northing, greatest easting, greatest northing, metres."""

SUFFIX = ".gpkg"
_ENVELOPE_BYTES = (0, 32, 48, 48, 64)


@dataclass(frozen=True)
class Features:
    """Rows of one table. `geometry` has shape (n,), EPSG:27700; each column is a tuple of n values, `fid` among them."""

    geometry: npt.NDArray[np.object_]
    columns: Mapping[str, tuple[Any, ...]]

    def __len__(self) -> int:
        return len(self.geometry)

    def __getitem__(self, column: str) -> tuple[Any, ...]:
        return self.columns[column]

    def rows(self) -> Iterator[dict[str, Any]]:
        """Give each row as a mapping of column to value, with `geom`."""
        names = list(self.columns)
        for geometry, *values in zip(self.geometry, *self.columns.values(), strict=True):
            yield {"geom": geometry, **dict(zip(names, values, strict=True))}

    def where(self, keep: npt.NDArray[np.bool_]) -> Features:
        """Give the rows for which `keep` (shape (n,)) holds."""
        return self.take(np.flatnonzero(keep))

    def take(self, chosen: npt.NDArray[np.int64]) -> Features:
        """Give the rows at these positions."""
        positions = chosen.tolist()
        return Features(self.geometry[chosen], {k: tuple(v[i] for i in positions) for k, v in self.columns.items()})


@dataclass(frozen=True)
class RegionSource:
    """A file the region was built from. `coverage` is in EPSG:27700; `themes` is empty for a full extract."""

    fid: int
    name: str
    kind: str
    date: str | None
    sha256: str
    licence: str
    credit: str
    coverage: shapely.Geometry | None
    coverage_basis: str
    themes: tuple[str, ...]
    counts: Mapping[str, Any]


class Region:
    """An open region file. It may be shared by threads, and pickled to worker processes, which open the file anew.

    Raises
    ------
    DataError
        If the file is not a region, is damaged, or was written by another version's schema.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.stem
        self.memory: dict[str, Any] = {}
        """What other folders work out once for a whole region (an index, counts). Never anything about one address."""
        self._idle: list[sqlite3.Connection] = []
        weakref.finalize(self, _close_all, self._idle)
        self._check()

    def __reduce__(self) -> tuple[type[Region], tuple[Path]]:
        return Region, (self.path,)

    def __repr__(self) -> str:
        return f"Region({self.name!r})"

    @contextmanager
    def _lent(self) -> Iterator[sqlite3.Connection]:
        """Lend a read-only connection to one caller at a time: a connection that two threads use at once can give either's rows.

        As many are opened as there were callers at the same moment. A list's `pop` and `append` need no lock.
        """
        try:
            connection = self._idle.pop()
        except IndexError:
            # A region file is replaced by renaming, never changed in place, so SQLite need not lock or watch it.
            uri = f"{self.path.absolute().as_uri()}?mode=ro&immutable=1"
            connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        try:
            yield connection
        finally:
            self._idle.append(connection)

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one SELECT with bound parameters and give its rows.

        Raises
        ------
        DataError
            If the file is damaged.
        """
        try:
            with self._lent() as connection:
                return connection.execute(sql, parameters).fetchall()
        except sqlite3.DatabaseError as error:
            raise DataError(f"The region '{self.name}' cannot be read ({error}). Rebuild it: era-geo region build.") from error

    def read(self, table: str, window: Window | None = None, columns: Sequence[str] | None = None) -> Features:
        """Read the rows of `table` whose bounding box touches `window` (all rows without one), in the order of `fid`.

        `columns` names the columns to read, all of them by default; `fid` always comes with them. The R-tree rounds outwards,
        so a caller that needs an exact answer measures the geometries it gets.
        """
        names = ["fid", *(columns if columns is not None else [column.name for column in BY_NAME[table].columns])]
        sql = f"SELECT {', '.join(names)}, geom FROM {table}"
        if window is None:
            rows = self.query(f"{sql} ORDER BY fid")
        else:
            least_e, least_n, greatest_e, greatest_n = window
            inside = f"SELECT id FROM rtree_{table}_geom WHERE maxx >= ? AND minx <= ? AND maxy >= ? AND miny <= ?"
            rows = self.query(f"{sql} WHERE fid IN ({inside}) ORDER BY fid", (least_e, greatest_e, least_n, greatest_n))
        values = list(zip(*rows, strict=True)) if rows else [() for _ in range(len(names) + 1)]
        return Features(decode(values[-1]), dict(zip(names, values[:-1], strict=True)))

    @cached_property
    def sources(self) -> tuple[RegionSource, ...]:
        """The files the region was built from."""
        return tuple(
            RegionSource(
                **{k: row[k] for k in ("fid", "name", "kind", "sha256", "licence", "credit", "coverage_basis")},
                date=row["date"] or None,
                coverage=row["geom"],
                themes=tuple(json.loads(row["themes"])),
                counts=json.loads(row["counts"]),
            )
            for row in self.read("sources").rows()
        )

    @cached_property
    def kept_keys(self) -> tuple[KeptKey, ...]:
        """The tag keys whose objects the region kept in `places`."""
        rows = self.query("SELECT key, except_values FROM kept_keys")
        return tuple(KeptKey(key, tuple(json.loads(values))) for key, values in rows)

    @cached_property
    def coverage(self) -> shapely.Geometry:
        """The union of the sources' coverages, EPSG:27700."""
        return shapely.union_all([source.coverage for source in self.sources if source.coverage is not None])

    @cached_property
    def meta(self) -> Mapping[str, str]:
        """The region's own facts: schema version, program version, when it was built."""
        return dict(self.query("SELECT key, value FROM meta"))

    def walking_graph(self, place: Site | tuple[float, float], radius_m: float) -> nx.MultiDiGraph:
        """Give the ways that people may walk within a circle as an osmnx graph; see `era_geo.region.walking_graph`.

        `place` is a property, or (easting, northing) in EPSG:27700.
        """
        from era_geo.region.walking_graph import walking_graph  # noqa: PLC0415 - it needs this module

        return walking_graph(self, place, radius_m)

    def _check(self) -> None:
        try:
            version = self.meta.get("schema_version")
        except DataError:
            raise DataError(f"{self.path.name} is not an era-geo region. Build one: era-geo region build.") from None
        if version != str(SCHEMA_VERSION):
            raise DataError(
                f"The region '{self.name}' has schema {version}; this program reads schema {SCHEMA_VERSION}. "
                "Rebuild the region: era-geo region build."
            )


def _close_all(connections: list[sqlite3.Connection]) -> None:
    for connection in connections:
        connection.close()


def decode(blobs: Sequence[bytes | None]) -> npt.NDArray[np.object_]:
    """Turn GeoPackage geometry blobs into shapely geometries; a missing one becomes `None`. Shape (n,)."""
    wkb = [None if blob is None else blob[8 + _ENVELOPE_BYTES[blob[3] >> 1 & 7] :] for blob in blobs]
    geometries: npt.NDArray[np.object_] = shapely.from_wkb(np.array(wkb, dtype=object))
    return geometries


def open_region(name_or_path: str | Path, settings: Settings) -> Region:
    """Open a region by the name it was built under, or by the path of its file.

    Raises
    ------
    UsageError
        If there is no such region; the regions that exist are named.
    DataError
        If the file is not a region that this program can read.
    """
    path = Path(name_or_path)
    if path.suffix != SUFFIX:
        path = settings.regions / f"{name_or_path}{SUFFIX}"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in settings.regions.glob(f"*{SUFFIX}"))) or "none yet"
        raise UsageError(
            f"There is no region '{name_or_path}' (regions: {known}). Build one: era-geo region build FILE --name NAME."
        )
    return Region(path)
