"""Which layers can be looked for here, and why not where they cannot: "nothing there" and "could not look" kept apart.

A source can answer for a layer only where it kept the layer's keys, is not limited to another theme, covers the whole circle,
and holds at least one object of the layer somewhere (DESIGN.md, "A layer is looked for only where the source can answer").
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import shapely

from era_geo.layerset import Layer, LayerSet, selectors
from era_geo.region import layer_counts, list_facts
from era_geo.region.kept_keys import KeptKey
from era_geo.region.region import Region, RegionSource
from era_geo.region.themes import covers_selector


@dataclass(frozen=True)
class Answer:
    """Whether a layer could be looked for: the sources that answered for the whole circle, and what stood in the way.

    `map_lacks` says why no map could answer where lists alone did.
    """

    sources: tuple[RegionSource, ...]
    reasons: tuple[str, ...]
    map_lacks: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether "none found" may be said."""
        return bool(self.sources) and not self.reasons


def answers(region: Region, layers: LayerSet, circle: shapely.Geometry) -> dict[str, Answer]:
    """Say for each layer whether it could be looked for in `circle` (EPSG:27700). A reason is a sentence for people."""
    shapely.prepare(circle)
    return answers_given(region, layers, {source.fid: covers(source, circle) for source in region.sources})


def answers_given(region: Region, layers: LayerSet, covering: Mapping[int, bool | None]) -> dict[str, Answer]:
    """Say as `answers` does, where it is known which sources (by fid) cover the circle; see `covers`."""
    counts = layer_counts.of_region(region, layers)
    nowhere = _reasons_anywhere(region, layers, counts)
    return {layer.id: _answer(region, layer, counts, covers=covering, nowhere=nowhere[layer.id]) for layer in layers.layers}


def able_maps(region: Region, layers: LayerSet, layer: str) -> list[RegionSource]:
    """Give the map files that can speak for a layer, each in the area that it covers."""
    reasons = _reasons_anywhere(region, layers, layer_counts.of_region(region, layers))[layer]
    return [source for source, why_not in zip(region.sources, reasons, strict=True) if source.kind == "osm" and not why_not]


def _reasons_anywhere(region: Region, layers: LayerSet, counts: layer_counts.LayerCounts) -> Mapping[str, tuple[str, ...]]:
    """Say for each layer why each source cannot speak for it anywhere, empty where it can: worked out once for a region."""
    key = f"cannot_answer:{layers.sha256}"
    if key not in region.memory:
        region.memory[key] = {
            layer.id: tuple(_why_nowhere(region, source, layer, counts) for source in region.sources) for layer in layers.layers
        }
    reasons: Mapping[str, tuple[str, ...]] = region.memory[key]
    return reasons


def _why_nowhere(region: Region, source: RegionSource, layer: Layer, counts: layer_counts.LayerCounts) -> str:
    why = _why_map_cannot if source.kind == "osm" else _why_list_cannot
    return why(region, source, layer, counts.get(source.fid, {}).get(layer.id, 0))


def _answer(
    region: Region,
    layer: Layer,
    counts: layer_counts.LayerCounts,
    *,
    covers: Mapping[int, bool | None],
    nowhere: tuple[str, ...],
) -> Answer:
    able: list[RegionSource] = []
    reasons: list[str] = []
    of_maps: list[str] = []
    for source, why_not in zip(region.sources, nowhere, strict=True):
        held = counts.get(source.fid, {}).get(layer.id, 0)
        reason = why_not or (_why_not_here(source, covers[source.fid]) if held else "")
        if reason:
            reasons.append(reason)
            of_maps += [reason] if source.kind == "osm" else []
        elif held:
            able.append(source)
    if able:
        return Answer(tuple(able), (), () if any(source.kind == "osm" for source in able) else tuple(of_maps))
    return Answer((), tuple(reasons) or ("No source of the region holds places of this kind.",))


def _why_map_cannot(region: Region, source: RegionSource, layer: Layer, held: int) -> str:
    """Say why a map file cannot speak for a layer anywhere; empty where it can."""
    kept = {key.key: key for key in region.kept_keys}
    missing = _blocks_unmet(layer, partial(_is_kept, kept))
    if missing:
        return f"The region did not keep {'; '.join(missing)}, which this layer needs. Rebuild it: era-geo region build."
    if not held:
        return f"{source.name} holds no object of this layer at all, so its silence means nothing here."
    if source.themes and _blocks_unmet(layer, partial(covers_selector, source.themes)):
        return f"{source.name} holds only {', '.join(source.themes)}, which is not all of this layer."
    return ""


def _why_list_cannot(region: Region, source: RegionSource, layer: Layer, held: int) -> str:  # noqa: ARG001 - as the other
    """Say why an official list cannot speak for a layer anywhere; empty where it can, or is about other things."""
    facts = list_facts.of_source(source)
    if not held or facts is None or layer.id in facts.complete_for:
        return ""
    return f"The {facts.label} lists only some places of this kind."


def _why_not_here(source: RegionSource, covers: bool | None) -> str:
    if covers is None:
        return f"{source.name} does not cover this place."
    return "" if covers else f"The circle reaches past the area that {source.name} covers ({source.coverage_basis})."


def covers(source: RegionSource, circle: shapely.Geometry) -> bool | None:
    """Say whether the source covers the whole circle (True), a part of it (False) or nothing of it (None)."""
    if source.coverage is None:
        return None
    if shapely.covers(source.coverage, circle):
        return True
    return False if shapely.intersects(source.coverage, circle) else None


def _blocks_unmet(layer: Layer, holds: Callable[[str, str], bool]) -> list[str]:
    """Name the match blocks of a layer whose objects may be missing, where `holds(key, value)` says which tags are all there.

    An object that meets a block carries every key of it, so one key whose values are all there is enough.
    """
    unmet = []
    for block in selectors(layer):
        keys = {key for key, _ in block}
        if not any(all(holds(key, value) for other, value in block if other == key) for key in keys):
            unmet.append(" and ".join(sorted({f"{key}={value}" for key, value in block})))
    return unmet


def _is_kept(kept: Mapping[str, KeptKey], key: str, value: str) -> bool:
    rule = kept.get(key)
    return rule is not None and value not in rule.except_values and not (value == "*" and rule.except_values)
