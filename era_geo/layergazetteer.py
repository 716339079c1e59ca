"""How gazetteers of addresses and lists of postcodes are read: which columns mean what, and which rows are left out."""

from __future__ import annotations

from dataclasses import dataclass, field

from era_geo.layerrows import Row, RowRule, joined
from era_geo.layersource import Position, SkipRule, Source


@dataclass(frozen=True)
class AddressParts:
    """An address as a gazetteer's columns give it; an empty part is `None`."""

    uprn: str | None
    flat: str | None
    number: str | None
    house: str | None
    street: str | None
    town: str | None
    postcode: str | None
    classification: str | None = None


@dataclass(frozen=True)
class NumberColumns:
    """Columns of a number that may have a suffix and an end: 12, 12A, 12-14, 12A-12C. Only `start` is always there."""

    start: str
    suffix: str | None = None
    end: str | None = None
    end_suffix: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns."""
        return tuple(c for c in (self.start, self.suffix, self.end, self.end_suffix) if c is not None)

    def text(self, row: Row) -> str:
        """Give the number as it is written on a door."""
        first = row.get(self.start, "") + (row.get(self.suffix, "") if self.suffix else "")
        if not first or not self.end:
            return first
        last = row.get(self.end, "") + (row.get(self.end_suffix, "") if self.end_suffix else "")
        return f"{first}-{last}" if last else first


@dataclass(frozen=True)
class GazetteerSource(Source):
    """How a gazetteer of addresses is read. Without `street` and `postcode` it is a list of points that carry only a UPRN.

    `alternatives` are rows that word an address otherwise than those who give out addresses do: theirs counts where both are there.
    """

    uprn: str = ""
    position: Position = field(default_factory=Position)
    flat: tuple[str, ...] = ()
    flat_number: NumberColumns | None = None
    number: NumberColumns | None = None
    house: tuple[str, ...] = ()
    street: str | None = None
    town: tuple[str, ...] = ()
    postcode: str | None = None
    classification: str | None = None
    alternatives: RowRule | None = None
    skips: tuple[SkipRule, ...] = ()

    @property
    def has_words(self) -> bool:
        """Whether it gives addresses, and not only points that carry a UPRN."""
        return bool(self.street or self.postcode)

    @property
    def needed(self) -> tuple[str, ...]:
        """The columns without which a table cannot be read; other columns may be missing from an export."""
        return tuple(dict.fromkeys((self.uprn, *self.position.columns, *self.recognition.columns)))

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read, once each."""
        numbers = [column for part in (self.flat_number, self.number) if part for column in part.columns]
        singles = [column for column in (self.uprn, self.street, self.postcode, self.classification) if column]
        rules = [skip.rows for skip in self.skips] + ([self.alternatives] if self.alternatives else [])
        in_rules = [column for rule in rules for column in rule.columns]
        parts = (*singles, *self.position.columns, *self.flat, *numbers, *self.house, *self.town, *in_rules)
        return tuple(dict.fromkeys(parts))

    def skipped(self, row: Row) -> str | None:
        """Say why a row is left out; `None` where it is read."""
        return next((skip.why for skip in self.skips if skip.rows.holds(row)), None)

    def parts(self, row: Row) -> AddressParts:
        """Give the address of a row. Of several town columns the first that is filled counts."""
        flat, flat_number = joined(self.flat, row), self.flat_number.text(row) if self.flat_number else ""
        return AddressParts(
            uprn=row.get(self.uprn) or None,
            flat=(f"{flat}, {flat_number}" if flat and flat_number else flat or flat_number) or None,
            number=(self.number.text(row) if self.number else "") or None,
            house=joined(self.house, row) or None,
            street=row.get(self.street or "") or None,
            town=next((row[column] for column in self.town if row.get(column)), None),
            postcode=row.get(self.postcode or "") or None,
            classification=row.get(self.classification or "") or None,
        )


@dataclass(frozen=True)
class PostcodeSource(Source):
    """How a list of postcodes is read: each postcode's centroid, the quality of its position, and its council's code.

    `terminated` is the column with the date on which a postcode ended, empty for one in use.
    """

    postcode: str = ""
    position: Position = field(default_factory=Position)
    quality: str | None = None
    council: str | None = None
    terminated: str | None = None
    skips: tuple[SkipRule, ...] = ()

    @property
    def needed(self) -> tuple[str, ...]:
        """The columns without which a table cannot be read; other columns may be missing from an export."""
        return tuple(dict.fromkeys((self.postcode, *self.position.columns, *self.recognition.columns)))

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read, once each."""
        in_rules = [column for skip in self.skips for column in skip.rows.columns]
        singles = [column for column in (self.postcode, self.quality, self.council, self.terminated) if column]
        return tuple(dict.fromkeys((*singles, *self.position.columns, *in_rules)))
