"""`build`: files of open data in, one region file out, whole or not at all."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import era_geo
from era_geo import garbage, layerset
from era_geo.errors import EraGeoError, FaultyFiles, UsageError
from era_geo.region import address_index, addresses, derived, layer_counts, themes
from era_geo.region.draft import Draft
from era_geo.region.kept_keys import KEPT_KEYS
from era_geo.region.progress import Progress, silent
from era_geo.region.readers import Options, Reader, SourceFile, all_readers, checksum, recognise
from era_geo.region.region import SUFFIX
from era_geo.region.schema import SCHEMA_VERSION
from era_geo.settings import Settings

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?", re.IGNORECASE)
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)  # names that Windows keeps for devices
_PART = ".part"
_LEFT_BEHIND_S = 24 * 3600


@dataclass(frozen=True)
class BuildReport:
    """What a build made. `counts`: rows by table. `unbuilt`: objects that could not be built, by reason."""

    name: str
    path: Path
    counts: Mapping[str, int]
    unbuilt: Mapping[str, int]
    sources: tuple[str, ...]
    seconds: float


def build(
    sources: Sequence[Path | str],
    *,
    name: str,
    settings: Settings,
    boundary: Path | str | Mapping[str, Any] | None = None,
    themes: Sequence[str] | None = None,
    replace: bool = False,
    progress: Progress | None = None,
) -> BuildReport:
    """Build the region `name` from files of open data, told apart by their content.

    Parameters
    ----------
    sources
        The files. An OpenStreetMap object that several extracts hold is taken from the newest.
    name
        Letters, digits, `.`, `-` and `_`. The file is `name.gpkg` in the regions folder.
    boundary
        The area that the extracts cover: a GeoJSON mapping, or the path of a GeoJSON or .poly file. Without it the header box
        is taken where the data fills it, else the outline of the data.
    themes
        What the extracts are limited to (`shop=*`); empty for nothing; `None` to work it out.
    replace
        Whether a region of that name is replaced. Until the new one is complete the old one stays as it is.
    progress
        Told how far it has come.

    Raises
    ------
    UsageError
        If the name cannot be used or is taken, or a path is not there.
    DataError
        If a file is damaged or of an unknown kind.
    EraGeoError
        If the region cannot be written: a full disk, a folder that may not be written to.
    """
    started = time.monotonic()
    path = target(name, settings)
    if path.exists() and not replace:
        raise UsageError(f"There is a region '{name}' already. Choose another name, or replace it with --replace.")
    if not sources:
        raise UsageError("Name at least one file to build the region from.")
    options = Options(boundary, None if themes is None else _checked_themes(themes))
    tell = progress or silent
    by_reader = _told_apart(sources, settings)
    with _unfinished(path) as part, Draft(part) as draft, draft.writing(), garbage.sought(garbage.NEVER):
        files = _register(draft, by_reader, tell)
        _fill(draft, files, options, tell)
        _write_meta(draft, files, options)
        _count_layers(draft, settings)
        tell("writing indexes", 0, None)
        draft.finish()
        counts = draft.counts()
        unbuilt: Counter[str] = Counter()
        for (_, reason), count in draft.unbuilt.items():
            unbuilt[str(reason)] += count
        draft.connection.close()
        _put_in_place(part, path)
    names = tuple(file.path.name for found in files.values() for file in found)
    return BuildReport(name, path, counts, dict(unbuilt.most_common()), names, time.monotonic() - started)


def target(name: str, settings: Settings) -> Path:
    """Give the path of the region `name`.

    Raises
    ------
    UsageError
        If the name could be a path or a reserved name, or has signs that file systems treat differently.
    """
    if not _NAME.fullmatch(name) or ".." in name or _RESERVED.fullmatch(name) or name.lower().endswith(SUFFIX):
        raise UsageError(
            f"{name!r} cannot be a region's name. Use up to 64 letters, digits, '.', '-' and '_', beginning and ending with a "
            "letter or digit."
        )
    return settings.regions / f"{name}{SUFFIX}"


def _checked_themes(given: Sequence[str]) -> tuple[str, ...]:
    return themes.checked(given)


def _told_apart(sources: Sequence[Path | str], settings: Settings) -> dict[Reader, list[Path]]:
    readers = all_readers(settings)
    found: dict[Reader, list[Path]] = {reader: [] for reader in readers}
    for source in dict.fromkeys(Path(source) for source in sources):
        found[recognise(source, readers)].append(source)
    return {reader: paths for reader, paths in found.items() if paths}


def _register(draft: Draft, by_reader: Mapping[Reader, Sequence[Path]], tell: Progress) -> dict[Reader, list[SourceFile]]:
    files: dict[Reader, list[SourceFile]] = {}
    for reader, paths in by_reader.items():
        for path in paths:
            tell(f"checking {path.name}", 0, None)
            digest = checksum(path)
            fid = draft.add_source(path.name, reader.kind, digest)
            files.setdefault(reader, []).append(SourceFile(path, fid, digest))
    return files


def _fill(draft: Draft, files: Mapping[Reader, Sequence[SourceFile]], options: Options, tell: Progress) -> None:
    for reader, found in files.items():
        if not reader.after_addresses:
            reader.read(found, draft, options, tell)
    tell(addresses.STAGE, 0, None)
    addresses.settle(draft, tell)
    derived.postcodes(draft)
    derived.names(draft)
    for reader, found in files.items():
        if reader.after_addresses:
            reader.read(found, draft, options, tell)
    tell("indexing addresses", 0, None)
    address_index.build(draft.connection)


def _write_meta(draft: Draft, files: Mapping[Reader, Sequence[SourceFile]], options: Options) -> None:
    kept = [(key.key, json.dumps(key.except_values)) for key in KEPT_KEYS]
    draft.add("kept_keys", dict(zip(("key", "except_values"), zip(*kept, strict=True), strict=True)))
    digests = sorted(file.sha256 for found in files.values() for file in found)
    basis = [SCHEMA_VERSION, era_geo.__version__, digests, str(options.boundary), options.themes]
    meta = {
        "schema_version": str(SCHEMA_VERSION),
        "program_version": era_geo.__version__,
        "built": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "fingerprint": hashlib.sha256(json.dumps(basis).encode()).hexdigest(),
    }
    draft.add("meta", {"key": list(meta), "value": list(meta.values())})


def _count_layers(draft: Draft, settings: Settings) -> None:
    """Count each layer's objects while the data is at hand; with faulty layer files it is left to whoever asks first."""
    try:
        layers = layerset.load(settings)
    except FaultyFiles:
        return
    layer_counts.store(draft.connection, layers)


@contextmanager
def _unfinished(path: Path) -> Iterator[Path]:
    """Give a path for the unfinished file, in the same folder; whatever happens, nothing of it stays behind."""
    part = path.with_name(f".{path.stem}.{os.getpid()}{_PART}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(path.parent)
        part.unlink(missing_ok=True)
    except OSError as error:
        raise EraGeoError(
            f"The folder {path.parent} cannot be written to ({error.strerror}). Set ERA_GEO_HOME to another."
        ) from error
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """Remove what a build that was killed left behind more than a day ago."""
    for left in folder.glob(f".*{_PART}"):
        if time.time() - left.stat().st_mtime > _LEFT_BEHIND_S:
            left.unlink(missing_ok=True)


def _put_in_place(part: Path, path: Path) -> None:
    try:
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise EraGeoError(f"The region could not be put in place at {path} ({error.strerror}).") from error
