"""Rows that other processes have written into drafts of their own, beside the draft that takes them over."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from era_geo.region import gpkg

if TYPE_CHECKING:
    from era_geo.region.draft import Draft

TABLES_SHARED = (
    "places", "buildings", "localities", "roads", "entrances", "barriers", "background", "unbuilt", "staged", "postcode_points",
)  # fmt: skip
"""The tables that the text of an extract makes rows of."""


@dataclass(frozen=True)
class Share:
    """Rows of numbered blocks of a file, in a draft that is closed, at `path`.

    `ends`: by each block's number the greatest rowid of each table when it was done. `bounds`: those of all rows of a table, shape
    (n, 4). `kept` and `unbuilt` as a `Draft` has them.
    """

    path: Path
    ends: Mapping[int, Mapping[str, int]]
    bounds: Mapping[str, gpkg.Bounds]
    kept: Counter[tuple[int, str]]
    unbuilt: Counter[tuple[int, str]]


@contextmanager
def beside(path: Path, count: int) -> Iterator[list[Path]]:
    """Give paths for so many shares of the draft at `path`; nothing is left there after the block."""
    paths = [path.with_suffix(f".{place}{path.suffix}") for place in range(count)]
    try:
        yield paths
    finally:
        for one in paths:
            with suppress(OSError):  # still open after a failure, on some systems: the next build sweeps it up
                one.unlink(missing_ok=True)


def take_in(draft: Draft, shares: Sequence[Share]) -> None:
    """Take over the rows of shares, by the blocks' numbers, as if they had been added to the draft one block after another."""
    begun: list[Mapping[str, int]] = [dict.fromkeys(TABLES_SHARED, 0) for _ in shares]
    with _attached(draft.connection, [share.path for share in shares]) as names:
        for number, place in sorted((number, place) for place, share in enumerate(shares) for number in share.ends):
            share, ends = shares[place], shares[place].ends[number]
            for table in TABLES_SHARED:
                draft.take_rows(names[place], table, slice(begun[place][table], ends[table]), share.bounds.get(table))
            begun[place] = ends
    for share in shares:
        draft.kept.update(share.kept)
        draft.unbuilt.update(share.unbuilt)


@contextmanager
def _attached(connection: sqlite3.Connection, paths: Sequence[Path]) -> Iterator[list[str]]:
    """Let a connection read other databases, by the names given."""
    names = [f"share_{place}" for place in range(len(paths))]
    connection.execute("COMMIT")  # nothing is attached or let go inside a transaction
    for name, path in zip(names, paths, strict=True):
        connection.execute(f"ATTACH ? AS {name}", (str(path),))
    connection.execute("BEGIN")
    yield names
    connection.execute("COMMIT")
    for name in names:
        connection.execute(f"DETACH {name}")
    connection.execute("BEGIN")
