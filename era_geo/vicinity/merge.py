"""One real place, one finding: a school mapped as grounds, as a building and as a node is listed once, with all its members.

Two objects of one layer are the same place when one lies inside the other, or when they bear the same name and almost touch;
and never when their names say otherwise. Nothing is dropped: the objects that were merged are all named in the finding.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from rapidfuzz.fuzz import token_set_ratio

from era_geo.vicinity import conflate
from era_geo.vicinity.conflate import Entry, normal_name

SAME_NAME_REACH_M = 30.0
"""Objects of one name this close are parts of one place: the two grounds of a school on both sides of a street."""

_SAME_NAME_SCORE = 85.0
_INSIDE_SHARE = 0.5


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

    @property
    def entry(self) -> Entry:
        """The object as the lists and the map are compared by."""
        return Entry(self.name, self.geometry, self.uncertainty_m, self.list_id, self.uprn, self.postcode)

    @property
    def kinds(self) -> frozenset[str]:
        """The tag values that made it match; empty where only a `building` tag did, which says little of what is inside."""
        pairs = (reason.partition("=") for reason in self.why)
        values = (value for key, _, value in pairs if key != "building")
        return frozenset(single.strip() for value in values for single in value.split(";"))

    @property
    def is_building_only(self) -> bool:
        """Whether nothing but a `building` tag made it match. Its name is then a building's name, not a place's."""
        return self.list_id is None and not self.kinds


def merge(objects: Sequence[PlaceObject]) -> list[list[PlaceObject]]:
    """Group the objects of one layer into places. Groups and members keep the order they came in.

    Three rules decide that two objects are one place: their kinds agree (or one is known by its building alone), their names do
    not contradict, and one lies in the other or, bearing the same name, within `SAME_NAME_REACH_M`. What a building in a
    school's grounds is called ("Music School") does not make it another school.
    """
    if len(objects) < 2:
        return [[item] for item in objects]
    near = _near(objects)
    inside = {pair: _inner_and_outer(objects, *pair) for pair in near if _both_of_map(objects, pair)}
    shared = _shared_buildings(objects, inside.values())
    places = _Places(objects)
    for pair, nested in inside.items():
        a, b = (objects[index] for index in pair)
        if _same_name(a, b) or (nested is not None and nested[1] not in shared and _is_part(*(objects[i] for i in nested))):
            places.join(*pair)
    for i, j in conflate.pairs([item.entry for item in objects], near):
        places.join(i, j)
    return places.groups()


def _near(objects: Sequence[PlaceObject]) -> list[tuple[int, int]]:
    """Give the index pairs that are near enough to be one place, a list's rows reaching farther than objects of the map."""
    geometries = np.array([item.geometry for item in objects], dtype=object)
    reach = [SAME_NAME_REACH_M if item.list_id is None else conflate.LISTED_REACH_M + item.uncertainty_m for item in objects]
    first, second = shapely.STRtree(geometries).query(geometries, predicate="dwithin", distance=np.array(reach))
    return sorted({(min(i, j), max(i, j)) for i, j in zip(first.tolist(), second.tolist(), strict=True) if i != j})


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

    def groups(self) -> list[list[PlaceObject]]:
        groups: dict[int, list[PlaceObject]] = {}
        for index, item in enumerate(self._objects):
            groups.setdefault(self._root(index), []).append(item)
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


def _same_name(a: PlaceObject, b: PlaceObject) -> bool:
    return bool(a.name) and normal_name(a.name) == normal_name(b.name) and _agree(a, b)


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
    return bool(a.kinds & b.kinds) and _names_agree(a, b)


def _names_agree(a: PlaceObject, b: PlaceObject) -> bool:
    return not a.name or not b.name or token_set_ratio(normal_name(a.name), normal_name(b.name)) >= _SAME_NAME_SCORE


def _inner_and_outer(objects: Sequence[PlaceObject], i: int, j: int) -> tuple[int, int] | None:
    """Give which of two objects lies in the other, as (inner, outer); `None` where neither does."""
    inner, outer = sorted((i, j), key=lambda index: shapely.area(objects[index].geometry))
    small, large = objects[inner].geometry, objects[outer].geometry
    if shapely.area(large) == 0:
        return None
    if shapely.area(small) == 0:
        return (inner, outer) if shapely.covers(large, small) else None
    held = shapely.area(shapely.intersection(large, small))
    return (inner, outer) if held >= _INSIDE_SHARE * shapely.area(small) else None
