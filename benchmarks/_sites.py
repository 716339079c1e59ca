"""An invented country of points and outlines, on which pairs within a distance are counted: 200,000 addresses, 60,000 sites.

Addresses and sites lie around 400 towns of a rectangle of 300 by 400 km, normally spread by 1.5 km. Half of the sites are polygons,
circles of 10 to 80 m drawn with 16 corners. 178,492 pairs lie within 200 m.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

Objects = npt.NDArray[np.object_]

ADDRESSES, SITES, TOWNS = 200_000, 60_000, 400
RADIUS_M = 200.0
PAIRS = 178_492
_EXTENT_M = (300_000.0, 400_000.0)
_SPREAD_M = 1500.0
_SITE_M = (10.0, 80.0)


def draw(addresses: int = ADDRESSES, sites: int = SITES, towns: int = TOWNS, seed: int = 1) -> tuple[Objects, Objects]:
    """Give the addresses (points) and the sites, metres; the draws come in this order, so that the pairs are always the same."""
    rng = np.random.default_rng(seed)
    centres = rng.uniform((0.0, 0.0), _EXTENT_M, (towns, 2))
    at_sites = _around(rng, centres, sites)
    half = sites // 2
    reaches = rng.uniform(*_SITE_M, half)
    shapes = np.empty(sites, dtype=object)
    shapes[:half] = shapely.buffer(shapely.points(at_sites[:half]), reaches, quad_segs=4)
    shapes[half:] = shapely.points(at_sites[half:])
    return shapely.points(_around(rng, centres, addresses)), shapes


def _around(rng: np.random.Generator, centres: npt.NDArray[np.float64], count: int) -> npt.NDArray[np.float64]:
    return centres[rng.integers(0, len(centres), count)] + rng.normal(0.0, _SPREAD_M, (count, 2))
