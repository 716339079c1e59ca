"""Where the town is drawn: points, lines and areas in metres become OpenStreetMap nodes, ways and relations.

Two points that fall on the same centimetre are one node, so that ways which meet are connected, and the gate on a path is the
gate in the fence. What is drawn twice at one point adds its tags to the node that is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import shapely
from shapely import LineString, Polygon

from era_geo.town.objects import Member, Node, Relation, Tags, Way
from era_geo.town.shapes import XY

_CENTIMETRE = 2


class Canvas:
    """An empty sheet whose plan origin lies at `origin` (EPSG:27700, metres). Ids are handed out from `first_id` up."""

    def __init__(self, origin: XY, first_id: int = 1) -> None:
        self.origin = origin
        self.named: dict[str, str] = {}
        self._first_id = first_id
        self._points: dict[XY, int] = {}
        self._tags: dict[int, dict[str, str]] = {}
        self._ways: list[Way] = []
        self._relations: list[Relation] = []

    def point(self, xy: XY, tags: Tags | None = None, *, name: str | None = None) -> str:
        """Draw a node, or add tags to the one that is there; give its ref."""
        return self._keep(f"osm:node/{self._node(xy, tags)}", name)

    def line(self, geometry: LineString, tags: Tags, *, name: str | None = None) -> str:
        """Draw a way along a line; give its ref."""
        return self._keep(f"osm:way/{self._way(geometry.coords, tags)}", name)

    def area(self, polygon: Polygon, tags: Tags, *, name: str | None = None) -> str:
        """Draw an area: a closed way, or a multipolygon relation where it has holes; give its ref."""
        if not polygon.interiors:
            return self._keep(f"osm:way/{self._way(polygon.exterior.coords, tags)}", name)
        outer = Member("w", self._way(polygon.exterior.coords, {}), "outer")
        inner = [Member("w", self._way(ring.coords, {}), "inner") for ring in polygon.interiors]
        return self.relation([outer, *inner], {"type": "multipolygon", **tags}, name=name)

    def relation(self, members: Iterable[Member], tags: Tags, *, name: str | None = None) -> str:
        """Draw a relation; give its ref."""
        relation = Relation(self._first_id + len(self._relations), tuple(members), dict(tags))
        self._relations.append(relation)
        return self._keep(f"osm:relation/{relation.id}", name)

    def objects(self) -> tuple[tuple[Node, ...], tuple[Way, ...], tuple[Relation, ...]]:
        """Give everything drawn so far, in the order of the ids; points in EPSG:27700."""
        nodes = tuple(
            Node(id_, round(self.origin[0] + x, _CENTIMETRE), round(self.origin[1] + y, _CENTIMETRE), self._tags.get(id_, {}))
            for (x, y), id_ in self._points.items()
        )
        return nodes, tuple(self._ways), tuple(self._relations)

    def _keep(self, ref: str, name: str | None) -> str:
        if name is not None:
            self.named[name] = ref
        return ref

    def _node(self, xy: Sequence[float], tags: Tags | None = None) -> int:
        rounded = (round(xy[0], _CENTIMETRE) + 0.0, round(xy[1], _CENTIMETRE) + 0.0)
        id_ = self._points.setdefault(rounded, self._first_id + len(self._points))
        if tags:
            self._tags.setdefault(id_, {}).update(tags)
        return id_

    def _way(self, coords: Iterable[Sequence[float]], tags: Tags) -> int:
        ids: list[int] = []
        for xy in coords:
            id_ = self._node(xy)
            if not ids or ids[-1] != id_:
                ids.append(id_)
        self._ways.append(Way(self._first_id + len(self._ways), tuple(ids), dict(tags)))
        return self._ways[-1].id


def member(ref: str, role: str) -> Member:
    """Give the relation member that a ref stands for."""
    kind, _, id_ = ref.removeprefix("osm:").partition("/")
    return Member(kind[0], int(id_), role)


def with_nodes(polygon: Polygon, extra: Iterable[XY]) -> Polygon:
    """Give the polygon with further points on its outer boundary made corners of it: a door in a wall, a gate in a fence."""
    ring = polygon.exterior
    marks = sorted({(ring.project(shapely.Point(xy)), xy) for xy in extra})
    corners = [(ring.project(shapely.Point(xy)), (xy[0], xy[1])) for xy in ring.coords[:-1]]
    return Polygon([xy for _, xy in sorted(corners + marks)], [list(hole.coords) for hole in polygon.interiors])
