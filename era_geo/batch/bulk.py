"""Places near many properties at once: pairs, distances, bands, counts and the nearest of each layer, by one spatial index.

The same values as `era_geo.vicinity.nearby` gives for each property alone, without a Python step for each of them. Geometry is
EPSG:27700, distances are metres.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Objects = npt.NDArray[np.object_]

NONE = -1
_SQUARE_M = 300.0
_SLACK_M = 1e-6  # the index may round otherwise than the distance: what it lets through too much is measured and dropped


@dataclass(frozen=True)
class Places:
    """Places to look for. A place may have several outlines, and then lies where the nearest of them does.

    Parameters
    ----------
    geometry
        Outlines, shape (m,). Those of one place follow on one another.
    place
        Which place each outline is of, 0 to n - 1, rising. Shape (m,).
    layer
        Each place's layer, from 0. Shape (n,).
    uncertainty_m
        How exactly each place is located. Shape (n,).
    rank
        Which of two places of a layer, equally near, comes first: the lower. Shape (n,).
    """

    geometry: Objects
    place: Ints
    layer: Ints
    uncertainty_m: Floats
    rank: Ints

    @classmethod
    def of(cls, geometry: npt.ArrayLike, layer: npt.ArrayLike | None = None, uncertainty_m: float = 0.0) -> Places:
        """Make each of `geometry` a place of its own, all of one layer where none are given."""
        outlines = np.asarray(geometry, dtype=object)
        number = np.arange(len(outlines), dtype=np.int64)
        layers = np.zeros(len(outlines), dtype=np.int64) if layer is None else np.asarray(layer, dtype=np.int64)
        return cls(outlines, number, layers, np.full(len(outlines), float(uncertainty_m)), number)

    def __len__(self) -> int:
        return len(self.layer)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """The spatial index of the outlines."""
        return shapely.STRtree(self.geometry)

    @cached_property
    def layers(self) -> int:
        """How many layers there are: one more than the highest number."""
        return int(self.layer.max(initial=NONE)) + 1

    @cached_property
    def is_simple(self) -> bool:
        """Whether each place has one outline."""
        return len(self.geometry) == len(self)

    @cached_property
    def greatest_uncertainty_m(self) -> float:
        """The greatest uncertainty of any place."""
        return float(self.uncertainty_m.max(initial=0.0))


@dataclass(frozen=True)
class Near:
    """Pairs of a property and a place that lies within the radius, or perhaps within it: by property, nearest place first.

    Arrays have shape (pairs,). `outline` is the place's outline that is nearest, as position in `Places.geometry`; `distance_m`
    is rounded to a decimetre, as everywhere; `within` is false where the place is borderline.
    """

    points: int
    layers: int
    point: Ints
    place: Ints
    layer: Ints
    outline: Ints
    distance_m: Floats
    within: Bools

    def __len__(self) -> int:
        return len(self.point)

    @cached_property
    def counts(self) -> Ints:
        """How many places of each layer each property has. Shape (properties, layers)."""
        cells = np.bincount(self.point * self.layers + self.layer, minlength=self.points * self.layers)
        return cells.reshape(self.points, self.layers)

    @cached_property
    def nearest(self) -> Ints:
        """The pair of each property with its nearest place of each layer, `NONE` where it has none. Shape (properties, layers)."""
        found = np.full(self.points * self.layers, NONE, dtype=np.int64)
        # Pairs stand nearest first, so going backwards the nearest is written last.
        found[(self.point * self.layers + self.layer)[::-1]] = np.arange(len(self) - 1, -1, -1)
        return found.reshape(self.points, self.layers)

    def of_point(self, number: int) -> slice:
        """Give the pairs of one property."""
        first, end = np.searchsorted(self.point, (number, number + 1))
        return slice(int(first), int(end))


def nearest_places(
    properties: Objects, places: Places, radius_m: float, *, uncertainty_m: npt.ArrayLike = 0.0, layers: int | None = None
) -> Near:
    """Find the places near each property.

    Parameters
    ----------
    properties
        Footprints or points, EPSG:27700. Shape (p,).
    places
        What to look for.
    radius_m
        The place radius.
    uncertainty_m
        How exactly the properties are located: one number, or shape (p,).
    layers
        How many layers to count, where the places may have none of the last ones.
    """
    count = len(properties)
    rough = np.broadcast_to(np.asarray(uncertainty_m, dtype=np.float64), count)
    reach = radius_m + rough + places.greatest_uncertainty_m + _SLACK_M
    # One number is handed on as one: the index then need not look up a distance for each property.
    same = bool(count) and float(reach.min()) == float(reach.max())
    # Neighbours one after the other find the same branches of the index, and the same outlines, still in the processor's cache.
    order = by_place(properties)
    point, outline = places.tree.query(properties[order], predicate="dwithin", distance=float(reach[0]) if same else reach[order])
    point = order[point]
    metres: Floats = shapely.distance(properties[point], places.geometry[outline])
    place = places.place[outline]
    doubt = rough[point] + places.uncertainty_m[place]
    listed = metres - doubt <= radius_m
    if not listed.all():
        point, outline, metres, place, doubt = (part[listed] for part in (point, outline, metres, place, doubt))
    if not places.is_simple:
        first = _nearest_outlines(point, outline, metres, place)
        point, outline, metres, place, doubt = (part[first] for part in (point, outline, metres, place, doubt))
    rounded = rounded_tenths(metres)
    layer = places.layer[place]
    order = np.lexsort((places.rank[place], layer, rounded, point))
    return Near(
        points=count,
        layers=layers if layers is not None else places.layers,
        point=point[order],
        place=place[order],
        layer=layer[order],
        outline=outline[order],
        distance_m=rounded[order],
        within=(metres + doubt <= radius_m)[order],
    )


def _nearest_outlines(point: Ints, outline: Ints, metres: Floats, place: Ints) -> Ints:
    """Give, for each property and place, the pair with the nearest outline: the first of those equally near."""
    order = np.lexsort((outline, metres, place, point))
    point, place = point[order], place[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (point[1:] != point[:-1]) | (place[1:] != place[:-1])
    chosen: Ints = order[first]
    return chosen


def by_place(geometry: Objects) -> Ints:
    """Give an order in which neighbours follow on one another: along a curve through squares (Morton's). Shape (n,)."""
    if not len(geometry):
        return np.empty(0, dtype=np.int64)
    corners = shapely.bounds(geometry)[:, :2]
    known = np.nan_to_num(corners - np.nanmin(corners, axis=0), nan=0.0)
    across, up = (_spread((side // _SQUARE_M).astype(np.uint64)) for side in known.T)
    order: Ints = np.argsort(across | (up << np.uint64(1)), kind="stable")
    return order


def _spread(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Put a nought between each two of a number's 16 lowest bits."""
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        values = (values | (values << np.uint64(shift))) & np.uint64(mask)
    return values


def rounded_tenths(values: Floats) -> Floats:
    """Round to one decimal as Python's `round` does, which looks at the number itself: 0.15 is less than 0.15, and becomes 0.1."""
    tenths = values * 10
    rounded = np.rint(tenths) / 10
    for position in np.flatnonzero(np.abs(tenths - np.floor(tenths) - 0.5) < 1e-6).tolist():
        rounded[position] = round(float(values[position]), 1)
    return rounded
