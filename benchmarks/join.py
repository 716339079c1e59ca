"""Addresses and places near each other, beside the peers: on an invented country, coordinates given.

Ours gives pairs, distances, bands, counts and the nearest of each layer; the peers give the pairs, most of them with distances.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from benchmarks import _join_peers, _rutland, _sites
from benchmarks._join_peers import Work
from benchmarks._report import Report, seconds
from era_geo.batch.bulk import Near, Places, nearest_places

LAYERS = 30
ALL_CORES = "era-geo, all cores"
_TIMES = 5


def main() -> None:
    """Measure and save."""
    report = Report("join", "Addresses and places near each other, beside the peers")
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL's user has to reach its own folder in it
        _joins(report, folder)
    report.notes.append(_rutland.noise(max(load, os.getloadavg()[0]), own=os.cpu_count() or 1))
    report.notes.append(
        f"{_sites.ADDRESSES:,} addresses, {_sites.SITES:,} sites, {_sites.RADIUS_M:g} m, {_sites.PAIRS:,} pairs, found by all. The "
        f"least of {_TIMES} turns, the engines taking turns. PostGIS and DuckDB take all cores; geopandas and shapely one. "
        "Processor seconds count all threads and processes; other work on the machine changes them less than the clock."
    )
    report.save()


def _joins(report: Report, folder: Path) -> None:
    addresses, sites = _sites.draw()
    radius = _sites.RADIUS_M
    layers = _join_peers.layers_of(len(sites), LAYERS)

    def ours() -> int:
        return _checked(nearest_places(addresses, Places.of(sites, layers), radius))

    cores = os.cpu_count() or 1
    pool = ThreadPoolExecutor(cores)
    shares = np.array_split(addresses, cores)

    def ours_on_all_cores() -> int:
        """As a batch shares rows out among its workers."""
        places = Places.of(sites, layers)
        return sum(_checked(near) for near in pool.map(lambda share: nearest_places(share, places, radius), shares))

    _written(report, folder, nearest_places(addresses, Places.of(sites, layers), radius))
    with ExitStack() as stack:
        works: dict[str, Work] = {
            "era-geo": ours,
            ALL_CORES: ours_on_all_cores,
            "geopandas": _join_peers.geopandas_pairs(addresses, sites, radius),
            "shapely": _join_peers.shapely_pairs(addresses, sites, radius),
        }
        duckdb = stack.enter_context(_join_peers.duckdb_pairs(addresses, sites, radius))
        server = stack.enter_context(_join_peers.postgis(folder / "postgres"))
        for name, found in (("DuckDB", duckdb), ("PostGIS", server)):
            if isinstance(found, str):
                print(f"not measured: {found}", file=sys.stderr)
                report.notes.append(f"{name} not measured: {found}.")
        if not isinstance(duckdb, str):
            works["DuckDB"] = duckdb
        if not isinstance(server, str):
            works["PostGIS"] = _join_peers.postgis_pairs(server, folder, addresses, sites, radius)
        clocks = {} if isinstance(server, str) else {"PostGIS": server.processor_s}
        _report(report, *_in_turns(works, clocks))


def _report(report: Report, wall: dict[str, float], processor: dict[str, float]) -> None:
    """Report the seconds of each, and how they stand to one another."""
    everything = "pairs, distances, bands, counts, nearest of each layer"
    what = {"era-geo": everything, ALL_CORES: everything, "geopandas": "pairs"}
    for name, took in wall.items():
        report.add(what.get(name, "pairs and distances"), took, "s", who=name)
    for name, took in processor.items():
        report.add(f"{what.get(name, 'pairs and distances')}, processor", took, "s", who=name)
    report.add("era-geo's time in geopandas' (wall clock)", wall["era-geo"] / wall["geopandas"], "x", target="<= 1.5")
    report.add("era-geo's time in geopandas' (processor)", processor["era-geo"] / processor["geopandas"], "x", target="<= 1.5")
    for name, target in (("PostGIS", ">= 4"), ("DuckDB", ""), ("shapely", "")):
        if name in wall:
            report.ratio("join, all cores (wall clock)", wall[ALL_CORES], wall[name], name, target=target)
            report.ratio("join, one core (wall clock)", wall["era-geo"], wall[name], name)
            report.ratio("join (processor)", processor["era-geo"], processor[name], name, target=target)


def _checked(near: Near) -> int:
    """Give how many pairs there are; -1 where the counts, or the nearest of each layer, are not theirs."""
    return len(near) if near.counts.sum() == len(near) and (near.nearest >= 0).any() else -1


def _written(report: Report, folder: Path, near: Near) -> None:
    """Time the writing of what was found, apart from finding it: the pairs, and a row for each address."""
    pairs = pa.table({"address": near.point, "place": near.place, "distance_m": near.distance_m, "within": near.within})
    rows = pa.table({f"n_{layer}": near.counts[:, layer] for layer in range(LAYERS)})
    for form, write in (("Parquet", pq.write_table), ("CSV", pacsv.write_csv)):
        for what, table in (("pairs", pairs), ("rows with counts", rows)):
            took = min(seconds(lambda: write(table, folder / "written")) for _ in range(_TIMES))  # noqa: B023 - called at once
            report.add(f"writing {table.num_rows:,} {what} as {form}, apart", took, "s")


def _in_turns(works: dict[str, Work], clocks: dict[str, Callable[[], float]]) -> tuple[dict[str, float], dict[str, float]]:
    """Give the least wall-clock and processor seconds of each. `clocks` tell the latter of those that work in other processes.

    Raises
    ------
    SystemExit
        If one of them finds other pairs than there are.
    """
    wall: dict[str, list[float]] = {name: [] for name in works}
    processor: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(_TIMES):
        for name, work in works.items():
            clock = clocks.get(name, time.process_time)
            start, used = time.perf_counter(), clock()
            found = work()
            wall[name].append(time.perf_counter() - start)
            processor[name].append(clock() - used)
            if found != _sites.PAIRS:
                sys.exit(f"{name} found {found:,} pairs, not {_sites.PAIRS:,}.")
    return {name: min(times) for name, times in wall.items()}, {name: min(times) for name, times in processor.items()}


if __name__ == "__main__":
    main()
