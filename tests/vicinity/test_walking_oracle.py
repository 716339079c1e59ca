"""Our walking distances against osmnx and networkx: on drawn worlds at random, and on a seeded sample of a whole county."""

import math
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import osmnx as ox
import pytest
import shapely
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from era_geo import crs
from era_geo.model import Precision, Site
from era_geo.region.region import Region
from era_geo.region.walking_graph import walking_graph
from era_geo.vicinity.surroundings import Surroundings
from era_geo.vicinity.walk_ends import DOOR_REACH_M
from era_geo.vicinity.walk_legs import OWN_DRIVE_REACH_M
from era_geo.vicinity.walking import PlaceGeometry, Walk, walk
from tests.vicinity.walk_oracle import Ways, beside, ways_of_pbf
from tests.vicinity.walks import at
from tests.world import ORIGIN, build

SEED = 20261122
LIMIT_M = 1000.0


def site_on(point: shapely.Point) -> Site:
    lon, lat = crs.point_to_lonlat(point.x, point.y)
    return Site(
        query="", label="", flat=None, number=None, street=None, town=None, postcode=None, lon=lon, lat=lat, easting=point.x,
        northing=point.y, uprn=None, precision=Precision.PIN, uncertainty_m=0.0, confirmed_by=None, sources=(),
    )  # fmt: skip


def walks_from(region: Region, start: shapely.Point, ends: list[shapely.Point]) -> list[Walk]:
    return walk(Surroundings(site_on(start), region), [PlaceGeometry(end) for end in ends], LIMIT_M, routes=False)


# Drawn worlds at random: ways on a crooked lattice, some of them private, some with a gate in the middle.

CORNER = st.tuples(st.integers(0, 3), st.integers(0, 3))
TAGS = st.sampled_from(["highway=residential", "highway=footway", "highway=steps", "highway=service access=private",
                        "highway=path foot=no", "highway=footway access=no foot=yes"])  # fmt: skip
GATES = st.sampled_from(["", "", "barrier=gate", "barrier=gate access=private", "barrier=gate locked=yes", "barrier=bollard"])
WAY = st.tuples(st.lists(CORNER, min_size=2, max_size=5), TAGS, GATES)
SPOT = st.tuples(st.integers(0, 30), st.floats(0.05, 0.95), st.floats(-1.5, 1.5))


def corner(cell: tuple[int, int]) -> tuple[float, float]:
    """The lattice is crooked, so that hardly any two ways are as long as each other."""
    i, j = cell
    return round(60 * i + 7.3 * j + 3.1 * i * j, 1), round(55 * j + 5.9 * i - 1.7 * i * i, 1)


Piece = tuple[tuple[float, float], tuple[float, float]]


Sketch = list[tuple[list[tuple[int, int]], str, str]]


@dataclass
class Drawn:
    """A world, and what is to be known of it: pieces of ways by who may walk them, gates, and those that are closed."""

    lines: list[str] = field(default_factory=list)
    public: list[Piece] = field(default_factory=list)
    private: list[Piece] = field(default_factory=list)
    gates: set[tuple[float, float]] = field(default_factory=set)
    closed: set[tuple[float, float]] = field(default_factory=set)

    @classmethod
    def of(cls, ways: Sketch) -> "Drawn":
        drawn = cls()
        for number, (cells, tags, gate) in enumerate(ways):
            points = [corner(cell) for cell in dict.fromkeys(cells)]
            if len(points) > 1:
                drawn.add(number, points, tags, gate)
        return drawn

    def add(self, number: int, points: list[tuple[float, float]], tags: str, gate: str) -> None:
        middle = (round((points[0][0] + points[1][0]) / 2, 1), round((points[0][1] + points[1][1]) / 2, 1))
        if gate and middle not in self.gates:
            self.gates.add(middle)
            points.insert(1, middle)
            self.lines.append(f"g{number} node {middle[0]},{middle[1]} {gate}")
            if "private" in gate or "locked" in gate:
                self.closed.add(middle)
        self.lines.append(f"w{number} way {' '.join(f'{x},{y}' for x, y in points)} {tags}")
        if "foot=no" not in tags:
            (self.private if "access=private" in tags else self.public).extend(pairwise(points))


def ways_of(pieces: list[Piece], closed: set[tuple[float, float]]) -> Ways:
    graph: nx.Graph = nx.Graph()
    for number, (a, b) in enumerate(pieces):
        ends = [(point, number) if point in closed else (point, -1) for point in (a, b)]
        for (x, y), end in zip((a, b), ends, strict=True):
            graph.add_node(end, x=ORIGIN[0] + x, y=ORIGIN[1] + y)
        graph.add_edge(*ends, length=math.dist(a, b))
    return Ways(graph)


def spot_beside(pieces: list[Piece], spot: tuple[int, float, float]) -> shapely.Point:
    which, share, off = spot
    (ax, ay), (bx, by) = pieces[which % len(pieces)]
    length = math.dist((ax, ay), (bx, by))
    east, north = (bx - ax) / length, (by - ay) / length
    return at(ax + share * (bx - ax) - off * north, ay + share * (by - ay) + off * east)


# Each example builds a region, so a failing one is not shrunk.
@settings(max_examples=40, deadline=None, derandomize=True, phases=(Phase.explicit, Phase.generate))
@given(ways=st.lists(WAY, min_size=2, max_size=8), start=SPOT, end=SPOT)
def test_drawn_at_random(
    tmp_path_factory: pytest.TempPathFactory, ways: Sketch, start: tuple[int, float, float], end: tuple[int, float, float]
) -> None:
    drawn = Drawn.of(ways)
    assume(drawn.public)
    oracle = ways_of(drawn.public, drawn.closed)
    here, there = spot_beside(drawn.public, start), spot_beside(drawn.public, end)
    assume(here.distance(there) > 0.1)
    for point in (here, there):
        # Where two ways cross, either is the nearest; a private way nearby may be one's own drive, and a gate one's own.
        metres = np.sort(shapely.distance(point, oracle.lines))
        assume(len(metres) < 2 or metres[1] > metres[0] + 0.1)
        assume(not drawn.private or ways_of(drawn.private, set()).snapped(point)[0] > OWN_DRIVE_REACH_M)
        assume(all(point.distance(at(*gate)) > DOOR_REACH_M for gate in drawn.gates))
    region = build("\n".join(drawn.lines), tmp_path_factory.mktemp("drawn"))
    (there_walk,) = walks_from(region, here, [there])
    (back_walk,) = walks_from(region, there, [here])
    expected = oracle.metres(here, there)
    assert there_walk.metres == (pytest.approx(expected, abs=0.2) if expected <= LIMIT_M else None)
    assert back_walk.metres == (pytest.approx(there_walk.metres, abs=0.01) if there_walk.metres is not None else None)
    for found in (there_walk, back_walk):
        assert found.metres is None or found.metres >= here.distance(there)
        assert (found.metres is None) == bool(found.why_not)


# A whole county.


Sample = list[tuple[shapely.Point, list[shapely.Point]]]


@pytest.fixture(scope="module")
def sample(rutland: Region) -> Sample:
    return drawn_from(rutland)


def drawn_from(region: Region) -> Sample:
    """Points beside ways, each with others nearby, in the open: where something stands beside a way, it may be in the way."""
    rng = np.random.default_rng(SEED)
    edges = region.read("walk_edges", columns=["access"])
    public = edges.geometry[np.array([access == "yes" for access in edges["access"]])]
    public = public[shapely.length(public) > 5]
    tree = shapely.STRtree(public)
    chosen = []
    for start in beside(rng.choice(public, 36, replace=False), rng):
        near = tree.query(start, predicate="dwithin", distance=300)
        ends = [end for end in beside(public[rng.choice(near, 5)], rng) if in_the_open(region, end)]
        if in_the_open(region, start):
            chosen.append((start, ends))
    return chosen


def differences_from_osmnx(region: Region, sample: Sample) -> list[float]:
    """Metres between the program's walks and osmnx's, where both find one within the limit; infinite where only one does."""
    found = []
    for start, ends in sample:
        graph = walking_graph(region, (start.x, start.y), LIMIT_M)
        for end, ours in zip(ends, walks_from(region, start, ends), strict=True):
            expected = osmnx_metres(graph, start, end)
            if "outside the area" in (ours.why_not or "") or (ours.metres is None and expected > LIMIT_M):
                continue
            found.append(math.inf if ours.metres is None or expected > LIMIT_M else abs(ours.metres - expected))
    return found


def in_the_open(region: Region, point: shapely.Point) -> bool:
    window = (point.x - 4, point.y - 4, point.x + 4, point.y + 4)
    near = [*(region.read(table, window, ()).geometry for table in ("buildings", "barriers", "entrances"))]
    ground = region.read("background", window, ("kind",))
    wet = np.array([kind in {"water", "waterway", "rail"} for kind in ground["kind"]], dtype=bool)
    return not shapely.dwithin(np.concatenate([*near, ground.geometry[wet]]), point, 4).any()


def test_the_county_as_osmnx_walks_it(rutland: Region, sample: Sample) -> None:
    found = differences_from_osmnx(rutland, sample)
    assert len(found) > 60
    assert max(found) <= 1


def test_a_larger_window_changes_no_walk_of_the_county(rutland: Region, sample: Sample) -> None:
    compared = 0
    for start, ends in sample:
        again = walk(Surroundings(site_on(start), rutland), [PlaceGeometry(end) for end in reversed(ends)], 2 * LIMIT_M)
        for near, far in zip(walks_from(rutland, start, ends), reversed(again), strict=True):
            compared += near.metres is not None
            assert near.metres is None or near.metres == pytest.approx(far.metres, abs=1e-6)
    assert compared > 60


def osmnx_metres(graph: nx.MultiDiGraph, start: shapely.Point, end: shapely.Point) -> float:
    """Snap both ends to edges by osmnx, put them in as nodes, and let osmnx and networkx find the way."""
    graph = graph.copy()
    spots = (10**15, 10**15 + 1)
    edges, metres = ox.distance.nearest_edges(graph, [start.x, end.x], [start.y, end.y], return_dist=True)
    lines = [graph.edges[edge]["geometry"] for edge in edges]
    for spot, point, (u, v, _), line in zip(spots, (start, end), edges, lines, strict=True):
        graph.add_node(spot, x=point.x, y=point.y)
        along = line.project(point)
        for node, part in ((u, along), (v, line.length - along)):
            graph.add_edge(spot, node, length=part)
            graph.add_edge(node, spot, length=part)
    if lines[0].equals(lines[1]):  # also where one of them runs the other way
        graph.add_edge(*spots, length=abs(lines[0].project(start) - lines[0].project(end)))
    path = ox.routing.shortest_path(graph, *spots, weight="length")
    return sum(metres) + nx.path_weight(graph, path, "length") if path else math.inf


def test_the_county_as_the_extract_itself_has_it(real_data: Path, rutland: Region, sample: Sample) -> None:
    ways = Ways(ways_of_pbf(real_data / "osm" / "rutland-2022-07-20.osm.pbf"))
    compared = 0
    for start, ends in sample[:15]:
        for end, found in zip(ends, walks_from(rutland, start, ends), strict=True):
            if "outside the area" in (found.why_not or ""):
                continue
            compared += 1
            expected = ways.metres(start, end)
            assert found.metres == (pytest.approx(expected, abs=1) if expected <= LIMIT_M else None), (start, end)
    assert compared > 50
