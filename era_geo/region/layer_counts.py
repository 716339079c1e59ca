"""How many objects of each layer each source holds as a whole: a source that holds none cannot be said to have "none here"."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping

from era_geo.layerset import LayerSet
from era_geo.region.region import Region

LayerCounts = Mapping[int, Mapping[str, int]]
"""Source fid to layer id to number of objects."""

_META_PREFIX = "layer_counts:"
_PLACES_SQL = "SELECT tags, layer, source_id FROM places"


def count(rows: Iterable[tuple[str | None, str | None, int]], layers: LayerSet) -> LayerCounts:
    """Count rows of (tags as JSON, layer given by a list, source fid) by source and layer."""
    counts: dict[int, Counter[str]] = {}
    for tags, given, source_id in rows:
        counter = counts.setdefault(source_id, Counter())
        if given:
            counter[given] += 1
        elif tags:
            counter.update(match.layer for match in layers.classify(json.loads(tags)))
    return counts


def store(connection: sqlite3.Connection, layers: LayerSet) -> None:
    """Count while a region is built, so that no assessment has to; kept under the layer files' checksum."""
    counts = count(connection.execute(_PLACES_SQL), layers)
    connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (_key(layers), json.dumps(counts)))


def of_region(region: Region, layers: LayerSet) -> LayerCounts:
    """Give the counts of a region: those stored with it if the layer files are still the same, else counted now and kept."""
    key = _key(layers)
    known = region.memory.get(key)
    if known is None:
        stored = region.meta.get(key)
        known = _read(stored) if stored else count(region.query(_PLACES_SQL), layers)
        region.memory[key] = known
    counts: LayerCounts = known
    return counts


def _key(layers: LayerSet) -> str:
    return _META_PREFIX + layers.sha256


def _read(stored: str) -> LayerCounts:
    return {int(source_id): counts for source_id, counts in json.loads(stored).items()}
