"""The places that each radius of a capacity study would list, for many properties at once: as many as `assess` does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import shapely

from era_geo.batch.bulk import Floats, Objects, nearest_places
from era_geo.batch.options import Options
from era_geo.batch.region_places import RegionPlaces
from era_geo.region.region import Region
from era_geo.vicinity import nearby
from era_geo.vicinity.anchor import Anchor
from era_geo.vicinity.answerable import Answer

Covering = tuple[bool | None, ...]
Answers = Callable[[Covering], Mapping[str, Answer]]


class StudyBulk:
    """Counts places within the study's radii. `covering` says for a radius which sources cover each property's circle."""

    def __init__(
        self, region: Region, options: Options, places: RegionPlaces, anchors: Sequence[Anchor], shapes: Objects,
        *, answers: Answers, covering: Callable[[float], Sequence[Covering]],
    ) -> None:  # fmt: skip
        self._region = region
        self._options = options
        self._wanted = [layer for layer in options.layers.ids if layer not in options.off]
        self._anchors = anchors
        self._answers = answers
        rough: Floats = np.array([anchor.uncertainty_m for anchor in anchors])
        layers = len(options.layers.ids)
        self._near = [nearest_places(shapes, places.places, m, uncertainty_m=rough, layers=layers) for m in options.radii]
        self._alone = [places.differ(shapes, m + rough + places.greatest_uncertainty_m) for m in options.radii]
        self._covering = [covering(radius) for radius in options.radii]
        self._here = _at(region, shapes) if options.radii else []

    def counts(self, i: int) -> list[int | None]:
        """Give the places within each radius; `None` where the location is too rough, or the sources end inside the circle."""
        return [self._count(i, which, radius) for which, radius in enumerate(self._options.radii)]

    def _count(self, i: int, which: int, radius: float) -> int | None:
        anchor = self._anchors[i]
        if anchor.uncertainty_m > radius or not self._is_whole(self._covering[which][i], self._here[i]):
            return None
        if self._alone[which][i]:
            return len(nearby.find(self._region, anchor, radius, self._options.layers, self._wanted))
        return int(self._near[which].counts[i].sum())

    def _is_whole(self, circle: Covering, here: Covering) -> bool:
        """Whether every layer that can be looked for where the property stands can be in the whole circle."""
        around, spot = self._answers(circle), self._answers(here)
        return all(around[layer].whole or not spot[layer].whole for layer in self._wanted)


def _at(region: Region, shapes: Objects) -> list[Covering]:
    """Say for each property which sources reach it at all; a source that does is taken to cover it."""
    columns = []
    for source in region.sources:
        reached = [None] * len(shapes) if source.coverage is None else shapely.intersects(source.coverage, shapes).tolist()
        columns.append([True if one else None for one in reached])
    return list(zip(*columns, strict=True))
