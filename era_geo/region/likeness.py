"""What a file that no reader knows looks like, and what it lacks to be that."""

from __future__ import annotations

from era_geo.layerrows import LOOKS, clean_cell, place_columns
from era_geo.region import source_tables, tables
from era_geo.region.readers import Head, Likeness
from era_geo.region.source_tables import AddressSource

_ENOUGH = 0.5
_MOST_NAMED = 8


def of(head: Head, source: AddressSource) -> Likeness | None:
    """Compare a file with a kind that it is not; `None` where it is nothing like it."""
    found = [like for start in source_tables.beginnings(head) if (like := _of(start, source)) is not None]
    return max(found, default=None)


def _of(start: bytes, source: AddressSource) -> Likeness | None:
    records = tables.beginning(start)
    if not records:
        return None
    header = source.recognition.header
    if header:
        postcodes = sum(bool(LOOKS["postcode"].fullmatch(clean_cell(cells[0]).casefold())) for cells in records)
        share, width = postcodes / len(records), len(records[0])
        if share < _ENOUGH or width == len(header):
            return None
        return Likeness(share, f"It looks like {source.label}, but its rows have {width} cells instead of {len(header)}.")
    places = place_columns(source.needed, records[0])
    missing = [column.replace("|", " or ") for column, place in places.items() if place is None]
    share = 1 - len(missing) / len(places)
    if share < _ENOUGH or not missing:
        return None
    named = ", ".join(missing[:_MOST_NAMED])
    return Likeness(share, f"It looks like {source.label}, but lacks the columns {named}. Export it again with them.")
