"""Named buildings of unknown use, told for many properties at once, as `era_geo.vicinity.named_buildings` tells them for one."""

from __future__ import annotations

from collections.abc import Iterable

import shapely

from era_geo.batch.bulk import Floats, Objects
from era_geo.layerset import LayerSet
from era_geo.model import Finding, Gap
from era_geo.region.region import Features, Region, decode
from era_geo.region.schema import NAMED
from era_geo.vicinity import named_buildings
from era_geo.vicinity.conflate import normal_name

NAMED_SQL = f"SELECT fid, kind, tags, geom FROM buildings WHERE {NAMED} ORDER BY fid"


class NamedBulk:
    """The named buildings of a region of which no tag tells the use, read once."""

    def __init__(self, region: Region, layers: LayerSet) -> None:
        rows = region.query(NAMED_SQL)
        fids, kinds, tags, shapes = zip(*rows, strict=True) if rows else ((), (), (), ())
        kept, self._names = named_buildings.named(Features(decode(shapes), {"fid": fids, "kind": kinds, "tags": tags}), layers)
        self._outlines = kept.geometry
        self._keys = [normal_name(name) for name in self._names]
        self._tree = shapely.STRtree(self._outlines)

    def near(self, shapes: Objects, reach_m: Floats) -> list[list[tuple[float, int]]]:
        """Give for each property the buildings within reach: metres, and which."""
        found: list[list[tuple[float, int]]] = [[] for _ in range(len(shapes))]
        point, which = self._tree.query(shapes, predicate="dwithin", distance=reach_m + 1e-6)
        metres = shapely.distance(shapes[point], self._outlines[which])
        for i, building, far in zip(point.tolist(), which.tolist(), metres.tolist(), strict=True):
            if far <= reach_m[i]:
                found[i].append((far, building))
        return found

    def gaps(self, near: Iterable[tuple[float, int]], findings: Iterable[Finding]) -> list[Gap]:
        """Tell the buildings near one property, but those that are among its findings by another object of the same name."""
        told = {normal_name(finding.name) for finding in findings}
        return named_buildings.tell((far, self._names[which]) for far, which in near if self._keys[which] not in told)
