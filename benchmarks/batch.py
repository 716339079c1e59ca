"""Many addresses at once: the join of addresses and places beside its peers, and whole batches of text addresses by depth.

The join is on an invented country (`_sites`): pairs, distances, bands, counts and nearest of each layer, beside what peers take for
the pairs alone. The batches run as a person runs them, as processes of `era-geo batch`.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from benchmarks import _join_peers, _rutland, _sites
from benchmarks._join_peers import Work
from benchmarks._report import Report, Run, measured
from era_geo.batch.bulk import Places, nearest_places
from era_geo.region.region import Region

LAYERS = 30
_TIMES = 5
_ROWS = {"none": 20_000, "walk": 20_000, "full": 1_000}
_TARGETS = {"none": 0.0, "walk": 500.0, "full": 20.0}  # rows a second for each core
_SEED = 7


def main() -> None:
    """Measure and save."""
    ask = argparse.ArgumentParser(prog="era-geo bench batch", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    ask.add_argument("--share", type=float, default=1.0, help="share of the usual rows in the whole batches")
    ask.add_argument("--joins-only", action="store_true", help="leave out the whole batches")
    given = ask.parse_args()
    report = Report("batch", "Many addresses at once, beside the peers")
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL's user has to reach its own folder in it
        _joins(report, folder)
        if not given.joins_only:
            home = folder / "home"
            region = _rutland.region(home)
            whole_batches(report, region, home, folder, share=given.share, where="Rutland")
            _workers(report, region, home, folder, given.share)
    report.notes.append(_rutland.noise(max(load, os.getloadavg()[0])))
    report.notes.append(
        f"Joins: {_sites.ADDRESSES:,} addresses, {_sites.SITES:,} sites, {_sites.RADIUS_M:g} m, {_sites.PAIRS:,} pairs; least of "
        f"{_TIMES} turns, the engines taking turns. Processor seconds count all threads, and other work changes them less."
    )
    report.save()


def _joins(report: Report, folder: Path) -> None:
    addresses, sites = _sites.draw()
    radius = _sites.RADIUS_M
    layers = _join_peers.layers_of(len(sites), LAYERS)

    def ours() -> int:
        near = nearest_places(addresses, Places.of(sites, layers), radius)
        return len(near) if near.counts.sum() == len(near) and (near.nearest >= 0).any() else -1

    with ExitStack() as stack:
        works: dict[str, Work] = {
            "era-geo": ours,
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
        wall, processor = _in_turns(works, clocks)
    what = {"era-geo": "pairs, distances, bands, counts, nearest of each layer", "geopandas": "pairs"}
    for name in works:
        report.add(what.get(name, "pairs and distances"), wall[name], "s", who=name)
    for name in processor:
        report.add(f"{what.get(name, 'pairs and distances')}, processor", processor[name], "s", who=name)
    report.add("era-geo's time in geopandas' (wall clock)", wall["era-geo"] / wall["geopandas"], "x", target="<= 1.5")
    report.add("era-geo's time in geopandas' (processor)", processor["era-geo"] / processor["geopandas"], "x", target="<= 1.5")
    for name, target in (("PostGIS", ">= 4"), ("DuckDB", ""), ("shapely", "")):
        if name in works:
            report.ratio("join (wall clock)", wall["era-geo"], wall[name], name, target=target)
            report.ratio("join (processor)", processor["era-geo"], processor[name], name, target=target)


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


def whole_batches(report: Report, region: Region, home: Path, folder: Path, *, share: float, where: str, by: float = 1.0) -> None:
    """Measure `era-geo batch` on text addresses of a region at each depth; `by` is the share of Rutland's targets to be met.

    What starting takes is in the wall clock; processor time a row is what more rows take more, so starting is not in it.
    """
    cores = os.cpu_count() or 1
    for depth, usual in _ROWS.items():
        many, few = (max(10, round(usual * share * part)) for part in (1, 0.1))
        large, small = (
            run_batch(write_addresses(region, rows, folder / f"{where}-{depth}-{rows}.csv"), region, home, depth, cores)
            for rows in (many, few)
        )
        ms = 1000 * (large.processor_s - small.processor_s) / (many - few)
        target = _TARGETS[depth] * by
        what = f"{where}: text addresses, depth {depth}"
        report.add(f"{what}, {cores} workers, start included", many / large.seconds, "rows/s")
        report.add(f"{what}, processor time a row", ms, "ms")
        report.add(f"{what}, by processor time", 1000 / ms, "rows/s each core", target=f"> {target:g}" if target else "")
        report.add(f"{what}, 10 times the rows take (processor)", large.processor_s / small.processor_s, "x", target="<= 11")
        report.add(f"{what}, peak memory of all processes, {many:,} rows", large.megabytes, "MB")
        report.add(f"{what}, peak memory of all processes, {few:,} rows", small.megabytes, "MB")


def _workers(report: Report, region: Region, home: Path, folder: Path, share: float) -> None:
    """Measure two workers beside one, each with its own start."""
    table = write_addresses(region, max(10, round(_ROWS["walk"] * share)), folder / "workers.csv")
    two, one = (run_batch(table, region, home, "walk", workers) for workers in (2, 1))
    report.add("two workers do the work of one (wall clock)", one.seconds / two.seconds, "x", target=">= 1.6")


def write_addresses(region: Region, rows: int, path: Path) -> Path:
    """Write addresses of a region as a table of one text column, drawn with a fixed seed; with more rows than houses, again."""
    found = region.query(
        "SELECT flat, house, number, street, town, postcode FROM addresses WHERE street IS NOT NULL AND "
        "(number IS NOT NULL OR house IS NOT NULL) AND fid % ? = 0 ORDER BY fid",
        (max(1, region.query("SELECT max(fid) FROM addresses")[0][0] // (4 * rows)),),
    )
    chance = random.Random(_SEED)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["id", "address"])
        for number in range(rows):
            flat, house, door, street, town, postcode = chance.choice(found)
            parts = (flat, house, f"{door} {street}" if door else street, town, postcode)
            table.writerow([number + 1, ", ".join(part for part in parts if part)])
    return path


def run_batch(table: Path, region: Region, home: Path, depth: str, workers: int) -> Run:
    """Run one batch as a process of its own."""
    out = table.with_suffix(f".{depth}.{workers}.out.parquet")
    program = [sys.executable, "-m", "era_geo", "batch", str(table), str(out), "--region", str(region.path), "--depth", depth]
    return measured([*program, "--workers", str(workers), "--replace"], ERA_GEO_HOME=str(home))


def median_ms(work: Callable[[int], object], count: int) -> float:
    """Give the median of the milliseconds of `count` calls."""
    times = []
    for number in range(count):
        start = time.perf_counter()
        work(number)
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


if __name__ == "__main__":
    main()
