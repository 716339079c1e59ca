"""The streets of the address index: what has one key, parted into stretches on the ground, and the numbers of the houses on them.

All of it is done on whole arrays, some ten thousand addresses at a time and those of one key never apart, so that memory does not
grow with a country. An address or a point along a road is one *place* here; points are eastings and northings, EPSG:27700, metres.
"""

from __future__ import annotations

import json
import sqlite3
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, pairwise
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from era_geo.region.address_words import house_number
from era_geo.region.columns import Ints, Points, insert_numbers, numbered
from era_geo.region.draft import in_chunks
from era_geo.region.gpkg import points_of
from era_geo.region.region import decode

NO_NUMBER = -1
"""`street_numbers.base` of an address that has a house name or other words and no number."""

_CELL_M = 300.0  # places of one key in touching cells of this size belong to one street
_TOWNS = 8  # so many are kept of a street's towns
_ROAD_POINTS_AT_ONCE = 100_000
_ONLY_NAMED = "named"  # stands for the number of an address with a house name alone: not a number, as other words are not
_JSON = json.JSONEncoder(ensure_ascii=False)

Bools = npt.NDArray[np.bool_]


class _Houses(NamedTuple):
    """Addresses, by key and fid. `key`, `fid` and `name` have shape (n,), `points` (n, 2); a text is empty where there is none.

    `name` is the place of the street's name among all names, in alphabetical order; so it is below.
    """

    key: Ints
    name: Ints
    points: Points
    fid: Ints
    numbers: Sequence[str]
    towns: Sequence[str]


class _Roads(NamedTuple):
    """Points along roads, no more than half a cell apart, by key and name. `key` and `name` have shape (n,), `points` (n, 2)."""

    key: Ints
    name: Ints
    points: Points

    def take(self, chosen: Ints | slice) -> _Roads:
        """Give the points at these positions."""
        return _Roads(self.key[chosen], self.name[chosen], self.points[chosen])


def write(connection: sqlite3.Connection, keys: Mapping[str, int]) -> None:
    """Fill `streets` and `street_numbers`. `keys` gives the number of its key for each name that has one.

    Streets are numbered by key, those of keys that only roads have last; within a key the one with the most addresses is first.
    """
    names = sorted(keys)
    connection.execute("CREATE TEMP TABLE key_of (name TEXT PRIMARY KEY, place INTEGER, key_id INTEGER) WITHOUT ROWID")
    connection.executemany("INSERT INTO key_of VALUES (?, ?, ?)", ((name, place, keys[name]) for place, name in enumerate(names)))
    roads = _read_roads(connection)
    has_houses = np.zeros(len(roads.key), dtype=bool)
    next_id = 1
    for houses in _read_houses(connection):
        first, last = np.searchsorted(roads.key, (houses.key[0], houses.key[-1] + 1))
        beside = first + np.flatnonzero(np.isin(roads.key[first:last], houses.key))
        has_houses[beside] = True
        next_id += _write_some(connection, names, houses, roads.take(beside), next_id)
    for some in _some_at_a_time(roads.take(np.flatnonzero(~has_houses))):
        next_id += _write_some(connection, names, _houses([]), some, next_id)
    connection.execute("DROP TABLE key_of")


def _read_roads(connection: sqlite3.Connection) -> _Roads:
    """Give points along all roads whose name has a key."""
    cursor = connection.execute(
        "SELECT k.key_id, k.place, r.geom FROM roads r JOIN key_of k ON r.name = k.name ORDER BY k.key_id, k.place, r.fid"
    )
    parts = [_Roads(np.empty(0, np.int64), np.empty(0, np.int64), np.empty((0, 2)))]
    for rows in in_chunks(cursor):
        key, name, blobs = zip(*rows, strict=True)
        points, road = shapely.get_coordinates(shapely.segmentize(decode(blobs), _CELL_M / 2), return_index=True)
        parts.append(_Roads(np.array(key)[road], np.array(name)[road], points))
    return _Roads(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _some_at_a_time(roads: _Roads) -> Iterator[_Roads]:
    """Part points along roads, those of one key never apart."""
    cuts = np.searchsorted(roads.key, roads.key[::_ROAD_POINTS_AT_ONCE]).tolist()
    for start, end in pairwise([*cuts, len(roads.key)]):
        if start < end:
            yield roads.take(slice(start, end))


def _read_houses(connection: sqlite3.Connection) -> Iterator[_Houses]:
    """Give all addresses on streets, those of one key never apart."""
    cursor = connection.execute(
        "SELECT k.key_id, k.place, a.geom, a.fid, CASE WHEN a.number != '' THEN a.number WHEN a.house != '' THEN ? ELSE '' END, "
        "coalesce(a.town, '') FROM addresses a JOIN key_of k ON a.street = k.name WHERE a.geom IS NOT NULL "
        "ORDER BY k.key_id, a.fid",
        (_ONLY_NAMED,),
    )
    held: list[tuple[Any, ...]] = []
    for rows in in_chunks(cursor):
        held += rows
        last_key = bisect_left(held, held[-1][0], key=itemgetter(0))  # more of it may come
        if last_key:
            yield _houses(held[:last_key])
            held = held[last_key:]
    if held:
        yield _houses(held)


def _houses(rows: Sequence[tuple[Any, ...]]) -> _Houses:
    """Make arrays of rows of key, name, geometry, fid, number and town."""
    key, name, blobs, fid, numbers, towns = zip(*rows, strict=True) if rows else [()] * 6
    return _Houses(np.array(key, np.int64), np.array(name, np.int64), points_of(blobs), np.array(fid, np.int64), numbers, towns)


def _write_some(connection: sqlite3.Connection, names: Sequence[str], houses: _Houses, roads: _Roads, first_id: int) -> int:
    """Write the streets that these addresses and roads make, all that there are of their keys, and the houses' numbers on them.

    A street has the most common name of its addresses; where it has none, of the points along its roads. Gives how many streets.
    """
    key = np.concatenate([houses.key, roads.key])
    points = np.concatenate([houses.points, roads.points])
    is_road = np.arange(len(key)) >= len(houses.key)
    street, turn = touching(key, points)
    street = _in_order(street, key, points, is_road)
    of_house, of_road = street[~is_road], street[is_road]
    one_place = np.unique(street, return_index=True)[1]
    count = len(one_place)
    alone = ~np.isin(of_road, of_house)
    named = _most_common(np.append(of_house, of_road[alone]), np.append(houses.name, roads.name[alone]), 1)
    connection.executemany(
        "INSERT INTO streets VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        zip(
            range(first_id, first_id + count),
            key[one_place].tolist(),
            [names[place] for _, place in named],
            _towns(houses, of_house, count),
            *_centres(street, turn, points, is_road).T.tolist(),
            np.bincount(of_house, minlength=count).tolist(),
            (np.bincount(of_road, minlength=count) > 0).astype(int).tolist(),
            strict=True,
        ),
    )
    insert_numbers(connection, "street_numbers", _numbers(houses, first_id + of_house))
    return count


def touching(key: Ints, points: Points) -> tuple[Ints, Ints]:
    """Part places into streets: those of one key in touching cells belong together.

    Gives the street of each place, numbered from 0, and the turn at which its cell was come to, both of shape (n,). They also say
    which comes first of streets with as many addresses, and of places as near to the middle of theirs.
    """
    cells = np.floor_divide(points, _CELL_M).astype(np.int64)
    cells -= cells.min(axis=0, initial=0)
    width, height = (cells.max(axis=0, initial=0) + 2).tolist()  # one row and one column stay empty: no cell touches beyond them
    codes = (key * width + cells[:, 0]) * height + cells[:, 1]
    distinct, first, cell = np.unique(codes, return_index=True, return_inverse=True)
    street, turn = np.empty((2, len(distinct)), dtype=np.int64)
    met = np.array([*_flooded(distinct[np.argsort(first)].tolist(), height)], dtype=np.int64).reshape(-1, 2)
    at = np.searchsorted(distinct, met[:, 0])
    street[at], turn[at] = met[:, 1], np.arange(len(met))
    return street[cell], turn[cell]


def _flooded(cells: Sequence[int], height: int) -> Iterator[tuple[int, int]]:
    """Give cells, numbered column by column of `height`, in the order in which a flood meets them, each with its street.

    A flood begins at the last cell that is left, and goes on from the one that it met last. There are few cells beside places.
    """
    steps = [dx * height + dy for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
    left = dict.fromkeys(cells)
    street = 0
    while left:
        reach = [left.popitem()[0]]
        yield reach[0], street
        while reach:
            cell = reach.pop()
            for step in steps:
                if cell + step in left:
                    del left[cell + step]
                    reach.append(cell + step)
                    yield cell + step, street
        street += 1


def _in_order(street: Ints, key: Ints, points: Points, is_road: Bools) -> Ints:
    """Renumber streets: by key, then the most addresses first, then the least point of a road; `street` is that of each place."""
    one_place = np.unique(street, return_index=True)[1]
    houses = np.bincount(street[~is_road], minlength=len(one_place))
    roads = np.flatnonzero(is_road)
    roads = roads[np.lexsort((points[roads, 1], points[roads, 0], street[roads]))]
    with_road, first = np.unique(street[roads], return_index=True)
    least = np.zeros((len(one_place), 2))
    least[with_road] = points[roads[first]]
    order = np.lexsort((least[:, 1], least[:, 0], -houses, key[one_place]))
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.arange(len(order))
    return places[street]


def _towns(houses: _Houses, of_house: Ints, count: int) -> list[str]:
    """Give the towns that each street's addresses give, most common first, as JSON."""
    towns: list[list[str]] = [[] for _ in range(count)]
    texts, of_text = numbered(houses.towns)
    for owner, place in _most_common(of_house, of_text, _TOWNS + 1):
        towns[owner].append(texts[place])
    return [_JSON.encode([town for town in some if town][:_TOWNS]) for some in towns]


def _most_common(street: Ints, word: Ints, most: int) -> Iterator[tuple[int, int]]:
    """Give each street with its most common words, `most` at most; equally common ones by number. Both arrays have shape (n,)."""
    width = word.max(initial=0) + 1
    pairs, counts = np.unique(street * width + word, return_counts=True)
    owner, word = np.divmod(pairs, width)
    order = np.lexsort((word, -counts, owner))
    owner, word = owner[order], word[order]
    kept = np.arange(len(owner)) - np.searchsorted(owner, owner) < most
    return zip(owner[kept].tolist(), word[kept].tolist(), strict=True)


def _centres(street: Ints, turn: Ints, points: Points, is_road: Bools) -> Points:
    """Give of each street its place nearest to the middle of the smallest circle round it, and how far off the furthest one lies.

    Shape (streets, 3): easting, northing, metres. The place is one along its roads where it has any.
    """
    order = np.lexsort((turn, ~is_road, street))  # a street's roads before its addresses
    street, points, is_road = street[order], points[order], is_road[order]
    starts, counts = np.unique(street, return_index=True, return_counts=True)[1:]
    several = counts > 1
    # To GEOS lines are as good as loose points, and sooner made. It needs two points for a line, and for a circle two that differ.
    lines = shapely.linestrings(points[several[street]], indices=np.repeat(np.arange(several.sum()), counts[several]))
    circles = np.asarray(shapely.minimum_bounding_circle(lines), dtype=object)
    drawn = ~shapely.is_empty(circles)
    middles = points[starts]
    middles[np.flatnonzero(several)[drawn]] = shapely.get_coordinates(shapely.centroid(circles[drawn]))
    off = np.hypot(*(points - middles[street]).T)
    off[~is_road & is_road[starts][street]] = np.inf
    centres = points[np.lexsort((off, street))[starts]]
    reach = np.maximum.reduceat(np.hypot(*(points - centres[street]).T), starts)
    return np.column_stack([centres, reach])


def _numbers(houses: _Houses, street_id: Ints) -> Ints:
    """Give key, number, street and fid for every plain number that each address has or covers, in the table's own order.

    Shape (rows, 4).
    """
    texts, of_text = numbered(houses.numbers)
    of_each = [_plain_numbers(text) for text in texts]
    sizes = np.array([len(some) for some in of_each], dtype=np.int64)
    flat = np.array([*chain.from_iterable(of_each)], dtype=np.int64)
    times = sizes[of_text]
    house = np.repeat(np.arange(len(times)), times)
    within = np.arange(len(house)) - (np.cumsum(times) - times)[house]
    number = flat[(np.cumsum(sizes) - sizes)[of_text[house]] + within]
    rows = np.column_stack([houses.key[house], number, street_id[house], houses.fid[house]])
    return rows[np.lexsort(rows.T[::-1])]


def _plain_numbers(text: str) -> set[int]:
    """Give the plain numbers that a house number has or covers."""
    parsed = house_number(text)
    if parsed is not None:
        return {*parsed.members(), *(number for number, _ in parsed.parts)}
    return {NO_NUMBER} if text else set()
