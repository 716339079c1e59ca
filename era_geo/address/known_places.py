"""How far a region's settlements reach, by the streets that name them or lie nearest to them."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt
import shapely

from era_geo.address.known_names import KnownNames
from era_geo.address.records import Locality
from era_geo.region.address_words import name_key
from era_geo.region.region import Region

_HELD = 0.95
_SETTLED = ("city", "town", "village")
# Beside a settlement of the kind, a street may as well lie in one of these: a town takes in its suburbs, not the next village.
_BESIDE = dict.fromkeys(_SETTLED, _SETTLED) | {"suburb": (*_SETTLED, "suburb"), "hamlet": (*_SETTLED, "hamlet")}


class KnownPlaces(KnownNames):
    """Settlements and the streets in them."""

    def __init__(self, region: Region) -> None:
        super().__init__(region)
        self.reach = lru_cache(maxsize=5_000)(self._reach)
        self._nearest = lru_cache(maxsize=None)(self._nearest_to)

    def _reach(self, place: Locality) -> tuple[int, float] | None:
        """Give how many addresses a settlement has, and the distance from its point, metres, that holds 95 in 100 of them.

        Its streets are those that name it, or lie nearer to it than to others of its kind or greater. A street counts by its
        addresses, one without any as one. `None` where nothing of the region lies in it, or it is no settlement.
        """
        if place.kind not in _BESIDE:
            return None
        mine = self._nearest(place.kind) == self._settled.index(place)
        mine[self._streets_naming.get(name_key(place.name), [])] = True
        if not mine.any():
            return None
        points, reach, houses = (part[mine] for part in self._all_streets)
        away = np.hypot(points[:, 0] - place.easting, points[:, 1] - place.northing) + reach
        order = np.argsort(away)
        share = np.cumsum(np.maximum(houses, 1)[order])
        last = int(np.searchsorted(share, math.ceil(_HELD * share[-1])))
        return int(houses.sum()), float(away[order][last])

    @cached_property
    def _all_streets(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.int64]]:
        """Every street's centre, shape (n, 2), reach and number of addresses; EPSG:27700, metres."""
        rows = np.array(self.region.query("SELECT easting, northing, reach_m, houses FROM streets ORDER BY id"), dtype=np.float64)
        rows = rows.reshape(-1, 4)
        return rows[:, :2], rows[:, 2], rows[:, 3].astype(np.int64)

    @cached_property
    def _streets_naming(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for place, (towns,) in enumerate(self.region.query("SELECT towns FROM streets ORDER BY id")):
            for town in json.loads(towns):
                found[name_key(town)].append(place)
        return found

    @cached_property
    def _settled(self) -> list[Locality]:
        return [place for places in self.localities.values() for place in places if place.kind in _BESIDE]

    def _nearest_to(self, kind: str) -> npt.NDArray[np.int64]:
        """Give for each street the number of the settlement that it lies nearest to, of those that count beside one of `kind`."""
        numbers = np.array([n for n, place in enumerate(self._settled) if place.kind in _BESIDE[kind]], dtype=np.int64)
        tree = shapely.STRtree([shapely.Point(self._settled[n].easting, self._settled[n].northing) for n in numbers])
        return numbers[tree.nearest(shapely.points(self._all_streets[0]))]
