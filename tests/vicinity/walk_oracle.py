"""Walking distances worked out in another way, to hold ours against: ways as networkx graphs, ends snapped by brute force.

`ways_of_pbf` does not use the region at all: it reads the extract itself and never splits a way; each pair of nodes that
follow on each other is an edge. `snapped` measures from a point to every edge there is.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import networkx as nx
import numpy as np
import osmium
import shapely

from era_geo import crs

PUBLIC = {None, "yes", "designated", "permissive", "public", "destination", "unknown", "official"}
_NOT_WALKED = {"motorway", "motorway_link", "proposed", "construction", "abandoned", "raceway", "busway", "bus_guideway"}
_NO_LINE = {"services", "rest_area", "elevator", "disused", "razed", "no", "bus_stop", "platform"}


def walked(tags: dict[str, str]) -> bool:
    """Whether people may walk along a way or through a gate with these tags, where it is plain to see."""
    if tags.get("highway") in _NOT_WALKED | _NO_LINE or tags.get("motorroad") == "yes":
        return False
    return tags.get("foot", tags.get("access")) in PUBLIC


def ways_of_pbf(path: Path) -> nx.Graph:
    """Read all ways that people may walk; nodes carry `x` and `y`, EPSG:27700."""
    graph = nx.Graph()
    closed: set[int] = set()
    places: dict[int, tuple[float, float]] = {}
    for thing in osmium.FileProcessor(str(path)).with_locations():
        tags = dict(thing.tags) if thing.is_node() and len(thing.tags) else {}
        if "barrier" in tags and (not walked(tags) or tags.get("locked") == "yes" or tags["barrier"] in {"wall", "fence"}):
            closed.add(thing.id)
        if thing.is_way() and "highway" in thing.tags and walked(dict(thing.tags)):
            places |= {node.ref: (node.lon, node.lat) for node in thing.nodes}
            nx.add_path(graph, [node.ref for node in thing.nodes])
    ids = list(places)
    for node, x, y in zip(ids, *crs.to_bng(*zip(*places.values(), strict=True)), strict=True):
        graph.add_node(node, x=x, y=y)
    graph.remove_edges_from([edge for edge in graph.edges if edge[0] == edge[1]])
    _cut(graph, closed)
    for u, v, data in graph.edges(data=True):
        data["length"] = np.hypot(graph.nodes[u]["x"] - graph.nodes[v]["x"], graph.nodes[u]["y"] - graph.nodes[v]["y"])
    return graph


def _cut(graph: nx.Graph, nodes: Iterable[int]) -> None:
    """Let every edge at these nodes end in a node of its own."""
    for node in [node for node in nodes if node in graph]:
        for number, other in enumerate(list(graph.neighbors(node))):
            graph.add_node((node, number), **graph.nodes[node])
            graph.add_edge((node, number), other)
        graph.remove_node(node)


class Ways:
    """A graph with straight edges (`x`, `y`, `length`), ready to be walked between points."""

    def __init__(self, graph: nx.Graph) -> None:
        self.graph = graph
        self.edges = list(graph.edges)
        spots = {node: (data["x"], data["y"]) for node, data in graph.nodes(data=True)}
        self.lines = shapely.linestrings([[spots[u], spots[v]] for u, v in self.edges])

    def snapped(self, point: shapely.Point) -> tuple[float, dict[object, float]]:
        """Give the metres to the nearest edge, and from its nearest point on to its two ends."""
        metres = shapely.distance(point, self.lines)
        nearest = int(np.argmin(metres))
        u, v = self.edges[nearest]
        along = self.lines[nearest].project(point)
        return float(metres[nearest]), {u: along, v: self.lines[nearest].length - along}

    def metres(self, start: shapely.Point, end: shapely.Point) -> float:
        """Walk from one point to the other: infinite where no way leads there."""
        leg_a, ends_a = self.snapped(start)
        leg_b, ends_b = self.snapped(end)
        if set(ends_a) == set(ends_b):
            node = next(iter(ends_a))
            return leg_a + abs(ends_a[node] - ends_b[node]) + leg_b
        return (
            leg_a + leg_b + min((a + b + self._between(u, v) for u, a in ends_a.items() for v, b in ends_b.items()), default=np.inf)
        )

    def _between(self, u: object, v: object) -> float:
        try:
            return float(nx.shortest_path_length(self.graph, u, v, weight="length"))
        except nx.NetworkXNoPath:
            return float("inf")


def beside(lines: Iterable[shapely.LineString], rng: np.random.Generator, off_m: float = 1.0) -> Iterator[shapely.Point]:
    """Choose a point beside each line, somewhere along it."""
    for line in lines:
        at = rng.uniform(0.1, 0.9) * line.length
        here, ahead = line.interpolate(at), line.interpolate(at + 0.05)
        east, north = (ahead.x - here.x) / 0.05, (ahead.y - here.y) / 0.05
        yield shapely.Point(here.x - off_m * north, here.y + off_m * east)
