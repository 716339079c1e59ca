"""CSV as spreadsheets save it: any usual encoding and delimiter, rows too long or too short, quotes that are never closed."""

from __future__ import annotations

import codecs
import csv
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TextIO

import pyarrow as pa

from era_geo.batch.intake import Intake, Part, too_wide, unique_names
from era_geo.errors import DataError, UsageError
from era_geo.region import tables

_AT_ONCE = 5000
_SAMPLE = 1 << 16
_LARGEST_CELL = 1 << 20
_LARGEST_RECORD = 1 << 18
"""Characters of a record of several lines: more means that a quotation mark was opened and never closed."""

_SEP = "sep="
_SPOKEN = {"cp1252": "Windows-1252", "utf-8-sig": "UTF-8", "utf-8": "UTF-8", "utf-16": "UTF-16"}


@dataclass(frozen=True)
class _Form:
    """How a text table is written. `told` is whether its first line says the delimiter, as Excel writes it (`sep=;`)."""

    path: Path
    encoding: str
    delimiter: str
    told: bool


class _Record(NamedTuple):
    """One row: its number as a spreadsheet shows it, its cells, and why it could not be read."""

    number: int
    cells: Sequence[str]
    fault: str | None = None


def open_text(path: Path, *, delimiter: str | None = None, encoding: str | None = None) -> Intake:
    """Open a text table and count its rows. Delimiter and encoding are told by the file where they are not given.

    Raises
    ------
    UsageError
        If the delimiter or encoding given is none.
    DataError
        If it is no text table, or its heading cannot be read.
    """
    form = _form(path, delimiter, encoding)
    with _records(form) as records:
        heading = _heading(path, records)
        count = sum(1 for _ in records)
    schema = pa.schema([(name, pa.string()) for name in unique_names(heading)])
    return Intake(path, f"text ({_SPOKEN.get(form.encoding, form.encoding)})", schema, count, lambda: _parts(form, schema))


def _form(path: Path, delimiter: str | None, encoding: str | None) -> _Form:
    coded = _known(encoding) if encoding else tables.encoding_of(path)
    with path.open(encoding=coded, errors="replace", newline="") as file:
        sample = file.read(_SAMPLE)
    if "\x00" in sample:
        raise DataError(f"{path.name} is no text table. Save it as CSV in UTF-8.")
    first = sample.lstrip("\ufeff").splitlines()[:1]
    told = bool(first) and first[0].casefold().startswith(_SEP) and len(first[0]) == len(_SEP) + 1
    sign = _sign(delimiter) if delimiter else first[0][-1] if told else tables.delimiter_of(sample)
    return _Form(path, coded, sign, told)


def _known(encoding: str) -> str:
    try:
        found = codecs.lookup(encoding)
    except LookupError:
        found = None
    if found is None or not found._is_text_encoding:  # noqa: SLF001 - hex and zip are codecs, too
        raise UsageError(f"--encoding {encoding}: no such encoding is known. Write one such as utf-8, windows-1252 or utf-16.")
    return found.name


def _sign(delimiter: str) -> str:
    sign = "\t" if delimiter.casefold() in {"tab", "\\t"} else delimiter
    if len(sign) != 1 or sign in '"\r\n':
        raise UsageError(f"--delimiter {delimiter}: write one sign, such as ; or the word tab.")
    return sign


def _heading(path: Path, records: Iterator[_Record]) -> Sequence[str]:
    first = next((record for record in records if any(record.cells)), None)
    if first is None:
        raise DataError(f"{path.name} is empty. The first line must name the columns.")
    if first.fault:
        raise DataError(f"{path.name}: {first.fault} The first line must name the columns.")
    return first.cells


def _parts(form: _Form, schema: pa.Schema) -> Iterator[Part]:
    with _records(form) as records:
        _heading(form.path, records)
        rows: list[_Record] = []
        for record in records:
            rows.append(record)
            if len(rows) == _AT_ONCE:
                yield _part(rows, schema)
                rows = []
        if rows:
            yield _part(rows, schema)


def _part(rows: Sequence[_Record], schema: pa.Schema) -> Part:
    width = len(schema)
    faults = too_wide([(row.number, row.cells) for row in rows], width)
    faults |= {position: row.fault for position, row in enumerate(rows) if row.fault}
    columns = [[row.cells[i] if i < len(row.cells) else None for row in rows] for i in range(width)]
    table = pa.table([pa.array(column, pa.string()) for column in columns], schema=schema)
    return Part(table, [row.number for row in rows], faults)


@contextmanager
def _records(form: _Form) -> Iterator[Iterator[_Record]]:
    """Open the file's records, each with its row number; lines without anything are left out."""
    # A byte that Windows-1252 does not know becomes a sign that says so: one bad name must not stop a country.
    with form.path.open(encoding=form.encoding, errors="replace", newline="") as file:
        csv.field_size_limit(_LARGEST_CELL)
        if form.told:
            file.readline()
        yield _numbered(_Lines(file), form.delimiter)


class _UnclosedError(Exception):
    """A record of several lines has become longer than any that a person writes."""


class _Lines:
    """Hands lines to the CSV reader, and can take back all but the first of the record under way."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._again: deque[str] = deque()
        self.begin()

    def begin(self) -> None:
        """Begin a record."""
        self.taken: list[str] = []
        self.broken_off = False
        self._size = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._file.readline()
        if not line:
            self.broken_off = bool(self.taken)
            raise StopIteration
        self.taken.append(line)
        self._size += len(line)
        if self._size > _LARGEST_RECORD and len(self.taken) > 1:
            raise _UnclosedError
        return line

    def take_back(self) -> None:
        """Take back the lines after the record's first."""
        self._again.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]


def _numbered(lines: _Lines, delimiter: str) -> Iterator[_Record]:
    """Read record by record. One whose quotation mark is never closed ends with its line, and the next line is a row again."""
    number, width = 0, 0
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        lines.begin()
        number += 1
        fault = None
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (_UnclosedError, csv.Error):
            fault = _unclosed(number)
        if fault or lines.broken_off or (len(lines.taken) > 1 and not _is_record(lines.taken, delimiter, width)):
            fault = _unclosed(number)
            lines.take_back()
            cells = _cells(lines.taken[0], delimiter)
            reader = csv.reader(lines, delimiter=delimiter)
        width = width or len(cells)
        if cells:
            yield _Record(number, cells, fault)


def _is_record(lines: Sequence[str], delimiter: str, width: int) -> bool:
    """Whether several lines are one record as programs write it: two marks that only seem to belong together are none."""
    try:
        cells = next(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        return False
    return not width or len(cells) <= width


def _cells(line: str, delimiter: str) -> list[str]:
    """Read one line by itself, as far as that goes."""
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return [line[:_LARGEST_CELL]]


def _unclosed(number: int) -> str:
    return (
        f"Row {number} cannot be read: a quotation mark is opened there and never closed, or a cell is far too long. Correct that "
        "cell."
    )
