"""The built regions: which there are, what is in one and how old it is, and how one is removed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import shapely

from era_geo.errors import DataError, EraGeoError, UsageError
from era_geo.region.build import target
from era_geo.region.region import SUFFIX, Region, RegionSource
from era_geo.region.schema import TABLES
from era_geo.settings import Settings


@dataclass(frozen=True)
class ShelvedRegion:
    """A file in the regions folder. `problem` says why it cannot be opened; then the rest is not known.

    `dates` are the oldest and the newest date of its sources (ISO 8601), `None` where no source has one; `built` is when it was
    made.
    """

    name: str
    path: Path
    size_bytes: int
    built: str | None = None
    dates: tuple[str | None, str | None] = (None, None)
    sources: tuple[str, ...] = ()
    problem: str | None = None


@dataclass(frozen=True)
class Description:
    """What is in a region.

    `counts`: rows by table. `unbuilt`: objects that could not be built, by reason. `coverage_km2`: area that the sources
    together can speak for. `extent`: its least easting, least northing, greatest easting, greatest northing, EPSG:27700.
    """

    name: str
    path: Path
    size_bytes: int
    built: str | None
    program_version: str | None
    sources: tuple[RegionSource, ...]
    counts: Mapping[str, int]
    unbuilt: Mapping[str, int]
    coverage_km2: float
    extent: tuple[float, float, float, float] | None


def list_regions(settings: Settings) -> tuple[ShelvedRegion, ...]:
    """List the region files by name, those that cannot be opened too."""
    paths = sorted(path for path in settings.regions.glob(f"*{SUFFIX}") if not path.name.startswith("."))
    return tuple(_shelved(path) for path in paths)


def _shelved(path: Path) -> ShelvedRegion:
    size = path.stat().st_size
    try:
        region = Region(path)
        dates = sorted(source.date for source in region.sources if source.date)
        names = tuple(source.name for source in region.sources)
    except DataError as error:
        return ShelvedRegion(path.stem, path, size, problem=str(error))
    ends = (dates[0], dates[-1]) if dates else (None, None)
    return ShelvedRegion(path.stem, path, size, region.meta.get("built"), ends, names)


def describe(region: Region) -> Description:
    """Say what is in an open region.

    Raises
    ------
    DataError
        If the file is damaged.
    """
    counts = {table.name: region.query(f"SELECT count(*) FROM {table.name}")[0][0] for table in TABLES if table.name != "meta"}
    reasons = region.query("SELECT reason, count(*) FROM unbuilt GROUP BY reason ORDER BY count(*) DESC, reason")
    area = region.coverage
    least_e, least_n, greatest_e, greatest_n = shapely.bounds(area).tolist()
    return Description(
        name=region.name,
        path=region.path,
        size_bytes=region.path.stat().st_size,
        built=region.meta.get("built"),
        program_version=region.meta.get("program_version"),
        sources=region.sources,
        counts=counts,
        unbuilt=dict(reasons),
        coverage_km2=round(shapely.area(area) / 1e6, 2),
        extent=None if shapely.is_empty(area) else (least_e, least_n, greatest_e, greatest_n),
    )


def remove(name: str, settings: Settings) -> Path:
    """Remove a region's file for good, and give the path that it had.

    Raises
    ------
    UsageError
        If there is no such region, or the name is none.
    EraGeoError
        If the file cannot be removed.
    """
    path = target(name, settings)
    if not path.is_file():
        known = ", ".join(shelved.name for shelved in list_regions(settings)) or "none yet"
        raise UsageError(f"There is no region '{name}' (regions: {known}).")
    try:
        path.unlink()
    except OSError as error:
        raise EraGeoError(f"The region '{name}' cannot be removed ({error.strerror}). Close what has it open.") from error
    return path
