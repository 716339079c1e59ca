"""The reader of official lists: one for each list that a file of `layers/sources/` describes."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from era_geo import layercouncil
from era_geo.layersource import FILE_NAME, ListSource, SourceSet
from era_geo.region import coverage, lists, tables
from era_geo.region.draft import Draft, SourceFacts
from era_geo.region.list_facts import ListFacts, NotLocated, to_counts
from era_geo.region.list_lookup import RegionLookup
from era_geo.region.list_model import ListRead
from era_geo.region.progress import Progress
from era_geo.region.readers import Head, Options, SourceFile
from era_geo.region.region import decode

_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:[-_.]?(0[1-9]|1[0-2])(?:[-_.]?(0[1-9]|[12]\d|3[01]))?)?(?!\d)")
_MOST_FAULTS_KEPT = 100
_ENOUGH_POSTCODES = 100


def list_readers(sources: SourceSet) -> tuple[ListReader, ...]:
    """Give a reader for each official list that is known."""
    return tuple(ListReader(source, sources) for source in sources.of_kind(ListSource))


class ListReader:
    """Reads one official list into `places`."""

    after_addresses = True

    def __init__(self, source: ListSource, sources: SourceSet) -> None:
        self.kind = source.id
        self._source = source
        self._sources = sources

    def recognises(self, head: Head) -> bool:
        """Whether the file is this list, by its columns and its first rows."""
        first, *following = tables.beginning(head.start) or [()]
        return bool(first) and self._sources.recognise(first, following) is self._source

    def read(self, files: Sequence[SourceFile], draft: Draft, options: Options, progress: Progress) -> None:  # noqa: ARG002
        """Read the files, each as a source of its own.

        Raises
        ------
        FaultyFiles
            If a file lacks columns.
        DataError
            If a file is no table, or is empty.
        """
        for file in files:
            progress(f"reading {file.path.name}", 0, None)
            postcodes, uprns = lists.wanted(file.path, self._source)
            read = lists.read_list(file.path, self._source, RegionLookup(draft.connection, postcodes, uprns))
            _write(draft, file.fid, read)
            draft.describe_source(file.fid, self._facts(file.path, draft, read))

    def _facts(self, path: Path, draft: Draft, read: ListRead) -> SourceFacts:
        source = self._source
        area, basis = _coverage(draft, source, read)
        facts = ListFacts(
            label=source.label,
            area=source.council or source.country or "",
            complete_for=source.complete_for,
            blind_spots=source.blind_spots,
            counted=read.counted,
            not_located=tuple(NotLocated(u.ref, u.name, u.layers, u.reason, u.roughly) for u in read.unlocated if u.roughly),
            elsewhere=sum(u.roughly is None for u in read.unlocated),
            skipped=read.skipped,
            rows=read.rows,
            row_faults=tuple(str(fault) for fault in read.faults[:_MOST_FAULTS_KEPT]),
            fault_count=len(read.faults),
        )
        date = date_in_name(path.name) if source.date_from == FILE_NAME else read.newest
        return SourceFacts(date, source.licence, source.credit, area, basis, counts=to_counts(facts))


def date_in_name(name: str) -> str | None:
    """Give the date in a file's name, ISO 8601; of a month or a year alone its first day, the oldest the content can be."""
    found = _DATE.search(name)
    return f"{found[1]}-{found[2] or '01'}-{found[3] or '01'}" if found else None


def _write(draft: Draft, fid: int, read: ListRead) -> None:
    rows = [(place, layer) for place in read.places for layer in place.layers]
    if rows:
        points = np.array([(place.located.easting, place.located.northing) for place, _ in rows])
        columns: dict[str, Sequence[Any]] = {
            "ref": [place.ref for place, _ in rows],
            "name": [place.name for place, _ in rows],
            "tags": [json.dumps(dict(place.evidence), ensure_ascii=False) for place, _ in rows],
            "layer": [layer for _, layer in rows],
            "caveats": [json.dumps(place.caveats, ensure_ascii=False) if place.caveats else None for place, _ in rows],
            "uncertainty_m": [place.located.uncertainty_m for place, _ in rows],
            "address": [place.address for place, _ in rows],
            "postcode": [place.postcode for place, _ in rows],
            "uprn": [place.uprn for place, _ in rows],
            "source_id": [fid] * len(rows),
        }
        draft.add("places", columns, np.asarray(shapely.points(points)))
    for item in read.unlocated:
        draft.report_unbuilt(fid, item.ref, {"name": item.name or "", **item.evidence}, item.reason, item.roughly)


def _coverage(draft: Draft, source: ListSource, read: ListRead) -> tuple[shapely.Geometry | None, str]:
    """Give the area that the list speaks for, as far as the region's postcodes or the list's own places show it.

    A country's places lie far apart in the hills, so theirs is a hull; a council's hull would take in its neighbours.
    """
    council = layercouncil.find(source.council) if source.council else None
    area = source.council or source.country
    code = council.code if council else layercouncil.COUNTRY_PREFIX
    found = draft.connection.execute("SELECT geom FROM postcodes WHERE council LIKE ? || '%'", (code,)).fetchall()
    points = shapely.get_coordinates(decode([blob for (blob,) in found]))
    if len(points) >= _ENOUGH_POSTCODES:
        return coverage.outline(points), f"the list speaks for {area}; outline of its postcodes"
    points = np.array([(place.located.easting, place.located.northing) for place in read.places]).reshape(-1, 2)
    if council:
        return coverage.outline(points), f"the list speaks for {area}; outline of its places"
    hull = shapely.MultiPoint(points).convex_hull
    return (hull if hull.area else None), f"the list speaks for {area}; hull of its places"
