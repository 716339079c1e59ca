"""The main pass over a file: every object of interest once, into the rows it makes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import osmium
import shapely

from era_geo import crs
from era_geo.region.address_words import postcode
from era_geo.region.draft import Draft
from era_geo.region.osm import rules, walking
from era_geo.region.osm.batch import BATCH, Batch, Object, Reason
from era_geo.region.osm.extract import Extract
from era_geo.region.osm.network import NodeFacts, WalkWay
from era_geo.region.osm.rules import Tags
from era_geo.region.osm.shapes import AREA, AREAS, AS_IS, POINT
from era_geo.region.osm.structure import Relation, Structure
from era_geo.region.schema import BY_NAME


def position(lon: float, lat: float) -> tuple[float, float]:
    """Give a rough place in EPSG:27700; not a number where it falls outside the grid."""
    easting, northing = crs.to_bng(lon, lat)
    return float(easting[0]), float(northing[0])


def _crossing(tags: Tags) -> str | None:
    value = tags.get("crossing") or ("yes" if tags.get("highway") == "crossing" else None)
    return None if value == "no" else value


# An address on a point was set there by a mapper; one on an outline is only somewhere in it.
_EXACT, _INSIDE, _ALONG = 0, 1, 2
_TELL_EVERY = 10_000


@dataclass
class Scan:
    """One pass over one file. `run` fills the draft; what the later steps need is kept here."""

    extract: Extract
    draft: Draft
    batch: Batch
    structure: Structure
    tell: Callable[[int], None]
    numbered: dict[int, rules.Address] = field(default_factory=dict)
    interpolations: dict[int, tuple[Tags, shapely.Geometry]] = field(default_factory=dict)
    failed: dict[int, Relation] = field(default_factory=dict)
    """Area relations that did not become areas."""
    locations: Any = None
    """Where each node of the file lies."""
    objects: int = 0
    roads: int = 0
    buildings: int = 0

    def run(self) -> None:
        """Read the file."""
        others = osmium.osm.WAY | osmium.osm.AREA
        node_keys, other_keys = osmium.filter.KeyFilter(*rules.NODE_KEYS), osmium.filter.KeyFilter(*rules.WAY_KEYS)
        node_keys.enable_for(osmium.osm.NODE)
        other_keys.enable_for(others)
        no_relations = osmium.filter.EntityFilter(osmium.osm.NODE | others)
        processor = osmium.FileProcessor(self.extract.file).with_areas().with_filter(no_relations)
        self.locations = processor.node_location_storage
        self._factory = osmium.geom.WKBFactory()
        self.failed = dict(self.structure.areas)
        for relation in self.structure.unreadable:
            self.report(Object("relation", relation, {}), Reason.TEXT)
        for thing in self.extract.objects(processor.with_filter(node_keys).with_filter(other_keys)):
            if thing.is_node():
                self._readable(self._node, thing, "node")
            elif thing.is_way():
                self._readable(self._way, thing, "way")
            elif not thing.from_way():
                self._area(thing)
            if len(self.batch) >= BATCH:
                self.batch.flush()
        self.batch.flush()

    def _readable(self, take: Callable[[Any, Object], None], thing: Any, kind: str) -> None:
        """Hand over an object with its tags, unless its text cannot be read."""
        self.objects += 1
        if self.objects % _TELL_EVERY == 0:
            self.tell(self.objects)
        try:
            found = Object(kind, thing.id, dict(thing.tags))
        except UnicodeDecodeError:
            self.report(Object(kind, thing.id, {}), Reason.TEXT)
            return
        take(thing, found)

    def report(self, thing: Object, reason: Reason, where: tuple[float, float] | None = None) -> None:
        """Record an object that could not be built, unless a newer file has it."""
        if self.batch.superseded(np.array([thing.code]))[0]:
            return
        self.draft.report_unbuilt(self.batch.source_id, thing.ref, thing.tags, reason, where)

    # Nodes

    def _node(self, node: Any, thing: Object) -> None:
        tags = thing.tags
        number = self.batch.node(thing, node.lon, node.lat)
        if rules.is_place(tags):
            self._place(thing, number, AS_IS)
        self._address(thing, number, _EXACT)
        self._locality(thing, number, AS_IS)
        barrier, crossing = tags.get("barrier"), _crossing(tags)
        if barrier or crossing:
            self.batch.network.facts[thing.id] = NodeFacts(barrier, walking.node_access(tags), crossing)
        if barrier in rules.GATES:
            self._entrance(thing, number, "gate")
        if tags.get("entrance", "no") != "no":
            self._entrance(thing, number, "entrance")

    def _entrance(self, thing: Object, number: int, kind: str) -> None:
        """Make a row of a gate or an entrance; a gate that is drawn as a line has no node, and its middle is where it is."""
        value = thing.tags["entrance" if kind == "entrance" else "barrier"]
        node = thing.id if thing.kind == "node" else None
        values = (
            thing.ref,
            kind,
            value,
            walking.node_access(thing.tags),
            node,
            thing.json,
            self.batch.source_id,
        )
        self.batch.row("entrances", POINT, number, *values)

    # Ways

    def _way(self, way: Any, thing: Object) -> None:
        try:
            wkb = self._factory.create_linestring(way, osmium.geom.use_nodes.ALL)
        except (osmium.InvalidLocationError, RuntimeError):
            self._way_lost(way, thing)
            return
        tags, closed = thing.tags, way.is_closed()
        number = self.batch.shape(thing, wkb, line=True)
        area = closed and rules.is_area(tags)
        if area:
            self._as_area(thing, number)
        else:
            if rules.is_place(tags):
                self._place(thing, number, AS_IS)
            if rules.is_building(tags):
                self.report(thing, Reason.OPEN, self._known_position(way))
            if "addr:interpolation" not in tags:
                self._address(thing, number, _ALONG)
        self._lines(way, thing, number, area=area)

    def _lines(self, way: Any, thing: Object, number: int, *, area: bool) -> None:
        """Make the rows that want the way's line, whether or not it closes."""
        tags, source = thing.tags, self.batch.source_id
        if walking.is_road(tags):
            self._road(thing, number, [node.ref for node in way.nodes])
        barrier = rules.obstacle(tags)
        if barrier:
            self.batch.row("barriers", AS_IS, number, thing.ref, barrier, thing.json, source)
        elif tags.get("barrier") in rules.GATES and not area:
            self._entrance(thing, number, "gate")
        kind = rules.line_kind(tags)
        if kind and not area:
            self.batch.row("background", AS_IS, number, kind, tags.get("name"))
        if thing.id in self.structure.interpolations:
            self.batch.call(AS_IS, number, partial(self._keep_interpolation, thing))

    def _road(self, thing: Object, number: int, nodes: list[int]) -> None:
        tags = thing.tags
        self.roads += 1
        values = (tags.get("name"), tags["highway"], rules.other_names(tags), thing.json, self.batch.source_id)
        self.batch.row("roads", AS_IS, number, thing.ref, *values)
        access = walking.way_access(tags)
        if access:
            walk = WalkWay(thing.ref, tags["highway"], access, tags.get("name"), tags.get("lit"))
            self.batch.walk(number, walk, nodes)

    def _keep_interpolation(self, thing: Object, line: shapely.Geometry) -> None:
        self.interpolations[thing.id] = (thing.tags, line)

    def _way_lost(self, way: Any, thing: Object) -> None:
        """Report a way whose line could not be made, if it would have made a row."""
        known = [node for node in way.nodes if node.location.valid()]
        reason = Reason.NODES if len(known) < len(way.nodes) else Reason.SHORT
        self.report(thing, reason, self._known_position(way))

    @staticmethod
    def _known_position(way: Any) -> tuple[float, float] | None:
        known = next((node for node in way.nodes if node.location.valid()), None)
        return None if known is None else position(known.lon, known.lat)

    # Areas

    def _area(self, area: Any) -> None:
        relation = self.structure.areas.get(area.orig_id())
        if relation is None:
            return
        thing = Object("relation", area.orig_id(), relation.tags)
        self.objects += 1
        try:
            wkb = self._factory.create_multipolygon(area)
        except (osmium.InvalidLocationError, RuntimeError):
            return
        del self.failed[thing.id]
        number = self.batch.shape(thing, wkb, line=False)
        self._as_area(thing, number)
        access = walking.way_access(thing.tags) if walking.is_road(thing.tags) else None
        if access:
            self._walk_round(area, thing, number, access)

    def _walk_round(self, area: Any, thing: Object, number: int, access: str) -> None:
        """Let people walk along the outline of a pedestrian area that is a relation."""
        rings = [ring for outer in area.outer_rings() for ring in (outer, *area.inner_rings(outer))]
        walk = WalkWay(thing.ref, thing.tags["highway"], access, thing.tags.get("name"), thing.tags.get("lit"))
        for ring in rings:
            nodes = [(node.ref, node.lon, node.lat) for node in ring]
            self.batch.call(AS_IS, number, partial(self._add_ring, walk, nodes))

    def _add_ring(self, walk: WalkWay, nodes: list[tuple[int, float, float]], _: shapely.Geometry) -> None:
        ids, lon, lat = zip(*nodes, strict=True)
        line = shapely.linestrings(np.column_stack(crs.to_bng(lon, lat)))
        self.batch.network.add([walk], [ids], np.array([line], dtype=object))

    def _as_area(self, thing: Object, number: int) -> None:
        tags, source = thing.tags, self.batch.source_id
        if rules.is_place(tags):
            self._place(thing, number, AREA)
        if rules.is_building(tags):
            self.buildings += 1
            values = (thing.ref, tags["building"], rules.flats_in(tags), thing.json, source)
            self.batch.row("buildings", AREAS, number, *values)
        self._address(thing, number, _INSIDE)
        self._locality(thing, number, POINT)
        kind = rules.area_kind(tags)
        if kind:
            self.batch.row("background", AREA, number, kind, tags.get("name"))

    def add_group(self, thing: Object, geometry: shapely.Geometry) -> None:
        """Add a place that is a group of objects; `geometry` in EPSG:27700."""
        if self.batch.superseded(np.array([thing.code]))[0]:
            return
        names = [column.name for column in BY_NAME["places"].columns]
        columns = {name: [value] for name, value in zip(names, self._place_values(thing), strict=True)}
        self.draft.add("places", columns, np.array([geometry], dtype=object))

    # What nodes, ways and areas have in common

    def _place(self, thing: Object, number: int, form: str) -> None:
        self.batch.row("places", form, number, *self._place_values(thing))

    def _place_values(self, thing: Object) -> tuple[Any, ...]:
        tags = thing.tags
        return (
            thing.ref, tags.get("name"), thing.json, None, None, 0.0, rules.address_line(tags),
            postcode(tags.get("addr:postcode", "")), rules.uprn(tags), self.batch.source_id,
        )  # fmt: skip

    def _locality(self, thing: Object, number: int, form: str) -> None:
        tags = thing.tags
        if "place" in tags and "name" in tags:
            values = (thing.ref, tags["name"], tags["place"], rules.other_names(tags), self.batch.source_id)
            self.batch.row("localities", form, number, *values)

    def _address(self, thing: Object, number: int, exactness: int) -> None:
        found = rules.address(thing.tags)
        if found is None:
            code = postcode(thing.tags.get("addr:postcode", ""))
            if code:
                self.batch.postcode(number, code)
            return
        if found.street is None and (thing.kind, thing.id) in self.structure.streets:
            found = found._replace(street=self.structure.streets[thing.kind, thing.id])
        self.batch.address(number, exactness, found, thing.ref if rules.is_building(thing.tags) else None)
        if thing.kind == "node" and thing.id in self.structure.numbered and found.number:
            self.numbered[thing.id] = found
