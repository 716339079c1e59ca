"""One real place, one finding: a school mapped as grounds, as a building and as a node is listed once, with all its members.

Two objects of one layer are the same place when one lies inside the other, or when they bear the same name and almost touch;
and never when their names say otherwise. Nothing is dropped: the objects that were merged are all named in the finding.
`benchmarks/conflation.py` measures it on places that the project has labelled.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from rapidfuzz.fuzz import token_set_ratio

from era_geo.vicinity import conflate
from era_geo.vicinity.conflate import Entry, normal_name

SAME_NAME_REACH_M = 30.0
"""Objects of one name this close are parts of one place: the two grounds of a school on both sides of a street."""

_SAME_NAME_SCORE = 85.0
_INSIDE_SHARE = 0.5
_RAIL = "railway"


@dataclass(frozen=True)
class PlaceObject:
    """One source object that matched a layer. `geometry` is in EPSG:27700.

    Of a row of an official list, `list_id` is the source's fid and `said` what the list says of it.
    """

    ref: str
    layer: str
    name: str | None
    geometry: shapely.Geometry
    why: tuple[str, ...]
    tags: Mapping[str, str]
    said: tuple[str, ...]
    source_id: int
    uncertainty_m: float
    list_id: int | None = None
    uprn: str | None = None
    postcode: str | None = None

    @cached_property
    def area_m2(self) -> float:
        """The area of its outline, square metres; 0 of a point or a line."""
        return float(shapely.area(self.geometry))

    @property
    def entry(self) -> Entry:
        """The object as the lists and the map are compared by."""
        return Entry(self.name, self.geometry, self.uncertainty_m, self.list_id, self.uprn, self.postcode, self.kinds)

    @cached_property
    def folded_name(self) -> str:
        """The name as it is compared, empty where it has none."""
        return normal_name(self.name)

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The tag values that made it match; empty where only a `building` tag did, which says little of what is inside.

        All that a railway station is drawn by (station, platforms, stopping points) is of the one kind `railway` besides.
        """
        pairs = [reason.partition("=") for reason in self.why]
        values = [value for key, _, value in pairs if key != "building"]
        rail = [_RAIL] if any(key == _RAIL for key, _, _ in pairs) else []
        return frozenset([*rail, *(single.strip() for value in values for single in value.split(";"))])

    @cached_property
    def is_rail(self) -> bool:
        """Whether it is a part of a railway station; its building may be known by that tag alone."""
        return _RAIL in self.kinds or "building=train_station" in self.why

    @cached_property
    def is_stop_sign(self) -> bool:
        """Whether it is a bus stop drawn as a point: there is one on each side of the street, both of one name."""
        return "bus_stop" in self.kinds and isinstance(self.geometry, shapely.Point)

    @property
    def is_building_only(self) -> bool:
        """Whether nothing but a `building` tag made it match. Its name is then a building's name, not a place's."""
        return self.list_id is None and not self.kinds


def merge(objects: Sequence[PlaceObject], of: Collection[int] | None = None) -> list[list[PlaceObject]]:
    """Group the objects of one layer into places. Groups and members keep the order they came in.

    Where `of` names positions, only the places that one of those objects is a part of are given; the others cost next to nothing.

    Three rules decide that two objects are one place: their kinds agree (or one is known by its building alone), their names do
    not contradict, and one lies in the other or, bearing the same name, within `SAME_NAME_REACH_M`. What a building in a
    school's grounds is called ("Music School") does not make it another school. What a railway station is drawn by needs no name,
    and two bus stops are two.
    """
    return [[objects[index] for index in group] for group in merging(objects, of).groups]


@dataclass(frozen=True)
class Merging:
    """How objects were grouped, by their positions. `links` are the pairs that had a say in it: no other pair can join two."""

    groups: list[list[int]]
    links: list[tuple[int, int]]


def merging(objects: Sequence[PlaceObject], of: Collection[int] | None = None) -> Merging:
    """Group as `merge` does, and say which pairs of objects had a say in it."""
    if len(objects) < 2:
        return Merging([[index] for index in range(len(objects))], [])
    near = _near(objects)
    if of is not None:
        reached = _reached(near, of)
        near = [pair for pair in near if pair[0] in reached]
    inside = _inner_and_outer(objects, [pair for pair in near if _both_of_map(objects, pair)])
    shared = _shared_buildings(objects, inside.values())
    places = _Places(objects)
    links = []
    telling = [pair for pair, nested in inside.items() if nested is not None or _look_alike(*(objects[i] for i in pair))]
    # What is joined first keeps others away: a hospital's building belongs to the hospital rather than to the surgery inside it.
    for pair in sorted(telling, key=lambda pair: not _is_building_of(objects, inside[pair])):
        a, b = (objects[index] for index in pair)
        nested = inside[pair]
        is_part = nested is not None and nested[1] not in shared and _is_part(*(objects[i] for i in nested))
        alike = _look_alike(a, b) and _agree(a, b) and (_same_name(a, b) or _names_agree(a, b))
        if alike or nested is not None:
            links.append(pair)
        if is_part or alike:
            places.join(*pair)
    with_list = [pair for pair in near if not _both_of_map(objects, pair)]
    for i, j in conflate.pairs([item.entry for item in objects], with_list) if with_list else ():
        links.append((i, j))
        places.join(i, j)
    groups = places.groups()
    return Merging(groups if of is None else [group for group in groups if not set(of).isdisjoint(group)], links)


def _near(objects: Sequence[PlaceObject]) -> list[tuple[int, int]]:
    """Give the index pairs that are near enough to be one place, a list's rows reaching farther than objects of the map."""
    geometries = np.array([item.geometry for item in objects], dtype=object)
    reach = [SAME_NAME_REACH_M if item.list_id is None else conflate.LISTED_REACH_M + item.uncertainty_m for item in objects]
    first, second = shapely.STRtree(geometries).query(geometries, predicate="dwithin", distance=np.array(reach))
    return sorted({(min(i, j), max(i, j)) for i, j in zip(first.tolist(), second.tolist(), strict=True) if i != j})


def _reached(near: Sequence[tuple[int, int]], of: Collection[int]) -> set[int]:
    """Give the positions that near pairs lead to from those of `of`, however far round: no other has a say in their places."""
    beside: dict[int, list[int]] = {}
    for i, j in near:
        beside.setdefault(i, []).append(j)
        beside.setdefault(j, []).append(i)
    reached, left = set(of), list(of)
    while left:
        new = [index for index in beside.get(left.pop(), ()) if index not in reached]
        reached.update(new)
        left += new
    return reached


def _both_of_map(objects: Sequence[PlaceObject], pair: tuple[int, int]) -> bool:
    return objects[pair[0]].list_id is None and objects[pair[1]].list_id is None


class _Places:
    """Objects being joined into places (union-find), so that no place gathers names or kinds that contradict each other."""

    def __init__(self, objects: Sequence[PlaceObject]) -> None:
        self._objects = objects
        self._parent = list(range(len(objects)))
        self._members = [[item] for item in objects]

    def join(self, i: int, j: int) -> None:
        """Make `i` and `j` one place, unless what was gathered so far says that they are two (two schools on one campus)."""
        low, high = sorted((self._root(i), self._root(j)))
        if low != high and all(_agree(a, b) for a in self._members[low] for b in self._members[high]):
            self._parent[high] = low
            self._members[low] += self._members[high]

    def groups(self) -> list[list[int]]:
        groups: dict[int, list[int]] = {}
        for index in range(len(self._objects)):
            groups.setdefault(self._root(index), []).append(index)
        return list(groups.values())

    def _root(self, index: int) -> int:
        while self._parent[index] != index:
            self._parent[index] = self._parent[self._parent[index]]
            index = self._parent[index]
        return index


def _shared_buildings(objects: Sequence[PlaceObject], nested: Iterable[tuple[int, int] | None]) -> set[int]:
    """Give the plain buildings that hold several places: a shopping arcade is none of its shops."""
    held = Counter(
        outer for inner, outer in filter(None, nested) if objects[outer].is_building_only and not objects[inner].is_building_only
    )
    return {building for building, places in held.items() if places > 1}


def _look_alike(a: PlaceObject, b: PlaceObject) -> bool:
    """Say whether two near objects bear one name or are both parts of a railway station."""
    return _same_name(a, b) or (a.is_rail and b.is_rail)


def _same_name(a: PlaceObject, b: PlaceObject) -> bool:
    return a.folded_name != "" and a.folded_name == b.folded_name


def _is_building_of(objects: Sequence[PlaceObject], nested: tuple[int, int] | None) -> bool:
    """Say whether the inner object is a plain building of the very kind of the outer: a hospital's building in its grounds.

    `landuse=retail` is a quarter of many shops and no place that a building could be of.
    """
    if nested is None:
        return False
    inner, outer = (objects[index] for index in nested)
    kinds = [reason.partition("=")[2] for reason in outer.why if not reason.startswith("landuse=")]
    return inner.is_building_only and any(f"building={kind}" in inner.why for kind in kinds)


def _is_part(inner: PlaceObject, outer: PlaceObject) -> bool:
    """Say whether an object that lies inside another is a part of that place."""
    if inner.is_building_only and not outer.is_building_only:
        return True
    return _names_agree(inner, outer) and _agree(inner, outer)


def _agree(a: PlaceObject, b: PlaceObject) -> bool:
    """Say whether two objects may be one place by kind and name; a plain building agrees with anything.

    A list's row was held against the map's names already; two rows of one list are two places.
    """
    if a.list_id is not None or b.list_id is not None:
        return a.list_id != b.list_id
    if a.is_building_only or b.is_building_only:
        return True
    if a.is_stop_sign and b.is_stop_sign:
        return False
    return bool(a.kinds & b.kinds) and _names_agree(a, b)


def _names_agree(a: PlaceObject, b: PlaceObject) -> bool:
    """Say whether two names may be one place's: one is lacking, they are alike, or one names who runs the other."""
    if not a.name or not b.name:
        return True
    one, other = a.folded_name, b.folded_name
    run_by = {normal_name(a.tags.get("operator")), normal_name(b.tags.get("operator"))}
    return token_set_ratio(one, other) >= _SAME_NAME_SCORE or bool(run_by & {one, other})


def _inner_and_outer(
    objects: Sequence[PlaceObject], pairs: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], tuple[int, int] | None]:
    """Give for each pair of objects which of the two lies in the other, as (inner, outer); `None` where neither does."""
    if not pairs:
        return {}
    geometries = np.array([item.geometry for item in objects], dtype=object)
    areas = shapely.area(geometries)
    first, second = np.array(pairs).T
    swapped = areas[first] > areas[second]
    inner, outer = np.where(swapped, second, first), np.where(swapped, first, second)
    shapely.prepare(geometries[outer])  # it stays prepared, as the objects are kept
    touch = (areas[outer] > 0) & shapely.intersects(geometries[outer], geometries[inner])
    held = np.zeros(len(pairs), dtype=bool)
    held[touch] = shapely.covers(geometries[outer[touch]], geometries[inner[touch]])
    partly = touch & ~held & (areas[inner] > 0)
    common = shapely.area(shapely.intersection(geometries[outer[partly]], geometries[inner[partly]]))
    held[partly] = common >= _INSIDE_SHARE * areas[inner[partly]]
    nested = zip(inner.tolist(), outer.tolist(), strict=True)
    return {pair: both if lies else None for pair, both, lies in zip(pairs, nested, held, strict=True)}
