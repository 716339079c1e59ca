"""A country: its region built beside osm2pgsql, its growth, one assessment in it, and batches on it.

The extract is made by `era-geo bench make-country` unless `--file` names it; `--scale` says how large it is. Growth is held against
a country of a tenth of it (rows of the build) and of a hundredth (one assessment).
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import _postgres, _rutland, _stock
from benchmarks._report import Report, Run, measured
from benchmarks.batch import median_ms, two_workers, whole_batches
from benchmarks.make_country import make
from era_geo import front, layerset
from era_geo.model import Depth, Parameters
from era_geo.region.region import Region, open_region
from era_geo.vicinity.walk_window import square_of

_ADDRESSES = 100
_TOWN = 20_000
_TEN_GROWTH, _HUNDRED = 11.0, 2.0
DATE = dt.date(2026, 11, 22)


def main() -> None:
    """Measure and save."""
    ask = argparse.ArgumentParser(prog="era-geo bench country", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    ask.add_argument("--scale", type=float, default=1.0, help="1 is Scotland's size")
    ask.add_argument("--file", type=Path, help="an extract of that scale, made before")
    ask.add_argument(
        "--folder", type=Path, help="where to work, with some 15 GB of room at scale 1; extracts that are there are used"
    )
    ask.add_argument("--share", type=float, default=1.0, help="share of the usual rows in the batches")
    ask.add_argument("--no-peer", action="store_true", help="leave out osm2pgsql")
    given = ask.parse_args()
    size = "of Scotland's size" if given.scale == 1 else f"{given.scale:g} times Scotland's size"
    report = Report("country", f"A synthetic country, {size}")
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)  # PostgreSQL's user has to reach its own folder in it
        home = folder / "home"
        extracts = {part: _extract(folder, given.scale * part, given.file if part == 1 else None) for part in (1, 0.1, 0.01)}
        runs = {part: _build(home, extracts[part], _name(part)) for part in extracts}
        _report_builds(report, runs, whole=given.scale == 1)
        if not given.no_peer:
            _osm2pgsql(report, extracts[1], runs[1], folder)
        regions = {part: open_region(_name(part), _rutland.settings(home)) for part in extracts}
        _size(report, regions[1])
        _assess(report, home, regions)
        whole_batches(report, regions[1], home, folder, share=given.share, where="country", by=0.5)
        stock = _stock.together(regions[1], max(10, round(_TOWN * given.share)), folder / "town.csv")
        two_workers(report, stock, regions[1], home, "walk")
    report.notes.append(_rutland.noise(max(load, os.getloadavg()[0]), own=os.cpu_count() or 1))
    report.notes.append(f"Scale {given.scale:g}: the extract is that of `era-geo bench make-country --scale {given.scale:g}`.")
    report.save(whole=given.share >= 1)


def _name(part: float) -> str:
    return f"country-{part:g}"


def _extract(folder: Path, scale: float, given: Path | None) -> Path:
    path = given or folder / f"country-{scale:g}.osm.pbf"
    if not path.exists():
        make(path, scale)
    return path


def _build(home: Path, extract: Path, name: str) -> Run:
    program = [sys.executable, "-m", "era_geo", "region", "build", str(extract), "--name", name, "--replace"]
    return measured(program, ERA_GEO_HOME=str(home))


def _report_builds(report: Report, runs: dict[float, Run], *, whole: bool) -> None:
    report.add("region build, whole process", runs[1].seconds, "s", target="< 1200" if whole else "")
    report.add("region build, processor time", runs[1].processor_s, "s")
    report.add("region build, peak memory of all its processes", runs[1].megabytes, "MB", target="< 6000" if whole else "")
    tenth = runs[0.1]
    report.add("build: 10 times the rows take (wall clock)", runs[1].seconds / tenth.seconds, "x", target=f"<= {_TEN_GROWTH:g}")
    report.add(
        "build: 10 times the rows take (processor)", runs[1].processor_s / tenth.processor_s, "x", target=f"<= {_TEN_GROWTH:g}"
    )


def _osm2pgsql(report: Report, extract: Path, ours: Run, folder: Path) -> None:
    why = _postgres.lacking("osm2pgsql")
    if why:
        print(f"not measured: {why}", file=sys.stderr)
        report.notes.append(f"osm2pgsql not measured: {why}.")
        return
    with tempfile.TemporaryDirectory(dir=folder) as name:
        Path(name).chmod(0o755)
        with _postgres.server(Path(name) / "postgres") as server:
            before = server.processor_s()
            theirs = measured(["osm2pgsql", "--slim", "--drop", *server.arguments, str(extract)])
            processor_s = theirs.processor_s + server.processor_s() - before
    report.add("import (--slim --drop)", theirs.seconds, "s", who="osm2pgsql")
    report.add("import, processor time, the server's too", processor_s, "s", who="osm2pgsql")
    report.add("region build in osm2pgsql's time", ours.seconds / theirs.seconds, "x", target="<= 3")
    report.add("region build in osm2pgsql's time (processor)", ours.processor_s / processor_s, "x", target="<= 3")


def _size(report: Report, region: Region) -> None:
    for table in ("addresses", "places", "buildings", "walk_nodes", "walk_edges"):
        report.add(f"rows: {table}", region.query(f"SELECT count(*) FROM {table}")[0][0], "rows")
    report.add("size of the region file", region.path.stat().st_size / 1e6, "MB")


def _assess(report: Report, home: Path, regions: dict[float, Region]) -> None:
    """Time one assessment, warm, everything on, and one address looked up, in the country and in its hundredth, by turns.

    No two addresses share a square kilometre: in a small region they would, and what was read for one would serve the other.
    """
    layers = layerset.load(_rutland.settings(home))
    medians: dict[tuple[str, float], tuple[float, float]] = {}
    for part in (0.01, 1):
        region = regions[part]
        rows = _apart(_rutland.drawn(region, 5 * _ADDRESSES))[:_ADDRESSES]
        sites = _rutland.as_sites(rows, region)
        texts = [_text(row) for row in rows]
        for site in sites[:3]:
            front.assess(site, region, as_of=DATE, parameters=Parameters(), layers=layers)
        medians["assess, everything on", part] = median_ms(
            lambda i, sites=sites, region=region: front.assess(
                sites[i], region, as_of=DATE, parameters=Parameters(), layers=layers, depth=Depth.FULL
            ),
            len(sites),
        )
        medians["locate", part] = median_ms(lambda i, texts=texts, region=region: front.locate(texts[i], region), len(texts))
    for what, target in (("assess, everything on", "< 400"), ("locate", "")):
        for part, where in ((1, "the country"), (0.01, "its hundredth")):
            wall, processor = medians[what, part]
            report.add(f"{what}, warm, median, in {where}", wall, "ms", target=target)
            report.add(f"{what}, warm, median, in {where}, processor time", processor, "ms", target=target)
        ratio = medians[what, 1][1] / medians[what, 0.01][1]
        report.add(f"{what}: a region 100 times as large (processor)", ratio, "x", target=f"<= {_HUNDRED:g}")


def _apart(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Keep the first address of each square in which assessments share what is read."""
    return list({square_of(row["geom"]): row for row in reversed(rows)}.values())[::-1]


def _text(row: Mapping[str, Any]) -> str:
    parts = (row["flat"], row["house"], f"{row['number']} {row['street']}", row["town"], row["postcode"])
    return ", ".join(part for part in parts if part)


if __name__ == "__main__":
    main()
