"""Rows of objects: what tables each node, way and area of interest has rows in, and what is kept of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from typing import Any

import numpy as np
import shapely

from era_geo import crs
from era_geo.region.address_words import postcode
from era_geo.region.draft import Draft
from era_geo.region.osm import rules, walking
from era_geo.region.osm.batch import Batch, Kept, Object, Reason, Superseded
from era_geo.region.osm.network import NodeFacts, WalkWay
from era_geo.region.osm.objects import Found
from era_geo.region.osm.rules import Tags
from era_geo.region.osm.shapes import AREA, AREAS, AS_IS, POINT
from era_geo.region.osm.structure import Structure


def position(lon: float, lat: float) -> tuple[float, float]:
    """Give a rough place in EPSG:27700; not a number where it falls outside the grid."""
    easting, northing = crs.to_bng(lon, lat)
    return float(easting[0]), float(northing[0])


def _crossing(tags: Tags) -> str | None:
    value = tags.get("crossing") or ("yes" if tags.get("highway") == "crossing" else None)
    return None if value == "no" else value


# An address on a point was set there by a mapper; one on an outline is only somewhere in it.
_EXACT, _INSIDE, _ALONG = 0, 1, 2
_LOCATED = re.compile(r"x([-.\d]+)y([-.\d]+)")


class Rows:
    """Makes rows of one file's objects, some ten thousand at a time."""

    def __init__(self, draft: Draft, kept: Kept, source_id: int, superseded: Superseded, structure: Structure) -> None:
        self.draft = draft
        self.kept = kept
        self.structure = structure
        self.batch = Batch(draft, kept, source_id, superseded)

    def take(self, found: Iterable[Found]) -> None:
        """Make the rows of some ten thousand nodes and ways."""
        for one in found:
            self._take(one)
        self.batch.flush()

    def _take(self, found: Found) -> None:
        self.kept.objects += 1
        thing = Object(found.kind, found.id, found.tags or {})
        if found.tags is None:
            self.report(thing, Reason.TEXT)
        elif found.kind == "node":
            self._node(thing, found.place)
        else:
            self._way(thing, found.place)

    def report(self, thing: Object, reason: Reason, where: tuple[float, float] | None = None) -> None:
        """Record an object that could not be built, unless a newer file has it."""
        if self.batch.superseded(np.array([thing.code]))[0]:
            return
        self.draft.report_unbuilt(self.batch.source_id, thing.ref, thing.tags, reason, where)

    # Nodes

    def _node(self, thing: Object, place: str) -> None:
        tags = thing.tags
        lon, lat = place.split(" ")
        number = self.batch.node(thing, float(lon[1:] or "nan"), float(lat[1:] or "nan"))
        if rules.is_place(tags):
            self._place(thing, number, AS_IS)
        self._address(thing, number, _EXACT)
        self._locality(thing, number, AS_IS)
        barrier, crossing = tags.get("barrier"), _crossing(tags)
        if barrier or crossing:
            self.kept.network.facts[thing.id] = NodeFacts(barrier, walking.node_access(tags), crossing)
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

    def _way(self, thing: Object, place: str) -> None:
        ends = place[: place.find("x")], place[place.rfind("n") : place.rfind("x")]
        if "xy" in place or "," not in place:
            self.report(thing, Reason.NODES if "xy" in place else Reason.SHORT, self._known_position(place))
            return
        tags, closed = thing.tags, ends[0] == ends[1]
        number = self.batch.line(thing, place)
        area = closed and rules.is_area(tags)
        if area:
            self.as_area(thing, number)
        else:
            if rules.is_place(tags):
                self._place(thing, number, AS_IS)
            if rules.is_building(tags):
                self.report(thing, Reason.OPEN, self._known_position(place))
            if "addr:interpolation" not in tags:
                self._address(thing, number, _ALONG)
        self._lines(thing, number, area=area)

    def _lines(self, thing: Object, number: int, *, area: bool) -> None:
        """Make the rows that want the way's line, whether or not it closes."""
        tags, source = thing.tags, self.batch.source_id
        if walking.is_road(tags):
            self._road(thing, number)
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

    def _road(self, thing: Object, number: int) -> None:
        tags = thing.tags
        self.kept.roads += 1
        values = (tags.get("name"), tags["highway"], rules.other_names(tags), thing.json, self.batch.source_id)
        self.batch.row("roads", AS_IS, number, thing.ref, *values)
        access = walking.way_access(tags)
        if access:
            walk = WalkWay(thing.ref, tags["highway"], access, tags.get("name"), tags.get("lit"))
            self.batch.walk(number, walk)

    def _keep_interpolation(self, thing: Object, line: shapely.Geometry) -> None:
        self.kept.interpolations[thing.id] = (thing.tags, line)

    @staticmethod
    def _known_position(place: str) -> tuple[float, float] | None:
        """Give a rough place of a way: its first node that is in the file."""
        known = _LOCATED.search(place)
        return None if known is None else position(float(known[1]), float(known[2]))

    # What nodes, ways and areas have in common

    def as_area(self, thing: Object, number: int) -> None:
        """Make the rows of an area that the batch has as object `number`."""
        tags, source = thing.tags, self.batch.source_id
        if rules.is_place(tags):
            self._place(thing, number, AREA)
        if rules.is_building(tags):
            values = (thing.ref, tags["building"], rules.flats_in(tags), thing.json, source)
            self.batch.row("buildings", AREAS, number, *values)
        self._address(thing, number, _INSIDE)
        self._locality(thing, number, POINT)
        kind = rules.area_kind(tags)
        if kind:
            self.batch.row("background", AREA, number, kind, tags.get("name"))

    def _place(self, thing: Object, number: int, form: str) -> None:
        self.batch.row("places", form, number, *self.place_values(thing))

    def place_values(self, thing: Object) -> tuple[Any, ...]:
        """Give the columns of `places`."""
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
            self.kept.numbered[thing.id] = found
