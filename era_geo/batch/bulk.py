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
_GREATEST = np.iinfo(np.int64).max
_SLACK_M = 1e-6  # the index may round otherwise than the distance: what it lets through too much is measured and dropped


@dataclass(frozen=True)
class Discs:
    """The circles around geometries: each lies within `radius` of its `centre` (shape (n, 2)). A point's circle is the point."""

    geometry: Objects
    centre: Floats
    radius: Floats
    is_point: Bools

    @classmethod
    def around(cls, geometry: Objects) -> Discs:
        """Draw the circles around bounding boxes."""
        box = shapely.bounds(geometry).reshape(-1, 4)
        is_point = shapely.get_type_id(geometry) == shapely.GeometryType.POINT
        centre = np.where(is_point[:, None], box[:, :2], (box[:, :2] + box[:, 2:]) / 2)
        return cls(geometry, centre, np.hypot(*(box[:, 2:] - box[:, :2]).T) / 2, is_point)


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
    def discs(self) -> Discs:
        """The circles around the outlines."""
        return Discs.around(self.geometry)

    @cached_property
    def turn(self) -> Ints:
        """Each place's position among all by layer, then rank. Shape (n,)."""
        turn = np.empty(len(self), dtype=np.int64)
        turn[np.lexsort((self.rank, self.layer))] = np.arange(len(self))
        return turn

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
    discs = Discs.around(properties)
    point, outline = _candidates(discs, places, radius_m + rough + places.greatest_uncertainty_m + _SLACK_M)
    metres = _distances(discs, places, point, outline)
    place = places.place[outline]
    doubt = rough[point] + places.uncertainty_m[place]
    listed = metres - doubt <= radius_m
    kept = np.flatnonzero(listed)
    if not places.is_simple:
        kept = kept[_nearest_outlines(point[kept], outline[kept], metres[kept], place[kept])]
    point, outline, place, metres, doubt = point[kept], outline[kept], place[kept], metres[kept], doubt[kept]
    rounded = rounded_tenths(metres)
    layer = places.layer[place]
    order = _order(point, np.rint(rounded * 10).astype(np.int64), places.turn[place], (count, len(places)))
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


def _order(point: Ints, tenths: Ints, turn: Ints, counts: tuple[int, int]) -> Ints:
    """Give the order by property, distance and turn: by one number made of the three, ten times as fast as by one after another."""
    points, places = counts
    distances = int(tenths.max(initial=0)) + 1
    if points * distances * places > _GREATEST:
        return np.lexsort((turn, tenths, point))
    order: Ints = np.argsort((point * distances + tenths) * places + turn)
    return order


def _candidates(properties: Discs, places: Places, reach_m: Floats) -> tuple[Ints, Ints]:
    """Give the pairs of a property and an outline that may lie within reach, and some that do not.

    Most are small, and their circles are joined all at once. The few large ones (a park, a street as the location) are looked up
    one by one, for they would make every circle large.
    """
    usual = 3 * float(reach_m.min(initial=np.inf))
    outlines = places.discs
    small, large = outlines.radius <= usual, np.flatnonzero(outlines.radius > usual)
    near, wide = reach_m + properties.radius <= usual, np.flatnonzero(reach_m + properties.radius > usual)
    pairs = [_joined(properties, outlines, np.flatnonzero(near), np.flatnonzero(small), reach_m)]
    if len(large):
        tree = places.tree if len(large) == len(outlines.radius) else shapely.STRtree(places.geometry[large])
        inner = np.flatnonzero(near)
        point, which = tree.query(properties.geometry[inner], predicate="dwithin", distance=reach_m[inner])
        pairs.append((inner[point], large[which]))
    if len(wide):
        point, outline = places.tree.query(properties.geometry[wide], predicate="dwithin", distance=reach_m[wide])
        pairs.append((wide[point], outline))
    points, found = zip(*pairs, strict=True)
    return np.concatenate(points), np.concatenate(found)


def _joined(properties: Discs, outlines: Discs, these: Ints, those: Ints, reach_m: Floats) -> tuple[Ints, Ints]:
    """Give the pairs whose circles come within reach of one another."""
    from scipy.spatial import cKDTree  # noqa: PLC0415 - slow to import

    empty = np.empty(0, dtype=np.int64)
    if not (len(these) and len(those)):
        return empty, empty
    first, second = (
        cKDTree(discs.centre[chosen], balanced_tree=False, compact_nodes=False)
        for discs, chosen in ((properties, these), (outlines, those))
    )
    own = reach_m[these] + properties.radius[these]
    most = float(own.max() + outlines.radius[those].max())
    found = first.sparse_distance_matrix(second, most, output_type="ndarray")
    near = found["v"] <= own[found["i"]] + outlines.radius[those][found["j"]]
    return these[found["i"][near]], those[found["j"][near]]


def _distances(own: Discs, places: Places, point: Ints, outline: Ints) -> Floats:
    """Measure pairs: two points by their coordinates, which is the same number and far quicker, the others by their edges."""
    apart = own.centre[point] - places.discs.centre[outline]
    metres: Floats = np.sqrt(apart[:, 0] ** 2 + apart[:, 1] ** 2)
    shaped = np.flatnonzero(~(own.is_point[point] & places.discs.is_point[outline]))
    metres[shaped] = shapely.distance(own.geometry[point[shaped]], places.geometry[outline[shaped]])
    return metres


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
