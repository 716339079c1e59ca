"""What the readers of address data share: how they know their files, and how they describe them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

import shapely

from era_geo.layersource import Source, SourceSet
from era_geo.region import likeness, publisher_notes, source_tables
from era_geo.region.draft import SourceFacts
from era_geo.region.list_reader import date_in_name
from era_geo.region.readers import Head, Likeness
from era_geo.region.row_facts import RowTeller
from era_geo.region.source_tables import AddressSource

Kind = TypeVar("Kind", bound=AddressSource)


def kind_of(source: Source) -> str:
    """Give the kind under which files of a source stand in `sources`."""
    return source.id.replace("_", "-")


class SourceReader(Generic[Kind]):
    """Knows the files that one file of `layers/sources/` describes."""

    def __init__(self, source: Kind, sources: SourceSet, kind: str | None = None) -> None:
        self.kind = kind or kind_of(source)
        self._source = source
        self._sources = sources

    def recognises(self, head: Head) -> bool:
        """Whether the file is such a table, or an archive that holds one."""
        return source_tables.holds(head, self._source, self._sources)

    def compare(self, head: Head) -> Likeness | None:
        """Say what a file lacks that is nearly of this kind."""
        return likeness.of(head, self._source)


def facts(source: Source, teller: RowTeller, notes: Sequence[str], area: shapely.Geometry | None, known_by: str) -> SourceFacts:
    """Say what was found out about a file as a whole; `known_by` is how its `area` is known.

    Raises
    ------
    DataError
        If not one of its rows can be used.
    """
    teller.refuse_if_useless()
    return SourceFacts(
        date=publisher_notes.date_of(notes) or date_in_name(teller.file),
        licence=source.licence,
        credit=publisher_notes.credit_of(notes) or source.credit,
        coverage=area,
        coverage_basis=known_by if area is not None else "not known: too few points for an area",
        counts=teller.counts(),
    )
