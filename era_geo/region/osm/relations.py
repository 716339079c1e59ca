"""After the main pass: places that are groups of objects (`type=site`), and why an area relation did not become an area."""

from __future__ import annotations

import numpy as np
import osmium
import shapely

from era_geo import crs
from era_geo.region.draft import polygons_of
from era_geo.region.osm import rules
from era_geo.region.osm.batch import Object, Reason
from era_geo.region.osm.rows import position
from era_geo.region.osm.scan import Scan
from era_geo.region.osm.shapes import areas_of
from era_geo.region.osm.structure import Relation

_LABELS = frozenset(("label", "admin_centre"))


def build(scan: Scan) -> None:
    """Add the groups to `places`, and report area relations that failed and groups that are incomplete."""
    found = scan.rows.structure
    wanted = {way for relation in scan.failed.values() for way in relation.of_kind("way")}
    for relation in (*found.groups.values(), *found.members.values()):
        wanted.update(relation.of_kind("way"))
    members = _Members(scan, wanted)
    for ident, relation in scan.failed.items():
        whole = all(way in members.seen for way in relation.of_kind("way"))
        reason = Reason.OPEN if whole else Reason.MEMBERS
        scan.rows.report(Object("relation", ident, relation.tags), reason, members.somewhere(relation))
    for ident, relation in found.groups.items():
        _group(scan, members, Object("relation", ident, relation.tags), relation)


def _group(scan: Scan, members: _Members, thing: Object, relation: Relation) -> None:
    shapes, missing = members.shapes(relation)
    if missing or not shapes:
        reason = Reason.PARTLY if shapes else Reason.MEMBERS
        scan.rows.report(thing, reason, members.somewhere(relation))
    if shapes:
        scan.add_group(thing, shapely.union_all(np.array(shapes, dtype=object)))


class _Members:
    """Ways and nodes that relations are made of, in EPSG:27700."""

    def __init__(self, scan: Scan, ways: set[int]) -> None:
        self._scan = scan
        self.seen: set[int] = set()
        """Ways that are in the file, whether or not their line could be made."""
        self._areal: set[int] = set()
        self._lines: dict[int, shapely.Geometry] = {}
        if ways:
            self._read(ways)

    def _read(self, ways: set[int]) -> None:
        factory = osmium.geom.WKBFactory()
        located = osmium.NodeLocationsForWays(self._scan.locations)
        located.ignore_errors()
        wanted = osmium.filter.IdFilter(ways)  # pyosmium keeps no reference to a filter: it must outlive the loop
        wkb: dict[int, str] = {}
        extract = self._scan.extract
        with osmium.io.Reader(extract.file, osmium.osm.WAY) as reader:
            for way in extract.objects(osmium.OsmFileIterator(reader, located, wanted)):
                self.seen.add(way.id)
                try:
                    wkb[way.id] = factory.create_linestring(way, osmium.geom.use_nodes.ALL)
                    if way.is_closed() and rules.is_area(dict(way.tags)) and "barrier" not in way.tags:
                        self._areal.add(way.id)
                except (osmium.InvalidLocationError, RuntimeError, UnicodeDecodeError):
                    continue
        lines = crs.geometries_to_bng(shapely.from_wkb(np.array(list(wkb.values()), dtype=object)))
        self._lines = {way: line for way, line in zip(wkb, lines, strict=True) if not np.isnan(shapely.get_coordinates(line)).any()}

    def shapes(self, relation: Relation) -> tuple[list[shapely.Geometry], int]:
        """Give the shapes of a group's members, and how many members are missing."""
        shapes: list[shapely.Geometry] = []
        missing = 0
        for kind, ident, role in relation.members:
            if role in _LABELS:
                continue
            made = self._shape(kind, ident)
            shapes += made
            missing += not made
        return shapes, missing

    def _shape(self, kind: str, ident: int) -> list[shapely.Geometry]:
        if kind == "node":
            place = self._node(ident)
            return [shapely.Point(place)] if place else []
        if kind == "way":
            line = self._lines.get(ident)
            if line is None:
                return []
            area = areas_of(np.array([line], dtype=object))[0] if ident in self._areal else None
            return [line if area is None else area]
        nested = self._scan.rows.structure.members.get(ident)
        return [] if nested is None else self._nested(nested)

    def _nested(self, relation: Relation) -> list[shapely.Geometry]:
        """Give the area of a relation inside a group: its outer rings without its inner ones, or else its lines."""
        lines: dict[bool, list[shapely.Geometry]] = {True: [], False: []}
        for kind, ident, role in relation.members:
            if kind == "way" and ident in self._lines:
                lines[role == "inner"].append(self._lines[ident])
        outer, inner = (shapely.union_all(polygons_of(shapely.polygonize(lines[is_inner]))) for is_inner in (False, True))
        return [shapely.difference(outer, inner)] if not outer.is_empty else lines[False]

    def _node(self, ident: int) -> tuple[float, float] | None:
        try:
            location = self._scan.locations.get(ident)
        except KeyError:
            return None
        place = position(location.lon, location.lat)
        return None if np.isnan(place).any() else place

    def somewhere(self, relation: Relation) -> tuple[float, float] | None:
        """Give a rough place of a relation: a vertex of any member that is known."""
        for kind, ident, _ in relation.members:
            if kind == "way" and ident in self._lines:
                x, y = shapely.get_coordinates(self._lines[ident])[0].tolist()
                return x, y
            place = self._node(ident) if kind == "node" else None
            if place:
                return place
        return None
