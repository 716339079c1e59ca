"""The main job on the whole county of Rutland: build the region, assess an address warm and cold, beside the obvious script.

The obvious script is what an analyst would write with osmnx, geopandas and networkx: read the extract, take the places and the
walking network around the address, measure. It gets its extract as XML beforehand, as it must, and that is not counted.
"""

from __future__ import annotations

import datetime as dt
import os
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks import _rutland
from benchmarks._report import Report, process
from era_geo import front, layerset
from era_geo.model import Depth, Parameters

ADDRESSES = 200
ADDRESS = "8 Market Place, Oakham"
DATE = dt.date(2026, 11, 22)


def main() -> None:
    """Measure and save."""
    report = Report("main_job", "The main job on Rutland, beside the obvious script")
    extract = _rutland.extract()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        build_s = _build(report, extract, home)
        walk_ms = _warm(report, home, Depth.WALK)
        _warm(report, home, Depth.FULL)
        cold_s = _cold(report, home)
        _obvious(report, Path(folder), walk_ms, cold_s)
        load = max(load, os.getloadavg()[0])
    report.notes.append(_rutland.noise(load))
    report.notes.append(
        f"{_rutland.EXTRACT}: 170,885 nodes, 16,730 ways; {ADDRESSES} addresses drawn with a fixed seed, radius 100 m."
    )
    report.notes.append(f"Building costs {build_s:.1f} s once; every later assessment reads the built region.")
    report.save()


def _build(report: Report, extract: Path, home: Path) -> float:
    arguments = ["-m", "era_geo", "region", "build", str(extract), "--name", "rutland"]
    runs = [process([*arguments, *replace], ERA_GEO_HOME=str(home)) for replace in ([], ["--replace"], ["--replace"])]
    seconds = statistics.median(run[0] for run in runs)
    report.add("region build, whole process", seconds, "s", target="< 10")
    report.add("region build, peak memory", max(run[1] for run in runs), "MB")
    return seconds


def _warm(report: Report, home: Path, depth: Depth) -> float:
    """Time assessments at a depth: `walk` is the obvious script's own work, places and ways on foot; `full` is all of it."""
    region, layers = _rutland.region(home), layerset.load(_rutland.settings(home))
    sites = _rutland.sites(region, ADDRESSES)
    times = []
    for site in [sites[0], *sites]:
        start = time.perf_counter()
        front.assess(site, region, as_of=DATE, parameters=Parameters(), layers=layers, depth=depth)
        times.append(1000 * (time.perf_counter() - start))
    warm = sorted(times[1:])
    what, target = ("everything on", "< 250") if depth is Depth.FULL else ("places and ways on foot", "")
    report.add(f"assess, {what}, warm, median", statistics.median(warm), "ms", target=target)
    report.add(f"assess, {what}, warm, 95th percentile", warm[int(0.95 * len(warm))], "ms")
    return statistics.median(warm)


def _cold(report: Report, home: Path) -> float:
    arguments = ["-m", "era_geo", "assess", ADDRESS, "--region", "rutland", "--json"]
    runs = [process(arguments, ERA_GEO_HOME=str(home)) for _ in range(6)][1:]
    seconds = statistics.median(run[0] for run in runs)
    report.add("assess --json, whole process", seconds, "s", target="< 2.5")
    report.add("assess --json, peak memory", max(run[1] for run in runs), "MB")
    return seconds


def _obvious(report: Report, folder: Path, walk_ms: float, cold_s: float) -> None:
    xml = _rutland.script_xml(folder)
    script = Path(__file__).with_name("_obvious_script.py")
    seconds, megabytes = process([str(script), str(xml)])
    report.add("one address, whole process", seconds, "s", who="osmnx script")
    report.add("one address, peak memory", megabytes, "MB", who="osmnx script")
    report.ratio("one address, whole process", cold_s, seconds, "osmnx script")
    each_ms = _rutland.script_ms(folder)
    report.add("one address, everything loaded", each_ms, "ms", who="osmnx script")
    report.ratio("one address, places and ways on foot, everything loaded", walk_ms, each_ms, "osmnx script", target=">= 10")


if __name__ == "__main__":
    main()
