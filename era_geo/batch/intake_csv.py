"""CSV as spreadsheets save it: any usual encoding and delimiter, rows too long or too short, quotes that are never closed."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from era_geo.batch.intake import Intake, Part, unique_names
from era_geo.errors import DataError
from era_geo.region import tables

_AT_ONCE = 5000
_SAMPLE = 1 << 16
_LARGEST_CELL = 1 << 20
_MOST_LINES = 50  # of one record: more means that a quotation mark was opened and never closed


def open_text(path: Path) -> Intake:
    """Open a text table and count its rows.

    Raises
    ------
    DataError
        If it is no text table, or a quotation mark is opened and never closed.
    """
    encoding = tables.encoding_of(path)
    try:
        heading, count = _survey(path, encoding, strict=True)
        strict = True
    except csv.Error:  # a quotation mark inside a cell, as some programs write it
        heading, count = _survey(path, encoding, strict=False)
        strict = False
    if heading is None:
        raise DataError(f"{path.name} is empty. The first line must name the columns.")
    names = unique_names(heading)
    schema = pa.schema([(name, pa.string()) for name in names])
    return Intake(path, f"text ({_spoken(encoding)})", schema, count, lambda: _parts(path, encoding, schema, strict=strict))


def _survey(path: Path, encoding: str, *, strict: bool) -> tuple[Sequence[str] | None, int]:
    """Give the heading and the number of rows below it."""
    with _records(path, encoding, strict=strict) as records:
        heading = next((cells for _, cells in records if any(cells)), None)
        return heading, sum(1 for _ in records)


def _spoken(encoding: str) -> str:
    return {"cp1252": "Windows-1252", "utf-8-sig": "UTF-8", "utf-8": "UTF-8", "utf-16": "UTF-16"}[encoding]


def _parts(path: Path, encoding: str, schema: pa.Schema, *, strict: bool) -> Iterator[Part]:
    with _records(path, encoding, strict=strict) as records:
        next(cells for _, cells in records if any(cells))
        rows: list[tuple[int, Sequence[str]]] = []
        for record in records:
            rows.append(record)
            if len(rows) == _AT_ONCE:
                yield _part(rows, schema)
                rows = []
        if rows:
            yield _part(rows, schema)


def _part(rows: Sequence[tuple[int, Sequence[str]]], schema: pa.Schema) -> Part:
    width = len(schema)
    faults = {
        position: f"Row {number} has {len(cells)} cells, and the heading only {width}. Is a quotation mark missing?"
        for position, (number, cells) in enumerate(rows)
        if len(cells) > width and any(cells[width:])
    }
    columns = [[cells[i] if i < len(cells) else None for _, cells in rows] for i in range(width)]
    return Part(pa.table([pa.array(column, pa.string()) for column in columns], schema=schema), [n for n, _ in rows], faults)


@contextmanager
def _records(path: Path, encoding: str, *, strict: bool) -> Iterator[Iterator[tuple[int, Sequence[str]]]]:
    """Open the file's records, each with its row number; lines without anything are left out."""
    # A byte that Windows-1252 does not know becomes a sign that says so: one bad name must not stop a country.
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        sample = file.read(_SAMPLE)
        if "\x00" in sample:
            raise DataError(f"{path.name} is no text table. Save it as CSV in UTF-8.")
        file.seek(0)
        csv.field_size_limit(_LARGEST_CELL)
        yield _numbered(path, csv.reader(file, delimiter=tables.delimiter_of(sample), strict=strict))


def _numbered(path: Path, reader: Iterator[list[str]]) -> Iterator[tuple[int, Sequence[str]]]:
    number = 0
    while True:
        number += 1
        before = reader.line_num  # type: ignore[attr-defined]
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "unexpected end" not in str(error) and "field larger" not in str(error):
                raise
            raise DataError(_unclosed(path, number, before + 1)) from error
        if reader.line_num - before > _MOST_LINES:  # type: ignore[attr-defined]
            raise DataError(_unclosed(path, number, before + 1))
        if cells:
            yield number, cells


def _unclosed(path: Path, number: int, line: int) -> str:
    return (
        f"{path.name}, row {number} (line {line} of the file): a quotation mark is opened there and not closed, which would "
        "swallow the rows below it. Correct that cell."
    )
