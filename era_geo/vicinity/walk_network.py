"""The walking network of a window as arrays, and the graph of who may walk where in it.

Who may walk where is built into the graph, so that one search answers for every place. A way that is private may be walked only
at the beginning of a walk (the property's own drive) or at its end (the place's own ground), as route planners do, and never
as a short cut. So the graph has three layers of nodes, and a walk may only go from one to the next: the private ways it sets
out on, the public ways, and the private ways it ends on. A gate that is not open to the public is cut: the ways on both of its
sides end there. A private gate opens only to who leaves by a private way that leads to it. What nobody may walk is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely

from era_geo.region.address_words import name_key
from era_geo.region.region import Region, Window
from era_geo.vicinity.walk_graph import UNREACHED, Bools, Floats, Graph, Ints

Objects = npt.NDArray[np.object_]

_EDGE_COLUMNS = ("u", "v", "access", "highway")


@dataclass(frozen=True)
class WalkNetwork:
    """The ways that people may walk in a window. Arrays have one value for each edge, shape (n,); geometry is EPSG:27700.

    `leave_u` and `leave_v` are the graph's nodes by which a walk that begins on the edge leaves it, `reach_u` and `reach_v`
    those by which a walk that ends on it reaches it.
    """

    region: Region
    window: Window
    fid: Ints
    geometry: Objects
    metres: Floats
    private: Bools
    leave_u: Ints
    leave_v: Ints
    reach_u: Ints
    reach_v: Ints
    graph: Graph

    @classmethod
    def read(cls, region: Region, window: Window) -> WalkNetwork:
        """Read every walkable edge that touches `window`, whole, but for the outlines of squares that no other way joins.

        The ways that cross such a square share no node with its outline: that leads nowhere, and a walk to a bus stop on the
        square would end there instead of on the street beside it.
        """
        edges = region.read("walk_edges", window, _EDGE_COLUMNS)
        access = np.array(edges["access"], dtype="U8")
        numbers = {column: np.array(edges[column], dtype=np.int64) for column in ("fid", "u", "v")}
        walked = access != "no"
        square = np.array(edges["highway"], dtype="U10")[walked] == "pedestrian"
        lone = _lone_rings(numbers["u"][walked], numbers["v"][walked], edges.geometry[walked], window)
        walked[walked] = ~(square & lone)
        fid, *ends = (numbers[column][walked] for column in ("fid", "u", "v"))
        geometry = edges.geometry[walked]
        private = access[walked] != "yes"
        metres: Floats = shapely.length(geometry)
        layers = _layers(np.stack(ends), private, _closed_nodes(region, window))
        return cls(
            region=region,
            window=window,
            fid=fid,
            geometry=geometry,
            metres=metres,
            private=private,
            leave_u=layers.leave[0],
            leave_v=layers.leave[1],
            reach_u=layers.reach[0],
            reach_v=layers.reach[1],
            graph=_graph(layers, metres),
        )

    def __len__(self) -> int:
        return len(self.geometry)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """The edges' spatial index."""
        return shapely.STRtree(self.geometry)

    @cached_property
    def streets(self) -> list[str | None]:
        """Each edge's street name as a key; `None` where it has none."""
        least_e, least_n, greatest_e, greatest_n = self.window
        sql = (
            "SELECT fid, name FROM walk_edges WHERE name IS NOT NULL AND fid IN "
            "(SELECT id FROM rtree_walk_edges_geom WHERE maxx >= ? AND minx <= ? AND maxy >= ? AND miny <= ?)"
        )
        named = dict(self.region.query(sql, (least_e, greatest_e, least_n, greatest_n)))
        keys = {name: name_key(name) for name in set(named.values())}
        return [keys.get(named.get(fid, "")) for fid in self.fid.tolist()]

    @cached_property
    def leads_out(self) -> Bools:
        """Whether a walk that begins on the edge can get to a public way: false for private ways that join none. Shape (n,).

        Private ways that run on outside the window may join one there: whether they do shows where a wider window is read.
        """
        from scipy.sparse import csr_array  # noqa: PLC0415 - slow to import
        from scipy.sparse.csgraph import connected_components  # noqa: PLC0415 - slow to import

        size = self.graph.size
        entries = (np.ones(len(self.graph.heads)), self.graph.heads.astype(np.int32), self.graph.starts.astype(np.int32))
        # The layer that walks end on leads nowhere, so it must not join what it does not lead to.
        ending = np.zeros(size, dtype=bool)
        ending[self.reach_u[self.private]] = ending[self.reach_v[self.private]] = True
        entries[0][ending[self.graph.heads]] = 0
        matrix = csr_array(entries, shape=(size, size))
        matrix.eliminate_zeros()
        _, part = connected_components(matrix, directed=False)
        public = np.zeros(part.max(initial=0) + 1, dtype=bool)
        public[part[self.leave_u[~self.private | self._runs_on]]] = True
        leads: Bools = public[part[self.leave_u]]
        return leads

    @cached_property
    def _runs_on(self) -> Bools:
        """Whether the edge is not all in the window. Shape (n,)."""
        bounds = shapely.bounds(self.geometry)
        west, south, east, north = self.window
        least, greatest = bounds[:, :2] < (west, south), bounds[:, 2:] > (east, north)
        return np.asarray(np.hstack([least, greatest]).any(axis=1), dtype=bool)


@dataclass(frozen=True)
class _Layers:
    """The nodes of the three layers. `leave` and `reach` have shape (2, edges): by the edge's start, by its end."""

    size: int
    private: Bools
    leave: Ints
    reach: Ints
    steps: tuple[Ints, Ints]
    """Steps of no length from one layer to the next: nodes from, nodes to."""


def _lone_rings(u: Ints, v: Ints, geometry: Objects, window: Window) -> Bools:
    """Say which edges are rings from a node back to it that no other edge joins. Shapes (n,).

    Nothing is said of a node outside the window: what joins it there was not read.
    """
    lone: Bools = u == v
    rings = np.flatnonzero(lone)
    if len(rings):
        nodes, joined = np.unique(np.concatenate([u, v]), return_counts=True)
        at = shapely.get_coordinates(shapely.get_point(geometry[rings], 0))
        inside = ((at >= window[:2]) & (at <= window[2:])).all(axis=1)
        lone[rings] = (joined[np.searchsorted(nodes, u[rings])] == 2) & inside
    return lone


def _closed_nodes(region: Region, window: Window) -> dict[str, Ints]:
    """Give the ids of the nodes that the public may not pass on foot, by what is said of them: `private` or `no`."""
    sql = (
        "SELECT node, access FROM walk_nodes WHERE access IN ('private', 'no') AND fid IN "
        "(SELECT id FROM rtree_walk_nodes_geom WHERE maxx >= ? AND minx <= ? AND maxy >= ? AND miny <= ?)"
    )
    least_e, least_n, greatest_e, greatest_n = window
    rows = region.query(sql, (least_e, greatest_e, least_n, greatest_n))
    return {kind: np.array([node for node, access in rows if access == kind], dtype=np.int64) for kind in ("private", "no")}


def _layers(ends: Ints, private: Bools, closed: dict[str, Ints]) -> _Layers:
    """Give numbers to the nodes of the three layers. `ends` has shape (2, edges): OpenStreetMap node ids."""
    never = np.isin(ends, closed["no"])
    shut = never | np.isin(ends, closed["private"])
    numbers = _Numbers(ends)
    public = numbers.take(~private & np.ones_like(shut), cut=shut)
    setting_out = numbers.take(private & np.ones_like(shut), cut=never)
    ending = numbers.take(private & np.ones_like(shut), cut=shut)
    return _Layers(
        size=numbers.used,
        private=private,
        leave=np.where(private, setting_out, public),
        reach=np.where(private, ending, public),
        steps=_steps(ends, private, (public, setting_out, ending), never, shut),
    )


class _Numbers:
    """Hands out node numbers layer by layer: one for each node, or where the node is cut one for each edge that ends there."""

    def __init__(self, ends: Ints) -> None:
        self._ids = np.unique(ends, return_inverse=True)[1].reshape(ends.shape)
        self.used = 0

    def take(self, wanted: Bools, *, cut: Bools) -> Ints:
        """Give numbers to the ends that are `wanted`; the others get `UNREACHED`. Shapes (2, edges)."""
        alone = np.arange(self._ids.size).reshape(self._ids.shape) + self._ids.size
        keys = np.where(cut, alone, self._ids)[wanted]
        numbers = np.full(self._ids.shape, UNREACHED, dtype=np.int64)
        distinct, position = np.unique(keys, return_inverse=True)
        numbers[wanted] = position + self.used
        self.used += len(distinct)
        return numbers


def _steps(ends: Ints, private: Bools, layers: tuple[Ints, Ints, Ints], never: Bools, shut: Bools) -> tuple[Ints, Ints]:
    """Find where a walk may change layers: where private ways meet public ones, and on a private way itself."""
    public, setting_out, ending = layers
    both = np.broadcast_to(private, ends.shape)
    out_from, out_to = _meet(ends, (both & ~never, setting_out), (~both & ~never, public))
    in_from, in_to = _meet(ends, (~both & ~shut, public), (both & ~shut, ending))
    stay_from, stay_to = setting_out[both], ending[both]
    return np.concatenate([out_from, in_from, stay_from]), np.concatenate([out_to, in_to, stay_to])


def _meet(ends: Ints, first: tuple[Bools, Ints], second: tuple[Bools, Ints]) -> tuple[Ints, Ints]:
    """Pair the numbers of two layers at the OpenStreetMap nodes that both have."""
    a_ids, a_numbers = ends[first[0]], first[1][first[0]]
    b_ids, b_numbers = ends[second[0]], second[1][second[0]]
    order = np.argsort(b_ids, kind="stable")
    b_ids, b_numbers = b_ids[order], b_numbers[order]
    least, greatest = np.searchsorted(b_ids, a_ids, "left"), np.searchsorted(b_ids, a_ids, "right")
    count = greatest - least
    position = np.repeat(least, count) + np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return np.repeat(a_numbers, count), b_numbers[position]


def _graph(layers: _Layers, metres: Floats) -> Graph:
    """Join the layers' edges, walked both ways, and the steps between the layers."""
    number = np.arange(len(metres))
    inside = [(layers.leave, number)]
    if layers.private.any():
        inside.append((layers.reach[:, layers.private], number[layers.private]))
    tails = [part for (u, v), _ in inside for part in (u, v)]
    heads = [part for (u, v), _ in inside for part in (v, u)]
    edges = [which for _, which in inside for _ in range(2)]
    forward = [np.full(len(which), way) for _, which in inside for way in (True, False)]
    steps = len(layers.steps[0])
    edge = np.concatenate([*edges, np.full(steps, UNREACHED)])
    return Graph.of(
        layers.size,
        tails=np.concatenate([*tails, layers.steps[0]]),
        heads=np.concatenate([*heads, layers.steps[1]]),
        metres=np.where(edge == UNREACHED, 0.0, metres[edge]) if len(metres) else np.zeros(len(edge)),
        edge=edge,
        forward=np.concatenate([*forward, np.ones(steps, dtype=bool)]),
    )
