"""The main job on the whole county of Rutland: build the region, assess an address warm and cold, beside the obvious script.

The obvious script is what an analyst would write with osmnx, geopandas and networkx: read the extract, take the places and the
walking network around the address, measure. It gets its extract as XML beforehand, as it must, and that is not counted.
"""

from __future__ import annotations

import datetime as dt
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

from benchmarks._report import Report, process, real_data
from era_geo import front, layerset
from era_geo.model import Candidate, Parameters, Precision
from era_geo.region.region import Region
from era_geo.settings import Settings

EXTRACT = "rutland-2022-07-20.osm.pbf"
ADDRESSES = 200
ADDRESS = "8 Market Place, Oakham"
DATE = dt.date(2026, 11, 22)


def main() -> None:
    """Measure and save."""
    report = Report("main_job", "The main job on Rutland, beside the obvious script")
    extract = real_data() / "osm" / EXTRACT
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        build_s = _build(report, extract, home)
        warm_ms = _warm(report, home)
        cold_s = _cold(report, home)
        _obvious(report, extract, Path(folder), warm_ms, cold_s)
    report.notes.append(f"{EXTRACT}: 170,885 nodes, 16,730 ways; {ADDRESSES} addresses drawn with a fixed seed, radius 100 m.")
    report.notes.append(f"Building costs {build_s:.1f} s once; every later assessment reads the built region.")
    report.save()


def _build(report: Report, extract: Path, home: Path) -> float:
    arguments = ["-m", "era_geo", "region", "build", str(extract), "--name", "rutland"]
    runs = []
    for replace in ([], ["--replace"], ["--replace"]):
        runs.append(process([*arguments, *replace], ERA_GEO_HOME=str(home)))
    seconds = statistics.median(run[0] for run in runs)
    report.add("region build, whole process", seconds, "s", target="< 10")
    report.add("region build, peak memory", max(run[1] for run in runs), "MB")
    return seconds


def _warm(report: Report, home: Path) -> float:
    settings = Settings(home=home)
    region, layers = front.open_region("rutland", settings), layerset.load(settings)
    sites = [front.site_from(candidate, region, query="") for candidate in _candidates(region)]
    times = []
    for site in [sites[0], *sites]:
        start = time.perf_counter()
        front.assess(site, region, as_of=DATE, parameters=Parameters(), layers=layers)
        times.append(1000 * (time.perf_counter() - start))
    warm = sorted(times[1:])
    report.add("assess, warm, median", statistics.median(warm), "ms", target="< 100")
    report.add("assess, warm, 95th percentile", warm[int(0.95 * len(warm))], "ms")
    return statistics.median(warm)


def _candidates(region: Region) -> list[Candidate]:
    rows = list(region.read("addresses").rows())
    chosen = random.Random(2026).sample(rows, ADDRESSES)
    return [
        Candidate(
            label=row["ref"], flat=row["flat"], number=row["number"], street=row["street"], town=row["town"],
            postcode=row["postcode"], uprn=row["uprn"], lon=0.0, lat=0.0, easting=row["geom"].x, northing=row["geom"].y,
            precision=Precision.BUILDING, uncertainty_m=0.0, sources=(EXTRACT,), ref=row["ref"],
        )
        for row in chosen
    ]  # fmt: skip


def _cold(report: Report, home: Path) -> float:
    arguments = ["-m", "era_geo", "assess", ADDRESS, "--region", "rutland", "--json"]
    runs = [process(arguments, ERA_GEO_HOME=str(home)) for _ in range(6)][1:]
    seconds = statistics.median(run[0] for run in runs)
    report.add("assess --json, whole process", seconds, "s", target="< 2.5")
    report.add("assess --json, peak memory", max(run[1] for run in runs), "MB")
    return seconds


def _obvious(report: Report, extract: Path, folder: Path, warm_ms: float, cold_s: float) -> None:
    import osmium  # noqa: PLC0415 - the peer's part only

    xml = folder / "rutland.osm"
    with osmium.SimpleWriter(str(xml)) as writer:
        for item in osmium.FileProcessor(str(extract)):
            writer.add(item)
    script = Path(__file__).with_name("_obvious_script.py")
    seconds, megabytes = process([str(script), str(xml)])
    report.add("one address, whole process", seconds, "s", who="osmnx script")
    report.add("one address, peak memory", megabytes, "MB", who="osmnx script")
    report.ratio("one address, whole process", cold_s, seconds, "osmnx script")
    sys.path.insert(0, str(script.parent))
    from benchmarks import _obvious_script  # noqa: PLC0415 - the peer's part only

    each_ms = 1000 * _obvious_script.seconds_each(xml, 20)
    report.add("one address, everything loaded", each_ms, "ms", who="osmnx script")
    report.ratio("one address, everything loaded", warm_ms, each_ms, "osmnx script")


if __name__ == "__main__":
    main()
