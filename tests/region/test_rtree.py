"""The packed R-tree: SQLite itself finds it sound, and it finds what a plain comparison finds."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as stnp

from era_geo.region import rtree

coordinates = st.floats(-1e6, 2e6, width=64)


@contextmanager
def made(ids: np.ndarray, bounds: np.ndarray) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as connection:
        rtree.create(connection, "tree", ids, bounds)
        yield connection


def inside(connection: sqlite3.Connection, window: tuple[float, float, float, float]) -> set[int]:
    west, south, east, north = window
    sql = "SELECT id FROM tree WHERE maxx >= ? AND minx <= ? AND maxy >= ? AND miny <= ?"
    return {found for (found,) in connection.execute(sql, (west, east, south, north))}


def boxes(count: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    low = rng.uniform(0, 1e6, (count, 2))
    return np.column_stack([low, low + rng.uniform(0, 80, (count, 2))])


@pytest.mark.parametrize("count", [0, 1, 50, 51, 52, 51 * 51, 51 * 51 + 1, 20_000])
def test_sqlite_finds_the_tree_sound(count: int) -> None:
    ids = np.random.default_rng(count).permutation(count).astype(np.int64) + 1
    with made(ids, boxes(count, 1)) as connection:
        assert connection.execute("SELECT rtreecheck('tree')").fetchone() == ("ok",)
        assert connection.execute("SELECT count(*) FROM tree").fetchone() == (count,)


def test_a_window_finds_what_a_comparison_finds() -> None:
    bounds, ids = boxes(20_000, 2), np.arange(1, 20_001)
    with made(ids, bounds) as connection:
        for west, south in np.random.default_rng(3).uniform(0, 1e6, (50, 2)):
            window = (west, south, west + 20_000, south + 15_000)
            meets = (bounds[:, 2] >= west) & (bounds[:, 0] <= window[2]) & (bounds[:, 3] >= south) & (bounds[:, 1] <= window[3])
            found = inside(connection, window)
            assert set(ids[meets].tolist()) <= found
            assert len(found) <= meets.sum() + 3  # 32-bit floats, rounded outwards


@given(stnp.arrays(np.float64, st.tuples(st.integers(1, 120), st.just(2)), elements=coordinates))
def test_every_point_is_found_at_its_own_place(points: np.ndarray) -> None:
    with made(np.arange(1, len(points) + 1), np.column_stack([points, points])) as connection:
        assert connection.execute("SELECT rtreecheck('tree')").fetchone() == ("ok",)
        for number, (x, y) in enumerate(points.tolist(), 1):
            assert number in inside(connection, (x, y, x, y))


def test_rows_may_be_added_and_removed_afterwards() -> None:
    with made(np.arange(1, 501), boxes(500, 4)) as connection:
        connection.execute("DELETE FROM tree WHERE id <= 400")
        connection.executemany("INSERT INTO tree VALUES (?, 1, 2, 1, 2)", ((number,) for number in range(1000, 1200)))
        assert connection.execute("SELECT rtreecheck('tree')").fetchone() == ("ok",)
        assert connection.execute("SELECT count(*) FROM tree").fetchone() == (300,)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="Python 3.11 cannot put SQLite into its defensive mode")
def test_an_sqlite_that_guards_its_own_tables_gets_plain_inserts() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)
        rtree.create(connection, "tree", np.arange(1, 101), boxes(100, 5))
        assert connection.execute("SELECT rtreecheck('tree')").fetchone() == ("ok",)
        assert connection.execute("SELECT count(*) FROM tree").fetchone() == (100,)
