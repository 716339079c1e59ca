"""Measures a drawn town: the true shape of each object, how far things are apart, and who lives beside whom.

It reads what was drawn, not what the program found, and so is what the program's answers are held against.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import shapely
from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from era_geo.town.objects import Address, Relation, Town, Way

_WALL_TO_WALL = 0.5


class Survey:
    """A town laid out for measuring, in metres (EPSG:27700)."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self._points = {node.id: (node.easting, node.northing) for node in town.nodes}
        self._ways = {way.id: way for way in town.ways}
        self._shapes: dict[str, BaseGeometry] = {}
        self._relations = {relation.id: relation for relation in town.relations}

    def shape(self, ref: str) -> BaseGeometry:
        """Give an object's shape by its ref: a point, a line, an area, or for a site all of its members."""
        if ref not in self._shapes:
            self._shapes[ref] = self._shaped(ref)
        return self._shapes[ref]

    def _shaped(self, ref: str) -> BaseGeometry:
        kind, _, id_ = ref.removeprefix("osm:").partition("/")
        if kind == "node":
            return Point(self._points[int(id_)])
        return self._way(self._ways[int(id_)]) if kind == "way" else self._relation(self._relations[int(id_)])

    def named(self, id_: str) -> BaseGeometry:
        """Give the shape of what the plan calls by an id."""
        return self.shape(self.town.named[id_])

    def footprint(self, address: Address) -> BaseGeometry:
        """Give the outline of the building an address belongs to, or its point where there is none."""
        return self.shape(address.building) if address.building else Point(address.easting, address.northing)

    def distance(self, address: Address, ref: str) -> float:
        """Give the distance from an address's building to an object, edge to edge, 0 inside; metres."""
        return float(self.footprint(address).distance(self.shape(ref)))

    def same_stair(self, address: Address) -> list[Address]:
        """Give the other homes behind the same shared door."""
        return [other for other in self._homes_but(address) if address.stair is not None and other.stair == address.stair]

    def same_building(self, address: Address) -> list[Address]:
        """Give the other homes in the same building, those of the same stair among them."""
        return [other for other in self._homes_but(address) if other.building is not None and other.building == address.building]

    def adjoining(self, address: Address) -> list[Address]:
        """Give the homes in buildings that share a stretch of wall with this one."""
        touching = set(self._wall_to_wall.get(address.building or "", ()))
        return [other for other in self._homes_but(address) if other.building in touching]

    def facing(self, address: Address) -> list[Address]:
        """Give the homes on the other side of the same street whose fronts lie opposite this one's."""
        return [
            other
            for other in self._homes_but(address)
            if (other.street, other.town) == (address.street, address.town)
            and other.side != address.side
            and other.street is not None
            and min(other.end_m, address.end_m) - max(other.start_m, address.start_m) > 0
        ]

    def _homes_but(self, address: Address) -> Iterator[Address]:
        return (other for other in self.town.addresses if other.is_home and other is not address)

    @cached_property
    def buildings(self) -> dict[str, BaseGeometry]:
        """Every building's ref and outline."""
        return {f"osm:way/{way.id}": self._way(way) for way in self.town.ways if "building" in way.tags}

    @cached_property
    def _wall_to_wall(self) -> dict[str, list[str]]:
        refs, outlines = list(self.buildings), list(self.buildings.values())
        tree = shapely.STRtree(outlines)
        found: dict[str, list[str]] = {}
        for one, other in zip(*tree.query(outlines, predicate="dwithin", distance=0.02), strict=True):
            if one != other and outlines[one].buffer(0.05).intersection(outlines[other].boundary).length > _WALL_TO_WALL:
                found.setdefault(refs[one], []).append(refs[other])
        return found

    def _way(self, way: Way) -> BaseGeometry:
        points = [self._points[id_] for id_ in way.nodes]
        is_ring = way.nodes[0] == way.nodes[-1] and len(points) > 3
        return Polygon(points) if is_ring and "barrier" not in way.tags else LineString(points)

    def _relation(self, relation: Relation) -> BaseGeometry:
        parts = [(member.role, self.shape(f"osm:{_KINDS[member.kind]}/{member.id}")) for member in relation.members]
        whole = shapely.union_all([part for role, part in parts if role != "inner"])
        return whole.difference(shapely.union_all([part for role, part in parts if role == "inner"]))


_KINDS = {"n": "node", "w": "way", "r": "relation"}
