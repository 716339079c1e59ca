"""The errors era-geo raises, as one family.

A caller catches at the level it cares about: everything (`EraGeoError`), what the person typed (`UsageError`), a file
(`DataError`), or a source that did not answer (`SourceUnavailable`, `SourceIncomplete`). Each message is a sentence that says
what is wrong, where, and what to do next; it can be shown to a person as it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class EraGeoError(Exception):
    """The root of the family. The command line ends with exit code 1 unless a subclass says otherwise."""

    exit_code = 1


class UsageError(EraGeoError):
    """What was asked for cannot be done as asked: an unknown region, a radius of zero, an address that cannot be assessed."""

    exit_code = 2


class DataError(EraGeoError):
    """A file or a source's content is damaged, of the wrong kind, or contradicts itself."""


class SourceUnavailable(EraGeoError):  # noqa: N818 - DESIGN.md names it
    """A source could not be reached or read at all: refused, timed out, rate-limited. Never the same as an empty answer."""


class SourceIncomplete(SourceUnavailable):
    """A source answered in part: a truncated download, an Overpass `remark`. Its content must not be used."""


@dataclass(frozen=True)
class Fault:
    """One thing wrong in one file, so that all of a file's faults can be told at once.

    Parameters
    ----------
    file
        The file's name or path as the user knows it.
    where
        Row, line, key or field inside the file; empty for the file as a whole.
    what
        What is wrong, and what to do about it, as a sentence.
    """

    file: str
    where: str
    what: str

    def __str__(self) -> str:
        place = f"{self.file}, {self.where}" if self.where else self.file
        return f"{place}: {self.what}"


class FaultyFiles(DataError):  # noqa: N818 - the name says what is wrong
    """One or more files have faults; `faults` names every one of them."""

    exit_code = 2

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        count = len(self.faults)
        heading = "1 fault:" if count == 1 else f"{count} faults:"
        super().__init__("\n".join([heading, *(f"  {fault}" for fault in self.faults)]))
