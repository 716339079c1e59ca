"""Columns of rows as arrays, out of a database and into it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Points = npt.NDArray[np.float64]
"""Eastings and northings, EPSG:27700, shape (n, 2)."""

_ROWS_A_STATEMENT = 50


def numbered(texts: Sequence[str]) -> tuple[list[str], Ints]:
    """Give the distinct texts in alphabetical order, and the place of each text among them, shape (n,)."""
    distinct = sorted(set(texts))
    places = {text: place for place, text in enumerate(distinct)}
    return distinct, np.fromiter(map(places.__getitem__, texts), np.int64, len(texts))


def insert_numbers(connection: sqlite3.Connection, table: str, rows: Ints) -> None:
    """Insert whole rows of shape (n, columns), many by one statement: to start it anew takes longer than a few numbers do."""
    columns = rows.shape[1]
    whole = len(rows) // _ROWS_A_STATEMENT * _ROWS_A_STATEMENT
    row = f"({', '.join('?' * columns)})"
    for some, at_once in ((rows[:whole], _ROWS_A_STATEMENT), (rows[whole:], 1)):
        marks = ", ".join([row] * at_once)
        connection.executemany(f"INSERT INTO {table} VALUES {marks}", some.reshape(-1, columns * at_once).tolist())
