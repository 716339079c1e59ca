"""The reader of OpenStreetMap extracts: several files become one set of rows and one walking network."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import chain

import numpy as np
import shapely

from era_geo.errors import DataError
from era_geo.region import boundary, coverage, themes
from era_geo.region.draft import Draft, SourceFacts
from era_geo.region.osm import extract, interpolation, relations, structure
from era_geo.region.osm.batch import Kept
from era_geo.region.osm.extract import Extract
from era_geo.region.osm.network import Network
from era_geo.region.osm.rows import Rows
from era_geo.region.osm.scan import Scan
from era_geo.region.osm.shapes import Bools, Ints
from era_geo.region.progress import Progress
from era_geo.region.readers import Head, Options, SourceFile

_Area = tuple[shapely.Geometry | None, str]


class OsmReader:
    """Reads `.osm` and `.osm.pbf`."""

    kind = "osm"
    after_addresses = False

    def recognises(self, head: Head) -> bool:
        """Whether the file is OpenStreetMap XML or PBF."""
        return extract.recognises(head)

    def read(self, files: Sequence[SourceFile], draft: Draft, options: Options, progress: Progress) -> None:
        """Read the extracts, the newest first: an object that several hold is taken from the newest."""
        given = None if options.boundary is None else boundary.read(options.boundary)
        opened = sorted((Extract.open(file) for file in files), key=lambda file: file.date or "", reverse=True)
        network = Network()
        known = _Known(several=len(opened) > 1)
        for file in opened:
            scan = _scan(file, draft, Kept(network), known, progress)
            known.add(scan.rows.kept.codes)
            draft.describe_source(file.source.fid, _facts(file, scan, draft, options, given))
        progress("joining the walking network", 0, None)
        network.write(draft)


def _scan(file: Extract, draft: Draft, kept: Kept, known: _Known, progress: Progress) -> Scan:
    progress(f"reading relations of {file.name}", 0, None)
    rows = Rows(draft, kept, file.source.fid, known.has, structure.read(file))
    scan = Scan(file, rows, lambda done: progress(f"reading {file.name}", done, None))
    scan.run()
    progress(f"putting relations of {file.name} together", 0, None)
    relations.build(scan)
    interpolation.build(scan)
    if not kept.objects:
        raise DataError(f"{file.name} holds nothing that a region is made of. Is it the right file?")
    return scan


def _facts(file: Extract, scan: Scan, draft: Draft, options: Options, given: _Area | None) -> SourceFacts:
    area, basis = given or _coverage(file, scan)
    points = scan.rows.kept.cells.centres()
    if given and len(points) and not shapely.contains_xy(given[0], points).any():
        raise DataError(f"The given boundary holds nothing of {file.name}. Is it the right one?")
    licence, credit = file.terms
    return SourceFacts(
        date=file.date,
        licence=licence,
        credit=credit,
        coverage=area,
        coverage_basis=basis,
        themes=_themes(scan, draft) if options.themes is None else options.themes,
        counts={"read": scan.rows.kept.objects, "superseded by a newer file": scan.rows.kept.dropped},
    )


def _coverage(file: Extract, scan: Scan) -> _Area:
    """Give the header box where the data reaches into all of it, else the outline of the data, and say which it is."""
    points = scan.rows.kept.small_cells.centres()
    if file.box is not None and coverage.fills(file.box, points):
        return file.box, "header box of the file, which its data fills"
    area = coverage.outline(points)
    if area is None:
        return None, "not known: too little data for an outline"
    if file.box is not None:
        area = shapely.intersection(area, file.box)
    return area, "outline of its data, worked out because the file does not say what it covers"


def _themes(scan: Scan, draft: Draft) -> tuple[str, ...]:
    """Name the themes of a file that has next to no roads, or nothing else; none for a full extract."""
    kept, fid = scan.rows.kept, scan.rows.batch.source_id
    if not themes.is_thematic(roads=kept.roads, objects=kept.objects, places=draft.kept[fid, "places"]):
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
