"""Where a walk begins and where it may end: the property's door, and the gates, doors or edges of places."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely

from era_geo.vicinity.anchor import Anchor
from era_geo.vicinity.walk_inside import more_inside
from era_geo.vicinity.walk_leaving import INSIDE_M, Leaver, Leavers
from era_geo.vicinity.walk_legs import (
    FIRST_REACH_M,
    LEG_LIMIT_M,
    OWN_GROUND_REACH_M,
    Ground,
    Legs,
    candidates,
    legs_along,
    shortest_first,
    straight,
    strung,
)
from era_geo.vicinity.walk_network import WalkNetwork
from era_geo.vicinity.walk_obstacles import Bools, Floats, Ints, Objects, Obstacles

DOOR_REACH_M = 3.0
"""A door or gate this near an outline belongs to it."""

EDGE_SLACK_M = 15.0
"""A place without gates may be reached over any free leg that is at most this much longer than the shortest one."""

MAIN_DOORS = frozenset(("yes", "main", "main_entrance", "home", "staircase"))

_ON_OUTLINE_M = 0.5
_EDGE_STEP_M = 10.0
_GRAZE_M = 0.1
_ALIKE_M = 1e-6  # two ways in one line are equally near


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
        legs = Leaver(ground, door, lives_here=True).shortest()
        if len(legs):
            return Start("entrance", _led_from(legs, np.array([outline], dtype=object)))
    known = bool(shapely.area(outline) > 0)
    legs = ground.starts.get(shapely.to_wkb(outline)) or Leaver(ground, outline, lives_here=True, from_inside=not known).shortest()
    return Start("wall" if known else "point", legs) if len(legs) else None


def remember_starts(ground: Ground, outlines: Objects) -> None:
    """Find for many properties at once how they are left where no entrance is mapped: those that can be left straight.

    One by one takes several times as long; `start_of` gives the same with it and without it.
    """
    leavers = Leavers(ground, outlines, shapely.area(outlines) == 0, np.full(len(outlines), None), lives_here=True)
    legs = leavers.nearest_free(leavers.all_straight(FIRST_REACH_M))
    keys = shapely.to_wkb(outlines[legs.owner])
    alone = replace(legs, owner=np.zeros(len(legs), dtype=np.int64))
    ground.starts.update((key, alone.take(np.array([i]))) for i, key in enumerate(keys))


def ends_of(ground: Ground, places: Objects) -> tuple[Legs, Bools]:
    """Find how each place is reached: by its gates and entrances, or where none is known by the nearest points of its edge.

    Gates within `DOOR_REACH_M` of the place's outline come first, and doors on it; those that lie inside it count where there
    is none. They must be open to the public. Gives the free legs of all places (`owner` is the place's position), and whether
    each place has gates or entrances of its own, shape (n,).
    """
    keys = shapely.to_wkb(places)
    inside: list[int] = []
    for i, key in enumerate(keys):
        if key not in ground.ends:
            wider = ground.around(places[i])
            if wider is ground:
                inside.append(i)
            else:
                legs, doors = _find_ends(wider, places[i : i + 1])
                ground.ends[key] = legs, bool(doors[0])
    if inside:
        legs, doors = _find_ends(ground, places[inside])
        ground.ends.update((keys[i], (legs.where(legs.owner == k), bool(doors[k]))) for k, i in enumerate(inside))
    known = [ground.ends[key] for key in keys]
    owner = np.repeat(np.arange(len(known)), [len(legs) for legs, _ in known])
    return replace(Legs.joined([legs for legs, _ in known]), owner=owner), np.array([doors for _, doors in known], dtype=bool)


def _find_ends(ground: Ground, places: Objects) -> tuple[Legs, Bools]:
    doors, door_owner, words = _doors_of_places(ground.obstacles, places)
    has_doors = np.zeros(len(places), dtype=bool)
    has_doors[door_owner] = True
    by_door = _legs_of_doors(ground, places, doors, door_owner, words)
    return Legs.joined([by_door, _legs_of_edges(ground, places, np.flatnonzero(~has_doors))]), has_doors


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
    """Give the shortest free leg of each door; where no door of a place has a straight one near, look farther for each."""
    points = ground.obstacles.doors.point[doors]
    legs = candidates(ground, points, FIRST_REACH_M, OWN_GROUND_REACH_M)
    inner = shapely.distance(points, _edge_of(places[owner])) > DOOR_REACH_M
    legs = legs.where(inner[legs.owner] | ~more_inside(legs.line, places[owner[legs.owner]], INSIDE_M))
    legs = legs.where(ground.obstacles.free(legs.line))
    order = shortest_first(legs)
    legs = legs.take(order[np.sort(np.unique(legs.owner[order], return_index=True)[1])])
    found = [legs]
    for door in np.flatnonzero(~np.isin(owner, owner[legs.owner])).tolist():
        grounds = None if inner[door] else places[owner[door]]
        leg = Leaver(ground, points[door], grounds=grounds).shortest()
        found.append(replace(leg, owner=np.full(len(leg), door)))
    legs = Legs.joined(found)
    named = replace(legs, owner=owner[legs.owner], to=tuple(words[i] for i in legs.owner.tolist()))
    return _led_from(named, places)


def _legs_of_edges(ground: Ground, places: Objects, which: Ints) -> Legs:
    """Give the free legs to the places at `which` that have no doors: to a point, or to the edge of grounds."""
    is_point = shapely.get_dimensions(places[which]) == 0
    found = [_legs_of_points(ground, places, which[is_point]), _legs_of_grounds(ground, places, which[~is_point])]
    for place in np.setdiff1d(which, np.concatenate([legs.owner for legs in found])).tolist():
        leg = Leaver(ground, places[place], from_inside=bool(shapely.get_dimensions(places[place]) == 0)).shortest()
        found.append(replace(leg, owner=np.full(len(leg), place)))
    return Legs.joined(found)


def _legs_of_points(ground: Ground, places: Objects, which: Ints) -> Legs:
    """Give the shortest free leg to each point, which may lie in a building; several where ways in one line are as near."""
    legs = candidates(ground, places[which], FIRST_REACH_M, OWN_GROUND_REACH_M)
    legs = replace(legs, owner=which[legs.owner])
    legs = legs.where(ground.obstacles.free(legs.line, from_inside=True))
    return legs.where(legs.metres <= _least(legs, len(places))[legs.owner] + _ALIKE_M)


def _legs_of_grounds(ground: Ground, places: Objects, which: Ints) -> Legs:
    """Give the free legs to the edge of grounds: those not much longer than the shortest, from all along the edge.

    Where a street runs along a school, the nearest point of the school's edge is another one for who comes from the left than for
    who comes from the right.
    """
    found: list[Legs] = []
    for reach in (FIRST_REACH_M, LEG_LIMIT_M):
        legs = candidates(ground, places[which], reach, OWN_GROUND_REACH_M)
        legs = _entering(ground.network, replace(legs, owner=which[legs.owner]), places)
        free = legs.where(ground.obstacles.free(legs.line))
        limit = _least(free, len(places)) + EDGE_SLACK_M
        done = which[np.isfinite(limit[which]) if reach == LEG_LIMIT_M else limit[which] <= reach]
        along = _along_the_edge(ground, places, done, limit)
        found += [free.where(np.isin(free.owner, done) & (free.metres <= limit[free.owner])), along]
        which = np.setdiff1d(which, done)
    return Legs.joined(found)


def _along_the_edge(ground: Ground, places: Objects, which: Ints, limit: Floats) -> Legs:
    """Give the free legs from points all along the edges of the places at `which`, up to the `limit` of each place."""
    edges = shapely.segmentize(_edge_of(places[which]), _EDGE_STEP_M)
    points, place = shapely.get_coordinates(edges, return_index=True)
    origins = np.asarray(shapely.points(points), dtype=object)
    legs = candidates(ground, origins, float(limit[which].max(initial=0.0)), OWN_GROUND_REACH_M)
    legs = replace(legs, owner=which[place[legs.owner]])
    legs = legs.where((legs.metres > 0) & (legs.metres <= limit[legs.owner]))
    legs = legs.where(~more_inside(legs.line, places[legs.owner], _GRAZE_M))
    return legs.where(ground.obstacles.free(legs.line))


def _least(legs: Legs, places: int) -> Floats:
    """Give the length of the shortest leg of each place, infinite where it has none. Shape (places,)."""
    least = np.full(places, np.inf)
    np.minimum.at(least, legs.owner, legs.metres)
    return least


def _entering(network: WalkNetwork, legs: Legs, places: Objects) -> Legs:
    """Replace the legs to ways that run into a place by the points where they cross its edge."""
    meets = legs.metres == 0
    inside = legs.where(meets)
    crossing = shapely.intersection(network.geometry[inside.edge], _edge_of(places[inside.owner]))
    points, pair = shapely.get_coordinates(crossing, return_index=True)
    entering = legs_along(network, inside.owner[pair], inside.edge[pair], straight(points, points))
    return Legs.joined([legs.where(~meets), entering])


def _led_from(legs: Legs, outlines: Objects) -> Legs:
    """Let legs of doors that stand before an outline begin on the outline itself, so that nothing is measured short."""
    before = shapely.shortest_line(outlines[legs.owner], shapely.get_point(legs.line, 0))
    stands_off = shapely.length(before) > 0
    line = legs.line.copy()
    line[stands_off] = strung(before[stands_off], line[stands_off])
    return replace(legs, line=line)
