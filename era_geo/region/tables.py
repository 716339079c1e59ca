"""Tables as people's programs save them: any usual encoding and delimiter, cells with lines in them, rows numbered as seen."""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, TextIO

from era_geo.errors import DataError, UsageError

TableFile = Path | zipfile.Path
"""Where a table is read from: a file, or a member of an archive."""

_CHUNK = 1 << 20
_DELIMITERS, _RARE_DELIMITERS = ",;\t|", "^~:"
_LARGEST_CELL = 1 << 20
_BOMS = (("utf-8-sig", codecs.BOM_UTF8), ("utf-16", codecs.BOM_UTF16_LE), ("utf-16", codecs.BOM_UTF16_BE))


class Line(NamedTuple):
    """One record of a table. `number` is its row in a spreadsheet: the first line of the file is row 1."""

    number: int
    cells: Sequence[str]


def beginning(start: bytes, most: int = 51) -> list[Sequence[str]]:
    """Give the first records of a table from the first bytes of its file; nothing where they are no text.

    A record that the bytes break off in is left out, unless it is the only one.
    """
    encoding = _encoding_by_bom(start)
    try:
        text = codecs.getincrementaldecoder(encoding or "utf-8")().decode(start)
    except UnicodeDecodeError:
        if encoding:
            return []
        text = start.decode("cp1252", "replace")
    if "\x00" in text:
        return []
    try:
        records: list[Sequence[str]] = [cells for cells in csv.reader(io.StringIO(text), delimiter=delimiter_of(text)) if cells]
    except csv.Error:
        return []
    whole = records[:-1] if len(records) > 1 and not text.endswith("\n") else records
    return whole[:most]


def read(path: TableFile) -> Iterator[Line]:
    """Read the records of a table one by one, empty ones left out; memory does not grow with the file.

    Raises
    ------
    UsageError
        If the file cannot be opened.
    DataError
        If it is no text table, or breaks off inside a quoted cell.
    """
    with opened(path) as file:
        sample = file.read(65536)
        if "\x00" in sample:
            raise DataError(f"{path.name} is no text table. Save it as CSV in UTF-8.")
        file.seek(0)
        csv.field_size_limit(_LARGEST_CELL)
        reader = csv.reader(file, delimiter=delimiter_of(sample), strict=True)
        for number, cells in enumerate(reader, start=1):
            if any(cells):
                yield Line(number, cells)


@contextmanager
def opened(path: TableFile) -> Iterator[TextIO]:
    """Open a table as text, whatever way it is written.

    Raises
    ------
    UsageError, DataError
        As `read`, also for what goes wrong inside the `with` block.
    """
    with _errors_told(path):
        encoding = encoding_of(path)
        if isinstance(path, Path):
            with path.open(encoding=encoding, newline="") as file:
                yield file
        else:
            with path.open("rb") as raw, io.TextIOWrapper(raw, encoding=encoding, newline="") as file:
                yield file


def encoding_of(path: TableFile) -> str:
    """Say how a text file is written: by its byte order mark, else UTF-8 if all of it fits, else Windows-1252."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        start = file.read(_CHUNK)
        marked = _encoding_by_bom(start)
        if marked:
            return marked
        try:
            chunk = start
            while chunk:
                decoder.decode(chunk)
                chunk = file.read(_CHUNK)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def _encoding_by_bom(start: bytes) -> str | None:
    return next((encoding for encoding, mark in _BOMS if start.startswith(mark)), None)


def delimiter_of(text: str) -> str:
    """Give the sign that stands most often outside quotes in the first line; a rare one only where there is none of the usual."""
    first = text.lstrip("\ufeff").split("\n", 1)[0]
    counts = Counter(sign for part in first.split('"')[::2] for sign in part)
    asked = _DELIMITERS if any(counts[sign] for sign in _DELIMITERS) else _DELIMITERS[:1] + _RARE_DELIMITERS
    return max(asked, key=lambda sign: counts[sign])


@contextmanager
def _errors_told(path: TableFile) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(f"{path.name} cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path.name} is neither UTF-8 nor Windows-1252 text. Save it as CSV in UTF-8.") from error
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise DataError(f"{path.name} is damaged inside its archive ({error}). Download the archive again.") from error
    except csv.Error as error:
        raise DataError(f"{path.name} is damaged or no CSV table ({error}). Export or download it again.") from error
