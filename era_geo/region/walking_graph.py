"""The walking network of a window as an osmnx graph, for analysts: `Region.walking_graph`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from era_geo import crs
from era_geo.errors import UsageError
from era_geo.model import Site
from era_geo.region.region import Region

if TYPE_CHECKING:
    import networkx as nx

_EDGE_COLUMNS = ("ref", "u", "v", "highway", "access", "name", "lit")
_NODE_COLUMNS = ("node", "barrier", "access", "crossing")


def walking_graph(region: Region, place: Site | tuple[float, float], radius_m: float, *, private: bool = False) -> nx.MultiDiGraph:
    """Give the ways that people may walk within a circle, in the form that osmnx's functions take.

    Parameters
    ----------
    region
        Where to look.
    place
        The middle: a property, or (easting, northing) in metres, EPSG:27700.
    radius_m
        Every edge that comes this near is in the graph, whole.
    private
        Whether private ways are in it too, and private gates open. What nobody may walk never is.

    Returns
    -------
    networkx.MultiDiGraph
        Projected (`crs` is EPSG:27700; `x` and `y` of nodes, `length` and `geometry` of edges in metres), each edge in both
        directions, nodes under their OpenStreetMap ids. A gate that may not be passed is cut: each edge that ends there has an
        end of its own, with a negative id, so that no way leads through.

    Raises
    ------
    UsageError
        If the radius is not above zero, or no way is within it.
    """
    import networkx as nx  # noqa: PLC0415 - slow to import

    if not radius_m > 0:
        raise UsageError(f"The radius must be a number of metres above zero, not {radius_m:g}.")
    easting, northing = (place.easting, place.northing) if isinstance(place, Site) else place
    window = (easting - radius_m, northing - radius_m, easting + radius_m, northing + radius_m)
    allowed = ("yes", "private") if private else ("yes",)
    edges = region.read("walk_edges", window, _EDGE_COLUMNS)
    near = shapely.dwithin(edges.geometry, shapely.Point(easting, northing), radius_m)
    edges = edges.where(near & np.isin(np.array(edges["access"], dtype=object), allowed))
    if not len(edges):
        raise UsageError(f"No way that people may walk lies within {radius_m:g} m. Is it in the region '{region.name}'?")
    facts = _facts(region, edges.geometry)
    graph = nx.MultiDiGraph(crs=f"EPSG:{crs.BNG_EPSG}", simplified=True)
    cuts = 0
    for row in edges.rows():
        ends: list[int] = []
        for node, (x, y) in zip((row["u"], row["v"]), shapely.get_coordinates(row["geom"])[[0, -1]], strict=True):
            fact = facts.get(node, {})
            if fact.get("access", "yes") in allowed:
                ends.append(node)
            else:
                cuts += 1
                ends.append(-cuts)
            graph.add_node(ends[-1], x=float(x), y=float(y), **fact)
        _add_both_ways(graph, ends, row)
    return graph


def _facts(region: Region, lines: Any) -> dict[int, dict[str, Any]]:
    """Give what is known of the nodes at the lines' ends: barrier, access, crossing, without what is not said."""
    least_e, least_n, greatest_e, greatest_n = (float(v) for v in shapely.total_bounds(lines))
    nodes = region.read("walk_nodes", (least_e, least_n, greatest_e, greatest_n), _NODE_COLUMNS)
    return {
        row["node"]: {key: row[key] for key in ("barrier", "access", "crossing") if row[key] is not None} for row in nodes.rows()
    }


def _add_both_ways(graph: nx.MultiDiGraph, ends: list[int], row: dict[str, Any]) -> None:
    line = row["geom"]
    said = {key: row[key] for key in ("highway", "access", "name", "lit") if row[key] is not None}
    common = {"osmid": int(row["ref"].rpartition("/")[2]), **said, "oneway": False, "length": float(shapely.length(line))}
    u, v = ends
    graph.add_edge(u, v, reversed=False, geometry=line, **common)
    graph.add_edge(v, u, reversed=True, geometry=shapely.reverse(line), **common)
