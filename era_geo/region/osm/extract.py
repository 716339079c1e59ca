"""An OpenStreetMap file before it is read: its format, its date, its header box, and the ways in which it is no use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import osmium
import shapely

from era_geo.errors import DataError, SourceIncomplete
from era_geo.region import boundary
from era_geo.region.readers import Head, SourceFile

_PBF_HEADER = b"\x0a\x09OSMHeader"
_DATE_IN_NAME = re.compile(r"(?<!\d)(20\d\d)-?([01]\d)-?([0-3]\d)(?!\d)")
_NOT_BEFORE_YEAR = 2004  # OpenStreetMap began; an older timestamp is none
_TAIL_BYTES = 4096
_REASON_LENGTH = 80


TRAINING_TOWN = "era-geo training town"
"""What the header of a file says that was drawn by `era_geo.town`."""

SYNTHETIC_COUNTRY = "era-geo synthetic country"
"""The same, of a country that the benchmarks made of copies of the town."""

_OPENSTREETMAP = ("ODbL 1.0", "© OpenStreetMap contributors")
_INVENTED = {
    TRAINING_TOWN: ("MIT", "Invented: the training town of era-geo"),
    SYNTHETIC_COUNTRY: ("MIT", "Invented: a synthetic country made by era-geo, of copies of its training town"),
}


@dataclass(frozen=True)
class Extract:
    """A file that can be read. `date` is ISO 8601, `None` where nothing tells it; `box` is the header's, in EPSG:27700."""

    source: SourceFile
    file: osmium.io.File
    date: str | None
    box: shapely.Geometry | None
    generator: str = ""

    @property
    def format(self) -> str:
        """The format as pyosmium calls it: `pbf` or `osm`."""
        with self.source.path.open("rb") as file:
            return osm_format(file.read(_TAIL_BYTES)) or ""

    @property
    def terms(self) -> tuple[str, str]:
        """Licence and credit: OpenStreetMap's, unless the project itself invented what is in the file."""
        return _INVENTED.get(self.generator, _OPENSTREETMAP)

    @property
    def name(self) -> str:
        """The file's name, without its folder."""
        return self.source.path.name

    @classmethod
    def open(cls, source: SourceFile) -> Extract:
        """Read a file's header.

        The date is the header's, else that of the newest object with tags, else one in the file's name.

        Raises
        ------
        DataError
            If the file is damaged, or holds the history of its objects.
        SourceIncomplete
            If it says itself that it is cut short.
        """
        path = source.path
        with path.open("rb") as file:
            form = osm_format(file.read(_TAIL_BYTES))
        with _errors_told(path):
            extract = osmium.io.File(str(path), form or "")
            with osmium.io.Reader(extract, osmium.osm.NOTHING) as reader:
                header = reader.header()
            if header.has_multiple_object_versions:
                raise DataError(f"{path.name} holds the history of its objects. Use an extract of one day.")
            stamp = header.get("osmosis_replication_timestamp")
        if form == "osm":
            _refuse_remark(path)
        found = cls(source, extract, stamp[:10] or None, _header_box(header), header.get("generator"))
        return found if found.date else replace(found, date=found.newest() or _date_in_name(path.name))

    def objects(self, processor: Iterable[Any]) -> Iterator[Any]:
        """Give the objects that a pyosmium iterator over this file gives.

        Raises
        ------
        DataError
            If the file turns out to be damaged.
        """
        with self.errors_told():
            yield from processor

    @contextmanager
    def errors_told(self) -> Iterator[None]:
        """Turn what pyosmium raises inside the block for a damaged file into a `DataError` with a sentence."""
        with _errors_told(self.source.path):
            yield

    def newest(self) -> str | None:
        """Give the date of the newest object with tags."""
        tagged = osmium.FileProcessor(self.file).with_filter(osmium.filter.EmptyTagFilter())
        newest = max((thing.timestamp for thing in self.objects(tagged)), default=None)
        return newest.date().isoformat() if newest and newest.year >= _NOT_BEFORE_YEAR else None


def recognises(head: Head) -> bool:
    """Whether a file is OpenStreetMap XML or PBF, by its first bytes."""
    return osm_format(head.start) is not None


def osm_format(start: bytes) -> str | None:
    """Give the format as pyosmium calls it (`pbf`, `osm`) of a file that begins with `start`; `None` for anything else."""
    if start[4 : 4 + len(_PBF_HEADER)] == _PBF_HEADER:
        return "pbf"
    text = start[:_TAIL_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n")
    return "osm" if text.startswith(b"<") and re.search(rb"<osm[\s>]", text) else None


@contextmanager
def _errors_told(path: Path) -> Iterator[None]:
    """Turn what pyosmium raises for a damaged file into a `DataError` with a sentence."""
    try:
        yield
    except (RuntimeError, ValueError, osmium.InvalidLocationError) as error:
        raise DataError(
            f"{path.name} is damaged or cut short ({_reason(error)}). Download it again, and compare its checksum with the "
            "server's."
        ) from None


def _reason(error: Exception) -> str:
    """Give the gist of what pyosmium says, without the bytes of the file that it may quote."""
    words = "bytes that are no text" if isinstance(error, UnicodeError) else str(error)
    plain = re.split(r"[^ -~]|['\"]", words)[0].strip(" :")
    return plain[:_REASON_LENGTH] or "unreadable"


def _header_box(header: osmium.io.Header) -> shapely.Geometry | None:
    box = header.box()
    if not box.valid():
        return None
    low, high = box.bottom_left, box.top_right
    area = boundary.area_to_bng(shapely.box(low.lon, low.lat, high.lon, high.lat))
    return None if shapely.is_empty(area) else area


def _date_in_name(name: str) -> str | None:
    match = _DATE_IN_NAME.search(name)
    return "-".join(match.groups()) if match else None


def _refuse_remark(path: Path) -> None:
    """Refuse an answer that says itself that it is cut short, as Overpass does at the end of the file."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL_BYTES))
        remark = re.search(rb"<remark>(.*?)</remark>", file.read(), re.DOTALL)
    if remark:
        words = remark[1].decode("utf-8", "replace").strip()[:200]
        raise SourceIncomplete(f"{path.name} is incomplete: the server that made it says '{words}'. Fetch a smaller area.")
