"""Whether a region is built from just what was fetched for it, so that it is up to date, or may be built again without a loss."""

from __future__ import annotations

from pathlib import Path

from era_geo.errors import DataError, UsageError
from era_geo.region.build import target
from era_geo.region.readers import checksum
from era_geo.region.region import Region, RegionSource
from era_geo.settings import Settings


def is_built_from(name: str, file: Path, settings: Settings) -> bool:
    """Whether there is a region `name`, and `file`, as it is now, is all that it was built from."""
    path = target(name, settings)
    if not path.is_file() or not file.is_file():
        return False
    try:
        digests = [source.sha256 for source in _sources(path)]
    except DataError:
        return False
    return digests == [checksum(file)]


def refuse_to_lose(name: str, file: Path, settings: Settings) -> None:
    """Let a region `name` be replaced by one built from `file` alone only where an earlier state of that file is all it has.

    Raises
    ------
    UsageError
        If it has other sources, which would be lost, or cannot be read, so that nobody knows.
    """
    path = target(name, settings)
    if not path.is_file():
        return
    try:
        others = [source.name for source in _sources(path) if source.name != file.name]
    except DataError as error:
        why = "What it was built from is not known; --replace builds it from the fetched file alone."
        raise UsageError(f"{error} {why}") from error
    if others:
        raise UsageError(
            f"The region '{name}' was built from {', '.join(others)}, which would be lost. Fetch under another name, or build it "
            f"with them: era-geo region build FILE... --name {name} --replace; or replace it all the same with --replace."
        )


def _sources(path: Path) -> tuple[RegionSource, ...]:
    """Give what a region was built from.

    Raises
    ------
    DataError
        If the file is damaged, or of another version of the program.
    """
    return Region(path).sources
