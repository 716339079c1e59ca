"""The objects of two regions as they are compared, and by what rules two of them are one.

An object may have been drawn anew, split, joined, renamed or given another layer since: it is still the same. Every rule reads
the same from either side.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import shapely

from era_geo.vicinity.conflate import likeness, normal_name
from era_geo.vicinity.merge import SAME_NAME_REACH_M

REDRAWN_REACH_M = 100.0
"""A place of one name and layer this close is the same place drawn anew."""

_SAME_POINT_M = 3.0
_SAME_OUTLINE = 0.5
_NAMES_LIKE = 70.0


class Of(StrEnum):
    """What a change is of, in the order in which changes are told."""

    PLACE = "place"
    ENTRANCE = "entrance"
    BUILDING = "building"
    PATH = "path"


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


def is_point(thing: Thing) -> bool:
    """Say whether an object is drawn as a point."""
    return bool(shapely.get_dimensions(thing.geometry) == 0)


def same_ref(a: Thing, b: Thing) -> int | None:
    """Give 0 for one object of the source, `None` for two."""
    return 0 if set(a.refs) & set(b.refs) else None


def same_point(a: Thing, b: Thing) -> int | None:
    """Say how sure it is that two points are one entrance, 0 the surest; `None` if they are not."""
    if same_ref(a, b) is not None:
        return 0
    return 1 if shapely.distance(a.geometry, b.geometry) <= _SAME_POINT_M else None


def same_place(a: Thing, b: Thing) -> int | None:
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


def is_part(a: Thing, b: Thing) -> bool:
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
    return bool(whole and shared >= _SAME_OUTLINE * whole and _names_agree(a, b))


def _overlaps(a: Thing, b: Thing) -> bool:
    """Say whether one of two objects of one kind lies in the other: a pitch split in two, a node that became grounds."""
    if not _kinds_agree(a, b) or not _names_agree(a, b):
        return False
    small, large = sorted((a.geometry, b.geometry), key=shapely.area)
    if shapely.area(small) == 0:
        return bool(shapely.distance(small, large) == 0)
    return bool(shapely.area(shapely.intersection(small, large)) >= _SAME_OUTLINE * shapely.area(small))


def _is_outline_of_point(a: Thing, b: Thing) -> bool:
    """Say whether one is a point and the other an outline drawn for it since: of one kind, and right beside it."""
    beside = is_point(a) != is_point(b) and shapely.distance(a.geometry, b.geometry) <= SAME_NAME_REACH_M
    return bool(beside) and bool(a.kinds & b.kinds) and _names_agree(a, b)


def _kinds_agree(a: Thing, b: Thing) -> bool:
    return not a.kinds or not b.kinds or bool(a.kinds & b.kinds)


def same_in_another_layer(a: Thing, b: Thing) -> bool:
    """Say whether two objects are one place that is counted among another layer since."""
    if a.layer == b.layer:
        return False
    if set(a.refs) & set(b.refs):
        return True
    if shapely.area(a.geometry) and shapely.area(b.geometry):
        return _same_outline(a, b)
    return _same_name(a, b) and bool(shapely.distance(a.geometry, b.geometry) <= SAME_NAME_REACH_M)
