"""The same pairs by the peers: geopandas, plain shapely, DuckDB spatial, PostGIS. Each gives what does it once and counts pairs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import shapely

from benchmarks import _postgres
from benchmarks._postgres import Server
from benchmarks._sites import Objects

Work = Callable[[], int]
"""Does the join once and gives how many pairs it found."""


def geopandas_pairs(addresses: Objects, sites: Objects, radius_m: float) -> Work:
    """Give geopandas' join: pairs only, its index made anew each time, as `sjoin` does."""
    import geopandas as gpd  # noqa: PLC0415 - the peer's part only

    left, right = (gpd.GeoDataFrame(geometry=shapes, crs=27700) for shapes in (addresses, sites))
    # A frame keeps its index once made: a copy has none.
    return lambda: len(gpd.sjoin(left, right.copy(), predicate="dwithin", distance=radius_m))


def shapely_pairs(addresses: Objects, sites: Objects, radius_m: float) -> Work:
    """Give the join by hand: index, pairs and their distances, one thread."""

    def join() -> int:
        one, other = shapely.STRtree(sites).query(addresses, predicate="dwithin", distance=radius_m)
        return len(shapely.distance(addresses[one], sites[other]))

    return join


@contextmanager
def duckdb_pairs(addresses: Objects, sites: Objects, radius_m: float) -> Iterator[Work | str]:
    """Give DuckDB's join of tables it has already, with distances; or a line that says why not."""
    try:
        import duckdb  # noqa: PLC0415 - the peer's part only
        import duckdb_extension_spatial  # noqa: PLC0415 - holds the extension's file, so that nothing is fetched
        import pandas as pd  # noqa: PLC0415
    except ImportError:
        yield "DuckDB with its spatial extension is not installed: pip install 'era-geo[peers]'"
        return
    file = next(Path(duckdb_extension_spatial.__file__).parent.rglob("spatial.duckdb_extension"))
    with duckdb.connect() as database:
        database.execute(f"LOAD '{file}'")
        for name, shapes in (("addresses", addresses), ("sites", sites)):
            database.register("given", pd.DataFrame({"wkb": shapely.to_wkb(shapes)}))
            database.execute(f"CREATE TABLE {name} AS SELECT ST_GeomFromWKB(wkb) AS geom FROM given")
            database.unregister("given")
        sql = (
            "SELECT count(*), sum(ST_Distance(a.geom, s.geom)) FROM addresses a JOIN sites s "
            f"ON ST_DWithin(a.geom, s.geom, {radius_m})"
        )

        def join() -> int:
            found = database.execute(sql).fetchone()
            return int(found[0]) if found else 0

        yield join


def postgis_pairs(server: Server, folder: Path, addresses: Objects, sites: Objects, radius_m: float) -> Work:
    """Give PostGIS's join of indexed tables, with distances."""
    for name, shapes in (("addresses", addresses), ("sites", sites)):
        lines = folder / name
        lines.write_text("\n".join(shapely.to_wkb(shapes, hex=True)) + "\n", encoding="ascii")
        server.run(f"CREATE TABLE {name} (geom geometry)")
        server.load(name, lines)
        server.run(f"CREATE INDEX ON {name} USING gist (geom); ANALYZE {name}")
    sql = (
        f"SELECT count(*), sum(ST_Distance(a.geom, s.geom)) FROM addresses a JOIN sites s ON ST_DWithin(a.geom, s.geom, {radius_m})"
    )
    return lambda: int(server.run(sql).split("|")[0])


@contextmanager
def postgis(folder: Path) -> Iterator[Server | str]:
    """Give a server of the benchmark's own, or a line that says why there is none."""
    why = _postgres.lacking()
    if why:
        yield why
        return
    with _postgres.server(folder) as running:
        yield running


def layers_of(count: int, layers: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Deal sites out to layers in turn."""
    return np.arange(count, dtype=np.int64) % layers
