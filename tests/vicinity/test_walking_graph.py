"""The window as an osmnx graph: osmnx's own functions work on it, and it says what the region says."""

from pathlib import Path

import networkx as nx
import osmnx as ox
import pytest

from era_geo.errors import UsageError
from era_geo.region.walking_graph import walking_graph
from tests.vicinity.sites import site_at
from tests.vicinity.walks import at
from tests.world import World, build

TEXT = """
street way 0,0 50,0 100,0 200,0        highway=residential name="Mill Wynd" lit=yes
steps  way 100,0 100,30                highway=steps
loop   way 200,0 230,0 230,30 200,0    highway=footway
short  way 200,0 300,0                 highway=footway
long   way 200,0 250,60 300,0          highway=footway
yard   way 0,0 0,40                    highway=service access=private
field  way 0,0 0,-40                   highway=track foot=no
gated  way 300,0 330,0 360,0           highway=path
gate   node 330,0                      barrier=gate access=private
cross  node 50,0                       highway=crossing crossing=zebra
far    way 900,0 950,0                 highway=residential
"""


@pytest.fixture
def graph(tmp_path: Path) -> nx.MultiDiGraph:
    return walking_graph(build(TEXT, tmp_path), site_at(150, 0), 300)


def node_at(graph: nx.MultiDiGraph, east: float, north: float) -> int:
    spot = at(east, north)
    return int(ox.distance.nearest_nodes(graph, spot.x, spot.y))


def test_it_is_projected_and_measured_in_metres(graph: nx.MultiDiGraph) -> None:
    assert graph.graph["crs"] == "EPSG:27700"
    assert ox.projection.is_projected(graph.graph["crs"])
    nodes, edges = ox.convert.graph_to_gdfs(graph)
    assert nodes.crs == edges.crs == "EPSG:27700"
    assert edges["length"].to_numpy() == pytest.approx(edges.length.to_numpy(), abs=1e-6)
    assert set(edges.loc[edges["name"] == "Mill Wynd", "lit"]) == {"yes"}


def test_osmnx_finds_ways_on_it(graph: nx.MultiDiGraph) -> None:
    path = ox.routing.shortest_path(graph, node_at(graph, 0, 0), node_at(graph, 300, 0), weight="length")
    assert ox.routing.route_to_gdf(graph, path, weight="length")["length"].sum() == pytest.approx(300, abs=0.1)
    spot = at(60, 3)
    (u, v, key), metres = ox.distance.nearest_edges(graph, spot.x, spot.y, return_dist=True)
    assert graph.edges[u, v, key]["name"] == "Mill Wynd"
    assert metres == pytest.approx(3, abs=0.05)
    assert ox.stats.edge_length_total(graph) > 0
    figure, _ = ox.plot.plot_graph(graph, show=False, close=True)
    assert figure


def test_parallel_ways_and_loops_are_kept_each_in_both_directions(graph: nx.MultiDiGraph) -> None:
    a, b = node_at(graph, 200, 0), node_at(graph, 300, 0)
    lengths = sorted(round(data["length"]) for data in graph.get_edge_data(a, b).values())
    assert lengths == [100, 156]
    assert sorted(round(data["length"]) for data in graph.get_edge_data(b, a).values()) == lengths
    assert len(graph.get_edge_data(a, a)) == 2
    for u, v, data in graph.edges(data=True):
        start, end = data["geometry"].coords[0], data["geometry"].coords[-1]
        assert start == (graph.nodes[u]["x"], graph.nodes[u]["y"])
        assert end == (graph.nodes[v]["x"], graph.nodes[v]["y"])


def test_what_people_may_not_walk_is_left_out_and_a_closed_gate_is_cut(graph: nx.MultiDiGraph) -> None:
    highways = {data["highway"] for _, _, data in graph.edges(data=True)}
    assert highways == {"residential", "steps", "footway", "path"}
    gate = World(TEXT).id("gate")
    assert gate not in graph
    cut = [node for node in graph if node < 0]
    assert len(cut) == 2
    assert {graph.nodes[node]["barrier"] for node in cut} == {"gate"}
    assert not nx.has_path(graph, node_at(graph, 300, 0), node_at(graph, 360, 0))


def test_with_private_ways_a_private_gate_is_open(tmp_path: Path) -> None:
    graph = walking_graph(build(TEXT, tmp_path), site_at(150, 0), 300, private=True)
    assert World(TEXT).id("gate") in graph
    assert "service" in {data["highway"] for _, _, data in graph.edges(data=True)}
    assert "track" not in {data["highway"] for _, _, data in graph.edges(data=True)}
    assert nx.has_path(graph, node_at(graph, 300, 0), node_at(graph, 360, 0))


def test_nodes_say_what_they_are(graph: nx.MultiDiGraph) -> None:
    crossing = graph.nodes[World(TEXT).id("cross")]
    assert crossing["crossing"] == "zebra"
    assert "barrier" not in crossing


def test_the_radius_is_a_circle_and_edges_in_it_are_whole(tmp_path: Path) -> None:
    region = build("a way 0,0 500,0 highway=path\nb way 71,71 71,300 highway=path", tmp_path)
    origin = at(0, 0)
    near = walking_graph(region, (origin.x, origin.y), 100)
    assert {round(data["length"]) for _, _, data in near.edges(data=True)} == {500}
    assert len(walking_graph(region, (origin.x, origin.y), 101).edges) == 4


@pytest.mark.parametrize("radius", [0, -5, float("nan")])
def test_a_radius_that_is_none_is_refused(tmp_path: Path, radius: float) -> None:
    region = build(TEXT, tmp_path)
    with pytest.raises(UsageError, match="above zero"):
        walking_graph(region, site_at(0, 0), radius)


def test_nothing_to_walk_is_said(tmp_path: Path) -> None:
    region = build(TEXT, tmp_path)
    with pytest.raises(UsageError, match="No way that people may walk lies within 50 m"):
        walking_graph(region, site_at(600, 600), 50)
