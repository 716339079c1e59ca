"""The first, short pass over a file: relations, and lines of interpolated house numbers, which the main pass must know of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import osmium

from era_geo.region.osm import rules
from era_geo.region.osm.extract import Extract
from era_geo.region.osm.rules import Tags

_AREA_TYPES = frozenset(("multipolygon", "boundary"))
# Relations of these types are no place, whatever other tags they carry.
_NO_PLACE = frozenset(
    ("route", "route_master", "superroute", "network", "restriction", "waterway", "pipeline", "power", "enforcement",
     "destination_sign", "associatedStreet", "street", "building", "bridge", "tunnel", "level", "public_transport", "person",
     "collection")
)  # fmt: skip
_KIND = {"n": "node", "w": "way", "r": "relation"}


@dataclass(frozen=True)
class Relation:
    """A relation's tags and members, each (kind, id, role)."""

    tags: Tags
    members: tuple[tuple[str, int, str], ...]

    def of_kind(self, kind: str) -> list[int]:
        """Give the ids of the members of one kind."""
        return [ident for member_kind, ident, _ in self.members if member_kind == kind]


@dataclass
class Structure:
    """What the first pass found.

    `areas`: relations that should become areas. `groups`: relations whose members together are a place (`type=site`).
    `streets`: street names that relations give to their members, by (kind, id). `interpolations`: ways' node ids; `numbered`:
    all of those.
    """

    areas: dict[int, Relation] = field(default_factory=dict)
    groups: dict[int, Relation] = field(default_factory=dict)
    streets: dict[tuple[str, int], str] = field(default_factory=dict)
    interpolations: dict[int, tuple[int, ...]] = field(default_factory=dict)
    numbered: set[int] = field(default_factory=set)
    members: dict[int, Relation] = field(default_factory=dict)
    """Relations that are themselves members of a group."""
    unreadable: list[int] = field(default_factory=list)
    """Relations whose text is not valid UTF-8."""

    @property
    def related(self) -> list[Relation]:
        """All relations whose members' places are wanted."""
        return [*self.areas.values(), *self.groups.values(), *self.members.values()]


def read(extract: Extract) -> Structure:
    """Read the relations and the interpolation ways of a file."""
    found = Structure()
    numbered_ways = osmium.filter.KeyFilter("addr:interpolation")
    numbered_ways.enable_for(osmium.osm.WAY)
    processor = osmium.FileProcessor(extract.file, osmium.osm.WAY | osmium.osm.RELATION)
    for thing in extract.objects(processor.with_filter(numbered_ways)):
        if thing.is_relation():
            try:
                _take_relation(found, thing)
            except UnicodeDecodeError:
                found.unreadable.append(thing.id)
        else:
            nodes = tuple(node.ref for node in thing.nodes)
            found.interpolations[thing.id] = nodes
            found.numbered.update(nodes)
    nested = {ident for group in found.groups.values() for ident in group.of_kind("relation")}
    if nested:
        inside = osmium.filter.IdFilter(nested)
        for thing in extract.objects(osmium.FileProcessor(extract.file, osmium.osm.RELATION).with_filter(inside)):
            found.members[thing.id] = _relation(thing)
    return found


def _take_relation(found: Structure, thing: Any) -> None:
    kind = thing.tags.get("type")
    if kind in {"associatedStreet", "street"}:
        name = thing.tags.get("addr:street") or thing.tags.get("name")
        if name:
            found.streets.update({(_KIND[m.type], m.ref): name for m in thing.members if m.role in {"house", "address", ""}})
        return
    if kind in _NO_PLACE:
        return
    relation = _relation(thing)
    if kind in _AREA_TYPES:
        if _makes_rows(relation.tags):
            found.areas[thing.id] = relation
    elif rules.is_place(relation.tags):
        found.groups[thing.id] = relation


def _relation(thing: Any) -> Relation:
    return Relation(dict(thing.tags), tuple((_KIND[member.type], member.ref, member.role) for member in thing.members))


def _makes_rows(tags: Tags) -> bool:
    return bool(
        rules.is_place(tags)
        or rules.is_building(tags)
        or rules.address(tags)
        or rules.area_kind(tags)
        or ("place" in tags and "name" in tags)
    )
