"""What reads which file: a reader recognises its files by their content, never by their names.

A new kind of source is one class with the shape of `Reader`, added to `all_readers`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol, runtime_checkable

from era_geo import layersourcefile
from era_geo.errors import DataError, UsageError
from era_geo.region.draft import Draft
from era_geo.region.progress import Progress
from era_geo.settings import Settings

_HEAD_BYTES = 65536


@dataclass(frozen=True)
class Head:
    """The beginning of a file, by which readers recognise it. `size` is the whole file's, in bytes."""

    path: Path
    start: bytes
    size: int


@dataclass(frozen=True)
class SourceFile:
    """A file to read. `fid` is its row in `sources`."""

    path: Path
    fid: int
    sha256: str


@dataclass(frozen=True)
class Options:
    """What the person who builds the region said about it.

    `boundary`: the area the extracts cover, a file's path or GeoJSON; `None` to work it out. `themes`: what they are limited
    to; empty for nothing; `None` to work it out.
    """

    boundary: Path | str | Mapping[str, Any] | None = None
    themes: tuple[str, ...] | None = None


class Reader(Protocol):
    """Reads one kind of source.

    `kind` goes into `sources.kind`. With `after_addresses` it is run once all addresses and postcodes of the other readers are
    in their tables, and may look them up through `draft.connection`.
    """

    kind: str
    after_addresses: bool

    def recognises(self, head: Head) -> bool:
        """Whether this reader reads the file."""

    def read(self, files: Sequence[SourceFile], draft: Draft, options: Options, progress: Progress) -> None:
        """Read all files of this kind that the region is built from, at once.

        Rows go to `draft.add`, addresses to `draft.stage_addresses`; each file is described by `draft.describe_source`, and
        what should have become a row and could not is told to `draft.report_unbuilt`.

        Raises
        ------
        DataError
            If a file is damaged or not what it seemed.
        """


class Likeness(NamedTuple):
    """How much a file is like a kind that it is not (0 to 1), and a sentence that says what it lacks."""

    share: float
    says: str


@runtime_checkable
class Comparing(Protocol):
    """A reader that can say what a file lacks which is nearly of its kind."""

    def compare(self, head: Head) -> Likeness | None:
        """Compare a file with this kind; `None` where it is nothing like it."""


def all_readers(settings: Settings) -> tuple[Reader, ...]:
    """Give the readers, in the order in which they are run.

    Raises
    ------
    FaultyFiles
        If a file that says how lists are read has faults.
    """
    from era_geo.region.address_readers import address_readers  # noqa: PLC0415 - it imports this module
    from era_geo.region.list_reader import list_readers  # noqa: PLC0415 - it imports this module
    from era_geo.region.osm.reader import OsmReader  # noqa: PLC0415 - slow to import

    sources = layersourcefile.load(settings)
    return (OsmReader(), *address_readers(sources), *list_readers(sources))


def recognise(path: Path, readers: Sequence[Reader]) -> Reader:
    """Find the reader of a file.

    Raises
    ------
    UsageError
        If there is no such file, or it cannot be opened.
    DataError
        If no reader knows it, or it is empty.
    """
    head = _head(path)
    for reader in readers:
        if reader.recognises(head):
            return reader
    like = [found for reader in readers if isinstance(reader, Comparing) and (found := reader.compare(head)) is not None]
    known = ", ".join(reader.kind for reader in readers)
    # Of kinds that it is equally like, the first: what only the training town has comes after what it is like.
    says = f" {max(like, key=lambda one: one.share).says}" if like else _hint(head.start)
    raise DataError(f"{path.name} is not a file that regions are built from (known kinds: {known}).{says}")


def _head(path: Path) -> Head:
    try:
        if path.is_dir():
            raise UsageError(f"{path} is a folder. Name the files in it.")
        with path.open("rb") as file:
            start = file.read(_HEAD_BYTES)
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise UsageError(f"There is no file {path}.") from error
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}).") from error
    if not size:
        raise DataError(f"{path.name} is empty. Download it again.")
    return Head(path, start, size)


def _hint(start: bytes) -> str:
    if start.startswith((b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"7z\xbc\xaf", b"\xfd7zXZ")):
        return " It is an archive: unpack it first."
    if start.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html")):
        return " It is a web page: the download went wrong."
    if b"<osmChange" in start[:2000]:
        return " It is a file of changes, not an extract."
    return ""


def checksum(path: Path) -> str:
    """Give the SHA-256 of a file, in hexadecimal.

    Raises
    ------
    UsageError
        If it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}).") from error
