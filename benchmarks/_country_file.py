"""Writes the synthetic country: an OpenStreetMap file with one town after another, and the postcodes that go with it.

A file has all nodes before all ways, so the towns are gone through three times; only one town is ever in memory.
"""

from __future__ import annotations

import csv
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
import osmium
import osmium.io
from osmium.osm import Box, Location

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
_DATE = DATA_DATE.strftime("%Y-%m-%dT%H:%M:%SZ")
_STAMP = f" v1 t{_DATE}"
_ESCAPED = {ord(sign): f"%{ord(sign):02x}%" for sign in " ,=@%\n\r\t"}
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
    _is: dict[tuple[str, bool], tuple[str, ...]] = field(default_factory=dict)

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
            for lines in (self._nodes(tell), self._road_nodes(), self._ways(tell), self._roads_between(), self._relations()):
                for part in lines:
                    _hand_over("".join(part), writer)
        self.made["network nodes"] = sum(len(road) for road in self._roads) + len(self.sites) * self.pattern.network
        self.made["towns"] = len(self.sites)

    def _nodes(self, tell: Tell) -> Iterator[list[str]]:
        nodes = self.pattern.town.nodes
        for copy in self.copies():
            tell("nodes", copy.number, len(self.sites))
            after = copy.number * len(nodes)
            tagged = [self._text("n", node, copy) or "" for node in nodes]
            places = _degrees(self.pattern.points + copy.shift)
            self.made["nodes"] += len(nodes)
            yield [f"n{node.id + after}{_STAMP}{tags}{at}" for node, tags, at in zip(nodes, tagged, places, strict=True)]

    def _road_nodes(self) -> Iterator[list[str]]:
        after = len(self.sites) * len(self.pattern.town.nodes)
        for road in self._roads:
            yield [f"n{ident}{_STAMP}{at}" for ident, at in enumerate(_degrees(road), after + 1)]
            after += len(road)
            self.made["nodes"] += len(road)

    def _ways(self, tell: Tell) -> Iterator[list[str]]:
        per_town, ways = len(self.pattern.town.nodes), self.pattern.town.ways
        members = {member.id for relation in self.pattern.town.relations for member in relation.members if member.kind == "w"}
        for copy in self.copies():
            tell("ways", copy.number, len(self.sites))
            after, after_nodes = copy.number * len(ways), copy.number * per_town
            texts = [(way, self._text("w", way, copy)) for way in ways]
            kept = [(way, text or "") for way, text in texts if text is not None or way.id in members]
            self.made["ways"] += len(kept)
            yield [
                f"w{way.id + after}{_STAMP}{text} N{','.join([f'n{node + after_nodes}' for node in way.nodes])}\n"
                for way, text in kept
            ]

    def _roads_between(self) -> Iterator[list[str]]:
        per_town = len(self.pattern.town.nodes)
        ident, first = len(self.sites) * len(self.pattern.town.ways), len(self.sites) * per_town + 1
        for number, (pair, road) in enumerate(zip(self._links.tolist(), self._roads, strict=True), 1):
            here, there = (node + town * per_town for town, node in self._gates(*pair))
            nodes = [f"n{node}" for node in (here, *range(first, first + len(road)), there)]
            first += len(road)
            parts = [nodes[start : start + _LONGEST_WAY + 1] for start in range(0, len(nodes) - 1, _LONGEST_WAY)]
            tags = f" Thighway=tertiary,ref=Z{number},note=synthetic"
            yield [f"w{ident + place}{_STAMP}{tags} N{','.join(part)}\n" for place, part in enumerate(parts, 1)]
            ident += len(parts)
            self.made["ways"] += len(parts)

    def _relations(self) -> Iterator[list[str]]:
        town = self.pattern.town
        per = {"n": len(town.nodes), "w": len(town.ways), "r": len(town.relations)}
        for copy in self.copies():
            kept = [(relation, text) for relation in town.relations if (text := self._text("r", relation, copy)) is not None]
            self.made["relations"] += len(kept)
            yield [
                f"r{relation.id + copy.number * per['r']}{_STAMP}{text} M"
                + ",".join(f"{one.kind}{one.id + copy.number * per[one.kind]}@{one.role}" for one in relation.members)
                + "\n"
                for relation, text in kept
            ]

    def _text(self, kind: str, thing: objects.Node | objects.Way | objects.Relation, copy: Copy) -> str | None:
        """Give an object's tags in a copy as OPL has them, `None` where the copy leaves it out, and count what it is."""
        if not thing.tags:
            return ""
        tags = self.pattern.tags(kind, thing, copy.kept)
        if tags is None:
            return None
        self._count(f"{kind}{thing.id}", tags, whole=tags is thing.tags)
        changed = copy.changed
        return " T" + ",".join([f"{_escaped(key)}={_escaped(changed.get(value, value))}" for key, value in tags.items()])

    def _count(self, ref: str, tags: objects.Tags, *, whole: bool) -> None:
        """Count what an object is; in all copies it is the same, but for whether it is a place."""
        if (ref, whole) not in self._is:
            found = {"addresses": rules.address(tags), "buildings": rules.is_building(tags), "places": rules.is_place(tags)}
            self._is[ref, whole] = tuple(what for what, holds in found.items() if holds)
        for what in self._is[ref, whole]:
            self.made[what] += 1

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
        header.set("osmosis_replication_timestamp", _DATE)
        return header


@lru_cache(100_000)
def _escaped(text: str) -> str:
    return text.translate(_ESCAPED)


def _hand_over(text: str, writer: osmium.SimpleWriter) -> None:
    """Let the library read a text in its format OPL and write the objects: several times as fast as object by object."""
    with osmium.io.Reader(osmium.io.FileBuffer(text.encode(), "opl")) as reader:
        osmium.apply(reader, writer)


def _degrees(points: Points) -> list[str]:
    """Give where points lie as the end of a node's line in OPL."""
    lon, lat = to_lonlat(points[:, 0], points[:, 1])
    return [f" x{x:.7f} y{y:.7f}\n" for x, y in zip(lon.tolist(), lat.tolist(), strict=True)]


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
