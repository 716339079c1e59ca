"""Many properties of one region looked at together: for each, what an assessment of it alone would say.

Places are found with one index over the region (`region_places`), what the sources cover is told for all properties at once, and
properties at one spot (the flats of a stair) are walked from once. Where taking them together could give something else than
alone, a property is looked at alone.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import shapely
from shapely.geometry import shape

from era_geo import crs
from era_geo.batch import capacity
from era_geo.batch.bulk import Bools, Near, Objects, by_place, nearest_places
from era_geo.batch.listed_bulk import ListedBulk
from era_geo.batch.named_bulk import NamedBulk
from era_geo.batch.options import Options
from era_geo.batch.region_places import RegionPlaces
from era_geo.batch.study_bulk import Covering, StudyBulk
from era_geo.batch.unbuilt_bulk import UnbuiltBulk
from era_geo.batch.walk_bulk import WalkBulk
from era_geo.errors import UsageError
from era_geo.model import Band, Depth, Finding, Gap, Neighbours, Site
from era_geo.region.region import Region
from era_geo.vicinity import assess, gaps, nearby, walking
from era_geo.vicinity.anchor import Anchor
from era_geo.vicinity.answerable import Answer, answers_given, covers
from era_geo.vicinity.depth import look_closer, rest_not_asked
from era_geo.vicinity.listed import Lists
from era_geo.vicinity.neighbours_widths import widths
from era_geo.vicinity.surroundings import Surroundings

_KEPT = 4096
PASSING_NOT_ASKED = Gap(
    None,
    "passing",
    "How many homes have their shortest way past the door was not worked out.",
    "A batch counts them at depth full.",
)
_OUTWARDS = 1.01  # a circle is drawn by less than this outside the true curve


@dataclass(frozen=True)
class Look:
    """What was found for one property: places by layer (`None`: not looked for), findings, homes, what could not be looked up."""

    counts: Mapping[str, int | None]
    findings: tuple[Finding, ...]
    neighbours: Neighbours | None
    gaps: tuple[Gap, ...]
    study: dict[str, int | bool | None]
    """The cells of a capacity study, by column; none where none was asked for."""


class Looker:
    """Looks at properties of one region in one way. It remembers the last ones, for there are many at one spot."""

    def __init__(self, region: Region, options: Options) -> None:
        self._region = region
        self._options = options
        self._wanted = [layer for layer in options.layers.ids if layer not in options.off]
        self._places = RegionPlaces(region, options.layers, self._wanted)
        self._lists = ListedBulk(region, self._wanted)
        self._unbuilt = UnbuiltBulk(region, options.layers, self._wanted)
        self._named = NamedBulk(region, options.layers)
        self._answers: dict[Covering, dict[str, Answer]] = {}
        self._kept: OrderedDict[Hashable, Look | str] = OrderedDict()

    def look(self, sites: Sequence[Site]) -> list[Look | str]:
        """Look at properties. A sentence in place of an answer says why one cannot be assessed: it lies outside the region."""
        keys = [self._key(site) for site in sites]
        new = {key: site for key, site in zip(keys, sites, strict=True) if key not in self._kept}
        found: dict[Hashable, Look | str] = {key: self._kept[key] for key in keys if key in self._kept}
        found |= zip(new, self._look(list(new.values())), strict=True)
        for key in dict.fromkeys(keys):
            self._kept[key] = found[key]
            self._kept.move_to_end(key)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return [found[key] for key in keys]

    def _key(self, site: Site) -> Hashable:
        """Give what a look depends on: the spot, and with neighbours the door and the flat too."""
        spot = (site.easting, site.northing, site.footprint_ref, site.precision, site.uncertainty_m)
        if self._options.depth is not Depth.FULL and not self._options.radii:
            return spot
        return (*spot, site.flat, site.number, site.street, site.town, site.postcode, site.uprn, site.label)

    def _look(self, sites: Sequence[Site]) -> list[Look | str]:
        if not sites:
            return []
        anchors = anchors_of(sites)
        shapes = _array(anchors)
        order = by_place(shapes)  # neighbours share what was read of the streets
        found: list[Look | str] = [""] * len(sites)
        prepared = _Prepared(self, [anchors[i] for i in order], shapes[order])
        for position, i in enumerate(order.tolist()):
            found[i] = prepared.look(position, sites[i])
        return found

    def answers(self, covering: Covering) -> dict[str, Answer]:
        """Say for each layer whether it could be looked for, where the sources cover the circle so."""
        if covering not in self._answers:
            fids = [source.fid for source in self._region.sources]
            given = dict(zip(fids, covering, strict=True))
            self._answers[covering] = answers_given(self._region, self._options.layers, given)
        return self._answers[covering]


class _Prepared:
    """What was found for all properties of one call together."""

    def __init__(self, looker: Looker, anchors: Sequence[Anchor], shapes: Objects) -> None:
        self._looker = looker
        self._region: Region = looker._region  # noqa: SLF001 - the two are one thing in two parts
        self._options: Options = looker._options  # noqa: SLF001 - as above
        self._places: RegionPlaces = looker._places  # noqa: SLF001 - as above
        self._wanted: list[str] = looker._wanted  # noqa: SLF001 - as above
        self._anchors = anchors
        radius = self._options.parameters.radius_m
        rough = np.array([anchor.uncertainty_m for anchor in anchors])
        self._inside = inside(self._region, shapes)
        self._covering = covering(self._region, anchors, shapes, radius)
        places = self._places
        self._alone = places.differ(shapes, radius + rough + places.greatest_uncertainty_m)
        self._near = nearest_places(shapes, places.places, radius, uncertainty_m=rough, layers=len(self._options.layers.ids))
        self._study_places = StudyBulk(
            self._region, self._options, places, anchors, shapes,
            answers=looker.answers, covering=partial(covering, self._region, anchors, shapes),
        )  # fmt: skip
        self._bearing = _bearings(shapes, places, self._near)
        self._templates = places.templates(self._near.place.tolist())
        self._listed = looker._lists.gaps(anchors, shapes)  # noqa: SLF001 - as above
        self._unbuilt = looker._unbuilt.gaps(shapes)  # noqa: SLF001 - as above
        self._named = looker._named.near(shapes, radius + rough)  # noqa: SLF001 - as above
        self._walks = WalkBulk(self._region, shapes, self._walked_to)

    def look(self, i: int, site: Site) -> Look | str:
        """Give what was found for one property, and look closer as far as was asked for."""
        if not self._inside[i]:
            return self._why_outside(site)
        answered = self._looker.answers(self._covering[i])
        findings, walked_to = self._findings(i, answered)
        counts = self._counts(findings, answered)
        unnamed_use = self._looker._named.gaps(self._named[i], findings)  # noqa: SLF001 - as above
        if walked_to:
            self._walks.make_ready(i)
        closely, neighbours, closer = self._closer(findings, walked_to, site, self._anchors[i])
        told = (
            *gaps.of_location(site, self._options.parameters.radius_m),
            *self._of_layers(answered),
            *self._listed[i],
            *self._unbuilt[i],
            *unnamed_use,
            *closer,
        )
        return Look(counts, tuple(closely), neighbours, told, self._study(i, site))

    def _study(self, i: int, site: Site) -> dict[str, int | bool | None]:
        """Count what each parameter of a capacity study would make agencies check."""
        radii = self._options.radii
        if not radii:
            return {}
        parameter = self._options.parameters.address_parameter
        around = Surroundings(site, self._region, anchor=self._anchors[i])
        found = widths(around, parameter, radii, capacity.DOORS)
        homes = found.homes_within if found else (None,) * len(radii)
        checks = found.to_check if found else (None,) * len(capacity.DOORS)
        cells = zip(capacity.columns(radii), (*homes, *self._study_places.counts(i), *checks), strict=True)
        return {**dict(cells), capacity.IN_PART: found.in_part if found else None}

    def _why_outside(self, site: Site) -> str:
        options = self._options
        try:
            assess.assess(
                site, self._region, parameters=options.parameters, as_of=options.as_of, layers=options.layers, depth=Depth.NONE
            )
        except UsageError as error:
            return str(error)
        raise AssertionError("A property outside the region was assessed.")

    def _findings(self, i: int, answered: Mapping[str, Answer]) -> tuple[list[Finding], list[walking.PlaceGeometry] | None]:
        """Give the findings of one property, and them as places to walk to; `None` where that is to be worked out again."""
        anchor, parameters = self._anchors[i], self._options.parameters
        if self._alone[i]:
            findings = nearby.find(self._region, anchor, parameters.radius_m, self._options.layers, self._wanted)
            walked_to = None
        else:
            pairs = self._near.of_point(i)
            findings = [self._finding(pair) for pair in range(pairs.start, pairs.stop)]
            walked_to = self._walked_to(i)
        if self._looker._lists.known:  # noqa: SLF001 - as above
            lists = Lists(self._region, anchor, anchor.circle(parameters.radius_m))
            findings = lists.remark(findings, answered)
        return findings, walked_to

    def _walked_to(self, i: int) -> list[walking.PlaceGeometry] | None:
        """Give the places near one property as what is walked to; `None` where it is looked at alone, or nobody walks."""
        if self._alone[i] or self._options.depth is Depth.NONE:
            return None
        return self._places.walked_to(self._near.place[self._near.of_point(i)].tolist())

    def _finding(self, pair: int) -> Finding:
        near = self._near
        band = Band.WITHIN if near.within[pair] else Band.BORDERLINE
        return replace(self._templates[pair], distance_m=float(near.distance_m[pair]), bearing_deg=self._bearing[pair], band=band)

    def _counts(self, findings: Sequence[Finding], answered: Mapping[str, Answer]) -> dict[str, int | None]:
        counts: dict[str, int | None] = {layer: 0 if answered[layer].whole else None for layer in self._wanted}
        for finding in findings:
            counts[finding.layer] = (counts[finding.layer] or 0) + 1
        return counts

    def _of_layers(self, answered: Mapping[str, Answer]) -> list[Gap]:
        layers = [layer for layer in self._options.layers.layers if layer.id in self._wanted]
        return [gap for layer in layers for gap in gaps.of_layer(layer.id, layer.label, answered[layer.id])]

    def _closer(
        self, findings: list[Finding], walked_to: list[walking.PlaceGeometry] | None, site: Site, anchor: Anchor
    ) -> tuple[Sequence[Finding], Neighbours | None, Sequence[Gap]]:
        options = self._options
        if options.depth is Depth.WALK:
            around = Surroundings(site, self._region, anchor=anchor)
            walked, unwalked, _ = walking.look(findings, around, walked_to, routes=False)
            return walked, None, (*unwalked, PASSING_NOT_ASKED, rest_not_asked(Depth.WALK))
        depth, parameters = options.depth, options.parameters
        closer = look_closer(
            findings, site, self._region, parameters=parameters, depth=depth, anchor=anchor, places=walked_to, drawn=False
        )
        return closer.findings, closer.neighbours, closer.gaps


def anchors_of(sites: Sequence[Site]) -> list[Anchor]:
    """Give what distances are measured from, as `Anchor.of` does, all outlines converted at once."""
    outlined = [i for i, site in enumerate(sites) if site.footprint is not None and site.precision.is_property]
    outlines = crs.geometries_to_bng(_array_of([shape(sites[i].footprint) for i in outlined]))  # type: ignore[arg-type]
    anchors = [Anchor(shapely.Point(site.easting, site.northing), site.uncertainty_m) for site in sites]
    for i, outline in zip(outlined, outlines, strict=True):
        anchors[i] = Anchor(outline, sites[i].uncertainty_m)
    return anchors


def inside(region: Region, shapes: Objects) -> Bools:
    """Say which properties the region covers, at least in part. Shape (n,)."""
    shapely.prepare(region.coverage)
    return np.asarray(shapely.intersects(region.coverage, shapes), dtype=bool)


def covering(region: Region, anchors: Sequence[Anchor], shapes: Objects, radius_m: float) -> list[Covering]:
    """Say for each property whether each source covers the whole circle around it, as `answerable.covers` does."""
    columns: list[list[bool | None]] = []
    reach = np.array([radius_m + anchor.uncertainty_m for anchor in anchors]) * _OUTWARDS
    for source in region.sources:
        if source.coverage is None:
            columns.append([None] * len(anchors))
            continue
        edge = shapely.boundary(source.coverage)
        shapely.prepare(edge)
        shapely.prepare(source.coverage)
        sure = shapely.covers(source.coverage, shapes) & (shapely.distance(edge, shapes) > reach)
        told: list[bool | None] = [True] * len(anchors)
        for i in np.flatnonzero(~sure).tolist():
            told[i] = covers(source, anchors[i].circle(radius_m))
        columns.append(told)
    return list(zip(*columns, strict=True))


def _bearings(shapes: Objects, places: RegionPlaces, near: Near) -> list[float | None]:
    """Give each pair's bearing, as `Anchor.bearing` does."""
    lines = shapely.shortest_line(shapes[near.point], places.places.geometry[near.outline])
    ends = shapely.get_coordinates(lines).reshape(-1, 2, 2)
    return [_bearing(east, north) for east, north in (ends[:, 1] - ends[:, 0]).tolist()]


def _bearing(east: float, north: float) -> float | None:
    if math.hypot(east, north) < 0.05:
        return None
    return round(math.degrees(math.atan2(east, north)) % 360, 1) % 360


def _array(anchors: Sequence[Anchor]) -> Objects:
    return _array_of([anchor.geometry for anchor in anchors])


def _array_of(geometries: Sequence[shapely.Geometry]) -> Objects:
    array = np.empty(len(geometries), dtype=object)
    array[:] = geometries
    return array
