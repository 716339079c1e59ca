"""Which object of one region is which of another, though it was drawn anew, split, joined, renamed or given another layer.

Places are paired one by one, because a name and a layer tell them apart. Buildings and paths are not: a terrace that was split
into houses is no new building, so it is asked instead how much of the ground or the way was already there. Every rule reads the
same from either side, so that comparing backwards tells the same changes backwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import numpy as np
import shapely

from era_geo.vicinity.conflate import likeness, normal_name
from era_geo.vicinity.merge import SAME_NAME_REACH_M

MOVED_M = 5.0
"""An edge that shifted by less is the mapper's hand, not a move."""

REDRAWN_REACH_M = 100.0
"""A place of one name and layer this close is the same place drawn anew."""

_SAME_POINT_M = 3.0
_SAME_WAY_M = 4.0
_SAME_WAY_OTHER_KIND_M = 1.5  # a footway beside a street is not the street; one that was a track is the track
_SAME_GROUND = 0.3  # outlines drawn from another picture shift by metres, which is much of a small house
_SAME_PART = 0.5
_NAMES_LIKE = 70.0


class Kind(StrEnum):
    """What happened to an object between the two regions."""

    APPEARED = "appeared"
    WENT = "went"
    MOVED = "moved"
    RENAMED = "renamed"
    RELAYERED = "changed layer"


@dataclass(frozen=True)
class Thing:
    """An object of either region as it is compared. `geometry` is in EPSG:27700; `near`: it lies within the radius.

    `what` is its kind in the source's own words (`leisure=pitch`, `house`, `footway`), `kinds` what must agree for two
    overlapping objects to be one; `layers` are all that it is counted among, where that is what changed; `extent` is the part
    of it that counts, where that is less than the whole.
    """

    refs: tuple[str, ...]
    layer: str | None
    name: str | None
    what: str
    geometry: shapely.Geometry
    distance_m: float
    near: bool
    kinds: frozenset[str] = frozenset()
    layers: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    extent: shapely.Geometry | None = field(default=None, compare=False)

    @property
    def is_drawn(self) -> bool:
        """Whether the map has a member of it: what only a list has is a point somewhere in the place."""
        return any(ref.startswith("osm:") for ref in self.refs)


Found = tuple[Kind, Thing | None, Thing | None]
"""What happened, and the object in the older and in the newer region."""

_Same = Callable[[Thing, Thing], int | None]


def compare_places(old: Sequence[Thing], new: Sequence[Thing]) -> list[Found]:
    """Tell which places appeared, went, moved, were renamed, or are counted among other layers."""
    pairs = _pairs(old, new, _same_place)
    gone, come = _left_over(old, new, pairs)
    relayered = list(_relayered(old, new, gone, come, pairs))
    explained = {id(thing) for group in relayered for side in group for thing in side}
    found = list(_differences(pairs))
    found += [
        (Kind.RELAYERED, _in_layers(before), _in_layers(after)) for before, after in relayered if _layers(before) != _layers(after)
    ]
    gone = [one for one in gone if id(one) not in explained and not any(_is_part(one, other) for other in new)]
    come = [one for one in come if id(one) not in explained and not any(_is_part(one, other) for other in old)]
    return [*found, *_only(Kind.WENT, gone), *_only(Kind.APPEARED, come)]


def compare_points(old: Sequence[Thing], new: Sequence[Thing], _here: shapely.Geometry) -> list[Found]:
    """Tell which entrances and gates appeared, went or moved."""
    pairs = _pairs(old, new, _same_point)
    gone, come = _left_over(old, new, pairs)
    return [*_differences(pairs), *_only(Kind.WENT, gone), *_only(Kind.APPEARED, come)]


def compare_ground(old: Sequence[Thing], new: Sequence[Thing], here: shapely.Geometry) -> list[Found]:
    """Tell which buildings appeared, went or moved, as seen from the property `here` (EPSG:27700)."""
    return [*_compare_extents(old, new, _built_before), *_moved(old, new, here)]


def compare_ways(old: Sequence[Thing], new: Sequence[Thing], here: shapely.Geometry) -> list[Found]:
    """Tell which streets and paths appeared, went, moved or were renamed, as seen from the property `here` (EPSG:27700)."""
    names = [{normal_name(thing.name) for thing in side} for side in (old, new)]
    found = [*_compare_extents(old, new, _way_before), *_moved(old, new, here)]
    same_ref = _pairs(old, new, _same_ref)
    # A street's name that spread to one more of its pieces is no news; one that many pieces share is told once.
    renamed: dict[tuple[str, str], Found] = {}
    for a, b in sorted(same_ref, key=lambda pair: min(pair[0].distance_m, pair[1].distance_m)):
        before, after = normal_name(a.name), normal_name(b.name)
        spread = (not before and after in names[0]) or (not after and before in names[1])
        if before != after and not spread and (a.near or b.near):
            renamed.setdefault((before, after), (Kind.RENAMED, a, b))
    return [*found, *renamed.values()]


def _pairs(old: Sequence[Thing], new: Sequence[Thing], same: _Same) -> list[tuple[Thing, Thing]]:
    """Pair the objects of both regions one by one, surest first, then least apart."""
    scored: list[tuple[tuple[Any, ...], Thing, Thing]] = []
    for a in old:
        for b in new:
            rank = same(a, b)
            if rank is not None:
                apart = round(float(shapely.hausdorff_distance(a.geometry, b.geometry)), 2)
                scored.append(((rank, apart, sorted((a.refs, b.refs))), a, b))
    taken: set[int] = set()
    pairs = []
    for _, a, b in sorted(scored, key=lambda item: item[0]):
        if id(a) not in taken and id(b) not in taken:
            taken |= {id(a), id(b)}
            pairs.append((a, b))
    return pairs


def _left_over(old: Iterable[Thing], new: Iterable[Thing], pairs: Iterable[tuple[Thing, Thing]]) -> tuple[list[Thing], list[Thing]]:
    paired = {id(thing) for pair in pairs for thing in pair}
    return [one for one in old if id(one) not in paired], [one for one in new if id(one) not in paired]


def _only(kind: Kind, things: Iterable[Thing]) -> Iterator[Found]:
    for thing in things:
        if thing.near:
            yield (kind, thing, None) if kind is Kind.WENT else (kind, None, thing)


def _differences(pairs: Iterable[tuple[Thing, Thing]]) -> Iterator[Found]:
    for a, b in pairs:
        if not (a.near or b.near):
            continue
        if a.is_drawn == b.is_drawn and _shift(a, b) > MOVED_M:
            yield Kind.MOVED, a, b
        if normal_name(a.name) != normal_name(b.name):
            yield Kind.RENAMED, a, b


def _shift(a: Thing, b: Thing) -> float:
    """Metres by which a point moved, or by which the edge nearest to the property came nearer or went farther.

    A point that was drawn as an outline since has not moved.
    """
    if _is_point(a) != _is_point(b):
        return 0.0
    return float(shapely.distance(a.geometry, b.geometry)) if _is_point(a) else abs(a.distance_m - b.distance_m)


def _is_point(thing: Thing) -> bool:
    return bool(shapely.get_dimensions(thing.geometry) == 0)


def _same_ref(a: Thing, b: Thing) -> int | None:
    return 0 if set(a.refs) & set(b.refs) else None


def _same_point(a: Thing, b: Thing) -> int | None:
    if _same_ref(a, b) is not None:
        return 0
    return 1 if shapely.distance(a.geometry, b.geometry) <= _SAME_POINT_M else None


def _same_place(a: Thing, b: Thing) -> int | None:
    """Say how sure it is that two objects of one layer are one place, 0 the surest; `None` if they are not."""
    if a.layer != b.layer:
        return None
    if set(a.refs) & set(b.refs):
        return 0
    if _same_name(a, b) and shapely.distance(a.geometry, b.geometry) <= REDRAWN_REACH_M:
        return 1
    if _same_outline(a, b) or _overlaps(a, b):
        return 2
    return 3 if _is_outline_of_point(a, b) else None


def _is_part(a: Thing, b: Thing) -> bool:
    """Say whether a place without a partner was a part of the other region's place, or has it as a part."""
    if a.layer != b.layer:
        return False
    beside = _same_name(a, b) and shapely.distance(a.geometry, b.geometry) <= SAME_NAME_REACH_M
    has_ground = bool(shapely.area(a.geometry) or shapely.area(b.geometry))
    return bool(set(a.refs) & set(b.refs)) or _overlaps(a, b) or bool(beside and has_ground)


def _same_name(a: Thing, b: Thing) -> bool:
    return bool(normal_name(a.name)) and normal_name(a.name) == normal_name(b.name)


def _names_agree(a: Thing, b: Thing) -> bool:
    return not normal_name(a.name) or not normal_name(b.name) or likeness(a.name, b.name) >= _NAMES_LIKE


def _same_outline(a: Thing, b: Thing) -> bool:
    """Say whether two outlines cover much the same ground, whatever their tags."""
    shared = shapely.area(shapely.intersection(a.geometry, b.geometry))
    whole = shapely.area(a.geometry) + shapely.area(b.geometry) - shared
    return bool(whole and shared >= _SAME_PART * whole and _names_agree(a, b))


def _overlaps(a: Thing, b: Thing) -> bool:
    """Say whether one of two objects of one kind lies in the other: a pitch split in two, a node that became grounds."""
    if not _kinds_agree(a, b) or not _names_agree(a, b):
        return False
    small, large = sorted((a.geometry, b.geometry), key=shapely.area)
    if shapely.area(small) == 0:
        return bool(shapely.distance(small, large) == 0)
    return bool(shapely.area(shapely.intersection(small, large)) >= _SAME_PART * shapely.area(small))


def _is_outline_of_point(a: Thing, b: Thing) -> bool:
    """Say whether one is a point and the other an outline drawn for it since: of one kind, and right beside it."""
    beside = _is_point(a) != _is_point(b) and shapely.distance(a.geometry, b.geometry) <= SAME_NAME_REACH_M
    return bool(beside) and bool(a.kinds & b.kinds) and _names_agree(a, b)


def _kinds_agree(a: Thing, b: Thing) -> bool:
    return not a.kinds or not b.kinds or bool(a.kinds & b.kinds)


def _relayered(
    old: Sequence[Thing], new: Sequence[Thing], gone: Sequence[Thing], come: Sequence[Thing], pairs: Iterable[tuple[Thing, Thing]]
) -> Iterator[tuple[list[Thing], list[Thing]]]:
    """Give the groups of objects that are one place among other layers than before: (in the older region, in the newer)."""
    alone = {id(thing) for thing in (*gone, *come)}
    links = [(a, b) for a in old for b in new if (id(a) in alone or id(b) in alone) and _same_in_another_layer(a, b)]
    group_of: dict[int, tuple[list[Thing], list[Thing]]] = {}
    linked = {id(thing) for link in links for thing in link}
    for a, b in [*links, *(pair for pair in pairs if id(pair[0]) in linked or id(pair[1]) in linked)]:
        first, second = group_of.get(id(a), ([a], [])), group_of.get(id(b), ([], [b]))
        merged = first if first is second else (first[0] + second[0], first[1] + second[1])
        for thing in (*merged[0], *merged[1]):
            group_of[id(thing)] = merged
    for group in {id(group): group for group in group_of.values()}.values():
        if any(thing.near for side in group for thing in side):
            yield group


def _same_in_another_layer(a: Thing, b: Thing) -> bool:
    if a.layer == b.layer:
        return False
    if set(a.refs) & set(b.refs):
        return True
    if shapely.area(a.geometry) and shapely.area(b.geometry):
        return _same_outline(a, b)
    return _same_name(a, b) and bool(shapely.distance(a.geometry, b.geometry) <= SAME_NAME_REACH_M)


def _in_layers(things: Sequence[Thing]) -> Thing:
    """Give the nearest of what is one place, with all its layers."""
    nearest = min(things, key=lambda thing: (thing.distance_m, thing.refs, thing.layer or ""))
    return replace(nearest, layers=_layers(things))


def _layers(things: Iterable[Thing]) -> tuple[str, ...]:
    return tuple(sorted({thing.layer for thing in things if thing.layer}))


def _compare_extents(
    old: Sequence[Thing], new: Sequence[Thing], share: Callable[[Sequence[Thing], Sequence[Thing]], list[bool]]
) -> list[Found]:
    """Tell what has less than its share in the other region."""
    found: list[Found] = []
    for kind, here, there in ((Kind.WENT, old, new), (Kind.APPEARED, new, old)):
        known = {ref for thing in there for ref in thing.refs}
        near = [thing for thing in here if thing.near and not known & set(thing.refs)]
        found += _only(kind, (one for one, held in zip(near, share(near, there), strict=True) if not held))
    return found


def _moved(old: Sequence[Thing], new: Sequence[Thing], here: shapely.Geometry) -> Iterator[Found]:
    """Tell whose edge is nearer or farther, unless another object is drawn at the nearer edge: then it was split."""
    for a, b in _pairs(old, new, _same_ref):
        if not (a.near or b.near) or abs(a.distance_m - b.distance_m) <= MOVED_M:
            continue
        nearer, others = (a, new) if a.distance_m < b.distance_m else (b, old)
        edge = shapely.get_point(shapely.shortest_line(here, nearer.geometry), 1)
        if min(shapely.distance(edge, [other.geometry for other in others])) > MOVED_M:
            yield Kind.MOVED, a, b


def _built_before(things: Sequence[Thing], others: Sequence[Thing]) -> list[bool]:
    ground = shapely.union_all([other.geometry for other in others])
    outlines = np.array([thing.geometry for thing in things], dtype=object)
    shares = shapely.area(shapely.intersection(outlines, ground)) >= _SAME_GROUND * shapely.area(outlines)
    return [bool(held) for held in shares]


def _way_before(things: Sequence[Thing], others: Sequence[Thing]) -> list[bool]:
    """Say for each way whether half of it, within the radius, runs along ways of the other region."""
    beside = {kinds: _along([o for o in others if o.kinds == kinds], _SAME_WAY_M) for kinds in {thing.kinds for thing in things}}
    upon = _along(others, _SAME_WAY_OTHER_KIND_M)
    held = []
    for thing in things:
        way = thing.geometry if thing.extent is None else thing.extent
        known = [shapely.length(shapely.intersection(way, ground)) for ground in (beside[thing.kinds], upon)]
        held.append(bool(max(known) >= _SAME_PART * shapely.length(way)))
    return held


def _along(ways: Iterable[Thing], metres: float) -> shapely.Geometry:
    return shapely.union_all(shapely.buffer([way.geometry for way in ways], metres, quad_segs=4))
