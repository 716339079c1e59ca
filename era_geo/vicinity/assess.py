"""A confirmed property and a region to an `Assessment`: the facts about its immediate vicinity, each with source and date."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping

import shapely

from era_geo import __version__, dates
from era_geo.errors import UsageError
from era_geo.layerset import Layer, LayerSet
from era_geo.model import (
    ASSESSMENT_SCHEMA,
    Assessment,
    Depth,
    Finding,
    LayerResult,
    LayerState,
    Parameters,
    Site,
    Source,
    Versions,
)
from era_geo.region import layer_counts
from era_geo.region.region import Region, RegionSource
from era_geo.vicinity import gaps, named_buildings, nearby
from era_geo.vicinity.anchor import Anchor, to_geojson
from era_geo.vicinity.answerable import Answer, able_maps, answers
from era_geo.vicinity.depth import look_closer
from era_geo.vicinity.listed import Lists
from era_geo.vicinity.neighbours import check_parameter

_SOURCES = "assessment_sources"


def assess(
    site: Site,
    region: Region,
    *,
    parameters: Parameters,
    as_of: dt.date,
    layers: LayerSet,
    off: Mapping[str, str] | None = None,
    depth: Depth = Depth.FULL,
) -> Assessment:
    """Look closely at the immediate vicinity of `site` and say what is there, what is not, and what could not be looked up.

    Parameters
    ----------
    site
        The confirmed property.
    region
        Where to look.
    parameters
        The group's place radius and address parameter.
    as_of
        The date of the assessment; the same inputs give the same value.
    layers
        The layer files in force.
    off
        Layers switched off for this case: layer id to the written reason, which every output prints.
    depth
        How closely to look; what is left out is a gap.

    Raises
    ------
    UsageError
        If the radius is not a length, or past the limit without a reason; if a layer to switch off is unknown or has no reason;
        if the property lies outside the region; if the address parameter is past its limit without a reason.
    """
    switched_off = dict(off or {})
    check(parameters, layers, switched_off)
    anchor = Anchor.of(site)
    _check_inside(site, anchor, region)

    circle = anchor.circle(parameters.radius_m)
    lists = Lists(region, anchor, circle)
    answered = answers(region, layers, circle)
    wanted = [layer.id for layer in layers.layers if layer.id not in switched_off]
    findings = lists.remark(nearby.find(region, anchor, parameters.radius_m, layers, wanted), answered)
    closer = look_closer(findings, site, region, parameters=parameters, depth=depth)
    counts = layer_counts.of_region(region, layers)
    around = lists.places_around(layers, wanted)
    results = [
        _result(
            layer,
            findings,
            answered[layer.id],
            off_because=switched_off.get(layer.id),
            blind_spots=lists.blind_spots(answered[layer.id].sources),
            completeness=(
                *_held(layer, answered[layer.id].sources, counts),
                *lists.completeness(layer.id, around, able_maps(region, layers, layer.id)),
            ),
        )
        for layer in layers.layers
    ]
    return Assessment(
        as_of=as_of,
        site=site,
        parameters=parameters,
        layers=tuple(results),
        findings=closer.findings,
        neighbours=closer.neighbours,
        gaps=(
            *gaps.of_location(site, parameters.radius_m),
            *gaps.of_layers(results, answered),
            *lists.gaps(wanted),
            *gaps.of_unbuilt(region, anchor, layers, wanted),
            *named_buildings.look(region, anchor, parameters.radius_m, layers, findings),
            *closer.gaps,
        ),
        sources=_sources(region),
        versions=_versions(region, layers),
        streets=closer.streets,
        open_area=closer.open_area,
    )


def check(parameters: Parameters, layers: LayerSet, off: Mapping[str, str]) -> None:
    """Hold what is asked for against the limits, before any property is looked at.

    Raises
    ------
    UsageError
        If the radius is not a length, or past the limit without a reason; if the doors are; if a layer to switch off is unknown
        or has no reason.
    """
    _check_parameters(parameters)
    check_parameter(parameters.address_parameter)
    _check_switched_off(off, layers)


def _check_parameters(parameters: Parameters) -> None:
    radius, limit = parameters.radius_m, parameters.radius_limit_m
    if not (math.isfinite(radius) and radius > 0):
        raise UsageError(f"The radius must be a number of metres above zero, not {radius:g}.")
    if radius > limit and not (parameters.reason or "").strip():
        raise UsageError(
            f"A radius of {radius:g} m is past the group's limit of {limit:g} m: give a written reason (--reason), "
            "which the record will print."
        )


def _check_switched_off(off: Mapping[str, str], layers: LayerSet) -> None:
    known = [layer.id for layer in layers.layers]
    unknown = [layer for layer in off if layer not in known]
    if unknown:
        raise UsageError(f"Unknown layer: {', '.join(unknown)}. The layers are: {', '.join(known)}.")
    silent = [layer for layer, reason in off.items() if not reason.strip()]
    if silent:
        raise UsageError(f"Switching off a layer needs a written reason: {', '.join(silent)} has none.")


def _check_inside(site: Site, anchor: Anchor, region: Region) -> None:
    if shapely.is_empty(region.coverage):
        raise UsageError(
            f"It is not known which area the region '{region.name}' covers, so nothing could be said to be absent. Build it again "
            "and name the area: era-geo region build --boundary FILE."
        )
    if not shapely.intersects(region.coverage, anchor.geometry):
        raise UsageError(
            f"This place (easting {site.easting:.0f}, northing {site.northing:.0f}) lies outside the region '{region.name}'. "
            "Choose another region, or build one that covers it: era-geo region build."
        )


def _result(
    layer: Layer,
    findings: Iterable[Finding],
    answer: Answer,
    *,
    off_because: str | None,
    blind_spots: Iterable[str],
    completeness: Iterable[str],
) -> LayerResult:
    found = sum(finding.layer == layer.id for finding in findings)
    state, count, reason = _state(found, answer, off_because)
    return LayerResult(
        id=layer.id,
        label=layer.label,
        group=layer.group,
        state=state,
        count=count,
        reason=reason,
        sources=tuple(source.name for source in answer.sources),
        as_of=min((dt.date.fromisoformat(source.date) for source in answer.sources if source.date), default=None),
        basis=layer.basis,
        blind_spots=(*layer.blind_spots, *blind_spots),
        completeness=" ".join(completeness) or None,
        style=layer.style,
    )


def _state(found: int, answer: Answer, off_because: str | None) -> tuple[LayerState, int | None, str | None]:
    if off_because is not None:
        return LayerState.OFF, None, off_because
    if found:
        return LayerState.FOUND, found, None if answer.whole else " ".join(answer.reasons)
    if answer.whole:
        return LayerState.NONE_FOUND, 0, None
    return LayerState.NOT_LOOKED_FOR, None, " ".join(answer.reasons)


def _held(layer: Layer, sources: Iterable[RegionSource], counts: layer_counts.LayerCounts) -> list[str]:
    """Say how many objects of the layer each source holds as a whole, and how old it is."""
    said = []
    for source in sources:
        held = counts.get(source.fid, {}).get(layer.id, 0)
        dated = f" of {dates.in_words(source.date)}" if source.date else ", date not known,"
        said.append(f"{source.name}{dated} holds {held} object{'s' if held != 1 else ''} of this layer in all.")
    return said


def _sources(region: Region) -> tuple[Source, ...]:
    """Give the region's sources as the contract has them: made once, because a coverage may be a country's outline."""
    if _SOURCES not in region.memory:
        region.memory[_SOURCES] = tuple(_source(source) for source in region.sources)
    made: tuple[Source, ...] = region.memory[_SOURCES]
    return made


def _source(source: RegionSource) -> Source:
    return Source(
        name=source.name,
        kind=source.kind,
        date=dt.date.fromisoformat(source.date) if source.date else None,
        sha256=source.sha256,
        licence=source.licence,
        credit=source.credit,
        coverage=None if source.coverage is None else to_geojson(shapely.simplify(source.coverage, 10)),
        coverage_basis=source.coverage_basis,
        themes=source.themes,
    )


def _versions(region: Region, layers: LayerSet) -> Versions:
    return Versions(
        program=__version__,
        schema=ASSESSMENT_SCHEMA,
        layers=str(layers.version),
        layers_sha256=layers.sha256,
        region=region.name,
        region_schema=int(region.meta["schema_version"]),
    )
