"""One region as seen from a property, to be compared with another: its objects near by, and what it could have shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import shape

from era_geo import crs
from era_geo.layerset import LayerSet
from era_geo.model import Finding
from era_geo.region.region import Region
from era_geo.vicinity import nearby
from era_geo.vicinity.anchor import Anchor
from era_geo.vicinity.answerable import Answer, answers
from era_geo.vicinity.change_things import REDRAWN_REACH_M, Of, Thing
from era_geo.vicinity.surroundings import coverage_of

_ON_FOOT = frozenset({"footway", "path", "steps", "cycleway", "bridleway", "pedestrian", "corridor"})
_TABLES: dict[Of, tuple[str, tuple[str, ...], str]] = {
    Of.ENTRANCE: ("entrances", ("ref", "kind", "value"), "kind"),
    Of.BUILDING: ("buildings", ("ref", "kind"), "kind"),
    Of.PATH: ("roads", ("ref", "name", "highway"), "highway"),
}
_NEEDED_KEYS = {Of.ENTRANCE: ("entrance", "barrier"), Of.BUILDING: ("building",), Of.PATH: ("highway",)}


@dataclass(frozen=True)
class Look:
    """One region as seen from the property."""

    region: Region
    anchor: Anchor
    radius_m: float
    layers: LayerSet
    answered: Mapping[str, Answer]

    @classmethod
    def of(cls, region: Region, anchor: Anchor, radius_m: float, layers: LayerSet) -> Look:
        """Look at `region` within `radius_m` of the property."""
        return cls(region, anchor, radius_m, layers, answers(region, layers, anchor.circle(radius_m)))

    @property
    def reach_m(self) -> float:
        """How far from the point or footprint anything may lie that is perhaps within the radius, metres."""
        return self.radius_m + self.anchor.uncertainty_m

    @property
    def circle(self) -> shapely.Geometry:
        """Everything that is perhaps within the radius, EPSG:27700."""
        return self.anchor.circle(self.radius_m)

    def places(self) -> list[Thing]:
        """Give the places within the radius, and those around it which they may turn out to be."""
        near = nearby.find(self.region, self.anchor, self.radius_m, self.layers, self.layers.ids)
        within = {(finding.layer, ref) for finding in near for ref in finding.members}
        wider = self.radius_m + REDRAWN_REACH_M
        around = nearby.find(self.region, self.anchor, wider, self.layers, self.layers.ids)
        outlines = crs.geometries_to_bng([shape(finding.geometry) for finding in around])
        return [
            place_thing(finding, outline, near=any((finding.layer, ref) in within for ref in finding.members))
            for finding, outline in zip(around, outlines, strict=True)
        ]

    def objects(self, of: Of) -> list[Thing]:
        """Give the entrances, buildings or paths within the radius, and those around it which they may turn out to be."""
        table, columns, kind = _TABLES[of]
        rows = self.region.read(table, self.anchor.window(self.reach_m + REDRAWN_REACH_M), columns)
        distances = np.round(self.anchor.distances(rows.geometry), 2)
        extents = shapely.intersection(rows.geometry, self.circle) if of is Of.PATH else rows.geometry
        return [
            Thing(
                refs=(row["ref"],),
                layer=None,
                name=row.get("name"),
                what=str(row.get("value") or row[kind]) if of is Of.ENTRANCE else str(row[kind]),
                geometry=row["geom"],
                distance_m=float(metres),
                near=bool(metres <= self.reach_m),
                kinds=frozenset([str(row[kind] in _ON_FOOT)]),
                extent=extent,
            )
            for row, metres, extent in zip(rows.rows(), distances, extents, strict=True)
        ]


def place_thing(finding: Finding, outline: shapely.Geometry, *, near: bool) -> Thing:
    """Give a finding as it is compared; `outline` is its geometry in EPSG:27700, `near` whether it lies within the radius."""
    pairs = (reason.partition("=") for reason in finding.why)
    return Thing(
        refs=finding.members,
        layer=finding.layer,
        name=finding.name,
        what=finding.why[0] if finding.why else "",
        geometry=outline,
        distance_m=finding.distance_m,
        near=near,
        kinds=frozenset(value for key, _, value in pairs if key != "building"),
        sources=finding.sources,
    )


def could_show(silent: Look, showing: Look, thing: Thing) -> bool:
    """Say whether the region that lacks a place could have shown it: it could look, and in a source of the same kind."""
    answer = silent.answered[thing.layer or ""]
    shown_by = {source.kind for source in showing.region.sources if source.name in thing.sources}
    both_whole = answer.whole and showing.answered[thing.layer or ""].whole
    return both_whole and bool(shown_by & {source.kind for source in answer.sources})


def why_silent(look: Look, of: Of) -> str:
    """Say why a region cannot tell which objects are missing; empty where it can."""
    region = look.region
    if not region.query(f"SELECT 1 FROM {_TABLES[of][0]} LIMIT 1"):
        return f"The region '{region.name}' holds none at all."
    if not shapely.covers(coverage_of(region, *_NEEDED_KEYS[of]), look.circle):
        return f"The maps of the region '{region.name}' do not cover the whole circle."
    return ""
