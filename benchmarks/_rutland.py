"""The county of Rutland as the benchmarks share it: the region, seeded addresses, and the obvious script on the same extract."""

from __future__ import annotations

import random
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import _regions
from benchmarks._report import real_data
from era_geo import crs, front
from era_geo.model import Candidate, Precision, Site
from era_geo.region.region import Region, decode
from era_geo.settings import Settings

EXTRACT = "rutland-2022-07-20.osm.pbf"
_OTHERS = 0.5  # so much other work does no harm
_SEED = 2026


def extract() -> Path:
    """Give the extract's path."""
    return real_data() / "osm" / EXTRACT


def settings(home: Path) -> Settings:
    """Give settings that keep everything in `home`."""
    return Settings(home=home)


def region(home: Path) -> Region:
    """Build and open the county."""
    return _regions.build([extract()], home, "rutland")


def sites(of: Region, number: int) -> list[Site]:
    """Draw addresses with a fixed seed, as properties with their buildings' outlines where they have one."""
    covered = [row for row in of.read("addresses").rows() if of.coverage.covers(row["geom"])]
    return as_sites(random.Random(_SEED).sample(covered, number), of)


def drawn(of: Region, number: int) -> list[dict[str, Any]]:
    """Draw rows of a region too large to read whole, with a fixed seed: covered, with a street and a number."""
    last = of.query("SELECT max(fid) FROM addresses")[0][0]
    columns = ("fid", "ref", "flat", "number", "house", "street", "town", "postcode", "uprn")
    rows: list[dict[str, Any]] = []
    chance = random.Random(_SEED)
    while len(rows) < number:
        sql = f"SELECT {', '.join(columns)}, geom FROM addresses WHERE fid = ?"
        *values, blob = of.query(sql, (chance.randint(1, last),))[0]
        row = {**dict(zip(columns, values, strict=True)), "geom": decode([blob])[0]}
        if row["number"] and row["street"] and of.coverage.covers(row["geom"]):
            rows.append(row)
    return rows


def as_sites(rows: Sequence[Mapping[str, Any]], of: Region) -> list[Site]:
    """Give rows of a region's addresses as properties with their buildings' outlines where they have one."""
    degrees = crs.geometries_to_lonlat([row["geom"] for row in rows])
    return [
        front.site_from(
            Candidate(
                label=row["ref"], flat=row["flat"], number=row["number"], street=row["street"], town=row["town"],
                postcode=row["postcode"], uprn=row["uprn"], lon=point.x, lat=point.y, easting=row["geom"].x,
                northing=row["geom"].y, precision=Precision.BUILDING, uncertainty_m=0.0, sources=(EXTRACT,), ref=row["ref"],
            ),
            of,
            query="",
        )
        for row, point in zip(rows, degrees, strict=True)
    ]  # fmt: skip


def script_xml(folder: Path) -> Path:
    """Write the extract as XML, which is all that the obvious script can read."""
    import osmium  # noqa: PLC0415 - the peer's part only

    xml = folder / "rutland.osm"
    if not xml.exists():
        with osmium.SimpleWriter(str(xml)) as writer:
            for item in osmium.FileProcessor(str(extract())):
                writer.add(item)
    return xml


def script_ms(folder: Path) -> float:
    """Give the milliseconds that the obvious script needs for one address, everything loaded."""
    sys.path.insert(0, str(Path(__file__).parent))
    from benchmarks import _obvious_script  # noqa: PLC0415 - the peer's part only

    return 1000 * _obvious_script.seconds_each(script_xml(folder), 5)


def noise(load: float, own: int = 1) -> str:
    """Say how busy the machine was with other work, and so how far the milliseconds can be trusted.

    `own` is the load that the benchmark itself may be: its processes that work side by side.
    """
    if load <= own + _OTHERS:
        return f"Taken on a quiet machine (load {load:.1f})."
    return f"Noisy: the machine was busy with other work (load {load:.1f}), so the milliseconds are high; the ratios hold better."
