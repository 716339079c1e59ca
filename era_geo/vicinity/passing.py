"""The way past the door: of the homes within a walk of a place, how many have their shortest way to it past the property.

A count over a count. What it takes for granted is in `ASSUMPTIONS`; it says where the shortest ways run on the map, and nothing
of who walks them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from era_geo.model import Finding, Gap
from era_geo.vicinity.frontage_ways import FRONT_REACH_M, LEAST_FRONT_M, Front, front_of
from era_geo.vicinity.surroundings import EXACT_ENOUGH_M, Surroundings
from era_geo.vicinity.walk_ends import ends_of, start_of
from era_geo.vicinity.walk_graph import UNREACHED, Floats, Ints, Tree
from era_geo.vicinity.walk_homes import HOME_REACH_M, WalkingHomes
from era_geo.vicinity.walk_legs import Legs
from era_geo.vicinity.walk_network import WalkNetwork
from era_geo.vicinity.walk_obstacles import Bools, Objects
from era_geo.vicinity.walk_window import WalkCoverage, ground_around
from era_geo.vicinity.walking import FIRST_LIMIT_M, PlaceGeometry, places_of

WITHIN_M = 400.0
"""The program's starting value for how far on foot homes are counted: five minutes."""

LAYERS = ("school", "nursery", "play_area")
"""The layers whose places are counted for."""

ASSUMPTIONS = (
    "Counted are the homes in the data, flats included, whose shortest way on foot to the place is within the distance set.",
    "Each home sets out from the way nearest to it, its own street first.",
    "It goes the shortest way to the place's gates, or to its edge where no gate is mapped; of two ways as long, one is taken.",
    f"A way in front of the property is one within {FRONT_REACH_M:g} m of its walls, or the one it is left by, on that side.",
    f"Who walks {LEAST_FRONT_M:g} m or more along it, before the property, walks past; homes in its building are left out.",
    "Nothing is said of who lives in a home, or of which way anybody chooses.",
)
"""What a count of the ways past the door takes for granted, in sentences to be shown beside it."""


@dataclass(frozen=True)
class Passing:
    """Of `homes` homes within `within_m` on foot of a place, `past` have their shortest way to it past the property.

    Both are `None` where they could not be counted, and `why_not` says why. `doubts` are the reasons why the homes in the
    data may not be all homes; without any the count is complete.
    """

    homes: int | None
    past: int | None
    within_m: float
    doubts: tuple[str, ...]
    why_not: str | None

    @property
    def said(self) -> str:
        """The answer as a sentence."""
        if self.homes is None:
            return f"It could not be counted how many homes have their shortest way past the property. {self.why_not}"
        of = f"Of the {self.homes} homes in the data" if self.homes != 1 else "Of the 1 home in the data"
        have = "has its" if self.past == 1 else "have their"
        return f"{of} within {self.within_m:.0f} m on foot, {self.past} {have} shortest way past the property."


def look_past(
    findings: Sequence[Finding],
    around: Surroundings,
    within_m: float = WITHIN_M,
    layers: Collection[str] = LAYERS,
    places: Sequence[PlaceGeometry] | None = None,
) -> tuple[dict[int, Passing], list[Gap]]:
    """Count for each finding of `layers`, by its position; and a gap for each count that is missing or not whole.

    `places` are all the findings as places to walk to, where that is known already.
    """
    chosen = [i for i, finding in enumerate(findings) if finding.layer in layers]
    walked_to = places_of([findings[i] for i in chosen], around) if places is None else [places[i] for i in chosen]
    counted = dict(zip(chosen, passing(around, walked_to, within_m), strict=True))
    gaps = []
    for i, found in counted.items():
        what = findings[i].name or "a place without a name"
        if found.why_not:
            gaps.append(Gap(findings[i].layer, "passing", f"The homes past the property to {what} are not known.", found.why_not))
        elif found.doubts:
            why = f"{'; '.join(found.doubts).capitalize()}."
            gaps.append(Gap(findings[i].layer, "passing", f"The homes within a walk of {what} are not counted in full.", why))
    return counted, gaps


def passing(around: Surroundings, places: Sequence[PlaceGeometry], within_m: float = WITHIN_M) -> list[Passing]:
    """Count for each place the homes within `within_m` metres on foot, and those whose shortest way leads past the property.

    Parameters
    ----------
    around
        The property, and the region to look in.
    places
        The places, in any order; the answers are in the same order.
    within_m
        The walking distance from a home to the place, metres.
    """
    if not places:
        return []
    coverage = WalkCoverage.of(around.region)
    reason = coverage.why_not(around)
    if reason:
        return [_none(reason, within_m) for _ in places]
    outlines = np.array([place.geometry for place in places], dtype=object)
    prepared = _Count.prepared(around, outlines, within_m)
    if prepared is None:
        why = "No way could be reached from the property without going through a building or over a wall."
        return [_none(why, within_m) for _ in places]
    count, ends = prepared
    certain = coverage.metres_to_edge(outlines)
    answers = []
    for i, place in enumerate(places):
        own = ends.where(ends.owner == i)
        reason = _why_not(around, place, len(own), float(certain[i]), within_m)
        answers.append(_none(reason, within_m) if reason else count.of(place.geometry, own))
    return answers


def _why_not(around: Surroundings, place: PlaceGeometry, ends: int, certain_m: float, within_m: float) -> str | None:
    if place.uncertainty_m > EXACT_ENOUGH_M:
        return f"The place is located only to within {place.uncertainty_m:.0f} m, so its entrance cannot be told."
    if certain_m < within_m:
        return f"Within {within_m:.0f} m of the place lies ground whose ways no source of the region covers."
    if not shapely.covers(around.coverage_of_homes, shapely.buffer(place.geometry, within_m)):
        return f"Within {within_m:.0f} m of the place lies ground whose homes no source of the region covers."
    if not ends:
        return "The place cannot be reached from a mapped way without going through a building or over a wall."
    return None


def _none(reason: str, within_m: float) -> Passing:
    return Passing(None, None, within_m, (), reason)


def _too_few_known(count: int, unknown: int, within_m: float) -> str:
    known = f"The data holds {count or 'no'} home{'s' if count > 1 else ''} within {within_m:.0f} m of the place on foot"
    if not unknown:
        return f"{known}."
    return f"{known}, and {unknown} building{'s' if unknown > 1 else ''} that may hold homes: too little to count over."


@dataclass(frozen=True)
class _Count:
    """What the counts for all places share."""

    network: WalkNetwork
    front: Front
    homes: WalkingHomes
    within_m: float

    @classmethod
    def prepared(cls, around: Surroundings, places: Objects, within_m: float) -> tuple[_Count, Legs] | None:
        """Read what is needed, and give the legs to all places with it; `None` where the property cannot be left."""
        reach = max(within_m, FIRST_LIMIT_M)
        ground = ground_around(around.region, shapely.box(*shapely.total_bounds([around.walls, *places])), reach)
        start = start_of(ground, around.anchor, shapely.Point(around.site.easting, around.site.northing))
        if start is None:
            return None
        farthest = float(np.max(shapely.hausdorff_distance(places, around.anchor.geometry)))
        homes = WalkingHomes.around(around, farthest + within_m, ground.network)
        return cls(ground.network, front_of(ground, around.walls, start), homes, within_m), ends_of(ground, places)[0]

    def of(self, place: shapely.Geometry, ends: Legs) -> Passing:
        """Count for one place, reached by `ends`."""
        homes = self.homes
        metres, past = self._ways_to(ends)
        near = metres + homes.off <= self.within_m
        owners = [homes.households[number] for number in np.unique(homes.household[near]).tolist()]
        count, passed = int(homes.count[near].sum()), int(homes.count[near & past].sum())
        unknown = sum(line.homes is None for household in owners for line in household.lines)
        if unknown >= count:
            return _none(_too_few_known(count, unknown, self.within_m), self.within_m)
        reasons = Counter(doubt for household in owners for doubt in household.doubts)
        doubts = [f"{doubt}: {number}" for doubt, number in sorted(reasons.items(), key=lambda item: (-item[1], item[0]))]
        lost = int(homes.lost_count[shapely.distance(homes.lost, place) <= self.within_m].sum())
        if lost:
            doubts.append(f"homes farther than {HOME_REACH_M:.0f} m from every mapped way: {lost}")
        return Passing(count, passed, self.within_m, tuple(doubts), None)

    def _ways_to(self, ends: Legs) -> tuple[Floats, Bools]:
        """Give each home's metres to the place (infinite where there is no way), and whether the way leads past. Shapes (n,).

        One search backwards from the place: its tree of shortest ways holds every home's.
        """
        network, front, homes = self.network, self.front, self.homes
        whole, nothing = network.metres[ends.edge], np.zeros(len(ends))
        seeds = np.concatenate([network.reach_u[ends.edge], network.reach_v[ends.edge]])
        behind = np.concatenate([ends.along, whole - ends.along]) + np.tile(ends.metres, 2)
        tree = network.graph.turned.search(seeds, behind, self.within_m)
        last = [front.passed(ends.edge, nothing, ends.along), front.passed(ends.edge, ends.along, whole)]
        past = self._past(tree, seeds, np.concatenate(last))

        edge, along, length = homes.edge, homes.along, network.metres[homes.edge]
        by_u, by_v = network.leave_u[edge], network.leave_v[edge]
        over_u, over_v = tree.metres[by_u] + along, tree.metres[by_v] + length - along
        metres = np.minimum(over_u, over_v)
        passed_u = past[by_u] | front.passed(edge, np.zeros(len(edge)), along)
        passed_v = past[by_v] | front.passed(edge, along, length)
        passed = np.where(over_u <= over_v, passed_u, passed_v)
        for end_edge, end_along, leg in zip(ends.edge.tolist(), ends.along.tolist(), ends.metres.tolist(), strict=True):
            direct = np.where(edge == end_edge, np.abs(along - end_along) + leg, np.inf)
            passed = np.where(direct < metres, front.passed(edge, along, np.full(len(edge), end_along)), passed)
            metres = np.minimum(metres, direct)
        return metres, passed

    def _past(self, tree: Tree, seeds: Ints, last: Bools) -> Bools:
        """Say of each node of the tree whether the way from it to the place leads past the property. Shape (nodes,).

        `last` says it of the last piece of the way, from each of `seeds` on.
        """
        graph, size = tree.graph, tree.graph.size
        past = np.zeros(size, dtype=bool)
        first = np.flatnonzero(tree.parents == size)
        past[first] = last[tree.seeds[np.searchsorted(seeds[tree.seeds], first)]]
        inner = np.flatnonzero((tree.parents >= 0) & (tree.parents < size))
        edge = graph.edge[graph.entry(tree.parents[inner], inner)]
        inner, edge = inner[edge != UNREACHED], edge[edge != UNREACHED]
        past[inner] = self.front.passed(edge, np.zeros(len(edge)), self.network.metres[edge])
        # Each node asks the one before it, then the one two before, four before: the whole way in a few rounds.
        before = np.where((tree.parents >= 0) & (tree.parents < size), tree.parents, np.arange(size))
        while True:
            past |= past[before]
            further = before[before]
            if np.array_equal(further, before):
                return past
            before = further
