"""A synthetic country of addresses, as large as Scotland: 2.7 million houses on some 90,000 streets of 500 towns.

Names are made of syllables, so that many differ by a letter or two: harder than real names, and nobody's.
"""

from __future__ import annotations

import random
import sqlite3
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import shapely

from benchmarks._addresses import Address
from era_geo.region import address_index, gpkg, rtree
from era_geo.region.schema import SCHEMA_VERSION, TABLES

_POINT = struct.Struct("<2sBBiBIdd")
_HEADS = (
    "Auch", "Bal", "Cairn", "Dal", "Drum", "Dun", "Fin", "Gart", "Glen", "Inver", "Kil", "Kin", "Loch", "Mon", "Pit",
    "Strath", "Tor", "Uig", "Wester", "Ard",
)  # fmt: skip
_MIDDLES = (
    "a", "an", "ar", "ber", "cra", "de", "en", "fal", "gan", "ine", "la", "lo", "ma", "mor", "na", "or", "ra", "sal",
    "ter", "vor",
)  # fmt: skip
_ENDS = (
    "beg", "burn", "dale", "don", "field", "ford", "gie", "haugh", "hill", "ie", "lea", "mont", "more", "muir", "ness",
    "och", "rig", "ston", "ton", "well",
)  # fmt: skip
_TYPES = (
    "Street", "Road", "Avenue", "Crescent", "Place", "Terrace", "Gardens", "Drive", "Lane", "Court", "Grove", "Wynd",
    "Brae", "View", "Way", "Row", "Square", "Loan", "Park",
)  # fmt: skip
COMMON = (
    "High Street",
    "Main Street",
    "Station Road",
    "Church Street",
    "Mill Road",
    "Queen Street",
    "Victoria Road",
    "Park Avenue",
)
_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
AREAS = ("AB", "DD", "DG", "EH", "FK", "G", "HS", "IV", "KA", "KW", "KY", "ML", "PA", "PH", "TD", "ZE")
_CORNER = (200_000.0, 600_000.0)
_TOWN_M = 12_000.0
_HOUSES_A_POSTCODE = 15


def write(path: Path, addresses: int, seed: int = 11) -> list[Address]:
    """Write a region file of so many addresses at `path`, and give a sample of them to look for."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = OFF", "synchronous = OFF"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("BEGIN")
    gpkg.create(connection)
    for table in TABLES:
        gpkg.add_table(connection, table)
    sample: list[Address] = []
    rng = random.Random(seed)
    batch: list[tuple[object, ...]] = []
    codes: dict[str, list[float]] = {}
    for fid, (number, street, town, code, east, north) in enumerate(_houses(addresses, rng), 1):
        batch.append((fid, f"osm:node/{fid}", number, street, town, code, "[1]", 0.0, _blob(east, north)))
        spot = codes.setdefault(code, [0.0, 0.0, 0.0])
        spot[0] += east
        spot[1] += north
        spot[2] += 1
        if rng.random() < 12_000 / addresses:
            sample.append(Address(number, street, town, code, ((east, north),)))
        if len(batch) == 100_000:
            _insert(connection, batch)
    _insert(connection, batch)
    _finish(connection, codes)
    connection.close()
    return sample


def _insert(connection: sqlite3.Connection, batch: list[tuple[object, ...]]) -> None:
    connection.executemany(
        "INSERT INTO addresses (fid, ref, number, street, town, postcode, sources, spread_m, geom) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        batch,
    )
    batch.clear()


def _finish(connection: sqlite3.Connection, codes: dict[str, list[float]]) -> None:
    rows = [(i, code, 10, 1, _blob(e / n, m / n)) for i, (code, (e, m, n)) in enumerate(codes.items(), 1)]
    connection.executemany("INSERT INTO postcodes (fid, postcode, quality, source_id, geom) VALUES (?, ?, ?, ?, ?)", rows)
    points = np.array([(e / n, m / n) for e, m, n in codes.values()])
    rtree.create(connection, "rtree_postcodes_geom", np.arange(1, len(rows) + 1), np.column_stack([points, points]))
    cover = shapely.box(*_CORNER, _CORNER[0] + 25 * _TOWN_M, _CORNER[1] + 25 * _TOWN_M)
    parts = np.array([shapely.multipolygons([cover])], dtype=object)
    connection.execute(
        "INSERT INTO sources (fid, name, kind, sha256, licence, credit, coverage_basis, themes, counts, geom) "
        "VALUES (1, 'synthetic', 'gazetteer', '', '', '', 'given boundary', '[]', '{}', ?)",
        (gpkg.blobs(parts, shapely.bounds(parts))[0],),
    )
    connection.execute("INSERT INTO meta (key, value) VALUES ('schema_version', ?)", (str(SCHEMA_VERSION),))
    for column in ("postcode", "uprn"):
        connection.execute(f"CREATE INDEX addresses_{column} ON addresses ({column})")
    address_index.build(connection)
    connection.execute("COMMIT")


def _blob(east: float, north: float) -> bytes:
    return _POINT.pack(b"GP", 0, 1, 27700, 1, 1, east, north)


def _houses(count: int, rng: random.Random) -> Iterator[tuple[str, str, str, str, float, float]]:
    """Give number, street, town, postcode and point of each house, town by town."""
    made = code = 0
    town_number = 0
    while made < count:
        town = f"{stem(rng)}town" if town_number % 3 else stem(rng)
        x0 = _CORNER[0] + (town_number % 25) * _TOWN_M
        y0 = _CORNER[1] + (town_number // 25 % 25) * _TOWN_M
        names = {street_name(rng) for _ in range(175)} | {name for name in COMMON if rng.random() < 0.6}
        for row, street in enumerate(sorted(names)):
            houses = min(count - made, max(4, int(rng.gauss(30, 14))))
            for number in range(1, houses + 1):
                if number % _HOUSES_A_POSTCODE == 1:
                    code += 1
                side = 9.0 if number % 2 else -9.0
                yield str(number), street, town, _code(code), x0 + number * 6.0, y0 + row * 45.0 + side
            made += houses
            if made >= count:
                return
        town_number += 1


def stem(rng: random.Random) -> str:
    """Make up a name."""
    return rng.choice(_HEADS) + rng.choice(_MIDDLES) + rng.choice(_ENDS)


def street_name(rng: random.Random) -> str:
    """Make up a street's name."""
    name = f"{stem(rng)} {rng.choice(_TYPES)}"
    return f"{rng.choice(('North', 'South', 'East', 'West'))} {name}" if rng.random() < 0.05 else name


def _code(number: int) -> str:
    number, last = divmod(number, 20)
    number, first = divmod(number, 20)
    number, sector = divmod(number, 10)
    area, district = divmod(number, 60)
    return f"{AREAS[area % len(AREAS)]}{district + 1} {sector}{_LETTERS[first]}{_LETTERS[last]}"
