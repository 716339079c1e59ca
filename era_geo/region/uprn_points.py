"""Where a UPRN lies that no address of the region carries: the bare point that a gazetteer or OS Open UPRN gives."""

from __future__ import annotations

from dataclasses import dataclass

from era_geo.region.region import Region


@dataclass(frozen=True)
class UprnPoint:
    """The point of a UPRN, metres in EPSG:27700, and the file it comes from. It says nothing of what stands there."""

    uprn: str
    easting: float
    northing: float
    source: str


def find(region: Region, uprn: str) -> UprnPoint | None:
    """Give where a UPRN (digits, with or without leading noughts) lies; `None` where the region does not know it.

    Raises
    ------
    DataError
        If the region file is damaged.
    """
    if not (uprn.isascii() and uprn.isdigit() and len(uprn.lstrip("0")) <= 12):
        return None
    rows = region.query(
        "SELECT p.easting, p.northing, s.name FROM uprn_points p JOIN sources s ON s.fid = p.source_id WHERE p.uprn = ?",
        (int(uprn),),
    )
    return UprnPoint(uprn.lstrip("0"), *rows[0]) if rows else None
