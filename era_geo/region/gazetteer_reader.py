"""The reader of gazetteers of addresses: One Scotland Gazetteer and those of councils, AddressBase Core.

Each row that says which door it means is an address; `era_geo.region.addresses` makes one of those that are the same house as
one of the map. A row without number, name or flat is a point that carries a UPRN and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely

from era_geo.layergazetteer import GazetteerSource
from era_geo.layerrows import Row
from era_geo.layersource import SourceSet
from era_geo.region import coverage, gazetteer_words, positions, source_reader, source_tables
from era_geo.region.address_words import postcode as normalised
from era_geo.region.draft import Draft, SourceFacts, StagedAddress
from era_geo.region.progress import Progress
from era_geo.region.readers import Options, SourceFile
from era_geo.region.row_facts import RowTeller
from era_geo.region.source_reader import SourceReader
from era_geo.region.source_tables import Contents, NumberedRow, SourceTable

KIND = "gazetteer"
ADDRESSES, POINTS = "addresses", "points that carry a UPRN and no address"
NO_UPRN = "its UPRN is not a number of up to 12 figures"
NO_POSTCODE = "its postcode is none"
NO_DOOR = "it has neither a number, nor a name, nor a UPRN"
_KINDS = {"addressbase_core": "addressbase-core"}
_AFTER_THE_MAP = 10  # the map's objects of a house come before its gazetteer's: their words are in natural letters
_ALTERNATIVE = 1  # comes after the wording that was given out
_UNCLASSIFIED = "U"


class GazetteerReader(SourceReader[GazetteerSource]):
    """Reads the gazetteers that one file of `layers/sources/` describes."""

    after_addresses = False

    def __init__(self, source: GazetteerSource, sources: SourceSet) -> None:
        super().__init__(source, sources, _KINDS.get(source.id, KIND))

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
                    for batch in table.batches():
                        reading.take(table, batch)
                        progress(f"reading {file.path.name}", reading.teller.rows, None)
                draft.describe_source(file.fid, reading.facts())


@dataclass
class _Reading:
    """One file while it is read."""

    source: GazetteerSource
    draft: Draft
    file: SourceFile
    contents: Contents
    cells: coverage.Cells = field(default_factory=coverage.Cells)

    def __post_init__(self) -> None:
        self.teller = RowTeller(self.draft, self.file.path.name, self.file.fid, self.source.label)
        self.teller.not_read = self.contents.not_read

    def take(self, table: SourceTable, batch: list[NumberedRow]) -> None:
        """Read some rows: those with a door are staged as addresses, the others kept as points."""
        self.teller.rows += len(batch)
        rows = [item for item in batch if not self._left_out(item[1])]
        places = positions.read(self.source.position, [row for _, row in rows])
        addresses: list[StagedAddress] = []
        points: list[tuple[int, float, float]] = []
        for (number, row), east, north, wrong in zip(
            rows, places.easting.tolist(), places.northing.tolist(), places.wrong, strict=True
        ):
            found = self._address(table, number, row, (east, north), wrong)
            if isinstance(found, StagedAddress):
                addresses.append(found)
            elif found is not None:
                points.append((found, east, north))
        self.draft.stage_addresses(addresses)
        self.draft.add_uprn_points(points, self.file.fid)
        self.teller.used[ADDRESSES] += len(addresses)
        self.teller.used[POINTS] += len(points)
        inside = np.isfinite(places.easting)
        self.cells.add(np.asarray(shapely.points(places.easting[inside], places.northing[inside])))

    def _left_out(self, row: Row) -> bool:
        why = self.source.skipped(row)
        if why is not None:
            self.teller.left_out[why] += 1
        return why is not None

    def _address(
        self, table: SourceTable, number: int, row: Row, place: tuple[float, float], wrong: str
    ) -> StagedAddress | int | None:
        """Give a row as an address, or only its UPRN; `None` where it cannot be used."""
        parts = self.source.parts(row)
        uprn = gazetteer_words.uprn(parts.uprn or "")
        if wrong:
            columns = ", ".join(self.source.position.columns)
            self.teller.cannot_use(table.where(number), columns, wrong, self._ref(uprn, table, number))
            return None
        flat = gazetteer_words.flat(parts.flat) if parts.flat else None
        door, house = gazetteer_words.number_and_house(parts.number, parts.house)
        if not (flat or door or house):
            if uprn is None:
                self.teller.cannot_use(table.where(number), self.source.uprn, NO_DOOR, self._ref(uprn, table, number))
            return int(uprn) if uprn else None
        if uprn is None:
            self.teller.cannot_use_part(table.where(number), self.source.uprn, NO_UPRN)
        is_alternative = self.source.alternatives is not None and self.source.alternatives.holds(row)
        code = normalised(parts.postcode)
        if parts.postcode and code is None:
            self.teller.cannot_use_part(table.where(number), self.source.postcode or "", NO_POSTCODE)
        return StagedAddress(
            ref=self._ref(uprn, table, number),
            source_id=self.file.fid,
            easting=place[0],
            northing=place[1],
            exactness=_AFTER_THE_MAP + (_ALTERNATIVE if is_alternative else 0),
            flat=flat,
            number=door,
            house=house,
            street=parts.street and gazetteer_words.name(parts.street),
            town=parts.town and gazetteer_words.name(parts.town),
            postcode=code,
            uprn=uprn,
            classification=_use(parts.classification),
            authority=1,
        )

    def _ref(self, uprn: str | None, table: SourceTable, number: int) -> str:
        """Name a row for good; without blanks, which part the references of a house that several sources have."""
        return f"{self.source.id}:{uprn or table.where(number).replace(' ', '-')}"

    def facts(self) -> SourceFacts:
        """Say what was found out about the file as a whole."""
        area = coverage.outline(self.cells.centres(), least_share=0.0)
        return source_reader.facts(self.source, self.teller, self.contents.notes, area, "outline of its addresses")


def _use(code: str | None) -> str | None:
    """Give what an address is used for; `None` where the gazetteer has yet to find out, for it may be a home."""
    return None if code is None or code.upper().startswith(_UNCLASSIFIED) else code
