"""What changed near a property between two regions: places, buildings, entrances and paths that appeared, went or moved.

A change on the map is not yet a change on the ground: what "appeared" may only have been mapped late. So the words say what the
newer source shows and the older did not, with both dates, and objects that were merely drawn anew under another number are no
change at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import shapely
from shapely.geometry import shape

from era_geo import crs
from era_geo.layerset import LayerSet
from era_geo.model import Finding, Gap
from era_geo.region.region import Region
from era_geo.vicinity import nearby
from era_geo.vicinity.anchor import Anchor
from era_geo.vicinity.conflate import normal_name

MOVED_M = 5.0
"""An edge that shifted by less is the mapper's hand, not a move."""

SAME_NAME_REACH_M = 100.0
"""A place of one name this close is the same place drawn anew."""

_SAME_SHAPE_SHARE = 0.5
_SAME_POINT_M = 3.0
_SAME_PATH_M = 4.0
_NAMED = {"roads": ("name",)}


class Kind(StrEnum):
    """What happened to an object between the two regions."""

    APPEARED = "appeared"
    WENT = "went"
    MOVED = "moved"
    RENAMED = "renamed"


@dataclass(frozen=True)
class Change:
    """One change: of what (`place`, `building`, `entrance`, `path`), how far from the property (metres), and in words."""

    kind: Kind
    of: str
    layer: str | None
    ref: str
    name: str | None
    distance_m: float
    words: str


@dataclass(frozen=True)
class Changes:
    """The changes nearest first, and what could not be compared."""

    changes: tuple[Change, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True)
class _Thing:
    """An object of either region, as it is compared."""

    ref: str
    refs: frozenset[str]
    layer: str | None
    name: str | None
    geometry: shapely.Geometry


_Read = Callable[[Region], list[_Thing]]
_Same = Callable[[_Thing, _Thing], bool]
_Found = tuple[Kind, str, _Thing, str]


def changes(old: Region, new: Region, anchor: Anchor, radius_m: float, layers: LayerSet) -> Changes:
    """Compare two regions within `radius_m` of a property.

    An object counts if its nearest edge lies within the radius in either region. Where one of the regions does not cover the
    whole circle, the comparison says so as a gap, because a missing object may then only be out of sight.
    """
    when = _dates(old), _dates(new)
    found: list[Change] = []
    readers: tuple[tuple[str, _Read, _Same], ...] = (
        ("place", lambda region: _places(region, anchor, radius_m, layers), _same_place),
        ("building", lambda region: _objects(region, anchor, radius_m, "buildings"), _same_outline),
        ("entrance", lambda region: _objects(region, anchor, radius_m, "entrances"), _same_point),
        ("path", lambda region: _objects(region, anchor, radius_m, "roads"), _same_line),
    )
    for of, read, same in readers:
        found += [_change(anchor, *item) for item in _compare(of, read(old), read(new), same, when)]
    circle = anchor.circle(radius_m)
    gaps = [
        Gap(
            None,
            "changes",
            f"The region '{region.name}' does not cover the whole circle.",
            "What it lacks may be out of its sight.",
        )
        for region in (old, new)
        if not shapely.covers(region.coverage, circle)
    ]
    return Changes(
        tuple(sorted(found, key=lambda change: (change.distance_m, change.of, change.ref, change.kind))), tuple(gaps)
    )


def _places(region: Region, anchor: Anchor, radius_m: float, layers: LayerSet) -> list[_Thing]:
    findings = nearby.find(region, anchor, radius_m, layers, layers.ids)
    return [_place(finding) for finding in findings]


def _place(finding: Finding) -> _Thing:
    geometry = crs.geometries_to_bng([shape(finding.geometry)])[0]
    return _Thing(finding.members[0], frozenset(finding.members), finding.layer, finding.name, geometry)


def _objects(region: Region, anchor: Anchor, radius_m: float, table: str) -> list[_Thing]:
    rows = region.read(table, anchor.window(radius_m), ["ref", *_NAMED.get(table, ())])
    near = rows.where(anchor.distances(rows.geometry) <= radius_m)
    return [_Thing(row["ref"], frozenset([row["ref"]]), None, row.get("name"), row["geom"]) for row in near.rows()]


def _compare(of: str, old: Sequence[_Thing], new: Sequence[_Thing], same: _Same, when: tuple[str, str]) -> Iterator[_Found]:
    """Pair the objects of both regions; those left over appeared or went, those paired may have moved or been renamed."""
    unpaired = list(old)
    for thing in new:
        twin = next((other for other in unpaired if thing.layer == other.layer and thing.refs & other.refs), None)
        twin = twin or next((other for other in unpaired if thing.layer == other.layer and same(thing, other)), None)
        if twin is None:
            yield Kind.APPEARED, of, thing, f"is in the map of {when[1]}, and was not in that of {when[0]}."
            continue
        unpaired.remove(twin)
        moved_m = float(shapely.hausdorff_distance(thing.geometry, twin.geometry))
        if of in ("place", "entrance") and moved_m > MOVED_M:
            yield Kind.MOVED, of, thing, f"is drawn up to {moved_m:.0f} m elsewhere than in the map of {when[0]}."
        if normal_name(thing.name) != normal_name(twin.name):
            yield Kind.RENAMED, of, thing, f"was called {twin.name or 'nothing'} in the map of {when[0]}."
    for thing in unpaired:
        yield Kind.WENT, of, thing, f"was in the map of {when[0]}, and is not in that of {when[1]}."


def _change(anchor: Anchor, kind: Kind, of: str, thing: _Thing, what_happened: str) -> Change:
    metres = round(float(shapely.distance(anchor.geometry, thing.geometry)), 1)
    words = f"{of.capitalize()} {thing.name or thing.ref} {what_happened}"
    return Change(kind, of, thing.layer, thing.ref, thing.name, metres, words)


def _same_place(a: _Thing, b: _Thing) -> bool:
    metres = float(shapely.distance(a.geometry, b.geometry))
    names = normal_name(a.name), normal_name(b.name)
    if all(names):
        return names[0] == names[1] and metres <= SAME_NAME_REACH_M
    return _same_outline(a, b) or (metres == 0 and not any(names))


def _same_outline(a: _Thing, b: _Thing) -> bool:
    least = min(shapely.area(a.geometry), shapely.area(b.geometry))
    return bool(least and shapely.area(shapely.intersection(a.geometry, b.geometry)) >= _SAME_SHAPE_SHARE * least)


def _same_point(a: _Thing, b: _Thing) -> bool:
    return bool(shapely.distance(a.geometry, b.geometry) <= _SAME_POINT_M)


def _same_line(a: _Thing, b: _Thing) -> bool:
    """Say whether most of the shorter line runs along the other: a way that was split or drawn anew."""
    short, long = sorted((a.geometry, b.geometry), key=shapely.length)
    along = shapely.intersection(short, shapely.buffer(long, _SAME_PATH_M))
    return bool(shapely.length(along) >= _SAME_SHAPE_SHARE * shapely.length(short))


def _dates(region: Region) -> str:
    return " and ".join(sorted({source.date or "a date not known" for source in region.sources}))
