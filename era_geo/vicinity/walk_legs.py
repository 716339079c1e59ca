"""Legs: straight lines over ground where no way is mapped, from a door, a wall or a gate to the ways. Only free ones count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely

from era_geo.region.region import Region
from era_geo.vicinity.walk_network import WalkNetwork
from era_geo.vicinity.walk_obstacles import Bools, Floats, Ints, Objects, Obstacles

OWN_DRIVE_REACH_M = 15.0
"""A private way that comes this near the property is its own drive."""

OWN_GROUND_REACH_M = 3.0
"""A private way that comes this near a place, or its gate, is the place's own."""

FIRST_REACH_M = 30.0
LEG_LIMIT_M = 100.0
"""Nobody is taken farther than this over ground where no way is mapped. Most legs are found within `FIRST_REACH_M`."""


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
    """The window's ways and what stands around them: what legs are found in. The obstacles' window may be the smaller one.

    `ends` remembers the legs of places, by the bytes of their geometry: the same school is looked at for many properties. `starts`
    remembers the straight legs by which properties are left other than by a door, by the bytes of their outline: only a batch
    fills it, in a process of its own, because what is kept of one address may not be shared. So it is with `homes`, the bytes of
    the outlines of those it was read for; it is for anybody where there are none.
    """

    region: Region
    network: WalkNetwork
    obstacles: Obstacles
    ends: dict[bytes, tuple[Legs, bool]] = field(default_factory=dict, compare=False)
    starts: dict[bytes, Legs] = field(default_factory=dict, compare=False)
    homes: frozenset[bytes] = frozenset()

    def __len__(self) -> int:
        return len(self.network)

    def around(self, place: shapely.Geometry) -> Ground:
        """Give the same ways with all that stands in the way of legs from `place`, which may reach out of the window."""
        west, south, east, north = (float(v) for v in shapely.bounds(place))
        window = (west - LEG_LIMIT_M, south - LEG_LIMIT_M, east + LEG_LIMIT_M, north + LEG_LIMIT_M)
        if shapely.covers(shapely.box(*self.obstacles.window), shapely.box(*window)):
            return self
        return Ground(self.region, self.network, Obstacles.read(self.region, window))


def candidates(ground: Ground, origins: Objects, reach_m: float, own_reach_m: float) -> Legs:
    """Give the straight legs from each origin to each way within `reach_m`; to a private way only within `own_reach_m`."""
    network = ground.network
    if not len(origins):
        return Legs.none()
    owner, edge = network.tree.query(origins, predicate="dwithin", distance=reach_m)
    line = shapely.shortest_line(origins[owner], network.geometry[edge])
    allowed = ~network.private[edge] | (shapely.length(line) <= own_reach_m)
    return legs_along(network, owner[allowed], edge[allowed], line[allowed])


def legs_along(network: WalkNetwork, owner: Ints, edge: Ints, line: Objects) -> Legs:
    """Give the legs that run along `line`, straight to the edges `edge`. Shapes (n,)."""
    along = shapely.line_locate_point(network.geometry[edge], shapely.get_point(line, -1))
    return Legs(owner, edge, along, line, ("edge",) * len(owner))


def straight(begins: Floats, ends: Floats) -> Objects:
    """Give the straight lines from each of `begins` to each of `ends`, which have shape (n, 2)."""
    return np.asarray(shapely.linestrings(np.stack([begins, ends], axis=1)), dtype=object)


def strung(first: Objects, second: Objects) -> Objects:
    """Join each line of `first` to the one of `second` that goes on where it ends."""
    points = np.concatenate([shapely.get_coordinates(first), shapely.get_coordinates(second)])
    number = np.concatenate([np.repeat(np.arange(len(part)), shapely.get_num_coordinates(part)) for part in (first, second)])
    order = np.argsort(number, kind="stable")
    return np.asarray(shapely.linestrings(points[order], indices=number[order]), dtype=object)


def shortest_first(legs: Legs) -> Ints:
    """Order the legs: the shortest first, and of those that are alike (a corner of two ways) always the same one."""
    return np.lexsort((legs.edge, np.round(legs.metres, 6)))
