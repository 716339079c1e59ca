"""The reader of postcode lists: Code-Point Open, and directories that also hold postcodes that have ended.

Each postcode becomes one row of `postcodes`, however many lists have it: the first to give it has the say about its place.
Where addresses of the region carry the postcode too, `era_geo.region.derived` adds how far from that place they lie.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import shapely

from era_geo.layergazetteer import PostcodeSource
from era_geo.region import positions, source_reader, source_tables
from era_geo.region.address_words import postcode as normalised
from era_geo.region.draft import Draft, Geometries, SourceFacts
from era_geo.region.lists import iso_date
from era_geo.region.progress import Progress
from era_geo.region.readers import Options, SourceFile
from era_geo.region.row_facts import RowTeller
from era_geo.region.source_reader import SourceReader
from era_geo.region.source_tables import Contents, NumberedRow, SourceTable

NO_POSTCODE = "it holds no postcode"
AGAIN = "a postcode that the same file has given already"
OTHERS = "a postcode whose place another list gives"
_MONTH = re.compile(r"((?:19|20)\d\d)(0[1-9]|1[0-2])")
_LEAST_QUALITY = 10  # of Code-Point's scale, 10 to 90; directories write the same scale as 1 to 9


class PostcodeReader(SourceReader[PostcodeSource]):
    """Reads the postcode lists that one file of `layers/sources/` describes."""

    after_addresses = False

    def read(self, files: Sequence[SourceFile], draft: Draft, options: Options, progress: Progress) -> None:  # noqa: ARG002
        """Read the files, each as a source of its own.

        Raises
        ------
        FaultyFiles
            If a file lacks columns, or not one of its rows can be used.
        DataError
            If a file is damaged.
        """
        for file in files:
            with source_tables.opened(file.path, self._source, self._sources) as contents:
                reading = _Reading(self._source, draft, file, contents)
                for table in contents.tables:
                    progress(f"reading {file.path.name}", reading.teller.rows, None)
                    for batch in table.batches():
                        reading.take(table, batch)
                draft.describe_source(file.fid, reading.facts())


class _Given(NamedTuple):
    """What a row gives, cleaned."""

    postcode: str
    quality: int | None
    council: str | None
    terminated: str | None


@dataclass
class _Reading:
    """One file while it is read."""

    source: PostcodeSource
    draft: Draft
    file: SourceFile
    contents: Contents
    hulls: list[shapely.Geometry] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.teller = RowTeller(self.draft, self.file.path.name, self.file.fid, self.source.label)
        self.teller.not_read = self.contents.not_read
        rows = self.draft.connection.execute("SELECT postcode, fid, source_id FROM postcodes")
        self.known: dict[str, tuple[int, int]] = {code: (fid, source) for code, fid, source in rows}

    def take(self, table: SourceTable, batch: list[NumberedRow]) -> None:
        """Read some rows: those that can be used become rows of `postcodes`."""
        self.teller.rows += len(batch)
        rows = [item for item in batch if not self._left_out(item)]
        places = positions.read(self.source.position, [row for _, row in rows])
        given = [self._given(table, item, wrong) for item, wrong in zip(rows, places.wrong, strict=True)]
        new = [i for i, one in enumerate(given) if one is not None and self._is_new(one)]
        if new:
            points = np.asarray(shapely.points(places.easting[new], places.northing[new]))
            self._add([one for i in new if (one := given[i]) is not None], points)

    def _left_out(self, item: NumberedRow) -> bool:
        why = next((skip.why for skip in self.source.skips if skip.rows.holds(item[1])), None)
        if why is not None:
            self.teller.left_out[why] += 1
        return why is not None

    def _given(self, table: SourceTable, item: NumberedRow, wrong: str) -> _Given | None:
        number, row = item
        source = self.source
        where = table.where(number)
        code = normalised(row[source.postcode])
        if code is None or wrong:
            column = ", ".join(source.position.columns) if code else source.postcode
            self.teller.cannot_use(where, column, wrong if code else NO_POSTCODE, f"{source.id}:{code or where}")
            return None
        return _Given(
            code,
            _quality(row.get(source.quality or "", "")),
            row.get(source.council or "") or None,
            _ended(row.get(source.terminated or "", "")),
        )

    def _is_new(self, one: _Given) -> bool:
        """Whether nobody has given this postcode yet. One that another list gives may have ended since that list was made."""
        if one.postcode not in self.known:
            self.known[one.postcode] = (0, self.file.fid)
            return True
        fid, source = self.known[one.postcode]
        self.teller.left_out[AGAIN if source == self.file.fid else OTHERS] += 1
        if one.terminated and fid and (self.draft.described[source].date or "") < one.terminated:
            self.draft.connection.execute("UPDATE postcodes SET terminated = ? WHERE fid = ?", (one.terminated, fid))
        return False

    def _add(self, new: Sequence[_Given], points: Geometries) -> None:
        values = dict(zip(_Given._fields, zip(*new, strict=True), strict=True))
        self.draft.add("postcodes", {**values, "source_id": [self.file.fid] * len(new)}, points)
        self.teller.used["postcodes"] += len(new)
        self.hulls.append(shapely.MultiPoint(shapely.get_coordinates(points)).convex_hull)

    def facts(self) -> SourceFacts:
        """Say what was found out about the file as a whole."""
        hull = shapely.GeometryCollection(self.hulls).convex_hull
        area = hull if hull.area else None
        return source_reader.facts(self.source, self.teller, self.contents.notes, area, "hull of its postcodes")


def _quality(text: str) -> int | None:
    if not text.isdecimal():
        return None
    return int(text) if int(text) >= _LEAST_QUALITY else 10 * int(text)


def _ended(text: str) -> str | None:
    """Give the date on which a postcode ended, ISO 8601 (of a month its year and month); `None` where it has not ended."""
    month = _MONTH.fullmatch(text)
    return f"{month[1]}-{month[2]}" if month else iso_date(text) or text or None
