"""Tables of UPRNs and points read in blocks of numbers: a country's 40 million rows in seconds.

A block that holds anything but numbers, and all that follow, are read row by row, so that each fault is told with its row.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple, TextIO

import numpy as np

from era_geo.errors import DataError, Fault, FaultyFiles
from era_geo.layergazetteer import GazetteerSource
from era_geo.layerrows import place_columns, row_of
from era_geo.region import positions, tables
from era_geo.region.gazetteer_words import uprn as uprn_in
from era_geo.region.positions import Floats
from era_geo.region.source_tables import NumberedRow, SourceTable

SQLITE = b"SQLite format 3\x00"
MOST_UPRN = 999_999_999_999
_BLOCK = 250_000
_ROWS = 20_000
_SAMPLE = 65536


class Block(NamedTuple):
    """Rows from row `first` on, by their column: UPRN (NaN for none) and point, metres in EPSG:27700 (NaN for none).

    `wrong` says of each point why it is none, empty for the others.
    """

    first: int
    uprn: Floats
    easting: Floats
    northing: Floats
    wrong: Sequence[str]


def of_table(table: SourceTable, source: GazetteerSource) -> Iterator[Block]:
    """Read a text table.

    Raises
    ------
    UsageError, DataError
        If it cannot be read, or is damaged.
    """
    done = 1 - table.headless  # rows read so far, the line of headings with them
    columns = [table.columns[column] for column in (source.uprn, *source.position.columns)]
    if source.position.easting is not None and not source.skips and None not in columns:
        with tables.opened(table.file) as file:
            for block in _in_numbers(file, [place for place in columns if place is not None], done):
                yield block
                done += len(block.uprn)
    yield from _row_by_row(table, source, done)


def _in_numbers(file: TextIO, columns: list[int], headings: int) -> Iterator[Block]:
    """Read blocks as long as they hold nothing but numbers."""
    import pandas as pd  # noqa: PLC0415 - slow to import

    sign = tables.delimiter_of(file.read(_SAMPLE))
    file.seek(0)
    first = headings + 1
    try:
        cells: dict[str, Any] = {"usecols": columns, "dtype": np.float64, "sep": sign}
        frames = pd.read_csv(file, header=None, skiprows=headings, chunksize=_BLOCK, skip_blank_lines=False, **cells)
        for frame in frames:
            uprn, east, north = (frame[column].to_numpy() for column in columns)
            if not (np.isfinite(east) & np.isfinite(north) & _are_uprns(uprn)).all():
                return
            yield Block(first, uprn, *positions.of_numbers(east, north))
            first += len(frame)
    except ValueError:  # a cell that is no number, a row with more cells: pandas does not say which row it is
        return


def _are_uprns(values: Floats) -> positions.Bools:
    with np.errstate(invalid="ignore"):
        are: positions.Bools = (values >= 1) & (values <= MOST_UPRN) & (values == np.floor(values))
    return are


def _row_by_row(table: SourceTable, source: GazetteerSource, done: int) -> Iterator[Block]:
    batch: list[NumberedRow] = []
    for line in table.lines(start=done):
        if batch and (line.number != batch[-1][0] + 1 or len(batch) >= _ROWS):
            yield _block(batch, source)
            batch = []
        batch.append((line.number, row_of(line.cells, table.columns)))
    if batch:
        yield _block(batch, source)


def _block(batch: list[NumberedRow], source: GazetteerSource) -> Block:
    places = positions.read(source.position, [row for _, row in batch])
    uprns = [uprn_in(row[source.uprn]) for _, row in batch]
    return Block(batch[0][0], np.array([float(uprn or "nan") for uprn in uprns]), *places)


def is_geopackage(path: Path, source: GazetteerSource) -> bool:
    """Whether an SQLite file has a table with the columns that this source needs."""
    try:
        with closing(_connected(path)) as connection:
            return _layer(connection, source) is not None
    except sqlite3.DatabaseError:
        return False


def of_geopackage(path: Path, source: GazetteerSource) -> Iterator[Block]:
    """Read the table of a GeoPackage that has the columns of this source. Its rows count from 1, without headings.

    Raises
    ------
    DataError
        If the file is damaged.
    """
    try:
        with closing(_connected(path)) as connection:
            table, columns = _layer(connection, source) or ("", [])
            if not table:
                raise FaultyFiles([Fault(path.name, "", f"no table has the columns {', '.join(source.needed)}.")])
            first = 1
            cursor = connection.execute(f"SELECT {', '.join(map(_quoted, columns))} FROM {_quoted(table)}")
            while rows := cursor.fetchmany(_BLOCK):
                yield _of_values(first, rows, source)
                first += len(rows)
    except sqlite3.DatabaseError as error:
        raise DataError(f"{path.name} is damaged ({error}). Download it again.") from error


def _of_values(first: int, rows: list[tuple[Any, ...]], source: GazetteerSource) -> Block:
    try:
        values = np.array(rows, dtype=np.float64)
        if source.position.easting is not None and np.isfinite(values).all() and _are_uprns(values[:, 0]).all():
            return Block(first, values[:, 0], *positions.of_numbers(values[:, 1], values[:, 2]))
    except (TypeError, ValueError):  # something is missing or text: told row by row
        pass
    names = (source.uprn, *source.position.columns)
    texts = [{name: "" if value is None else str(value) for name, value in zip(names, row, strict=True)} for row in rows]
    return _block([(first + i, row) for i, row in enumerate(texts)], source)


def _connected(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)


def _layer(connection: sqlite3.Connection, source: GazetteerSource) -> tuple[str, list[str]] | None:
    """Give the table that has all needed columns, and the names there of UPRN and position."""
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    for name in names:
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({_quoted(name)})")]
        places = place_columns(source.needed, columns)
        if None not in places.values():
            wanted = (source.uprn, *source.position.columns)
            return name, [columns[place] for column in wanted if (place := places[column]) is not None]
    return None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
