"""Tables of properties to assess in batches, drawn from a region with a fixed seed: each once, or a few again and again.

The county has a few hundred addresses that can be written as text. Where they run out, a property is a building given as longitude
and latitude: what is measured is then the look at so many different properties, and not how often one is remembered.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from era_geo import crs
from era_geo.region import address_index
from era_geo.region.region import Region

_SEED = 7
_FIRST_REACH_M, _LAST_REACH_M = 500.0, 50_000.0
_WORDS = "flat, house, number, street, town, postcode"
_IN_WORDS = "street IS NOT NULL AND (number IS NOT NULL OR house IS NOT NULL)"


@dataclass(frozen=True)
class Stock:
    """A table with one column of text to look up; how many of its rows are an address in words, and how many are different."""

    path: Path
    rows: int
    properties: int
    in_words: int
    area_km2: float | None = None
    """Where they are all the addresses of one area: how large it is."""

    def __str__(self) -> str:
        if self.area_km2 is not None:
            return f"{self.properties:,} properties once each, 100% as text, all of {self.area_km2:.0f} square kilometres"
        if self.properties < self.rows:
            return f"{self.properties:,} addresses, each some {self.rows / self.properties:.2g} times"
        return f"{self.properties:,} properties once each, {100 * self.in_words / self.rows:.0f}% as text"


def once(region: Region, rows: int, path: Path) -> Stock:
    """Write different properties: addresses in words as far as they go, then buildings without one, as coordinates."""
    chance = random.Random(_SEED)
    words = _addresses(region, rows)
    chosen = chance.sample(words, min(rows, len(words)))
    points = _points(region, rows - len(chosen), chance)
    texts = [*chosen, *points]
    chance.shuffle(texts)  # so that each part of the table is alike
    return Stock(_written(texts, path), len(texts), len(texts), len(chosen))


def again(region: Region, rows: int, path: Path) -> Stock:
    """Write addresses in words alone; with more rows than there are, again and again."""
    words = _addresses(region, rows)
    chance = random.Random(_SEED)
    texts = [chance.choice(words) for _ in range(rows)]
    return Stock(_written(texts, path), rows, len(set(texts)), rows)


def together(region: Region, rows: int, path: Path) -> Stock:
    """Write every address around one of them, the nearest so many: a landlord's town, where `once` is one here and one there."""
    chance = random.Random(_SEED)
    fid = chance.randint(1, region.query("SELECT max(fid) FROM addresses")[0][0])
    east, north = address_index.point(region.query("SELECT geom FROM addresses WHERE fid = ?", (fid,))[0][0])
    texts: list[str] = []
    reach_m, reached = _FIRST_REACH_M, 0
    while len(texts) < rows and reached < _LAST_REACH_M:
        box = (east - reach_m, east + reach_m, north - reach_m, north + reach_m)
        found = region.query(
            f"SELECT {_WORDS} FROM addresses WHERE {_IN_WORDS} AND fid IN (SELECT id FROM rtree_addresses_geom "
            "WHERE minx > ? AND maxx < ? AND miny > ? AND maxy < ?) ORDER BY fid",
            box,
        )
        texts, reached, reach_m = list(dict.fromkeys(_text(row) for row in found)), reach_m, 1.2 * reach_m
    chosen = chance.sample(texts, min(rows, len(texts)))
    return Stock(_written(chosen, path), len(chosen), len(chosen), len(chosen), area_km2=(2 * reached / 1000) ** 2)


def points(region: Region, rows: int, path: Path) -> Stock:
    """Write buildings as two columns, longitude and latitude."""
    pairs = [text.replace("lon ", "").replace("lat ", "").split(", ") for text in _points(region, rows, random.Random(_SEED))]
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["id", "longitude", "latitude"])
        table.writerows((number, *pair) for number, pair in enumerate(pairs, 1))
    return Stock(path, len(pairs), len(pairs), 0)


def _addresses(region: Region, rows: int) -> list[str]:
    """Give addresses of the region as text, each once: some four times as many as are needed, where there are so many."""
    found = region.query(
        f"SELECT {_WORDS} FROM addresses WHERE {_IN_WORDS} AND fid % ? = 0 ORDER BY fid",
        (max(1, region.query("SELECT max(fid) FROM addresses")[0][0] // (4 * rows)),),
    )
    return list(dict.fromkeys(_text(row) for row in found))


def _text(row: Sequence[str | None]) -> str:
    flat, house, door, street, town, postcode = row
    return ", ".join(part for part in (flat, house, f"{door} {street}" if door else street, town, postcode) if part)


def _points(region: Region, count: int, chance: random.Random) -> list[str]:
    if count <= 0:
        return []
    addressed = {row[0] for row in region.query("SELECT building_id FROM addresses WHERE building_id IS NOT NULL")}
    free = [row for row in region.read("buildings").rows() if row["fid"] not in addressed]
    covered = [row["geom"] for row in free if region.coverage.covers(row["geom"])]
    points = crs.geometries_to_lonlat([one.representative_point() for one in chance.sample(covered, min(count, len(covered)))])
    return [f"lon {point.x:.7f}, lat {point.y:.7f}" for point in points]


def _written(texts: Sequence[str], path: Path) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["id", "address"])
        table.writerows(enumerate(texts, 1))
    return path
