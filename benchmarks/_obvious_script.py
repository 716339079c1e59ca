"""The obvious script: osmnx and geopandas, one address in Oakham, places within 200 m and the walking distance to each."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import geopandas as gpd
import networkx as nx
import osmnx as ox
import shapely

LON, LAT = -0.7287, 52.6703
TAGS = {"amenity": True, "leisure": True, "shop": True}
RADIUS_M = 200.0


def load(xml: Path) -> tuple[gpd.GeoDataFrame, nx.MultiDiGraph]:
    """Read the places and the streets of the extract."""
    ox.settings.use_cache = False
    places = ox.features_from_xml(xml, tags=TAGS).to_crs(27700)
    graph = ox.graph_from_xml(xml, bidirectional=True, retain_all=True)
    return places, ox.project_graph(graph, to_crs="EPSG:27700")


def assess(places: gpd.GeoDataFrame, graph: nx.MultiDiGraph, point: shapely.Point) -> list[tuple[float, float | None]]:
    """Measure straight and walking distances to the places near `point` (EPSG:27700)."""
    near = places[places.distance(point) <= RADIUS_M]
    start = ox.distance.nearest_nodes(graph, point.x, point.y)
    reached = nx.single_source_dijkstra_path_length(graph, start, cutoff=2000, weight="length")
    centres = near.geometry.centroid
    # All at once: the nearest node costs an index over the whole graph at every call.
    ends = ox.distance.nearest_nodes(graph, centres.x, centres.y)
    return [(metres, reached.get(end)) for metres, end in zip(near.distance(point), ends, strict=True)]


def home() -> shapely.Point:
    """Give the address as a point in EPSG:27700."""
    point: shapely.Point = gpd.GeoSeries([shapely.Point(LON, LAT)], crs=4326).to_crs(27700).iloc[0]
    return point


def seconds_each(xml: Path, times: int) -> float:
    """Load once, then assess `times` times; give the seconds of one."""
    places, graph = load(xml)
    point = home()
    assess(places, graph, point)
    start = time.perf_counter()
    for _ in range(times):
        assess(places, graph, point)
    return (time.perf_counter() - start) / times


if __name__ == "__main__":
    print(assess(*load(Path(sys.argv[1])), home()))
