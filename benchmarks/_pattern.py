"""The town that the synthetic country is made of: the training town without its sheds, with paths from doors to streets.

It is drawn once and copied a thousand times, so all that differs between copies is worked out here: which words change from one
to the next, and which objects are places, of which each copy keeps a few.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import shapely

from era_geo.region.kept_keys import KEPT_KEYS
from era_geo.region.osm import rules
from era_geo.town import Town, draw_town
from era_geo.town.objects import Node, Relation, Tags, Way

_SHEDS = frozenset(("shed", "garage"))
_STREETS = frozenset(("primary", "secondary", "tertiary", "unclassified", "residential", "living_street", "service", "pedestrian"))
_MORE_THAN_A_PLACE = frozenset(rules.NODE_KEYS) - {key.key for key in KEPT_KEYS}
_OTHER_NAMES = ("name:gd", "name:en", "name:sco", "alt_name")
_CHANGING_KEYS = ("addr:street", "addr:city", "addr:place", "addr:postcode", "ref:GB:uprn")

Points = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Pattern:
    """A town to copy. Nodes, ways and relations have ids from 1 up, without gaps; points are metres from its south-west corner.

    `changing` are the texts that each copy replaces. `place_of` numbers the objects that are places, `without` says what is
    left of each where it is none: nothing, for most. `gates` are the nodes where the country roads begin: west, east, south,
    north.
    """

    town: Town
    points: Points
    changing: frozenset[str]
    place_of: Mapping[str, int]
    without: Mapping[str, Tags]
    gates: tuple[int, int, int, int]
    network: int
    """How many nodes lie on roads and paths."""

    def tags(self, kind: str, thing: Node | Way | Relation, kept: frozenset[int]) -> Tags | None:
        """Give an object's tags in a copy that keeps the places `kept`, or `None` where the copy leaves the object out."""
        place = self.place_of.get(f"{kind}{thing.id}") if thing.tags else None
        if place is None or place in kept:
            return thing.tags
        return self.without[f"{kind}{thing.id}"] or None

    def tagged(self) -> Iterator[Tags]:
        """Give the tags of all objects that have any."""
        return (thing.tags for things in (self.town.nodes, self.town.ways, self.town.relations) for thing in things if thing.tags)


def draw(seed: int, paths: int) -> Pattern:
    """Draw the town and prepare it for copying. `paths` houses get a path from their door to the street."""
    town = _with_paths(_without_sheds(draw_town(seed=seed)), paths)
    west, south, *_ = town.extent
    points = np.array([(node.easting - west, node.northing - south) for node in town.nodes])
    named = {name for thing in (*town.nodes, *town.ways) if "place" in thing.tags and (name := thing.tags.get("name"))}
    place_of, without = _places(town)
    network = {node for way in town.ways if "highway" in way.tags for node in way.nodes}
    return Pattern(town, points, frozenset(_changing(town, named)), place_of, without, _gates(town, points), len(network))


def _without_sheds(town: Town) -> Town:
    """Leave out sheds, and number what is left without gaps."""
    ways = [way for way in town.ways if way.tags.get("building") not in _SHEDS]
    used = {node for way in ways for node in way.nodes}
    nodes = [node for node in town.nodes if node.tags or node.id in used]
    node_id = {node.id: place for place, node in enumerate(nodes, 1)}
    way_id = {way.id: place for place, way in enumerate(ways, 1)}
    ids = {"n": node_id, "w": way_id, "r": {relation.id: place for place, relation in enumerate(town.relations, 1)}}
    return replace(
        town,
        nodes=tuple(replace(node, id=node_id[node.id], tags=_plain(node.tags)) for node in nodes),
        ways=tuple(Way(way_id[way.id], tuple(node_id[node] for node in way.nodes), _plain(way.tags)) for way in ways),
        relations=tuple(
            replace(
                relation,
                id=ids["r"][relation.id],
                members=tuple(replace(member, id=ids[member.kind][member.id]) for member in relation.members),
            )
            for relation in town.relations
        ),
    )


def _plain(tags: Tags) -> Tags:
    """Leave out names in other languages: a copy's invented name has none."""
    return {key: value for key, value in tags.items() if key not in _OTHER_NAMES}


def _with_paths(town: Town, paths: int) -> Town:
    """Lead a path from `paths` houses to their street, or from all where they are fewer; it meets the street at a new node."""
    at = {node.id: (node.easting, node.northing) for node in town.nodes}
    doors = {node.id for node in town.nodes if "entrance" in node.tags}
    streets: dict[str, list[Way]] = defaultdict(list)
    for way in town.ways:
        if way.tags.get("highway") in _STREETS and "name" in way.tags and len(way.nodes) > 1:
            streets[way.tags["name"]].append(way)
    homes = [way for way in town.ways if "building" in way.tags and way.tags.get("addr:street") in streets]
    step = max(1.0, len(homes) / paths) if paths else len(homes) + 1.0
    nodes, ways = list(town.nodes), list(town.ways)
    junctions: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for home in (homes[int(i * step)] for i in range(min(paths, len(homes)))):
        lines = [(way, shapely.LineString([at[node] for node in way.nodes])) for way in streets[home.tags["addr:street"]]]
        corners = [node for node in home.nodes if node in doors] or list(home.nodes)
        _, door, way, line = min(
            ((shapely.Point(at[node]).distance(line), node, way, line) for way, line in lines for node in corners),
            key=lambda found: found[:2],
        )
        along = line.project(shapely.Point(at[door]))
        spot = line.interpolate(along)
        nodes.append(Node(len(nodes) + 1, round(spot.x, 2), round(spot.y, 2)))
        ways.append(Way(len(ways) + 1, (nodes[-1].id, door), {"highway": "footway"}))
        junctions[way.id].append((along, nodes[-1].id))
    for place, way in enumerate(ways):
        if way.id in junctions:
            ways[place] = replace(way, nodes=_joined(way, junctions[way.id], at))
    return replace(town, nodes=tuple(nodes), ways=tuple(ways))


def _joined(way: Way, junctions: list[tuple[float, int]], at: Mapping[int, tuple[float, float]]) -> tuple[int, ...]:
    """Give a way's nodes with further ones, each at its distance along the way."""
    points = np.array([at[node] for node in way.nodes])
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    own = [(float(distance), place, node) for place, (distance, node) in enumerate(zip(along, way.nodes, strict=True))]
    new = [(min(distance, float(along[-1]) - 1e-6), len(own) + place, node) for place, (distance, node) in enumerate(junctions)]
    inner = sorted([*own[1:-1], *new])
    return (way.nodes[0], *(node for *_, node in inner), way.nodes[-1])


def _places(town: Town) -> tuple[dict[str, int], dict[str, Tags]]:
    place_of: dict[str, int] = {}
    without: dict[str, Tags] = {}
    kinds: tuple[tuple[str, tuple[Node | Way | Relation, ...]], ...] = (
        ("n", town.nodes), ("w", town.ways), ("r", town.relations),
    )  # fmt: skip
    for kind, things in kinds:
        for thing in things:
            if rules.is_place(thing.tags):
                place_of[f"{kind}{thing.id}"] = len(place_of)
                without[f"{kind}{thing.id}"] = _no_place(thing.tags)
    return place_of, without


def _no_place(tags: Tags) -> Tags:
    """Give what is left of a place's tags if it is none: its building, its address, its wall; nothing where it has none."""
    rest = {key: value for key, value in tags.items() if key.startswith("addr:") or key in _MORE_THAN_A_PLACE}
    if "highway" in tags and not rules.is_place({"highway": tags["highway"]}):
        rest["highway"] = tags["highway"]
    if rules.is_building(tags):
        rest["building"] = "residential" if tags["building"] == "apartments" else "yes"
    return rest


def _changing(town: Town, localities: set[str]) -> Iterator[str]:
    streets = {way.tags["name"] for way in town.ways if "highway" in way.tags and "name" in way.tags}
    yield from streets | localities
    for thing in (*town.nodes, *town.ways, *town.relations):
        for key, value in thing.tags.items():
            if key in _CHANGING_KEYS or town.name in value:
                yield value


def _gates(town: Town, points: Points) -> tuple[int, int, int, int]:
    """Find where main roads reach the town's edge; on a side that none reaches, the road's end nearest to it."""
    width, height = town.extent[2] - town.extent[0], town.extent[3] - town.extent[1]
    ends = sorted({end for way in town.ways if way.tags.get("highway") in _STREETS for end in (way.nodes[0], way.nodes[-1])})
    x, y = points[np.array(ends) - 1].T
    west, east, south, north = (ends[int(np.argmin(side))] for side in (x, width - x, y, height - y))
    return west, east, south, north
