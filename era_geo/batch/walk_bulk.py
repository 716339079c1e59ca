"""The walks of many properties made ready square by square: how they are left and how places are reached, found together."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from era_geo.region.region import Region
from era_geo.vicinity.walk_obstacles import Objects
from era_geo.vicinity.walk_window import square_of
from era_geo.vicinity.walking import PlaceGeometry, make_ready


class WalkBulk:
    """Makes walks ready for all properties of a square when the first of them is to be walked from.

    By then what was read for the square before is done with; to make all squares ready first would keep a county in memory.
    `places` gives what a property, by its position, walks to: nothing where it is looked at alone.
    """

    def __init__(self, region: Region, homes: Objects, places: Callable[[int], Sequence[PlaceGeometry] | None]) -> None:
        self._region = region
        self._homes = homes
        self._places = places
        self._squares = [square_of(home) for home in homes]
        self._ready: set[object] = set()

    def make_ready(self, i: int) -> None:
        """Make the walks of all properties ready that share the square of the one at position `i`."""
        if self._squares[i] in self._ready:
            return
        self._ready.add(self._squares[i])
        there = [j for j, square in enumerate(self._squares) if square == self._squares[i]]
        walked_to = {j: places for j in there if (places := self._places(j))}
        if walked_to:
            make_ready(
                self._region,
                self._homes[list(walked_to)],
                list({id(place): place for found in walked_to.values() for place in found}.values()),
            )
