"""A graph of nodes and metres, and the shortest ways in it from one start, found by scipy."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

UNREACHED = -1
"""Stands where there is no node or no edge."""


@dataclass(frozen=True)
class Graph:
    """A directed graph in compressed rows, parallel edges already reduced to the shortest.

    `heads`, `metres`, `edge` and `forward` have one value for each entry: where it leads, its length, the edge it walks (-1 for
    a step between layers, of no length) and whether it walks it from its `u` to its `v`.
    """

    starts: Ints
    heads: Ints
    metres: Floats
    edge: Ints
    forward: Bools

    @classmethod
    def of(cls, size: int, *, tails: Ints, heads: Ints, metres: Floats, edge: Ints, forward: Bools) -> Graph:
        """Build the rows of `size` nodes from a list of entries; of entries between the same two nodes the shortest is kept."""
        order = np.lexsort((edge, metres, heads, tails))
        tails, heads = tails[order], heads[order]
        first = np.ones(len(order), dtype=bool)
        first[1:] = (tails[1:] != tails[:-1]) | (heads[1:] != heads[:-1])
        kept = order[first]
        starts = np.searchsorted(tails[first], np.arange(size + 1))
        return cls(starts, heads[first], metres[kept], edge[kept], forward[kept])

    @property
    def size(self) -> int:
        """The number of nodes."""
        return len(self.starts) - 1

    @cached_property
    def tails(self) -> Ints:
        """Where each entry begins."""
        return np.repeat(np.arange(self.size), np.diff(self.starts))

    @cached_property
    def turned(self) -> Graph:
        """The same graph with every entry turned round."""
        return Graph.of(self.size, tails=self.heads, heads=self.tails, metres=self.metres, edge=self.edge, forward=~self.forward)

    @cached_property
    def _starts_short(self) -> npt.NDArray[np.int32]:
        """`starts` as scipy's searches want it."""
        return self.starts.astype(np.int32)

    @cached_property
    def _heads_short(self) -> npt.NDArray[np.int32]:
        """`heads` as scipy's searches want it."""
        return self.heads.astype(np.int32)

    @cached_property
    def _keys(self) -> Ints:
        return self.tails * self.size + self.heads

    def entry(self, tails: Ints, heads: Ints) -> Ints:
        """Give the entries that lead from `tails` to `heads`, which must exist. Shapes (n,)."""
        return np.searchsorted(self._keys, tails * self.size + heads)

    def search(self, nodes: Ints, metres: Floats, limit_m: float) -> Tree:
        """Find the shortest ways from a start that lies `metres` before each of `nodes`, up to `limit_m` in all."""
        from scipy.sparse import csr_array  # noqa: PLC0415 - slow to import
        from scipy.sparse.csgraph import dijkstra  # noqa: PLC0415 - slow to import

        order = np.lexsort((metres, nodes))
        ordered = nodes[order]
        seeds = order[np.append(True, ordered[1:] != ordered[:-1])] if len(order) else order
        start = self.size
        rows = np.append(self._starts_short, np.int32(len(self.heads) + len(seeds)))
        heads = np.concatenate([self._heads_short, nodes[seeds].astype(np.int32)])
        weights = np.concatenate([self.metres, metres[seeds]])
        matrix = csr_array((weights, heads, rows), shape=(start + 1, start + 1))
        found, parents = dijkstra(matrix, indices=start, return_predecessors=True, limit=limit_m)
        return Tree(self, found[:start], parents[:start].astype(np.int64), seeds)


@dataclass(frozen=True)
class Tree:
    """The shortest ways from one start. `metres` is infinite where there is none within the limit; shape (nodes,).

    `parents` is the node before each node, `graph.size` where that is the start itself, negative where there is no way;
    `seeds` are the positions, in what `Graph.search` was given, of the seeds that it used.
    """

    graph: Graph
    metres: Floats
    parents: Ints
    seeds: Ints

    def path(self, node: int) -> Ints:
        """Give the graph's entries walked from the first node after the start to `node`, in the order of the walk."""
        nodes = [node]
        while (parent := int(self.parents[nodes[-1]])) != self.graph.size:
            nodes.append(parent)
        chain = np.array(nodes[::-1], dtype=np.int64)
        return self.graph.entry(chain[:-1], chain[1:])
