"""What could not be looked up, and why: each gap is a sentence that goes into every output."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping

from era_geo.layerset import LayerSet
from era_geo.model import Gap, LayerResult, LayerState, Site
from era_geo.region.region import Region
from era_geo.vicinity.anchor import Anchor
from era_geo.vicinity.answerable import Answer

UNBUILT_REACH_M = 1000.0
"""How near the known part of a broken object must lie for it to be told: a large park or campus reaches about this far."""


def of_location(site: Site, radius_m: float) -> list[Gap]:
    """Say first of all if the property is located less exactly than the radius."""
    if site.uncertainty_m <= radius_m:
        return []
    why = (
        f"The property is located only to within {site.uncertainty_m:.0f} m, which is more than the radius of {radius_m:g} m. "
        "Find a better match or place a pin."
    )
    return [Gap(None, "site", "Nothing can be said about what lies within the radius.", why)]


def of_layers(results: Iterable[LayerResult], answered: Mapping[str, Answer]) -> list[Gap]:
    """Name the layers that could not be looked for, or only in part, or in official lists and not on the map."""
    asked = [result for result in results if result.state is not LayerState.OFF]
    return [gap for result in asked for gap in of_layer(result.id, result.label, answered[result.id])]


def of_layer(layer: str, label: str, answer: Answer) -> list[Gap]:
    """Say that a layer could not be looked for, or only in part, or not on the map."""
    if not answer.whole:
        return [Gap(layer, None, f"{label} could not be looked for in full.", " ".join(answer.reasons))]
    if answer.map_lacks:
        return [Gap(layer, None, "Only official lists could be looked in, and not the map.", " ".join(answer.map_lacks))]
    return []


def of_unbuilt(region: Region, anchor: Anchor, layers: LayerSet, wanted: Collection[str]) -> list[Gap]:
    """Name the objects of wanted layers that the source holds broken, if they may lie near: their edge is not known."""
    window = anchor.window(UNBUILT_REACH_M)
    rows = region.query(
        "SELECT ref, tags, reason FROM unbuilt WHERE easting IS NULL "
        "OR (easting BETWEEN ? AND ? AND northing BETWEEN ? AND ?) ORDER BY ref",
        (window[0], window[2], window[1], window[3]),
    )
    return [gap for ref, tags, reason in rows for gap in broken(ref, tags, reason, layers, wanted)]


def broken(ref: str, tags: str | None, reason: str, layers: LayerSet, wanted: Collection[str]) -> list[Gap]:
    """Tell one object (`tags` as JSON) that the source holds broken, for each wanted layer that it is of."""
    return [
        Gap(match.layer, None, f"{ref} ({', '.join(match.why)}) could not be drawn, so it could not be measured.", reason)
        for match in layers.classify(json.loads(tags or "{}"))
        if match.layer in wanted
    ]
