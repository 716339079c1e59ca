"""Lines of interpolated house numbers: one row between each two numbered nodes of the line."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import shapely

from era_geo.region.osm.batch import Object, Reason
from era_geo.region.osm.rules import Address, Tags
from era_geo.region.osm.scan import Scan

_Piece = tuple[tuple[object, ...], shapely.Geometry]
_STEPS = {"odd": 2, "even": 2, "all": 1}


def build(scan: Scan) -> None:
    """Write `interpolations` from what a scan kept, and report the lines that give nothing."""
    rows: list[tuple[object, ...]] = []
    lines: list[shapely.Geometry] = []
    for ident, (tags, line) in scan.rows.kept.interpolations.items():
        found = _pieces(tags, line, scan.rows.structure.interpolations[ident], scan.rows.kept.numbered)
        thing = Object("way", ident, tags)
        if not found:
            x, y = shapely.get_coordinates(line)[0].tolist()
            scan.rows.draft.report_unbuilt(scan.rows.batch.source_id, thing.ref, tags, Reason.NO_NUMBERS, (x, y))
        for values, piece in found:
            rows.append((thing.ref, *values, scan.rows.batch.source_id))
            lines.append(piece)
    if rows:
        names = ("ref", "street", "first", "last", "step", "town", "postcode", "source_id")
        scan.rows.draft.add("interpolations", dict(zip(names, zip(*rows, strict=True), strict=True)), np.array(lines, dtype=object))


def _pieces(tags: Tags, line: shapely.Geometry, nodes: tuple[int, ...], numbered: dict[int, Address]) -> list[_Piece]:
    step, points = _step(tags["addr:interpolation"]), shapely.get_coordinates(line)
    ends = [(place, numbered[node]) for place, node in enumerate(nodes) if node in numbered and _plain(numbered[node])]
    if not step:
        return []
    pieces: list[_Piece] = []
    for (begin, first), (end, last) in pairwise(ends):
        low, high = _plain(first), _plain(last)
        piece = shapely.LineString(points[begin : end + 1])
        if low is None or high is None or low == high or (high - low) % step or not piece.length:
            continue
        street = tags.get("addr:street") or first.street or last.street
        town = tags.get("addr:city") or first.town or last.town
        code = first.postcode if first.postcode == last.postcode else None
        pieces.append(((street, low, high, step, town, code), piece))
    return pieces


def _step(value: str) -> int:
    if value in _STEPS:
        return _STEPS[value]
    return int(value) if value.isascii() and value.isdigit() and len(value) < 4 else 0


def _plain(address: Address) -> int | None:
    number = address.number or ""
    return int(number) if number.isascii() and number.isdigit() and len(number) < 6 else None
