"""What official lists withhold or could not locate, for many properties at once, as `era_geo.vicinity.listed` tells it for one."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import shapely

from era_geo.batch.bulk import Objects
from era_geo.model import Gap
from era_geo.region import list_facts
from era_geo.region.region import Region
from era_geo.vicinity.anchor import Anchor
from era_geo.vicinity.listed import COUNCIL_REACH_M, NEAR_M, Lists


class ListedBulk:
    """The official lists of a region."""

    def __init__(self, region: Region, wanted: Collection[str]) -> None:
        self._region = region
        self._wanted = wanted
        facts = [list_facts.of_source(source) for source in region.sources]
        self.known = any(one is not None for one in facts)
        self._not_located = shapely.STRtree([shapely.Point(item.roughly) for one in facts if one for item in one.not_located])
        self._withheld: dict[str | None, list[Gap]] = {}
        self._councils: _Councils | None = None

    def gaps(self, anchors: Sequence[Anchor], shapes: Objects) -> list[list[Gap]]:
        """Give for each property what the lists know of and do not locate. Nothing where the region has no list."""
        if not self.known:
            return [[] for _ in anchors]
        if self._councils is None:
            self._councils = _Councils(self._region)
        codes = self._councils.of(shapes)
        near = set(self._not_located.query(shapes, predicate="dwithin", distance=NEAR_M + 1)[0].tolist())
        return [self._gaps(anchor, codes[i], is_near=i in near) for i, anchor in enumerate(anchors)]

    def _gaps(self, anchor: Anchor, told: tuple[bool, str | None], *, is_near: bool) -> list[Gap]:
        sure, code = told
        lists = Lists(self._region, anchor, anchor.geometry)  # what is withheld does not depend on the circle
        council = code if sure else lists.council()
        if council not in self._withheld:
            self._withheld[council] = lists.withheld(self._wanted, council)
        return [*self._withheld[council], *(lists.not_located(self._wanted) if is_near else ())]


class _Councils:
    """The postcodes that say which council they lie in."""

    def __init__(self, region: Region) -> None:
        rows = region.query("SELECT fid FROM postcodes WHERE council IS NOT NULL AND council != '' LIMIT 1")
        everything = region.read("postcodes", None, ["council"]) if rows else None
        self._codes: list[str] = []
        places = []
        if everything is not None:
            for geometry, code in zip(everything.geometry, everything["council"], strict=True):
                if code and geometry is not None:
                    places.append(geometry)
                    self._codes.append(str(code))
        self._tree = shapely.STRtree(places)

    def of(self, shapes: Objects) -> list[tuple[bool, str | None]]:
        """Give each property's council by its nearest postcode, and whether that is sure: not where none is near enough to tell."""
        if not self._codes:
            return [(True, None)] * len(shapes)
        found: list[tuple[bool, str | None]] = [(False, None)] * len(shapes)
        pairs = self._tree.query_nearest(shapes, max_distance=COUNCIL_REACH_M, all_matches=True)
        order = np.lexsort((pairs[1], pairs[0]))[::-1]  # the first of those equally near is written last
        for point, place in pairs[:, order].T.tolist():
            found[point] = (True, self._codes[place])
        return found
