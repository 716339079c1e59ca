"""Where a walk begins and where it may end: the legs between the mapped ways and the property's door or the place's gates.

Legs are straight, as nothing is mapped there, and only those that are free count (`walk_obstacles`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely

from era_geo.vicinity.anchor import Anchor
from era_geo.vicinity.walk_obstacles import Bools, Floats, Ints, Objects, Obstacles
from era_geo.vicinity.walk_network import WalkNetwork

DOOR_REACH_M = 3.0
"""A door or gate this near an outline belongs to it."""

OWN_DRIVE_REACH_M = 15.0
"""A private way that comes this near the property is its own drive."""

OWN_GROUND_REACH_M = 3.0
"""A private way that comes this near a place, or its gate, is the place's own."""

LEG_LIMIT_M = 100.0
"""Nobody is taken farther than this over ground where no way is mapped."""

EDGE_SLACK_M = 15.0
"""A place without gates may be reached over any free leg that is at most this much longer than the shortest one."""

GATE_DETOUR_M = 40.0
"""Where no straight leg is free, one through a gate this near is tried."""

MAIN_DOORS = frozenset(("yes", "main", "main_entrance", "home", "staircase"))

_FIRST_REACH_M = 30.0
_ON_OUTLINE_M = 0.5
_AS_NEAR_M = 0.1


@dataclass(frozen=True)
class Legs:
    """Legs to the ways, one value of each array for each leg.

    `owner` is whose leg it is; `edge` and `along` (metres from the edge's start) are where it meets the way; `line` runs from
    the property or place to the way; `to` says what it ends at: `gate`, `entrance` or `edge`.
    """

    owner: Ints
    edge: Ints
    along: Floats
    line: Objects
    to: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.owner)

    @property
    def metres(self) -> Floats:
        """Each leg's length."""
        lengths: Floats = shapely.length(self.line)
        return lengths

    def take(self, chosen: Ints) -> Legs:
        """Give the legs at these positions."""
        to = tuple(self.to[i] for i in chosen.tolist())
        return Legs(self.owner[chosen], self.edge[chosen], self.along[chosen], self.line[chosen], to)

    def where(self, keep: Bools) -> Legs:
        """Give the legs for which `keep` holds."""
        return self.take(np.flatnonzero(keep))

    @classmethod
    def none(cls) -> Legs:
        """Give no leg at all."""
        empty = np.empty(0, dtype=np.int64)
        return cls(empty, empty, np.empty(0), np.empty(0, dtype=object), ())

    @classmethod
    def joined(cls, parts: Sequence[Legs]) -> Legs:
        """Put several together."""
        return cls(
            np.concatenate([part.owner for part in parts]),
            np.concatenate([part.edge for part in parts]),
            np.concatenate([part.along for part in parts]),
            np.concatenate([part.line for part in parts]),
            tuple(word for part in parts for word in part.to),
        )


@dataclass(frozen=True)
class Ground:
    """The window's ways and what stands around them: what legs are found in."""

    network: WalkNetwork
    obstacles: Obstacles


@dataclass(frozen=True)
class Start:
    """Where a walk from the property begins: `entrance`, `wall` (no entrance is mapped) or `point` (no outline is mapped)."""

    kind: str
    leg: Legs


def start_of(ground: Ground, anchor: Anchor, site_point: shapely.Point) -> Start | None:
    """Find how the property is left: by its entrance, else by its wall nearest to a way; `None` where no leg is free.

    Of several entrances on the property, a main one is taken before others (a garage's, a service one) and the one nearest to
    the address point `site_point` before those farther off; the next one only where no leg from the first is free.
    """
    outline = anchor.geometry
    for door in _entrances(ground.obstacles, outline, site_point):
        legs = _nearest_free(ground, door, owner_lives_here=True, from_inside=False)
        if len(legs):
            return Start("entrance", _led_from(legs, np.array([outline], dtype=object)))
    known = bool(shapely.area(outline) > 0)
    legs = _nearest_free(ground, outline, owner_lives_here=True, from_inside=not known)
    return Start("wall" if known else "point", legs) if len(legs) else None


def ends_of(ground: Ground, places: Objects) -> tuple[Legs, Bools]:
    """Find how each place is reached: by its gates and entrances, or where none is known by the nearest points of its edge.

    Gates within `DOOR_REACH_M` of the place's outline come first, and doors on it; those that lie inside it count where there
    is none. They must be open to the public. Gives the free legs of all places (`owner` is the place's position), and whether
    each place has gates or entrances of its own, shape (n,).
    """
    doors, door_owner, words = _doors_of_places(ground.obstacles, places)
    has_doors = np.zeros(len(places), dtype=bool)
    has_doors[door_owner] = True
    plain = np.flatnonzero(~has_doors)
    return Legs.joined(
        [_legs_of_doors(ground, places, doors, door_owner, words), _legs_of_edges(ground, places, plain)]
    ), has_doors


def _entrances(obstacles: Obstacles, outline: shapely.Geometry, site_point: shapely.Point) -> list[shapely.Point]:
    """List the property's entrances, the likeliest first. A property without an outline has none that can be told."""
    if shapely.area(outline) == 0:
        return []
    doors = obstacles.doors
    found = doors.tree.query(outline, predicate="dwithin", distance=DOOR_REACH_M)
    found = found[~doors.gate[found]]
    lesser = np.array([doors.value[i] not in MAIN_DOORS for i in found.tolist()], dtype=bool)
    off = shapely.distance(doors.point[found], shapely.boundary(outline)) > _ON_OUTLINE_M
    order = np.lexsort((found, shapely.distance(doors.point[found], site_point), off, lesser))
    return list(doors.point[found[order]])


def _nearest_free(ground: Ground, origin: shapely.Geometry, *, owner_lives_here: bool, from_inside: bool) -> Legs:
    """Give the shortest free leg from one geometry, straight or through one gate; none where there is none."""
    origins = np.array([origin], dtype=object)
    for reach in (_FIRST_REACH_M, LEG_LIMIT_M):
        legs = _candidates(ground, origins, reach, own_reach_m=OWN_DRIVE_REACH_M if owner_lives_here else OWN_GROUND_REACH_M)
        if owner_lives_here:
            legs = legs.where(ground.network.leads_out[legs.edge])
        legs = legs.where(ground.obstacles.free(legs.line, own_gates=owner_lives_here, from_inside=from_inside))
        if len(legs):
            return _from_the_middle(ground.network, origin, legs.take(_shortest(legs)[:1]))
    return _through_gate(ground, origin, owner_lives_here=owner_lives_here, from_inside=from_inside)


def _from_the_middle(network: WalkNetwork, origin: shapely.Geometry, leg: Legs) -> Legs:
    """Where a whole wall is as near to the way as its corner, begin in its middle."""
    if shapely.area(origin) == 0:
        return leg
    way = network.geometry[leg.edge[0]]
    wall = shapely.intersection(shapely.boundary(origin), shapely.buffer(way, float(leg.metres[0]) + _AS_NEAR_M))
    parts = shapely.get_parts(shapely.line_merge(wall)) if shapely.length(wall) > 0 else []
    if len(parts) != 1:
        return leg
    middle = shapely.line_interpolate_point(parts[0], 0.5, normalized=True)
    return _legs(network, leg.owner, leg.edge, np.array([shapely.shortest_line(middle, way)], dtype=object), leg.to[0])


def _through_gate(ground: Ground, origin: shapely.Geometry, *, owner_lives_here: bool, from_inside: bool) -> Legs:
    """Look for a leg that goes to a gate and on from it, for a house behind a garden wall."""
    obstacles = ground.obstacles
    doors = obstacles.doors
    near = doors.tree.query(origin, predicate="dwithin", distance=GATE_DETOUR_M)
    near = near[doors.gate[near] & ((doors.access[near] == "yes") | owner_lives_here)]
    to_gate = shapely.shortest_line(origin, doors.point[near])
    open_way = obstacles.free(to_gate, own_gates=owner_lives_here, from_inside=from_inside)
    near, to_gate = near[open_way], to_gate[open_way]
    onwards = _candidates(ground, doors.point[near], LEG_LIMIT_M, own_reach_m=OWN_GROUND_REACH_M)
    onwards = onwards.where(obstacles.free(onwards.line, own_gates=owner_lives_here))
    whole = replace(onwards, line=_strung(to_gate[onwards.owner], onwards.line))
    whole = replace(whole, owner=np.zeros(len(whole), dtype=np.int64)).where(whole.metres <= LEG_LIMIT_M)
    return whole.take(_shortest(whole)[:1])


def _candidates(ground: Ground, origins: Objects, reach_m: float, *, own_reach_m: float) -> Legs:
    """Give the straight legs from each origin to each way within `reach_m`; to a private way only within `own_reach_m`."""
    network = ground.network
    if not len(origins):
        return Legs.none()
    owner, edge = network.tree.query(origins, predicate="dwithin", distance=reach_m)
    line = shapely.shortest_line(origins[owner], network.geometry[edge])
    allowed = ~network.private[edge] | (shapely.length(line) <= own_reach_m)
    return _legs(network, owner[allowed], edge[allowed], line[allowed], "edge")


def _legs(network: WalkNetwork, owner: Ints, edge: Ints, line: Objects, to: str) -> Legs:
    along = shapely.line_locate_point(network.geometry[edge], shapely.get_point(line, -1))
    return Legs(owner, edge, along, line, (to,) * len(owner))


def _doors_of_places(obstacles: Obstacles, places: Objects) -> tuple[Ints, Ints, tuple[str, ...]]:
    """Give the gates and doors that are the places' own and open to the public: door, place and word for each."""
    doors = obstacles.doors
    owner, door = doors.tree.query(places, predicate="dwithin", distance=DOOR_REACH_M)
    gate = doors.gate[door]
    outlined = shapely.area(places[owner]) > 0
    away = shapely.distance(doors.point[door], places[owner])
    # A neighbour's door may open beside a park; a gate beside it is in its fence.
    own = (doors.access[door] == "yes") & (gate | ~outlined | (away <= _ON_OUTLINE_M))
    on_edge = shapely.distance(doors.point[door], _edge_of(places[owner])) <= DOOR_REACH_M
    has_on_edge = np.zeros(len(places), dtype=bool)
    has_on_edge[owner[own & on_edge]] = True
    own &= on_edge | ~has_on_edge[owner]
    return door[own], owner[own], tuple("gate" if is_gate else "entrance" for is_gate in gate[own])


def _edge_of(places: Objects) -> Objects:
    """Give each place's outline; a point or a line is its own."""
    edges: Objects = np.where(shapely.area(places) > 0, shapely.boundary(places), places)
    return edges


def _legs_of_doors(ground: Ground, places: Objects, doors: Ints, owner: Ints, words: tuple[str, ...]) -> Legs:
    """Give the shortest free leg of each door."""
    points = ground.obstacles.doors.point[doors]
    found: list[Legs] = []
    missing = np.arange(len(doors))
    for reach in (_FIRST_REACH_M, LEG_LIMIT_M):
        legs = _candidates(ground, points[missing], reach, own_reach_m=OWN_GROUND_REACH_M)
        legs = replace(legs, owner=missing[legs.owner])
        # Whoever comes to a gate from within has come in somewhere else.
        inside = shapely.length(shapely.intersection(legs.line, places[owner[legs.owner]]))
        gate_in = shapely.distance(points[legs.owner], _edge_of(places[owner[legs.owner]]))
        legs = legs.where((inside <= DOOR_REACH_M) | (gate_in > DOOR_REACH_M))
        legs = legs.where(ground.obstacles.free(legs.line))
        order = _shortest(legs)
        legs = legs.take(order[np.sort(np.unique(legs.owner[order], return_index=True)[1])])
        found.append(legs)
        missing = np.setdiff1d(missing, legs.owner)
    legs = Legs.joined(found)
    named = replace(legs, owner=owner[legs.owner], to=tuple(words[i] for i in legs.owner.tolist()))
    return _led_from(named, places)


def _legs_of_edges(ground: Ground, places: Objects, which: Ints) -> Legs:
    """Give the free legs to the edge of the places at the positions `which`, those not much longer than the shortest of each."""
    found: list[Legs] = []
    for reach in (_FIRST_REACH_M, LEG_LIMIT_M):
        legs = _candidates(ground, places[which], reach, own_reach_m=OWN_GROUND_REACH_M)
        legs = _entering(ground.network, replace(legs, owner=which[legs.owner]), places)
        on_point = shapely.get_dimensions(places[legs.owner]) == 0
        free = ground.obstacles.free(legs.line)
        free[on_point] = ground.obstacles.free(legs.line[on_point], from_inside=True)
        legs = legs.where(free)
        least = np.full(len(places), np.inf)
        np.minimum.at(least, legs.owner, legs.metres)
        slack = np.where(shapely.get_dimensions(places) == 0, 0.0, EDGE_SLACK_M)
        done = which if reach == LEG_LIMIT_M else which[least[which] + slack[which] <= reach]
        found.append(legs.where(np.isin(legs.owner, done) & (legs.metres <= (least + slack)[legs.owner])))
        which = np.setdiff1d(which, done)
    return Legs.joined(found)


def _entering(network: WalkNetwork, legs: Legs, places: Objects) -> Legs:
    """Replace the legs to ways that run into a place by the points where they cross its edge."""
    meets = legs.metres == 0
    inside = legs.where(meets)
    crossing = shapely.intersection(network.geometry[inside.edge], _edge_of(places[inside.owner]))
    points, pair = shapely.get_coordinates(crossing, return_index=True)
    lines = shapely.linestrings(np.stack([points, points], axis=1)) if len(points) else np.empty(0, dtype=object)
    return Legs.joined([legs.where(~meets), _legs(network, inside.owner[pair], inside.edge[pair], lines, "edge")])


def _led_from(legs: Legs, outlines: Objects) -> Legs:
    """Let legs of doors that stand before an outline begin on the outline itself, so that nothing is measured short."""
    before = shapely.shortest_line(outlines[legs.owner], shapely.get_point(legs.line, 0))
    stands_off = shapely.length(before) > 0
    line = legs.line.copy()
    line[stands_off] = _strung(before[stands_off], line[stands_off])
    return replace(legs, line=line)


def _strung(first: Objects, second: Objects) -> Objects:
    """Join each line of `first` to the one of `second` that goes on where it ends."""
    points = np.concatenate([shapely.get_coordinates(first), shapely.get_coordinates(second)])
    number = np.concatenate([np.repeat(np.arange(len(part)), shapely.get_num_coordinates(part)) for part in (first, second)])
    order = np.argsort(number, kind="stable")
    return shapely.linestrings(points[order], indices=number[order]) if len(number) else np.empty(0, dtype=object)


def _shortest(legs: Legs) -> Ints:
    """Order the legs: the shortest first, and of those that are alike (a corner of two ways) always the same one."""
    return np.lexsort((legs.edge, np.round(legs.metres, 6)))
