"""Objects that a source holds broken, told for many properties at once, as `era_geo.vicinity.gaps.of_unbuilt` tells for one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import shapely

from era_geo.batch.bulk import Objects
from era_geo.layerset import LayerSet
from era_geo.model import Gap
from era_geo.region.region import Region
from era_geo.vicinity.gaps import UNBUILT_REACH_M, broken


@dataclass(frozen=True)
class _Broken:
    place: tuple[float, float] | None
    gaps: tuple[Gap, ...]


class UnbuiltBulk:
    """The broken objects of the `wanted` layers, read once."""

    def __init__(self, region: Region, layers: LayerSet, wanted: Collection[str]) -> None:
        rows = region.query("SELECT ref, tags, reason, easting, northing FROM unbuilt ORDER BY ref")
        told = ((east, north, tuple(broken(ref, tags, reason, layers, wanted))) for ref, tags, reason, east, north in rows)
        self._broken = [_Broken(None if east is None else (east, north), gaps) for east, north, gaps in told if gaps]

    def gaps(self, shapes: Objects) -> list[list[Gap]]:
        """Give for each property the broken objects that may lie near."""
        told: list[list[Gap]] = [[] for _ in range(len(shapes))]
        if not self._broken:
            return told
        box = shapely.bounds(shapes) + np.array([-1, -1, 1, 1]) * UNBUILT_REACH_M
        for item in self._broken:
            near = np.ones(len(shapes), dtype=bool)
            if item.place is not None:
                east, north = item.place
                near = (box[:, 0] <= east) & (east <= box[:, 2]) & (box[:, 1] <= north) & (north <= box[:, 3])
            for i in np.flatnonzero(near).tolist():
                told[i] += item.gaps
        return told
