"""Workbooks (XLSX), read row by row. What a formula shows is read, not the formula."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
from openpyxl.utils.exceptions import InvalidFileException

from era_geo.batch.intake import Intake, Part, too_wide, unique_names
from era_geo.batch.where import written
from era_geo.errors import DataError, UsageError

_AT_ONCE = 2000
Cells = tuple[Any, ...]


def open_workbook(path: Path, sheet: str | None) -> Intake:
    """Open one sheet of a workbook, count its rows and find the kind of each column.

    Raises
    ------
    UsageError
        If there is no such sheet.
    DataError
        If it is no workbook, or damaged.
    """
    with _rows(path, sheet) as rows:
        heading = next((cells for _, cells in rows if any(value is not None for value in cells)), ())
        kinds: list[set[type]] = [set() for _ in heading]
        count = 0
        for _, cells in rows:
            count += 1
            for kind, value in zip(kinds, cells, strict=False):
                if value is not None:
                    kind.add(type(value))
    names = unique_names(heading)
    types = [_type(kind) for kind in kinds]
    schema = pa.schema([(name, arrow) for name, (arrow, _) in zip(names, types, strict=True)])
    return Intake(path, "workbook", schema, count, lambda: _parts(path, sheet, schema, [turn for _, turn in types]))


def _type(kinds: set[type]) -> tuple[pa.DataType, Callable[[Any], Any]]:
    """Give the Arrow type that holds every value of a column as it is, and how a value is turned into it; else text."""
    if kinds and kinds <= {int}:
        return pa.int64(), int
    if kinds and kinds <= {int, float}:
        return pa.float64(), float
    if kinds == {bool}:
        return pa.bool_(), bool
    if kinds == {dt.datetime}:
        return pa.timestamp("us"), lambda value: value
    return pa.string(), written


def _parts(path: Path, sheet: str | None, schema: pa.Schema, turns: Sequence[Callable[[Any], Any]]) -> Iterator[Part]:
    with _rows(path, sheet) as rows:
        next(cells for _, cells in rows if any(value is not None for value in cells))
        held: list[tuple[int, Cells]] = []
        for row in rows:
            held.append(row)
            if len(held) == _AT_ONCE:
                yield _part(held, schema, turns)
                held = []
        if held:
            yield _part(held, schema, turns)


def _part(rows: Sequence[tuple[int, Cells]], schema: pa.Schema, turns: Sequence[Callable[[Any], Any]]) -> Part:
    columns = [
        pa.array([None if i >= len(cells) or cells[i] is None else turn(cells[i]) for _, cells in rows], field.type)
        for i, (field, turn) in enumerate(zip(schema, turns, strict=True))
    ]
    return Part(pa.table(columns, schema=schema), [number for number, _ in rows], too_wide(rows, len(schema)))


@contextmanager
def _rows(path: Path, sheet: str | None) -> Iterator[Iterator[tuple[int, Cells]]]:
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise DataError(f"{path.name} is no workbook that can be read, or damaged. Save it again as .xlsx or CSV.") from error
    try:
        if sheet is not None and sheet not in book.sheetnames:
            raise UsageError(f"{path.name} has no sheet '{sheet}'. Its sheets are: {', '.join(book.sheetnames)}.")
        chosen = book[sheet] if sheet is not None else book.worksheets[0]
        chosen.reset_dimensions()  # what the file says of its size is wrong in files of many programs
        yield _without_end(chosen.iter_rows(values_only=True))
    finally:
        book.close()


def _without_end(rows: Iterator[Cells]) -> Iterator[tuple[int, Cells]]:
    """Give each row its number, leaving out the empty ones at the end, of which sheets often have thousands."""
    empty: list[tuple[int, Cells]] = []
    for number, cells in enumerate(rows, 1):
        if any(value is not None for value in cells):
            yield from empty
            empty = []
            yield number, cells
        else:
            empty.append((number, cells))
