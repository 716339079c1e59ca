"""How much of a leg lies in an outline: told without an overlay wherever that can be."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

Bools = npt.NDArray[np.bool_]
Objects = npt.NDArray[np.object_]

_STRAIGHT = 2  # points of a straight line
_ROUNDING_M = 0.01


def more_inside(lines: Objects, outlines: Objects, metres: float) -> Bools:
    """Say of each line whether more than `metres` of it lies in its outline (EPSG:27700). Shape (n,).

    An overlay takes many times as long as a test with a prepared outline. Most lines touch an outline with an end only, and a line
    without its ends misses it then; or they set out into it, and the outline covers a first piece of theirs.
    """
    shapely.prepare(outlines)
    beginning, middle = _pieces(lines, metres)
    inside: Bools = shapely.covers(outlines, beginning)
    doubtful = np.flatnonzero(~inside & shapely.intersects(outlines, middle))
    inside[doubtful] = shapely.length(shapely.intersection(lines[doubtful], outlines[doubtful])) > metres
    return inside


def _pieces(lines: Objects, metres: float) -> tuple[Objects, Objects]:
    """Give of each straight line a beginning that is just longer than `metres`, and all of it but half of `metres` at each end.

    Both are `None` where the line is no longer than `metres`. One that is not straight has no such beginning, and is whole.
    """
    beginning, middle = np.full(len(lines), None), lines.copy()
    which = np.flatnonzero(shapely.get_num_coordinates(lines) == _STRAIGHT)
    points = shapely.get_coordinates(lines[which]).reshape(-1, _STRAIGHT, 2)
    lengths = np.hypot(*(points[:, 1] - points[:, 0]).T)
    long = lengths > metres
    middle[which[~long]] = None
    which, (start, end), lengths = which[long], points[long].transpose(1, 0, 2), lengths[long, None]
    step = (end - start) / lengths
    beginning[which] = shapely.linestrings(np.stack([start, start + (metres + _ROUNDING_M) * step], axis=1))
    middle[which] = shapely.linestrings(np.stack([start + metres / 2 * step, end - metres / 2 * step], axis=1))
    return beginning, middle
