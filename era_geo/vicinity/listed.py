"""What the official lists add to an assessment: which places only one side has, what they withhold, how complete the map is.

A list speaks where it covers the whole circle and says that it holds every place of a layer. Then a place that it lacks, or
that only it has, is worth a sentence. Places whose address is never published (child minders) become a gap with their number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np
import shapely

from era_geo import crs, dates
from era_geo.layerset import LayerSet
from era_geo.model import Finding, Gap
from era_geo.region import layer_counts, list_facts
from era_geo.region.list_facts import ListFacts
from era_geo.region.region import Region, RegionSource
from era_geo.vicinity import nearby
from era_geo.vicinity.anchor import Anchor
from era_geo.vicinity.answerable import Answer

NEAR_M = 1000.0
"""How near the neighbourhood of a place that could not be located must be for the place to be told."""

COUNCIL_REACH_M = 3000.0
"""How near a postcode must lie to say in which council area a property is."""

_COUNCILS = "says_councils"


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
            return [
                f"only on the map: not in the {facts.label}{_of(source)}{_blind(facts)}"
                for source, facts in self.speaking_for(finding.layer)
            ]
        maps = [source for source in answer.sources if source.kind == "osm"]
        if not on_map and maps:
            return [f"only in the official list: not in {', '.join(f'{source.name}{_of(source)}' for source in maps)}"]
        return []

    def gaps(self, wanted: Collection[str]) -> list[Gap]:
        """Give what the lists know of and do not locate: places without a published address, and rows that nothing located."""
        council = self.council() if any(facts.counted for _, facts in self.known) else None
        return [*self.withheld(wanted, council), *self.not_located(wanted)]

    def blind_spots(self, sources: Iterable[RegionSource]) -> tuple[str, ...]:
        """Give what those of the sources that are lists cannot show."""
        asked = {source.fid for source in sources}
        return tuple(f"{facts.label}: {spot}" for source, facts in self.known if source.fid in asked for spot in facts.blind_spots)

    def places_around(self, layers: LayerSet, wanted: Collection[str]) -> list[Finding]:
        """Find the places that the lists hold in a wider circle than the radius, for a number that says something."""
        counts = layer_counts.of_region(self._region, layers)
        held = [layer for layer in wanted if any(counts.get(source.fid, {}).get(layer) for source, _ in self.known)]
        return nearby.find(self._region, self._anchor, NEAR_M, layers, held) if held else []

    def completeness(self, layer: str, around: Iterable[Finding], maps: Sequence[RegionSource]) -> list[str]:
        """Hold the map against the lists around the property: how many of a layer's listed places it shows.

        `maps` are those that can speak for the layer. A place where none of them looked is no place that the map lacks.
        """
        mapped = [finding for finding in around if finding.layer == layer and _is_where_mapped(finding, maps)]
        whole = {source.name for source, _ in self.speaking_for(layer)}
        said = [_held_against(mapped, whole, "such places that the official lists have")]
        for source, facts in self.known:
            if source.name not in whole:
                some = f"places that the {facts.label}{_of(source)}, which lists only some places of this kind, has"
                said.append(_held_against(mapped, {source.name}, some))
        return list(filter(None, said))

    def withheld(self, wanted: Collection[str], council: str | None) -> list[Gap]:
        """Give what the lists only count in a council area, by its code; or in all, where the property's council is not known."""
        if council is None:
            return self._withheld_somewhere(wanted)
        return [
            Gap(
                layer,
                None,
                f"{_start(count.what)} in {count.area or 'an area the list does not name'} that cannot be placed: {count.count}",
                f"{count.why}; from {source.name}{_of(source)}",
            )
            for layer in wanted
            for source, count in list_facts.withheld(self._region, layer, council)
        ]

    def _withheld_somewhere(self, wanted: Collection[str]) -> list[Gap]:
        why_not = "no postcode near it says" if self._has_councils else "no postcode list with council codes is in the region"
        totals: Counter[tuple[str, str, str, str]] = Counter()
        for source, facts in self.known:
            for count in facts.counted:
                totals[count.layer, count.what, count.why, f"{source.name}{_of(source)}"] += count.count
        return [
            Gap(
                layer,
                None,
                f"{_start(what)} in the list that cannot be placed: {total}",
                f"{why}; the council area of this property is not known, because {why_not}; from {source}",
            )
            for (layer, what, why, source), total in totals.items()
            if layer in wanted
        ]

    @property
    def _has_councils(self) -> bool:
        """Whether any postcode of the region says in which council area it lies."""
        if _COUNCILS not in self._region.memory:
            rows = self._region.query("SELECT 1 FROM postcodes WHERE council IS NOT NULL AND council != '' LIMIT 1")
            self._region.memory[_COUNCILS] = bool(rows)
        return bool(self._region.memory[_COUNCILS])

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


def _is_where_mapped(finding: Finding, maps: Sequence[RegionSource]) -> bool:
    at = shapely.Point(crs.point_to_bng(finding.lon, finding.lat))
    return any(source.coverage is not None and shapely.covers(source.coverage, at) for source in maps)


def _held_against(mapped: Iterable[Finding], lists: Collection[str], what: str) -> str:
    """Say how many of the places that the lists have the map shows; nothing where they have none."""
    listed = [finding for finding in mapped if not set(lists).isdisjoint(finding.sources)]
    shown = sum(any(ref.startswith("osm:") for ref in finding.members) for finding in listed)
    return f"Of {len(listed)} {what} within {NEAR_M:.0f} m, the map shows {shown}." if listed else ""


def _blind(facts: ListFacts) -> str:
    return f" (which cannot show {'; '.join(facts.blind_spots)})" if facts.blind_spots else ""


def _of(source: RegionSource) -> str:
    return f" of {dates.in_words(source.date)}" if source.date else ", date not known"


def _start(text: str) -> str:
    """Begin a sentence with what may begin with a small letter."""
    return text[:1].upper() + text[1:]
