"""The tables of one kind that a file holds: the file itself, or members of the archive in which its publisher delivers it."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from era_geo.errors import DataError, Fault, FaultyFiles
from era_geo.layergazetteer import GazetteerSource, PostcodeSource
from era_geo.layerrows import Row, place_columns, row_of
from era_geo.layersource import SourceSet
from era_geo.region import tables
from era_geo.region.readers import Head

AddressSource = GazetteerSource | PostcodeSource
"""What describes the tables that are read here."""

NumberedRow = tuple[int, Row]
"""The number of a row, as a spreadsheet shows it, and its cleaned cells by column."""

_BATCH = 20_000
_ZIP = b"PK\x03\x04"
_BEGINNING_BYTES = 65536
_LARGEST_NOTE = 65536
_NOTES = (".txt", ".md")
_PAGES = (".pdf", ".htm", ".html", ".xml", ".xls", ".xlsx", ".doc", ".docx")


@dataclass(frozen=True)
class SourceTable:
    """A table that a source describes. `member` names it within its archive, and is empty for a file on its own.

    `columns` says at which place each column stands that is read, `None` for one that this table lacks; `missing` names those
    it must not lack.
    """

    file: tables.TableFile
    member: str
    columns: dict[str, int | None]
    missing: tuple[str, ...]
    headless: bool

    def where(self, number: int) -> str:
        """Say which row is meant, as a person finds it."""
        return f"{self.member} row {number}" if self.member else f"row {number}"

    def batches(self) -> Iterator[list[NumberedRow]]:
        """Give the rows, cleaned, some ten thousand at a time, so that memory does not grow with the table.

        Raises
        ------
        UsageError, DataError
            If the table cannot be read, or is damaged.
        """
        rows: Iterator[NumberedRow] = ((line.number, row_of(line.cells, self.columns)) for line in self.lines())
        while batch := list(islice(rows, _BATCH)):
            yield batch

    def lines(self, start: int = 0) -> Iterator[tables.Line]:
        """Give the rows as they are, without the line of headings; those up to row `start` are left out."""
        for line in tables.read(self.file):
            is_row = line.number > 1 or (self.headless and not _is_heading(self.columns, line.cells))
            if is_row and line.number > start:
                yield line


@dataclass(frozen=True)
class Contents:
    """What a file holds: its tables of one kind, members that are neither such tables nor notes, and the text of its notes."""

    tables: tuple[SourceTable, ...]
    not_read: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def holds(head: Head, source: AddressSource, sources: SourceSet) -> bool:
    """Whether a file is a table of this kind, or an archive with one.

    Raises
    ------
    DataError
        If it is an archive that is damaged.
    """
    return any(_is(start, source, sources) for start in beginnings(head))


def beginnings(head: Head) -> Iterator[bytes]:
    """Give the first bytes of a file, or of each file in an archive.

    Raises
    ------
    DataError
        If it is an archive that is damaged.
    """
    if not head.start.startswith(_ZIP):
        yield head.start
        return
    with _archive(head.path) as members:
        for member in members:
            yield _beginning(member)


@contextmanager
def opened(path: Path, source: AddressSource, sources: SourceSet) -> Iterator[Contents]:
    """Open the tables of one kind that a file holds.

    Raises
    ------
    FaultyFiles
        If a table lacks columns that are needed; each is named.
    DataError
        If the file is an archive that is damaged.
    """
    with path.open("rb") as file:
        start = file.read(_BEGINNING_BYTES)
    if not start.startswith(_ZIP):
        whole = _table(path, "", start, source)
        _check([whole], path.name)
        yield Contents((whole,))
        return
    with _archive(path) as members:
        found: list[SourceTable] = []
        others: list[zipfile.Path] = []
        for member in members:
            start = _beginning(member)
            if _is(start, source, sources):
                found.append(_table(member, member.name, start, source))
            else:
                others.append(member)
        _check(found, path.name)
        yield Contents(tuple(found), *_told_apart(others, source))


def _is(start: bytes, source: AddressSource, sources: SourceSet) -> bool:
    first, *following = tables.beginning(start) or [()]
    return bool(first) and sources.recognise(first, following) is source


def _table(file: tables.TableFile, member: str, start: bytes, source: AddressSource) -> SourceTable:
    header = source.recognition.header
    first = header or tables.beginning(start)[0]
    missing = tuple(column for column, place in place_columns(source.needed, first).items() if place is None)
    return SourceTable(file, member, place_columns(source.columns, first), missing, headless=bool(header))


def _is_heading(columns: dict[str, int | None], cells: Sequence[str]) -> bool:
    """Whether a line names the columns of a table that should have no headings."""
    return None not in place_columns(columns, cells).values()


def _check(found: Sequence[SourceTable], name: str) -> None:
    what = "the column is missing. Export it again with it."
    faults = [
        Fault(name, ", ".join(part for part in (table.member, column.replace("|", " or ")) if part), what)
        for table in found
        for column in table.missing
    ]
    if faults:
        raise FaultyFiles(faults)


@contextmanager
def _archive(path: Path) -> Iterator[list[zipfile.Path]]:
    """Give the files in an archive, in its own order."""
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise DataError(f"{path.name} is a damaged or cut short archive ({error}). Download it again.") from error
    with archive:
        yield [zipfile.Path(archive, info.filename) for info in archive.infolist() if not info.is_dir()]


def _beginning(member: zipfile.Path) -> bytes:
    try:
        with member.open("rb") as file:
            start: bytes = file.read(_BEGINNING_BYTES)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise DataError(f"{member.name} is damaged inside its archive ({error}). Download the archive again.") from error
    except (NotImplementedError, RuntimeError) as error:  # a way of packing that Python does not know, or a password
        raise DataError(f"{member.name} is packed in a way that cannot be read ({error}). Unpack the archive first.") from error
    return start


def _told_apart(others: Sequence[zipfile.Path], source: AddressSource) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the names of members that are not read, and the text of the notes among the others."""
    notes, unknown = [], []
    for member in others:
        start = _beginning(member)[:_LARGEST_NOTE]
        suffix = Path(member.name).suffix.lower()
        if suffix in _NOTES:
            notes.append(_text(start))
        elif suffix not in _PAGES and not _is_column_list(start, source):
            unknown.append(member.name)
    return tuple(unknown), tuple(notes)


def _is_column_list(start: bytes, source: AddressSource) -> bool:
    """Whether a member only names the columns, as publishers add it to tables without headings."""
    lines = tables.beginning(start)
    return 0 < len(lines) <= 2 and any(None not in place_columns(source.columns, line).values() for line in lines)


def _text(start: bytes) -> str:
    try:
        return start.decode("utf-8-sig")
    except UnicodeDecodeError:
        return start.decode("cp1252", "replace")
