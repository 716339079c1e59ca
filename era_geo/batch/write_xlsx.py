"""OUT as a workbook: a sheet of rows and a sheet of findings. Equal tables give equal files."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa

from era_geo.batch.write import FINDINGS, ROWS, Shapes, flat
from era_geo.errors import UsageError
from era_geo.outputs import escape

MOST_ROWS = 1_048_576
_LONGEST_CELL = 32_767
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_COPIED_AT_ONCE = 1 << 20


class Workbook:
    """A workbook written row by row; its sheets are kept in temporary files until it is closed."""

    def __init__(self, path: Path, shapes: Shapes) -> None:
        self._path = path
        self._date = dt.datetime.fromisoformat(shapes.date)
        self._book = openpyxl.Workbook(write_only=True)
        self._sheets = [self._book.create_sheet(name) for name in (ROWS, FINDINGS)]
        self._counts = [1, 1]
        for sheet, schema in zip(self._sheets, (shapes.rows, shapes.findings), strict=True):
            sheet.append([escape.cell(name) for name in schema.names])

    def write(self, rows: pa.Table, findings: pa.Table) -> None:
        """Write what comes next.

        Raises
        ------
        UsageError
            If a sheet would become longer than a workbook can hold.
        """
        for number, table in enumerate((rows, findings)):
            self._counts[number] += table.num_rows
            if self._counts[number] > MOST_ROWS:
                raise UsageError(
                    f"The table of {(ROWS, FINDINGS)[number]} is longer than a workbook can hold ({MOST_ROWS:,} rows). Choose an "
                    "output that ends in .csv or .parquet."
                )
            for row in zip(*(column.to_pylist() for column in flat(table).columns), strict=True):
                self._sheets[number].append([_cell(value) for value in row])

    def close(self) -> None:
        """Write the workbook, with the assessments' date in the places where a clock's would be."""
        self._book.properties.created = self._book.properties.modified = self._date
        self._book.properties.creator = "era-geo"
        dated = self._path.with_name(f"{self._path.name}.dated")
        try:
            self._book.save(dated)
            _without_clock(dated, self._path, self._date)
        finally:
            dated.unlink(missing_ok=True)


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
