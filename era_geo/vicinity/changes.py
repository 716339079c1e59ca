"""What changed near a property between two regions: places, entrances, buildings and paths that appeared, went or moved.

A change on the map is not yet a change on the ground: what "appeared" may only have been mapped late. So each change names the
sources and dates of both sides, objects that were merely drawn anew are no change at all, and where one of the regions could not
look, its silence is a gap and not a change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from era_geo.layerset import LayerSet
from era_geo.model import Gap, Site
from era_geo.region import list_facts
from era_geo.region.region import Region, RegionSource
from era_geo.vicinity import change_pairs
from era_geo.vicinity import gaps as gaps_module
from era_geo.vicinity.anchor import Anchor
from era_geo.vicinity.change_look import Look, could_show, why_silent
from era_geo.vicinity.change_things import Found, Kind, Of, Thing


@dataclass(frozen=True)
class Shower:
    """What shows an object, or was looked in for it: `map` or an official list's label, and its date (ISO 8601)."""

    what: str
    date: str | None


@dataclass(frozen=True)
class Side:
    """An object as one region shows it. `what` is its kind in the source's own words: `leisure=pitch`, `house`, `footway`."""

    refs: tuple[str, ...]
    layers: tuple[str, ...]
    name: str | None
    what: str
    distance_m: float


@dataclass(frozen=True)
class Change:
    """One change. `old` and `new` are the object in either region, `None` where it is not; `shown_*` who shows it or lacks it.

    `distance_m` is that of the nearer of the two, `bearing_deg` the direction to its nearest edge, clockwise from grid north.
    """

    kind: Kind
    of: Of
    distance_m: float
    bearing_deg: float | None
    old: Side | None
    new: Side | None
    shown_old: tuple[Shower, ...]
    shown_new: tuple[Shower, ...]


@dataclass(frozen=True)
class Changes:
    """The changes: places, then entrances, buildings and paths, each nearest first; and what could not be compared."""

    radius_m: float
    old: tuple[Shower, ...]
    new: tuple[Shower, ...]
    changes: tuple[Change, ...]
    gaps: tuple[Gap, ...]


_COMPARE = {
    Of.ENTRANCE: change_pairs.compare_points,
    Of.BUILDING: change_pairs.compare_ground,
    Of.PATH: change_pairs.compare_ways,
}


def changes_near(old: Region, new: Region, site: Site, radius_m: float, layers: LayerSet) -> Changes:
    """Compare two regions as `changes` does, and say first if the property is located too roughly for that."""
    found = changes(old, new, Anchor.of(site), radius_m, layers)
    return replace(found, gaps=(*gaps_module.of_location(site, radius_m), *found.gaps))


def changes(old: Region, new: Region, anchor: Anchor, radius_m: float, layers: LayerSet) -> Changes:
    """Compare two regions within `radius_m` of a property.

    An object counts if its nearest edge lies within the radius in either region. That something appeared or went is said only
    where both regions could look for it; otherwise it is a gap.
    """
    looks = [Look.of(region, anchor, radius_m, layers) for region in (old, new)]
    found, gaps = _places(looks[0], looks[1])
    for of, compare in _COMPARE.items():
        silent = [reason for look in looks if (reason := why_silent(look, of))]
        if silent:
            gaps.append(
                Gap(None, f"changes of {of.value}s", f"Which {of.value}s appeared or went cannot be said.", " ".join(silent))
            )
        things = (looks[0].objects(of), looks[1].objects(of))
        told = [item for item in compare(*things, anchor.geometry) if not (silent and item[0] in (Kind.APPEARED, Kind.WENT))]
        found += [_change(of, item, anchor, (_maps(old), _maps(new))) for item in told]
    order = list(Of)
    return Changes(
        radius_m=radius_m,
        old=_showers(old.sources),
        new=_showers(new.sources),
        changes=tuple(sorted(_once(found), key=lambda c: (order.index(c.of), c.distance_m, c.kind, _refs(c)))),
        gaps=tuple(gaps),
    )


def _places(before: Look, after: Look) -> tuple[list[Change], list[Gap]]:
    """Compare places; what appeared or went where the other region could not have shown it is only counted, in a gap."""
    told: list[Change] = []
    untold: Counter[tuple[str, Kind]] = Counter()
    for item in change_pairs.compare_places(before.places(), after.places()):
        kind, a, b = item
        thing = a or b
        if thing is None or thing.layer is None:
            continue
        showers = tuple(_place_showers(look, one, thing.layer) for look, one in ((before, a), (after, b)))
        silent = kind in (Kind.APPEARED, Kind.WENT) and not could_show(
            after if b is None else before, before if b is None else after, thing
        )
        if silent:
            untold[thing.layer, kind] += 1
        else:
            told.append(_change(Of.PLACE, item, before.anchor, (showers[0], showers[1])))
    gaps = []
    for layer in before.layers.ids:
        reasons = [
            f"The region '{look.region.name}': {' '.join(look.answered[layer].reasons)}"
            for look in (before, after)
            if not look.answered[layer].whole
        ]
        alone = {kind: untold[layer, kind] for kind in (Kind.WENT, Kind.APPEARED)}
        if not reasons and not any(alone.values()):
            continue
        counts = [
            f"{number} found only in '{look.region.name}'"
            for number, look in ((alone[Kind.WENT], before), (alone[Kind.APPEARED], after))
            if number
        ]
        what = "; ".join(["What appeared or went cannot be said", *counts]) + "."
        gaps.append(Gap(layer, "changes", what, " ".join(reasons) or "The other region has no edition of the list that shows it."))
    return told, gaps


def _place_showers(look: Look, thing: Thing | None, layer: str) -> tuple[Shower, ...]:
    """Give who shows the place, or where it was looked for in vain."""
    if thing is None:
        return _showers(look.answered[layer].sources)
    return _showers(source for source in look.region.sources if source.name in thing.sources)


def _change(of: Of, item: Found, anchor: Anchor, showers: tuple[tuple[Shower, ...], tuple[Shower, ...]]) -> Change:
    kind, a, b = item
    nearest = min((thing for thing in (a, b) if thing), key=lambda thing: (thing.distance_m, thing.refs))
    return Change(
        kind=kind,
        of=of,
        distance_m=nearest.distance_m,
        bearing_deg=anchor.bearing(nearest.geometry),
        old=_side(a),
        new=_side(b),
        shown_old=showers[0],
        shown_new=showers[1],
    )


def _side(thing: Thing | None) -> Side | None:
    if thing is None:
        return None
    layers = thing.layers or ((thing.layer,) if thing.layer else ())
    return Side(thing.refs, layers, thing.name, thing.what, thing.distance_m)


def _once(found: Iterable[Change]) -> list[Change]:
    """Leave out buildings that were told as places with the same fate already."""
    known = list(found)
    told = {(change.kind, ref) for change in known if change.of is Of.PLACE for ref in _refs(change)}
    return [
        change for change in known if change.of is not Of.BUILDING or not any((change.kind, ref) in told for ref in _refs(change))
    ]


def _refs(change: Change) -> tuple[str, ...]:
    return tuple(sorted({ref for side in (change.old, change.new) if side for ref in side.refs}))


def _maps(region: Region) -> tuple[Shower, ...]:
    return _showers(source for source in region.sources if source.kind == "osm")


def _showers(sources: Iterable[RegionSource]) -> tuple[Shower, ...]:
    showers = (Shower("map" if source.kind == "osm" else _label(source), source.date) for source in sources)
    return tuple(dict.fromkeys(showers))


def _label(source: RegionSource) -> str:
    facts = list_facts.of_source(source)
    return source.name if facts is None else facts.label
