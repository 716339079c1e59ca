"""Whole batches of text addresses in Rutland at each depth, as a person runs them: processes of `era-geo batch`."""

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
from pathlib import Path

from benchmarks import _rutland
from benchmarks._report import Report, Run, measured
from era_geo.region.region import Region

_ROWS = {"none": 20_000, "walk": 20_000, "full": 1_000}
_TARGETS = {"none": 0.0, "walk": 500.0, "full": 20.0}  # rows a second for each core
_SEED = 7
NOTE = (
    "Rows a second by processor time leave out what starting takes: they come from what ten times the rows take more. Other work "
    "on the machine changes processor time less than the clock, but does change it."
)


def main() -> None:
    """Measure and save."""
    ask = argparse.ArgumentParser(prog="era-geo bench batch", description=__doc__)
    ask.add_argument("--share", type=float, default=1.0, help="share of the usual rows")
    given = ask.parse_args()
    report = Report("batch", "Whole batches of text addresses")
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        home = folder / "home"
        region = _rutland.region(home)
        whole_batches(report, region, home, folder, share=given.share, where="Rutland")
        _workers(report, region, home, folder, given.share)
    report.notes.append(_rutland.noise(max(load, os.getloadavg()[0])))
    report.notes.append(NOTE)
    report.save()


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


def median_ms(work: Callable[[int], object], count: int) -> tuple[float, float]:
    """Give the medians of the milliseconds of `count` calls, by the clock and of the processor."""
    wall, processor = [], []
    for number in range(count):
        start, used = time.perf_counter(), time.process_time()
        work(number)
        wall.append(1000 * (time.perf_counter() - start))
        processor.append(1000 * (time.process_time() - used))
    return statistics.median(wall), statistics.median(processor)


if __name__ == "__main__":
    main()
