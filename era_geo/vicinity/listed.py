"""What the official lists add to an assessment: which places only one side has, what they withhold, how complete the map is.

A list speaks where it covers the whole circle and says that it holds every place of a layer. Then a place that it lacks, or
that only it has, is worth a sentence. Places whose address is never published (child minders) become a gap with their number.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from functools import cached_property

import numpy as np
import shapely

from era_geo.layerset import LayerSet
from era_geo.model import Finding, Gap
from era_geo.region import list_facts
from era_geo.region.list_facts import ListFacts
from era_geo.region.region import Region, RegionSource
from era_geo.vicinity import nearby
from era_geo.vicinity.anchor import Anchor
from era_geo.vicinity.answerable import Answer

NEAR_M = 1000.0
"""How near the neighbourhood of a place that could not be located must be for the place to be told."""

COUNCIL_REACH_M = 3000.0
"""How near a postcode must lie to say in which council area a property is."""


class Lists:
    """The official lists of a region, as seen from one property."""

    def __init__(self, region: Region, anchor: Anchor, circle: shapely.Geometry) -> None:
        self._region = region
        self._anchor = anchor
        self._circle = circle

    @cached_property
    def known(self) -> tuple[tuple[RegionSource, ListFacts], ...]:
        """Every list of the region with its facts, read once for the region."""
        return list_facts.of_region(self._region)

    def speaking_for(self, layer: str) -> list[tuple[RegionSource, ListFacts]]:
        """Give the lists that hold every place of a layer in the whole circle."""
        return [
            (source, facts)
            for source, facts in self.known
            if layer in facts.complete_for and source.coverage is not None and shapely.covers(source.coverage, self._circle)
        ]

    def remark(self, findings: Iterable[Finding], answered: Mapping[str, Answer]) -> list[Finding]:
        """Give the findings with a sentence on those that only the lists, or only the map, have."""
        remarked = [(one, self._remarks(one, answered[one.layer])) for one in findings]
        return [replace(one, caveats=(*one.caveats, *remarks)) if remarks else one for one, remarks in remarked]

    def _remarks(self, finding: Finding, answer: Answer) -> list[str]:
        on_map = any(ref.startswith("osm:") for ref in finding.members)
        listed = {source.name for source, _ in self.known} & set(finding.sources)
        if on_map and not listed:
            return [f"only on the map: not in the {facts.label}{_of(source)}" for source, facts in self.speaking_for(finding.layer)]
        maps = [source for source in answer.sources if source.kind == "osm"]
        if not on_map and maps:
            return [f"only in the official list: not in {', '.join(f'{source.name}{_of(source)}' for source in maps)}"]
        return []

    def gaps(self, wanted: Collection[str]) -> list[Gap]:
        """Give what the lists know of and do not locate: places without a published address, and rows that nothing located."""
        council = self.council() if any(facts.counted for _, facts in self.known) else None
        return [*self.withheld(wanted, council), *self.not_located(wanted)]

    def places_around(self, layers: LayerSet, wanted: Collection[str]) -> list[Finding]:
        """Find the places that the lists speak for in a wider circle than the radius, for a number that says something."""
        spoken_for = [layer for layer in wanted if self.speaking_for(layer)]
        return nearby.find(self._region, self._anchor, NEAR_M, layers, spoken_for) if spoken_for else []

    def completeness(self, layer: str, around: Iterable[Finding]) -> list[str]:
        """Hold the map against the lists around the property: how many of a layer's listed places it shows."""
        speaking = {source.name for source, _ in self.speaking_for(layer)}
        listed = [finding for finding in around if finding.layer == layer and speaking & set(finding.sources)]
        if not listed:
            return []
        shown = sum(any(ref.startswith("osm:") for ref in finding.members) for finding in listed)
        return [f"Of {len(listed)} such places that the official lists have within {NEAR_M:.0f} m, the map shows {shown}."]

    def withheld(self, wanted: Collection[str], council: str | None) -> list[Gap]:
        """Give what the lists only count in a council area, by its code."""
        if council is None:
            return []
        return [
            Gap(
                layer,
                None,
                f"{count.count} {count.what} in {count.area} cannot be placed",
                f"{count.why}; from {source.name}{_of(source)}",
            )
            for layer in wanted
            for source, count in list_facts.withheld(self._region, layer, council)
        ]

    def not_located(self, wanted: Collection[str]) -> list[Gap]:
        """Give the places near the property that the lists have and nothing located."""
        return [
            Gap(layer, None, f"{item.name or item.ref} is in the {facts.label} and could not be located", item.reason)
            for _, facts in self.known
            for item in facts.not_located
            if shapely.distance(self._anchor.geometry, shapely.Point(item.roughly)) <= NEAR_M
            for layer in item.layers
            if layer in wanted
        ]

    def council(self) -> str | None:
        """Give the code of the council area, by the nearest postcode that says it."""
        # In a town the small window answers, and in the country the large one holds few postcodes.
        for reach in (COUNCIL_REACH_M / 10, COUNCIL_REACH_M):
            rows = self._region.read("postcodes", self._anchor.window(reach), ["council"])
            coded = rows.where(np.array([bool(code) for code in rows["council"]], dtype=bool))
            metres = self._anchor.distances(coded.geometry)
            # A window's corners lie farther off than its sides, and beyond a side a postcode may be nearer than one in a corner.
            if len(coded) and (metres.min() <= reach or reach == COUNCIL_REACH_M):
                return str(coded["council"][int(np.argmin(metres))])
        return None


def _of(source: RegionSource) -> str:
    return f" of {source.date}" if source.date else ", date not known"
