"""OUT as a workbook: a sheet of rows and a sheet of findings. Equal tables give equal files."""

from __future__ import annotations

import datetime as dt
import errno
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
from lxml.etree import SerialisationError  # type: ignore[import-untyped]
from openpyxl.worksheet._writer import WorksheetWriter

from era_geo.batch.write import FINDINGS, ROWS, Shapes, flat
from era_geo.errors import UsageError
from era_geo.outputs import escape

MOST_ROWS = 1_048_576
_LONGEST_CELL = 32_767
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_COPIED_AT_ONCE = 1 << 20


class _SheetFile(WorksheetWriter):  # type: ignore[misc]
    """What a sheet is kept in until the workbook is saved: a file where we say, and not in the system's folder for such files."""

    def cleanup(self) -> None:
        """Remove it."""
        Path(self.out).unlink()


class Workbook:
    """A workbook written row by row; until it is closed its sheets are files in `scratch`, for they hold addresses."""

    def __init__(self, path: Path, shapes: Shapes, scratch: Path) -> None:
        self._path = path
        self._date = dt.datetime.fromisoformat(shapes.date)
        self._shape = shapes.column
        self._book = openpyxl.Workbook(write_only=True)
        self._sheets = [self._book.create_sheet(name) for name in (ROWS, FINDINGS)]
        self._counts = [1, 1]
        with _system_errors():
            for sheet, schema in zip(self._sheets, (shapes.rows, shapes.findings), strict=True):
                sheet._writer = _SheetFile(sheet, str(scratch / f"{sheet.title}.sheet.tmp"))  # noqa: SLF001 - no other way
                sheet._writer.write_top()  # noqa: SLF001 - as above
                sheet.append([escape.cell(name) for name in schema.names])

    def write(self, rows: pa.Table, findings: pa.Table) -> None:
        """Write what comes next.

        Raises
        ------
        UsageError
            If a sheet would become longer than a workbook can hold.
        """
        for number, (table, shape) in enumerate(((rows, self._shape), (findings, None))):
            self._counts[number] += table.num_rows
            check_length((ROWS, FINDINGS)[number], self._counts[number])
            with _system_errors():
                for row in zip(*(column.to_pylist() for column in flat(table, shape).columns), strict=True):
                    self._sheets[number].append([_cell(value) for value in row])

    def close(self) -> None:
        """Write the workbook, with the assessments' date in the places where a clock's would be."""
        self._book.properties.created = self._book.properties.modified = self._date
        self._book.properties.creator = "era-geo"
        dated = self._path.with_name(f"{self._path.name}.dated")
        try:
            with _system_errors():
                self._book.save(dated)
            _without_clock(dated, self._path, self._date)
        finally:
            dated.unlink(missing_ok=True)


@contextmanager
def _system_errors() -> Iterator[None]:
    """Tell what the system said, a full disk above all, as everywhere: the library that writes sheets has an error of its own."""
    try:
        yield
    except SerialisationError as error:  # such as IO_ENOSPC
        number = getattr(errno, str(error).removeprefix("IO_"), errno.EIO)
        raise OSError(number, os.strerror(number)) from error


def check_length(table: str, lines: int) -> None:
    """Refuse a table that is longer than a sheet, its heading counted.

    Raises
    ------
    UsageError
        If it is.
    """
    if lines > MOST_ROWS:
        raise UsageError(
            f"The table of {table} is longer than a workbook can hold ({MOST_ROWS:,} rows). Choose an output that ends in .csv or "
            ".parquet; where rows are finished already, --resume goes on with them under that name."
        )


def _cell(value: Any) -> Any:
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        return value.isoformat()  # a workbook knows no time zones
    return escape.cell(value)[:_LONGEST_CELL] if isinstance(value, str) else value


def _without_clock(source: Path, target: Path, date: dt.datetime) -> None:
    """Copy a workbook, giving each part of it the same date: saving puts the clock's time into the archive."""
    stamp = f"{date.isoformat()}Z".encode()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            plain = zipfile.ZipInfo(part.filename, _ZIP_DATE)
            plain.compress_type = zipfile.ZIP_DEFLATED
            with old.open(part) as read, new.open(plain, "w", force_zip64=True) as written:
                if part.filename == "docProps/core.xml":
                    written.write(_dated(read.read(), stamp))
                else:
                    while chunk := read.read(_COPIED_AT_ONCE):
                        written.write(chunk)


def _dated(core: bytes, stamp: bytes) -> bytes:
    """Put `stamp` where saving wrote the time of day as that of the last change."""
    start = core.index(b">", core.index(b"<dcterms:modified")) + 1
    return core[:start] + stamp + core[core.index(b"<", start) :]
