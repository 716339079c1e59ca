"""One real place, one finding: a school mapped as grounds, as a building and as a node is listed once, with all its members.

Two objects of one layer are the same place when one lies inside the other, or when they bear the same name and almost touch;
and never when their names say otherwise. Nothing is dropped: the objects that were merged are all named in the finding.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from rapidfuzz.fuzz import token_set_ratio

SAME_NAME_REACH_M = 30.0
"""Objects of one name this close are parts of one place: the two grounds of a school on both sides of a street."""

_SAME_NAME_SCORE = 85.0
_INSIDE_SHARE = 0.5


@dataclass(frozen=True)
class PlaceObject:
    """One source object that matched a layer. `geometry` is in EPSG:27700; `kinds` are the tag values that made it match."""

    ref: str
    layer: str
    name: str | None
    geometry: shapely.Geometry
    why: tuple[str, ...]
    caveats: tuple[str, ...]
    source_id: int
    uncertainty_m: float

    @property
    def kinds(self) -> frozenset[str]:
        """The tag values that made it match; empty where only a `building` tag did, which says little of what is inside."""
        pairs = (reason.partition("=") for reason in self.why)
        values = (value for key, _, value in pairs if key != "building")
        return frozenset(single.strip() for value in values for single in value.split(";"))


def normal_name(name: str | None) -> str:
    """Fold a name to what is compared: no case, marks or punctuation."""
    if not name:
        return ""
    folded = unicodedata.normalize("NFKD", name.casefold())
    return re.sub(r"[^\w]+", " ", "".join(c for c in folded if not unicodedata.combining(c))).strip()


def merge(objects: Sequence[PlaceObject]) -> list[list[PlaceObject]]:
    """Group the objects of one layer into places. Groups and members keep the order they came in.

    Three rules decide that two objects are one place: their kinds agree (or one is known by its building alone), their names do
    not contradict, and one lies in the other or, bearing the same name, within `SAME_NAME_REACH_M`.
    """
    if len(objects) < 2:
        return [[item] for item in objects]
    geometries = np.array([item.geometry for item in objects], dtype=object)
    tree = shapely.STRtree(geometries)
    first, second = tree.query(geometries, predicate="dwithin", distance=SAME_NAME_REACH_M)
    places = _Places(objects)
    for i, j in sorted(zip(first.tolist(), second.tolist(), strict=True)):
        if i < j and _same_place(objects[i], objects[j]):
            places.join(i, j)
    return places.groups()


class _Places:
    """Objects being joined into places (union-find), so that no place gets two names that contradict each other."""

    def __init__(self, objects: Sequence[PlaceObject]) -> None:
        self._objects = objects
        self._parent = list(range(len(objects)))
        self._names = [{normal_name(item.name)} - {""} for item in objects]

    def join(self, i: int, j: int) -> None:
        """Make `i` and `j` one place, unless names gathered so far say that they are two (schools on one unnamed campus)."""
        low, high = sorted((self._root(i), self._root(j)))
        if low != high and all(_names_agree(a, b) for a in self._names[low] for b in self._names[high]):
            self._parent[high] = low
            self._names[low] |= self._names[high]

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


def _same_place(a: PlaceObject, b: PlaceObject) -> bool:
    if a.kinds and b.kinds and not a.kinds & b.kinds:
        return False
    names = normal_name(a.name), normal_name(b.name)
    if all(names) and names[0] == names[1]:
        return True
    return _names_agree(*names) and _one_in_other(a.geometry, b.geometry)


def _names_agree(a: str, b: str) -> bool:
    return not a or not b or token_set_ratio(a, b) >= _SAME_NAME_SCORE


def _one_in_other(a: shapely.Geometry, b: shapely.Geometry) -> bool:
    small, large = sorted((a, b), key=shapely.area)
    if shapely.area(large) == 0:
        return False
    if shapely.area(small) == 0:
        return bool(shapely.covers(large, small))
    return bool(shapely.area(shapely.intersection(large, small)) >= _INSIDE_SHARE * shapely.area(small))
