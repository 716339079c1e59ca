"""Whole batches in Rutland at each depth, as a person runs them: processes of `era-geo batch`."""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import _rutland, _stock
from benchmarks._report import Report, Run, measured
from benchmarks._stock import Stock
from era_geo.region.region import Region

_ROWS = {"none": 20_000, "walk": 20_000, "full": 1_000}
_TARGETS = {"none": 0.0, "walk": 500.0, "full": 20.0}  # rows a second for each core
_NUMBERS = 200_000_000
_DRAWS = {"once": _stock.once, "together": _stock.together, "again": _stock.again}
NOTE = (
    "Rows a second by processor time leave out what starting takes: they come from what ten times the rows take more. Other work "
    "on the machine changes processor time less than the clock, but does change it. The county has a few hundred addresses in "
    "words. Where they come again and again, they are looked up again, and what lies around them is remembered: that is the figure "
    "for the text. Properties once each are the figure for the look; those without words are buildings, given as coordinates."
)


def main() -> None:
    """Measure and save."""
    ask = argparse.ArgumentParser(prog="era-geo bench batch", description=__doc__)
    ask.add_argument("--share", type=float, default=1.0, help="share of the usual rows")
    given = ask.parse_args()
    report = Report("batch", "Whole batches")
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        home = folder / "home"
        region = _rutland.region(home)
        whole_batches(report, region, home, folder, share=given.share, where="Rutland")
        _coordinates(report, region, home, folder, given.share)
        _workers(report, region, home, folder, given.share)
    report.notes.append(_rutland.noise(max(load, os.getloadavg()[0]), own=os.cpu_count() or 1))
    report.notes.append(NOTE)
    report.save(whole=given.share >= 1)


def whole_batches(report: Report, region: Region, home: Path, folder: Path, *, share: float, where: str, by: float = 1.0) -> None:
    """Measure `era-geo batch` at each depth, on different properties and on the same ones again; `by` is the share of the targets.

    What starting takes is in the wall clock; processor time a row is what more rows take more, so starting is not in it.
    """
    for depth, usual in _ROWS.items():
        few, many = (max(10, round(usual * share * part)) for part in (0.1, 1))
        for name, draw in _DRAWS.items():
            stocks = [draw(region, rows, folder / f"{where}-{depth}-{name}-{rows}.csv") for rows in (few, many)]
            if name == "again" and 2 * stocks[-1].properties > stocks[-1].rows:
                continue  # there are so many that few come twice
            if name == "together" and stocks[-1].rows < many:
                continue  # there are not so many
            _measure(report, stocks, region, home, depth, f"{where}, depth {depth}: {stocks[-1]}", target=_TARGETS[depth] * by)


def _measure(  # noqa: PLR0917 - what is measured, where
    report: Report, stocks: Sequence[Stock], region: Region, home: Path, depth: str, what: str, *, target: float = 0.0
) -> None:
    cores = os.cpu_count() or 1
    small, large = (run_batch(stock.path, region, home, depth, cores) for stock in stocks)
    few, many = (stock.rows for stock in stocks)
    ms = 1000 * (large.processor_s - small.processor_s) / (many - few)
    report.add(f"{what}, {cores} workers, start included", many / large.seconds, "rows/s")
    report.add(f"{what}, processor time a row", ms, "ms")
    report.add(f"{what}, by processor time", 1000 / ms, "rows/s each core", target=f"> {target:g}" if target else "")
    report.add(f"{what}, {many / few:.3g} times the rows take (processor)", large.processor_s / small.processor_s, "x",
               target=f"<= {1.1 * many / few:.3g}")  # fmt: skip
    report.add(f"{what}, peak memory of all processes, {many:,} rows", large.megabytes, "MB")
    report.add(f"{what}, peak memory of all processes, {few:,} rows", small.megabytes, "MB")


def _coordinates(report: Report, region: Region, home: Path, folder: Path, share: float) -> None:
    """Measure rows that give longitude and latitude in columns, no depth."""
    rows = max(100, round(_ROWS["none"] * share))
    stocks = [_stock.points(region, count, folder / f"points-{count}.csv") for count in (rows // 10, rows)]
    _measure(report, stocks, region, home, "none", f"Rutland, coordinates in columns, depth none: {stocks[-1]}")


def _workers(report: Report, region: Region, home: Path, folder: Path, share: float) -> None:
    """Measure two workers beside one at two depths; and what the machine itself gives two processes."""
    for depth in ("walk", "full"):
        stock = _stock.once(region, max(10, round(_ROWS[depth] * share)), folder / f"workers-{depth}.csv")
        two_workers(report, stock, region, home, depth)
    report.add(
        "two processes of plain arithmetic do the work of one", 2 * _arithmetic_s(1) / _arithmetic_s(2), "x", who="the machine"
    )


def two_workers(report: Report, stock: Stock, region: Region, home: Path, depth: str) -> None:
    """Measure two workers beside one, each with its own start."""
    two, one = (run_batch(stock.path, region, home, depth, workers) for workers in (2, 1))
    what = f"two workers do the work of one, depth {depth}, {stock.rows:,} rows"
    report.add(f"{what} (wall clock)", one.seconds / two.seconds, "x", target=">= 1.6")
    report.add(f"{what}: processor time of two", two.processor_s / one.processor_s, "x")


def _arithmetic_s(processes: int) -> float:
    """Give the seconds that so many processes take that do nothing but add numbers, side by side."""
    start = time.perf_counter()
    running = [subprocess.Popen([sys.executable, "-c", f"sum(range({_NUMBERS}))"]) for _ in range(processes)]
    for process in running:
        process.wait()
    return time.perf_counter() - start


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
