"""All that can be reached on foot from one property, how far it is, and the line of the way there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from era_geo.vicinity.walk_graph import UNREACHED, Floats, Tree
from era_geo.vicinity.walk_legs import Legs
from era_geo.vicinity.walk_network import WalkNetwork

_FROM_U, _FROM_V, _ON_EDGE = range(3)


@dataclass(frozen=True)
class Reach:
    """The shortest ways from the one leg `start` (as the property is left) over the network."""

    network: WalkNetwork
    start: Legs
    tree: Tree

    @classmethod
    def of(cls, network: WalkNetwork, start: Legs, limit_m: float) -> Reach:
        """Search from `start`, a single leg, up to `limit_m` metres in all."""
        edge = start.edge
        nodes = np.concatenate([network.leave_u[edge], network.leave_v[edge]])
        behind = np.concatenate([start.along, network.metres[edge] - start.along])
        return cls(network, start, network.graph.search(nodes, behind + start.metres[0], limit_m))

    def metres_to(self, ends: Legs) -> Floats:
        """Give the length of the way over each of `ends`, both legs included; infinite where there is none. Shape (n,)."""
        metres: Floats = self._choices(ends).min(axis=0, initial=np.inf) + ends.metres
        return metres

    def line_to(self, ends: Legs, which: int) -> shapely.LineString:
        """Draw the way, EPSG:27700, over the end at position `which`, which must be reached: from the property to the place."""
        end = ends.take(np.array([which]))
        edge, along = int(end.edge[0]), float(end.along[0])
        choice = int(np.argmin(self._choices(end)[:, 0]))
        first = shapely.get_coordinates(self.start.line[0])
        last = shapely.get_coordinates(end.line[0])[::-1]
        if choice == _ON_EDGE:
            return _joined([first, self._piece(edge, float(self.start.along[0]), along), last])
        reach = self.network.reach_u if choice == _FROM_U else self.network.reach_v
        node = int(reach[edge])
        entries = self.tree.path(node)
        graph = self.tree.graph
        walked = [(int(e), bool(f)) for e, f in zip(graph.edge[entries], graph.forward[entries], strict=True) if e != UNREACHED]
        between = [self._whole(walked_edge, forward=forward) for walked_edge, forward in walked]
        arriving = self._piece(edge, 0.0 if choice == _FROM_U else float(self.network.metres[edge]), along)
        return _joined([first, self._setting_out(node), *between, arriving, last])

    def _choices(self, ends: Legs) -> Floats:
        """Give the metres to where each end leaves the ways: by its edge's start, by its end, or without leaving the edge."""
        network, edge = self.network, ends.edge
        from_u = self.tree.metres[network.reach_u[edge]] + ends.along
        from_v = self.tree.metres[network.reach_v[edge]] + network.metres[edge] - ends.along
        along = np.abs(ends.along - self.start.along[0]) + self.start.metres[0]
        return np.stack([from_u, from_v, np.where(edge == self.start.edge[0], along, np.inf)])

    def _setting_out(self, node: int) -> Floats:
        """Draw the part of the first edge that a way to `node` walks."""
        edge = int(self.start.edge[0])
        while (parent := int(self.tree.parents[node])) != self.tree.graph.size:
            node = parent
        along = float(self.start.along[0])
        metres = float(self.network.metres[edge])
        by_u = node == self.network.leave_u[edge]
        by_v = node == self.network.leave_v[edge]
        to_u = bool(by_u and (not by_v or along <= metres - along))
        return self._piece(edge, along, 0.0 if to_u else metres)

    def _whole(self, edge: int, *, forward: bool) -> Floats:
        points = shapely.get_coordinates(self.network.geometry[edge])
        return points if forward else points[::-1]

    def _piece(self, edge: int, start: float, end: float) -> Floats:
        """Draw the part of an edge from `start` to `end`, metres along it, in that direction."""
        points = shapely.get_coordinates(self.network.geometry[edge])
        at = np.append(0.0, np.cumsum(np.hypot(*np.diff(points, axis=0).T)))
        low, high = min(start, end), max(start, end)
        between = points[(at > low) & (at < high)]
        ends = np.column_stack([np.interp([low, high], at, points[:, 0]), np.interp([low, high], at, points[:, 1])])
        piece = np.concatenate([ends[:1], between, ends[1:]])
        return piece if start <= end else piece[::-1]


def _joined(lines: list[Floats]) -> shapely.LineString:
    """Join lines that follow on one another into one, leaving out points said twice."""
    points = np.concatenate(lines)
    points = points[np.append(True, np.any(np.abs(np.diff(points, axis=0)) > 1e-6, axis=1))]
    return shapely.LineString(points if len(points) > 1 else np.repeat(points, 2, axis=0))
