"""The region's own ground for a map: what lies in a window, as a few drawable classes that both maps share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import shapely

from era_geo.outputs.escape import line
from era_geo.outputs.ground import Window
from era_geo.outputs.looks import LOOKS, ROADS
from era_geo.region.region import Region

_TOLERANCE_M = 0.2
"""Points nearer than this to the line between their neighbours are left out: finer than any screen or printer shows."""


@dataclass(frozen=True)
class Street:
    """A named way: its name as one line, its class, and its line in EPSG:27700."""

    name: str
    kind: str
    line: shapely.Geometry


@dataclass(frozen=True)
class Background:
    """What is drawn under an assessment, EPSG:27700, clipped to `window`.

    `shapes` has one shape of many parts for each class of `era_geo.outputs.looks.LOOKS` that is there, in the order of drawing.
    `streets` has each name once for each class, its parts joined where they meet.
    """

    window: Window
    shapes: Mapping[str, shapely.Geometry]
    streets: tuple[Street, ...]

    def within(self, window: Window) -> Background:
        """Give the part of it in a smaller window."""
        shapes = {kind: shapely.clip_by_rect(shape, *window) for kind, shape in self.shapes.items()}
        streets = (Street(street.name, street.kind, shapely.clip_by_rect(street.line, *window)) for street in self.streets)
        return Background(
            window,
            {kind: shape for kind, shape in shapes.items() if not shapely.is_empty(shape)},
            tuple(street for street in streets if not shapely.is_empty(street.line)),
        )


def read_background(region: Region, window: Window) -> Background:
    """Read what the region has for a map of `window` (EPSG:27700, metres).

    Raises
    ------
    DataError
        If the region file is damaged.
    """
    parts: dict[str, list[shapely.Geometry]] = defaultdict(list)
    ground = region.read("background", window, ["kind"])
    for kind, shape in zip(ground["kind"], ground.geometry, strict=True):
        parts[kind].append(shape)
    parts["building"].extend(region.read("buildings", window, []).geometry)
    parts["barrier"].extend(region.read("barriers", window, []).geometry)
    named: dict[tuple[str, str], list[shapely.Geometry]] = defaultdict(list)
    roads = region.read("roads", window, ["name", "highway"])
    for name, highway, shape in zip(roads["name"], roads["highway"], roads.geometry, strict=True):
        kind = ROADS.get(highway)
        if kind is not None:
            parts[kind].append(shape)
            if name:
                named[line(name), kind].append(shape)
    shapes = {kind: _together(parts[kind]) for kind in LOOKS if parts[kind]}
    streets = tuple(Street(name, kind, _joined(lines)) for (name, kind), lines in named.items())
    return Background(window, shapes, streets).within(window)


def empty_background(window: Window) -> Background:
    """Give a background with nothing in it, for a map of the assessment alone."""
    return Background(window, {}, ())


def _together(shapes: Iterable[shapely.Geometry]) -> shapely.Geometry:
    simple = shapely.simplify(np.array(list(shapes), dtype=object), _TOLERANCE_M)
    return shapely.GeometryCollection(list(shapely.get_parts(simple)))


def _joined(lines: Iterable[shapely.Geometry]) -> shapely.Geometry:
    return shapely.line_merge(shapely.union_all(list(lines)))
