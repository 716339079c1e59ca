"""Where the synthetic country's towns stand: on a grid within Scotland's outline, the denser the nearer to its four cities."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import shapely

Points = npt.NDArray[np.float64]
Links = npt.NDArray[np.int64]

PITCH = (2400.0, 2000.0)
"""How far apart towns stand, metres east and north."""

# The land in a few strokes (EPSG:27700, kilometres): good enough that no town stands in the sea.
_LAND_KM = (
    ((190, 605), (210, 545), (240, 548), (245, 560), (275, 552), (320, 568), (335, 580), (350, 600), (385, 640), (393, 658),
     (365, 678), (330, 678), (300, 682), (340, 690), (362, 702), (345, 728), (372, 740), (375, 765), (388, 800), (395, 830),
     (412, 850), (400, 862), (360, 866), (310, 866), (285, 858), (260, 850), (285, 880), (292, 900), (320, 935), (338, 955),
     (335, 972), (300, 968), (260, 962), (228, 970), (222, 940), (205, 920), (195, 890), (178, 870), (182, 830), (188, 800),
     (165, 775), (185, 740), (175, 715), (185, 690), (195, 690), (205, 715), (220, 678), (225, 640)),
    ((165, 612), (172, 606), (180, 640), (185, 670), (178, 672), (168, 645)),
    ((135, 730), (165, 724), (172, 740), (145, 755)),
    ((130, 840), (150, 820), (165, 822), (155, 845), (140, 865)),
    ((100, 905), (120, 890), (150, 930), (145, 955), (125, 940)),
    ((335, 1000), (350, 1000), (352, 1022), (335, 1020)),
    ((435, 1140), (446, 1130), (448, 1180), (440, 1185)),
)  # fmt: skip
_CITIES_KM = ((259.0, 665.0), (325.0, 673.0), (393.0, 806.0), (340.0, 730.0))
_CITY_REACH_KM = 15.0
_CITY_WEIGHT = 60.0
_LONGEST_ROAD_M = 40_000.0


def town_sites(count: int, seed: int) -> Points:
    """Give the south-west corners of `count` towns, shape (count, 2), from south to north.

    Raises
    ------
    ValueError
        If the land has no room for so many.
    """
    land = shapely.union_all([shapely.Polygon(np.array(ring) * 1000) for ring in _LAND_KM])
    west, south, east, north = land.bounds
    x, y = np.meshgrid(np.arange(west, east, PITCH[0]), np.arange(south, north, PITCH[1]))
    cells = np.column_stack([x.ravel(), y.ravel()])
    cells = cells[shapely.contains(land, shapely.box(*cells.T, *(cells + PITCH).T))]
    if count > len(cells):
        raise ValueError(f"The country has room for {len(cells)} towns, not for {count}: choose a smaller scale.")
    apart = np.hypot(*(cells[:, None] / 1000 - np.array(_CITIES_KM)).transpose(2, 0, 1)).min(axis=1)
    weight = 1 + _CITY_WEIGHT * np.exp(-((apart / _CITY_REACH_KM) ** 2))
    drawn = np.argsort(np.random.default_rng(seed).exponential(size=len(cells)) / weight, kind="stable")[:count]
    return cells[np.sort(drawn)]


def links(sites: Points) -> Links:
    """Give which towns a country road joins, shape (n, 2): the shortest roads that leave none out, but for crossings by sea."""
    if len(sites) < 3:
        return np.array(list(pairwise(range(len(sites)))), dtype=np.int64).reshape(-1, 2)
    from scipy.sparse import coo_matrix  # noqa: PLC0415 - slow to import
    from scipy.sparse.csgraph import minimum_spanning_tree  # noqa: PLC0415
    from scipy.spatial import cKDTree  # noqa: PLC0415

    apart, other = cKDTree(sites).query(sites, k=min(len(sites), 30))
    one = np.repeat(np.arange(len(sites)), apart.shape[1])
    near = coo_matrix((apart.ravel(), (one, other.ravel())), shape=(len(sites), len(sites)))
    tree = minimum_spanning_tree(near.tocsr()).tocoo()
    by_land = tree.data <= _LONGEST_ROAD_M
    return np.column_stack([tree.row[by_land], tree.col[by_land]]).astype(np.int64)
