"""The index that the address search reads: plain tables inside the region file, made once when the region is built.

A *key* is a street name made comparable (`address_words.name_key`); a *street* is one stretch of that name on the ground, so the
High Streets of two towns are two streets with one key. The tables are read by `era_geo.address`; a GIS may ignore them.
"""

from __future__ import annotations

import json
import sqlite3
import struct
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import numpy as np
import numpy.typing as npt
import shapely

from era_geo.region import address_measures
from era_geo.region.address_words import begins_with_the, house_number, name_key, turned_key
from era_geo.region.region import decode

TABLES = """
CREATE TABLE street_keys (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE);
CREATE TABLE street_aliases (alias TEXT NOT NULL, key_id INTEGER NOT NULL, PRIMARY KEY (alias, key_id)) WITHOUT ROWID;
CREATE TABLE streets (id INTEGER PRIMARY KEY, key_id INTEGER NOT NULL, name TEXT NOT NULL, towns TEXT NOT NULL,
    easting REAL NOT NULL, northing REAL NOT NULL, reach_m REAL NOT NULL, houses INTEGER NOT NULL, has_line INTEGER NOT NULL);
CREATE TABLE street_numbers (key_id INTEGER NOT NULL, base INTEGER NOT NULL, street_id INTEGER NOT NULL, fid INTEGER NOT NULL,
    PRIMARY KEY (key_id, base, street_id, fid)) WITHOUT ROWID;
CREATE TABLE house_names (key TEXT NOT NULL, fid INTEGER NOT NULL, PRIMARY KEY (key, fid)) WITHOUT ROWID;
CREATE TABLE street_lines (key_id INTEGER NOT NULL, fid INTEGER NOT NULL, PRIMARY KEY (key_id, fid)) WITHOUT ROWID;
CREATE TABLE postcode_spots (postcode TEXT PRIMARY KEY, easting REAL NOT NULL, northing REAL NOT NULL, scale_m REAL NOT NULL,
    published INTEGER NOT NULL, terminated TEXT) WITHOUT ROWID;
CREATE TABLE address_measures (name TEXT PRIMARY KEY, tested INTEGER NOT NULL, value REAL NOT NULL) WITHOUT ROWID
"""
INDEXES = """
CREATE INDEX streets_key ON streets (key_id);
CREATE INDEX addresses_ref ON addresses (ref)
"""
NO_NUMBER = -1
"""`street_numbers.base` of an address that has a house name and no number."""

_CELL_M = 300.0  # points of one name in touching cells of this size belong to one street
_SCALE_NEIGHBOUR = 5  # a postcode's scale is the distance to its fifth nearest neighbour,
_ROUGH_M = {50: 1000.0, 60: 3000.0}  # Code-Point qualities of a mean of the nearby postcodes, and of the sector's: estimates
_SCALE_FLOOR_M = 20.0  # and this much more: measured on Edinburgh, where it holds houses best (docs/benchmarks/locate.md)
LISTED, LISTED_ROUGHLY = 1, 2
"""`postcode_spots.published` of a postcode that a list gives, and of one that it can only place among others."""
_HOUSES_AT_ONCE = 50_000
_XY = struct.Struct("<dd")

Points = npt.NDArray[np.float64]


def point(blob: bytes) -> tuple[float, float]:
    """Give easting and northing of a point's GeoPackage blob as this program writes it."""
    east, north = _XY.unpack(blob[-16:])
    return east, north


def build(connection: sqlite3.Connection) -> None:
    """Make the index tables from the region's own, all of which must be complete. Run inside the build's transaction."""
    for statement in TABLES.strip().split(";\n"):
        connection.execute(statement)
    lines = _road_points(connection)
    keys = _write_keys(connection, lines)
    _write_streets(connection, keys, lines)
    _write_house_names(connection)
    _write_postcodes(connection)
    address_measures.write(connection)
    for statement in INDEXES.strip().split(";\n"):
        connection.execute(statement)


def _road_points(connection: sqlite3.Connection) -> dict[str, Points]:
    """Give, for each road name, points along all roads of that name, no more than half a cell apart. Shape (n, 2)."""
    rows = connection.execute("SELECT name, geom FROM roads WHERE name IS NOT NULL AND name != '' ORDER BY name").fetchall()
    if not rows:
        return {}
    dense = shapely.segmentize(decode([blob for _, blob in rows]), _CELL_M / 2)
    points, owner = shapely.get_coordinates(dense, return_index=True)
    starts = np.searchsorted(owner, np.arange(len(rows) + 1))
    found: dict[str, list[Points]] = defaultdict(list)
    for i, (name, _) in enumerate(rows):
        found[name].append(points[starts[i] : starts[i + 1]])
    return {name: np.concatenate(parts) for name, parts in found.items()}


def _write_keys(connection: sqlite3.Connection, lines: Iterable[str]) -> dict[str, int]:
    """Write the keys of all street names, and their other names; give the number of each key."""
    names = [row[0] for row in connection.execute("SELECT DISTINCT street FROM addresses WHERE street IS NOT NULL")]
    names += [row[0] for row in connection.execute("SELECT DISTINCT street FROM interpolations WHERE street IS NOT NULL")]
    keys = {key: number for number, key in enumerate(sorted({name_key(name) for name in [*names, *lines]} - {""}), 1)}
    connection.executemany("INSERT INTO street_keys VALUES (?, ?)", ((number, key) for key, number in keys.items()))
    aliases = {(turned, number) for key, number in keys.items() if (turned := turned_key(key)) and turned not in keys}
    aliases.update((f"the {key}", keys[key]) for name in [*names, *lines] if (key := name_key(name)) and begins_with_the(name))
    rows = connection.execute("SELECT DISTINCT name, other_names FROM roads WHERE name IS NOT NULL AND other_names IS NOT NULL")
    for name, others in rows:
        if (number := keys.get(name_key(name))) is not None:
            aliases.update((key, number) for other in json.loads(others) if (key := name_key(other)) and key not in keys)
    connection.executemany("INSERT OR IGNORE INTO street_aliases VALUES (?, ?)", sorted(aliases))
    street_lines = connection.execute("SELECT street, fid FROM interpolations WHERE street IS NOT NULL").fetchall()
    connection.executemany(
        "INSERT OR IGNORE INTO street_lines VALUES (?, ?)",
        ((keys[key], fid) for street, fid in street_lines if (key := name_key(street))),
    )
    return keys


def _write_streets(connection: sqlite3.Connection, keys: dict[str, int], lines: dict[str, Points]) -> None:
    roads: dict[int, list[tuple[str, Points]]] = defaultdict(list)
    for name, points in lines.items():
        if key := name_key(name):
            roads[keys[key]].append((name, points))
    streets: list[tuple[int, _Cluster]] = []
    houses, next_id = 0, 1
    for key_id, rows in _addresses_by_key(connection, keys, roads):
        streets += ((key_id, cluster) for cluster in _clusters(rows, roads.get(key_id, ())))
        houses += len(rows)
        if houses > _HOUSES_AT_ONCE:
            next_id = _write_clusters(connection, streets, next_id)
            streets, houses = [], 0
    _write_clusters(connection, streets, next_id)


def _write_clusters(connection: sqlite3.Connection, streets: Sequence[tuple[int, _Cluster]], first_id: int) -> int:
    """Write streets, each with the number of its key, and the houses' numbers on them. Gives the next street's id."""
    centres = _centres([cluster for _, cluster in streets])
    numbered = list(enumerate(streets, first_id))
    connection.executemany(
        "INSERT INTO streets VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (street, key_id, cluster.name, cluster.towns, *centre, len(cluster.rows), int(bool(cluster.road_points)))
            for (street, (key_id, cluster)), centre in zip(numbered, centres, strict=True)
        ),
    )
    connection.executemany(
        "INSERT OR IGNORE INTO street_numbers VALUES (?, ?, ?, ?)",
        ((key_id, base, street, fid) for street, (key_id, cluster) in numbered for fid, base in cluster.numbers()),
    )
    return first_id + len(streets)


_Row = tuple[int, str | None, str | None, str, str | None, float, float]  # fid, number, house, street, town, easting, northing


def _addresses_by_key(
    connection: sqlite3.Connection, keys: dict[str, int], roads: Iterable[int]
) -> Iterator[tuple[int, list[_Row]]]:
    """Give every key with its addresses, keys that only roads have last."""
    connection.execute("CREATE TEMP TABLE key_of (street TEXT PRIMARY KEY, key_id INTEGER NOT NULL) WITHOUT ROWID")
    names = connection.execute("SELECT DISTINCT street FROM addresses WHERE street IS NOT NULL").fetchall()
    connection.executemany("INSERT INTO key_of VALUES (?, ?)", ((name, keys[key]) for (name,) in names if (key := name_key(name))))
    cursor = connection.execute(
        "SELECT k.key_id, a.fid, a.number, a.house, a.street, a.town, a.geom FROM addresses a JOIN key_of k ON a.street = k.street "
        "WHERE a.geom IS NOT NULL ORDER BY k.key_id, a.fid"
    )
    seen = set()
    for key_id, group in groupby(cursor, key=lambda row: int(row[0])):
        seen.add(key_id)
        yield key_id, [(*row[1:6], *point(row[6])) for row in group]
    connection.execute("DROP TABLE key_of")
    for key_id in sorted(set(roads) - seen):
        yield key_id, []


class _Cluster:
    """One street: its addresses and the points along its roads."""

    def __init__(self) -> None:
        self.rows: list[_Row] = []
        self.road_names: Counter[str] = Counter()
        self.road_points: list[tuple[float, float]] = []

    @property
    def name(self) -> str:
        """The most common name of it."""
        names = Counter(row[3] for row in self.rows) or self.road_names
        return min(names, key=lambda text: (-names[text], text))

    @property
    def towns(self) -> str:
        """The towns that its addresses give, most common first, as JSON."""
        towns = Counter(row[4] for row in self.rows if row[4])
        return json.dumps(sorted(towns, key=lambda text: (-towns[text], text))[:8], ensure_ascii=False)

    @property
    def points(self) -> list[tuple[float, float]]:
        """The points along its roads, and then its addresses."""
        return [*self.road_points, *(row[5:] for row in self.rows)]

    def numbers(self) -> Iterator[tuple[int, int]]:
        """Give (fid, base) for every plain number that each address has or covers."""
        for fid, number, house, *_ in self.rows:
            parsed = house_number(number) if number else None
            if parsed is not None:
                for base in {*parsed.members(), *(value for value, _ in parsed.parts)}:
                    yield fid, base
            elif number or house:
                yield fid, NO_NUMBER


def _clusters(rows: list[_Row], roads: Iterable[tuple[str, Points]]) -> list[_Cluster]:
    """Part what has one key into streets: points in touching cells belong together."""
    cells: dict[tuple[int, int], _Cluster] = {}
    for row in rows:
        cells.setdefault(_cell(row[5], row[6]), _Cluster()).rows.append(row)
    for name, points in roads:
        for east, north in points.tolist():
            cluster = cells.setdefault(_cell(east, north), _Cluster())
            cluster.road_names[name] += 1
            cluster.road_points.append((east, north))
    found = []
    while cells:
        first, cluster = cells.popitem()
        found.append(cluster)
        reach = [first]
        while reach:
            x, y = reach.pop()
            for neighbour in ((x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)):
                if (other := cells.pop(neighbour, None)) is not None:
                    cluster.rows += other.rows
                    cluster.road_names += other.road_names
                    cluster.road_points += other.road_points
                    reach.append(neighbour)
    return sorted(found, key=lambda cluster: (-len(cluster.rows), min(cluster.road_points, default=(0.0, 0.0))))


def _cell(east: float, north: float) -> tuple[int, int]:
    return int(east // _CELL_M), int(north // _CELL_M)


def _centres(clusters: Sequence[_Cluster]) -> Iterator[tuple[float, float, float]]:
    """Give of each street its point nearest to the middle of the smallest circle round it, and how far off the furthest one lies.

    The point is one along its roads where it has any.
    """
    if not clusters:
        return iter(())
    points = np.array([point for cluster in clusters for point in cluster.points])
    counts = np.array([len(cluster.road_points) + len(cluster.rows) for cluster in clusters])
    on_roads = np.array([len(cluster.road_points) or len(cluster.rows) for cluster in clusters])
    owner, starts = np.repeat(np.arange(len(clusters)), counts), np.cumsum(counts) - counts
    circles = np.asarray(shapely.minimum_bounding_circle(shapely.multipoints(points, indices=owner)), dtype=object)
    middles = points[starts]
    drawn = ~shapely.is_empty(circles)  # a circle round one point is empty to GEOS
    middles[drawn] = shapely.get_coordinates(shapely.centroid(circles[drawn]))
    off = np.hypot(*(points - middles[owner]).T)
    off[np.arange(len(points)) - starts[owner] >= on_roads[owner]] = np.inf
    centres = points[np.lexsort((off, owner))[starts]]
    reach = np.maximum.reduceat(np.hypot(*(points - centres[owner]).T), starts)
    return zip(*centres.T.tolist(), reach.tolist(), strict=True)


def _write_house_names(connection: sqlite3.Connection) -> None:
    """Index house names, and "numbers" that are names."""
    rows = connection.execute(
        "SELECT fid, house, number FROM addresses WHERE geom IS NOT NULL AND (house IS NOT NULL OR number IS NOT NULL)"
    )
    names = (
        (key, fid)
        for fid, house, number in rows.fetchall()
        for text in (house, number if number and house_number(number) is None else None)
        if text and (key := name_key(text))
    )
    connection.executemany("INSERT OR IGNORE INTO house_names VALUES (?, ?)", names)


def _write_postcodes(connection: sqlite3.Connection) -> None:
    """Index postcodes by text, with a scale: how far apart published ones lie just there, how far the others' addresses do.

    Where a list says that its point is only the mean of other postcodes, the scale is an estimate of how far off that is.
    """
    rows = connection.execute(
        "SELECT postcode, geom, quality, terminated, spread_m, addresses FROM postcodes "
        "WHERE geom IS NOT NULL AND postcode IS NOT NULL"
    ).fetchall()
    points = np.array([point(row[1]) for row in rows]).reshape(-1, 2)
    quality = np.array([-1 if row[2] is None else row[2] for row in rows], dtype=np.int64)
    rough = quality >= min(_ROUGH_M)
    published = (quality >= 0) & ~rough
    scales = np.array([address_measures.mean_scale_m(row[4] or 0.0, row[5] or 1) for row in rows])
    if published.any():
        scales[published] = _neighbour_scales(points[published])
    scales[rough] = [_ROUGH_M.get(value, max(_ROUGH_M.values())) for value in quality[rough].tolist()]
    listed = np.where(rough, LISTED_ROUGHLY, np.where(published, LISTED, 0)).tolist()
    connection.executemany(
        "INSERT OR IGNORE INTO postcode_spots VALUES (?, ?, ?, ?, ?, ?)",
        (
            (row[0], east, north, scale, how, row[3])
            for row, (east, north), scale, how in zip(rows, points.tolist(), scales.tolist(), listed, strict=True)
        ),
    )


def _neighbour_scales(points: Points) -> Points:
    """Give for each postcode's point how far apart postcodes lie there. Shape (n,)."""
    from scipy.spatial import cKDTree  # noqa: PLC0415 - slow to import, and only a build needs it

    places = np.unique(points, axis=0)  # many large users share the point of one sorting office
    nearest = min(_SCALE_NEIGHBOUR, len(places) - 1)
    distances: Points = cKDTree(places).query(points, k=nearest + 1)[0].reshape(len(points), -1)
    return distances[:, -1] + _SCALE_FLOOR_M
