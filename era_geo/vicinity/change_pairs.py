"""Which object of one region is which of another, and so what appeared, went, moved, was renamed or changed its layer.

Places are paired one by one, because a name and a layer tell them apart. Buildings and paths are not: a terrace that was split
into houses is no new building, so it is asked instead how much of the ground or the way was already there. Comparing backwards
tells the same changes backwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import shapely

from era_geo.vicinity.change_things import (
    Found,
    Kind,
    Thing,
    is_part,
    is_point,
    same_in_another_layer,
    same_place,
    same_point,
    same_ref,
)
from era_geo.vicinity.conflate import normal_name

MOVED_M = 5.0
"""An edge that shifted by less is the mapper's hand, not a move."""

_SAME_WAY_M = 4.0
_SAME_WAY_OTHER_KIND_M = 1.5  # a footway beside a street is not the street; one that was a track is the track
_SAME_GROUND = 0.3  # outlines drawn from another picture shift by metres, which is much of a small house
_SAME_PART = 0.5

_Same = Callable[[Thing, Thing], int | None]


def compare_places(old: Sequence[Thing], new: Sequence[Thing]) -> list[Found]:
    """Tell which places appeared, went, moved, were renamed, or are counted among other layers."""
    pairs = _pairs(old, new, same_place)
    gone, come = _left_over(old, new, pairs)
    relayered = list(_relayered(old, new, gone, come, pairs))
    explained = {id(thing) for group in relayered for side in group for thing in side}
    found = list(_differences(pairs))
    found += [
        (Kind.RELAYERED, _in_layers(before), _in_layers(after)) for before, after in relayered if _layers(before) != _layers(after)
    ]
    gone = [one for one in gone if id(one) not in explained and not any(is_part(one, other) for other in new)]
    come = [one for one in come if id(one) not in explained and not any(is_part(one, other) for other in old)]
    return [*found, *_only(Kind.WENT, gone), *_only(Kind.APPEARED, come)]


def compare_points(old: Sequence[Thing], new: Sequence[Thing], _here: shapely.Geometry) -> list[Found]:
    """Tell which entrances and gates appeared, went or moved."""
    pairs = _pairs(old, new, same_point)
    gone, come = _left_over(old, new, pairs)
    return [*_differences(pairs), *_only(Kind.WENT, gone), *_only(Kind.APPEARED, come)]


def compare_ground(old: Sequence[Thing], new: Sequence[Thing], here: shapely.Geometry) -> list[Found]:
    """Tell which buildings appeared, went or moved, as seen from the property `here` (EPSG:27700)."""
    return [*_compare_extents(old, new, _built_before), *_moved(old, new, here)]


def compare_ways(old: Sequence[Thing], new: Sequence[Thing], here: shapely.Geometry) -> list[Found]:
    """Tell which streets and paths appeared, went, moved or were renamed, as seen from the property `here` (EPSG:27700)."""
    names = [{normal_name(thing.name) for thing in side} for side in (old, new)]
    found = [*_compare_extents(old, new, _way_before), *_moved(old, new, here)]
    of_one_ref = _pairs(old, new, same_ref)
    # A street's name that spread to one more of its pieces is no news; one that many pieces share is told once.
    renamed: dict[tuple[str, str], Found] = {}
    for a, b in sorted(of_one_ref, key=lambda pair: min(pair[0].distance_m, pair[1].distance_m)):
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
    if is_point(a) != is_point(b):
        return 0.0
    return float(shapely.distance(a.geometry, b.geometry)) if is_point(a) else abs(a.distance_m - b.distance_m)


def _relayered(
    old: Sequence[Thing], new: Sequence[Thing], gone: Sequence[Thing], come: Sequence[Thing], pairs: Iterable[tuple[Thing, Thing]]
) -> Iterator[tuple[list[Thing], list[Thing]]]:
    """Give the groups of objects that are one place among other layers than before: (in the older region, in the newer)."""
    alone = {id(thing) for thing in (*gone, *come)}
    links = [(a, b) for a in old for b in new if (id(a) in alone or id(b) in alone) and same_in_another_layer(a, b)]
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
    for a, b in _pairs(old, new, same_ref):
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
