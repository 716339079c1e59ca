"""What the town's tests measure with: its streets as shapes, its walking network, and lines of sight."""

from __future__ import annotations

from collections.abc import Iterator

import networkx as nx
import shapely
from shapely import LineString, Point
from shapely.geometry.base import BaseGeometry

from era_geo.town import Survey, Town
from era_geo.town.objects import Way

# Half a carriageway or path, metres: narrower than the ground the drawing keeps free, which has the footways too.
_HALF_CARRIAGEWAY = {
    "primary": 3.6, "secondary": 3.4, "tertiary": 3.0, "residential": 2.6, "unclassified": 2.2, "living_street": 1.8,
    "pedestrian": 1.5, "service": 1.4, "track": 1.3,
}  # fmt: skip


def highways(town: Town) -> Iterator[Way]:
    """Give the ways with a highway tag that are lines, not squares."""
    return (way for way in town.ways if "highway" in way.tags and way.tags.get("area") != "yes")


def carriageway(survey: Survey, way: Way) -> BaseGeometry:
    """Give the ground that a street's carriageway or a path takes."""
    half = _HALF_CARRIAGEWAY.get(way.tags["highway"], 0.6)
    return survey.shape(f"osm:way/{way.id}").buffer(half, cap_style="flat")


def street_line(survey: Survey, name: str, town: str) -> BaseGeometry:
    """Give a street by its name; of two with one name, the one in the village lies west of the other."""
    found = [survey.shape(f"osm:way/{way.id}") for way in highways(survey.town) if way.tags.get("name") == name]
    village = survey.town.extent[0] + 450
    return shapely.union_all([line for line in found if (line.centroid.x < village) == (town != survey.town.name)] or found)


def network(town: Town) -> nx.Graph:
    """Give the network that people walk: node ids, edges weighted by their length in metres."""
    points = {node.id: (node.easting, node.northing) for node in town.nodes}
    graph = nx.Graph()
    for way in highways(town):
        for one, other in zip(way.nodes, way.nodes[1:], strict=False):
            graph.add_edge(one, other, weight=Point(points[one]).distance(Point(points[other])))
    return graph


def nearest_node(town: Town, graph: nx.Graph, shape: BaseGeometry) -> int:
    """Give the network's node nearest to a shape."""
    points = {node.id: Point(node.easting, node.northing) for node in town.nodes if node.id in graph}
    return min(points, key=lambda id_: points[id_].distance(shape))


def share_in_sight(survey: Survey, eye: BaseGeometry, target: BaseGeometry) -> float:
    """Give the share of points along a target's edge that some corner of the eye's walls has an open line to, in plan."""
    walls = [survey.shape(f"osm:way/{way.id}") for way in survey.town.ways if way.tags.get("barrier") == "wall"]
    obstacles = [*(part for part in survey.buildings.values() if not part.equals(eye)), *walls]
    tree = shapely.STRtree(obstacles)
    edge = target.boundary
    spots = [edge.interpolate(metres) for metres in range(0, int(edge.length), 5)]
    eyes = [Point(xy) for xy in shapely.get_coordinates(eye.buffer(0.01))]

    def is_open(spot: Point) -> bool:
        return any(len(tree.query(LineString([one, spot]), predicate="intersects")) == 0 for one in eyes)

    return sum(map(is_open, spots)) / len(spots)
