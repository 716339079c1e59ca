"""How official lists and gazetteers are read: which columns mean what, and which rows are which places.

`load` reads the files of `layers/sources/`, shipped and overlaid; a `SourceSet` recognises a table by its columns. Nothing here
opens a list: `era_geo.region` does that, and asks these values what each row means. `layers/README.md` says how one is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from era_geo.layerrows import Row, RowRule, fields_of, fill, place_columns, row_of

FILE_NAME = "file name"
"""The date of a table is in its file's name; any other `date_from` is a column that holds dates."""


@dataclass(frozen=True)
class Position:
    """Where a row lies: `easting` and `northing` (EPSG:27700), or `lat` and `lon` (WGS84), or both in one column `lat_lon`.

    Each names a column. `uncertainty_m` is how far from the point the place's own edge may lie, metres.
    """

    easting: str | None = None
    northing: str | None = None
    lat: str | None = None
    lon: str | None = None
    lat_lon: str | None = None
    uncertainty_m: float = 0.0

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that hold the position."""
        return tuple(c for c in (self.easting, self.northing, self.lat, self.lon, self.lat_lon) if c is not None)


@dataclass(frozen=True)
class PlaceRule:
    """Rows that are places of one or several layers."""

    rows: RowRule
    layers: tuple[str, ...]


@dataclass(frozen=True)
class SkipRule:
    """Rows that are no places, or must not be stored, and why."""

    rows: RowRule
    why: str


@dataclass(frozen=True)
class CountRule:
    """Rows whose address is withheld: only their number in each area (a column) is kept, and becomes a gap of `layer`."""

    rows: RowRule
    layer: str
    what: str
    area: str
    why: str


@dataclass(frozen=True)
class RowCaveat:
    """A sentence said of the places of some rows; `{Column}` in it is the row's cell."""

    rows: RowRule
    say: str


@dataclass(frozen=True)
class ExampleRow:
    """A row, and what becomes of it: its layers, or `skipped`, or `counted`. `caveats` are all that is said; `None`: any."""

    row: dict[str, str]
    becomes: tuple[str, ...]
    caveats: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Recognition:
    """How a table is known: it has all `columns`, and `rows` holds for at least half of its first rows.

    `header` names the columns of a table that has no line of headings.
    """

    columns: tuple[str, ...]
    rows: RowRule | None = None
    header: tuple[str, ...] = ()

    def fits(self, first: Sequence[str], following: Sequence[Sequence[str]]) -> bool:
        """Whether a table is of this kind, by its first line and those that follow, uncleaned."""
        header, lines = (self.header, [first, *following]) if self.header else (first, following)
        places = place_columns((*self.columns, *(self.rows.columns if self.rows else ())), header)
        if None in places.values() or (self.header and len(first) != len(self.header)):
            return False
        if self.rows is None:
            return True
        rows = [row_of(line, places) for line in lines]
        return bool(rows) and 2 * sum(map(self.rows.holds, rows)) >= len(rows)


@dataclass(frozen=True)
class Source:
    """What all kinds have in common. `date_from` is `file name`, or a column that holds dates."""

    id: str
    version: int
    label: str
    licence: str
    credit: str
    date_from: str
    recognition: Recognition
    never_read: tuple[str, ...]
    file: str


Kind = TypeVar("Kind", bound=Source)


@dataclass(frozen=True)
class ListSource(Source):
    """How one official list is read.

    `country` or `council` is the area it speaks for, `complete_for` the layers of which it holds all there is there, but for
    its `blind_spots`. Rows with one `key` (columns joined) are one place. `keep` are columns stored beside those the rules look
    at. `otherwise` says why rows that no rule speaks of are left out.
    """

    key: tuple[str, ...] = ()
    name: tuple[str, ...] = ()
    address: tuple[str, ...] = ()
    postcode: str | None = None
    uprn: str | None = None
    position: Position = field(default_factory=Position)
    country: str | None = None
    council: str | None = None
    complete_for: tuple[str, ...] = ()
    blind_spots: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    otherwise: str = "no rule of the list's file speaks of it"
    places: tuple[PlaceRule, ...] = ()
    skips: tuple[SkipRule, ...] = ()
    counts: tuple[CountRule, ...] = ()
    caveats: tuple[RowCaveat, ...] = ()
    examples: tuple[ExampleRow, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read, once each; no other ever leaves the file, and none of them may be missing."""
        rules = [rule.rows for rules in (self.places, self.skips, self.counts, self.caveats) for rule in rules]
        sentences = [column for caveat in self.caveats for column in fields_of(caveat.say)]
        singles = [column for column in (self.postcode, self.uprn) if column]
        areas = [rule.area for rule in self.counts]
        in_rules = [column for rule in rules for column in rule.columns]
        dates = [] if self.date_from == FILE_NAME else [self.date_from]
        parts = (
            *dates,
            *self.key,
            *self.name,
            *self.address,
            *singles,
            *self.position.columns,
            *self.keep,
            *in_rules,
            *areas,
            *sentences,
        )
        return tuple(dict.fromkeys(parts))

    def outcome(self, row: Row) -> PlaceRule | SkipRule | CountRule | None:
        """Say what becomes of a row: the first rule that holds, of those that skip, then count, then place; `None`: none."""
        for rules in (self.skips, self.counts, self.places):
            for rule in rules:
                if rule.rows.holds(row):
                    return rule
        return None

    def said(self, row: Row) -> tuple[str, ...]:
        """Give the caveats of a row."""
        return tuple(dict.fromkeys(fill(caveat.say, row) for caveat in self.caveats if caveat.rows.holds(row)))

    def evidence(self, row: Row) -> dict[str, str]:
        """Give the cells worth keeping: those the place rules look at, and `keep`."""
        wanted = dict.fromkeys((*(column for rule in self.places for column in rule.rows.columns), *self.keep))
        return {column: row[column] for column in wanted if row.get(column)}


@dataclass(frozen=True)
class SourceSet:
    """Every kind of table that can be read. `sha256` is a checksum of the files that say so."""

    sources: tuple[Source, ...]
    sha256: str

    def recognise(self, first: Sequence[str], following: Sequence[Sequence[str]]) -> Source | None:
        """Give the kind of a table by its first line and some that follow; of several that fit, the one that asks for most."""
        fitting = [source for source in self.sources if source.recognition.fits(first, following)]
        return max(fitting, key=_strictness, default=None)

    def of_kind(self, kind: type[Kind]) -> tuple[Kind, ...]:
        """Give the sources of one class."""
        return tuple(source for source in self.sources if isinstance(source, kind))


def _strictness(source: Source) -> tuple[int, bool]:
    return len(source.recognition.columns), source.recognition.rows is not None
