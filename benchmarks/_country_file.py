"""Writes the synthetic country: an OpenStreetMap file with one town after another, and the postcodes that go with it.

A file has all nodes before all ways, so the towns are gone through three times; only one town is ever in memory.
"""

from __future__ import annotations

import csv
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import osmium
import osmium.io
from osmium.osm import Box, Location
from osmium.osm.mutable import Node, Relation, Way

from benchmarks._country import AREAS, COMMON, stem, street_name
from benchmarks._pattern import Pattern, draw
from benchmarks._scotland import Links, Points, links, town_sites
from era_geo.crs import to_lonlat
from era_geo.region.osm import rules
from era_geo.region.osm.extract import SYNTHETIC_COUNTRY
from era_geo.town import DATA_DATE, objects

ADDRESSES, PLACES, NETWORK_NODES = 2_700_000, 60_000, 4_000_000
"""Scotland's size, at scale 1."""
LABEL = "Synthetic"
"""The last word of every town's name."""

_SEED = 20
_PATHS = 853  # paths from doors, in a town: with them and the country roads the network has the nodes it should
_STAMP = DATA_DATE.strftime("%Y-%m-%dT%H:%M:%SZ")  # as text: a datetime costs as much as the rest of a node
_DEGREES = 7
_LONGEST_WAY = 500  # nodes
_WIGGLE_M = 60.0
_DISTRICTS = 99
_UPRNS_A_TOWN = 10_000

Tell = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Copy:
    """One town of the country. `shift` is its south-west corner; `changed` its own words for those of the pattern."""

    number: int
    shift: Points
    name: str
    changed: Mapping[str, str]
    kept: frozenset[int]


@dataclass
class Country:
    """The synthetic country at a scale: 1 is as large as Scotland."""

    scale: float
    made: Counter[str] = field(default_factory=Counter)
    """How much of what was written: addresses, buildings, places, network nodes, nodes, ways, relations, towns, postcodes."""

    @cached_property
    def pattern(self) -> Pattern:
        """The town that is copied."""
        return draw(1, _PATHS)

    @cached_property
    def sites(self) -> Points:
        """Where the towns stand, shape (n, 2)."""
        addresses = sum(rules.address(tags) is not None for tags in self.pattern.tagged())
        return town_sites(max(1, round(ADDRESSES * self.scale / addresses)), _SEED)

    @cached_property
    def _links(self) -> Links:
        return links(self.sites)

    @cached_property
    def _roads(self) -> list[Points]:
        """The country roads' own nodes (eastings, northings), between a gate of one town and a gate of another."""
        ends = [self._gates(one, other) for one, other in self._links.tolist()]
        spots = [tuple(self.sites[town] + self.pattern.points[node - 1] for town, node in pair) for pair in ends]
        lengths = np.array([np.hypot(*(there - here)) for here, there in spots])
        wanted = NETWORK_NODES * self.scale - len(self.sites) * self.pattern.network
        step = lengths.sum() / max(wanted, len(lengths)) if len(lengths) else 1.0
        return [_winding(here, there, max(1, int(length / step))) for (here, there), length in zip(spots, lengths, strict=True)]

    def _gates(self, one: int, other: int) -> tuple[tuple[int, int], tuple[int, int]]:
        """Say at which nodes of two towns the road between them begins and ends: (town, node of the pattern) each."""
        west, east, south, north = self.pattern.gates
        across, up = self.sites[other] - self.sites[one]
        if abs(across) >= abs(up):
            here, there = (east, west) if across > 0 else (west, east)
        else:
            here, there = (north, south) if up > 0 else (south, north)
        return (one, here), (other, there)

    def copies(self) -> Iterator[Copy]:
        """Give the towns, from south to north. Each keeps other places of the pattern's, so that all kinds occur."""
        names: set[str] = set()
        places, quota = len(self.pattern.place_of), PLACES * self.scale / len(self.sites)
        for number, shift in enumerate(self.sites):
            rng = random.Random(f"{_SEED} {number}")
            name = _fresh(lambda rng=rng: f"{stem(rng)} {LABEL}", names)
            first, last = (round(quota * turn) for turn in (number, number + 1))
            kept = frozenset(place % places for place in range(first, min(last, first + places)))
            yield Copy(number, shift, name, self._changed(number, name, rng), kept)

    def _changed(self, number: int, name: str, rng: random.Random) -> dict[str, str]:
        town = self.pattern.town.name
        district = f"{AREAS[number // _DISTRICTS]}{number % _DISTRICTS + 1}"
        taken: set[str] = set(COMMON)
        changed = {}
        for text in sorted(self.pattern.changing):
            if town in text:
                changed[text] = text.replace(town, name)
            elif text.isdigit():
                changed[text] = str(int(text) + number * _UPRNS_A_TOWN)
            elif text.startswith("ZZ"):
                changed[text] = f"{district} {text.split()[1]}"
            elif text in self._localities:
                changed[text] = f"{stem(rng)} of {name}"
            elif text not in COMMON:
                changed[text] = _fresh(lambda: street_name(rng), taken)
        return changed

    @cached_property
    def _localities(self) -> frozenset[str]:
        town = self.pattern.town
        named = {thing.tags.get("name", "") for thing in (*town.nodes, *town.ways) if "place" in thing.tags}
        return frozenset(named | {address.town for address in town.addresses})

    def write(self, path: Path, tell: Tell) -> None:
        """Write the extract, replacing what is there."""
        with osmium.SimpleWriter(str(path), header=self._header(), overwrite=True) as writer:
            self._write_nodes(writer, tell)
            self._write_ways(writer, tell)
            for copy in self.copies():
                for relation in self.pattern.town.relations:
                    self._write_relation(writer, copy, relation)
        self.made["network nodes"] = self.made.pop("road nodes") + len(self.sites) * self.pattern.network
        self.made["towns"] = len(self.sites)

    def _write_nodes(self, writer: osmium.SimpleWriter, tell: Tell) -> None:
        nodes = self.pattern.town.nodes
        for copy in self.copies():
            tell("nodes", copy.number, len(self.sites))
            after = copy.number * len(nodes)
            for node, place in zip(nodes, _degrees(self.pattern.points + copy.shift), strict=True):
                tags = self.pattern.copy_tags("n", node, copy.changed, copy.kept) or {}
                self._count(tags)
                writer.add_node(Node(id=node.id + after, location=place, tags=tags, version=1, timestamp=_STAMP))
        after = len(self.sites) * len(nodes)
        for road in self._roads:
            for place in _degrees(road):
                after += 1
                writer.add_node(Node(id=after, location=place, version=1, timestamp=_STAMP))
            self.made["road nodes"] += len(road)
        self.made["nodes"] = after

    def _write_ways(self, writer: osmium.SimpleWriter, tell: Tell) -> None:
        per_town, ways = len(self.pattern.town.nodes), self.pattern.town.ways
        members = {member.id for relation in self.pattern.town.relations for member in relation.members if member.kind == "w"}
        for copy in self.copies():
            tell("ways", copy.number, len(self.sites))
            for way in ways:
                tags = self.pattern.copy_tags("w", way, copy.changed, copy.kept)
                if tags is None and way.id not in members:
                    continue
                self._count(tags or {})
                self.made["ways"] += 1
                nodes = [node + copy.number * per_town for node in way.nodes]
                ident = way.id + copy.number * len(ways)
                writer.add_way(Way(id=ident, nodes=nodes, tags=tags or {}, version=1, timestamp=_STAMP))
        self._write_roads(writer)

    def _write_roads(self, writer: osmium.SimpleWriter) -> None:
        per_town = len(self.pattern.town.nodes)
        ident, first = len(self.sites) * len(self.pattern.town.ways), len(self.sites) * per_town + 1
        for number, (pair, road) in enumerate(zip(self._links.tolist(), self._roads, strict=True), 1):
            here, there = (node + town * per_town for town, node in self._gates(*pair))
            nodes = [here, *range(first, first + len(road)), there]
            first += len(road)
            tags = {"highway": "tertiary", "ref": f"Z{number}", "note": "synthetic"}
            for start in range(0, len(nodes) - 1, _LONGEST_WAY):
                ident += 1
                self.made["ways"] += 1
                part = nodes[start : start + _LONGEST_WAY + 1]
                writer.add_way(Way(id=ident, nodes=part, tags=tags, version=1, timestamp=_STAMP))

    def _write_relation(self, writer: osmium.SimpleWriter, copy: Copy, relation: objects.Relation) -> None:
        town = self.pattern.town
        tags = self.pattern.copy_tags("r", relation, copy.changed, copy.kept)
        if tags is None:
            return
        per = {"n": len(town.nodes), "w": len(town.ways), "r": len(town.relations)}
        members = [(one.kind, one.id + copy.number * per[one.kind], one.role) for one in relation.members]
        ident = relation.id + copy.number * per["r"]
        self._count(tags)
        self.made["relations"] += 1
        writer.add_relation(Relation(id=ident, members=members, tags=tags, version=1, timestamp=_STAMP))

    def _count(self, tags: Mapping[str, str]) -> None:
        if tags:
            self.made["addresses"] += rules.address(tags) is not None
            self.made["buildings"] += rules.is_building(tags)
            self.made["places"] += rules.is_place(tags)

    def write_postcodes(self, path: Path) -> None:
        """Write where each postcode lies, in the layout of Code-Point Open: no headings, ten columns."""
        west, south, *_ = self.pattern.town.extent
        points: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for address in self.pattern.town.addresses:
            if address.postcode in self.pattern.changing:
                points[address.postcode].append((address.easting - west, address.northing - south))
        centres = {code: np.mean(spots, axis=0) for code, spots in sorted(points.items())}
        with path.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            for copy in self.copies():
                for code, centre in centres.items():
                    east, north = np.round(centre + copy.shift).astype(int).tolist()
                    rows.writerow([copy.changed[code], 10, east, north, "S92000003", "", "S08000000", "", "S12000000", "S13000000"])
                    self.made["postcodes"] += 1

    def _header(self) -> osmium.io.Header:
        west, south = self.sites.min(axis=0)
        east, north = self.sites.max(axis=0) + self.pattern.points.max(axis=0)
        lon, lat = to_lonlat([west, east, east, west], [south, south, north, north])
        header = osmium.io.Header()
        header.add_box(
            Box(
                Location(round(float(max(lon[0], lon[3])), _DEGREES), round(float(max(lat[0], lat[1])), _DEGREES)),
                Location(round(float(min(lon[1], lon[2])), _DEGREES), round(float(min(lat[2], lat[3])), _DEGREES)),
            )
        )
        header.set("generator", SYNTHETIC_COUNTRY)
        header.set("osmosis_replication_timestamp", _STAMP)
        return header


def _degrees(points: Points) -> list[tuple[float, float]]:
    lon, lat = to_lonlat(points[:, 0], points[:, 1])
    return np.round(np.column_stack([lon, lat]), _DEGREES).tolist()


def _winding(here: Points, there: Points, count: int) -> Points:
    """Give `count` points along a road that winds a little, both ends left out."""
    share = np.arange(1, count + 1) / (count + 1)
    along = there - here
    aside = np.array([-along[1], along[0]]) / (np.hypot(*along) or 1.0)
    swing = _WIGGLE_M * np.sin(share * np.pi) * np.sin(share * np.hypot(*along) / 300.0)
    return here + share[:, None] * along + swing[:, None] * aside


def _fresh(make: Callable[[], str], taken: set[str]) -> str:
    """Make up names until one is new."""
    while (name := make()) in taken:
        pass
    taken.add(name)
    return name
