"""What short straight looks, each from a point of its own, meet of the outlines of things, and after how many metres."""

from __future__ import annotations

import numpy as np
import shapely

from era_geo.vicinity.sight_rays import Floats, Geometries, Ints, Segments

_SLACK = 1e-9  # a look through the corner that two pieces share must not slip between them


class Outlines:
    """Things (areas and lines, EPSG:27700) as the straight pieces of their outlines, near at hand for many looks."""

    def __init__(self, things: Geometries) -> None:
        pieces = Segments.of(things, np.arange(len(things)))
        self._starts, self._ways, self._owner = pieces.starts, pieces.ends - pieces.starts, pieces.owner
        lines = np.asarray(shapely.linestrings(np.stack([pieces.starts, pieces.ends], axis=1)), dtype=object)
        self._pieces = shapely.STRtree(lines)
        self._things = shapely.STRtree(things)

    def met(self, starts: Floats, ends: Floats) -> tuple[Ints, Floats, Ints]:
        """Give the meetings of looks with things: the look, the metres from its start, the thing; a thing may be met often.

        `starts` and `ends` are of shape (n, 2). A look that begins in or on a thing meets it at once.
        """
        looks = shapely.linestrings(np.stack([starts, ends], axis=1))
        look, piece = self._pieces.query(looks)  # by their boxes
        metres = _metres(starts[look], (ends - starts)[look], self._starts[piece], self._ways[piece])
        meets = np.isfinite(metres)
        begun, inside = self._things.query(shapely.points(starts), predicate="intersects")
        return (
            np.concatenate([look[meets], begun]),
            np.concatenate([metres[meets], np.zeros(len(begun))]),
            np.concatenate([self._owner[piece[meets]], inside]),
        )


def _metres(points: Floats, looks: Floats, corners: Floats, sides: Floats) -> Floats:
    """Give for each pair how far along its look a side is met, infinity where it is not. All of shape (n, 2), the answer (n,).

    Where a look runs along a side, it meets it at the nearer corner.
    """
    length = np.hypot(*looks.T)
    to_corner = corners - points
    across = _cross(looks, sides)
    parallel = np.abs(across) <= _SLACK * length * np.hypot(*sides.T)
    across[parallel] = 1.0
    share_of_look, share_of_side = _cross(to_corner, sides) / across, _cross(to_corner, looks) / across
    meets = (share_of_look >= 0) & (share_of_look <= 1) & (share_of_side >= -_SLACK) & (share_of_side <= 1 + _SLACK) & ~parallel
    metres: Floats = np.where(meets, share_of_look * length, np.inf)
    for corner in (to_corner[parallel], (to_corner + sides)[parallel]):
        along = (corner * looks[parallel]).sum(axis=1) / length[parallel]
        on_it = np.abs(_cross(corner, looks[parallel])) <= _SLACK * length[parallel]
        on_it &= (along >= 0) & (along <= length[parallel])
        metres[parallel] = np.minimum(metres[parallel], np.where(on_it, along, np.inf))
    return metres


def _cross(one: Floats, other: Floats) -> Floats:
    product: Floats = one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]
    return product
