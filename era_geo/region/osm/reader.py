"""The reader of OpenStreetMap extracts: several files become one set of rows and one walking network."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import osmium
import shapely

from era_geo.errors import DataError, SourceIncomplete
from era_geo.region import boundary, coverage, themes
from era_geo.region.draft import Draft, SourceFacts
from era_geo.region.osm import interpolation, relations, structure
from era_geo.region.osm.batch import Batch, Bools, Ints
from era_geo.region.osm.network import Network
from era_geo.region.osm.scan import Scan
from era_geo.region.progress import Progress
from era_geo.region.readers import Head, Options, SourceFile

LICENCE = "ODbL 1.0"
CREDIT = "© OpenStreetMap contributors"

_PBF_HEADER = b"\x0a\x09OSMHeader"
_DATE_IN_NAME = re.compile(r"(?<!\d)(20\d\d)-?([01]\d)-?([0-3]\d)(?!\d)")
_NOT_BEFORE_YEAR = 2004  # OpenStreetMap began; an older timestamp is none


class OsmReader:
    """Reads `.osm` and `.osm.pbf`."""

    kind = "osm"
    after_addresses = False

    def recognises(self, head: Head) -> bool:
        """Whether the file is OpenStreetMap XML or PBF, by its first bytes."""
        return _format(head) is not None

    def read(self, files: Sequence[SourceFile], draft: Draft, options: Options, progress: Progress) -> None:
        """Read the extracts, the newest first: an object that several hold is taken from the newest."""
        given = None if options.boundary is None else boundary.read(options.boundary)
        opened = sorted((_Extract.open(file) for file in files), key=lambda extract: extract.date or "", reverse=True)
        network = Network()
        known = _Known(several=len(opened) > 1)
        for extract in opened:
            with _osm_errors_told(extract.source.path):
                scan = _scan(extract, Batch(draft, network, extract.source.fid, known.has), draft, progress)
            known.add(scan.batch.codes)
            draft.describe_source(extract.source.fid, _facts(extract, scan, draft, options.themes, given))
        progress("joining the walking network", 0, None)
        network.write(draft)


@dataclass(frozen=True)
class _Extract:
    source: SourceFile
    file: osmium.io.File
    header_date: str | None
    name_date: str | None
    box: shapely.Geometry | None

    @property
    def date(self) -> str | None:
        """The date as far as it is known before reading."""
        return self.header_date or self.name_date

    @classmethod
    def open(cls, source: SourceFile) -> _Extract:
        path = source.path
        with path.open("rb") as start:
            form = _format(Head(path, start.read(4096), 0))
        with _osm_errors_told(path):
            file = osmium.io.File(str(path), form or "")
            header = osmium.io.Reader(file, osmium.osm.NOTHING).header()
            if header.has_multiple_object_versions:
                raise DataError(f"{path.name} holds the history of its objects. Use an extract of one day.")
            stamp, box = header.get("osmosis_replication_timestamp"), header.box()
            area = None
            if box.valid():
                corners = (box.bottom_left.lon, box.bottom_left.lat, box.top_right.lon, box.top_right.lat)
                area = boundary.area_to_bng(shapely.box(*corners))
        if form == "osm":
            _refuse_remark(path)
        return cls(
            source, file, stamp[:10] or None, _date_in_name(path.name), None if area is None or shapely.is_empty(area) else area
        )


def _format(head: Head) -> str | None:
    if head.start[4 : 4 + len(_PBF_HEADER)] == _PBF_HEADER:
        return "pbf"
    text = head.start[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    return "osm" if text.startswith(b"<") and re.search(rb"<osm[\s>]", text) else None


def _refuse_remark(path: Path) -> None:
    """Refuse an answer that says itself that it is cut short, as Overpass does at the end of the file."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 4096))
        remark = re.search(rb"<remark>(.*?)</remark>", file.read(), re.DOTALL)
    if remark:
        words = remark[1].decode("utf-8", "replace").strip()[:200]
        raise SourceIncomplete(f"{path.name} is incomplete: the server that made it says '{words}'. Fetch a smaller area.")


def _scan(extract: _Extract, batch: Batch, draft: Draft, progress: Progress) -> Scan:
    name = extract.source.path.name
    progress(f"reading relations of {name}", 0, None)
    found = structure.read(extract.file)
    scan = Scan(extract.file, draft, batch, found, lambda done: progress(f"reading {name}", done, None))
    scan.dating = extract.header_date is None
    scan.run()
    progress(f"putting relations of {name} together", 0, None)
    relations.build(scan)
    interpolation.build(scan)
    if not scan.objects:
        raise DataError(f"{name} holds nothing that a region is made of. Is it the right file?")
    return scan


def _facts(
    extract: _Extract,
    scan: Scan,
    draft: Draft,
    given_themes: tuple[str, ...] | None,
    given: tuple[shapely.Geometry, str] | None,
) -> SourceFacts:
    fid = extract.source.fid
    area, basis = given or _coverage(extract, scan)
    if given and not shapely.intersects(given[0], shapely.multipoints(scan.batch.cells.centres())):
        raise DataError(f"The given boundary holds nothing of {extract.source.path.name}. Is it the right one?")
    newest = scan.newest.date().isoformat() if scan.newest and scan.newest.year >= _NOT_BEFORE_YEAR else None
    return SourceFacts(
        date=extract.header_date or newest or extract.name_date,
        licence=LICENCE,
        credit=CREDIT,
        coverage=area,
        coverage_basis=basis,
        themes=_themes(scan, draft, fid) if given_themes is None else given_themes,
        counts={"read": scan.objects, "superseded by a newer file": scan.batch.dropped},
    )


def _coverage(extract: _Extract, scan: Scan) -> tuple[shapely.Geometry | None, str]:
    near = scan.batch.small_cells.centres()
    if extract.box is not None and coverage.fills(extract.box, near):
        return extract.box, "header box of the file, which its data fills"
    area = coverage.outline(near)
    if area is None:
        return None, "not known: too little data for an outline"
    if extract.box is not None:
        area = shapely.intersection(area, extract.box)
    return area, "outline of its data, worked out because the file does not say what it covers"


def _themes(scan: Scan, draft: Draft, fid: int) -> tuple[str, ...]:
    """Name the themes of a file that has next to no roads, or nothing else; none for a full extract."""
    if not themes.is_thematic(roads=scan.roads, objects=scan.objects, places=draft.kept[fid, "places"]):
        return ()
    rows = chain.from_iterable(
        draft.connection.execute(f"SELECT tags FROM {table} WHERE source_id = ?", (fid,))
        for table in ("places", "buildings", "roads", "entrances", "barriers")
    )
    return themes.themes_of(json.loads(tags) for (tags,) in rows) or ("addr:housenumber=*",)


class _Known:
    """The objects that newer files have given, by their codes."""

    def __init__(self, *, several: bool) -> None:
        self._several = several
        self._codes: Ints = np.empty(0, dtype=np.int64)

    def add(self, codes: list[Ints]) -> None:
        if self._several and codes:
            self._codes = np.union1d(self._codes, np.concatenate(codes))

    def has(self, codes: Ints) -> Bools:
        return np.isin(codes, self._codes)


def _date_in_name(name: str) -> str | None:
    match = _DATE_IN_NAME.search(name)
    return "-".join(match.groups()) if match else None


@contextmanager
def _osm_errors_told(path: Path) -> Iterator[None]:
    try:
        yield
    except RuntimeError as error:
        raise DataError(
            f"{path.name} is damaged or cut short ({error}). Download it again, and compare its checksum with the server's."
        ) from error
