"""What each part of the closer look costs, warm, over seeded Rutland addresses, beside the obvious script's own work.

The parts are timed where they are called, within whole assessments: what one part reads, the next one finds read, as in use.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

from benchmarks import _agreement, _rutland
from benchmarks._report import Report
from era_geo import front, layerset
from era_geo.layerset import LayerSet
from era_geo.model import Depth, Parameters, Site
from era_geo.region.region import Region
from era_geo.settings import Settings
from era_geo.vicinity import assess as assess_module
from era_geo.vicinity import depth as depth_module

DATE = dt.date(2026, 11, 22)
ADDRESSES = 200
_TARGETS = {Depth.NONE: "< 20", Depth.FULL: "< 250"}
_WARM = 3  # assessments before the clock starts
# Part, the module that calls it, and the names it is called by there.
_PARTS: tuple[tuple[str, ModuleType, tuple[str, ...]], ...] = (
    ("places", assess_module.nearby, ("find",)),
    ("walking", depth_module.walking, ("look",)),
    ("way past", depth_module, ("look_past",)),
    ("sight", depth_module.sight, ("look", "open_area")),
    ("boundaries", depth_module.boundaries, ("look",)),
    ("neighbours", depth_module, ("near_neighbours",)),
    ("streets", depth_module, ("street_features",)),
)


def main() -> None:
    """Measure and save: the county beside the obvious script, or with --region a region of this machine by itself."""
    ask = argparse.ArgumentParser(prog="era-geo bench depth", description=__doc__)
    ask.add_argument("--region", metavar="NAME", help="a built region of any size instead of Rutland, under a report of its own")
    chosen = ask.parse_args().region
    if chosen:
        _of_region(chosen)
    else:
        _of_rutland()


def _of_region(name: str) -> None:
    settings = Settings()
    region = front.open_region(name, settings)
    report = Report(f"depth-{region.name}", f"What each part of the closer look costs in the region {region.name}", bench="depth")
    sites = _rutland.as_sites(_rutland.drawn(region, ADDRESSES), region)
    load = os.getloadavg()[0]
    _measured(report, sites, region, layerset.load(settings), {Depth.FULL: "< 400"})
    _save(report, max(load, os.getloadavg()[0]))


def _of_rutland() -> None:
    report = Report("depth", "What each part of the closer look costs")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        region, layers = _rutland.region(home), layerset.load(_rutland.settings(home))
        load = os.getloadavg()[0]
        medians = _measured(report, _rutland.sites(region, ADDRESSES), region, layers, _TARGETS)
        load = max(load, os.getloadavg()[0])
        script_ms = _rutland.script_ms(Path(folder))
        _agreement.add(report, region)
    report.add("places and walking, everything loaded", script_ms, "ms", who="osmnx script")
    report.ratio("places and walking (depth walk)", medians[Depth.WALK], script_ms, "osmnx script")
    report.ratio("everything (depth full)", medians[Depth.FULL], script_ms, "osmnx script")
    _save(report, load)


def _measured(
    report: Report, sites: list[Site], region: Region, layers: LayerSet, targets: Mapping[Depth, str]
) -> dict[Depth, float]:
    """Add the rows of whole assessments and of their parts, and give the median milliseconds by depth."""
    medians = {depth: _whole(report, depth, sites, region, layers, target=targets.get(depth, "")) for depth in Depth}
    _parts(report, sites, region, layers)
    return medians


def _save(report: Report, load: float) -> None:
    report.notes.append(f"{ADDRESSES} addresses drawn with a fixed seed, radius 100 m, warm; milliseconds of wall clock.")
    report.notes.append(_rutland.noise(load))
    report.save()


def _whole(report: Report, depth: Depth, sites: list[Site], region: Region, layers: LayerSet, *, target: str) -> float:
    start = time.process_time()
    times = _assessed(depth, sites, region, layers)
    worked = 1000 * (time.process_time() - start) / (len(sites) + _WARM)
    _add(report, f"whole, depth {depth.value}", times, target=target)
    report.add(f"whole, depth {depth.value}, processor time, mean", worked, "ms")
    return statistics.median(times)


def _parts(report: Report, sites: list[Site], region: Region, layers: LayerSet) -> None:
    spent: dict[str, float] = defaultdict(float)
    times: dict[str, list[float]] = defaultdict(list)
    with _timed(spent):
        for site in sites:
            spent.clear()
            _assessed(Depth.FULL, [site], region, layers, warm=False)
            for part, *_ in _PARTS:
                times[part].append(spent[part])
    for part, values in times.items():
        _add(report, f"part: {part}", values)


@contextmanager
def _timed(spent: dict[str, float]) -> Iterator[None]:
    """Add up the milliseconds of each part while the context lasts."""
    with ExitStack() as stack:
        for part, module, names in _PARTS:
            for name in names:
                stack.enter_context(patch.object(module, name, _clocked(part, getattr(module, name), spent)))
        yield


def _clocked(part: str, work: Callable[..., Any], spent: dict[str, float]) -> Callable[..., Any]:
    def run(*arguments: Any, **named: Any) -> Any:
        start = time.perf_counter()
        try:
            return work(*arguments, **named)
        finally:
            spent[part] += 1000 * (time.perf_counter() - start)

    return run


def _assessed(depth: Depth, sites: list[Site], region: Region, layers: LayerSet, *, warm: bool = True) -> list[float]:
    times = []
    for site in [*(sites[:_WARM] if warm else []), *sites]:
        start = time.perf_counter()
        front.assess(site, region, as_of=DATE, parameters=Parameters(), layers=layers, depth=depth)
        times.append(1000 * (time.perf_counter() - start))
    return times[_WARM:] if warm else times


def _add(report: Report, what: str, times: list[float], *, target: str = "") -> None:
    ordered = sorted(times)
    report.add(f"{what}, median", statistics.median(ordered), "ms", target=target)
    report.add(f"{what}, 95th percentile", ordered[int(0.95 * len(ordered))], "ms")


if __name__ == "__main__":
    main()
