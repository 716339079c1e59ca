"""The work folder of an unfinished batch: finished partitions beside OUT, each whole or not there, and what they were made from.

A partition is written under a temporary name, put on the disk, and renamed; so a kill or a power cut at any moment leaves whole
partitions only, and `--resume` goes on with the others. The manifest holds what the run was asked for: a resume with anything
else is refused, for it would join two different answers.
"""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import struct
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from era_geo.batch import lock
from era_geo.batch.partition import Tables
from era_geo.errors import EraGeoError, UsageError

if TYPE_CHECKING:
    import pyarrow as pa

ENDINGS = (".csv", ".xlsx", ".parquet", ".gpkg", ".geojson", "")
"""How an OUT's name may end; without an ending it is a folder."""

_UNFINISHED = ".unfinished"
_MANIFEST, _LOCK = "manifest.json", "running.lock"
_OWN_FILE = re.compile(r"manifest\.json|running\.lock|\d{7}\.part|[\w.]+\.tmp")
_HEADER = struct.Struct(">8sIQ")
_MAGIC = b"ERAGEO01"
_FULL = {number for name in ("ENOSPC", "EDQUOT", "EFBIG") if (number := getattr(errno, name, None)) is not None}


@dataclass(frozen=True)
class Work:
    """An open work folder. `manifest` is what the run was asked for."""

    folder: Path
    manifest: Mapping[str, Any]

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:07d}.part"

    def _read(self, number: int) -> bytes | None:
        try:
            return _body(self._path(number).read_bytes())
        except FileNotFoundError:
            return None

    def has(self, number: int) -> bool:
        """Whether this partition is finished, and on the disk as it was written."""
        return self._read(number) is not None

    def put(self, number: int, blob: bytes) -> None:
        """Keep a finished partition.

        Raises
        ------
        EraGeoError
            If the disk is full, or the folder cannot be written to.
        """
        with disk_errors(self.folder):
            put_on_disk(self._path(number), _HEADER.pack(_MAGIC, zlib.crc32(blob), len(blob)) + blob)

    def get(self, number: int) -> Tables:
        """Read a finished partition.

        Raises
        ------
        EraGeoError
            If it is not there as it was written.
        """
        body = self._read(number)
        if body is None:
            raise EraGeoError(f"A finished part in {self.folder.name} is damaged or gone. Run the command again with --resume.")
        return unpacked(body)

    def remove(self) -> None:
        """Remove the folder and all that is in it: at once by its name, so that it is never half a folder."""
        gone = self.folder.with_name(f".{self.folder.name}.gone")
        shutil.rmtree(gone, ignore_errors=True)
        self.folder.replace(gone)
        shutil.rmtree(gone, ignore_errors=True)


def folder_of(out: Path) -> Path:
    """Give the folder in which the unfinished work for OUT lies."""
    return out.with_name(f"{out.name}{_UNFINISHED}")


@contextmanager
def begun(out: Path, manifest: Mapping[str, Any], *, resume: bool = False, replace: bool = False) -> Iterator[Work]:
    """Begin anew, or go on with unfinished work; no other run can be at work for OUT meanwhile.

    Raises
    ------
    UsageError
        If there is unfinished work for OUT and neither is asked for, another run is at work on it, it was asked for something
        else (what differs is named), or its folder holds other things.
    EraGeoError
        If the folder cannot be written to.
    """
    folder = folder_of(out)
    if resume:
        _take_over(out)
    if folder.exists() and not (resume or replace):
        raise UsageError(
            f"There is unfinished work for {out.name} in {folder.name}. Go on with it: --resume. Or begin anew, which removes it: "
            "--replace."
        )
    _refuse_foreign(folder)
    with disk_errors(folder):
        folder.mkdir(mode=0o700, exist_ok=True)  # it holds addresses
    with lock.held(folder / _LOCK, f"Another run is at work on {out.name}. Wait until it ends, or stop it."):
        stored = read_manifest(out) if resume else None
        if stored is None:
            _start(folder, manifest)
        else:
            _refuse_another(out, stored, manifest)
        yield Work(folder, manifest)


def _start(folder: Path, manifest: Mapping[str, Any]) -> None:
    for path in folder.iterdir():
        if path.name != _LOCK:
            path.unlink()
    with disk_errors(folder):
        put_on_disk(folder / _MANIFEST, (json.dumps(manifest, indent=1, sort_keys=True) + "\n").encode())


def read_manifest(out: Path) -> dict[str, Any] | None:
    """Give what the unfinished run for OUT was asked for; `None` where there is none, or it was stopped before it began."""
    folder = _left_for(out) or folder_of(out)
    try:
        stored: dict[str, Any] = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError, json.JSONDecodeError):
        return None
    return stored


def _left_for(out: Path) -> Path | None:
    """Give the unfinished work that a resume goes on with: that for OUT, else the only one for OUT with another ending."""
    folder = folder_of(out)
    if folder.exists():
        return folder
    names = {f"{out.stem}{ending}{_UNFINISHED}" for ending in ENDINGS}
    others = [path for path in out.absolute().parent.glob(f"*{_UNFINISHED}") if path.name in names]
    return others[0] if len(others) == 1 else None


def _take_over(out: Path) -> None:
    """Give unfinished work for OUT with another ending OUT's name: rows that one form cannot hold are not worked out again."""
    folder = _left_for(out)
    if folder is None or folder == folder_of(out):
        return
    if lock.is_held(folder / _LOCK):
        raise UsageError(f"Another run is at work in {folder.name}. Wait until it ends, or stop it.")
    _refuse_foreign(folder)
    with disk_errors(folder):
        rename(folder, folder_of(out))


def _refuse_foreign(folder: Path) -> None:
    """Refuse a folder in which something lies that no batch has put there: it would be removed."""
    if not folder.exists():
        return
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else [folder.name]
    foreign = [name for name in names if not _OWN_FILE.fullmatch(name)]
    if foreign:
        raise UsageError(
            f"{folder.name} is no folder of unfinished work: {foreign[0]} is there. Move it away, or choose another OUT."
        )


def _refuse_another(out: Path, stored: Mapping[str, Any], manifest: Mapping[str, Any]) -> None:
    different = [key for key in manifest if stored.get(key) != manifest[key]]
    if different:
        raise UsageError(
            f"The unfinished work for {out.name} was begun with another {_listed(different)}. Give what it was begun with, or "
            "begin anew: --replace."
        )


def _listed(keys: list[str]) -> str:
    words = [key.replace("_", " ") for key in keys]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def packed(tables: Tables) -> bytes:
    """Give a partition's two tables as bytes; equal tables give equal bytes."""
    import pyarrow as pa  # noqa: PLC0415 - slow to import

    sink = pa.BufferOutputStream()
    for table in (tables.rows, tables.findings):
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
    whole: bytes = sink.getvalue().to_pybytes()
    return whole


def unpacked(blob: bytes) -> Tables:
    """Read `packed` back."""
    import pyarrow as pa  # noqa: PLC0415 - slow to import

    source = pa.BufferReader(blob)
    return Tables(_stream(source), _stream(source))


def _stream(source: Any) -> pa.Table:
    import pyarrow as pa  # noqa: PLC0415 - slow to import

    with pa.ipc.open_stream(source) as reader:
        return reader.read_all()


def _body(blob: bytes) -> bytes | None:
    """Give what a partition's file holds; `None` where it is not whole."""
    if len(blob) < _HEADER.size:
        return None
    magic, checksum, size = _HEADER.unpack_from(blob)
    body = blob[_HEADER.size :]
    return body if magic == _MAGIC and len(body) == size and zlib.crc32(body) == checksum else None


def put_on_disk(path: Path, content: bytes) -> None:
    """Write a file so that after any crash it is there whole or not at all."""
    temporary = path.with_name(f"{path.name}.tmp")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    rename(temporary, path)


def rename(temporary: Path, path: Path) -> None:
    """Give a finished file or folder its name, and put the name on the disk too."""
    temporary.replace(path)
    if os.name == "posix":  # elsewhere a folder cannot be opened to be put on the disk
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Tell a full disk, or a folder that cannot be written to, in a sentence."""
    try:
        yield
    except OSError as error:
        raise cannot_write(path, error.strerror or str(error), full=error.errno in _FULL) from error


def cannot_write(path: Path, why: str, *, full: bool) -> EraGeoError:
    """Give the error of a file that could not be written: the disk is full, or else why."""
    told = "The disk is full: make room" if full else f"{path.name} cannot be written in {path.parent} ({why}): put that right"
    return EraGeoError(f"{told}, and give the same command again with --resume to go on. Finished rows are kept.")
