"""The walking network: ways split where they meet and at barriers, on whole arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from era_geo.region.draft import Draft, Geometries

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_EDGES_AT_ONCE = 100_000


class WalkWay(NamedTuple):
    """What an edge inherits from its way, in the order of the table's columns."""

    ref: str
    highway: str
    access: str
    name: str | None
    lit: str | None


class NodeFacts(NamedTuple):
    """A node at which the network is split: a barrier, a gate or a crossing."""

    barrier: str | None
    access: str
    crossing: str | None


_NO_FACTS = NodeFacts(None, "yes", None)


@dataclass(frozen=True)
class Edges:
    """A network. Edge i is a part of way `way[i]`: elements `start[i]` to `end[i]`, inclusive, of `nodes` and `points`."""

    nodes: Ints
    points: Floats
    way: Ints
    start: Ints
    end: Ints


class Network:
    """Ways gathered from one or more files; equal node ids connect."""

    def __init__(self) -> None:
        self._ways: list[WalkWay] = []
        self._lengths: list[Ints] = []
        self._nodes: list[Ints] = []
        self._points: list[Floats] = []
        self.facts: dict[int, NodeFacts] = {}

    def join(self, other: Network) -> None:
        """Add all that another network has gathered, after what is here."""
        self._ways += other._ways
        self._lengths += other._lengths
        self._nodes += other._nodes
        self._points += other._points
        self.facts.update(other.facts)

    def add(self, ways: Sequence[WalkWay], nodes: Sequence[Sequence[int] | Ints], lines: Geometries) -> None:
        """Add ways: the node ids of each, and its line in EPSG:27700 with a vertex for each node (`None`: leave it out)."""
        good = np.flatnonzero(~shapely.is_missing(lines)).tolist()
        if not good:
            return
        self._ways += [ways[i] for i in good]
        self._lengths.append(np.array([len(nodes[i]) for i in good], dtype=np.int64))
        self._nodes.append(np.concatenate([np.asarray(nodes[i], dtype=np.int64) for i in good]))
        self._points.append(shapely.get_coordinates(lines))

    def write(self, draft: Draft) -> None:
        """Split the ways and write `walk_edges` and `walk_nodes`."""
        if not self._ways:
            return
        whole = np.concatenate(self._nodes), np.concatenate(self._points), np.concatenate(self._lengths)
        edges = split(*whole, also_at=np.fromiter(self.facts, np.int64, len(self.facts)))
        for begin in range(0, len(edges.way), _EDGES_AT_ONCE):
            self._write_edges(draft, edges, slice(begin, begin + _EDGES_AT_ONCE))
        self._write_nodes(draft, edges)

    def _write_edges(self, draft: Draft, edges: Edges, part: slice) -> None:
        start, end = edges.start[part], edges.end[part]
        lengths = end - start + 1
        index = np.repeat(np.arange(len(start)), lengths)
        offset = np.arange(len(index)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        lines = shapely.linestrings(edges.points[start[index] + offset], indices=index)
        ways = [self._ways[way] for way in edges.way[part]]
        columns = {
            "ref": [way.ref for way in ways],
            "u": edges.nodes[start].tolist(),
            "v": edges.nodes[end].tolist(),
            "length_m": shapely.length(lines).tolist(),
            "highway": [way.highway for way in ways],
            "access": [way.access for way in ways],
            "name": [way.name for way in ways],
            "lit": [way.lit for way in ways],
        }
        draft.add("walk_edges", columns, lines)

    def _write_nodes(self, draft: Draft, edges: Edges) -> None:
        places = np.concatenate([edges.start, edges.end])
        nodes, first = np.unique(edges.nodes[places], return_index=True)
        facts = [self.facts.get(node, _NO_FACTS) for node in nodes.tolist()]
        columns = {
            "node": nodes.tolist(),
            "barrier": [fact.barrier for fact in facts],
            "access": [fact.access for fact in facts],
            "crossing": [fact.crossing for fact in facts],
        }
        draft.add("walk_nodes", columns, edges.points[places[first]])


def split(nodes: Ints, points: Floats, lengths: Ints, also_at: Ints) -> Edges:
    """Split ways at their ends, at nodes that occur more than once, and at the nodes in `also_at`.

    The ways lie one after another in `nodes` (ids, shape (n,)) and `points` (eastings and northings, shape (n, 2)); `lengths`
    says how many nodes each has. Two nodes of a way in one spot stay two nodes; one node twice in a row is one.
    """
    way = np.repeat(np.arange(len(lengths)), lengths)
    fresh = np.ones(len(nodes), dtype=bool)
    fresh[1:] = (nodes[1:] != nodes[:-1]) | (way[1:] != way[:-1])
    nodes, points, way = nodes[fresh], points[fresh], way[fresh]
    _, inverse, counts = np.unique(nodes, return_inverse=True, return_counts=True)
    is_end = np.ones(len(nodes), dtype=bool)
    is_end[1:-1] = (way[1:-1] != way[:-2]) | (way[1:-1] != way[2:])
    cut = np.flatnonzero(is_end | (counts[inverse] > 1) | np.isin(nodes, also_at))
    same_way = way[cut[:-1]] == way[cut[1:]]
    start, end = cut[:-1][same_way], cut[1:][same_way]
    return Edges(nodes, points, way[start], start, end)
