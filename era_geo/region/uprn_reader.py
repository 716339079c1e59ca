"""The reader of OS Open UPRN: points that carry a UPRN and no words.

All of Great Britain comes in one file: what lies outside the area of the region's maps and gazetteers is counted and left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely

from era_geo.layergazetteer import GazetteerSource, PostcodeSource
from era_geo.region import coverage, source_reader, source_tables, uprn_join, uprn_tables
from era_geo.region.draft import Draft, SourceFacts
from era_geo.region.gazetteer_reader import NO_UPRN
from era_geo.region.positions import Bools
from era_geo.region.progress import Progress
from era_geo.region.readers import Head, Options, SourceFile
from era_geo.region.row_facts import RowTeller
from era_geo.region.source_reader import SourceReader, kind_of
from era_geo.region.source_tables import Contents
from era_geo.region.uprn_tables import Block

POINTS = "points that carry a UPRN"
ELSEWHERE = "a point outside the area of the region's maps and gazetteers"
AGAIN = "a UPRN whose point is known already"


class UprnReader(SourceReader[GazetteerSource]):
    """Reads the lists of points with UPRNs that one file of `layers/sources/` describes."""

    after_addresses = True

    def recognises(self, head: Head) -> bool:
        """Whether the file is such a list: a text table, an archive that holds one, or a GeoPackage."""
        if head.start.startswith(uprn_tables.SQLITE):
            return uprn_tables.is_geopackage(head.path, self._source)
        return super().recognises(head)

    def read(self, files: Sequence[SourceFile], draft: Draft, options: Options, progress: Progress) -> None:  # noqa: ARG002
        """Read the files, each as a source of its own; then let addresses have the UPRNs that can only be theirs.

        Raises
        ------
        FaultyFiles
            If a file lacks columns, or not one of its rows can be used.
        DataError
            If a file is damaged.
        """
        area = self._area(draft)
        for file in files:
            reading = _Reading(self._source, draft, file, area)
            for where, block in self._blocks(file, reading):
                reading.take(where, block)
                progress(f"reading {file.path.name}", reading.teller.rows, None)
            draft.describe_source(file.fid, reading.facts())
        progress("joining UPRNs to addresses", 0, None)
        uprn_join.join(draft)

    def _blocks(self, file: SourceFile, reading: _Reading) -> Iterator[tuple[str, Block]]:
        """Give the blocks of a file, each with the member of an archive that it comes from."""
        with file.path.open("rb") as opened:
            start = opened.read(len(uprn_tables.SQLITE))
        if start == uprn_tables.SQLITE:
            yield from (("", block) for block in uprn_tables.of_geopackage(file.path, self._source))
            return
        with source_tables.opened(file.path, self._source, self._sources) as contents:
            reading.of(contents)
            for table in contents.tables:
                yield from ((table.member, block) for block in uprn_tables.of_table(table, self._source))

    def _area(self, draft: Draft) -> shapely.Geometry | None:
        """Give the area in which points are kept: that of maps and gazetteers, else of postcodes; `None` for everywhere."""
        kinds: dict[int, str] = dict(draft.connection.execute("SELECT fid, kind FROM sources").fetchall())
        known = {fid: facts.coverage for fid, facts in draft.described.items() if facts.coverage is not None}
        postcodes = {kind_of(source) for source in self._sources.of_kind(PostcodeSource)}
        wanted = [area for fid, area in known.items() if kinds[fid] not in postcodes] or list(known.values())
        return shapely.union_all(wanted) if wanted else None


@dataclass
class _Reading:
    """One file while it is read; `area` is where its points are kept."""

    source: GazetteerSource
    draft: Draft
    file: SourceFile
    area: shapely.Geometry | None
    cells: coverage.Cells = field(default_factory=coverage.Cells)
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.teller = RowTeller(self.draft, self.file.path.name, self.file.fid, self.source.label)
        if self.area is not None:
            shapely.prepare(self.area)

    def of(self, contents: Contents) -> None:
        """Note what lies beside the tables in an archive."""
        self.notes = contents.notes
        self.teller.not_read = contents.not_read

    def take(self, member: str, block: Block) -> None:
        """Keep the points of a block that can be used and lie in the area."""
        self.teller.rows += len(block.uprn)
        good = self._checked(member, block)
        inside = good & self._in_area(block)
        self.teller.left_out[ELSEWHERE] += int((good & ~inside).sum())
        uprns, east, north = (values[inside] for values in (block.uprn, block.easting, block.northing))
        new = self.draft.add_uprn_points(
            zip(uprns.astype(np.int64).tolist(), east.tolist(), north.tolist(), strict=True), self.file.fid
        )
        self.teller.used[POINTS] += new
        self.teller.left_out[AGAIN] += len(uprns) - new
        self.cells.add(np.asarray(shapely.points(east, north)))

    def _checked(self, member: str, block: Block) -> Bools:
        """Tell of the rows that cannot be used, and say which can."""
        placed, numbered = ~np.isnan(block.easting), ~np.isnan(block.uprn)
        for place in np.flatnonzero(~(placed & numbered)).tolist():
            where = f"{member} row {block.first + place}".strip()
            column, reason = self.source.uprn, NO_UPRN
            if block.wrong[place]:
                column, reason = ", ".join(self.source.position.columns), block.wrong[place]
            self.teller.cannot_use(where, column, reason, f"{self.source.id}:{where.replace(' ', '-')}")
        good: Bools = placed & numbered
        return good

    def _in_area(self, block: Block) -> Bools:
        if self.area is None:
            return np.ones(len(block.uprn), dtype=bool)
        least_e, least_n, most_e, most_n = shapely.bounds(self.area)
        east, north = block.easting, block.northing
        inside: Bools = (east >= least_e) & (east <= most_e) & (north >= least_n) & (north <= most_n)
        inside[inside] = shapely.intersects_xy(self.area, east[inside], north[inside])
        return inside

    def facts(self) -> SourceFacts:
        """Say what was found out about the file as a whole."""
        area = coverage.outline(self.cells.centres(), least_share=0.0)
        where = " in the area of the region's maps and gazetteers" if self.area is not None else ""
        return source_reader.facts(self.source, self.teller, self.notes, area, f"outline of its points{where}")
